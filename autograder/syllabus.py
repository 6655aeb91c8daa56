"""The course as a path: stages and lessons in order, read from `curriculum/syllabus.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from autograder.errors import CourseError

DEFAULT_SECONDS = 30


@dataclass(frozen=True)
class Topic:
    """A topic of the field, and the concepts of an exercise that count as grading it."""

    name: str
    concepts: tuple[str, ...]

    def is_graded_by(self, concepts: tuple[str, ...]) -> bool:
        """Whether an exercise with these concepts grades the topic; upper and lower case are the same."""
        own = {word.casefold() for word in (self.name, *self.concepts)}
        return any(concept.casefold() in own for concept in concepts)


@dataclass(frozen=True)
class LessonEntry:
    """What the syllabus says about one lesson.

    `needs` holds lesson ids beyond the previous lesson of the stage, which is always needed;
    `minutes` is the learner's time, `seconds` the time the notebook may take to run on one core.
    """

    id: str
    stage: str
    stem: str
    title: str
    about: str
    needs: tuple[str, ...]
    minutes: int
    seconds: int
    topics: tuple[str, ...]
    data: tuple[str, ...]
    ready: bool


@dataclass(frozen=True)
class Stage:
    """A part of the path: its id names the folder of its lessons."""

    id: str
    title: str
    purpose: str
    lessons: tuple[LessonEntry, ...]


@dataclass(frozen=True)
class Start:
    """The entry check: a notebook before all stages, whose questions find where somebody should begin.

    notebook: as an entry without a stage, so that it lies beside the stages' folders; nothing builds on it.
    leads_to: for each question, the id of the lesson for whoever can't answer it, in the order to learn them.
    beyond:   the id of the stage for whoever can answer them all.
    """

    notebook: LessonEntry
    leads_to: Mapping[str, str]
    beyond: str


@dataclass(frozen=True)
class Syllabus:
    """The whole path. `folder` is where `syllabus.toml` and the stages' folders are."""

    folder: Path
    stages: tuple[Stage, ...]
    topics: tuple[Topic, ...]
    start: Start | None = None

    @property
    def lessons(self) -> tuple[LessonEntry, ...]:
        """Every lesson, in the order to learn them."""
        return tuple(lesson for stage in self.stages for lesson in stage.lessons)

    @property
    def notebooks(self) -> tuple[LessonEntry, ...]:
        """Every lesson, and before them the entry check where there is one."""
        return (*([self.start.notebook] if self.start else []), *self.lessons)

    def lessons_for(self, known: Collection[str]) -> list[LessonEntry]:
        """The lessons for somebody who can answer only the entry check's questions named in `known`, in order.

        Whoever can answer them all is led to what is ready of the stage beyond.
        """
        if self.start is None:
            return []
        wanted = dict.fromkeys(lesson for question, lesson in self.start.leads_to.items() if question not in known)
        beyond = [lesson for lesson in self.lessons if lesson.stage == self.start.beyond and lesson.ready]
        return [self.lesson(name) for name in wanted] or beyond

    def lesson(self, name: str) -> LessonEntry:
        """The lesson called `01-math/01-vectors`, or `01-vectors` or `vectors` where only one is.

        Raises CourseError, naming the nearest id, when there is no such lesson or more than one.
        """
        found = [lesson for lesson in self.notebooks if name in _spellings(lesson)]
        if len(found) == 1:
            return found[0]
        if found:
            ids = " and ".join(lesson.id for lesson in found)
            raise CourseError(f'The name "{name}" fits {ids}.', "Say which one by its full id.")
        ids_by_spelling = {word: lesson.id for lesson in self.notebooks for word in _spellings(lesson)}
        nearest = get_close_matches(name, ids_by_spelling, n=1, cutoff=0.0)[0]
        raise CourseError(f'There is no lesson "{name}".', f'The nearest is "{ids_by_spelling[nearest]}".')

    def notebook_path(self, entry: LessonEntry) -> Path:
        """What people read: the lesson's notebook."""
        return self.folder / entry.stage / f"{entry.stem}.ipynb"

    def spec_path(self, entry: LessonEntry) -> Path:
        """What checks them: the lesson's exercises, beside the notebook."""
        return self.folder / entry.stage / f"{entry.stem}.py"


def course_root() -> Path:
    """The folder that holds `curriculum/`, `datasets/` and this package."""
    return Path(__file__).resolve().parent.parent


def read_syllabus(path: Path | None = None) -> Syllabus:
    """Read the syllabus at `path`, by default the course's own.

    Raises CourseError in one sentence (file, then line or lesson and field) when it is missing or broken.
    """
    path = path or course_root() / "curriculum" / "syllabus.toml"
    top = _Fields(_parse(path), str(path), {"topics", "start", "stages"})
    topic_fields = _Fields(top.table("topics"), f"{path}, topics", None)
    topics = tuple(Topic(name, topic_fields.texts(name)) for name in topic_fields.fields)
    stages = tuple(
        _read_stage(table, str(path), position) for position, table in enumerate(top.tables("stages"), start=1)
    )
    lessons = [lesson for stage in stages for lesson in stage.lessons]
    _check_unique(path, "stage", [stage.id for stage in stages])
    _check_unique(path, "lesson", [lesson.id for lesson in lessons])
    _check_references(path, lessons, [topic.name for topic in topics])
    start = _read_start(top.table("start"), f"{path}, start", stages) if "start" in top.fields else None
    return Syllabus(path.parent, stages, topics, start)


def _parse(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"{path} does not exist.", "Restore it with: git checkout -- curriculum") from None
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path} is not valid TOML: {error}.", "Correct it at that place.") from None
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is not UTF-8 text from byte {error.start} on.", "Save it as UTF-8.") from None


