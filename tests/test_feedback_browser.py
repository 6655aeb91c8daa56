"""A feedback page in a real Chromium: even what no cleaning has caught does nothing there."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import BrowserContext, expect

from autograder.grading.feedback import FeedbackExporter

pytestmark = pytest.mark.browser

SLIPPED_IN = """<b id="seen">still here</b>
<script>document.title = "ran"</script>
<img src="data:image/gif;base64,AA" onerror="document.title = 'ran'">
<img src="https://example.org/who-reads-this.png">
<form action="https://example.org/"><button>send</button></form>"""


def test_what_was_slipped_into_a_feedback_page_neither_runs_nor_calls(tmp_path: Path, context: BrowserContext) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(SLIPPED_IN)])
    shown = {"nbgrader": {"notebook": "sums", "score": 4, "max_score": 4, "late_penalty": 0}}
    page_of, _ = FeedbackExporter().from_notebook_node(notebook, shown)
    path = tmp_path / "sums.html"
    path.write_text(page_of, encoding="utf-8")
    assert "onerror" in page_of and "<script>document.title" in page_of, "it must be there to be stopped"
    page = context.new_page()
    refused: dict[str, str | None] = {}
    answered: list[str] = []
    page.on("requestfailed", lambda request: refused.update({request.url: request.failure}))
    page.on("response", lambda response: answered.append(response.url))
    page.goto(path.as_uri())
    expect(page.locator("#seen")).to_have_text("still here")
    page.get_by_role("button", name="send").click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert page.title() != "ran"
    assert set(refused.values()) == {"csp"} and "https://example.org/who-reads-this.png" in refused
    assert answered == [path.as_uri()]
