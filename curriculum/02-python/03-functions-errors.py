"""Exercises of 02-python/03-functions-errors."""

import doctest
import inspect
import typing

from autograder.compare import close, equal, holds, is_a, raises, unchanged
from autograder.errors import Mismatch
from autograder.exercise import Choice, Exercise

# Warm-up

warmup_1 = Choice(
    correct="c",
    distractors={
        "a": "That would be so if `today = monday` made a copy. The sign `=` never copies: how many lists are there?",
        "b": "The 7 is there, but not alone: `append` makes a list longer and keeps what was in it.",
        "d": "`append` gives back `None`, but nobody looks at what it gives back here. The list itself has changed.",
    },
    concepts=["list", "aliasing"],
    hints=["How many lists does this program make, and how many names lead to it?"],
)

warmup_2 = Choice(
    correct="b",
    distractors={
        "a": "You counted the semicolons. Each of them is a place to cut, and two cuts make …?",
        "c": "There is no white space to cut at, but `split` was told to cut at the semicolons.",
        "d": "These are the characters. What does `split` give, and how many of those are there?",
    },
    concepts=["strings"],
    hints=["Write the line on paper and cut it with scissors at every semicolon."],
)


# 1. Functions with options

alarm = Exercise(
    concepts=["functions", "default arguments", "keyword arguments"],
    minutes=6,
    hints=[
        "Where does one write what a parameter stands for when the caller says nothing about it?",
        "The first line names three parameters; two of them get `=` and a value. In the body, use the *names*, never 2 and 8.",
        "Below `low` is one case, above `high` another, and the rest is ok. The borders are still ok.",
    ],
)


@alarm.test("without limits, 2 to 8 degrees are ok")
def _(answer):
    equal(answer(5.0), "ok", what="The verdict on 5.0 °C")
    equal(answer(1.9), "too cold", what="The verdict on 1.9 °C")
    equal(answer(8.1), "too warm", what="The verdict on 8.1 °C")


@alarm.test("the limits themselves are still ok")
def _(answer):
    equal(answer(2.0), "ok", what="The verdict on 2.0 °C")
    equal(answer(8.0), "ok", what="The verdict on 8.0 °C")


@alarm.test("limits can be given by place, first the low one, then the high one")
def _(answer):
    equal(answer(20.0, 15.0, 25.0), "ok", what="The verdict on 20.0 °C with the limits 15 and 25")
    equal(answer(-30.0, -25.0, -15.0), "too cold", what="The verdict on -30.0 °C with the limits -25 and -15")
    equal(answer(4.0, 4.5), "too cold", what="The verdict on 4.0 °C with the low limit 4.5")


@alarm.test("limits can be given by name, one of them or both, in any order")
def _(answer):
    equal(answer(12.0, high=15.0), "ok", what="The verdict on 12.0 °C with high=15")
    equal(answer(-18.0, high=-15.0, low=-25.0), "ok", what="The verdict on -18.0 °C with high=-15, low=-25")
    equal(answer(celsius=1.0, low=0.0), "ok", what="The verdict on 1.0 °C with low=0")


@alarm.mistake(
    "Limits that the caller gives have no effect: your body compares with 2 and 8, or sets `low` and `high` anew. A default is "
    "only for the case that nothing is given; so it belongs in the first line, and the body uses the names."
)
def limits_fixed(celsius, low=2.0, high=8.0):
    if celsius < 2.0:
        return "too cold"
    if celsius > 8.0:
        return "too warm"
    return "ok"


@alarm.mistake(
    "`low` and `high` stand in the wrong order in your first line. Somebody who gives them by place, without names, gets them "
    "exchanged."
)
def limits_exchanged(celsius, high=8.0, low=2.0):
    if celsius < low:
        return "too cold"
    if celsius > high:
        return "too warm"
    return "ok"


@alarm.mistake(
    "Python stops with a TypeError when somebody calls `alarm(5.0)`: your parameters have no defaults, so all three are asked "
    "for. Which sign gives a parameter a value for the case that the caller says nothing?"
)
def no_defaults(celsius, low, high):
    if celsius < low:
        return "too cold"
    if celsius > high:
        return "too warm"
    return "ok"


@alarm.mistake(
    "At exactly 2.0 or 8.0 your alarm goes off, but the limits themselves are still ok. `<=` takes the border in; which "
    "sign leaves it out?"
)
def limits_excluded(celsius, low=2.0, high=8.0):
    if celsius <= low:
        return "too cold"
    if celsius >= high:
        return "too warm"
    return "ok"


@alarm.mistake(
    "Cold and warm are exchanged: what is *below* the low limit is too cold. Read your first comparison aloud."
)
def verdicts_exchanged(celsius, low=2.0, high=8.0):
    if celsius < low:
        return "too warm"
    if celsius > high:
        return "too cold"
    return "ok"


@alarm.mistake(
    "Nothing comes back: the verdict is only printed, or the `return` is missing. Somebody else's program can't read a screen."
)
def alarm_printed(celsius, low=2.0, high=8.0):
    print("too cold" if celsius < low else "too warm" if celsius > high else "ok")


@alarm.mistake(
    "A limit of 0.0 has no effect: `low or 2.0` asks whether `low` is *true*, and 0 counts as false. Put the limits themselves behind "
    "the equals signs in the first line, or ask with `is None`."
)
def zero_is_no_limit(celsius, low=None, high=None):
    low = low or 2.0
    high = high or 8.0
    return "too cold" if celsius < low else "too warm" if celsius > high else "ok"


@alarm.mistake(
    "The limits are set in the body: then all three values must still be given, and those that somebody gives are overwritten. A default "
    "stands in the first line, behind its parameter."
)
def set_in_the_body(celsius, low, high):
    low, high = 2.0, 8.0
    return "too cold" if celsius < low else "too warm" if celsius > high else "ok"


@alarm.also_right
def one_chain(celsius, low=2, high=8):
    if low <= celsius <= high:
        return "ok"
    elif celsius > high:
        return "too warm"
    else:
        return "too cold"


@alarm.also_right
def with_none(celsius, low=None, high=None):
    low = 2.0 if low is None else low
    high = 8.0 if high is None else high
    return "too cold" if celsius < low else "too warm" if celsius > high else "ok"


with_reading = Exercise(
    concepts=["functions", "default arguments", "mutable default", "scope"],
    minutes=7,
    hints=[
        "When is the `[]` behind the equals sign made: at each call, or once, when `def` is run?",
        "Take a default that can't be changed and says *nothing was given*: `None`. Ask for it in the body with `is None`.",
        "The caller's list must stay as it is, so make a new one: a copy that you append to, or two lists joined with `+`.",
    ],
)


@with_reading.test("called twice without a list, the second result knows nothing of the first")
def _(answer):
    equal(answer(4.75), [4.75], what="The first result")
    equal(answer(5.1), [5.1], what="The second result")
    equal(answer(3.9), [3.9], what="The third result")


@with_reading.test("with a list, the result is that list and the value behind it")
def _(answer):
    is_a(answer(5.1, [4.8]), list)
    equal(answer(5.1, [4.8, 4.9]), [4.8, 4.9, 5.1])
    equal(answer(0.0, [7.5]), [7.5, 0.0])
    equal(answer(6.5, []), [6.5])


@with_reading.test("the caller's list stays as it was")
def _(answer):
    for morning in ([4.8, 4.9], []):
        with unchanged(readings=morning):
            equal(answer(5.1, morning), [*morning, 5.1])


@with_reading.test("the list can be given by its name, `readings`")
def _(answer):
    equal(answer(5.1, readings=[4.8]), [4.8, 5.1])


@with_reading.test("any calls, with a list and without, in any order", hidden=True)
def _(answer, rng):
    for given in rng.permutation(6):
        values = [round(float(value), 1) for value in rng.normal(5, 2, size=int(given))]
        value = round(float(rng.normal(5, 2)), 1)
        equal(answer(value), [value])
        with unchanged(readings=values):
            equal(answer(value, values), [*values, value])


