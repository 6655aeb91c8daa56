"""Audits a lesson: runs its notebook once, and at each exercise tries every wrong and right answer in a child."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from nbformat import NotebookNode

from autograder.audit import trials
from autograder.audit.children import Died, run_forked
from autograder.audit.mutants import Mutant, mutants
from autograder.audit.trials import Bench, Tried
from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.notebooks import answer_cells, checked_exercise, read_notebook, solution, solution_lines
from autograder.spec import Spec, load_spec
from autograder.student_version import student_version

BAR: Final = 0.95
"""Share of the mutants that are not equivalent which the tests of an exercise must catch."""
SHORTEST_LINE: Final = 13
"""Solution lines shorter than this (`return total`) give nothing away."""


@dataclass(frozen=True)
class MutantFate:
    """A mutant and what became of it: killed, survived, equivalent (shown by trial) or excused (by a person)."""

    operator: str
    line: int
    diff: tuple[str, ...]
    fate: str
    note: str


@dataclass(frozen=True)
class ExerciseAudit:
    """All that was found out about one exercise.

    defects:     sentences, each of them something to mend; none means that the exercise is at the bar.
    alone:       a visible test that catches by itself all that all tests catch; empty when there is none.
    hidden_adds: how many wrong answers only hidden tests catch.
    leaks:       points earned by answers without a thought, by what they always return.
    """

    exercise: str
    points: int
    tests: int
    mistakes: int
    recognised: int
    others: int
    accepted: int
    mutants: tuple[MutantFate, ...]
    defects: tuple[str, ...]
    alone: str
    hidden_adds: int
    leaks: Mapping[str, int]
    seconds: float

    def count(self, fate: str) -> int:
        return sum(mutant.fate == fate for mutant in self.mutants)

    @property
    def kill_rate(self) -> float:
        """Share of the mutants that are neither equivalent nor excused which some test caught; 1 when there is none."""
        killed, survived = self.count("killed"), self.count("survived")
        return killed / (killed + survived) if killed + survived else 1.0


@dataclass(frozen=True)
class LessonAudit:
    """A lesson's exercises in order, and how long the audit took, in seconds."""

    lesson: str
    exercises: tuple[ExerciseAudit, ...]
    seconds: float = 0.0

    @property
    def defects(self) -> tuple[str, ...]:
        return tuple(f"{audit.exercise}: {defect}" for audit in self.exercises for defect in audit.defects)


@dataclass
class _Trial:
    """One thing to try, and what came of it."""

    kind: str
    name: str
    task: Callable[[], Tried]
    came: Any = field(default_factory=lambda: Died("never tried"))


def audit_lesson(notebook_path: Path, lesson_id: str, workers: int) -> LessonAudit:
    """Audits a lesson of this course's kind, with its `.py` beside the notebook.

    Raises CourseError when the notebook can't be run up to its exercises.
    """
    started = time.perf_counter()
    notebook, spec = read_notebook(notebook_path), load_spec(notebook_path.with_suffix(".py"))
    stubs = {name: cell.source for name, cell in answer_cells(student_version(notebook)).items()}
    audits = []
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shell, answers = _shell(), answer_cells(notebook)
        answer_ids = {cell["id"] for cell in answers.values()}
        for cell in notebook.cells:
            if cell.cell_type != "code" or cell["id"] in answer_ids:
                continue  # an answer's cell is run when its exercise has been audited in the state before it
            name = checked_exercise(cell)
            if name is not None:
                audits.append(_audit_exercise(spec, name, notebook, stubs[name], shell, workers))
            source = solution(answers[name].source) if name is not None else cell.source
            if error := _run(shell, source):
                raise CourseError(
                    f"{notebook_path.name} can't be audited: a cell raises {error}", "Run `make lessons`."
                )
    return LessonAudit(lesson_id, tuple(audits), time.perf_counter() - started)


