"""Writes down every call that the tests make to an answer: arguments, result or error, arguments afterwards.

Two answers that leave the same record behave the same way. That is all it takes to recognise a known mistake,
and it also lets a failed test say what it had asked for.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder import values


@dataclass
class Call:
    """One call made by a test: everything is a copy taken at that moment."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any = None
    error: BaseException | None = None
    args_after: tuple[Any, ...] = ()
    kwargs_after: dict[str, Any] | None = None

    def __str__(self) -> str:
        given = [values.show(arg, 70) for arg in self.args] + [
            f"{k}={values.show(v, 50)}" for k, v in self.kwargs.items()
        ]
        return f"{self.name}({', '.join(given)})"

    def same_as(self, other: Call) -> bool:
        """The same call with the same effect; errors are the same when their types are."""
        return (
            self.name == other.name
            and type(self.error) is type(other.error)
            and values.same(self.args, other.args)
            and values.same(self.kwargs, other.kwargs)
            and values.same(self.result, other.result)
            and values.same(self.args_after, other.args_after)
            and values.same(self.kwargs_after, other.kwargs_after)
        )

    @property
    def changed(self) -> int | str | None:
        """Position or keyword of the first argument that the call changed, or None."""
        for position, (before, after) in enumerate(zip(self.args, self.args_after, strict=False)):
            if not values.same(before, after):
                return position
        for keyword, before in self.kwargs.items():
            if not values.same(before, (self.kwargs_after or {}).get(keyword, before)):
                return keyword
        return None


class Recorder:
    """Wraps an answer so that its calls are recorded; everything else about it stays as it was.

    Functions and the public methods of classes are recorded. Objects (a fitted model, a web app, a value) and
    answers that must keep their identity (`inside=True` classes) pass through untouched.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._depth = 0

    def wrap(self, answer: Any, name: str, classes: bool = True) -> Any:
        """The answer, recorded under the `name` that the exercise gives it, whatever it calls itself."""
        if isinstance(answer, types.SimpleNamespace):
            parts = {part: self.wrap(value, part, classes) for part, value in vars(answer).items()}
            return types.SimpleNamespace(**parts)
        if isinstance(answer, type):
            return self._class(answer, name) if classes else answer
        if inspect.isroutine(answer) or isinstance(answer, functools.partial):
            return self._function(answer, name)
        return answer

    @property
    def last(self) -> Call | None:
        return self.calls[-1] if self.calls else None

    def _function(self, function: Callable[..., Any], name: str, method: bool = False) -> Callable[..., Any]:
        @functools.wraps(function)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            if self._depth:  # the answer calling itself, or one of its methods another: its own business
                return function(*args, **kwargs)
            shown = args[1:] if method else args
            call = Call(name, values.snapshot(tuple(shown)), values.snapshot(kwargs))
            if isinstance(call.args, values.Opaque):
                call.args = (call.args,)
            if isinstance(call.kwargs, values.Opaque):
                call.kwargs = {}
            self.calls.append(call)
            self._depth += 1
            try:
                result = function(*args, **kwargs)
            except BaseException as error:
                call.error = error
                raise
            finally:
                self._depth -= 1
                after = values.snapshot(tuple(shown))
                call.args_after = (after,) if isinstance(after, values.Opaque) else after
                kwargs_after = values.snapshot(kwargs)
                call.kwargs_after = {} if isinstance(kwargs_after, values.Opaque) else kwargs_after
            call.result = values.snapshot(result)
            if isinstance(result, types.FunctionType):  # a function that makes functions: follow what it made
                return self._function(result, f"{name}(…)")
            return result

        return recorded

    def _class(self, answer: type, called: str) -> type:
        own: dict[str, Any] = {}
        for name, attribute in _methods(answer).items():
            label = called if name == "__init__" else f"{called}.{name}"
            if isinstance(attribute, property):
                if attribute.fget is not None:
                    recorded = self._function(attribute.fget, label, method=True)
                    own[name] = property(recorded, attribute.fset, attribute.fdel, attribute.__doc__)
            elif isinstance(attribute, types.FunctionType):
                own[name] = self._function(attribute, label, method=True)
        own["__qualname__"] = answer.__qualname__
        own["__module__"] = answer.__module__
        try:
            return type(answer)(answer.__name__, (answer,), own)
        except TypeError:  # a class that can't be subclassed (an Enum, say) is tested as it is
            return answer


def _methods(answer: type) -> dict[str, Any]:
    """What the learner wrote in the class and its bases of the same module; never the machinery of `object`."""
    skip = {
        "__new__",
        "__getattribute__",
        "__getattr__",
        "__setattr__",
        "__init_subclass__",
        "__class_getitem__",
        "__del__",
    }
    found: dict[str, Any] = {}
    for base in reversed(answer.__mro__):
        if base.__module__ == answer.__module__:
            found.update({name: value for name, value in vars(base).items() if name not in skip})
    return {name: value for name, value in found.items() if not name.startswith("_") or name.startswith("__")}
