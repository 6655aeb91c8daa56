"""Exercises of 03-data/04-cleaning."""

import math
import re
from decimal import Decimal, InvalidOperation

import numpy as np
import pandas as pd

from autograder import datasets
from autograder.compare import close, equal, holds, is_a, raises, same_frame, unchanged
from autograder.exercise import Choice, Exercise

PLACEHOLDERS = {"", "na", "n/a", "-", "unknown"}
NAMIBIA = {"country": {"NA"}}

warmup_1 = Choice(
    correct="b",
    distractors={
        "a": "One missing value does not spoil the mean in pandas: `mean` skips what is missing, and says nothing about it. "
        "(NumPy's own `np.mean` of an array would give `nan`.)",
        "c": "You counted the missing price as 0. Missing means that nobody knows it, and pandas treats it so: it does "
        "not enter the sum, and not the count either.",
    },
    concepts=["missing values"],
    hints=["How many prices are known, and what is their sum?"],
)

warmup_2 = Choice(
    correct="c",
    distractors={
        "a": "One number for each product is what `.median()` after `groupby` gives. `transform` hands each group's number back "
        "to the rows of the group.",
        "b": "The median of a single group is one number, but there are 15 groups, and `transform` hands their numbers back to the rows.",
    },
    concepts=["group-by"],
    hints=["What must its length be, so that you can put it beside the column it came from?"],
)


# --- Missing ------------------------------------------------------------------------------------------------

mark_missing = Exercise(
    concepts=["missing values", "cleaning"],
    minutes=6,
    hints=[
        "Which of pandas' text methods, under `.str`, bring `' N/A '` and `'n/a'` to the same spelling? Use that spelling to "
        "compare, not to keep.",
        "You need two answers for each cell: does it look like a placeholder, and is it in the set of real texts of this column? "
        "`.isin(…)` gives you both.",
        "`real.get(column, set())` is empty for the columns that `real` does not mention; `Series.mask(condition)` puts a "
        "missing value where the condition is true.",
    ],
)


def _looks_missing(text):
    return text.strip().lower() in PLACEHOLDERS


def _small_export():
    return pd.DataFrame(
        {
            "country": ["AT", "NA", "unknown", "NA", "DE"],
            "city": ["Graz", "-", "NA", " Windhoek", ""],
            "quantity": ["1", "N/A ", "2", "", "12"],
        }
    )


def _dirty_texts(rng, rows):
    """A table of texts with placeholders in many spellings, and the same table with them missing."""
    spellings = ["", "  ", "NA", "na", " NA", "N/A", "n/a ", "-", " - ", "unknown", "Unknown", "UNKNOWN "]
    words = ["Nairobi", "n", "-3", "A", "unknown road 4", "  Graz", "NaN & Sons", "0", "a-b", "Na", "1/2"]
    words.remove("Na")  # in lower case a placeholder
    dirty, clean = {}, {}
    for column in ["street", "shop", "code"]:
        texts = [str(rng.choice(spellings if rng.random() < 0.4 else words)) for _ in range(rows)]
        dirty[column] = texts
        clean[column] = [math.nan if _looks_missing(text) else text for text in texts]
    return pd.DataFrame(dirty, dtype="str"), pd.DataFrame(clean, dtype="str")


def _same_gaps(marked, table, column, gaps):
    """Each cell of a column is a gap or is kept, as it should be; the first that is not is quoted."""
    is_a(marked, pd.DataFrame)
    holds(column in marked.columns, f"The table lacks the column `{column}`.", list(marked.columns))
    equal(len(marked), len(table), "The number of rows")
    for text, gap, cell in zip(table[column].tolist(), gaps, marked[column].tolist(), strict=True):
        what = "becomes a gap" if gap else "is kept"
        holds(
            bool(pd.isna(cell)) == gap,
            f"The cell {text!r} in the column `{column}` is not as it should be: it {what} in a right answer.",
            "a gap" if cell is None else cell,
            "a gap" if gap else text,
        )


@mark_missing.test("each of the five placeholders is missing, in any case, and nothing else")
def _(answer):
    table = _small_export()
    marked = answer(table, {})
    _same_gaps(marked, table, "city", [False, True, True, False, True])
    _same_gaps(marked, table, "quantity", [False, True, False, True, False])
    expected = table.assign(
        country=["AT", None, None, None, "DE"],
        city=["Graz", None, None, " Windhoek", None],
        quantity=["1", None, "2", None, "12"],
    )
    same_frame(marked, expected, ordered=True)


@mark_missing.test("what stands in `real` is kept, in its own column only, and only if it is written exactly so")
def _(answer):
    table = _small_export()
    marked = answer(table, {"country": {"NA"}, "quantity": {"-1"}})
    _same_gaps(marked, table, "country", [False, False, True, False, False])
    _same_gaps(marked, table, "city", [False, True, True, False, True])
    holds(
        marked["country"].tolist()[1] == "NA",
        "Namibia's code should still read NA.",
        marked["country"].tolist()[1],
        "NA",
    )
    codes = pd.DataFrame({"code": ["NA", "na", " NA", "AT"]})
    _same_gaps(answer(codes, {"code": {"NA"}}), codes, "code", [False, True, True, False])


@mark_missing.test("the caller's table stays as it was")
def _(answer):
    table, real = _small_export(), {"country": {"NA"}}
    with unchanged(table=table, real=real):
        marked = answer(table, real)
    is_a(marked, pd.DataFrame)
    holds(marked.isna().to_numpy().any(), "The new table has no gaps at all.", marked)


@mark_missing.test("case and spaces around a placeholder do not matter; other cells keep every letter", hidden=True)
def _(answer, rng):
    dirty, clean = _dirty_texts(rng, 40)
    same_frame(answer(dirty, {}), clean, ordered=True)


@mark_missing.mistake(
    "You marked every `NA`, and with it a country: NA is the code of Namibia. Look into `real` for the texts that "
    "mean something in this column; they stand there as people write them, `NA` and not `na`, so ask with the cell "
    "as it is written."
)
def namibia_eaten(table, real):
    return table.mask(table.map(_looks_missing))


@mark_missing.mistake(
    "You compared the cells letter by letter, so `unknown` is found and `Unknown ` is not. People type both. "
    "Compare a version of the cell without spaces around it and in one case."
)
def letter_by_letter(table, real):
    marked = table.copy()
    for column in table:
        found = table[column].isin(["", "NA", "n/a", "-", "unknown"]) & ~table[column].isin(real.get(column, set()))
        marked[column] = table[column].mask(found)
    return marked


@mark_missing.mistake(
    "You looked for the placeholders in the cells as they are written: so the empty cell is found, but `NA` and "
    "`Unknown ` are not, since `PLACEHOLDERS` holds small letters. Bring the cell to that spelling, only to compare."
)
def as_written(table, real):
    marked = table.copy()
    for column in table:
        marked[column] = table[column].mask(table[column].isin(PLACEHOLDERS - real.get(column, set())))
    return marked


@mark_missing.mistake(
    "Large and small letters are dealt with, spaces are not: `N/A ` with a space behind it is no gap in your table. "
    "What takes the spaces off both ends, before you compare?"
)
def not_trimmed(table, real):
    marked = table.copy()
    for column in table:
        texts = table[column]
        marked[column] = texts.mask(texts.str.lower().isin(PLACEHOLDERS) & ~texts.isin(real.get(column, set())))
    return marked


@mark_missing.mistake(
    "You asked `real` without regard to case and spaces, so `na` and ` NA` are kept where only `NA` is real. A placeholder "
    "comes in many spellings; a real value counts only if it is written *exactly* so."
)
def real_in_any_case(table, real):
    marked = table.copy()
    for column in table:
        plain = table[column].str.strip().str.lower()
        kept = {text.strip().lower() for text in real.get(column, set())}
        marked[column] = table[column].mask(plain.isin(PLACEHOLDERS - kept))
    return marked


@mark_missing.mistake(
    "You left every column alone that `real` mentions. In the countries only `NA` is real; `unknown` in the same column "
    "is a gap as anywhere else."
)
def whole_columns_kept(table, real):
    return _marked(table, {column: set(table[column]) for column in real if column in table})


