"""Makes a graded notebook harmless to whoever opens its pages: nothing in it runs, loads or pretends to be the page."""

from __future__ import annotations

import base64
import copy
import html
import re
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from autograder.grading.master import HIDDEN_TESTS
from autograder.grading.parse import PICTURES, is_base64
from autograder.grading.repair import grade_id
from autograder.quick import quick_imports

if TYPE_CHECKING:
    from nbformat import NotebookNode

# fmt: off
_TAGS: Final = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details", "div", "dl",
    "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre",
    "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "u", "ul", "var",
})
# fmt: on
# No id, name, class or style: they could take the place of the page's own parts, or cover them.
_ATTRIBUTES: Final = {
    "*": ["title", "lang", "dir"],
    "a": ["href"],
    "img": ["src", "alt", "width", "height"],
    "ol": ["start"],
    "table": ["border"],
    "td": ["colspan", "rowspan", "align"],
    "th": ["colspan", "rowspan", "align", "scope"],
}
_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
_NOT_TEXT: Final = re.compile(r"<(style|script|title)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_MARKUP: Final = re.compile(r"<[A-Za-z/!?]")
_ADDRESS: Final = re.compile(r"""(href|src)\s*=\s*"([^"]*)\"""")
_SAFE_LINK: Final = re.compile(r"(?:https?://|mailto:|#|[^:]*$)", re.IGNORECASE)
_LOCAL: Final = re.compile(r"(?:attachment:[^:]*$|(?!//)[^:]*$)", re.IGNORECASE)
_TEX_THAT_ACTS: Final = re.compile(r"\\\s*(?:href|require|unicode|style|class|cssId|html\w*)\b", re.IGNORECASE)
_MARKDOWN: Final = str.maketrans({char: f"&#{ord(char)};" for char in "[]()*_`$\\~!|{}^:@"})
_TEXT_FORMS: Final = ("text/plain", "text/latex", "text/markdown", "text/html")


def sanitise(
    notebook: NotebookNode,
    source: NotebookNode,
    ours: Collection[str] = (),
    hidden: re.Pattern[str] = HIDDEN_TESTS,
) -> NotebookNode:
    """A copy of a graded notebook that may be shown: to the instructor in formgrader, to the student as feedback.

    Text that the course's notebook `source` has too is left alone. All other Markdown and HTML keeps its looks and
    loses scripts, frames, forms, styles, pictures from elsewhere and links that are no addresses; other kinds of
    output are left out. Hidden tests and what their errors quote of them are taken out.
    `ours` are the grade ids of cells whose outputs the grader has written itself: they are kept as they are.
    """
    made = copy.deepcopy(notebook)
    trusted = {cell.source for cell in source.cells}
    has_hidden = {grade_id(cell) for cell in source.cells if grade_id(cell) and hidden.search(cell.source)}
    for cell in made.cells:
        name = grade_id(cell)
        if name in has_hidden:
            cell["source"] = hidden.sub("", cell.source).rstrip("\n")
        if not name:
            cell["metadata"].clear()
        if cell.cell_type == "code":
            if not name or name not in ours:
                outputs = [kept for output in cell.get("outputs", []) if (kept := _output(output))]
                cell["outputs"] = [_without_traceback(o) for o in outputs] if name in has_hidden else outputs
        elif cell.source not in trusted:
            _keep_pictures(cell)
            is_markdown = cell.cell_type == "markdown"
            cell["source"] = (
                _markdown(cell.source, cell.get("attachments")) if is_markdown else html.escape(cell.source)
            )
    return made


def csv_safe(text: str) -> str:
    """A text that a spreadsheet shows instead of calculating it (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) or text[:1] in ("\t", "\r", "\n") else text


def _output(output: NotebookNode) -> NotebookNode | None:
    """An output with only what is known to be harmless, or None when nothing is left."""
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return _node(output_type="stream", name=name, text=_joined(output.get("text")))
    if kind == "error":
        lines = output.get("traceback")
        return _node(
            output_type="error",
            ename=_joined(output.get("ename")),
            evalue=_joined(output.get("evalue")),
            traceback=[_joined(line) for line in lines] if isinstance(lines, list) else [],
        )
    data = _forms(output.get("data")) if kind in ("display_data", "execute_result") else {}
    if not data:
        return None
    made = {"output_type": kind, "data": data, "metadata": {}}
    if kind == "execute_result":
        count = output.get("execution_count")
        made["execution_count"] = count if isinstance(count, int) else None
    return _node(**made)


def _forms(given: Any) -> dict[str, str]:
    """The forms of a displayed value that can be shown: texts, pictures, tables."""
    data = given if isinstance(given, dict) else {}
    kept = {kind: data[kind] for kind in sorted(PICTURES & set(data)) if is_base64(data[kind])}
    texts = {kind: _joined(data[kind]) for kind in _TEXT_FORMS if kind in data}
    if "text/plain" in texts:
        kept["text/plain"] = texts["text/plain"]
    if "text/latex" in texts:
        kept["text/latex"] = _without_acting_tex(texts["text/latex"])
    if "text/markdown" in texts:
        kept["text/markdown"] = _markdown(texts["text/markdown"])
    if "text/html" in texts:
        kept["text/html"] = _clean(texts["text/html"])
    if "image/svg+xml" in data and not PICTURES & set(kept):
        # Inside an <img>, no browser runs a drawing's scripts or loads what it asks for.
        drawing = base64.b64encode(_joined(data["image/svg+xml"]).encode()).decode()
        kept["text/html"] = f'<img alt="a drawing" src="data:image/svg+xml;base64,{drawing}">'
    return kept


def _markdown(source: str, attachments: Any = None) -> str:
    """Markdown that renders to harmless HTML: the text itself where it does so already, else its rendering, cleaned."""
    with quick_imports():
        from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    source = _without_acting_tex(source)
    try:
        page = str(
            MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=attachments or {})).render(source)
        )
    except Exception:  # of a renderer on text that was perhaps written against it
        return f"<pre>{html.escape(source).translate(_MARKDOWN)}</pre>"
    if not _MARKUP.search(source) and all(_is_harmless(*found) for found in _ADDRESS.findall(page)):
        return source
    # In one block without an empty line, and with all that means something in Markdown written as entities, the
    # HTML is taken as it stands.
    inert = re.sub(r"\n[ \t]*(?=\n)", "\n&#32;", _clean(page).translate(_MARKDOWN))
    return f"<div>\n{inert.strip()}\n</div>"


def _is_harmless(attribute: str, address: str) -> bool:
    plain = "".join(char for char in html.unescape(address) if char.isprintable()).strip()
    if attribute == "src":
        return bool(_LOCAL.match(plain) or _PICTURE.fullmatch(plain))
    return bool(_SAFE_LINK.match(plain))


def _clean(page: str) -> str:
    cleaned: str = _cleaner().clean(_NOT_TEXT.sub("", page))
    return _without_acting_tex(cleaned)


@cache
def _cleaner() -> Any:
    from bleach.sanitizer import Cleaner  # type: ignore[import-untyped]

    def allowed(tag: str, name: str, value: str) -> bool:
        if name not in _ATTRIBUTES["*"] + _ATTRIBUTES.get(tag, []):
            return False
        return name not in {"href", "src"} or _is_harmless(name, value)

    return Cleaner(
        tags=_TAGS, attributes=allowed, protocols={"http", "https", "mailto", "data"}, strip=True, strip_comments=True
    )


def _without_acting_tex(text: str) -> str:
    r"""A text in which MathJax finds no command that makes links or changes the page, such as \href."""
    if not _TEX_THAT_ACTS.search(html.unescape(text)):
        return text
    # An invisible space behind each backslash, however that is written: formulas in this text are shown as text.
    return re.sub(r"\\|&#0*92;?|&#x0*5c;?|&bsol;", "\\\\\u200b", text, flags=re.IGNORECASE)


def _without_traceback(output: NotebookNode) -> NotebookNode:
    """An error without the lines of the test that it quotes; its message is the test's own sentence."""
    if output["output_type"] != "error":
        return output
    first = ": ".join(filter(None, [output["ename"], output["evalue"]]))
    return _node(**{**output, "traceback": [first]})


def _keep_pictures(cell: NotebookNode) -> None:
    for forms in (cell.get("attachments") or {}).values():
        for kind in [kind for kind, data in forms.items() if kind not in PICTURES or not is_base64(data)]:
            del forms[kind]


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "".join(map(str, value))
    return value if isinstance(value, str) else str(value) if value is not None else ""


def _node(**fields: Any) -> NotebookNode:
    with quick_imports():
        from nbformat import from_dict
    node: NotebookNode = from_dict(fields)
    return node
