"""The fork server: imports the heavy libraries once, then makes a child for each order.

It is a program of its own, so that it never holds a test, a solution, a key or anybody's submission: its children
can read all of its memory. It has one thread, trusts whoever started it, and ends with them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import socket
import sys
from typing import NoReturn

from autograder.sandbox import child_side, places, serving, syscalls, tree
from autograder.sandbox.order import Order, Ready, Setting, order_from, receive, send, setting_from


def main() -> None:
    """Serves the socket whose descriptor is the only argument, until it closes."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    message, _ = receive(requests)
    setting = setting_from(message)
    sys.path[:] = setting.path
    seen = places.outermost([*places.interpreter(), *setting.readable])
    setting = dataclasses.replace(setting, readable=tuple(seen))
    ready = _load(setting)
    send(requests, ready)
    if not ready.threading:
        _serve(requests, setting)


def _load(setting: Setting) -> Ready:
    failed, threading = serving.preload((*setting.preload, setting.program))
    return Ready(tuple(failed), threading, own=tree.anonymous("self"), stack=tree.stack_start("self"))


def _serve(requests: socket.socket, setting: Setting) -> None:
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    # Keepers hear of this process's end by the closing of a pipe of which only it has the other end.
    alive, _ = os.pipe()
    serving.serve(requests, lambda: _answer(requests, setting, alive), lambda _pid, _status: None)


def _answer(requests: socket.socket, setting: Setting, alive: int) -> bool:
    """Carries out one order; False when there will be no more."""
    descriptors: list[int] = []
    try:
        message, descriptors = receive(requests, 2)
        order = order_from(message)
        connection, control = descriptors
        _fork(setting, order, connection, control, alive)
        send(requests, {})
    except EOFError:
        return False
    except Exception as error:  # one bad order must not end the children of all others
        with contextlib.suppress(OSError):
            send(requests, {"error": f"{type(error).__name__}: {error}"[:1000]})
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
    return True


def _fork(setting: Setting, order: Order, connection: int, control: int, alive: int) -> None:
    if os.fork() == 0:
        _be_child(setting, order, connection, control, alive)


def _be_child(setting: Setting, order: Order, connection: int, control: int, alive: int) -> NoReturn:
    serving.leave_signals()
    try:
        child_side.run(setting, order, connection, control, alive)
    finally:
        os._exit(70)


if __name__ == "__main__":
    main()
