"""Questions of 00-start-here: they show how a check works, and find the lesson to begin with."""

from autograder.compare import close, equal, unchanged
from autograder.exercise import Choice, Exercise

# Three things to know

order = Exercise(
    concepts=["running a cell"],
    minutes=1,
    hints=[
        "What stands below the cell with the cups, once you have changed it *and* run it again?",
        "Four cups at 2.50 each: the cell works it out as soon as you press Shift and Enter in it.",
    ],
    value=True,
)


@order.test("it is what four cups come to")
def _(answer):
    close(answer, 10, what="`order`")


@order.mistake(
    "7.5 is what three cups come to. Changing the text alone changes nothing: the cell has to be run again, with Shift "
    "and Enter. What stands below it then?"
)
def not_run_again():
    return 7.5


@order.mistake("4 is the number of cups. What does the cell say *below* itself when it has run?")
def the_cups():
    return 4


fresh = Choice(
    correct="b",
    distractors={
        "a": "Look above: all that you wrote is still there. It is saved in the page, and the kernel is another program. "
        "What did `visits` forget?",
        "c": "Half of it. The names were forgotten: `visits` began from 0 again. But is the text of your cells gone?",
        "d": "Then `visits` would have gone on counting. It began from 0 again: what had been forgotten?",
    },
    hints=["Look at `visits`, then look at what you wrote for `order`. Which of them was forgotten?"],
)


# Python

names = Choice(
    correct="b",
    distractors={
        "a": "7 is what `a` stands for at the end. `b = a` gave `b` the number that `a` stood for *then*, and a number "
        "does not change later.",
        "c": "`b = a` does not keep the letter. It looks up what `a` stands for and gives that to `b`.",
        "d": "A name may be given a new value as often as you like; on the right of `=` still stands the old one.",
    },
    hints=["Go line by line and write down beside each name what it stands for."],
)

count_above = Exercise(
    concepts=["loops"],
    minutes=2,
    hints=[
        "How would you count with a pencil, going along the numbers once?",
        "Begin with 0, and for each number that is greater than the limit add 1. Hand the count back with `return`.",
    ],
)


@count_above.test("two of 3, 9 and 5 are above 4")
def _(answer):
    equal(answer([3, 9, 5], 4), 2)


@count_above.test("the limit itself is not above the limit")
def _(answer):
    equal(answer([4, 4, 7], 4), 1)


@count_above.test("in an empty list there is none")
def _(answer):
    equal(answer([], 4), 0)


@count_above.test("any numbers, any limit, and the list stays as it is", hidden=True)
def _(answer, rng):
    for _ in range(8):
        limit = int(rng.integers(-5, 6))
        above = [limit + int(step) for step in rng.integers(1, 9, size=int(rng.integers(0, 6)))]
        others = [limit - int(step) for step in rng.integers(0, 9, size=int(rng.integers(0, 6)))]
        mixed = [int(number) for number in rng.permutation([*above, *others])]
        with unchanged(numbers=mixed):
            equal(answer(mixed, limit), len(above))


@count_above.mistake(
    "Nothing comes back, so whoever calls the function holds `None`. `print` shows a number to *you*; `return` hands it "
    "to the caller."
)
def printed(numbers, limit):
    print(sum(number > limit for number in numbers))


@count_above.mistake("You counted those that *equal* the limit, too. Above means greater: `>`, not `>=`.")
def with_the_limit(numbers, limit):
    return sum(number >= limit for number in numbers)


@count_above.mistake(
    "`return` stands inside the loop, so the function ends with the first number. It belongs below the loop, as far to "
    "the left as `for`."
)
def returned_at_once(numbers, limit):
    count = 0
    for number in numbers:
        if number > limit:
            count += 1
        return count
    return count


@count_above.mistake("These are the numbers themselves, and the question is how *many* there are.")
def the_numbers(numbers, limit):
    return [number for number in numbers if number > limit]


@count_above.mistake("You added the numbers up. How many they are is counted by adding 1 for each.")
def added_up(numbers, limit):
    return sum(number for number in numbers if number > limit)


@count_above.mistake("You counted the numbers *below* the limit: the sign points the other way.")
def below(numbers, limit):
    return sum(number < limit for number in numbers)


@count_above.also_right
def by_length(numbers, limit):
    return len([number for number in numbers if number > limit])


