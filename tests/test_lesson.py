"""`Lesson` as its notebook uses it: check, hint, solution, use, reset, progress, and a word for every slip."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder import learner, own_answer
from autograder import lesson as lesson_module
from autograder.answers import STUB_COMMENT
from autograder.errors import CourseError
from autograder.journal import Journal
from autograder.lesson import Lesson
from autograder.notebooks import mark, write_notebook
from autograder.spec import load_spec
from autograder.syllabus import read_syllabus

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
stem = "02-later"
title = "Later"
about = "Not yet."
needs = []
minutes = 5
topics = ["numbers"]
status = "planned"
"""

EXERCISES = '''\
"""Exercises of 01-first/01-numbers."""
from autograder.compare import equal
from autograder.exercise import Choice, Exercise

warmup = Choice(correct="b", distractors={"a": "That is the sum."})

double = Exercise(concepts=["numbers"], minutes=1, hints=["Twice is plus itself.", "Return `n + n`."])


@double.test("it doubles a number", points=2)
def _(answer):
    equal(answer(2), 4)


@double.test("it doubles text")
def _(answer):
    equal(answer("a"), "aa")


@double.mistake("You *squared* it.")
def squared(n):
    return n * n


fourfold = Exercise(concepts=["numbers"], minutes=1)


@fourfold.test("it is double of double")
def _(answer):
    equal(answer(3), 12)


sizes = Exercise(concepts=["numbers"], minutes=1, names=["small", "large"], value=True)


@sizes.test("they are apart")
def _(answer):
    equal(answer.large - answer.small, 1)


recipe = Exercise(concepts=["numbers"], minutes=1, file="Dockerfile")


@recipe.test("it begins with FROM")
def _(answer):
    equal(answer.split()[0], "FROM")
'''

ANSWERS = {
    "warmup": '### BEGIN SOLUTION\nwarmup = "b"\n### END SOLUTION',
    "double": "def double(n):\n    ### BEGIN SOLUTION\n    return n + n\n    ### END SOLUTION",
    "fourfold": "def fourfold(n):\n    ### BEGIN SOLUTION\n    return double(double(n)) * ONE\n    ### END SOLUTION",
    "sizes": "### BEGIN SOLUTION\nsmall, large = 1, 2\n### END SOLUTION",
    "recipe": "%%writefile Dockerfile\n### BEGIN SOLUTION\nFROM python\n### END SOLUTION",
}

Begin = Callable[..., Lesson]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one lesson, in place of the real one."""
    root = tmp_path / "curriculum"
    stage = root / "01-first"
    stage.mkdir(parents=True)
    (root / "syllabus.toml").write_text(SYLLABUS)
    (stage / "01-numbers.py").write_text(EXERCISES)
    sources = ['lesson = Lesson("01-first/01-numbers")']
    for name, answer in ANSWERS.items():
        sources += [answer, f'lesson.check("{name}")']
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    mark(notebook, load_spec(stage / "01-numbers.py"))
    write_notebook(notebook, stage / "01-numbers.ipynb")
    for module in (lesson_module, own_answer, learner):
        monkeypatch.setattr(module, "read_syllabus", lambda: read_syllabus(root / "syllabus.toml"))
    return root


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The learner's working folder."""
    here = tmp_path / "work"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def begin(course: Path, folder: Path) -> Begin:
    """Begins the lesson with these names in the notebook."""

    def beginning(**names: Any) -> Lesson:
        return Lesson("01-first/01-numbers", {"ONE": 1, **names})

    return beginning


@pytest.fixture
def classroom(course: Path, folder: Path) -> Begin:
    """The same lesson as a class gets it: the exercises beside the notebook, no course behind them."""
    (folder / "01-numbers.py").write_text(EXERCISES)
    (course / "01-first" / "01-numbers.ipynb").unlink()

    def beginning(**names: Any) -> Lesson:
        return Lesson("01-first/01-numbers", names)

    return beginning


def defined(source: str, name: str) -> Any:
    """A function as a notebook's cell defines it."""
    import linecache

    place = f"<cell {name}>"
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    names: dict[str, Any] = {}
    exec(compile(source, place, "exec", dont_inherit=True), names)
    return names[name]


def refusal(action: Callable[[], Any]) -> CourseError:
    with pytest.raises(CourseError) as caught:
        action()
    return caught.value


# Beginning


def test_without_a_namespace_the_notebooks_own_names_are_checked(course: Path, folder: Path) -> None:
    notebook: dict[str, Any] = {"Lesson": Lesson}
    exec('lesson = Lesson("01-first/01-numbers")\ndef double(n): return 2 * n\ncard = lesson.check("double")', notebook)
    assert repr(notebook["card"]) == "3"


