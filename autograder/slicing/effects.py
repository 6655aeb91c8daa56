"""What a part of a notebook may do to the notebook's names.

Everything here errs on one side: where a text leaves open whether it binds, uses or changes a name, it does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Effects:
    """What a cell may do.

    binds:    names that it may give a new meaning.
    uses:     names whose meaning it may ask for.
    changes:  names whose objects it may change. aliases: names, each with those that its object may be a part of.
    used_up:  of its names, those whose objects can be gone through only once.
    calls:    what it calls that no library has, with the names in the arguments.
    assigns:  those of its names that it gives to other things than functions, classes and libraries.
    same:     names that it gives to what has another one: a name, or an exercise whose answer it is.
    alters:   functions defined here that may change their arguments; the others of `defines` do not.
    beyond:   it may read or change what is outside of the notebook: files, processes, the network.
    settings: it may change how Python or a library works.
    opaque:   it may use any name without saying it.
    mentions: of its functions and classes, the names from outside in their bodies.
    remembers: of its functions and classes, those that may keep something from one call to the next.
    reaches:  of them, which names from outside they may change, or give away.
    """

    binds: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    aliases: tuple[tuple[str, frozenset[str]], ...] = ()
    used_up: frozenset[str] = frozenset()
    calls: tuple[tuple[str, frozenset[str]], ...] = ()
    assigns: frozenset[str] = frozenset()
    same: tuple[tuple[str, str], ...] = ()
    defines: frozenset[str] = frozenset()
    alters: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    beyond: bool = False
    settings: bool = False
    opaque: bool = False
    mentions: tuple[tuple[str, frozenset[str]], ...] = ()
    remembers: frozenset[str] = frozenset()
    reaches: tuple[tuple[str, frozenset[str]], ...] = ()


def closure(names: Iterable[str], aliases: Mapping[str, Collection[str]]) -> set[str]:
    """The names, and all that they may stand for."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += aliases.get(name, ())
    return found
