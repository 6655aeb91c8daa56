"""Inputs that no test thought of: are two answers the same on those as well?"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from autograder import snapshots, values
from autograder.limits import OutOfTime, time_limit
from autograder.recorder import Call

MOST_SECONDS: Final = 20.0
MOST_CALLS: Final = 25
FEWEST: Final = 5
"""Agreeing on fewer inputs than this proves nothing."""


def same_on_other_inputs(answer: Any, right: Any, calls: Sequence[Call]) -> dict[str, Any]:
    """Compares two functions on the recorded calls with one argument changed at a time.

    Only inputs that the right answer takes without an error count: what it refuses lies outside its statement.
    Gives `equivalent` and a `note`: that nothing was found, or the first call that tells the two apart.
    """
    if not (callable(answer) and callable(right)) or isinstance(answer, type):
        return {"note": "nothing seen tells it apart, but only calls of a function can be varied"}
    compared, until = 0, time.perf_counter() + MOST_SECONDS
    for call in calls[:: max(1, len(calls) // MOST_CALLS)]:
        for args, kwargs in _variations(call.args, call.kwargs):
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


def _outcome(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
    """Result and arguments afterwards; None when it raises or takes too long."""
    try:
        args, kwargs = copy.deepcopy(args), copy.deepcopy(kwargs)
        with time_limit(1.0):
            result = snapshots.snapshot(function(*args, **kwargs))
    except (Exception, OutOfTime):
        return None
    return None if isinstance(result, values.Opaque) else (result, snapshots.snapshot(args))


def _variations(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    yield args, kwargs
    for position, argument in enumerate(args):
        for other in _others(argument):
            yield (*args[:position], other, *args[position + 1 :]), kwargs
    for name, argument in kwargs.items():
        for other in _others(argument):
            yield args, {**kwargs, name: other}


def _others(value: Any) -> Iterator[Any]:
    """Values of the same kind: other signs, sizes, orders, none and one of it."""
    if values.is_truth(value):
        yield not value
    elif values.is_number(value):
        yield from (-value, value * 0, value + 1, value - 1, value * 100)
    elif values.is_array(value):
        yield from (value[::-1], value[:1]) if value.ndim else ()
        if value.dtype.kind in "ifu":
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
    elif isinstance(value, dict):
        yield from ({}, dict(list(value.items())[:1]), dict(reversed(value.items())))
