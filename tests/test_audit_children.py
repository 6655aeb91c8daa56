"""Children of an audit: whatever one does, the others go on, and nothing of it stays behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.audit import orphans
from autograder.audit.children import Died, Stumbled, Task, run_forked
from autograder.audit.slots import Slots

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans on")


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Children work in copies of an empty folder, and nobody leaves one behind."""
    here, scratch = tmp_path / "here", tmp_path / "scratch"
    here.mkdir()
    scratch.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    before = orphans.children()
    yield here
    assert list(scratch.iterdir()) == []
    assert list(here.iterdir()) == []
    assert orphans.children() == before


def run(*tasks: Task, seconds: float = 20.0, together: int = 1, slots: int = 1) -> list[Any]:
    shared = Slots.of(slots)
    try:
        results = dict(run_forked(tasks, shared, seconds, together))
        assert [shared.take() for _ in range(slots + 1)] == [True] * slots + [False], "slots are given back"
    finally:
        shared.close()
    return [results[index] for index in range(len(tasks))]


def fine() -> str:
    return "fine"


def kills_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leaves() -> None:
    os._exit(0)


def swallows_everything() -> None:
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(60)


def eats_memory() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(50_000_000))


def calls_itself(depth: int = 0) -> int:
    return calls_itself(depth + 1) + 1


def writes_files() -> list[str]:
    Path("litter.txt").write_text("x")
    Path(tempfile.mkdtemp(dir=".")).joinpath("more").write_text("x")
    return sorted(path.name for path in Path().iterdir())[:1]


def writes_without_end() -> None:
    with Path("endless").open("wb") as file:
        while True:
            file.write(bytes(10_000_000))


def leaves_a_child_that_goes_on() -> str:
    if os.fork() == 0:
        time.sleep(600)
    return "gone on"


def leaves_a_child_and_dies() -> None:
    if os.fork() == 0:
        time.sleep(600)
    os._exit(3)


def leaves_one_that_hides() -> str:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    return "hidden"


def answers_twice() -> str:
    os.fork()
    return "twice"


def closes_everything() -> None:
    os.closerange(0, 200)


@pytest.mark.parametrize("together", [1, 3])
def test_each_task_comes_to_its_own_end(together: int) -> None:
    tasks = [fine, kills_itself, leaves, calls_itself, closes_everything, lambda: 1 / 0, fine]
    results = run(*tasks, together=together)
    assert results == [
        "fine",
        Died("killed by signal 9"),
        Died("its process ended before the tests did"),
        Died("it calls itself too deeply"),
        Died("its process ended before the tests did"),
        Stumbled("ZeroDivisionError: division by zero"),
        "fine",
    ]


@pytest.mark.parametrize("together", [1, 2])
def test_one_that_never_ends_is_stopped_and_takes_nothing_with_it(together: int) -> None:
    assert run(swallows_everything, fine, seconds=1.0, together=together) == [Died("out of time"), "fine"]


@linux
def test_one_that_eats_memory_is_stopped_also_where_torch_takes_much_already() -> None:
    import torch

    torch.ones(3).sum()
    assert run(eats_memory, fine, lambda: float(torch.ones(1000, 1000).sum()), seconds=90) == [
        Died("out of memory"),
        "fine",
        1e6,
    ]


def test_what_one_writes_is_gone_and_can_not_fill_the_disk() -> None:
    first, second = run(writes_files, writes_without_end)
    assert first == ["litter.txt"]
    assert isinstance(second, Stumbled) and "File too large" in second.why


@linux
def test_what_one_starts_ends_with_it() -> None:
    started = time.monotonic()
    assert run(leaves_a_child_that_goes_on, leaves_a_child_and_dies, leaves_one_that_hides, answers_twice) == [
        "gone on",
        Died("its process ended before the tests did"),
        "hidden",
        "twice",
    ]
    assert time.monotonic() - started < 15


def test_a_child_sees_what_stood_before_and_changes_nothing_of_it() -> None:
    seen = [1, 2]

    def changes() -> int:
        seen.append(3)
        return len(seen)

    assert run(changes, changes) == [3, 3]
    assert seen == [1, 2]


def test_a_result_may_be_long() -> None:
    assert run(lambda: "x" * 3_000_000) == ["x" * 3_000_000]


def test_stopping_half_way_ends_all_children() -> None:
    slots = Slots.of(2)
    results = run_forked([fine, swallows_everything, swallows_everything], slots, 60)
    assert next(results) == (0, "fine")
    results.close()
    assert [slots.take(), slots.take(), slots.take()] == [True, True, False]
    slots.close()


@linux
def test_afterwards_orphans_go_where_they_went_before() -> None:
    before = orphans.children()
    assert run(fine) == ["fine"]
    subprocess.run(["sh", "-c", "sleep 2 &"], check=True)
    assert orphans.children() == before
