"""What a lesson's `.py` says about its exercises, read from the text alone: nothing is executed or imported."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

_BEGINNING: Final = re.compile(r"^\w+ = (?:Exercise|Choice|Order)\(", re.MULTILINE)


@dataclass(frozen=True)
class Outline:
    """An exercise without its tests.

    kind:    "Exercise", "Choice" or "Order".
    minutes: the learner's time for it, as its author says.
    """

    name: str
    kind: str
    concepts: tuple[str, ...]
    minutes: float


def outlines(path: Path) -> tuple[Outline, ...]:
    """A lesson's exercises in order. A file that can't be read has none; a definition that isn't Python is left out.

    Only the definitions are parsed, not the tests between them, which are most of the file: the course page reads
    every lesson each time it is shown.
    """
    try:
        file = path.stat()
        return _outlines(path, file.st_mtime_ns, file.st_size)
    except (OSError, UnicodeDecodeError):
        return ()


@lru_cache(maxsize=256)
def _outlines(path: Path, _changed: int, _size: int) -> tuple[Outline, ...]:
    """The time of the last change and the size are there so that a changed file is read anew."""
    text = path.read_text(encoding="utf-8")
    found = (_outline(text, match.start()) for match in _BEGINNING.finditer(text))
    return tuple(outline for outline in found if outline is not None)


def _outline(text: str, start: int) -> Outline | None:
    """The definition that begins there: it ends with its line, or with the next line that begins with `)`."""
    ends = (text.find("\n", start), text.find("\n)", start) + 2)
    for definition in (text[start : end if end > start else None] for end in ends):
        try:
            (statement,) = ast.parse(definition).body
        except (SyntaxError, ValueError):
            continue
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            return _described(statement.targets[0], statement.value)
    return None


def _described(target: ast.expr, call: ast.Call) -> Outline | None:
    if not isinstance(target, ast.Name) or not isinstance(call.func, ast.Name):
        return None
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    usual = {"Choice": 1.0, "Order": 2.0}.get(call.func.id, 5.0)
    concepts, minutes = _literal(given.get("concepts")), _literal(given.get("minutes"))
    return Outline(
        target.id,
        call.func.id,
        tuple(word for word in concepts if isinstance(word, str)) if isinstance(concepts, list | tuple) else (),
        float(minutes) if isinstance(minutes, int | float) else usual,
    )


def _literal(expression: ast.expr | None) -> object:
    try:
        return ast.literal_eval(expression) if expression is not None else None
    except ValueError:  # something computed, which would have to be executed
        return None
