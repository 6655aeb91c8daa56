"""The portfolio: made from a fresh run of the learner's notebooks, so that what is on it is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import Course

from autograder.errors import CourseError
from autograder.lab.portfolio import PAGE, Portfolio, named, portfolio_page, prepare_folder, write_portfolio
from autograder.lab.rerun import Rerun, projects_in, rerun
from autograder.lab.workspace import Workspace
from autograder.notebooks import answer_cells, read_notebook, write_notebook
from autograder.syllabus import read_syllabus

pytestmark = pytest.mark.learner

LESSON = "01-first/01-sums"
RIGHT = {
    "question": 'question = "b"',
    "steps": 'steps = "xyz"',
    "total": "def total(numbers):\n    return sum(numbers)",
    "average": "def average(numbers):\n    return sum(numbers) / len(numbers)",
}
DRAW = (
    "import matplotlib.pyplot as plt\n"
    'adding = lesson.use("total")\n'
    "fig, ax = plt.subplots(figsize=(3, 2))\nax.plot([adding([1, 2])] * 2)\nplt.show()"
)


@pytest.fixture(scope="module")
def course(make_course: Any) -> Course:
    """The small course whose lesson has a challenge that draws a picture, with the copies made."""
    made: Course = make_course(Path(__file__).with_name("small_curriculum"))
    path = made.root / "curriculum" / f"{LESSON}.ipynb"
    notebook = read_notebook(path)
    place = next(position for position, cell in enumerate(notebook.cells) if cell.id == "total-answer")
    heading = nbformat.v4.new_markdown_cell("## Challenge\n\n### Exercise: the *till*\n\nAdd it up.")
    notebook.cells.insert(place, heading)
    check = next(position for position, cell in enumerate(notebook.cells) if cell.id == "total")
    drawing = [
        nbformat.v4.new_code_cell(DRAW),
        nbformat.v4.new_markdown_cell("**In the picture:** the till & its line."),
        nbformat.v4.new_markdown_cell("## Recap"),
    ]
    notebook.cells[check + 1 : check + 1] = drawing
    write_notebook(notebook, path)
    return made


@pytest.fixture
def workspace(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The learner's copies; kernels that are started know this course."""
    monkeypatch.setenv("PYTHONPATH", str(course.root))
    made = Workspace(tmp_path / "work", read_syllabus(course.root / "curriculum" / "syllabus.toml"))
    made.prepare()
    return made


def lesson_of(workspace: Workspace) -> Any:
    return workspace.syllabus.lesson(LESSON)


def answer(workspace: Workspace, **sources: str) -> Path:
    path = workspace.copy_of(lesson_of(workspace))
    notebook = read_notebook(path)
    for name, source in sources.items():
        answer_cells(notebook)[name].source = source
    write_notebook(notebook, path)
    return path


def portfolio(workspace: Workspace, *runs: Rerun, **more: Any) -> Portfolio:
    return Portfolio(workspace.syllabus, runs, date(2026, 3, 1), **more)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("</head>")[2]).split())


# The run


def test_only_what_passes_now_counts_and_the_copy_is_left_alone(workspace: Workspace) -> None:
    assert workspace.begun() == []
    path = answer(workspace, **{**RIGHT, "steps": 'steps = "yxz"', "average": "..."})
    before = path.read_bytes()
    assert workspace.begun() == [lesson_of(workspace)]
    run = rerun(workspace, lesson_of(workspace))
    assert (run.passed, run.failed, run.trouble) == (("question", "total"), ("steps",), "")
    assert path.read_bytes() == before and sorted(path.parent.iterdir()) == [path]
    [project] = run.projects
    assert project.title == "The *till*" and project.does == ("1 and 2 and 3 are 6", "any numbers are added up")
    assert project.picture is not None and project.picture.description == "the till & its line."


def test_what_the_notebook_has_stored_is_not_believed(workspace: Workspace) -> None:
    path = answer(workspace, total="def total(numbers):\n    return 6")
    notebook = read_notebook(path)
    check = next(cell for cell in notebook.cells if cell.source == 'lesson.check("total")')
    check.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "4"})]
    write_notebook(notebook, path)
    run = rerun(workspace, lesson_of(workspace))
    assert (run.passed, run.failed, run.projects) == ((), ("total",), ())


def test_a_deleted_check_is_made_up_for_and_an_error_elsewhere_is_passed_by(workspace: Workspace) -> None:
    path = answer(workspace, **RIGHT)
    notebook = read_notebook(path)
    notebook.cells = [cell for cell in notebook.cells if cell.source != 'lesson.check("average")']
    notebook.cells.insert(3, nbformat.v4.new_code_cell("1 / 0"))
    write_notebook(notebook, path)
    run = rerun(workspace, lesson_of(workspace))
    assert (run.passed, run.trouble) == (("question", "steps", "total", "average"), "")


def test_a_cell_that_hangs_is_stopped_and_the_others_count(workspace: Workspace) -> None:
    answer(workspace, question="while True:\n    pass", total=RIGHT["total"])
    run = rerun(workspace, lesson_of(workspace), cell_seconds=3)
    assert (run.passed, run.trouble) == (("total",), "A cell was stopped after 3 seconds.")


def test_a_cell_that_refuses_to_be_stopped_ends_the_run(workspace: Workspace) -> None:
    stubborn = (
        "while True:\n    try:\n        while True:\n            pass\n    except KeyboardInterrupt:\n        pass"
    )
    answer(workspace, question=stubborn)
    run = rerun(workspace, lesson_of(workspace), cell_seconds=1)
    assert (run.passed, run.trouble) == ((), "The notebook did not come to an end within 5 seconds.")


