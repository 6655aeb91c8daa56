"""What every fork server does: imports once, answers orders, takes leave of children, ends with who started it."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import random
import select
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Final

from autograder.sandbox import tree

_LOOK_SECONDS: Final = 0.2


def preload(names: Iterable[str]) -> tuple[list[tuple[str, str]], str]:
    """Imports modules one by one: which failed, with the reason, and the first that started a thread (or "").

    Nothing is imported after a thread was started: a process with threads can't be forked safely.
    """
    failed = []
    with _ending_with_parent():
        for name in names:
            try:
                importlib.import_module(name)
            except Exception as error:  # a library may raise anything while it is imported
                failed.append((name, f"{type(error).__name__}: {error}"[:300]))
            if tree.threads() > 1:
                return failed, name
    gc.collect()
    gc.freeze()  # the collector would otherwise write to every object, and each child get its own copy of it
    return failed, ""


@contextlib.contextmanager
def _ending_with_parent() -> Iterator[None]:
    """Looks now and then, from an alarm, whether the process that started this one is still there."""
    parent = os.getppid()

    def look(_signum: int, _frame: FrameType | None) -> None:
        if os.getppid() != parent:
            os._exit(0)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _LOOK_SECONDS, _LOOK_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def serve(
    requests: socket.socket,
    answer: Callable[[], bool],
    ended: Callable[[int, int], None],
    idle: Callable[[], bool] | None = None,
) -> None:
    """Calls `answer` for each request, and `ended` with the number and status of each child that ends.

    While there is neither it calls `idle`, until that returns False.

    Returns when `answer` returns False, or when the process that started this one is gone.
    """
    bell, ring = os.pipe()
    for end in (bell, ring):
        os.set_blocking(end, False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started it
    signal.signal(signal.SIGCHLD, lambda _signum, _frame: None)
    signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
    # The closing of a socket may come late: other forks of the same parent can hold it open.
    parent = os.pidfd_open(os.getppid())
    watched = select.poll()
    for descriptor in (requests.fileno(), bell, parent):
        watched.register(descriptor, select.POLLIN)
    while True:
        events = watched.poll(None if idle is None else 0)
        if not events and idle is not None and not idle():
            idle = None
        for descriptor, _ in events:
            if descriptor == bell:
                with contextlib.suppress(BlockingIOError):
                    os.read(bell, 4096)
                _reap(ended)
            elif descriptor == parent or not answer():
                return


def _reap(ended: Callable[[int, int], None]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            ended(pid, status)


def leave_signals() -> None:
    """In a child: signals do again what they do in a new Python."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def forget_randomness() -> None:
    """In a child: randomness of its own, as a new process has, where the fork server's would be everybody's."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
