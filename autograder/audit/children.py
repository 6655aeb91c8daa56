"""Runs each task in a forked child, so that a wrong answer can loop, eat memory, or die in peace.

A child sees everything that its parent had made until then, at no cost; nothing that it does comes back but its
results. Its working folder is a copy, its output goes nowhere, and when it is over, whatever it started is killed.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import selectors
import shutil
import signal
import struct
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from autograder.audit import orphans
from autograder.audit.slots import Slots
from autograder.limits import OutOfTime

MOST_MEMORY: Final = 2 * 1024**3
"""Bytes of address space that a child may take beyond what its parent had.

Limiting what is resident would need a control group of the system's. Address space can be limited by anybody; a parent
that has imported torch holds many gigabytes of it without using them, and those are not counted against the child.
"""
MOST_WRITTEN: Final = 64 * 1024**2
"""Bytes of the largest file that a child may write."""
_LOOK_AGAIN: Final = 0.1
"""Seconds between two looks whether a child has ended: what it started may keep its pipe open."""
_HEADER: Final = struct.Struct(">Q")

_ENDS: Final[dict[type[BaseException], str]] = {
    MemoryError: "out of memory",
    RecursionError: "it calls itself too deeply",
    OutOfTime: "out of time",
}
"""Errors that are the answer's wherever they are raised."""

Task = Callable[[], Any]


@dataclass(frozen=True)
class Died:
    """A child that gave no result, and why: "out of time", "killed by signal 11"."""

    why: str


@dataclass(frozen=True)
class Stumbled:
    """An error of the audit's own, or of the course, on a task: it says nothing about the answer that was tried."""

    why: str


@dataclass
class _Child:
    """A forked process, the tasks that it has yet to do, and until when it may take for the next of them."""

    tasks: list[int]
    pid: int
    pipe: int
    scratch: str
    slot: bool
    deadline: float
    received: bytearray = field(default_factory=bytearray)
    status: int | None = None


def run_forked(
    tasks: Sequence[Task], slots: Slots, seconds: float, together: int = 1
) -> Iterator[tuple[int, Any | Died | Stumbled]]:
    """(index, result) of each task as it ends, `seconds` for each, as many at a time as there are slots.

    together: how many tasks share a child. They see what the ones before them left in memory. When a child dies, the
              task that it died of is tried once more alone, and the rest go on in another child.
    """
    waiting = [list(range(at, min(at + together, len(tasks)))) for at in range(0, len(tasks), together)][::-1]
    running: dict[int, _Child] = {}
    gc.freeze()  # no child looks through what stands now, which would copy its memory
    with orphans.adopted(), selectors.DefaultSelector() as selector:
        try:
            while waiting or running:
                while waiting and (not running or slots.take()):
                    child = _fork(tasks, waiting.pop(), seconds, slot=bool(running))
                    running[child.pipe] = child
                    selector.register(child.pipe, selectors.EVENT_READ)
                nearest = min(child.deadline for child in running.values())
                pause = min(_LOOK_AGAIN, max(0.0, nearest - time.monotonic()))
                readable = {key.fd for key, _ in selector.select(pause)}
                for child in list(running.values()):
                    over = _receive(child) if child.pipe in readable else False
                    for result in _results(child):
                        child.deadline = time.monotonic() + seconds
                        yield child.tasks.pop(0), result
                    over = over or not child.tasks or _has_ended(child)
                    late = not over and child.deadline <= time.monotonic()
                    if not (over or late):
                        continue
                    selector.unregister(child.pipe)
                    del running[child.pipe]
                    status = _end(child)
                    if child.slot:
                        slots.add()
                    if len(child.tasks) == 1:
                        yield child.tasks[0], Died("out of time") if late else _death(status)
                    elif child.tasks:
                        waiting += [child.tasks[1:], child.tasks[:1]]
        finally:
            for child in running.values():
                _end(child)
                if child.slot:
                    slots.add()
            gc.unfreeze()


def _fork(tasks: Sequence[Task], chosen: list[int], seconds: float, slot: bool) -> _Child:
    scratch = tempfile.mkdtemp(prefix="audit-")
    shutil.copytree(Path.cwd(), scratch, dirs_exist_ok=True, symlinks=True)
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            _live([tasks[index] for index in chosen], writing, scratch)
        finally:
            os._exit(1)
    os.close(writing)
    return _Child(chosen, pid, reading, scratch, slot, time.monotonic() + seconds)


def _live(tasks: Sequence[Task], writing: int, scratch: str) -> None:
    """What a child does: its tasks, each result into the pipe, and out without any of its parent's last rites."""
    os.setsid()
    orphans.die_with_parent()
    os.chdir(scratch)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    _limit_itself()
    own = os.getpid()
    for task in tasks:
        try:
            result = task()
        except tuple(_ENDS) as error:
            result = Died(next(why for kind, why in _ENDS.items() if isinstance(error, kind)))
        except BaseException as error:
            result = Stumbled(f"{type(error).__name__}: {error}")
        if os.getpid() != own:
            return  # the answer has forked: this is its child, which has no say
        message = pickle.dumps(result)
        with os.fdopen(writing, "wb", closefd=False) as pipe:
            pipe.write(_HEADER.pack(len(message)) + message)
    os._exit(0)


def _limit_itself() -> None:
    import resource

    size = Path("/proc/self/statm")
    taken = int(size.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") if size.exists() else 0
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if taken:
            resource.setrlimit(resource.RLIMIT_AS, (taken + MOST_MEMORY, taken + MOST_MEMORY))


def _receive(child: _Child) -> bool:
    """Takes what is in a child's pipe; whether its other end is closed."""
    with contextlib.suppress(BlockingIOError):
        while chunk := os.read(child.pipe, 1 << 16):
            child.received += chunk
        return True
    return False


def _results(child: _Child) -> list[Any]:
    """The whole messages among what a child has sent so far."""
    found = []
    while len(child.received) >= _HEADER.size:
        end = _HEADER.size + _HEADER.unpack_from(child.received)[0]
        if len(child.received) < end:
            break
        found.append(pickle.loads(bytes(child.received[_HEADER.size : end])))  # our own child wrote it
        del child.received[:end]
    return found[: len(child.tasks)]


def _has_ended(child: _Child) -> bool:
    """Whether a child is no more although its pipe is open, and all that it said has been read."""
    if child.status is None:
        done, status = os.waitpid(child.pid, os.WNOHANG)
        child.status = status if done else None
        return False  # it may have said something since it was last listened to
    return True


def _end(child: _Child) -> int:
    """Takes a child off the list of processes with whatever it started, and removes its folder; its status."""
    os.close(child.pipe)
    if child.status is None:
        child.status = _status(child.pid)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    if child.status is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)  # it may not have come to have a group of its own
        _, child.status = os.waitpid(child.pid, 0)
    shutil.rmtree(child.scratch, ignore_errors=True)
    return child.status


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


def _death(status: int) -> Died:
    killed = os.WIFSIGNALED(status)
    return Died(f"killed by signal {os.WTERMSIG(status)}" if killed else "its process ended before the tests did")
