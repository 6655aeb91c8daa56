"""The course page: what to do next, the path with what is done of it, and a sentence for everything that is wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.journal import VARIABLE, Journal
from autograder.lab.actions import begin, reset, update
from autograder.lab.compare import compare
from autograder.lab.neighbours import open_elsewhere
from autograder.lab.page import Desk, Said, comparison_page, course_page, failure_page
from autograder.lab.places import Place, place_of
from autograder.lab.workspace import Workspace
from autograder.notebooks import answer_cells, read_notebook, write_notebook
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
def desk(tmp_path: Path, journal: Journal) -> Desk:
    """The small course with its copies prepared, as `make learn` leaves it."""
    shutil.copytree(Path(__file__).with_name("small_curriculum"), tmp_path / "curriculum")
    workspace = Workspace(tmp_path / "work", read_syllabus(tmp_path / "curriculum" / "syllabus.toml"))
    workspace.prepare()
    return Desk(workspace, journal)


def words(page: str) -> str:
    """What the page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("</head>")[2]).split())


def copy_of(desk: Desk) -> Path:
    return desk.workspace.folder / f"{LESSON}.ipynb"


def answer(desk: Desk, exercise: str, source: str) -> None:
    notebook = read_notebook(copy_of(desk))
    answer_cells(notebook)[exercise].source = source
    write_notebook(notebook, copy_of(desk))


# The page


def test_on_the_first_day_it_says_where_to_begin_and_how(desk: Desk) -> None:
    page = course_page(desk)
    assert "0 of 4 exercises passed." in words(page)
    assert "Begin with Sums &amp; &lt;averages&gt;" in words(page) and "About 30 minutes" in words(page)
    assert "Your first time here" in page
    assert f'<a class="go" href="/course/open/{LESSON}">' in page


def test_under_way_continue_leads_to_the_very_exercise(desk: Desk, journal: Journal) -> None:
    journal.add(LESSON, "question", "check", outcome="passed")
    journal.add(LESSON, "steps", "check", outcome="in progress")
    page = course_page(desk)
    assert "1 of 4 exercises passed, about" in words(page)
    assert "Go on with Sums &amp; &lt;averages&gt; Next exercise: " in words(page)
    assert f'<a class="go" href="/course/open/{LESSON}?exercise=steps">Continue</a>' in page
    assert "Your first time here" not in page


def test_when_all_is_done_it_says_so_and_offers_no_lesson(desk: Desk, journal: Journal) -> None:
    for name in EXERCISES:
        journal.add(LESSON, name, "check", outcome="passed")
    page = course_page(desk)
    assert "Every lesson that is written is done" in page and "1 of 1 done" not in page
    assert 'class="go"' not in page


def test_each_exercise_says_how_it_was_solved(desk: Desk, journal: Journal) -> None:
    journal.add(LESSON, "question", "check", outcome="passed")
    journal.add(LESSON, "steps", "hint", number=1)
    journal.add(LESSON, "steps", "check", outcome="passed")
    journal.add(LESSON, "total", "check", outcome="in progress")
    said = words(course_page(desk))
    assert "question ✓ unaided" in said and "steps ✓ with hints" in said and "total tried" in said


def test_planned_lessons_are_no_links_and_have_no_buttons(desk: Desk) -> None:
    later = course_page(desk).partition('id="02-later"')[2]
    assert "1 planned" in words(f"</head>{later}") and "Products" in later
    assert "<a " not in later and "<form" not in later


def test_what_the_syllabus_says_is_shown_as_text_never_as_html(desk: Desk) -> None:
    shutil.rmtree(desk.workspace.folder)
    for page in (course_page(desk), course_page(desk, said=Said("<b>", link="a&b", words="<i>"))):
        assert "What &lt;script&gt; adds up." in page and "First &lt;steps&gt;" in page and "Adding &amp; more." in page
        assert "<script" not in page and "<averages>" not in page and "<steps>" not in page and "<b>" not in page


def test_links_and_buttons_keep_the_servers_base_address(desk: Desk) -> None:
    page = course_page(desk, "/user/ada/")
    assert not re.search(r'(href|action)="(?!/user/ada/)', page)


def test_nothing_comes_from_the_network_and_nothing_runs(desk: Desk) -> None:
    assert not re.search(r"https?://|<script|@import|<link|<img|\son\w+=", course_page(desk))


