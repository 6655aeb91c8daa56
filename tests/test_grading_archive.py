"""A submitted zip file is unpacked inside its folder, or refused in a sentence with nothing left behind."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.grading import archive, files
from autograder.grading.archive import unpack
from autograder.grading.files import Refused


def pack(path: Path, *entries: tuple[str, bytes]) -> Path:
    """A zip file with exactly these names, whatever they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries:
            info = zipfile.ZipInfo("x")
            info.filename = name  # not through the constructor, which tidies names up
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, content)
    return path


def refusal(packed: Path, to: Path) -> str:
    with pytest.raises(Refused) as caught:
        unpack(packed, packed.parent, to)
    assert not to.exists()
    return caught.value.reason


def everything(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_files_and_folders_are_unpacked_and_zips_inside_stay_packed(tmp_path: Path) -> None:
    inner = pack(tmp_path / "inner.zip", ("../../x", b"x")).read_bytes()
    packed = pack(tmp_path / "ps1.zip", ("ps1/", b""), ("ps1/a.ipynb", b"{}"), ("ps1/d/é.csv", b"1"), ("n.zip", inner))
    unpack(packed, tmp_path, tmp_path / "out")
    assert everything(tmp_path / "out") == {"ps1/a.ipynb": b"{}", "ps1/d/é.csv": b"1", "n.zip": inner}


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/abs",
        "C:\\x",
        "C:x",
        "..\\x",
        "a/../../x",
        "a//b",
        "./a",
        "a/..",
        "..",
        "a\0b",
        "a\nb",
        "a\\b",
        "a" * 256,
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    packed = pack(tmp_path / "ps1.zip", ("fine.txt", b""), (name, b"evil"))
    assert "that leads elsewhere" in refusal(packed, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ps1.zip"]


@pytest.mark.parametrize("names", [("a", "a"), ("Data.csv", "data.CSV"), ("é", "e\u0301"), ("d/", "D/")])
def test_two_names_that_some_computer_takes_for_one_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    with pytest.warns(UserWarning) if names[0] == names[1] else _quiet():
        packed = pack(tmp_path / "ps1.zip", *((name, b"") for name in names))
    assert "has two entries named" in refusal(packed, tmp_path / "out")


def test_a_file_that_is_also_a_folder_is_refused(tmp_path: Path) -> None:
    assert "can be read" in refusal(pack(tmp_path / "ps1.zip", ("a", b""), ("a/b", b"")), tmp_path / "out")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    with zipfile.ZipFile(tmp_path / "ps1.zip", "w") as packed:
        info = zipfile.ZipInfo("data.csv")
        info.external_attr = (kind | 0o777) << 16
        packed.writestr(info, "/etc/passwd")
    assert "has a link or a device" in refusal(tmp_path / "ps1.zip", tmp_path / "out")


def test_a_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    packed = pack(tmp_path / "ps1.zip", *((f"{n}", bytes(11 << 20)) for n in range(20)))
    assert packed.stat().st_size < 300_000
    assert "is larger than 200 MB unpacked" in refusal(packed, tmp_path / "out")


def test_a_bomb_that_declares_little_is_stopped_while_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = pack(tmp_path / "ps1.zip", ("zeros", bytes(5 << 20)))
    content = bytearray(packed.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)  # the declared size in the table of contents
    packed.write_bytes(content)
    monkeypatch.setattr(archive, "MAX_BYTES", 1 << 20)
    assert "can be read" in refusal(packed, tmp_path / "out")


def test_a_million_entries_are_refused_before_they_are_read(tmp_path: Path) -> None:
    one = io.BytesIO()
    with zipfile.ZipFile(one, "w") as packed:
        packed.writestr("a", b"")
    start = one.getvalue().index(b"PK\x01\x02")
    entry = one.getvalue()[start : one.getvalue().index(b"PK\x05\x06")]
    directory = entry * 1_000_000
    for claimed in (1, 0xFFFF):
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, claimed, claimed, len(directory), start, 0)
        (tmp_path / "ps1.zip").write_bytes(one.getvalue()[:start] + directory + end)
        began = perf_counter()
        assert "has more than 5,000 files" in refusal(tmp_path / "ps1.zip", tmp_path / "out")
        assert perf_counter() - began < 1


def test_a_password_is_refused(tmp_path: Path) -> None:
    packed = pack(tmp_path / "ps1.zip", ("a", b"a"))
    content = bytearray(packed.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    packed.write_bytes(content)
    assert "is locked with a password" in refusal(packed, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip"])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ps1.zip").write_bytes(content)
    assert "zip" in refusal(tmp_path / "ps1.zip", tmp_path / "out")


def test_a_link_to_a_zip_is_not_opened(tmp_path: Path) -> None:
    pack(tmp_path / "real.zip", ("a", b""))
    (tmp_path / "ps1.zip").symlink_to("real.zip")
    assert "is a link" in refusal(tmp_path / "ps1.zip", tmp_path / "out")


PIECES = st.sampled_from(
    ["a", "B", "b", "..", ".", "", "C:", "é", "e\u0301", "\0", " ", "\\", "con", "x" * 300, "\u202e"]
)
NAMES = st.lists(PIECES, min_size=1, max_size=4).map("/".join) | st.text(min_size=1, max_size=12)


@settings(max_examples=200)
@given(names=st.lists(NAMES.filter(lambda name: name.encode("utf-8", "ignore").decode() == name), max_size=4))
def test_whatever_its_names_an_archive_writes_inside_its_folder_or_nothing(
    names: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    here = tmp_path_factory.mktemp("zip")
    with _quiet():
        packed = pack(here / "ps1.zip", *((name, b"content") for name in names))
    try:
        unpack(packed, here, here / "out")
    except Refused as refused:
        assert refused.reason.endswith(".") and refused.reason.isprintable()
        assert not (here / "out").exists()
    else:
        found = [path for path in here.rglob("*") if path.is_file() and path != packed]
        assert all(path.is_relative_to(here / "out") for path in found)
        assert len(found) == len([name for name in names if not name.endswith("/")])


@settings(max_examples=200)
@given(place=st.integers(0, 10_000), value=st.binary(min_size=1, max_size=4), cut=st.integers(0, 400))
def test_a_damaged_archive_is_unpacked_inside_or_refused(
    place: int, value: bytes, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    here = tmp_path_factory.mktemp("zip")
    packed = pack(here / "ps1.zip", ("a/b.txt", b"b" * 40), ("c.txt", b"c"))
    content = bytearray(packed.read_bytes())
    at = place % len(content)
    content[at : at + len(value)] = value
    packed.write_bytes(content[: len(content) - cut] if cut < 100 else content)
    try:
        unpack(packed, here, here / "out")
    except Refused:
        assert not (here / "out").exists()
    assert {path.name for path in here.iterdir()} <= {"out", "ps1.zip"}


def test_the_quota_is_of_the_files_module() -> None:
    assert (archive.MAX_BYTES, archive.MAX_ENTRIES) == (files.MAX_BYTES, files.MAX_ENTRIES)


def _quiet() -> pytest.WarningsRecorder:
    """Python warns about duplicate names when it packs them."""
    import warnings

    return warnings.catch_warnings(record=True)  # type: ignore[return-value]