NOT_GIVEN = object()
KEPT = []


def kept_from_call_to_call(value, readings):
    """The default that all calls share. The tests' first value finds it empty, as a cell does that was just run."""
    if readings is not NOT_GIVEN:
        return readings
    if value == 4.75:
        KEPT.clear()
    return KEPT


@with_reading.mistake(
    "The second call still knows the value of the first. The list behind `readings=` is made *once*, when `def` is run, and "
    "every call without a list gets that same one. Which default can't be changed by anybody?"
)
def shared_default(value, readings=NOT_GIVEN):
    mine = kept_from_call_to_call(value, readings)
    if readings is not NOT_GIVEN:
        mine = list(mine)
    mine.append(value)
    return list(mine)


@with_reading.mistake(
    "Two faults at once, as in the broken version: calls without a list share one, and a list that is given is changed, though it "
    "belongs to the caller. Begin with the default; then make a list of your own."
)
def as_it_was(value, readings=NOT_GIVEN):
    mine = kept_from_call_to_call(value, readings)
    mine.append(value)
    return list(mine)


@with_reading.mistake(
    "The default is mended, but the caller's own list gets longer: `readings` is *their* list under another name, and `append` "
    "changes it. What makes a new list?"
)
def callers_list_changed(value, readings=None):
    if readings is None:
        readings = []
    readings.append(value)
    return readings


@with_reading.mistake(
    "`append` and `sort` change a list and give back `None`; and that is what you return. Let `append` stand on a line of its "
    "own, or join two lists with `+`, which does give something back."
)
def returned_what_append_gives(value, readings=None):
    return list(readings or []).append(value)


@with_reading.mistake(
    "Python stops with a TypeError when no list is given: `None` is no list, and nothing can be joined to it. What should "
    "`readings` stand for in that case? Say so first."
)
def none_forgotten(value, readings=None):
    return readings + [value]


@with_reading.mistake(
    "A single value can't be joined to a list: `+` wants a list on both sides. Put square brackets around the value, or use `append` on a list of your own."
)
def value_joined(value, readings=None):
    if readings is None:
        readings = []
    return readings + value


@with_reading.mistake(
    "The list that is given gets lost: only the new value comes back. The result should hold the old readings, in order, and "
    "then the new one."
)
def always_fresh(value, readings=None):
    return [value]


@with_reading.mistake("The new value stands at the front. It was measured last, so it belongs at the end.")
def at_the_front(value, readings=None):
    return [value] + (readings or [])


@with_reading.mistake(
    "The list is put *into* the new list as a single element: a list within a list. `+` joins two lists end to end, and "
    "`copy` makes a second one."
)
def nested(value, readings=None):
    return [value] if readings is None else [readings, value]


@with_reading.mistake(
    "What stands for *the readings so far* becomes an element of its own: a list within a list. `+` joins two lists end to end, and `copy` makes a second one."
)
def nested_always(value, readings=None):
    return [[] if readings is None else readings, value]


@with_reading.mistake(
    "You give back a tuple: round brackets. Nobody can append to it later. The statement asks for a list, with square brackets."
)
def a_tuple(value, readings=()):
    return (*readings, value)


@with_reading.mistake(
    "You put the readings in order of size. They come in the order in which they were measured, and should stay so."
)
def put_in_order(value, readings=()):
    return sorted([*readings, value])


@with_reading.also_right
def with_a_copy(value, readings=None):
    if readings is None:
        readings = []
    longer = readings.copy()
    longer.append(value)
    return longer


@with_reading.also_right
def with_an_empty_tuple(value, readings=()):
    return [*readings, value]


# 2. When something goes wrong

parse_temperature = Exercise(
    concepts=["exceptions", "raising", "error messages"],
    minutes=9,
    hints=[
        "Which line may fail, and with which error? Only that line belongs under `try`.",
        "Raise in two places: where the text is no number, and where the number is none that a sensor can measure.",
        "`nan` answers every comparison with False. So ask whether the number is *inside* the range, and refuse it if not.",
        "A message helps if it quotes what was wrong: an f-string with `{text!r}` does.",
    ],
)


@parse_temperature.test("a proper temperature comes back as a number")
def _(answer):
    close(answer("4.8"), 4.8)
    close(answer("-18"), -18.0)
    close(answer(" 7.25\n"), 7.25)
    close(answer("0"), 0.0)


@parse_temperature.test("the ends of the range, -80 and 60, are allowed; what is beyond them is a ValueError", points=2)
def _(answer):
    close(answer("-80"), -80.0)
    close(answer("60.0"), 60.0)
    for text in ("60.5", "-80.5", "999"):
        with raises(ValueError):
            answer(text)


@parse_temperature.test("text that is no number is a ValueError")
def _(answer):
    for text in ("warm", "", "4,8", "4.8 C"):
        with raises(ValueError):
            answer(text)


@parse_temperature.test("the message of the error quotes what was given", points=2)
def _(answer):
    with raises(ValueError, says="warm"):
        answer("warm")
    with raises(ValueError, says="4,8"):
        answer("4,8")
    with raises(ValueError, says="999"):
        answer("999")
    with raises(ValueError, says="-273"):
        answer("-273")


@parse_temperature.test("`nan` and `inf` are floats, but no temperatures: a ValueError")
def _(answer):
    for text in ("nan", "inf", "-inf"):
        with raises(ValueError):
            answer(text)


@parse_temperature.test("any temperature in the range, any out of it", hidden=True)
def _(answer, rng):
    for celsius in rng.uniform(-80, 60, size=6):
        close(answer(f"{celsius:.2f}"), round(float(celsius), 2))
    for celsius in rng.uniform(60.5, 500, size=3):
        with raises(ValueError, says=f"{celsius:.0f}"):
            answer(f"{celsius:.0f}")
        with raises(ValueError):
            answer(f"{-celsius - 20:.1f}")


@parse_temperature.mistake(
    "For a bad text you give back `None` and say nothing. The caller will store it as a temperature, and the program breaks hours "
    "later, far from the cause. A function that can't keep its promise *raises* an error, on the spot."
)
def gives_none(text):
    try:
        celsius = float(text)
    except ValueError:
        return None
    return celsius if -80 <= celsius <= 60 else None


@parse_temperature.mistake(
    "You *return* the error (or its message) where you should *raise* it. To the caller it looks like a result, as good as "
    "any other. Which word stops the function and tells the caller that it failed?"
)
def gives_the_message(text):
    try:
        celsius = float(text)
    except ValueError:
        return f"{text!r} is not a number"
    return celsius if -80 <= celsius <= 60 else f"{text!r} is out of range"


@parse_temperature.mistake(
    "A bad text becomes 0.0 in your function: an invented measurement that nobody can tell from a real one. Nothing that was not measured "
    "may look as if it were. Raise an error."
)
def gives_zero(text):
    try:
        celsius = float(text)
    except ValueError:
        return 0.0
    return celsius if -80 <= celsius <= 60 else 0.0


@parse_temperature.mistake(
    "`float(text)` already raises a ValueError for *warm*, and that is all your function does: 999 degrees go through. Which question about the "
    "number is still to be asked?"
)
def float_alone(text):
    return float(text)


@parse_temperature.mistake(
    "`nan` gets through: it is neither less than -80 nor greater than 60, since every comparison with it is False. Don't ask "
    "whether the number is outside; ask whether it is *inside*, and refuse it if not."
)
def nan_gets_through(text):
    celsius = float(text)
    if celsius < -80 or celsius > 60:
        raise ValueError(f"{text!r} is out of range")
    return celsius


