"""The learner's way in, walked in a real JupyterLab in a real Chromium."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

pytestmark = pytest.mark.browser

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NO_ROOT = "def length(v):\n return sum(x**2 for x in v)"
RIGHT = "def length(v):\n return sum(x**2 for x in v)**0.5"


@dataclass(frozen=True)
class Desk:
    """A JupyterLab that `autograder learn` has opened."""

    address: str
    folder: Path

    def lesson(self, lesson_id: str) -> str:
        return self.address.replace("/groundwork", f"/lab/tree/{lesson_id}.ipynb")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "autograder", "learn", "--browser", "none", "--port", str(port)]
    environment = {**os.environ, "GROUNDWORK_JOURNAL": str(folder / "journal.jsonl")}
    server = subprocess.Popen(
        [*command, "--folder", str(folder / "work")], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        address = next(found.group() for line in server.stdout if (found := re.search(r"http://\S+", line)))
        yield Desk(address, folder / "work")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        server.stdout.close()


@pytest.fixture(scope="module")
def browser(needs_chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(needs_chromium), args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield context.new_page()
    context.close()


def cell_with(page: Page, text: str) -> Locator:
    return page.locator(".jp-Notebook .jp-CodeCell").filter(has=page.locator(".cm-content", has_text=text)).first


def run_cell(page: Page, cell: Locator) -> None:
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")


def write(page: Page, cell: Locator, code: str) -> None:
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)


def open_lesson(page: Page, desk: Desk, lesson_id: str) -> None:
    page.goto(desk.lesson(lesson_id))
    expect(cell_with(page, "lesson = Lesson(")).to_be_visible()
    expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first).to_be_visible()


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
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"1 of \d+ passed"))
    expect(page.get_by_role("link", name="Open the lesson")).to_have_attribute("href", re.compile("01-vectors"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_start_page_keeps_nobody_out(page: Page, desk: Desk, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(desk.address)
    expect(page.get_by_role("heading", name="Groundwork")).to_be_visible()
    assert serious(page) == []


def test_the_start_page_fits_a_phone(page: Page, desk: Desk) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(desk.address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_start_page_is_behind_the_token(page: Page, desk: Desk) -> None:
    page.goto(desk.address.partition("?")[0])
    expect(page.get_by_role("heading", name="Groundwork")).to_have_count(0)


def test_nothing_of_the_instructors_and_no_news_is_on_the_learners_screen(page: Page, desk: Desk) -> None:
    open_lesson(page, desk, "01-math/01-vectors")
    expect(page.get_by_role("button", name="Validate")).to_be_visible()
    expect(page.locator(".jp-toast, .Toastify__toast")).to_have_count(0)
    expect(page.locator("#jp-MainMenu")).not_to_contain_text("Nbgrader")
    page.keyboard.press("ControlOrMeta+Shift+c")
    palette = page.locator(".lm-CommandPalette-input")
    palette.fill("formgrader")
    expect(page.locator(".lm-CommandPalette-item", has_text="Formgrader")).to_have_count(0)
