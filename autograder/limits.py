"""Bounds on running somebody's answer in this process: how long it may take and how much it may print."""

from __future__ import annotations

import contextlib
import ctypes
import io
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Final

MOST_PRINTED: Final = 2_000
"""Characters kept of what an answer prints while it is tested; the rest is only counted."""


_AGAIN: Final = 0.05
"""Seconds until a block that swallowed the exception gets the next one."""


class OutOfTime(BaseException):
    """Raised inside an answer that has run for too long."""


class Printed(io.TextIOBase):
    """Keeps the beginning of what is written to it, and counts the rest."""

    def __init__(self) -> None:
        self.text = ""
        self.length = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.length += len(text)
        self.text += text[: MOST_PRINTED - len(self.text)]
        return len(text)


@contextlib.contextmanager
def printed() -> Iterator[Printed]:
    """Catches stdout and stderr of the block."""
    caught = Printed()
    with contextlib.redirect_stdout(caught), contextlib.redirect_stderr(caught):
        yield caught


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises OutOfTime inside the block after `seconds`, again and again until the block is left.

    On the main thread of Unix an alarm interrupts even a sleep and a block that catches everything. Elsewhere
    the exception arrives at the next line of Python, and an endless loop *inside* a bare `except` goes on.
    """
    if hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread():
        with _alarm(seconds):
            yield
    else:
        with _asynchronous(seconds):
            yield


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_signum: int, frame: FrameType | None) -> None:
        # `while True: try: … except BaseException: pass` swallows the first exception. So the next line of the
        # answer raises as well, which is one of the `except` block, and the loop is left. Python ends tracing
        # with that, and whatever is still running meets the next alarm.
        def raise_on_next_line(_frame: FrameType, event: str, _arg: Any) -> Any:
            if event == "line":
                raise OutOfTime
            return raise_on_next_line

        inner = frame
        while inner is not None and inner is not caller:
            if not inner.f_code.co_filename.startswith(_own_folder):
                inner.f_trace = raise_on_next_line
            inner = inner.f_back
        sys.settrace(lambda frame, _event, _arg: None)
        raise OutOfTime

    # Frames further out than the block go on after it (Jupyter's, pytest's): they must not be touched.
    caller: FrameType | None = sys._getframe()
    while caller is not None and caller.f_code.co_filename in {__file__, contextlib.__file__}:
        caller = caller.f_back
    before, tracing = signal.signal(signal.SIGALRM, ring), sys.gettrace()
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:  # the alarm may have rung in the line above
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        sys.settrace(tracing)


_own_folder = __file__.rpartition("limits.py")[0]


@contextlib.contextmanager
def _asynchronous(seconds: float) -> Iterator[None]:
    thread = ctypes.c_ulong(threading.get_ident())
    done = threading.Event()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(OutOfTime))
            wait = _AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        try:
            yield
        finally:
            done.set()
    finally:  # it may have arrived in the line above, and one more may be on its way
        done.set()
        watcher.join()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)
