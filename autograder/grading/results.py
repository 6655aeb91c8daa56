"""What the grading of one notebook came to: plain data, passed from workers to the gradebook and the reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Outcome = Literal["graded", "timed out", "out of memory", "killed", "invalid", "tampered"]
Trust = Literal["outside", "inside", "manual"]


@dataclass(frozen=True)
class CellMark:
    """The mark of one graded cell.

    trust:   "outside" when the tests ran where no student's code could reach them, "inside" when they ran beside
             it, "manual" when a person gives the mark.
    failed:  the sentences of visible tests that failed, or the first line of a plain test cell's error.
    mistake: what to say about the known mistake that the answer behaves like; may be empty.
    note:    why the mark is what it is where the tests don't say: not started, clamped, the process was gone.
    """

    grade_id: str
    points: float
    maximum: float
    trust: Trust
    failed: tuple[str, ...] = ()
    mistake: str = ""
    note: str = ""


@dataclass(frozen=True)
class Result:
    """One notebook of one student: exactly one outcome, whatever happened.

    reason:  one sentence on any outcome but "graded"; may be set there too, for what an instructor should know.
    notes:   what was repaired or flagged, a sentence each.
    level:   of the sandbox ("strong", "lite", "none"), with its missing layers in `missing`.
    key:     hash of all that the marks depend on; the same key need not be graded again.
    seconds: wall time; `cpu_seconds` is that of the student's process tree.
    """

    student: str
    assignment: str
    notebook: str
    outcome: Outcome
    reason: str = ""
    cells: tuple[CellMark, ...] = ()
    notes: tuple[str, ...] = ()
    level: str = ""
    missing: tuple[str, ...] = ()
    key: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def points(self) -> float:
        """Points earned by tests; what a person marks is not in it, nor what is withheld."""
        return 0.0 if self.outcome == "tampered" else sum(cell.points for cell in self.cells)

    @property
    def maximum(self) -> float:
        """Points that tests can give."""
        return sum(cell.maximum for cell in self.cells if cell.trust != "manual")

    def as_json(self) -> dict[str, Any]:
        """Everything, ready for `json.dumps`."""
        return {**asdict(self), "points": self.points, "maximum": self.maximum}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Result:
        """The result that `as_json` was made of."""
        fields = {name: value for name, value in stored.items() if name in cls.__dataclass_fields__}
        cells = tuple(CellMark(**{**cell, "failed": tuple(cell["failed"])}) for cell in stored["cells"])
        return cls(**{**fields, "cells": cells, "notes": tuple(stored["notes"]), "missing": tuple(stored["missing"])})
