"""The text of a solution by its bytes, as Python's syntax trees count them: pieces are read and replaced in place."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

_MAGIC: Final = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)
_WHOLE: Final = (
    ast.Name | ast.Constant | ast.Call | ast.Attribute | ast.Subscript | ast.List | ast.Dict | ast.Set
    | ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp | ast.JoinedStr
)  # fmt: skip
"""Expressions that need no parentheses, wherever they stand."""


@dataclass(frozen=True)
class Span:
    """A piece of a text: its first byte, and the byte after its last."""

    start: int
    end: int


@dataclass(frozen=True)
class Edit:
    """A small change: `operator` says in a few words what kind it is; each piece gets a text in its place."""

    operator: str
    pieces: tuple[tuple[Span, str], ...]

    @property
    def start(self) -> int:
        return min(span.start for span, _ in self.pieces)


class Source:
    """A text with its syntax tree. Lines with IPython's magics count as `pass`.

    Raises SyntaxError when it is not Python, ValueError when it holds a null byte.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(without_magics(text))
        self._bytes = text.encode()
        # A line that is `pass` to the tree is as long as ever here, and the places in the others stay the same.
        self._line_starts = [0, *accumulate(len(line) + 1 for line in self._bytes.split(b"\n"))]

    def span(self, node: Any) -> Span:
        """Where a node stands, without the parentheses around it."""
        starts = self._line_starts
        return Span(
            starts[node.lineno - 1] + node.col_offset,
            starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def read(self, span: Span) -> str:
        return self._bytes[span.start : span.end].decode()

    def of(self, node: ast.expr) -> str:
        """An expression's own text, in parentheses where it could fall apart elsewhere."""
        text = self.read(self.span(node))
        return (
            text if isinstance(node, _WHOLE) or (text.startswith("(") and isinstance(node, ast.Tuple)) else f"({text})"
        )

    def between(self, before: Any, after: Any) -> Span:
        return Span(self.span(before).end, self.span(after).start)

    def find(self, symbol: str, span: Span) -> Span | None:
        """The first place of `symbol` in a span of the text that is not in a comment."""
        at = 0
        for line in self.read(span).split("\n"):
            code = line.partition("#")[0]
            if symbol in code:
                begin = span.start + at + len(code[: code.index(symbol)].encode())
                return Span(begin, begin + len(symbol.encode()))
            at += len(line.encode()) + 1
        return None

    def line(self, position: int) -> int:
        """The number of the line, from 1, on which a byte stands."""
        return sum(start <= position for start in self._line_starts[1:]) + 1

    def apply(self, edit: Edit) -> str:
        changed = self._bytes
        for span, text in sorted(edit.pieces, key=lambda piece: piece[0].start, reverse=True):
            changed = changed[: span.start] + text.encode() + changed[span.end :]
        return changed.decode()

    def replace(self, operator: str, node: Any, text: str) -> Edit:
        return Edit(operator, ((self.span(node), text),))

    def swap(self, operator: str, one: ast.expr, other: ast.expr) -> Edit:
        return Edit(operator, ((self.span(one), self.of(other)), (self.span(other), self.of(one))))

    def statements_around(self, position: int) -> tuple[str, ...]:
        """The first lines of the statements that a byte stands in, outermost first."""
        lines = self.text.split("\n")
        statements = (node for node in ast.walk(self.tree) if isinstance(node, ast.stmt))
        found = [node for node in statements if self.span(node).start <= position < self.span(node).end]
        return tuple(lines[node.lineno - 1].strip() for node in sorted(found, key=lambda node: self.span(node).start))


def without_magics(text: str) -> str:
    """The text with `pass` for each line that only IPython understands."""
    return _MAGIC.sub(r"\1pass", text)
