"""The student's process: serves the supervisor's requests, one at a time, until the connection closes.

Everything here runs beside the student's code, which may change any of it. Nothing that it says is trusted.
"""

from __future__ import annotations

import importlib
import os
import signal
import socket
from typing import Any

from autograder.sandbox import stand_ins
from autograder.sandbox.objects import Objects
from autograder.sandbox.shell import Cells, prepare
from autograder.sandbox.wire import DONE, Peer, RemoteError, Unanswered

# The fork server imports this module, so that no child has to make a shell of its own.
_SHELL = prepare()


class Student:
    """What the supervisor can ask for: object 0 on the wire."""

    def __init__(self, peer: Peer, cells: Cells) -> None:
        self._peer = peer
        self._cells = cells

    def run_cell(self, source: str) -> dict[str, Any]:
        """Runs a cell of the notebook."""
        return self._cells.run(source)

    def invoke(self, function: str, *args: Any) -> Any:
        """Calls `module:name` with this process's cells and the arguments."""
        module, _, name = function.partition(":")
        return getattr(importlib.import_module(module), name)(self._cells, *args)

    def fork(self) -> bool:
        """From here on a fork of this process answers, until `done`: what it is told this process never sees."""
        pid = os.fork()
        if pid == 0:
            return True
        before = signal.signal(signal.SIGINT, lambda _signum, _frame: os.kill(pid, signal.SIGKILL))
        try:
            _, status = os.waitpid(pid, 0)
        finally:
            signal.signal(signal.SIGINT, before)
        if os.waitstatus_to_exitcode(status) == DONE:
            raise Unanswered
        raise ChildProcessError(f"it ended with {os.waitstatus_to_exitcode(status)}")

    def done(self) -> bool:
        """Ends the fork when this is answered."""
        self._peer.last_answer = True
        return True


def main(connection: socket.socket) -> None:
    """Serves requests over the connection until it closes."""
    objects = Objects(strict=False, make=stand_ins.make)
    cells = Cells(_SHELL)

    def serve(payload: Any) -> Any:
        try:
            return cells.busy(objects.answer, payload)
        except KeyboardInterrupt:  # it came when the answer was ready, and must not end the process
            raise RemoteError({"refused": "it was stopped"}) from None

    peer = Peer(connection, serve)
    objects.peer = peer
    objects.export(Student(peer, cells))
    peer.serve_forever()
