"""What a fork server is asked for, and what it answers: JSON in one message, descriptors beside it."""

from __future__ import annotations

import json
import socket
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from autograder.sandbox.levels import Level, Limits

MOST_BYTES: Final = 1 << 16
"""Of one message."""


@dataclass(frozen=True)
class Setting:
    """What a fork server is told once, before its first fork.

    path:     of the modules; `preload` are imported, what fails is reported.
    program:  the module whose `main(connection)` each child runs.
    workshop: an empty folder on which a child may mount its root.
    readable: folders that children see besides the system's own.
    """

    level: Level
    preload: tuple[str, ...]
    program: str
    path: tuple[str, ...]
    workshop: str
    readable: tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """One child.

    account: the user and group it runs as when the fork server is root, None for its own.
    folder:  what is copied into its working folder at level strong.
    home:    its working folder; `temporary` is another that it may write.
    """

    limits: Limits
    account: int | None
    folder: str | None
    home: str
    temporary: str


@dataclass(frozen=True)
class Ready:
    """What the fork server has to say about itself.

    failed:    modules that could not be imported, with the reason.
    threading: the first module that started a thread; the server is of no use then.
    own:       bytes of its memory that are shared by all children until they write to it.
    stack:     where its stack starts: a fork keeps that, a new program has another.
    """

    failed: tuple[tuple[str, str], ...] = ()
    threading: str = ""
    own: int = 0
    stack: int = 0
    extra: dict[str, Any] = field(default_factory=dict)


def send(connection: socket.socket, message: dict[str, Any] | Setting | Order | Ready, *descriptors: int) -> None:
    """Sends one message."""
    content = message if isinstance(message, dict) else asdict(message)
    socket.send_fds(connection, [json.dumps(content).encode()], list(descriptors))


def receive(connection: socket.socket, descriptors: int = 0) -> tuple[dict[str, Any], list[int]]:
    """The next message, with the descriptors that came along; raises EOFError when the other side has closed."""
    content, found, _, _ = socket.recv_fds(connection, MOST_BYTES, descriptors)
    if not content:
        raise EOFError
    return json.loads(content), found


def setting_from(message: dict[str, Any]) -> Setting:
    """The setting that was sent."""
    lists = {name: tuple(message[name]) for name in ("preload", "path", "readable")}
    return Setting(**{**message, **lists})


def order_from(message: dict[str, Any]) -> Order:
    """The order that was sent."""
    return Order(**{**message, "limits": Limits(**message["limits"])})
