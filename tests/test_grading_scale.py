"""Grading on many machines: a Dask cluster whose workers die, and a gradebook on a PostgreSQL server."""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from conftest import require
from grading_class import RIGHT, SmallClass

from autograder.errors import CourseError
from autograder.grading import executors
from autograder.grading.course import GradingCourse
from autograder.grading.executors import executor_of, on_worker, version_of
from autograder.grading.gradebook import Gradebook, engine_url
from autograder.grading.run import Grading, Progress, Wishes, run
from autograder.grading.setup import Setup
from autograder.grading.submission import Submission, find_submissions
from autograder.sandbox.levels import SandboxUnavailable
from autograder.syllabus import course_root

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")

SLOW = {"total": "import time\ntime.sleep(0.4)"}
ENDLESS = {**RIGHT, "average": "def average(numbers):\n    while True: pass"}
STUBBORN = {
    **RIGHT,
    "average": "def average(numbers):\n    while True:\n        try:\n            while True: pass\n"
    "        except BaseException: pass",
}
MARKS = """
    select a.student_id, n.name, b.name, g.auto_score, g.manual_score, g.needs_manual_grade, g.extra_credit
    from grade g join base_cell b on g.cell_id = b.id join submitted_notebook s on s.id = g.notebook_id
    join notebook n on n.id = s.notebook_id join submitted_assignment a on a.id = s.assignment_id
    order by 1, 2, 3"""


@pytest.fixture
def small(tmp_path: Path) -> SmallClass:
    return SmallClass.make(tmp_path / "course")


def graded(small: SmallClass, told: Callable[[Progress], None] = lambda progress: None, **wishes: Any) -> Grading:
    return run(GradingCourse.read(small.root), Wishes("first", **wishes), told)