@parse_temperature.mistake(
    "The errors are the right ones, but without a word about what was wrong. At three in the morning *ValueError* alone helps nobody: quote the "
    "text in the brackets behind `ValueError`."
)
def no_message(text):
    try:
        celsius = float(text)
    except ValueError:
        raise ValueError from None
    if not -80 <= celsius <= 60:
        raise ValueError
    return celsius


@parse_temperature.mistake(
    "The message says that something is wrong, but not *what*: quote the text or the number that was refused, with curly brackets in an f-string. Is the "
    "`f` there?"
)
def message_quotes_nothing(text):
    try:
        celsius = float(text)
    except ValueError:
        raise ValueError("not a number") from None
    if not -80 <= celsius <= 60:
        raise ValueError("out of range")
    return celsius


@parse_temperature.mistake(
    "-80 and 60 themselves are refused, but the range includes its ends. `<` leaves the border out; which sign takes it in?"
)
def ends_refused(text):
    celsius = float(text)
    if not -80 < celsius < 60:
        raise ValueError(f"{text!r} is out of range")
    return celsius


@parse_temperature.mistake(
    "You raise an `Exception`, the most general error of all. Whoever wants to catch it must catch *everything*, typing mistakes included. The text is "
    "of the right kind and has a bad value: which error says that?"
)
def too_general(text):
    try:
        celsius = float(text)
    except ValueError:
        raise Exception(f"{text!r} is not a number") from None
    if not -80 <= celsius <= 60:
        raise Exception(f"{text!r} is out of range")
    return celsius


@parse_temperature.mistake(
    "Texts of digits alone become numbers, but `4.8` does not: `int` only takes whole numbers. Which function makes a number with a fraction?"
)
def int_for_float(text):
    celsius = int(text)
    if not -80 <= celsius <= 60:
        raise ValueError(f"{text!r} is out of range")
    return celsius


@parse_temperature.mistake(
    "You *return* a ValueError where you should raise it. To the caller it is a value like any other, and the program goes on. Which word "
    "stops the function and sends the error to the caller?"
)
def gives_the_error(text):
    try:
        celsius = float(text)
    except ValueError as error:
        return error
    return celsius if -80 <= celsius <= 60 else ValueError(f"{text!r} is out of range")


@parse_temperature.mistake(
    "You raise a text, and Python refuses: only an error can be raised. Put the text in the brackets behind the kind of error."
)
def raises_a_text(text):
    try:
        celsius = float(text)
    except ValueError:
        raise f"{text!r} is not a number" from None
    if not -80 <= celsius <= 60:
        raise f"{text!r} is out of range"
    return celsius


@parse_temperature.mistake(
    "You raise a TypeError. It says *the wrong kind of value*; but a text is the right kind here, only this text will not do. Look for the kind of error in the table."
)
def raises_a_type_error(text):
    try:
        celsius = float(text)
    except ValueError:
        raise TypeError(f"{text!r} is not a number") from None
    if not -80 <= celsius <= 60:
        raise TypeError(f"{text!r} is out of range")
    return celsius


@parse_temperature.mistake(
    "You check the number and give back the *text*. Whoever wants to take a mean of it gets a TypeError: hand on what `float` has made."
)
def gives_the_text(text):
    if not -80 <= float(text) <= 60:
        raise ValueError(f"{text!r} is out of range")
    return text


@parse_temperature.mistake(
    "You turn a comma into a point and so repair what should be refused: in a log, nobody knows whether `4,8` is one number or two. "
    "What is not a number to Python is an error here."
)
def repairs_the_comma(text):
    celsius = float(text.replace(",", "."))
    if not -80 <= celsius <= 60:
        raise ValueError(f"{text!r} is out of range")
    return celsius


@parse_temperature.mistake(
    "A text that is no number is quoted in your message, but a number out of the range is not. Whoever reads *out of range* wants to know "
    "which number it was."
)
def range_without_the_number(text):
    celsius = float(text)
    if not -80 <= celsius <= 60:
        raise ValueError("out of range")
    return celsius


@parse_temperature.also_right
def plain_float_then_range(text):
    celsius = float(text)
    if celsius >= -80 and celsius <= 60:
        return celsius
    raise ValueError(f"{text} is no temperature between -80 and 60")


@parse_temperature.also_right
def else_branch(text):
    try:
        celsius = float(text)
    except ValueError as error:
        raise ValueError(f"no number: {text!r}") from error
    else:
        if not (-80.0 <= celsius <= 60.0):
            raise ValueError(f"not between -80 and 60: {celsius!r}")
        return celsius


which_lines = Exercise(
    concepts=["exceptions", "try and except"],
    minutes=5,
    hints=[
        "Go through the lines with a finger. At which line can something go wrong, and where does the finger jump then?",
        "`else` is for the case that nothing went wrong; `finally` is for every case, even an error that nobody catches.",
        "`float(None)` is a TypeError. Is there an `except` for it? If not, the function ends there, but not before `finally`.",
    ],
    names=["good", "bad", "uncaught"],
    value=True,
)


def letters_of(answer, what):
    """The letters of an answer such as "abe", "a, b, e" or ["a", "b", "e"]."""
    if answer is None or not isinstance(answer, str | list | tuple):
        equal(answer, "text", what=what)
    return "".join(letter for piece in answer for letter in str(piece).lower() if letter.isalpha())


@which_lines.test('`attempt("4.8")`: a number')
def _(answer):
    letters = letters_of(answer.good, "The name `good`")
    holds(
        "c" not in letters, "Nothing goes wrong here, so no `except` is needed: what stands there is skipped.", letters
    )
    holds("d" in letters, "Nothing goes wrong here: which branch is for exactly that case?", letters)
    equal(letters, "abdef", what="The name `good`")


@which_lines.test('`attempt("warm")`: a ValueError')
def _(answer):
    letters = letters_of(answer.bad, "The name `bad`")
    holds(
        "b" not in letters,
        "Python leaves the `try` block *at once*: what comes after the failing line is not done.",
        letters,
    )
    holds("d" not in letters, "`else` belongs to the case that nothing went wrong. Here, something did.", letters)
    holds(
        "f" in letters, "The error was caught, so it is over: Python goes on below the whole `try` statement.", letters
    )
    equal(letters, "acef", what="The name `bad`")


@which_lines.test("`attempt(None)`: a TypeError")
def _(answer):
    letters = letters_of(answer.uncaught, "The name `uncaught`")
    holds(
        "b" not in letters,
        "Python leaves the `try` block *at once*: what comes after the failing line is not done.",
        letters,
    )
    holds(
        "c" not in letters,
        "This `except` is for a ValueError. `float(None)` raises a TypeError, so it does not apply.",
        letters,
    )
    holds("e" in letters, "`finally` is done in *every* case, even when an error goes through.", letters)
    holds(
        "f" not in letters, "Nobody caught the TypeError, so it ends the function: nothing after it is done.", letters
    )
    equal(letters, "ae", what="The name `uncaught`")


@which_lines.mistake(
    "`good` and `bad` are right. For `None`, `float` raises a *TypeError*, and your answer treats it like a ValueError. An `except` catches only "
    "the kind it names (here, a ValueError)."
)
def except_catches_all():
    return {"good": "abdef", "bad": "acef", "uncaught": "acef"}


@which_lines.mistake(
    "`finally` is missing where the error is not caught. It is done in *every* case, on the way out as well: that is what it is for."
)
def finally_forgotten():
    return {"good": "abdef", "bad": "acef", "uncaught": "a"}


@which_lines.mistake(
    "An error that nobody catches ends the function: after `finally`, Python does not go on to the last line, but to whoever called."
)
def goes_on_after_all():
    return {"good": "abdef", "bad": "acef", "uncaught": "aef"}


@which_lines.mistake(
    "You let `finally` stand in for the end: but after a `try` statement without trouble, or with trouble that was caught, Python goes on below it."
)
def ends_with_finally():
    return {"good": "abde", "bad": "ace", "uncaught": "ae"}


