"""The portfolio as its readers see it: on a screen, on a phone, in the dark, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from autograder.card import Picture
from autograder.lab.portfolio import Portfolio, write_portfolio
from autograder.lab.rerun import Project, Rerun
from autograder.outline import outlines
from autograder.syllabus import read_syllabus

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A portfolio of all that is written, with one exercise open and a picture, the stored one, for a project."""
    course = read_syllabus()
    stored = course.notebook_path(course.lesson("01-math/01-vectors")).read_text(encoding="utf-8")
    png = re.search(r'"image/png": "([^"\\]+)', stored)
    assert png is not None
    picture = Picture(png.group(1), "four rows of *six* photographs")
    runs = []
    for lesson in (entry for entry in course.lessons if entry.ready):
        names = tuple(outline.name for outline in outlines(course.spec_path(lesson)))
        project = Project(
            lesson, f"The challenge of {lesson.title}", ("it returns `None` for <b>nothing</b>",), picture
        )
        runs.append(Rerun(lesson, names[1:], names[:1], (project,)))
    folder = tmp_path_factory.mktemp("portfolio")
    return write_portfolio(Portfolio(course, tuple(runs), date(2026, 3, 1), 41.6, "Ada Lovelace"), folder).as_uri()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(browser: Browser, address: str, scheme: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(address)
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page(color_scheme="dark")
    opened.goto(address)
    yield opened
    opened.close()


def test_its_pictures_are_in_it_and_are_seen(page: Page) -> None:
    assert page.locator("img").count() > 10
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert page.locator("img").first.get_attribute("alt") == "Four rows of six photographs"


def test_printed_it_is_dark_on_white_whatever_the_screen_is_like(page: Page) -> None:
    page.emulate_media(media="print")
    style = "getComputedStyle(document.body)"
    assert page.evaluate(f"[{style}.color, {style}.backgroundColor]") == ["rgb(28, 28, 28)", "rgb(255, 255, 255)"]
    assert not page.get_by_text("Print this page").is_visible()
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF-") and len(re.findall(rb"/Type\s*/Page\b", pdf)) > 5
    assert len(pdf) > 50_000