def test_a_lesson_may_be_named_in_short(course: Path, folder: Path) -> None:
    assert Lesson("numbers", {}).id == "01-first/01-numbers"


def test_the_exercises_are_listed_in_order(begin: Begin) -> None:
    assert begin().exercise_names == ("warmup", "double", "fourfold", "sizes", "recipe")


def test_an_unknown_lesson_is_answered_with_the_nearest(course: Path, folder: Path) -> None:
    error = refusal(lambda: Lesson("01-first/01-nmbers", {}))
    assert str(error) == 'There is no lesson "01-first/01-nmbers".\nThe nearest is "01-first/01-numbers".'


def test_a_planned_lesson_is_said_to_be_planned(course: Path, folder: Path) -> None:
    assert "is planned but not written yet" in refusal(lambda: Lesson("01-first/02-later", {})).sentence


def test_the_exercises_beside_the_notebook_come_first(course: Path, folder: Path) -> None:
    (folder / "01-numbers.py").write_text(EXERCISES[: EXERCISES.index("fourfold")])
    assert Lesson("01-first/01-numbers", {}).exercise_names == ("warmup", "double")


def test_the_exercises_beside_the_notebook_need_no_syllabus(folder: Path) -> None:
    (folder / "99-own.py").write_text(EXERCISES)
    lesson = Lesson("mine/99-own", {"double": lambda n: n + n})
    assert lesson.id == "mine/99-own"
    assert lesson.check("double").verdict.outcome == "passed"


def test_broken_exercises_are_named_with_their_line(course: Path, folder: Path) -> None:
    (folder / "01-numbers.py").write_text("x = (\n")
    assert refusal(lambda: Lesson("01-first/01-numbers", {})).sentence.startswith("01-numbers.py, line 1,")


def test_in_a_notebook_an_error_of_the_course_is_its_sentence_without_a_traceback(begin: Begin) -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(user_ns={"lesson": begin()})
    with capture_output() as shown:
        shell.run_cell('lesson.check("duoble")')
    InteractiveShell.clear_instance()
    assert shown.stdout.strip() == 'This lesson has no exercise "duoble".\nDid you mean "double"?'


# check


def test_a_right_answer_passes_and_the_next_exercise_is_named(begin: Begin) -> None:
    card = begin(double=lambda n: n + n).check("double")
    assert (card.verdict.outcome, repr(card)) == ("passed", "3")
    assert "Next: fourfold." in card.text


def test_a_mistake_is_told(begin: Begin) -> None:
    made = begin(double=lambda n: n * n)
    assert made.check("double").verdict.points == 2
    assert made.check("double").verdict.mistake == "You *squared* it."


def test_a_missing_answer_is_not_started(begin: Begin) -> None:
    verdict = begin().check("double").verdict
    assert (verdict.outcome, verdict.points) == ("not started", 0)


def test_the_untouched_stub_is_not_started(begin: Begin) -> None:
    stub = defined(f"def double(n):\n    n = n\n    {STUB_COMMENT}\n    ...\n", "double")
    assert begin(double=stub).check("double").verdict.outcome == "not started"


def test_a_name_that_is_defined_later_is_found_then(begin: Begin) -> None:
    names: dict[str, Any] = {}
    lesson = Lesson("01-first/01-numbers", names)
    assert lesson.check("warmup").verdict.outcome == "not started"
    names["warmup"] = "b"
    assert lesson.check("warmup").verdict.outcome == "passed"


def test_a_written_file_is_checked_in_the_notebooks_folder(begin: Begin, folder: Path) -> None:
    lesson = begin()
    (folder / "Dockerfile").write_text("FROM python\n")
    assert lesson.check("recipe").verdict.outcome == "passed"


def test_several_names_are_checked_together(begin: Begin) -> None:
    assert begin(small=1, large=2).check("sizes").verdict.outcome == "passed"
    assert begin(small=1).check("sizes").verdict.outcome == "not started"


def test_an_unknown_exercise_is_answered_with_the_nearest(begin: Begin) -> None:
    for ask in (begin().check, begin().hint, begin().solution, begin().use, begin().reset):
        error = refusal(lambda ask=ask: ask("duoble"))  # type: ignore[misc]
        assert error.next_step == 'Did you mean "double"?'


