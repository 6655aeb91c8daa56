"""Reads the effects of a part of a notebook off its text."""

from __future__ import annotations

import ast
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

from autograder.slicing.effects import Effects
from autograder.slicing.expressions import LAMBDA, called, names_of, own_nodes, roots, stored
from autograder.slicing.names import Names
from autograder.slicing.vocabulary import ALL_BUILTINS, EVERYTHING, ITERATORS, PLAIN_DECORATORS

_MAGIC: Final = re.compile(r"^\s*[%!?]|\?\s*$")
_WORD: Final = re.compile(r"[^\W\d]\w*")


@lru_cache(maxsize=4096)
def effects_of(source: str, libraries: frozenset[str] = frozenset()) -> Effects:
    """The effects of a cell's text, or of a part. What can't be parsed does nothing but say so, as in the notebook.

    libraries: the names that the notebook imports, wherever it does, and the one of its `Lesson`.
    """
    lines = source.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%writefile "):  # its body is text
        return Effects(beyond=True)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        if not any(_MAGIC.search(line) for line in lines):
            return Effects()
        words = frozenset(_WORD.findall(source))
        opaque = bool(words & EVERYTHING)
        return Effects(binds=words, uses=words, changes=words, beyond=True, settings=True, opaque=opaque)
    reader = _Reader(libraries, mark=f"{zlib.crc32(source.encode('utf-8', 'replace'))}.")
    try:
        reader.visit(tree)
    except RecursionError:
        return Effects(beyond=True, settings=True, opaque=True)
    return reader.effects()


