"""The course page in a real JupyterLab and a real Chromium: every button, by mouse and by keyboard."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab_in_browser import Desk
from playwright.sync_api import Browser, BrowserContext, Page, expect

from autograder.lab.workspace import STATE
from autograder.notebooks import answer_cells, read_notebook, write_notebook

pytestmark = pytest.mark.browser

LESSON = "01-math/01-vectors"
LENGTH = "def length(v):\n    return sum(x**2 for x in v) ** 0.5"


@pytest.fixture
def page(context: BrowserContext, desk: Desk) -> Page:
    """The course page of somebody who did nothing yet."""
    done(desk)
    opened = context.new_page()
    opened.goto(desk.address)
    return opened


def done(desk: Desk, *passed: str, days_ago: int = 0) -> None:
    """Writes the journal of somebody who passed these exercises of the lesson on vectors, and nothing else."""
    when = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(timespec="seconds")
    event = {"time": when, "lesson": LESSON, "event": "check", "outcome": "passed", "points": 1, "maximum": 1}
    lines = [json.dumps({**event, "exercise": name}) + "\n" for name in passed]
    (desk.folder.parent / "journal.jsonl").write_text("".join(lines), encoding="utf-8")


def copy_of(desk: Desk) -> Path:
    return desk.folder / f"{LESSON}.ipynb"


def answer(desk: Desk, exercise: str, source: str) -> None:
    notebook = read_notebook(copy_of(desk))
    answer_cells(notebook)[exercise].source = source
    write_notebook(notebook, copy_of(desk))


def answer_in(notebook: Path) -> str:
    """The text of the answer to `length`."""
    return str(answer_cells(read_notebook(notebook))["length"].source)


def more(page: Page, title: str = "Vectors") -> None:
    page.get_by_text("more", exact=True).and_(page.get_by_label(f"More about {title}")).click()


def serious(page: Page) -> list[Any]:
    """What axe-core finds that would keep somebody from using the page."""
    result = Axe().run(page)
    return [
        (violation["id"], [node["html"][:200] for node in violation["nodes"]])
        for violation in result.response["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]


def test_continue_opens_the_very_exercise_and_the_way_back_is_in_the_lesson(page: Page, desk: Desk) -> None:
    done(desk, "warmup_1", "warmup_2", "length", "unit_vector")
    page.reload()
    expect(page.get_by_text("Next exercise: Dot product by hand")).to_be_visible()
    page.get_by_role("link", name="Continue").click()
    heading = page.locator(".jp-Notebook").get_by_role("heading", name="Exercise: Dot product by hand")
    expect(heading).to_be_in_viewport()
    expect(page.locator(".jp-Notebook .jp-Cell.jp-mod-active")).to_contain_text("Exercise: Dot product by hand")
    page.get_by_role("button", name="Course page").click()
    expect(page.get_by_role("heading", name="Go on with Vectors")).to_be_visible()


def test_the_whole_way_by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Find out where to begin")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Matrices", exact=True)).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Vectors", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Begin anew, and keep a backup").first).to_be_visible()


def test_reset_keeps_a_backup_and_says_where(page: Page, desk: Desk) -> None:
    answer(desk, "length", LENGTH)
    more(page)
    page.get_by_role("button", name="Begin anew").first.click()
    said = page.get_by_role("status")
    expect(said).to_contain_text("“Vectors” is as it was at first. Your copy as it was is kept.")
    backup = str(said.get_by_role("link").get_attribute("href")).partition("/lab/tree/")[2]
    assert answer_in(desk.folder / backup) == LENGTH != answer_in(copy_of(desk))
    page.reload()
    expect(said).to_have_count(0)


def test_an_update_brings_the_newest_version_with_the_answers(page: Page, desk: Desk) -> None:
    answer(desk, "length", LENGTH)
    notebook = read_notebook(copy_of(desk))
    notebook.cells[0].source = "# Vectors of last year"
    write_notebook(notebook, copy_of(desk))
    state = json.loads((desk.folder / STATE).read_text(encoding="utf-8"))
    state[LESSON] = {"source": "of last year", "given": "of last year"}
    (desk.folder / STATE).write_text(json.dumps(state), encoding="utf-8")
    page.reload()
    page.get_by_role("button", name="Update to the newer version").click()
    expect(page.get_by_role("status")).to_contain_text("“Vectors” is the course's newest version. Your answers")
    expect(page.get_by_role("button", name="Update to the newer version")).to_have_count(0)
    updated = read_notebook(copy_of(desk))
    assert updated.cells[0].source.startswith("# Vectors\n") and answer_in(copy_of(desk)) == LENGTH


def test_a_deleted_copy_is_made_again_by_one_click(page: Page, desk: Desk) -> None:
    copy_of(desk).unlink()
    page.reload()
    page.get_by_role("button", name="Vectors").click()
    expect(page.locator(".jp-Notebook").get_by_role("heading", name="Vectors", exact=True)).to_be_visible()
    assert copy_of(desk).is_file()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answers_are_compared_side_by_side(page: Page, desk: Desk, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    answer(desk, "length", LENGTH)
    done(desk, "length")
    page.reload()
    more(page)
    page.get_by_role("link", name="Compare your answers with ours").click()
    expect(page.get_by_role("textbox", name="Yours: length")).to_contain_text("return sum(x**2 for x in v) ** 0.5")
    expect(page.get_by_role("textbox", name="Ours: length", exact=True)).to_contain_text("sum_of_squares")
    expect(page.get_by_role("banner")).to_contain_text("Not shown, because you have not passed them yet: warmup_1")
    expect(page.get_by_role("textbox")).to_have_count(2)
    assert serious(page) == []
    page.reload()
    expect(page.get_by_role("textbox", name="Ours: length", exact=True)).to_be_visible()


def test_a_review_is_made_by_one_click(page: Page, desk: Desk) -> None:
    expect(page.get_by_role("button", name="Today’s review")).to_have_count(0)
    done(desk, "length", "unit_vector", days_ago=2)
    page.reload()
    page.get_by_role("button", name="Today’s review").click()
    expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible()
    assert list((desk.folder / "review").glob("*.ipynb"))


def test_what_can_not_be_done_is_a_sentence_and_changes_nothing(page: Page, desk: Desk) -> None:
    answer(desk, "length", LENGTH)
    backups = desk.folder / "backups"
    away = backups.rename(desk.folder / "backups-away") if backups.exists() else None
    backups.touch()  # a file where the folder has to be: not even root can write there
    more(page)
    page.get_by_role("button", name="Begin anew").first.click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile("backups.* can't be written: .*try again"))
    assert answer_in(copy_of(desk)) == LENGTH
    backups.unlink()
    if away:
        away.rename(backups)


def test_an_address_of_no_lesson_is_a_sentence(page: Page, desk: Desk) -> None:
    page.goto(desk.address.replace("/course?", "/course/open/01-math/99-none?"))
    expect(page.get_by_role("alert")).to_contain_text(
        "The course has no lesson “01-math/99-none” any more, or not yet."
    )


def test_nothing_is_shown_or_done_without_the_token(page: Page, desk: Desk, browser: Browser) -> None:
    base = desk.address.partition("/course")[0]
    stranger = browser.new_context().new_page()
    stranger.goto(f"{base}/course")
    expect(stranger.get_by_role("heading", name="Groundwork")).to_have_count(0)
    before = copy_of(desk).stat().st_mtime_ns
    assert stranger.request.post(f"{base}/course/do/reset/{LESSON}").status == 403
    assert copy_of(desk).stat().st_mtime_ns == before


def test_a_button_pressed_by_another_page_does_nothing(page: Page, desk: Desk) -> None:
    base = desk.address.partition("/course")[0]
    before = copy_of(desk).stat().st_mtime_ns
    reset = f"{base}/course/do/reset/{LESSON}"
    refused = page.request.post(reset)
    assert refused.status == 403 and "This page belongs to an earlier session." in refused.text()
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "_xsrf")
    from_elsewhere = page.request.post(reset, form={"_xsrf": token}, headers={"Origin": "http://elsewhere.example"})
    assert from_elsewhere.status == 404
    assert page.request.get(reset).status == 405
    assert copy_of(desk).stat().st_mtime_ns == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_keeps_nobody_out(page: Page, desk: Desk, scheme: Any) -> None:
    done(desk, "length", days_ago=2)
    page.emulate_media(color_scheme=scheme)
    page.reload()
    more(page)
    assert serious(page) == []


def test_the_pages_fit_a_phone(page: Page, desk: Desk) -> None:
    done(desk, "length", days_ago=2)
    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    more(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="Compare your answers with ours").click()
    expect(page.get_by_role("textbox", name="Ours: length", exact=True)).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
