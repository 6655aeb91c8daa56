"""How a part of a notebook's text handles names: which it uses, calls and changes, and whose they are."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from autograder.slicing.effects import Effects, closure
from autograder.slicing.expressions import roots
from autograder.slicing.vocabulary import (
    ALL_BUILTINS,
    BEYOND,
    CHANGES_ARGUMENTS,
    CHANGES_ITSELF,
    EVERYTHING,
    HARMLESS,
    IN_PLACE,
    READS,
    SETTINGS,
    WAYS_IN,
)


@dataclass
class Names(ast.NodeVisitor):
    """Goes through a cell. `local` are the names of the functions it is in; `given` those that the cell itself gave."""

    libraries: frozenset[str]
    mark: str
    binds: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    used_up: set[str] = field(default_factory=set)
    calls: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    stores: Counter[str] = field(default_factory=Counter)
    same: list[tuple[str, str]] = field(default_factory=list)
    defines: set[str] = field(default_factory=set)
    changed_in: dict[str, set[str]] = field(default_factory=dict)
    parameters_of: dict[str, frozenset[str]] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    beyond: bool = False
    settings: bool = False
    opaque: bool = False
    mentions: dict[str, set[str]] = field(default_factory=dict)
    remembers: set[str] = field(default_factory=set)
    reaches: dict[str, set[str]] = field(default_factory=dict)
    local: list[frozenset[str]] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    outermost: str = ""
    in_class: bool = False

    def effects(self) -> Effects:
        alters = {
            name
            for name, changed in self.changed_in.items()
            if closure(changed, self.aliases) & self.parameters_of.get(name, frozenset())
        }
        return Effects(
            frozenset(self.binds),
            frozenset(self.uses),
            frozenset(closure(self.touched, self.aliases)),
            tuple((name, frozenset(others)) for name, others in self.aliases.items()),
            frozenset(self.used_up),
            tuple(self.calls),
            frozenset(name for name, times in self.stores.items() if times > 0),
            tuple(self.same),
            frozenset(self.defines),
            frozenset(alters),
            frozenset(self.imports),
            self.beyond,
            self.settings,
            self.opaque or "_" in self.uses - self.binds,  # what IPython showed last
            tuple((name, frozenset(others)) for name, others in self.mentions.items()),
            frozenset(self.remembers),
            tuple((name, frozenset(others)) for name, others in self.reaches.items()),
        )

    # Names

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._use(node.id)
        elif not self._is_local(node.id):
            self.binds.add(node.id)
            self.stores[node.id] += 1

    def _use(self, name: str) -> None:
        if not self._is_local(name):
            if self.outermost or name not in self.given:
                self.uses.add(name)
            if self.outermost:
                self.mentions.setdefault(self.outermost, set()).add(name)
            self.opaque |= name in EVERYTHING
            self._word(name)

    def _word(self, word: str) -> None:
        self.beyond |= word in BEYOND
        self.settings |= word in SETTINGS

    def _is_local(self, name: str) -> bool:
        return any(name in names for names in self.local)

    def _roots(self, node: ast.expr) -> set[str]:
        """As `roots`, without libraries; a name of a function gets a mark, for other cells have such names, too."""
        return {self._marked(name) for name in roots(node)} - self.libraries - ALL_BUILTINS

    def _marked(self, name: str) -> str:
        return self.mark + name if self._is_local(name) else name

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.opaque |= node.attr in WAYS_IN or (node.attr == "modules" and roots(node.value) == {"sys"})
        self._word(node.attr)
        if not isinstance(node.ctx, ast.Load):
            self._store(node.value)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._store(node.value)
        self.generic_visit(node)

    def _store(self, owner: ast.expr) -> None:
        # A library's own settings are another thing than what is kept in its objects; figures are for the eye only.
        self.settings |= bool(roots(owner) & (self.libraries | ALL_BUILTINS) - {"plt"})
        self._change(self._roots(owner))

    def _change(self, names: Collection[str]) -> None:
        self.touched.update(names)
        if self.outermost:
            self.changed_in.setdefault(self.outermost, set()).update(names)
            # A function that changes what is not its own may remember something from one call to the next.
            outer = {name for name in names if not name.startswith(self.mark)}
            self.reaches.setdefault(self.outermost, set()).update(outer)

    def _answer(self, node: ast.expr) -> str:
        """The exercise of which an expression is the answer, as in `lesson.use("length")`; or nothing."""
        match node:
            case ast.Call(ast.Attribute(ast.Name(owner), "use"), [ast.Constant(str(exercise))]):
                return exercise if owner in self.libraries else ""
        return ""

    # Calls

    def visit_Call(self, node: ast.Call) -> None:
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        names = frozenset(name for one in given for name in self._roots(one))
        if isinstance(node.func, ast.Name):
            called = node.func.id
            if called in CHANGES_ARGUMENTS or called == "next":
                self._change(names)
            elif called not in HARMLESS and called not in self.libraries:
                self.calls.append((self._marked(called), names))
        elif isinstance(node.func, ast.Attribute):
            self._call_method(self._roots(node.func.value), node.func.attr, names)
            if any(keyword.arg in IN_PLACE for keyword in node.keywords):
                self._change(names | self._roots(node.func.value))
        elif answer := self._answer(node.func):
            self.same.append((answer, answer))
            self.calls.append((answer, names))
        else:
            self._change(names | self._roots(node.func))
        if answer := self._answer(node):
            self.uses.add(answer)
        self.generic_visit(node)

    def _call_method(self, own: set[str], method: str, given: frozenset[str]) -> None:
        if method in CHANGES_ARGUMENTS or (own and method not in READS and method not in CHANGES_ITSELF):
            self._change(given)
        if own and method not in READS:
            self._change(own)
            for name in own:
                self.aliases.setdefault(name, set()).update(given - {name})
