"""`autograder …` as people type it: what it prints, its exit codes, and one sentence for whatever is wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.notebooks import answer_cells, read_notebook, write_notebook
from autograder.syllabus import course_root

if TYPE_CHECKING:
    from conftest import Course

pytestmark = pytest.mark.learner

LESSON = "01-first/01-sums"


@pytest.fixture(scope="module")
def course(make_course: Callable[[Path], Course]) -> Course:
    """The small course, for commands that change nothing in it."""
    return make_course(Path(__file__).with_name("small_curriculum"))


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """What a refused command says: at most a sentence and the next step, on stderr only."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) <= 2, done.stderr
    return done.stderr


def notebook_with(folder: Path, **answers: str) -> Path:
    """The short lesson's notebook in a folder of its own, with some answers replaced."""
    notebook = read_notebook(Path(__file__).with_name("small_curriculum") / f"{LESSON}.ipynb")
    for name, answer in answers.items():
        answer_cells(notebook)[name].source = answer
    write_notebook(notebook, folder / "mine.ipynb")
    return folder / "mine.ipynb"


# check


def test_check_runs_a_lesson_by_its_id(course: Course) -> None:
    done = course.run("autograder", "check", "01-sums")
    assert done.returncode == 0, done.stderr
    for exercise, points in (("question", 1), ("steps", 2), ("total", 4), ("average", 2)):
        assert f"✓ Passed: {exercise}, {points} of {points} points" in done.stdout
    assert done.stdout.endswith("\n9 of 9 points\n")


def test_check_shows_each_verdict_while_the_rest_still_runs(course: Course, tmp_path: Path) -> None:
    wait = "from pathlib import Path\nwhile not Path('seen').exists():\n    pass\n"
    path = notebook_with(tmp_path, average=f"{wait}def average(numbers):\n    return sum(numbers) / len(numbers)")
    command = [sys.executable, "-m", "autograder", "check", str(path)]
    with subprocess.Popen(
        command, cwd=course.root, env=course.environment(), stdout=subprocess.PIPE, encoding="utf-8"
    ) as check:
        assert check.stdout is not None
        assert "Passed: question" in check.stdout.readline()
        (tmp_path / "seen").touch()
        assert "Passed: average" in check.stdout.read()