@mark_missing.mistake(
    "The table comes back as it was, without a single new gap. Methods such as `mask` change nothing in place: they give "
    "back a *new* Series. Where does yours go?"
)
def not_stored(table, real):
    return table.copy()


@mark_missing.mistake(
    'You wrote the text `"nan"` into the cells: three letters, which pandas takes for a city called nan. A gap is not a '
    "text; `mask` without a second argument puts a real one there."
)
def text_nan(table, real):
    return _marked(table, real).astype(object).where(lambda marked: marked.notna(), "nan")


@mark_missing.mistake(
    "You wrote into the table that you were given: it belongs to the caller, who now no longer has the raw export to "
    "compare with. Make a copy first, and change that."
)
def in_place(table, real):
    marked = _marked(table, real)
    for column in table:
        table[column] = marked[column]
    return table


@mark_missing.mistake(
    "You also threw away every row with a gap in it. A row whose city is unknown still tells what was sold. "
    "Only mark here; what to do about a gap is decided later, column by column."
)
def rows_dropped(table, real):
    return _marked(table, real).dropna()


@mark_missing.mistake(
    "You keep a text of `real` in *every* column. `NA` is a country, but a city called NA is a gap: ask `real` for the "
    "column you are looking at."
)
def real_everywhere(table, real):
    kept = set().union(*real.values()) if real else set()
    return table.mask(table.map(lambda text: _looks_missing(text) and text not in kept))


@mark_missing.mistake(
    "The cells that you keep come back changed, without their spaces or in another case. Use the trimmed text to *compare*; "
    "what is kept must stay as it was written, so that later steps can still see it."
)
def kept_cells_trimmed(table, real):
    marked = table.copy()
    for column in table:
        texts = table[column].str.strip()
        marked[column] = texts.mask(texts.str.lower().isin(PLACEHOLDERS) & ~texts.isin(real.get(column, set())))
    return marked


@mark_missing.mistake(
    "The right cells are gaps, but those that you keep come back trimmed and in small letters: `AT` became `at`. That spelling "
    "is only for comparing; mark the gaps in the texts as they were."
)
def kept_cells_in_small_letters(table, real):
    marked = table.copy()
    for column in table:
        plain = table[column].str.strip().str.lower()
        marked[column] = plain.mask(plain.isin(PLACEHOLDERS) & ~table[column].isin(real.get(column, set())))
    return marked


def _marked(table, real):
    return table.apply(lambda texts: texts.mask(texts.map(_looks_missing) & ~texts.isin(real.get(texts.name, set()))))


@mark_missing.also_right
def cell_by_cell(table, real):
    columns = {}
    for column in table:
        kept = real.get(column, ())
        columns[column] = [
            None if text.strip().lower() in {"", "na", "n/a", "-", "unknown"} and text not in kept else text
            for text in table[column]
        ]
    return pd.DataFrame(columns, index=table.index)


# --- Text to numbers ----------------------------------------------------------------------------------------

price_in_euros = Exercise(
    concepts=["text to numbers", "parsing"],
    minutes=8,
    hints=[
        "Say aloud how you, as a person, know that `1.299` is a thousand and `12.50` is not. Which place do you look at?",
        "Counted from the end, the mark before the cents is at index `-3`. With `number[-3:-2]` you may look there even if the "
        "text is shorter.",
        "Split into the part before the cents and the cents; in the first part every mark that is left separates thousands. "
        "`str.isdigit()` tells whether only digits remain.",
    ],
)


@price_in_euros.test("a point or a comma before the cents means the same")
def _(answer):
    for text, euros in [
        ("12.50", 12.5),
        ("12,50", 12.5),
        ("4.99", 4.99),
        ("349,00", 349.0),
        ("0,05", 0.05),
        ("7", 7.0),
    ]:
        close(answer(text), euros, what=f"{text!r}")


@price_in_euros.test("the euro sign or EUR, before or behind, and spaces change nothing")
def _(answer):
    for text, euros in [("€12,50", 12.5), ("12.50 EUR", 12.5), ("EUR 8,90", 8.9), (" € 8.90 ", 8.9), ("119 €", 119.0)]:
        close(answer(text), euros, what=f"{text!r}")


@price_in_euros.test("marks in front of three digits separate thousands")
def _(answer):
    for text, euros in [
        ("1.299,00", 1299.0),
        ("1,299.00", 1299.0),
        ("€1.299", 1299.0),
        ("1.234.567,89 EUR", 1234567.89),
    ]:
        close(answer(text), euros, what=f"{text!r}")


@price_in_euros.test("a placeholder is nan, a price is not")
def _(answer):
    close(answer("2.00"), 2.0, what="'2.00'")
    for text in ["", "NA", "n/a", " - ", "Unknown"]:
        close(answer(text), math.nan, what=f"{text!r}")


@price_in_euros.test("a text that is no price in euros raises a ValueError that quotes it")
def _(answer):
    close(answer("3.00"), 3.0, what="'3.00'")
    for text in ["free", "12.50 USD", "call us", "EUR", "€"]:
        with raises(ValueError, text):
            answer(text)


@price_in_euros.test("any price in any of these spellings", hidden=True)
def _(answer, rng):
    for _trial in range(60):
        euros = int(rng.integers(0, 10 ** rng.integers(1, 8)))
        cents = int(rng.integers(0, 100))
        point, comma = ("", ".,")[rng.integers(2)][:1], ","
        if rng.random() < 0.5:
            point, comma = ("," if point else ""), "."
        number = f"{euros:,}".replace(",", point)
        if rng.random() < 0.8:
            number += f"{comma}{cents:02d}"
        else:
            cents = 0
        text = str(rng.choice(["{}", "€{}", "{} EUR", "€ {}", "{} €", "EUR{}", " {} "])).format(number)
        close(answer(text), euros + cents / 100, what=f"{text!r}")


def _price(text, bad="raise", missing=math.nan, no_number=None):
    if _looks_missing(text):
        return missing
    number = text.replace("€", "").replace("EUR", "").strip()
    if not number and no_number is not None:
        return no_number
    cents = "00"
    if number[-3:-2] in (".", ","):
        number, cents = number[:-3], number[-2:]
    number = number.replace(".", "").replace(",", "")
    if not (number.isdigit() and cents.isdigit()):
        if bad == "raise":
            raise ValueError(f"not a price in euros: {text!r}")
        return math.nan
    return int(number) + int(cents) / 100


def _bare(text):
    """The number in a price without its currency; refuses a text without digits and other currencies."""
    number = text.replace("€", "").replace("EUR", "").strip()
    if re.search(r"[^\d.,]", number):
        raise ValueError(f"not a price in euros: {text!r}")
    return number


@price_in_euros.mistake(
    "You took every comma for a thousands mark, the English way. In this file most commas stand before the cents: `12,50` "
    "became 1250 euros. Which mark stands before the cents can be seen only from where it stands."
)
def comma_always_thousands(text):
    if _looks_missing(text):
        return math.nan
    return float(_bare(text).replace(",", ""))


@price_in_euros.mistake(
    "You took every point for a thousands mark, the German way, and `12.50` became 1250 euros. The file mixes both ways: decide "
    "for each text, from where the mark stands."
)
def point_always_thousands(text):
    if _looks_missing(text):
        return math.nan
    return float(_bare(text).replace(".", "").replace(",", "."))


@price_in_euros.mistake(
    "You turned commas into points and took the first number you found. So an espresso machine for `1.299,00` costs 1.299 euros: "
    "its point separates thousands. Look at the end of the text to find the cents, and then at the rest."
)
def first_number_found(text):
    if _looks_missing(text):
        return math.nan
    found = re.match(r"\d+\.?\d*", _bare(text).replace(",", "."))
    if found is None:
        raise ValueError(f"not a price in euros: {text!r}")
    return float(found.group())


@price_in_euros.mistake(
    "You took the last mark for the one before the cents, whatever follows it: `€1.299` became one euro thirty. How many digits "
    "must stand behind a mark, so that they are cents?"
)
def last_mark_before_the_cents(text):
    if _looks_missing(text):
        return math.nan
    *whole, last = re.split(r"[.,]", _bare(text))
    return float("".join(whole) + "." + last if whole else last)


