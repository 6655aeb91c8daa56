"""The trusted side of one student's process: runs cells in it, looks up answers, and decides when it has had enough."""

from __future__ import annotations

import contextlib
import math
import os
import select
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from autograder.sandbox import stand_ins
from autograder.sandbox.child import Child
from autograder.sandbox.codec_parts import WireError
from autograder.sandbox.objects import Objects
from autograder.sandbox.remote_errors import CannotCross
from autograder.sandbox.wire import Gone, Peer, TookTooLong

End = Literal["timed out", "out of memory", "killed"]
_STUDENT: Final = 0
"""The number that the student's process gives the object which serves it."""
_MOST_WORDS: Final = 300
"""Characters of what a student's process says about itself."""
_GRACE: Final = 1.0
"""Seconds that interrupted code has to stop before its process is killed."""
_BETWEEN_LOOKS: Final = 0.2
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class CellRun:
    """What running one cell came to.

    outputs: nbformat's outputs. error: (name, message) of what it raised. value: its last line's, where a number.
    """

    outputs: tuple[dict[str, Any], ...] = ()
    error: tuple[str, str] | None = None
    value: float | None = None
    timed_out: bool = False


class Session:
    """A conversation with one student's process.

    ended: ("", "") while it goes on; then what it came to and a sentence about it. Every later request is answered
           by Gone at once.
    """

    def __init__(self, child: Child, *, memory: int) -> None:
        self.child = child
        self.ended: tuple[End | Literal[""], str] = ("", "")
        self.objects = Objects(strict=True, make=stand_ins.make)
        self._memory = memory
        self._next_look = 0.0
        self._peer = Peer(child.connection, self.objects.answer, self._watch)
        self.objects.peer = self._peer
        self.objects.settle = self._settle

    def run_cell(self, source: str, seconds: float) -> CellRun:
        """Runs a cell for at most `seconds`; it is interrupted then."""
        try:
            return cell_run(self._ask(seconds, "run_cell", source))
        except TookTooLong:
            words = f"this cell ran for more than {seconds:g} seconds and was stopped"
            with contextlib.suppress(Gone):  # then the notebook ends here
                self._settle()
            return CellRun((error_output("CellTimeoutError", words),), ("CellTimeoutError", words), timed_out=True)
        except Gone:
            return CellRun((error_output("DeadKernelError", self.ended[1]),), ("DeadKernelError", self.ended[1]))
        except (WireError, CannotCross) as error:
            words = f"what this cell did could not be told: {error}"[:_MOST_WORDS]
            return CellRun((error_output("NotTold", words),), ("NotTold", words))

    def invoke(self, function: str, *args: Any, seconds: float = 30.0) -> Any:
        """What `module:name`, called in the student's process with its cells and these arguments, gives back.

        Raises Gone, TookTooLong, WireError, or CannotCross with the words of what the call raised.
        """
        return self._ask(seconds, "invoke", function, *args)

    @contextlib.contextmanager
    def forked(self, seconds: float) -> Iterator[None]:
        """For the block, a fork of the student's process answers: what happens there does not last."""
        known = set(self.objects.theirs)
        self._ask(seconds, "fork")
        try:
            yield
            self._ask(seconds, "done")
        finally:
            if self._peer.owed:
                self._settle()
            for number in set(self.objects.theirs) - known:  # numbers of the fork, which the process will give anew
                self.objects.numbers_of_theirs.pop(id(self.objects.theirs.pop(number)), None)

    def close(self) -> None:
        """Ends the student's processes, all of them."""
        self._peer.close()
        self.child.kill()

    def _ask(self, seconds: float, what: str, *args: Any) -> Any:
        before = self.objects.deadline
        self.objects.deadline = min(time.monotonic() + seconds, before or float("inf"))
        try:
            return self.objects.ask(_STUDENT, "call", what, args)
        except Gone as error:
            self._has_ended("killed", str(error))
            raise
        except (TookTooLong, WireError, CannotCross):
            raise
        except Exception as error:  # what serves us there failed: no memory, no process left, replaced by the student
            raise CannotCross(f"{type(error).__name__}: {error}"[:_MOST_WORDS]) from None
        finally:
            self.objects.deadline = before

    def _settle(self) -> None:
        """Stops what the student's process is still doing for an earlier question, or ends the process."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self.child.pid, signal.SIGINT)
        if not self._peer.settle(_GRACE):
            self._end("timed out", "what it was doing could not be interrupted, so its process was ended")
            raise Gone(self.ended[1])

    def _watch(self) -> None:
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + _BETWEEN_LOOKS
        if self.child.ended():
            self._has_ended("killed", "")
            raise Gone(self.ended[1])
        if self.child.memory() > self._memory:
            self._end("out of memory", f"it used more than {self._memory >> 20:,} MB of memory")
            raise Gone(self.ended[1])

    def _has_ended(self, outcome: End, words: str) -> None:
        if not self.ended[0]:
            select.select([self.child], [], [], _GRACE)  # its keeper is about to say how it ended
            how = self.child.ended()
            told = f"its process ended by itself ({how})" if how else words or "its process ended"
            # The kernel's own limit on processor time.
            self.ended = ("timed out" if how == "signal 24" else outcome, told)

    def _end(self, outcome: End, words: str) -> None:
        if not self.ended[0]:
            self.ended = (outcome, words)
        self._peer.close()
        self.child.kill()


def error_output(name: str, message: str) -> dict[str, Any]:
    """An error as nbformat's output."""
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [f"{name}: {message}"]}


