"""Today's review: about ten minutes of what is due, on changed instances, in a notebook that runs by itself."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.errors import CourseError
from autograder.journal import Journal
from autograder.lab.excerpt import excerpt
from autograder.lab.review import todays_review
from autograder.lab.workspace import Workspace
from autograder.lesson import Lesson
from autograder.mastery import Mastery
from autograder.notebooks import answer_cells, mark, read_notebook, solution, write_notebook
from autograder.spec import load_spec
from autograder.student_version import student_version
from autograder.syllabus import LessonEntry, read_syllabus

pytestmark = pytest.mark.learner

LESSON = "01-first/01-shapes"
SYLLABUS = """\
[topics]
"shapes" = []

[[stages]]
id = "01-first"
title = "First"
purpose = "A beginning."

[[stages.lessons]]
stem = "01-shapes"
title = "Shapes"
about = "Areas."
needs = []
minutes = 30
topics = ["shapes"]
status = "ready"
"""
EXERCISES = """\
from autograder.compare import close
from autograder.exercise import Choice, Exercise, Order

corners = Choice(correct="b", distractors={"a": "Too few.", "c": "Too many."}, concepts=["corner"], minutes=2)
steps = Order(["a", "b"], concepts=["order"], minutes=2)
square = Exercise(concepts=["area"], minutes=6)
ring = Exercise(concepts=["ring"], minutes=6)
label = Exercise(concepts=["label"], minutes=6, file="out/label.txt")
twin = Exercise(concepts=["twin"], minutes=4, names=["square"])
long = Exercise(concepts=["long"], minutes=18)


@square.test("a square is measured")
def _(answer, rng):
    size = rng.uniform(1, 9)
    close(answer(size), size**2)


@ring.test("a ring is measured")
def _(answer):
    close(answer(2, 1), 9.42477796)


@label.test("it is a word")
def _(answer):
    close(len(answer.split()), 1)


@twin.test("as before")
def _(answer):
    close(answer(2), 4)


@long.test("it is long")
def _(answer):
    close(answer(), 1)
"""
CELLS = [
    new_code_cell(f'from autograder import Lesson\n\nlesson = Lesson("{LESSON}")'),
    new_code_cell("import math\nimport time\n\nPI = math.pi\nunused = time.time()"),
    new_code_cell("table = {}\nfor key in 'ab':\n    table[key] = PI\ntable['c'] = 3"),
    new_markdown_cell(
        "Some words.\n\n### Exercise: Corners\n\nHow many?\n\n- a: three\n- b: four,\n  in all\n- c: five\n\nSet it."
    ),
    new_code_cell('### BEGIN SOLUTION\ncorners = "b"\n### END SOLUTION'),
    new_code_cell('lesson.check("corners")'),
    new_markdown_cell("### Exercise: Steps\n\n- a: first\n- b: second"),
    new_code_cell('### BEGIN SOLUTION\nsteps = "ab"\n### END SOLUTION'),
    new_code_cell('lesson.check("steps")'),
    new_markdown_cell("### Exercise: Square"),
    new_code_cell(
        "UNIT = 1\n\n\ndef square(size):\n    ### BEGIN SOLUTION\n    return math.pow(size, 2)\n    ### END SOLUTION"
    ),
    new_code_cell('lesson.check("square")'),
    new_markdown_cell("### Exercise: Ring"),
    new_code_cell(
        "### BEGIN SOLUTION\ndef ring(outer, inner):\n"
        "    return table['c'] / 3 * PI * (square(outer) - square(inner)) * UNIT\n### END SOLUTION"
    ),
    new_code_cell('lesson.check("ring")'),
    new_markdown_cell("### Exercise: Label"),
    new_code_cell("%%writefile out/label.txt\n### BEGIN SOLUTION\nword\n### END SOLUTION"),
    new_code_cell('lesson.check("label")'),
    new_markdown_cell("### Exercise: Twin"),
    new_code_cell("### BEGIN SOLUTION\ndef square(size):\n    return size * size\n### END SOLUTION"),
    new_code_cell('lesson.check("twin")'),
    new_markdown_cell("### Exercise: Long"),
    new_code_cell("### BEGIN SOLUTION\ndef long():\n    return 1\n### END SOLUTION"),
    new_code_cell('lesson.check("long")'),
]
DAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A small course, a folder for working copies, and an open journal."""
    stage = tmp_path / "curriculum" / "01-first"
    stage.mkdir(parents=True)
    (tmp_path / "curriculum" / "syllabus.toml").write_text(SYLLABUS)
    (stage / "01-shapes.py").write_text(EXERCISES)
    notebook = new_notebook(cells=[cell.copy() for cell in CELLS])
    mark(notebook, load_spec(stage / "01-shapes.py"))
    write_notebook(notebook, stage / "01-shapes.ipynb")
    syllabus = read_syllabus(tmp_path / "curriculum" / "syllabus.toml")
    for module in ("lesson", "own_answer", "learner"):
        monkeypatch.setattr(f"autograder.{module}.read_syllabus", lambda: syllabus)
    monkeypatch.setenv("GROUNDWORK_JOURNAL", str(tmp_path / "journal.jsonl"))
    monkeypatch.setattr("autograder.mastery.datetime", datetime)
    return Workspace(tmp_path / "work", syllabus)


