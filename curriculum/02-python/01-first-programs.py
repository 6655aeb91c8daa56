"""Exercises of 02-python/01-first-programs."""

from autograder import datasets
from autograder.compare import equal
from autograder.exercise import Choice, Exercise, Order

WORDS = "we shall choose the moon because hard things measure best of our energies and skills today".split()


def ends_sentence(word):
    """Whether a sentence ends with this word, as the lesson defines it."""
    bare = word.strip('"“”()[]')
    return bare not in ("Mr.", "Mrs.", "Dr.") and bare.endswith((".", "!", "?"))


def some_words(rng, number):
    """That many words, as plain Python texts."""
    return [WORDS[int(rng.integers(len(WORDS)))] for _ in range(number)]


# Warm-up: what everybody brings along.

warmup_1 = Choice(
    correct="b",
    distractors={
        "a": "Two boxes of 6 take 12 eggs, and a third would need 18. So two are full; but are really 12 of the 17 left "
        "over, or what is not in the boxes?",
        "c": "2.83 is what a calculator says to 17 divided by 6. But a box is either full or not: how many are full, and "
        "how many eggs lie beside them?",
        "d": "The third box is there, but one egg is missing from it, so it is not full. Count the full ones only.",
    },
    concepts=["arithmetic"],
    hints=["Fill one box after the other in your mind. When can you no longer fill one?"],
)

warmup_2 = Choice(
    correct="c",
    distractors={
        "a": "7 is on the paper after one round. The two steps are to be done twice, and the second round begins with "
        "what the first has left.",
        "b": "13 comes out if you double twice and add 1 only at the end. *Both* steps belong to a round, one after "
        "the other.",
        "d": "16 comes out if you add 1 first and double afterwards. The order of the steps matters, to people and to "
        "machines.",
    },
    concepts=["loops"],
    hints=["Take a pencil: what stands on the paper after the first round?"],
)


# 1. Values and names

speech_time = Exercise(
    concepts=["arithmetic", "names", "units"],
    minutes=5,
    hints=[
        "How many seconds would the whole speech take? There are 60 of them in a minute.",
        "Eggs into boxes of 6: `//` gives the full boxes, `%` what lies beside them. Here it is seconds into minutes.",
        "In one minute the speaker says `pace` words; so the speech takes words times 60, divided by the pace, seconds. "
        "Give that number a name, without its fraction, and use the name twice.",
    ],
    names=["minutes", "seconds"],
    value=True,
)


@speech_time.test("the full minutes are right")
def _(answer):
    equal(answer.minutes, 41, what="The name `minutes`")


@speech_time.test("the seconds that remain are right")
def _(answer):
    equal(answer.seconds, 19, what="The name `seconds`")


@speech_time.mistake(
    "You have read the digits after the point of 41.32 as seconds. But that is 0.32 *minutes*, nearly a third of one, "
    "and a minute has 60 seconds, not 100. Go by way of the seconds of the whole speech."
)
def hundredths_for_seconds():
    return {"minutes": 41, "seconds": 32}


@speech_time.mistake(
    "`seconds` counts the whole speech once more: 2,479 seconds *are* the 41 minutes and a bit. Which sign gives what "
    "remains when the full minutes are taken out?"
)
def all_the_seconds():
    return {"minutes": 41, "seconds": 2479}


@speech_time.mistake(
    "`minutes` has a fraction. `/` divides exactly, so it gives parts of a minute, too. Which sign counts only the full "
    "ones?"
)
def minutes_with_a_fraction():
    total = 5165 * 60 // 125
    return {"minutes": total / 60, "seconds": total % 60}


@speech_time.mistake(
    "`minutes` has a fraction: words divided by pace is right as a number, but 0.32 minutes stand there and again in "
    "your `seconds`. Which sign counts only the full minutes?"
)
def minutes_straight_from_words():
    return {"minutes": 5165 / 125, "seconds": 19}