def in_sqlite(root: Path, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
        return database.execute(query).fetchall()


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """What the condition gives once it gives something."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"nothing came within {seconds} seconds"
        time.sleep(0.1)
    return found


def descendants(of: set[int]) -> set[tuple[int, str]]:
    """All processes below some others, and these: number, and when each was started, by which it is known again."""
    parents, started = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(") ")[2].split()
            if fields[0] != "Z":
                parents[int(folder.name)], started[int(folder.name)] = int(fields[1]), fields[19]
    found: set[int] = set()
    wanted = of & parents.keys()
    while wanted:
        found |= wanted
        wanted = {number for number, parent in parents.items() if parent in wanted} - found
    return {(number, started[number]) for number in found}


@dataclass
class Dask:
    """A scheduler and its workers, on this machine; every process that was ever seen below them is remembered."""

    folder: Path
    allowed_failures: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    seen: set[tuple[int, str]] = field(default_factory=set)
    place: str = ""

    def start(self, *arguments: str) -> Path:
        log = self.folder / f"dask-{len(self.processes)}.log"
        with log.open("wb") as file:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
                    cwd=self.folder,
                    env={
                        **os.environ,
                        "PYTHONPATH": str(course_root()),
                        "TMPDIR": str(self.folder),
                        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(self.allowed_failures),
                    },
                    stdout=file,
                    stderr=file,
                    start_new_session=True,
                )
            )
        return log

    def start_scheduler(self) -> None:
        log = self.start("scheduler", "--host", "127.0.0.1", "--port", "0")
        found = until(lambda: re.search(r"Scheduler at:\s+tcp://(\S+)", log.read_text(encoding="utf-8")))
        self.place = found[1]

    def start_worker(self) -> None:
        here = ("--host", "127.0.0.1", "--local-directory", str(self.folder))
        log = self.start("worker", self.place, "--nworkers", "1", "--nthreads", "1", "--memory-limit", "0", *here)
        until(lambda: "Registered to" in log.read_text(encoding="utf-8"))

    def executor(self) -> Callable[[], AbstractContextManager[Executor]]:
        return executor_of(f"dask://{self.place}")

    def look(self) -> set[tuple[int, str]]:
        now = descendants({process.pid for process in self.processes})
        self.seen |= now
        return now

    def stop(self) -> None:
        self.look()
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def left(self) -> set[tuple[int, str]]:
        """Those that were seen and still run."""
        return self.seen & descendants({number for number, _ in self.seen})


@pytest.fixture
def dask(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Dask]:
    """A scheduler; a parameter is how many ends of workers it allows before it takes a task for their cause."""
    pytest.importorskip("distributed")
    cluster = Dask(tmp_path / "dask", getattr(request, "param", 3))
    cluster.folder.mkdir()
    try:
        cluster.start_scheduler()
        yield cluster
    finally:
        cluster.stop()
        for number, _ in cluster.left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def working(dask: Dask) -> dict[str, int]:
    """The workers that are busy now, by address, with their processes' numbers."""
    from distributed import Client

    with Client(dask.place, set_as_default=False) as client:
        busy = {address for address, tasks in client.processing().items() if tasks}
        return {address: pid for address, pid in client.run(os.getpid).items() if address in busy}


# A cluster


@pytest.mark.slow
@pytest.mark.cluster
def test_a_worker_that_is_killed_costs_nobody_a_verdict_and_gives_nobody_two(small: SmallClass, dask: Dask) -> None:
    students = [f"student{number}" for number in range(8)]
    for student in students:
        small.hand_in(student, RIGHT, SLOW)
    small.hand_in("endless", ENDLESS)
    small.hand_in("stubborn", STUBBORN)
    everybody = sorted([*students, "endless", "stubborn"])
    dask.start_worker()
    dask.start_worker()
    killed: list[int] = []

    def kill_one(progress: Progress) -> None:
        below = dask.look()
        if not killed and (busy := working(dask)):
            killed.append(next(iter(busy.values())))
            assert killed[0] in {number for number, _ in below}
            os.kill(killed[0], signal.SIGKILL)

    grading = graded(small, kill_one, executor=dask.executor())
    assert len(killed) == 1
    assert [result.student for result in grading.results] == everybody
    others = {result.student: result.reason for result in grading.results if result.outcome != "graded"}
    assert len(grading.results) == 10 and not others
    assert {result.student: result.points for result in grading.results} == {
        **dict.fromkeys(students, 9.0), "endless": 7.0, "stubborn": 7.0,
    }  # fmt: skip
    assert in_sqlite(small.root, "select student from groundwork_results order by 1") == [(name,) for name in everybody]
    assert Counter(row[0] for row in in_sqlite(small.root, MARKS)) == dict.fromkeys(everybody, 4)
    assert graded(small, executor=dask.executor()).graded_now == 0
    until(lambda: len(working_or_idle(dask)) == 2)  # its nanny has started another one
    dask.stop()
    assert len(dask.seen) >= 7, "scheduler, two nannies, two workers, two fork servers"
    until(lambda: not dask.left(), 20)


@pytest.mark.slow
@pytest.mark.cluster
@pytest.mark.parametrize("dask", [0], indirect=True)
def test_what_ends_every_worker_gets_its_verdict_and_an_ended_scheduler_is_one_sentence(
    small: SmallClass, dask: Dask
) -> None:
    for number in range(6):
        small.hand_in(f"student{number}", RIGHT, SLOW)
    dask.start_worker()
    killed: list[int] = []

    def kill_it(progress: Progress) -> None:
        if not killed and (busy := working(dask)):
            killed.extend(busy.values())
            os.kill(killed[0], signal.SIGKILL)

    results = graded(small, kill_it, executor=dask.executor()).results
    counts = Counter(result.outcome for result in results)
    assert len(results) == 6 and counts["killed"] >= 1 and counts["graded"] >= 1 and len(counts) == 2
    (reason,) = {result.reason for result in results if result.outcome == "killed"}
    assert reason == "Its worker ended 1 time. Is there enough memory?"

    def end_the_scheduler(progress: Progress) -> None:
        dask.look()
        dask.processes[0].kill()

    with pytest.raises(CourseError, match="The Dask scheduler at .* has ended"):
        graded(small, end_the_scheduler, executor=dask.executor(), again=True)


@pytest.mark.slow
@pytest.mark.cluster
def test_a_scheduler_without_workers_is_not_waited_for_for_ever(
    small: SmallClass, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.hand_in("ann", RIGHT)
    monkeypatch.setattr(executors, "MOST_SECONDS_TO_CONNECT", 2)
    with pytest.raises(CourseError, match="has no workers"):
        graded(small, executor=dask.executor())


def one_of(small: SmallClass) -> tuple[Setup, Submission]:
    small.hand_in("ann", RIGHT)
    course = GradingCourse.read(small.root)
    return Setup.of(course, "first", "none"), find_submissions(course, "first")[0]


def never(packed: bytes, submission: Submission) -> None:
    raise AssertionError("it was graded")


def test_a_worker_of_another_version_grades_nothing(small: SmallClass) -> None:
    setup, submission = one_of(small)
    with pytest.raises(CourseError, match="The worker on .* has another version"):
        on_worker("0123", never, pickle.dumps(setup), submission)


def test_a_worker_that_does_not_see_the_course_makes_nobodys_notebook_invalid(small: SmallClass) -> None:
    setup, submission = one_of(small)
    elsewhere = replace(submission, path=small.root / "elsewhere" / "01-sums.ipynb")
    with pytest.raises(CourseError, match="The worker on .* does not see .*elsewhere"):
        on_worker(version_of(setup, submission), never, pickle.dumps(setup), elsewhere)


def test_a_machine_without_the_sandbox_is_named(small: SmallClass) -> None:
    setup, submission = one_of(small)

    def without(packed: bytes, submission: Submission) -> None:
        raise SandboxUnavailable("namespaces", "EPERM")

    with pytest.raises(CourseError) as raised:
        on_worker(version_of(setup, submission), without, pickle.dumps(setup), submission)
    assert raised.value.sentence == f"sandbox unavailable: namespaces (EPERM) (On {socket.gethostname()}.)"
    assert pickle.loads(pickle.dumps(raised.value)).next_step == raised.value.next_step


def working_or_idle(dask: Dask) -> list[str]:
    from distributed import Client

    with Client(dask.place, set_as_default=False) as client:
        return list(client.scheduler_info()["workers"])


# A database server


@dataclass
class Server:
    """A PostgreSQL server of these tests alone, reached by a socket in its folder."""

    folder: Path
    databases: int = 0

    def url(self, database: str) -> str:
        return f"postgresql://grader@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The address of an empty database."""
        self.databases += 1
        name = f"gradebook{self.databases}"
        self.ask("postgres", f"create database {name}")
        return self.url(name)

    def ask(self, database: str, query: str) -> list[tuple[Any, ...]]:
        import psycopg

        address = self.url(database) if "://" not in database else database
        with psycopg.connect(address, autocommit=True) as connection:
            found = connection.execute(query)  # type: ignore[arg-type]
            return found.fetchall() if found.description else []


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server without a network, as an account of its own where the tests are root's, whom PostgreSQL refuses."""
    pytest.importorskip("psycopg")
    newest = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), reverse=True)
    initdb = require("initdb", *newest, install="sudo apt install --no-install-recommends postgresql").resolve()
    ours = os.geteuid() != 0
    as_whom = [] if ours else ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
    # Not below pytest's folder: that account could not enter it, and a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="groundwork-pg-") as made:
        folder = Path(made)
        if not ours:
            shutil.chown(folder, "nobody", "nogroup")
        data = folder / "data"
        subprocess.run(
            [*as_whom, initdb, "-D", data, "-U", "grader", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*as_whom, initdb.with_name("postgres"), "-D", data, *options], cwd=folder, stdout=log, stderr=log
            )
        try:
            until(lambda: b"ready to accept connections" in (folder / "log").read_bytes())
            yield Server(folder)
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nobody needs the data any more
            process.wait(30)


