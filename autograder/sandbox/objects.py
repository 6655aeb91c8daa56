"""Objects that can't cross the wire: each side keeps its own under a number and gives the other a stand-in.

The student's side answers whatever it is asked about its objects. The trusted side is strict: what it lends can be
called, and of an object only public names of classes that a lesson's tests define can be looked at. So a stand-in
in the student's hands is no way to the tests' globals, to a module, or to a file.
"""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable
from typing import Any, Final

import msgpack

from autograder.sandbox import remote_errors
from autograder.sandbox.codec import Codec, Scope, named
from autograder.sandbox.codec_parts import WireError
from autograder.sandbox.wire import Peer, RemoteError, Unanswered

MOST_OBJECTS: Final = 200_000
_OPERATORS: Final = """
    abs add and bool call contains delitem divmod enter eq exit float floordiv format ge getitem gt hash iadd imul
    index int invert isub iter le len lt matmul mod mul ne neg next or pos pow radd rand repr reversed rfloordiv
    rmatmul rmod rmul ror round rpow rsub rtruediv rxor setitem str sub truediv xor
"""
SPECIAL: Final = frozenset(f"__{name}__" for name in _OPERATORS.split())
"""Special methods that a stand-in passes on."""
_DEFINED_BY_TESTS: Final = "groundwork_exercises_"


