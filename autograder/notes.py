"""A short note from the course, in HTML or plain text: a hint, a solution, the progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from autograder.card import Link, html_link, inline, plain, style


class Note:
    """A sentence, and below it a list or pieces of code side by side.

    items: lines of a list.
    links: ways on, below the list.
    code:  pieces of code by their title; empty ones are left out.
    """

    def __init__(
        self,
        sentence: str,
        *,
        items: Sequence[str] = (),
        links: Sequence[Link] = (),
        code: Mapping[str, str] | None = None,
    ) -> None:
        self.sentence = sentence
        self._items = tuple(items)
        self._links = tuple(links)
        self._code = {title: text for title, text in (code or {}).items() if text}

    def __repr__(self) -> str:
        lines = [plain(self.sentence), *(f"  {plain(item)}" for item in self._items)]
        lines += [f"  {link.words}: {link.address}" for link in self._links]
        lines += [f"\n# {title}\n{text}" for title, text in self._code.items()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{inline(item)}</li>" for item in self._items)
        pieces = "".join(
            f'<div><p class="gw-soft">{escape(title)}</p><pre>{escape(text)}</pre></div>'
            for title, text in self._code.items()
        )
        below = f"<ul>{items}</ul>" if items else ""
        below += "".join(f"<p>{html_link(link)}</p>" for link in self._links)
        below += f'<div class="gw-columns">{pieces}</div>' if pieces else ""
        return f'{style()}<div class="gw-card"><p>{inline(self.sentence)}</p>{below}</div>'
