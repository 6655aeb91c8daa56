"""A newer version of a lesson takes over what the learner wrote into the older one."""

from __future__ import annotations

import copy

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.lab.carry import carried_over

pytestmark = pytest.mark.learner

STUB = "def total(numbers):\n    # Write your answer here, in place of the three dots.\n    ..."


def cell(kind: str, source: str, name: str, *, solution: bool = False) -> NotebookNode:
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    graded = {"nbgrader": {"grade_id": name, "solution": solution}} if not name.startswith("cell-") else {}
    return make(source, id=name, metadata=graded)


def lesson(*, words: str = "A shop closes.", stub: str = STUB) -> NotebookNode:
    """A lesson as the course gives it."""
    cells = [
        cell("markdown", words, "cell-000"),
        cell("code", stub, "total-answer", solution=True),
        cell("code", 'lesson.check("total")', "total"),
        cell("code", "total([1, 2])", "cell-003"),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def sources(notebook: NotebookNode) -> list[str]:
    nbformat.validate(notebook)
    return [cell.source for cell in notebook.cells]


@pytest.fixture
def mine() -> NotebookNode:
    """The older version with an answer in it."""
    notebook = lesson()
    notebook.cells[1].source = "def total(numbers):\n    return sum(numbers)"
    return notebook


def test_answers_come_along_and_the_lessons_words_are_the_new_ones(mine: NotebookNode) -> None:
    merged = carried_over(mine, lesson(words="The shop closes."))
    assert sources(merged)[:2] == ["The shop closes.", "def total(numbers):\n    return sum(numbers)"]
    assert len(merged.cells) == 4


def test_an_answer_that_was_never_begun_gives_way_to_the_new_stub() -> None:
    better = STUB.replace(":\n", ':\n    """The sum."""\n', 1)
    assert sources(carried_over(lesson(), lesson(stub=better)))[1] == better


def test_the_learners_own_cells_stay_where_they_stood(mine: NotebookNode) -> None:
    mine.cells.insert(0, nbformat.v4.new_markdown_cell("My plan."))
    mine.cells.insert(3, nbformat.v4.new_code_cell("total([5])"))
    mine.cells.append(nbformat.v4.new_markdown_cell("My notes."))
    assert sources(carried_over(mine, lesson(words="The shop closes."))) == [
        "My plan.",
        "The shop closes.",
        "def total(numbers):\n    return sum(numbers)",
        "total([5])",
        'lesson.check("total")',
        "total([1, 2])",
        "My notes.",
    ]


def test_an_answer_to_an_exercise_that_is_gone_stays_as_an_ordinary_cell(mine: NotebookNode) -> None:
    fresh = lesson()
    del fresh.cells[1:3]
    merged = carried_over(mine, fresh)
    assert "def total(numbers):\n    return sum(numbers)" in sources(merged)
    assert all("nbgrader" not in cell.metadata for cell in merged.cells)


def test_nothing_comes_twice_when_a_program_took_the_cells_ids_away(mine: NotebookNode) -> None:
    for old in mine.cells:
        del old["id"]
    mine.nbformat_minor = 4
    assert sources(carried_over(mine, lesson())) == sources(carried_over(mine, lesson()))
    assert len(carried_over(mine, lesson()).cells) == 4


def test_neither_notebook_is_changed(mine: NotebookNode) -> None:
    fresh = lesson(words="The shop closes.")
    before = copy.deepcopy((mine, fresh))
    carried_over(mine, fresh)
    assert (mine, fresh) == before
