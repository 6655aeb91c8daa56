"""The course's data: each set by name, whole and checked, as a learner expects to find it.

The files lie under `datasets/`, one folder a set. A set's `card.md` describes it for people, `manifest.json`
for this module; `build.py` made both files and manifest. `readers` turns the files into what a learner works with.
`garment_scenes` and `drift_stream` make more from them when asked. Nothing is downloaded here.
"""

from __future__ import annotations

import copy
import difflib
import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.datasets import readers
from autograder.datasets.drift import drift_stream
from autograder.datasets.forms import FashionMNIST, WordVectors
from autograder.datasets.scenes import garment_scenes
from autograder.errors import CourseError

__all__ = [
    "FOLDER",
    "FashionMNIST",
    "WordVectors",
    "card",
    "drift_stream",
    "garment_scenes",
    "load",
    "names",
    "verify",
]

FOLDER = Path(__file__).resolve().parents[2] / "datasets"


def names(folder: Path | None = None) -> list[str]:
    """Return the names of all data sets, sorted."""
    return sorted(_manifest(folder or FOLDER))


def load(name: str, folder: Path | None = None) -> Any:
    """Return a fresh copy of a data set, in the form that its card names and its reader returns.

    Raises `CourseError` if there is no such set, or if one of its files is missing or damaged.
    """
    folder = folder or FOLDER
    return copy.deepcopy(_read(folder, name, _check(folder, name)))


def card(name: str, folder: Path | None = None) -> str:
    """Return a data set's card, as Markdown: what a row is, units, origin, licence, bias, unsuitable uses.

    Raises `CourseError` if there is no such set, or if its card is missing.
    """
    folder = folder or FOLDER
    _entry(folder, name)
    path = folder / name / "card.md"
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise CourseError(f"The card {_shown(folder, path)} is missing.", _restore(folder, path)) from None


def verify(folder: Path | None = None) -> None:
    """Compare every data file with the manifest.

    Raises `CourseError` for the first one that is missing or damaged.
    """
    folder = folder or FOLDER
    for name in names(folder):
        _check(folder, name)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CourseError(
            f"The list of the course's data, {_shown(folder, path)}, is missing or damaged.",
            _restore(folder, path),
        ) from None
    return manifest


def _entry(folder: Path, name: str) -> dict[str, Any]:
    manifest = _manifest(folder)
    if name not in manifest:
        near = difflib.get_close_matches(name, manifest, n=1)
        offer = f'Did you mean "{near[0]}"?' if near else f"There are {', '.join(sorted(manifest))}."
        raise CourseError(f'There is no data set called "{name}".', offer)
    entry: dict[str, Any] = manifest[name]
    return entry


@lru_cache(maxsize=4)
def _read(folder: Path, name: str, hashes: tuple[str, ...]) -> Any:
    """What is loaded again and again, as tests do, is read from its files once; `hashes` says which version it is."""
    read: Callable[[Path], Any] = getattr(readers, name)
    return read(folder / name)


def _check(folder: Path, name: str) -> tuple[str, ...]:
    """The files' hashes; raises unless every file of the set is there and has the bytes that the manifest promises."""
    files = _entry(folder, name)["files"]
    for file, promised in files.items():
        path = folder / name / file
        try:
            status = path.stat()
        except OSError:
            what = f"The data file {_shown(folder, path)} is missing."
            raise CourseError(what, _restore(folder, path)) from None
        if _sha256(path, status.st_mtime_ns, status.st_size) != promised["sha256"]:
            what = f"The data file {_shown(folder, path)} is damaged: it is not as the course expects it."
            raise CourseError(what, _restore(folder, path))
    return tuple(promised["sha256"] for promised in files.values())


@lru_cache(maxsize=256)
def _sha256(path: Path, mtime_ns: int, size: int) -> str:
    """Hash a file; asked again about the same version of it, remember the answer."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _shown(folder: Path, path: Path) -> str:
    return f"{folder.name}/{path.relative_to(folder).as_posix()}"


def _restore(folder: Path, path: Path) -> str:
    return f"Restore it with: git checkout -- {_shown(folder, path)}"
