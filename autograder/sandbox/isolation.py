"""The layers around a student's process that hold at levels lite and strong, put on from inside, one by one."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from autograder.sandbox import accounts, landlock, places, seccomp, syscalls
from autograder.sandbox.levels import Level, Limits, layer

_GRACE_SECONDS: Final = 2
"""Between the signal that says that the processor's time is up, which can be caught, and the end."""


def set_limits(limits: Limits, *, counted_with: int | None) -> None:
    """Sets the resource limits of this process and of each that it will start.

    counted_with: the account whose other processes RLIMIT_NPROC counts too; None where it has no others.
    """
    others = accounts.processes_of(counted_with) if counted_with is not None else 1
    wanted = {
        # What the fork server had mapped does not count; threads and libraries map more than they use.
        resource.RLIMIT_AS: (mapped() + limits.memory,) * 2,
        resource.RLIMIT_CPU: (limits.cpu_seconds, limits.cpu_seconds + _GRACE_SECONDS),
        resource.RLIMIT_NPROC: (others + limits.processes,) * 2,
        resource.RLIMIT_FSIZE: (limits.file_bytes,) * 2,
        resource.RLIMIT_NOFILE: (limits.open_files,) * 2,
        resource.RLIMIT_CORE: (0, 0),
    }
    with layer("limits"):
        for kind, (soft, hard) in wanted.items():
            most = resource.getrlimit(kind)[1]
            bound = hard if most == resource.RLIM_INFINITY else min(hard, most)
            resource.setrlimit(kind, (min(soft, bound), bound))


def mapped() -> int:
    """Bytes of this process's address space."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def die_with(keeper: int) -> None:
    """Ends this process when its keeper does. Must come after the account: a change of it forgets this."""
    with layer("keeper"):
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:
            os.kill(os.getpid(), signal.SIGKILL)


def confine(level: Level, readable: Sequence[str], writable: Sequence[str], *, own_account: bool) -> None:
    """No new privileges, then Landlock, then the filter of system calls: nothing can be taken off again.

    own_account: whether no file of anybody else's belongs to this account.
    Raises SandboxUnavailable.
    """
    with layer("no_new_privs"):
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    try:
        abi = landlock.abi()
    except OSError:
        if level != "strong":  # there, files and processes are already out of reach
            with layer("landlock"):
                raise
        abi = 0
    if abi:
        with layer("landlock"):
            about = places.ABOUT_THE_MACHINE if level == "lite" else ("/proc", "/sys")
            landlock.restrict_self([*readable, *about], writable, places.DEVICES)
    with layer("seccomp"):
        seccomp.restrict_self(
            sockets=level == "strong",
            appearances=level == "strong" or own_account,
            truncate=level == "strong" or abi >= landlock.TRUNCATE_ABI,
        )
