"""Marks one graded cell: an exercise's tests run from outside, or beside the answer, or a plain test cell."""

from __future__ import annotations

import math
import secrets
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from autograder.answers import Missing
from autograder.card import Card
from autograder.checking import check, not_started
from autograder.exercise import Endings, Exercise
from autograder.grading.repair import grade_id, is_graded, is_manual
from autograder.grading.results import CellMark
from autograder.grading.setup import Setup
from autograder.notebooks import checked_exercise
from autograder.sandbox.codec_parts import WireError
from autograder.sandbox.remote_errors import CannotCross
from autograder.sandbox.supervisor import Session, cell_run, error_output
from autograder.sandbox.wire import Gone, TookTooLong
from autograder.slicing.notebook import Cell, needed
from autograder.spec import spec_of
from autograder.verdict import Failure, TestResult, Verdict

if TYPE_CHECKING:
    from nbformat import NotebookNode

Marked = tuple[CellMark, list[dict[str, Any]]]
_INSIDE: Final = "autograder.grading.inside"
_LONGEST: Final = 300
"""Characters of a message from a student's process that are shown to anybody."""
_KINDS: Final = ("mismatch", "error", "timeout", "interrupted")


class Marker:
    """Marks the graded cells of one notebook while its process lives.

    alarms: why the marks must not be trusted, a sentence each.
    """

    def __init__(self, setup: Setup, notebook: str, session: Session) -> None:
        self.alarms: list[str] = []
        self._setup = setup
        self._session = session
        self._notebook = notebook
        self._source = setup.specs.get(notebook, "")
        self._path = setup.spec_paths.get(notebook)
        self._exercises = spec_of(self._source, self._path).exercises if self._path else {}
        for name, exercise in self._exercises.items():
            exercise.endings = _endings(self._source, name)
        self._asking = False
        self._passed: dict[str, bool] = {}

    def begin(self) -> None:
        """Tells the student's process which lesson this is."""
        if self._exercises:
            names = {name: exercise.names for name, exercise in self._exercises.items()}
            files = {name: exercise.file for name, exercise in self._exercises.items()}
            self._session.invoke(f"{_INSIDE}:begin", self._passes, names, files)

    def knows(self, cell: NotebookNode, name: str) -> bool:
        """Whether a graded cell is the check of one of the lesson's exercises."""
        return name in self._exercises and checked_exercise(cell) == name

    def needed(self, notebook: NotebookNode) -> dict[int, str]:
        """Of the course's own cells, by number from 0, the text that marks may depend on, where that is not all of it.

        There are none in a notebook with tests of another kind than exercises.
        """
        code = [(number, cell) for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        checks = {number for number, cell in code if is_graded(cell) and self.knows(cell, grade_id(cell))}
        if not checks or any(is_graded(cell) and not is_manual(cell) for number, cell in code if number not in checks):
            return {}
        run = [(number, cell) for number, cell in code if number not in checks]
        ours = self._setup.shown_by_course(self._notebook)
        names = {name: exercise.names for name, exercise in self._exercises.items()}
        files = any(exercise.file for exercise in self._exercises.values())
        texts = needed([Cell(cell.source, cell.source in ours) for _, cell in run], names, files=files)
        return {number: text for (number, cell), text in zip(run, texts, strict=True) if text != cell.source}

    def exercise(self, name: str, maximum: float) -> Marked:
        """The mark of an exercise, and its card as the cell's output."""
        exercise = self._exercises[name]
        try:
            verdict = self._verdict(exercise)
        except (Gone, TookTooLong, WireError, CannotCross) as error:
            gone = self._session.ended[1] or str(error) or "it took too long"
            return self._nothing(name, maximum, exercise, f"its answer could not be tested: {gone}")
        if self._session.ended[0]:
            return self._nothing(name, maximum, exercise, f"its answer could not be tested: {self._session.ended[1]}")
        self._passed[name] = verdict.outcome == "passed"
        share = verdict.points / exercise.points if exercise.points else 0.0
        mark = CellMark(
            name,
            maximum if share == 1 else round(share * maximum, 6),
            maximum,
            "inside" if exercise.inside else "outside",
            tuple(result.sentence for result in verdict.results if not result.passed and not result.hidden),
            verdict.mistake,
            verdict.note if verdict.outcome == "not started" else "",
        )
        card = Card(verdict, exercise)
        data = {"text/plain": f"{mark.points:g}", "text/html": card._repr_html_()}
        return mark, [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}]

    def test_cell(self, source: str, name: str, maximum: float) -> Marked:
        """The mark of a plain test cell: run in a fork with its hidden tests, then without them where it stands."""
        seconds = self._setup.seconds
        nonce = secrets.token_hex(16)
        told: Any = None
        try:
            with self._session.forked(seconds):
                told = self._session.invoke(f"{_INSIDE}:run_test_cell", source, nonce, seconds=seconds)
        except (Gone, TookTooLong, WireError, CannotCross) as error:
            words = self._session.ended[1] or str(error) or f"it ran for more than {seconds:g} seconds"
            told = None
            reason = words
        else:
            reason = "the process did not say how its tests ended"
        self._session.run_cell(self._setup.hidden.sub("", source), seconds)
        cell = self._claim(name, told, nonce).get("cell")
        if not isinstance(cell, dict):
            return (
                CellMark(name, 0.0, maximum, "inside", note=reason),
                [error_output("NotGraded", reason)],
            )
        run = cell_run(cell)
        points, note = _points_of(run.error is not None, run.value, maximum)
        failed = (f"{run.error[0]}: {run.error[1]}"[:_LONGEST],) if run.error and not self._has_hidden(source) else ()
        return CellMark(name, points, maximum, "inside", failed, note=note), list(run.outputs)

    def _has_hidden(self, source: str) -> bool:
        return bool(self._setup.hidden.search(source))

    def _nothing(self, name: str, maximum: float, exercise: Exercise, note: str) -> Marked:
        return CellMark(name, 0.0, maximum, "inside" if exercise.inside else "outside", note=note[:_LONGEST]), [
            error_output("NotGraded", note[:_LONGEST])
        ]

    def _passes(self, name: str) -> bool:
        """Asked by the student's process for `lesson.use`: whether an answer passes."""
        exercise = self._exercises.get(name) if type(name) is str else None
        if exercise is None or self._asking:
            return False
        # Whatever it is by now, no mark comes of it: the student gets the student's own, or the course's.
        return self._passed[name] if name in self._passed else self._verdict(exercise).outcome == "passed"

    def _verdict(self, exercise: Exercise) -> Verdict:
        verdict = self._inside(exercise) if exercise.inside else self._outside(exercise)
        if verdict.outcome == "passed":
            self._passed[exercise.id] = True
        return verdict

    def _outside(self, exercise: Exercise) -> Verdict:
        asked = (exercise.id, exercise.names, exercise.file)
        told = self._session.invoke(f"{_INSIDE}:look_up", *asked, seconds=self._setup.seconds)
        if type(told) is not list or len(told) < 2:
            raise WireError("it does not say what the answer is")
        if told[0] != "found":
            return not_started(exercise, Missing(str(told[1])[:_LONGEST]))
        answer = told[2]
        if len(exercise.names) > 1 and isinstance(answer, dict):
            answer = SimpleNamespace(**{name: answer.get(name) for name in exercise.names})
        self._asking = True
        try:
            return check(exercise, answer, stub_left=bool(told[1]))
        finally:
            self._asking = False

    def _inside(self, exercise: Exercise) -> Verdict:
        seconds = 30 + exercise.seconds * (len(exercise.tests) + 1) + 12
        nonce = secrets.token_hex(16)
        with self._session.forked(seconds):
            told = self._session.invoke(
                f"{_INSIDE}:check_exercise", self._source, str(self._path), exercise.id, 0, nonce, seconds=seconds
            )
        claim = self._claim(exercise.id, told, nonce)
        if "missing" in claim:
            return not_started(exercise, Missing(str(claim["missing"])[:_LONGEST]))
        results = tuple(_result(test, one) for test, one in zip(exercise.tests, _listed(claim, exercise), strict=True))
        passed = all(result.passed for result in results)
        outcome: Any = "passed" if passed else "not started" if claim.get("outcome") == "not started" else "in progress"
        messages = [mistake.message for mistake in exercise.mistakes]
        mistake = claim.get("mistake")
        return Verdict(
            exercise.id,
            outcome,
            exercise.points,
            results,
            note=str(claim.get("note", ""))[:_LONGEST],
            mistake=mistake if mistake in messages else "",
            printed=str(claim.get("printed", ""))[:2_000],
        )

    def _claim(self, name: str, told: Any, nonce: str) -> dict[str, Any]:
        """What the student's process says of tests run in it, with its alarms taken down."""
        if not isinstance(told, dict) or told.get("nonce") != nonce:
            return {}
        if "missing" not in told and told.get("alive") is not True:
            self.alarms.append(f'at "{name}" a test that must fail did not')
        alarms = told.get("alarms")
        self.alarms += [
            f'at "{name}" {str(one)[:_LONGEST]}' for one in (alarms if isinstance(alarms, list) else [])[:5]
        ]
        return told


