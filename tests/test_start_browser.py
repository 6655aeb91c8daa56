"""The entry check in a real JupyterLab: what it tells people to do works as it says."""

from __future__ import annotations

import pytest
from lab_in_browser import Desk, cell_with, open_lesson, run_cell, write
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def test_the_three_things_to_know_and_the_way_to_the_first_lesson(page: Page, desk: Desk) -> None:
    page.goto(desk.address)
    expect(page.get_by_role("link", name="Find out where to begin")).to_be_visible()
    open_lesson(page, desk, "00-start-here")
    # Run, change, run again.
    run_cell(page, cell_with(page, "lesson = Lesson("))
    cups = cell_with(page, "cups * price")
    run_cell(page, cups)
    expect(cups.locator(".jp-OutputArea-output")).to_have_text("7.5")
    write(page, cups, "cups = 4\nprice = 2.5\ncups * price")
    run_cell(page, cups)
    expect(cups.locator(".jp-OutputArea-output")).to_have_text("10.0")
    write(page, cell_with(page, "in place of the three dots"), "order = 10")
    run_cell(page, cell_with(page, "order = 10"))
    run_cell(page, cell_with(page, 'lesson.check("order")'))
    expect(cell_with(page, 'lesson.check("order")').locator(".gw-card")).to_contain_text("Passed")
    # The kernel remembers, and starts afresh.
    run_cell(page, cell_with(page, "visits = 0"))
    visits = cell_with(page, "visits + 1")
    for count in ("1", "2", "3"):
        run_cell(page, visits)
        expect(visits.locator(".jp-OutputArea-output")).to_have_text(count)
    page.get_by_role("menuitem", name="Kernel").click()
    page.get_by_role("menuitem", name="Restart Kernel and Run All Cells…").click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    expect(visits.locator(".jp-OutputArea-output")).to_have_text("1")
    # With that, every cell has run, and no question is answered.
    end = cell_with(page, "lesson.where_to_begin()")
    expect(end.locator(".gw-card")).to_contain_text("No question is answered yet.")
    # The link leads to the lesson, in JupyterLab.
    end.get_by_role("link", name="Open First programs").click()
    expect(page.get_by_role("heading", name="First programs", exact=True)).to_be_visible()
