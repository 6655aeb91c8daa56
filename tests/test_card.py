"""The card: what a learner sees, reads out loud, or reads in a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.answers import Missing
from autograder.card import Card, inline, plain, style
from autograder.checking import check, not_started
from autograder.compare import equal
from autograder.exercise import Exercise
from autograder.notes import Note

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>&lt;"


class Page(HTMLParser):
    """Reads a card's HTML: its elements, their attributes and the text; refuses what is not well-formed."""

    VOID = ("br", "img", "hr", "input", "meta", "link")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}


def double(**options: Any) -> Exercise:
    made = Exercise(
        concepts=[], minutes=1, hints=["What is *twice*?", "Use `+`.", "**Both** sides are the same."], **options
    )
    made.id = "double"
    made.test("it doubles `2`", points=2)(lambda answer: equal(answer(2), 4))
    made.test("it doubles 7 in secret", hidden=True)(lambda answer: equal(answer([7, "k"])[1], {"treasure": 914}))
    made.mistake("You *squared* it: `n * n`.")(lambda n: n * n)
    return made


def card(answer: Callable[..., Any], made: Exercise | None = None, after: str = "triple") -> Card:
    made = made or double()
    return Card(check(made, answer), made, after)


def right(n: Any) -> Any:
    return 2 * n if isinstance(n, int) else [7, {"treasure": 914}]


def wrong(n: Any) -> Any:
    return n


def untouched() -> Card:
    made = double()
    return Card(not_started(made, Missing("There is no `double` yet.")), made)


def html(shown: Card | Note) -> str:
    return shown._repr_html_().removeprefix(style())


CARDS = [card(right), card(wrong), untouched()]
CARD_IDS = ["passed", "in progress", "not started"]


# What every card keeps to


@pytest.mark.parametrize("shown", CARDS, ids=CARD_IDS)
def test_a_card_is_well_formed_and_needs_neither_scripts_nor_the_network(shown: Card) -> None:
    page = Page(html(shown))
    assert page.tags <= {"div", "p", "span", "ul", "li", "code", "details", "summary", "pre", "strong", "em"}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not re.search(r"https?:|//|@import|url\(|src=|href=|<link", shown._repr_html_())


@pytest.mark.parametrize(
    ("shown", "label"), list(zip(CARDS, ["Passed", "Not yet", "Not started"], strict=True)), ids=CARD_IDS
)
def test_a_card_is_a_group_with_a_label(shown: Card, label: str) -> None:
    groups = [attributes for _, attributes in Page(html(shown)).elements if attributes.get("role") == "group"]
    points = f"{shown.verdict.points} of 3 points"
    assert [group["aria-label"] for group in groups] == [f"{label}: double, {points}"]


@pytest.mark.parametrize("shown", CARDS, ids=CARD_IDS)
def test_every_icon_is_hidden_from_readers_and_has_a_word_beside_it(shown: Card) -> None:
    icons = re.findall(r"(<span[^>]*>)([✓✗○])</span> ?(\S*)", html(shown))
    assert len(icons) == len(re.findall("[✓✗○]", html(shown))) > 0
    for tag, _, word in icons:
        assert 'aria-hidden="true"' in tag
        assert re.match(r"\w", word)


@pytest.mark.parametrize("shown", CARDS, ids=CARD_IDS)
def test_the_plain_repr_is_exactly_the_number_of_points(shown: Card) -> None:
    assert repr(shown) == str(shown.verdict.points)


def test_points_are_those_of_the_passed_tests() -> None:
    made = double()
    partly = card(lambda n: 4, made)
    assert [repr(shown) for shown in [*CARDS, partly]] == ["3", "0", "0", "2"]


def test_whatever_the_learner_made_is_shown_as_text() -> None:
    class Loud:
        def __repr__(self) -> str:
            return ATTACK

    def raising(n: Any) -> Any:
        raise ValueError(ATTACK)

    def printing(n: Any) -> Any:
        print(ATTACK)
        return ATTACK

    Odd = type(ATTACK, (), {})
    for answer in (raising, printing, lambda n: Loud(), lambda n: Odd(), Odd, {ATTACK: ATTACK}):
        page = Page(html(card(answer)))
        assert page.tags <= {"div", "p", "span", "ul", "li", "code", "details", "summary", "pre", "em", "strong"}
        assert not [attributes for _, attributes in page.elements if "onerror" in attributes]


