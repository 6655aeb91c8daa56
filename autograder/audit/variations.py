"""Inputs that no test thought of: are two answers the same on those as well?"""

from __future__ import annotations

import ast
import contextlib
import copy
import random
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from autograder import snapshots, values
from autograder.limits import OutOfTime, time_limit
from autograder.recorder import Call

MOST_SECONDS: Final = 20.0
MOST_CALLS: Final = 25
MOST_PAIRS: Final = 40
"""Inputs for each call in which more than one argument is another."""
FEWEST: Final = 10
"""Agreeing on fewer inputs than this proves nothing."""


def same_on_other_inputs(answer: Any, right: Any, calls: Sequence[Call], sources: Sequence[str] = ()) -> dict[str, Any]:
    """Compares two functions on the recorded calls with arguments changed.

    Only inputs that the right answer takes without an error count: what it refuses lies outside its statement.
    Gives `equivalent` and a `note`: that nothing was found, or the first call that tells the two apart.

    sources: texts of both. The numbers in them are where they may come to differ, so those are tried as well.
    """
    if not (callable(answer) and callable(right)) or isinstance(answer, type):
        return {"note": "nothing seen tells it apart, but only calls of a function can be varied"}
    compared, until = 0, time.perf_counter() + MOST_SECONDS
    numbers = _numbers(sources)
    for call in calls[:: max(1, len(calls) // MOST_CALLS)]:
        for args, kwargs in _variations(call.args, call.kwargs, numbers):
            if time.perf_counter() > until:
                break
            expected = _outcome(right, args, kwargs)
            if expected is None:
                continue
            compared += 1
            if not snapshots.same(expected, _outcome(answer, args, kwargs) or ()):
                return {"note": f"a test could ask for {Call(call.name, args, kwargs)}, where it differs"}
    if compared < FEWEST:
        return {"note": "nothing seen tells it apart, but hardly an input could be varied"}
    return {"equivalent": True, "note": "it does the same on inputs that no test uses, and under 20 other seeds"}


def _numbers(sources: Sequence[str]) -> list[float]:
    """The numbers in some texts, and the whole numbers beside them."""
    found: set[float] = set()
    for source in sources:
        with contextlib.suppress(SyntaxError, ValueError):
            for node in ast.walk(ast.parse(source)):
                value = node.value if isinstance(node, ast.Constant) else None
                if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6:
                    found |= {value - 1, value, value + 1}
    return sorted(found)


def _outcome(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
    """Result and arguments afterwards; None when it raises or takes too long."""
    try:
        args, kwargs = copy.deepcopy(args), copy.deepcopy(kwargs)
        with time_limit(1.0):
            result = snapshots.snapshot(function(*args, **kwargs))
    except (Exception, OutOfTime):
        return None
    return None if isinstance(result, values.Opaque) else (result, snapshots.snapshot(args))


def _variations(
    args: tuple[Any, ...], kwargs: dict[str, Any], numbers: Sequence[float]
) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """The call itself, then with one argument changed or like another one, then with several changed."""
    yield args, kwargs
    names = list(kwargs)
    given = [*args, *kwargs.values()]
    choices = [[value, *_others(value, numbers)] for value in given]
    rows = []
    for position, others in enumerate(choices):
        alike = [value for n, value in enumerate(given) if n != position and type(value) is type(given[position])]
        rows += [[*given[:position], other, *given[position + 1 :]] for other in [*others[1:], *alike]]
    if len(given) > 1:
        draw = random.Random(0)
        rows += [[draw.choice(others) for others in choices] for _ in range(MOST_PAIRS)]
    for row in rows:
        yield tuple(row[: len(args)]), dict(zip(names, row[len(args) :], strict=True))


def _others(value: Any, numbers: Sequence[float]) -> Iterator[Any]:
    """Values of the same kind: other signs, sizes, orders, none and one of it."""
    if values.is_truth(value):
        yield not value
    elif values.is_number(value):
        yield from (-value, value * 0, value + 1, value - 1, value * 2, value * 100)
        yield from (number for number in numbers if isinstance(number, int) or not isinstance(value, int))
    elif values.is_array(value):
        yield from (value[::-1], value[:1]) if value.ndim else ()
        if value.dtype.kind in "ifu":
            if numbers and value.size:
                yield _filled(value, numbers)
            yield from (value * 0, value + 1, value.max() - value if value.size else value)
        if value.dtype.kind in "if":
            yield -value
    elif values.is_tensor(value):
        yield from (value.flip(0), value[:1]) if value.ndim else ()
        yield from (value * 0, value + 1)
    elif values.is_frame(value) or values.is_series(value):
        yield from (value[::-1], value[:1], value[:0])
    elif isinstance(value, str):
        yield from (value.upper(), value + value, f" {value} ", "")
    elif isinstance(value, list | tuple):
        yield from (value[::-1], value[:1], value[:0], value * 2)
        if value and all(values.is_number(item) for item in value):
            yield from (type(value)(-item for item in value), type(value)(item * 0 for item in value))
            whole = all(isinstance(item, int) for item in value)
            if fitting := [number for number in numbers if isinstance(number, int) or not whole]:
                yield type(value)(fitting)
    elif isinstance(value, dict):
        yield from ({}, dict(list(value.items())[:1]), dict(reversed(value.items())))


def _filled(array: Any, numbers: Sequence[float]) -> Any:
    """An array of the same shape and kind that holds these numbers in turn."""
    import numpy as np

    fitting = [number for number in numbers if array.dtype.kind == "f" or (number >= 0 and number == int(number))]
    return np.resize(fitting or [0], array.shape).astype(array.dtype)
