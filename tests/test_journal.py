"""The journal: only ever added to, whole line by whole line, and never in the way of an answer."""

from __future__ import annotations

import json
import multiprocessing
from datetime import datetime
from pathlib import Path

import pytest

from autograder.journal import Journal, entry_of, open_journal

LESSON = "01-math/01-vectors"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "data" / "journal.jsonl")


def write_many(path: Path, writer: str, count: int) -> None:
    journal = Journal(path)
    for number in range(count):
        assert journal.add(LESSON, writer, "check", number=number, mistake="x" * 3000) == ""


def test_events_are_read_in_the_order_they_were_written(journal: Journal) -> None:
    journal.add(LESSON, "dot", "hint", number=1)
    journal.add(LESSON, "dot", "check", outcome="passed")
    assert [(e["exercise"], e["event"]) for e in journal.events()] == [("dot", "hint"), ("dot", "check")]


def test_an_event_has_a_time_with_its_zone(journal: Journal) -> None:
    journal.add(LESSON, "dot", "hint")
    (event,) = journal.events()
    assert datetime.fromisoformat(event["time"]).utcoffset() is not None


def test_writing_only_adds(journal: Journal) -> None:
    journal.add(LESSON, "dot", "hint")
    before = journal.path.read_bytes()
    journal.add(LESSON, "dot", "check")
    assert journal.path.read_bytes().startswith(before)


def test_a_line_break_in_a_text_stays_in_its_line(journal: Journal) -> None:
    journal.add(LESSON, "dot", "check", mistake="one\ntwo\r\u2028three · ünï")
    (event,) = journal.events()
    assert event["mistake"] == "one\ntwo\r\u2028three · ünï"


def test_there_are_no_events_where_there_is_no_file(journal: Journal) -> None:
    assert list(journal.events()) == []
    assert journal.passed() == journal.tried() == set()


def test_a_torn_last_line_is_left_out_and_does_not_swallow_the_next(journal: Journal) -> None:
    journal.add(LESSON, "dot", "check")
    with journal.path.open("ab") as file:
        file.write(b'{"time": "2026-01-01T00:00:00+00:00", "less')
    assert len(list(journal.events())) == 1
    journal.add(LESSON, "norm", "check")
    assert [e["exercise"] for e in journal.events()] == ["dot", "norm"]


@pytest.mark.parametrize(
    "foreign",
    [
        b"hello",
        b"[1, 2]",
        b"3",
        b"null",
        b"\xff\xfe",
        b"",
        b'{"time": "now"}',
        b'{"time": "now", "lesson": ["a"], "exercise": {}, "event": "check", "outcome": "passed"}',
        b"[" * 100_000,
    ],
    ids=lambda line: line[:12].decode(errors="replace"),
)
def test_a_foreign_line_is_left_out(journal: Journal, foreign: bytes) -> None:
    journal.path.parent.mkdir()
    journal.path.write_bytes(foreign + b"\n")
    journal.add(LESSON, "dot", "check", outcome="passed")
    assert journal.passed() == {(LESSON, "dot")}


def test_an_exercise_once_passed_stays_passed(journal: Journal) -> None:
    for outcome in ("in progress", "passed", "in progress"):
        journal.add(LESSON, "dot", "check", outcome=outcome)
    journal.add(LESSON, "norm", "check", outcome="not started")
    journal.add(LESSON, "angle", "check", outcome="in progress")
    journal.add(LESSON, "angle", "solution")
    assert journal.passed() == {(LESSON, "dot")}
    assert journal.tried() == {(LESSON, "dot"), (LESSON, "angle")}


def test_two_notebooks_at_once_lose_no_line_and_tear_none(journal: Journal) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(journal.path, name, 100)) for name in ("left", "right")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    entries = [json.loads(line) for line in journal.path.read_text(encoding="utf-8").splitlines()]
    for name in ("left", "right"):
        assert [entry["number"] for entry in entries if entry["exercise"] == name] == list(range(100))


def test_a_place_that_cannot_be_written_costs_nothing_but_the_record(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    assert Journal(tmp_path / "data" / "journal.jsonl").add(LESSON, "dot", "check") == "File exists"
    (tmp_path / "folder").mkdir()
    assert Journal(tmp_path / "folder").add(LESSON, "dot", "check") == "Is a directory"


def test_the_environment_names_the_journal(tmp_path: Path) -> None:
    journal = open_journal({"GROUNDWORK_JOURNAL": str(tmp_path / "mine.jsonl")})
    assert journal is not None
    assert journal.path == tmp_path / "mine.jsonl"


def test_without_a_word_it_stands_in_the_users_data_folder() -> None:
    from platformdirs import user_data_path

    journal = open_journal({})
    assert journal is not None
    assert journal.path == user_data_path("groundwork") / "journal.jsonl"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is Linux's")
def test_a_full_disk_is_called_by_its_name() -> None:
    assert Journal(Path("/dev/full")).add(LESSON, "dot", "check") == "No space left on device"


def test_a_disk_that_fills_up_halfway_leaves_no_half_line(journal: Journal) -> None:
    resource = pytest.importorskip("resource", reason="limits of files are Unix's")
    journal.add(LESSON, "dot", "check")
    before = journal.path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, hard))
    try:
        refused = journal.add(LESSON, "norm", "check")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused
    assert journal.path.read_bytes() == before


def test_several_events_are_written_at_once(journal: Journal) -> None:
    assert journal.write([entry_of(LESSON, name, "check") for name in ("dot", "norm")]) == ""
    assert [event["exercise"] for event in journal.events()] == ["dot", "norm"]


def test_what_stands_between_the_events_is_counted(journal: Journal) -> None:
    journal.add(LESSON, "dot", "check")
    with journal.path.open("ab") as file:
        file.write(b"torn\n\n[3]\n")
    assert (len(journal.read().events), journal.read().unreadable, journal.read().trouble) == (1, 2, "")


def test_a_journal_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    assert Journal(tmp_path).read().trouble == "Is a directory"
    assert list(Journal(tmp_path).events()) == []


@pytest.mark.parametrize(
    "environment",
    [
        {"GROUNDWORK_JOURNAL": "off"},
        {"NBGRADER_EXECUTION": "autograde"},
        {"NBGRADER_EXECUTION": "validate", "GROUNDWORK_JOURNAL": "somewhere.jsonl"},
    ],
    ids=["off", "grading", "validating"],
)
def test_nothing_is_recorded_while_grading_or_when_told_not_to(environment: dict[str, str]) -> None:
    assert open_journal(environment) is None
