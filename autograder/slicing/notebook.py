"""Which parts of a lesson no mark depends on: a backward slice of the notebook, as in Weiser, "Program slicing" (1981).

Most cells of a lesson show something: they draw figures, train models, print tables. Marks come from the student's
answers and from whatever these need. Something is left out only where its text shows that it can't matter (see
`effects`), and only if it is the course's own, unchanged: what a student has written always runs. A cell is left out
whole, or from some statement to its end: what stands before a statement that is needed may stop the cell there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from autograder.slicing.effects import Effects, closure
from autograder.slicing.reader import effects_of

MOST_CELLS: Final = 400
MOST_CHARACTERS: Final = 60_000
"""Where somebody has written more, looking for what is needless might take longer than running everything."""
_OTHER_ENDS_OF_LINES: Final = re.compile(r"[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True)
class Cell:
    """A code cell's text, and whether it is the course's."""

    source: str
    by_course: bool


@dataclass(frozen=True)
class _Part:
    """A statement of one of the course's cells, or another cell, whole.

    first: the number of its cell's first part. end: how far the cell's text goes with it.
    """

    cell: int
    first: int
    source: str
    end: int
    effects: Effects


def needed(cells: Sequence[Cell], names: Mapping[str, Sequence[str]], *, files: bool) -> list[str]:
    """Of each cell the text without which an answer might be another one: all of it, its beginning or nothing.

    names: of each exercise, those by which its tests look up the answer. files: whether some answers are files.
    """
    if len(cells) > MOST_CELLS or sum(len(cell.source) for cell in cells if not cell.by_course) > MOST_CHARACTERS:
        return [cell.source for cell in cells]
    parts = _parts(cells)
    effects = [part.effects for part in parts]
    aliases: dict[str, set[str]] = {exercise: set(several) for exercise, several in names.items()}
    for each in effects:
        for name, others in each.aliases:
            aliases.setdefault(name, set()).update(others)
    changes = _changes(effects, names, aliases)
    # What nobody has answered can't be changed. Magics of a student's may define what their text does not say.
    anything = any(part.effects.settings and not cells[part.cell].by_course for part in parts)
    binds = {name for each in effects for name in each.binds}
    given = {exercise for exercise, several in names.items() if anything or not binds.isdisjoint(several)}
    used = {*given, *(name for exercise in given for name in names[exercise])}
    beyond = files
    stay: set[int] = set()
    new = {number for number, part in enumerate(parts) if not cells[part.cell].by_course or part.effects.settings}
    while new:
        new = {before for number in new for before in range(parts[number].first, number + 1) if before not in stay}
        if any(effects[number].opaque for number in new):
            return [cell.source for cell in cells]
        stay |= new
        for number in new:
            used |= effects[number].uses
            beyond |= effects[number].beyond
        # An object that is used may be changed by any other name that it has.
        objects = closure(used, aliases)
        new = {
            number
            for number, each in enumerate(effects)
            if number not in stay
            and (
                each.opaque
                or (beyond and each.beyond)
                or not used.isdisjoint(each.binds)
                or not objects.isdisjoint(changes[number])
            )
        }
    kept = [""] * len(cells)
    for number in sorted(stay):
        kept[parts[number].cell] = cells[parts[number].cell].source[: parts[number].end]
    return kept


def _parts(cells: Sequence[Cell]) -> list[_Part]:
    texts = [(number, text, end) for number, cell in enumerate(cells) for text, end in _texts(cell)]
    libraries = frozenset(name for cell, text, _ in texts for name in _effects(cells[cell], text).imports)
    parts: list[_Part] = []
    for cell, text, end in texts:
        before = parts[-1] if parts and parts[-1].cell == cell else None
        effects = _effects(cells[cell], text, libraries)
        parts.append(_Part(cell, before.first if before else len(parts), text, end, effects))
    return parts


def _effects(cell: Cell, *text: Any) -> Effects:
    # The course's cells are the same for everybody; what a student has written is not worth remembering.
    return effects_of(*text) if cell.by_course else effects_of.__wrapped__(*text)


def _texts(cell: Cell) -> Sequence[tuple[str, int]]:
    return _statements(cell.source) if cell.by_course else [(cell.source, len(cell.source))]


@lru_cache(maxsize=4096)
def _statements(source: str) -> Sequence[tuple[str, int]]:
    """Each statement's text, and where in the cell it ends; the whole cell as one where that can't be told."""
    whole = [(source, len(source))]
    if _OTHER_ENDS_OF_LINES.search(source):
        return whole
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return whole
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found = []
    for node in body:
        last = (node.end_lineno or 1) - 1
        column = len(lines[last].encode()[: node.end_col_offset].decode())
        found.append((ast.unparse(node), starts[last] + column))
    return found


def _changes(
    effects: Sequence[Effects], names: Mapping[str, Sequence[str]], aliases: dict[str, set[str]]
) -> list[frozenset[str]]:
    """For each part all names whose objects it may change, by what it calls or hands on as well."""
    stands_for: dict[str, set[str]] = {exercise: set(several) for exercise, several in names.items()}
    reaches: dict[str, set[str]] = {}
    for each in effects:
        for pairs, found in (
            (each.aliases, stands_for),
            (each.mentions, stands_for),
            (each.reaches, reaches),
            ([(name, {name}) for name in each.remembers | each.used_up], reaches),
        ):
            for name, others in pairs:
                found.setdefault(name, set()).update(others)
    only_exercises = set(names).difference(*names.values())
    defines, alters = _functions(effects, names)
    remembering = {name for each in effects for name in each.remembers | each.used_up}
    plain = defines - remembering - {name for name in reaches if reaches[name] - defines}
    changes = []
    for each in effects:
        changed = set(each.changes)
        for called, given in each.calls:
            if called not in defines:  # it may be anything that can be called, with a state of its own
                changed.add(called)
            if called not in defines or called in alters:
                changed |= given
        changed = closure(changed, aliases)
        for name in closure(each.uses, stands_for):
            changed |= reaches.get(name, set())
        # A function is not changed by what is done to a thing that it was given to, nor is an exercise.
        changes.append(frozenset(closure(changed, aliases) - (plain - each.changes) - only_exercises))
    return changes


def _functions(effects: Sequence[Effects], names: Mapping[str, Sequence[str]]) -> tuple[set[str], set[str]]:
    """The names of all functions and classes of the notebook, and of those that may change their arguments."""
    defines = {name for each in effects for name in each.defines}
    alters = {name for each in effects for name in each.alters}
    same = [(name, names.get(other, (other,))) for each in effects for name, other in each.same]
    size = -1
    while size != (size := len(defines) + len(alters)):  # a name may be another one's, and that a third one's
        defines |= {name for name, others in same if others and defines.issuperset(others)}
        alters |= {name for name, others in same if not alters.isdisjoint(others)}
    return defines.difference(*(each.assigns for each in effects)), alters
