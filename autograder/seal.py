"""What a class gets of a lesson's `.py`: no hidden tests, no right answers, nothing readable that gives one away.

Hidden tests and other right answers are taken out for good, together with every comment and every helper that
only they used. Known mistakes and the key to questions must still work on the student's machine, so they stay,
sealed: packed so that no line can be read or searched. A seal keeps eyes off; it is not a lock, and no mark
depends on it: grading uses the course's own `.py`.
"""

from __future__ import annotations

import ast
import base64
import zlib
from pathlib import Path
from typing import Any

from autograder.exercise import Exercise


def unseal(namespace: dict[str, Any], sealed: str) -> None:
    """Executes a sealed piece of a lesson's `.py` in that file's names."""
    source = zlib.decompress(base64.b85decode(sealed)).decode()
    exec(compile(source, "<sealed>", "exec"), namespace)


def hold_back(exercise: Exercise, points: int) -> None:
    """Says that this copy lacks tests worth `points`, which only grading runs."""
    exercise.held_back = points


def class_copy(spec_source: str) -> str:
    """The text of a lesson's `.py` for a class.

    Raises SyntaxError when the source is not Python.
    """
    tree = ast.parse(spec_source)
    held_back = _points_held_back(tree)
    kept = [node for node in tree.body if not _is_right_answer(node) and not _is_hidden_test(node)]
    kept = _without_unused(kept)
    sealed_only = _helpers_of_sealed(kept)
    body = []
    for node in kept:
        text = ast.unparse(node)
        body.append(f"unseal(globals(), {_pack(text)!r})" if _is_secret(node) or node in sealed_only else text)
    body += [f"hold_back({name}, {points})" for name, points in held_back.items()]
    first = 1 if kept and _is_docstring(kept[0]) else 0
    body.insert(first, "from autograder.seal import hold_back, unseal")
    return "\n\n".join(body) + "\n"


def write_class_copy(spec: Path, target: Path) -> None:
    """Writes the class's copy of a lesson's `.py`."""
    target.write_text(class_copy(spec.read_text(encoding="utf-8")), encoding="utf-8")


def _pack(text: str) -> str:
    return base64.b85encode(zlib.compress(text.encode(), 9)).decode()


def _decorations(node: ast.stmt) -> list[tuple[str, str, ast.expr]]:
    """(exercise, word, expression) for each decorator of the exercise language on a definition."""
    found = []
    for decorator in getattr(node, "decorator_list", []):
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            found.append((called.value.id, called.attr, decorator))
    return found


def _is_right_answer(node: ast.stmt) -> bool:
    return any(word == "also_right" for _, word, _ in _decorations(node))


def _is_hidden_test(node: ast.stmt) -> bool:
    return any(word == "test" and _keyword(call, "hidden") for _, word, call in _decorations(node))


def _is_secret(node: ast.stmt) -> bool:
    """A known mistake, or a question with its key."""
    if any(word == "mistake" for _, word, _ in _decorations(node)):
        return True
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        called = node.value.func
        return isinstance(called, ast.Name) and called.id in {"Choice", "Order"}
    return False


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _keyword(call: ast.expr, name: str) -> Any:
    keywords = call.keywords if isinstance(call, ast.Call) else []
    return next((ast.literal_eval(keyword.value) for keyword in keywords if keyword.arg == name), None)


def _points_held_back(tree: ast.Module) -> dict[str, int]:
    points: dict[str, int] = {}
    for node in tree.body:
        for exercise, word, call in _decorations(node):
            if word == "test" and _keyword(call, "hidden"):
                points[exercise] = points.get(exercise, 0) + (_keyword(call, "points") or 1)
    return points


def _without_unused(nodes: list[ast.stmt]) -> list[ast.stmt]:
    """Without helpers, constants and imports that nothing left over uses."""
    while True:
        used = {name for node in nodes for name in _names_used(node)}
        left = [node for node in nodes if not _is_helper(node) or _names_defined(node) & used]
        if len(left) == len(nodes):
            return left
        nodes = left


def _helpers_of_sealed(nodes: list[ast.stmt]) -> list[ast.stmt]:
    """Helpers that only sealed pieces use; they are sealed with them."""
    sealed: list[ast.stmt] = []
    while True:
        opened = {name for node in nodes if not _is_secret(node) and node not in sealed for name in _names_used(node)}
        more = [
            node
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and node not in sealed
            and _is_helper(node)
            and not _names_defined(node) & opened
        ]
        if not more:
            return sealed
        sealed += more


def _is_helper(node: ast.stmt) -> bool:
    """A definition that is there for others: not an exercise, not one of its tests or mistakes."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return not _decorations(node)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Assign):
        called = node.value.func if isinstance(node.value, ast.Call) else None
        return not (isinstance(called, ast.Name) and called.id in {"Exercise", "Choice", "Order"})
    return isinstance(node, ast.AnnAssign)


def _names_defined(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}


def _names_used(node: ast.stmt) -> set[str]:
    """Names that a statement reads, but for a function's own name inside itself."""
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)} - (
        _names_defined(node) if isinstance(node, ast.FunctionDef) else set()
    )
