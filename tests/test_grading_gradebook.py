"""The gradebook holds what stock nbgrader would have written for the same marks, and never half a result."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pytest
from nbformat import NotebookNode, from_dict
from nbgrader.api import Gradebook as StockGradebook
from sqlalchemy import create_engine, event, text

from autograder.errors import CourseError
from autograder.grading import gradebook, marks
from autograder.grading.course import GradingCourse
from autograder.grading.gradebook import Gradebook
from autograder.grading.master import master
from autograder.grading.repair import grade_id
from autograder.grading.results import CellMark, Outcome, Result
from autograder.grading.submission import Submission

ROLES = {"f": "solution", "test-f": "grade", "test-g": "grade", "why": "grade solution", "draw": "task"}


def source_cell(name: str, points: float = 2) -> dict[str, Any]:
    """A cell of a source notebook, by what it is called."""
    roles = ROLES[name]
    kind = "markdown" if name in {"why", "draw"} else "code"
    marks = {role: role in roles.split() for role in ("grade", "solution", "task")}
    marks |= {"grade_id": name, "locked": "solution" not in roles, "schema_version": 3}
    marks |= {"points": points} if "grade" in roles or "task" in roles else {}
    cell = {"cell_type": kind, "id": name, "metadata": {"nbgrader": marks}, "source": f"# {name}"}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def write_source(root: Path, *names: str, points: float = 2, notebook: str = "sums") -> None:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = {
        "cells": [source_cell(name, points) for name in names],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = root / "source" / "ps1" / f"{notebook}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made), encoding="utf-8")


@pytest.fixture
def course(tmp_path: Path) -> GradingCourse:
    root = tmp_path / "course"
    write_source(root, *ROLES)
    (root / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
    return GradingCourse.read(root)


@pytest.fixture
def book(course: GradingCourse) -> Iterator[Gradebook]:
    with Gradebook(course) as opened:
        yield opened


def result(
    student: str = "ada", outcome: Outcome = "graded", key: str = "1", notebook: str = "sums", **points: float
) -> Result:
    marks = tuple(CellMark(name.replace("_", "-"), value, 2, "outside") for name, value in points.items())
    return Result(student, "ps1", notebook, outcome, cells=marks, key=key)


def handed_in(course: GradingCourse, **answers: str) -> NotebookNode:
    made = master(course, "ps1", "sums")
    for cell in made.cells:
        cell.source = answers.get(grade_id(cell), cell.source)
    return made


def grades(course: GradingCourse, student: str = "ada") -> dict[str, tuple[float | None, bool]]:
    """Automatic mark, and whether a person is asked, by cell."""
    with StockGradebook(course.db_url) as stock:
        rows = stock.find_submission_notebook("sums", "ps1", student).grades
        return {row.name: (row.auto_score, row.needs_manual_grade) for row in rows}


def comments(course: GradingCourse) -> dict[str, str | None]:
    with StockGradebook(course.db_url) as stock:
        return {row.name: row.auto_comment for row in stock.find_submission_notebook("sums", "ps1", "ada").comments}


# What nbgrader reads


def test_marks_comments_and_what_a_person_must_mark_are_as_nbgrader_has_them(
    course: GradingCourse, book: Gradebook
) -> None:
    book.write([(result(test_f=2, test_g=0.5), handed_in(course, f="def f(): ...", why="Because."))])
    assert grades(course) == {
        "test-f": (2, False),
        "test-g": (0.5, False),
        "why": (None, True),
        "draw": (None, True),
    }
    assert comments(course) == {"f": None, "why": None, "draw": None}


def test_an_untouched_answer_is_marked_0_with_a_comment(course: GradingCourse, book: Gradebook) -> None:
    book.write([(result(), handed_in(course))])
    assert grades(course)["why"] == (0, False)
    assert comments(course) == {"f": "No response.", "why": "No response.", "draw": None}


def test_a_test_without_a_mark_is_0(course: GradingCourse, book: Gradebook) -> None:
    book.write([(result(outcome="killed", test_f=2), handed_in(course, why="x"))])
    assert grades(course)["test-g"] == (0, False)


def test_what_could_not_be_graded_is_0_and_asks_nobody(course: GradingCourse, book: Gradebook) -> None:
    book.write([(result(outcome="invalid"), None)])
    assert set(grades(course).values()) == {(0, False)}


def test_what_was_tampered_with_waits_for_a_person(course: GradingCourse, book: Gradebook) -> None:
    book.write([(result(outcome="tampered", test_f=2), handed_in(course, f="x", why="x"))])
    assert set(grades(course).values()) == {(None, True)}


def test_a_notebook_that_comes_later_is_marked_like_any_other(course: GradingCourse, book: Gradebook) -> None:
    book.write([(result(outcome="invalid"), None)])
    book.write([(result(test_f=1), handed_in(course, f="x", why="x"))])
    assert grades(course) == {"test-f": (1, False), "test-g": (0, False), "why": (None, True), "draw": (None, True)}


def test_what_a_person_has_entered_stays_and_is_shown_to_them_again(course: GradingCourse, book: Gradebook) -> None:
    graded = handed_in(course, f="x", why="x")
    book.write([(result(test_f=2), graded)])
    with StockGradebook(course.db_url) as stock:
        for name in ("test-f", "why"):
            grade = stock.find_grade(name, "sums", "ps1", "ada")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.25, False
        stock.find_comment("f", "sums", "ps1", "ada").manual_comment = "Well done."
        stock.db.commit()
    book.write([(result(test_f=0, key="2"), graded)])
    with StockGradebook(course.db_url) as stock:
        grade = stock.find_grade("test-f", "sums", "ps1", "ada")
        assert (grade.auto_score, grade.manual_score, grade.extra_credit) == (0, 1.5, 0.25)
        assert grade.needs_manual_grade and grade.score == 1.75
        assert stock.find_comment("f", "sums", "ps1", "ada").comment == "Well done."


def test_the_time_of_handing_in_is_kept_when_it_is_not_known_again(course: GradingCourse, book: Gradebook) -> None:
    at = datetime(2030, 1, 2, 3, 4, 5)
    book.enter("ps1", [submission(course, timestamp=at)])
    book.enter("ps1", [submission(course)])
    with StockGradebook(course.db_url) as stock:
        assert stock.find_submission("ps1", "ada").timestamp == at


def submission(course: GradingCourse, **more: Any) -> Submission:
    return Submission("ada", "ps1", "sums", None, course.root, **more)


@pytest.mark.parametrize(("penalty", "expected"), [("score / 2", 1), ("100", 2), ("-5", 0), ("None", None)])
def test_late_penalties_are_the_plugins_within_the_score(
    course: GradingCourse, penalty: str, expected: float | None
) -> None:
    (course.root / f"late{abs(hash(penalty))}.py").write_text(
        "from nbgrader.plugins import BasePlugin\n"
        "class Late(BasePlugin):\n"
        f"    def late_submission_penalty(self, student_id, score, total_seconds_late):\n        return {penalty}\n"
    )
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(f'c.AssignLatePenalties.plugin_class = "late{abs(hash(penalty))}.Late"\n')
    with Gradebook(GradingCourse.read(course.root)) as book:
        book.enter("ps1", [submission(course, timestamp=datetime(2030, 1, 2))])
        with StockGradebook(course.db_url) as stock:
            stock.update_or_create_assignment("ps1", duedate="2030-01-01")
        book.write([(result(test_f=2), handed_in(course, f="x", why="x"))])
        assert penalties(course) == expected
        with StockGradebook(course.db_url) as stock:
            stock.grant_extension("ps1", "ada", days=2)
        book.write([(result(test_f=2), handed_in(course, f="x", why="x"))])
        assert penalties(course) is None


def penalties(course: GradingCourse) -> float | None:
    with StockGradebook(course.db_url) as stock:
        found: float | None = stock.find_submission_notebook("sums", "ps1", "ada").late_submission_penalty
        return found


# A source that changes


def test_a_cell_that_is_new_in_the_source_is_marked_for_who_had_handed_in_before(course: GradingCourse) -> None:
    write_source(course.root, "f", "test-f")
    with Gradebook(course) as book:
        book.write([(result(test_f=2), handed_in(course, f="x"))])
    write_source(course.root, *ROLES, points=5)
    with Gradebook(course) as book:
        book.write([(result(test_f=5, test_g=1), handed_in(course, f="x", why="x"))])
    assert grades(course)["test-g"] == (1, False)
    with StockGradebook(course.db_url) as stock:
        assert stock.find_notebook("sums", "ps1").max_score == 20


def test_a_cell_that_is_gone_from_the_source_goes_unless_a_person_has_marked_it(course: GradingCourse) -> None:
    with Gradebook(course) as book:
        book.write([(result(test_f=2, test_g=2), handed_in(course, f="x", why="x"))])
    with StockGradebook(course.db_url) as stock:
        stock.find_grade("why", "sums", "ps1", "ada").manual_score = 1
        stock.db.commit()
    write_source(course.root, "f", "test-f")
    with Gradebook(course) as book:
        book.write([(result(test_f=2), handed_in(course, f="x"))])
    assert set(grades(course)) == {"test-f", "why"}


# Our own table and the files


def test_what_is_written_is_known(course: GradingCourse, book: Gradebook) -> None:
    mine = result(test_f=2, key="abc")
    book.write([(mine, handed_in(course)), (result("bela", "invalid", "x"), None)])
    assert book.known("ps1") == {
        ("ada", "sums"): ("abc", mine),
        ("bela", "sums"): ("x", result("bela", "invalid", "x")),
    }
    newer = result(test_f=1, key="def")
    book.write([(newer, handed_in(course))])
    assert book.known("ps1")["ada", "sums"] == ("def", newer)
    assert book.known("ps2") == {}


def test_a_result_whose_notebook_somebody_has_deleted_is_not_known(course: GradingCourse, book: Gradebook) -> None:
    book.write([(result(), handed_in(course))])
    (course.autograded("ada", "ps1") / "sums.ipynb").unlink()
    assert book.known("ps1") == {}


def test_the_graded_notebook_is_read_only_and_replaced_in_one_step(course: GradingCourse, book: Gradebook) -> None:
    path = course.autograded("ada", "ps1") / "sums.ipynb"
    for printed in ("one", "two \ud800"):
        made = handed_in(course, f="x")
        made.cells[1].outputs = [from_dict({"output_type": "stream", "name": "stdout", "text": printed})]
        book.write([(result(), made)])
        assert path.stat().st_mode & 0o777 == 0o444
    assert "two ?" in path.read_text(encoding="utf-8")
    assert [p.name for p in path.parent.iterdir()] == ["sums.ipynb"]


def test_a_submission_that_is_refused_later_leaves_no_notebook_of_the_one_before(
    course: GradingCourse, book: Gradebook
) -> None:
    book.write([(result(), handed_in(course))])
    book.write([(result(outcome="invalid"), None)])
    assert not (course.autograded("ada", "ps1") / "sums.ipynb").exists()


def test_pictures_and_the_releases_files_lie_beside_and_a_students_pages_do_not(
    course: GradingCourse, book: Gradebook
) -> None:
    folder = course.root / "submitted/ada/ps1"
    folder.mkdir(parents=True)
    names = ["plot.png", "evil.html", "evil.svg", "timestamp.txt", "given.csv"]
    for name in names:
        (folder / name).write_text("the student's")
    (course.source_folder("ps1") / "given.csv").write_text("given")
    one = Submission("ada", "ps1", "sums", folder / "sums.ipynb", folder, tuple(folder / name for name in names))
    book.enter("ps1", [one])
    beside = {path.name: path.read_text() for path in course.autograded("ada", "ps1").iterdir()}
    assert beside == {"plot.png": "the student's", "timestamp.txt": "the student's", "given.csv": "given"}


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "Zoë", "a'; drop table grade; --", "%s", ":x"])
def test_odd_names_are_kept(course: GradingCourse, book: Gradebook, name: str) -> None:
    book.write([(result(name, test_f=1), handed_in(course, f="x"))])
    assert grades(course, name)["test-f"] == (1, False)
    assert (name, "sums") in book.known("ps1")


@pytest.mark.parametrize("name", ["x" * 200, "<img src=x>"])
def test_a_name_that_does_not_fit_nbgraders_pages_is_only_in_our_table(
    course: GradingCourse, book: Gradebook, name: str
) -> None:
    book.write([(result(name, "invalid"), None)])
    assert (name, "sums") in book.known("ps1")
    with StockGradebook(course.db_url) as stock:
        assert stock.students == []


@pytest.mark.parametrize("name", ["..", "a/b", ""])
def test_a_name_that_is_no_folder_writes_nothing(course: GradingCourse, book: Gradebook, name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a folder"):
        book.write([(result(name), handed_in(course))])


# Faults


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql://nobody@127.0.0.1:1/x", "nonsense", "sqlite:///{root}/text.db"]
)
def test_a_gradebook_that_can_not_be_opened_is_said(course: GradingCourse, url: str) -> None:
    (course.root / "text.db").write_text("This is not a database. " * 99)
    with pytest.raises(CourseError, match=r"The gradebook can't be") as caught:
        Gradebook(GradingCourse.read(course.root, db_url=url.format(root=course.root)))
    assert caught.value.next_step and "\n" not in caught.value.sentence


def test_a_gradebook_of_an_older_nbgrader_is_answered_with_the_command_that_upgrades_it(course: GradingCourse) -> None:
    with sqlite3.connect(course.root / "gradebook.db") as old:
        old.execute("create table course (id varchar)")
        old.execute("create table assignment (id varchar, name varchar)")
    with Gradebook(course) as book, pytest.raises(CourseError, match="can't be used") as caught:
        book.write([(result(), handed_in(course))])
    assert caught.value.next_step.endswith("nbgrader db upgrade")


def test_a_batch_is_one_transaction_however_large(course: GradingCourse, book: Gradebook) -> None:
    book.enter("ps1", ())
    commits: list[Any] = []
    event.listen(book._engine, "commit", commits.append)
    graded = handed_in(course, f="x", why="x")
    book.write([(result(f"s{n}", test_f=n % 3), graded) for n in range(50)])
    assert len(commits) == 1


def test_a_notebook_costs_a_few_milliseconds(course: GradingCourse, book: Gradebook) -> None:
    graded = handed_in(course, f="x", why="x")
    names = [f"student-{n}" for n in range(200)]
    book.enter("ps1", [Submission(name, "ps1", "sums", None, course.root) for name in names])
    started, cpu = perf_counter(), process_time()
    for at in range(0, 200, 20):
        book.write([(result(name, test_f=2), graded) for name in names[at : at + 20]])
    print(f"{(perf_counter() - started) * 5:.1f} ms a notebook, {(process_time() - cpu) * 5:.1f} of them CPU")
    assert (process_time() - cpu) * 5 < 13


def dies_in(where: str, book: Gradebook, patch: pytest.MonkeyPatch) -> None:
    """Makes this process kill itself at a place of the next write."""

    def die_after(owner: Any, name: str, calls: int = 1) -> None:
        work, left = getattr(owner, name), iter(range(calls - 1, -1, -1))

        def both(*given: Any, **named: Any) -> None:
            work(*given, **named)
            if next(left) == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        patch.setattr(owner, name, both)

    if where == "first file":
        die_after(gradebook, "write_autograded")
    elif where == "all files":
        die_after(gradebook, "write_autograded", 2)
    elif where == "marks":
        die_after(marks, "write_marks")
    else:
        die_after(book, "_write")


def in_child(work: Callable[[Any], None]) -> tuple[multiprocessing.process.BaseProcess, Any]:
    """Runs `work` in a forked process, giving it the end of a pipe; the other end is ours."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=work, args=(theirs,))
    process.start()
    return process, ours


