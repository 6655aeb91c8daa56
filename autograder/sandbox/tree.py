"""Processes as /proc shows them: who is below whom, and what they use."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final


def descendants(root: int) -> list[int]:
    """All processes below a process, as /proc tells now."""
    found: list[int] = []
    ahead = [root]
    while ahead:
        below = children(ahead.pop())
        found += below
        ahead += below
    return found


def children(parent: int) -> list[int]:
    """The processes that a process has started or that came to it as orphans."""
    try:
        threads = os.listdir(f"/proc/{parent}/task")  # noqa: PTH208 - looked at many times a second
        found: list[int] = []
        for thread in threads:
            with open(f"/proc/{parent}/task/{thread}/children", encoding="ascii") as line:  # noqa: PTH123
                found += map(int, line.read().split())
    except OSError:
        return [] if _LISTS_CHILDREN else _children_by_parent(parent)
    return found


def _children_by_parent(parent: int) -> list[int]:
    """The same where the kernel was built without its list: a look at every process."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208
        with contextlib.suppress(OSError, IndexError):
            if int(_fields(name)[1]) == parent:
                found.append(int(name))
    return found


def anonymous(pid: int | str) -> int:
    """Bytes of a process's memory that belong to no file."""
    status = _status(pid)
    return sum(1024 * int(status.get(name, "0").split()[0]) for name in ("RssAnon", "RssShmem"))


def threads() -> int:
    """How many threads this process has."""
    return int(_status("self").get("Threads", "1"))


def _status(pid: int | str) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def stack_start(pid: int | str) -> int:
    """The address at which a process's stack starts: a fork has its parent's, a new program another. 0 if unknown."""
    return int(_fields(pid)[25])


def ticks(pid: int) -> int:
    """Processor time of a process and of what it has waited for, in ticks of the system's clock."""
    return sum(map(int, _fields(pid)[11:15]))


def _fields(pid: int | str) -> list[str]:
    """What /proc/PID/stat says after the name, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


_LISTS_CHILDREN: Final = Path("/proc/thread-self/children").exists()
