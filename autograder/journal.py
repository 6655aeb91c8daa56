"""What the learner has done, on their own machine: one line of JSON per event, only ever added to."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "GROUNDWORK_JOURNAL"
"""Environment variable that names another journal file, or says `off`."""


_KEYS: Final = ("time", "lesson", "exercise", "event")


@dataclass(frozen=True)
class Entries:
    """What a journal file holds.

    unreadable: how many lines are torn or not a journal's; they stay where they are.
    trouble:    why the file as a whole can't be read; empty when it can, or when there is none yet.
    """

    events: tuple[Mapping[str, Any], ...] = ()
    unreadable: int = 0
    trouble: str = ""


@dataclass(frozen=True)
class Journal:
    """A journal file. Reading skips lines that are torn or foreign; writing appends one whole line."""

    path: Path

    def add(self, lesson: str, exercise: str, event: str, **details: Any) -> str:
        """Records an event with the present time; why it could not be written, and an empty text when it was."""
        return self.write([entry_of(lesson, exercise, event, **details)])

    def write(self, entries: Iterable[Mapping[str, Any]]) -> str:
        """Adds whole lines, all or none; why they could not be written, and an empty text when they were.

        Not being able to write (a full disk, no permission) must never cost the learner an answer, so nothing is
        raised.
        """
        lines = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries).encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            from filelock import FileLock

            with FileLock(f"{self.path}.lock", timeout=5), self.path.open("ab+", buffering=0) as file:
                end = file.tell()
                if end and not self._ends_with_newline(file):
                    lines = b"\n" + lines  # a torn last line stays alone on its line
                if file.write(lines) != len(lines):  # the disk is full: half a line is worse than none
                    file.truncate(end)
                    return os.strerror(errno.ENOSPC)
        except OSError as error:  # filelock's Timeout is one, too
            return error.strerror or "another program keeps it locked"
        return ""

    @staticmethod
    def _ends_with_newline(file: Any) -> bool:
        file.seek(-1, os.SEEK_END)
        return bool(file.read(1) == b"\n")

    def events(self) -> Iterator[Mapping[str, Any]]:
        """All events in the order they were written."""
        yield from self.read().events

    def read(self) -> Entries:
        """All events in the order they were written, and what stood between them or in their way."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return Entries()
        except OSError as error:
            return Entries(trouble=error.strerror or type(error).__name__)
        events, unreadable = [], 0
        for line in filter(None, lines):
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                entry = None
            if isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in _KEYS):
                events.append(entry)
            else:
                unreadable += 1
        return Entries(tuple(events), unreadable)

    def passed(self) -> set[tuple[str, str]]:
        """(lesson, exercise) pairs that were passed at least once."""
        return {
            (e["lesson"], e["exercise"])
            for e in self.events()
            if e["event"] == "check" and e.get("outcome") == "passed"
        }

    def tried(self) -> set[tuple[str, str]]:
        """(lesson, exercise) pairs that were checked at least once with an answer in place."""
        return {
            (e["lesson"], e["exercise"])
            for e in self.events()
            if e["event"] == "check" and e.get("outcome") != "not started"
        }


def entry_of(lesson: str, exercise: str, event: str, **details: Any) -> dict[str, Any]:
    """An event at the present time, as it is written."""
    time = datetime.now(UTC).isoformat(timespec="seconds")
    return {"time": time, "lesson": lesson, "exercise": exercise, "event": event, **details}


def open_journal(environment: Mapping[str, str] = os.environ) -> Journal | None:
    """The learner's journal, or None while a notebook is being graded or built."""
    where = environment.get(VARIABLE, "")
    if where == "off" or environment.get("NBGRADER_EXECUTION"):
        return None
    if where:
        return Journal(Path(where))
    from platformdirs import user_data_path

    return Journal(user_data_path("groundwork") / "journal.jsonl")