@lru_cache(maxsize=256)
def _endings(lesson: str, exercise: str) -> Endings:
    """What one notebook's answers have told of an exercise's known mistakes, for the next notebook of this worker."""
    return {}


def _points_of(failed: bool, value: float | None, maximum: float) -> tuple[float, str]:
    """nbgrader's rule: an error is nothing, a number is partial credit, anything else is everything."""
    if failed:
        return 0.0, ""
    if value is None:
        return maximum, ""
    if math.isnan(value):
        return 0.0, "its last line gave nan instead of points; taken as 0"
    if not 0 <= value <= maximum:
        return min(
            max(value, 0.0), maximum
        ), f"its last line gave {value:g} points of {maximum:g}; taken as the nearest"
    return value, ""


def _listed(claim: dict[str, Any], exercise: Exercise) -> list[Any]:
    tests = claim.get("tests")
    if not isinstance(tests, list) or len(tests) != len(exercise.tests):
        raise WireError("it does not say how the tests ended")
    return tests


def _result(test: Any, told: Any) -> TestResult:
    failure, caution = told if isinstance(told, list) and len(told) == 2 else ([], "")
    if failure is None:
        return TestResult(test.sentence, test.points, test.hidden, None, str(caution)[:_LONGEST])
    kind: Any = "error"
    message = got = expected = call = ""
    lines: tuple[tuple[str, str], ...] = ()
    if isinstance(failure, list) and len(failure) == 6:
        kind = failure[0] if failure[0] in _KINDS else "error"
        message, got, expected, call = (str(text)[:2_000] for text in failure[1:5])
        trace = failure[5] if isinstance(failure[5], tuple | list) else ()
        lines = tuple((str(one[0])[:200], str(one[1])[:400]) for one in trace[:4] if len(one) == 2)
    return TestResult(test.sentence, test.points, test.hidden, Failure(kind, message, got, expected, call, lines))
