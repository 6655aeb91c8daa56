"""The process beside each student's: reaps, tells how the student's process ended, and leaves nothing behind.

At level strong it is process 1 of the namespaces: when it ends, the kernel ends all others. At the other levels
orphans come to it (it is their subreaper), and it ends them one by one.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import socket
from typing import Final, NoReturn

from autograder.sandbox.tree import descendants

MOST_ROUNDS: Final = 10_000
"""Of looking for processes that are left: a bound on what can't last long."""


def keep(student: int, control: socket.socket, alive: int, *, is_init: bool) -> NoReturn:
    """Waits until the student's process ends, or supervisor or fork server do; then ends all that is left.

    control: to the supervisor; gets one message, why it `ended` (`exit 0`, `signal 11`) and the `seconds` of
             processor time it took. Its closing means: end everything.
    alive:   a pipe of which the fork server holds the other end.
    """
    bell, ring = os.pipe()
    for end in (bell, ring):
        os.set_blocking(end, False)
    # As process 1 it is deaf to every signal from inside that has no handler, even to SIGKILL.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, lambda _signum, _frame: None)
    signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
    watched = select.poll()
    for descriptor in (bell, alive, control.fileno()):
        watched.register(descriptor, select.POLLIN)
    status = _reap(student)  # it may have ended before there was a handler
    while status is None:
        for descriptor, _ in watched.poll():
            if descriptor == bell:
                with contextlib.suppress(BlockingIOError):
                    os.read(bell, 4096)
                status = _reap(student)
            else:
                _end(is_init)
    with contextlib.suppress(OSError):
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = {"ended": _words(status), "seconds": used.ru_utime + used.ru_stime}
        control.send(json.dumps(told).encode())
    _end(is_init)


def _reap(student: int) -> int | None:
    """Takes leave of all that have ended; the student's status when it is among them."""
    found = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid == student:
                found = status
    return found


def _words(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit {code}" if code >= 0 else f"signal {-code}"


def _end(is_init: bool) -> NoReturn:
    if not is_init:
        end_descendants()
    os._exit(0)


def end_descendants() -> None:
    """Kills and reaps all descendants of this process, until there is none.

    It must be the subreaper of them all, or those whose parents have ended are somebody else's.
    """
    for _ in range(MOST_ROUNDS):
        for pid in descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            select.select([], [], [], 0.001)
        except ChildProcessError:
            return
