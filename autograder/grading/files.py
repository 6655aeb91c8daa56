"""Reads files that somebody else has made: no link is followed, nothing waits, nothing is larger than allowed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

MAX_ENTRIES: Final = 5_000
"""Files and folders in one submission."""
MAX_BYTES: Final = 200 << 20
"""All files of one submission together."""

_NO_SURPRISES: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)  # a link is not opened
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO does not wait for its writer
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_CHUNK: Final = 1 << 20


class Refused(Exception):  # noqa: N818 - it is the submission that is wrong
    """A submission, or a file of it, that is not taken. `reason` is one sentence that says what to do."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def open_regular(path: Path, below: Path, limit: int) -> int:
    """A descriptor of a regular file of at most `limit` bytes that has no other name.

    No component of the path from `below` on may be a link; `below` itself is trusted. Raises Refused.
    """
    _refuse_links(path, below)
    try:
        descriptor = os.open(path, _NO_SURPRISES)
    except OSError as error:
        raise Refused(_why_not(path, error)) from None
    try:
        found = os.fstat(descriptor)
        _refuse_all_but_files(path, found)
        if found.st_size > limit:
            raise Refused(
                f"{shown(path.name)} has {megabytes(found.st_size)}; at most {megabytes(limit)} are read. "
                "Make it smaller and hand it in again."
            )
    except Refused:
        os.close(descriptor)
        raise
    return descriptor


def read_bytes(path: Path, below: Path, limit: int) -> bytes:
    """A file's content, under the conditions of `open_regular`. A file that grows meanwhile is refused."""
    with os.fdopen(open_regular(path, below, limit), "rb") as file:
        try:
            content = file.read(limit + 1)
        except OSError as error:
            raise Refused(_why_not(path, error)) from None
    if len(content) > limit:
        raise Refused(f"{shown(path.name)} grows while it is read. Hand it in again.")
    return content


def copy_file(path: Path, below: Path, to: Path, limit: int) -> None:
    """Copies a file under the conditions of `open_regular`; what stands at `to` is replaced, never written through."""
    with os.fdopen(open_regular(path, below, limit), "rb") as file:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.unlink(missing_ok=True)
        with to.open("xb") as copy:
            left = limit
            while chunk := file.read(min(_CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    raise Refused(f"{shown(path.name)} grows while it is read. Hand it in again.")
                copy.write(chunk)


def regular_files(folder: Path, ignore: Sequence[str]) -> list[Path]:
    """All files below a folder, sorted, without those whose name, or a folder's, matches a pattern of `ignore`.

    Raises Refused for a link, a pipe, a device, a file with two names, a folder that can't be read, or too much.
    """
    found, size = [], 0
    for count, (path, status) in enumerate(_walk(folder, ignore), 1):
        if count > MAX_ENTRIES:
            raise Refused(f"It has more than {MAX_ENTRIES:,} files. Hand in only what belongs to the assignment.")
        if stat.S_ISDIR(status.st_mode):
            continue
        _refuse_all_but_files(path, status)
        size += status.st_size
        if size > MAX_BYTES:
            raise Refused(
                f"Its files are larger than {megabytes(MAX_BYTES)} together. "
                "Hand in only what belongs to the assignment."
            )
        found.append(path)
    return sorted(found)


def shown(name: str) -> str:
    """A file's name, quoted for a sentence: cut when long, with nothing that a terminal would act on."""
    text = "".join(char if char.isprintable() else "�" for char in name)
    return f'"{text if len(text) <= 80 else text[:77] + "…"}"'


def megabytes(size: int) -> str:
    """A size for a sentence."""
    return f"{size / (1 << 20):,.0f} MB"


def _walk(folder: Path, ignore: Sequence[str]) -> Iterator[tuple[Path, os.stat_result]]:
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            entries = os.scandir(here)
        except OSError as error:
            raise Refused(_why_not(here, error)) from None
        with entries:
            for entry in entries:
                if any(fnmatch(entry.name, pattern) for pattern in ignore):
                    continue
                path, status = Path(entry.path), os.lstat(entry.path)  # entry.stat() has no link count on Windows
                yield path, status
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(path)


def _refuse_links(path: Path, below: Path) -> None:
    here = below
    for part in path.relative_to(below).parts:
        here = here / part
        if here.is_symlink():
            raise Refused(f"{shown(part)} is a link to something else. Hand in the file or folder itself.")


def _refuse_all_but_files(path: Path, status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise Refused(f"{shown(path.name)} is a link to something else. Hand in the file or folder itself.")
    if stat.S_ISDIR(status.st_mode):
        raise Refused(f"{shown(path.name)} is a folder where a file is expected. Hand in the file.")
    if not stat.S_ISREG(status.st_mode):
        raise Refused(f"{shown(path.name)} is a pipe or a device, not a file. Remove it and hand in again.")
    if status.st_nlink > 1:
        raise Refused(f"{shown(path.name)} is a second name of another file (a hard link). Hand in a copy.")


def _why_not(path: Path, error: OSError) -> str:
    return f"{shown(path.name)} can't be read: {error.strerror or type(error).__name__}. Hand it in again."
