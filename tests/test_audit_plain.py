"""Any nbgrader notebook can be audited: cells with asserts, hidden tests, stubs that raise, cells that people grade."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.audit.process import Target, audit_all
from autograder.audit.results import LessonAudit
from autograder.errors import CourseError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")


def cell(source: str, grade_id: str, **roles: Any) -> Any:
    roles = {"grade": False, "solution": False, "task": False, "locked": False, "schema_version": 3} | roles
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": grade_id, **roles}})


def answer(source: str, grade_id: str) -> Any:
    return cell(source, grade_id, solution=True)


def graded(source: str, grade_id: str, points: float = 1) -> Any:
    return cell(source, grade_id, grade=True, points=points, locked=True)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> LessonAudit:
    folder = tmp_path_factory.mktemp("assignment")
    (folder / "numbers.txt").write_text("3 4", encoding="utf-8")
    by_hand = {"grade_id": "essay", "grade": True, "solution": True, "task": False, "points": 5, "schema_version": 3}
    cells = [
        new_code_cell(
            "%matplotlib inline\nfrom pathlib import Path\nnumbers = Path('numbers.txt').read_text().split()"
        ),
        answer(
            "def area(width, height):\n    ### BEGIN SOLUTION\n    return width * height\n    ### END SOLUTION", "area"
        ),
        new_code_cell("area(1, 1)"),
        graded("assert area(3, 4) == 12", "area_visible", 2),
        graded(
            "assert area(0, 4) == 0\n### BEGIN HIDDEN TESTS\nassert area(4, 1) == 4\n### END HIDDEN TESTS", "area_2"
        ),
        answer("def largest(row):\n    return max(row)", "largest"),
        graded("assert (largest([2, 2]) == 2, 'The largest is 2.')", "always_true"),
        graded("largest", "never_asks", 3),
        graded("2 if largest([1, 2]) == 2 else 0", "in_part", 2),
        answer("def wrong(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION", "wrong"),
        graded("assert wrong(1) == 2", "wrong_test"),
        new_code_cell("1 / 0"),
        new_markdown_cell("An essay.", metadata={"nbgrader": by_hand}),
        answer("untested = 3", "untested"),
    ]
    path = folder / "plain.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    ((_, found),) = audit_all([Target(path, "plain")], 2)
    assert isinstance(found, LessonAudit), found
    assert {file.name for file in folder.iterdir()} == {"plain.ipynb", "numbers.txt"}
    return found


def test_each_answer_with_the_tests_below_it_is_an_exercise(audited: LessonAudit) -> None:
    assert [(e.exercise, e.points, e.tests) for e in audited.exercises] == [
        ("area", 3, 2),
        ("largest", 6, 3),
        ("wrong", 1, 1),
    ]


def test_the_stub_of_stock_nbgrader_earns_nothing_where_a_test_asks_for_something(audited: LessonAudit) -> None:
    area, largest, _ = audited.exercises
    assert area.stub_points == 0
    assert largest.stub_points == 0


def test_mutants_of_the_solution_are_caught_and_hidden_tests_counted(audited: LessonAudit) -> None:
    area = audited.exercises[0]
    assert area.defects == ()
    assert (area.kill_rate, area.count("killed") >= 4, area.count("survived")) == (1.0, True, 0)
    assert area.hidden_adds == 0


def test_tests_that_can_not_fail_are_named(audited: LessonAudit) -> None:
    largest = audited.exercises[1]
    assert "always_true, line 1: this `assert` can't fail, whatever the answer is" in largest.defects
    assert "no mutant fails the test never_asks" in largest.defects
    assert not any("in_part" in defect for defect in largest.defects)


def test_a_solution_that_fails_its_own_test_is_a_defect(audited: LessonAudit) -> None:
    assert audited.exercises[2].defects[0].startswith("the solution fails the test wrong_test: AssertionError")


def test_what_can_not_be_known_is_said(audited: LessonAudit) -> None:
    said = "\n".join(audited.unknown)
    assert "It has no known mistakes" in said and "It has no other right answers" in said and "no seeds" in said
    assert "What a person grades is not looked at: 5 points, in the cells essay." in said
    assert "No test stands below the answer untested." in said
    assert "A cell outside of the exercises raises ZeroDivisionError" in said


def test_equivalent_mutants_are_told_from_survivors(tmp_path: Path) -> None:
    source = "def cut(x):\n    ### BEGIN SOLUTION\n    return max(x, 0)\n    ### END SOLUTION"
    path = tmp_path / "cut.ipynb"
    nbformat.write(new_notebook(cells=[answer(source, "cut"), graded("assert cut(-2) == 0", "cut_test")]), path)
    ((_, found),) = audit_all([Target(path, "cut")], 1)
    assert isinstance(found, LessonAudit)
    fates = {mutant.diff[1].strip("+ "): mutant.fate for mutant in found.exercises[0].mutants}
    assert fates["return max(0, x)"] == "equivalent"
    assert fates["return min(x, 0)"] == "killed"
    survivor = next(mutant for mutant in found.exercises[0].mutants if mutant.diff[1].endswith("max(x, 1)"))
    assert survivor.fate == "killed"


def test_a_notebook_without_tests_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "empty.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), path)
    ((_, found),) = audit_all([Target(path, "empty")], 1)
    assert isinstance(found, CourseError)
    assert "empty.ipynb has no answer's cell with an nbgrader test cell below it." in str(found)


def test_the_notebook_of_nbgraders_own_quickstart_is_audited(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "quickstart", "course"], cwd=tmp_path, check=True, capture_output=True
    )
    path = tmp_path / "course" / "source" / "ps1" / "problem1.ipynb"
    ((_, found),) = audit_all([Target(path, "problem1")], 2)
    assert isinstance(found, LessonAudit)
    squares, sums = found.exercises
    assert (squares.exercise, squares.tests, squares.kill_rate, squares.defects) == ("squares", 2, 1.0, ())
    assert (sums.exercise, sums.points, sums.kill_rate) == ("sum_of_squares", 1, 1.0)
    assert sums.defects == ("no mutant fails the test sum_of_squares_uses_squares",)
    assert any("What a person grades is not looked at" in sentence for sentence in found.unknown)
