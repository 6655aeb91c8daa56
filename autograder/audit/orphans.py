"""Ends processes that have lost their parent: what a wrong answer started and left running.

On Linux, whatever is orphaned below this process is handed to it, however it has hidden from its process group.
Elsewhere there is no such thing, and ending process groups has to be enough.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

_SET_CHILD_SUBREAPER: Final = 36
_GET_CHILD_SUBREAPER: Final = 37
_SET_PARENT_DEATH_SIGNAL: Final = 1


@contextlib.contextmanager
def adopted() -> Iterator[None]:
    """In the block, processes that are orphaned below this one become its children; after it, none of them is left."""
    known = children()
    before = ctypes.c_int()
    _control(_GET_CHILD_SUBREAPER, ctypes.addressof(before))
    _control(_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        end_all(but=known)
        # Whoever keeps adopting must also wait for each of them, and nobody does that outside the block.
        _control(_SET_CHILD_SUBREAPER, before.value)


def die_with_parent() -> None:
    """This process is killed when its parent ends, however that comes about."""
    _control(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _control(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0)


def children() -> set[int]:
    """The processes that are children of this one now; none where Linux does not tell."""
    found = set()
    with contextlib.suppress(OSError):
        for thread in Path("/proc/self/task").iterdir():
            found |= {int(pid) for pid in (thread / "children").read_text().split()}
    return found


def end_all(but: Collection[int] = ()) -> None:
    """Kills every child of this process but those, and what they leave behind in turn."""
    while left := children() - set(but):
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in left:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
