"""The small language that a lesson's `.py` is written in.

An exercise says what it teaches, how it is tested, which wrong answers people give and what to tell them, and
which other answers are right as well. So it carries its own proof in both directions:

    cosine_similarity = Exercise(concepts=["dot product", "norm"], minutes=8, hints=["…"])

    @cosine_similarity.test("a vector points the same way as itself")
    def _(answer, rng):
        u = rng.normal(size=5)
        close(answer(u, u), 1.0)

    @cosine_similarity.mistake("You divided by the *squared* norms. …")
    def squared_norms(u, v):
        return u @ v / ((u @ u) * (v @ v))

    @cosine_similarity.also_right
    def by_hand(u, v): ...
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, TypeVar

from autograder.errors import CourseError, Mismatch
from autograder.values import describe, is_sequence, show

Thing = TypeVar("Thing", bound=Callable[..., Any])
Ending = tuple[str, int]
"""How a test's run ended: the kind of its failure, empty where there was none, and the number of calls it made."""
Endings = dict[tuple[int, str, str], Ending]
"""How mistakes ended, by the seed, the mistake's name and the test's sentence."""


@dataclass(frozen=True)
class Test:
    """One thing an answer must do: a sentence a learner can read, and the function that tries it.

    `run` takes the answer, and after it a seeded `numpy.random.Generator` if it has a second parameter.
    A `hidden` test is not listed for the learner until it passes, and is never part of a class release.
    """

    __test__ = False  # the name is the field's; this tells pytest that it is not one of its own

    sentence: str
    run: Callable[..., None]
    points: int
    hidden: bool

    @property
    def wants_rng(self) -> bool:
        # A parameter with a default is the author's own, such as `case=case` for a test made in a loop.
        given = [p for p in inspect.signature(self.run).parameters.values() if p.default is p.empty]
        return len(given) > 1


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give, and what to say to whoever gives it."""

    message: str
    answer: Callable[..., Any]

    @property
    def name(self) -> str:
        return self.answer.__name__


class Exercise:
    """One exercise: its tests, its known mistakes, its other right answers, its hints.

    The variable it is assigned to is its id and, unless `names` or `file` says otherwise, the name in the
    learner's notebook that is checked.

    concepts: what it practises, in the field's words (they make `docs/coverage.md` and the mastery page).
    minutes:  how long a learner should need, in minutes.
    hints:    from a question or a pointer to nearly the last step; shown one at a time.
    names:    the names looked up in the notebook; with several, tests get an object with these attributes.
    file:     a file in the working folder that the learner writes; tests get its text.
    value:    the answer is a value, not something to call. Its mistakes and other right answers are then
              functions without arguments that return one (with several `names`: a dict of them).
    inside:   the answer cannot cross a process border (a torch module, a figure, a web app): graded beside it.
    seconds:  how long a single test may take.
    """

    def __init__(
        self,
        *,
        concepts: Sequence[str],
        minutes: float,
        hints: Sequence[str] = (),
        names: Sequence[str] = (),
        file: str = "",
        value: bool = False,
        inside: bool = False,
        seconds: float = 10.0,
    ) -> None:
        self.id = ""
        self.concepts = tuple(concepts)
        self.minutes = minutes
        self.hints = tuple(hints)
        self.file = file
        self.value = value or bool(file)
        self.inside = inside
        self.seconds = seconds
        self.held_back = 0
        """Points of tests that this copy of the lesson lacks; see `autograder.seal`."""
        self.tests: list[Test] = []
        self.mistakes: list[Mistake] = []
        self.other_right_answers: list[Callable[..., Any]] = []
        self.excuses: dict[str, str] = {}
        self.endings: Endings = {}
        """How known mistakes ended before: what ends otherwise need not be compared with them."""
        self._names = tuple(names)

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the notebook that make up the answer; none when the answer is a file."""
        return () if self.file else self._names or (self.id,)

    @property
    def points(self) -> int:
        return sum(test.points for test in self.tests)

    def test(self, sentence: str, *, points: int = 1, hidden: bool = False) -> Callable[[Thing], Thing]:
        """Adds a test that earns `points` when it runs through; `sentence` is read by the learner."""
        if any(test.sentence == sentence for test in self.tests):
            raise CourseError(f"Two tests of one exercise are called {sentence!r}.", "Give each its own sentence.")
        if points < 1:
            raise CourseError(f"The test {sentence!r} is worth {points} points.", "Give it one point or more.")

        def add(run: Thing) -> Thing:
            self.tests.append(Test(sentence, run, points, hidden))
            return run

        return add

    def mistake(self, message: str) -> Callable[[Thing], Thing]:
        """Adds a wrong answer that people give. It needs no detector: behaving like it is being it."""

        def add(answer: Thing) -> Thing:
            mistake = Mistake(message, answer)
            if any(other.name == mistake.name for other in self.mistakes):
                raise CourseError(
                    f"Two mistakes of one exercise are called {mistake.name!r}.", "Give each a name of its own."
                )
            self.mistakes.append(mistake)
            return answer

        return add

    def also_right(self, answer: Thing) -> Thing:
        """Adds another answer that must get full marks."""
        self.other_right_answers.append(answer)
        return answer

    def equivalent(self, line: str, because: str) -> None:
        """Excuses a mutant that no test can catch: its changed line as the audit shows it, and the reason."""
        self.excuses[line] = because

    def answer_of(self, given: Callable[..., Any]) -> Any:
        """What a mistake or other right answer stands for: itself, or the value that it returns."""
        if not self.value:
            return given
        built = given()
        return SimpleNamespace(**built) if len(self.names) > 1 and isinstance(built, dict) else built

    def canonical(self, answer: Any) -> Any:
        """The form in which two spellings of one answer are the same; here, as it is."""
        return answer

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id or '(unnamed)'}: {len(self.tests)} tests, {self.points} points>"


