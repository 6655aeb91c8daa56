"""Lesson notebooks: cells are told apart, marked for nbgrader, and stored with nothing that only one machine needs."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.utils import determine_grade
from PIL import Image

from autograder.answers import STUB_COMMENT, has_stub
from autograder.authoring import make_pictures_small
from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.notebooks import (
    answer_cells,
    cells_by_grade_id,
    checked_exercise,
    mark,
    normalise,
    read_notebook,
    solution,
    solution_lines,
    write_notebook,
    written_answer,
)
from autograder.spec import Spec
from autograder.student_version import student_version

SETUP = 'from autograder import Lesson\n\nlesson = Lesson("01-math/01-small")'
ANSWER = """\
def double(n):
    '''Twice n.'''
    ### BEGIN SOLUTION
    twice = n + n

    return twice
    ### END SOLUTION"""
CHECK = 'lesson.check("double")'


def spec(*names: str) -> Spec:
    exercises = {}
    for name in names:
        exercise = Exercise(concepts=[], minutes=1)
        exercise.id = name
        exercise.test("one", points=2)(lambda answer: None)
        exercise.test("two")(lambda answer: None)
        exercises[name] = exercise
    return Spec(Path("01-small.py"), exercises)


def notebook(*sources: str) -> NotebookNode:
    cells = [
        new_markdown_cell(source) if source.startswith("#") else new_code_cell(source) for source in (SETUP, *sources)
    ]
    return new_notebook(cells=cells)


def marked() -> NotebookNode:
    result = notebook("# Doubling", ANSWER, CHECK)
    mark(result, spec("double"))
    return result


# Reading and writing


def test_a_notebook_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "stage" / "lesson.ipynb"
    write_notebook(marked(), path)
    assert [cell.source for cell in read_notebook(path).cells] == [SETUP, "# Doubling", ANSWER, CHECK]
    assert [child.name for child in path.parent.iterdir()] == ["lesson.ipynb"]


@pytest.mark.parametrize(
    "content",
    ["", "not json", "[]", "3", "{}", '{"nbformat": 4}', '{"cells": 3, "nbformat": 4, "nbformat_minor": 5}'],
)
def test_what_is_no_notebook_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "lesson.ipynb"
    path.write_text(content)
    with pytest.raises(CourseError, match="is not a notebook that can be read"):
        read_notebook(path)


def test_a_missing_notebook_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="There is no notebook"):
        read_notebook(tmp_path / "none.ipynb")


# Which cell is which


@pytest.mark.parametrize("source", ['lesson.check("double")', "lesson.check('double')", '\nlesson.check("double")\n'])
def test_a_check_cell_holds_nothing_but_the_check(source: str) -> None:
    assert checked_exercise(new_code_cell(source)) == "double"


@pytest.mark.parametrize(
    "source", ['lesson.check("double");', 'x = lesson.check("double")', "lesson.check(double)", 'lesson.hint("double")']
)
def test_any_other_cell_is_no_check(source: str) -> None:
    assert checked_exercise(new_code_cell(source)) is None


def test_prose_that_reads_like_a_check_is_none() -> None:
    assert checked_exercise(new_markdown_cell(CHECK)) is None


def test_answers_are_found_by_their_exercise() -> None:
    assert {name: cell.source for name, cell in answer_cells(marked()).items()} == {"double": ANSWER}


def test_a_solution_is_the_cell_without_its_markers() -> None:
    assert solution(ANSWER) == "def double(n):\n    '''Twice n.'''\n    twice = n + n\n\n    return twice"
    assert solution_lines(ANSWER) == ["twice = n + n", "return twice"]


def test_the_lines_of_several_regions_are_all_found() -> None:
    two = "a\n### BEGIN SOLUTION\nb\n### END SOLUTION\nc\n### BEGIN SOLUTION\nd\n### END SOLUTION"
    assert solution_lines(two) == ["b", "d"]


# Marking