def solved(desk: Workspace, *exercises: str, day: int = -1, **details: Any) -> None:
    """Notes exercises as passed so many days after the day of the review."""
    with (desk.folder.parent / "journal.jsonl").open("a") as file:
        for name in exercises:
            entry = {"time": (DAY + timedelta(days=day)).isoformat(), "lesson": LESSON, "exercise": name}
            file.write(json.dumps({**entry, "event": "check", "outcome": "passed", **details}) + "\n")


def review(desk: Workspace, day: int = 0) -> Path | None:
    now = DAY + timedelta(days=day, hours=1)
    return todays_review(
        desk, Mastery.read(desk.syllabus, Journal(desk.folder.parent / "journal.jsonl"), now), now.date()
    )


def made(desk: Workspace, day: int = 0) -> Any:
    path = review(desk, day)
    assert path is not None
    return read_notebook(path)


def asked(notebook: Any) -> list[str]:
    return [exercise for _, exercise in notebook.metadata.groundwork.review]


def code_of(notebook: Any) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


# What is in it


def test_where_nothing_is_due_there_is_no_notebook(desk: Workspace) -> None:
    solved(desk, "square", day=0)
    assert review(desk) is None
    assert not desk.folder.exists()


def test_it_stands_among_the_working_copies_by_its_date(desk: Workspace) -> None:
    solved(desk, "square")
    assert review(desk) == desk.folder / "review" / "2026-03-02.ipynb"


def test_an_exercise_brings_its_text_an_empty_cell_and_its_check(desk: Workspace) -> None:
    solved(desk, "square")
    notebook = made(desk)
    assert notebook.cells[2].source == (
        "### Exercise: Square\n\n*From [Shapes](../01-first/01-shapes.ipynb), which you solved on 1 March 2026.*"
    )
    begin = f'lesson = Lesson("{LESSON}", review="2026-03-02")'
    assert code_of(notebook) == [
        "from autograder import Lesson",
        f"{begin}\nimport math",
        "UNIT = 1\n\n\ndef square(size):\n    # Write your answer here, in place of the three dots.\n    ...",
        f'{begin}\nlesson.check("square")',
    ]


def test_what_an_answer_builds_on_comes_along_and_nothing_else(desk: Workspace) -> None:
    solved(desk, "ring")
    context = code_of(made(desk))[1].splitlines()[1:]
    assert context == [
        "import math",
        "PI = math.pi",
        "table = {}",
        "for key in 'ab':",
        "    table[key] = PI",
        "table['c'] = 3",
        "UNIT = 1",
        'square = lesson.use("square")',
    ]


def test_neither_our_answers_nor_the_learners_are_in_it(desk: Workspace) -> None:
    solved(desk, "square", "corners", "ring", "label")
    text = "\n".join(code_of(made(desk)))
    assert "math.pow" not in text
    assert 'corners = "b"' not in text


def test_a_question_comes_with_its_options_in_another_order(desk: Workspace) -> None:
    solved(desk, "corners")
    notebook = made(desk)
    options = dict(re.findall(r"^- ([abc]): (.*(?:\n  .*)?)", notebook.cells[2].source, re.MULTILINE))
    found = re.search(r'lesson\.check\("corners", shown="(\w+)"\)', code_of(notebook)[-1])
    assert found is not None
    assert found.group(1) != "abc"
    originals = {"a": "three", "b": "four,\n  in all", "c": "five"}
    assert options == {letter: originals[own] for letter, own in zip("abc", found.group(1), strict=True)}


def test_steps_to_be_ordered_stay_as_they_are(desk: Workspace) -> None:
    solved(desk, "steps")
    notebook = made(desk)
    assert "- a: first\n- b: second" in notebook.cells[2].source
    assert code_of(notebook)[-1].endswith('lesson.check("steps")')


