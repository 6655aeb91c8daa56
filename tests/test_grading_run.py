"""Grading a class: one verdict each, resumed after anything, the same marks as stock where stock is right."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import nbformat
import pytest
from grading_class import RIGHT, SmallClass

from autograder.errors import CourseError
from autograder.grading.course import GradingCourse
from autograder.grading.results import Result
from autograder.grading.run import Grading, Move, Wishes, run
from autograder.sandbox.levels import SandboxUnavailable
from autograder.sandbox.probe import probe

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")
MISTAKE = {**RIGHT, "total": "def total(numbers):\n    return sum(numbers[:-1])"}


@pytest.fixture
def small(tmp_path: Path) -> SmallClass:
    return SmallClass.make(tmp_path)


def graded(small: SmallClass, **wishes: Any) -> Grading:
    return run(GradingCourse.read(small.root), Wishes("first", **wishes))


def by_student(results: Sequence[Result]) -> dict[str, Result]:
    return {result.student: result for result in results}


def points(result: Result) -> dict[str, float]:
    return {cell.grade_id: cell.points for cell in result.cells}


def rows(root: Path) -> list[tuple[Any, ...]]:
    """The gradebook's marks, as formgrader and the exporters read them."""
    query = """
        select a.student_id, n.name, b.name, g.auto_score, g.manual_score, g.needs_manual_grade, g.extra_credit
        from grade g join base_cell b on g.cell_id = b.id join submitted_notebook s on s.id = g.notebook_id
        join notebook n on n.id = s.notebook_id join submitted_assignment a on a.id = s.assignment_id
        order by 1, 2, 3"""
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
        return database.execute(query).fetchall()


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # nbgrader starts alembic by name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=root,
        env={**os.environ, "PATH": path},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_everybody_gets_one_verdict_with_its_marks(small: SmallClass) -> None:
    small.hand_in("right", RIGHT)
    small.hand_in("stub", {})
    small.hand_in("wrong", MISTAKE)
    small.hand_in("noisy", RIGHT, {"total": "import sys, warnings\nwarnings.warn('x')\nprint('y', file=sys.stderr)"})
    small.hand_in("endless", {**RIGHT, "average": "def average(numbers):\n    while True: pass"})
    small.hand_in("leaving", {**RIGHT, "total": "def total(numbers):\n    import os; os._exit(0)"})
    (small.root / "submitted" / "broken" / "first").mkdir(parents=True)
    (small.root / "submitted" / "broken" / "first" / "01-sums.ipynb").write_text("{", encoding="utf-8")
    found = by_student(graded(small, jobs=2).results)
    assert {name: result.outcome for name, result in found.items()} == {
        "right": "graded", "stub": "graded", "wrong": "graded", "noisy": "graded", "endless": "graded",
        "leaving": "killed", "broken": "invalid",
    }  # fmt: skip
    full = {"question": 1.0, "steps": 2.0, "total": 4.0, "average": 2.0}
    assert points(found["right"]) == points(found["noisy"]) == full
    assert sum(points(found["stub"]).values()) == 0
    assert points(found["wrong"])["total"] == 0
    marked = next(cell for cell in found["wrong"].cells if cell.grade_id == "total")
    assert marked.mistake == "You left out the last number."
    assert "numbers below zero count as well" not in marked.failed, "a hidden test's sentence stays hidden"
    assert points(found["endless"]) == {**full, "average": 0.0}
    assert points(found["leaving"]) == {"question": 1.0, "steps": 2.0, "total": 0.0, "average": 0.0}
    assert "exit 0" in found["leaving"].reason
    assert "not a notebook" in found["broken"].reason or "JSON" in found["broken"].reason
    assert {result.level for result in found.values()} == {probe().level}
    assert [row[3] for row in rows(small.root) if row[0] == "right"] == [2.0, 1.0, 2.0, 4.0]


