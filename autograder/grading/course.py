"""Where a course keeps its notebooks, its submissions and its gradebook, as its `nbgrader_config.py` says."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from autograder.errors import CourseError
from autograder.spec import exercise_names, load_spec

if TYPE_CHECKING:
    from traitlets.config import Config

CONFIG: Final = "nbgrader_config.py"
_STRUCTURE: Final = os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")  # noqa: PTH118 - a format
_IGNORE: Final = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
_ANY: Final = "\0"


@dataclass(frozen=True)
class GradingCourse:
    """A course as nbgrader sees it; all paths are absolute.

    structure: where a step ("source", "submitted", …) of a student's assignment lies below `root`.
    ignore:    patterns of file names that nbgrader neither copies nor releases.
    keep_own:  per assignment, files that a student may change although the source has them.
    excluded:  students that are left out.
    config:    everything that the configuration says, for nbgrader's own classes.
    """

    root: Path
    course_id: str
    db_url: str
    source_directory: str
    submitted_directory: str
    autograded_directory: str
    structure: str
    ignore: tuple[str, ...]
    keep_own: Mapping[str, tuple[str, ...]]
    excluded: frozenset[str]
    group_shared: bool
    config: Config = field(repr=False, compare=False)

    @classmethod
    def read(cls, folder: Path, db_url: str | None = None) -> GradingCourse:
        """The course of which `folder` holds the `nbgrader_config.py`; people's own Jupyter folders are read before it.

        `db_url` takes the place of the configured gradebook. Raises CourseError when there is no configuration,
        or when one can't be executed.
        """
        folder = folder.resolve()
        config = _load(folder)
        settings = config.CourseDirectory
        root = Path(os.path.abspath(folder / str(settings.get("root", "") or folder)))  # noqa: PTH100 - as nbgrader
        return cls(
            root=root,
            course_id=str(settings.get("course_id", "")).strip(),
            db_url=db_url or str(settings.get("db_url", "")) or f"sqlite:///{(root / 'gradebook.db').as_posix()}",
            source_directory=str(settings.get("source_directory", "source")),
            submitted_directory=str(settings.get("submitted_directory", "submitted")),
            autograded_directory=str(settings.get("autograded_directory", "autograded")),
            structure=str(settings.get("directory_structure", _STRUCTURE)),
            ignore=tuple(_listed(settings, "ignore", _IGNORE)),
            keep_own={
                key: tuple(value) for key, value in dict(config.Autograde.get("exclude_overwriting", {})).items()
            },
            excluded=frozenset(filter(None, str(settings.get("student_id_exclude", "")).split(","))),
            group_shared=bool(settings.get("groupshared", False)),
            config=config,
        )

    def assignments(self) -> list[str]:
        """All assignments that have a source notebook."""
        found = {name: folder for folder, name in self._folders(self.source_directory, ".", _ANY)}
        return sorted(name for name, folder in found.items() if any(folder.glob("*.ipynb")))

    def source(self, assignment: str) -> dict[str, Path]:
        """An assignment's source notebooks by name. Raises CourseError when there are none."""
        folder = self.source_folder(assignment)
        found = sorted(path for path in folder.glob("*.ipynb") if path.is_file()) if _plain(assignment) else []
        if not found:
            known = self.assignments()
            raise CourseError(
                f'There is no assignment "{assignment}": no notebook lies in {folder}.',
                f"The assignments are {', '.join(known)}."
                if known
                else f"Put a source notebook into {self.source_folder('ASSIGNMENT')}.",
            )
        return {path.stem: path for path in found}

    def source_folder(self, assignment: str) -> Path:
        """Where an assignment's source lies, whether it exists or not."""
        return self._folder(self.source_directory, ".", assignment)

    def spec(self, assignment: str, notebook: str) -> Path | None:
        """The lesson's `.py` beside a source notebook when it is one of ours, else None.

        Raises CourseError when it is ours and not Python.
        """
        path = self.source_folder(assignment) / f"{notebook}.py"
        if not path.is_file():
            return None
        if exercise_names(path):
            return path
        if b"autograder.exercise" in path.read_bytes():
            return path if load_spec(path).exercises else None
        return None

    def submitted(self, assignment: str) -> dict[str, Path]:
        """Where each student's submission of an assignment would lie, whether it is there or not."""
        students = self._folders(self.submitted_directory, _ANY, assignment)
        return {name: folder for folder, name in students if name not in self.excluded and not name.startswith(".")}

    def autograded(self, student: str, assignment: str) -> Path:
        """Where a student's graded notebooks go."""
        return self._folder(self.autograded_directory, student, assignment)

    @property
    def submitted_root(self) -> Path:
        """The folder above all submissions: what is named by the instructor, not by a student."""
        return self._prefix(self.submitted_directory)

    def _folder(self, step: str, student: str, assignment: str) -> Path:
        filled = self.structure.format(nbgrader_step=step, student_id=student, assignment_id=assignment)
        return Path(os.path.normpath(self.root / filled))

    def _prefix(self, step: str) -> Path:
        parts = Path(self.structure.format(nbgrader_step=step, student_id=_ANY, assignment_id=_ANY)).parts
        fixed = [part for number, part in enumerate(parts) if _ANY not in "".join(parts[: number + 1])]
        return self.root.joinpath(*fixed)

    def _folders(self, step: str, student: str, assignment: str) -> Iterator[tuple[Path, str]]:
        """All folders of a step, one of its two names left open, with what that name is in each.

        What comes below the open name need not exist.
        """
        filled = self.structure.format(nbgrader_step=step, student_id=student, assignment_id=assignment)
        parts = Path(filled).parts
        at = next((number for number, part in enumerate(parts) if _ANY in part), None)
        if at is None:
            return
        above = self.root.joinpath(*parts[:at])
        named = re.compile(re.escape(parts[at]).replace(re.escape(_ANY), "(.+)"))
        try:
            names = sorted(entry.name for entry in os.scandir(above) if entry.is_dir() or entry.is_symlink())
        except OSError:
            return
        for name in names:
            if match := named.fullmatch(name):
                below = [part.replace(_ANY, match.group(1)) for part in parts[at + 1 :]]
                yield above.joinpath(name, *below), match.group(1)


def _plain(assignment: str) -> bool:
    return assignment not in {"", ".", ".."} and not set(assignment) & set("/\\\0")


def _load(folder: Path) -> Config:
    """All configurations that `nbgrader` would read when started in a folder, the nearest last."""
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config.loader import PyFileConfigLoader

    folders = [Path(path) for path in reversed(jupyter_config_path())] + [folder]
    files = [path / CONFIG for path in folders if (path / CONFIG).is_file()]
    if not files:
        raise CourseError(
            f"There is no course here: {folder} has no {CONFIG}.",
            "Go to the course's folder, or make a course: nbgrader quickstart NAME",
        )
    config: Config | None = None
    for path in files:
        try:
            found = PyFileConfigLoader(path.name, path=str(path.parent)).load_config()
        except Exception as error:
            raise CourseError(
                f"{path} can't be executed: {type(error).__name__}: {error}.", "Mend that file; it is Python."
            ) from None
        if config is None:
            config = found
        else:
            config.merge(found)
    assert config is not None
    return config


def _listed(settings: Config, name: str, default: tuple[str, ...]) -> list[str]:
    """A list that a configuration sets, or only adds to."""
    from traitlets.config.loader import LazyConfigValue

    value: Any = settings.get(name, None)
    if isinstance(value, LazyConfigValue):
        return [str(item) for item in value.get_value(list(default))]
    return [str(item) for item in (default if value is None else value)]
