"""A verdict for people: a card in HTML for light and dark pages, and the same in plain text.

The HTML needs no JavaScript and nothing from the network. Every state is an icon *and* a word, so that
neither colour nor eyesight is needed to read it; all text keeps a contrast of 4.5:1 or more in both themes.
"""

from __future__ import annotations

import re
import textwrap
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from autograder.exercise import Exercise
from autograder.verdict import TestResult, Verdict

_WORDS: Final = {"passed": ("✓", "Passed"), "in progress": ("✗", "Not yet"), "not started": ("○", "Not started")}


@cache
def style() -> str:
    """The cards' style element; `card.css` is the only place where cards get their looks."""
    return f"<style>{Path(__file__).with_name('card.css').read_text(encoding='utf-8')}</style>"


class Card:
    """What `lesson.check` gives back: a card where HTML is shown, and where only text is, the number of points.

    Stock nbgrader reads that number as partial credit; it shows the card in its feedback and formgrader pages.
    """

    def __init__(self, verdict: Verdict, exercise: Exercise, next_exercise: str = "") -> None:
        self.verdict = verdict
        self._exercise = exercise
        self._next = next_exercise

    def __repr__(self) -> str:
        # Where only grading has the other tests, all that can be earned here counts as all there is:
        # nbgrader's Validate would otherwise call a finished exercise failed.
        passed = self.verdict.outcome == "passed"
        return str(self.verdict.points + (self.verdict.held_back if passed else 0))

    def _repr_html_(self) -> str:
        return html_card(self.verdict, self._exercise, self._next)

    @property
    def text(self) -> str:
        """The card for a terminal."""
        return text_card(self.verdict, self._exercise, self._next)


def html_card(verdict: Verdict, exercise: Exercise, next_exercise: str = "") -> str:
    icon, word = _WORDS[verdict.outcome]
    tone = {"passed": "gw-good", "in progress": "gw-bad", "not started": "gw-calm"}[verdict.outcome]
    state = {"passed": "gw-passed", "in progress": "gw-open", "not started": "gw-new"}[verdict.outcome]
    parts = [
        f'<p class="gw-head">{_sign(tone, icon, word)} · '
        f"<code>{escape(verdict.exercise)}</code> · {verdict.points} of {verdict.maximum} points</p>"
    ]
    parts += [f'<div class="gw-why"><p>{inline(text)}</p></div>' for text in (verdict.mistake, verdict.note) if text]
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
        parts.append(_html_hints(exercise.hints))
    parts.append(f'<p class="gw-soft">{inline(next_step(verdict, next_exercise))}</p>')
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


def _html_hints(hints: tuple[str, ...]) -> str:
    """Each hint folded inside the one before it, so that they open one at a time."""
    folded = ""
    for position, hint in reversed(list(enumerate(hints))):
        title = "Show a hint" if position == 0 else "Show another hint"
        folded = f"<details><summary>{title}</summary><p>{inline(hint)}</p>{folded}</details>"
    return folded


def next_step(verdict: Verdict, next_exercise: str) -> str:
    """The sentence at the foot of the card."""
    if verdict.outcome == "passed" and verdict.held_back:
        return f"{_points(verdict.held_back)} more come from tests that only grading runs, on other inputs."
    if verdict.outcome == "passed":
        return f"Next: `{next_exercise}`." if next_exercise else "That was the last exercise of this lesson."
    if verdict.outcome == "not started":
        return "Nothing is lost yet: there is no wrong first try."
    return "Change your answer above, run its cell, then run this cell again."


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


def text_card(verdict: Verdict, exercise: Exercise, next_exercise: str = "") -> str:
    icon, word = _WORDS[verdict.outcome]
    lines = [f"{icon} {word}: {verdict.exercise}, {verdict.points} of {verdict.maximum} points"]
    lines += [_wrapped(text, "  ") for text in (verdict.mistake, verdict.note) if text]
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
    lines.append(_wrapped(next_step(verdict, next_exercise), "  "))
    return "\n".join(lines)


def _wrapped(text: str, indent: str) -> str:
    # nbgrader's Validate cuts what is longer than 83 characters.
    return textwrap.fill(
        plain(text), 80, initial_indent=indent, subsequent_indent=" " * len(indent), break_long_words=False
    )