def test_only_what_is_missing_is_graded_and_a_changed_test_says_who_moves(small: SmallClass) -> None:
    small.hand_in("right", RIGHT)
    small.hand_in("wrong", MISTAKE)
    first = graded(small)
    assert first.graded_now == 2
    again = graded(small)
    assert (again.graded_now, again.results, again.moves) == (0, first.results, ())
    small.hand_in("late", RIGHT)
    assert graded(small).graded_now == 1
    spec = small.root / "source" / "first" / "01-sums.py"
    text = spec.read_text(encoding="utf-8")
    easier = text.replace("close(answer(numbers), sum(numbers))", "answer(numbers)")
    assert easier != text
    spec.write_text(easier, encoding="utf-8")
    changed = graded(small)
    assert changed.graded_now == 3
    assert changed.moves == (Move("wrong", "01-sums", 5.0, 6.0),)


def test_killed_in_the_middle_nothing_that_was_done_is_lost(small: SmallClass) -> None:
    for number in range(6):
        slow = {"total": "import time\ntime.sleep(1)"}
        small.hand_in(f"student{number}", RIGHT, slow)
    program = [sys.executable, "-m", "autograder", "grade", "first", "--jobs", "1"]
    process = subprocess.Popen(program, cwd=small.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    done: list[Any] = []
    while len(done) < 2 and time.monotonic() < deadline:
        time.sleep(0.2)
        with (
            contextlib.suppress(sqlite3.OperationalError),
            contextlib.closing(sqlite3.connect(f"file:{small.root}/gradebook.db?mode=ro", uri=True)) as database,
        ):
            done = database.execute("select student from groundwork_results").fetchall()
    assert process.poll() is None, "it ended before it could be killed"
    process.kill()
    process.wait()
    done_then = len(rows_of_ours(small.root))
    assert 2 <= done_then < 6
    rest = graded(small)
    assert rest.graded_now == 6 - done_then
    assert {result.outcome for result in rest.results} == {"graded"}
    assert {result.points for result in rest.results} == {9.0}


def rows_of_ours(root: Path) -> list[Any]:
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
        return database.execute("select student, notebook from groundwork_results").fetchall()


def test_ctrl_c_keeps_what_was_done_and_says_how_to_go_on(small: SmallClass) -> None:
    for number in range(5):
        small.hand_in(f"student{number}", RIGHT, {"total": "import time\ntime.sleep(1)"})
    program = [sys.executable, "-m", "autograder", "grade", "first", "--jobs", "1"]
    process = subprocess.Popen(
        program,
        cwd=small.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not (small.root / "autograded").exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(1.5)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in said) == (130, False), said
    assert said.splitlines()[-1] == "Stopped. What was graded is kept; go on with: autograder grade first"
    rest = graded(small)
    assert {result.points for result in rest.results} == {9.0}


class Breaking(Executor):
    """Gives its tasks to a thread, and breaks once as a pool does whose worker has died."""

    def __init__(self, threads: Executor, broken: list[int]) -> None:
        self._threads = threads
        self._broken = broken

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if len(self._broken) < 2:
            self._broken.append(1)
            future: Future[Any] = Future()
            future.set_exception(BrokenProcessPool("a worker has died"))
            return future
        return self._threads.submit(fn, *args, **kwargs)


def test_a_worker_that_dies_costs_nobody_a_verdict(small: SmallClass) -> None:
    small.hand_in("right", RIGHT)
    small.hand_in("wrong", MISTAKE)
    broken: list[int] = []

    @contextlib.contextmanager
    def executor() -> Iterator[Executor]:
        with ThreadPoolExecutor(1) as threads:
            yield Breaking(threads, broken)

    results = by_student(graded(small, executor=executor).results)
    assert len(broken) == 2
    assert {name: result.outcome for name, result in results.items()} == {"right": "graded", "wrong": "graded"}


@pytest.mark.parametrize(
    ("line", "points_given", "note"),
    [
        ("0.5", 0.5, ""),
        ("99", 2.0, "99 points of 2"),
        ("-1", 0.0, "-1 points of 2"),
        ("float('nan')", 0.0, "nan"),
        ("10**400", 2.0, "points of 2"),
        ("'five'", 2.0, ""),
        ("True", 2.0, ""),
        ("None", 2.0, ""),
    ],
)
def test_partial_credit_is_nbgraders_kept_within_bounds(
    tmp_path: Path, line: str, points_given: float, note: str
) -> None:
    plain_course(tmp_path, f"assert double(2) == 4\n{line}")
    hand_in_plain(tmp_path, "ann", "def double(x):\n    return 2 * x")
    (result,) = run(GradingCourse.read(tmp_path), Wishes("ps1")).results
    (cell,) = result.cells
    assert (result.outcome, cell.points, cell.trust) == ("graded", points_given, "inside")
    assert note in cell.note and bool(note) == bool(cell.note)


def plain_course(root: Path, test: str, kernel: str = "python") -> None:
    """A course of nbgrader's own kind: one function, one test cell with assertions."""
    cells = [
        ("double-answer", "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION", False),
        ("double", test, True),
    ]
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "x", "display_name": "x", "language": kernel},
            "language_info": {"name": kernel},
        }
    )
    for name, source, is_test in cells:
        cell = nbformat.v4.new_code_cell(source)
        cell.metadata["nbgrader"] = {
            "grade": is_test, "solution": not is_test, "locked": is_test, "task": False,
            "schema_version": 3, "grade_id": name,
            **({"points": 2} if is_test else {}),
        }  # fmt: skip
        notebook.cells.append(cell)
    (root / "source" / "ps1").mkdir(parents=True)
    nbformat.write(notebook, root / "source" / "ps1" / "p.ipynb")
    (root / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")


def hand_in_plain(root: Path, student: str, answer: str, copies: int = 1) -> None:
    notebook = nbformat.read(root / "source" / "ps1" / "p.ipynb", as_version=4)
    notebook.cells[0].source = answer
    notebook.cells += [nbformat.from_dict(notebook.cells[1]) for _ in range(copies - 1)]
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    folder = root / "submitted" / student / "ps1"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "p.ipynb")