def test_the_address_of_a_postgresql_server_gets_the_driver_that_is_installed() -> None:
    assert engine_url("postgresql://ann@db/grades") == "postgresql+psycopg://ann@db/grades"
    assert engine_url("postgres:///grades?host=/run") == "postgresql+psycopg:///grades?host=/run"
    for kept in ("postgresql+psycopg2://db/grades", "sqlite:////tmp/gradebook.db", "nothing"):
        assert engine_url(kept) == kept


def test_without_the_driver_a_sentence_says_what_to_install(small: SmallClass, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CourseError, match="needs the package psycopg, which is not installed"):
        Gradebook(GradingCourse.read(small.root, "postgresql:///grades"))


COMMENTS = MARKS.replace("from grade g", "from comment g").replace(
    "g.auto_score, g.manual_score, g.needs_manual_grade, g.extra_credit", "g.auto_comment, g.manual_comment"
)
HANDED_IN = """
    select a.student_id, a.timestamp is null, n.name, s.late_submission_penalty from submitted_notebook s
    join notebook n on n.id = s.notebook_id join submitted_assignment a on a.id = s.assignment_id order by 1, 3"""
OURS = "select student, assignment, notebook, key, has_notebook from groundwork_results order by 1, 2, 3"


@pytest.mark.slow
def test_a_class_has_the_same_rows_in_sqlite_and_postgresql(small: SmallClass, server: Server) -> None:
    small.hand_in("right", RIGHT)
    small.hand_in("wrong", {**RIGHT, "total": "def total(numbers):\n    return sum(numbers[:-1])"})
    small.hand_in("Zoë Ж <b>", RIGHT)
    small.hand_in("leaving", {**RIGHT, "total": "def total(numbers):\n    import os; os._exit(0)"})
    small.hand_in("broken", {})
    (small.root / "submitted" / "broken" / "first" / "01-sums.ipynb").write_text("{", encoding="utf-8")
    url = server.new_database()
    here = graded(small)
    course = GradingCourse.read(small.root, url)
    there = run(course, Wishes("first"))
    assert [(one.student, one.outcome, one.points) for one in there.results] == [
        (one.student, one.outcome, one.points) for one in here.results
    ]
    for query in (MARKS, COMMENTS, HANDED_IN, OURS):
        rows = server.ask(url, query)
        assert rows == in_sqlite(small.root, query) and len(rows) >= 4
    again = run(course, Wishes("first"))
    assert (again.graded_now, again.results) == (0, there.results)


@pytest.mark.slow
def test_two_programs_at_once_lose_nothing(tmp_path: Path, server: Server) -> None:
    url = server.new_database()
    halves = [SmallClass.make(tmp_path / name) for name in ("one", "two")]
    for number in range(8):
        halves[number % 2].hand_in(f"student{number}", RIGHT)
    command = [sys.executable, "-m", "autograder", "grade", "first", "--jobs", "1", "--db", url]
    programs = [
        subprocess.Popen(command, cwd=half.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")
        for half in halves
    ]
    for program in programs:
        _, said = program.communicate(timeout=120)
        assert program.returncode == 0, said
    everybody = [f"student{number}" for number in range(8)]
    assert [row[0] for row in server.ask(url, OURS)] == everybody
    marks = server.ask(url, MARKS)
    assert Counter(row[0] for row in marks) == dict.fromkeys(everybody, 4)
    assert sum(row[3] for row in marks) == 8 * 9.0
    for half in halves:
        assert run(GradingCourse.read(half.root, url), Wishes("first")).graded_now == 0