@price_in_euros.mistake(
    "A placeholder became 0. Zero is a price (a gift), and it pulls every mean down; *nobody knows* is another thing. "
    "Which float says that?"
)
def missing_is_zero(text):
    return _price(text, missing=0.0)


@price_in_euros.mistake(
    "`EUR` alone became a price of 0 euros. When the currency is off, nothing is left, and nothing is not zero: a text "
    "without a number is not understood, so it has to raise a ValueError."
)
def currency_alone_is_zero(text):
    return _price(text, no_number=0.0)


@price_in_euros.mistake(
    "`EUR` alone became `nan`. It is none of the five placeholders; a text without a number is *not understood*, and that "
    "has to raise a ValueError that quotes it."
)
def currency_alone_is_missing(text):
    return _price(text, no_number=math.nan)


_SHORT = (
    "A price such as `7` is too short to have a mark before its cents, and your function stumbles there. `'7'[-3:-2]` is the "
    "empty text, and Python finds the empty text *in* every text, also in `'.,'`. How else can you ask for one of two marks?"
)


def _empty_slice_is_a_mark(text):
    """The part before the cents and the cents, where the empty slice counts as a mark."""
    number = text.replace("€", "").replace("EUR", "").strip()
    cents = "00"
    if number[-3:-2] in ".,":
        number, cents = number[:-3], number[-2:]
    return number.replace(".", "").replace(",", ""), cents


@price_in_euros.mistake(_SHORT)
def short_prices_are_cents(text):
    if _looks_missing(text):
        return math.nan
    euros, cents = _empty_slice_is_a_mark(text)
    if not (euros + cents).isdigit():
        raise ValueError(f"not a price in euros: {text!r}")
    return float(f"{euros}.{cents}")


@price_in_euros.mistake(_SHORT)
def short_prices_refused(text):
    if _looks_missing(text):
        return math.nan
    euros, cents = _empty_slice_is_a_mark(text)
    if not (euros.isdigit() and cents.isdigit()):
        raise ValueError(f"not a price in euros: {text!r}")
    return int(euros) + int(cents) / 100


@price_in_euros.mistake(
    "A text that you can't read became `nan`, as if the shop had left it empty. *Missing* and *not understood* are different: "
    "the second must be loud, or a new spelling will silently eat a part of the revenue."
)
def unreadable_is_missing(text):
    return _price(text, bad="nan")


@price_in_euros.mistake(
    "You deleted everything but digits and marks, and with it the currency: 12.50 *dollars* went through as euros. Take away "
    "only what you know, `€` and `EUR`, and refuse what is left over."
)
def any_currency(text):
    if _looks_missing(text):
        return math.nan
    return _price(re.sub(r"[^\d.,]", "", text) or text)


@price_in_euros.also_right
def by_pattern(text):
    if _looks_missing(text):
        return float("nan")
    match = re.fullmatch(r"(?:€|EUR)?\s*(\d[\d.,]*?)(?:[.,](\d\d))?\s*(?:€|EUR)?", text.strip())
    if match is None:
        raise ValueError(f"I can't read {text!r} as euros")
    return float(re.sub(r"[.,]", "", match[1]) + "." + (match[2] or "0"))


@price_in_euros.also_right
def by_decimal(text):
    if text.strip().casefold() in PLACEHOLDERS:
        return np.nan
    number = text.strip().strip("€").removeprefix("EUR").removesuffix("EUR").strip()
    try:
        digits = Decimal(number.replace(",", "").replace(".", ""))
    except InvalidOperation:
        raise ValueError(text) from None
    return float(digits / 100 if number[-3:-2] in {",", "."} else digits)


weight_in_kg = Exercise(
    concepts=["units", "text to numbers", "parsing"],
    minutes=5,
    hints=[
        "With which letter does `0.850 kg` end? Which unit must you ask for first?",
        "`text.endswith(…)` finds the unit, a slice takes it off, and `float` does not mind the spaces that are left.",
    ],
)


@weight_in_kg.test("grams and kilograms, with a space or without, in either case")
def _(answer):
    for text, kg in [
        ("850 g", 0.85),
        ("761g", 0.761),
        ("0.850 kg", 0.85),
        ("21.4kg", 21.4),
        ("3 KG", 3.0),
        (" 120 G ", 0.12),
    ]:
        close(answer(text), kg, what=f"{text!r}")


@weight_in_kg.test("a placeholder is nan, and so is a weight that no parcel can have")
def _(answer):
    close(answer("5 kg"), 5.0, what="'5 kg'")
    for text in ["", "NA", " n/a", "-", "Unknown", "-0.605 kg", "-605 g", "0 g", "0.000 kg"]:
        try:
            got = answer(text)
        except ValueError as error:
            why = "It is a placeholder" if _looks_missing(text) else "It can be read, but no parcel has that weight"
            holds(False, f"{text!r} should give nan, but it raises ValueError. {why}.", str(error), "nan")
        else:
            close(got, math.nan, what=f"{text!r}")


@weight_in_kg.test("no unit, or an unknown one, raises a ValueError that quotes the text")
def _(answer):
    close(answer("7 kg"), 7.0, what="'7 kg'")
    for text in ["320", "2 lb", "12 oz", "heavy", "2 mg"]:
        with raises(ValueError, text):
            answer(text)


@weight_in_kg.test("any weight in any of these spellings", hidden=True)
def _(answer, rng):
    for _trial in range(40):
        grams = int(rng.integers(1, 40_000))
        text = f"{grams}" + str(rng.choice([" g", "g", " G"]))
        if rng.random() < 0.5:
            text = f"{grams / 1000:.3f}" + str(rng.choice([" kg", "kg", " Kg"]))
        close(answer(text), grams / 1000, what=f"{text!r}")


def _weight(text, impossible=lambda weight: math.nan, missing=math.nan):
    text = text.strip().lower()
    if text in PLACEHOLDERS:
        return missing
    if not text.endswith("g") or not re.fullmatch(r"-?[\d.]+ *k?g", text):
        raise ValueError(f"no unit that I know in {text!r}")
    weight = float(text[:-2]) if text.endswith("kg") else float(text[:-1]) / 1000
    return weight if weight > 0 else impossible(weight)


@weight_in_kg.mistake(
    "You took the number and dropped the unit: 850 grams of coffee became 850 kilograms. The unit is part of the value; read it "
    "before you take it off."
)
def unit_dropped(text):
    if _looks_missing(text):
        return math.nan
    number = re.fullmatch(r"(-?[\d.]+) *k?g", text.strip().lower())
    if number is None:
        raise ValueError(f"no unit that I know in {text!r}")
    return float(number[1]) if float(number[1]) > 0 else math.nan


@weight_in_kg.mistake(
    "`kg` ends in `g` as well, so your test for grams also caught the kilograms and made them a thousand times too light. "
    "In which order should you ask?"
)
def kilograms_are_grams_too(text):
    kg = _weight(text)
    return kg / 1000 if text.strip().lower().endswith("kg") else kg


@weight_in_kg.mistake(
    "Your function stops at every weight in kilograms. `kg` ends in `g` as well: whoever asks for grams first and takes one "
    "letter off leaves a `k`, which `float` can't read. In which order should you ask?"
)
def kilograms_refused(text):
    kg = _weight(text)
    if text.strip().lower().endswith("kg"):
        raise ValueError(f"could not convert string to float: {text.strip()[:-1]!r}")
    return kg


@weight_in_kg.mistake(
    "A parcel of minus 605 grams went through. A number can be read without fault and still be impossible: check the range too, and "
    "call it missing."
)
def negative_kept(text):
    return _weight(text, impossible=lambda weight: weight)


@weight_in_kg.mistake(
    "The minus is gone: a parcel of -605 grams weighs 605 grams with you. You took the sign off, or your pattern skips it. It may "
    "be a slip of the finger, or a parcel that came back; the text does not say, so the honest value is `nan`."
)
def sign_dropped(text):
    return _weight(text, impossible=lambda weight: -weight or math.nan)


@weight_in_kg.mistake(
    "You supplied a unit where there is none. If `320` means grams, reading it as kilograms makes a parcel of a third of a tonne. "
    "Without a unit there is no weight: raise a ValueError."
)
def no_unit_is_kilograms(text):
    if re.fullmatch(r"[\d.]+", text.strip()):
        return float(text)
    return _weight(text)


