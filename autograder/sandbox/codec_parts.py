"""Parts of values on their way over the wire, many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

_AS_THEY_ARE: Final = {type(None), bool, int, float, bytes, str}


class WireError(Exception):
    """What came, or was to be sent, is not what the wire carries."""


def are_plain(values: list[Any]) -> bool:
    """Whether msgpack can say all of these as they are: text without halves of characters, integers of 64 bits."""
    kinds = set(map(type, values))
    if not kinds <= _AS_THEY_ARE:
        return False
    if str in kinds:
        text = "".join(value for value in values if type(value) is str)
        if not text.isascii() and text.encode("utf-8", "ignore").decode() != text:
            return False
    whole = [value for value in values if type(value) is int] if int in kinds else [0]
    return min(whole) >= -(1 << 63) and max(whole) < 1 << 64


class Parts:
    """Encodes or decodes what stands inside a value: one part when called, or `all` of a list."""

    def __init__(self, one: Callable[[Any, int], Any], several: Callable[[Any, int], list[Any]], depth: int) -> None:
        self._one = one
        self._several = several
        self._depth = depth

    def __call__(self, part: Any) -> Any:
        return self._one(part, self._depth)

    def all(self, parts: Any) -> list[Any]:
        return self._several(parts, self._depth)


def union_of(kind: str, parts: list[Any]) -> Any:
    """A type made of types: `list[int]`, or `int | str`."""
    if kind == "GenericAlias":
        return parts[0][tuple(parts[1:])]
    union = parts[1]
    for other in parts[2:]:
        union = union | other
    return union
