"""Which names an expression's value may be a part of, and other small questions about Python's syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final

from autograder.slicing.vocabulary import MAKES_NEW

LAMBDA: Final = "<lambda>"
"""The name of all functions without one."""


def roots(node: ast.expr) -> set[str]:
    """The names whose objects an expression's value may be, contain or be a part of."""
    match node:
        case ast.Name():
            return {node.id}
        case ast.Attribute() | ast.Subscript() | ast.Starred() | ast.Await() | ast.NamedExpr():
            return roots(node.value)
        case ast.Call():
            if called(node) in MAKES_NEW:
                return set()
            # What a function of the notebook gives back is not a part of the function (see `visit_Return`).
            owner = [] if isinstance(node.func, ast.Name) else [node.func]
            inside = [*owner, *node.args, *(keyword.value for keyword in node.keywords)]
            return {name for one in inside for name in roots(one)}
        case ast.Constant() | ast.JoinedStr() | ast.Compare() | ast.BinOp() | ast.UnaryOp():
            return set()
        case ast.IfExp():
            return roots(node.body) | roots(node.orelse)
        case ast.BoolOp():
            return {name for one in node.values for name in roots(one)}
        case ast.Tuple() | ast.List() | ast.Set():
            return {name for one in node.elts for name in roots(one)}
        case ast.Dict():
            return {name for one in (*filter(None, node.keys), *node.values) for name in roots(one)}
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            shown = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            through = [generator.iter for generator in node.generators]
            given = stored(generator.target for generator in node.generators)
            return {name for one in (*shown, *through) for name in roots(one)} - given
        case ast.Lambda():
            free = {part.id for part in ast.walk(node.body) if isinstance(part, ast.Name)} - names_of(node.args)
            return free | {LAMBDA}
        case _:
            return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def stored(targets: Iterable[ast.expr]) -> set[str]:
    return {
        part.id
        for target in targets
        for part in ast.walk(target)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


def called(node: ast.expr) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def names_of(arguments: ast.arguments) -> frozenset[str]:
    return frozenset(one.arg for one in ast.walk(arguments) if isinstance(one, ast.arg))


def own_nodes(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes of a body but those of functions and classes within it."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