def _read_stage(table: Mapping[str, object], file: str, position: int) -> Stage:
    fields = _Fields(table, f"{file}, stage {table.get('id', position)}", {"id", "title", "purpose", "lessons"})
    stage = fields.name("id")
    lessons = tuple(
        _read_lesson(lesson, file, stage, number) for number, lesson in enumerate(fields.tables("lessons"), start=1)
    )
    return Stage(stage, fields.text("title"), fields.text("purpose"), lessons)


def _read_lesson(table: Mapping[str, object], file: str, stage: str, position: int) -> LessonEntry:
    where = f"{file}, lesson {stage}/{table.get('stem', position)}"
    allowed = {"stem", "title", "about", "needs", "minutes", "seconds", "topics", "data", "status"}
    fields = _Fields(table, where, allowed)
    stem = fields.name("stem")
    status = fields.text("status")
    if status not in ("ready", "planned"):
        raise CourseError(f'{where}: status is "{status}".', 'Write status = "ready" or "planned".')
    return LessonEntry(
        id=f"{stage}/{stem}",
        stage=stage,
        stem=stem,
        title=fields.text("title"),
        about=fields.text("about"),
        needs=fields.texts("needs"),
        minutes=fields.number("minutes"),
        seconds=fields.number("seconds") if "seconds" in table else DEFAULT_SECONDS,
        topics=fields.texts("topics"),
        data=fields.texts("data") if "data" in table else (),
        ready=status == "ready",
    )


def _read_start(table: Mapping[str, object], where: str, stages: Sequence[Stage]) -> Start:
    fields = _Fields(table, where, {"stem", "title", "about", "minutes", "leads_to", "beyond"})
    stem, title, about = fields.name("stem"), fields.text("title"), fields.text("about")
    notebook = LessonEntry(stem, "", stem, title, about, (), fields.number("minutes"), DEFAULT_SECONDS, (), (), True)
    questions = _Fields(fields.table("leads_to"), f"{where}, leads_to", None)
    leads_to = {question: questions.text(question) for question in questions.fields}
    ids = [lesson.id for stage in stages for lesson in stage.lessons if lesson.ready]
    for question, lesson in leads_to.items():
        if lesson not in ids:
            sentence = f'{where}: {question} leads to "{lesson}", which is no lesson that is ready.'
            raise CourseError(sentence, _did_you_mean(lesson, ids))
    beyond, known = fields.text("beyond"), [stage.id for stage in stages]
    if beyond not in known:
        raise CourseError(f'{where}: beyond names "{beyond}", which is no stage.', _did_you_mean(beyond, known))
    return Start(notebook, leads_to, beyond)


def _check_unique(path: Path, what: str, ids: Sequence[str]) -> None:
    for position, name in enumerate(ids):
        if name in ids[:position]:
            raise CourseError(f'{path} holds the {what} "{name}" twice.', "Give one of them another name.")


def _check_references(path: Path, lessons: Sequence[LessonEntry], topics: Sequence[str]) -> None:
    ids = [lesson.id for lesson in lessons]
    for position, lesson in enumerate(lessons):
        where = f"{path}, lesson {lesson.id}"
        for need in lesson.needs:
            if need not in ids:
                raise CourseError(f'{where}: needs names "{need}", which is no lesson.', _did_you_mean(need, ids))
            if need not in ids[:position]:
                raise CourseError(f'{where}: needs names "{need}", which does not come earlier.', "Move or drop it.")
        for topic in lesson.topics:
            if topic not in topics:
                sentence = f'{where}: topics names "{topic}", which is not in the list of topics.'
                raise CourseError(sentence, _did_you_mean(topic, topics))


def _spellings(lesson: LessonEntry) -> tuple[str, str, str]:
    return lesson.id, lesson.stem, lesson.stem.partition("-")[2]


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1, cutoff=0.0)
    return f'Did you mean "{near[0]}"?' if near else "Remove it."


_NAME = re.compile(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*")


class _Fields:
    """The fields of one TOML table, each read with its type or refused in one sentence."""

    def __init__(self, table: Mapping[str, object], where: str, allowed: set[str] | None) -> None:
        self.fields = table
        self.where = where
        for field in table:
            if allowed is not None and field not in allowed:
                advice = _did_you_mean(field, sorted(allowed))
                raise CourseError(f'{where} has a field "{field}" that the syllabus does not know.', advice)

    def text(self, field: str) -> str:
        value = self._value(field)
        return value if isinstance(value, str) and value else self._refuse(field, "a text in quotes")

    def name(self, field: str) -> str:
        """A text that also names a folder or a file."""
        value = self.text(field)
        return value if _NAME.fullmatch(value) else self._refuse(field, "a name such as 01-vectors")

    def number(self, field: str) -> int:
        value = self._value(field)
        # In Python True is an int; in a syllabus it is a slip.
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        return self._refuse(field, "a whole number above 0")

    def texts(self, field: str) -> tuple[str, ...]:
        value = self._value(field)
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        return self._refuse(field, 'a list of texts such as ["vectors"]')

    def table(self, field: str) -> Mapping[str, object]:
        value = self._value(field)
        return value if isinstance(value, dict) else self._refuse(field, f"a table headed [{field}]")

    def tables(self, field: str) -> list[Mapping[str, object]]:
        value = self._value(field)
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            return value
        return self._refuse(field, f"one or more tables in double brackets, ending in {field}")

    def _value(self, field: str) -> object:
        if field not in self.fields:
            raise CourseError(f'{self.where} has no field "{field}".', "Add it; the lessons around show its form.")
        return self.fields[field]

    def _refuse(self, field: str, wanted: str) -> NoReturn:
        found = self.fields[field]
        raise CourseError(f"{self.where}: {field} is {found!r}.", f"Write {wanted}.")
