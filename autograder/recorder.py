"""Writes down every call that the tests make to an answer: arguments, result or error, arguments afterwards.

Two answers that leave the same record behave the same way. That is all it takes to recognise a known mistake,
and it also lets a failed test say what it had asked for.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from autograder import snapshots, values

MOST_CALLS: Final = 1_000
"""Calls after so many go through unrecorded: a test that loops for long must stay as fast as it is."""


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
    parameters: tuple[str, ...] = ()

    def parameter(self, changed: int | str) -> str:
        """The name of an argument, given by its position or its keyword."""
        if isinstance(changed, str):
            return changed
        return self.parameters[changed] if changed < len(self.parameters) else f"argument {changed + 1}"

    def __str__(self) -> str:
        given = [values.show(arg, 140) for arg in self.args] + [
            f"{k}={values.show(v, 100)}" for k, v in self.kwargs.items()
        ]
        owner, _, method = self.name.rpartition(".")
        if method in _SPELLED and len(given) == _SPELLED[method].count("{") - 1:
            return _SPELLED[method].format(owner, *given)
        return f"{self.name}({', '.join(given)})"

    def same_as(self, other: Call) -> bool:
        """The same call with the same effect; errors are the same when their types are."""
        return (
            self.name == other.name
            and type(self.error) is type(other.error)
            and snapshots.same(self.args, other.args)
            and snapshots.same(self.kwargs, other.kwargs)
            and snapshots.alike(self.result, other.result)
            and snapshots.same(self.args_after, other.args_after)
            and snapshots.same(self.kwargs_after, other.kwargs_after)
        )

    @property
    def changed(self) -> int | str | None:
        """Position or keyword of the first argument that the call changed, or None."""
        for position, (before, after) in enumerate(zip(self.args, self.args_after, strict=False)):
            if not snapshots.same(before, after):
                return position
        for keyword, before in self.kwargs.items():
            if not snapshots.same(before, (self.kwargs_after or {}).get(keyword, before)):
                return keyword
        return None


_SPELLED: Final = {
    "__call__": "{}(…)({})",
    "__len__": "len({})",
    "__str__": "str({})",
    "__iter__": "iter({})",
    "__next__": "next({})",
    "__abs__": "abs({})",
    "__neg__": "-{}",
    "__bool__": "bool({})",
    "__getitem__": "{}[{}]",
    "__setitem__": "{}[{}] = {}",
    "__contains__": "{1} in {0}",
    "__eq__": "{} == {}",
    "__lt__": "{} < {}",
    "__le__": "{} <= {}",
    "__add__": "{} + {}",
    "__sub__": "{} - {}",
    "__mul__": "{} * {}",
    "__rmul__": "{1} * {0}",
    "__truediv__": "{} / {}",
    "__matmul__": "{} @ {}",
}
"""Special methods as people write them; the class's name stands for its object."""