def test_every_button_carries_the_servers_token(desk: Desk) -> None:
    page = course_page(desk, xsrf='<input type="hidden" name="_xsrf" value="t">')
    assert page.count("<form") == page.count('name="_xsrf"') > 0
    assert page.count("<form") == page.count('<form method="post"')


# What is wrong is told, and nothing is in the way


def test_a_torn_and_a_foreign_line_in_the_journal_are_told_in_a_sentence(desk: Desk, journal: Journal) -> None:
    journal.add(LESSON, "question", "check", outcome="passed")
    journal.path.write_bytes(journal.path.read_bytes() + b'{"half\n[]\n')
    said = words(course_page(desk))
    assert "2 lines of" in said and "1 of 4 exercises passed" in said


def test_a_journal_and_a_folder_that_can_not_be_written_are_told(
    desk: Desk, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write everywhere
    said = words(course_page(desk))
    assert f"{desk.workspace.folder} can&#39;t be written" in said and f"{journal.path} can&#39;t be written" in said


def test_a_second_jupyterlab_on_the_folder_is_told(desk: Desk, journal: Journal) -> None:
    page = course_page(Desk(desk.workspace, journal, "127.0.0.1:8889"))
    assert "Another JupyterLab is open on this folder, at 127.0.0.1:8889." in words(page)


@pytest.mark.skipif(sys.platform == "win32", reason="a process's parent is looked up")
def test_another_server_on_the_folder_is_found_by_the_note_it_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    assert open_elsewhere(tmp_path) == ""
    note = {"pid": os.getppid(), "root_dir": str(tmp_path), "url": "http://127.0.0.1:8889/"}
    (tmp_path / "jpserver-1.json").write_text(json.dumps(note), encoding="utf-8")
    assert open_elsewhere(tmp_path) == "127.0.0.1:8889"
    assert open_elsewhere(tmp_path / "work") == ""
    (tmp_path / "jpserver-1.json").write_text(json.dumps({**note, "pid": os.getpid()}), encoding="utf-8")
    assert open_elsewhere(tmp_path) == ""


def test_a_lesson_removed_from_the_course_leaves_the_learners_copy_in_sight(desk: Desk) -> None:
    syllabus = desk.workspace.syllabus.folder / "syllabus.toml"
    syllabus.write_text(syllabus.read_text(encoding="utf-8").replace("01-sums", "01-other"), encoding="utf-8")
    after = Desk(Workspace(desk.workspace.folder, read_syllabus(syllabus)), desk.journal)
    page = course_page(after)
    assert "No longer in the course" in page and f'<a href="/lab/tree/{LESSON}.ipynb">' in page
    with pytest.raises(CourseError, match=f"no lesson “{LESSON}” any more"):
        reset(after, LESSON)
    assert copy_of(desk).is_file()


def test_when_the_page_itself_can_not_be_made_there_is_a_sentence_and_a_way_on() -> None:
    page = failure_page(CourseError("x < y.", "Correct it."), "/user/ada/")
    assert "x &lt; y. Correct it." in words(page) and 'href="/user/ada/lab"' in page


# The buttons


def test_a_deleted_copy_becomes_a_button_that_makes_it_again(desk: Desk) -> None:
    copy_of(desk).unlink()
    assert f'action="/course/do/begin/{LESSON}"' in course_page(desk)
    begin(desk, LESSON)
    assert copy_of(desk).is_file()
    assert "/do/begin/" not in course_page(desk)


def test_reset_gives_the_lesson_back_and_leads_to_the_backup(desk: Desk) -> None:
    fresh = copy_of(desk).read_bytes()
    answer(desk, "total", "total = 3")
    said = reset(desk, LESSON)
    assert said.good and said.sentence == "“Sums & <averages>” is as it was at first. Your copy as it was is kept."
    assert copy_of(desk).read_bytes() == fresh
    assert "total = 3" in (desk.workspace.folder / said.link).read_text(encoding="utf-8")
    assert "Your copy as it was is kept." in words(course_page(desk, said=said))


def test_a_newer_version_is_offered_and_one_click_brings_it_with_the_answers(desk: Desk) -> None:
    assert "/do/update/" not in course_page(desk)
    answer(desk, "total", "total = 3")
    source = desk.workspace.syllabus.folder / f"{LESSON}.ipynb"
    source.write_text(source.read_text(encoding="utf-8").replace("A shop closes", "The shop closes"), encoding="utf-8")
    assert f'action="/course/do/update/{LESSON}"' in course_page(desk)
    said = update(desk, LESSON)
    assert "Your answers and the cells you added are in it." in said.sentence
    assert answer_cells(read_notebook(copy_of(desk)))["total"].source == "total = 3"
    assert "/do/update/" not in course_page(desk)


@pytest.mark.parametrize("action", [begin, reset, update])
def test_a_full_disk_is_a_sentence_and_nothing_is_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, action: object
) -> None:
    answer(desk, "total", "total = 3")
    if action is begin:
        copy_of(desk).unlink()
    before = {path: path.read_bytes() for path in desk.workspace.folder.rglob("*.ipynb")}

    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CourseError, match="can't be written: No space left on device.\nGive yourself permission"):
        action(desk, LESSON)  # type: ignore[operator]
    assert all(path.read_bytes() == content for path, content in before.items())