@which_lines.mistake(
    "You took `else` for the other side of `except`, as with `if`, and left it out when all goes well. It is the branch for *no error*: it is done after the "
    "`try` block has come to its end."
)
def else_left_out():
    return {"good": "abef", "bad": "acdef", "uncaught": "ae"}


# 3. Functions as values

retry = Exercise(
    concepts=["functions as arguments", "exceptions", "try and except"],
    minutes=9,
    hints=[
        "`action` is a function. What must you write to have it *done*, and not only mentioned?",
        "A successful attempt can leave the function at once: `return` ends the loop as well.",
        "Only a ConnectionError is worth a new attempt. Let every other error go its way: don't catch it.",
        "And when the last attempt fails? Its error should reach the caller. The easiest way: make the last attempt without `try`, after "
        "the loop.",
    ],
)


def faulty(failures, result=21.5, error=ConnectionError):
    """An action that fails so many times, then works; and the list of its attempts."""
    attempts = []

    def action():
        attempts.append(len(attempts) + 1)
        if len(attempts) <= failures:
            raise error(f"attempt {len(attempts)} failed")
        return result

    return action, attempts


def last_error_arrives(answer, number, **given):
    """An action that always fails is called so many times, and its last error reaches the caller."""
    action, attempts = faulty(99)
    said = []
    with raises(ConnectionError):
        try:
            answer(action, **given)
        except ConnectionError as error:
            said.append(str(error))
            raise
    equal(len(attempts), number, what="The number of attempts")
    holds(
        f"attempt {number} failed" in said[0],
        "A ConnectionError reaches the caller, but not the one that the last attempt raised.",
        said[0],
        f"attempt {number} failed",
    )


@retry.test("what works at once is done once, and its result comes back")
def _(answer):
    action, attempts = faulty(0)
    equal(answer(action), 21.5, what="The result")
    equal(len(attempts), 1, what="The number of attempts")


@retry.test("after one or two failures it tries again", points=2)
def _(answer):
    for failures in (1, 2):
        action, attempts = faulty(failures)
        equal(answer(action), 21.5, what=f"The result after {failures} failures")
        equal(len(attempts), failures + 1, what="The number of attempts")


@retry.test("after `times` failures, 3 if nothing is said, the last ConnectionError reaches the caller", points=2)
def _(answer):
    last_error_arrives(answer, 3)
    for times in (1, 5):
        last_error_arrives(answer, times, times=times)


@retry.test("any other error goes through at once: it is not tried again", points=1)
def _(answer):
    for error in (ValueError, KeyError, FileNotFoundError):
        action, attempts = faulty(99, error=error)
        with raises(error, says="attempt 1 failed"):
            answer(action, 4)
        equal(len(attempts), 1, what="The number of attempts")


@retry.test("a result of 0, an empty list or None is a result like any other")
def _(answer):
    for result in (0, [], None):
        action, attempts = faulty(1, result=result)
        equal(answer(action, 4), result, what="The result")
        equal(len(attempts), 2, what="The number of attempts")


@retry.test("any number of failures, any number of times", hidden=True)
def _(answer, rng):
    for _ in range(5):
        times, failures = int(rng.integers(2, 9)), int(rng.integers(0, 9))
        action, attempts = faulty(failures)
        if failures < times:
            equal(answer(action, times), 21.5, what="The result")
        else:
            last_error_arrives(answer, times, times=times)
            continue
        equal(len(attempts), min(failures + 1, times), what="The number of attempts")


@retry.mistake(
    "You try again after errors that waiting can't cure: `except:`, `except Exception` or a row of kinds catches too much. A mistake "
    "in the program fails in the same way each time, and should be seen at once. Name the one error that has a cure."
)
def catches_everything(action, times=3):
    for _ in range(times - 1):
        try:
            return action()
        except Exception:
            pass
    return action()


@retry.mistake(
    "When all attempts fail, your function gives back `None`, as if all were well: the error was caught and forgotten. The caller must learn of it: let the "
    "last error through."
)
def swallows_the_last(action, times=3):
    for _ in range(times):
        try:
            return action()
        except ConnectionError:
            pass
    return None


@retry.mistake("There is one attempt too many: `times` counts all attempts, the first and the last included.")
def one_too_many(action, times=3):
    for _ in range(times):
        try:
            return action()
        except ConnectionError:
            pass
    return action()


@retry.mistake(
    "You try only once: the error of the first attempt leaves the loop, because it is raised again or never caught. It should go on to the next turn "
    "while attempts are left."
)
def tries_once(action, times=3):
    return action()


@retry.mistake(
    "You call the action again although it has worked, either once to try it and once for the result, or in every turn. Keep what the *first* "
    "success gives back."
)
def called_twice(action, times=3):
    for _ in range(times - 1):
        try:
            action()
            return action()
        except ConnectionError:
            pass
    return action()


@retry.mistake(
    "You ask whether the result is *true* to see whether the attempt has worked. 0 degrees and an empty list count as false, and are proper "
    "results. No error means success."
)
def asks_whether_true(action, times=3):
    for _ in range(times - 1):
        try:
            result = action()
            if result:
                return result
        except ConnectionError:
            pass
    return action()


@retry.mistake("You give back the function itself: `action` without brackets is not called. With brackets, it is.")
def not_called(action, times=3):
    return action


@retry.mistake(
    "At the end you raise a new ConnectionError, and what the last attempt had to say is lost. Let *that* error through, or put it into yours."
)
def another_error(action, times=3):
    for _ in range(times):
        try:
            return action()
        except ConnectionError:
            pass
    raise ConnectionError("it did not work")


@retry.mistake(
    "After the loop you ask for an error by the name that stood behind `as`. That name is gone when its `except` block ends, so Python stops with an "
    "UnboundLocalError. Keep the error under another name while you are in the block."
)
def name_is_gone(action, times=3):
    for _ in range(times):
        try:
            return action()
        except ConnectionError as error:  # noqa: F841 (the name is gone after the block: that is the mistake)
            pass
    raise error  # noqa: F821


@retry.mistake(
    "When all attempts fail, your function *returns* the error. The caller takes it for a result, perhaps for a temperature. An error that is to go on is raised."
)
def returns_the_error(action, times=3):
    last = None
    for _ in range(times):
        try:
            return action()
        except ConnectionError as error:
            last = error
    return last


@retry.mistake(
    "You catch too much: an OSError is not only a lost line, but also a file that is not there, and to try that again is of no use. Name the ConnectionError alone."
)
def catches_a_family(action, times=3):
    for _ in range(times - 1):
        try:
            return action()
        except OSError:
            pass
    return action()


@retry.mistake("You make all the attempts even if one has worked. Leave the loop at the first success: `return` does.")
def never_stops(action, times=3):
    result = None
    for _ in range(times):
        try:
            result = action()
        except ConnectionError:
            pass
    return result


@retry.mistake(
    "You raise the error of the *first* attempt. What matters to the caller is how things stand now: the last one."
)
def first_error(action, times=3):
    first = None
    for _ in range(times):
        try:
            return action()
        except ConnectionError as error:
            first = first or error
    raise first


@retry.mistake(
    "You ask whether the result is `None` to see whether an attempt has worked. But an action may well give back `None`, and then it is done "
    "again. No error means success."
)
def asks_for_none(action, times=3):
    result, last, done = None, None, 0
    while result is None and done < times:
        done += 1
        try:
            result = action()
        except ConnectionError as error:
            last = error
    if result is None:
        raise last
    return result


@retry.mistake(
    "Your function always makes three attempts, whatever the caller says about `times`. The default is only for the case that nothing is said: use the name."
)
def always_three(action, times=3):
    for _ in range(2):
        try:
            return action()
        except ConnectionError:
            pass
    return action()


@retry.mistake(
    "There is one attempt too few: `range(1, times)` stops before its end, so it has only `times - 1` turns."
)
def one_too_few(action, times=3):
    last = None
    for _ in range(1, times):
        try:
            return action()
        except ConnectionError as error:
            last = error
    raise last


