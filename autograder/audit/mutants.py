"""Small changes of a solution that a learner could have written: each is a wrong answer that some test must catch.

Mutants are made on the solution's text by way of its syntax tree: the changed piece is replaced where it stands,
everything else stays as its author wrote it, so that a survivor can be shown as a diff. The order is that of the
text, and the same text always gives the same mutants. `docs/audit.md` says why no library's operators are used.
"""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any, Final

from autograder.notebooks import BEGIN, END, solution

OPERATORS: Final = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "/", ast.Mod: "//", ast.Pow: "*",
    ast.MatMult: "*", ast.BitAnd: "|", ast.BitOr: "&", ast.BitXor: "&", ast.LShift: ">>", ast.RShift: "<<",
}  # fmt: skip
SYMBOLS: Final[dict[type[ast.AST], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
COMPARISONS: Final[dict[type[ast.AST], tuple[str, ...]]] = {
    ast.Lt: ("<=", ">"), ast.LtE: ("<",), ast.Gt: (">=", "<"), ast.GtE: (">",), ast.Eq: ("!=",), ast.NotEq: ("==",),
    ast.In: ("not in",), ast.NotIn: ("in",), ast.Is: ("is not",), ast.IsNot: ("is",),
}  # fmt: skip
SIBLINGS: Final = {
    "mean": "median", "median": "mean", "sum": "mean", "min": "max", "max": "min", "argmin": "argmax",
    "argmax": "argmin", "nanmean": "mean", "floor": "ceil", "ceil": "floor", "std": "var", "var": "std",
    "fit_transform": "transform", "transform": "fit_transform", "append": "extend", "extend": "append",
    "any": "all", "all": "any", "sin": "cos", "cos": "sin", "log": "exp", "exp": "log", "upper": "lower",
    "lower": "upper", "strip": "lstrip", "lstrip": "strip", "rstrip": "strip", "zeros": "ones", "ones": "zeros",
    "head": "tail", "tail": "head", "first": "last", "last": "first", "cumsum": "cumprod", "maximum": "minimum",
    "minimum": "maximum", "train": "eval", "eval": "train", "keys": "values", "union": "intersection",
    "intersection": "union", "isna": "notna", "notna": "isna", "ffill": "bfill", "bfill": "ffill",
    "startswith": "endswith", "endswith": "startswith", "hstack": "vstack", "vstack": "hstack", "softmax": "sigmoid",
}  # fmt: skip
WRAPPERS: Final = {"abs", "sorted", "round", "sqrt", "set", "reversed", "square", "unique", "copy", "clip", "int"}


@dataclass(frozen=True)
class Mutant:
    """A changed solution.

    operator: what kind of change it is, in a few words.
    line:     its line in the solution's cell, from 1.
    source:   the whole cell with the change in it, without nbgrader's markers.
    diff:     the lines that differ, each led by - or +.
    """

    operator: str
    line: int
    source: str
    diff: tuple[str, ...]

    @property
    def added(self) -> str:
        """The changed line as it reads now: what an author names to excuse an equivalent mutant."""
        return next((line[1:].strip() for line in self.diff if line.startswith("+")), "")


@dataclass(frozen=True)
class _Edit:
    """A piece of the text and what stands in its place: (line, column) from (1, 0), columns in bytes."""

    operator: str
    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def mutants(cell_source: str) -> list[Mutant]:
    """All mutants of the solution regions of a cell; a cell without markers is mutated as a whole.

    Changes that leave the bytecode as it was, and changes that come to the same code as an earlier one, are left out.
    A file's cell (`%%writefile`) loses one line after the other.
    """
    source = solution(cell_source)
    inside = _lines_inside(cell_source)
    if source.startswith("%%"):
        return list(_without_a_line(source, inside))
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    seen = {_fingerprint(source)}
    found = []
    for edit in sorted(_edits(tree, source), key=lambda edit: (edit.start, edit.end, edit.operator, edit.text)):
        if edit.start[0] not in inside:
            continue
        changed = _apply(edit, source)
        fingerprint = _fingerprint(changed)
        if fingerprint is None or fingerprint in seen:
            continue
        seen.add(fingerprint)
        found.append(Mutant(edit.operator, edit.start[0], changed, _diff(source, changed)))
    return found


def _lines_inside(cell_source: str) -> set[int]:
    """Numbers of the lines of `solution(cell_source)` that stand inside a solution region."""
    inside, number, open_region = set(), 0, BEGIN not in cell_source
    for line in cell_source.splitlines():
        if line.strip() in {BEGIN, END}:
            open_region = line.strip() == BEGIN
            continue
        number += 1
        if open_region:
            inside.add(number)
    return inside


def _without_a_line(source: str, inside: set[int]) -> Iterator[Mutant]:
    lines = source.splitlines()
    for number in sorted(inside):
        if number == 1 or not lines[number - 1].strip() or lines[number - 1].lstrip().startswith("#"):
            continue
        changed = "\n".join(lines[: number - 1] + lines[number:])
        yield Mutant("line removed", number, changed, _diff(source, changed))


def _fingerprint(source: str) -> tuple[Any, ...] | None:
    """What a text compiles to, without line numbers, names of files and docstrings; None when it does not compile."""
    try:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass(lineno=1, col_offset=0)]
        return _code(compile(tree, "<solution>", "exec"))
    except (SyntaxError, ValueError):
        return None


def _code(code: CodeType) -> tuple[Any, ...]:
    constants = tuple(_code(c) if isinstance(c, CodeType) else (type(c).__name__, repr(c)) for c in code.co_consts)
    return (code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)


def _apply(edit: _Edit, source: str) -> str:
    lines = source.splitlines(keepends=True)
    first, last = lines[edit.start[0] - 1].encode(), lines[edit.end[0] - 1].encode()
    middle = first[: edit.start[1]] + edit.text.encode() + last[edit.end[1] :]
    return "".join([*lines[: edit.start[0] - 1], middle.decode(), *lines[edit.end[0] :]])


def _diff(before: str, after: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return tuple(line for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---")))


def _edits(tree: ast.Module, source: str) -> Iterator[_Edit]:
    for node in _walk(tree):
        yield from _edits_of(node, source)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.Lambda):
            yield from _swapped_names(function)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that can change behaviour: not docstrings, annotations, f-strings or the words of an error."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"} or isinstance(node, ast.JoinedStr):
            continue
        if isinstance(node, ast.Raise):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_text(child):
                yield from _walk(child)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _edits_of(node: ast.AST, source: str) -> Iterator[_Edit]:
    if isinstance(node, ast.BinOp):
        yield from _replace_symbol(node.left, node.right, type(node.op), OPERATORS[type(node.op)], source, "operator")
    elif isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        for left, sign, right in zip(sides, node.ops, sides[1:], strict=False):
            for other in COMPARISONS[type(sign)]:
                yield from _replace_symbol(left, right, type(sign), other, source, "comparison")
    elif isinstance(node, ast.BoolOp):
        changed = copy.copy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _edit("and/or", node, ast.unparse(changed))
    elif isinstance(node, ast.UnaryOp):
        yield _edit("sign or not removed", node, ast.unparse(node.operand))
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Slice):
        yield from _slices(node)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.AugAssign):
        yield from _augmented(node)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield _edit("return dropped", node, ast.unparse(node.value))
    elif isinstance(node, ast.If | ast.While | ast.IfExp):
        yield _edit("condition negated", node.test, f"(not ({ast.unparse(node.test)}))")
    elif isinstance(node, ast.comprehension):
        for condition in node.ifs:
            yield _edit("condition negated", condition, f"(not ({ast.unparse(condition)}))")
    if isinstance(node, ast.stmt) and _is_removable(node):
        yield _edit("statement removed", node, "pass")


