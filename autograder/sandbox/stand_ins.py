"""Builds stand-ins: functions, classes and objects here that stand for those of the other process."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable
from typing import Any, Final

from autograder.sandbox import remote_errors
from autograder.sandbox.codec import named
from autograder.sandbox.codec_parts import WireError
from autograder.sandbox.objects import SPECIAL, Objects, named_function

MODULE: Final = "student"
"""The module that stand-ins of the student's classes say they are from."""
_MOST_MEMBERS: Final = 500


def make(objects: Objects, description: dict[str, Any]) -> Any:
    """The stand-in that a description asks for. Raises WireError for a malformed one."""
    try:
        kind = description["kind"]
        if kind == "function":
            return _function(objects, description)
        if kind == "class":
            return _class(objects, description)
        if kind == "object":
            return _object(objects, description)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise WireError(f"a malformed description ({type(error).__name__})") from None
    raise WireError("a description of an unknown kind")


def _name(text: Any) -> str:
    if type(text) is not str or not text.isidentifier() or len(text) > 200:
        raise WireError("a name that is none")
    return text


def _function(objects: Objects, description: dict[str, Any]) -> Any:
    library = description.get("library")
    if type(library) is list and (known := named_function(*library)) is not None:
        return known
    number = description["id"]

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        return objects.ask(number, "call", "", args, kwargs)

    _dress(stand_in, objects, description["name"], description.get("doc"), description.get("signature"))
    return stand_in


def _dress(function: Callable[..., Any], objects: Objects, name: Any, doc: Any, signature: Any) -> None:
    """Gives a stand-in the name, text and signature of what it stands for."""
    name = name if type(name) is str and len(name) < 200 else "answer"
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc if type(doc) is str and doc else None
    function.__module__ = MODULE
    if type(signature) is not list:
        return
    parameters, annotations = [], {}
    for called, kind, default, annotation in signature[0]:
        empty = inspect.Parameter.empty
        given = objects.decode(default[0]) if default is not None else empty
        hint = objects.decode(annotation[0]) if annotation is not None else empty
        if hint is not empty:
            annotations[called] = hint
        if keyword.iskeyword(called):
            return
        parameters.append(
            inspect.Parameter(_name(called), list(inspect._ParameterKind)[kind], default=given, annotation=hint)
        )
    returns = objects.decode(signature[1][0]) if signature[1] is not None else inspect.Signature.empty
    if returns is not inspect.Signature.empty:
        annotations["return"] = returns
    function.__signature__ = inspect.Signature(parameters, return_annotation=returns)  # type: ignore[attr-defined]
    function.__annotations__ = annotations


class Remote:
    """An object of the other process: what is asked of it is asked there."""

    _groundwork: tuple[Objects, int]

    def __getattr__(self, name: str) -> Any:
        if name == "_groundwork" or (name.startswith("__") and name.endswith("__") and name != "__dict__"):
            raise AttributeError(name)
        objects, number = self._groundwork
        return objects.ask(number, "get", name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_groundwork" or (isinstance(self, BaseException) and name in _OF_ERRORS):
            object.__setattr__(self, name, value)
        else:
            objects, number = self._groundwork
            objects.ask(number, "set", name, (value,))


_OF_ERRORS: Final = {"args", "student_trace", "__traceback__", "__context__", "__cause__", "__suppress_context__"}


class _RemoteClass(type):
    """The type of stand-ins for classes: class attributes are looked up on the other side."""

    def __getattr__(cls, name: str) -> Any:
        bound = cls.__dict__.get("_groundwork_class")
        if bound is None or (name.startswith("__") and name.endswith("__")):
            raise AttributeError(name)
        objects, number = bound
        return objects.ask(number, "get", name)


def _class(objects: Objects, description: dict[str, Any]) -> type:
    number = description["id"]
    library = description.get("library")
    real = named(*library) if type(library) is list else None
    if len(description["members"]) + len(description["special"]) > _MOST_MEMBERS:
        raise WireError(f"a class with more than {_MOST_MEMBERS} members")
    own: dict[str, Any] = {
        "__module__": MODULE,
        "__doc__": description.get("doc") or None,
        "_groundwork_class": (objects, number),
        "__init__": _constructor(objects, number),
    }
    for name, (kind, signature, doc) in description["members"].items():
        own[_name(name)] = _member(objects, number, name, kind, signature, doc)
    for name in description["special"]:
        if name in SPECIAL:
            own[name] = _method(objects, name)
    if "__eq__" in own and "__hash__" not in own:
        own["__hash__"] = None
    if real is not None:
        own["__class__"] = property(lambda self: real)
    return _RemoteClass(_name(description["name"]), _bases(objects, description), own)


def _bases(objects: Objects, description: dict[str, Any]) -> tuple[type, ...]:
    bases = [objects.decode(base) for base in description["bases"]]
    remote = tuple(base for base in bases if isinstance(base, _RemoteClass))
    error = next((found for names in description["error"] or () if (found := remote_errors.error_type(*names))), None)
    if error is None:
        return remote or (Remote,)
    return remote or (Remote, error if issubclass(error, Exception) else Exception)


def _constructor(objects: Objects, class_number: int) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        made = objects.construct(class_number, args, kwargs)
        object.__setattr__(self, "_groundwork", (objects, made))
        objects.adopt(made, self)

    return __init__


def _method(objects: Objects, name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return objects.ask(self._groundwork[1], "call", name, args, kwargs)

    method.__name__ = method.__qualname__ = name
    return method


def _member(objects: Objects, class_number: int, name: str, kind: Any, signature: Any, doc: Any) -> Any:
    if name == "__init__":
        made = _constructor(objects, class_number)
        _dress(made, objects, name, doc, signature)
        return made
    if kind == "property":
        return property(
            lambda self: objects.ask(self._groundwork[1], "get", name),
            lambda self, value: objects.ask(self._groundwork[1], "set", name, (value,)),
            doc=doc if type(doc) is str else None,
        )
    if kind in ("class", "static"):

        def of_the_class(*args: Any, **kwargs: Any) -> Any:
            return objects.ask(class_number, "call", name, args, kwargs)

        return staticmethod(of_the_class)
    method = _method(objects, name)
    _dress(method, objects, name, doc, signature)
    return method


def _object(objects: Objects, description: dict[str, Any]) -> Any:
    """An object that the other side made: its class's stand-in, without running a constructor."""
    cls = objects.decode(description["class"])
    if not isinstance(cls, _RemoteClass):
        cls = _of_a_known_type(cls)
    made = cls.__new__(cls)
    object.__setattr__(made, "_groundwork", (objects, description["id"]))
    return made


def _of_a_known_type(real: Any) -> Any:
    """A class for objects of a type that both sides have, but whose values do not cross (an iterator, a module)."""
    if not isinstance(real, type):
        raise WireError("an object without a class")
    special = {
        name for name in SPECIAL if hasattr(real, name) and getattr(real, name) is not getattr(object, name, None)
    }
    own: dict[str, Any] = {name: _passed_on(name) for name in special}
    own["__class__"] = property(lambda self: real)
    return type(real.__name__, (Remote,), own)


def _passed_on(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        objects, number = self._groundwork
        return objects.ask(number, "call", name, args, kwargs)

    return method