@retry.also_right
def with_raise(action, times=3):
    for attempt in range(1, times + 1):
        try:
            return action()
        except ConnectionError:
            if attempt == times:
                raise
    return None


@retry.also_right
def keeping_the_error(action, times=3):
    last = None
    while times > 0:
        try:
            result = action()
        except ConnectionError as error:
            last = error
            times -= 1
        else:
            return result
    raise last


# 4. Promises

span = Exercise(
    concepts=["docstrings", "doctest", "type hints"],
    minutes=11,
    hints=[
        "Write the function first and try it in a cell. Then copy a call and its result into the docstring.",
        "An example is a line that begins with `>>>`, a space and the call. The line below it holds the result exactly as Python shows it.",
        "Which readings would unmask somebody who takes the last minus the first? Who counts -2 as 2? Who forgets to round, as 4.8 - 3.9 does?",
        "Hints stand in the first line: behind each parameter a colon and its type, and `->` with the type of the result before the last colon.",
    ],
    inside=True,
)


def examples_in(function):
    """The examples in a function's docstring."""
    try:
        return doctest.DocTestParser().get_examples(inspect.cleandoc(function.__doc__ or "") + "\n")
    except ValueError as error:
        raise Mismatch(f"doctest can't read the docstring: {error}.") from None


def failures_of(function, implementation):
    """How many of the docstring's examples fail for an implementation, and what doctest says about the first."""
    said = []
    case = doctest.DocTest(examples_in(function), {"span": implementation}, "span", None, 0, None)
    result = doctest.DocTestRunner(verbose=False).run(case, out=said.append, clear_globs=True)
    lines = [
        line for line in "".join(said[:1]).splitlines() if line.strip() and not line.startswith(("*", "File", "Line"))
    ]
    if "Exception raised:" in lines:  # the way through doctest itself helps nobody
        lines = [*lines[: lines.index("Exception raised:") + 1], lines[-1]]
    return result.failed, "\n".join(lines)


def right_span(readings):
    return round(max(readings) - min(readings), 1)


def catches(answer, bug, words):
    """The learner's examples must be right, and one of them must fail for `bug`."""
    holds(len(examples_in(answer)) >= 1, "There is no example in the docstring yet: a line that begins with `>>> `.")
    wrong, report = failures_of(answer, right_span)
    holds(wrong == 0, f"An example fails even for a right function, so it shows nothing. doctest says:\n{report}")
    failed, _ = failures_of(answer, bug)
    holds(failed > 0, f"All your examples pass for somebody who {words}. Add one that would not.")


def right_result(answer, readings, expected):
    """Exactly the right result; to be nearly right is to have forgotten to round."""
    got = answer(readings)
    close(got, expected, rtol=0, atol=0.2)
    holds(
        got == expected,
        "The result is nearly right, but not rounded to one digit after the point.",
        repr(got),
        repr(expected),
    )


@span.test("the result is right, for readings in any order")
def _(answer):
    for readings in ([4.8, 5.5, 3.9], [-1.5, 2.0, 1.0]):
        got = answer(readings)
        holds(
            got not in (-0.9, 2.5),
            "That is the last reading minus the first; but the coldest and the warmest may stand anywhere.",
            got,
        )
        holds(got != -1.6, "The smallest minus the largest has the wrong sign.", got)
    right_result(answer, [4.8, 5.5, 3.9], 1.6)
    right_result(answer, [3.9, 4.8], 0.9)
    right_result(answer, [-20.5, -18.0, -19.0], 2.5)
    right_result(answer, [-1.5, 2.0, 1.0], 3.5)
    right_result(answer, [1.0, 3.17], 2.2)
    right_result(answer, [7.0], 0.0)


@span.test("the list that is given stays as it was")
def _(answer):
    readings = [4.8, 5.5, 3.9]
    with unchanged(readings=readings):
        right_result(answer, readings, 1.6)


@span.test("any readings", hidden=True)
def _(answer, rng):
    for size in (2, 5, 30):
        readings = [round(float(value), 1) for value in rng.normal(0, 8, size=size)]
        ordered = sorted(readings)
        close(answer(readings), round(ordered[-1] - ordered[0], 1), atol=0, rtol=0)


@span.test("parameter and result have type hints")
def _(answer):
    hints = {name: str(hint) for name, hint in getattr(answer, "__annotations__", {}).items()}
    parameters = [name for name in hints if name != "return"]
    holds(parameters, "The parameter `readings` has no type hint: a colon and a type behind its name.")
    holds("return" in hints, "The result has no type hint: `->` and a type, before the colon that ends the first line.")
    holds(
        "float" in hints[parameters[0]] and not hints[parameters[0]].startswith(("<class 'float'>", "[", "float")),
        "The parameter is a list of floats, not a single "
        "number and not any list: name the list, and behind it what it holds, in square brackets.",
        hints[parameters[0]],
    )
    holds(
        hints["return"] in ("<class 'float'>", "float"),
        "The result is one number with a fraction. Which type is that?",
        hints["return"],
    )


@span.test("the docstring has two examples or more, and doctest finds all of them right", points=2)
def _(answer):
    number = len(examples_in(answer))
    holds(answer.__doc__, "There is no docstring: a text in three quotes, as the first thing in the function.")
    holds(
        number >= 2,
        f"doctest finds {number} example{'' if number == 1 else 's'}. Each begins with `>>> ` on a line of its own.",
        number,
    )
    failed, report = failures_of(answer, answer)
    holds(
        failed == 0, f"doctest runs your examples and finds {failed} wrong. It says about the first:\n{report}", failed
    )


@span.test("the examples catch somebody who takes the last reading minus the first")
def _(answer):
    catches(answer, lambda readings: round(readings[-1] - readings[0], 1), "takes the last reading minus the first")


@span.test("the examples catch somebody who takes readings below zero for readings above it")
def _(answer):
    catches(answer, lambda readings: right_span([abs(r) for r in readings]), "takes -2 for 2")


@span.test("the examples catch somebody who does not round")
def _(answer):
    catches(answer, lambda readings: max(readings) - min(readings), "does not round")


@span.mistake(
    "The function is right, but doctest finds no examples: describing them in words is not enough. Each needs a line with `>>> ` and the call, and below "
    "it the result."
)
def no_examples(readings: list[float]) -> float:
    """Largest minus smallest: span([4.8, 3.9]) gives 0.9."""
    return right_span(readings)


@span.mistake(
    "There is no docstring. It is a text in three quotes *inside* the function, as the first thing under the `def` line; a comment with `#` is none."
)
def no_docstring(readings: list[float]) -> float:
    return right_span(readings)


@span.mistake(
    "The examples are good, the type hints are missing: what does the function take, and what does it give? Say it in the first line."
)
def no_hints(readings):
    """Largest minus smallest.

    >>> span([4.8, 3.9, 4.0])
    0.9
    >>> span([-2.0, 1.0])
    3.0
    """
    return right_span(readings)


@span.mistake(
    "Your results stand behind the calls, on the same line. doctest takes that line for the program; the result belongs on the line *below*, without `>>>`."
)
def result_on_the_same_line(readings: list[float]) -> float:
    """Largest minus smallest.

    >>> span([4.8, 3.9, 4.0]) == 0.9
    >>> span([-2.0, 1.0]) == 3.0
    """
    return right_span(readings)


@span.mistake(
    "Your function does not round: 4.8 - 3.9 gives 0.8999999999999999. If your example shows that number, it is honest, and what it shows is the fault."
)
def not_rounded(readings: list[float]) -> float:
    """Largest minus smallest.

    >>> span([4.8, 3.9, 4.0])
    0.8999999999999999
    >>> span([-2.0, 1.0])
    3.0
    """
    return max(readings) - min(readings)


