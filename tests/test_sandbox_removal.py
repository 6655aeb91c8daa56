"""What a student left in a scratch folder is removed, whatever it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from autograder.sandbox.removal import remove

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders are not opened as files there")


def test_links_pipes_and_closed_folders_go_and_what_links_point_to_stays(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "marks").write_text("all")
    folder = tmp_path / "scratch"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "file").write_text("x")
    (folder / "a" / "out").symlink_to(tmp_path / "kept")
    (folder / "dangling").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    (folder / "a" / "b" / "closed").mkdir()
    (folder / "a" / "b" / "closed" / "file").touch()
    (folder / "a" / "b" / "closed").chmod(0)
    (folder / "a").chmod(0o500)
    remove(folder)
    assert not folder.exists()
    assert (tmp_path / "kept" / "marks").read_text() == "all"


def test_folders_deeper_than_any_path_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "deep"
    folder.mkdir()
    place = os.open(folder, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=place)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = below
    os.close(place)
    remove(folder)
    assert not folder.exists()


def test_a_folder_that_is_not_there_is_fine(tmp_path: Path) -> None:
    remove(tmp_path / "none")
