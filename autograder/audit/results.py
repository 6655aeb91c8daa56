"""What an audit comes to: plain data, ready for JSON and read back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

BAR: Final = 0.95
"""Share of the mutants that are not equivalent which the tests of an exercise must catch."""


@dataclass(frozen=True)
class MutantFate:
    """A mutant and what became of it.

    fate: "killed" (`note`: by what), "survived" (`note`: what would have told it apart), "equivalent" (shown by
          trial) or "excused" (by a person, `note`: why).
    """

    operator: str
    line: int
    diff: tuple[str, ...]
    fate: str
    note: str


@dataclass(frozen=True)
class ExerciseAudit:
    """All that was found out about one exercise.

    stub_points: what the untouched notebook earns.
    recognised:  of the known `mistakes`, how many fail and are recognised as themselves under every seed.
    accepted:    of the `others`, the other right answers, how many earn every point under every seed.
    unlisted:    mutants that are only counted, by fate; see `shortened`.
    left_out:    mutants that were not tried, since all together would take too long.
    flaky:       right answers of which the verdict hangs on the seed.
    idle:        tests that no wrong answer ever fails.
    giveaways:   lines of the solution that a message spells out.
    alone:       a visible test that catches by itself all that all tests catch; empty when there is none.
    hidden_adds: how many wrong answers only hidden tests catch.
    leaks:       points earned by answers without a thought, by what they always return.
    defects:     sentences, each of them something to mend; none means that the exercise is at the bar.
    """

    exercise: str
    points: float
    tests: int
    stub_points: float = 0
    mistakes: int = 0
    recognised: int = 0
    others: int = 0
    accepted: int = 0
    mutants: tuple[MutantFate, ...] = ()
    unlisted: Mapping[str, int] = field(default_factory=dict)
    left_out: int = 0
    flaky: int = 0
    idle: int = 0
    giveaways: int = 0
    alone: str = ""
    hidden_adds: int = 0
    leaks: Mapping[str, float] = field(default_factory=dict)
    defects: tuple[str, ...] = ()
    seconds: float = 0.0

    def count(self, fate: str) -> int:
        return sum(mutant.fate == fate for mutant in self.mutants) + self.unlisted.get(fate, 0)

    @property
    def sampled(self) -> str:
        """How many of the mutants that nobody excused were tried, where it is not all of them."""
        tried = sum(self.count(fate) for fate in ("killed", "survived", "equivalent"))
        return f"sampled {tried} of {tried + self.left_out} mutants" if self.left_out else ""

    @property
    def kill_rate(self) -> float:
        """Share of the mutants that are neither equivalent nor excused which some test caught; 1 when there is none."""
        killed, survived = self.count("killed"), self.count("survived")
        return killed / (killed + survived) if killed + survived else 1.0


@dataclass(frozen=True)
class LessonAudit:
    """A lesson's exercises in order.

    unknown: sentences on what could not be found out here, such as about cells that a person grades.
    seconds: how long the audit took.
    """

    lesson: str
    exercises: tuple[ExerciseAudit, ...]
    unknown: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def defects(self) -> tuple[str, ...]:
        return tuple(f"{audit.exercise}: {defect}" for audit in self.exercises for defect in audit.defects)

    def as_json(self) -> dict[str, Any]:
        """Everything, ready for `json.dumps`."""
        return asdict(self)

    def shortened(self) -> LessonAudit:
        """The same without times, which are others on each run, and without the mutants that nobody has to look at."""
        exercises = []
        for audit in self.exercises:
            listed = tuple(mutant for mutant in audit.mutants if mutant.fate in {"survived", "excused"})
            counts = {fate: audit.count(fate) for fate in ("killed", "equivalent")}
            exercises.append(replace(audit, mutants=listed, unlisted=counts, seconds=0.0))
        return replace(self, exercises=tuple(exercises), seconds=0.0)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> LessonAudit:
        """What `as_json` made."""
        exercises = tuple(
            ExerciseAudit(
                **{
                    **audit,
                    "mutants": tuple(MutantFate(**{**m, "diff": tuple(m["diff"])}) for m in audit["mutants"]),
                    "defects": tuple(audit["defects"]),
                }
            )
            for audit in stored["exercises"]
        )
        return cls(stored["lesson"], exercises, tuple(stored["unknown"]), stored["seconds"])