@weight_in_kg.also_right
def by_unit_table(text):
    if text.strip().lower() in PLACEHOLDERS:
        return float("nan")
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*(kg|g)", text.strip().lower())
    if match is None:
        raise ValueError(f"I can't read the weight {text!r}")
    weight = float(match[1]) * {"g": 0.001, "kg": 1.0}[match[2]]
    return weight if weight > 0 else float("nan")


read_dates = Exercise(
    concepts=["dates", "parsing"],
    minutes=5,
    hints=[
        'What does `pd.to_datetime(texts, format=…, errors="coerce")` give for the texts that are not in that format?',
        "Read the whole column twice, once for each format, and put the two results together: where one has a gap, the other knows.",
        "The codes are `%Y` year, `%m` month, `%d` day. What is still missing after both readings was in neither format.",
    ],
)


def _same_days(got, texts, days):
    """A Series of dates with the index of the texts; the first text that is read as another day is quoted."""
    if not isinstance(got, pd.Series):
        holds(False, "It should give back a Series of dates with the index of `texts`, not this.", got)
    holds(
        list(got.index) == list(texts.index),
        "The index of `texts` is lost: the result should have the same index, in the same order.",
        list(got.index),
        list(texts.index),
    )
    gaps = int(got.isna().sum())
    holds(
        gaps == 0,
        f"{gaps} of the {len(got)} dates {'is a gap' if gaps == 1 else 'are gaps'} (NaT). What one format can't read, the other can.",
        got.tolist(),
    )
    holds(
        pd.api.types.is_datetime64_any_dtype(got),
        "The Series should hold dates, with which one can reckon (dtype datetime64), but it holds something else.",
        got,
        "dates",
    )
    for text, day, right in zip(texts, got.dt.strftime("%Y-%m-%d"), days, strict=True):
        holds(day == right, f"{text!r} is read as another day.", day, right)


@read_dates.test("both formats give the same day, in a Series of dates with the index of the texts")
def _(answer):
    texts = pd.Series(["2024-12-31", "31.12.2024", "2025-01-15", "15.01.2025"], index=[3, 0, 8, 5])
    _same_days(answer(texts), texts, ["2024-12-31", "2024-12-31", "2025-01-15", "2025-01-15"])


@read_dates.test("day and month are never swapped, in either format")
def _(answer):
    texts = pd.Series(["2024-03-04", "04.03.2024", "2024-04-03", "03.04.2024", "01.12.2025"])
    _same_days(answer(texts), texts, ["2024-03-04", "2024-03-04", "2024-04-03", "2024-04-03", "2025-12-01"])


@read_dates.test("a text in neither format, or a day that does not exist, raises a ValueError that quotes it")
def _(answer):
    texts = pd.Series(["2024-03-04"])
    _same_days(answer(texts), texts, ["2024-03-04"])
    for text in ["soon", "31.02.2024", "2024-13-01", "12/24/2024"]:
        with raises(ValueError, text):
            answer(pd.Series(["2024-03-04", text, "04.03.2024"]))


@read_dates.test("any days, in any mixture; the result keeps the index of the texts", hidden=True)
def _(answer, rng):
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 1500, size=60), unit="D")
    german = rng.random(60) < 0.5
    written = [day.strftime("%d.%m.%Y" if flag else "%Y-%m-%d") for day, flag in zip(days, german, strict=True)]
    texts = pd.Series(written, index=rng.permutation(60) + 5)
    _same_days(answer(texts), texts, [day.strftime("%Y-%m-%d") for day in days])


@read_dates.mistake(
    "You let pandas guess. For `04.03.2024` it guesses the American order, month first, and says nothing. Nobody can see "
    "from that text which is meant, but you know it from the file: say the format."
)
def left_to_guess(texts):
    return pd.to_datetime(texts, format="mixed")


@read_dates.mistake(
    "`dayfirst=True` mends the German dates and breaks the others: with it pandas reads `2024-03-04` as the 3rd of April. "
    "It is a hint about all the texts together; say each format for itself instead."
)
def day_first_for_all(texts):
    return pd.to_datetime(texts, format="mixed", dayfirst=True)


@read_dates.mistake(
    "In the texts with points you read the month first. The file writes day, month, year there: `31.12.2024` stands in it."
)
def month_before_day(texts):
    iso = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")
    american = pd.to_datetime(texts, format="%m.%d.%Y", errors="coerce")
    dates = iso.fillna(american)
    if dates.isna().any():
        raise ValueError(f"not a date: {texts[dates.isna()].iloc[0]!r}")
    return dates


@read_dates.mistake(
    'You read one format and let `errors="coerce"` turn the other into gaps: a third of this file\'s dates. Coerce '
    "never tells you what it threw away; somebody has to look at what is left."
)
def only_iso(texts):
    return pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")


@read_dates.mistake(
    "Both formats are right now, but a text in neither of them turned into a gap without a word. The statement asks for a "
    "ValueError that quotes it: tomorrow's export may bring a third format."
)
def unreadable_dates_are_missing(texts):
    iso = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")
    return iso.fillna(pd.to_datetime(texts, format="%d.%m.%Y", errors="coerce"))


@read_dates.mistake(
    "Every day is right, but you gave back *texts*. They look like dates, and nobody can take one from another or ask for "
    "its year. What does `pd.to_datetime` give, before you write it out again?"
)
def texts_again(texts):
    return text_by_text(texts).dt.strftime("%Y-%m-%d")


def _day(text):
    if re.fullmatch(r"\d\d\.\d\d\.\d{4}", text):
        return pd.Timestamp("-".join(reversed(text.split("."))))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return pd.Timestamp(text)
    raise ValueError("neither 2024-12-31 nor 31.12.2024")


@read_dates.also_right
def text_by_text(texts):
    days = []
    for text in texts:
        try:
            days.append(_day(text))
        except ValueError as error:
            raise ValueError(f"{text!r}: {error}") from None
    return pd.Series(days, index=texts.index)


# --- Duplicates ---------------------------------------------------------------------------------------------

drop_repeats = Exercise(
    concepts=["duplicates", "normalisation of text"],
    minutes=5,
    hints=[
        "Which spelling of each cell would two clerks agree on? Build a second table of those spellings, and ask *it* which rows repeat.",
        '`.str.split()` without an argument cuts at any run of white space; `.str.join(" ")` puts one space back.',
        "`DataFrame.duplicated()` is true for each row that stands further up already. Use it to select from the *original* table.",
    ],
)


def _orders():
    return pd.DataFrame(
        {
            "customer": ["Anna Huber", "ANNA  HUBER", " anna huber", "Anna Huber", "Ole Krog", "OLE KROG "],
            "product": ["Travel mug", "Travel mug", "travel mug", "Hand grinder", "Travel mug", "Travel mug"],
            "note": ["first", "again", "and again", "another", "first", "again"],
        }
    )


@drop_repeats.test("case and spaces do not make another order; the first spelling is kept, in the order of the table")
def _(answer):
    table = _orders()
    same_frame(answer(table, ["customer", "product"]), table.iloc[[0, 3, 4]], ordered=True)


@drop_repeats.test("only the columns in `by` are compared, and all of them")
def _(answer):
    table = _orders()
    same_frame(answer(table, ["customer"]), table.iloc[[0, 4]], ordered=True)
    same_frame(answer(table, ["product"]), table.iloc[[0, 3]], ordered=True)
    cut = pd.DataFrame({"first": ["Jo", "Joan"], "last": ["anders", "ders"]})
    same_frame(answer(cut, ["first", "last"]), cut, ordered=True)
    spaced = pd.DataFrame({"customer": ["Li Na", "Lina", "LI  NA"]})
    same_frame(answer(spaced, ["customer"]), spaced.head(2), ordered=True)


@drop_repeats.test("the caller's table stays as it was")
def _(answer):
    table = _orders()
    with unchanged(table=table):
        kept = answer(table, ["customer", "product"])
    is_a(kept, pd.DataFrame)
    holds(len(kept) < len(table), "No row was dropped.", f"{len(kept)} rows")


