"""The learner's way in, walked in a real JupyterLab in a real Chromium."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab_in_browser import Desk, cell_with, open_lesson, open_palette, run_cell, write
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

NO_ROOT = "def length(v):\n return sum(x**2 for x in v)"
RIGHT = "def length(v):\n return sum(x**2 for x in v)**0.5"


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def serious(page: Page, within: str | None = None) -> list[Any]:
    """What axe-core finds that would keep somebody from using the page."""
    result = Axe().run(page, context=within)
    return [
        (violation["id"], [node["html"][:200] for node in violation["nodes"]])
        for violation in result.response["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]


def test_a_wrong_answer_is_explained_a_right_one_counts_and_progress_outlives_a_reload(page: Page, desk: Desk) -> None:
    open_lesson(page, desk, "01-math/01-vectors")
    run_cell(page, cell_with(page, "lesson = Lesson("))
    check = cell_with(page, 'lesson.check("length")')
    answer = cell_with(page, "def length(")

    run_cell(page, check)
    expect(check.locator(".gw-card")).to_contain_text("Not started")

    write(page, answer, NO_ROOT)
    run_cell(page, answer)
    run_cell(page, check)
    expect(check.locator(".gw-card")).to_contain_text("You added the squares and stopped there")
    expect(check.locator(".gw-card")).to_contain_text("Not yet")
    assert serious(page, ".gw-card") == []

    write(page, answer, RIGHT)
    run_cell(page, answer)
    run_cell(page, check)
    expect(check.locator(".gw-card")).to_contain_text("Passed")
    expect(check.locator(".gw-card")).to_contain_text("4 of 4 points")
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)

    page.reload()
    expect(cell_with(page, 'lesson.check("length")').locator(".gw-card")).to_contain_text("Passed")
    page.goto(desk.address)
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"1 of \d+ exercises passed, about"))
    expect(page.get_by_role("link", name="Continue")).to_have_attribute("href", re.compile("01-vectors"))


def test_nothing_of_the_instructors_and_no_news_is_on_the_learners_screen(page: Page, desk: Desk) -> None:
    open_lesson(page, desk, "01-math/01-vectors")
    expect(page.get_by_role("button", name="Validate")).to_be_visible()
    expect(page.locator(".jp-toast, .Toastify__toast")).to_have_count(0)
    expect(page.locator("#jp-MainMenu")).not_to_contain_text("Nbgrader")
    palette = open_palette(page)
    palette.fill("formgrader")
    expect(page.locator(".lm-CommandPalette-item", has_text="Formgrader")).to_have_count(0)
