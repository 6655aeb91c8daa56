"""How far a student's code is kept from everything else: the levels, the limits, and what it means that one fails."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from autograder.errors import CourseError

Level = Literal["strong", "lite", "none"]
"""strong: namespaces with a root of its own, and all of lite. lite: an account or Landlock, limits, no network.
none: just a process, for people one trusts."""


@dataclass(frozen=True)
class Limits:
    """What one student's processes may use, all in bytes but for the counts.

    memory:      of all processes together, beyond what the fork server had loaded; a single process that asks for
                 more gets a MemoryError, the sum is watched by the supervisor (`Child.memory`).
    cpu_seconds: of each process; the wall clock is the supervisor's.
    processes:   processes and threads together.
    file_bytes:  of one file; the whole scratch is capped by scratch_bytes and scratch_inodes at level strong.
    """

    memory: int = 2 << 30
    cpu_seconds: int = 600
    processes: int = 64
    file_bytes: int = 256 << 20
    open_files: int = 256
    scratch_bytes: int = 512 << 20
    scratch_inodes: int = 20_000


class SandboxUnavailable(CourseError):  # noqa: N818 - as a person would say it
    """A layer of the sandbox could not be put up, so nothing was run."""

    def __init__(self, layer: str, reason: str) -> None:
        self.layer = layer
        self.reason = reason
        super().__init__(
            f"sandbox unavailable: {layer} ({reason})", "What this machine gives, and why, shows: autograder doctor"
        )

    def __reduce__(self) -> tuple[type[SandboxUnavailable], tuple[str, str]]:
        """Made anew from its own arguments where it crosses to another process."""
        return type(self), (self.layer, self.reason)


@contextmanager
def layer(name: str) -> Iterator[None]:
    """Names the layer that a system call inside the block belongs to: its error becomes SandboxUnavailable."""
    try:
        yield
    except OSError as error:
        raise SandboxUnavailable(name, reason(error)) from error


def reason(error: OSError) -> str:
    """An error of the system in a few words: `EPERM: Operation not permitted, /proc`."""
    number = error.errno or 0
    words = f"{errno.errorcode.get(number, number)}: {os.strerror(number) if number else error}"
    return f"{words}, {error.filename}" if error.filename else words