@drop_repeats.test("ß and SS make no difference, as no other letter's case does")
def _(answer):
    table = pd.DataFrame({"customer": ["Ole Weiß", "OLE WEISS", "Ole Wei", "ole weiß"], "note": list("abcd")})
    same_frame(answer(table, ["customer"]), table.iloc[[0, 2]], ordered=True)


def _respelled(name, rng):
    spaces = [str(rng.choice([" ", "  ", "\t"])) for _ in name.split()]
    text = "".join(word + space for word, space in zip(name.split(), spaces, strict=True))
    return str(rng.choice([text.upper(), text.lower(), " " + text, text.title()]))


@drop_repeats.test("any rows, repeated in any spelling and any place", hidden=True)
def _(answer, rng):
    names = ["Lea Brandt", "Bram van den Berg", "Niamh O'Sullivan", "Céline Favre", "Jürgen Böhm"]
    rows = []
    seen = set()
    for position in range(60):
        name, product = str(rng.choice(names)), str(rng.choice(["Travel mug", "Descaler 500 ml", "Hand grinder"]))
        day, first = f"2024-01-{rng.integers(1, 6):02d}", (name, product)
        spelled = (_respelled(name, rng), _respelled(product, rng))
        rows.append((*spelled, day, position, (*first, day) not in seen))
        seen.add((*first, day))
    table = pd.DataFrame(rows, columns=["customer", "product", "day", "row", "new"])
    got = answer(table.drop(columns="new"), ["customer", "product", "day"])
    same_frame(got, table[table["new"]].drop(columns="new"), ordered=True)


@drop_repeats.mistake(
    "You compared the raw text, so `ANNA  HUBER` counts as somebody else than `Anna Huber`. The computer compares letters, you "
    "mean people: bring the cells to one spelling before you compare."
)
def raw_text(table, by):
    return table.drop_duplicates(by)


@drop_repeats.mistake(
    "You trimmed the ends and the case, but two spaces in the middle still make another name. What cuts a text at *any* run of "
    "white space?"
)
def only_the_ends(table, by):
    return table[~table[by].apply(lambda texts: texts.str.strip().str.casefold()).duplicated()]


@drop_repeats.mistake(
    "`lower` leaves the ß of `Weiß` alone, while in capitals it is written `WEISS`: they never meet. There is a method made for "
    "comparing that folds such letters too."
)
def lower_only(table, by):
    return table[~table[by].apply(lambda texts: texts.str.split().str.join(" ").str.lower()).duplicated()]


@drop_repeats.mistake(
    "You removed *all* white space, so that Li Na and Lina became the same person. A run of white space counts as one space, not as none."
)
def spaces_removed(table, by):
    return table[~table[by].apply(lambda texts: texts.str.split().str.join("").str.casefold()).duplicated()]


@drop_repeats.mistake(
    "You glued the columns together without a border, so Jo Anders and Joan Ders became the same person. Keep the columns apart "
    "when you compare; `duplicated` works on a whole table."
)
def glued(table, by):
    return table[~_folded(table, by).agg("".join, axis=1).duplicated()]


@drop_repeats.mistake(
    "You removed *every* row that has a twin, the first one too, so the order is gone from the shop's books. One of each must stay."
)
def all_twins_gone(table, by):
    return table[~_folded(table, by).duplicated(keep=False)]


@drop_repeats.mistake(
    "You kept the last spelling, but the statement asks for the first: repeats are written in later, and often worse."
)
def last_kept(table, by):
    return table[~_folded(table, by).duplicated(keep="last")]


@drop_repeats.mistake(
    "The right rows stay, but their text comes back folded to small letters. The key is only for comparing; select with it from the "
    "table as it was."
)
def folded_text_returned(table, by):
    return table.assign(**_folded(table, by)).drop_duplicates(by)


def _folded(table, by):
    return table[by].apply(lambda texts: texts.str.split().str.join(" ").str.casefold())


@drop_repeats.also_right
def with_a_set(table, by):
    seen, kept = set(), []
    for position, cells in enumerate(table[by].itertuples(index=False)):
        key = tuple(re.sub(r"\s+", " ", cell.strip()).casefold() for cell in cells)
        if key not in seen:
            kept.append(position)
        seen.add(key)
    return table.iloc[kept].reset_index(drop=True)


# --- Outliers -----------------------------------------------------------------------------------------------

is_outlier = Exercise(
    concepts=["outliers", "median", "robust statistics"],
    minutes=6,
    hints=[
        "Which two numbers does the rule take from the data before it can judge a single value? Which functions of NumPy skip `nan`?",
        "First the median, then each value's distance from it, then the median of *these distances*.",
        "A comparison with `nan` is false by itself. Division by zero is not an error by itself: ask for it before you divide.",
    ],
)


@is_outlier.test("the parcel whose unit was forgotten is flagged, the others are not")
def _(answer):
    weights = [0.31, 0.32, 0.32, 0.33, 0.33, 0.33, 0.34, 0.34, 0.35, 320.0]
    equal(answer(weights), [False] * 9 + [True], "The list of flags")
    equal(answer([-value for value in weights]), [False] * 9 + [True], "With every sign turned, the list of flags")
    equal(answer([2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 28.0]), [False] * 7, "For seven spread values, the list of flags")


@is_outlier.test("the limit is 3.5 unless the caller says otherwise")
def _(answer):
    # The median is 0 and the median distance 1; the scores of 4, 5.1 and 5.3 are 2.698, 3.440 and 3.575.
    values = [-5.3, -5.1, -4.0, -1.0, -1.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.0, 1.0, 4.0, 5.1, 5.3]
    equal(answer(values), [abs(value) == 5.3 for value in values], "The list of flags")
    equal(answer(values, 2.0), [abs(value) >= 4 for value in values], "With limit 2, the list of flags")
    equal(answer(values, 0.0), [value != 0 for value in values], "With limit 0, the list of flags")
    equal(answer(values, 4.0), [False] * 15, "With limit 4, the list of flags")


@is_outlier.test("a missing value is no outlier and does not disturb the others; without spread it raises a ValueError")
def _(answer):
    values = [math.nan, 5.0, 6.0, 7.0, math.nan, 8.0, 9.0, 90.0]
    equal(answer(values), [False] * 7 + [True], "The list of flags")
    with raises(ValueError, "spread"):
        answer([1.0, 1.0, 1.0, 1.0, 2.0, 6.0])


@is_outlier.test(
    "any sample: moving and stretching it changes no flag, and half of it can't hide the rest", hidden=True
)
def _(answer, rng):
    sample = rng.normal(size=30)
    sample[:9] = 50 + 30 * rng.random(9)
    order = rng.permutation(30)
    sample = sample[order]
    distance = np.abs(sample - np.sort(sample)[14:16].mean())
    scores = 0.6745 * distance / np.sort(distance)[14:16].mean()
    expected = [score > 3.5 for score in scores.tolist()]
    for values in [sample, 1000 * sample - 7, -0.001 * sample]:
        equal(answer(values), expected, "The list of flags")


def _scores(values, centre, spread):
    values = np.asarray(values, dtype=float)
    middle = centre(values)
    scale = spread(values - middle)
    if scale == 0:
        raise ValueError("no spread: most values are equal")
    return (values - middle) / scale


def _mad(differences):
    return np.nanmedian(np.abs(differences)) / 0.6745


_MASKED = (
    "You measured with the mean and the standard deviation, and the outlier itself stretches both until it looks ordinary: among ten "
    "values nothing can be 3 standard deviations away. Use two measures that one wild value can't move."
)


@is_outlier.mistake(_MASKED)
def mean_and_deviation(values, limit=3.5):
    return np.abs(_scores(values, np.nanmean, np.nanstd)) > limit


@is_outlier.mistake(_MASKED)
def mean_and_sample_deviation(values, limit=3.5):
    values = pd.Series(values, dtype=float)
    return (values - values.mean()).abs() / values.std() > limit


@is_outlier.mistake(
    "You took the *mean* of the distances for the spread. One wild value makes one wild distance, and a mean follows it. Take "
    "their median."
)
def mean_distance(values, limit=3.5):
    return np.abs(_scores(values, np.nanmedian, lambda d: np.nanmean(np.abs(d)) / 0.6745)) > limit


