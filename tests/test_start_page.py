"""The start page: what to do next, what is done, what is planned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.journal import VARIABLE, Journal
from autograder.lab.page import start_page
from autograder.lab.workspace import Workspace
from autograder.syllabus import read_syllabus

pytestmark = pytest.mark.learner

LESSON = "01-first/01-sums"
EXERCISES = ("question", "steps", "total", "average")


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    path = tmp_path / "journal.jsonl"
    monkeypatch.setenv(VARIABLE, str(path))
    return Journal(path)


@pytest.fixture
def workspace(tmp_path: Path, journal: Journal) -> Workspace:
    return Workspace(tmp_path / "work", read_syllabus(Path(__file__).with_name("small_curriculum") / "syllabus.toml"))


def words(page: str) -> str:
    """What the page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("</head>")[2]).split())


def test_on_the_first_day_it_says_where_to_begin_and_how(workspace: Workspace) -> None:
    page = start_page(workspace)
    assert "0 of 4 exercises passed." in words(page)
    assert "Begin with Sums &amp; &lt;averages&gt; · 30 minutes" in words(page)
    assert "Your first time here" in page
    assert f'<a class="go" href="/lab/tree/{LESSON}.ipynb">' in page


def test_under_way_it_names_the_next_exercise(workspace: Workspace, journal: Journal) -> None:
    journal.add(LESSON, "question", "check", outcome="passed")
    journal.add(LESSON, "steps", "check", outcome="in progress")
    page = words(start_page(workspace))
    assert "1 of 4 exercises passed." in page and "1 of 4 passed Sums" in page
    assert "Go on with Sums &amp; &lt;averages&gt;" in page and "Next exercise: steps" in page
    assert "Your first time here" not in page


def test_when_all_is_done_it_says_so_and_offers_no_lesson(workspace: Workspace, journal: Journal) -> None:
    for name in EXERCISES:
        journal.add(LESSON, name, "check", outcome="passed")
    page = start_page(workspace)
    assert "Every lesson that is written is done." in page and "✓ done" in page
    assert 'class="go"' not in page


def test_a_newer_version_is_offered_beside_the_learners(workspace: Workspace) -> None:
    assert ".new.ipynb" not in start_page(workspace)
    offer = workspace.offer_of(workspace.syllabus.lesson(LESSON))
    offer.parent.mkdir(parents=True)
    offer.touch()
    assert f'<a href="/lab/tree/{LESSON}.new.ipynb">open the new version</a>' in start_page(workspace)


def test_planned_lessons_are_folded_and_are_no_links(workspace: Workspace) -> None:
    later = start_page(workspace).partition("02-later")[2]
    assert "<details><summary>1 more lesson is planned</summary>" in later
    assert '<li class="soft">Products</li>' in later
    assert "<a " not in later


def test_what_the_syllabus_says_is_shown_as_text_never_as_html(workspace: Workspace) -> None:
    page = start_page(workspace)
    assert "What &lt;script&gt; adds up." in page and "First &lt;steps&gt;" in page and "Adding &amp; more." in page
    assert "<script" not in page and "<averages>" not in page and "<steps>" not in page


def test_links_keep_the_servers_base_address(workspace: Workspace) -> None:
    assert f'href="/user/ada/lab/tree/{LESSON}.ipynb"' in start_page(workspace, "/user/ada/")


def test_nothing_comes_from_the_network_and_nothing_runs(workspace: Workspace) -> None:
    page = start_page(workspace)
    assert not re.search(r"https?://|<script|@import|<link|<img|\son\w+=", page)
