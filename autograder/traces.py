"""A traceback cut to the lines that a learner wrote."""

from __future__ import annotations

import re
import traceback


def own_lines(error: BaseException) -> list[tuple[str, str]]:
    """Where an error came from in the learner's own cells: (place, source line), outermost first, at most four.

    An error that happened in another process brings its lines along as `student_trace`.
    """
    brought = getattr(error, "student_trace", None)
    if brought is not None:
        return list(brought)
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        if is_cell(frame.filename):
            where = f"line {frame.lineno}" + (f", in {frame.name}" if frame.name != "<module>" else "")
            lines.append((where, frame.line or ""))
    return lines[:2] + lines[-2:] if len(lines) > 4 else lines


def is_cell(filename: str) -> bool:
    """Whether a code object's file name is that of a notebook cell."""
    return bool(re.search(r"ipykernel_\d+|<ipython-input-|<cell ", filename))
