"""What a card says at the learner's desk besides the verdict: what is next, the picture, the way back after a slip."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder import learner as learner_module
from autograder import lesson as lesson_module
from autograder import own_answer
from autograder.answers import STUB_COMMENT
from autograder.card import Card
from autograder.journal import Journal
from autograder.lesson import Lesson
from autograder.notebooks import mark, write_notebook
from autograder.spec import load_spec
from autograder.student_version import student_version
from autograder.syllabus import read_syllabus

pytestmark = pytest.mark.learner

SYLLABUS = """\
[topics]
"numbers" = []

[[stages]]
id = "01-first"
title = "First"
purpose = "A beginning."

[[stages.lessons]]
stem = "01-numbers"
title = "Numbers"
about = "Doubling."
needs = []
minutes = 5
topics = ["numbers"]
status = "ready"

[[stages.lessons]]
stem = "02-words"
title = "Words"
about = "Spelling."
needs = []
minutes = 5
topics = ["numbers"]
status = "ready"
"""
EXERCISES = '''\
"""Exercises of 01-first/01-numbers."""
from autograder.compare import equal
from autograder.exercise import Choice, Exercise

warmup = Choice(correct="b", distractors={"a": "That is the sum.", "c": "That is a guess."}, hints=["Count."])

double = Exercise(concepts=["numbers"], minutes=1, hints=["Twice is plus itself.", "Add it.", "To itself."])


@double.test("it doubles 2")
def _(answer):
    equal(answer(2), 4)


@double.test("it doubles any number", hidden=True)
def _(answer, rng):
    number = int(rng.integers(3, 1_000_000))
    equal(answer(number), 2 * number)


half = Exercise(concepts=["numbers"], minutes=1, hints=["The other way."])


@half.test("it halves 2")
def _(answer):
    equal(answer(2), 1)
'''
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ABOVE = "Choose Run > Run All Above Selected Cell, then run this cell again."

RIGHT, WRONG = "def double(n):\n    return n + n\n", "def double(n):\n    return n * n * n\n"


def solved(line: str) -> str:
    return f"### BEGIN SOLUTION\n{line}\n### END SOLUTION"


def lesson_notebook(spec: Path) -> Any:
    figure = new_output("display_data", {"image/png": PNG + "\n", "text/plain": "<Figure>"})
    cells = [
        new_code_cell('from autograder import Lesson\n\nlesson = Lesson("01-first/01-numbers")'),
        new_code_cell("import math\n\nSTEP = 2"),
        new_markdown_cell("### Exercise: A question\n\n- a: one\n- b: two\n- c: three\n\nSet `warmup`."),
        new_code_cell(solved('warmup = "b"')),
        new_code_cell('lesson.check("warmup")'),
        new_markdown_cell("### Exercise: Twice as much\n\nComplete `double`."),
        new_code_cell(solved("def double(n):\n    return n + n")),
        new_code_cell('lesson.check("double")'),
        new_code_cell('twice = lesson.use("double")\nplot([twice(n) for n in range(5)])', outputs=[figure]),
        new_markdown_cell("**In the picture:** a line with the\nslope *two*.\n\nIt is steep."),
        new_markdown_cell("### Exercise: Half of it\n\nComplete `half`."),
        new_code_cell(solved("def half(n):\n    return n / STEP")),
        new_code_cell('lesson.check("half")'),
    ]
    notebook = new_notebook(cells=cells)
    mark(notebook, load_spec(spec))
    return notebook


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The learner's folder of the stage, beside a course of two lessons; the journal is open."""
    root = tmp_path / "curriculum"
    for stem in ("01-numbers", "02-words"):
        spec = root / "01-first" / f"{stem}.py"
        spec.parent.mkdir(parents=True, exist_ok=True)
        spec.write_text(EXERCISES)
        write_notebook(lesson_notebook(spec), spec.with_suffix(".ipynb"))
        copy = tmp_path / "work" / "01-first" / f"{stem}.ipynb"
        write_notebook(student_version(lesson_notebook(spec)), copy)
    for module in (lesson_module, own_answer, learner_module):
        monkeypatch.setattr(module, "read_syllabus", lambda: read_syllabus(root / "syllabus.toml"))
    (root / "syllabus.toml").write_text(SYLLABUS)
    monkeypatch.chdir(tmp_path / "work" / "01-first")
    monkeypatch.setenv("GROUNDWORK_JOURNAL", str(tmp_path / "journal.jsonl"))
    return tmp_path / "work" / "01-first"


