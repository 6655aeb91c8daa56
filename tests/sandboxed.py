"""What tests run in a sandbox: takes Python from its connection, answers what `answer` is or the error."""

from __future__ import annotations

import socket
from typing import Any


def main(connection: socket.socket) -> None:
    """Serves one program after the other until the connection closes."""
    names: dict[str, Any] = {"connection": connection}
    with connection.makefile("rwb") as lines:
        for line in lines:
            names["answer"] = None
            try:
                exec(eval(line), names)
                answer = names["answer"]
            except Exception as error:
                answer = f"{type(error).__name__}: {error}"
            lines.write(repr(answer).encode() + b"\n")
            lines.flush()