@span.mistake(
    "Your function takes the last reading minus the first. The coldest may stand anywhere in the list: which functions find the largest and the smallest?"
)
def last_minus_first(readings: list[float]) -> float:
    """Largest minus smallest.

    >>> span([3.9, 4.8])
    0.9
    >>> span([-2.0, 1.0])
    3.0
    """
    return round(readings[-1] - readings[0], 1)


@span.mistake(
    "Function and examples are right, but the examples are tame: all their readings are above zero, so they would pass for somebody who loses the minus signs. "
    "In a freezer that is a dangerous colleague."
)
def nothing_below_zero(readings: list[float]) -> float:
    """Largest minus smallest.

    >>> span([4.8, 3.9, 4.0])
    0.9
    >>> span([5.0])
    0.0
    """
    return right_span(readings)


@span.mistake(
    "`readings.sort()` puts the *caller's* list in order: whoever measured in this order has lost it. Which function gives a sorted list and leaves the "
    "old one alone? (Or do without sorting.)"
)
def callers_list_sorted(readings: list[float]) -> float:
    """Largest minus smallest.

    >>> span([4.8, 3.9, 4.0])
    0.9
    >>> span([-2.0, 1.0])
    3.0
    """
    readings.sort()
    return round(readings[-1] - readings[0], 1)


@span.mistake(
    "You round to another number of digits than the statement asks for: the second number in the brackets of `round` says how many come after the point."
)
def two_digits(readings: list[float]) -> float:
    """Largest minus smallest.

    >>> span([4.8, 3.9, 4.0])
    0.9
    >>> span([-2.0, 1.0])
    3.0
    """
    return round(max(readings) - min(readings), 2)


@span.also_right
def sorted_and_with_strings(readings: "list[float]") -> "float":
    """The distance from the coldest to the warmest reading.

    >>> span([4.8, 3.9, 4.1])
    0.9
    >>> span([-1.5, 2.0, 1.0])
    3.5
    >>> span([7.0])
    0.0
    """
    ordered = sorted(readings)
    return round(ordered[-1] - ordered[0], 1)


@span.also_right
def with_a_loop(readings: typing.Sequence[float]) -> float:
    """
    >>> span([4.8, 3.9, 4.5, -0.1]), span([4.8, 3.9, 4.5])
    (4.9, 0.9)
    >>> span([7.0])
    0.0
    """
    low = high = readings[0]
    for reading in readings:
        low, high = min(low, reading), max(high, reading)
    return round(high - low, 1)


# 5. Recursion

count_vials = Exercise(
    concepts=["recursion"],
    minutes=8,
    hints=[
        "Look at one thing in the box. Which two kinds of things can it be, and how do you tell them apart?",
        "A number: add it. A list: how many vials are in *that* box? There is a function that answers exactly this question; you are writing it.",
        "`total` begins at 0, grows by the number or by what `count_vials` says about the inner box, and is returned after the loop.",
    ],
)


@count_vials.test("a box without inner boxes, and an empty one")
def _(answer):
    equal(answer([3, 2, 4]), 9, what="The number of vials in [3, 2, 4]")
    equal(answer([12, 10]), 22, what="The number of vials in [12, 10]")
    equal(answer([]), 0, what="The number of vials in []")


@count_vials.test("a box in a box", points=2)
def _(answer):
    equal(answer([3, [2, 4], 1]), 10, what="The number of vials in [3, [2, 4], 1]")
    equal(answer([[5], [6]]), 11, what="The number of vials in [[5], [6]]")
    equal(answer([[], 7, []]), 7, what="The number of vials in [[], 7, []]")


@count_vials.test("boxes in boxes in boxes, as deep as you like")
def _(answer):
    equal(answer([1, [2, [3, [4, [5]]]], [[[6]]]]), 21, what="The number of vials in [1, [2, [3, [4, [5]]]], [[[6]]]]")


@count_vials.test("any boxes, which stay as they were", hidden=True)
def _(answer, rng):
    def some_box(vials, depth):
        box, inside = [], 0
        for _ in range(int(rng.integers(1, 4))):
            if depth and rng.random() < 0.6:
                inner, number = some_box(vials, depth - 1)
            else:
                inner = number = int(rng.integers(0, 30))
            box.append(inner)
            inside += number
        return box, inside

    for depth in (1, 3, 5):
        box, inside = some_box(0, depth)
        with unchanged(box=box):
            equal(answer(box), inside, what="The number of vials")


@count_vials.mistake(
    "Python stops with a TypeError: you add an inner *list* to a number. First ask what the thing is; `isinstance(thing, list)` tells."
)
def lists_added(box):
    return sum(box)


@count_vials.mistake(
    "The vials of the inner boxes are missing. Either you pass over what is a list; or you do call a function for it, and "
    "throw away what it gives back. A call alone changes nothing: its result must be added."
)
def inner_boxes_ignored(box):
    return sum(thing for thing in box if not isinstance(thing, list))


@count_vials.mistake(
    "It works for a box in a box, but not one level deeper: you look into the inner box with a second loop. However many loops you write, somebody has a deeper "
    "box. Let the function call *itself* for the inner box."
)
def one_level_only(box):
    total = 0
    for thing in box:
        if isinstance(thing, list):
            total += sum(inner for inner in thing if not isinstance(inner, list))
        else:
            total += thing
    return total


@count_vials.mistake(
    "The count of an inner box *replaces* your total, and what was counted before is lost. It has to be added."
)
def total_replaced(box):
    total = 0
    for thing in box:
        if isinstance(thing, list):
            total = total_replaced(thing)
        else:
            total = total + thing
    return total


@count_vials.mistake(
    "Your function ends at the first inner box: a `return` inside the loop gives back what is in there, and the rest of the outer box is never looked at."
)
def returned_at_the_first_box(box):
    total = 0
    for thing in box:
        if isinstance(thing, list):
            return total + returned_at_the_first_box(thing)
        total = total + thing
    return total


@count_vials.mistake("You count the *entries* in the box. A 3 means three vials, so add the number itself.")
def counted_entries(box):
    return sum(counted_entries(thing) if isinstance(thing, list) else 1 for thing in box)


@count_vials.mistake(
    "Your function calls itself for ever, each time with the same box, until Python has enough and raises a RecursionError. The call must be about something "
    "*smaller*: the inner box."
)
def same_box_again(box):
    total = 0
    for thing in box:
        if isinstance(thing, list):
            total = total + same_box_again(box)
        else:
            total = total + thing
    return total


COUNTED = []


@count_vials.mistake(
    "Your function remembers: what it counts lives outside it (or in a default that can be changed), so each call goes on from the one before. Begin with 0 "
    "in the body; every call has names of its own, also the calls that it makes itself."
)
def counted_outside(box):
    if box == [3, 2, 4]:
        COUNTED.clear()
    for thing in box:
        if isinstance(thing, list):
            counted_outside(thing)
        else:
            COUNTED.append(thing)
    return sum(COUNTED)


@count_vials.mistake(
    "You add 1 for each box, as `depth` does. But the question here is about vials, and a box is none."
)
def boxes_counted_too(box):
    return 1 + sum(boxes_counted_too(thing) if isinstance(thing, list) else thing for thing in box)


@count_vials.mistake(
    "The `return` stands too far to the right: it is in the loop, so the function ends after the first thing in the box."
)
def ended_after_the_first(box):
    total = 0
    for thing in box:
        total = total + (ended_after_the_first(thing) if isinstance(thing, list) else thing)
        return total
    return total


@count_vials.mistake(
    "You empty the box while you count: `pop` takes things out of the caller's list. Walk through it with a loop instead."
)
def emptied(box):
    total = 0
    while box:
        thing = box.pop()
        total = total + (emptied(thing) if isinstance(thing, list) else thing)
    return total


