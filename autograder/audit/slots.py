"""Shares the processors out among lessons that are audited at the same time, as `make -j` does among its jobs.

Each lesson may always run one child: it waits meanwhile. For every further one it takes a slot out of a pipe that
all lessons share, and puts it back when that child has ended.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Slots:
    """The pipe's two ends: a byte in it is a slot that is free."""

    reading: int
    writing: int

    @classmethod
    def of(cls, count: int) -> Slots:
        """So many slots, all of them free."""
        reading, writing = os.pipe()
        slots = cls(reading, writing)
        os.set_blocking(reading, False)
        slots.add(count)
        return slots

    def add(self, count: int = 1) -> None:
        """Makes slots free."""
        os.write(self.writing, b"." * count)

    def take(self) -> bool:
        """Takes a slot, if one is free."""
        try:
            return bool(os.read(self.reading, 1))
        except BlockingIOError:
            return False

    def close(self) -> None:
        for end in (self.reading, self.writing):
            with contextlib.suppress(OSError):
                os.close(end)