class Recorder:
    """Records the calls to an answer; everything else about the answer stays as it was.

    A function is given to the tests in a wrapping that shares its attributes and signature. A class is given as
    it is, with its public methods recorded until the block of `recorded` is left, so that what they make of
    their own kind is recorded as well, and `isinstance` means what it says. Objects (a fitted model, a web app,
    a value) and classes of `inside=True` exercises pass through untouched.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._depth = 0
        self._undo = contextlib.ExitStack()
        self._made: dict[int, tuple[Any, Any]] = {}

    @contextlib.contextmanager
    def recorded(self, answer: Any, name: str, classes: bool = True) -> Iterator[Any]:
        """The answer, recorded under the `name` that the exercise gives it, whatever it calls itself."""
        with self._undo:
            yield self._wrap(answer, name, classes)

    @property
    def last(self) -> Call | None:
        """The call made last; None as well when calls have gone by unrecorded."""
        return self.calls[-1] if 0 < len(self.calls) < MOST_CALLS else None

    def _wrap(self, answer: Any, name: str, classes: bool) -> Any:
        if isinstance(answer, types.SimpleNamespace):
            parts = {part: self._wrap(value, part, classes) for part, value in vars(answer).items()}
            return types.SimpleNamespace(**parts)
        if isinstance(answer, type):
            if classes and not _is_from_a_library(answer):
                self._class(answer, name)
            return answer
        if inspect.isroutine(answer) or isinstance(answer, functools.partial):
            return self._function(answer, name)
        return answer

    def _function(self, function: Callable[..., Any], name: str, method: bool = False) -> Callable[..., Any]:
        parameters = _parameters(function)[int(method) :]

        def recorded(*args: Any, **kwargs: Any) -> Any:
            # The answer calling itself, or one of its methods another, is its own business.
            if self._depth or len(self.calls) >= MOST_CALLS:
                return function(*args, **kwargs)
            if name.endswith(_NOT_ASKED_FOR):
                self._depth += 1
                try:
                    return function(*args, **kwargs)
                finally:
                    self._depth -= 1
            shown = args[1:] if method else args
            call = Call(name, _copied_args(shown), _copied_kwargs(kwargs), parameters=parameters)
            self.calls.append(call)
            self._depth += 1
            try:
                result = function(*args, **kwargs)
            except BaseException as error:
                call.error = error
                raise
            finally:
                self._depth -= 1
                call.args_after, call.kwargs_after = _copied_args(shown), _copied_kwargs(kwargs)
            if method and function.__name__ == "__init__":
                call.result = values.Opaque(args[0])
                return result
            call.result = snapshots.snapshot(result)
            given = any(result is argument for argument in args)
            return self._follow(result, name) if isinstance(result, types.FunctionType) and not given else result

        return self._dressed(recorded, function)

    def _follow(self, function: types.FunctionType, name: str) -> Any:
        """A function that the answer made, recorded too; the same one always in the same wrapping."""
        if id(function) not in self._made:
            self._made[id(function)] = (function, self._function(function, f"{name}(…)"))
        return self._made[id(function)][1]

    def _class(self, answer: type, called: str) -> None:
        self._set(answer, "__name__", called)
        self._set(answer, "__qualname__", called)
        for owner in answer.__mro__:
            if owner.__module__ != answer.__module__:
                continue
            for name, attribute in list(vars(owner).items()):
                recorded = self._attribute(attribute, called if name == "__init__" else f"{called}.{name}")
                if recorded is not None and _is_public(name):
                    self._set(owner, name, recorded)

    def _attribute(self, attribute: Any, label: str) -> Any:
        """A method or property in a recorded form; None for anything else."""
        if isinstance(attribute, types.FunctionType):
            return self._function(attribute, label, method=True)
        if isinstance(attribute, classmethod) and isinstance(attribute.__func__, types.FunctionType):
            return classmethod(self._function(attribute.__func__, label, method=True))
        if isinstance(attribute, staticmethod) and isinstance(attribute.__func__, types.FunctionType):
            return staticmethod(self._function(attribute.__func__, label))
        if isinstance(attribute, property) and isinstance(attribute.fget, types.FunctionType):
            recorded = self._function(attribute.fget, label, method=True)
            return property(recorded, attribute.fset, attribute.fdel, attribute.__doc__)
        return None

    def _set(self, owner: type, name: str, value: Any) -> None:
        before = vars(owner).get(name, getattr(owner, name))
        with contextlib.suppress(TypeError, AttributeError):  # a class whose maker forbids it stays as it is
            setattr(owner, name, value)
            self._undo.callback(setattr, owner, name, before)

    def _dressed(self, recorded: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
        """`recorded` in the looks of `function`: its name, text, signature and, live and not copied, its attributes."""
        if not isinstance(function, types.FunctionType):
            functools.update_wrapper(recorded, function)
            for name in dir(function):  # such as the cache_info of a cached function
                if not name.startswith("__") and not hasattr(recorded, name):
                    setattr(recorded, name, getattr(function, name))
            return recorded
        for name in ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__", "__type_params__"):
            with contextlib.suppress(AttributeError, NameError):
                setattr(recorded, name, getattr(function, name))
        # A counter such as `wrapper.calls += 1` is read and written through either of the two.
        recorded.__dict__ = vars(function)
        if not hasattr(function, "__wrapped__") and not hasattr(function, "__signature__"):
            with contextlib.suppress(ValueError, TypeError, NameError):
                recorded.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
                self._undo.callback(vars(function).pop, "__signature__", None)
        return recorded


def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's parameters; a stand-in says those of the function it stands for."""
    said = getattr(function, "__signature__", None)
    if isinstance(said, inspect.Signature):
        return tuple(said.parameters)
    code = getattr(function, "__code__", None)
    return code.co_varnames[: code.co_argcount] if code else ()


_LEFT_ALONE: Final = {
    "__new__",
    "__getattribute__",
    "__getattr__",
    "__setattr__",
    "__init_subclass__",
    "__class_getitem__",
    "__del__",
    "__reduce__",
    "__reduce_ex__",
}

_NOT_ASKED_FOR: Final = ("__repr__", "__hash__", "__format__")
"""Whoever shows or looks up an object calls these: neither they nor what they call is what a test asked for."""


def _is_from_a_library(answer: type) -> bool:
    """Whether a class was not written for the exercise but imported: everybody else uses it as well."""
    module = sys.modules.get(answer.__module__)
    installed = {"site-packages", "dist-packages"} & set(Path(getattr(module, "__file__", None) or "").parts)
    return bool(installed) or answer.__module__.partition(".")[0] in sys.stdlib_module_names | {"builtins"}


def _is_public(name: str) -> bool:
    special = name.startswith("__") and name.endswith("__")
    return name not in _LEFT_ALONE and (special or not name.startswith("_"))


def _copied_args(args: tuple[Any, ...]) -> tuple[Any, ...]:
    copied = snapshots.snapshot(args)
    return (copied,) if isinstance(copied, values.Opaque) else tuple(copied)


def _copied_kwargs(kwargs: dict[str, Any]) -> dict[str, Any]:
    copied = snapshots.snapshot(kwargs)
    return {} if isinstance(copied, values.Opaque) else dict(copied)