# The comparison


def test_only_what_was_passed_or_seen_is_compared_and_the_rest_is_named(desk: Desk, journal: Journal) -> None:
    lesson = desk.lesson(LESSON)
    with pytest.raises(CourseError, match="nothing to compare"):
        compare(desk.workspace, lesson)
    answer(desk, "total", "def total(numbers):\n    return sum(numbers)")
    journal.add(LESSON, "total", "check", outcome="passed")
    journal.add(LESSON, "question", "solution")
    comparison = compare(desk.workspace, desk.lesson(LESSON))
    assert list(comparison.mine) == list(comparison.ours) == ["question", "total"]
    assert comparison.mine["total"].endswith("return sum(numbers)")
    assert "BEGIN SOLUTION" not in comparison.ours["total"]
    assert (comparison.alike, comparison.kept_back) == ((), ("steps", "average"))
    page = comparison_page(lesson.lesson, comparison)
    assert "Not shown, because you have not passed them yet: steps , average ." in words(page)


def test_where_the_learners_answer_is_ours_nothing_is_drawn(desk: Desk, journal: Journal) -> None:
    answer(desk, "question", 'question = "b"')
    journal.add(LESSON, "question", "check", outcome="passed")
    lesson = desk.lesson(LESSON)
    comparison = compare(desk.workspace, lesson)
    assert (comparison.mine, comparison.alike) == ({}, ("question",))
    page = comparison_page(lesson.lesson, comparison)
    assert "Yours is the same as ours: question ." in words(page) and "<script" not in page


def test_the_differences_are_nbdimes_and_pair_cells_by_exercise(desk: Desk, journal: Journal) -> None:
    journal.add(LESSON, "total", "check", outcome="passed")
    diff = compare(desk.workspace, desk.lesson(LESSON)).as_diff()
    assert [cell["id"] for cell in diff["base"]["cells"]] == ["total"]
    [cells] = diff["diff"]
    assert (cells["key"], cells["diff"][0]["op"]) == ("cells", "patch")


def test_a_torn_copy_can_not_be_compared_and_says_so(desk: Desk, journal: Journal) -> None:
    journal.add(LESSON, "total", "check", outcome="passed")
    copy_of(desk).write_text('{"cells": [', encoding="utf-8")
    with pytest.raises(CourseError, match="01-sums.ipynb is not a notebook that can be read.\nReset the lesson"):
        compare(desk.workspace, desk.lesson(LESSON))


# Where an exercise stands


def test_an_exercise_stands_at_the_heading_above_its_answer() -> None:
    course = read_syllabus()
    path = course.notebook_path(course.lesson("01-math/01-vectors"))
    place = place_of(path, "length")
    cell = next(cell for cell in read_notebook(path).cells if cell.id == place.cell_id)
    assert place.title == "Length" and cell.source.startswith("### Exercise: Length")
    assert place.fragment == f"#cell-id={place.cell_id}"


def test_without_a_heading_it_stands_at_its_answer(desk: Desk) -> None:
    assert place_of(copy_of(desk), "total") == Place("total", "total-answer")


@pytest.mark.parametrize("content", ["", "[]", '{"cells": 3}', '{"cells": [3]}', '{"cells": []}'])
def test_in_a_torn_copy_an_exercise_stands_nowhere(tmp_path: Path, content: str) -> None:
    (tmp_path / "copy.ipynb").write_text(content, encoding="utf-8")
    assert place_of(tmp_path / "copy.ipynb", "the_total") == Place("the total")
    assert place_of(tmp_path / "none.ipynb", "the_total").fragment == ""
