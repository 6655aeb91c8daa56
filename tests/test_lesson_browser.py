"""A lesson and a review in a real JupyterLab and a real Chromium: hints, the way on, the way back after a restart."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lab_in_browser import Desk, cell_with, open_lesson, run_cell, write
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

LESSON = "01-math/01-vectors"
DOT_PRODUCT = """\
def dot_product(u, v):
    if len(u) != len(v):
        raise ValueError("dimensions differ")
    return sum(a * b for a, b in zip(u, v))
"""


@pytest.fixture
def page(context: BrowserContext, desk: Desk) -> Page:
    """The course page, with no notebook left open from before."""
    shutil.rmtree(desk.folder / ".jupyter" / "workspaces", ignore_errors=True)
    opened = context.new_page()
    opened.goto(desk.address)
    return opened


def journal_of(desk: Desk) -> Path:
    return desk.folder.parent / "journal.jsonl"


def events(desk: Desk) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal_of(desk).read_text(encoding="utf-8").splitlines()]


def test_a_hint_is_noted_a_pass_leads_on_and_a_restart_leads_back(page: Page, desk: Desk) -> None:
    open_lesson(page, desk, LESSON)
    run_cell(page, cell_with(page, "lesson = Lesson("))
    check, answer = cell_with(page, 'lesson.check("length")'), cell_with(page, "def length(")

    write(page, answer, "def length(v):\n return sum(x**2 for x in v)")
    run_cell(page, answer)
    run_cell(page, check)
    with page.expect_response(re.compile("/course/hint$")) as noted:
        check.get_by_text("Show a hint").click()
    assert noted.value.status == 204
    assert [(event["event"], event["exercise"]) for event in events(desk)] == [("check", "length"), ("hint", "length")]

    write(page, answer, "def length(v):\n return sum(x**2 for x in v) ** 0.5")
    run_cell(page, answer)
    run_cell(page, check)
    check.get_by_role("link", name="Go there").click()
    expect(page.get_by_role("heading", name="Exercise: Unit vector")).to_be_in_viewport()

    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    page.get_by_role("button", name="Restart the kernel", exact=True).click()
    with page.expect_response(re.compile("/api/kernels/.*/restart")):
        page.get_by_role("button", name="Confirm Kernel Restart").click()
    expect(page.get_by_role("button", name="Python 3 (ipykernel) | Idle")).to_be_visible()
    run_cell(page, check)
    expect(check).to_contain_text("lesson comes from another cell, which was not run since the kernel was started.")
    run_cell(page, cell_with(page, "lesson = Lesson("))
    run_cell(page, check)
    expect(check).to_contain_text("You have worked on this before")


def test_a_review_is_opened_from_the_course_page_and_solved(page: Page, desk: Desk) -> None:
    when = (datetime.now(UTC) - timedelta(days=2)).isoformat(timespec="seconds")
    passed = {"time": when, "lesson": LESSON, "exercise": "dot_product", "event": "check", "outcome": "passed"}
    journal_of(desk).write_text(json.dumps(passed) + "\n", encoding="utf-8")
    page.reload()
    page.get_by_role("button", name=re.compile("review", re.IGNORECASE)).click()
    expect(page.get_by_role("button", name="Python 3 (ipykernel) | Idle")).to_be_visible()
    run_cell(page, cell_with(page, "from autograder import Lesson"))
    answer, check = cell_with(page, "def dot_product("), cell_with(page, 'lesson.check("dot_product")')
    write(
        page,
        answer,
        DOT_PRODUCT,
    )
    run_cell(page, answer)
    run_cell(page, check)
    expect(check.locator(".gw-card")).to_contain_text("after a longer while each time")
    assert events(desk)[-1]["review"] == datetime.now().astimezone().date().isoformat()
