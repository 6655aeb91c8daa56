"""What the learner has done, on their own machine: one line of JSON per event, only ever added to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "GROUNDWORK_JOURNAL"
"""Environment variable that names another journal file, or says `off`."""


_KEYS: Final = ("time", "lesson", "exercise", "event")


@dataclass(frozen=True)
class Journal:
    """A journal file. Reading skips lines that are torn or foreign; writing appends one whole line."""

    path: Path

    def add(self, lesson: str, exercise: str, event: str, **details: Any) -> bool:
        """Records an event with the present time; False when it could not be written (a full disk, no permission).

        Not being able to write must never cost the learner an answer, so nothing is raised.
        """
        entry = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "lesson": lesson,
            "exercise": exercise,
            "event": event,
            **details,
        }
        line = (json.dumps(entry, ensure_ascii=False) + "\n").encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            from filelock import FileLock

            with FileLock(f"{self.path}.lock", timeout=5), self.path.open("ab+") as file:
                if file.tell() and not self._ends_with_newline(file):
                    line = b"\n" + line  # a torn last line stays alone on its line
                file.write(line)
        except OSError:  # filelock's Timeout is one, too
            return False
        return True

    @staticmethod
    def _ends_with_newline(file: Any) -> bool:
        file.seek(-1, os.SEEK_END)
        return bool(file.read(1) == b"\n")

    def events(self) -> Iterator[Mapping[str, Any]]:
        """All events in the order they were written."""
        try:
            lines = self.path.read_bytes().splitlines()
        except OSError:
            return
        for line in lines:
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in _KEYS):
                yield entry

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


def open_journal(environment: Mapping[str, str] = os.environ) -> Journal | None:
    """The learner's journal, or None while a notebook is being graded or built."""
    where = environment.get(VARIABLE, "")
    if where == "off" or environment.get("NBGRADER_EXECUTION"):
        return None
    if where:
        return Journal(Path(where))
    from platformdirs import user_data_path

    return Journal(user_data_path("groundwork") / "journal.jsonl")
