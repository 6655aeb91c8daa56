"""Who a student's process is: an account of its own where the fork server is root, and no privileges anywhere."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from autograder.errors import CourseError
from autograder.sandbox import syscalls
from autograder.sandbox.levels import layer

FIRST: Final = 60_706
LAST: Final = 61_183
"""Numbers that systemd's list of users and groups leaves to nobody."""

_CAPABILITIES_V3: Final = 0x20080522
_DAC_READ_SEARCH: Final = 2
_MOST_CAPABILITIES: Final = 64


def claim() -> tuple[int, socket.socket]:
    """An account that no other worker on this machine uses, with what holds the claim until it is closed."""
    for account in range(FIRST, LAST + 1):
        # A name in the kernel's list of abstract sockets: unlike a file it is given back by whatever end.
        lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            lock.bind(f"\0groundwork-account-{account}")
        except OSError:
            lock.close()
            continue
        return account, lock
    raise CourseError(f"All {LAST - FIRST + 1} accounts for students' processes are in use.", "Use fewer --jobs.")


def drop_privileges(account: int | None, needed: Iterable[str]) -> None:
    """Becomes the account (None: stays who it is) and gives up all capabilities, for good. Raises SandboxUnavailable.

    Where the account may not reach one of the `needed` folders, as when Python is installed below root's home,
    it keeps the one capability to read any file, which Landlock must then bound.
    """
    with layer("capabilities"):
        _forbid_new_ones(needed=account is not None)
    closed: list[str] = []
    with layer("account"):
        if account is not None:
            os.setgroups([])
            os.setresgid(account, account, account)
            syscalls.prctl(syscalls.PR_SET_KEEPCAPS, 1)
            os.setresuid(account, account, account)
            syscalls.prctl(syscalls.PR_SET_KEEPCAPS, 0)
            # access(2) answers for the account alone, whatever capabilities are left.
            closed = [path for path in needed if not os.access(path, os.R_OK | os.X_OK)]
            if closed and not _may_read_all():
                raise OSError(errno.EACCES, os.strerror(errno.EACCES), closed[0])
    with layer("capabilities"):
        kept = 1 << _DAC_READ_SEARCH if closed else 0
        head, body = struct.pack("=Ii", _CAPABILITIES_V3, 0), struct.pack("=6I", kept, kept, 0, 0, 0, 0)
        syscalls.call("capset", head, body)
        syscalls.prctl(syscalls.PR_CAP_AMBIENT, syscalls.PR_CAP_AMBIENT_CLEAR_ALL)


def _may_read_all() -> bool:
    line = next(
        line for line in Path("/proc/self/status").read_text("utf-8").splitlines() if line.startswith("CapPrm:")
    )
    return bool(int(line.split()[1], 16) >> _DAC_READ_SEARCH & 1)


def _forbid_new_ones(*, needed: bool) -> None:
    """Takes every capability from what a program that is started later could get."""
    for capability in range(_MOST_CAPABILITIES):
        try:
            syscalls.prctl(syscalls.PR_CAPBSET_DROP, capability)
        except OSError:
            if capability == 0 and needed:
                raise
            return  # newer than the kernel, or this account has none to give up


def processes_of(account: int) -> int:
    """How many processes and threads an account has now: RLIMIT_NPROC counts them all."""
    found = 0
    for entry in os.listdir("/proc"):  # noqa: PTH208 - pathlib is slower, and there are many
        if entry.isdigit():
            with contextlib.suppress(OSError):
                folder = Path("/proc", entry)
                if folder.stat().st_uid == account:
                    found += len(os.listdir(folder / "task"))  # noqa: PTH208
    return found
