"""Stock nbgrader works on the course: its own commands, run on a class of three, and its server."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from autograder.notebooks import answer_cells, checked_exercise, read_notebook, solution, write_notebook
from autograder.spec import load_spec
from autograder.syllabus import course_root

if TYPE_CHECKING:
    from conftest import Course

pytestmark = pytest.mark.slow

SMALL = Path(__file__).with_name("small_curriculum")
LESSONS = ("01-first/01-sums", "01-math/01-vectors", "02-python/02-collections")
ONLY_ABOVE_ZERO = "def total(numbers):\n    return sum(number for number in numbers if number > 0)"
ONLY_THE_FIRST = "def total(numbers):\n    return numbers[0]"
RAISES = "def average(numbers):\n    return nummbers"
NOTHING_RIGHT = "def average(numbers):\n    return -1"


def curriculum_with_a_short_stage(folder: Path) -> Path:
    """Two of the course's lessons, and a short one as a stage of its own, in one syllabus."""
    for lesson in LESSONS:
        source = SMALL if (SMALL / f"{lesson}.py").is_file() else course_root() / "curriculum"
        (folder / lesson).parent.mkdir(parents=True)
        for ending in (".py", ".ipynb"):
            shutil.copy(source / f"{lesson}{ending}", (folder / lesson).parent)
    ours = (course_root() / "curriculum" / "syllabus.toml").read_text(encoding="utf-8")
    short = (SMALL / "syllabus.toml").read_text(encoding="utf-8").split("[[stages]]\n")[1]
    text = f"{ours}\n[[stages]]\n{short}".replace('topics = ["sums"]', 'topics = ["vectors"]')
    (folder / "syllabus.toml").write_text(text, encoding="utf-8")
    return folder


def with_answers(released: Path, answers: dict[str, str]) -> NotebookNode:
    """A released notebook in which somebody has answered some exercises."""
    notebook = read_notebook(released)
    for name, cell in answer_cells(notebook).items():
        cell.source = answers.get(name, cell.source)
    return notebook