def test_a_notebook_that_ends_its_kernel_is_told(workspace: Workspace) -> None:
    answer(workspace, question="import os\nos._exit(1)")
    assert rerun(workspace, lesson_of(workspace)).trouble.startswith("The notebook ended its kernel")


@pytest.mark.parametrize("content", ["", '{"cells": [', "[]"])
def test_a_notebook_that_does_not_open_is_told(workspace: Workspace, content: str) -> None:
    workspace.copy_of(lesson_of(workspace)).write_text(content, encoding="utf-8")
    assert rerun(workspace, lesson_of(workspace)) == Rerun(
        lesson_of(workspace), trouble="The notebook can't be opened."
    )


def test_every_lesson_of_the_course_has_a_project() -> None:
    course = read_syllabus()
    ready = [lesson for lesson in course.lessons if lesson.ready]
    assert [entry.id for entry in ready if not projects_in(read_notebook(course.notebook_path(entry)))] == []


# The page


@pytest.fixture
def full(workspace: Workspace) -> Portfolio:
    """All but one exercise passed, in a run that was not made for it."""
    return portfolio(workspace, Rerun(lesson_of(workspace), ("question", "total", "average"), ("steps",), (), "A & b."))


def test_the_page_says_what_passed_what_did_not_and_nothing_of_the_person(full: Portfolio) -> None:
    said = words(portfolio_page(full))
    assert said.startswith("Portfolio Work in Groundwork") and "On 1 March 2026" in said
    assert "exercises 3 lesson 1" in said and "adding 2" in said and "3 of 4" in said
    assert "Sums &amp; &lt;averages&gt;: A &amp; b. steps did not pass in this run." in said
    assert "hour" not in said and str(Path.home()) not in said


def test_name_and_hours_are_on_it_when_they_are_known(workspace: Workspace) -> None:
    run = Rerun(lesson_of(workspace), ("total",))
    page = portfolio_page(portfolio(workspace, run, name="Ada <b>", hours=12.4))
    assert "<h1>Ada &lt;b&gt;</h1>" in page and "hours of work 12" in words(page)
    assert "Not counted" not in page


def test_nothing_on_the_page_comes_from_the_network_and_nothing_runs(full: Portfolio) -> None:
    assert not re.search(r"https?://|<script|@import|<link|\son\w+=", portfolio_page(full))


def test_a_name_is_one_line_of_moderate_length() -> None:
    assert named("  Ada\n\tLovelace\x00 ") == "Ada Lovelace"
    with pytest.raises(CourseError, match="A name of 81 characters does not fit."):
        named("a" * 81)


def test_an_earlier_page_is_kept(full: Portfolio, tmp_path: Path) -> None:
    first = write_portfolio(full, tmp_path).read_text(encoding="utf-8")
    (tmp_path / PAGE).write_text(f"{first} and a note", encoding="utf-8")
    write_portfolio(full, tmp_path)
    [kept] = set(tmp_path.glob("portfolio-*.html"))
    assert kept.read_text(encoding="utf-8").endswith("and a note")
    assert (tmp_path / PAGE).read_text(encoding="utf-8") == first


def test_when_nothing_passes_no_page_is_written(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="None of your exercises passes"):
        write_portfolio(portfolio(workspace, Rerun(lesson_of(workspace), (), ("total",))), tmp_path)
    assert not (tmp_path / PAGE).exists()


def test_a_folder_that_can_not_be_written_is_told_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match=r"can't be written: .*\nChoose another folder"):
        prepare_folder(tmp_path / "file" / "below")
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write everywhere
    with pytest.raises(CourseError, match="can't be written: Permission denied"):
        prepare_folder(tmp_path)


def test_a_full_disk_leaves_the_earlier_page(full: Portfolio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = write_portfolio(full, tmp_path)
    before = page.read_bytes()

    def no_room(path: Path, *_: Any, **__: Any) -> int:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_text", no_room)
    with pytest.raises(CourseError, match="No space left on device"):
        write_portfolio(full, tmp_path)
    assert page.read_bytes() == before


# The command


@pytest.fixture
def own_course(course: Course) -> Iterator[Course]:
    """The course with nobody's work in it."""
    work = work_in(course)
    work.prepare()
    yield course
    work.reset(lesson_of(work))


def work_in(course: Course) -> Workspace:
    return Workspace(course.root / "work", read_syllabus(course.root / "curriculum" / "syllabus.toml"))


def test_the_command_without_any_work_says_so(own_course: Course) -> None:
    done = own_course.run("autograder", "portfolio")
    assert done.returncode == 2 and done.stderr.startswith("There is no work of yours in ")


def test_the_command_runs_says_and_writes_where_it_is_told(own_course: Course, tmp_path: Path) -> None:
    answer(work_in(own_course), total=RIGHT["total"], question='question = "a"')
    done = own_course.run("autograder", "portfolio", "--to", str(tmp_path / "mine"), "--name", "Ada")
    assert done.returncode == 0, done.stderr
    assert f"{LESSON}: 1 passed, 1 not yet\n  ✗ question\n" in done.stdout
    assert f"Your portfolio is {tmp_path / 'mine' / PAGE}" in done.stdout and done.stderr == ""
    page = (tmp_path / "mine" / PAGE).read_text(encoding="utf-8")
    assert "<h1>Ada</h1>" in page and "data:image/png;base64," in page