def test_while_nbgrader_validates_what_fails_is_said_on_stderr(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    begin(double=lambda n: n).check("double")
    assert capsys.readouterr().err.startswith("✗ Not yet: double, 0 of 3 points")
    begin(double=lambda n: n + n).check("double")
    assert capsys.readouterr().err == ""


# hint


def test_each_call_gives_one_more_hint_and_then_the_way_on(begin: Begin) -> None:
    lesson = begin()
    hints = [lesson.hint("double").sentence for _ in range(3)]
    assert hints[:2] == ["Twice is plus itself.", "Return `n + n`."]
    assert hints[2] == 'That was the last hint. `lesson.solution("double")` shows how we did it.'


def test_an_exercise_without_hints_says_so(begin: Begin) -> None:
    assert begin().hint("fourfold").sentence.startswith("There is no hint for this one.")


# solution


def test_the_solution_stands_beside_the_learners_own(begin: Begin) -> None:
    own = defined("def double(n):\n    return n * n\n", "double")
    text = repr(begin(double=own).solution("double"))
    assert "# Ours\ndef double(n):\n    return n + n" in text
    assert "# Yours\ndef double(n):\n    return n * n" in text
    assert "BEGIN SOLUTION" not in text


def test_the_solution_is_there_before_any_answer(begin: Begin) -> None:
    assert "# Yours" not in repr(begin().solution("double"))


def test_a_class_copy_says_that_it_has_no_solutions(classroom: Begin) -> None:
    error = refusal(lambda: classroom(double=lambda n: n + n).solution("double"))
    assert error.sentence == "This copy of the lesson holds no answers of ours."
    assert "does not pass" not in str(error)


# use


def test_the_learners_own_answer_is_used_when_it_passes(begin: Begin, capsys: pytest.CaptureFixture[str]) -> None:
    own = lambda n: n + n  # noqa: E731
    assert begin(double=own).use("double") is own
    assert capsys.readouterr().out == "Using your own `double`.\n"


@pytest.mark.parametrize("names", [{}, {"double": lambda n: n * n}, {"double": ...}], ids=["none", "wrong", "dots"])
def test_ours_is_used_otherwise(begin: Begin, names: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert begin(**names).use("double")(5) == 10
    assert capsys.readouterr().out == "Using our `double`, because yours does not pass yet.\n"


def test_ours_builds_on_ours_not_on_a_wrong_answer(begin: Begin) -> None:
    wrong = lambda n: 0  # noqa: E731
    names = {"double": wrong, "ONE": 1}
    lesson = Lesson("01-first/01-numbers", names)
    assert lesson.use("fourfold")(3) == 12
    assert names["double"] is wrong


def test_ours_of_several_names_and_of_a_file_can_be_used(begin: Begin) -> None:
    assert vars(begin().use("sizes")) == {"small": 1, "large": 2}
    assert begin().use("recipe") == "FROM python"


def test_ours_is_not_taken_for_the_learners_own(begin: Begin) -> None:
    names: dict[str, Any] = {}
    lesson = Lesson("01-first/01-numbers", names)
    names["double"] = lesson.use("double")
    assert lesson.check("double").verdict.outcome == "not started"


def test_a_value_like_ours_is_the_learners_own(begin: Begin) -> None:
    names: dict[str, Any] = {}
    lesson = Lesson("01-first/01-numbers", names)
    lesson.use("warmup")
    names["warmup"] = "b"
    assert lesson.check("warmup").verdict.outcome == "passed"


def test_a_name_that_ours_needs_is_asked_for(course: Path, folder: Path) -> None:
    fourfold = Lesson("01-first/01-numbers", {}).use("fourfold")
    with pytest.raises(NameError, match="ONE"):
        fourfold(3)
    cell = (
        (course / "01-first" / "01-numbers.ipynb").read_text().replace("small, large = 1, 2", "small, large = ONE, 2")
    )
    (course / "01-first" / "01-numbers.ipynb").write_text(cell)
    error = refusal(lambda: Lesson("01-first/01-numbers", {}).use("sizes"))
    assert error.sentence == "Our `sizes` needs the name 'ONE', which is not there yet."


def test_a_class_copy_lends_nothing_but_says_what_to_do(classroom: Begin) -> None:
    own = lambda n: n + n  # noqa: E731
    assert classroom(double=own).use("double") is own
    error = refusal(lambda: classroom().use("double"))
    assert error.sentence == "`double` does not pass yet, and this copy of the lesson holds no answers of ours."
    assert error.next_step == "Finish the exercise above, then run this cell again."


# reset


def test_a_reset_keeps_the_answer_in_a_file_and_removes_the_name(begin: Begin, folder: Path) -> None:
    source = "def double(n):\n    return n * n\n"
    names = {"double": defined(source, "double")}
    note = Lesson("01-first/01-numbers", names).reset("double")
    (backup,) = (folder / "backups").iterdir()
    assert backup.read_text() == source
    assert backup.relative_to(folder).as_posix() in note.sentence.replace("\\", "/")
    assert names == {}
    assert f"def double(n):\n    {STUB_COMMENT}\n    ..." in repr(note)


def test_two_resets_keep_both_answers(begin: Begin, folder: Path) -> None:
    for source in ("def double(n):\n    return n * n\n", "def double(n):\n    return n\n"):
        begin(double=defined(source, "double")).reset("double")
    assert len(list((folder / "backups").iterdir())) == 2


def test_every_part_of_an_answer_of_several_names_is_kept(begin: Begin, folder: Path) -> None:
    begin(small=np.arange(3), large=pd.DataFrame({"a": [1]})).reset("sizes")
    (backup,) = (folder / "backups").iterdir()
    assert backup.read_text() == "array([0, 1, 2])\n\n   a\n0  1"


def test_a_reset_file_is_kept_and_taken_away(begin: Begin, folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM scratch\n")
    lesson = begin()
    lesson.reset("recipe")
    (backup,) = (folder / "backups").iterdir()
    assert backup.read_text() == "FROM scratch\n"
    assert lesson.check("recipe").verdict.outcome == "not started"


def test_nothing_is_kept_where_there_was_nothing(begin: Begin, folder: Path) -> None:
    assert begin().reset("double").sentence.startswith("This cell now holds a fresh start for `double`")
    assert not (folder / "backups").exists()


def test_an_answer_that_cannot_be_kept_is_not_removed(begin: Begin, folder: Path) -> None:
    (folder / "backups").write_text("a file where the folder should be")
    names = {"double": defined("def double(n):\n    return 0\n", "double")}
    error = refusal(lambda: Lesson("01-first/01-numbers", names).reset("double"))
    assert "So nothing was reset." in error.sentence
    assert "double" in names


def test_a_class_copy_says_that_it_has_no_fresh_start(classroom: Begin) -> None:
    names = {"double": len}
    error = refusal(lambda: Lesson("01-first/01-numbers", names).reset("double"))
    assert error.sentence == "This copy of the lesson holds no fresh start for `double`."
    assert "double" in names


# progress, dataset, journal


def test_progress_lists_every_exercise_with_its_points(begin: Begin) -> None:
    text = repr(begin(double=lambda n: n * n, warmup="b").progress())
    assert text.splitlines()[:4] == [
        "3 of 7 points in 01-first/01-numbers.",
        "  ✓ warmup: passed, 1 of 1 points",
        "  ✗ double: in progress, 2 of 3 points",
        "  ○ fourfold: not started, 0 of 1 points",
    ]


def test_a_data_set_is_ready_to_use(begin: Begin) -> None:
    assert isinstance(begin().dataset("penguins_raw"), pd.DataFrame)


def test_an_unknown_data_set_is_answered_in_a_sentence(begin: Begin) -> None:
    assert "penguin" in str(refusal(lambda: begin().dataset("penguins_row")))


def test_what_is_done_is_recorded(begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDWORK_JOURNAL", str(tmp_path / "journal.jsonl"))
    lesson = begin(double=lambda n: n * n)
    lesson.check("double"), lesson.hint("double"), lesson.solution("double"), lesson.progress()
    with contextlib.suppress(CourseError):
        lesson.check("unknown")
    events = list(Journal(tmp_path / "journal.jsonl").events())
    assert [event["event"] for event in events] == ["check", "hint", "solution"]
    assert {event["lesson"] for event in events} == {"01-first/01-numbers"}
    assert (events[0]["outcome"], events[0]["points"], events[0]["maximum"]) == ("in progress", 2, 3)
    assert events[0]["mistake"] == "You *squared* it."


def test_nothing_is_recorded_while_grading(begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDWORK_JOURNAL", str(tmp_path / "journal.jsonl"))
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    begin(double=lambda n: n + n).check("double")
    assert not (tmp_path / "journal.jsonl").exists()


def test_a_journal_that_cannot_be_written_costs_no_answer(
    begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    monkeypatch.setenv("GROUNDWORK_JOURNAL", str(tmp_path / "blocked" / "journal.jsonl"))
    assert begin(double=lambda n: n + n).check("double").verdict.outcome == "passed"