def _shell() -> Any:
    import matplotlib as mpl
    from IPython.core.interactiveshell import InteractiveShell

    mpl.use("Agg")
    InteractiveShell.clear_instance()
    return InteractiveShell.instance(user_ns={"__name__": "__main__"})


def _run(shell: Any, source: str) -> str:
    """Runs a cell quietly; the error that it raised, in a few words, or nothing."""
    from IPython.utils.capture import capture_output

    with capture_output():
        result = shell.run_cell(source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    return f"{type(error).__name__}: {error}" if error else ""


def _audit_exercise(
    spec: Spec, name: str, notebook: NotebookNode, stub: str, shell: Any, workers: int
) -> ExerciseAudit:
    started = time.perf_counter()
    exercise = spec.exercise(name)
    cell_source = answer_cells(notebook)[name].source
    ours = solution(cell_source)
    bench = Bench(exercise, partial(_run, shell), shell.user_ns, Path.cwd)
    allowed = len(exercise.tests) * exercise.seconds * 25 + 10

    first = _Trial("reference", name, partial(trials.reference, bench, ours))
    _try([first], workers, allowed)
    seconds = first.came.seconds if isinstance(first.came, Tried) else ()
    limits = tuple(min(exercise.seconds, max(0.5, 20 * taken)) for taken in seconds) or (1.0,) * len(exercise.tests)
    whole = sum(seconds) < 0.5
    changed = mutants(cell_source)
    tried = [
        _Trial("stub", name, partial(trials.stub, bench, stub)),
        *(_Trial("mistake", m.name, partial(trials.mistake, exercise, m)) for m in exercise.mistakes),
        *(_Trial("other", o.__name__, partial(trials.other_answer, exercise, o)) for o in exercise.other_right_answers),
        *(_Trial("constant", c, partial(trials.constant, exercise, c)) for c in _constants(exercise, bench)),
        *(
            _Trial("mutant", str(position), partial(trials.mutant, bench, mutant.source, ours, limits, whole))
            for position, mutant in enumerate(changed)
        ),
    ]
    _try(tried, workers, min(allowed, 60.0 + 25 * sum(limits)))
    return _conclude(exercise, first, tried, changed, cell_source, time.perf_counter() - started)


def _try(tried: Sequence[_Trial], workers: int, seconds: float) -> None:
    for index, came in run_forked([trial.task for trial in tried], workers, seconds):
        tried[index].came = came


def _constants(exercise: Exercise, bench: Bench) -> tuple[str, ...]:
    """Answers without a thought make sense for functions and values; for a class or several names they do not."""
    return () if exercise.inside or len(exercise.names) > 1 else tuple(trials.CONSTANTS)


def _conclude(
    exercise: Exercise,
    first: _Trial,
    tried: Sequence[_Trial],
    changed: Sequence[Mutant],
    cell_source: str,
    seconds: float,
) -> ExerciseAudit:
    kinds: dict[str, list[_Trial]] = {}
    for trial in tried:
        kinds.setdefault(trial.kind, []).append(trial)
    fates = tuple(
        _fate(exercise, mutant, trial.came) for mutant, trial in zip(changed, kinds.get("mutant", []), strict=True)
    )
    good_mistakes = [t for t in kinds.get("mistake", []) if isinstance(t.came, Tried) and not t.came.note]
    good_others = [
        t for t in kinds.get("other", []) if isinstance(t.came, Tried) and not (t.came.failed or t.came.note)
    ]
    caught = [set(t.came.failed) for t in tried if isinstance(t.came, Tried) and t.came.failed and t.kind != "other"]
    audit = ExerciseAudit(
        exercise=exercise.id,
        points=exercise.points,
        tests=len(exercise.tests),
        mistakes=len(exercise.mistakes),
        recognised=len(good_mistakes),
        others=len(exercise.other_right_answers),
        accepted=len(good_others),
        mutants=fates,
        defects=(),
        alone=_alone(exercise, caught),
        hidden_adds=_hidden_adds(exercise, caught),
        leaks=_leaks(exercise, kinds.get("constant", [])),
        seconds=seconds,
    )
    defects = [*_defects(exercise, first, kinds, caught, cell_source), *_below_the_bar(audit)]
    return ExerciseAudit(**{**vars(audit), "defects": tuple(defects)})


def _fate(exercise: Exercise, mutant: Mutant, came: Any) -> MutantFate:
    reason = exercise.excuses.get(mutant.added)
    if isinstance(came, Died):
        fate, note = "killed", came.why
    elif came.failed:
        fate, note = "killed", came.note or exercise.tests[came.failed[0]].sentence
    elif came.equivalent:
        fate, note = "equivalent", came.note
    elif reason is not None:
        fate, note = "excused", reason
    else:
        fate, note = "survived", came.note
    return MutantFate(mutant.operator, mutant.line, mutant.diff, fate, note)


def _alone(exercise: Exercise, caught: Sequence[set[int]]) -> str:
    for position, test in enumerate(exercise.tests):
        if not test.hidden and len(exercise.tests) > 1 and caught and all(position in failed for failed in caught):
            return test.sentence
    return ""


def _hidden_adds(exercise: Exercise, caught: Sequence[set[int]]) -> int:
    hidden = {position for position, test in enumerate(exercise.tests) if test.hidden}
    return sum(failed <= hidden for failed in caught)


def _leaks(exercise: Exercise, constants: Sequence[_Trial]) -> dict[str, int]:
    points = {}
    for trial in constants:
        if isinstance(trial.came, Tried):
            points[trial.name] = sum(
                test.points for position, test in enumerate(exercise.tests) if position not in trial.came.failed
            )
    return {name: earned for name, earned in points.items() if earned}


def _defects(
    exercise: Exercise, first: _Trial, kinds: Mapping[str, list[_Trial]], caught: Sequence[set[int]], cell_source: str
) -> list[str]:
    defects = []
    for trial in (first, *kinds.get("stub", []), *kinds.get("mistake", []), *kinds.get("other", [])):
        what = {"reference": "the solution", "stub": "the stub", "mistake": f"the mistake {trial.name}"}
        who = what.get(trial.kind, f"the right answer {trial.name}")
        if isinstance(trial.came, Died):
            defects.append(f"{who}: {trial.came.why}")
        elif trial.kind in {"reference", "other"} and trial.came.failed:
            sentence = exercise.tests[trial.came.failed[0]].sentence
            defects.append(f"{who} fails the test “{sentence}” {trial.came.note}".rstrip())
        elif trial.came.note:
            defects.append(f"{who}: {trial.came.note}")
    never = [test.sentence for n, test in enumerate(exercise.tests) if not any(n in failed for failed in caught)]
    defects += [f"no wrong answer ever fails the test “{sentence}”" for sentence in never]
    unthinking = _leaks(exercise, kinds.get("constant", []))
    defects += [f"always answering {what} earns every point" for what, n in unthinking.items() if n == exercise.points]
    defects += _giveaways(exercise, kinds, cell_source)
    return defects


def _giveaways(exercise: Exercise, kinds: Mapping[str, list[_Trial]], cell_source: str) -> list[str]:
    """Solution lines that a hint or any message spells out."""
    lines = [line for line in solution_lines(cell_source) if len(line) >= SHORTEST_LINE]
    said = [*exercise.hints, *(mistake.message for mistake in exercise.mistakes)]
    said += [
        words for trials_ in kinds.values() for t in trials_ if isinstance(t.came, Tried) for words in t.came.words
    ]
    return [
        f"a message spells out the solution's line {line!r}" for line in lines if any(line in text for text in said)
    ]


def _below_the_bar(audit: ExerciseAudit) -> list[str]:
    if audit.kill_rate >= BAR:
        return []
    survivors = [mutant for mutant in audit.mutants if mutant.fate == "survived"]
    return [f"only {audit.kill_rate:.0%} of the mutants are caught; {len(survivors)} survive"]


def default_workers() -> int:
    """As many children at a time as there are processors for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
