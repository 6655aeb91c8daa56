"""The contract: every lesson's exercises are at the bar, by a recorded audit of what stands here or by one run now."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from pathlib import Path

import pytest

from autograder.audit import quality, record
from autograder.audit.process import default_workers
from autograder.audit.record import Recorded, digest, path_of_record, read_record, write_record
from autograder.audit.results import BAR, ExerciseAudit, LessonAudit, MutantFate
from autograder.audit.run import audit_chosen, chosen
from autograder.errors import CourseError
from autograder.syllabus import LessonEntry, Syllabus, read_syllabus

SYLLABUS = read_syllabus()
READY = [entry for entry in SYLLABUS.lessons if entry.ready]


def audit_of(entry: LessonEntry) -> LessonAudit:
    """The recorded audit where it is one of the lesson as it stands, else a new one."""
    recorded = read_record().get(entry.id)
    if recorded is not None and recorded.digest == digest(SYLLABUS, entry):
        return recorded.audit
    warnings.warn(f"{entry.id} has changed since its audit was recorded; run make audit to record it", stacklevel=2)
    return next(audit_chosen(chosen(SYLLABUS, [entry.id]), default_workers()))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")
@pytest.mark.parametrize("entry", READY, ids=[entry.id for entry in READY])
def test_every_exercise_is_at_the_bar(entry: LessonEntry) -> None:
    found = audit_of(entry)
    assert found.defects == (), "\n".join(["", *found.defects])
    for exercise in found.exercises:
        assert exercise.kill_rate >= BAR, exercise.exercise
        assert (exercise.recognised, exercise.accepted) == (exercise.mistakes, exercise.others), exercise.exercise
        assert (exercise.stub_points, exercise.flaky, exercise.idle, exercise.giveaways) == (0, 0, 0, 0)


def test_the_summary_of_the_course_shows_what_is_recorded() -> None:
    page = path_of_record().with_suffix(".md").read_text(encoding="utf-8")
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == list(read_record())


def audit(lesson: str, note: str = "") -> LessonAudit:
    survivor = MutantFate("constant", 3, ("-a", "+b"), "survived", note)
    return LessonAudit(lesson, (ExerciseAudit("total", 3, 2, mutants=(survivor,), seconds=3.0),), seconds=9.0)


def test_what_is_recorded_is_read_back_without_times_in_the_order_of_the_course(tmp_path: Path) -> None:
    path = tmp_path / "quality.json"
    recorded = {name: Recorded(f"digest of {name}", audit(name, "ü")) for name in ("b", "a", "gone")}
    write_record(recorded, ["a", "b", "c"], path)
    found = read_record(path)
    assert list(found) == ["a", "b"]
    assert found["a"] == Recorded("digest of a", audit("a", "ü").shortened())
    before = path.read_bytes()
    write_record(found, ["a", "b"], path)
    assert path.read_bytes() == before


def test_recording_one_lesson_keeps_what_is_recorded_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "quality.json"
    for module in (record, quality):
        monkeypatch.setattr(module, "path_of_record", lambda: path)
    one, other = READY[0].id, READY[1].id
    quality.store_results(SYLLABUS, [audit(other, "first")])
    quality.store_results(SYLLABUS, [audit(one)])
    found = read_record(path)
    assert list(found) == [one, other]
    assert found[other].audit == audit(other, "first").shortened()
    headings = [line for line in path.with_suffix(".md").read_text("utf-8").splitlines() if line.startswith("## ")]
    assert headings == [f"## {one}", f"## {other}"]


def test_without_a_record_nothing_is_recorded(tmp_path: Path) -> None:
    assert read_record(tmp_path / "none.json") == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 3}', '{"a": {"digest": "x"}}', '{"a": {"digest": 1, "audit": {}}}'])
def test_a_damaged_record_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "quality.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=r"quality\.json is not a record of audits"):
        read_record(path)


@pytest.fixture
def course(tmp_path: Path) -> tuple[Syllabus, LessonEntry]:
    """A course of one lesson, to be changed."""
    folder = tmp_path / "curriculum"
    shutil.copytree(Path(__file__).with_name("small_curriculum"), folder)
    syllabus = read_syllabus(folder / "syllabus.toml")
    return syllabus, syllabus.lesson("01-first/01-sums")


def test_the_digest_changes_with_the_exercises_and_with_the_code_but_not_with_the_prose(
    course: tuple[Syllabus, LessonEntry],
) -> None:
    syllabus, entry = course
    notebook, spec = syllabus.notebook_path(entry), syllabus.spec_path(entry)
    first = digest(syllabus, entry)
    assert digest(syllabus, entry) == first
    stored = json.loads(notebook.read_text("utf-8"))
    prose = next(cell for cell in stored["cells"] if cell["cell_type"] == "markdown")
    prose["source"] = ["# Other words"]
    notebook.write_text(json.dumps(stored), encoding="utf-8")
    assert digest(syllabus, entry) == first
    code = next(cell for cell in stored["cells"] if cell["cell_type"] == "code")
    code["source"] = ["1 + 1"]
    notebook.write_text(json.dumps(stored), encoding="utf-8")
    second = digest(syllabus, entry)
    assert second != first
    written = spec.read_text("utf-8")
    spec.write_text(written + "\n\n# a word to authors\n", encoding="utf-8")
    assert digest(syllabus, entry) == second
    spec.write_text(written.replace("1 and 2 and 3 are 6", "1 and 2 and 3 make 6"), encoding="utf-8")
    assert digest(syllabus, entry) not in {first, second}


def test_the_digest_knows_every_module_of_the_audit() -> None:
    without_say = {"__init__", "assignment", "orphans", "plain", "process", "quality", "record", "report", "results"}
    without_say |= {"run", "slots"}
    assert {path.stem for path in Path(record.__file__).parent.glob("*.py")} == without_say | set(record.AUDITING)
