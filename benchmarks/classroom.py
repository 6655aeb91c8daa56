"""Makes a class: students whose notebooks hold solutions, stubs, known mistakes and other right answers, seeded."""

from __future__ import annotations

import ast
import inspect
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.exercise import Choice, Exercise, Order
from autograder.notebooks import answer_cells, read_notebook, solution, write_notebook
from autograder.spec import load_spec
from autograder.student_version import student_version
from autograder.syllabus import course_root

LESSONS = (
    "01-math/01-vectors",
    "02-python/02-collections",
    "03-data/04-cleaning",
    "04-ml/04-metrics",
    "05-deep-learning/05-cnn",
    "06-deployment/08-docker",
)
ASSIGNMENT = "class"


@dataclass(frozen=True)
class Answered:
    """One exercise as one student has answered it. kind: "solution", "stub", "mistake" or "other"."""

    student: str
    notebook: str
    exercise: str
    kind: str
    name: str = ""


def build(root: Path, students: int, seed: int = 1, lessons: Sequence[str] = LESSONS) -> list[Answered]:
    """Makes a course of one assignment in `root`, with a class that has handed it in; what everybody answered."""
    course = course_root()
    source = root / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    config = (course / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(config.replace('"curriculum"', '"source"'), encoding="utf-8")
    chance = random.Random(seed)
    answered = []
    for lesson in lessons:
        notebook, spec = (course / "curriculum" / f"{lesson}{ending}" for ending in (".ipynb", ".py"))
        for path in (notebook, spec):
            shutil.copy(path, source)
        for number in range(students):
            student = f"student-{number:02d}"
            answered += _hand_in(root / "submitted" / student / ASSIGNMENT, student, notebook, spec, chance)
    return answered


def _hand_in(folder: Path, student: str, notebook: Path, spec: Path, chance: random.Random) -> Iterator[Answered]:
    solved = read_notebook(notebook)
    solutions = {name: solution(cell.source) for name, cell in answer_cells(solved).items()}
    made = student_version(solved)
    cells = answer_cells(made)
    for name, exercise in load_spec(spec).exercises.items():
        kind = chance.choices(("solution", "stub", "mistake", "other"), (50, 10, 25, 15))[0]
        called = ""
        if kind == "solution":
            cells[name]["source"] = solutions[name]
        elif kind != "stub":
            pool = [one.answer for one in exercise.mistakes] if kind == "mistake" else exercise.other_right_answers
            if not isinstance(exercise, Choice | Order):  # one made by a helper has no text of its own
                pool = [one for one in pool if _definition(spec, one) is not None]
            if not pool:
                kind, cells[name]["source"] = "solution", solutions[name]
            else:
                chosen = chance.choice(pool)
                called = chosen.__name__
                cells[name]["source"] = answer_source(spec, exercise, chosen)
        yield Answered(student, notebook.stem, name, kind, called)
    write_notebook(made, folder / notebook.name)


def answer_source(spec: Path, exercise: Exercise, answer: Any) -> str:
    """The cell in which a student gives one of the answers that a lesson's `.py` knows."""
    if isinstance(exercise, Choice | Order):
        return f"{exercise.id} = {answer()!r}"
    tree = ast.parse(spec.read_text(encoding="utf-8"))
    node = _definition(spec, answer)
    assert node is not None
    node.decorator_list = []
    helpers = _needed(tree, node)
    if len(exercise.names) > 1 and (parts := _parts(node)):
        return "\n\n".join(map(ast.unparse, [*helpers, *parts]))
    text = "\n\n".join(map(ast.unparse, [*helpers, node]))
    if exercise.file:
        return f"{text}\n\nfrom pathlib import Path\nPath({exercise.file!r}).write_text({node.name}())"
    if exercise.value:
        if len(exercise.names) == 1:
            return f"{text}\n\n{exercise.names[0]} = {node.name}()"
        parts = "\n".join(f'{name} = answer["{name}"]' for name in exercise.names)
        return f"{text}\n\nanswer = {node.name}()\n{parts}"
    return f"{text}\n\n{exercise.names[0]} = {node.name}"


def _parts(node: ast.FunctionDef | ast.ClassDef) -> list[ast.stmt]:
    """The statements of a function that ends by returning its answers by their names: what a student would write."""
    *body, last = node.body
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Dict):
        return []
    named = [
        (ast.literal_eval(key), ast.unparse(value))
        for key, value in zip(last.value.keys, last.value.values, strict=True)
        if key
    ]
    return body + [ast.parse(f"{name} = {value}").body[0] for name, value in named if name != value]


def _definition(spec: Path, answer: Any) -> ast.FunctionDef | ast.ClassDef | None:
    """Where a lesson's `.py` defines a function or class at its left margin."""
    line = inspect.getsourcelines(answer)[1]
    for one in ast.parse(spec.read_text(encoding="utf-8")).body:
        if isinstance(one, ast.FunctionDef | ast.ClassDef) and line in (
            one.lineno,
            *(d.lineno for d in one.decorator_list),
        ):
            return one
    return None


def _needed(tree: ast.Module, node: ast.stmt) -> list[ast.stmt]:
    """The imports and helpers of a lesson's `.py` that an answer uses, in their order."""
    defined: dict[str, ast.stmt] = {}
    for one in tree.body:
        if isinstance(one, ast.Import | ast.ImportFrom):
            defined.update({(alias.asname or alias.name).partition(".")[0]: one for alias in one.names})
        elif isinstance(one, ast.FunctionDef | ast.ClassDef):
            defined[one.name] = one
        elif isinstance(one, ast.Assign):
            defined.update(
                {name.id: one for target in one.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
            )
    wanted: list[ast.stmt] = []
    waiting = [node]
    while waiting:
        for name in ast.walk(waiting.pop()):
            found = defined.get(name.id) if isinstance(name, ast.Name) else None
            if found is not None and found is not node and found not in wanted:
                wanted.append(found)
                waiting.append(found)
    for one in wanted:
        if isinstance(one, ast.FunctionDef | ast.ClassDef):
            one.decorator_list = []
    return sorted(wanted, key=lambda one: one.lineno)
