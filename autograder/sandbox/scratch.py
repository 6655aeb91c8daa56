"""Folders for a moment: when whoever made one is killed, the next that needs one removes it."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import Final

from autograder.sandbox.removal import remove

_PREFIX: Final = "groundwork-scratch-"
_SECONDS_TO_LOCK: Final = 60.0
"""One that is younger may be about to be locked."""


class Scratch:
    """A folder of this process's in the temporary folder, locked as long as the process lives and it is not removed."""

    def __init__(self) -> None:
        import fcntl  # not on Windows, where nothing is graded

        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        with contextlib.suppress(OSError):  # a file system without locks: nobody else gets one there, either
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Removes it, whatever a student has left there; may be called again."""
        if self._lock >= 0:
            remove(self.path)
            os.close(self._lock)
            self._lock = -1


def remove_abandoned() -> None:
    """Removes what processes of the same account made that have ended without removing it."""
    import fcntl

    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            place = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                status = os.fstat(place)
                if status.st_uid == os.geteuid() and time.time() - status.st_mtime > _SECONDS_TO_LOCK:
                    fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    remove(path)
            finally:
                os.close(place)