def test_a_text_that_holds_html_can_be_read_as_it_is() -> None:
    assert "<script>alert(1)</script>" in Page(html(card(lambda n: ATTACK))).text


def test_odd_names_and_sentences_of_the_author_are_escaped_too() -> None:
    made = Exercise(concepts=[], minutes=1, hints=[ATTACK])
    made.id = ATTACK
    made.test(ATTACK)(lambda answer: equal(answer, 1))
    made.mistake(ATTACK)(lambda: 2)
    for verdict in (check(made, 2), check(made, 1), not_started(made, Missing(ATTACK))):
        page = Page(html(Card(verdict, made, ATTACK)))
        assert not page.tags & {"script", "img"}
        assert page.elements[0][1]["aria-label"].endswith("points")  # type: ignore[union-attr]


@given(st.text())
def test_any_sentence_gives_well_formed_html_that_reads_the_same(text: str) -> None:
    page = Page(f"<p>{inline(text)}</p>")
    assert page.tags <= {"p", "code", "strong", "em"}
    assert re.sub(r"[`*\s]", "", page.text) == re.sub(r"[`*\s]", "", text)


@pytest.mark.parametrize(
    ("text", "as_html", "as_text"),
    [
        ("use `a < b`", "use <code>a &lt; b</code>", "use a < b"),
        ("a **strong** word", "a <strong>strong</strong> word", "a strong word"),
        ("*squared* norms", "<em>squared</em> norms", "squared norms"),
        ("**two words** here", "<strong>two words</strong> here", "two words here"),
        ("`x * y * z`", "<code>x * y * z</code>", "x * y * z"),
        ("2 * 3 * 4", "2 * 3 * 4", "2 * 3 * 4"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4", "2 ** 3 ** 4"),
        ("a lone ` tick", "a lone ` tick", "a lone ` tick"),
    ],
)
def test_marks_become_elements_and_vanish_in_a_terminal(text: str, as_html: str, as_text: str) -> None:
    assert inline(text) == as_html
    assert plain(text) == as_text


# What stands on it


def test_a_failed_test_says_what_was_asked_got_and_expected() -> None:
    for text in (Page(html(card(wrong))).text, card(wrong).text):
        assert "double(2) gave 2; expected 4." in text


def test_the_mistake_comes_before_the_tests() -> None:
    made = double()
    made.tests.pop(0)
    made.test("it doubles 3")(lambda answer: equal(answer(3), 6))
    shown = card(lambda n: n**2, made)
    text = Page(html(shown)).text
    assert "You squared it: n * n." in text
    assert text.index("You squared it") < text.index("it doubles 3")
    assert "You squared it: n * n." in shown.text


def test_an_exercise_not_yet_started_lists_what_it_will_be_asked() -> None:
    text = Page(html(untouched())).text
    assert "There is no double yet." in text
    assert "What it will be asked:" in text
    assert "it doubles 2" in text


def test_a_passed_card_names_the_next_exercise() -> None:
    assert "Next: triple." in Page(html(card(right))).text
    assert "That was the last exercise of this lesson." in Page(html(card(right, after=""))).text


def test_hints_are_folded_one_inside_the_other() -> None:
    markup = html(card(wrong))
    assert markup.count("<details>") == 3
    assert re.search(
        r"<details>.*twice.*<details>.*<code>\+</code>.*<details>.*Both.*</details></details></details>", markup
    )
    assert "<details open" not in markup


def test_a_passed_card_has_no_hints() -> None:
    assert "details" not in Page(html(card(right))).tags


def test_what_it_printed_is_folded_on_a_card_in_progress_only() -> None:
    def printing(n: Any) -> Any:
        print("printed <b>")
        return n

    def right_but_printing(n: Any) -> Any:
        print("printed <b>")
        return right(n)

    assert "printed <b>" in Page(html(card(printing))).text
    assert "printed" not in Page(html(card(right_but_printing))).text


def test_the_learners_own_line_stands_under_an_error() -> None:
    import linecache

    place, source = "<cell card>", "def double(n):\n    return n / 0\n"
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    names: dict[str, Any] = {}
    exec(compile(source, place, "exec"), names)
    for text in (Page(html(card(names["double"]))).text, card(names["double"]).text):
        assert "ZeroDivisionError: division by zero" in text
        assert "line 2, in double: return n / 0" in text


def test_a_card_of_one_point_says_point() -> None:
    assert "(1 point)" in card(right).text
    assert "(2 points)" in card(right).text


# Hidden tests


@pytest.mark.parametrize("shown", [card(wrong), untouched()], ids=["in progress", "not started"])
def test_a_hidden_test_is_not_told_before_it_passes(shown: Card) -> None:
    for text in (html(shown), shown.text):
        assert "secret" not in text


@pytest.mark.parametrize(
    "answer",
    [
        wrong,
        lambda n: [0, {"other": 3}],
        lambda n: [0, {}],
        lambda n: [0, None],
        lambda n: [0, "text"],
        lambda n: 3,
    ],
    ids=["same", "other key", "no key", "None", "text", "number"],
)
def test_what_a_hidden_test_expects_is_never_on_the_card(answer: Callable[..., Any]) -> None:
    shown = card(answer)
    for text in (Page(html(shown)).text, shown.text):
        assert "914" not in text
        assert "treasure" not in text
        assert "a test that is not listed, on other inputs" in text


def test_a_hidden_test_still_shows_what_was_asked_and_an_error_of_the_learners() -> None:
    def answer(n: Any) -> Any:
        if isinstance(n, list):
            raise KeyError("my own")
        return 2 * n

    text = Page(html(card(answer))).text
    assert "double([7, 'k'])" in text
    assert "KeyError: 'my own'" in text


def test_a_hidden_test_that_passed_is_told() -> None:
    assert "it doubles 7 in secret" in card(right).text


# Looks


def colours(selector: str) -> dict[str, str]:
    """The custom properties that a rule of the cards' style sets."""
    rule = re.search(re.escape(selector) + r"\s*\{([^}]*)\}", style())
    assert rule is not None
    return dict(re.findall(r"(--gw-\w+):\s*(#[0-9a-f]+)", rule.group(1)))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [".gw-card", 'html[data-theme="dark"] .gw-card'], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["--gw-page", "--gw-tint"])
