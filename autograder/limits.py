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


def time_limit(seconds: float) -> contextlib.AbstractContextManager[None]:
    """Raises OutOfTime inside the block after `seconds`, again and again until the block is left.

    On the main thread of Unix an alarm interrupts even a sleep and a block that catches everything. Elsewhere
    the exception arrives at the next line of Python, and an endless loop *inside* a bare `except` goes on.
    """
    if hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread():
        return _Alarm(seconds)
    return _Watched(seconds)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Holds OutOfTime back until the block is left, and Ctrl-C where this is the process's only thread."""
    me, before = threading.get_ident(), None
    _undisturbed_threads.add(me)
    try:
        if hasattr(signal, "pthread_sigmask") and threading.current_thread() is threading.main_thread():
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGINT})
        else:
            with _sending:  # one that was just being sent is on its way then
                pass
            _let_it_arrive()
        yield
    finally:
        _undisturbed_threads.discard(me)
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


_undisturbed_threads: set[int] = set()
_sending = threading.Lock()


def _let_it_arrive() -> None:
    """An exception from another thread is raised here at the latest: Python looks for one when a loop goes on."""
    for _ in range(2):
        pass


class _Limit(contextlib.AbstractContextManager[None]):
    """A block of limited time, known by the frame that it stands in."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._caller: FrameType | None = None

    def _stands_in(self, frame: FrameType | None) -> None:
        """Frames further out than the block go on after it (Jupyter's, pytest's): they must not be touched."""
        while frame is not None and frame.f_code.co_filename == contextlib.__file__:
            frame = frame.f_back
        self._caller = frame

    def _within(self, frame: FrameType | None) -> list[FrameType] | None:
        """The frames from this one out to the block; None while it is entered or left, or when it is gone."""
        inside = []
        while frame is not self._caller:
            if frame is None or frame.f_code in (type(self).__enter__.__code__, type(self).__exit__.__code__):
                return None
            inside.append(frame)
            frame = frame.f_back
        return inside


class _Alarm(_Limit):
    def __enter__(self) -> None:
        self._stands_in(sys._getframe(1))
        self._before, self._tracing = signal.signal(signal.SIGALRM, self._ring), sys.gettrace()
        signal.setitimer(signal.ITIMER_REAL, self._seconds, _AGAIN)

    def __exit__(self, *error: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)
        sys.settrace(self._tracing)

    def _ring(self, _signum: int, frame: FrameType | None) -> None:
        inside = self._within(frame)
        # A signal that this thread does not take is taken by another one, for this one to handle.
        if inside is None or threading.get_ident() in _undisturbed_threads:
            return

        # `while True: try: … except BaseException: pass` swallows the first exception. So the next line of the
        # answer raises as well, which is one of the `except` block, and the loop is left. Python ends tracing
        # with that, and whatever is still running meets the next alarm.
        def raise_on_next_line(_frame: FrameType, event: str, _arg: Any) -> Any:
            if event == "line":
                raise OutOfTime
            return raise_on_next_line

        for inner in inside:
            if not inner.f_code.co_filename.startswith(_own_folder):
                inner.f_trace = raise_on_next_line
        sys.settrace(lambda frame, _event, _arg: None)
        raise OutOfTime


_own_folder = __file__.rpartition("limits.py")[0]


class _Watched(_Limit):
    """Another thread watches the clock, and leaves the exception where Python looks for one at the next line."""

    def __enter__(self) -> None:
        self._stands_in(sys._getframe(1))
        self._thread = threading.get_ident()
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def __exit__(self, *error: object) -> None:
        while True:
            try:
                self._done.set()
                self._watcher.join()
                # It can't be called back: told that there is none after all, Python 3.11 goes on looking for it, in
                # traced code for ever.
                _let_it_arrive()
                return
            except OutOfTime:
                continue

    def _watch(self) -> None:
        wait = self._seconds
        while not self._done.wait(wait):
            with _sending:
                there = self._within(sys._current_frames().get(self._thread)) is not None
                if there and self._thread not in _undisturbed_threads:
                    thread, error = ctypes.c_ulong(self._thread), ctypes.py_object(OutOfTime)
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, error)
            wait = _AGAIN
