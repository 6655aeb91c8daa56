"""What a fork of the fork server does on its way to be a student's process, and which of its steps failed."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import socket
import sys
from collections.abc import Iterator
from typing import Final, NoReturn

from autograder.sandbox import accounts, isolation, keeper, places, root, serving, syscalls
from autograder.sandbox.levels import SandboxUnavailable, layer
from autograder.sandbox.order import Order, Setting

_CONNECTION: Final = 3
_CONTROL: Final = 4
_ALIVE: Final = 5


def run(setting: Setting, order: Order, connection: int, control: int, alive: int) -> NoReturn:
    """Becomes a keeper and its student's process; says `failed`, the layer and the reason where that can't be."""
    os.setsid()
    _keep_only(connection, control, alive)
    reports = socket.socket(fileno=_CONTROL)
    with _failures_told(reports):
        if setting.level == "strong":
            root.enter_namespaces()
            if os.fork():
                os._exit(0)
        _say(reports, keeper=os.getpid())
        if setting.level == "strong":
            root.change_root(order, setting.workshop, setting.readable)
            accounts.drop_privileges(order.account, setting.readable)
        else:
            syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
        # What the kernel won't dump, another process of the same account can't read or stop through /proc.
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
        keeper_id = os.getpid()
        student = os.fork()
        if student == 0:
            _be_student(setting, order, reports, keeper_id)
        os.close(_CONNECTION)
        keeper.keep(student, reports, _ALIVE, is_init=setting.level == "strong")


@contextlib.contextmanager
def _failures_told(reports: socket.socket) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        told = error if isinstance(error, SandboxUnavailable) else SandboxUnavailable("start", repr(error)[:300])
        with contextlib.suppress(OSError):
            _say(reports, failed=told.layer, reason=told.reason)
        os._exit(70)


def _say(reports: socket.socket, **message: str | int) -> None:
    reports.send(json.dumps(message).encode())


def _keep_only(connection: int, control: int, alive: int) -> None:
    """Closes all descriptors but three, which get the numbers 3, 4 and 5; input and output are nobody's."""
    high = [os.dup(one) for one in (connection, control, alive)]
    while min(high) <= _ALIVE:
        high = [os.dup(one) for one in high]
    for number, one in zip((_CONNECTION, _CONTROL, _ALIVE), high, strict=True):
        os.dup2(one, number, inheritable=False)
    os.closerange(_ALIVE + 1, os.sysconf("SC_OPEN_MAX"))
    nobody = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nobody, number)
    os.close(nobody)


def _be_student(setting: Setting, order: Order, reports: socket.socket, keeper_id: int) -> NoReturn:
    """Puts on the last layers and runs the program, in a session of its own."""
    with _failures_told(reports):
        os.setsid()
        main = importlib.import_module(setting.program).main
        shares_account = setting.level != "strong" and order.account is None
        isolation.set_limits(order.limits, counted_with=os.getuid() if shares_account else None)
        if setting.level == "lite":
            accounts.drop_privileges(order.account, [*setting.readable, order.home])
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
        isolation.die_with(keeper_id)
        with layer("working folder"):
            os.chdir(order.home)
        if setting.level != "none":
            seen = [*setting.readable, *places.outermost([*places.SYSTEM, *places.SETTINGS])]
            writable = root.WRITABLE if setting.level == "strong" else (order.home, order.temporary)
            isolation.confine(setting.level, seen, writable, own_account=order.account is not None)
        _set_environment(order)
        serving.forget_randomness()
        _say(reports, ready=os.getpid())
        reports.close()
        os.close(_ALIVE)
    code = 1
    try:
        main(socket.socket(fileno=_CONNECTION))
        code = 0
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 1
    finally:
        os._exit(code & 255)


def _set_environment(order: Order) -> None:
    threads = {name: value for name, value in os.environ.items() if name.endswith("_NUM_THREADS")}
    os.environ.clear()
    os.environ.update(environment(order.home, order.temporary), **threads)


def environment(home: str, temporary: str) -> dict[str, str]:
    """All that a student's process finds in its environment, but for the numbers of threads."""
    return {
        "HOME": home,
        "TMPDIR": temporary,
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), "/usr/local/bin", "/usr/bin", "/bin"]),  # noqa: PTH120
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "USER": "student",
        "MPLCONFIGDIR": f"{home}/.config/matplotlib",
        "IPYTHONDIR": f"{home}/.ipython",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
