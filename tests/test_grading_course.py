"""A course is read from its nbgrader_config.py, with nbgrader's own defaults where that says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.grading.course import GradingCourse
from autograder.syllabus import course_root


@pytest.fixture(autouse=True)
def nobodys_own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "course"


def configured(folder: Path, *lines: str) -> GradingCourse:
    folder.mkdir(exist_ok=True)
    (folder / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *lines]), encoding="utf-8")
    return GradingCourse.read(folder)


def with_sources(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}", encoding="utf-8")


def test_an_empty_configuration_means_nbgraders_defaults(folder: Path) -> None:
    course = configured(folder)
    assert (course.root, course.db_url) == (folder, f"sqlite:///{folder}/gradebook.db")
    assert course.source_folder("ps1") == folder / "source" / "ps1"
    assert course.autograded("ada", "ps1") == folder / "autograded" / "ada" / "ps1"
    assert course.ignore == (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")


def test_an_assignment_has_the_notebooks_of_its_source_folder(folder: Path) -> None:
    with_sources(folder, "source/ps1/b.ipynb", "source/ps1/a.ipynb", "source/ps1/data.csv", "source/header.ipynb")
    course = configured(folder)
    assert list(course.source("ps1").items()) == [(n, folder / f"source/ps1/{n}.ipynb") for n in ("a", "b")]
    assert course.assignments() == ["ps1"]


def test_this_course_has_a_stage_for_an_assignment() -> None:
    course = GradingCourse.read(course_root())
    assert "01-math" in course.assignments()
    assert course.source("01-math")["01-vectors"] == course_root() / "curriculum/01-math/01-vectors.ipynb"
    assert course.spec("01-math", "01-vectors") == course_root() / "curriculum/01-math/01-vectors.py"
    assert "*.py" in course.ignore


def test_every_setting_is_taken(folder: Path) -> None:
    course = configured(
        folder,
        'c.CourseDirectory.directory_structure = "{nbgrader_step}/{assignment_id}/{student_id}"',
        'c.CourseDirectory.submitted_directory = "in"',
        'c.CourseDirectory.db_url = "postgresql://host/marks"',
        'c.CourseDirectory.student_id_exclude = "eve,mallory"',
        'c.CourseDirectory.ignore.append("*.tmp")',
        'c.Autograde.exclude_overwriting = {"ps1": ["helper.py"]}',
    )
    for name in ("ada", "eve", ".hidden"):
        (folder / "in" / "ps1" / name).mkdir(parents=True)
    assert course.submitted("ps1") == {"ada": folder / "in" / "ps1" / "ada"}
    assert course.db_url == "postgresql://host/marks"
    assert course.ignore[-1] == "*.tmp" and "__pycache__" in course.ignore
    assert course.keep_own == {"ps1": ("helper.py",)}
    assert course.submitted_root == folder / "in"


def test_another_gradebook_can_be_given(folder: Path) -> None:
    configured(folder)
    assert GradingCourse.read(folder, db_url="sqlite:///other.db").db_url == "sqlite:///other.db"


def test_a_py_beside_a_notebook_is_a_spec_only_when_it_defines_exercises(folder: Path) -> None:
    with_sources(folder, "source/ps1/a.ipynb", "source/ps1/b.ipynb")
    (folder / "source/ps1/a.py").write_text("def helper(): pass\n")
    (folder / "source/ps1/b.py").write_text("from autograder.exercise import Exercise\ntotal = Exercise(\n")
    course = configured(folder)
    assert course.spec("ps1", "a") is None
    assert course.spec("ps1", "none") is None
    with pytest.raises(CourseError, match="is not Python"):
        course.spec("ps1", "b")


@pytest.mark.parametrize("name", ["ps2", "", "..", "../source/ps1", "ps1/"])
def test_an_unknown_assignment_is_answered_with_the_known_ones(folder: Path, name: str) -> None:
    with_sources(folder, "source/ps1/a.ipynb")
    with pytest.raises(CourseError) as caught:
        configured(folder).source(name)
    assert caught.value.sentence.startswith(f'There is no assignment "{name}"')
    assert caught.value.next_step == "The assignments are ps1."


def test_a_folder_without_a_course_is_answered_with_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as caught:
        GradingCourse.read(tmp_path)
    assert caught.value.next_step.endswith("nbgrader quickstart NAME")


def test_a_configuration_that_fails_is_named(folder: Path) -> None:
    with pytest.raises(CourseError, match=r"nbgrader_config.py can't be executed: ZeroDivisionError"):
        configured(folder, "1 / 0")