def _edit(operator: str, node: Any, text: str) -> _Edit:
    return _Edit(operator, (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset), text)


def _replace_symbol(
    left: ast.expr, right: ast.expr, kind: type[ast.AST], other: str, source: str, operator: str
) -> Iterator[_Edit]:
    """The symbol between two operands, found in the text between them."""
    assert left.end_lineno is not None and left.end_col_offset is not None
    lines = source.splitlines()
    symbol = SYMBOLS[kind]
    for number in range(left.end_lineno, right.lineno + 1):
        line = lines[number - 1].encode()
        begin = left.end_col_offset if number == left.end_lineno else 0
        end = right.col_offset if number == right.lineno else len(line)
        between = line[begin:end].decode(errors="replace").partition("#")[0]
        at = between.find(symbol)
        if at >= 0:
            column = begin + len(between[:at].encode())
            yield _Edit(operator, (number, column), (number, column + len(symbol.encode())), other)
            return


def _constants(node: ast.Constant) -> Iterator[_Edit]:
    value = node.value
    if isinstance(value, bool):
        yield _edit("constant", node, repr(not value))
    elif isinstance(value, int):
        yield _edit("constant", node, repr(value + 1))
        yield _edit("constant", node, f"({value - 1})" if value < 1 else repr(value - 1))
    elif isinstance(value, float):
        yield _edit("constant", node, repr(value + 1))
        yield _edit("constant", node, repr(value / 2) if value else "-1.0")