def both_students(course: GradingCourse, points: float, key: str) -> list[tuple[Result, NotebookNode | None]]:
    return [(result(name, key=key, test_f=points), handed_in(course, f="x")) for name in ("ada", "bela")]


needs_fork = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="needs a safe fork")


@needs_fork
@pytest.mark.parametrize("where", ["first file", "all files", "marks", "before the commit"])
def test_killed_before_the_commit_nothing_is_known_and_the_next_run_writes_it_all(
    course: GradingCourse, where: str
) -> None:
    def work(_: Any) -> None:
        with pytest.MonkeyPatch.context() as patch, Gradebook(course) as book:
            dies_in(where, book, patch)
            book.write(both_students(course, 2, "k"))

    process, _ = in_child(work)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    with Gradebook(course) as book:
        assert book.known("ps1") == {}
        with StockGradebook(course.db_url) as stock:
            assert all(row.auto_score is None for s in stock.students for n in s.submissions for row in marks_of(n))
        book.write([(result(test_f=1), handed_in(course, f="x"))])
        assert set(book.known("ps1")) == {("ada", "sums")}
    assert grades(course)["test-f"] == (1, False)


def marks_of(submitted: Any) -> list[Any]:
    return [grade for notebook in submitted.notebooks for grade in notebook.grades]


