"""The course's own answers and stubs, read from the lesson's source notebook. A class's copy has none of them."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.notebooks import BEGIN, answer_cells, answer_sources, read_notebook, solution
from autograder.syllabus import LessonEntry, read_syllabus


def solution_source(entry: LessonEntry | None, name: str) -> str:
    """The solution cell of an exercise, without nbgrader's markers."""
    advice = f'`lesson.hint("{name}")` helps you on.'
    return solution(_sources(entry, name, "This copy of the lesson holds no answers of ours.", advice)[name])


def stub_source(entry: LessonEntry | None, name: str) -> str:
    """The answer's cell as a learner first gets it."""
    from autograder.student_version import student_version

    advice = "Copy its cell from the notebook as you first got it."
    path = _source_path(entry, f"This copy of the lesson holds no fresh start for `{name}`.", advice)
    return str(answer_cells(student_version(read_notebook(path)))[name].source)


def solution_value(entry: LessonEntry | None, exercise: Exercise, namespace: Mapping[str, Any]) -> Any:
    """Our answer as an object, made in a copy of the notebook's names.

    Where it builds on answers to earlier exercises, those are ours as well: the learner's may be unfinished.
    Raises CourseError when a name is missing because the cells above were not run.
    """
    sentence = f"`{exercise.id}` does not pass yet, and this copy of the lesson holds no answers of ours."
    advice = "Finish the exercise above, then run this cell again."
    cells = {name: solution(source) for name, source in _sources(entry, exercise.id, sentence, advice).items()}
    names = dict(namespace)
    try:
        for name in _needed(exercise.id, cells):
            file = f"<cell our {name}>"
            # Whoever asks for the source of our answer finds it, as they would find their own cell's.
            linecache.cache[file] = (len(cells[name]), None, cells[name].splitlines(keepends=True), file)
            exec(compile(cells[name], file, "exec", dont_inherit=True), names)
    except NameError as error:
        raise CourseError(
            f"Our `{exercise.id}` needs the name {error.name!r}, which is not there yet.",
            "Run all cells above this one first (Run > Run All Above Selected Cell).",
        ) from None
    if exercise.file:
        return cells[exercise.id].partition("\n")[2]
    found = {name: names[name] for name in exercise.names}
    return next(iter(found.values())) if len(found) == 1 else SimpleNamespace(**found)


def _needed(name: str, cells: Mapping[str, str]) -> list[str]:
    """The exercises whose solutions this one uses, then itself, in the notebook's order."""
    defines = {other: _names(source, ast.Store) for other, source in cells.items()}
    wanted, waiting = {name}, [name]
    while waiting:
        used = _names(cells[waiting.pop()], ast.Load)
        for other, defined in defines.items():
            if other not in wanted and used & defined:
                wanted.add(other)
                waiting.append(other)
    order = list(cells)
    return [other for other in order[: order.index(name) + 1] if other in wanted and not cells[other].startswith("%%")]


def _names(source: str, context: type[ast.expr_context]) -> set[str]:
    if source.startswith("%%"):
        return set()
    tree = ast.parse(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, context)}
    if context is ast.Store:
        names |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return names


def _sources(entry: LessonEntry | None, name: str, sentence: str, advice: str) -> dict[str, str]:
    """The answer cells of the course's notebook, `name` among them; where there is none, the words given say so."""
    path = _source_path(entry, sentence, advice)
    sources = answer_sources(path)
    if BEGIN not in sources.get(name, ""):
        raise CourseError(
            f"The course's notebook {path.name} has no solution for `{name}`.", "Update the course with `git pull`."
        )
    return sources


def _source_path(entry: LessonEntry | None, sentence: str, advice: str) -> Path:
    path = read_syllabus().notebook_path(entry) if entry else Path()
    if entry is None or not path.is_file():
        raise CourseError(sentence, advice)
    return path
