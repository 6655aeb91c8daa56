"""Which level of the sandbox this machine gives, found by doing: a real child at each, which says what it may do."""

from __future__ import annotations

import functools
import json
import os
import platform
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from autograder.errors import CourseError
from autograder.sandbox import landlock, root, syscalls
from autograder.sandbox.levels import Level, Limits, SandboxUnavailable, reason

_FORBID_NAMESPACES: Final = {
    "/proc/sys/user/max_user_namespaces": "0",
    "/proc/sys/kernel/unprivileged_userns_clone": "0",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1",
}
"""Settings of distributions, each with the value that keeps ordinary users from namespaces."""
_MOST_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Probe:
    """The best level that works here.

    missing: layers that are not there, each with the reason: why it is no better level, and what is weaker at this one.
    """

    level: Level
    missing: tuple[tuple[str, str], ...] = ()


@functools.cache
def probe() -> Probe:
    """Tries the levels from the strongest down; asked once in a process."""
    if not sys.platform.startswith("linux"):
        return Probe("none", (("Linux", f"this is {platform.system()}, which has no such layers"),))
    missing: list[tuple[str, str]] = []
    levels: tuple[Level, ...] = ("strong", "lite")
    for level in levels:
        try:
            weaker = _tried(level)
        except SandboxUnavailable as error:
            missing += _missing_namespaces() if error.layer == "namespaces" else [(error.layer, error.reason)]
            missing += _settings()
        except CourseError as error:
            missing.append((level, str(error)))
        else:
            return Probe(level, tuple(dict.fromkeys([*missing, *weaker])))
    return Probe("none", tuple(dict.fromkeys(missing)))


def _tried(level: Level) -> list[tuple[str, str]]:
    """What is weaker than it could be in a child at a level; raises SandboxUnavailable where there can't be one."""
    from autograder.sandbox.zygote import Zygote  # it imports the fork server, which this module is a program of

    with Zygote(level=level, program=__name__) as zygote:
        child = zygote.spawn(None, Limits())
        child.connection.settimeout(_MOST_SECONDS)
        try:
            with child.connection.makefile("rb") as lines:
                found = json.loads(lines.readline())
        except (OSError, ValueError):
            raise SandboxUnavailable("program", f"it could not run: {child.ended() or 'no answer'}") from None
        finally:
            child.kill()
    return _weaker(level, found)


def main(connection: socket.socket) -> None:
    """Runs in the child: looks at what it is kept by."""
    status = dict(
        line.split(":\t", 1) for line in Path("/proc/self/status").read_text("utf-8").splitlines() if ":" in line
    )
    refused = {}
    for name in ("AF_INET", "AF_INET6", "AF_VSOCK", "AF_NETLINK", "AF_PACKET"):
        try:
            socket.socket(getattr(socket, name), socket.SOCK_DGRAM).close()
            refused[name] = False
        except OSError:
            refused[name] = True
    found = {
        "user": os.getuid(),
        "capabilities": int(status["CapEff"], 16) | int(status["CapPrm"], 16),
        "no_new_privs": status["NoNewPrivs"] == "1",
        "seccomp": status["Seccomp"] == "2",
        "refused": refused,
    }
    connection.sendall(json.dumps(found).encode() + b"\n")


def _weaker(level: Level, found: dict[str, Any]) -> list[tuple[str, str]]:
    """What a child said of itself: raises SandboxUnavailable where a layer is not what it should be."""
    for layer in ("no_new_privs", "seccomp"):
        if not found[layer]:
            raise SandboxUnavailable(layer, "it was set but does not hold")
    if reached := [name for name, refused in found["refused"].items() if not refused]:
        raise SandboxUnavailable("network", f"sockets of {', '.join(reached)} can be made")
    weaker = []
    abi = _landlock()
    if isinstance(abi, str):
        weaker.append(("landlock", abi))
    if level == "lite":
        weaker.append(("scratch", "the size of each file is limited, not of all together"))
        if isinstance(abi, int) and abi < landlock.SCOPE_ABI:
            weaker.append(("signals", f"Landlock ABI {abi}; from ABI {landlock.SCOPE_ABI} on they stay inside"))
        if found["user"] == os.getuid():
            weaker.append(("account", "students' processes run as you; as root they would have accounts of their own"))
        elif found["capabilities"]:
            weaker.append(
                (
                    "account",
                    "Python lies where only root may read: only Landlock bounds what students' processes read",
                )
            )
    elif found["capabilities"] and found["user"] == os.getuid():
        raise SandboxUnavailable("capabilities", "they were given up but are still there")
    return weaker


def _landlock() -> int | str:
    try:
        return landlock.abi()
    except OSError as error:
        return reason(error)


def _missing_namespaces() -> list[tuple[str, str]]:
    """Which namespaces can't be had, tried one by one in forks of their own."""
    needed = 0 if os.geteuid() == 0 else root.USER_NAMESPACE
    wanted = {**({"user": needed} if needed else {}), **root.NAMESPACES}
    found = []
    for name, flag in wanted.items():
        if (number := _code_of_fork(flag | needed)) != 0:
            found.append((f"{name} namespace", reason(OSError(number, ""))))
    return found


def _code_of_fork(flags: int) -> int:
    """0, or the number of the error that unshare(2) gives."""
    child = os.fork()
    if child == 0:
        code = 255
        try:
            syscalls.call("unshare", flags)
            code = 0
        except OSError as error:
            code = error.errno or 255
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _settings() -> list[tuple[str, str]]:
    if os.geteuid() == 0:
        return []
    found = {name: Path(name).read_text("ascii").strip() for name in _FORBID_NAMESPACES if Path(name).is_file()}
    return [
        ("user namespace", f"forbidden by the setting {name.removeprefix('/proc/sys/').replace('/', '.')} = {value}")
        for name, value in found.items()
        if value == _FORBID_NAMESPACES[name]
    ]
