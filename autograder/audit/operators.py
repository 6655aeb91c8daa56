"""The small changes that a learner could have made: one function for each kind of place in a solution's text.

Which names stand for which is in `siblings`. `docs/audit.md` lists the families, and says why no library's are used.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any, Final

from autograder.audit import siblings
from autograder.audit.source import Edit, Source, Span

SYMBOLS: Final[dict[type[ast.AST], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.And: "and", ast.Or: "or",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
OTHERS: Final = {
    "+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",), "//": ("/",), "%": ("//",), "**": ("*",), "@": ("*",),
    "&": ("|",), "|": ("&",), "^": ("&",), "<<": (">>",), ">>": ("<<",), "and": ("or",), "or": ("and",),
    "<": ("<=", ">"), "<=": ("<",), ">": (">=", "<"), ">=": (">",), "==": ("!=",), "!=": ("==",),
    "in": ("not in",), "not in": ("in",), "is": ("is not",), "is not": ("is",),
}  # fmt: skip
ONE_WAY: Final = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
"""Operators whose operands can't change places."""
TERMS: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div)


def edits(source: Source) -> Iterator[Edit]:
    """All changes of a text, in no particular order; some of them may not be Python, or change nothing."""
    for node in _walk(source.tree):
        for family in _FAMILIES.get(type(node), ()):
            yield from family(node, source)
        if isinstance(node, ast.stmt) and _is_removable(node):
            yield source.replace("statement removed", node, "pass")
    for scope in ast.walk(source.tree):
        if isinstance(scope, ast.Module | ast.FunctionDef | ast.Lambda):
            yield from _swapped_names(scope, source)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that can change behaviour: not docstrings, annotations, f-strings or the words of an error."""
    yield node
    if isinstance(node, ast.JoinedStr | ast.Raise):
        return
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if isinstance(child, ast.AST) and not text:
                yield from _walk(child)


def _operators(node: ast.BinOp, source: Source) -> Iterator[Edit]:
    yield from _symbols("operator", node.op, source.between(node.left, node.right), source)
    if isinstance(node.op, ONE_WAY):
        yield source.swap("operands swapped", node.left, node.right)
    if isinstance(node.op, TERMS):
        yield source.replace("term left out", node, source.of(node.left))
        yield source.replace("term left out", node, source.of(node.right))


def _comparisons(node: ast.Compare, source: Source) -> Iterator[Edit]:
    sides = [node.left, *node.comparators]
    for left, sign, right in zip(sides, node.ops, sides[1:], strict=False):
        yield from _symbols("comparison", sign, source.between(left, right), source)


def _symbols(operator: str, sign: ast.AST, span: Span, source: Source) -> Iterator[Edit]:
    symbol = SYMBOLS[type(sign)]
    place = source.find(symbol, span)
    if place is not None:
        yield from (Edit(operator, ((place, other),)) for other in OTHERS[symbol])


def _and_or(node: ast.BoolOp, source: Source) -> Iterator[Edit]:
    for left, right in zip(node.values, node.values[1:], strict=False):
        yield from _symbols("and/or", node.op, source.between(left, right), source)
    for left_out in node.values:
        rest = [value for value in node.values if value is not left_out]
        text = f" {SYMBOLS[type(node.op)]} ".join(source.of(value) for value in rest)
        yield source.replace("condition left out", node, text if len(rest) == 1 else f"({text})")


def _signs(node: ast.UnaryOp, source: Source) -> Iterator[Edit]:
    yield source.replace("sign or not removed", node, source.of(node.operand))


def _constants(node: ast.Constant, source: Source) -> Iterator[Edit]:
    value = node.value
    if isinstance(value, bool):
        yield source.replace("constant", node, repr(not value))
    elif isinstance(value, int):
        yield source.replace("constant", node, repr(value + 1))
        yield source.replace("constant", node, f"({value - 1})" if value < 1 else repr(value - 1))
    elif isinstance(value, float):
        yield source.replace("constant", node, repr(value + 1))
        yield source.replace("constant", node, repr(value / 2) if value else "(-1.0)")


def _slices(node: ast.Slice, source: Source) -> Iterator[Edit]:
    bounds = [bound for bound in (node.lower, node.upper) if bound is not None]
    for bound in bounds:
        if not isinstance(bound, ast.Constant | ast.UnaryOp):  # the others change as constants do
            yield source.replace("slice off by one", bound, f"{source.of(bound)} + 1")
            yield source.replace("slice off by one", bound, f"{source.of(bound)} - 1")
        yield source.replace("slice bound dropped", bound, "")


def _calls(node: ast.Call, source: Source) -> Iterator[Edit]:
    yield from _arguments(node, source)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    table = siblings.METHODS if isinstance(node.func, ast.Attribute) else siblings.FUNCTIONS
    for other in table.get(name, ()):
        yield _renamed(node.func, name, other, source)
    if name in siblings.WRAPPERS and node.args:
        yield source.replace(f"{name} left out", node, source.of(node.args[0]))
    elif name in siblings.LINKS and isinstance(node.func, ast.Attribute):
        yield source.replace(f".{name}(…) left out", node, source.of(node.func.value))
    if name == "range" and node.args:
        end = node.args[min(1, len(node.args) - 1)]
        yield source.replace("range off by one", end, f"{source.of(end)} + 1")
        yield source.replace("range off by one", end, f"{source.of(end)} - 1")
    if name == "enumerate" and len(node.args) == 1 and not node.keywords:
        yield source.replace("counted from 1", node.args[0], f"{source.of(node.args[0])}, 1")


def _renamed(called: ast.expr, name: str, other: str, source: Source) -> Edit:
    end = source.span(called).end
    return Edit(f"{other} for {name}", ((Span(end - len(name.encode()), end), other),))


def _arguments(node: ast.Call, source: Source) -> Iterator[Edit]:
    given: list[ast.expr | ast.keyword] = sorted([*node.args, *node.keywords], key=lambda part: source.span(part).start)
    for position, part in enumerate(given):
        if not isinstance(part, ast.keyword) or part.arg is None:
            continue
        here = source.span(part)
        if position:
            span = Span(source.span(given[position - 1]).end, here.end)
        else:
            span = Span(here.start, source.span(given[1]).start if len(given) > 1 else here.end)
        text = source.read(span)
        # An argument before it may be in parentheses of its own, which end after it.
        kept = text.partition(",")[0].strip() if position else ""
        yield Edit(f"keyword {part.arg} dropped", ((span, kept),))
        value = part.value.value if isinstance(part.value, ast.Constant) else None
        if isinstance(value, str):
            for other in siblings.WORDS.get(value, ()):
                yield source.replace(f"{part.arg} {other} for {value}", part.value, f'"{other}"')
    plain = [arg for arg in node.args if not isinstance(arg, ast.Starred)]
    if len(node.args) >= 2 and plain[:2] == node.args[:2]:
        yield source.swap("arguments swapped", node.args[0], node.args[1])


def _attributes(node: ast.Attribute, source: Source) -> Iterator[Edit]:
    if node.attr == "T":
        yield source.replace("transposition left out", node, source.of(node.value))
    for other in siblings.ATTRIBUTES.get(node.attr, ()):
        yield _renamed(node, node.attr, other, source)


def _augmented(node: ast.AugAssign, source: Source) -> Iterator[Edit]:
    symbol = SYMBOLS[type(node.op)]
    place = source.find(f"{symbol}=", source.between(node.target, node.value))
    if place is not None:
        yield from (Edit("operator", ((place, f"{other}="),)) for other in OTHERS[symbol])
        yield Edit("assigned instead of added", ((place, "="),))


def _returned(node: ast.Return, source: Source) -> Iterator[Edit]:
    if node.value is not None:
        yield source.replace("return dropped", node, source.of(node.value))
    if isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
        yield source.swap("returned values swapped", *node.value.elts)


def _branches(node: ast.If | ast.IfExp, source: Source) -> Iterator[Edit]:
    yield from _negated(node.test, source)
    yield source.replace("branch always taken", node.test, "True")
    yield source.replace("branch never taken", node.test, "False")


def _loops(node: ast.While, source: Source) -> Iterator[Edit]:
    yield from _negated(node.test, source)


def _conditions(node: ast.comprehension, source: Source) -> Iterator[Edit]:
    for condition in node.ifs:
        yield from _negated(condition, source)
        yield source.replace("condition left out", condition, "True")


def _negated(condition: ast.expr, source: Source) -> Iterator[Edit]:
    yield source.replace("condition negated", condition, f"not {source.of(condition)}")


def _exits(node: ast.Break | ast.Continue, source: Source) -> Iterator[Edit]:
    other = "continue" if isinstance(node, ast.Break) else "break"
    yield source.replace(f"{other} in its place", node, other)


def _contexts(node: ast.With, source: Source) -> Iterator[Edit]:
    if not any(item.optional_vars for item in node.items):
        span = Span(source.span(node).start, source.span(node.items[-1].context_expr).end)
        yield Edit("with left out", ((span, "if True"),))


def _bodies(node: Any, source: Source) -> Iterator[Edit]:
    """What stands in a function: decorators that may be forgotten, a `return` one step too far to the right."""
    for decorator in node.decorator_list:
        span = source.span(decorator)
        yield Edit("decorator removed", ((Span(span.start - 1, span.end), ""),))
    for loop, last in zip(node.body, node.body[1:], strict=False):
        if isinstance(loop, ast.For | ast.While) and isinstance(last, ast.Return):
            place = source.span(last).start
            deeper = " " * (loop.body[0].col_offset - loop.col_offset)
            yield Edit("return inside the loop", ((Span(place, place), deeper),))


_FAMILIES: Final[dict[type[ast.AST], tuple[Any, ...]]] = {
    ast.BinOp: (_operators,), ast.Compare: (_comparisons,), ast.BoolOp: (_and_or,), ast.UnaryOp: (_signs,),
    ast.Constant: (_constants,), ast.Slice: (_slices,), ast.Call: (_calls,), ast.Attribute: (_attributes,),
    ast.AugAssign: (_augmented,), ast.Return: (_returned,), ast.If: (_branches,), ast.IfExp: (_branches,),
    ast.While: (_loops,), ast.comprehension: (_conditions,), ast.Break: (_exits,), ast.Continue: (_exits,),
    ast.With: (_contexts,), ast.FunctionDef: (_bodies,), ast.ClassDef: (_bodies,),
}  # fmt: skip


def _is_removable(node: ast.stmt) -> bool:
    """Statements whose loss does not simply leave a name unknown."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Subscript | ast.Attribute) for target in node.targets) or _rebinds(node)
    return isinstance(node, ast.AugAssign | ast.Raise | ast.Continue | ast.Break | ast.Delete | ast.Assert)


def _rebinds(node: ast.Assign) -> bool:
    """`v = v / 2`: the name is there already."""
    names = {target.id for target in node.targets if isinstance(target, ast.Name)}
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node.value))


def _swapped_names(scope: Any, source: Source) -> Iterator[Edit]:
    """Each use of a name replaced by the next that got its value beside it: parameters, `tp, fp = …`, `for i, j in`."""
    body: list[ast.AST] = scope.body if isinstance(scope.body, list) else [scope.body]
    following: dict[str, str] = {}
    for part in (part for statement in body for part in ast.walk(statement)):
        if isinstance(part, ast.Tuple) and isinstance(part.ctx, ast.Store):
            following |= _in_turn(name.id for name in part.elts if isinstance(name, ast.Name))
    if not isinstance(scope, ast.Module):
        arguments = scope.args.posonlyargs + scope.args.args
        following |= _in_turn(argument.arg for argument in arguments if argument.arg not in {"self", "cls"})
    for node in (node for statement in body for node in _walk(statement)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in following:
            yield source.replace("name swapped", node, following[node.id])


def _in_turn(names: Iterable[str]) -> dict[str, str]:
    row = list(names)
    return dict(zip(row, row[1:] + row[:1], strict=True)) if len(row) > 1 else {}
