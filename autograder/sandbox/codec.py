"""Turns values into msgpack and back, by type and never by pickle; what is not plain data crosses as a handle.

Every compound value is a list whose first item is a tag. Containers that can be changed carry a number, so that
a value met twice in one call arrives as one value, and so that what a call changes in its arguments can be told
to whoever made the call (`Scope`).
"""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import pathlib
import random
import sys
import typing
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

from autograder.sandbox.codec_parts import Parts, WireError, are_plain, union_of

MOST_DEPTH: Final = 100
MOST_NODES: Final = 2_000_000


class Handles(Protocol):
    """Gives objects that can't cross a number, and makes stand-ins for those of the other side."""

    def export(self, value: Any) -> Any:
        """A description of an object of this side, plain data."""

    def stand_in(self, description: Any) -> Any:
        """An object of this side that stands for one of the other, or this side's own one come back."""


class Scope:
    """The containers seen in one call, by number, on both sides alike."""

    def __init__(self) -> None:
        self.objects: list[Any] = []
        self.numbers: dict[int, int] = {}

    def add(self, value: Any) -> int:
        self.objects.append(value)
        self.numbers[id(value)] = len(self.objects) - 1
        return len(self.objects) - 1

    def replace(self, number: int, value: Any) -> None:
        """Puts the finished object where a place was kept for it."""
        self.objects[number] = value
        self.numbers[id(value)] = number


_REF, _HANDLE, _INT, _TEXT, _COMPLEX, _TUPLE, _FROZEN, _TYPE, _ALIAS, _SPECIAL, _SLICE, _RANGE, _BY_TEXT = range(13)
_LIST, _DICT, _SET, _DEQUE, _BYTES, _ARRAY, _TENSOR, _SCALAR, _RANDOM, _GENERATOR, _PANDAS, _FIELDS = range(20, 32)

_PLAIN: Final = {type(None), bool, float, bytes}
_DICTS: Final[dict[str, type[Any]]] = {
    "dict": dict,
    "Counter": collections.Counter,
    "OrderedDict": collections.OrderedDict,
    "defaultdict": collections.defaultdict,
}
_BY_TEXTS: Final[dict[str, tuple[type[Any], Callable[[Any], str], Callable[[str], Any]]]] = {
    "Decimal": (decimal.Decimal, str, decimal.Decimal),
    "Fraction": (fractions.Fraction, str, fractions.Fraction),
    "datetime": (datetime.datetime, datetime.datetime.isoformat, datetime.datetime.fromisoformat),
    "date": (datetime.date, datetime.date.isoformat, datetime.date.fromisoformat),
    "time": (datetime.time, datetime.time.isoformat, datetime.time.fromisoformat),
    "timedelta": (
        datetime.timedelta,
        lambda value: f"{value.days} {value.seconds} {value.microseconds}",
        lambda text: datetime.timedelta(*map(int, text.split())),
    ),
    "PosixPath": (pathlib.PosixPath, str, pathlib.Path),
    "WindowsPath": (pathlib.WindowsPath, str, pathlib.Path),
    "PurePosixPath": (pathlib.PurePosixPath, str, pathlib.PurePosixPath),
}
_SPECIALS: Final[dict[str, Any]] = {"...": ..., "NotImplemented": NotImplemented}
NAMED_FROM: Final = frozenset(
    {"builtins", "collections", "datetime", "decimal", "fractions", "numpy", "pandas", "types", "typing"}
)
"""Top-level modules whose types may be named on the wire."""


def named(module: str, name: str) -> Any:
    """A type of an already imported module, or None. Nothing is imported because somebody names it."""
    if not isinstance(module, str) or not isinstance(name, str) or module.partition(".")[0] not in NAMED_FROM:
        return None
    if module == "builtins" and name == "NoneType":  # a type that builtins doesn't name
        return type(None)
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = vars(found).get(part) if found is not None and hasattr(found, "__dict__") else None
    return found if isinstance(found, type) else None