def test_a_copied_test_cell_stops_stock_and_is_put_right_here(tmp_path: Path) -> None:
    plain_course(tmp_path, "assert double(2) == 4")
    hand_in_plain(tmp_path, "ann", "def double(x):\n    return 2 * x", copies=2)
    stock = tmp_path.parent / "stock"
    shutil.copytree(tmp_path, stock)
    aborted = command(stock, "nbgrader", "autograde", "ps1", "--create")
    assert aborted.returncode != 0 or "ERROR" in aborted.stderr
    assert not (stock / "autograded" / "ann" / "ps1" / "p.ipynb").exists()
    (result,) = run(GradingCourse.read(tmp_path), Wishes("ps1")).results
    assert (result.outcome, result.points) == ("graded", 2.0)
    assert any("double" in note for note in result.notes), result.notes


def test_a_test_that_was_hidden_is_not_there_while_the_students_cells_run(tmp_path: Path) -> None:
    test = "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(21) == 42\n### END HIDDEN TESTS"
    plain_course(tmp_path, test)
    hand_in_plain(tmp_path, "ann", "def double(x):\n    return {2: 4}.get(x)")
    hand_in_plain(tmp_path, "bob", "def double(x):\n    return 2 * x")
    results = by_student(run(GradingCourse.read(tmp_path), Wishes("ps1")).results)
    assert (results["ann"].points, results["bob"].points) == (0.0, 2.0)
    shown = (tmp_path / "autograded" / "ann" / "ps1" / "p.ipynb").read_text(encoding="utf-8")
    assert "42" not in shown and "HIDDEN" not in shown


def test_another_language_is_refused_in_a_sentence(tmp_path: Path) -> None:
    plain_course(tmp_path, "stopifnot(double(2) == 4)", kernel="R")
    hand_in_plain(tmp_path, "ann", "double <- function(x) 2 * x")
    (result,) = run(GradingCourse.read(tmp_path), Wishes("ps1")).results
    assert (result.outcome, result.points) == ("invalid", 0.0)
    assert result.reason.startswith("Its kernel's language is r; only Python is graded here.")