class Objects:
    """This side's objects and its stand-ins for the other's.

    strict: this is the trusted side.
    make:   builds a stand-in from a description; see `stand_ins`.
    """

    def __init__(self, strict: bool, make: Callable[[Objects, Any], Any]) -> None:
        self.strict = strict
        self.peer: Peer | None = None
        self.deadline: float | None = None
        """`time.monotonic()` after which questions are not waited for any more."""
        self.settle: Callable[[], None] = lambda: None
        """Called before a question while the answer to an earlier one, given up, is still owed."""
        self._make = make
        self._mine: list[Any] = []
        self._numbers: dict[int, int] = {}
        self.theirs: dict[int, Any] = {}
        self.numbers_of_theirs: dict[int, int] = {}

    # What this side lends

    def export(self, value: Any) -> Any:
        """A description of an object of this side; of a stand-in, the number its owner knows it by."""
        theirs = self.numbers_of_theirs.get(id(value))
        if theirs is not None:
            return {"yours": theirs}
        if self.strict and isinstance(value, types.ModuleType | types.FrameType | types.CodeType):
            raise WireError(f"a {type(value).__name__}, which stays on this side")
        description: dict[str, Any] = {"id": self.number(value)}
        if isinstance(value, type):
            return {**description, **self._class(value)}
        if inspect.isroutine(value) or (callable(value) and type(value).__module__.startswith(("numpy", "functools"))):
            return {**description, **_function(value, self)}
        return {**description, "kind": "object", "class": self.encode(type(value))}

    def number(self, value: Any) -> int:
        if id(value) not in self._numbers:
            if len(self._mine) >= MOST_OBJECTS:
                raise WireError(f"more than {MOST_OBJECTS:,} objects")
            self._mine.append(value)
            self._numbers[id(value)] = len(self._mine) - 1
        return self._numbers[id(value)]

    def mine(self, number: Any) -> Any:
        """This side's object of that number."""
        if type(number) is not int or not 0 <= number < len(self._mine):
            raise WireError("an object that was never lent")
        return self._mine[number]

    def _class(self, value: type) -> dict[str, Any]:
        own = [owner for owner in value.__mro__ if owner.__module__ == value.__module__]
        library = value.__module__.partition(".")[0] in sys.stdlib_module_names or is_installed(value.__module__)
        members = {name: part for owner in reversed(own) for name, part in vars(owner).items()} if not library else {}
        special = [name for name in SPECIAL if _defines(value, name)]
        return {
            "kind": "class",
            "name": value.__name__,
            "doc": _text(value.__doc__),
            "library": [value.__module__, value.__qualname__] if library else None,
            "special": special,
            "members": {name: _member(part, self) for name, part in members.items() if _is_member(name, part)},
            "bases": [self.encode(base) for base in value.__bases__ if base is not object and not library],
            "error": [[cls.__module__, cls.__qualname__] for cls in value.__mro__] if _is_error(value) else None,
            "module": value.__module__,
        }

    # What the other side lends

    def stand_in(self, description: Any) -> Any:
        """This side's own object come back, or the stand-in for the other's; one object has one stand-in."""
        if not isinstance(description, dict):
            raise WireError("an object without a description")
        if "yours" in description:
            return self.mine(description["yours"])
        number = description.get("id")
        if type(number) is not int or len(self.theirs) > MOST_OBJECTS:
            raise WireError("an object without a number")
        if number not in self.theirs:
            made = self._make(self, description)
            self.adopt(number, made)
        return self.theirs[number]

    def adopt(self, number: int, made: Any) -> None:
        """Remembers which object of the other side something stands for."""
        self.theirs[number] = made
        self.numbers_of_theirs[id(made)] = number

    def construct(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
        """Makes an object of one of the other side's classes there; its number."""
        made = self.ask(number, "call", "", args, kwargs)
        found = self.numbers_of_theirs.pop(id(made), None)
        if found is None:
            raise remote_errors.CannotCross("Calling the class gives back something else than an object of it.")
        return found

    # Asking and answering

    def encode(self, value: Any) -> Any:
        """A value on its own, outside any call."""
        return Codec(self).encode(value)

    def decode(self, data: Any) -> Any:
        """A value on its own, outside any call."""
        return Codec(self).decode(data)

    def ask(self, number: int, op: str, name: str = "", args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        """Does something with an object of the other side; what changed in the arguments is changed here as well."""
        if self.peer is None:
            raise WireError("no connection")
        if self.peer.owed:
            self.settle()
        scope = Scope()
        given = Codec(self, scope).encode([list(args), kwargs or {}])
        try:
            reply = self.peer.request([op, number, name, given], self.deadline)
        except RemoteError as error:
            raise remote_errors.decode(self, error.data, scope) from None
        if type(reply) is not list or len(reply) != 2:
            raise WireError("a reply of another form")
        self.change(scope, reply[1])
        return Codec(self, scope).decode(reply[0])

    def change(self, scope: Scope, changes: Any) -> None:
        """Does to the arguments of a call what the call did to their copies."""
        for place, contents in changes or ():
            _apply(scope, place, Codec(self, scope).decode(contents))

    def answer(self, payload: Any) -> Any:
        """Does what the other side asks with an object of this side."""
        if type(payload) is not list or len(payload) != 4:
            raise WireError("a question of another form")
        op, number, name, given = payload
        subject = self.mine(number)
        scope = Scope()
        decoded = Codec(self, scope).decode(given)
        if type(decoded) is not list or len(decoded) != 2 or type(decoded[0]) is not list:
            raise WireError("a question of another form")
        args, kwargs = decoded
        before = len(scope.objects)
        try:
            result = self._do(op, subject, name, args, kwargs)
        except (WireError, Unanswered):
            raise
        except BaseException as error:
            if self.strict and not isinstance(error, Exception):
                raise  # the alarm that stops a test, Ctrl-C
            raise RemoteError(remote_errors.encode(self, error, _changes(self, scope, before, given))) from None
        changes = _changes(self, scope, before, given)
        return [Codec(self, scope).encode(result), changes]

    def _do(self, op: Any, subject: Any, name: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if type(name) is not str or (self.strict and not self._may(subject, name)):
            raise WireError("something that is not lent")
        if op == "get":
            return getattr(subject, name)
        if op == "call":
            if name in SPECIAL:
                return getattr(type(subject), name)(subject, *args, **kwargs)
            return (getattr(subject, name) if name else subject)(*args, **kwargs)
        if self.strict:
            raise WireError("something that is not lent")
        if op == "set":
            return setattr(subject, name, args[0])
        raise WireError("an unknown question")

    def _may(self, subject: Any, name: str) -> bool:
        """Whether the student's side may use that name of an object of this side; "" is calling it."""
        if not name or name == "__call__":
            return callable(subject)
        of_tests = type(subject).__module__.startswith(_DEFINED_BY_TESTS) and not isinstance(subject, type)
        return of_tests and (name in SPECIAL or not name.startswith("_"))


def is_installed(module: str) -> bool:
    """Whether a module belongs to an installed library."""
    file = getattr(sys.modules.get(module.partition(".")[0]), "__file__", None) or ""
    return "site-packages" in file or "dist-packages" in file


def _is_error(value: type) -> bool:
    return issubclass(value, BaseException)


def _defines(value: type, name: str) -> bool:
    found = getattr(value, name, None)
    return found is not None and found is not getattr(object, name, None)


def _is_member(name: str, part: Any) -> bool:
    if name in ("__init__",):
        return True
    return not (name.startswith("__") and name.endswith("__")) and (
        isinstance(part, types.FunctionType | classmethod | staticmethod | property)
    )


def _member(part: Any, objects: Objects) -> list[Any]:
    if isinstance(part, property):
        return ["property", None, _text(part.__doc__)]
    kind = {classmethod: "class", staticmethod: "static"}.get(type(part), "method")
    function = getattr(part, "__func__", part)
    return [kind, _signature(function, objects), _text(getattr(function, "__doc__", ""))]


def _function(value: Any, objects: Objects) -> dict[str, Any]:
    name = getattr(value, "__name__", type(value).__name__)
    module = getattr(value, "__module__", None)
    if type(value).__name__ == "ufunc":
        module = "numpy"
    known = named_function(module, name)
    return {
        "kind": "function",
        "name": str(name),
        "doc": _text(getattr(value, "__doc__", "")),
        "signature": _signature(value, objects),
        "library": [module, name] if known is value else None,
    }


def named_function(module: Any, name: Any) -> Any:
    """A function of `math` or `operator`, or one of NumPy's ufuncs: both sides have it, so only its name crosses."""
    found = vars(sys.modules[module]).get(name) if module in ("math", "operator", "numpy") else None
    is_one = inspect.isbuiltin(found) if module in ("math", "operator") else type(found).__name__ == "ufunc"
    return found if is_one else None


def _signature(value: Any, objects: Objects) -> Any:
    try:
        parameters = inspect.signature(value).parameters.values()
    except (ValueError, TypeError, NameError):
        return None
    described = []
    for one in parameters:
        default = None if one.default is one.empty else [_plain(one.default, objects)]
        annotation = None if one.annotation is one.empty else [_plain(one.annotation, objects)]
        described.append([one.name, int(one.kind), default, annotation])
    returns = getattr(value, "__annotations__", {}).get("return", inspect.Signature.empty)
    return [described, None if returns is inspect.Signature.empty else [_plain(returns, objects)]]


def _plain(value: Any, objects: Objects) -> Any:
    """A default or an annotation, where it is something simple; its text otherwise."""
    simple = value is None or isinstance(value, bool | int | float | str | bytes | tuple)
    if simple or named(getattr(value, "__module__", ""), getattr(value, "__qualname__", "")) is value:
        return objects.encode(value)
    if type(value).__name__ in ("GenericAlias", "UnionType", "Union"):
        return objects.encode(value)
    return _text(repr(value))


def _text(value: Any) -> str:
    return value[:20_000].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _changes(objects: Objects, scope: Scope, before: int, given: Any) -> Any:
    """[number, contents] of the arguments that are not any more what they were; None when all are."""
    if before <= 2:  # nothing but the two containers that every question has
        return None
    # Encoded again in the same order, what nobody changed is the same as what came.
    again = Codec(objects).encode(scope.objects[0])
    if again == given or msgpack.packb(again) == msgpack.packb(given):
        return None
    codec = Codec(objects, scope)
    return [[place, codec.contents(scope.objects[place], 0, -1)] for place in range(2, before)]


def _apply(scope: Scope, place: Any, fresh: Any) -> None:
    """Makes a container of this side what the call made of its copy on the other."""
    if type(place) is not int or not 0 <= place < len(scope.objects):
        raise WireError("a change of nothing")
    old = scope.objects[place]
    if type(old) is not type(fresh):
        raise WireError("a change into something else")
    if isinstance(old, list):
        old[:] = fresh
    elif isinstance(old, dict | set):
        old.clear()
        old.update(fresh)
    elif isinstance(old, bytearray):
        old[:] = fresh
    elif hasattr(old, "rotate"):  # a deque
        old.clear()
        old.extend(fresh)
    else:
        from autograder.sandbox import codec_arrays

        codec_arrays.become(old, fresh)
