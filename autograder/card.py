"""A verdict for people: a card in HTML for light and dark pages, and the same in plain text.

The HTML needs no JavaScript and nothing from the network. Every state is an icon *and* a word, so that
neither colour nor eyesight is needed to read it; all text keeps a contrast of 4.5:1 or more in both themes.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Final, Literal

from autograder.exercise import Exercise
from autograder.verdict import TestResult, Verdict

_WORDS: Final = {"passed": ("✓", "Passed"), "in progress": ("✗", "Not yet"), "not started": ("○", "Not started")}


@cache
def style() -> str:
    """The cards' style element; `card.css` is the only place where cards get their looks."""
    return f"<style>{Path(__file__).with_name('card.css').read_text(encoding='utf-8')}</style>"


@dataclass(frozen=True)
class Link:
    """A way on: an address relative to the notebook, and the words that lead there."""

    address: str
    words: str


@dataclass(frozen=True)
class Picture:
    """A PNG in base64, and what is to be seen in it."""

    png: str
    description: str


@dataclass(frozen=True)
class Guidance:
    """What a card says to the learner at this desk; the card of a grader or a stored lesson has none of it.

    notices:   sentences about slips that have nothing to do with the answer, each with the way back.
    onward:    what comes after a pass, in place of the usual sentence, and where it leads.
    last_hint: "kept" until the answer has been changed, then "offered" by itself; "folded" into the others.
    recorded:  what names this exercise in the journal, where the desk is to note which hints are opened.
    """

    notices: tuple[str, ...] = ()
    onward: str = ""
    link: Link | None = None
    picture: Picture | None = None
    last_hint: Literal["folded", "kept", "offered"] = "folded"
    recorded: Mapping[str, str] = field(default_factory=dict)


NO_GUIDANCE: Final = Guidance()


class Card:
    """What `lesson.check` gives back: a card where HTML is shown, and where only text is, the number of points.

    Stock nbgrader reads that number as partial credit; it shows the card in its feedback and formgrader pages.
    """

    def __init__(
        self, verdict: Verdict, exercise: Exercise, next_exercise: str = "", guidance: Guidance = NO_GUIDANCE
    ) -> None:
        self.verdict = verdict
        self.guidance = guidance
        self._exercise = exercise
        self._next = next_exercise

    def __repr__(self) -> str:
        # Where only grading has the other tests, all that can be earned here counts as all there is:
        # nbgrader's Validate would otherwise call a finished exercise failed.
        passed = self.verdict.outcome == "passed"
        return str(self.verdict.points + (self.verdict.held_back if passed else 0))

    def _repr_html_(self) -> str:
        return html_card(self.verdict, self._exercise, self._next, self.guidance)

    @property
    def text(self) -> str:
        """The card for a terminal."""
        return text_card(self.verdict, self._exercise, self._next, self.guidance)


def html_card(verdict: Verdict, exercise: Exercise, next_exercise: str = "", guidance: Guidance = NO_GUIDANCE) -> str:
    icon, word = _WORDS[verdict.outcome]
    tone = {"passed": "gw-good", "in progress": "gw-bad", "not started": "gw-calm"}[verdict.outcome]
    state = {"passed": "gw-passed", "in progress": "gw-open", "not started": "gw-new"}[verdict.outcome]
    parts = [
        f'<p class="gw-head">{_sign(tone, icon, word)} · '
        f"<code>{escape(verdict.exercise)}</code> · {verdict.points} of {verdict.maximum} points</p>"
    ]
    reasons = (verdict.mistake, verdict.note, *guidance.notices)
    parts += [f'<div class="gw-why"><p>{inline(text)}</p></div>' for text in reasons if text]
    if verdict.outcome == "not started":
        items = [
            f'<li><span aria-hidden="true">○</span> {inline(test.sentence)}</li>'
            for test in exercise.tests
            if not test.hidden
        ]
        parts.append(f'<p class="gw-soft">What it will be asked:</p><ul>{"".join(items)}</ul>')
    else:
        parts.append(f"<ul>{''.join(_html_result(result) for result in verdict.results)}</ul>")
    if verdict.printed and verdict.outcome == "in progress":
        printed = f"<pre>{escape(verdict.printed)}</pre>"
        parts.append(f"<details><summary>What it printed while it was tested</summary>{printed}</details>")
    if verdict.outcome != "passed":
        parts.append(_html_hints(exercise, guidance))
    if guidance.picture is not None:
        parts.append(_html_picture(guidance.picture))
    onward = f" {html_link(guidance.link)}" if guidance.link is not None else ""
    parts.append(f'<p class="gw-soft">{inline(next_step(verdict, exercise, next_exercise, guidance))}{onward}</p>')
    label = f"{word}: {verdict.exercise}, {verdict.points} of {verdict.maximum} points"
    return f'{style()}<div class="gw-card {state}" role="group" aria-label="{escape(label)}">{"".join(parts)}</div>'