def defined(source: str, **names: Any) -> dict[str, Any]:
    """The names that a cell makes, with their text kept as IPython keeps it."""
    import linecache

    place = f"<cell {abs(hash(source))}>"
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    exec(compile(source, place, "exec", dont_inherit=True), names)
    return names


def begun(source: str = "", **options: Any) -> Lesson:
    return Lesson("01-first/01-numbers", defined(source), **options)


def checked(source: str, name: str = "double") -> Card:
    return begun(source).check(name)


def markup(card: Card) -> str:
    return unescape(card._repr_html_()).partition("</style>")[2]


def change_copy(work: Path, change: Callable[[list[Any]], list[Any]]) -> None:
    path = work / "01-numbers.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"] = change(notebook["cells"])
    path.write_text(json.dumps(notebook))


def source_of(cell: Any) -> str:
    return "".join(cell["source"])


# After a pass


def test_the_next_open_exercise_is_named_with_a_link_to_its_heading(work: Path) -> None:
    card = checked(RIGHT)
    assert card.text.endswith("Next: half.")
    assert '<a style="color: var(--gw-calm)" href="#Exercise:-Half-of-it">Go there</a>' in markup(card)


def test_an_exercise_that_was_left_out_comes_before_the_end(work: Path) -> None:
    checked(RIGHT)
    assert checked("def half(n): return n / 2", "half").text.endswith("Next: warmup.")


def test_after_the_last_exercise_the_next_lesson_is_one_click_away(work: Path) -> None:
    checked(RIGHT), checked("warmup = 'b'", "warmup")
    card = checked("def half(n): return n / 2", "half")
    assert "That was the last open exercise of this lesson. Next lesson: Words." in card.text
    assert 'href="../01-first/02-words.ipynb">Open it</a>' in markup(card)


def test_after_the_last_lesson_there_is_an_end(work: Path) -> None:
    for lesson in ("01-first/01-numbers", "01-first/02-words"):
        for name, source in {"warmup": "warmup = 'b'", "double": RIGHT, "half": "def half(n): return n / 2"}.items():
            card = Lesson(lesson, defined(source)).check(name)
    assert " ".join(card.text.split()).endswith("And with it the last of all lessons that are there.")


def test_the_picture_shows_the_answer_at_work(work: Path) -> None:
    shown = markup(checked(RIGHT))
    assert "<details><summary>See the answer at work</summary>" in shown
    assert f'src="data:image/png;base64,{PNG}" alt="a line with the slope two."' in shown


@pytest.mark.parametrize(("source", "name"), [("def half(n): return n / 2", "half"), ("warmup = 'b'", "warmup")])
def test_a_picture_of_another_exercise_is_not_shown(work: Path, source: str, name: str) -> None:
    assert "<img" not in markup(checked(source, name))


def test_before_a_pass_there_is_no_picture(work: Path) -> None:
    assert "<img" not in markup(checked(WRONG))


