"""Requests and replies between two processes over a socket, in both directions at once.

A frame is four bytes of length and that many bytes of msgpack. Whoever waits for a reply serves the requests
that come in meanwhile, so that a test can hand a function of its own to an answer. Nothing on the wire is ever
unpickled or evaluated.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, Final

import msgpack

from autograder.limits import undisturbed
from autograder.sandbox.codec_parts import WireError

MOST_BYTES: Final = 64 << 20
"""Of one frame; a larger one is refused before anything of it is read."""
MOST_NESTED: Final = 40
"""Requests within requests."""
DONE: Final = 87
"""Exit code of a fork that has answered its last request."""
_LENGTH: Final = struct.Struct("!I")
_REQUEST, _REPLY, _ERROR = range(3)
_SLICE: Final = 0.05
"""Seconds between two looks at the clock and at the other side's state while waiting."""


class Gone(Exception):  # noqa: N818 - it is what happened to the other side
    """The other side has ended or speaks no longer; nothing more can be asked of it."""


class TookTooLong(Exception):  # noqa: N818
    """A request was not answered by its deadline. The answer is still owed."""


class RemoteError(Exception):
    """The other side answered with an error; `data` describes it."""

    def __init__(self, data: Any) -> None:
        super().__init__("the other side answered with an error")
        self.data = data


class Unanswered(Exception):  # noqa: N818
    """Raised by what serves a request: a fork of this process has answered it."""


class Peer:
    """One end of the wire.

    serve:  answers a request, given as plain data, with plain data; RemoteError it raises goes back as it is.
    watch:  called several times a second while waiting; may raise to stop waiting.
    """

    def __init__(
        self,
        connection: socket.socket,
        serve: Callable[[Any], Any],
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        self._connection = connection
        connection.setblocking(False)
        self._serve = serve
        self._watch = watch
        self._buffer = bytearray()
        self._nested = 0
        self._broken = ""
        self.last_answer = False
        """This process is a fork that answers one request and ends."""
        self.owed = 0
        """Replies that somebody stopped waiting for; they must be taken in before the next request."""

    def request(self, payload: Any, deadline: float | None = None) -> Any:
        """What the other side answers.

        deadline: `time.monotonic()` after which to stop waiting.
        Raises RemoteError, Gone, TookTooLong; WireError for a payload that is too large.
        """
        if self.owed:
            raise Gone("an earlier question is still unanswered")
        self._send([_REQUEST, payload])
        try:
            kind, reply = self._wait(deadline)
        except Gone:
            raise
        except BaseException:  # the clock, the alarm that stops a test, Ctrl-C: the reply will come all the same
            self.owed += 1
            raise
        if kind == _ERROR:
            raise RemoteError(reply)
        return reply

    def settle(self, seconds: float) -> bool:
        """Takes in the replies that are owed, for at most `seconds`; whether none is owed any more."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(TookTooLong, Gone, WireError):
            while self.owed:
                self._wait(deadline, refuse=True)
                self.owed -= 1
        return not self.owed

    def serve_forever(self) -> None:
        """Answers requests until the other side closes the connection."""
        with contextlib.suppress(Gone):
            while True:
                kind, payload = self._receive(None)
                if kind == _REQUEST:
                    self._answer(payload)
                elif self.owed:  # somebody was interrupted while waiting for it
                    self.owed -= 1
                else:
                    raise Gone("an answer without a question")

    def close(self) -> None:
        self._broken = self._broken or "it was closed"
        self._connection.close()

    def _wait(self, deadline: float | None, refuse: bool = False) -> list[Any]:
        while True:
            kind, payload = self._receive(deadline)
            if kind != _REQUEST:
                return [kind, payload]
            if refuse:
                self._send([_ERROR, {"refused": "the test is over"}])
            else:
                self._answer(payload)

    def _answer(self, payload: Any) -> None:
        if self._nested >= MOST_NESTED:
            self._send([_ERROR, {"refused": f"more than {MOST_NESTED} calls within calls"}])
            return
        self._nested += 1
        reply: list[Any] = [_ERROR, {"refused": "it was stopped"}]
        try:
            reply = [_REPLY, self._serve(payload)]
        except RemoteError as error:
            reply = [_ERROR, error.data]
        except WireError as error:
            reply = [_ERROR, {"refused": str(error)}]
        except Unanswered:
            reply = []
        finally:
            self._nested -= 1
            if reply:  # whatever ended it, the other side is waiting for one answer
                try:
                    self._send(reply)
                except WireError as error:
                    self._send([_ERROR, {"refused": str(error)}])
            if self.last_answer:
                os._exit(DONE)

    def _send(self, message: list[Any]) -> None:
        try:
            body = msgpack.packb(message)
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise WireError(f"a value that can't be sent ({type(error).__name__})") from None
        if len(body) > MOST_BYTES:
            raise WireError(f"a value of more than {MOST_BYTES >> 20} MB")
        if self._broken:
            raise Gone(self._broken)
        rest = memoryview(_LENGTH.pack(len(body)) + body)
        self._broken = "it was cut off in the middle of a question"  # until the last byte is out
        while rest:
            try:
                rest = rest[self._connection.send(rest) :]
            except BlockingIOError:
                self._wait_until(select.POLLOUT, None)
            except OSError:
                raise Gone("it is gone") from None
        self._broken = ""

    def _receive(self, deadline: float | None) -> tuple[int, Any]:
        self._fill(_LENGTH.size, deadline)
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > MOST_BYTES:
            self._broken = f"it sent more than {MOST_BYTES >> 20} MB at once"
            raise Gone(self._broken)
        self._fill(_LENGTH.size + length, deadline)
        with undisturbed():
            body = bytes(self._buffer[_LENGTH.size : _LENGTH.size + length])
            del self._buffer[: _LENGTH.size + length]
        try:
            kind, payload = msgpack.unpackb(body, strict_map_key=False)
        except (ValueError, TypeError, msgpack.UnpackException, RecursionError):
            self._broken = "it sent something that is not a message"
            raise Gone(self._broken) from None
        if type(kind) is not int or kind not in (_REQUEST, _REPLY, _ERROR):
            self._broken = "it sent a message of no known kind"
            raise Gone(self._broken)
        return kind, payload

    def _fill(self, size: int, deadline: float | None) -> None:
        while len(self._buffer) < size:
            if self._broken:
                raise Gone(self._broken)
            self._wait_until(select.POLLIN, deadline)
            with undisturbed():
                try:
                    more = self._connection.recv(min(1 << 20, max(size - len(self._buffer), 1 << 16)))
                except BlockingIOError:
                    continue
                except OSError:
                    more = b""
                self._buffer += more
            if not more:
                self._broken = "it is gone"

    def _wait_until(self, ready: int, deadline: float | None) -> None:
        poll = select.poll()
        try:
            poll.register(self._connection, ready)
        except ValueError:  # closed on this side
            raise Gone(self._broken or "it is gone") from None
        while not poll.poll(_SLICE * 1000):
            self._watch()
            if deadline is not None and time.monotonic() > deadline:
                raise TookTooLong