def test_check_leaves_nothing_behind(course: Course, tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = notebook_with(tmp_path)
    before = path.read_bytes()
    journal = tmp_path / "journal.jsonl"
    course.run("autograder", "check", str(path), HOME=str(home), GROUNDWORK_JOURNAL=str(journal))
    assert path.read_bytes() == before
    assert list(home.rglob("history.sqlite")) == []
    assert not journal.exists()  # that a notebook was run again is nothing a learner has done


def test_check_of_a_wrong_notebook_says_what_is_wrong_and_ends_with_1(course: Course, tmp_path: Path) -> None:
    path = notebook_with(tmp_path, total="def total(numbers):\n    return sum(numbers[:-1])")
    done = course.run("autograder", "check", str(path))
    assert done.returncode == 1
    assert "✗ Not yet: total, 0 of 4 points" in done.stdout
    assert "You left out the last number." in done.stdout
    assert done.stdout.endswith("\n3 of 9 points\n")
    assert "Traceback" not in done.stdout + done.stderr


def test_check_as_json_says_everything_for_machines(course: Course, tmp_path: Path) -> None:
    path = notebook_with(tmp_path, total="def total(numbers):\n    return sum(n for n in numbers if n > 0)")
    done = course.run("autograder", "check", "--json", path.name, cwd=tmp_path)
    assert done.returncode == 1
    said: dict[str, Any] = json.loads(done.stdout)
    assert (said["passed"], said["problems"]) == (False, [])
    total = said["verdicts"][2]
    assert (total["exercise"], total["outcome"], total["points"], total["maximum"]) == ("total", "in progress", 2, 4)
    assert total["mistake"] == "You added only what is above zero."
    assert [(r["points"], r["hidden"], r["passed"]) for r in total["results"]] == [
        (1, False, True),
        (1, False, True),
        (2, True, False),
    ]


def test_check_names_the_cell_that_raises_and_goes_on(course: Course, tmp_path: Path) -> None:
    path = notebook_with(tmp_path, question='question = "b"\nprice = 1 / 0')
    done = course.run("autograder", "check", "--json", str(path))
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert said["problems"] == ["Cell 3 raises ZeroDivisionError: division by zero (line 2: price = 1 / 0)."]
    assert [verdict["exercise"] for verdict in said["verdicts"]] == ["question", "steps", "total", "average"]
    assert all(verdict["outcome"] == "passed" for verdict in said["verdicts"])


def test_check_names_a_check_cell_that_is_missing_and_checks_the_exercise_all_the_same(
    course: Course, tmp_path: Path
) -> None:
    path = notebook_with(tmp_path)
    notebook = read_notebook(path)
    notebook.cells = [cell for cell in notebook.cells if cell.source != 'lesson.check("total")']
    write_notebook(notebook, path)
    said = json.loads(course.run("autograder", "check", "--json", str(path)).stdout)
    assert said["problems"] == [
        'The cell that checks `total` is missing. Add one below your answer: lesson.check("total")'
    ]
    assert [verdict["exercise"] for verdict in said["verdicts"]] == ["question", "steps", "total", "average"]
    assert said["verdicts"][2]["outcome"] == "passed"


def test_check_names_a_check_of_an_exercise_that_is_none(course: Course, tmp_path: Path) -> None:
    path = notebook_with(tmp_path)
    path.write_text(
        path.read_text(encoding="utf-8").replace('lesson.check(\\"total\\")', 'lesson.check(\\"totals\\")'),
        encoding="utf-8",
    )
    done = course.run("autograder", "check", str(path))
    assert done.returncode == 1
    assert '! Cell 8: This lesson has no exercise "totals".' in done.stdout


def test_check_of_a_notebook_that_is_no_lesson_is_refused(course: Course, tmp_path: Path) -> None:
    path = notebook_with(tmp_path)
    notebook = read_notebook(path)
    notebook.cells = notebook.cells[:1]
    write_notebook(notebook, path)
    assert "This notebook is not a lesson: no cell of it makes a `Lesson`." in refusal(
        course.run("autograder", "check", str(path))
    )


def test_check_of_a_lesson_that_the_course_does_not_know_names_the_nearest(course: Course, tmp_path: Path) -> None:
    path = notebook_with(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("01-first/01-sums", "01-first/01-sum"), encoding="utf-8")
    said = refusal(course.run("autograder", "check", str(path)))
    assert 'There is no lesson "01-first/01-sum".' in said


def test_check_of_a_file_that_is_no_notebook_is_refused(course: Course, tmp_path: Path) -> None:
    path = tmp_path / "odd.ipynb"
    path.write_text("not a notebook")
    assert f"{path} is not a notebook that can be read" in refusal(course.run("autograder", "check", str(path)))


def test_check_of_a_file_that_is_not_there_is_refused(course: Course, tmp_path: Path) -> None:
    said = refusal(course.run("autograder", "check", "gone.ipynb", cwd=tmp_path))
    assert said.startswith(f"There is no notebook {tmp_path / 'gone.ipynb'}.")


# Lessons by name


@pytest.mark.parametrize("command", ["check", "lessons", "reset"])
def test_an_unknown_lesson_is_answered_with_the_nearest(course: Course, command: str) -> None:
    said = refusal(course.run("autograder", command, "01-frist/01-sums"))
    assert said == 'There is no lesson "01-frist/01-sums".\nThe nearest is "01-first/01-sums".\n'


@pytest.mark.parametrize("command", ["check", "reset"])
def test_a_planned_lesson_is_said_to_be_planned(course: Course, command: str) -> None:
    said = refusal(course.run("autograder", command, "products"))
    assert said.startswith("02-later/01-products is planned but not written yet.")


def test_a_lesson_is_run_before_it_is_called_ready_but_not_before_it_is_written(course: Course) -> None:
    said = refusal(course.run("autograder", "lessons", "products"))
    assert said.startswith("02-later/01-products has no notebook yet.\nWrite it: ")


# The learner's other commands


def test_progress_prints_the_path_with_what_is_done_of_it(course: Course, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    fresh = course.run("autograder", "progress", GROUNDWORK_JOURNAL=str(journal)).stdout
    assert re.search(r"01-first  First <steps>\n  01-first/01-sums +30 minutes\n", fresh)
    assert re.search(r"02-later/01-products +planned\n", fresh)
    assert fresh.endswith("Next: 01-first/01-sums. Open it with: make learn\n")

    event = {"time": "2026-01-01T00:00:00+00:00", "lesson": LESSON, "exercise": "question", "event": "check"}
    journal.write_text(json.dumps({**event, "outcome": "passed"}) + "\n")
    begun = course.run("autograder", "progress", GROUNDWORK_JOURNAL=str(journal)).stdout
    assert re.search(r"01-first/01-sums +1 of 4 passed\n", begun)
    assert "Next: 01-first/01-sums, exercise steps." in begun


def test_review_makes_a_notebook_of_what_is_due_and_says_where_it_is(small_course: Course, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    nothing = small_course.run("autograder", "review", GROUNDWORK_JOURNAL=str(journal))
    assert (nothing.returncode, nothing.stdout) == (0, "Nothing is due for review today.\n")

    event = {"time": "2026-01-01T00:00:00+00:00", "lesson": LESSON, "exercise": "total", "event": "check"}
    journal.write_text("torn\n" + json.dumps({**event, "outcome": "passed"}) + "\n")
    due = small_course.run("autograder", "review", GROUNDWORK_JOURNAL=str(journal))
    assert due.stdout.startswith(f"! 1 line of {journal} can't be read and stays as it is; all others count.\n")
    made = re.search(r"Today's review is (.+\.ipynb)\nOpen it from the course page: make learn\n$", due.stdout)
    assert made is not None, due.stdout + due.stderr
    assert 'lesson.check("total")' in read_notebook(Path(made.group(1))).cells[-2].source


def test_reset_begins_a_lesson_anew_and_says_where_the_old_copy_is(small_course: Course) -> None:
    first = small_course.run("autograder", "reset", "01-sums")
    assert (first.returncode, first.stdout) == (0, "01-first/01-sums is as it was at first.\n")
    copy = small_course.root / "work" / f"{LESSON}.ipynb"
    mine = notebook_with(small_course.root).rename(copy).read_bytes()
    second = small_course.run("autograder", "reset", "01-sums")
    kept = Path(second.stdout.partition("Your copy is kept in ")[2].strip())
    assert kept.read_bytes() == mine
    assert copy.read_bytes() != mine


def test_datasets_lists_them_and_shows_a_card_and_verifies(course: Course) -> None:
    assert "penguins_raw" in course.run("autograder", "datasets").stdout.splitlines()
    card = (course_root() / "datasets" / "penguins_raw" / "card.md").read_text(encoding="utf-8")
    assert course.run("autograder", "datasets", "penguins_raw").stdout.strip() == card.strip()
    assert "data sets are as they were shipped." in course.run("autograder", "datasets", "--verify").stdout


def test_an_unknown_data_set_is_answered_with_the_nearest(course: Course) -> None:
    said = refusal(course.run("autograder", "datasets", "penguins"))
    assert said == 'There is no data set called "penguins".\nDid you mean "penguins_raw"?\n'


def test_a_damaged_data_file_is_named_with_the_command_that_restores_it(small_course: Course) -> None:
    with (small_course.root / "datasets" / "penguins_raw" / "penguins_raw.csv").open("ab") as file:
        file.write(b"one more line\n")
    said = refusal(small_course.run("autograder", "datasets", "--verify"))
    assert "datasets/penguins_raw/penguins_raw.csv is damaged" in said
    assert "git checkout -- datasets/penguins_raw/penguins_raw.csv" in said


def test_doctor_lists_what_is_there_and_what_only_some_lessons_want(course: Course) -> None:
    done = course.run("autograder", "doctor")
    assert done.returncode == 0, done.stdout
    assert re.search(r"^✓ Python: 3\.\d+", done.stdout, re.MULTILINE)
    assert re.search(r"^✓ data sets: \d+, as they were shipped$", done.stdout, re.MULTILINE)
    assert re.search(r"^[✓○] container engine: ", done.stdout, re.MULTILINE)


# The author's commands


def test_lessons_stores_outputs_and_metadata_and_normalise_finds_nothing_left_to_do(small_course: Course) -> None:
    path = small_course.root / "curriculum" / f"{LESSON}.ipynb"
    stored = path.read_text(encoding="utf-8")
    bare = json.loads(stored)
    for cell in bare["cells"]:
        cell["metadata"] = {"collapsed": False}
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    path.write_text(json.dumps(bare), encoding="utf-8")
    done = small_course.run("autograder", "lessons", "01-sums")
    assert (done.returncode, done.stdout) == (0, f"{LESSON} …\n"), done.stderr
    assert path.read_text(encoding="utf-8") == stored
    assert small_course.run("autograder", "normalise").returncode == 0


def test_lessons_leaves_a_notebook_that_raises_as_it_was(small_course: Course) -> None:
    path = small_course.root / "curriculum" / f"{LESSON}.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("running = 0", "running = nought"), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("print(adding([1, 1]))", "print(1 / 0)"), encoding="utf-8")
    before = path.read_bytes()
    done = small_course.run("autograder", "lessons")
    assert done.returncode == 2
    assert "01-sums.ipynb: a cell raises ZeroDivisionError: division by zero" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == before


def test_normalise_takes_out_what_only_one_machine_needs_and_says_so_with_1(small_course: Course) -> None:
    path = small_course.root / "curriculum" / f"{LESSON}.ipynb"
    stored = path.read_text(encoding="utf-8")
    noisy = json.loads(stored)
    noisy["metadata"]["widgets"] = {"state": {}}
    noisy["cells"][1]["metadata"]["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
    noisy["cells"][1]["execution_count"] = 99
    path.write_text(json.dumps(noisy), encoding="utf-8")
    done = small_course.run("autograder", "normalise", str(path))
    assert (done.returncode, done.stdout) == (1, f"normalised {path}\n")
    assert path.read_text(encoding="utf-8") == stored


def test_normalise_of_a_file_that_is_not_there_is_refused(course: Course) -> None:
    assert refusal(course.run("autograder", "normalise", "gone.ipynb")).startswith("There is no notebook gone.ipynb.")


def test_coverage_writes_the_page(small_course: Course) -> None:
    (small_course.root / "docs").mkdir()
    done = small_course.run("autograder", "coverage")
    page = small_course.root / "docs" / "coverage.md"
    assert done.stdout == f"wrote {page}\n"
    assert "`total`, `average`" in page.read_text(encoding="utf-8")


# What is broken


@pytest.mark.parametrize(
    "command",
    [("check", "01-sums"), ("progress",), ("release",), ("learn", "--browser", "none")],
    ids=lambda command: command[0],
)
def test_a_broken_syllabus_is_one_sentence_with_its_place(small_course: Course, command: tuple[str, ...]) -> None:
    path = small_course.root / "curriculum" / "syllabus.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("minutes = 30", "minutes = thirty", 1), encoding="utf-8")
    said = refusal(small_course.run("autograder", *command))
    assert re.match(rf"{re.escape(str(path))} is not valid TOML: .*line 16", said)


def test_exercises_that_are_not_python_are_one_sentence_with_their_line(small_course: Course) -> None:
    path = small_course.root / "curriculum" / f"{LESSON}.py"
    path.write_text(
        path.read_text(encoding="utf-8").replace("def some_numbers(rng):", "def some_numbers(rng)"), encoding="utf-8"
    )
    said = refusal(small_course.run("autograder", "check", "01-sums"))
    assert re.search(r"01-sums\.py, line 12, is not Python: ", said)


def test_a_release_into_a_folder_that_cant_be_made_is_one_sentence(course: Course, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = refusal(course.run("autograder", "release", "01-first", "--to", str(tmp_path / "file")))
    assert "can't be written: Not a directory." in said


def test_every_command_explains_itself_in_a_line(course: Course) -> None:
    said = course.run("autograder", "--help", COLUMNS="200").stdout
    rows = re.findall(r"^│ ([a-z]+) {2,}(\S.*?)\s*│$", said, re.MULTILINE)
    assert {name for name, _ in rows} >= {"check", "learn", "progress", "reset", "release", "doctor", "datasets"}
    assert all(explanation.endswith(".") for _, explanation in rows)
