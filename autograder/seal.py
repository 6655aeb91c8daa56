"""What a class gets of a lesson's `.py`: no hidden tests, no right answers, nothing readable that gives one away.

Hidden tests and other right answers are taken out for good, together with every comment and every helper that
only they used. Visible tests, known mistakes and the keys to questions must work on the student's machine, and
any of them may hold half an answer; so they stay, sealed: packed so that no line can be read or searched. Only
what an exercise says about itself stays readable. A seal keeps eyes off; it is not a lock, and no mark depends on
it: grading uses the course's own `.py`.
"""

from __future__ import annotations

import ast
import base64
import shutil
import tempfile
import zlib
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from autograder.errors import CourseError
from autograder.exercise import Exercise

_WORDS: Final = {"test", "mistake", "also_right"}


def unseal(namespace: dict[str, Any], sealed: str) -> None:
    """Executes a sealed piece of a lesson's `.py` in that file's names."""
    source = zlib.decompress(base64.b85decode(sealed)).decode()
    exec(compile(source, "<sealed>", "exec", dont_inherit=True), namespace)


def hold_back(exercise: Exercise, points: int) -> None:
    """Says that this copy lacks tests worth `points`, which only grading runs."""
    exercise.held_back = points


def class_copy(spec_source: str) -> str:
    """The text of a lesson's `.py` for a class.

    Raises SyntaxError when the source is not Python, CourseError when it says `hidden=` or `points=` in a way
    that can't be read off the text.
    """
    tree = ast.parse(spec_source)
    held_back = _points_held_back(tree)
    kept = [node for node in tree.body if not _is_right_answer(node) and not _is_hidden_test(node)]
    kept = _with_what_they_use([node for node in kept if not _is_helper(node)], kept)
    body: list[str] = []
    for is_readable, nodes in groupby(kept, _is_readable):
        pieces = [ast.unparse(node) for node in nodes]
        body += pieces if is_readable else [f"unseal(globals(), {_pack(pieces)!r})"]
    body += [f"hold_back({name}, {points})" for name, points in held_back.items()]
    first = 1 if kept and _is_docstring(kept[0]) else 0
    body.insert(first, "from autograder.seal import hold_back, unseal")
    return "\n\n".join(body) + "\n"


def write_class_copy(spec: Path, target: Path) -> None:
    """Writes the class's copy of a lesson's `.py`, and reads it again to be sure.

    Raises CourseError, and writes nothing, when the copy would lack an exercise or a test that is not hidden, or
    still hold a hidden test or a right answer: the text was written in a way that this module can't follow.
    """
    from autograder.spec import load_spec

    whole = load_spec(spec)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / spec.name
        trial.write_text(class_copy(spec.read_text(encoding="utf-8")), encoding="utf-8")
        copy = load_spec(trial)
        for name, exercise in whole.exercises.items():
            _compare(spec, name, exercise, copy.exercises.get(name))
        shutil.copyfile(trial, target)


def _compare(spec: Path, name: str, whole: Exercise, copy: Exercise | None) -> None:
    faithful = (
        copy is not None
        and [test.sentence for test in copy.tests] == [test.sentence for test in whole.tests if not test.hidden]
        and copy.points + copy.held_back == whole.points
        and [mistake.message for mistake in copy.mistakes] == [mistake.message for mistake in whole.mistakes]
        and not copy.other_right_answers
    )
    if not faithful:
        raise CourseError(
            f"{spec.name}: a class's copy of the exercise \"{name}\" can't be made.",
            f"Write each test, mistake and right answer as a function under its own @{name}.… at the left margin.",
        )


def _pack(pieces: list[str]) -> str:
    return base64.b85encode(zlib.compress("\n".join(pieces).encode(), 9)).decode()


def _decorations(node: ast.stmt) -> list[tuple[str, str, ast.expr]]:
    """(exercise, word, expression) for each decorator of the exercise language on a definition."""
    found = []
    for decorator in getattr(node, "decorator_list", []):
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.attr in _WORDS:
            found.append((called.value.id, called.attr, decorator))
    return found


def _is_right_answer(node: ast.stmt) -> bool:
    return any(word == "also_right" for _, word, _ in _decorations(node))


def _is_hidden_test(node: ast.stmt) -> bool:
    return any(word == "test" and _keyword(call, "hidden") for _, word, call in _decorations(node))


def _is_readable(node: ast.stmt) -> bool:
    """An import, the file's own text, or an exercise that is no question: names, concepts and hints, no key."""
    return isinstance(node, ast.Import | ast.ImportFrom) or _is_docstring(node) or _made_by(node) == "Exercise"


def _made_by(node: ast.stmt) -> str:
    """The name called on the right of an assignment; empty for anything else."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _keyword(call: ast.expr, name: str) -> Any:
    keywords = call.keywords if isinstance(call, ast.Call) else []
    for keyword in keywords:
        if keyword.arg == name:
            try:
                return ast.literal_eval(keyword.value)
            except ValueError:
                raise CourseError(
                    f"Line {call.lineno} says {name}={ast.unparse(keyword.value)}.", "Write the value itself."
                ) from None
    return None


def _points_held_back(tree: ast.Module) -> dict[str, int]:
    points: dict[str, int] = {}
    for node in tree.body:
        for exercise, word, call in _decorations(node):
            if word == "test" and _keyword(call, "hidden"):
                points[exercise] = points.get(exercise, 0) + (_keyword(call, "points") or 1)
    return points


def _with_what_they_use(roots: list[ast.stmt], nodes: list[ast.stmt]) -> list[ast.stmt]:
    """Those of `nodes` that are roots, or helpers that a root uses, directly or through another helper."""
    reached = list(roots)
    while True:
        used = {name for node in reached for name in _names_used(node)}
        more = [
            node for node in nodes if node not in reached and _is_helper(node) and not used.isdisjoint(_defined(node))
        ]
        if not more:
            return [node for node in nodes if node in reached]
        reached += more


def _is_helper(node: ast.stmt) -> bool:
    """A definition that is there for others: not an exercise, not one of its tests or mistakes."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return not _decorations(node)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return _made_by(node) not in {"Exercise", "Choice", "Order"}
    return isinstance(node, ast.Import | ast.ImportFrom)


def _defined(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}


def _names_used(node: ast.stmt) -> set[str]:
    changed = {node.target.id} if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) else set()
    return changed | {
        name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)
    }