@count_vials.also_right
def with_a_pile(box):
    pile, total = [box], 0
    while pile:
        for thing in pile.pop():
            if isinstance(thing, list):
                pile.append(thing)
            else:
                total += thing
    return total


@count_vials.also_right
def number_as_base_case(box):
    if isinstance(box, int):
        return box
    return sum(number_as_base_case(thing) for thing in box)


# Challenge

read_log = Exercise(
    concepts=["parsing", "exceptions", "try and except", "error messages", "functions"],
    minutes=18,
    hints=[
        "First make it work for a log without faults: number the lines, skip what is to be skipped, cut, check, collect.",
        "A second function that turns *one* line into a reading, or raises a ValueError, makes the rest easy: the loop calls it under `try`.",
        "Three checks can raise by themselves. Which two must you raise: for the number of parts, and for what else?",
        "Under `try` stands only what may fail because of a bad line; `except` names only the error that a bad line causes, and keeps number and message.",
    ],
)


def check_time(text):
    try:
        hour, minute = text.split(":")
        good = 0 <= int(hour) <= 23 and 0 <= int(minute) <= 59
    except ValueError:
        good = False
    if not good:
        raise ValueError(f"{text!r} is no time of day")
    return text


def right_temperature(text):
    celsius = float(text)
    if not -80 <= celsius <= 60:
        raise ValueError(f"{text!r} is out of range")
    return celsius


def right_line(line):
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 3:
        raise ValueError(f"{len(parts)} parts instead of 3 in {line.strip()!r}")
    time, sensor, celsius = parts
    if sensor == "":
        raise ValueError(f"no sensor in {line.strip()!r}")
    return check_time(time), sensor, right_temperature(celsius)


def is_skipped(line):
    return line.strip() == "" or line.strip().startswith("#")


def right_log(lines):
    readings, problems = [], []
    for number, line in enumerate(lines, start=1):
        if is_skipped(line):
            continue
        try:
            readings.append(right_line(line))
        except ValueError as error:
            problems.append((number, str(error)))
    return readings, problems


LEFT_OVER = (
    "The second call gives back what the first has found as well: the lists live outside the function (or as a default "
    "argument), and nobody empties them. Make new lists at the beginning of each call."
)


def both(answer, lines):
    """The two lists, and the complaint that there are not two."""
    result = answer(lines)
    if not isinstance(result, tuple | list) or len(result) != 2:
        equal(result, ([], []), what="The result (two lists: readings and problems)")
    return result


def same_problems(problems, numbers):
    """The problems are pairs of a line's number and a message, for exactly these lines."""
    found = []
    for problem in problems:
        pair = isinstance(problem, tuple | list) and len(problem) == 2
        holds(pair, "A problem should be a pair: the number of the line and a message.", problem, (2, "a message"))
        text = isinstance(problem[1], str) and problem[1].strip() != ""
        holds(
            text,
            "The message of a problem should be a text that is not empty: `str(error)`, say.",
            problem,
            (2, "a message"),
        )
        found.append(problem[0])
    equal(found, numbers, what="The row of line numbers in the problems")


@read_log.test("a clean log gives all readings and no problems")
def _(answer):
    readings, problems = both(answer, ["08:15;door;4.8\n", "08:30;shelf;5.1\n", "23:59;door;-3\n"])
    equal(
        readings, [("08:15", "door", 4.8), ("08:30", "shelf", 5.1), ("23:59", "door", -3.0)], what="The row of readings"
    )
    equal(problems, [], what="The row of problems")
    readings, problems = both(answer, [])
    holds(len(readings) != 3, LEFT_OVER, readings, [])
    equal(readings, [], what="The row of readings of an empty log")
    equal(problems, [], what="The row of problems of an empty log")


@read_log.test("bad lines are reported by number, and the lines after them are still read", points=2)
def _(answer):
    lines = [
        "08:15;door;4.8",
        "08:30;door;warm",
        "08:45;door",
        "25:10;door;5.0",
        "09:00;door;5.2",
        "09:15;door;999",
        "09:30;door;5.3",
    ]
    readings, problems = both(answer, lines)
    equal(
        readings, [("08:15", "door", 4.8), ("09:00", "door", 5.2), ("09:30", "door", 5.3)], what="The row of readings"
    )
    same_problems(problems, [2, 3, 4, 6])


@read_log.test("blank lines and comments are no problems, but they count as lines")
def _(answer):
    lines = [
        "# cold store 7\n",
        "\n",
        "08:15;door;4.8\n",
        "   \n",
        "  # door opened\n",
        "08:30;door;?\n",
        "08:45;door;5.0\n",
        "09:00;shelf #2;4.4\n",
    ]
    readings, problems = both(answer, lines)
    good = [("08:15", "door", 4.8), ("08:45", "door", 5.0), ("09:00", "shelf #2", 4.4)]
    equal(readings, good, what="The row of readings")
    same_problems(problems, [6])


@read_log.test("white space around the parts does not count; four parts, or no name of a sensor, is a problem")
def _(answer):
    lines = [" 08:15 ; door ; 4.8 \n", "08:30;;4.9", "08:30;  ;4.9", "08:45;door;5.0;6.1", "09:00;shelf a;5.5"]
    readings, problems = both(answer, lines)
    equal(readings, [("08:15", "door", 4.8), ("09:00", "shelf a", 5.5)], what="The row of readings")
    same_problems(problems, [2, 3, 4])


@read_log.test("the message about a bad time or temperature is the message of its error")
def _(answer):
    _readings, problems = both(answer, ["08:30;door;warm", "25:10;door;5.0", "25:10;door;warm"])
    numbers = [problem[0] for problem in problems if isinstance(problem, tuple | list) and problem]
    holds(numbers != [1, 2, 3, 3], "Line 3 has two faults, but one bad line is *one* problem.", numbers, [1, 2, 3])
    same_problems(problems, [1, 2, 3])
    for (_number, message), bad in zip(problems[:2], ("warm", "25:10"), strict=True):
        holds(
            bad in message,
            f"The message does not quote {bad!r}. The error itself does: use its words.",
            message,
            f"… {bad} …",
        )


@read_log.test("a mistake in the program is not a bad line: its error goes through")
def _(answer):
    try:
        result = answer(["08:15;door;4.8", 17])
    except (AttributeError, TypeError):
        return
    raise Mismatch(
        "The second element is the number 17, not a text. That is a mistake in the program that calls you, and the error that it causes must not "
        "be caught and filed as a bad line.",
        repr(result)[:150],
        "an AttributeError or a TypeError",
    )


@read_log.test("called twice, it gives the same twice: nothing is left over from the first time")
def _(answer):
    lines = ["08:15;door;4.8", "oops", "08:15;door;4.8"]  # measured twice, written twice: two readings
    both(answer, lines)
    readings, problems = both(answer, lines)
    holds(len(readings) != 4, LEFT_OVER, readings)
    equal(readings, [("08:15", "door", 4.8), ("08:15", "door", 4.8)], what="The row of readings of the second call")
    same_problems(problems, [2])


class OpenFile:
    """Lines that can be walked through once, from the first to the last, as those of an open file."""

    def __init__(self, *lines):
        self.lines = list(lines)

    def __iter__(self):
        return self

    def __next__(self):
        if not self.lines:
            raise StopIteration
        return self.lines.pop(0)

    def __repr__(self):
        return "<an open file>"


@read_log.test("an open file is read as well as a list")
def _(answer):
    lines = OpenFile("# cold store 7\n", "08:15;door;4.8\n", "\n", "08:30;door;?\n", "08:45;door;5.0\n")
    readings, problems = both(answer, lines)
    equal(readings, [("08:15", "door", 4.8), ("08:45", "door", 5.0)], what="The row of readings")
    same_problems(problems, [4])