class Choice(Exercise):
    """A question with lettered options, one of them right: `warmup_1 = "b"` in the notebook.

    correct:     the letter of the right option.
    distractors: for every other letter, why it is wrong, said to whoever picks it.
    """

    def __init__(
        self,
        *,
        correct: str,
        distractors: Mapping[str, str],
        concepts: Sequence[str] = (),
        minutes: float = 1,
        hints: Sequence[str] = (),
        points: int = 1,
    ) -> None:
        super().__init__(concepts=concepts, minutes=minutes, hints=hints, value=True)
        self.correct = correct
        self.letters = tuple(sorted({correct, *distractors}))
        if correct in distractors:
            raise CourseError(f"Option {correct!r} is said to be right and wrong.", "Take it out of `distractors`.")

        @self.test("the right option is chosen", points=points)
        def _(answer: Any) -> None:
            if self.letter(answer) != correct:
                raise Mismatch("That is not the option that fits.", show(answer))

        for letter, message in distractors.items():
            self.mistake(message)(_returning(letter, f"option_{letter}"))

    def letter(self, answer: Any) -> str:
        """The option that an answer names: 'b', 'B', ' b) ' and '(b)' are the same."""
        given = self.canonical(answer)
        if isinstance(given, str) and given in self.letters:
            return given
        options = ", ".join(f'"{letter}"' for letter in self.letters)
        found = "this is none of them" if isinstance(answer, str) else f"this is {describe(answer)}"
        raise Mismatch(f"Answer with one of {options}, in quotes; {found}.", show(answer))

    def canonical(self, answer: Any) -> Any:
        """The letter itself where an answer names one."""
        text = answer.strip().strip("().:").strip().lower() if isinstance(answer, str) else ""
        return next((letter for letter in self.letters if letter.lower() == text), answer)


class Order(Exercise):
    """Steps to be put in order: `steps = ["c", "a", "b"]` (or "cab") in the notebook.

    sequence: the labels in the right order.
    because:  for a pair (earlier, later), what to say to whoever puts `later` first.
    sentence: what a right order achieves, as the learner reads it.
    """

    def __init__(
        self,
        sequence: Sequence[str],
        *,
        because: Mapping[tuple[str, str], str] | None = None,
        sentence: str = "the steps are in an order that works",
        concepts: Sequence[str] = (),
        minutes: float = 2,
        hints: Sequence[str] = (),
        points: int = 1,
    ) -> None:
        super().__init__(concepts=concepts, minutes=minutes, hints=hints, value=True)
        self.sequence = tuple(sequence)
        self.because = dict(because or {})

        @self.test(sentence, points=points)
        def _(answer: Any) -> None:
            given = self.labels(answer)
            if given == self.sequence:
                return
            for (earlier, later), why in self.because.items():
                if given.index(later) < given.index(earlier):
                    raise Mismatch(why, show(list(given)))
            right = next(i for i, (a, b) in enumerate(zip(given, self.sequence, strict=True)) if a != b)
            begin = f"The first {right} are right, then" if right else "Already at the start,"
            raise Mismatch(f"{begin} another step must come before {given[right]!r}.", show(list(given)))

        for earlier, later in self.because:
            swapped = _swap(self.sequence, earlier, later)
            self.mistake(self.because[earlier, later])(_returning(list(swapped), f"{later}_before_{earlier}"))

    def canonical(self, answer: Any) -> Any:
        """The list of labels where an answer names each of them."""
        try:
            return list(self.labels(answer))
        except Mismatch:
            return answer

    def labels(self, answer: Any) -> tuple[str, ...]:
        """The labels that an answer names, each exactly once: a list, or text such as 'c a b' or 'cab'."""
        if isinstance(answer, str):
            answer = (
                answer.replace(",", " ").split() if " " in answer.strip() or "," in answer else list(answer.strip())
            )
        spelled = {label.lower(): label for label in self.sequence}
        found = [str(label).strip() for label in answer] if is_sequence(answer) else []
        given = tuple(spelled.get(label.lower(), label) for label in found)
        if sorted(given) != sorted(self.sequence):
            raise Mismatch(f"Name each of {', '.join(sorted(self.sequence))} exactly once, in order.", show(answer))
        return given


def _swap(sequence: Sequence[str], one: str, other: str) -> tuple[str, ...]:
    exchange = {one: other, other: one}
    return tuple(exchange.get(label, label) for label in sequence)


def _returning(value: Any, name: str) -> Callable[[], Any]:
    def build() -> Any:
        return value

    build.__name__ = name
    return build
