"""Audits a lesson: runs its notebook once, and at each exercise tries every right and wrong answer in a child."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from autograder.audit import known, trials
from autograder.audit.children import Died, Stumbled, Task, run_forked
from autograder.audit.conclude import Outcomes, conclude, excused, excused_as_a_whole
from autograder.audit.mutants import Mutant, mutants
from autograder.audit.results import ExerciseAudit, LessonAudit
from autograder.audit.sample import affordable
from autograder.audit.slots import Slots
from autograder.audit.state import State
from autograder.audit.trials import Bench, Measured, Tried
from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.notebooks import answer_cells, checked_exercise, read_notebook, solution
from autograder.spec import load_spec
from autograder.student_version import student_version

TOGETHER: Final = 8
"""So many known answers share a child: they need nothing of the notebook's state and leave nothing there."""
GRACE: Final = 10.0
"""Seconds that a child may take beyond all limits of its tests."""


def audit_lesson(notebook_path: Path, lesson_id: str, slots: Slots) -> LessonAudit:
    """Audits a lesson of this course's kind, with its `.py` beside the notebook.

    Raises CourseError when the notebook can't be run up to its exercises.
    """
    started = time.perf_counter()
    notebook, spec = read_notebook(notebook_path), load_spec(notebook_path.with_suffix(".py"))
    answers = answer_cells(notebook)
    stubs = {name: cell.source for name, cell in answer_cells(student_version(notebook)).items()}
    answer_ids = {cell["id"] for cell in answers.values()}
    audits = []
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        state = State()
        for cell in notebook.cells:
            if cell.cell_type != "code" or cell["id"] in answer_ids:
                continue  # an answer's cell is run in the course of the audit of its exercise
            name = checked_exercise(cell)
            if name is not None:
                if name not in answers:
                    raise CourseError(f"{notebook_path.name}: {name} has no answer's cell.", "Run `make lessons`.")
                audits.append(_audit_exercise(spec.exercise(name), state, answers[name].source, stubs[name], slots))
            elif error := state.run(cell.source):
                raise CourseError(
                    f"{notebook_path.name} can't be audited: a cell raises {error}.", "Run `make lessons`."
                )
    return LessonAudit(lesson_id, tuple(audits), seconds=time.perf_counter() - started)


def _audit_exercise(exercise: Exercise, state: State, cell_source: str, stub: str, slots: Slots) -> ExerciseAudit:
    """Tries everything, and leaves the state as the solution's cell makes it."""
    started = time.perf_counter()
    bench = Bench(exercise, state, solution(cell_source))
    came = Outcomes()
    most = len(exercise.tests) * exercise.seconds * 100 + 300
    (came.reference,) = _try([partial(trials.reference, bench)], slots, most)
    if isinstance(came.reference, Measured):
        bench = dataclasses.replace(bench, measured=came.reference)
        _import_for_all(came.reference.imported)
    fine = isinstance(came.solution, Tried) and not came.solution.failed and isinstance(came.reference, Measured)
    patience = bench.cell_limit + sum(bench.limits) + GRACE
    (came.stub,) = _try([partial(trials.stub, bench, stub)], slots, most)

    tried = [mutant for mutant in mutants(cell_source) if fine]
    worth = [mutant for mutant in tried if not excused_as_a_whole(exercise, mutant)]
    measured = bench.measured
    anew = affordable([m for m in worth if not m.changed], measured.cell_work + measured.tests_work)
    again = affordable([m for m in worth if m.changed], measured.tests_work)
    came.left_out = [mutant for mutant in worth if mutant not in anew and mutant not in again]
    outcomes = dict(_mutants(bench, anew, slots, patience, came))
    error = state.run(bench.solution)
    if error:
        raise CourseError(f"The solution of {exercise.id} raises {error}.", "Run `make lessons`.")
    outcomes |= _mutants(bench, again, slots, patience, came)
    came.mutants = [(m, outcomes.get(m.source, Tried())) for m in tried if m not in came.left_out]
    _known_answers(bench, came, slots, most)
    return conclude(exercise, came, cell_source, time.perf_counter() - started)


def _import_for_all(names: Sequence[str]) -> None:
    """Imports here what the solution and the tests import, so that not every child has to do it for itself."""
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def _mutants(
    bench: Bench, chosen: Sequence[Mutant], slots: Slots, patience: float, came: Outcomes
) -> Mapping[str, Tried | Died | Stumbled]:
    """What came of each, by its source; those that no test catches are looked at once more, for longer."""
    sources = [mutant.changed or mutant.source for mutant in chosen]
    results = _try([partial(trials.mutant, bench, source) for source in sources], slots, patience)
    passing = (n for n, result in enumerate(results) if isinstance(result, Tried) and not result.failed)
    left = [n for n in passing if not excused(bench.exercise, chosen[n])]
    found = bench.state.answer(bench.exercise)
    right = getattr(found, "answer", None) if chosen and chosen[0].changed else None
    looks = _try([partial(trials.survivor, bench, sources[n], right) for n in left], slots, 60 + 60 * patience)
    came.survivors |= {chosen[n].source: look for n, look in zip(left, looks, strict=True)}
    return {mutant.source: result for mutant, result in zip(chosen, results, strict=True)}


def _known_answers(bench: Bench, came: Outcomes, slots: Slots, seconds: float) -> None:
    """Mistakes, other right answers, and constants where they make sense: for a function or a value, not a class."""
    exercise = bench.exercise
    constants = () if exercise.inside or len(exercise.names) > 1 else tuple(trials.CONSTANTS)
    records = known.Records(exercise)
    tasks: list[tuple[dict[str, Any], str, Task]] = [
        *((came.mistakes, m.name, partial(known.mistake, bench, records, m)) for m in exercise.mistakes),
        *((came.others, o.__name__, partial(trials.other_answer, bench, o)) for o in exercise.other_right_answers),
        *((came.constants, name, partial(trials.constant, bench, name)) for name in constants),
    ]
    for (where, name, _), result in zip(tasks, _try([t for _, _, t in tasks], slots, seconds, TOGETHER), strict=True):
        where[name] = result


def _try(tasks: Sequence[Task], slots: Slots, seconds: float, together: int = 1) -> list[Any]:
    results: list[Any] = [None] * len(tasks)
    for index, result in run_forked(tasks, slots, seconds, together):
        results[index] = result
    return results
