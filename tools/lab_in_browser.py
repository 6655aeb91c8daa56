"""A JupyterLab opened by `autograder learn`, driven in a real Chromium: for the browser tests and the screenshots."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class Desk:
    """A running desk: the course page's address with its token, and the folder of working copies."""

    address: str
    folder: Path

    def lesson(self, lesson_id: str) -> str:
        """The address of a lesson."""
        return self.address.replace("/course", f"/lab/tree/{lesson_id}.ipynb")


@contextmanager
def open_desk(folder: Path, course: Path | None = None) -> Iterator[Desk]:
    """Serves working copies and a journal below `folder` until the block is left.

    course: the root of another course than this one, with a copy of the package in it.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "autograder", "learn", "--browser", "none", "--port", str(port)]
    environment = {**os.environ, "GROUNDWORK_JOURNAL": str(folder / "journal.jsonl")}
    with subprocess.Popen(
        [*command, "--folder", str(folder / "work")], cwd=course, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            found = (re.search(r"http://\S+", line) for line in server.stdout)
            address = next((match.group() for match in found if match), "")
            assert address, "autograder learn printed no address"
            yield Desk(address, folder / "work")
        finally:
            server.terminate()  # it ends as by Ctrl-C, also where whoever started it has made it deaf to that
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:  # else leaving the block would wait for ever
                server.kill()
                raise


@contextmanager
def chromium(executable: Path) -> Iterator[Browser]:
    """A headless Chromium that keeps to itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(executable), args=QUIET)
        yield browser
        browser.close()


def open_lesson(page: Page, desk: Desk, lesson_id: str) -> None:
    """Opens a lesson and waits until its kernel is idle."""
    page.goto(desk.lesson(lesson_id))
    expect(cell_with(page, "lesson = Lesson(")).to_be_visible()
    expect(page.get_by_role("button", name="Python 3 (ipykernel) | Idle")).to_be_visible()


def cell_with(page: Page, text: str) -> Locator:
    """The first code cell that holds a text."""
    return page.locator(".jp-Notebook .jp-CodeCell").filter(has=page.locator(".cm-content", has_text=text)).first


def run_cell(page: Page, cell: Locator) -> None:
    """Runs a cell as a learner does, click and Shift+Enter, and waits until it is done."""
    _focus(cell)
    before = cell.locator(".jp-InputPrompt").inner_text()
    page.keyboard.press("Shift+Enter")
    expect(cell.locator(".jp-InputPrompt")).not_to_have_text(before)
    expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"))


def write(page: Page, cell: Locator, code: str) -> None:
    """Replaces a cell's text."""
    _focus(cell)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)


def open_palette(page: Page) -> Locator:
    """The palette's input. It closes again where a notebook that still loads takes the focus."""
    palette = page.locator(".lm-CommandPalette-input")
    for _ in range(5):
        page.keyboard.press("ControlOrMeta+Shift+c")
        try:
            expect(palette).to_be_focused(timeout=2_000)
        except AssertionError:
            continue
        break
    return palette


def _focus(cell: Locator) -> None:
    cell.locator(".cm-content").click()
    expect(cell.locator(".cm-focused")).to_be_visible()
