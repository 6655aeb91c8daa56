"""Removes a folder that a student's code may have filled with anything: closed, deep beyond all paths, or links."""

from __future__ import annotations

import os
from pathlib import Path


def remove(folder: Path) -> None:
    """Removes a folder and all below it; follows no link out of it. Nobody else may be changing it.

    Only one folder is open at a time, and each is looked at once, so that depth costs nothing.
    """
    if not folder.exists():
        return
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    ahead = [_remove_files(place)]
    try:
        while ahead:
            if ahead[-1]:
                place = _go(place, ahead[-1][-1])
                ahead.append(_remove_files(place))
            else:
                ahead.pop()
                if ahead:
                    place = _go(place, "..")
                    os.rmdir(ahead[-1].pop(), dir_fd=place)
    finally:
        os.close(place)
    folder.rmdir()


def _go(place: int, name: str) -> int:
    """Opens the folder of that name in place of the one that is open."""
    how = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        found = os.open(name, how, dir_fd=place)
    except PermissionError:
        os.chmod(name, 0o700, dir_fd=place)
        found = os.open(name, how, dir_fd=place)
    os.close(place)
    return found


def _remove_files(place: int) -> list[str]:
    """Removes what is no folder; the names of the folders."""
    os.fchmod(place, 0o700)
    folders = []
    with os.scandir(place) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=place)
    return folders
