"""Unpacks a submitted zip file, or refuses it before it can do harm."""

from __future__ import annotations

import os
import re
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO, Final

from autograder.grading.files import MAX_BYTES, MAX_ENTRIES, Refused, megabytes, open_regular, shown

_MAX_DIRECTORY: Final = 1 << 20
"""Bytes of a zip file's table of contents: more than MAX_ENTRIES need, and read in no time."""
_CHUNK: Final = 1 << 18
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, LZMAError, struct.error, EOFError, OSError,
    RuntimeError, NotImplementedError, ValueError, OverflowError, AttributeError,
)  # fmt: skip
"""What zipfile raises on damaged, encrypted or exotic files."""


def unpack(archive: Path, below: Path, to: Path) -> None:
    """Unpacks a zip file into the new folder `to`; zip files inside it stay packed.

    Raises Refused, and leaves nothing, when it is damaged, has a name that leads out of the folder, two names
    that some computer takes for one, a link or device, or more than a submission may have, whatever it declares.
    """
    to.mkdir(parents=True)
    try:
        with os.fdopen(open_regular(archive, below, MAX_BYTES), "rb") as file:
            _unpack(file, shown(archive.name), to)
    except Refused:
        shutil.rmtree(to, ignore_errors=True)
        raise
    except _BROKEN as error:
        shutil.rmtree(to, ignore_errors=True)
        raise Refused(
            f"{shown(archive.name)} is not a zip file that can be read ({type(error).__name__}). Pack it again."
        ) from None


def _unpack(file: IO[bytes], name: str, to: Path) -> None:
    # The same search for the table of contents that ZipFile makes; ZipFile would read it all, however long it is.
    end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if end is None:
        raise Refused(f"{name} is not a zip file. Pack the folder as .zip and hand it in again.")
    if end[3] > MAX_ENTRIES or end[4] > MAX_ENTRIES or end[5] > _MAX_DIRECTORY:
        raise Refused(f"{name} has more than {MAX_ENTRIES:,} files. Hand in only what belongs to the assignment.")
    with zipfile.ZipFile(file) as opened:
        entries = opened.infolist()
        if len(entries) > MAX_ENTRIES:
            raise Refused(f"{name} has more than {MAX_ENTRIES:,} files. Hand in only what belongs to the assignment.")
        if sum(entry.file_size for entry in entries) > MAX_BYTES:
            raise Refused(_too_large(name))
        _refuse_names([_checked(entry, name) for entry in entries], name)
        left = MAX_BYTES
        for entry in entries:
            path = to.joinpath(*PurePosixPath(entry.filename).parts)
            if entry.is_dir():
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with opened.open(entry) as packed, path.open("xb") as unpacked:
                while chunk := packed.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:  # it declared less
                        raise Refused(_too_large(name))
                    unpacked.write(chunk)


def _checked(entry: zipfile.ZipInfo, name: str) -> PurePosixPath:
    """The path of an entry, if it is a file's or a folder's below where it is unpacked."""
    written = entry.orig_filename
    parts = written.removesuffix("/").split("/")
    if (
        not written.isprintable()
        or written.startswith("/")
        or "\\" in written
        or re.match(r"[A-Za-z]:", written)
        or any(part in {"", ".", ".."} or len(part.encode("utf-8", "surrogatepass")) > 255 for part in parts)
    ):
        raise Refused(f"{name} has an entry {shown(written)} that leads elsewhere. Pack the folder again.")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Refused(f"{name} has a link or a device, {shown(written)}. Pack the files themselves.")
    if entry.flag_bits & 1:
        raise Refused(f"{name} is locked with a password. Pack it without one.")
    return PurePosixPath(*parts) if not entry.is_dir() else PurePosixPath(*parts, "")


def _refuse_names(paths: list[PurePosixPath], name: str) -> None:
    """Two entries of one name, also where a computer does not tell a from A, or é from e with an accent."""
    seen: set[str] = set()
    for path in paths:
        key = unicodedata.normalize("NFC", str(path)).casefold()
        if key in seen:
            raise Refused(f"{name} has two entries named {shown(str(path))}. Pack the folder again.")
        seen.add(key)


def _too_large(name: str) -> str:
    return f"{name} is larger than {megabytes(MAX_BYTES)} unpacked. Hand in only what belongs to the assignment."