@speech_time.mistake(
    "Your seconds still have a fraction. The statement wants full seconds; drop the fraction when you work out the "
    "seconds of the whole speech, with `//`."
)
def seconds_with_a_fraction():
    total = 5165 * 60 / 125
    return {"minutes": total // 60, "seconds": total % 60}


@speech_time.mistake(
    "40 *words* remain when 41 minutes of 125 words each have been said: `words % pace` is a number of words. You need "
    "seconds. How many seconds does one word take, or all of them?"
)
def words_for_seconds():
    return {"minutes": 5165 // 125, "seconds": 5165 % 125}


@speech_time.mistake(
    "The two are exchanged: 41 are the full minutes, and 19 seconds remain. `//` counts the full boxes, `%` what lies "
    "beside them."
)
def exchanged():
    return {"minutes": 19, "seconds": 41}


@speech_time.mistake(
    "You rounded the seconds up. The 20th second has only begun: the statement wants full seconds, so the fraction is "
    "dropped, which is what `//` does."
)
def rounded_up():
    return {"minutes": 41, "seconds": 20}


@speech_time.mistake(
    "0.32 is what remains, but in *minutes*. A whole minute would be 60 seconds: how many seconds is that part of it? Their fraction "
    "is dropped at the end."
)
def part_of_a_minute():
    return {"minutes": 41, "seconds": 5165 / 125 - 41}


@speech_time.mistake(
    "2,400 is 40 words times 60. That is a step on the way: at 125 words a minute these words take a fraction of a minute, so "
    "something is still to be divided."
)
def not_divided_by_the_pace():
    return {"minutes": 41, "seconds": 5165 % 125 * 60}


@speech_time.mistake(
    "Your seconds are 0: you divide before you multiply. 40 words are no full minute, so `//` gives 0, and 60 times 0 stays 0. "
    "What if you turn things into seconds first?"
)
def divided_too_early():
    return {"minutes": 41, "seconds": 5165 % 125 // 125 * 60}


@speech_time.mistake(
    "Your seconds are 41 again: `minutes % 60` asks what remains of 41 when 60 are taken out, and nothing can be taken out. What "
    "the full minutes have left over is already gone there. Begin with the seconds of the whole speech."
)
def minutes_once_more():
    return {"minutes": 41, "seconds": 41}


@speech_time.mistake(
    "Both numbers are the whole speech in minutes, with the fraction. `/` divides exactly. Which sign gives only the full "
    "minutes? And the seconds begin with the seconds of the whole speech, not with its minutes."
)
def the_quotient_twice():
    return {"minutes": 5165 / 125, "seconds": 5165 / 125}


@speech_time.mistake(
    "These are the right numbers for the smaller speech. Trying it out was a good idea; now set `words` and `pace` back to "
    "5165 and 125, and run the cell again."
)
def the_smaller_speech():
    return {"minutes": 2, "seconds": 30}


# 2. Texts and functions

short_code = Exercise(
    concepts=["strings", "slicing", "functions"],
    minutes=7,
    hints=[
        "The code has three parts. Which two of them need work, and which is always the same?",
        "A slice may count from the end: `name[-2:]` is the last two characters. But a number has no characters; what turns "
        "it into a text?",
        "Capitals: `start.upper()`. The year as text: `str(year)`. Join the parts with `+` or in an f-string, behind "
        "`return`.",
    ],
)


@short_code.test("three letters in capitals, a hyphen, two digits")
def _(answer):
    equal(answer("Kennedy", 1961), "KEN-61")
    equal(answer("Obama", 2016), "OBA-16")


@short_code.test("both digits are there, even when the first is a 0")
def _(answer):
    equal(answer("Bush", 2005), "BUS-05")
    equal(answer("Clinton", 2000), "CLI-00")


@short_code.test("a name with fewer letters is taken whole; capitals and small letters make no difference")
def _(answer):
    equal(answer("Oz", 1947), "OZ-47")
    equal(answer("truMAN", 1952), "TRU-52")


@short_code.test("any name, any year", hidden=True)
def _(answer, rng):
    for _ in range(8):
        letters = "".join("abcdefghijklmnopqrst"[int(i)] for i in rng.integers(20, size=int(rng.integers(1, 9))))
        year = int(rng.integers(1790, 2030))
        expected = "".join(letter for place, letter in enumerate(letters.upper()) if place < 3)
        equal(answer(letters, year), f"{expected}-{year // 10 % 10}{year % 10}")


@short_code.mistake(
    "Nothing comes back, so the caller holds `None`. Either there is no `return`, or the code is printed instead: "
    "`print` shows a value to *you*, `return` hands it to whoever called the function."
)
def printed(name, year):
    print(name[:3].upper() + "-" + str(year)[-2:])


@short_code.mistake(
    "Python stops with a TypeError: two kinds of values do not go together. If the message names *int*, it is the year: a number "
    "can neither be sliced nor joined to a text with `+`; what makes a text of it? If it names a *method*, the brackets behind "
    "`upper` are missing. And if it names only *str*, look at the sign: texts are joined with a plus, the hyphen is a text "
    "in quotes."
)
def number_with_text(name, year):
    return name[:3].upper() + "-" + year[-2:]


@short_code.mistake(
    "1961 gives 61, but 2005 gives 5, because as a *number* 05 is the same as 5. A code needs the two *digits*: turn the "
    "year into a text first, and slice that."
)
def remainder_of_a_hundred(name, year):
    return f"{name[:3].upper()}-{year % 100}"


@short_code.mistake(
    "The whole year is in the code, not only its last two digits. `str(year)` is a text of four characters: slice it."
)
def whole_year(name, year):
    return f"{name[:3].upper()}-{year}"


@short_code.mistake(
    "That is the beginning of the year, 19 or 20. The last two digits stand at the other end of the text: places may be "
    "counted from the end, with a minus sign."
)
def first_two_digits(name, year):
    return f"{name[:3].upper()}-{str(year)[:2]}"


@short_code.mistake(
    "Only one digit of the year is there: `[-1]` is one place, the last. You want everything *from* the last place but "
    "one *to* the end, and that takes a colon."
)
def last_digit_only(name, year):
    return f"{name[:3].upper()}-{str(year)[-1]}"


@short_code.mistake(
    "The letters are as they came, not in capitals. `start.upper()` does not change `start`: no text is ever changed. It "
    "makes a *new* text, which you have to use."
)
def capitals_lost(name, year):
    start = name[:3]
    start.upper()
    return start + "-" + str(year)[-2:]


@short_code.mistake(
    "Only the first letter is a capital: that is what `capitalize` and `title` do. The code wants capitals throughout; "
    "which method is *upper* case?"
)
def only_one_capital(name, year):
    return f"{name[:3].capitalize()}-{str(year)[-2:]}"


@short_code.mistake(
    "Your code begins with the second letter. The first letter of a text is at place 0, not 1, so `[1:4]` leaves it out."
)
def counted_from_one(name, year):
    return f"{name[1:4].upper()}-{str(year)[-2:]}"


@short_code.mistake(
    "Only two letters are there. A slice stops *before* its second number: `[0:2]` holds the places 0 and 1. Where must it "
    "stop to hold place 2 as well?"
)
def stopped_too_early(name, year):
    return f"{name[:2].upper()}-{str(year)[-2:]}"


@short_code.mistake(
    "The parts are right, but there are spaces around the hyphen (or a space where the hyphen should be). The example is "
    "exact: `KEN-61`, six characters."
)
def with_spaces(name, year):
    return f"{name[:3].upper()} - {str(year)[-2:]}"


@short_code.mistake(
    'The hyphen is missing between the two parts. It is a text like any other: `"-"`, joined with two plus signs, or typed '
    "between the curly brackets of an f-string."
)
def without_the_hyphen(name, year):
    return name[:3].upper() + str(year)[-2:]


@short_code.mistake(
    "From 2000 on, the year less 1900 has three digits, and before 1900 a minus sign. You want the last two *digits* as they are "
    "written: turn the year into a text, and slice that."
)
def years_since_1900(name, year):
    return f"{name[:3].upper()}-{year - 1900}"


@short_code.mistake(
    "Only the third digit of the year is there. One place, such as `[-2]`, is one character; and a slice `[2:3]` stops before "
    "place 3. How do you write *from there to the end*?"
)
def third_digit_only(name, year):
    return f"{name[:3].upper()}-{str(year)[2:3]}"


@short_code.mistake(
    "Python stops with a NameError: it knows no such name. Is it a slip of the fingers, or a text without its quotes? "
    "`upper` is no name of its own: it belongs to a text and is written behind it, with a dot."
)
def upper_as_a_function(name, year):
    return upper(name[:3]) + "-" + str(year)[-2:]  # noqa: F821


@short_code.mistake(
    "Python stops with an AttributeError: the value before the dot has no such method. A number has no `upper`; and `str` and "
    "`len` are functions, so the value goes into their brackets."
)
def str_as_a_method(name, year):
    return name[:3].upper() + "-" + year.str()[-2:]


@short_code.mistake(
    "Python stops with an IndexError: a place is asked for that the text does not have. *Oz* has the places 0 and 1 only. A "
    "slice never stops for this reason: it takes what there is."
)
def letter_by_letter(name, year):
    return (name[0] + name[1] + name[2]).upper() + "-" + str(year)[-2:]


@short_code.mistake(
    "Three texts come back in a row, not one text: that is what commas do. (`print` would show them side by side.) What sign "
    "puts texts together to one?"
)
def three_texts(name, year):
    return name[:3].upper(), "-", str(year)[-2:]


@short_code.mistake(
    "Only the beginning of the code comes back. A `return` ends the function, and what stands below it is never done. First put "
    "the three parts together, then return them all at once."
)
def beginning_only(name, year):
    return name[:3].upper()


@short_code.mistake(
    "Only the beginning of the name comes back, as it was given. It must be put in capitals, and the hyphen and the digits join "
    "it, before the one `return`."
)
def start_only(name, year):
    return name[:3]


SET_INSIDE = (
    "Your code does not depend on what the function is given. `name` and `year` have their values when the function begins: they come from the "
    "call, each time others. Do not set them inside, and type no example in."
)


@short_code.mistake(SET_INSIDE)
def always_kennedy(name, year):
    return "KEN-61"


@short_code.mistake(SET_INSIDE)
def year_set_inside(name, year):
    return f"{name[:3].upper()}-61"


@short_code.also_right
def joined_with_plus(name, year):
    return name.upper()[0:3] + "-" + str(year)[2:]


@short_code.also_right
def digit_by_digit(name, year):
    return f"{name[:3].upper()}-{year % 100:02d}"


short_code.equivalent(
    'return start.upper() + "-" + digits[2:]',
    because="A year has four digits: its last two are those from place 2 on.",
)


# 3. Decisions

sentence_band = Exercise(
    concepts=["conditions"],
    minutes=6,
    hints=[
        "Which of the four answers can you give at once when you know only that `words < 10`?",
        "An `elif` is asked only if everything above it was false. So, below the first question, which lengths are left?",
        'Try the borders by hand in a cell: 9, 10, 20, 21, 35, 36. "Up to 20" includes 20: which sign is that?',
    ],
)


@sentence_band.test("a length from the middle of each band")
def _(answer):
    equal(answer(4), "short", what="The band of 4 words")
    equal(answer(15), "medium", what="The band of 15 words")
    equal(answer(28), "long", what="The band of 28 words")
    equal(answer(82), "too long", what="The band of 82 words")


@sentence_band.test(
    "the borders: 9 is short, 10 is medium, 20 is medium, 21 is long, 35 is long, 36 is too long", points=2
)
def _(answer):
    for words, expected in [(9, "short"), (10, "medium"), (20, "medium"), (21, "long"), (35, "long"), (36, "too long")]:
        equal(answer(words), expected, what=f"The band of {words} words")


@sentence_band.test("every length from 0 to 120", hidden=True)
def _(answer):
    bands = ["short"] * 10 + ["medium"] * 11 + ["long"] * 15 + ["too long"] * 85
    for words, expected in enumerate(bands):
        equal(answer(words), expected, what=f"The band of {words} words")


@sentence_band.mistake(
    "No length is ever *too long*: 82 comes out as *long*. Either no question asks where *long* ends, or one that is true for 82 as "
    "well (82 is more than 20!) stands above it, so that it is never asked. Ask the narrower question first, or let each question "
    "shut out what lies above it."
)
def never_too_long(words):
    if words < 10:
        return "short"
    elif words <= 20:
        return "medium"
    elif words > 20:
        return "long"
    else:
        return "too long"


@sentence_band.mistake(
    "Short sentences come out as *medium* or *long*. With `if`, `if`, `if` every question is asked, also when an earlier one was "
    "true, and the last true one wins: 4 is less than 10, but also no more than 20. `elif` is asked only if nothing above "
    "it was true."
)
def if_after_if(words):
    band = "too long"
    if words < 10:
        band = "short"
    if words <= 20:
        band = "medium"
    if words <= 35:
        band = "long"
    return band


@sentence_band.mistake(
    "Short sentences come out as *medium*. Most often the second question is an `if` of its own: 4 is called short, and then "
    "asked again, since it is no more than 20, too. Which word ties a question to the one above it?"
)
def second_if(words):
    if words < 10:
        band = "short"
    if words <= 20:
        band = "medium"
    elif words <= 35:
        band = "long"
    else:
        band = "too long"
    return band


@sentence_band.mistake(
    "Sentences in the middle come out as *too long*. The last `else` belongs to the `if` just above it, so what was called "
    "medium or short is called *too long* after all. Make one chain: one `if`, then `elif`, `elif`, and one `else`."
)
def else_of_the_last_if(words):
    if words < 10:
        band = "short"
    if 10 <= words <= 20:
        band = "medium"
    if 20 < words <= 35:
        band = "long"
    else:
        band = "too long"
    return band


@sentence_band.mistake(
    "Everything from 10 words up comes out as *medium*: your question for it is true for 28 as well, since 28 *is* at least 10. With "
    "`or`, one true side is enough. Where does *medium* end? Only that border is to be asked about, since lengths below 10 are "
    "settled further up."
)
def joined_with_or(words):
    if words < 10:
        return "short"
    elif words >= 10 or words <= 20:
        return "medium"
    elif words <= 35:
        return "long"
    else:
        return "too long"


@sentence_band.mistake(
    "At a border nothing comes back at all: 10 falls through between your questions, because `<` and `>` both leave the "
    "border out. Each number must belong to a band; look at 20 and 35 as well."
)
def borders_in_no_band(words):
    if words < 10:
        return "short"
    elif 10 < words < 20:
        return "medium"
    elif 20 < words < 35:
        return "long"
    elif words > 35:
        return "too long"


@sentence_band.mistake(
    "10 words come out as *short*, but the statement says *fewer than* 10. `<=` says: fewer than or equal."
)
def ten_is_short(words):
    if words <= 10:
        return "short"
    elif words <= 20:
        return "medium"
    elif words <= 35:
        return "long"
    return "too long"


@sentence_band.mistake(
    "The upper borders are in the wrong band: 20 is still medium, and 35 still long (*up to* 35 includes 35). `<` leaves the "
    "border itself out, and a `range` stops before it. Which sign takes it in?"
)
def upper_borders_left_out(words):
    if words < 10:
        return "short"
    elif words < 20:
        return "medium"
    elif words < 35:
        return "long"
    return "too long"


@sentence_band.mistake(
    "Nothing comes back, so the caller holds `None`. Either the word is only printed, or there is no `return` on the way: "
    "`print` shows a value to you, `return` hands it on."
)
def printed_the_band(words):
    if words < 10:
        print("short")
    elif words <= 20:
        print("medium")
    elif words <= 35:
        print("long")
    else:
        print("too long")


@sentence_band.mistake(
    "The bands are cut rightly, but their names are not spelled as in the statement. To a program `Short` and `short` are "
    "different texts: small letters, please."
)
def capitals(words):
    if words < 10:
        return "Short"
    elif words <= 20:
        return "Medium"
    elif words <= 35:
        return "Long"
    return "Too long"


@sentence_band.mistake(
    "Everything comes out as *short*: your first question is true for every length, since 82 is at least 0, too. The first true one "
    "decides. Which question is true for the short ones *only*?"
)
def always_short(words):
    if words >= 0:
        return "short"
    elif words >= 10:
        return "medium"
    elif words > 20:
        return "long"
    return "too long"


@sentence_band.mistake(
    "Everything from 11 words up comes out as *medium*: 28 and 82 are more than 10, too, and the first true question decides. Going up "
    "with `>`, the largest border must be asked about first. And 10 itself is *medium*."
)
def more_than_ten_first(words):
    if words > 10:
        return "medium"
    elif words > 20:
        return "long"
    elif words > 35:
        return "too long"
    return "short"


@sentence_band.mistake(
    "From 10 words up everything is *too long*: your last question is an `if` of its own, and its `else` takes all that is not short, whatever was "
    "found further up. Make one chain: one `if`, then `elif`, `elif`, and one `else`."
)
def else_of_short(words):
    if words <= 35:
        band = "long"
    if words <= 20:
        band = "medium"
    if words < 10:
        band = "short"
    else:
        band = "too long"
    return band


@sentence_band.mistake(
    "Long sentences get no answer: nothing comes back from 21 words up. *short* and *medium* are there; two bands are still missing."
)
def two_bands_missing(words):
    if words < 10:
        return "short"
    elif words <= 20:
        return "medium"


@sentence_band.mistake(
    "Python stops with a TypeError. `words` *is* a number already: it has no length to ask for, and `words` in quotes would be a text, "
    "which is neither smaller nor greater than a number. Compare it as it is."
)
def length_of_a_number(words):
    if len(words) < 10:
        return "short"
    return "medium"


@sentence_band.mistake(
    "Python stops with a NameError: it knows no such name. Without quotes `short` would be a name that stands for something; with quotes it is a "
    "text. (If it is another name, look for a slip of the fingers.)"
)
def without_quotes(words):
    if words < 10:
        return short  # noqa: F821
    return medium  # noqa: F821


@sentence_band.mistake(
    "0 words get no answer: *fewer than 10* begins at 0, and your first question shuts 0 out. Does it need its second half?"
)
def nothing_for_zero(words):
    if words > 0 and words < 10:
        return "short"
    elif words >= 10 and words <= 20:
        return "medium"
    elif words > 20 and words <= 35:
        return "long"
    elif words > 35:
        return "too long"


@sentence_band.mistake(
    "0 words come out as *too long*: your first question shuts 0 out, and it falls through to the `else`. *Fewer than 10* begins at 0; does the first "
    "question need its second half?"
)
def zero_falls_through(words):
    if words > 0 and words < 10:
        return "short"
    elif words >= 10 and words <= 20:
        return "medium"
    elif words > 20 and words <= 35:
        return "long"
    return "too long"


@sentence_band.also_right
def from_the_top(words):
    if words > 35:
        band = "too long"
    elif words > 20:
        band = "long"
    elif words >= 10:
        band = "medium"
    else:
        band = "short"
    return band


@sentence_band.also_right
def return_after_return(words):
    if words < 10:
        return "short"
    if words < 21:
        return "medium"
    if words < 36:
        return "long"
    return "too long"


# 4. Loops

count_long = Exercise(
    concepts=["loops", "counting", "strings"],
    minutes=6,
    hints=[
        "In each turn `word` is one word. Does every word count, or only some?",
        "How many characters has a word? `len` knows. Compare that number with `limit`.",
        "Only if it is larger: `count` becomes what it was, plus one. Mind how far each line stands to the right.",
    ],
)


@count_long.test("only words with more characters than the limit count")
def _(answer):
    equal(answer("Choose a moon today", 3), 3, what="The number of words longer than 3")
    equal(answer("We choose to go to the moon", 3), 2, what="The number of words longer than 3")
    equal(answer("We choose to go to the moon", 1), 7, what="The number of words longer than 1")


@count_long.test("a word of exactly that many characters does not count")
def _(answer):
    equal(answer("why not", 9), 0, what="The number of words longer than 9")
    equal(answer("moon best hard skills", 4), 1, what="The number of words longer than 4")
    equal(answer("skills best hard", 4), 1, what="The number of words longer than 4")
    equal(answer("moon best hard", 4), 0, what="The number of words longer than 4")


@count_long.test("punctuation belongs to its word; a text without words gives 0")
def _(answer):
    equal(answer("Responsibilities!", 0), 1, what="The number of words longer than 0")
    equal(answer("Not now. Why not?", 3), 2, what="The number of words longer than 3")
    equal(answer("", 0), 0, what="The number of words")


@count_long.test("words end at line ends, too, and at several spaces")
def _(answer):
    equal(answer("hard things\nmeasure  best", 4), 2, what="The number of words longer than 4")


@count_long.test("any text, any limit", hidden=True)
def _(answer, rng):
    for _ in range(5):
        words = some_words(rng, int(rng.integers(5, 30)))
        limit = int(rng.integers(1, 8))
        equal(answer(" ".join(words), limit), len([w for w in words if w[limit:] != ""]))


@count_long.mistake(
    "A word of exactly `limit` characters counts in your program. *More than* 4 begins at 5: `>=` takes the border in, "
    "which sign leaves it out?"
)
def border_counted(text, limit):
    count = 0
    for word in text.split():
        if len(word) >= limit:
            count = count + 1
    return count


@count_long.mistake(
    "You count every word, whatever its length. The line that adds 1 must stand *under* an `if`, one step further to the "
    "right, so that it is done for some words and not for others."
)
def every_word_counted(text, limit):
    count = 0
    for word in text.split():
        count = count + 1
    return count


@count_long.mistake(
    "The result is always 0: no step changes what `count` stands for. `count + 1` alone computes a number and throws it away. Which sign "
    "lets a name stand for a new value?"
)
def sum_thrown_away(text, limit):
    count = 0
    for word in text.split():
        if len(word) > limit:
            count + 1
    return count


NEVER_MORE_THAN_ONE = (
    "The result is never more than 1. Either `count = 1` writes the same 1 over and over, and the old value is missing on "
    "the right of the sign; or a `return` stands inside the loop and ends the function at the first long word."
)


@count_long.mistake(NEVER_MORE_THAN_ONE)
def written_over(text, limit):
    count = 0
    for word in text.split():
        if len(word) > limit:
            count = 1
    return count


@count_long.mistake(
    "You turned the comparison round: these are the words that are shorter than the limit. Read it aloud: *is the length "
    "of the word greater than the limit?*"
)
def shorter_ones(text, limit):
    count = 0
    for word in text.split():
        if len(word) < limit:
            count = count + 1
    return count


@count_long.mistake(
    "Your number is too large: you add up the *characters* of the long words. For each of them the count grows by 1, "
    "whatever its length."
)
def added_lengths(text, limit):
    count = 0
    for word in text.split():
        if len(word) > limit:
            count = count + len(word)
    return count


@count_long.mistake(
    "Your function ends after the first word: a `return` that stands inside the loop ends everything in the first turn in "
    "which it is reached. It must wait for the last turn: how far to the left does it belong?"
)
def returned_in_the_first_turn(text, limit):
    count = 0
    for word in text.split():
        if len(word) > limit:
            count = count + 1
        return count
    return count


@count_long.mistake(
    "Python stops with a TypeError: two kinds of values do not go together. If its message names *str* and *int*, a text is compared with "
    "a number, as in `word > limit`. What number that belongs to the word do you want to compare? (If it names a *method*, "
    "the brackets behind it are missing.)"
)
def text_with_number(text, limit):
    count = 0
    for word in text.split():
        if word > limit:
            count = count + 1
    return count


@count_long.mistake(
    "`len(text)` is the length of the *whole* text, and the same in every turn; so all words count or none does. Which name "
    "stands for the one word of this turn?"
)
def length_of_the_whole(text, limit):
    count = 0
    for word in text.split():
        if len(text) > limit:
            count = count + 1
    return count


@count_long.mistake(
    "Punctuation is taken off before you measure. That is a sensible wish, but not what the statement says: here a word is "
    "what `split()` gives, with everything that sticks to it."
)
def punctuation_taken_off(text, limit):
    count = 0
    for word in text.split():
        if len(word.strip(".,;:!?")) > limit:
            count = count + 1
    return count


@count_long.mistake(
    "Your counting begins again at 0 with every word, so only the last word counts. *Begin* stands before the loop, *change* in it: "
    "how far to the left does `count = 0` belong?"
)
def back_to_zero_in_each_turn(text, limit):
    count = 0
    for word in text.split():
        count = 0
        if len(word) > limit:
            count = count + 1
    return count


@count_long.mistake(
    "Each short word puts your count back to 0. For a word that does not count nothing at all is to be done, so no `else` is needed."
)
def back_to_zero_at_short_words(text, limit):
    count = 0
    for word in text.split():
        if len(word) > limit:
            count = count + 1
        else:
            count = 0
    return count


@count_long.mistake(
    "The result is always 1, even for a text without words: the line that adds 1 stands below the loop, so it is done once. It belongs "
    "into the loop, under the `if`."
)
def counted_below_the_loop(text, limit):
    count = 0
    for word in text.split():
        if len(word) > limit:
            pass
    count = count + 1
    return count


LIMIT_SET_INSIDE = (
    "Your limit is the same in every call. The function is *given* its limit: `limit` has its value when the function begins, each time another. "
    "Do not set it inside, and compare with the name, not with a number from the example."
)


@count_long.mistake(LIMIT_SET_INSIDE)
def longer_than_three(text, limit):
    count = 0
    for word in text.split():
        if len(word) > 3:
            count = count + 1
    return count


@count_long.mistake(LIMIT_SET_INSIDE)
def longer_than_twelve(text, limit):
    count = 0
    for word in text.split():
        if len(word) > 12:
            count = count + 1
    return count


@count_long.mistake(
    "A loop over the text itself takes one *character* after the other, and each has the length 1. The line that was given, with "
    "`text.split()`, takes words."
)
def characters_for_words(text, limit):
    count = 0
    for word in text:
        if len(word) > limit:
            count = count + 1
    return count


@count_long.mistake(
    'You cut at single spaces: `split(" ")` leaves two words together where a line ends. `split()` with nothing in its brackets cuts at '
    "all white space."
)
def cut_at_spaces(text, limit):
    count = 0
    for word in text.split(" "):
        if len(word) > limit:
            count = count + 1
    return count


@count_long.mistake(
    "Python stops with an AttributeError: the value before the dot has no such method. `len` is a function, so the word goes into its "
    "brackets."
)
def len_as_a_method(text, limit):
    count = 0
    for word in text.split():
        if word.len() > limit:
            count = count + 1
    return count


@count_long.also_right
def with_plus_equals(text, limit):
    count = 0
    for word in text.split():
        count += len(word) > limit
    return count


@count_long.also_right
def with_sum(text, limit):
    return sum(1 for word in text.split() if len(word) > limit)


rehearsal = Exercise(
    concepts=["loops", "accumulating"],
    minutes=6,
    hints=[
        "Write down by hand, for 4 days: the number of the day as `range` counts it, the minutes of that day, the total so far.",
        "`range(days)` counts 0, 1, 2 … When `day` is 0, 10 minutes are due; when it is 1, 15. How do you get from `day` to "
        "the minutes?",
        "The total begins at 0 before the loop, grows in each turn by the minutes of that day, and is returned after it.",
    ],
)


@rehearsal.test("1 day takes 10 minutes, 2 days take 25")
def _(answer):
    equal(answer(1), 10, what="The total of 1 day")
    equal(answer(2), 25, what="The total of 2 days")


@rehearsal.test("3 days take 45 minutes, 7 days take 175")
def _(answer):
    equal(answer(3), 45, what="The total of 3 days")
    equal(answer(7), 175, what="The total of 7 days")


@rehearsal.test("no days take no minutes")
def _(answer):
    equal(answer(0), 0, what="The total of 0 days")


@rehearsal.test("any number of days", hidden=True)
def _(answer, rng):
    for days in rng.integers(4, 90, size=4):
        n = int(days)
        # First and last day together, second and last but one: always the same, and n / 2 such pairs.
        equal(answer(n), n * (10 + 10 + 5 * (n - 1)) // 2, what=f"The total of {n} days")


@rehearsal.mistake(
    "The last day is missing. `range(1, days)` stops *before* `days`, so it counts one day too few. Count on your fingers for "
    "`days` = 3."
)
def one_day_short(days):
    total = 0
    for day in range(1, days):
        total = total + 10 + 5 * (day - 1)
    return total


@rehearsal.mistake(
    "There is one day too many. `range(days + 1)` begins at 0 *and* goes up to `days`; those are `days + 1` turns. You need "
    "exactly `days` of them."
)
def one_day_too_many(days):
    total = 0
    for day in range(days + 1):
        total = total + 10 + 5 * day
    return total


@rehearsal.mistake(
    "The first day already has 15 minutes in your plan. The first five are added on the *second* day: with what number does your "
    "`day` begin, and what does 5 times that number give?"
)
def first_day_too_long(days):
    total = 0
    for day in range(1, days + 1):
        total = total + 10 + 5 * day
    return total


@rehearsal.mistake(
    "The first day is right, then your days get too short: 0, 5, 10 … You add the 10 minutes only once. They are due on *each* day, "
    "with 5 more for every day before it."
)
def ten_only_once(days):
    total = 10
    for day in range(1, days):
        total = total + 5 * day
    return total


@rehearsal.mistake(
    "You give back the minutes of the last day alone. Either the total is written over (`total = …` without the old `total` on "
    "the right), or it begins again at 0 in every turn."
)
def last_day_only(days):
    total = 0
    for day in range(days):
        total = 10 + 5 * day
    return total


@rehearsal.mistake(
    "Every day has 10 minutes in your plan. From day to day it should be 5 more: what changes from turn to turn and could "
    "tell you how many fives to add?"
)
def always_ten(days):
    total = 0
    for _day in range(days):
        total = total + 10
    return total


@rehearsal.mistake(
    "Every day after the first has 15 minutes in your plan. *Five more than the day before* means 15, then 20, then 25: it keeps "
    "growing."
)
def always_five_more_than_the_first(days):
    total = 0
    for day in range(days):
        if day == 0:
            total = total + 10
        else:
            total = total + 15
    return total


@rehearsal.mistake(
    "Every day has 15 minutes in your plan, the first included. The first has 10; and *five more than the day before* keeps growing: "
    "15, then 20, then 25. What changes from turn to turn, and could tell you how many fives to add?"
)
def always_fifteen(days):
    return 15 * days


@rehearsal.mistake(
    "However many days there are, you give back the minutes of the first. A `return` inside the loop ends the function in the first "
    "turn; it belongs below the loop, further to the left."
)
def returned_after_the_first_day(days):
    total = 0
    for day in range(days):
        total = total + 10 + 5 * day
        return total
    return total


@rehearsal.mistake(
    "However many days there are, you give back the minutes of the first, and nothing at all for 0 days. A `return` inside the loop ends the "
    "function in the first turn; it belongs below the loop, further to the left."
)
def returned_in_the_loop(days):
    total = 0
    for day in range(days):
        total = total + 10 + 5 * day
        return total


TOTAL_TOO_LATE = (
    "Python stops with an UnboundLocalError: a name is used before it has a value. When the first turn works out `total + …`, or the "
    "loop has no turn at all, `total` must stand for something already. With what number, and where, does adding up begin?"
)


@rehearsal.mistake(TOTAL_TOO_LATE)
def no_beginning(days):
    for day in range(days):
        total = total + 10 + 5 * day  # noqa: F821
    return total


@rehearsal.mistake(
    "You give back the minutes of the last day alone, because `total = 0` stands *in* the loop: it begins again in every turn. (And with 0 days "
    "it never begins, so there is nothing to return.) Begin *before* the loop."
)
def begins_in_every_turn(days):
    for day in range(days):
        total = 0
        total = total + 10 + 5 * day
    return total


@rehearsal.mistake(
    "Python stops with a TypeError. `days` is one number, and `for` cannot walk through a number. What gives you as many turns as a number says?"
)
def walked_through_a_number(days):
    total = 0
    for day in days:
        total = total + 10 + 5 * day
    return total


@rehearsal.mistake(
    "You give back 10 and 5 more for every day: for 3 days 25, which would be the minutes of the fourth day alone. Asked for is what all the days "
    "make together, so each day's minutes must be added to a total."
)
def one_day_alone(days):
    return 10 + 5 * days


@rehearsal.mistake(
    "You give back the minutes of the last day alone: for 3 days 20. Asked for is what all the days make together, so each day's "
    "minutes must be added to a total."
)
def last_day_by_formula(days):
    return 10 + 5 * (days - 1)


@rehearsal.mistake(
    "One day is missing: `range(1, days)` begins at 1 and stops *before* `days`, so the first day, with its 10 minutes, is not added. Which range has `days` numbers, "
    "the first of them 0?"
)
def first_day_missing(days):
    total = 0
    for day in range(1, days):
        total = total + 10 + 5 * day
    return total


@rehearsal.mistake(
    "Only 0 days come out wrong: your total begins at 10, as if the first day were always there. If there is no day, nothing "
    "may be added. What should the total begin with, and which turn should add the 10?"
)
def ten_for_no_day(days):
    total = 10
    for day in range(1, days):
        total = total + 10 + 5 * day
    return total


@rehearsal.mistake(
    "The first day is in it twice: your total begins at 10, and the first turn, with day 0, adds 10 again. Before the loop nobody has practised."
)
def first_day_twice(days):
    total = 10
    for day in range(days):
        total = total + 10 + 5 * day
    return total


@rehearsal.mistake(
    "The 10 minutes of the first day are missing, and of every other: your days take 0, 5, 10 … What stands in your turn for day 0?"
)
def fives_only(days):
    total = 0
    for day in range(days):
        total = total + 5 * day
    return total


@rehearsal.mistake(
    "In each turn you add the same, since `days`, the number of all days, does not change. Which name counts the turns?"
)
def days_for_day(days):
    total = 0
    for _day in range(days):
        total = total + 10 + 5 * days
    return total


@rehearsal.also_right
def minutes_that_grow(days):
    total, today = 0, 10
    for _ in range(days):
        total += today
        today += 5
    return total


@rehearsal.also_right
def by_formula(days):
    return 10 * days + 5 * days * (days - 1) // 2


shuffled = Order(
    ["b", "d", "e", "a", "c"],
    because={
        (
            "b",
            "d",
        ): "`longest` must have a value *before* the loop. Inside it, it would be emptied in every turn, and every word "
        "would beat it.",
        (
            "d",
            "e",
        ): "The `if` asks about `word`, and only the `for` line gives that name a value. So `for` comes first.",
        (
            "e",
            "a",
        ): "The new longest word is written down only *if* it is longer. Under the `for` alone, the last word would "
        "always win.",
        (
            "a",
            "c",
        ): "You print before the longest word has been written down. The result is known when the loop is over.",
    },
    concepts=["loops", "conditions"],
    minutes=3,
    hints=[
        "Which line uses a name that another line must give a value first?",
        "Which line can only be done once everything has been looked at?",
    ],
    points=2,
)


# 5. While

rounds = Exercise(
    concepts=["while", "loops"],
    minutes=8,
    hints=[
        "When do the rounds go on, and when do they stop? Put that question behind `while`.",
        "In each turn three things happen: find the tenth, take it away from `words`, count one round.",
        "What is `7 // 10`? If a round takes away nothing, the next does so too, and for ever. Make an `if` for that case.",
    ],
    seconds=1.0,
)


@rounds.test("100 words down to 80 take 3 rounds (90, 81, 73), 19 down to 15 take 4 (18, 17, 16, 15)")
def _(answer):
    equal(answer(100, 80), 3, what="The rounds from 100 words to 80")
    equal(answer(100, 90), 1, what="The rounds from 100 words to 90")
    equal(answer(19, 15), 4, what="The rounds from 19 words to 15")


@rounds.test("a draft that fits already takes 0 rounds")
def _(answer):
    equal(answer(70, 80), 0, what="The rounds from 70 words to 80")
    equal(answer(80, 80), 0, what="The rounds from 80 words to 80")


@rounds.test("fewer than 10 words: each round takes 1, and it comes to an end")
def _(answer):
    equal(answer(9, 5), 4, what="The rounds from 9 words to 5")
    equal(answer(12, 0), 12, what="The rounds from 12 words to 0")


@rounds.test("the real speech: 5,165 words down to 5,000, and down to 500", hidden=True)
def _(answer):
    equal(answer(5165, 5000), 1, what="The rounds from 5165 words to 5000")
    equal(answer(5165, 500), 23, what="The rounds from 5165 words to 500")


@rounds.test("any draft, any limit", hidden=True)
def _(answer, rng):
    for _ in range(5):
        words, limit = int(rng.integers(20, 4000)), int(rng.integers(0, 300))
        left, expected = words, 0
        while left > limit:
            left -= max(left // 10, 1)
            expected += 1
        equal(answer(words, limit), expected, what=f"The rounds from {words} words to {limit}")


@rounds.mistake(
    "For a small number of words your loop never ends: a tenth of 7, rounded down, is 0, so the round takes away nothing, and "
    "the question behind `while` stays true for ever. What does the statement say about that case?"
)
def never_ends(words, limit):
    count = 0
    while words > limit:
        words = words - words // 10
        count = count + 1
    return count


@rounds.mistake(
    "There is one round too many when the draft has exactly `limit` words: then it fits. `>=` goes on in that case; which "
    "sign stops?"
)
def one_round_too_many(words, limit):
    count = 0
    while words >= limit and words > 0:
        words = words - max(words // 10, 1)
        count = count + 1
    return count


@rounds.mistake(
    "The result is never more than 1: an `if` asks once. What is to be repeated *until* it fits needs the word that asks again "
    "after every round."
)
def if_for_while(words, limit):
    count = 0
    if words > limit:
        words = words - max(words // 10, 1)
        count = count + 1
    return count


@rounds.mistake(
    "You take away a tenth of the *first* draft in every round. A tenth of what is there *now* is meant, and that gets smaller: "
    "work it out anew inside the loop."
)
def tenth_of_the_first_draft(words, limit):
    count = 0
    cut = max(words // 10, 1)
    while words > limit:
        words = words - cut
        count = count + 1
    return count


@rounds.mistake(
    "Your counting begins at 1. Before the first round no round has been done: with what number does it begin?"
)
def began_at_one(words, limit):
    count = 1
    while words > limit:
        words = words - max(words // 10, 1)
        count = count + 1
    return count


@rounds.mistake(
    "You count the words that are taken away, or those that are left. Asked for is how many *rounds* it takes: one more for each turn."
)
def counted_words(words, limit):
    count = 0
    while words > limit:
        cut = max(words // 10, 1)
        words = words - cut
        count = count + cut
    return count


PARTS_OF_WORDS = (
    "You take away exactly a tenth, with its fraction: `/` gives 8.1 words from 81. Words come whole, so the tenth is rounded down; "
    "which sign does that?"
)


@rounds.mistake(PARTS_OF_WORDS)
def parts_of_words_to_the_end(words, limit):
    count = 0
    while words > limit:
        tenth = words / 10
        if tenth == 0:
            tenth = 1
        words = words - tenth
        count = count + 1
    return count


@rounds.mistake(PARTS_OF_WORDS)
def parts_of_words(words, limit):
    count = 0
    while words > limit:
        words = words - max(words / 10, 1)
        count = count + 1
    return count


@rounds.mistake(
    "Each of your rounds takes away a word more than a tenth. The one word is meant only for the case that the tenth is 0."
)
def tenth_and_one_more(words, limit):
    count = 0
    while words > limit:
        words = words - (words // 10 + 1)
        count = count + 1
    return count


@rounds.mistake(
    "Your loop takes away one word in each round, whatever the length of the draft. That is meant only where a tenth, rounded down, is 0."
)
def always_one(words, limit):
    return max(words - limit, 0)


@rounds.mistake(
    "However long the draft, your function ends after the first round: the `return` stands inside the loop. It belongs below it, "
    "further to the left, where it waits until the draft fits."
)
def returned_inside(words, limit):
    count = 0
    while words > limit:
        words = words - max(words // 10, 1)
        count = count + 1
        return count


@rounds.mistake(
    "You keep the tenth and throw the rest away: after one round 10 of 100 words are left. The tenth is what *goes*; how many words stay?"
)
def kept_the_tenth(words, limit):
    count = 0
    while words > limit:
        words = words // 10
        count = count + 1
    return count


@rounds.mistake(
    "You work out nine tenths and round *them* down, so what goes is rounded up: of 19 words 2 go instead of 1. The statement rounds down what "
    "is taken *out*: find that number first, then subtract it."
)
def nine_tenths(words, limit):
    count = 0
    while words > limit:
        words = words * 9 // 10
        count = count + 1
    return count


@rounds.mistake(
    "`%` gives what *remains* when all the tens are taken out: 9 of 19, and 0 of 100. The tenth says how many times 10 goes in fully: which sign is that?"
)
def remainder_for_tenth(words, limit):
    count = 0
    while words > limit:
        words = words - max(words % 10, 1)
        count = count + 1
    return count


@rounds.mistake(
    "Drafts of fewer than 10 words are not finished: either your loop stops there, or those rounds are not counted. There one word goes in each "
    "round, and it is a round like any other."
)
def stopped_below_ten(words, limit):
    count = 0
    while words > limit and words >= 10:
        words = words - words // 10
        count = count + 1
    return count


@rounds.mistake(
    "Below 10 words your rounds take, or count, too much: the step for a tenth of 0 is done *and* the usual steps after it. How far to the right must "
    "each line stand to be done once in a round?"
)
def counted_twice_below_ten(words, limit):
    count = 0
    while words > limit:
        tenth = words // 10
        if tenth == 0:
            words = words - 1
            count = count + 1
        words = words - tenth
        count = count + 1
    return count


@rounds.mistake(
    "The result is always 0: the words get fewer, but nobody counts the rounds. What must happen to `count` in every turn?"
)
def never_counted(words, limit):
    return 0


@rounds.mistake(
    "The result is always 1, even where no round is needed: the line that counts stands below the loop and is done once. How far to the right does "
    "it belong?"
)
def counted_below(words, limit):
    return 1


@rounds.mistake("You give back how many words are *left*. Asked for is how many rounds it took.")
def gave_back_the_words(words, limit):
    while words > limit:
        words = words - max(words // 10, 1)
    return words


@rounds.mistake(
    "Python stops with an UnboundLocalError: a name is used before it has a value. In the first turn the steps are done from the top down: which "
    "must come first, working out the tenth or taking it away?"
)
def taken_before_worked_out(words, limit):
    count = 0
    while words > limit:
        words = words - tenth  # noqa: F821
        tenth = words // 10  # noqa: F841
        count = count + 1
    return count


@rounds.mistake(
    "Your question is turned round: `while` goes on as long as the answer is *true*, and `words < limit` is true for drafts that fit already. When "
    "should the editor go on?"
)
def question_turned_round(words, limit):
    count = 0
    while words < limit:
        words = words - max(words // 10, 1)
        count = count + 1
    return count


@rounds.mistake(
    "Your loop never ends, whatever the draft: nothing in it changes what `words` stands for. `words - tenth` alone works out a number and throws it "
    "away; a name gets a new value only by `=`, and only in a line that stands in the loop."
)
def words_never_change(words, limit):
    count = 0
    while words > limit:
        count = count + 1
    return count


@rounds.also_right
def with_max(words, limit):
    count = 0
    while words > limit:
        words -= max(1, words // 10)
        count += 1
    return count


@rounds.also_right
def by_calling_itself(words, limit):
    if words <= limit:
        return 0
    return 1 + by_calling_itself(words - (words // 10 or 1), limit)


# Challenge

speech_report = Exercise(
    concepts=["counting", "accumulating", "loops", "conditions", "strings"],
    minutes=18,
    hints=[
        "Take the example and a pencil. Walk through it word by word: which three or four numbers do you keep in your head?",
        "Four names: the words so far, the sentences so far, the longest so far, and the words of the sentence that is running "
        "*now*. What happens to each of them at a word like `moon!`?",
        "When a sentence ends: one sentence more, perhaps a new longest, and the running number goes back to 0.",
        "After the loop, look at the running number. If it is not 0, words are left over that no sign has closed: they are a "
        "sentence too, and may be the longest.",
    ],
)


def report_of(words, sentences, longest):
    return f"{words} words, {sentences} sentences, longest {longest}"


def right_report(text):
    lengths, running = [], 0
    for word in text.split():
        running += 1
        if ends_sentence(word):
            lengths.append(running)
            running = 0
    if running:
        lengths.append(running)
    return report_of(sum(lengths), len(lengths), max(lengths, default=0))


@speech_report.test("the example of the statement")
def _(answer):
    equal(
        answer("Thank you. We choose to go to the moon! Why now"), "11 words, 3 sentences, longest 7", what="The report"
    )


@speech_report.test("the longest sentence may be the first, the last, or any other")
def _(answer):
    equal(answer("One two three four. Five. Six seven?"), "7 words, 3 sentences, longest 4", what="The report")
    equal(answer("Five. One two three! Six seven. Eight."), "7 words, 4 sentences, longest 3", what="The report")
    equal(answer("Six. Five six. One two three four five."), "8 words, 3 sentences, longest 5", what="The report")


@speech_report.test("words after the last sign are a sentence too, and may be the longest", points=2)
def _(answer):
    equal(answer("Yes. We can and we will"), "6 words, 2 sentences, longest 5", what="The report")
    equal(answer("a draft that was never finished"), "6 words, 1 sentences, longest 6", what="The report")


@speech_report.test("a text without words gives three zeros")
def _(answer):
    equal(answer(""), "0 words, 0 sentences, longest 0", what="The report")
    equal(answer("  \n "), "0 words, 0 sentences, longest 0", what="The report")


@speech_report.test("titles such as Mr. end no sentence, a closing quote does not hide the sign")
def _(answer):
    equal(answer("Mr. Speaker, I thank Dr. King. Go."), "7 words, 2 sentences, longest 6", what="The report")
    equal(answer('He said: "Ask not." We ask.'), "6 words, 2 sentences, longest 4", what="The report")


@speech_report.test("a draft of sentences of any length, closed or left open", points=2, hidden=True)
def _(answer, rng):
    for number in range(4):
        lengths = [int(n) for n in rng.integers(1, 12, size=int(rng.integers(2, 9)))]
        sentences = [" ".join(some_words(rng, n)) + ".!?"[int(rng.integers(3))] for n in lengths]
        text = " ".join(sentences)
        text = text[:-1] if number % 2 else text
        equal(answer(text), report_of(sum(lengths), len(lengths), max(lengths)), what="The report")


@speech_report.test("the address of 1961", hidden=True)
def _(answer):
    text = str(datasets.load("sotu")["text"][17])
    equal(answer(text), "5165 words, 211 sentences, longest 82", what="The report")


@speech_report.mistake(
    "The last sentence is lost when no sign closes it. Your loop writes a sentence down only when it meets the end of one, and after "
    "the last word of *Why now* there is no further turn. What is left in your hands when the loop is over?"
)
def last_sentence_lost(text):
    words = sentences = longest = running = 0
    for word in text.split():
        words += 1
        running += 1
        if ends_sentence(word):
            sentences += 1
            longest = max(longest, running)
            running = 0
    return report_of(words, sentences, longest)


@speech_report.mistake(
    "The sentence without a sign is counted, but it can't be the longest: after the loop you add it to the number of sentences and do "
    "not compare its length. Both are due there, as in the loop."
)
def last_sentence_not_measured(text):
    words = sentences = longest = running = 0
    for word in text.split():
        words += 1
        running += 1
        if ends_sentence(word):
            sentences += 1
            longest = max(longest, running)
            running = 0
    if running > 0:
        sentences += 1
    return report_of(words, sentences, longest)


@speech_report.mistake(
    "You always add one sentence after the loop, also when the last word has closed the last sentence, or when there is no word at "
    "all. How can you tell whether any words are left over?"
)
def one_sentence_too_many(text):
    words = sentences = longest = running = 0
    for word in text.split():
        words += 1
        running += 1
        if ends_sentence(word):
            sentences += 1
            longest = max(longest, running)
            running = 0
    sentences += 1
    longest = max(longest, running)
    return report_of(words, sentences, longest)


NEVER_PUT_BACK = (
    "Your longest sentence is as long as the whole text: the number for the running sentence is never put back to 0, so it "
    "goes on counting into the next sentence. When does a new one begin?"
)


@speech_report.mistake(NEVER_PUT_BACK)
def never_put_back_at_all(text):
    words = sentences = longest = running = 0
    for word in text.split():
        words += 1
        running += 1
        if ends_sentence(word):
            sentences += 1
            longest = max(longest, running)
    if running > 0:
        sentences += 1
        longest = max(longest, running)
    return report_of(words, sentences, longest)


@speech_report.mistake(NEVER_PUT_BACK)
def never_put_back(text):
    words = sentences = longest = running = open_words = 0
    for word in text.split():
        words += 1
        running += 1
        open_words += 1
        if ends_sentence(word):
            sentences += 1
            longest = max(longest, running)
            open_words = 0
    if open_words > 0:
        sentences += 1
        longest = max(longest, running)
    return report_of(words, sentences, longest)


@speech_report.mistake(
    "*Longest* is the length of the *last* sentence in your report: it is written over whenever a sentence ends. It may only be "
    "written over *if* the new one is longer."
)
def length_of_the_last(text):
    words = sentences = longest = running = 0
    for word in text.split():
        words += 1
        running += 1
        if ends_sentence(word):
            sentences += 1
            longest = running
            running = 0
    if running > 0:
        sentences += 1
        longest = running
    return report_of(words, sentences, longest)


@speech_report.mistake(
    "Your sentences are one word too short: the word that carries the sign belongs to its sentence. Count the word *first*, and "
    "ask afterwards whether the sentence ends with it."
)
def asked_before_counting(text):
    words = sentences = longest = running = 0
    for word in text.split():
        words += 1
        if ends_sentence(word):
            sentences += 1
            longest = max(longest, running)
            running = 0
        else:
            running += 1
    if running > 0:
        sentences += 1
        longest = max(longest, running)
    return report_of(words, sentences, longest)


@speech_report.mistake(
    "*Mr.* and *Dr.* end sentences in your report, or a sign before a closing quote ends none: you ask about the last character of "
    "the word. The function `ends_sentence`, given above, knows these cases."
)
def last_character_only(text):
    words = sentences = longest = running = 0
    for word in text.split():
        words += 1
        running += 1
        if word[-1] in ".!?":
            sentences += 1
            longest = max(longest, running)
            running = 0
    if running > 0:
        sentences += 1
        longest = max(longest, running)
    return report_of(words, sentences, longest)


@speech_report.mistake(
    "You count signs: every dot, exclamation mark and question mark makes a sentence, that of *Mr.* too, while words without a sign at "
    "the end make none. A sentence ends with a *word*; let `ends_sentence` decide, word by word."
)
def counted_the_signs(text):
    longest = int(right_report(text).split()[-1])
    return report_of(len(text.split()), text.count(".") + text.count("!") + text.count("?"), longest)


@speech_report.mistake(
    "*Longest* is the longest *word* in your report. Asked for is the longest sentence, in words: that takes a number which grows with "
    "every word and begins again with every sentence."
)
def longest_word(text):
    words = sentences = longest = running = 0
    for word in text.split():
        words += 1
        running += 1
        longest = max(longest, len(word))
        if ends_sentence(word):
            sentences += 1
            running = 0
    if running > 0:
        sentences += 1
    return report_of(words, sentences, longest)


@speech_report.mistake(
    "You count characters, not words: a loop over a text takes one *character* after the other. Which method cuts it into words?"
)
def walked_through_characters(text):
    words = sentences = longest = running = 0
    for character in text:
        words += 1
        running += 1
        if ends_sentence(character):
            sentences += 1
            longest = max(longest, running)
            running = 0
    if running > 0:
        sentences += 1
        longest = max(longest, running)
    return report_of(words, sentences, longest)


@speech_report.mistake(
    "Nothing comes back, so the caller holds `None`. `print` shows the report to you; to hand it to the caller takes `return`, on a line "
    "that is really reached."
)
def printed_the_report(text):
    print(right_report(text))


@speech_report.mistake(
    "The three numbers come back as a row of numbers. The statement asks for a text in exactly the form of the example, and an f-string "
    "makes one."
)
def three_numbers(text):
    parts = right_report(text).replace(",", "").split()
    return int(parts[0]), int(parts[2]), int(parts[5])


@speech_report.mistake(
    "The report breaks off at the end of the first sentence: a `return` inside the loop ends the function there. It belongs below the loop."
)
def returned_at_the_first_end(text):
    words = 0
    for word in text.split():
        words += 1
        if ends_sentence(word):
            return report_of(words, 1, words)
    return report_of(words, 1 if words else 0, words)


@speech_report.mistake(
    "The words after the last sign are measured, but they do not count as a sentence: your loop adds a sentence only where one ends. How can you tell, "
    "after the loop, that words are left over?"
)
def last_sentence_not_counted(text):
    words = sentences = longest = running = 0
    for word in text.split():
        words += 1
        running += 1
        longest = max(longest, running)
        if ends_sentence(word):
            sentences += 1
            running = 0
    return report_of(words, sentences, longest)


@speech_report.mistake(
    "The running number goes back to 0 only when a sentence is a new longest one: that step stands one `if` too far to the right. It is due at the end "
    "of *every* sentence."
)
def put_back_too_seldom(text):
    words = sentences = longest = running = 0
    for word in text.split():
        words += 1
        running += 1
        if ends_sentence(word):
            sentences += 1
            if running > longest:
                longest = running
                running = 0
    if running > 0:
        sentences += 1
        longest = max(longest, running)
    return report_of(words, sentences, longest)


@speech_report.mistake(
    "Far too many sentences: the steps for words that are left over stand *in* the loop, so they are done after every word. They are due once, when the "
    "loop is over."
)
def left_over_in_every_turn(text):
    words = sentences = longest = running = 0
    for word in text.split():
        words += 1
        running += 1
        if ends_sentence(word):
            sentences += 1
            longest = max(longest, running)
            running = 0
        if running > 0:
            sentences += 1
            longest = max(longest, running)
    return report_of(words, sentences, longest)


@speech_report.mistake(
    "The report comes after the first word already: a `return` in the loop ends the function in the first turn. It belongs below the loop, as far to the left "
    "as `for`."
)
def returned_after_one_word(text):
    for word in text.split():
        ends = ends_sentence(word)
        return report_of(1, 1 if ends else 0, 1 if ends else 0)
    return report_of(0, 0, 0)


@speech_report.mistake(
    "The report comes after the first word already: a `return` in the loop ends the function in the first turn, and a text without words gets no report "
    "at all. It belongs below the loop, as far to the left as `for`."
)
def returned_in_the_loop(text):
    for word in text.split():
        ends = ends_sentence(word)
        return report_of(1, 1 if ends else 0, 1 if ends else 0)


@speech_report.mistake(
    "Your report shows the names, not their values: curly brackets are filled in only where an `f` stands before the first quote."
)
def no_f_before_the_quotes(text):
    return "{words} words, {sentences} sentences, longest {longest}"


@speech_report.mistake(
    "The quotes around the report in the statement only show that it is a text; they are no part of it. One pair is enough."
)
def quotes_inside(text):
    return '"' + right_report(text) + '"'


@speech_report.mistake(
    "With one sentence you write *1 sentence*. That is better English, but the statement wants the words of the form to be always the same."
)
def singular(text):
    return right_report(text).replace(" 1 sentences", " 1 sentence")


@speech_report.mistake(
    "Python stops with a TypeError: two kinds of values do not go together. Most often that is a number joined to a text with `+`. `str` makes a text of "
    "a number; an f-string does it by itself."
)
def number_joined_to_text(text):
    return len(text.split()) + " words"


@speech_report.mistake(
    "Python stops with a NameError or an UnboundLocalError: a name is used that has no value yet. Each of your numbers must begin at 0, inside the function and "
    "*before* the loop; and a name is spelled everywhere the same."
)
def numbers_without_beginning(text):
    for _word in text.split():
        words = words + 1  # noqa: F821
    return report_of(words, 0, 0)


@speech_report.mistake(
    "`words` counts the characters: `len(text)` is the length of the text, spaces and all. Count the words in the loop, one for each turn."
)
def characters_for_words(text):
    report = right_report(text)
    return f"{len(text)} words" + report[report.index(",") :]


@speech_report.mistake(
    "Each word ends a sentence in your report. `ends_sentence` alone is the function itself, and Python takes that for true; to be *asked*, it needs brackets with "
    "the word in them."
)
def function_not_called(text):
    number = len(text.split())
    return report_of(number, number, 1 if number else 0)


@speech_report.mistake(
    'No sign ever ends a sentence in your report. `ends_sentence(word)` gives `True`, without quotes; the text `"True"` is another thing. It '
    "needs no comparison at all: the call itself is the question."
)
def compared_with_a_text(text):
    number = len(text.split())
    return report_of(number, 1 if number else 0, number)


@speech_report.mistake(
    'You cut at single spaces: `split(" ")` finds one word, an empty one, even in a text without words. `split()` with nothing in its brackets cuts at all white '
    "space."
)
def cut_at_spaces(text):
    words = sentences = longest = running = 0
    for word in text.split(" "):
        words += 1
        running += 1
        if ends_sentence(word):
            sentences += 1
            longest = max(longest, running)
            running = 0
    if running > 0:
        sentences += 1
        longest = max(longest, running)
    return report_of(words, sentences, longest)


@speech_report.also_right
def with_a_list(text):
    return right_report(text)


@speech_report.also_right
def with_a_sign_at_the_end(text):
    if text.split() and not ends_sentence(text.split()[-1]):
        text = text + " ."
        words = len(text.split()) - 1
        extra = True
    else:
        words = len(text.split())
        extra = False
    sentences = longest = running = 0
    for word in text.split():
        running = running + 1
        if ends_sentence(word):
            sentences = sentences + 1
            length = running - 1 if extra and word == "." else running
            if length > longest:
                longest = length
            running = 0
    return f"{words} words, {sentences} sentences, longest {longest}"
