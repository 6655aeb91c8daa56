"""Errors on the wire: their type by name, their message, and the lines of the student's own code they came from."""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING, Any, Final

from autograder.sandbox.codec import Scope
from autograder.sandbox.codec_parts import WireError
from autograder.traces import own_lines

if TYPE_CHECKING:
    from autograder.sandbox.objects import Objects

ERRORS_FROM: Final = frozenset({"builtins", "numpy", "pandas", "sklearn", "scipy", "torch", "json", "decimal", "csv"})
"""Top-level modules whose exception types keep their identity on the other side."""


class CannotCross(Exception):  # noqa: N818 - the sentence says what happened
    """A value can't be handed from one process to the other."""


def encode(objects: Objects, error: BaseException, changes: Any = None) -> dict[str, Any]:
    """An error of this side as plain data."""
    theirs = objects.numbers_of_theirs.get(id(error))
    if theirs is not None:
        return {"yours": theirs, "changes": changes}
    try:
        message = str(error)
    except Exception:  # a learner's own __str__ may raise anything
        message = ""
    own = type(error).__module__ not in sys.modules or type(error).__module__ == "__main__"
    return {
        "object": objects.export(error) if own and not objects.strict else {"id": objects.number(error)},
        "own": own and not objects.strict,
        "types": [[kind.__module__, kind.__qualname__] for kind in type(error).__mro__],
        "args": _plain_args(objects, error),
        "message": message[:20_000].encode("utf-8", "replace").decode(),
        "trace": [[where[:200], line[:400]] for where, line in own_lines(error)],
        "changes": changes,
    }


def _plain_args(objects: Objects, error: BaseException) -> Any:
    plain = all(part is None or type(part) in (bool, int, float, str, bytes) for part in error.args)
    return [objects.encode(part) for part in error.args] if plain else None


def decode(objects: Objects, data: Any, scope: Scope) -> BaseException:
    """The error that the other side describes, ready to be raised; its changes to arguments are made."""
    if not isinstance(data, dict):
        raise WireError("an error of another form")
    if "refused" in data:
        return CannotCross(f"What it gives back can't be looked at from outside: {str(data['refused'])[:300]}.")
    objects.change(scope, data.get("changes"))
    if "yours" in data:
        found = objects.mine(data["yours"])
        if isinstance(found, BaseException):
            return found
        raise WireError("an error that is none")
    error = _own(objects, data) if data.get("own") is True else _of_a_library(objects, data)
    trace = [(str(where)[:200], str(line)[:400]) for where, line in list(data.get("trace") or ())[:4]]
    error.student_trace = trace  # type: ignore[attr-defined]
    return error


def _own(objects: Objects, data: Any) -> BaseException:
    found = objects.stand_in(data.get("object"))
    if not isinstance(found, BaseException):
        raise WireError("an error that is none")
    found.args = _args(objects, data)
    return found


def _of_a_library(objects: Objects, data: Any) -> BaseException:
    kind = _type(data.get("types"))
    args = _args(objects, data)
    error = kind.__new__(kind, *args)
    try:
        error.__init__(*args)  # type: ignore[misc]
    except Exception:  # a constructor that wants other arguments than it keeps
        error.args = args
    number = (data.get("object") or {}).get("id")
    if type(number) is int:
        objects.adopt(number, error)
    return error


def _args(objects: Objects, data: Any) -> tuple[Any, ...]:
    args = data.get("args")
    return tuple(objects.decode(part) for part in args) if type(args) is list else (str(data.get("message", "")),)


def _type(names: Any) -> type[BaseException]:
    """The error's type where it is a known one; else one of its name under the nearest known type."""
    first = ""
    # What is no Exception would pass by everybody who catches errors: here it becomes one of the same name.
    for module, name in names if type(names) is list else ():
        first = first or str(name)[:80]
        found = error_type(module, name)
        if found is not None and issubclass(found, Exception):
            known = first == found.__qualname__
            return found if known else type(first.rpartition(".")[2] or "Error", (found,), {})
    return type(first or "Error", (Exception,), {})


def error_type(module: Any, name: Any) -> type[BaseException] | None:
    """The exception type of that name in a module that is loaded here, or None."""
    if type(module) is not str or type(name) is not str or module.partition(".")[0] not in ERRORS_FROM:
        return None
    found = vars(sys.modules.get(module, builtins)).get(name)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None
