"""One exercise taken out of its lesson: its task, what its answer builds on, the empty answer."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from autograder.notebooks import answer_cells, checked_exercise, solution

if TYPE_CHECKING:
    from nbformat import NotebookNode

_TASK: Final = "### Exercise"


@dataclass(frozen=True)
class Excerpt:
    """An exercise that can stand by itself.

    task:    Markdown, from its heading on.
    context: code that makes what the answer builds on; empty when it builds on nothing.
    stub:    the cell to answer in.
    makes:   the names that context and answer define, apart from imports.
    """

    task: str
    context: str
    stub: str
    makes: frozenset[str]


@dataclass(frozen=True)
class _Statement:
    """A statement of the lesson: its text, the names it reads, and those it binds or changes."""

    text: str
    reads: frozenset[str]
    binds: frozenset[str]
    changes: frozenset[str]
    imports: bool = False


def excerpt(lesson: NotebookNode, released: NotebookNode, name: str) -> Excerpt | None:
    """The exercise `name` of a lesson; None when its answer builds on something that can't be taken along.

    lesson:   the course's notebook, with solutions: they tell what an answer needs.
    released: the same as learners get it.
    """
    answers, stubs = answer_cells(lesson), answer_cells(released)
    end = lesson.cells.index(answers[name])
    begin = next((place for place in range(end, -1, -1) if _TASK in lesson.cells[place].source), end)
    task = "\n\n".join(cell.source for cell in lesson.cells[begin:end] if cell.cell_type == "markdown")
    made = list(_above(released.cells[:end], {stubs[other]["id"]: (other, answers[other].source) for other in stubs}))
    own_source = solution(answers[name].source)
    own = list(_statements(own_source))
    defined = _bound(own)
    needed = (_read(own) | _read(_statements(stubs[name].source))) - _binds_first(own)
    if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in _body(own_source)):
        needed |= _tools(made, answers.values())
    kept = _needed(made, needed)
    if kept is None:
        return None
    context = "\n".join(dict.fromkeys(statement.text for statement in kept))
    makes = defined | _bound([statement for statement in kept if not statement.imports])
    return Excerpt(task[task.rfind(_TASK) :], context, stubs[name].source, frozenset(makes))


def _tools(made: Sequence[_Statement], answers: Iterable[NotebookNode]) -> set[str]:
    """What is imported above and used by any answer of the lesson: another right answer may use what ours does not."""
    used = set[str]().union(*(_read(_statements(solution(answer.source))) for answer in answers))
    return used & _bound([statement for statement in made if statement.imports])


def _above(cells: Sequence[NotebookNode], exercises: Mapping[str, tuple[str, str]]) -> Iterator[_Statement]:
    """The statements above an exercise; in place of an earlier answer stands ours, lent by the lesson.

    exercises: by the id of the answer's cell, the exercise and the cell's text with our solution.
    """
    for cell in cells:
        if cell.cell_type != "code" or checked_exercise(cell):
            continue
        exercise, ours = exercises.get(cell["id"], ("", ""))
        given = {statement.text for statement in _statements(cell.source)}
        answered = _bound([statement for statement in _statements(solution(ours)) if statement.text not in given])
        yield from (statement for statement in _statements(cell.source) if not statement.binds & answered)
        # With several names, the others are helpers of ours, or none of them is the answer by itself.
        if exercise in answered or len(answered) == 1:
            name = exercise if exercise in answered else next(iter(answered))
            yield _Statement(f'{name} = lesson.use("{exercise}")', frozenset(), frozenset({name}), frozenset())


def _needed(made: Sequence[_Statement], names: set[str]) -> list[_Statement] | None:
    """The statements that make these names, and the names which those need, in order; None when one has none."""
    chosen: set[int] = set()
    waiting, done = {name for name in names if not hasattr(builtins, name)}, {"lesson", "Lesson"}
    while waiting - done:
        name = (waiting - done).pop()
        done.add(name)
        bound = [place for place, statement in enumerate(made) if name in statement.binds]
        if not bound:
            return None
        first = next((place for place in reversed(bound) if name not in made[place].reads), bound[0])
        for place, statement in enumerate(made[first:], start=first):
            if name in statement.binds | statement.changes:
                chosen.add(place)
                waiting |= {read for read in statement.reads if not hasattr(builtins, read)}
    return [made[place] for place in sorted(chosen)]


def _statements(source: str) -> Iterator[_Statement]:
    """A cell's statements; none when it is not plain Python."""
    lines = source.splitlines()
    for node in _body(source):
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])
        text = "\n".join(lines[first - 1 : node.end_lineno])
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = frozenset((alias.asname or alias.name).partition(".")[0] for alias in node.names)
            yield _Statement(text, frozenset(), names, frozenset(), imports=True)
        else:
            yield _Statement(text, frozenset(_reads(node)), frozenset(_binds(node)), frozenset(_changes(node)))


def _body(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def _binds(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def _changes(node: ast.stmt) -> set[str]:
    """Names of things into which a statement writes, as in `table["x"] = 1`."""
    targets = [
        part
        for part in ast.walk(node)
        if isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store)
    ]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    bases = [next(_roots(target)) for target in targets]
    return {base.id for base in bases if isinstance(base, ast.Name)}


def _roots(node: ast.expr) -> Iterator[ast.expr]:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    yield node


def _reads(node: ast.AST) -> set[str]:
    """The notebook's names that a statement reads, now or when it is called: without what is its own."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        given = node.args
        own = {part.arg for part in ast.walk(given) if isinstance(part, ast.arg)}
        body = node.body if isinstance(node.body, list) else [node.body]
        inside = set[str]().union(*(_reads(part) for part in body))
        for part in body:
            own |= {n.id for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            own |= {n.name for n in ast.walk(part) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
            own |= {
                a.asname or a.name
                for n in ast.walk(part)
                if isinstance(n, ast.Import | ast.ImportFrom)
                for a in n.names
            }
        outside = [*given.defaults, *(default for default in given.kw_defaults if default)]
        outside += getattr(node, "decorator_list", [])
        own.add(getattr(node, "name", ""))
        return (inside - own) | set[str]().union(*(_reads(part) for part in outside))
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        own = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
        return set[str]().union(*(_reads(part) for part in ast.iter_child_nodes(node))) - own
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    found = set[str]().union(*(_reads(part) for part in ast.iter_child_nodes(node)))
    if isinstance(node, ast.ClassDef):
        found -= {node.name}.union(*(_binds(part) for part in node.body))
    if isinstance(node, ast.AugAssign):
        found |= {part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)}
    if isinstance(node, ast.ExceptHandler) and node.name:
        found.discard(node.name)
    return found


def _bound(statements: Sequence[_Statement]) -> set[str]:
    return set[str]().union(*(statement.binds for statement in statements))


def _read(statements: Iterator[_Statement] | Sequence[_Statement]) -> set[str]:
    return set[str]().union(*(statement.reads for statement in statements))


def _binds_first(statements: Sequence[_Statement]) -> set[str]:
    """The names that a cell makes before it reads them."""
    made: set[str] = set()
    read: set[str] = set()
    for statement in statements:
        read |= statement.reads - made
        made |= statement.binds - read
    return made
