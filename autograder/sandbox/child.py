"""A student's process as the supervisor sees it: its connection, its memory, and its end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import time
from typing import Any, Final

from autograder.errors import CourseError
from autograder.sandbox import tree
from autograder.sandbox.levels import SandboxUnavailable
from autograder.sandbox.order import Ready
from autograder.sandbox.scratch import Scratch

MOST_SECONDS_TO_START: Final = 30.0
MOST_SECONDS_TO_END: Final = 10.0
_MOST_SECONDS_TO_BE_REAPED: Final = 0.1
"""What has ended keeps its number until the fork server, or process 1 of the machine, takes leave of it."""
_CREDENTIALS: Final = struct.Struct("3i")
_TICKS: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Child:
    """One student's tree of processes.

    connection: a stream to the student's process, which got the other end.
    pid:        of the student's process, as the machine counts.
    """

    def __init__(
        self, connection: socket.socket, control: socket.socket, server: Ready, scratch: Scratch | None
    ) -> None:
        """Waits until the student's process runs.

        control: from its keeper. scratch: a folder that is removed when the process is gone.
        Raises SandboxUnavailable when a layer could not be put up; then nothing is left.
        """
        self.connection = connection
        self.pid = 0
        self._control = control
        self._server = server
        self._scratch = scratch
        self._words = ""
        self._seconds = 0.0
        self._keeper = 0
        self._handle: int | None = None
        self._killed = False
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + MOST_SECONDS_TO_START
        while not self.pid:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._control], [], [], left)[0]:
                raise SandboxUnavailable("start", f"it took more than {MOST_SECONDS_TO_START:.0f} s")
            message, sender = self._read_report()
            if message is None:
                raise SandboxUnavailable("start", "the process ended at once")
            if "failed" in message:
                raise SandboxUnavailable(str(message["failed"]), str(message["reason"]))
            if "keeper" in message:
                self._keeper = sender
                with contextlib.suppress(ProcessLookupError):  # what is quick may have ended already
                    self._handle = os.pidfd_open(sender)
            if "ready" in message:
                self.pid = sender

    def _read_report(self) -> tuple[dict[str, Any] | None, int]:
        """The next report, and the process that sent it; None when there will be no more."""
        try:
            content, ancillary, _, _ = self._control.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
        except ConnectionResetError:  # Linux tells of an end with something unread before it gives what still waits
            content, ancillary, _, _ = self._control.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
        if not content:
            return None, 0
        # The kernel says who sent it, in the numbers of this process's namespace.
        sender = next(
            (_CREDENTIALS.unpack(data)[0] for _, kind, data in ancillary if kind == socket.SCM_CREDENTIALS), 0
        )
        return json.loads(content), sender

    def fileno(self) -> int:
        """Becomes readable when the student's process has ended: for `select`."""
        return self._control.fileno()

    def ended(self) -> str:
        """Empty while the student's process runs, else why it ended: `exit 0`, `signal 11`, `killed`."""
        if not self._words and select.select([self._control], [], [], 0)[0]:
            try:
                message = self._read_report()[0] or {}
            except OSError:
                message = {}
            self._words = str(message.get("ended", "killed"))
            self._seconds = max(self._seconds, float(message.get("seconds", 0)))
        return self._words

    def memory(self) -> int:
        """Bytes of memory of the whole tree that are its own, not only shared with the fork server."""
        return sum(self._memory_of(pid) for pid in tree.descendants(self._keeper))

    def _memory_of(self, pid: int) -> int:
        try:
            used = tree.anonymous(pid)
            # A program started by the student's process shares nothing with the fork server.
            is_fork = tree.stack_start(pid) == self._server.stack
        except (OSError, ValueError, IndexError):
            return 0
        return max(0, used - self._server.own) if is_fork else used

    def cpu_seconds(self) -> float:
        """Seconds of processor time that the whole tree has used; of what ended in it, all that was waited for."""
        found = 0
        for pid in tree.descendants(self._keeper):
            with contextlib.suppress(OSError, ValueError, IndexError):
                found += tree.ticks(pid)
        self._seconds = max(self._seconds, found / _TICKS)
        return self._seconds

    def kill(self) -> None:
        """Ends all processes of the tree and waits until they are gone; may be called again."""
        if self._killed:
            return
        self._killed = True
        self.cpu_seconds()
        self._words = self.ended() or "killed"
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # its keeper ends all that is left
        if self._handle is not None:
            self._wait_until_gone(self._handle)
            os.close(self._handle)
        self._control.close()
        self.connection.close()
        if self._scratch is not None:
            self._scratch.remove()

    def _wait_until_gone(self, handle: int) -> None:
        ended = select.poll()
        ended.register(handle, select.POLLIN)
        if not ended.poll(1000 * MOST_SECONDS_TO_END):
            raise CourseError(
                f"The processes of a student's notebook, below process {self._keeper}, could not be ended.",
                "Restart the machine before you grade on.",
            )
        deadline = time.monotonic() + _MOST_SECONDS_TO_BE_REAPED
        with contextlib.suppress(ProcessLookupError):
            while time.monotonic() < deadline:
                signal.pidfd_send_signal(handle, 0)
                time.sleep(0.0005)