_MOST_OUTPUTS: Final = 600
_MOST_TEXT: Final = 8 << 20


def cell_run(told: Any) -> CellRun:
    """Takes what the student's process says of a cell, and nothing that has another form."""
    if not isinstance(told, dict):
        raise WireError("a cell's result of another form")
    outputs = told.get("outputs")
    kept = [made for one in (outputs if isinstance(outputs, list) else [])[:_MOST_OUTPUTS] if (made := _output(one))]
    error = told.get("error")
    value = told.get("value")
    named = isinstance(error, list) and len(error) == 2
    return CellRun(
        tuple(kept),
        (_text(error[0]), _text(error[1])) if named and isinstance(error, list) else ("Error", "") if error else None,
        _number(value) if type(value) in (int, float) else None,
    )


def _number(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer beyond all floats
        return math.inf if value > 0 else -math.inf


def _text(value: Any) -> str:
    return value[:_MOST_TEXT].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _output(told: Any) -> dict[str, Any] | None:
    """One output as nbformat wants it; None for what is none."""
    if not isinstance(told, dict):
        return None
    kind = told.get("output_type")
    if kind == "stream":
        name = "stderr" if told.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(told.get("text"))}
    if kind == "error":
        lines = told.get("traceback")
        trace = [_text(line) for line in (lines if isinstance(lines, list) else [])[:200]]
        return {
            "output_type": "error",
            "ename": _text(told.get("ename")),
            "evalue": _text(told.get("evalue")),
            "traceback": trace,
        }
    if kind not in ("display_data", "execute_result"):
        return None
    given = told.get("data")
    data = {_text(mime): _mime(content) for mime, content in given.items()} if isinstance(given, dict) else {}
    output: dict[str, Any] = {"output_type": kind, "data": data, "metadata": {}}
    if kind == "execute_result":
        count = told.get("execution_count")
        output["execution_count"] = count if type(count) is int else None
    return output


def _mime(content: Any) -> Any:
    """Text as text; what is JSON (a widget's state) stays only where it is plain."""
    if isinstance(content, bytes):
        import base64

        return base64.b64encode(content[:_MOST_TEXT]).decode()
    return _text(content) if isinstance(content, str) else _text(repr(content))
