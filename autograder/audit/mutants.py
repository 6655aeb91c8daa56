"""Small changes of a solution that a learner could have written: each is a wrong answer that some test must catch.

Mutants are made on the solution's text: the changed piece is replaced where it stands, everything else stays as its
author wrote it, so that a survivor can be shown as a diff. The order is that of the text, and the same text always
gives the same mutants.
"""

from __future__ import annotations

import ast
import difflib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from autograder.audit.operators import edits
from autograder.audit.source import Source, without_magics
from autograder.notebooks import BEGIN, END, solution


@dataclass(frozen=True)
class Mutant:
    """A changed solution.

    operator: what kind of change it is, in a few words.
    line:     its line in the solution's cell without nbgrader's markers, from 1.
    source:   the whole cell with the change in it, without nbgrader's markers.
    changed:  the part of it that has to run again where the solution has run already: the definition with the change
              in it and those below. Empty where the change is outside of definitions, or where other code follows.
    diff:     the lines that differ, each led by - or +.
    within:   the first lines of the statements that the change stands in, outermost first.
    """

    operator: str
    line: int
    source: str
    changed: str
    diff: tuple[str, ...]
    within: tuple[str, ...] = ()

    @property
    def added(self) -> str:
        """The changed line as it reads now, or the line that is gone: what excuses an equivalent mutant."""
        lines = sorted(self.diff, key=lambda line: not line.startswith("+"))
        return lines[0][1:].strip() if lines else ""


def mutants(cell_source: str) -> list[Mutant]:
    """All mutants of the solution regions of a cell; a cell without markers is mutated as a whole.

    Changes that leave the bytecode as it was, and changes that come to the same code as an earlier one, are left out.
    A file's cell (`%%writefile`) loses one line after the other.
    """
    text = solution(cell_source)
    inside = _lines_inside(cell_source)
    if text.startswith("%%"):
        return list(_without_a_line(text, inside))
    try:
        source = Source(text)
    except (SyntaxError, ValueError):
        return []
    seen = {_fingerprint(text)}
    found = []
    for edit in sorted(edits(source), key=lambda edit: (edit.start, edit.operator, [text for _, text in edit.pieces])):
        line = source.line(edit.start)
        if line not in inside:
            continue
        mutated = source.apply(edit)
        fingerprint = _fingerprint(mutated)
        if fingerprint is None or fingerprint in seen:
            continue
        seen.add(fingerprint)
        found.append(
            Mutant(
                edit.operator,
                line,
                mutated,
                _to_run_again(source, mutated, line),
                _diff(text, mutated),
                source.statements_around(edit.start),
            )
        )
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
    lines = source.rstrip().splitlines()
    for number in sorted(inside & set(range(1, len(lines) + 1))):
        line = lines[number - 1].strip()
        if number == 1 or not line or line.startswith("#"):
            continue
        changed = "\n".join(lines[: number - 1] + lines[number:])
        yield Mutant("line removed", number, changed, "", _diff("\n".join(lines), changed))


def _to_run_again(source: Source, mutated: str, line: int) -> str:
    body = source.tree.body
    first = next((n for n, node in enumerate(body) if _first_line(node) <= line <= (node.end_lineno or 0)), len(body))
    if first == len(body) or not all(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body[first:]):
        return ""
    # Blank lines above it keep the numbers of the lines as they are in the cell.
    above = _first_line(body[first]) - 1
    return "\n" * above + "\n".join(mutated.split("\n")[above:])


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _fingerprint(text: str) -> tuple[Any, ...] | None:
    """What a text compiles to, without line numbers, names of files and docstrings; None when it does not compile."""
    try:
        tree = ast.parse(without_magics(text))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass(lineno=1, col_offset=0)]
        with warnings.catch_warnings(action="ignore"):
            return _code(compile(tree, "<solution>", "exec", dont_inherit=True))
    except (SyntaxError, ValueError):
        return None


def _code(code: CodeType) -> tuple[Any, ...]:
    constants = tuple(_code(c) if isinstance(c, CodeType) else (type(c).__name__, repr(c)) for c in code.co_consts)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return (code.co_code, code.co_exceptiontable, constants, *names)


def _diff(before: str, after: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=0)
    return tuple(line for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---")))
