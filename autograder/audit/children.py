"""Runs each task in a forked child of its own, so that a wrong answer can loop, eat memory, or die in peace.

A child sees everything that its parent had made until then, at no cost; nothing that it does comes back but its
result. Its working folder is a copy, its output goes nowhere, and when it is over its whole process group is killed.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import selectors
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

MOST_MEMORY: Final = 2 * 1024**3
"""Bytes that a child may take beyond what its parent had."""
MOST_WRITTEN: Final = 64 * 1024**2
"""Bytes of the largest file that a child may write."""


@dataclass(frozen=True)
class Died:
    """A child that gave no result, and why: "out of time", "killed by signal 11", "ended early"."""

    why: str


@dataclass
class _Child:
    index: int
    pid: int
    pipe: int
    scratch: str
    deadline: float
    received: bytearray = field(default_factory=bytearray)


def run_forked(tasks: Sequence[Callable[[], Any]], workers: int, seconds: float) -> Iterator[tuple[int, Any]]:
    """(index, result) of each task as it ends, at most `workers` at a time, `seconds` for each.

    The result is `Died` for a child that was stopped or ended without one.
    """
    waiting = list(enumerate(tasks))[::-1]
    running: dict[int, _Child] = {}
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    child = _fork(*waiting.pop(), seconds)
                    running[child.pipe] = child
                    selector.register(child.pipe, selectors.EVENT_READ)
                nearest = min(child.deadline for child in running.values())
                for key, _ in selector.select(max(0.0, nearest - time.monotonic())):
                    child = running[key.fd]
                    chunk = os.read(key.fd, 1 << 16)
                    child.received += chunk
                    if not chunk:
                        selector.unregister(key.fd)
                        yield child.index, _result(running.pop(key.fd))
                for child in [child for child in running.values() if child.deadline <= time.monotonic()]:
                    selector.unregister(child.pipe)
                    _kill(running.pop(child.pipe))
                    yield child.index, Died("out of time")
        finally:
            for child in running.values():
                _kill(child)


def _fork(index: int, task: Callable[[], Any], seconds: float) -> _Child:
    scratch = tempfile.mkdtemp(prefix="audit-")
    shutil.copytree(Path.cwd(), scratch, dirs_exist_ok=True, symlinks=True)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            _live(task, writing, scratch)
        finally:
            os._exit(1)
    os.close(writing)
    return _Child(index, pid, reading, scratch, time.monotonic() + seconds)


def _live(task: Callable[[], Any], writing: int, scratch: str) -> None:
    """What a child does: its task, its result into the pipe, and out without any of its parent's last rites."""
    import resource

    os.setsid()
    os.chdir(scratch)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") if _has_proc() else 0
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if taken:
            resource.setrlimit(resource.RLIMIT_AS, (taken + MOST_MEMORY, taken + MOST_MEMORY))
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(pickle.dumps(task()))
    os._exit(0)


def _has_proc() -> bool:
    return Path("/proc/self/statm").exists()


def _result(child: _Child) -> Any:
    """What a child whose pipe is closed has said; a whole result counts, however the child ended."""
    try:
        result = pickle.loads(bytes(child.received))  # our own child wrote it
    except (EOFError, pickle.UnpicklingError):
        status = _end(child)
        killed = os.WIFSIGNALED(status)
        return Died(f"killed by signal {os.WTERMSIG(status)}" if killed else "its process ended before the tests did")
    _end(child)
    return result


def _end(child: _Child) -> int:
    """Takes a child off the list of processes with whatever it started, and removes its folder; its status."""
    os.close(child.pipe)
    status = _status(child.pid)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    if status is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)  # it may not have come to have a group of its own
        _, status = os.waitpid(child.pid, 0)
    shutil.rmtree(child.scratch, ignore_errors=True)
    return status


def _kill(child: _Child) -> None:
    for stop in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            stop(child.pid, signal.SIGKILL)
    _end(child)


def _status(pid: int) -> int | None:
    """The status of a child that has ended or is just ending; None when it is still going on."""
    until = time.monotonic() + 0.2
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        if time.monotonic() > until:
            return None
        time.sleep(0.001)