def test_marking_gives_every_cell_its_part() -> None:
    cells = cells_by_grade_id(marked())
    assert list(cells) == ["setup", "double-answer", "double"]
    answer, check = cells["double-answer"].metadata.nbgrader, cells["double"].metadata.nbgrader
    assert (answer.solution, answer.grade, answer.locked) == (True, False, False)
    assert (check.solution, check.grade, check.locked, check.points) == (False, True, True, 3)


def test_marking_again_changes_nothing() -> None:
    once, twice = marked(), marked()
    mark(twice, spec("double"))
    assert [cell.metadata for cell in once.cells] == [cell.metadata for cell in twice.cells]


def test_marks_that_no_longer_fit_are_taken_away() -> None:
    result = marked()
    result.cells[1].metadata["nbgrader"] = {"grade_id": "old"}
    mark(result, spec("double"))
    assert "nbgrader" not in result.cells[1].metadata


@pytest.mark.parametrize(
    ("sources", "names", "sentence"),
    [
        ([ANSWER], ["double"], 'The exercise "double" has no check cell.'),
        ([CHECK], ["double"], 'The check of "double" has no solution cell before it.'),
        ([ANSWER, CHECK, ANSWER, CHECK], ["double"], 'The exercise "double" has two check cells.'),
        ([ANSWER, ANSWER, CHECK], ["double"], "Two solution cells follow each other: 'def double(n):'"),
        ([ANSWER, 'lesson.check("duoble")'], ["double"], 'This lesson has no exercise "duoble".'),
    ],
    ids=["no check", "no solution", "two checks", "two solutions", "unknown"],
)
def test_a_notebook_that_does_not_fit_its_exercises_is_refused(
    sources: list[str], names: list[str], sentence: str
) -> None:
    with pytest.raises(CourseError) as caught:
        mark(notebook(*sources), spec(*names))
    assert caught.value.sentence.startswith(sentence)


# Written answers, which a person marks

WRITTEN = """\
### Written answer: why_twice (5 points)

### BEGIN SOLUTION
Adding a number to itself doubles it.
### END SOLUTION"""


def with_written(*more: str) -> NotebookNode:
    result = notebook("# Doubling", ANSWER, CHECK, WRITTEN, *more)
    mark(result, spec("double"))
    return result


def test_a_written_answer_says_its_name_and_points_in_its_heading() -> None:
    assert written_answer(new_markdown_cell(WRITTEN)) == ("why_twice", 5)
    assert written_answer(new_markdown_cell("### Written answer: why (1 point)")) == ("why", 1)


@pytest.mark.parametrize(
    "cell",
    [
        new_code_cell(WRITTEN),
        new_markdown_cell(f"Before it.\n\n{WRITTEN}"),
        new_markdown_cell("### Written answer: why"),
        new_markdown_cell("### Written answers: why (5 points)"),
    ],
    ids=["code", "not the first line", "no points", "another heading"],
)
def test_no_other_cell_is_a_written_answer(cell: NotebookNode) -> None:
    assert written_answer(cell) is None


def test_a_written_answer_is_graded_and_answered_in_one_cell() -> None:
    marks = cells_by_grade_id(with_written())["why_twice"].metadata.nbgrader
    assert (marks.solution, marks.grade, marks.locked, marks.points) == (True, True, False, 5)


def test_a_written_answer_is_no_answer_that_tests_check() -> None:
    assert list(answer_cells(with_written())) == ["double"]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("### Written answer: why (5 points)", 'The written answer "why" has no model answer.'),
        (WRITTEN, 'The written answer "why_twice" has a name that is taken.'),
        (WRITTEN.replace("why_twice", "double"), 'The written answer "double" has a name that is taken.'),
    ],
    ids=["no model answer", "twice", "an exercise's name"],
)
def test_a_written_answer_that_does_not_fit_is_refused(source: str, sentence: str) -> None:
    with pytest.raises(CourseError) as caught:
        with_written(source)
    assert caught.value.sentence == sentence


def test_the_learners_copy_has_the_heading_of_a_written_answer_without_the_model_answer() -> None:
    cell = cells_by_grade_id(student_version(with_written()))["why_twice"]
    assert cell.source == "### Written answer: why_twice (5 points)\n\nYOUR ANSWER HERE"
    assert (cell.metadata.deletable, cell.metadata.get("editable", True)) == (False, True)


