"""Takes the pictures of README and docs from the real thing: `make screenshots`."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lab_in_browser import Desk, cell_with, chromium, open_desk, open_lesson, run_cell, write
from playwright.sync_api import Page, expect

from autograder.notebooks import answer_cells, answer_sources, read_notebook, solution, write_notebook
from autograder.spec import exercise_names
from autograder.syllabus import read_syllabus

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
VECTORS, MATRICES = "01-math/01-vectors", "01-math/02-matrices"
HINTED = {"unit_vector", "projection"}
ANSWERS = {
    "length": '''def length(v):
    """Return the length of the vector v."""
    return sum(number**2 for number in v) ** 0.5''',
    "unit_vector": '''def unit_vector(v):
    """Return the vector of length 1 that points the same way as v."""
    size = np.linalg.norm(v)
    if not size:
        raise ValueError("the zero vector has no direction")
    return v / size''',
    "cosine_similarity": '''def cosine_similarity(u, v):
    """Return the cosine of the angle between u and v."""
    dot = sum(a * b for a, b in zip(u, v))
    return dot / (sum(a * a for a in u) ** 0.5 * sum(b * b for b in v) ** 0.5)''',
}
"""Answers of a learner's own; the others are as we gave them."""


def main() -> None:
    """Writes the pictures of the course page, of a comparison and of a lesson into docs/images."""
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
        picture_course(page, desk)
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


def picture_course(page: Page, desk: Desk) -> None:
    """The desk of somebody in their second week: the course page on a screen and on a phone, and a comparison."""
    _study(desk)
    page.goto(desk.address)
    page.screenshot(path=IMAGES / "course.png")
    page.get_by_label("More about Vectors").click()
    page.get_by_role("link", name="Compare your answers with ours").click()
    expect(page.get_by_role("textbox", name="Ours: cosine similarity", exact=True)).to_be_visible()
    page.screenshot(path=IMAGES / "comparison.png", clip={"x": 0, "y": 0, "width": 1200, "height": 640})
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 860})
    page.goto(desk.address)
    page.screenshot(path=IMAGES / "course-phone.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1200, "height": 860})


def _study(desk: Desk) -> None:
    """Writes answers to the lesson on vectors into its copy, and what was done into the journal."""
    syllabus = read_syllabus()
    copy = desk.folder / f"{VECTORS}.ipynb"
    notebook = read_notebook(copy)
    answers = answer_cells(notebook)
    for name, source in answer_sources(syllabus.notebook_path(syllabus.lesson(VECTORS))).items():
        answers[name].source = ANSWERS.get(name, solution(source))
    write_notebook(notebook, copy)
    passed = [(VECTORS, name) for name in answers]
    passed += [(MATRICES, name) for name in exercise_names(syllabus.spec_path(syllabus.lesson(MATRICES)))[:4]]
    moment, lines = datetime.now(UTC) - timedelta(days=8), []
    for lesson, name in passed:
        moment += timedelta(minutes=9)
        event = {"time": moment.isoformat(timespec="seconds"), "lesson": lesson, "exercise": name}
        if name in HINTED:
            lines.append({**event, "event": "hint", "number": 1})
        lines.append({**event, "event": "check", "outcome": "passed", "points": 1, "maximum": 1})
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (desk.folder.parent / "journal.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