def _html_result(result: TestResult) -> str:
    points = f'<span class="gw-soft">({_points(result.points)})</span>'
    if result.failure is None:
        caution = f'<span class="gw-detail">But {inline(result.caution)}</span>' if result.caution else ""
        return f"<li>{_sign('gw-good', '✓', 'Right:')} {inline(result.sentence)} {points}{caution}</li>"
    details = [f'<span class="gw-detail">{inline(line)}</span>' for line in _details(result)]
    details += [
        f'<span class="gw-detail">{escape(where)}: <code>{escape(line)}</code></span>'
        for where, line in result.failure.trace
    ]
    return f"<li>{_sign('gw-bad', '✗', 'Not yet:')} {inline(_title(result))} {points}{''.join(details)}</li>"


def _sign(tone: str, icon: str, word: str) -> str:
    return f'<span class="{tone}"><span aria-hidden="true">{icon}</span> {word}</span>'


def _title(result: TestResult) -> str:
    return "a test that is not listed, on other inputs" if result.hidden else result.sentence


def _details(result: TestResult) -> list[str]:
    """The lines under a failed test: what was found, then what was asked, got and expected.

    A hidden test never shows what was expected, so it does not tell what its comparison said either.
    """
    failure = result.failure
    assert failure is not None
    secret = result.hidden and failure.kind == "mismatch" and failure.got != "None"
    message = "It comes to something else than it should." if secret else failure.message
    call = _code(failure.call) if failure.call else "Your answer"
    expected = f"expected {_code(failure.expected)}" if failure.expected and not result.hidden else ""
    if failure.got:
        asked = f"{call} gave {_code(failure.got)}" + (f"; {expected}." if expected else ".")
    elif failure.call:
        asked = f"Asked: {call}" + (f"; {expected}." if expected else "")
    else:
        asked = f"{expected[:1].upper()}{expected[1:]}." if expected else ""
    return [line for line in (message, asked) if line]


def _code(text: str) -> str:
    return f"`{text.replace('`', 'ˋ')}`"


def _html_hints(exercise: Exercise, guidance: Guidance) -> str:
    """Each hint folded inside the one before it, so that they open one at a time; the last may stand by itself."""
    hints = list(enumerate(exercise.hints, start=1))
    apart = hints[-1:] if len(hints) > 1 and guidance.last_hint != "folded" else []

    def fold(number: int, title: str, hint: str, inside: str = "") -> str:
        noted = {**guidance.recorded, "hint": str(number)} if guidance.recorded else {}
        marks = "".join(f' data-gw-{name}="{escape(value)}"' for name, value in noted.items())
        return f"<details{marks}><summary>{title}</summary><p>{inline(hint)}</p>{inside}</details>"

    folded = ""
    for number, hint in reversed(hints[: len(hints) - len(apart)]):
        folded = fold(number, "Show a hint" if number == 1 else "Show another hint", hint, folded)
    if apart and guidance.last_hint == "offered":
        folded += fold(apart[0][0], "Show the hint that goes furthest", apart[0][1])
    return folded