def test_the_example_course_of_nbgraders_documentation_gets_stocks_marks(tmp_path: Path) -> None:
    made = command(tmp_path, "nbgrader", "quickstart", "course101")
    assert made.returncode == 0, made.stderr
    root = tmp_path / "course101"
    released = command(root, "nbgrader", "generate_assignment", "ps1")
    assert released.returncode == 0, released.stderr
    for student, answer in {
        "right": "    if n < 1: raise ValueError(n)\n    return [i ** 2 for i in range(1, n + 1)]",
        "half": "    return [i ** 2 for i in range(1, n + 1)]",
        "stub": "    raise NotImplementedError()",
    }.items():
        folder = root / "submitted" / student / "ps1"
        shutil.copytree(root / "release" / "ps1", folder)
        notebook = nbformat.read(folder / "problem1.ipynb", as_version=4)
        cell = next(one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade_id") == "squares")
        head = cell.source.partition("# YOUR CODE HERE")[0].rstrip()
        cell.source = f"{head}\n{answer}"
        nbformat.write(notebook, folder / "problem1.ipynb")
    stock = tmp_path / "stock"
    shutil.copytree(root, stock)
    config = stock / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8").replace(str(root), str(stock)), encoding="utf-8")
    autograded = command(stock, "nbgrader", "autograde", "ps1")
    assert autograded.returncode == 0, autograded.stderr
    results = run(GradingCourse.read(root), Wishes("ps1")).results
    assert rows(root) == rows(stock) and len(rows(root)) > 10
    assert {result.points for result in results if result.notebook == "problem1"} == {2.0, 1.0, 0.0}
    feedback = command(root, "nbgrader", "generate_feedback", "ps1")
    assert feedback.returncode == 0, feedback.stderr
    assert len(list((root / "feedback").rglob("*.html"))) == 6


# The command


def test_the_command_prints_a_table_and_tells_by_its_exit_code(small: SmallClass) -> None:
    small.hand_in("=HYPERLINK(1)", MISTAKE)
    small.hand_in("bob", RIGHT)
    done = command(small.root, "autograder", "grade", "first")
    assert done.returncode == 0, done.stderr
    assert "=HYPERLINK(1)" in done.stdout and "9 / 9" in done.stdout and f"Sandbox: {probe().level}" in done.stdout
    (small.root / "submitted" / "bob" / "first" / "01-sums.ipynb").unlink()
    as_json = command(small.root, "autograder", "grade", "first", "--json", "--student", "bob")
    assert as_json.returncode == 1
    (result,) = json.loads(as_json.stdout)
    assert (result["outcome"], result["points"], result["level"]) == ("invalid", 0, probe().level)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["second"], 'There is no assignment "second"'),
        (["first", "--student", "nobody"], '"nobody" has not handed in "first".'),
        (["first", "--level", "high"], 'There is no level "high" of the sandbox.'),
        (["first", "--level", "none"], "There is no sandbox on this machine"),
        (["first", "--executor", "ray://x"], 'There is no executor "ray://x".'),
        (["first", "--executor", "dask://127.0.0.1:1"], "No Dask scheduler answers at 127.0.0.1:1"),
    ],
)
def test_what_can_not_be_graded_is_one_sentence_and_what_to_type(
    small: SmallClass, arguments: list[str], sentence: str
) -> None:
    small.hand_in("ann", RIGHT)
    done = command(small.root, "autograder", "grade", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr and "Traceback" not in done.stderr


def test_where_there_is_no_linux_one_sentence_says_where_to_grade(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.hand_in("ann", RIGHT)
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(CourseError, match="only Linux") as refused:
        graded(small, level="none", trusted=True)
    assert "WSL" in refused.value.next_step


def test_what_the_sandbox_lacks_is_said_the_same_by_a_worker() -> None:
    said = SandboxUnavailable("namespaces", "EPERM: Operation not permitted")
    assert str(pickle.loads(pickle.dumps(said))) == str(said)


def test_without_a_sandbox_only_who_trusts_goes_on_and_the_result_says_so(small: SmallClass) -> None:
    small.hand_in("ann", RIGHT)
    with pytest.raises(CourseError, match="no sandbox"):
        graded(small, level="none")
    (result,) = graded(small, level="none", trusted=True).results
    assert (result.points, result.level, result.missing) == (9.0, "none", ("everything",))