@is_outlier.mistake(
    "You flag only what is too *large*. A value can be off in the other direction as well: the distance from the median has no sign."
)
def one_sided(values, limit=3.5):
    return _scores(values, np.nanmedian, _mad) > limit


@is_outlier.mistake(
    "The factor 0.6745 is not in your score. Without it the score counts median distances, not something like standard deviations, "
    "and the limit 3.5 flags too much."
)
def no_factor(values, limit=3.5):
    return np.abs(_scores(values, np.nanmedian, lambda d: np.nanmedian(np.abs(d)))) > limit


@is_outlier.mistake(
    "`np.median` of values with a gap is `nan`, and everything compared with it is false: one missing value switches your rule "
    "off without a word. Which functions of NumPy skip gaps?"
)
def gaps_spread(values, limit=3.5):
    return np.abs(_scores(values, np.median, lambda d: np.median(np.abs(d)) / 0.6745)) > limit


@is_outlier.mistake(
    "If more than half of the values are equal, the median distance is 0, and you divide by it: then whatever differs at all scores "
    "infinity. This rule can't judge such data, and must say so with a ValueError."
)
def divided_by_zero(values, limit=3.5):
    values = np.asarray(values, dtype=float)
    differences = values - np.nanmedian(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.abs(differences / _mad(differences)) > limit


@is_outlier.also_right
def with_pandas(values, limit=3.5):
    values = pd.Series(values, dtype=float)
    distance = (values - values.median()).abs()
    if not distance.median() > 0:
        raise ValueError("The values have no spread.")
    return (0.6745 * distance / distance.median()).gt(limit)


# --- Filling ------------------------------------------------------------------------------------------------

fill_by_group = Exercise(
    concepts=["missing values", "imputation", "group-by"],
    minutes=7,
    hints=[
        "Which of your warm-up answers gives every row the median of its own group?",
        "`Series.fillna` also takes a Series: each gap gets the value that stands at the same place.",
        "What do you have to look at *before* the fill so that the flag can tell afterwards which values are new?",
    ],
)


def _lost_prices():
    return pd.DataFrame(
        {
            "product": ["mug", "mug", "mug", "mug", "kettle", "kettle", "cup", "mug", "mug"],
            "year": [2024, 2024, 2024, 2024, 2024, 2024, 2024, 2025, 2025],
            "price": [20.0, np.nan, 21.0, 28.0, 80.0, np.nan, np.nan, 25.0, np.nan],
            "note": ["a", "b", "c", "d", "e", "f", "g", "h", "i"],
        }
    )


@fill_by_group.test("a gap gets the median of its own group; known values stay")
def _(answer):
    filled = answer(_lost_prices(), "price", ["product", "year"])
    is_a(filled, pd.DataFrame)
    close(filled["price"], [20, 21, 21, 28, 80, 80, np.nan, 25, 25], what="The column `price`")
    filled = answer(_lost_prices(), "price", ["product"])
    close(
        filled["price"], [20, 23, 21, 28, 80, 80, np.nan, 25, 23], what="Grouped by product alone, the column `price`"
    )
    equal(len(filled), 9, "The number of rows")
    equal(filled["note"], _lost_prices()["note"], "The column `note`")


@fill_by_group.test("the flag is true for the filled values only; a group without any known value stays missing")
def _(answer):
    filled = answer(_lost_prices(), "price", ["product", "year"])
    holds("price_filled" in filled.columns, "The table lacks the column `price_filled`.", list(filled.columns))
    equal(filled["price_filled"], [False, True, False, False, False, True, False, False, True], "The list of flags")
    gifts = pd.DataFrame({"kind": ["gift", "gift", "gift"], "price": [0.0, np.nan, 0.0]})
    equal(
        answer(gifts, "price", ["kind"])["price_filled"],
        [False, True, False],
        "For gifts at 0 euros, the list of flags",
    )


@fill_by_group.test("the caller's table stays as it was")
def _(answer):
    table = _lost_prices()
    with unchanged(table=table):
        filled = answer(table, "price", ["product"])
    is_a(filled, pd.DataFrame)
    holds("price_filled" in filled.columns, "The table lacks the column `price_filled`.", list(filled.columns))


@fill_by_group.test("any table, any column, any groups, any index", points=2, hidden=True)
def _(answer, rng):
    rows = 50
    table = pd.DataFrame(
        {
            "shelf": rng.choice(["x", "y", "z"], size=rows).tolist(),
            "level": rng.integers(1, 3, size=rows),
            "mass": rng.gamma(2.0, 10.0, size=rows),
        },
        index=rng.permutation(rows) + 100,
    )
    table["mass"] = table["mass"].mask(rng.random(rows) < 0.3)
    expected, flags = [], []
    for shelf, level, mass in table.itertuples(index=False):
        mates = table.loc[(table["shelf"] == shelf) & (table["level"] == level), "mass"].dropna()
        gap = math.isnan(mass)
        expected.append(float(np.median(mates)) if gap and len(mates) else mass)
        flags.append(bool(gap and len(mates) > 0))
    filled = answer(table, "mass", ["shelf", "level"])
    close(filled["mass"], expected, what="The filled column")
    equal(filled["mass_filled"], flags, "The list of flags")


def _filled(table, column, typical):
    filled = table.copy()
    filled[column] = table[column].fillna(typical)
    filled[f"{column}_filled"] = table[column].isna() & filled[column].notna()
    return filled


@fill_by_group.mistake(
    "You filled every gap with the *mean of the whole column*: a mug and a kettle get the same price, which nothing in the shop "
    "costs. A gap should be filled from rows that are like it."
)
def overall_mean(table, column, by):
    return _filled(table, column, table[column].mean())


@fill_by_group.mistake(
    "You filled every gap with the median of the whole column and never used `by`. A gap should be filled from the rows of its own group."
)
def overall_median(table, column, by):
    return _filled(table, column, table[column].median())


_NOT_ALIGNED = (
    "Not one gap was filled. If you gave `fillna` the result of `groupby(…).median()`: that has one row for each *group*, labelled "
    "by the group, and `fillna` looks for the labels of the table's *rows*. What gives a median to every row?"
)


@fill_by_group.mistake(_NOT_ALIGNED)
def one_median_for_each_group(table, column, by):
    return _filled(table, column, np.nan)


@fill_by_group.mistake(_NOT_ALIGNED)
def one_median_for_each_group_and_every_gap_flagged(table, column, by):
    return table.assign(**{f"{column}_filled": table[column].isna()})


@fill_by_group.mistake(
    "You took each group's *mean*. One wild price in the group moves it, and so moves every value you fill in. The statement asks for the "
    "middle value."
)
def group_mean(table, column, by):
    return _filled(table, column, table.groupby(by)[column].transform("mean"))


@fill_by_group.mistake(
    "You asked for gaps after you had filled them, so the flag is false everywhere. Remember which cells are missing "
    "*before* the fill."
)
def flag_too_late(table, column, by):
    filled = _filled(table, column, table.groupby(by)[column].transform("median"))
    return filled.assign(**{f"{column}_filled": False})


@fill_by_group.mistake(
    "Your flag is true where a gap is *left*, and false where you filled one: you asked for gaps after the fill. Remember "
    "which cells are missing before it."
)
def flag_of_what_is_left(table, column, by):
    filled = _filled(table, column, table.groupby(by)[column].transform("median"))
    return filled.assign(**{f"{column}_filled": filled[column].isna()})


@fill_by_group.mistake(
    "You grouped by the first column of `by` alone, so the mugs of two years share one price. Rows belong together only if they "
    "agree in *all* of these columns."
)
def first_column_only(table, column, by):
    return _filled(table, column, table.groupby(by[0])[column].transform("median"))


@fill_by_group.mistake(
    "Your flag is true for every gap, also for those that are still gaps because their whole group is unknown. It should say: *this "
    "number was filled in*."
)
def flag_of_every_gap(table, column, by):
    filled = _filled(table, column, table.groupby(by)[column].transform("median"))
    return filled.assign(**{f"{column}_filled": table[column].isna()})


@fill_by_group.mistake(
    "You replaced the *whole* column by the medians, the known values too. What the file tells must stay; only the gaps take the median."
)
def everything_replaced(table, column, by):
    filled = _filled(table, column, table.groupby(by)[column].transform("median"))
    return filled.assign(**{column: table.groupby(by)[column].transform("median")})


@fill_by_group.mistake(
    "The fill is right, but you wrote it into the caller's table. Whoever called you can no longer see what was missing: work on a copy."
)
def filled_in_place(table, column, by):
    filled = _filled(table, column, table.groupby(by)[column].transform("median"))
    table[column] = filled[column]
    table[f"{column}_filled"] = filled[f"{column}_filled"]
    return table


@fill_by_group.also_right
def group_after_group(table, column, by):
    parts = []
    for _key, group in table.groupby(by, sort=False):
        gap = group[column].isna()
        known = group.loc[~gap, column]
        if len(known):
            group = group.assign(**{column: group[column].where(~gap, known.median())})
        parts.append(group.assign(**{f"{column}_filled": gap & (len(known) > 0)}))
    return pd.concat(parts).loc[table.index]


# --- The challenge ------------------------------------------------------------------------------------------

repair = Exercise(
    concepts=["cleaning", "wrangling", "missing values", "duplicates", "units", "text to numbers", "outliers"],
    minutes=15,
    hints=[
        "Write down the columns, and beside each what you have seen wrong with it. Which of your seven functions does each line need?",
        '`Series.map(f, na_action="ignore")` applies a function to each text and leaves gaps alone. `value_counts()` of the '
        "cities shows every spelling that there is.",
        "Repeats have the same order number. For the prices you need the year of each order as a column, for a moment.",
        "Compare with the key while you work: merge your table with it on `order_id` and print the rows where one column differs.",
    ],
)

COLUMNS = [
    "order_id", "ordered_on", "customer", "country", "city", "product", "quantity", "unit_price", "weight_kg", "unit_price_filled",
]  # fmt: skip
CITIES = {"wien": "Vienna", "viena": "Vienna", "münchen": "Munich", "muenchen": "Munich"}


def _floats(column):
    return pd.to_numeric(column, errors="coerce").astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def _right_cells(got, key):
    """For each order of the key and each column: is the cell right? And the cells themselves, in the key's order.

    A missing cell is right where the export's row does not tell its value.
    """
    holds(isinstance(got, pd.DataFrame), "The repaired orders should be a DataFrame.", got)
    absent = [column for column in COLUMNS if column not in got.columns]
    holds(not absent, f"The table lacks the column `{absent and absent[0]}`.", list(got.columns), COLUMNS)
    once = got.drop_duplicates("order_id").set_index("order_id").reindex(key["order_id"]).reset_index()
    right = {}
    for column in COLUMNS[1:-1]:
        cells, truth = once[column], key[column].reset_index(drop=True)
        lost = np.array([column in words.split() for words in key["lost"]])
        if column in ("quantity", "unit_price", "weight_kg"):
            same = np.isclose(_floats(cells), truth, rtol=0, atol=1e-6)
        elif column == "ordered_on":
            same = (pd.to_datetime(cells, errors="coerce") == truth).to_numpy()
        else:
            same = np.array([a == b for a, b in zip(cells.tolist(), truth.tolist(), strict=True)])
        right[column] = same | (lost & cells.isna().to_numpy())
    return pd.DataFrame(right), once


def _share(got, key):
    """The share of the key's orders that stand in `got` exactly once and without a wrong cell."""
    cells, once = _right_cells(got, key)
    times = key["order_id"].map(got["order_id"].value_counts()).fillna(0).to_numpy()
    right = cells.all(axis=1).to_numpy() & (times == 1)
    return right.sum() / max(len(key), len(got)), right, times, cells, once


def _enough(got, key, share):
    reached, right, times, cells, once = _share(got, key)
    if reached >= share:
        return
    message = f"{reached:.1%} of the orders are right, {share:.1%} are asked for."
    if right.all():
        holds(
            False,
            f"{message} Each order is right, but there are rows too many.",
            f"{len(got)} rows",
            f"{len(key)} rows",
        )
    first = int(np.flatnonzero(~right)[0])
    order = key["order_id"].iloc[first]
    if times[first] != 1:
        holds(
            False,
            f"{message} The first wrong one, {order}, does not stand there once.",
            f"{times[first]:.0f} times",
            "once",
        )
    column = cells.columns[~cells.iloc[first].to_numpy()][0]
    lost = column in key["lost"].iloc[first].split()
    truth = key[column].iloc[first]
    holds(
        False,
        f"{message} The first wrong one is {order}, in the column `{column}`.",
        _cell(once[column].iloc[first]),
        "a gap: the export does not tell it" if lost and column != "unit_price" else _cell(truth),
    )


def _cell(value):
    """A cell as a person would write it."""
    if pd.isna(value):
        return "a gap"
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value


def _beginning(rows):
    """The first rows of the export, and the truth about the orders in them."""
    shop = datasets.load("shop_orders")
    export, key = shop["export"].head(rows), shop["key"]
    return export, key[key["order_id"].isin(export["order_id"])].reset_index(drop=True)


@repair.test("one row for each order, with the ten columns asked for, dates and numbers as such")
def _(answer):
    export, key = _beginning(500)
    got = answer(export)
    _right_cells(got, key)
    equal(sorted(got.columns), sorted(COLUMNS), "The list of columns, sorted,")
    equal(len(got), len(key), "For the first 500 rows of the export, the number of rows")
    equal(int(got["order_id"].nunique()), len(key), "The number of different orders")
    holds(
        pd.api.types.is_datetime64_any_dtype(got["ordered_on"]),
        "`ordered_on` should hold dates.",
        str(got["ordered_on"].dtype),
    )
    for column in ["quantity", "unit_price", "weight_kg"]:
        numeric = pd.api.types.is_numeric_dtype(got[column])
        holds(numeric, f"`{column}` should hold numbers.", str(got[column].dtype), "numbers")


@repair.test("at least half of the orders are right")
def _(answer):
    shop = datasets.load("shop_orders")
    _enough(answer(shop["export"]), shop["key"], 0.5)


@repair.test("at least 99.5 % of the orders are right", points=3)
def _(answer):
    shop = datasets.load("shop_orders")
    _enough(answer(shop["export"]), shop["key"], 0.995)


@repair.test("every quantity that can't be is gone, every large one that can is kept; so with the weights")
def _(answer):
    shop = datasets.load("shop_orders")
    key = shop["key"].set_index("order_id")
    got = answer(shop["export"]).drop_duplicates("order_id").set_index("order_id")
    large = key.index[key["quantity"] > 6]
    close(
        _floats(got["quantity"].reindex(large)),
        key.loc[large, "quantity"],
        what="The quantity of the three large orders",
    )
    holds(
        np.nanmax(_floats(got["quantity"])) < 100,
        "There is still a quantity that no parcel holds.",
        np.nanmax(_floats(got["quantity"])),
    )
    holds(
        np.nanmin(_floats(got["weight_kg"])) > 0,
        "There is still a weight below zero.",
        np.nanmin(_floats(got["weight_kg"])),
    )


@repair.test("each lost price is that of the same product in the same year, and flagged; no other price is", points=2)
def _(answer):
    shop = datasets.load("shop_orders")
    _prices_recovered(answer(shop["export"]), shop["key"])


def _prices_recovered(got, key):
    got = got.drop_duplicates("order_id").set_index("order_id").reindex(key["order_id"])
    lost = np.array(["unit_price" in words.split() for words in key["lost"]])
    close(
        _floats(got["unit_price"])[lost],
        key["unit_price"].to_numpy()[lost],
        what="The column `unit_price`, where the price was lost,",
    )
    flags = np.array([flag is True or flag is np.True_ or flag == 1 for flag in got["unit_price_filled"].tolist()])
    close(int(flags[lost].sum()), int(lost.sum()), what="The number of flags on lost prices")
    close(int(flags[~lost].sum()), 0, what="The number of flags on prices that were never lost")


@repair.test("the caller's export stays as it was")
def _(answer):
    export, key = _beginning(500)
    with unchanged(export=export):
        got = answer(export)
    is_a(got, pd.DataFrame)
    equal(len(got), len(key), "For the first 500 rows of the export, the number of rows")


@repair.test("another export of this shop, damaged anew in the same ways, is repaired as well", points=3, hidden=True)
def _(answer, rng):
    export, key = _damaged_anew(rng)
    got = answer(export)
    _enough(got, key, 0.995)
    _prices_recovered(got, key)


def _damaged_anew(rng, orders=600):
    """Some of the shop's orders, with errors of the same kinds in other places: the export and its key."""
    key = datasets.load("shop_orders")["key"]
    key = key.iloc[np.sort(rng.choice(len(key), size=orders, replace=False))].reset_index(drop=True)
    lost = [set() for _ in range(orders)]
    known_prices = key.groupby(["product", key["ordered_on"].dt.year])["unit_price"].transform("size") >= 5
    text = pd.DataFrame({column: key[column].astype(str) for column in COLUMNS[:6]})
    text["ordered_on"] = [day.strftime(str(rng.choice(["%Y-%m-%d", "%d.%m.%Y"]))) for day in key["ordered_on"]]
    text["city"] = [_respelled_city(city, rng) for city in key["city"]]
    text["quantity"] = key["quantity"].astype(str)
    text["unit_price"] = [_price_text(price, rng) for price in key["unit_price"]]
    text["weight"] = [
        f"{kg:.3f} kg" if rng.random() < 0.6 else f"{round(kg * 1000)}" + str(rng.choice([" g", "g"]))
        for kg in key["weight_kg"]
    ]
    for column, possible in {"city": None, "quantity": None, "weight": None, "unit_price": known_prices}.items():
        rows = np.arange(orders) if possible is None else np.flatnonzero(possible)
        for row in rng.choice(rows, size=15, replace=False):
            text.loc[row, column] = str(rng.choice(["", "NA", "n/a", "-", "unknown"]))
            lost[row].add("weight_kg" if column == "weight" else column)
    for row in rng.choice([row for row in range(orders) if "quantity" not in lost[row]], size=5, replace=False):
        text.loc[row, "quantity"] = "9999"
        lost[row].add("quantity")
    for row in rng.choice([row for row in range(orders) if "weight_kg" not in lost[row]], size=5, replace=False):
        text.loc[row, "weight"] = "-" + text.loc[row, "weight"]
        lost[row].add("weight_kg")
    again = np.sort(rng.choice(orders, size=30, replace=False))
    repeats = text.loc[again].copy()
    repeats["customer"] = [
        name if row % 2 else str(rng.choice([name.upper(), name.lower(), f" {name}", name.replace(" ", "  ")]))
        for row, name in enumerate(repeats["customer"])
    ]
    export = pd.concat([text, repeats]).sort_index(kind="stable").reset_index(drop=True)
    return export, key.assign(lost=[" ".join(sorted(words)) for words in lost])


def _respelled_city(city, rng):
    spellings = {
        "Vienna": ["Vienna", "Wien", "vienna", "VIENNA", "Vienna ", " Vienna", "Viena"],
        "Munich": ["Munich", "München", "munich", "Munich ", "MUNICH", "Muenchen"],
    }
    return str(rng.choice(spellings.get(city, [city])))


def _price_text(price, rng):
    comma = f"{price:,.2f}".translate(str.maketrans(",.", ".,"))
    return str(rng.choice([f"{price:.2f}", f"€{comma}", f"{price:.2f} EUR", comma]))


def _repaired(
    export,
    *,
    real=NAMIBIA,
    repeats=lambda table: table.drop_duplicates("order_id"),
    dates=lambda texts: texts.map(_day),
    kg=_weight,
    euros=_price,
    city=lambda texts: texts.str.strip().str.lower().replace(CITIES).str.title(),
    impossible=lambda quantity: quantity == 9999,
    customer=lambda names: names,
):
    """A right repair, one step of which can be exchanged for a wrong one."""
    table = _marked(repeats(export), real)
    table["ordered_on"] = dates(table["ordered_on"])
    table["city"] = city(table["city"])
    table["customer"] = customer(table["customer"])
    quantity = pd.to_numeric(table["quantity"])
    table["quantity"] = quantity.mask(impossible(quantity))
    table["unit_price"] = table["unit_price"].map(euros, na_action="ignore").astype(float)
    table["weight_kg"] = table.pop("weight").map(kg, na_action="ignore").astype(float)
    typical = table.groupby(["product", table["ordered_on"].dt.year])["unit_price"].transform("median")
    return _filled(table, "unit_price", typical)


@repair.mistake(
    "All orders from Namibia lost their country: its code is `NA`, and you took it for a placeholder. Tell `mark_missing` "
    "what is real in that column."
)
def namibia_lost(export):
    return _repaired(export, real={})


@repair.mistake(
    "You dropped every row with a gap in it, about one order in thirteen, and its revenue with it. A gap in one cell "
    "says nothing against the others: mark it, and keep the row."
)
def gaps_dropped(export):
    return _repaired(export).dropna()


@repair.mistake(
    "You removed only rows that are equal letter by letter. Some orders were written in again with the name spelled "
    "differently. What do those rows still share?"
)
def letter_by_letter_repeats(export):
    return _repaired(export, repeats=lambda table: table.drop_duplicates())


@repair.mistake(
    "In some orders day and month are swapped: you left the format of the dates to a guess. Order numbers run by date, so you "
    "can see it without the key. Give both formats."
)
def months_swapped(export):
    return _repaired(export, dates=lambda texts: pd.to_datetime(texts, format="mixed"))


@repair.mistake(
    "The weights in grams are still grams, so that a bag of coffee weighs 320 kilograms. Read the unit with the number."
)
def grams_for_kilograms(export):
    return _repaired(export, kg=unit_dropped)


@repair.mistake(
    "You treat large orders as errors because they are rare. Three of them are real, and the weight of their parcels "
    "says so; only 9999 is contradicted by its parcel. A rule may flag, but evidence decides."
)
def large_orders_deleted(export):
    return _repaired(export, impossible=lambda quantity: quantity > 6)


@repair.mistake(
    "9999 pieces still stand in your table, in parcels of 0.6 to 1.1 kilograms: somebody had to type something. What "
    "does the row really tell about the quantity?"
)
def nines_kept(export):
    return _repaired(export, impossible=lambda quantity: quantity > 1_000_000)


@repair.mistake(
    "Spaces and capitals are gone from the cities, but the same place still has several names. Look at `value_counts()`: "
    "no rule finds that Wien is Vienna; you have to say it."
)
def cities_with_two_names(export):
    return _repaired(export, city=lambda texts: texts.str.strip().str.title())


@repair.mistake(
    "You rewrote the customers' names, and Fatima van Dijk became Fatima Van Dijk. One spelling for all is good for comparing; "
    "the table that you give back has each name as in the first row of its order."
)
def customers_rewritten(export):
    return _repaired(export, customer=lambda names: names.str.title())


@repair.mistake(
    "You filled the lost prices with the mean of all prices, about 76 euros, which nothing in this shop costs. The same product in "
    "the same year tells the price to the cent."
)
def mean_price_for_all(export):
    table = _repaired(export)
    table["unit_price"] = table["unit_price"].mask(table["unit_price_filled"])
    table["unit_price"] = table["unit_price"].fillna(table["unit_price"].mean())
    return table


@repair.mistake(
    "You filled the lost prices from the same product, but from both years together. Prices rose on 1 January 2025: the year "
    "belongs to the group."
)
def year_forgotten(export):
    table = _repaired(export)
    known = table["unit_price"].mask(table["unit_price_filled"])
    return table.assign(unit_price=known.fillna(known.groupby(table["product"]).transform("median")))


@repair.also_right
def cities_from_other_orders(export):
    table = _repaired(export)
    known = table.dropna(subset=["city"]).drop_duplicates("customer").set_index("customer")["city"]
    table["city"] = table["city"].fillna(table["customer"].map(known))
    table["quantity"] = table["quantity"].astype("Int64")
    return table.sample(frac=1, random_state=1)


@repair.also_right
def with_lost_cells_left_alone(export):
    table = _repaired(
        export,
        city=lambda texts: texts.map(lambda city: CITIES.get(_plain(city), _plain(city).title()), na_action="ignore"),
    )
    return table.sort_values("order_id")[COLUMNS[::-1]]


def _plain(city):
    return city.strip().lower()
