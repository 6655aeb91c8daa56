"""Every student and notebook is found exactly once; what is no notebook is refused in a sentence, no link followed."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import validate

from autograder.errors import CourseError
from autograder.grading import files
from autograder.grading.course import GradingCourse
from autograder.grading.files import Refused
from autograder.grading.parse import parse
from autograder.grading.submission import Submission, copy_files, find_submissions, read
from autograder.syllabus import course_root

NOTEBOOK: dict[str, Any] = {
    "cells": [{"cell_type": "code", "metadata": {}, "source": ["x = 1\n", "x"], "outputs": [], "execution_count": 3}],
    "metadata": {"kernelspec": {"name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 4,
}
TEXT = json.dumps(NOTEBOOK)


@pytest.fixture
def course(tmp_path: Path) -> GradingCourse:
    """A course with one assignment of two notebooks."""
    root = tmp_path / "course"
    put(root / "nbgrader_config.py", "c = get_config()\n")
    for name in ("sums", "loops"):
        put(root / "source" / "ps1" / f"{name}.ipynb", TEXT)
    return GradingCourse.read(root)


def put(path: Path, content: str | bytes = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def handed_in(course: GradingCourse, *names: str, student: str = "ada") -> Path:
    """Puts notebooks into a student's submission."""
    folder = course.root / "submitted" / student / "ps1"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        put(folder / name)
    return folder


def found(course: GradingCourse, **which: Any) -> dict[tuple[str, str], Submission]:
    submissions = find_submissions(course, "ps1", **which)
    by_name = {(one.student, one.notebook): one for one in submissions}
    assert len(by_name) == len(submissions), "each once"
    return by_name


def notes(course: GradingCourse) -> list[str]:
    return [note for one in find_submissions(course, "ps1") for note in one.notes]


# Finding


def test_every_student_is_found_with_every_notebook(course: GradingCourse) -> None:
    handed_in(course, "sums.ipynb", "loops.ipynb", student="ada")
    handed_in(course, "sums.ipynb", student="bela")
    submissions = found(course)
    assert set(submissions) == {(s, n) for s in ("ada", "bela") for n in ("sums", "loops")}
    assert submissions["ada", "sums"].path == course.root / "submitted/ada/ps1/sums.ipynb"
    assert submissions["bela", "loops"].path is None
    assert submissions["bela", "loops"].refusal == 'There is no "loops.ipynb" in what was handed in. Ask for it.'


def test_one_student_or_one_notebook_can_be_asked_for(course: GradingCourse) -> None:
    handed_in(course, "sums.ipynb", "loops.ipynb", student="ada")
    handed_in(course, "sums.ipynb", student="bela")
    assert set(found(course, student="bela", notebook="sums")) == {("bela", "sums")}


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ({}, 'Nobody has handed in "ps1".'),
        ({"student": "zoe"}, '"zoe" has not handed in "ps1".'),
        ({"notebook": "sum"}, 'The assignment "ps1" has no notebook "sum".'),
    ],
)
def test_what_is_not_there_is_said_with_the_next_step(
    course: GradingCourse, which: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CourseError) as caught:
        find_submissions(course, "ps1", **which)
    assert caught.value.sentence == sentence
    assert caught.value.next_step


@pytest.mark.parametrize(
    "name",
    [
        "sums (1).ipynb", "sums(2).ipynb", "sums-Copy1.ipynb", "SUMS.ipynb", "sums - Copy.ipynb", "sums copy 2.ipynb",
        "sums.ipynb.ipynb", "sums.ipynb.txt", "Sums (1) (2).IPYNB", " sums .ipynb",
    ],
)  # fmt: skip
def test_a_renamed_notebook_is_matched_and_said(course: GradingCourse, name: str) -> None:
    handed_in(course, name, "loops.ipynb")
    one = found(course)["ada", "sums"]
    assert one.path is not None and one.path.name == name
    assert f'"{name}" was taken for "sums.ipynb".' in one.notes
    assert read(one).cells[0].source == "x = 1\nx"


def test_two_files_that_could_be_it_are_listed(course: GradingCourse) -> None:
    handed_in(course, "sums (1).ipynb", "sums (2).ipynb", "loops.ipynb")
    one = found(course)["ada", "sums"]
    assert one.path is None
    assert '"sums (1).ipynb", "sums (2).ipynb" could be it' in one.refusal


