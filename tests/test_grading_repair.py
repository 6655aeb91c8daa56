"""A submission gets the course's cells back, each once, and keeps all that the student wrote."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode, from_dict
from nbformat import validate as validate_format
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum

from autograder.grading.master import HIDDEN_TESTS
from autograder.grading.repair import checksum, grade_id, is_unanswered, repair

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
HIDDEN = "### BEGIN HIDDEN TESTS\nassert f(7) == 49\n### END HIDDEN TESTS"


def cell(source: str, kind: str = "code", **marks: Any) -> NotebookNode:
    """A cell; with a `grade_id`, one of nbgrader's."""
    made: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source, "id": "new"}
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    if marks:
        base = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
        made["metadata"]["nbgrader"] = {**base, **marks}
    node: NotebookNode = from_dict(made)
    if marks:
        node.metadata.nbgrader.update(checksum=compute_checksum(node), cell_type=kind)
    return node


def test_cell(name: str, points: float = 2) -> NotebookNode:
    source = f"assert {name}(3) == 9\n{HIDDEN}"
    return cell(source, grade_id=f"test-{name}", grade=True, locked=True, points=points)


test_cell.__test__ = False  # type: ignore[attr-defined]


def notebook(*cells: NotebookNode) -> NotebookNode:
    for number, node in enumerate(cells):
        node["id"] = f"c{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made: NotebookNode = from_dict(
        {"cells": list(cells), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    )
    return made


@pytest.fixture
def source() -> NotebookNode:
    """Every kind of cell that nbgrader knows."""
    return course()


def course() -> NotebookNode:
    return notebook(
        cell("# Powers", "markdown"),
        cell("import math", grade_id="setup", locked=True),
        cell("## Squares", "markdown"),
        cell(STUB, grade_id="f", solution=True),
        test_cell("f"),
        cell("## Cubes", "markdown"),
        cell(STUB, grade_id="g", solution=True),
        test_cell("g"),
        test_cell("h", points=1),
        cell("YOUR ANSWER HERE", "markdown", grade_id="why", grade=True, solution=True, points=3),
        cell("Draw it.", "markdown", grade_id="draw", task=True, locked=True, points=2),
    )


@pytest.fixture
def handed_in(source: NotebookNode) -> NotebookNode:
    return answered(source)


def answered(source: NotebookNode) -> NotebookNode:
    """What an honest student hands in: no hidden tests, answers written, a cell of their own."""
    made = copy.deepcopy(source)
    for node in made.cells:
        if grade_id(node).startswith("test-"):
            node.source = HIDDEN_TESTS.sub("", node.source).rstrip("\n")
            node.metadata.nbgrader.checksum = compute_checksum(node)
    by_id(made, "f").source = "def f(x):\n    return x * x"
    by_id(made, "g").source = "def g(x):\n    return x * helper(x)"
    by_id(made, "why").source = "Because."
    made.cells.insert(7, cell("def helper(x):\n    return x * x"))
    made.cells[7]["id"] = "own"
    return made


def by_id(made: NotebookNode, name: str) -> NotebookNode:
    (found,) = [node for node in made.cells if grade_id(node) == name]
    return found


def texts(made: NotebookNode) -> list[str]:
    return [node.source for node in made.cells]


def index(made: NotebookNode, name: str) -> int:
    return made.cells.index(by_id(made, name))


def assert_is_the_courses(made: NotebookNode, source: NotebookNode) -> None:
    """Exactly the course's cells, each once, with its settings, and its text where that is locked; and it is valid."""
    right = {grade_id(node): node for node in source.cells if grade_id(node)}
    assert sorted(grade_id(node) for node in made.cells if "nbgrader" in node.metadata) == sorted(right)
    for name, node in right.items():
        mine = by_id(made, name)
        assert (mine.metadata, mine.cell_type) == (node.metadata, node.cell_type)
        if not node.metadata.nbgrader.solution:
            assert mine.source == node.source
    MetadataValidator().validate_nb(made)
    validate_format(made)


def test_an_honest_submission_is_left_as_it_is_but_for_its_hidden_tests(
    handed_in: NotebookNode, source: NotebookNode
) -> None:
    repaired = repair(handed_in, source)
    assert repaired.notes == ()
    assert_is_the_courses(repaired.notebook, source)
    assert [text.partition("\n###")[0] for text in texts(repaired.notebook)] == texts(handed_in)
    assert "assert f(7) == 49" in by_id(repaired.notebook, "test-f").source


def test_nothing_that_is_given_to_it_is_changed(handed_in: NotebookNode, source: NotebookNode) -> None:
    before = copy.deepcopy((handed_in, source))
    by_id(handed_in, "test-f").metadata.nbgrader.points = 100
    before[0].cells[4].metadata.nbgrader.points = 100
    repair(handed_in, source)
    assert (handed_in, source) == before


def delete(name: str) -> Callable[[NotebookNode], None]:
    return lambda made: made.cells.remove(by_id(made, name))


