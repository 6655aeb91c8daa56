"""The learner's working copies: made from the lessons, never changed without a backup once the learner changed them."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from autograder.errors import CourseError
from autograder.quick import quick_imports
from autograder.syllabus import LessonEntry, Syllabus

STATE: Final = ".groundwork.json"
LOCK: Final = ".groundwork.lock"
PATIENCE: Final = 20.0
"""Seconds to wait for another JupyterLab that is just writing into the same folder."""

Change = Literal["new", "updated", "offered"]


@dataclass(frozen=True)
class Workspace:
    """A folder with one copy per lesson, a folder per stage, and a note of what each copy was made from."""

    folder: Path
    syllabus: Syllabus

    def copy_of(self, lesson: LessonEntry) -> Path:
        """The learner's own notebook of a lesson."""
        return self.folder / lesson.stage / f"{lesson.stem}.ipynb"

    def offer_of(self, lesson: LessonEntry) -> Path:
        """Where a newer version is put when the learner has changed the older one."""
        return self.folder / lesson.stage / f"{lesson.stem}.new.ipynb"

    def prepare(self) -> dict[str, Change | CourseError]:
        """Makes what is missing and brings up to date what is untouched; what was done, by lesson id.

        A copy that the learner changed stays as it is: a newer version is put beside it, and a backup is kept. A
        lesson that can't be read has its error instead, and the others are prepared all the same.
        Raises CourseError when the folder can't be written.
        """
        changes: dict[str, Change | CourseError] = {}
        with _writing(self.folder):
            before = self._read_state()
            state = dict(before)
            for lesson in self.syllabus.notebooks:
                if lesson.ready:
                    change: Change | CourseError | None
                    try:
                        change = self._prepare_lesson(lesson, state)
                    except CourseError as error:
                        change = error
                    if change is not None:
                        changes[lesson.id] = change
            if state != before:
                self._write_state(state)
        return changes

    def reset(self, lesson: LessonEntry) -> Path | None:
        """Gives back the lesson as it was at first; the path of the backup of the learner's copy, if there was one.

        Raises CourseError when the folder can't be written.
        """
        source = self._source_of(lesson)
        copy, fresh = self.copy_of(lesson), _released(source)
        with _writing(self.folder):
            state = self._read_state()
            backup = self._back_up(copy) if copy.is_file() else None
            self._withdraw_offer(lesson, state.get(lesson.id, {}))
            _write(copy, fresh)
            state[lesson.id] = {"source": _digest(source.read_bytes()), "given": _digest(fresh)}
            self._write_state(state)
        return backup

    def begin(self, lesson: LessonEntry) -> bool:
        """Makes the copy of one lesson where there is none; whether it was made.

        Raises CourseError when the folder can't be written or the course lacks the lesson.
        """
        copy = self.copy_of(lesson)
        with _writing(self.folder):
            if copy.is_file():
                return False
            state = self._read_state()
            self._prepare_lesson(lesson, state)
            self._write_state(state)
        return True

    def update(self, lesson: LessonEntry) -> Path | None:
        """Brings a copy up to the course's version, with the learner's answers and own cells in it.

        The path of the backup of the copy as it was; None when there was nothing of the learner's in it.
        Raises CourseError when the folder can't be written or the copy is no notebook.
        """
        source = self._source_of(lesson)
        copy, fresh = self.copy_of(lesson), _released(source)
        with _writing(self.folder):
            state = self._read_state()
            known = state.get(lesson.id, {})
            changed = copy.is_file() and _digest(copy.read_bytes()) not in (known.get("given"), _digest(fresh))
            merged = _with_own_work(copy, fresh) if changed else fresh
            backup = self._back_up(copy) if changed else None
            self._withdraw_offer(lesson, known)
            _write(copy, merged)
            state[lesson.id] = {"source": _digest(source.read_bytes()), "given": _digest(fresh)}
            self._write_state(state)
        return backup

    def begun(self) -> list[LessonEntry]:
        """The lessons whose copies are no longer as they were given, so that there may be work in them."""
        state = self._read_state()
        copies = [(lesson, self.copy_of(lesson)) for lesson in self.syllabus.lessons if lesson.ready]
        return [
            lesson
            for lesson, copy in copies
            if copy.is_file() and _digest(copy.read_bytes()) != state.get(lesson.id, {}).get("given")
        ]

    def newer(self) -> set[str]:
        """The ids of the lessons whose copies were made from an older version than the course's."""
        state = self._read_state()
        return {
            lesson.id
            for lesson in self.syllabus.notebooks
            if lesson.ready and (self.offer_of(lesson).is_file() or self._is_older(lesson, state.get(lesson.id, {})))
        }

    def left_over(self) -> list[Path]:
        """The copies of lessons that the course no longer has: they stay, and are the learner's to keep or delete."""
        known = {self.copy_of(lesson) for lesson in self.syllabus.notebooks}
        recorded = {self.folder / f"{name}.ipynb" for name in self._read_state()}
        return sorted(copy for copy in recorded - known if copy.is_file())

    def _is_older(self, lesson: LessonEntry, known: Mapping[str, str]) -> bool:
        source = self.syllabus.notebook_path(lesson)
        if "source" not in known or not source.is_file() or not self.copy_of(lesson).is_file():
            return False
        file = source.stat()
        return known["source"] != _digest_of(source, file.st_mtime_ns, file.st_size)

    def _prepare_lesson(self, lesson: LessonEntry, state: dict[str, dict[str, str]]) -> Change | None:
        source = self._source_of(lesson)
        digest = _digest(source.read_bytes())
        copy, known = self.copy_of(lesson), state.get(lesson.id, {})
        if copy.is_file() and known.get("source") == digest:
            return None
        fresh = _released(source)
        given = _digest(fresh)
        if copy.is_file() and known.get("given") == given:  # only what the learner never sees has changed
            state[lesson.id] = {"source": digest, "given": given}
            return None
        state[lesson.id] = {"source": digest, "given": given}
        if not copy.is_file():
            _write(copy, fresh)
            return "new"
        mine = _digest(copy.read_bytes())
        if mine == given:
            return None
        if mine == known.get("given"):
            _write(copy, fresh)
            return "updated"
        self._back_up(copy)
        self._withdraw_offer(lesson, known)
        _write(self.offer_of(lesson), fresh)
        return "offered"

    def _source_of(self, lesson: LessonEntry) -> Path:
        source = self.syllabus.notebook_path(lesson)
        if not source.is_file():
            raise CourseError(
                f"The lesson {lesson.id} is missing from the course.", "Restore it with: git checkout -- curriculum"
            )
        return source

    def _withdraw_offer(self, lesson: LessonEntry, known: Mapping[str, str]) -> None:
        """Takes away an offered version; it is backed up when the learner has worked in it."""
        offer = self.offer_of(lesson)
        if offer.is_file():
            if _digest(offer.read_bytes()) != known.get("given"):
                self._back_up(offer)
            offer.unlink()

    def _back_up(self, copy: Path) -> Path:
        digest = _digest(copy.read_bytes())[:6]
        name = f"{copy.stem}-{time.strftime('%Y%m%d-%H%M%S')}-{digest}.ipynb"
        backup = self.folder / "backups" / copy.parent.relative_to(self.folder) / name
        backup.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(copy, backup)
        return backup

    def _read_state(self) -> dict[str, dict[str, str]]:
        try:
            state = json.loads((self.folder / STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):  # none yet, or torn: then every copy counts as the learner's own
            return {}
        entries = state.items() if isinstance(state, dict) else ()
        return {lesson: made_from for lesson, made_from in entries if isinstance(made_from, dict)}

    def _write_state(self, state: dict[str, dict[str, str]]) -> None:
        _write(self.folder / STATE, json.dumps(state, indent=1).encode())


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Lets one program at a time write below `folder`, and says in a sentence why something there can't be written."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=PATIENCE):
            yield
    except Timeout:
        raise CourseError(
            f"Another JupyterLab is writing into {folder} and does not come to an end.", "Close it, then try again."
        ) from None
    except OSError as error:
        raise CourseError(
            f"{error.filename or folder} can't be written: {error.strerror}.",
            "Give yourself permission to write there, or free some disk space, then try again.",
        ) from None


def _released(source: Path) -> bytes:
    with quick_imports():
        import nbformat

    from autograder.notebooks import read_notebook
    from autograder.student_version import student_version

    text: str = nbformat.writes(student_version(read_notebook(source)))
    return f"{text}\n".encode()


def _with_own_work(copy: Path, fresh: bytes) -> bytes:
    with quick_imports():
        import nbformat

    from autograder.lab.carry import carried_over
    from autograder.notebooks import read_notebook

    merged = carried_over(read_notebook(copy), nbformat.reads(fresh.decode(), as_version=4))
    return f"{nbformat.writes(merged)}\n".encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=256)
def _digest_of(path: Path, _changed: int, _size: int) -> str:
    """The time of the last change and the size are there so that a changed file is read anew."""
    return _digest(path.read_bytes())


def _write(path: Path, content: bytes) -> None:
    """Writes so that a crash leaves the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)