def test_the_right_name_wins_and_the_copy_is_listed(course: GradingCourse) -> None:
    handed_in(course, "sums.ipynb", "sums-Copy1.ipynb", "loops.ipynb", "mine.ipynb")
    assert found(course)["ada", "sums"].path == course.root / "submitted/ada/ps1/sums.ipynb"
    (note,) = notes(course)
    assert note.startswith("Not graded") and '"mine.ipynb"' in note and '"sums-Copy1.ipynb"' in note


def test_a_folder_in_the_wrong_case_is_taken_and_said(course: GradingCourse) -> None:
    put(course.root / "submitted/ada/PS1/sums.ipynb")
    assert found(course)["ada", "sums"].path is not None
    assert notes(course) == ['The folder "PS1" was taken for "ps1".']


@pytest.mark.parametrize("name", ['=HYPERLINK("x")', "Zoë Müller", "日本", "a[1]*", "o'b"])
def test_odd_names_of_students_survive(course: GradingCourse, name: str) -> None:
    handed_in(course, "sums.ipynb", student=name)
    assert (name, "sums") in found(course)
    assert read(found(course)[name, "sums"]).cells


@pytest.mark.parametrize("name", [b"caf\xe9", b"x" * 200, b"<img src=x onerror=pwn()>"])
def test_a_name_that_no_gradebook_holds_or_formgrader_would_run_is_refused(course: GradingCourse, name: bytes) -> None:
    folder = course.root / "submitted" / os.fsdecode(name) / "ps1"
    try:
        folder.mkdir(parents=True)
    except OSError:
        pytest.skip("this file system has no such names")
    for one in find_submissions(course, "ps1"):
        assert "Rename the folder." in one.refusal
        one.student.encode()


def test_the_time_is_nbgraders_in_utc(course: GradingCourse) -> None:
    folder = handed_in(course, "sums.ipynb", "loops.ipynb")
    put(folder / "timestamp.txt", "2015-02-02 15:58:23 America/Los_Angeles")
    assert found(course)["ada", "sums"].timestamp == datetime(2015, 2, 2, 23, 58, 23)
    put(folder / "timestamp.txt", "2015-02-02 15:58:23 UTC\n")
    assert found(course)["ada", "sums"].timestamp == datetime(2015, 2, 2, 15, 58, 23)
    put(folder / "timestamp.txt", "yesterday, honestly")
    assert found(course)["ada", "sums"].timestamp is None
    assert notes(course) == ["Its timestamp.txt is not a date, so it is not known whether it is late."]


# Zip files


def zipped(course: GradingCourse, *names: str) -> Path:
    path = course.root / "submitted" / "ada" / "ps1.zip"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as packed:
        for name in names:
            packed.writestr(name, TEXT)
    return path


@pytest.mark.parametrize("folder", ["", "ps1/", "whatever/"])
def test_a_zip_file_takes_the_place_of_the_folder(course: GradingCourse, tmp_path: Path, folder: str) -> None:
    zipped(course, f"{folder}sums.ipynb", f"{folder}loops.ipynb", "__MACOSX/._sums.ipynb")
    (tmp_path / "scratch").mkdir()
    submissions = found(course, scratch=tmp_path / "scratch")
    assert all(read(one).cells for one in submissions.values())
    assert 'Unpacked from "ps1.zip".' in notes(course)
    assert sorted(path.name for path in (course.root / "submitted/ada").iterdir()) == ["ps1.zip"]


def test_an_evil_zip_is_refused_for_that_student_only(course: GradingCourse) -> None:
    zipped(course, "../../evil.ipynb")
    handed_in(course, "sums.ipynb", student="bela")
    submissions = found(course)
    assert "that leads elsewhere" in submissions["ada", "sums"].refusal
    assert submissions["bela", "sums"].path is not None


def test_another_archive_is_refused(course: GradingCourse) -> None:
    put(course.root / "submitted/ada/ps1.rar", b"Rar!")
    assert "Hand in one folder or one .zip." in found(course)["ada", "sums"].refusal


# What is in the way


def link(folder: Path) -> None:
    (folder / "data.csv").symlink_to("../../../gradebook.db")


def dangling(folder: Path) -> None:
    (folder / "data.csv").symlink_to("nowhere")


def linked_folder(folder: Path) -> None:
    (folder / "data").symlink_to("/")


