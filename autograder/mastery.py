"""How well each concept sits, and what is due for review: the journal replayed, by the rule in docs/learning.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from autograder.journal import Journal
from autograder.outline import Outline, outlines
from autograder.syllabus import Syllabus
from autograder.times import dated, hours_between

How = Literal["unaided", "with hints", "after the solution", "tried", "untouched"]
Key = tuple[str, str]
"""A lesson's id and an exercise's."""

INTERVALS: Final = (1, 3, 7, 21)
"""Days from one time that a concept is practised to the next; after the last one it counts as learnt."""


@dataclass(frozen=True)
class Review:
    """An exercise done again in the notebook of reviews called `name`; `how` is "tried" while it is not passed."""

    name: str
    on: date
    how: How


@dataclass(frozen=True)
class ExerciseRecord:
    """What the journal knows of one exercise.

    how:      the best that was shown: in the lesson, or later in a review.
    points:   the most that an answer earned.
    attempts: how many different wrong answers were checked before the first right one.
    last:     when it was last touched; None when it never was, or the clock was wrong.
    """

    lesson: str
    exercise: str
    how: How = "untouched"
    points: int = 0
    attempts: int = 0
    last: datetime | None = None
    passed_on: date | None = None
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True)
class ConceptRecord:
    """How many exercises that practise a concept were solved in which way; `open` ones are not passed yet."""

    concept: str
    unaided: int
    with_hints: int
    after_solution: int
    open: int


@dataclass(frozen=True)
class Due:
    """An exercise that brings a concept back.

    since:    the first day on which it was due.
    interval: how many days lay between the last practice and that day: 1, 3, 7 or 21.
    """

    lesson: str
    exercise: str
    concept: str
    since: date
    interval: int


@dataclass(frozen=True)
class Mastery:
    """Everything that the journal says, as of one moment.

    problems: one sentence each for what was left out or is odd; nothing is ever deleted because of it.
    """

    now: datetime
    problems: tuple[str, ...]
    _outlines: Mapping[Key, Outline]
    _stories: Mapping[Key, _Story]
    _plans: Mapping[str, _Plan]
    _hours: float

    @classmethod
    def read(cls, syllabus: Syllabus, journal: Journal | None, now: datetime | None = None) -> Mastery:
        """Replays the journal. Never raises: not for torn or foreign lines, odd clocks or lessons that are gone.

        now: the present, in any time zone; days are days of that zone.
        """
        now = (now or datetime.now()).astimezone(now.tzinfo if now else None)
        known = {
            (lesson.id, outline.name): outline
            for lesson in syllabus.lessons
            if lesson.ready
            for outline in outlines(syllabus.spec_path(lesson))
        }
        entries = journal.read() if journal else None
        times = dated([event["time"] for event in entries.events] if entries else [], now)
        replay = _Replay(known)
        for event, time in zip(entries.events if entries else (), times.moments, strict=True):
            replay.take(event, time)
        problems = list(times.problems)
        if journal and entries and entries.trouble:
            problems.append(f"Your journal {journal.path} can't be read: {entries.trouble}.")
        if journal and entries and entries.unreadable:
            one = entries.unreadable == 1
            lines = "1 line" if one else f"{entries.unreadable} lines"
            kept = "stays as it is" if one else "stay as they are"
            problems.append(f"{lines} of {journal.path} can't be read and {kept}; all others count.")
        gone = sorted({lesson for lesson, _ in replay.stories} - {lesson.id for lesson in syllabus.notebooks})
        if gone:
            problems.append(f"What you did in {', '.join(gone)} is kept, but the course has no such lesson any more.")
        return cls(now, tuple(problems), known, replay.stories, replay.plans, hours_between(times.moments))

    @property
    def today(self) -> date:
        return self.now.date()

    def record(self, lesson: str, exercise: str) -> ExerciseRecord:
        """One exercise's record; an empty one where the journal has nothing about it."""
        story = self._stories.get((lesson, exercise))
        return story.record(lesson, exercise) if story else ExerciseRecord(lesson, exercise)

    def concepts(self) -> list[ConceptRecord]:
        """Every concept that exercises of ready lessons practise, in the order in which the course meets them."""
        practised: dict[str, tuple[str, list[How]]] = {}
        for key, outline in self._outlines.items():
            for concept in outline.concepts:
                _, hows = practised.setdefault(concept.casefold(), (concept, []))
                hows.append(self.record(*key).how)
        return [
            ConceptRecord(
                concept,
                hows.count("unaided"),
                hows.count("with hints"),
                hows.count("after the solution"),
                hows.count("tried") + hows.count("untouched"),
            )
            for concept, hows in practised.values()
        ]

    def due(self) -> list[Due]:
        """What is due today, what has waited longest first. One exercise may bring several concepts back."""
        waiting = sorted(
            ((plan.due_on, concept) for concept, plan in self._plans.items() if plan.is_due(self.today)),
        )
        dues: list[Due] = []
        covered: set[str] = set()
        for since, concept in waiting:
            if concept in covered:
                continue
            key = self._exercise_for(concept, {other for _, other in waiting} - covered)
            if key is None:
                continue
            spelled = {word.casefold(): word for word in self._outlines[key].concepts}
            covered |= set(spelled)
            dues.append(Due(*key, spelled[concept], since, self._plans[concept].interval))
        return dues

    def _exercise_for(self, concept: str, waiting: set[str]) -> Key | None:
        """The exercise to practise a concept with: rather a sibling than the one done last, rather short than long."""

        def rank(key: Key) -> tuple[bool, float, bool, int]:
            outline, story = self._outlines[key], self._stories[key]
            others = len(waiting & {word.casefold() for word in outline.concepts})
            return (
                outline.minutes > LONGEST,
                story.last.timestamp() // DAY if story.last else 0.0,
                outline.kind == "Choice",
                -others,
            )

        seen = [
            key
            for key, outline in self._outlines.items()
            if concept in {word.casefold() for word in outline.concepts}
            and key in self._stories
            and self._stories[key].was_met
        ]
        return min(seen, key=rank, default=None)

    def hours(self) -> float:
        """Time spent, from the times of the entries; a gap of more than 20 minutes counts as a pause."""
        return self._hours


