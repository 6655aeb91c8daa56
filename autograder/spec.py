"""Reads a lesson's `.py` into its exercises, and says in one sentence what is wrong with a broken one."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import linecache
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import CodeType

from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.outline import outlines


@dataclass(frozen=True)
class Spec:
    """The exercises of one lesson, in the order in which its `.py` defines them."""

    path: Path
    exercises: Mapping[str, Exercise]

    def exercise(self, name: str) -> Exercise:
        """The exercise of that id; an unknown one is answered with the nearest."""
        if name in self.exercises:
            return self.exercises[name]
        if not isinstance(name, str):
            raise CourseError("The exercise is named by a text.", 'Put its name in quotes, as in lesson.check("name").')
        near = get_close_matches(name, self.exercises, n=1, cutoff=0.5)
        meant = f'Did you mean "{near[0]}"?' if near else f"It has: {', '.join(self.exercises)}."
        raise CourseError(f'This lesson has no exercise "{name}".', meant)


def exercise_names(path: Path) -> tuple[str, ...]:
    """The ids of a lesson's exercises in order, read from the text alone: nothing is executed or imported.

    A file that can't be read or is not Python has none.
    """
    return tuple(outline.name for outline in outlines(path))


def load_spec(path: Path) -> Spec:
    """Executes the lesson's `.py` and collects its exercises, giving each its variable's name as id.

    Raises CourseError for a missing file, a syntax error, an exercise defined twice or without tests, and
    any error that the file raises while it is read; each names the line.
    """
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{path.name} is not UTF-8 text from byte {error.start} on.", "Save it as UTF-8.") from None
    except OSError as error:
        raise CourseError(
            f"The exercises {path.name} can't be read: {error.strerror}.", "Run `make learn` again."
        ) from None
    return spec_of(source, path)


def spec_of(source: str, path: Path) -> Spec:
    """The exercises that a text defines; `path` names it, and no file need be there. Raises as `load_spec` does."""
    exercises = {
        name: value
        for name, value in _execute(source, path).items()
        if isinstance(value, Exercise) and not name.startswith("_")
    }
    for name, exercise in exercises.items():
        exercise.id = name
        if not exercise.tests:
            raise CourseError(f'{path.name}: the exercise "{name}" has no test.', f"Add one with @{name}.test(…).")
    return Spec(path, exercises)


@lru_cache(maxsize=16)
def _compiled(source: str, path: Path) -> CodeType:
    try:
        tree = ast.parse(source, filename=str(path))
    except SyntaxError as error:
        raise CourseError(f"{path.name}, line {error.lineno}, is not Python: {error.msg}.", "Mend that line.") from None
    _refuse_duplicates(tree, path)
    # Without dont_inherit, the file would be compiled under this module's own __future__ imports.
    code: CodeType = compile(tree, str(path), "exec", dont_inherit=True)
    return code


def _refuse_duplicates(tree: ast.Module, path: Path) -> None:
    """A name that an exercise has may not be defined again: the exercise would be gone without a word."""
    first_line: dict[str, int] = {}
    for node in tree.body:
        for name in _defined(node):
            if name in first_line:
                raise CourseError(
                    f'{path.name} defines "{name}" twice, on lines {first_line[name]} and {node.lineno}.',
                    "Rename one of them: the second would silently replace the first.",
                )
            if _makes_an_exercise(node):
                first_line[name] = node.lineno


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _makes_an_exercise(node: ast.stmt) -> bool:
    call = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    maker = call.func if isinstance(call, ast.Call) else None
    name = maker.attr if isinstance(maker, ast.Attribute) else maker.id if isinstance(maker, ast.Name) else ""
    return name in {"Exercise", "Choice", "Order"}


def _execute(source: str, path: Path) -> dict[str, object]:
    """The names that the file defines. Each file is a module of its own name, so that lessons can't clash."""
    code = _compiled(source, path)
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    name = f"groundwork_exercises_{path.stem.replace('-', '_')}_{digest}"
    module_spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    assert module_spec is not None
    module = importlib.util.module_from_spec(module_spec)
    module.__file__ = str(path)
    sys.modules[name] = module  # dataclasses and inspect look modules up there
    linecache.cache[str(path)] = (len(source), None, source.splitlines(keepends=True), str(path))
    try:
        exec(code, module.__dict__)
    except CourseError as error:
        raise CourseError(f"{path.name}, line {_line(error, path)}: {error.sentence}", error.next_step) from None
    except Exception as error:
        raise CourseError(
            f"{path.name}, line {_line(error, path)}, raises {type(error).__name__}: {error}.", "Mend that line."
        ) from None
    return vars(module)


def _line(error: BaseException, path: Path) -> int:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return lines[-1] if lines and lines[-1] is not None else 0
