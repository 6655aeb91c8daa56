"""Every lesson's own answers, handed in by somebody, earn every point; what is left out of a notebook costs nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from grading_class import RIGHT, SmallClass

from autograder.grading.course import GradingCourse
from autograder.grading.run import Grading, Wishes, run
from autograder.notebooks import answer_cells, read_notebook, write_notebook
from autograder.syllabus import course_root, read_syllabus

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux grades")

LESSONS = [lesson.id for stage in read_syllabus().stages for lesson in stage.lessons if lesson.ready]
CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'lessons'\nc.Execute.timeout = 240\n"


def graded(root: Path, assignment: str, **wishes: bool) -> Grading:
    return run(GradingCourse.read(root), Wishes(assignment, **wishes))  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_right_answers_of_every_lesson_earn_every_point(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    for folder in (tmp_path / "source" / "all", tmp_path / "submitted" / "ada" / "all"):
        folder.mkdir(parents=True)
        for lesson in LESSONS:
            for ending in (".ipynb", ".py"):
                shutil.copy((course_root() / "curriculum" / lesson).with_suffix(ending), folder)
    results = graded(tmp_path, "all").results
    assert {result.notebook for result in results} == {lesson.rpartition("/")[2] for lesson in LESSONS}
    lost = {
        result.notebook: (result.outcome, result.reason, [cell for cell in result.cells if cell.points < cell.maximum])
        for result in results
        if result.outcome != "graded" or any(c.points < c.maximum for c in result.cells if c.trust != "manual")
    }
    assert lost == {}


def test_a_test_that_reads_the_answers_cell_does_so_in_grading(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    source, submitted = tmp_path / "source" / "all", tmp_path / "submitted" / "ada" / "all"
    for folder in (source, submitted):
        folder.mkdir(parents=True)
        for ending in (".ipynb", ".py"):
            shutil.copy((course_root() / "curriculum" / "06-deployment" / "08-docker").with_suffix(ending), folder)
    notebook = read_notebook(submitted / "08-docker.ipynb")
    answer = answer_cells(notebook)["predict"]
    answer["source"] = f"import numpy as np\n{answer.source}"
    write_notebook(notebook, submitted / "08-docker.ipynb")
    (result,) = graded(tmp_path, "all").results
    lost = {cell.grade_id: cell.maximum - cell.points for cell in result.cells if cell.trust != "manual"}
    assert result.outcome == "graded", result.reason
    assert {name: points for name, points in lost.items() if points} == {"predict": 1.0}


SHOWING = "shown = [1, 2, 3]\nprint(sum(shown))"


def test_a_cell_of_the_courses_that_no_mark_depends_on_is_run_only_when_asked_for(tmp_path: Path) -> None:
    small = SmallClass.make(tmp_path / "course")
    source = small.root / "source" / "first" / "01-sums.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(SHOWING))
    nbformat.write(notebook, source)
    small.released.cells.append(nbformat.v4.new_code_cell(SHOWING))
    small.hand_in("ada", RIGHT)
    small.released.cells[-1]["source"] = SHOWING.replace("3", "4")
    small.hand_in("ben", RIGHT)

    def last_outputs(student: str) -> str:
        shown = nbformat.read(small.root / "autograded" / student / "first" / "01-sums.ipynb", as_version=4)
        return "".join(output.text for output in shown.cells[-1].outputs)

    first = graded(small.root, "first")
    assert "No mark depends on the rest of this cell" in last_outputs("ada")
    assert last_outputs("ben") == "7\n"  # it is not the course's any more
    again = graded(small.root, "first", all_cells=True)
    assert last_outputs("ada") == "6\n"
    assert (again.graded_now, again.moves) == (2, ())
    assert [result.points for result in first.results] == [result.points for result in again.results] == [9.0, 9.0]
