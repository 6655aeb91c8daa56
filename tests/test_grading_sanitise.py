"""What a student has written is shown, and does nothing: proved on nbgrader's own feedback page, in a real Chromium."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode, from_dict, validate

from autograder.grading.course import GradingCourse
from autograder.grading.gradebook import Gradebook
from autograder.grading.master import master
from autograder.grading.repair import grade_id, repair
from autograder.grading.results import CellMark, Result
from autograder.grading.sanitise import csv_safe, sanitise

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
PROSE = '<details><summary onclick="1">The course may write what it likes</summary>…</details>'
HIDDEN = "### BEGIN HIDDEN TESTS\nassert f(7) == 49, 'a secret'\n### END HIDDEN TESTS"


def cell(kind: str, source: str, outputs: list[dict[str, Any]] | None = None, **marks: Any) -> NotebookNode:
    made: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source, "id": f"c{abs(hash(source)) % 10**9}"}
    if marks:
        base = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
        made["metadata"] = {"nbgrader": {**base, **marks}}
    if kind == "code":
        made |= {"outputs": outputs or [], "execution_count": None}
    node: NotebookNode = from_dict(made)
    return node


def notebook(*cells: NotebookNode) -> NotebookNode:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made: NotebookNode = from_dict(
        {"cells": list(cells), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    )
    return made


SOURCE = notebook(
    cell("markdown", PROSE),
    cell("markdown", "YOUR ANSWER HERE", grade_id="why", grade=True, solution=True, points=1),
    cell("code", f"assert f(2) == 4\n{HIDDEN}", grade_id="test", grade=True, locked=True, points=1),
)


def shown(*cells: NotebookNode, **more: Any) -> list[NotebookNode]:
    made = sanitise(notebook(*cells), SOURCE, **more)
    validate(made)
    return list(made.cells)


def display(**data: Any) -> dict[str, Any]:
    forms = {kind.replace("__", "/").replace("_", "-").replace("svg-", "svg+"): value for kind, value in data.items()}
    return {"output_type": "display_data", "data": forms, "metadata": {}}


def html_of(page: str) -> str:
    made = shown(cell("code", "", [{"output_type": "display_data", "data": {"text/html": page}, "metadata": {}}]))
    return str(made[0].outputs[0].data["text/html"])


@pytest.mark.parametrize(
    "text",
    [
        "A *plain* answer with $x^2 < y$",
        "[a](https://example.org) ![b](plot.png) ![c](attachment:c.png)",
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n\n```python\nif a < 2:\n    pass\n```",
    ],
)
def test_harmless_markdown_is_left_as_it_is(text: str) -> None:
    made = cell("markdown", text)
    made["attachments"] = {"c.png": {"image/png": PNG}}
    assert shown(made)[0].source == text


def test_what_the_course_has_written_is_left_as_it_is() -> None:
    assert shown(cell("markdown", PROSE))[0].source == PROSE


def test_harmless_html_keeps_its_looks() -> None:
    (made,) = shown(cell("markdown", "H<sub>2</sub>O and\n\n```\nif a <b:\n\n    x\n```"))
    assert "H<sub>2</sub>O" in made.source
    assert "if a &lt;b&#58;\n&#32;\n    x" in made.source


def test_a_table_of_pandas_stays_a_table() -> None:
    page = '<style scoped>.dataframe {}</style><table border="1" class="dataframe"><tr><td>1</td></tr></table>'
    assert html_of(page) == '<table border="1"><tbody><tr><td>1</td></tr></tbody></table>'


def test_only_known_forms_of_output_are_shown() -> None:
    (made,) = shown(
        cell(
            "code",
            "",
            [
                display(text__plain="plain", image__png=PNG, application__javascript="pwn()", text__x="?"),
                display(image__png='"><script>pwn()</script>'),
                display(application__json={"a": 1}),
                {"output_type": "update_display_data", "data": {"text/plain": "x"}},
                {"output_type": "display_data", "data": {"text/plain": ["a", "b"]}, "metadata": {"isolated": True}},
            ],
        )
    )
    assert [output.data for output in made.outputs] == [{"image/png": PNG, "text/plain": "plain"}, {"text/plain": "ab"}]
    assert all(output.metadata == {} for output in made.outputs)


def test_a_drawing_is_shown_as_a_picture_in_which_nothing_runs() -> None:
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' onload='pwn()'/>"
    made = shown(cell("code", "", [display(image__svg_xml=drawing)]))[0].outputs[0].data["text/html"]
    assert made.startswith('<img alt="a drawing" src="data:image/svg+xml;base64,')
    assert base64.b64decode(made.split(",")[1].rstrip('">')).decode() == drawing


def test_a_card_of_the_graders_own_is_kept_as_it_is_and_no_one_elses() -> None:
    card = {
        "output_type": "display_data",
        "data": {"text/html": "<style>a{}</style><div id='card'></div>"},
        "metadata": {},
    }
    cells = [cell("code", "", [card], grade_id="test", grade=True, locked=True, points=1), cell("code", "x", [card])]
    mine, theirs = shown(*cells, ours={"test"})
    assert mine.outputs[0].data["text/html"] == card["data"]["text/html"]  # type: ignore[index]
    assert theirs.outputs[0].data["text/html"] == "<div></div>"


def test_hidden_tests_and_what_errors_quote_of_them_are_taken_out() -> None:
    error = {
        "output_type": "error",
        "ename": "AssertionError",
        "evalue": "a squared number",
        "traceback": ["----> 3 assert f(7) == 49, 'a secret'"],
    }
    test = cell("code", f"assert f(2) == 4\n{HIDDEN}", [error], grade_id="test", grade=True, locked=True, points=1)
    made = shown(test)[0]
    assert made.source == "assert f(2) == 4"
    assert made.outputs[0].traceback == ["AssertionError: a squared number"]
    assert "secret" not in json.dumps(made)


def test_metadata_of_a_students_cells_is_gone() -> None:
    made = cell("code", "1")
    made["metadata"] = from_dict({"tags": ['"><script>'], "magics_language": "x"})
    assert shown(made)[0].metadata == {}


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("Zoë", "Zoë"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_name_that_a_spreadsheet_would_calculate_is_quoted(text: str, safe: str) -> None:
    assert csv_safe(text) == safe


# Everything that has ever run a script, in every place that a page shows

SCRIPTS = [
    "<script>pwn()</script>",
    "<img src=x onerror=pwn()>",
    "<img/src=x/onerror=pwn()>",
    "<svg onload=pwn()>",
    "<svg><script>pwn()</script></svg>",
    "<svg><animate onbegin=pwn() attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.pwn()</script>'></iframe>",
    "<iframe src=javascript:parent.pwn()></iframe>",
    "<object data='javascript:pwn()'></object><embed src='javascript:pwn()'>",
    "<details open ontoggle=pwn()>",
    "<input autofocus onfocus=pwn()>",
    "<style>@import 'http://127.0.0.1:9/beacon';</style><div style='background:url(http://127.0.0.1:9/beacon)'>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/beacon'><base href='http://127.0.0.1:9/'>",
    "<link rel=stylesheet href=http://127.0.0.1:9/beacon><img src=http://127.0.0.1:9/beacon>",
    "<form action=javascript:pwn()><button id=click>x</button></form>",
    "<a href=javascript:pwn()>click</a>",
    "<a href='&#106;ava\tscript:pwn()'>click</a>",
    "<a href=' &#1;javascript:pwn()'>click</a>",
    "<a href='data:text/html,<script>opener.pwn()</script>'>click</a>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=pwn()&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=pwn()>'>",
    "<svg></p><style><a id='</style><img src=1 onerror=pwn()>'>",
    "<!--><img src=x onerror=pwn()>-->",
    "<![CDATA[<img src=x onerror=pwn()>]]>",
    "<template><script>pwn()</script></template><x onclick=pwn()>click</x>",
    "</pre></div></script></style></textarea></title><img src=x onerror=pwn()>",
]
MARKDOWN = [
    "[click](javascript:pwn())",
    "[click](JaVaScRiPt:pwn())",
    "[click](javascript&colon;pwn())",
    "[click](java&#x0A;script:pwn())",
    "[click][r]\n\n[r]: javascript:pwn()",
    "<javascript:pwn()>",
    '![x](x"onerror="pwn())',
    '[x](https://e.org "title"onmouseover="pwn()")',
    "<b>\n\n\\[click\\]\\(javascript:pwn())\n\n[click](javascript:pwn())",
    "$$ <img src=x onerror=pwn()> $$ $<img src=x onerror=pwn()>$",
    "`<img src=x onerror=pwn()>` \\<img src=x onerror=pwn()>",
    "$\\href{javascript:pwn()}{click}$",
    "&#92;href{javascript:pwn()}{x} <b>\\&#104;ref{javascript:pwn()}{x}</b>",
    "| <img src=x onerror=pwn()> |\n|---|\n| x |",
    "# <img src=x onerror=pwn()>\n\nx\n: <script>pwn()</script>",
]


def hostile() -> list[NotebookNode]:
    cells = [cell("markdown", text) for text in SCRIPTS + MARKDOWN]
    cells += [cell("raw", text) for text in SCRIPTS]
    for text in SCRIPTS:
        outputs = [
            display(text__html=text),
            display(text__markdown=text),
            display(text__latex=text),
            display(text__plain=text),
            display(image__svg_xml=text),
            display(image__png=f'"{text}'),
            {"output_type": "stream", "name": "stdout", "text": f"\x1b[31m{text}\x1b]8;;javascript:pwn()\x1b\\"},
            {"output_type": "error", "ename": text, "evalue": text, "traceback": [text, f"\x1b[0;31m{text}\x1b[0m"]},
        ]
        cells.append(cell("code", f"# {text}", outputs))
    outputs = [display(text__markdown=text) for text in MARKDOWN] + [display(application__javascript="pwn()")]
    outputs += [{**display(text__plain="x", image__png=PNG), "metadata": {"image/png": {"width": "1 onerror=pwn()"}}}]
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "</script><script>pwn()</script>"}}
    cells.append(cell("code", "x", [*outputs, {"output_type": "display_data", "data": widget, "metadata": {}}]))
    tagged = cell("code", "y")
    tagged["metadata"] = from_dict({"tags": ['"><script>pwn()</script>'], "raw_mimetype": "text/html"})
    return [*cells, tagged]


@pytest.mark.browser
@pytest.mark.slow
def test_nbgraders_feedback_on_a_hostile_notebook_runs_loads_and_links_to_nothing_of_it(
    tmp_path: Path, needs_chromium: Path
) -> None:
    pages = feedback(tmp_path)
    before = watched(pages["careless"], needs_chromium)
    assert before["ran"] > 10 and before["asked"] and before["links"], (
        "the notebook is not hostile: this proves nothing"
    )
    assert watched(pages["ours"], needs_chromium) == {"ran": 0, "asked": [], "links": []}


def feedback(folder: Path) -> dict[str, Path]:
    """The pages that stock nbgrader makes of a hostile notebook: as our grading writes it, and as it was handed in."""
    (folder / "source/ps1").mkdir(parents=True)
    (folder / "source/ps1/sums.ipynb").write_text(json.dumps(SOURCE))
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    course = GradingCourse.read(folder)
    right = master(course, "ps1", "sums")
    repaired = repair(notebook(*hostile()), right).notebook
    for node in repaired.cells:
        if grade_id(node) == "why":
            node.source = "".join(SCRIPTS[:3])
    stays = [node for node in hostile() if "http-equiv" not in json.dumps(node)]  # it would take the page away
    careless = notebook(*stays, *(node for node in repaired.cells if grade_id(node)))
    careless.metadata["title"] = "</title><script>pwn()</script>"
    mark = (CellMark("test", 0, 1, "outside"),)
    with Gradebook(course) as book:
        for student, made in (("ours", sanitise(repaired, right)), ("careless", careless)):
            book.write([(Result(student, "ps1", "sums", "graded", cells=mark), made)])
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "ps1"],
        cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name: folder / "feedback" / name / "ps1/sums.html" for name in ("ours", "careless")}


def watched(page: Path, chromium: Path) -> dict[str, Any]:
    """What a page does in a browser: scripts of ours it ran, addresses it asked for, links that act when clicked."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page()
        asked: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.route(lambda url: url.startswith("http"), lambda route: route.abort())
        opened.add_init_script("window.pwned = 0; window.pwn = () => { (top || window).pwned += 1 }")
        opened.goto(page.as_uri())
        opened.wait_for_load_state("load")
        links = opened.eval_on_selector_all(
            "a[href], form, iframe, object, embed, [srcdoc]",
            "all => all.map(one => one.getAttribute('href') || one.outerHTML.slice(0, 80))",
        )
        opened.evaluate("document.querySelectorAll('details, a, button, input').forEach(one => one.focus())")
        found = {
            "ran": opened.evaluate("window.pwned"),
            "asked": [url for url in asked if "beacon" in url or "127.0.0.1" in url],
            "links": [one for one in links if not one.startswith(("#", "https://"))],
        }
        browser.close()
    return found


PIECES = [*SCRIPTS, *MARKDOWN, "\n\n", "```", "$$", "`", "<b>", "</b>", "> ", "- ", "\\", "&lt;", "](", "    "]


@settings(max_examples=100)
@given(parts=st.lists(st.sampled_from(PIECES), max_size=5))
def test_whatever_is_put_together_nothing_that_acts_is_left(parts: list[str]) -> None:
    from bleach._vendor import html5lib  # type: ignore[import-untyped]
    from nbconvert.filters import markdown2html

    text = "".join(parts)
    page = markdown2html(shown(cell("markdown", text))[0].source) + html_of(f"{text}.")
    for found in html5lib.parse(page, namespaceHTMLElements=False).iter():
        assert found.tag not in {"script", "iframe", "object", "embed", "form", "input", "svg", "math", "meta", "link"}
        for name, value in found.attrib.items():
            assert not name.startswith(("on", "src" if value.startswith("http") else "on", "style"))
            assert "script:" not in "".join(value.split()).lower() or name == "title"