def test_for_nbgrader_an_untouched_written_answer_is_0_and_any_other_waits_for_a_person() -> None:
    cell = cells_by_grade_id(student_version(with_written()))["why_twice"]
    assert determine_grade(cell) == (0, 5)
    cell.source = cell.source.replace("YOUR ANSWER HERE", "It is the number once more.")
    assert determine_grade(cell) == (None, 5)


# Normalising


def with_outputs() -> NotebookNode:
    result = marked()
    result.metadata["widgets"] = {"state": {}}
    result.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    result.cells[0].execution_count = 17
    result.cells[2].execution_count = 23
    result.cells[3].execution_count = 29
    result.cells[3].metadata["execution"] = {"iopub.execute_input": "2026-11-21T23:00:00Z"}
    result.cells[3].metadata["tags"] = ["slow"]
    result.cells[3].outputs = [
        new_output("execute_result", {"text/plain": "3"}, execution_count=29, metadata={"needs_background": "light"})
    ]
    return result


def test_what_only_one_machine_needs_is_left_out() -> None:
    result = with_outputs()
    normalise(result)
    text = nbformat.writes(result)
    for gone in ("widgets", "3.11.7", "iopub", "needs_background", "29"):
        assert gone not in text
    assert result.cells[3].metadata.tags == ["slow"]
    assert result.cells[3].outputs[0].data == {"text/plain": "3"}
    nbformat.validate(result)


def test_counts_go_up_by_one_from_cell_to_cell() -> None:
    result = with_outputs()
    normalise(result)
    assert [cell.get("execution_count") for cell in result.cells] == [1, None, 2, 3]
    assert result.cells[3].outputs[0].execution_count == 3


def test_cell_ids_are_stable_and_unique() -> None:
    one, other = with_outputs(), with_outputs()
    normalise(one), normalise(other)
    ids = [cell.id for cell in one.cells]
    assert ids == [cell.id for cell in other.cells] == ["setup", "cell-001", "double-answer", "double"]


def test_normalising_again_changes_nothing() -> None:
    result = with_outputs()
    normalise(result)
    once = json.dumps(result)
    normalise(result)
    assert json.dumps(result) == once


# The learner's copy


def test_the_learners_copy_has_stubs_in_place_of_solutions_and_no_outputs() -> None:
    source = with_outputs()
    copy = student_version(source)
    answer = answer_cells(copy)["double"].source
    assert answer == f"def double(n):\n    '''Twice n.'''\n    {STUB_COMMENT}\n    ..."
    assert has_stub(answer)
    assert all(not cell.get("outputs") for cell in copy.cells)
    assert answer_cells(source)["double"].source == ANSWER


def test_in_the_learners_copy_given_cells_are_locked_and_answers_are_not() -> None:
    cells = cells_by_grade_id(student_version(marked()))
    assert cells["double"].metadata.deletable is False
    assert cells["double"].metadata.editable is False
    assert cells["double-answer"].metadata.get("editable", True)


def test_a_stored_picture_is_small_and_looks_the_same() -> None:
    figure = Figure(figsize=(6, 4))
    axes = figure.subplots()
    for turn in range(4):
        axes.plot(np.sin(np.linspace(0, 20, 400) + turn), label=f"{turn} further")
    axes.legend()
    file = io.BytesIO()
    figure.savefig(file, format="png")
    before = base64.b64encode(file.getvalue()).decode()
    output = nbformat.v4.new_output("display_data", {"image/png": before})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("draw()", outputs=[output])])
    make_pictures_small(notebook)
    after = notebook.cells[0].outputs[0].data["image/png"]
    assert len(after) < 0.6 * len(before)
    was, now = (Image.open(io.BytesIO(base64.b64decode(one))).convert("RGB") for one in (before, after))
    difference = np.abs(np.asarray(was).astype(int) - np.asarray(now))
    assert np.quantile(difference, 0.999) <= 16, "of 255"
    assert difference.mean() < 0.5
    make_pictures_small(notebook)
    assert notebook.cells[0].outputs[0].data["image/png"] == after