def write_for_ever(course: GradingCourse, started: Any) -> None:
    with Gradebook(course) as book:
        for number in itertools.count():
            book.write(both_students(course, number % 3, str(number % 3)))
            if number == 0:
                started.send(True)


@needs_fork
@pytest.mark.parametrize("pause", [0.0, 0.013, 0.029, 0.041])
def test_killed_at_any_moment_marks_and_results_agree(course: GradingCourse, pause: float) -> None:
    process, started = in_child(lambda pipe: write_for_ever(course, pipe))
    assert started.poll(60)
    _wait(pause)
    process.kill()
    process.join(60)
    with Gradebook(course) as book:
        known = book.known("ps1")
    assert len(known) == 2
    for (student, _), (key, stored) in known.items():
        assert grades(course, student)["test-f"] == (stored.points, False)
        assert key == str(int(stored.points))


def _wait(seconds: float) -> None:
    """The kill must come at a moment that the child does not know, so there is no event to wait for."""
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


@needs_fork
def test_another_program_that_writes_is_waited_for(course: GradingCourse) -> None:
    process, started = in_child(lambda pipe: write_for_ever(course, pipe))
    assert started.poll(60)
    with Gradebook(course) as book:
        for points in range(5):
            book.write([(result("chen", test_f=points / 4), handed_in(course, f="x"))])
    process.kill()
    process.join(60)
    assert grades(course, "chen")["test-f"] == (1, False)


