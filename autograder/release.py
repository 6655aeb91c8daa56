"""Makes what a class gets of a stage: nbgrader's student version of its notebooks, and beside each its `.py`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from autograder.errors import CourseError
from autograder.seal import write_class_copy
from autograder.syllabus import Syllabus, course_root, read_syllabus


def release(stage: str, to: Path | None = None, root: Path | None = None) -> list[Path]:
    """Releases a stage into `to/<stage>/` (by default the course's `release/`); the files that were written.

    The stage is also entered into nbgrader's gradebook, as `nbgrader generate_assignment` does it.
    Raises CourseError for an unknown stage, one without lessons, or when nbgrader refuses.
    """
    root = root or course_root()
    syllabus = read_syllabus(root / "curriculum" / "syllabus.toml")
    lessons = _lessons_of(stage, syllabus)
    folder = (to or root / "release") / stage
    with tempfile.TemporaryDirectory(prefix="release-") as made:
        _generate(stage, root, Path(made))
        copies = Path(made) / stage
        for stem in lessons:
            write_class_copy(root / "curriculum" / stage / f"{stem}.py", copies / f"{stem}.py")
        names = [f"{stem}{ending}" for stem in lessons for ending in (".ipynb", ".py")]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return [Path(shutil.copyfile(copies / name, folder / name)) for name in names]
        except OSError as error:
            raise CourseError(
                f"{error.filename2 or error.filename} can't be written: {error.strerror}.",
                "Choose another folder: autograder release STAGE --to FOLDER",
            ) from None


def _lessons_of(stage: str, syllabus: Syllabus) -> list[str]:
    found = next((s for s in syllabus.stages if s.id == stage), None)
    if found is None:
        raise CourseError(
            f'There is no stage "{stage}".', f"The stages are {', '.join(s.id for s in syllabus.stages)}."
        )
    stems = [lesson.stem for lesson in found.lessons if lesson.ready]
    if not stems:
        raise CourseError(f"No lesson of {stage} is written yet.", "`autograder progress` lists what is there.")
    return stems


def _generate(stage: str, root: Path, to: Path) -> None:
    from nbgrader.apps import NbGraderAPI
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.release_directory = str(to)
    config.Application.log_level = "ERROR"
    result = NbGraderAPI(config=config).generate_assignment(stage, force=True, create=True)
    if not result["success"]:
        raise CourseError(
            f"nbgrader can't make {stage}. {_first_error(result['log'] or result['error'] or '')}",
            f"The whole story: nbgrader generate_assignment {stage}",
        )


def _first_error(log: str) -> str:
    """The first error of nbgrader's log, with the notebook it was working on."""
    notebook = ""
    for line in log.splitlines():
        if line.startswith("[INFO] Converting notebook "):
            notebook = f"{Path(line).name}: "
        elif line.startswith("[ERROR] "):
            return notebook + line.removeprefix("[ERROR] ").partition(". Cell contents")[0]
    return log.strip().splitlines()[-1] if log.strip() else ""