LONGEST: Final = 20.0
"""Minutes. What took longer the first time comes back only where nothing else practises its concept."""
DAY: Final = 86_400


@dataclass
class _Plan:
    """When a concept comes back: `step` says which of the intervals runs, beginning on the day `since`."""

    step: int
    since: date

    @property
    def interval(self) -> int:
        return INTERVALS[self.step]

    @property
    def due_on(self) -> date:
        return self.since + timedelta(days=self.interval) if self.step < len(INTERVALS) else date.max

    def is_due(self, today: date) -> bool:
        return self.due_on <= today


@dataclass
class _Story:
    """One exercise, while its entries are being replayed."""

    how: How = "untouched"
    points: int = 0
    last: datetime | None = None
    passed_on: date | None = None
    help_in_lesson: How = "unaided"
    wrong: set[str] = field(default_factory=set)
    sessions: dict[str, _Session] = field(default_factory=dict)

    @property
    def was_met(self) -> bool:
        """Whether there is something to bring back: it was passed, or the solution was read."""
        return self.passed_on is not None or self.help_in_lesson == "after the solution"

    def record(self, lesson: str, exercise: str) -> ExerciseRecord:
        reviews = tuple(Review(name, session.on, session.how) for name, session in self.sessions.items())
        return ExerciseRecord(
            lesson, exercise, self.how, self.points, len(self.wrong), self.last, self.passed_on, reviews
        )


@dataclass
class _Session:
    """One review of one exercise: its day, the help taken, and the steps of the concepts that were due."""

    on: date
    steps: dict[str, int]
    help: How = "unaided"
    how: How = "tried"


class _Replay:
    """Takes entries in order and keeps what they come to."""

    def __init__(self, known: Mapping[Key, Outline]) -> None:
        self.stories: dict[Key, _Story] = {}
        self.plans: dict[str, _Plan] = {}
        self._known = known

    def take(self, event: Mapping[str, Any], moment: datetime) -> None:
        key = (event["lesson"], event["exercise"])
        story = self.stories.setdefault(key, _Story())
        story.last = moment
        kind, outcome = event["event"], event.get("outcome")
        concepts = [word.casefold() for word in self._known[key].concepts] if key in self._known else []
        if isinstance(event.get("review"), str):
            self._review(story, event, moment.date(), concepts)
        elif story.passed_on is not None:
            pass  # running an old answer again, or comparing it with ours, shows nothing new
        elif kind in {"hint", "solution"}:
            story.help_in_lesson = _more_help(story.help_in_lesson, kind)
            if kind == "solution":
                self._practised(concepts, "after the solution", moment.date())
        elif kind == "check" and outcome in {"in progress", "passed"}:
            points = event.get("points")
            story.points = max(story.points, points if isinstance(points, int) else 0)
            if outcome == "in progress":
                story.how = "tried"
                story.wrong.add(str(event.get("answer", f"without a digest {len(story.wrong)}")))
            else:
                story.how, story.passed_on = story.help_in_lesson, moment.date()
                self._practised(concepts, story.how, moment.date())

    def _review(self, story: _Story, event: Mapping[str, Any], day: date, concepts: Sequence[str]) -> None:
        """One entry of a review. While it is not passed its concepts start again; a pass takes that back."""
        kind, outcome = event["event"], event.get("outcome")
        session = story.sessions.get(event["review"])
        if session is None:
            due = {
                word: self.plans[word].step for word in concepts if word in self.plans and self.plans[word].is_due(day)
            }
            session = story.sessions[event["review"]] = _Session(day, due)
        if session.how != "tried":
            return
        if kind in {"hint", "solution"}:
            session.help = _more_help(session.help, kind)
        elif outcome == "passed":
            session.how = session.help
            if session.how == "unaided":
                story.how = "unaided"
            for word, step in session.steps.items():
                self.plans[word] = _Plan(_next_step(step, session.how), day)
        elif outcome == "in progress":
            for word in session.steps:
                self.plans[word] = _Plan(0, day)

    def _practised(self, concepts: Sequence[str], how: How, day: date) -> None:
        """A lesson's exercise was done: what is new is planned, what is due is reviewed by that."""
        for word in concepts:
            plan = self.plans.get(word)
            if plan is None or how == "after the solution":
                self.plans[word] = _Plan(0, day)
            elif plan.is_due(day):
                self.plans[word] = _Plan(_next_step(plan.step, how), day)


def _more_help(so_far: How, kind: str) -> How:
    return "after the solution" if "solution" in (kind, so_far.removeprefix("after the ")) else "with hints"


def _next_step(step: int, how: How) -> int:
    """Further apart after an unaided answer, once more at the same distance after hints, from the start otherwise."""
    return {"unaided": step + 1, "with hints": step}.get(how, 0)
