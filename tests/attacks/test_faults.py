"""Whatever becomes of the grader: what was done stays, no process does, and the next run does the rest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from attacks.case import FULL, Case
from attacks.case_faults import FAULTS
from attacks.jail import command, jailed, pids
from attacks.world import World, released_gradebook

pytestmark = pytest.mark.slow

CLASS = [Case(f"student-{number:02}", "", "", first=["import time\ntime.sleep(0.3)"]) for number in range(10)]
PATIENCE = 120


def start(world: World, level: str = "strong") -> subprocess.Popen[bytes]:
    """Begins to grade the class; `results.json` is there when it ends well."""
    (world.folder / "results.json").unlink(missing_ok=True)
    arguments = [str(world.place.course), level, "2", str(world.folder / "results.json")]
    return subprocess.Popen(
        [sys.executable, "-m", "attacks.grade", *arguments],
        cwd=world.place.course,
        env=world.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def until(condition: Callable[[], Any], what: str) -> Any:
    """What the condition says as soon as it says something."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.01)
    return found


def others() -> dict[int, str]:
    """The processes of the jail besides the test's own."""
    return {pid: name for pid in pids() if pid != 1 and (name := command(pid))}


def some_are_done(world: World) -> bool:
    return len(list((world.place.course / "autograded").glob("*/ps1/ps1.ipynb"))) >= 2


def struck(strike: Callable[[subprocess.Popen[bytes]], None], level: str) -> dict[str, Any]:
    """What is left after the blow, and what the next run makes of the class; to be called in a jail."""
    world = World(Path("/var/tmp/attacked"), GRADEBOOK, 3)
    world.submit(CLASS)
    before, rows = world.digest(), world.earlier_rows()
    grading = start(world, level)
    until(lambda: some_are_done(world), "two are graded")
    strike(grading)
    grading.wait(PATIENCE)
    deadline = time.monotonic() + 2
    while others() and time.monotonic() < deadline:
        time.sleep(0.01)
    left, done = others(), {case.id: world.marks(case.id) for case in CLASS}
    again = start(world, level)
    again.wait(PATIENCE)
    results = json.loads((world.folder / "results.json").read_text())
    harm = world.harm(before, rows)
    return {"left": list(left.values()), "done": done, "results": results, "harm": harm}


GRADEBOOK = b""


@pytest.fixture(scope="module", autouse=True)
def _a_gradebook() -> None:
    global GRADEBOOK
    GRADEBOOK = released_gradebook()


def kill(grading: subprocess.Popen[bytes]) -> None:
    os.kill(grading.pid, signal.SIGKILL)


def interrupt(grading: subprocess.Popen[bytes]) -> None:
    os.killpg(grading.pid, signal.SIGINT)  # as a terminal does: to all in the foreground


def kill_fork_server(grading: subprocess.Popen[bytes]) -> None:
    servers = until(lambda: [pid for pid, name in others().items() if "sandbox.forkserver" in name], "a fork server")
    os.kill(servers[0], signal.SIGKILL)


def check(found: dict[str, Any]) -> None:
    """Nothing is left, what was done is whole, and the next run has everybody's marks, each once."""
    assert found["left"] == []
    assert found["harm"] == []
    assert all(marks in ({}, dict(FULL)) for marks in found["done"].values()), "half a notebook in the gradebook"
    results = {result["student"]: result for result in found["results"]}
    assert sorted(results) == [case.id for case in CLASS]
    assert len(found["results"]) == len(CLASS)
    assert {name: result["points"] for name, result in results.items()} == dict.fromkeys(results, sum(FULL.values()))


@pytest.mark.parametrize("level", ["strong", "lite"])
def test_grader_killed(level: str) -> None:
    check(jailed(lambda: struck(kill, level), 300))


@pytest.mark.parametrize("level", ["strong", "lite"])
def test_interrupted(level: str) -> None:
    check(jailed(lambda: struck(interrupt, level), 300))


@pytest.mark.parametrize("level", ["strong", "lite"])
def test_zygote_killed(level: str) -> None:
    check(jailed(lambda: struck(kill_fork_server, level), 300))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_of_the_table_has_its_test(fault: Any) -> None:
    file, _, name = fault.tested_by.partition("::")
    assert f"def {name}(" in (Path(__file__).parents[1] / file).read_text(encoding="utf-8")
