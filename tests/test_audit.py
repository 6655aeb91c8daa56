"""The audit finds what is wrong with an exercise, whatever its mutants do, and says the same each time."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.audit import orphans
from autograder.audit.process import Target, audit_all
from autograder.audit.results import ExerciseAudit, LessonAudit
from autograder.errors import CourseError
from autograder.notebooks import mark, normalise, write_notebook
from autograder.spec import load_spec

if TYPE_CHECKING:
    from conftest import Course

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")

DOUBLES = "def {name}(number):\n    ### BEGIN SOLUTION\n    return number * 2\n    ### END SOLUTION"
ANSWERS = {
    "fine": "def fine(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION",
    "leaking": "def leaking(number):\n    ### BEGIN SOLUTION\n    return number\n    ### END SOLUTION",
    "refusing": "def refusing(number):\n    ### BEGIN SOLUTION\n    return number / 2\n    ### END SOLUTION",
    "given_away": "given_away = 5\n### BEGIN SOLUTION\ngiven_away = 5\n### END SOLUTION",
    "weak": "def weak(number):\n    ### BEGIN SOLUTION\n    return number > 5\n    ### END SOLUTION",
    "excused": (
        "### BEGIN SOLUTION\npace = 0.5\n\n\n"
        "def excused(row):\n    return sum(x for x in row if x > 0)\n### END SOLUTION"
    ),
    "rough": (
        "import contextlib, os, signal, time\nfrom pathlib import Path\n\n\n"
        "def rough(number):\n    ### BEGIN SOLUTION\n"
        "    row, steps = [1], 0\n"
        "    while len(row) != 4:\n"
        "        row = row * 2\n"
        "    while number > 0:\n"
        "        with contextlib.suppress(BaseException):\n"
        "            number -= 1\n"
        "        steps += 1\n"
        "    if number < 0:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    if steps > 100:\n"
        "        os._exit(0)\n"
        "    if steps > 200 and os.fork() == 0:\n"
        "        Path('litter.txt').write_text('x')\n"
        "        time.sleep(600)\n"
        "    return steps\n"
        "    ### END SOLUTION"
    ),
}


def make_lesson(folder: Path, stem: str, spec_source: str, answers: Mapping[str, str] = ANSWERS) -> Path:
    """A lesson of these exercises; answers that are not given double a number."""
    path = folder / f"{stem}.ipynb"
    path.with_suffix(".py").write_text(spec_source, encoding="utf-8")
    spec = load_spec(path.with_suffix(".py"))
    cells = []
    for name in spec.exercises:
        cells += [
            new_code_cell(answers.get(name, DOUBLES.format(name=name))),
            new_code_cell(f'lesson.check("{name}")'),
        ]
    notebook = new_notebook(cells=cells)
    mark(notebook, spec)
    normalise(notebook)
    write_notebook(notebook, path)
    return path


def audit(*notebooks: Path) -> list[LessonAudit]:
    results = dict(audit_all([Target(path, path.stem) for path in notebooks], 2))
    found = [results[Target(path, path.stem)] for path in notebooks]
    for result in found:
        if isinstance(result, CourseError):
            raise result
    return [result for result in found if isinstance(result, LessonAudit)]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[LessonAudit, LessonAudit]:
    """One lesson audited two times; nothing of it stays behind."""
    folder, scratch = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("scratch")
    lesson = make_lesson(
        folder, "defects", Path(__file__).with_name("audited").joinpath("defects.py").read_text("utf-8")
    )
    files, before = sorted(folder.iterdir()), orphans.children()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(scratch))
        (one,) = audit(lesson)
        (other,) = audit(lesson)
    assert list(scratch.iterdir()) == []
    assert {path for path in folder.iterdir() if path.name != "__pycache__"} == set(files)
    assert orphans.children() == before
    return one, other


@pytest.fixture
def audited(twice: tuple[LessonAudit, LessonAudit]) -> dict[str, ExerciseAudit]:
    return {found.exercise: found for found in twice[0].exercises}


def test_a_good_exercise_has_no_defect(audited: dict[str, ExerciseAudit]) -> None:
    found = audited["fine"]
    assert found.defects == ()
    assert (found.points, found.tests, found.stub_points) == (3, 2, 0)
    assert (found.mistakes, found.recognised, found.others, found.accepted) == (2, 2, 1, 1)
    assert (found.kill_rate, found.count("survived"), found.flaky, found.idle, found.giveaways) == (1.0, 0, 0, 0, 0)


def test_hidden_tests_add_what_no_visible_one_catches(audited: dict[str, ExerciseAudit]) -> None:
    assert audited["fine"].hidden_adds == 1  # without_sign
    assert audited["fine"].alone == ""
    assert audited["vacuous"].alone == "a number is doubled"


@pytest.mark.parametrize(
    ("exercise", "sentence"),
    [
        ("unlucky", "the solution: it fails under "),
        ("lucky", "the solution: it passes “a number is doubled, every other time” only sometimes"),
        ("unseeded", "the solution: it fails under "),
        ("vacuous", "no wrong answer ever fails the test “it can be asked for nothing”"),
        ("leaking", "always answering 0 earns every point"),
        ("telling", "a message spells out the solution's line 'return number * 2'"),
        ("confused", "the mistake one_plus: it is taken for plus_one"),
        ("unstable", "the mistake as_it_is_but_once: under the seed 1 it is taken for as_it_is"),
        ("passing", "the mistake doubled_too: it passes"),
        ("passing_by_luck", "the mistake wrong_once: it passes under 20 of 20 other seeds, first 1"),
        ("refusing", "the right answer as_fraction fails the test “a number is halved”"),
        ("wrong_solution", "the solution fails the test “a number is doubled”"),
        ("given_away", "the stub counts as passed, with 1 points"),
        ("weak", "the tests catch only "),
        ("stale", "the excuse for 'return number * 4' fits no mutant; remove it"),
        ("stale", "the excuse for 'return number * 3' is not needed: a test catches it; remove it"),
    ],
)
def test_a_defect_is_found(audited: dict[str, ExerciseAudit], exercise: str, sentence: str) -> None:
    assert any(defect.startswith(sentence) for defect in audited[exercise].defects), audited[exercise].defects


def test_numbers_say_the_same_as_the_sentences(audited: dict[str, ExerciseAudit]) -> None:
    assert [name for name, found in audited.items() if found.flaky] == ["unlucky", "lucky", "unseeded"]
    assert audited["vacuous"].idle == 1
    assert audited["telling"].giveaways == 1
    assert (audited["confused"].mistakes, audited["confused"].recognised) == (2, 1)
    assert (audited["unstable"].mistakes, audited["unstable"].recognised) == (2, 1)
    assert (audited["refusing"].others, audited["refusing"].accepted) == (1, 0)
    assert audited["given_away"].stub_points == 1
    assert audited["leaking"].leaks["0"] == 1


def test_a_survivor_comes_with_what_would_tell_it_apart(audited: dict[str, ExerciseAudit]) -> None:
    notes = {mutant.diff[1]: mutant.note for mutant in audited["weak"].mutants if mutant.fate == "survived"}
    assert notes == {
        "+    return number >= 5": "a test could ask for weak(5), where it differs",
        "+    return number > 4": "a test could ask for weak(5), where it differs",
        "+    return number > 6": "a test could ask for weak(6), where it differs",
    }


def test_what_is_excused_is_counted_apart_with_its_reason(audited: dict[str, ExerciseAudit]) -> None:
    found = audited["excused"]
    reasons = {mutant.diff[1]: (mutant.fate, mutant.note) for mutant in found.mutants}
    assert reasons["+pace = 1.5"] == ("excused", "how fast is a matter of taste")
    same = reasons["+    return sum(x for x in row if x >= 0)"]
    assert same[0] in {"excused", "equivalent"}
    assert found.defects == ()


def test_whatever_a_mutant_does_it_is_killed_and_the_audit_goes_on(audited: dict[str, ExerciseAudit]) -> None:
    killed = {mutant.diff[1][1:].strip(): mutant.note for mutant in audited["rough"].mutants if mutant.fate == "killed"}
    assert killed["if not (number < 0):"] == "killed by signal 9"
    assert killed["if not (steps > 100):"] == "its process ended before the tests did"
    assert "number += 1" in killed  # it loops, and swallows what would end it
    assert "while len(row) != 5:" in killed  # it doubles a list until time or memory is up
    assert not any("stumbled" in mutant.note for mutant in audited["rough"].mutants)


def test_two_audits_come_to_the_same_but_for_the_time(twice: tuple[LessonAudit, LessonAudit]) -> None:
    def timeless(found: LessonAudit) -> object:
        stored = found.as_json()
        stored["seconds"] = 0
        for exercise in stored["exercises"]:
            exercise["seconds"] = 0
        return stored

    assert timeless(twice[0]) == timeless(twice[1])


def test_results_come_back_from_json_as_they_were(twice: tuple[LessonAudit, LessonAudit]) -> None:
    assert LessonAudit.from_json(json.loads(json.dumps(twice[0].as_json()))) == twice[0]


def test_a_lesson_that_can_not_be_audited_is_one_sentence_and_the_others_go_on(tmp_path: Path) -> None:
    spec = Path(__file__).with_name("audited").joinpath("defects.py").read_text("utf-8").partition("unlucky = ")[0]
    good = make_lesson(tmp_path, "good", spec)
    raising = make_lesson(tmp_path, "raising", spec)
    dying = make_lesson(tmp_path, "dying", spec)
    for path, source in ((raising, "1 / 0"), (dying, "import os; os._exit(7)")):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(0, new_code_cell(source, id="first"))
        nbformat.write(notebook, path)
    results = {
        target.name: found for target, found in audit_all([Target(p, p.stem) for p in (raising, dying, good)], 2)
    }
    assert isinstance(results["good"], LessonAudit) and results["good"].defects == ()
    assert "a cell raises ZeroDivisionError: division by zero" in str(results["raising"])
    assert "the audit's process ended" in str(results["dying"])


# The command


def test_the_command_prints_writes_and_tells_by_its_exit_code(small_course: Course) -> None:
    done = small_course.run("autograder", "audit", "01-first/01-sums", "--json", "--workers", "2")
    assert done.stderr == ""
    (found,) = (LessonAudit.from_json(one) for one in json.loads(done.stdout))
    assert found.lesson == "01-first/01-sums"
    assert [exercise.exercise for exercise in found.exercises] == ["question", "steps", "total", "average"]
    assert done.returncode == (1 if found.defects else 0)
    written = json.loads((small_course.root / "build" / "audit.json").read_text("utf-8"))
    assert [one["lesson"] for one in written] == ["01-first/01-sums"]
    assert "01-first/01-sums" in (small_course.root / "build" / "audit.html").read_text("utf-8")
    assert not (small_course.root / "docs").exists()


def test_recording_writes_the_summary_and_its_data(small_course: Course) -> None:
    (small_course.root / "docs").mkdir()
    done = small_course.run("autograder", "audit", "--record")
    assert done.returncode in {0, 1}, done.stderr
    assert list(json.loads((small_course.root / "docs" / "quality.json").read_text("utf-8"))) == ["01-first/01-sums"]
    assert "## 01-first/01-sums" in (small_course.root / "docs" / "quality.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("01-first/01-sms", 'There is no lesson "01-first/01-sms".'), ("none.ipynb", "There is no notebook none.ipynb.")],
)
def test_a_wrong_name_is_one_sentence(small_course: Course, name: str, sentence: str) -> None:
    done = small_course.run("autograder", "audit", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