def test_without_a_journal_the_card_is_the_one_that_is_stored_in_the_lessons(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWORK_JOURNAL", "off")
    stored = markup(checked(RIGHT))
    assert "Next: <code>half</code>." in stored
    assert not re.search("<img|<a |data-gw", stored)
    assert markup(checked(WRONG)).count("<details>") == 3


# Hints


def test_the_last_hint_is_kept_until_the_answer_was_changed_and_then_offered(work: Path) -> None:
    first = markup(checked(WRONG))
    assert ("Add it." in first, "To itself." in first) == (True, False)
    again = markup(checked(WRONG))
    assert "To itself." not in again
    changed = markup(checked(WRONG.replace("n * n * n", "n")))
    assert "Show the hint that goes furthest</summary><p>To itself." in changed
    assert '<code>lesson.solution("double")</code> in an empty cell shows our answer beside yours.' in changed


def test_the_hints_before_it_still_open_one_at_a_time(work: Path) -> None:
    checked(WRONG)
    changed = markup(checked(WRONG.replace("n * n * n", "n")))
    folds = re.findall(r"<details[^>]*><summary>([^<]+)</summary><p>[^<]*</p>(</details>)?", changed)
    assert folds == [
        ("Show a hint", ""),
        ("Show another hint", "</details>"),
        ("Show the hint that goes furthest", "</details>"),
    ]


def test_an_only_hint_is_there_from_the_start(work: Path) -> None:
    assert "The other way." in markup(checked("def half(n): return n", "half"))


def test_no_card_says_how_many_hints_there_are(work: Path) -> None:
    for source in (WRONG, "def double(n): return 7", RIGHT):
        card = checked(source)
        assert not re.search(r"\b\d+ (of \d+ )?hints?|hint \d", card.text + markup(card), re.IGNORECASE)


def test_the_desk_can_tell_which_hint_was_opened(work: Path) -> None:
    opening = '<details data-gw-lesson="01-first/01-numbers" data-gw-exercise="double" data-gw-hint="1">'
    assert opening in markup(checked(WRONG))


def test_a_slip_that_is_not_in_the_answer_offers_no_last_hint(work: Path) -> None:
    checked(WRONG), checked("def double(n): return 7")
    assert "goes furthest" not in markup(checked("def double(n): return STEP * n"))


# Slips


def test_the_same_answer_again_is_asked_whether_its_cell_was_run(work: Path) -> None:
    lesson = begun(WRONG)
    assert "answer of your last check" not in lesson.check("double").text
    assert "This is the answer of your last check. If you have changed it, run its cell first." in " ".join(
        lesson.check("double").text.split()
    )


def test_a_name_that_another_cell_makes_leads_back_to_that_cell(work: Path) -> None:
    text = " ".join(checked("def double(n): return STEP * n").text.split())
    assert f"STEP comes from another cell, which was not run since the kernel was started. {ABOVE}" in text


def test_a_name_that_nobody_makes_is_the_answers_own_slip(work: Path) -> None:
    assert "comes from another cell" not in checked("def double(n): return STOP * n").text


def test_an_answer_lost_with_the_kernel_is_said_to_be_in_its_cell(work: Path) -> None:
    checked(WRONG)
    text = " ".join(checked("").text.split())
    assert "You have worked on this before, but double is not there now: the kernel was started anew since." in text
    assert f"What you wrote still stands in its cell. {ABOVE}" in text
    assert "There is no double yet" not in text


def test_an_answer_that_never_was_is_not_called_lost(work: Path) -> None:
    checked("")
    assert "There is no double yet. Write your answer in the cell above" in " ".join(checked("").text.split())


def test_an_untouched_stub_says_what_to_do(work: Path) -> None:
    assert "still stands in your cell" in checked(f"def double(n):\n    n = n\n    {STUB_COMMENT}\n    ...\n").text


def test_a_copied_check_cell_is_named(work: Path) -> None:
    change_copy(work, lambda cells: [*cells, *[cell for cell in cells if "double" in source_of(cell)]])
    text = " ".join(checked(RIGHT).text.split())
    assert "2 cells of this notebook check double, all the same answer. Keep one and delete the others." in text


def test_a_deleted_check_cell_is_named_when_it_is_next_and_in_the_progress(work: Path) -> None:
    change_copy(work, lambda cells: [cell for cell in cells if source_of(cell) != 'lesson.check("half")'])
    told = 'The cell that checks half is no longer in this notebook. Write it below your answer: lesson.check("half")'
    assert told in " ".join(checked(RIGHT).text.split())
    assert told in repr(begun().progress())


def test_a_notebook_that_is_whole_is_not_talked_about(work: Path) -> None:
    assert "notebook" not in checked(RIGHT).text + repr(begun().progress())


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"cells": [3]}', '{"cells": [{"cell_type": "code"}]}'])
def test_a_copy_that_cannot_be_read_costs_nothing(work: Path, torn: str) -> None:
    (work / "01-numbers.ipynb").write_text(torn)
    assert checked(RIGHT).text.endswith("Next: half.")
    assert "in progress" in repr(begun(WRONG).progress())


