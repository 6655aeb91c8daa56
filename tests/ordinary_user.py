"""Runs a command as an ordinary user from a test that is root: `python ordinary_user.py COMMAND …`.

Python and the course may lie where only root may go, as below its home. In a mount namespace of its own the command
finds them at the same place, with folders that everybody may pass through.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from autograder.sandbox import syscalls

ACCOUNT = 64_321
BIND, RECURSIVE, PRIVATE = 4096, 16384, 1 << 18


def main() -> None:
    """Makes the way, becomes the user, runs the command."""
    needed = {sys.base_prefix, sys.prefix, str(Path(__file__).parents[1])}
    syscalls.call("unshare", 0x00020000)
    syscalls.mount("none", "/", None, PRIVATE | RECURSIVE)
    for closed in sorted({found for path in needed if (found := first_closed(Path(path)))}):
        open_up(closed, [path for path in needed if Path(path).is_relative_to(closed)])
    os.setgroups([])
    os.setresgid(ACCOUNT, ACCOUNT, ACCOUNT)
    os.setresuid(ACCOUNT, ACCOUNT, ACCOUNT)
    home = tempfile.mkdtemp()
    os.chdir(Path(__file__).parents[1])
    os.execve(sys.argv[1], sys.argv[1:], {**os.environ, "HOME": home, "TMPDIR": home, "USER": "ordinary"})


def first_closed(path: Path) -> Path | None:
    """The uppermost folder on the way to a path that others may not pass through."""
    return next((folder for folder in [*reversed(path.parents), path] if not folder.stat().st_mode & 0o001), None)


def open_up(closed: Path, needed: list[str]) -> None:
    """Replaces a folder by one that holds only what is needed, and that everybody may pass through."""
    kept = {path: tempfile.mkdtemp() for path in needed}
    for path, aside in kept.items():
        syscalls.mount(path, aside, None, BIND | RECURSIVE)
    syscalls.mount("tmpfs", str(closed), "tmpfs", 0, "mode=755")
    for path, aside in kept.items():
        Path(path).mkdir(parents=True, exist_ok=True)
        syscalls.mount(aside, path, None, BIND | RECURSIVE)


if __name__ == "__main__":
    main()
