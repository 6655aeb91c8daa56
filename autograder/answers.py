"""Finds the answer to an exercise in a notebook's names or its folder, or says why there is none yet.

An exercise counts as not started while its name is missing, while it still is the three dots, while a
function does nothing, or while the stub's two lines stand in the cell that defines it.
"""

from __future__ import annotations

import dis
import inspect
import itertools
import linecache
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any, Final

from autograder.exercise import Choice, Exercise

STUB_COMMENT: Final = "# Write your answer here, in place of the three dots."
"""First line of a stub; the second is `...`. `nbgrader_config.py` puts both in place of a solution."""


@dataclass(frozen=True)
class Missing:
    """There is no answer yet, and why."""

    reason: str


@dataclass(frozen=True)
class Found:
    """An answer. `stub_left` tells that the stub's lines still stand in the text it came from."""

    answer: Any
    stub_left: bool = False


def find_answer(exercise: Exercise, namespace: Mapping[str, Any], folder: Path) -> Found | Missing:
    """The learner's answer: the value of its name, an object of several names, or the text of its file."""
    if exercise.file:
        return _find_file(exercise.file, folder)
    absent = [name for name in exercise.names if name not in namespace]
    if absent:
        example = f' Write it as {absent[0]} = "…".' if isinstance(exercise, Choice) else ""
        return Missing(
            f"There is no `{absent[0]}` yet. Write your answer in the cell above, run that cell (Shift+Enter), "
            f"then this one.{example}"
        )
    answers = {name: namespace[name] for name in exercise.names}
    for name, answer in answers.items():
        if answer is ...:
            return Missing(
                f"`{name}` is still the three dots. Put your answer in their place, run that cell, then this one."
            )
        if does_nothing(answer):
            return Missing(
                f"`{name}` does nothing yet. Write its body in the cell above, run that cell, then this one."
            )
    answer = next(iter(answers.values())) if len(answers) == 1 else SimpleNamespace(**answers)
    return Found(answer, any(has_stub(source_of(part)) for part in answers.values()))


def _find_file(name: str, folder: Path) -> Found | Missing:
    path = folder / name
    if not path.is_file():
        return Missing(
            f"There is no file `{name}` yet. The cell above writes it: fill it in, run it, then run this one."
        )
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return Missing(f"The file `{name}` can't be read: {error.strerror}.")
    if not text.strip():
        return Missing(f"The file `{name}` is empty. The cell above writes it: fill it in, run it, then run this one.")
    return Found(text, has_stub(text))


def has_stub(source: str) -> bool:
    """Whether a text still holds the two lines that stand where the answer should."""
    lines = [line.strip() for line in source.splitlines()]
    return any(line == STUB_COMMENT and following == "..." for line, following in itertools.pairwise(lines))


def does_nothing(answer: Any) -> bool:
    """Whether the body of a function, or of a class without a base, is only `...`, `pass` or a docstring."""
    if isinstance(answer, type):
        return answer.__bases__ == (object,) and not vars(answer).keys() - vars(_Empty).keys()
    code = getattr(answer, "__code__", None)
    if not inspect.isfunction(answer) or not isinstance(code, CodeType):
        return False
    idle = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "CACHE", "COPY_FREE_VARS", "MAKE_CELL"}
    steps = list(dis.get_instructions(code))
    return all(step.opname in idle for step in steps) and all(
        step.argval is None for step in steps if step.opname in {"LOAD_CONST", "RETURN_CONST"}
    )


class _Empty:
    """What every class has without anybody writing it; this text is one of those things."""


def source_of(answer: Any) -> str:
    """The text of the cell (or file) that defines a function or class; empty for values."""
    code = _code_of(answer)
    return "".join(linecache.getlines(code.co_filename)) if code is not None else ""


def _code_of(answer: Any) -> CodeType | None:
    if isinstance(answer, type):
        methods = [value for value in vars(answer).values() if inspect.isfunction(value)]
        return next((method.__code__ for method in methods if method.__module__ == answer.__module__), None)
    function = inspect.unwrap(answer) if callable(answer) and not isinstance(answer, type) else None
    return getattr(function, "__code__", None)