@read_log.test("any log, given line by line as a file gives it", hidden=True)
def _(answer, rng):
    good = ["{h:02d}:{m:02d};door;{c:.1f}\n", "{h:02d}:{m:02d};  shelf;{c:.2f}\n"]
    bad = [
        "{h:02d}:{m:02d};door\n",
        "{h:02d}:{m:02d};door;{c:.0f}x\n",
        "{h:02d}.{m:02d};door;1\n",
        "{h:02d}:77;door;5\n",
        "#\n",
        "\n",
    ]
    lines = []
    for _ in range(60):
        kinds = good if rng.random() < 0.6 else bad
        form = kinds[int(rng.integers(len(kinds)))]
        lines.append(form.format(h=int(rng.integers(24)), m=int(rng.integers(60)), c=float(rng.normal(5, 2))))
    readings, problems = both(answer, lines)
    expected, expected_problems = right_log(lines)
    equal(readings, expected, what="The row of readings")
    same_problems(problems, [number for number, _ in expected_problems])


@read_log.mistake(
    "The first bad line stops everything: the `try` stands around the whole loop, so its `except` is outside it, and no further line is read. The `try` belongs *into* "
    "the loop, around one line."
)
def try_around_the_loop(lines):
    readings, problems = [], []
    number = 0
    try:
        for line in lines:
            number += 1
            if not is_skipped(line):
                readings.append(right_line(line))
    except ValueError as error:
        problems.append((number, str(error)))
    return readings, problems


@read_log.mistake(
    "One bad line, and your whole function stops with its error. For a single line that is right; but the log has others. Where can you catch the error and go on with the "
    "next line?"
)
def never_caught(lines):
    return [right_line(line) for line in lines if not is_skipped(line)], []


@read_log.mistake(
    "You catch too much: `except Exception` (or `except:` alone) also takes mistakes in the *program* for bad lines, and files them where nobody looks. Name the error "
    "that a bad line raises, and no other."
)
def catches_too_much(lines):
    readings, problems = [], []
    for number, line in enumerate(lines, start=1):
        try:
            if is_skipped(line):
                continue
            readings.append(right_line(line))
        except Exception as error:
            problems.append((number, str(error)))
    return readings, problems


@read_log.mistake(
    "Bad lines vanish without a trace: they are caught, and nothing is written down. In the morning nobody knows that a quarter of the log is missing. Keep the number "
    "and the reason."
)
def bad_lines_vanish(lines):
    return right_log(lines)[0], []


@read_log.mistake(
    "Your line numbers begin at 0. Whoever opens the log in an editor to look at the bad line counts from 1; `enumerate` can begin there, too."
)
def counted_from_zero(lines):
    readings, problems = right_log(lines)
    return readings, [(number - 1, message) for number, message in problems]


@read_log.mistake(
    "Your line numbers leave out blank lines and comments, so they do not agree with what an editor shows. Count every line, and skip afterwards."
)
def skipped_lines_not_counted(lines):
    return right_log([line for line in lines if not is_skipped(line)])


@read_log.mistake(
    "Blank lines and comments are reported as problems. They are meant to be there: pass over them before you cut the line."
)
def nothing_skipped(lines):
    readings, problems = [], []
    for number, line in enumerate(lines, start=1):
        try:
            readings.append(right_line(line))
        except ValueError as error:
            problems.append((number, str(error)))
    return readings, problems


@read_log.mistake(
    "A sensor without a name gets through. Python is content with an empty text, so nothing raises an error by itself: ask, and raise one."
)
def empty_sensor_allowed(lines):
    readings, problems = [], []
    for number, line in enumerate(lines, start=1):
        if is_skipped(line):
            continue
        try:
            time, sensor, celsius = (part.strip() for part in line.split(";"))
            readings.append((check_time(time), sensor, right_temperature(celsius)))
        except ValueError as error:
            problems.append((number, str(error)))
    return readings, problems


@read_log.mistake(
    'The parts keep the white space around them, so the time `" 08:15 "` and the sensor `" door "` are not the ones that you look for later. Strip each part after cutting, not '
    "only the line before it."
)
def parts_not_stripped(lines):
    readings, problems = [], []
    for number, line in enumerate(lines, start=1):
        if is_skipped(line):
            continue
        try:
            time, sensor, celsius = line.strip().split(";")
            if sensor.strip() == "":
                raise ValueError(f"no sensor in {line!r}")
            readings.append((check_time(time), sensor, right_temperature(celsius)))
        except ValueError as error:
            problems.append((number, str(error)))
    return readings, problems


@read_log.mistake(
    "Times such as 25:10 get through: nobody checked them. The function `check_time`, given above, raises a ValueError when it is called; but it must be called."
)
def time_not_checked(lines):
    readings, problems = [], []
    for number, line in enumerate(lines, start=1):
        if is_skipped(line):
            continue
        try:
            time, sensor, celsius = (part.strip() for part in line.split(";"))
            if sensor == "":
                raise ValueError(f"no sensor in {line!r}")
            readings.append((time, sensor, right_temperature(celsius)))
        except ValueError as error:
            problems.append((number, str(error)))
    return readings, problems


@read_log.mistake(
    "Temperatures such as 999 get through, or come back as text. `float` alone knows no range: use the function for temperatures, the one of your earlier exercise."
)
def float_without_range(lines):
    readings, problems = [], []
    for number, line in enumerate(lines, start=1):
        if is_skipped(line):
            continue
        try:
            time, sensor, celsius = (part.strip() for part in line.split(";"))
            if sensor == "":
                raise ValueError(f"no sensor in {line!r}")
            readings.append((check_time(time), sensor, float(celsius)))
        except ValueError as error:
            problems.append((number, str(error)))
    return readings, problems


@read_log.mistake(
    "The messages are your own, always the same, and do not say *what* was wrong. The error knows: `except ValueError as error`, and then `str(error)`."
)
def own_words(lines):
    readings, problems = right_log(lines)
    return readings, [(number, "bad line") for number, _ in problems]


@read_log.mistake("Only the readings come back. The statement asks for two lists: what was read, and what went wrong.")
def readings_alone(lines):
    return right_log(lines)[0]


@read_log.mistake(
    "A `#` anywhere in the line makes your function skip it, so the sensor *shelf #2* is never heard of. Only a line that *begins* with it is a comment: which method asks that?"
)
def hash_anywhere(lines):
    readings, problems = right_log(["" if "#" in line else line for line in lines])
    return readings, problems


@read_log.mistake(
    "If time and temperature of one line are both bad, you report two problems. But it is one bad line: once something is wrong with it, the rest need not be looked at."
)
def two_problems_for_one_line(lines):
    readings, problems = right_log(list(lines))
    twice = []
    for number, message in problems:
        twice.append((number, message))
        if "25:10" in message and number == 3:
            twice.append((number, "'warm' is not a number"))
    return readings, twice


@read_log.mistake(
    "Equal readings are thrown away. If a sensor has written the same line twice, both are in the log, and both belong in the list."
)
def equal_readings_once(lines):
    readings, problems = right_log(lines)
    return list(dict.fromkeys(readings)), problems


@read_log.mistake(
    "An open file has no length and no places: `len(lines)` and `lines[0]` work for a list only. A `for` loop over `lines` itself works for both."
)
def by_place(lines):
    return right_log([lines[place] for place in range(len(lines))])


@read_log.mistake("The two lists come back in the wrong order: first the readings, then the problems.")
def lists_exchanged(lines):
    readings, problems = right_log(lines)
    return problems, readings


@read_log.also_right
def one_function(lines):
    readings, problems = [], []
    number = 0
    for line in lines:
        number += 1
        line = line.strip()
        if not line or line[0] == "#":
            continue
        try:
            time, sensor, celsius = line.split(";")
            if not sensor.strip():
                raise ValueError("the name of the sensor is missing")
            reading = (check_time(time.strip()), sensor.strip(), right_temperature(celsius))
        except ValueError as error:
            problems.append([number, f"line {number}: {error}"])
        else:
            readings.append(list(reading))
    return [readings, problems]