def test_a_lesson_without_its_notebook_in_the_course_still_checks(work: Path) -> None:
    (work.parents[1] / "curriculum" / "01-first" / "01-numbers.ipynb").unlink()
    assert checked(RIGHT).text.endswith("Next: half.")


# The journal


def test_what_could_not_be_noted_is_said_and_noted_later(work: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "journal.jsonl"
    blocked.mkdir()
    lesson = begun(RIGHT)
    card = lesson.check("double")
    assert card.verdict.outcome == "passed"
    assert "This could not be noted in your journal" in card.text
    blocked.rmdir()
    assert "could not be noted" not in lesson.check("double").text
    assert [event["exercise"] for event in Journal(blocked).events()] == ["double", "double"]


# In a review


def test_a_review_draws_other_numbers(work: Path) -> None:
    seen: list[int] = []

    def double(n: int) -> int:
        seen.append(n)
        return 2 * n

    for review in ("", "2026-03-01", "2026-03-02"):
        Lesson("01-first/01-numbers", {"double": double}, review=review).check("double")
    assert len(set(seen)) == 1 + 3


def test_a_review_is_recorded_under_its_name(work: Path, tmp_path: Path) -> None:
    lesson = begun(RIGHT, review="2026-03-01")
    lesson.hint("double"), lesson.check("double"), lesson.solution("double")
    events = list(Journal(tmp_path / "journal.jsonl").events())
    assert [(event["event"], event["review"]) for event in events] == [
        ("hint", "2026-03-01"),
        ("check", "2026-03-01"),
        ("solution", "2026-03-01"),
    ]


def test_a_question_whose_options_moved_is_checked_by_what_they_say(work: Path) -> None:
    lesson = begun('warmup = "a"', review="2026-03-01")
    assert lesson.check("warmup", shown="bca").verdict.outcome == "passed"
    verdict = lesson.check("warmup", shown="cab").verdict
    assert verdict.mistake == "That is a guess."
    assert [result.failure.got for result in verdict.results if result.failure] == ["'a'"]


def test_what_is_no_letter_is_said_to_be_none(work: Path) -> None:
    verdict = begun('warmup = "z"', review="2026-03-01").check("warmup", shown="bca").verdict
    assert "this is none of them" in str(verdict.results[0].failure)


def test_a_review_promises_no_next_exercise(work: Path) -> None:
    assert begun(RIGHT, review="2026-03-01").check("double").text.endswith("after a longer while each time.")


# First aid: after a restart there is no `lesson` to say anything


@pytest.fixture
def shell(work: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("JPY_SESSION_NAME", str(work / "01-numbers.ipynb"))
    InteractiveShell.clear_instance()
    shell: Any = InteractiveShell.instance(user_ns={})
    shell.run_line_magic("load_ext", "autograder.first_aid")
    yield shell
    InteractiveShell.clear_instance()


def said(shell: Any, code: str) -> str:
    with capture_output() as shown:
        result = shell.run_cell(code)
    assert not result.success
    return str(shown.stdout)


def test_after_a_restart_a_check_leads_back_to_the_cells_above(shell: Any) -> None:
    told = said(shell, 'lesson.check("double")')
    assert told.strip() == f"lesson comes from another cell, which was not run since the kernel was started.\n{ABOVE}"


@pytest.mark.parametrize("code", ["lessn.check('double')", "def f():\n    return STEP\n    STEP = 1\nf()", "1 / 0"])
def test_every_other_error_is_shown_as_always(shell: Any, code: str) -> None:
    told = said(shell, code)
    assert "Traceback" in told
    assert "another cell" not in told
