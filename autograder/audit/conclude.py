"""Draws the conclusions from what was tried on an exercise: numbers, and a sentence for everything to mend."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from autograder.audit.children import Died, Stumbled
from autograder.audit.mutants import Mutant
from autograder.audit.results import BAR, ExerciseAudit, MutantFate
from autograder.audit.trials import Measured, Tried
from autograder.exercise import Exercise
from autograder.notebooks import solution_lines

SHORTEST_LINE: Final = 13
"""Solution lines shorter than this (`return total`) give nothing away."""
BARE_CALL: Final = re.compile(r"[\w.]+\(\)")
"""Nor does the name of a step (`model.train()`): a message must be able to say what is missing."""

Outcome = Tried | Died | Stumbled
NEVER_TRIED: Final = Died("it was never tried")


@dataclass
class Outcomes:
    """What came of everything that was tried on an exercise; the dicts are by name."""

    reference: Measured | Died | Stumbled = NEVER_TRIED
    stub: Outcome = NEVER_TRIED
    mistakes: dict[str, Outcome] = field(default_factory=dict)
    others: dict[str, Outcome] = field(default_factory=dict)
    constants: dict[str, Outcome] = field(default_factory=dict)
    mutants: list[tuple[Mutant, Outcome]] = field(default_factory=list)
    left_out: list[Mutant] = field(default_factory=list)
    """Those that were not tried, since all together would take too long."""
    survivors: dict[str, Outcome] = field(default_factory=dict)
    """By the mutant's source: whether anything tells it from the solution."""

    @property
    def solution(self) -> Outcome:
        return self.reference.tried if isinstance(self.reference, Measured) else self.reference

    @property
    def wrong(self) -> list[Tried]:
        """The wrong answers that some test caught."""
        outcomes = [*self.mistakes.values(), *self.constants.values(), *(outcome for _, outcome in self.mutants)]
        return [outcome for outcome in outcomes if isinstance(outcome, Tried) and outcome.failed]


def conclude(exercise: Exercise, came: Outcomes, cell_source: str, seconds: float) -> ExerciseAudit:
    """The audit of one exercise; `cell_source` is its solution's cell as it stands in the notebook."""
    fates = tuple(_fate(exercise, mutant, outcome, came.survivors) for mutant, outcome in came.mutants)
    idle = _idle(exercise, came)
    giveaways = _giveaways(exercise, came, cell_source)
    answers = [came.solution, *came.others.values()]
    audit = ExerciseAudit(
        exercise=exercise.id,
        points=exercise.points,
        tests=len(exercise.tests),
        stub_points=came.stub.points if isinstance(came.stub, Tried) else 0,
        mistakes=len(exercise.mistakes),
        recognised=sum(_is_fine(outcome) for outcome in came.mistakes.values()),
        others=len(exercise.other_right_answers),
        accepted=sum(_is_fine(outcome) and not outcome.failed for outcome in came.others.values()),  # type: ignore[union-attr]
        mutants=fates,
        left_out=len(came.left_out),
        flaky=sum(isinstance(outcome, Tried) and outcome.flaky for outcome in answers),
        idle=len(idle),
        giveaways=len(giveaways),
        alone=_alone(exercise, came.wrong),
        hidden_adds=_hidden_adds(exercise, came.wrong),
        leaks={
            name: outcome.points
            for name, outcome in came.constants.items()
            if isinstance(outcome, Tried) and outcome.points
        },
        seconds=seconds,
    )
    defects = [
        *_of_answers(exercise, came),
        *(f"no wrong answer ever fails the test “{sentence}”" for sentence in idle),
        *(f"always answering {what} earns every point" for what, n in audit.leaks.items() if n == exercise.points),
        *(f"a message spells out the solution's line {line!r}" for line in giveaways),
        *_of_excuses(exercise, came),
        *below_the_bar(audit),
    ]
    return dataclasses.replace(audit, defects=tuple(defects))


def below_the_bar(audit: ExerciseAudit) -> list[str]:
    """One sentence when too few mutants are caught."""
    if audit.kill_rate >= BAR:
        return []
    survive = audit.count("survived")
    return [
        f"the tests catch only {audit.kill_rate:.0%} of the mutants: {survive} of "
        f"{audit.count('killed') + survive} pass them all"
    ]


def excused(exercise: Exercise, mutant: Mutant) -> str:
    """Why nobody asks for this mutant: its line as it reads now, or a statement that it stands in, is excused."""
    keys = (mutant.added, *mutant.within)
    return next((exercise.excuses[key] for key in keys if key in exercise.excuses), "")