@dataclass(frozen=True)
class Class:
    """A course after a class of three went through it: Ada knew everything, Bela did nothing, Chen got half way."""

    course: Course
    answers: dict[str, dict[str, str]]
    points: dict[str, dict[str, int]]

    @property
    def chens_collections(self) -> list[str]:
        """The exercises of 02-collections that Chen has answered: the first half, and correctly."""
        names = list(self.answers["02-python/02-collections"])
        return names[: len(names) // 2]

    def submit(self, student: str, lesson: str, answers: dict[str, str]) -> None:
        released = self.course.root / "release" / f"{lesson}.ipynb"
        write_notebook(with_answers(released, answers), self.course.root / "submitted" / student / f"{lesson}.ipynb")

    def scores(self, student: str, lesson: str) -> dict[str, float]:
        """What the gradebook holds, by exercise."""
        stage, stem = lesson.split("/")
        with Gradebook(f"sqlite:///{(self.course.root / 'gradebook.db').as_posix()}") as gradebook:
            grades = gradebook.find_submission_notebook(stem, stage, student).grades
            assert not any(grade.needs_manual_grade for grade in grades)
            return {grade.name: grade.score for grade in grades}


@pytest.fixture(scope="module")
def graded(make_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory) -> Class:
    """Release, three submissions, autograde, feedback, export: each command once, for all stages."""
    course = make_course(curriculum_with_a_short_stage(tmp_path_factory.mktemp("curriculum")))
    sources = {lesson: course.root / "curriculum" / f"{lesson}.ipynb" for lesson in LESSONS}
    the_class = Class(
        course,
        answers={
            lesson: {name: solution(cell.source) for name, cell in answer_cells(read_notebook(path)).items()}
            for lesson, path in sources.items()
        },
        points={
            lesson: {name: exercise.points for name, exercise in load_spec(path.with_suffix(".py")).exercises.items()}
            for lesson, path in sources.items()
        },
    )
    succeed(course.run("nbgrader", "generate_assignment", "*"))
    for lesson in LESSONS:
        the_class.submit("ada", lesson, the_class.answers[lesson])
        the_class.submit("bela", lesson, {})
    of_collections = the_class.answers["02-python/02-collections"]
    the_class.submit("chen", "02-python/02-collections", {n: of_collections[n] for n in the_class.chens_collections})
    the_class.submit(
        "chen", "01-first/01-sums", {"total": ONLY_ABOVE_ZERO, "average": NOTHING_RIGHT, "steps": 'steps = "xzy"'}
    )
    forge_full_marks(course.root / "submitted" / "chen" / "01-first")
    succeed(course.run("nbgrader", "autograde", "*"))
    succeed(course.run("nbgrader", "generate_feedback", "*"))
    succeed(course.run("nbgrader", "export", "--to", "grades.csv"))
    return the_class


def forge_full_marks(folder: Path) -> None:
    """Puts exercises that anything passes beside a submission, and a check cell that says 100 into it."""
    path = folder / "01-sums.ipynb"
    notebook = read_notebook(path)
    check = next(cell for cell in notebook.cells if checked_exercise(cell) == "average")
    check.source = "100"
    check.metadata.nbgrader.points = 100
    write_notebook(notebook, path)
    (folder / "01-sums.py").write_text(
        "from autograder.exercise import Exercise\n"
        "total = Exercise(concepts=[], minutes=1)\ntotal.test('anything', points=4)(lambda answer: None)\n"
        "average = Exercise(concepts=[], minutes=1)\naverage.test('anything', points=2)(lambda answer: None)\n"
    )


def succeed(finished: subprocess.CompletedProcess[str]) -> None:
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_solution_earns_every_point(graded: Class, lesson: str) -> None:
    assert graded.scores("ada", lesson) == graded.points[lesson]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_untouched_release_earns_none(graded: Class, lesson: str) -> None:
    assert graded.scores("bela", lesson) == dict.fromkeys(graded.points[lesson], 0)


def test_a_partly_right_answer_earns_its_part_and_a_wrong_one_nothing(graded: Class) -> None:
    assert graded.scores("chen", "01-first/01-sums") == {"question": 0, "steps": 0, "total": 2, "average": 0}


def test_who_gets_half_way_earns_the_points_of_that_half(graded: Class) -> None:
    points = graded.points["02-python/02-collections"]
    expected = {name: points[name] if name in graded.chens_collections else 0 for name in points}
    assert graded.scores("chen", "02-python/02-collections") == expected


def test_the_feedback_shows_the_card_with_the_mistake(graded: Class) -> None:
    page = (graded.course.root / "feedback" / "chen" / "01-first" / "01-sums.html").read_text(encoding="utf-8")
    assert 'aria-label="Not yet: total, 2 of 4 points"' in page
    assert "You added only what is above zero." in page
    assert 'aria-label="Not started: question, 0 of 1 points"' in page
    assert "Traceback (most recent call last)" not in page


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_feedback_on_a_solution_shows_a_passed_card_for_each_exercise(graded: Class, lesson: str) -> None:
    page = (graded.course.root / "feedback" / "ada" / f"{lesson}.html").read_text(encoding="utf-8")
    assert re.findall(r'aria-label="Passed: (\w+), ', page) == list(graded.points[lesson])


def test_the_export_has_a_line_for_each_student_and_stage(graded: Class) -> None:
    with (graded.course.root / "grades.csv").open(newline="", encoding="utf-8") as file:
        lines = {(line["student_id"], line["assignment"]): line for line in csv.DictReader(file)}
    whole = {lesson.split("/")[0]: sum(points.values()) for lesson, points in graded.points.items()}
    assert {stage: float(lines["ada", stage]["score"]) for stage in whole} == whole
    assert {stage: float(lines["bela", stage]["score"]) for stage in whole} == dict.fromkeys(whole, 0)
    assert [float(lines["chen", "01-first"][column]) for column in ("score", "max_score")] == [2, whole["01-first"]]


def test_nothing_of_the_instructors_is_in_what_nbgrader_releases(graded: Class) -> None:
    released = [
        path.relative_to(graded.course.root / "release").as_posix() for path in graded.course.root.glob("release/*/*")
    ]
    assert sorted(released) == [f"{lesson}.ipynb" for lesson in LESSONS]


# Validate: what a student asks before handing in


@pytest.fixture(scope="module")
def students_folder(graded: Class, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class's copy of the short lesson on a student's machine: one notebook right, one wrong."""
    folder = tmp_path_factory.mktemp("student")
    succeed(graded.course.run("autograder", "release", "01-first", "--to", str(folder)))
    copy = folder / "01-first"
    right = graded.answers["01-first/01-sums"]
    wrong = {**right, "total": ONLY_THE_FIRST, "average": RAISES, "question": 'question = "b'}
    write_notebook(with_answers(copy / "01-sums.ipynb", right), copy / "right.ipynb")
    write_notebook(with_answers(copy / "01-sums.ipynb", wrong), copy / "wrong.ipynb")
    return copy


def test_validate_says_in_words_what_is_wrong_and_nothing_about_what_is_right(
    graded: Class, students_folder: Path
) -> None:
    said = graded.course.run("nbgrader", "validate", "right.ipynb", "wrong.ipynb", cwd=students_folder).stdout
    success, _, failure = said.partition("VALIDATION FAILED ON 3 CELL(S)!")
    assert success.strip() == "Success! Your notebook passes all the tests."
    assert "Not yet: total, 0 of 2 points" in failure
    assert "1 and 2 and 3 are 6" in failure and "total([1, 2, 3])" in failure
    assert "NameError: name 'nummbers' is not defined" in failure
    assert "line 2, in average: return nummbers" in failure
    assert "There is no question yet." in failure
    assert "steps" not in failure
    assert "Traceback" not in said and "File " not in said
    assert "..." not in failure, "a line is too long for Validate and is cut"


# The server: formgrader for instructors, the Validate button for students


@dataclass(frozen=True)
class Server:
    """A Jupyter server in the course's folder, asked with its token."""

    address: str
    token: str

    def get(self, path: str) -> str:
        return self._ask(urllib.request.Request(f"{self.address}{path}"))

    def validate(self, path: str) -> Any:
        """What JupyterLab's Validate button gets for a notebook."""
        address = f"{self.address}/assignments/validate"
        request = urllib.request.Request(address, json.dumps({"path": path}).encode(), method="POST")
        return json.loads(self._ask(request))

    def _ask(self, request: urllib.request.Request) -> str:
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return str(answer.read().decode())


@contextmanager
def serving(course: Course) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", f"--ServerApp.port={port}"]
    command += ["--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=secret", f"--ServerApp.root_dir={course.root}"]
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with (course.root / "server.log").open("w") as log:
        process = subprocess.Popen(command, cwd=course.root, env=course.environment(), stdout=log, stderr=log)
    try:
        while process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        assert process.poll() is None, (course.root / "server.log").read_text()
        yield Server(f"http://127.0.0.1:{port}", "secret")
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def server(graded: Class) -> Iterator[Server]:
    with serving(graded.course) as running:
        yield running


def test_formgrader_lists_the_stages_with_their_points_and_the_class(graded: Class, server: Server) -> None:
    assert "formgrader" in server.get("/formgrader/manage_assignments").lower()
    stages = {found["name"]: found for found in json.loads(server.get("/formgrader/api/assignments"))}
    for lesson, points in graded.points.items():
        stage = stages[lesson.split("/")[0]]
        assert stage["max_score"] == sum(points.values())
        assert stage["num_submissions"] == (2 if lesson == "01-math/01-vectors" else 3)
    students = {found["id"]: found["score"] for found in json.loads(server.get("/formgrader/api/students"))}
    assert students["ada"] == sum(sum(points.values()) for points in graded.points.values())
    assert students["bela"] == 0


def test_formgrader_shows_a_submission_with_its_card(server: Server) -> None:
    submitted = json.loads(server.get("/formgrader/api/submitted_notebooks/01-first/01-sums"))
    chen = next(found for found in submitted if found["student"] == "chen")
    assert (chen["score"], chen["needs_manual_grade"]) == (2, False)
    page = server.get(f"/formgrader/submissions/{chen['id']}/")
    assert 'aria-label="Not yet: total, 2 of 4 points"' in page


def test_the_validate_button_is_content_with_a_solution(graded: Class, server: Server) -> None:
    answer = server.validate("submitted/ada/02-python/02-collections.ipynb")
    assert answer == {"success": True, "value": {}}


def test_the_validate_button_says_what_is_wrong(graded: Class, server: Server) -> None:
    answer = server.validate("submitted/chen/02-python/02-collections.ipynb")
    failed = {found["source"]: found["raw_error"] for found in answer["value"]["failed"]}
    open_ones = [name for name in graded.points["02-python/02-collections"] if name not in graded.chens_collections]
    assert list(failed) == [f'lesson.check("{name}")' for name in open_ones]
    for name, said in zip(open_ones, failed.values(), strict=True):
        assert said.startswith(f"○ Not started: {name}, 0 of ")
        assert "Traceback" not in said