lookup = Choice(
    correct="a",
    distractors={
        "b": '`stock["salt"]` alone would stop with a KeyError. `stock.get("salt", 0)` asks kindly: it gives 0 where '
        "there is nothing.",
        "c": "The old stock of milk counts, too: `get` finds the 1 that is there, and 2 are added to it.",
        "d": "The loop goes through the list of two names, and tea is not in it. What stays as it was?",
    },
    hints=["What does `stock.get(name, 0)` give for milk, and what for salt?"],
)

rescued = Choice(
    correct="c",
    distractors={
        "a": "`float` does stop there with a ValueError. But it is inside `try`, and an `except` for this very error stands "
        "below it: what does the function do then?",
        "b": "`+` joins texts, but both calls hand back *numbers*, and numbers are added.",
        "d": "Only the call with `two` ends in the `except`. The other one hands back its number, and both are added.",
    },
    hints=["What does each of the two calls hand back, taken alone?"],
)


# Algebra

taxi_km = Exercise(
    concepts=["equations"],
    minutes=1,
    hints=[
        "How much of the fare was for the distance alone?",
        "Take the 4 euros off the fare; then ask how often 1.50 goes into the rest.",
    ],
    value=True,
)


@taxi_km.test("a ride of that length costs 19 euros")
def _(answer):
    close(answer, 10, what="`taxi_km`")


@taxi_km.mistake("15 euros are what the distance alone costs. Each kilometre takes 1.50 of them: how many are there?")
def not_divided():
    return 15


@taxi_km.mistake(
    "You divided the whole fare by the price of a kilometre. But 4 of the 19 euros were paid for getting in, whatever the "
    "distance."
)
def the_whole_fare():
    return 19 / 1.5


@taxi_km.mistake("The 4 euros are part of the 19. Take them off, instead of adding them once more.")
def added():
    return (19 + 4) / 1.5


@taxi_km.mistake("4 and 1.50 can't be joined to 5.50 a kilometre: the 4 euros are paid once, not for each kilometre.")
def joined():
    return 19 / 5.5


dot_product = Choice(
    correct="d",
    distractors={
        "a": "These are the products, place by place. The dot product is one number: what is done with them at last?",
        "b": "You added all four numbers. Which of them belong to each other, and what is done with such a pair first?",
        "c": "You multiplied the two sums, 5 times 9. The numbers are multiplied place by place first, and added then.",
    },
    hints=["Three cakes at 4 euros and two at 5: what is to be paid?"],
)

matrix_times = Choice(
    correct="c",
    distractors={
        "a": "You went down the columns. Each *row* of the matrix is multiplied with the vector, place by place, and added up.",
        "b": "Each row was added up first. Its numbers belong to the places of the vector: multiply before you add.",
        "d": "A matrix times a vector is a vector again, with one number for each row.",
    },
    hints=["Take the first row and the vector, and form their dot product. Then the second row."],
)

slope = Choice(
    correct="a",
    distractors={
        "b": "9 is how *high* the curve is at 3. How steep is it there?",
        "c": "3 is the height divided by the place, which is the slope of the straight line from the origin. The curve is "
        "steeper there.",
        "d": "2 stands in the derivative, 2x. But a parabola gets steeper as it goes: put the place in for x.",
    },
    hints=["What is the derivative of x²?"],
)


# Chance and data

chance = Choice(
    correct="d",
    distractors={
        "a": "One half is the chance with *one* toss. Each further toss is one more chance for heads.",
        "b": "3/8 is the chance of *exactly* one head. Two and three heads count as well.",
        "c": "1/8 is the chance of no head at all. How does that help you to the answer?",
    },
    hints=["When is there *not* at least one head, and how likely is that?"],
)

base_rate = Choice(
    correct="b",
    distractors={
        "a": "90 % is the share of the ill who get an alarm. The question goes the other way: the share of the alarms that "
        "are of the ill. Who else gets one?",
        "c": "1 % is what was known before the test. The alarm has told something: who is left, once you look only at "
        "people with an alarm?",
        "d": "10 % is how often a healthy person gets an alarm. Count all people with an alarm, and how many of them are ill.",
    },
    hints=["How many of the 1,000 get an alarm, and how many of those are ill?"],
)

p_value = Choice(
    correct="c",
    distractors={
        "a": "This is what one would like to know, and what p does not say: p is worked out *as if* there were no "
        "difference, so it can't tell how likely that is.",
        "b": "How large a difference is does not stand in p at all: a tiny one has a small p when enough people took part.",
        "d": "How often a repetition finds it depends on how large the true difference is, which nobody knows.",
    },
    hints=["Which world is p worked out for: the one with a difference, or the one without?"],
)