class Codec:
    """Encodes and decodes the values of one message; both directions share the call's `scope`."""

    def __init__(self, handles: Handles, scope: Scope | None = None) -> None:
        self.handles = handles
        self.scope = scope or Scope()
        self._nodes = 0

    def _count(self, depth: int, values: int = 1) -> None:
        self._nodes += values
        if depth > MOST_DEPTH:
            raise WireError(f"a value nested more than {MOST_DEPTH} deep")
        if self._nodes > MOST_NODES:
            raise WireError(f"more than {MOST_NODES:,} values")

    # From values to plain data

    def encode(self, value: Any, depth: int = 0) -> Any:
        """The value as plain data for msgpack. Raises WireError for what is too deep or too large."""
        self._count(depth)
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is int:
            return value if -(1 << 63) <= value < 1 << 64 else [_INT, hex(value)]
        if kind is str:
            return (
                value
                if value.encode("utf-8", "ignore").decode() == value
                else [_TEXT, value.encode("utf-8", "surrogatepass")]
            )
        known = self.scope.numbers.get(id(value))
        if known is not None:
            return [_REF, known]
        contents = self.contents(value, depth)
        if contents is not None:
            return contents
        return self._unchanging(value, kind, depth)

    def encode_all(self, values: list[Any], depth: int) -> list[Any]:
        """Each of the values as plain data; text, truths and numbers all at once."""
        if not are_plain(values):
            return [self.encode(item, depth) for item in values]
        self._count(depth, len(values))
        return values

    def contents(self, value: Any, depth: int = 0, number: int | None = None) -> Any:
        """A container that can be changed, as plain data with its number; None for anything else."""
        kind = type(value)
        if kind is list or kind is collections.deque:
            number = self.scope.add(value) if number is None else number
            tag = _LIST if kind is list else _DEQUE
            return [tag, number, self.encode_all(list(value), depth + 1)]
        if _DICTS.get(kind.__name__) is kind:
            number = self.scope.add(value) if number is None else number
            factory = getattr(value, "default_factory", None)
            pairs = [[self.encode(key, depth + 1), self.encode(item, depth + 1)] for key, item in list(value.items())]
            return [_DICT, number, kind.__name__, pairs, None if factory is None else self.encode(factory, depth + 1)]
        if kind is set:
            number = self.scope.add(value) if number is None else number
            return [_SET, number, self._unordered(value, depth)]
        if kind is bytearray:
            number = self.scope.add(value) if number is None else number
            return [_BYTES, number, bytes(value)]
        if kind is random.Random:
            number = self.scope.add(value) if number is None else number
            version, state, gauss = value.getstate()
            return [_RANDOM, number, version, list(state), gauss]
        module = kind.__module__.partition(".")[0]
        if module in ("numpy", "pandas", "torch"):
            return self._of_a_library(value, module, depth, number)
        return None

    def _of_a_library(self, value: Any, module: str, depth: int, number: int | None) -> Any:
        if module == "pandas":
            from autograder.sandbox import codec_frames

            if not codec_frames.is_frame(value):
                return None
            number = self.scope.add(value) if number is None else number
            return [_PANDAS, number, codec_frames.encode(value, Parts(self.encode, self.encode_all, depth + 1))]
        from autograder.sandbox import codec_arrays

        if (tensor := codec_arrays.tensor(value)) is not None:
            number = self.scope.add(value) if number is None else number
            return [_TENSOR, number, *tensor]
        if (array := codec_arrays.array(value)) is not None:
            number = self.scope.add(value) if number is None else number
            return [_ARRAY, number, *array]
        if (state := codec_arrays.generator(value)) is not None:
            number = self.scope.add(value) if number is None else number
            return [_GENERATOR, number, self.encode(state, depth + 1)]
        return None

    def _unordered(self, values: Iterable[Any], depth: int) -> list[Any]:
        import msgpack

        # Two processes may walk equal sets in different orders; sorted, equal sets are equal bytes.
        return sorted((self.encode(item, depth + 1) for item in list(values)), key=msgpack.packb)

    def _unchanging(self, value: Any, kind: type, depth: int) -> Any:
        if kind is tuple:
            return [_TUPLE, [self.encode(item, depth + 1) for item in value]]
        if isinstance(value, tuple) and isinstance(names := getattr(value, "_fields", None), tuple):
            fields = [self.encode(item, depth + 1) for item in tuple(value)]
            return [_FIELDS, kind.__name__, [str(name) for name in names], fields]
        if kind is frozenset:
            return [_FROZEN, self._unordered(value, depth)]
        if kind is complex:
            return [_COMPLEX, value.real, value.imag]
        if kind is slice:
            return [_SLICE, *(self.encode(part, depth + 1) for part in (value.start, value.stop, value.step))]
        if kind is range:
            return [_RANGE, *(self.encode(part, depth + 1) for part in (value.start, value.stop, value.step))]
        for name, special in _SPECIALS.items():
            if value is special:
                return [_SPECIAL, name]
        by_text = _BY_TEXTS.get(kind.__name__)
        if by_text is not None and by_text[0] is kind:
            return [_BY_TEXT, kind.__name__, by_text[1](value)]
        if kind.__module__.partition(".")[0] in ("numpy", "pandas"):
            from autograder.sandbox import codec_arrays

            if (scalar := codec_arrays.scalar(value)) is not None:
                return [_SCALAR, *scalar]
        if isinstance(value, type) and named(value.__module__, value.__qualname__) is value:
            return [_TYPE, value.__module__, value.__qualname__]
        if kind.__name__ in ("GenericAlias", "UnionType", "Union"):
            return [
                _ALIAS,
                kind.__name__,
                *(self.encode(part, depth + 1) for part in (typing.get_origin(value), *typing.get_args(value))),
            ]
        return [_HANDLE, self.handles.export(value)]

    # And back

    def decode(self, data: Any, depth: int = 0) -> Any:
        """The value that plain data stands for. Raises WireError for anything malformed."""
        self._count(depth)
        if type(data) in _PLAIN or type(data) is int or type(data) is str:
            return data
        try:
            return self._decode(data[0], data[1:], depth)
        except (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, ArithmeticError) as error:
            raise WireError(f"a malformed value ({type(error).__name__})") from None

    def _decode(self, tag: int, parts: list[Any], depth: int) -> Any:
        part = Parts(self.decode, self._decode_all, depth + 1)
        if tag in _CHANGEABLE:
            return self._decode_container(tag, parts, part)
        if tag == _REF:
            return self._known(parts[0])
        if tag == _HANDLE:
            return self.handles.stand_in(parts[0])
        if tag == _INT:
            return int(_short(parts[0]), 16)
        if tag == _TEXT:
            return bytes(parts[0]).decode("utf-8", "surrogatepass")
        if tag == _COMPLEX:
            return complex(parts[0], parts[1])
        if tag == _TUPLE:
            return tuple(part(item) for item in parts[0])
        if tag == _FIELDS:
            return collections.namedtuple(parts[0], parts[1])(*map(part, parts[2]))
        if tag == _FROZEN:
            return frozenset(part(item) for item in parts[0])
        if tag in (_SLICE, _RANGE):
            return (slice if tag == _SLICE else range)(*(part(item) for item in parts))
        if tag == _SPECIAL:
            return _SPECIALS[parts[0]]
        if tag == _BY_TEXT:
            return _BY_TEXTS[parts[0]][2](_short(parts[1]))
        if tag == _SCALAR:
            from autograder.sandbox import codec_arrays

            return codec_arrays.decode_scalar(*parts)
        if tag == _TYPE:
            found = named(*parts)
            if found is None:
                raise WireError("a type that is not on the list")
            return found
        if tag == _ALIAS:
            return union_of(parts[0], [part(item) for item in parts[1:]])
        raise WireError(f"an unknown tag, {tag}")

    def _decode_all(self, items: Any, depth: int) -> list[Any]:
        if type(items) is list and are_plain(items):
            self._count(depth, len(items))
            return items
        return [self.decode(item, depth) for item in items]

    def _known(self, number: Any) -> Any:
        if type(number) is not int or not 0 <= number < len(self.scope.objects):
            raise WireError("a reference to nothing")
        return self.scope.objects[number]

    def _decode_container(self, tag: int, parts: list[Any], part: Parts) -> Any:
        if tag in (_LIST, _DEQUE, _SET):
            empty: Any = [] if tag == _LIST else collections.deque() if tag == _DEQUE else set()
            self._numbered(parts[0], empty)
            (empty.update if tag == _SET else empty.extend)(part.all(parts[1]))
            return empty
        if tag == _DICT:
            found: Any = _DICTS[parts[1]]()
            self._numbered(parts[0], found)
            for key, item in parts[2]:
                found[part(key)] = part(item)
            if parts[3] is not None:
                found.default_factory = part(parts[3])
            return found
        number = self._numbered(parts[0], None)
        made = self._made(tag, parts[1:], part)
        if number >= 0:
            self.scope.replace(number, made)
        return made

    def _made(self, tag: int, parts: list[Any], part: Parts) -> Any:
        if tag == _BYTES:
            return bytearray(parts[0])
        if tag == _RANDOM:
            chance = random.Random()
            chance.setstate((parts[0], tuple(parts[1]), parts[2]))
            return chance
        if tag == _PANDAS:
            from autograder.sandbox import codec_frames

            return codec_frames.decode(parts[0], part)
        from autograder.sandbox import codec_arrays

        if tag == _TENSOR:
            return codec_arrays.decode_tensor(*parts)
        if tag == _GENERATOR:
            return codec_arrays.decode_generator(part(parts[0]))
        return codec_arrays.decode_array(*parts)

    def _numbered(self, number: Any, value: Any) -> int:
        if number == -1:  # what a container that is known already holds now
            return -1
        if number != len(self.scope.objects):
            raise WireError("a container with a wrong number")
        return self.scope.add(value)


_CHANGEABLE: Final = frozenset({_LIST, _DICT, _SET, _DEQUE, _BYTES, _ARRAY, _TENSOR, _RANDOM, _GENERATOR, _PANDAS})


def _short(text: Any) -> str:
    if type(text) is not str or len(text) > 100_000:
        raise WireError("a text that is too long for what it stands for")
    return text