def test_nbgraders_own_tables_are_all_that_is_touched_besides_ours(course: GradingCourse, book: Gradebook) -> None:
    book.write([(result(), handed_in(course))])
    engine = create_engine(course.db_url)
    with engine.connect() as connection:
        tables = connection.execute(text("select name from sqlite_master where type = 'table'")).scalars().all()
    engine.dispose()
    stock = set(StockGradebook.__init__.__globals__["Base"].metadata.tables)
    assert set(tables) - stock == {"groundwork_results", "alembic_version"}


# Beside stock nbgrader, on its documentation's own course

TABLES = {
    "assignment": "select name, duedate, course_id from assignment",
    "notebook": "select n.name, a.name, n.kernelspec from notebook n join assignment a on a.id = n.assignment_id",
    "cells": "select b.name, b.type, n.name, g.max_score, g.cell_type, t.max_score, t.cell_type from base_cell b "
    "join notebook n on n.id = b.notebook_id "
    "left join grade_cells g on g.id = b.id left join task_cells t on t.id = b.id",
    "source cells": "select s.name, s.cell_type, s.locked, s.source, s.checksum, n.name from source_cell s "
    "join notebook n on n.id = s.notebook_id",
    "students": "select id, first_name, last_name, email from student",
    "submissions": "select s.student_id, a.name, s.timestamp, s.extension from submitted_assignment s "
    "join assignment a on a.id = s.assignment_id",
    "submitted notebooks": "select s.student_id, n.name, x.flagged, x.late_submission_penalty "
    "from submitted_notebook x join submitted_assignment s on s.id = x.assignment_id "
    "join notebook n on n.id = x.notebook_id",
    **{
        table: f"select s.student_id, n.name, b.name, b.type, {columns} from {table} g "
        "join base_cell b on b.id = g.cell_id join submitted_notebook x on x.id = g.notebook_id "
        "join submitted_assignment s on s.id = x.assignment_id join notebook n on n.id = x.notebook_id"
        for table, columns in {
            "grade": "g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade",
            "comment": "g.auto_comment, g.manual_comment",
        }.items()
    },
}


