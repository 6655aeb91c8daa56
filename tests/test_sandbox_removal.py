"""What a student left in a scratch folder is removed, whatever it is."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox.removal import remove
from autograder.sandbox.scratch import Scratch, remove_abandoned

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


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    program = (
        "from autograder.sandbox.scratch import Scratch\nimport time\n"
        "made = Scratch()\n(made.path / 'file').touch()\nprint(made.path, flush=True)\ntime.sleep(60)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, encoding="utf-8"
    ) as other:
        assert other.stdout is not None
        left, mine, young = Path(other.stdout.readline().strip()), Scratch(), tmp_path / "groundwork-scratch-young"
        young.mkdir()
        for path in (left, mine.path):
            os.utime(path, (0, 0))
        remove_abandoned()
        assert left.exists()  # it lives
        other.kill()
    remove_abandoned()
    assert not left.exists()
    assert mine.path.exists()
    assert young.exists()
    mine.remove()
    assert not mine.path.exists()


def test_a_folder_that_is_not_there_is_fine(tmp_path: Path) -> None:
    remove(tmp_path / "none")