def excused_as_a_whole(exercise: Exercise, mutant: Mutant) -> bool:
    """Whether the statement that the mutant stands in is excused: then it is not even tried."""
    return any(line in exercise.excuses for line in mutant.within)


def _fate(exercise: Exercise, mutant: Mutant, outcome: Outcome, survivors: Mapping[str, Outcome]) -> MutantFate:
    looked = survivors.get(mutant.source)
    reason = excused(exercise, mutant)
    if excused_as_a_whole(exercise, mutant):
        fate, note = "excused", reason
    elif isinstance(outcome, Died):
        fate, note = "killed", outcome.why
    elif isinstance(outcome, Stumbled):
        fate, note = "survived", f"the audit stumbled: {outcome.why}"
    elif outcome.failed:
        fate, note = "killed", outcome.note or exercise.tests[outcome.failed[0]].sentence
    elif isinstance(looked, Tried) and looked.equivalent:
        fate, note = "equivalent", looked.note
    elif reason:
        fate, note = "excused", reason
    else:
        why = f"looking for a difference ended early: {getattr(looked, 'why', 'nobody looked')}"
        fate, note = "survived", looked.note if isinstance(looked, Tried) else why
    return MutantFate(mutant.operator, mutant.line, mutant.diff, fate, note)


def _is_fine(outcome: Outcome) -> bool:
    return isinstance(outcome, Tried) and not outcome.note


def _idle(exercise: Exercise, came: Outcomes) -> list[str]:
    """Tests that no wrong answer fails. The one that it dies of is not known, so those don't count."""
    caught = came.wrong
    return [test.sentence for n, test in enumerate(exercise.tests) if not any(n in wrong.failed for wrong in caught)]


def _alone(exercise: Exercise, wrong: Sequence[Tried]) -> str:
    if len(exercise.tests) == 1 or not wrong:
        return ""
    for position, test in enumerate(exercise.tests):
        if not test.hidden and all(position in outcome.failed for outcome in wrong):
            return test.sentence
    return ""


def _hidden_adds(exercise: Exercise, wrong: Sequence[Tried]) -> int:
    hidden = {position for position, test in enumerate(exercise.tests) if test.hidden}
    return sum(set(outcome.failed) <= hidden for outcome in wrong)


def _of_answers(exercise: Exercise, came: Outcomes) -> Iterator[str]:
    right = {"the solution": came.solution} | {f"the right answer {n}": o for n, o in came.others.items()}
    wrong = {"the stub": came.stub} | {f"the mistake {n}": o for n, o in came.mistakes.items()}
    for who, outcome in (right | wrong).items():
        if isinstance(outcome, Died):
            yield f"{who} can't be tested: {outcome.why}"
        elif isinstance(outcome, Stumbled):
            yield f"the audit stumbled over {who}: {outcome.why}"
        elif who in right and outcome.failed:
            yield f"{who} fails the test “{exercise.tests[outcome.failed[0]].sentence}” {outcome.note}".rstrip()
        elif outcome.note:
            yield outcome.note if who == "the stub" else f"{who}: {outcome.note}"
    for mutant, outcome in came.mutants:
        if isinstance(outcome, Stumbled):
            yield f"the audit stumbled over the mutant {mutant.added!r}: {outcome.why}"


def _of_excuses(exercise: Exercise, came: Outcomes) -> Iterator[str]:
    for line in exercise.excuses:
        fitting = [(mutant, outcome) for mutant, outcome in came.mutants if line in (mutant.added, *mutant.within)]
        if any(line in (mutant.added, *mutant.within) for mutant in came.left_out):
            continue
        if not fitting:
            yield f"the excuse for {line!r} fits no mutant; remove it"
        elif all(
            not excused_as_a_whole(exercise, mutant) and (isinstance(outcome, Died) or getattr(outcome, "failed", ()))
            for mutant, outcome in fitting
        ):
            yield f"the excuse for {line!r} is not needed: a test catches it; remove it"


def _giveaways(exercise: Exercise, came: Outcomes, cell_source: str) -> list[str]:
    """Solution lines that a hint, a test's sentence or any message spells out."""
    long = (line for line in solution_lines(cell_source) if len(line) >= SHORTEST_LINE)
    lines = dict.fromkeys(line for line in long if not BARE_CALL.fullmatch(line))
    said = [*exercise.hints, *(test.sentence for test in exercise.tests), *(m.message for m in exercise.mistakes)]
    said += [words for wrong in came.wrong for words in wrong.words]
    return [line for line in lines if any(line in text for text in said)]