def _slices(node: ast.Slice) -> Iterator[_Edit]:
    for bound in (node.lower, node.upper):
        if bound is not None and not isinstance(bound, ast.Constant | ast.UnaryOp):
            yield _edit("slice off by one", bound, f"{ast.unparse(bound)} + 1")
            yield _edit("slice off by one", bound, f"{ast.unparse(bound)} - 1")
    if node.lower is not None and node.upper is not None:
        yield _edit("slice bound dropped", node.lower, "")


def _calls(node: ast.Call) -> Iterator[_Edit]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for position, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            changed = copy.copy(node)
            changed.keywords = node.keywords[:position] + node.keywords[position + 1 :]
            yield _edit(f"keyword {keyword.arg} dropped", node, ast.unparse(changed))
    if len(node.args) >= 2 and not any(isinstance(arg, ast.Starred) for arg in node.args[:2]):
        changed = copy.copy(node)
        changed.args = [node.args[1], node.args[0], *node.args[2:]]
        yield _edit("arguments swapped", node, ast.unparse(changed))
    if name in SIBLINGS:
        changed = copy.deepcopy(node)
        if isinstance(changed.func, ast.Attribute):
            changed.func.attr = SIBLINGS[name]
        elif isinstance(changed.func, ast.Name):
            changed.func.id = SIBLINGS[name]
        yield _edit(f"{name} for {SIBLINGS[name]}", node, ast.unparse(changed))
    if name in WRAPPERS and node.args:
        yield _edit(f"{name} left out", node, f"({ast.unparse(node.args[0])})")
    if name == "range":
        last = copy.deepcopy(node)
        end = last.args[1] if len(last.args) > 1 else last.args[0]
        for sign in (ast.Add(), ast.Sub()):
            off = copy.deepcopy(last)
            off.args[1 if len(last.args) > 1 else 0] = ast.BinOp(end, sign, ast.Constant(1))
            yield _edit("range off by one", node, ast.unparse(off))


def _augmented(node: ast.AugAssign) -> Iterator[_Edit]:
    target, value = ast.unparse(node.target), ast.unparse(node.value)
    yield _edit("operator", node, f"{target} {OPERATORS[type(node.op)]}= {value}")
    yield _edit("assigned instead of added", node, f"{target} = {value}")


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


def _swapped_names(function: ast.FunctionDef | ast.Lambda) -> Iterator[_Edit]:
    """Each use of a parameter replaced by the next parameter."""
    names = [argument.arg for argument in function.args.args if argument.arg not in {"self", "cls"}]
    if len(names) < 2:
        return
    following = dict(zip(names, names[1:] + names[:1], strict=True))
    body = function.body if isinstance(function.body, list) else [function.body]
    for statement in body:
        for node in _walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in following:
                yield _edit("name swapped", node, following[node.id])