def _html_picture(picture: Picture) -> str:
    source = f"data:image/png;base64,{escape(picture.png)}"
    figure = f'<img style="max-width: 100%" src="{source}" alt="{escape(plain(picture.description))}">'
    return f"<details><summary>See the answer at work</summary>{figure}</details>"


def html_link(link: Link) -> str:
    """A link that can be read on the card's own ground, light and dark."""
    return f'<a style="color: var(--gw-calm)" href="{escape(link.address)}">{escape(link.words)}</a>'


def next_step(verdict: Verdict, exercise: Exercise, next_exercise: str = "", guidance: Guidance = NO_GUIDANCE) -> str:
    """The sentence at the foot of the card."""
    if verdict.outcome == "passed" and verdict.held_back:
        return f"{_points(verdict.held_back)} more come from tests that only grading runs, on other inputs."
    if verdict.outcome == "passed" and guidance.onward:
        return guidance.onward
    if verdict.outcome == "passed":
        return f"Next: `{next_exercise}`." if next_exercise else "That was the last exercise of this lesson."
    if verdict.outcome == "not started":
        return "Nothing is lost yet: there is no wrong first try."
    again = "Change your answer above, run its cell, then run this cell again."
    if guidance.last_hint == "offered":
        again += f' Or look: `lesson.solution("{exercise.id}")` in an empty cell shows our answer beside yours.'
    return again


def _points(points: int) -> str:
    return "1 point" if points == 1 else f"{points} points"


def inline(text: str) -> str:
    """Escaped HTML of a sentence in which `code`, **strong** and *stress* are marked."""
    pieces = []
    for position, piece in enumerate(re.split(r"`([^`]*)`", text)):
        safe = escape(piece)
        if position % 2:
            pieces.append(f"<code>{safe}</code>")
        else:
            safe = re.sub(r"\*\*(\S(?:.*?\S)?)\*\*", r"<strong>\1</strong>", safe)
            pieces.append(re.sub(r"(?<![\w*])\*([^\s*](?:[^*]*?[^\s*])?)\*(?![\w*])", r"<em>\1</em>", safe))
    return "".join(pieces)


def plain(text: str) -> str:
    """A sentence without its marks, for a terminal."""
    return "".join(
        piece if position % 2 else re.sub(r"(?<!\w)\*{1,2}([^\s*](?:[^*]*?[^\s*])?)\*{1,2}(?!\w)", r"\1", piece)
        for position, piece in enumerate(re.split(r"`([^`]*)`", text))
    )


def text_card(verdict: Verdict, exercise: Exercise, next_exercise: str = "", guidance: Guidance = NO_GUIDANCE) -> str:
    icon, word = _WORDS[verdict.outcome]
    lines = [f"{icon} {word}: {verdict.exercise}, {verdict.points} of {verdict.maximum} points"]
    lines += [_wrapped(text, "  ") for text in (verdict.mistake, verdict.note, *guidance.notices) if text]
    if verdict.outcome == "not started":
        lines += [_wrapped(test.sentence, "  ○ ") for test in exercise.tests if not test.hidden]
    for result in verdict.results:
        lines.append(
            _wrapped(
                f"{_title(result) if result.failure else result.sentence} ({_points(result.points)})",
                "  ✗ " if result.failure else "  ✓ ",
            )
        )
        if result.failure:
            lines += [_wrapped(line, "      ") for line in _details(result)]
            lines += [_wrapped(f"{where}: `{line}`", "      ") for where, line in result.failure.trace]
        elif result.caution:
            lines.append(_wrapped(f"But {result.caution}", "      "))
    lines.append(_wrapped(next_step(verdict, exercise, next_exercise, guidance), "  "))
    return "\n".join(lines)


def _wrapped(text: str, indent: str) -> str:
    # nbgrader's Validate cuts what is longer than 83 characters.
    return textwrap.fill(
        plain(text), 80, initial_indent=indent, subsequent_indent=" " * len(indent), break_long_words=False
    )