@pytest.mark.parametrize("text", ["--gw-ink", "--gw-soft", "--gw-good", "--gw-bad", "--gw-calm"])
def test_text_has_a_contrast_of_4_5_in_both_themes(theme: str, ground: str, text: str) -> None:
    palette = colours(theme)
    assert contrast(palette[text], palette[ground]) >= 4.5


def test_the_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_colours_come_from_the_two_palettes_only() -> None:
    rules = re.sub(r"--gw-\w+:\s*#[0-9a-f]+;", "", style())
    assert not re.search(r"#[0-9a-f]{3,6}\b(?![^{]*\{)|rgb|hsl", rules)
    assert colours(".gw-card").keys() == colours('html[data-theme="dark"] .gw-card').keys()


# Plain text


@pytest.mark.parametrize("shown", [*CARDS, card(lambda n: "long " * 400)], ids=[*CARD_IDS, "long"])
def test_the_text_form_fits_a_terminal_and_has_no_marks(shown: Card) -> None:
    assert all(len(line) <= 100 for line in shown.text.splitlines())
    assert "`" not in shown.text
    assert "**" not in shown.text


def test_the_text_form_says_it_all() -> None:
    assert card(wrong).text.splitlines() == [
        "✗ Not yet: double, 0 of 3 points",
        "  ✗ it doubles 2 (2 points)",
        "      The result is not the expected one.",
        "      double(2) gave 2; expected 4.",
        "  ✗ a test that is not listed, on other inputs (1 point)",
        "      It comes to something else than it should.",
        "      double([7, 'k']) gave 'k'.",
        "  Change your answer above, run its cell, then run this cell again.",
    ]


# Notes


def test_a_note_is_shown_as_a_card_or_as_text() -> None:
    note = Note("Use `sum` *once*.", items=["**one**", ATTACK], code={"Ours": "a < b", "Yours": ""})
    page = Page(html(note))
    assert "Use sum once." in page.text
    assert "<script>" in page.text
    assert "Yours" not in page.text
    assert repr(note).splitlines()[:2] == ["Use sum once.", "  one"]
    assert repr(note).endswith("# Ours\na < b")