class _Reader(Names):
    """Goes through the statements in order."""

    def visit_Module(self, node: ast.Module) -> None:
        for statement in node.body:
            self.visit(statement)
            # From here on these names have the meaning that the cell itself gave them, whatever they had before.
            match statement:
                case ast.Assign():
                    targets: list[ast.expr] = statement.targets
                case ast.AnnAssign(value=ast.expr()):
                    targets = [statement.target]
                case ast.With():
                    targets = [item.optional_vars for item in statement.items if item.optional_vars is not None]
                case ast.FunctionDef() | ast.ClassDef():
                    targets = [ast.Name(statement.name, ast.Store())]
                case ast.Import() | ast.ImportFrom():
                    names = [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
                    targets = [ast.Name(name, ast.Store()) for name in names]
                case _:
                    targets = []
            self.given.update(stored(targets))

    def visit_Global(self, node: ast.Global) -> None:
        self.binds.update(node.names)
        self.uses.update(node.names)
        self.remembers.add(self.outermost)

    visit_Nonlocal = visit_Global  # type: ignore[assignment]  # just so

    # Statements that give names

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._import(alias.name, alias.asname or alias.name.partition(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.opaque |= alias.name == "*"
            self._import(alias.name, alias.asname or alias.name)

    def _import(self, name: str, called: str) -> None:
        self.opaque |= name in EVERYTHING
        self.imports.add(called)
        if not self._is_local(called):
            self.binds.add(called)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._give(target, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._give(node.target, node.value)
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._give(node.target, node.value)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._change(self._roots(node.target))
        self._give(node.target, node.value)
        if isinstance(node.target, ast.Name):
            self._use(node.target.id)
        self.generic_visit(node)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._give(node.target, node.iter)
        self.visit(node.iter)
        self.visit(node.target)
        before = set(self.given)
        if not self.outermost:
            self.given.update(stored([node.target]))
        for statement in node.body:
            self.visit(statement)
        self.given = before
        for statement in node.orelse:
            self.visit(statement)

    visit_AsyncFor = visit_For

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self._give(item.optional_vars, item.context_expr)
                self.visit(item.optional_vars)
                if not self.outermost:
                    self.given.update(stored([item.optional_vars]))
        for statement in node.body:
            self.visit(statement)

    visit_AsyncWith = visit_With

    def _give(self, target: ast.expr, value: ast.expr) -> None:
        names = stored([target])
        parts = self._roots(value)
        # What its class may do, an object may do whenever it is looked at.
        makers = {name for part in ast.walk(value) if isinstance(part, ast.expr) and (name := called(part))}
        makers -= self.libraries | ALL_BUILTINS
        for name in map(self._marked, names or roots(target)):
            self.aliases.setdefault(name, set()).update(parts - {name})
            self.mentions.setdefault(name, set()).update(makers)
        if isinstance(value, ast.GeneratorExp) or called(value) in ITERATORS:
            self.used_up |= names
        if called(value) == "Lesson":
            self.imports |= names
        together = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            together = [*zip(target.elts, value.elts, strict=True)]
        for left, right in together:
            if not isinstance(left, ast.Name) or self._is_local(left.id):
                continue
            other = right.id if isinstance(right, ast.Name) else self._answer(right)
            if other:
                self.same.append((left.id, other))
                self.aliases.setdefault(left.id, set()).add(other)
            if other or isinstance(right, ast.Lambda):
                self.stores[left.id] -= 1
        if isinstance(value, ast.Lambda):
            self.defines |= names if not self.local else set()

    def visit_Match(self, node: ast.Match) -> None:
        names = [part.name for part in ast.walk(node) if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name]
        for name in names:
            self.aliases.setdefault(self._marked(name), set()).update(self._roots(node.subject))
            if not self._is_local(name):
                self.binds.add(name)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name and not self._is_local(node.name):
            self.binds.add(node.name)
        self.generic_visit(node)

    # Functions and classes

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._define(node.name)
        for decorator in node.decorator_list:
            self._decorate(decorator, node.name)
        arguments = node.args
        for default in (*arguments.defaults, *filter(None, arguments.kw_defaults)):
            self.visit(default)
            self._keep(node.name, default)
            if not isinstance(default, ast.Constant | ast.Name | ast.Attribute | ast.UnaryOp | ast.Tuple | ast.Lambda):
                self.remembers.add(self.outermost or node.name)
        if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(node)):
            self.used_up.add(node.name)
        annotations = [one.annotation for one in ast.walk(arguments) if isinstance(one, ast.arg) and one.annotation]
        for annotation in filter(None, [node.returns, *annotations]):
            self.visit(annotation)
        own = {one.arg for one in (*arguments.posonlyargs, *arguments.args)[:1]} if self.in_class else set()
        with self._body_of(node.name, names_of(arguments), node.body, own):
            for statement in node.body:
                self.visit(statement)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Return(self, node: ast.Return | ast.Yield | ast.YieldFrom) -> None:
        if node.value is not None:
            given = {name for name in self._roots(node.value) if not name.startswith(self.mark)}
            # Whoever has it may change what the function will give the next time.
            self.reaches.setdefault(self.outermost, set()).update(given)
        self.generic_visit(node)

    visit_Yield = visit_YieldFrom = visit_Return

    def visit_Lambda(self, node: ast.Lambda) -> None:
        with self._body_of("", names_of(node.args), [ast.Expr(node.body)]):
            self.visit(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._define(node.name)
        for decorator in node.decorator_list:
            self._decorate(decorator, node.name)
        for base in (*node.bases, *(keyword.value for keyword in node.keywords)):
            self.visit(base)
            self._keep(node.name, base)
        for statement in node.body:
            given = getattr(statement, "value", None)
            if isinstance(given, ast.expr):
                self._keep(node.name, given)
            if isinstance(statement, ast.Assign | ast.AnnAssign) and not isinstance(
                given, ast.Constant | ast.Tuple | ast.UnaryOp | None
            ):  # all objects of the class share it
                self.remembers.add(self.outermost or node.name)
        with self._body_of(node.name, frozenset(), node.body, of_class=True):
            for statement in node.body:
                self.visit(statement)

    def _define(self, name: str) -> None:
        if not self._is_local(name):
            self.binds.add(name)
            self.defines.add(name)

    def _keep(self, name: str, value: ast.expr) -> None:
        """A function or class has a value from outside its body: it may use it, change it or give it away."""
        found = self._roots(value)
        self.mentions.setdefault(self.outermost or name, set()).update(found)
        self.reaches.setdefault(self.outermost or name, set()).update(found - {LAMBDA})

    def _decorate(self, decorator: ast.expr, decorated: str) -> None:
        self.visit(decorator)
        made_by = decorator.func if isinstance(decorator, ast.Call) else decorator
        self._keep(decorated, ast.Tuple([made_by, decorator], ast.Load()))
        name = made_by.attr if isinstance(made_by, ast.Attribute) else getattr(made_by, "id", "")
        if name not in PLAIN_DECORATORS and not name.endswith("setter"):
            self.remembers.add(self.outermost or decorated)

    @contextmanager
    def _body_of(
        self,
        name: str,
        parameters: frozenset[str],
        body: list[ast.stmt],
        own: Collection[str] = (),
        of_class: bool = False,
    ) -> Iterator[None]:
        """The body of a function or class; `own` is the parameter that stands for the object itself."""
        said = {each for part in own_nodes(body) if isinstance(part, ast.Global) for each in part.names}
        own_names = set()
        for part in own_nodes(body):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                own_names.add(part.id)
            elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                own_names.add(part.name)
            elif isinstance(part, ast.Import | ast.ImportFrom):
                own_names.update(alias.asname or alias.name.partition(".")[0] for alias in part.names)
        outermost = self.outermost
        self.outermost = outermost or name or LAMBDA
        known = self.parameters_of.get(self.outermost, frozenset())
        self.parameters_of[self.outermost] = known | {self.mark + one for one in parameters - set(own)}
        was_in_class, self.in_class = self.in_class, of_class
        self.local.append((parameters | own_names) - said)
        yield
        self.local.pop()
        self.outermost, self.in_class = outermost, was_in_class

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        names = {
            part.id
            for generator in node.generators
            for part in ast.walk(generator.target)
            if isinstance(part, ast.Name)
        }
        self.local.append(frozenset(names))
        for generator in node.generators:
            self._give(generator.target, generator.iter)
        self.generic_visit(node)
        self.local.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension
