"""Takes the pictures of README and docs from the real thing: `make screenshots`."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from lab_in_browser import cell_with, chromium, open_desk, open_lesson, run_cell, write
from playwright.sync_api import expect

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"


def main() -> None:
    """Writes start.png, lesson.png and lesson-dark.png into docs/images."""
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if executable is None:
        sys.exit("Chromium is missing; install it with: sudo apt install --no-install-recommends chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_desk(Path(folder)) as desk,
        chromium(Path(executable)) as browser,
    ):
        page = browser.new_page(viewport={"width": 1200, "height": 860})
        page.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        page.goto(desk.address)
        page.screenshot(path=IMAGES / "start.png")
        open_lesson(page, desk, "01-math/01-vectors")
        run_cell(page, cell_with(page, "lesson = Lesson("))
        answer, check = cell_with(page, "def length("), cell_with(page, 'lesson.check("length")')
        write(page, answer, "def length(v):\n    return sum(number**2 for number in v)")
        run_cell(page, answer)
        run_cell(page, check)
        expect(check.locator(".gw-card")).to_be_visible()
        page.get_by_role("tab", name=re.compile("File Browser")).click()
        check.locator(".gw-card").evaluate("card => card.scrollIntoView({block: 'end'})")
        page.screenshot(path=IMAGES / "lesson.png")
        page.get_by_role("menuitem", name="Settings").click()
        page.locator(".lm-Menu-item", has_text="Theme").first.hover()
        page.locator(".lm-Menu-item", has_text="JupyterLab Dark").first.click()
        expect(page.locator('body[data-jp-theme-light="false"]')).to_have_count(1)
        page.screenshot(path=IMAGES / "lesson-dark.png")


if __name__ == "__main__":
    main()
