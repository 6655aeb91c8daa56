"""What the checking of one answer came to. Plain data, passed on to the card, the journal and the gradebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Outcome = Literal["not started", "in progress", "passed"]


@dataclass(frozen=True)
class Failure:
    """Why a test failed, in words.

    kind:    "mismatch" (another result than expected), "error" (the answer raised), "timeout", "interrupted".
    call:    the call that the test made last, e.g. `length([3, 4])`; empty when there was none.
    trace:   lines of the learner's own code that led to an error: ("line 3", "return u / n").
    """

    kind: Literal["mismatch", "error", "timeout", "interrupted"]
    message: str
    got: str = ""
    expected: str = ""
    call: str = ""
    trace: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TestResult:
    """One test's outcome; `failure` is None when it passed."""

    __test__ = False

    sentence: str
    points: int
    hidden: bool
    failure: Failure | None
    caution: str = ""

    @property
    def passed(self) -> bool:
        return self.failure is None


@dataclass(frozen=True)
class Verdict:
    """One exercise's outcome.

    note:    why it counts as not started, or what to know besides the tests; may be empty.
    mistake: what to say about the known mistake that the answer behaves like; empty when none was recognised.
    printed: the beginning of what the answer printed while it was tested.
    held_back: points of tests that this copy lacks and only grading runs; `maximum` does not count them.
    seconds: how long all tests took.
    """

    exercise: str
    outcome: Outcome
    maximum: int
    results: tuple[TestResult, ...] = ()
    note: str = ""
    mistake: str = ""
    printed: str = ""
    held_back: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def points(self) -> int:
        if self.outcome == "not started":
            return 0
        return sum(result.points for result in self.results if result.passed)

    def as_json(self) -> Mapping[str, Any]:
        """Everything, ready for `json.dumps`."""
        return {
            **asdict(self),
            "points": self.points,
            "results": [{**asdict(r), "passed": r.passed} for r in self.results],
        }