def change(
    name: str, source: str | None = None, kind: str | None = None, **marks: Any
) -> Callable[[NotebookNode], None]:
    def apply(made: NotebookNode) -> None:
        node = by_id(made, name)
        node.source = node.source if source is None else source
        node.cell_type = kind or node.cell_type
        node.metadata.nbgrader.update(marks)

    return apply


def copied(name: str, to: int) -> Callable[[NotebookNode], None]:
    return lambda made: made.cells.insert(to, copy.deepcopy(by_id(made, name)))


def moved(name: str, to: int) -> Callable[[NotebookNode], None]:
    def apply(made: NotebookNode) -> None:
        node = by_id(made, name)
        made.cells.remove(node)
        made.cells.insert(to, node)

    return apply


@pytest.mark.parametrize(
    ("fault", "note"),
    [
        (delete("test-g"), 'The test cell "test-g" was missing and was put back.'),
        (delete("setup"), 'The given cell "setup" was missing and was put back.'),
        (delete("f"), 'The answer\'s cell "f" was missing and was put back.'),
        (delete("draw"), 'The task "draw" was missing and was put back.'),
        (change("test-f", "assert True"), 'The test cell "test-f" had been changed; the course\'s text counts.'),
        (
            change("test-f", points=100),
            'The settings of "test-f" had been changed (points); the course\'s count.',
        ),
        (
            change("test-f", locked=False, grade=False),
            'The settings of "test-f" had been changed (grade, locked); the course\'s count.',
        ),
        (
            change("setup", schema_version=99),
            'The settings of "setup" had been changed (schema_version); the course\'s count.',
        ),
        (
            change("f", schema_version=1),
            'The settings of "f" had been changed (schema_version); the course\'s count.',
        ),
        (change("f", kind="markdown"), 'The settings of "f" had been changed (cell type); the course\'s count.'),
        (change("why", kind="code"), 'The settings of "why" had been changed (cell type); the course\'s count.'),
        (
            copied("test-f", 12),
            'The test cell "test-f" was there 2 times and counts once. The other cells were kept as ordinary ones.',
        ),
        (
            copied("f", 4),
            'The answer "f" was in 2 cells; the last one counts. The other cells were kept as ordinary ones.',
        ),
        (moved("test-f", 0), 'The test cell "test-f" had been moved and was put back where it belongs.'),
        (moved("setup", 11), 'The given cell "setup" had been moved and was put back where it belongs.'),
        (
            lambda made: made.metadata.kernelspec.update(name="bash"),
            'The notebook asks for the kernel "bash"; the course\'s "python3" was used.',
        ),
    ],
)
def test_a_fault_is_repaired_and_said_in_one_sentence(
    handed_in: NotebookNode, source: NotebookNode, fault: Callable[[NotebookNode], None], note: str
) -> None:
    fault(handed_in)
    repaired = repair(handed_in, source)
    assert list(repaired.notes) == [note]
    assert_is_the_courses(repaired.notebook, source)
    assert repaired.notebook.metadata == source.metadata
    run = [node for node in repaired.notebook.cells if node.cell_type == "code"]
    assert texts(notebook(*run)).index("import math") < index(notebook(*run), "f") < index(notebook(*run), "test-f")


def test_a_forged_checksum_does_not_hide_an_edited_test(handed_in: NotebookNode, source: NotebookNode) -> None:
    node = by_id(handed_in, "test-f")
    node.source = "assert True"
    node.metadata.nbgrader.checksum = compute_checksum(node)
    repaired = repair(handed_in, source)
    assert_is_the_courses(repaired.notebook, source)
    assert len(repaired.notes) == 1


def test_a_deleted_answer_comes_back_as_its_stub_and_counts_as_none(
    handed_in: NotebookNode, source: NotebookNode
) -> None:
    delete("f")(handed_in)
    made = repair(handed_in, source).notebook
    assert by_id(made, "f").source == STUB
    assert is_unanswered(by_id(made, "f"))
    assert not is_unanswered(by_id(made, "g"))


def test_a_deleted_test_comes_back_after_all_that_was_written_for_it(
    handed_in: NotebookNode, source: NotebookNode
) -> None:
    delete("test-g")(handed_in)
    made = repair(handed_in, source).notebook
    assert index(made, "g") < texts(made).index("def helper(x):\n    return x * x") < index(made, "test-g")
    assert index(made, "test-g") < index(made, "test-h")


def test_a_deleted_given_cell_comes_back_right_behind_what_it_followed(
    handed_in: NotebookNode, source: NotebookNode
) -> None:
    delete("setup")(handed_in)
    handed_in.cells.insert(1, cell("mine = math.pi"))
    assert texts(repair(handed_in, source).notebook)[:3] == ["# Powers", "import math", "mine = math.pi"]


def test_a_split_test_cell_counts_once(handed_in: NotebookNode, source: NotebookNode) -> None:
    copied("test-f", 5)(handed_in)
    handed_in.cells[4].source, handed_in.cells[5].source = "assert", "f(3) == 9"
    repaired = repair(handed_in, source)
    assert_is_the_courses(repaired.notebook, source)
    assert "f(3) == 9" in texts(repaired.notebook)