def linked_notebook(folder: Path) -> None:
    (folder / "sums.ipynb").unlink()
    (folder / "sums.ipynb").symlink_to(folder.parents[2] / "source/ps1/sums.ipynb")


def fifo(folder: Path) -> None:
    os.mkfifo(folder / "x")


def hard_link(folder: Path) -> None:
    (folder / "x").hardlink_to(folder / "loops.ipynb")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a Unix file system")
@pytest.mark.parametrize("fault", [link, dangling, linked_folder, linked_notebook, fifo, hard_link])
def test_links_pipes_and_second_names_are_refused_before_anything_is_read(course: GradingCourse, fault: Any) -> None:
    fault(handed_in(course, "sums.ipynb", "loops.ipynb"))
    one = found(course)["ada", "sums"]
    assert one.path is None and one.extra == ()
    assert any(said in one.refusal for said in ("is a link", "is a pipe", "hard link"))
    with pytest.raises(Refused):
        read(one)


def test_a_linked_student_folder_is_refused(course: GradingCourse, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere/ps1/sums.ipynb")
    (course.root / "submitted").mkdir()
    (course.root / "submitted/ada").symlink_to(tmp_path / "elsewhere")
    assert "is a link to something else" in found(course)["ada", "sums"].refusal


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is unreadable here")
def test_an_unreadable_folder_is_refused(course: GradingCourse) -> None:
    handed_in(course, "sums.ipynb").chmod(0)
    assert "can't be read" in found(course)["ada", "sums"].refusal


def test_what_becomes_a_link_after_it_was_found_is_not_opened(course: GradingCourse) -> None:
    folder = handed_in(course, "sums.ipynb", "loops.ipynb")
    one = found(course)["ada", "sums"]
    linked_notebook(folder)
    with pytest.raises(Refused, match="is a link"):
        read(one)


def test_too_many_or_too_large_files_are_refused(course: GradingCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = handed_in(course, "sums.ipynb")
    with (folder / "big.bin").open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    assert "larger than 200 MB together" in found(course)["ada", "sums"].refusal
    (folder / "big.bin").unlink()
    monkeypatch.setattr(files, "MAX_ENTRIES", 1)
    put(folder / "a/b.csv")
    assert "more than 1 files" in found(course)["ada", "sums"].refusal


# Copying


def test_the_students_files_are_copied_and_the_releases_over_them(course: GradingCourse, tmp_path: Path) -> None:
    source = course.source_folder("ps1")
    put(source / "helper.py", "GIVEN = 1")
    put(source / "data/points.csv", "given")
    put(source / "__pycache__/x.pyc", "no")
    folder = handed_in(course, "sums.ipynb", "loops.ipynb")
    for name in ("helper.py", "data/points.csv", "own.csv"):
        put(folder / name, "the student's")
    copy_files(found(course)["ada", "sums"], course, tmp_path / "out")
    copies = {p.relative_to(tmp_path / "out").as_posix(): p.read_text() for p in (tmp_path / "out").rglob("*.*")}
    assert copies == {"helper.py": "GIVEN = 1", "data/points.csv": "given", "own.csv": "the student's"}


def test_a_file_that_a_student_may_change_is_theirs(course: GradingCourse, tmp_path: Path) -> None:
    put(course.root / "nbgrader_config.py", 'c = get_config()\nc.Autograde.exclude_overwriting = {"ps1": ["mine.py"]}')
    put(course.source_folder("ps1") / "mine.py", "given")
    put(handed_in(course, "sums.ipynb") / "mine.py", "the student's")
    copy_files(found(course)["ada", "sums"], GradingCourse.read(course.root), tmp_path / "out")
    assert (tmp_path / "out/mine.py").read_text() == "the student's"


def test_no_test_of_this_course_is_ever_copied(tmp_path: Path) -> None:
    course = GradingCourse.read(course_root())
    folder = put(tmp_path / "ada" / "01-math" / "01-vectors.ipynb").parent
    copy_files(Submission("ada", "01-math", "01-vectors", None, folder), course, tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.py")) and not list((tmp_path / "out").rglob("*.ipynb"))


def test_nothing_is_written_through_a_link(course: GradingCourse, tmp_path: Path) -> None:
    put(handed_in(course, "sums.ipynb") / "own.csv", "new")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/own.csv").symlink_to(put(tmp_path / "precious", "old"))
    copy_files(found(course)["ada", "sums"], course, tmp_path / "out")
    assert (tmp_path / "precious").read_text() == "old"


# Reading


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{", "line 1 is not JSON"),
        (b"[]", "is not a notebook"),
        (b"null", "is not a notebook"),
        (b"{}", "is not a notebook"),
        (b"[" * 200_000, "JSON can't be read"),
        (b'{"a":' * 200_000, "JSON can't be read"),
        (b"[],[" * 3_000_000, "too many small parts"),
        (b"1" * 10_000, "JSON can't be read"),
        (b"\xff\xfe", "is not UTF-8 text from byte 0"),
        (json.dumps({**NOTEBOOK, "nbformat": 3}), "another notebook format"),
        (json.dumps({**NOTEBOOK, "nbformat": "4"}), "another notebook format"),
        (json.dumps({**NOTEBOOK, "cells": {}}), "no list of cells"),
        (json.dumps({**NOTEBOOK, "cells": [[]]}), "a cell, number 1, without a type or a text"),
        (json.dumps({**NOTEBOOK, "cells": [{"cell_type": "code"}]}), "number 1, without"),
        (json.dumps({**NOTEBOOK, "cells": [{"cell_type": ["code"], "source": ""}]}), "number 1, without"),
        (json.dumps({**NOTEBOOK, "cells": [{"cell_type": "code", "source": [1]}]}), "number 1, without"),
        (json.dumps({**NOTEBOOK, "cells": [{"cell_type": "raw", "source": ""}] * 5001}), "more than 5,000 cells"),
    ],
)
def test_what_is_no_notebook_is_refused_in_one_sentence_with_what_to_do(
    course: GradingCourse, content: str | bytes, said: str
) -> None:
    put(handed_in(course) / "sums.ipynb", content)
    with pytest.raises(Refused) as caught:
        read(found(course)["ada", "sums"])
    assert said in caught.value.reason
    assert caught.value.reason.startswith('"sums.ipynb" ')
    assert caught.value.reason.endswith(("hand it in again.", "Hand in only what belongs to the assignment."))
    assert "\n" not in caught.value.reason and len(caught.value.reason) < 200


def test_a_huge_notebook_is_refused_before_it_is_read(course: GradingCourse) -> None:
    path = handed_in(course, "sums.ipynb") / "sums.ipynb"
    with path.open("r+b") as file:
        file.truncate(60 << 20)
    with pytest.raises(Refused, match="has 60 MB; at most 50 MB are read"):
        read(found(course)["ada", "sums"])


def test_a_notebook_comes_without_outputs_and_foreign_metadata(course: GradingCourse) -> None:
    cell = {
        "cell_type": "code",
        "source": "1",
        "id": "not an id!",
        "metadata": {
            "nbgrader": {"grade_id": "a", "evil": {"x": 1}},
            "tags": ["raises-exception", "<b>"],
            "jupyter": 1,
        },
        "outputs": "garbage",
    }
    text = {
        "cell_type": "markdown",
        "source": "![x](attachment:x)",
        "attachments": {"x": {"image/png": "aGk=", "a": "b"}},
    }
    content = {**NOTEBOOK, "cells": [cell, cell, text], "metadata": {"title": "<script>", "widgets": {"x": 1}}}
    made = parse(json.dumps(content).encode(), "x.ipynb")
    validate(made)
    assert made.metadata == {}
    assert made.cells[0].outputs == [] and made.cells[0].metadata == {"nbgrader": {"grade_id": "a"}}
    assert made.cells[2].attachments == {"x": {"image/png": "aGk="}}


def test_half_a_character_becomes_a_whole_one(course: GradingCourse) -> None:
    made = parse(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\\ud800"}]}', "x.ipynb")
    assert made.cells[0].source.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cell_type", "source", "metadata", "nbgrader", "grade_id", "id", "attachments", "tags"]),
            inner | st.sampled_from(["code", "markdown", "raw"]),
            max_size=4,
        )
    ),
    max_leaves=15,
)


@settings(max_examples=200)
@given(cells=st.lists(JSON, max_size=3) | JSON, metadata=JSON)
def test_whatever_its_cells_are_a_notebook_is_valid_or_refused(cells: Any, metadata: Any) -> None:
    content = json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": cells, "metadata": metadata})
    try:
        made = parse(content.encode(), "x.ipynb")
    except Refused as refused:
        assert refused.reason
    else:
        validate(made)
        json.dumps(made).encode()