def rows(root: Path, table: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(root / "gradebook.db") as database:
        return sorted(database.execute(TABLES[table]).fetchall(), key=str)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """nbgrader's example course, autograded by nbgrader; and a copy in which we have written the same marks."""
    import nbgrader

    stock, ours = tmp_path_factory.mktemp("stock"), tmp_path_factory.mktemp("ours")
    example = Path(nbgrader.__file__).parent / "docs/source/user_guide/source"
    shutil.copytree(example, stock / "source", ignore=shutil.ignore_patterns("*autotest*", "*.html"))
    (stock / "nbgrader_config.py").write_text(
        'c = get_config()\nc.IncludeHeaderFooter.header = "source/header.ipynb"\n'
        'c.LateSubmissionPlugin.penalty_method = "zero"\n'
    )
    nbgrader_command(stock, "generate_assignment", "ps1")
    with StockGradebook(f"sqlite:///{stock}/gradebook.db") as book:
        book.update_or_create_assignment("ps1", duedate=datetime(2030, 1, 1))
    hand_in(stock, "ada", answered=True, timestamp=datetime(2030, 1, 1) - timedelta(hours=1))
    hand_in(stock, "bela", answered=False, timestamp=None)
    hand_in(stock, "chen", answered=True, timestamp=datetime(2030, 1, 2))
    (stock / "submitted/bela/ps1/problem2.ipynb").unlink()
    shutil.copytree(stock, ours, dirs_exist_ok=True)
    nbgrader_command(stock, "autograde", "ps1")
    write_the_same_marks(stock, ours)
    return stock, ours


def nbgrader_command(root: Path, *command: str) -> str:
    own = {"JUPYTER_CONFIG_DIR": str(root / ".jupyter"), "PYTHONUTF8": "1"}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=root, env={**os.environ, **own, "PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def hand_in(root: Path, student: str, answered: bool, timestamp: datetime | None) -> None:
    from autograder.notebooks import cells_by_grade_id, read_notebook, write_notebook

    folder = root / "submitted" / student / "ps1"
    for name in ("problem1", "problem2"):
        made = read_notebook(root / "release/ps1" / f"{name}.ipynb")
        solved = read_notebook(root / "source/ps1" / f"{name}.ipynb")
        for key, cell in cells_by_grade_id(solved).items():
            if answered and cell.metadata.nbgrader.solution:
                cells_by_grade_id(made)[key].source = cell.source
        write_notebook(made, folder / f"{name}.ipynb")
    if timestamp:
        (folder / "timestamp.txt").write_text(f"{timestamp} UTC")


def write_the_same_marks(stock: Path, ours: Path) -> None:
    from autograder.grading.repair import repair
    from autograder.grading.sanitise import sanitise
    from autograder.grading.submission import find_submissions, read

    course = GradingCourse.read(ours)
    masters = {name: master(course, "ps1", name) for name in course.source("ps1")}
    submissions = find_submissions(course, "ps1")
    results: list[tuple[Result, NotebookNode | None]] = []
    for one in submissions:
        marks = [row for row in rows(stock, "grade") if row[:2] == (one.student, one.notebook) and row[4] is not None]
        cells = tuple(CellMark(row[2], row[4], 0, "inside") for row in marks)
        if one.path is None:
            results.append((Result(one.student, "ps1", one.notebook, "invalid", one.refusal), None))
            continue
        repaired = repair(read(one), masters[one.notebook])
        assert repaired.notes == ()
        shown = sanitise(repaired.notebook, masters[one.notebook])
        results.append((Result(one.student, "ps1", one.notebook, "graded", cells=cells), shown))
    with Gradebook(course) as book:
        book.enter("ps1", submissions, masters)
        book.write(results)


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_the_one_that_stock_nbgrader_writes(both: tuple[Path, Path], table: str) -> None:
    stock, ours = (rows(root, table) for root in both)
    assert stock, "a comparison of nothing"
    assert ours == stock


@pytest.mark.slow
def test_nbgraders_export_feedback_and_database_commands_work_on_it(both: tuple[Path, Path]) -> None:
    exported = []
    for root in both:
        nbgrader_command(root, "export", "--to", "grades.csv")
        exported.append((root / "grades.csv").read_text())
        nbgrader_command(root, "generate_feedback", "ps1")
    assert exported[1] == exported[0]
    pages = [sorted(p.relative_to(root).as_posix() for p in root.glob("feedback/*/*/*")) for root in both]
    assert pages[1] == pages[0] != []
    ours = both[1]
    said = [[_marks_on(root / page) for page in pages[0] if page.endswith(".html")] for root in both]
    assert said[1] == said[0]
    assert any("No response." in page for page in said[1])
    assert "ada" in nbgrader_command(ours, "db", "student", "list")
    nbgrader_command(ours, "db", "upgrade")


def _marks_on(page: Path) -> list[str]:
    return re.findall(r"<h4>.*?</h4>|Score: [^)]*|No response.", page.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_formgrader_sees_what_it_sees_of_stock(both: tuple[Path, Path]) -> None:
    seen = [_formgrader(root) for root in both]
    assert seen[1] == seen[0]
    assert {one["student"] for one in seen[0]["submissions"]} == {"ada", "bela", "chen"}


def _formgrader(root: Path) -> dict[str, Any]:
    """What formgrader's pages are made of, without the ids of rows."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    api = NbGraderAPI(config=Config({"CourseDirectory": {"root": str(root)}}))

    def strip(one: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in one.items() if key not in {"id", "index"}}

    return {
        "assignment": strip(api.get_assignment("ps1")),
        "notebooks": [strip(one) for one in api.get_notebooks("ps1")],
        "submissions": sorted(map(strip, api.get_submissions("ps1")), key=str),
        "notebook submissions": sorted(map(strip, api.get_notebook_submissions("ps1", "problem1")), key=str),
        "students": api.get_students(),
    }
