"""Where an exercise stands in the learner's own copy of a lesson, read from the file as it is now."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

_HEADING: Final = re.compile(r"^#{2,6} (?:[A-Z][\w-]*: )?(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """The cell with an exercise's text, and the heading in it.

    cell_id: empty when the cell was not found, as in a copy from which it was deleted.
    """

    title: str
    cell_id: str = ""

    @property
    def fragment(self) -> str:
        """What an address of JupyterLab ends with to open the lesson there; empty opens it at its top."""
        return f"#cell-id={quote(self.cell_id)}" if self.cell_id else ""


def place_of(copy: Path, exercise: str) -> Place:
    """The last heading above the exercise's answer cell, else that cell. Never raises: a torn copy has no places."""
    nowhere = Place(exercise.replace("_", " "))
    try:
        cells = json.loads(copy.read_text(encoding="utf-8"))["cells"]
        found = nowhere
        for cell in cells:
            if _grade_id(cell) in (f"{exercise}-answer", exercise):
                return found if found.cell_id else Place(nowhere.title, str(cell.get("id", "")))
            heading = _HEADING.findall(_source(cell)) if cell["cell_type"] == "markdown" else []
            if heading:
                found = Place(heading[-1], str(cell.get("id", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return nowhere


def _grade_id(cell: Mapping[str, Any]) -> str:
    return str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))


def _source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])