def test_it_takes_about_ten_minutes_and_the_rest_waits(desk: Workspace) -> None:
    solved(desk, "long", "square", "ring", "label", "corners", "steps")
    minutes = {"corners": 2, "steps": 2, "square": 6, "ring": 6, "label": 6, "long": 18}
    first = asked(made(desk))
    assert 8 <= sum(minutes[name] for name in first) / 2 <= 10
    for name in first:
        solved(desk, name, day=0, review="2026-03-02")
    following = review(desk)
    assert following == desk.folder / "review" / "2026-03-02-2.ipynb"
    assert not set(asked(read_notebook(following))) & set(first)


def test_two_exercises_of_one_name_wait_for_each_other(desk: Workspace) -> None:
    solved(desk, "square", "twin")
    assert len(asked(made(desk))) == 1


# Asked for again


def test_an_unfinished_review_is_opened_again_as_it_is(desk: Workspace) -> None:
    solved(desk, "square", "corners")
    path = review(desk)
    assert path is not None
    notebook = read_notebook(path)
    notebook.cells[2].source = "mine"
    write_notebook(notebook, path)
    before = path.read_bytes()
    solved(desk, "square", day=0, review=path.stem)
    assert (review(desk), path.read_bytes()) == (path, before)


def test_after_a_finished_review_nothing_is_due_today(desk: Workspace) -> None:
    solved(desk, "square")
    made(desk)
    solved(desk, "square", day=0, review="2026-03-02")
    assert review(desk) is None


def test_another_day_has_a_notebook_of_its_own(desk: Workspace) -> None:
    solved(desk, "square")
    made(desk)
    assert review(desk, day=1) == desk.folder / "review" / "2026-03-03.ipynb"


def test_a_review_that_cannot_be_read_is_left_alone(desk: Workspace) -> None:
    solved(desk, "square")
    path = review(desk)
    assert path is not None
    path.write_text("{torn")
    assert review(desk) == desk.folder / "review" / "2026-03-02-2.ipynb"
    assert path.read_text() == "{torn"


# Odd places


def test_a_file_of_an_earlier_review_is_kept_elsewhere(desk: Workspace) -> None:
    left_over = desk.folder / "review" / "out" / "label.txt"
    left_over.parent.mkdir(parents=True)
    left_over.write_text("old")
    solved(desk, "label")
    made(desk)
    assert not left_over.exists()
    assert [kept.read_text() for kept in (desk.folder / "backups" / "review").iterdir()] == ["old"]


def test_a_folder_that_cannot_be_written_is_named(desk: Workspace) -> None:
    desk.folder.write_text("a file where a folder should be")
    solved(desk, "square")
    with pytest.raises(CourseError, match="can't be written") as caught:
        review(desk)
    assert "try again" in caught.value.next_step


@pytest.mark.parametrize(
    "content", [None, "{torn", '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}']
)
def test_a_lesson_whose_notebook_is_damaged_waits(desk: Workspace, content: str | None) -> None:
    notebook = desk.syllabus.notebook_path(desk.syllabus.lesson(LESSON))
    notebook.unlink() if content is None else notebook.write_text(content)
    solved(desk, "square")
    assert review(desk) is None


# Done by somebody


def test_who_solves_it_finds_the_concept_put_off(desk: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    solved(desk, "ring", "square", "label", "steps")
    path = review(desk)
    assert path is not None
    answers = answer_cells(read_notebook(desk.syllabus.notebook_path(desk.syllabus.lesson(LESSON))))
    monkeypatch.chdir(path.parent)
    names: dict[str, Any] = {"Lesson": Lesson, "__name__": "__main__"}
    cards = []
    for cell in code_of(read_notebook(path)):
        stub = next(
            (name for name in answers if "three dots" in cell and f"{name}" in cell.replace("label.txt", "label")), ""
        )
        source = solution(answers[stub].source) if stub else cell
        if source.startswith("%%writefile"):
            Path("out/label.txt").write_text("word\n")
        elif "lesson.check(" in source:
            begin, _, call = source.partition("\n")
            exec(begin, names)
            cards.append(eval(call, names))
        else:
            exec(source, names)
    assert {card.verdict.outcome for card in cards if card.verdict.exercise != "steps"} == {"passed"}


# The lessons themselves

SYLLABUS_OF_THE_COURSE = read_syllabus()
READY = [lesson for lesson in SYLLABUS_OF_THE_COURSE.lessons if lesson.ready]


@pytest.mark.parametrize("lesson", READY, ids=[lesson.id for lesson in READY])
def test_every_exercise_of_the_course_can_stand_by_itself(lesson: LessonEntry) -> None:
    source = read_notebook(SYLLABUS_OF_THE_COURSE.notebook_path(lesson))
    released = student_version(source)
    for name in answer_cells(source):
        taken = excerpt(source, released, name)
        assert taken is not None, name
        assert taken.task.startswith("### Exercise"), name
        assert len(taken.context.splitlines()) <= 40, name
        compile(taken.context, name, "exec")