def test_of_two_answers_the_last_that_says_something_counts(handed_in: NotebookNode, source: NotebookNode) -> None:
    copied("f", 3)(handed_in)
    handed_in.cells[3].source = "def f(x):\n    return 0"
    handed_in.cells.append(copy.deepcopy(by_id(source, "f")))
    made = repair(handed_in, source).notebook
    assert by_id(made, "f").source == "def f(x):\n    return x * x"
    assert "def f(x):\n    return 0" in texts(made)


def test_two_swapped_exercises_stay_as_the_student_has_them(handed_in: NotebookNode, source: NotebookNode) -> None:
    handed_in.cells[3:9] = [*handed_in.cells[6:9], *handed_in.cells[3:6]]
    made = repair(handed_in, source).notebook
    assert_is_the_courses(made, source)
    assert index(made, "g") < index(made, "f") < index(made, "test-f")
    assert index(made, "g") < index(made, "test-g")
    assert index(made, "setup") < index(made, "g")


def test_a_source_changed_since_the_release_is_no_fault_of_the_student(
    handed_in: NotebookNode, source: NotebookNode
) -> None:
    node = by_id(source, "test-f")
    node.source, node.metadata.nbgrader.points = "assert f(4) == 16", 5
    node.metadata.nbgrader.checksum = compute_checksum(node)
    repaired = repair(handed_in, source)
    assert repaired.notes == ('The test cell "test-f" is from an earlier release; the course\'s present one counts.',)
    assert_is_the_courses(repaired.notebook, source)


def test_a_cell_that_claims_to_be_nbgraders_and_is_not_is_an_ordinary_one(
    handed_in: NotebookNode, source: NotebookNode
) -> None:
    handed_in.cells.append(cell("1", grade_id="bonus", grade=True, locked=True, points=50))
    made = repair(handed_in, source).notebook
    assert_is_the_courses(made, source)
    assert made.cells[-1].metadata == {} or "nbgrader" not in made.cells[-1].metadata


def test_an_empty_notebook_gets_every_cell_of_the_course_in_order(source: NotebookNode) -> None:
    repaired = repair(notebook(), source)
    assert_is_the_courses(repaired.notebook, source)
    names = [grade_id(node) for node in source.cells if grade_id(node)]
    assert [grade_id(node) for node in repaired.notebook.cells] == names
    assert len(repaired.notes) == len(names)


def test_the_checksum_is_nbgraders(source: NotebookNode) -> None:
    for node in source.cells:
        if grade_id(node):
            assert checksum(node) == compute_checksum(node)


COUNT = len(answered(course()).cells)
MARKS = st.fixed_dictionaries(
    {},
    optional={
        "grade_id": st.sampled_from(["f", "test-f", "why", "draw", "nobody", ""]),
        "grade": st.booleans(),
        "solution": st.booleans(),
        "locked": st.booleans(),
        "task": st.booleans(),
        "points": st.sampled_from([-1, 0, 2, 100, float("nan"), "many"]),
        "schema_version": st.sampled_from([0, 1, 2, 99, "3"]),
        "checksum": st.sampled_from(["", "forged"]),
        "cell_type": st.sampled_from(["code", "raw"]),
    },
)


@settings(max_examples=150)
@given(
    order=st.lists(st.integers(0, COUNT - 1), max_size=2 * COUNT),
    forged=st.dictionaries(st.integers(0, 2 * COUNT), MARKS, max_size=4),
    kinds=st.dictionaries(st.integers(0, 2 * COUNT), st.sampled_from(["code", "markdown", "raw"]), max_size=3),
)
def test_whatever_is_done_to_a_submission_it_comes_out_with_exactly_the_courses_cells(
    order: list[int], forged: dict[int, dict[str, Any]], kinds: dict[int, str]
) -> None:
    source = course()
    honest = answered(source)
    made = notebook(*(copy.deepcopy(honest.cells[number]) for number in order))
    for at, marks in forged.items():
        if at < len(order):
            made.cells[at].metadata.setdefault("nbgrader", from_dict({})).update(marks)
    for at, kind in kinds.items():
        if at < len(order):
            made.cells[at].cell_type = kind
    for at, node in enumerate(made.cells):  # as `read` makes them
        for key in ("outputs", "execution_count"):
            node.pop(key, None)
        if node.cell_type == "code":
            node.update(outputs=[], execution_count=None)
        node.source += f"\n# {at}" if not grade_id(node) or node.metadata.nbgrader.get("solution") else ""
    own = [node.source for node in made.cells if not is_the_courses(node, source)]
    result = repair(made, source).notebook
    assert_is_the_courses(result, source)
    kept = iter(node.source for node in result.cells)
    assert all(text in kept for text in own), "the student's own cells have all stayed, in their order"


def is_the_courses(node: NotebookNode, source: NotebookNode) -> bool:
    return grade_id(node) in {grade_id(right) for right in source.cells if grade_id(right)}
