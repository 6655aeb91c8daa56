"""Exercises of 02-python/02-collections."""

import json
from collections import Counter, defaultdict

from autograder.compare import equal, unchanged
from autograder.exercise import Choice, Exercise, Order

PUNCTUATION = ".,;:!?()\"'"
VOCABULARY = "the a my bill bell on phone one refund order wheel arrived late is was never again".split()


def words_of(text):
    """The words of a text, as the lesson defines them: lower case, without punctuation at their ends."""
    return [word for piece in text.lower().split() if (word := piece.strip(PUNCTUATION))]


def pick(rng, options):
    """One of the options, as the plain Python value that it is."""
    return options[int(rng.integers(len(options)))]


def some_text(rng, length):
    """A text of `length` words, some of them in capitals or with punctuation, and the words themselves."""
    chosen = [pick(rng, VOCABULARY) for _ in range(length)]
    dressed = [pick(rng, [word, word.capitalize(), word.upper(), word + ",", f"({word})"]) for word in chosen]
    return " ".join(dressed) + pick(rng, [".", "!", " ?"]), chosen


# Warm-up: what the lesson builds on.

warmup_1 = Choice(
    correct="b",
    distractors={
        "a": "17 is the number of characters. `split()` cuts the text at its spaces, and the loop takes "
        "one word at a time.",
        "c": "It would be 1 if each turn began again at 0. `total = 0` stands before the loop, so every turn "
        "goes on from what the turn before it left.",
    },
    concepts=["loops"],
    hints=["What does the name `word` stand for in the first turn of the loop, and in the second?"],
)

warmup_2 = Choice(
    correct="c",
    distractors={
        "a": "8 is what appears on the screen. Printing shows a value to people; it does not hand it back "
        "to the program.",
        "b": "Nothing turns the number into text and keeps it. Look for the line that hands a value back: "
        "is there one?",
    },
    concepts=["functions"],
    hints=["Which word hands a value back from a function to the line that called it? Is it in this one?"],
)


# 1. Lists

drop_blank = Exercise(
    concepts=["list"],
    minutes=4,
    hints=[
        "Which list do you walk through, and which one do you add to? Keep them apart.",
        "What is left of a text of three spaces after `strip()`? Ask that question of each message.",
        "Put the message itself into the new list, just as it came.",
    ],
)


@drop_blank.test("two blank messages next to each other are both left out, and the given list stays as it was")
def _(answer):
    messages = ["Hello", "", "", "Bye"]
    with unchanged(messages=messages):
        equal(answer(messages), ["Hello", "Bye"])
    equal(answer(["", "", "Late", "", "", "", "Again"]), ["Late", "Again"])


@drop_blank.test("spaces and line ends alone are blank; a message keeps its own spaces")
def _(answer):
    equal(answer(["  ", " Where is it? ", "\n", "\t \n"]), [" Where is it? "])
    equal(answer([]), [])


@drop_blank.test("any number of blanks in any place, and the given list is left as it was", points=2, hidden=True)
def _(answer, rng):
    for _ in range(4):
        kept = [pick(rng, ["Help!", " where?", "late ", "Refund."]) for _ in range(int(rng.integers(2, 6)))]
        messages = list(kept)
        for _ in range(6):
            messages.insert(int(rng.integers(len(messages) + 1)), pick(rng, ["", " ", "\n", "  \n"]))
        with unchanged(messages=messages):
            equal(answer(messages), kept)


@drop_blank.mistake(
    "You take messages out of the list that the loop is walking through. When one goes, the next slides "
    "into its place, and the loop, which only counts positions, steps over it. Where else could the good "
    "messages go?"
)
def removed_while_walking(messages):
    for message in messages:
        if message.strip() == "":
            messages.remove(message)
    return messages


@drop_blank.mistake(
    "The result is right, but the caller's own list has lost its messages as well: the list that you take them "
    "out of *is* the caller's, whatever it is called in your function. What makes a list that nobody else holds?"
)
def second_name(messages):
    kept = messages
    for message in list(messages):
        if message.strip() == "":
            kept.remove(message)
    return kept


@drop_blank.mistake(
    "The caller's list is safe now, but the loop still walks through the very list that shrinks under it, and "
    "steps over what slides into the free place. Copy or not: walk through one list, and change another."
)
def removed_from_the_copy_it_walks(messages):
    kept = messages.copy()
    for message in kept:
        if message.strip() == "":
            kept.remove(message)
    return kept


@drop_blank.mistake(
    "`append` makes the list longer and gives back nothing, that is, `None`. With `kept =` before it, the name "
    "`kept` then stands for that nothing, and your list is lost. Let `append` stand alone."
)
def kept_what_append_gives(messages):
    kept = []
    for message in messages:
        if message.strip() != "":
            kept = kept.append(message)
    return kept


RETURN_INSIDE = (
    "Your function ends too early: a `return` that stands inside the loop ends it in the middle of its work, "
    "and the messages after that are never looked at. How far to the left must `return` stand to wait for the "
    "last turn?"
)


@drop_blank.mistake(RETURN_INSIDE)
def returned_after_the_first(messages):
    for message in messages:
        return [message] if message.strip() != "" else []
    return []


@drop_blank.mistake(RETURN_INSIDE)
def returned_with_the_first_kept(messages):
    for message in messages:
        if message.strip() != "":
            return [message]
    return []


@drop_blank.mistake(
    'You leave out the empty text `""` only. A text of two spaces is not empty, it only looks so. What takes '
    "the white space away before you ask?"
)
def only_the_empty_text(messages):
    return [message for message in messages if message != ""]


@drop_blank.mistake(
    "Spaces are left out, but a message of a tab or a line end gets through. White space is more than the space: "
    "what does `strip` take off when nothing stands between its brackets?"
)
def spaces_only(messages):
    return [message for message in messages if message.strip(" ") != ""]


@drop_blank.mistake(
    'Texts of spaces are left out, but the empty text `""` is still there. (`isspace()` is false for it: it '
    "asks whether there are characters, all of them white space.) Which question has the same answer for both "
    "kinds of blank?"
)
def white_space_but_not_empty(messages):
    return [message for message in messages if not message.isspace()]


@drop_blank.mistake(
    "You keep the stripped text. Stripping is a good way to *ask* whether a message is blank; what the "
    "customer wrote should stay as it was."
)
def kept_the_stripped_text(messages):
    return [message.strip() for message in messages if message.strip() != ""]


@drop_blank.mistake(
    "You kept exactly the blank messages. Read your condition aloud: which messages is it true for, and "
    "what do you do with those?"
)
def condition_turned_round(messages):
    return [message for message in messages if message.strip() == ""]


@drop_blank.also_right
def as_a_comprehension(messages):
    return [message for message in messages if message.strip()]


@drop_blank.also_right
def removed_from_a_copy(messages):
    kept = messages.copy()
    for message in messages:
        if message.isspace() or message == "":
            kept.remove(message)
    return kept


# 2. Dicts

count_words = Exercise(
    concepts=["dict", "counting"],
    minutes=5,
    hints=[
        "When a word comes by for the first time, what stands in the dict for it? And what should stand "
        "there afterwards?",
        "There are two cases: the word is already a key, or it is not yet. `word in counts` tells them apart.",
        "A new word has been seen once. A known word has been seen once more than before.",
    ],
)


@count_words.test("a word that comes once counts 1, one that comes three times counts 3")
def _(answer):
    equal(answer("late again and again and again"), {"late": 1, "again": 3, "and": 2})


@count_words.test("upper case and punctuation make no difference")
def _(answer):
    equal(answer("Refund, please! A refund? REFUND."), {"refund": 3, "please": 1, "a": 1})


@count_words.test("only whole words count: there is no *on* in *phone*")
def _(answer):
    equal(answer("one phone on the one shelf"), {"one": 2, "phone": 1, "on": 1, "the": 1, "shelf": 1})


@count_words.test("the counts of any text, and an empty dict for an empty text", points=2, hidden=True)
def _(answer, rng):
    equal(answer(""), {})
    for length in (1, 20, 60):
        text, chosen = some_text(rng, length)
        equal(answer(text), {word: chosen.count(word) for word in chosen})


@count_words.mistake(
    "Every count is one too low: a word that has come by once stands at 0. But by then you *have* seen it. How often?"
)
def first_time_not_counted(text):
    counts = {}
    for word in words_of(text):
        if word in counts:
            counts[word] = counts[word] + 1
        else:
            counts[word] = 0
    return counts


@count_words.mistake(
    "Every count is one too high: a word stands at 2 when it has come by once. Either a word that was never "
    "seen begins at 1 and then gains one, as with `get(word, 1) + 1`, or a new word is counted twice over. "
    "Follow one new word by hand."
)
def started_at_one(text):
    counts = {}
    for word in words_of(text):
        counts[word] = counts.get(word, 1) + 1
    return counts


@count_words.mistake(
    "All counts are 1: when a known word comes by again, its number is left alone or written over with 1. It "
    "needs its old count *and* one more."
)
def wrote_over(text):
    counts = {}
    for word in words_of(text):
        counts[word] = 1
    return counts


@count_words.mistake(
    "*Refund,* and *refund* are two keys in your dict. `split()` only cuts at white space; `words_of(text)` also "
    "takes care of capitals and punctuation. Which of them should the loop walk through?"
)
def split_only(text):
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


@count_words.mistake(
    "You put everything in lower case, but the punctuation is still there: *refund?* and *refund* are "
    "different keys. `words_of(text)` does both for you."
)
def lower_only(text):
    return dict(Counter(text.lower().split()))


LETTERS = (
    "Your counts are of letters, not of words: *on* is found in *phone* and in *one* as well, which is how "
    "`text.count(word)` works. Add up whole words as they come by in the loop."
)


@count_words.mistake(LETTERS)
def counted_letters(text):
    return {word: text.lower().count(word) for word in words_of(text)}


@count_words.mistake(LETTERS)
def counted_letters_with_capitals(text):
    return {word: text.count(word) for word in words_of(text)}


@count_words.mistake(
    "Python stops with a KeyError: you ask the dict for the count of a word that is not in it yet. That is so "
    "with every word when it comes by for the first time. How can you find out beforehand, and what belongs "
    "there then?"
)
def asked_for_a_new_word(text):
    counts = {}
    for word in words_of(text):
        counts[word] = counts[word] + 1
    return counts


@count_words.mistake(
    "Only the first word is counted: a `return` inside the loop ends the function in its first turn. Our "
    "`return` after the loop is the only one that is needed."
)
def returned_after_the_first(text):
    counts = {}
    for word in words_of(text):
        counts[word] = 1
        return counts
    return counts


@count_words.also_right
def with_get(text):
    counts = {}
    for word in words_of(text):
        counts[word] = counts.get(word, 0) + 1
    return counts


@count_words.also_right
def with_counter(text):
    return Counter(words_of(text))


ids_by_customer = Exercise(
    concepts=["dict", "group-by"],
    minutes=6,
    hints=[
        "It is counting again, with one thing changed: what stands beside each key instead of a number?",
        "What has to be in the dict before you can append the first id of a customer?",
        "Two steps for each ticket: if the customer is no key yet, give them a fresh empty list; then "
        "append, in both cases.",
    ],
)


def some_tickets(rng, number):
    """Tickets whose ids neither rise nor fall."""
    customers = ["Ada", "Bela", "Chen", "Dina"]
    ids = [100 + int(i) for i in rng.permutation(3 * number)[:number]]
    return [{"id": number, "customer": pick(rng, customers), "text": "Help!"} for number in ids]


@ids_by_customer.test("a customer with one ticket gets a list of one")
def _(answer):
    equal(answer([{"id": 7, "customer": "Ada", "text": "Help!"}]), {"Ada": [7]})


@ids_by_customer.test("each customer has their own list, with all of their ids in the order of the tickets", points=2)
def _(answer):
    tickets = [
        {"id": 105, "customer": "Ada", "text": "Where is it?"},
        {"id": 104, "customer": "Bela", "text": "Refund!"},
        {"id": 109, "customer": "Ada", "text": "Found it."},
        {"id": 101, "customer": "Chen", "text": "Thanks."},
        {"id": 102, "customer": "Ada", "text": "Lost it."},
    ]
    equal(answer(tickets), {"Ada": [105, 109, 102], "Bela": [104], "Chen": [101]})


@ids_by_customer.test("any tickets, and an empty dict for no tickets", points=2, hidden=True)
def _(answer, rng):
    equal(answer([]), {})
    tickets = some_tickets(rng, 15)
    names = {ticket["customer"] for ticket in tickets}
    expected = {name: [ticket["id"] for ticket in tickets if ticket["customer"] == name] for name in names}
    equal(answer(tickets), expected)


@ids_by_customer.mistake(
    "All customers share *one* list: what you append for one shows up for all. That comes of a single `[]` "
    "which is handed to every key, by `dict.fromkeys(names, [])` or by a name from before the loop. When should "
    "a new `[]` be made?"
)
def shared_inner_list(tickets):
    groups = dict.fromkeys([ticket["customer"] for ticket in tickets], [])
    for ticket in tickets:
        groups[ticket["customer"]].append(ticket["id"])
    return groups


@ids_by_customer.mistake(
    "Each customer keeps only their last ticket: every time, a new list replaces the one that was there. Make "
    "the list once, and afterwards append to it."
)
def overwritten(tickets):
    groups = {}
    for ticket in tickets:
        groups[ticket["customer"]] = [ticket["id"]]
    return groups


@ids_by_customer.mistake(
    "The first ticket of each customer is lost. When you meet a new customer you make the empty list; but this "
    "ticket, too, has an id that belongs in it."
)
def first_one_lost(tickets):
    groups = {}
    for ticket in tickets:
        if ticket["customer"] in groups:
            groups[ticket["customer"]].append(ticket["id"])
        else:
            groups[ticket["customer"]] = []
    return groups


@ids_by_customer.mistake(
    "Your lists hold whole tickets. The person at the desk only wants the ids: pick that one value out of "
    "the ticket before you append."
)
def whole_tickets(tickets):
    groups = {}
    for ticket in tickets:
        groups.setdefault(ticket["customer"], []).append(ticket)
    return groups


@ids_by_customer.mistake(
    "Your dict holds how many tickets each customer has. That is counting; here the ids themselves are "
    "wanted, so a list must stand where your number stands."
)
def counted_instead(tickets):
    return dict(Counter(ticket["customer"] for ticket in tickets))


@ids_by_customer.mistake(
    "Each customer has their first ticket, and no other. What happens in your loop when a customer comes by who "
    "is a key already?"
)
def only_the_first(tickets):
    groups = {}
    for ticket in tickets:
        groups.setdefault(ticket["customer"], [ticket["id"]])
    return groups


@ids_by_customer.mistake(
    "Beside each customer stands a single id instead of a list. An id put there replaces the one before it; a "
    "list can hold them all. What has to stand there before you can append?"
)
def bare_id(tickets):
    return {ticket["customer"]: ticket["id"] for ticket in tickets}


@ids_by_customer.mistake(
    "Python stops with a KeyError: you ask for the list of a customer who is not in the dict yet. That is so "
    "with every customer when they come by for the first time. What can you put there then?"
)
def asked_for_a_new_customer(tickets):
    groups = {}
    for ticket in tickets:
        groups[ticket["customer"]].append(ticket["id"])
    return groups


@ids_by_customer.mistake(
    "`append` makes a list longer and gives back nothing, that is, `None`; and you put what it gives back "
    "beside the customer. Let `append` stand alone: the list is in the dict already."
)
def kept_what_append_gives(tickets):
    groups = {}
    for ticket in tickets:
        groups[ticket["customer"]] = groups.get(ticket["customer"], []).append(ticket["id"])
    return groups


@ids_by_customer.mistake(
    "Only the first ticket is looked at: a `return` inside the loop ends the function in its first turn. Our "
    "`return` at the end is the only one that is needed."
)
def returned_after_the_first(tickets):
    for ticket in tickets:
        return {ticket["customer"]: [ticket["id"]]}
    return {}


@ids_by_customer.mistake(
    "Your lists go from the smallest id to the largest. They should keep the order of `tickets`, where a larger "
    "number may well stand first; appending alone does that."
)
def ids_in_rising_order(tickets):
    groups = {}
    for ticket in sorted(tickets, key=lambda ticket: ticket["id"]):
        groups.setdefault(ticket["customer"], []).append(ticket["id"])
    return groups


@ids_by_customer.mistake(
    "Beside each customer stands a set. A set has no order, and the ids were to come in the order of `tickets`: "
    "that takes a list."
)
def sets_of_ids(tickets):
    groups = {}
    for ticket in tickets:
        groups.setdefault(ticket["customer"], set()).add(ticket["id"])
    return groups


@ids_by_customer.also_right
def with_setdefault(tickets):
    groups = {}
    for ticket in tickets:
        groups.setdefault(ticket["customer"], []).append(ticket["id"])
    return groups


@ids_by_customer.also_right
def with_defaultdict(tickets):
    groups = defaultdict(list)
    for ticket in tickets:
        groups[ticket["customer"]].append(ticket["id"])
    return groups


@ids_by_customer.also_right
def with_longer_lists(tickets):
    groups = {}
    for ticket in tickets:
        groups[ticket["customer"]] = groups.get(ticket["customer"], []) + [ticket["id"]]
    return groups


# 3. Sets

find_tagged = Exercise(
    concepts=["set"],
    minutes=5,
    hints=[
        "Say it in words first: *every* wanted tag is among the ticket's tags, and *no* unwanted tag is. "
        "Which set sign fits each half?",
        "`a <= b` is true when everything in a is also in b. Which of the two sets may be the larger one here?",
        "What is `tags & unwanted` when the ticket carries none of the unwanted tags?",
    ],
)


@find_tagged.test("a ticket must carry all the wanted tags; it may carry others too")
def _(answer):
    tickets = [
        {"id": 1, "tags": {"bill", "refund", "angry"}},
        {"id": 2, "tags": {"refund"}},
        {"id": 3, "tags": {"bill", "refund"}},
        {"id": 4, "tags": {"bike"}},
    ]
    equal(answer(tickets, {"bill", "refund"}, set()), [1, 3])


@find_tagged.test("one unwanted tag is enough to leave a ticket out")
def _(answer):
    tickets = [
        {"id": 8, "tags": {"refund", "spam"}},
        {"id": 6, "tags": {"refund"}},
        {"id": 7, "tags": {"refund", "spam", "test"}},
        {"id": 5, "tags": {"refund", "bike"}},
    ]
    equal(answer(tickets, {"refund"}, {"spam", "test"}), [6, 5])


@find_tagged.test("nothing wanted and nothing unwanted finds every ticket; a tag in both sets finds none")
def _(answer):
    tickets = [{"id": 2, "tags": set()}, {"id": 1, "tags": {"bike"}}]
    equal(answer(tickets, set(), set()), [2, 1])
    equal(answer(tickets, {"bike"}, {"bike"}), [])


@find_tagged.test("any tags, and the tickets are left as they were", points=2, hidden=True)
def _(answer, rng):
    tags = ["bill", "refund", "bike", "spam", "angry", "late"]
    for wanted_number, unwanted_number in [(1, 1), (2, 1), (1, 2), (0, 2)]:
        tickets = [{"id": 200 - i, "tags": {tag for tag in tags if rng.random() < 0.5}} for i in range(20)]
        shuffled = [tags[int(i)] for i in rng.permutation(len(tags))]
        wanted = set(shuffled[:wanted_number])
        unwanted = set(shuffled[wanted_number : wanted_number + unwanted_number])
        expected = []
        for ticket in tickets:
            if all(tag in ticket["tags"] for tag in wanted) and not any(tag in ticket["tags"] for tag in unwanted):
                expected.append(ticket["id"])
        with unchanged(tickets=tickets):
            equal(answer(tickets, wanted, unwanted), expected)


@find_tagged.mistake(
    "You accept a ticket that carries *some* of the wanted tags: `tags & wanted` is non-empty as soon as "
    "one is shared. Which sign asks whether *all* of them are there?"
)
def some_instead_of_all(tickets, wanted, unwanted):
    return [ticket["id"] for ticket in tickets if ticket["tags"] & wanted and not ticket["tags"] & unwanted]


@find_tagged.mistake(
    "You ask for tags that are *equal* to the wanted ones. A ticket with one tag more is then left out, "
    "though it has everything that was asked for."
)
def equal_tags(tickets, wanted, unwanted):
    return [ticket["id"] for ticket in tickets if ticket["tags"] == wanted and not ticket["tags"] & unwanted]


@find_tagged.mistake(
    "`tags <= wanted` asks whether all the *ticket's* tags are wanted. Turn it round in words: which set "
    "must be contained in which?"
)
def wrong_way_round(tickets, wanted, unwanted):
    return [ticket["id"] for ticket in tickets if ticket["tags"] <= wanted and not ticket["tags"] & unwanted]


@find_tagged.mistake(
    "You leave a ticket out only when it carries *all* the unwanted tags. One of them should be enough: "
    "what does the intersection of its tags with `unwanted` tell you?"
)
def all_unwanted_needed(tickets, wanted, unwanted):
    return [ticket["id"] for ticket in tickets if wanted <= ticket["tags"] and not unwanted <= ticket["tags"]]


@find_tagged.mistake(
    "Tickets with an unwanted tag are still found: `unwanted` has no effect in your condition. (Asking "
    "`unwanted in …` has none, since it asks whether the whole set is *one element*.) What do the ticket's tags "
    "and `unwanted` share when all is well?"
)
def unwanted_forgotten(tickets, wanted, unwanted):
    return [ticket["id"] for ticket in tickets if wanted <= ticket["tags"]]


@find_tagged.mistake(
    "You take the unwanted tags off, and then look for the wanted ones among the rest. That takes the tag out "
    "of the set, but not the ticket out of the result: a ticket that carried one is still found. Ask whether it "
    "carries any."
)
def unwanted_taken_off(tickets, wanted, unwanted):
    return [ticket["id"] for ticket in tickets if wanted <= ticket["tags"] - unwanted]


@find_tagged.mistake(
    "No ticket is ever found. Two conditions that look right are never true: `wanted in …` asks whether the "
    "whole set is *one element* of the tags, and `… == {}` compares a set with an empty *dict*. How do you ask "
    "whether a set is contained, or empty?"
)
def never_true(tickets, wanted, unwanted):
    return []


@find_tagged.mistake(
    "You keep just those tickets that share a tag with `unwanted`. That half of your condition is true for the "
    "wrong ones; which little word turns it round?"
)
def unwanted_turned_round(tickets, wanted, unwanted):
    return [ticket["id"] for ticket in tickets if wanted <= ticket["tags"] and ticket["tags"] & unwanted]


TAGS_RETURN_INSIDE = (
    "Your function ends before it has seen every ticket: a `return` stands inside the loop. How far to the left "
    "must it stand to wait for the last turn?"
)


@find_tagged.mistake(TAGS_RETURN_INSIDE)
def returned_after_the_first(tickets, wanted, unwanted):
    for ticket in tickets:
        return [ticket["id"]] if wanted <= ticket["tags"] and not ticket["tags"] & unwanted else []


@find_tagged.mistake(TAGS_RETURN_INSIDE)
def returned_with_the_first_found(tickets, wanted, unwanted):
    for ticket in tickets:
        if wanted <= ticket["tags"] and not ticket["tags"] & unwanted:
            return [ticket["id"]]


@find_tagged.mistake(
    "`<` asks for *fewer* tags than the ticket has, so a ticket with exactly the wanted ones is refused. "
    "The sign with the line under it lets the two sets be the same."
)
def strictly_contained(tickets, wanted, unwanted):
    return [ticket["id"] for ticket in tickets if wanted < ticket["tags"] and not ticket["tags"] & unwanted]


@find_tagged.also_right
def with_methods(tickets, wanted, unwanted):
    found = []
    for ticket in tickets:
        if ticket["tags"].issuperset(wanted) and ticket["tags"].isdisjoint(unwanted):
            found.append(ticket["id"])
    return found


@find_tagged.also_right
def with_differences(tickets, wanted, unwanted):
    return [t["id"] for t in tickets if len(wanted - t["tags"]) == 0 and t["tags"] - unwanted == t["tags"]]


# 4. Comprehensions and sorting

unfolded = Order(
    ["c", "e", "a", "d", "b"],
    because={
        ("c", "e"): "The empty list must be there before the loop. Made inside it, it would be empty in every turn.",
        ("e", "a"): "The condition asks about `ticket`, a name that the `for` line gives. So `for` comes first.",
        ("a", "d"): "The append must wait for the `if`, or every ticket gets in, urgent or not.",
        ("d", "b"): "You print before anything has been put in. The result is complete when the loop is over.",
    },
    concepts=["comprehension"],
    minutes=3,
    hints=[
        "Which part of the comprehension needs a name that another part gives?",
        "What must exist before anything can be appended to it?",
    ],
    points=2,
)


call_list = Exercise(
    concepts=["sorting", "comprehension"],
    minutes=6,
    hints=[
        "What would you compare first if you sorted the tickets by hand, and what only when the first is equal?",
        "A tuple is compared part by part. Write a function that gives each ticket a tuple, and let "
        "`sorted` use it as `key`.",
        "One part should run downwards, the other upwards. What does a minus sign do to the order of numbers?",
    ],
)


def urgent_tickets(rng, number):
    """Tickets in no order, with many ties: two of each urgency and day at least are likely."""
    tickets = []
    for i in rng.permutation(number):
        day = f"2026-{int(rng.integers(9, 12)):02d}-{int(rng.integers(8, 12)):02d}"
        tickets.append({"id": 300 + int(i), "urgency": int(rng.integers(1, 4)), "opened": day})
    return tickets


@call_list.test("the most urgent come first")
def _(answer):
    tickets = [
        {"id": 1, "urgency": 2, "opened": "2026-03-01"},
        {"id": 3, "urgency": 1, "opened": "2026-03-05"},
        {"id": 2, "urgency": 3, "opened": "2026-03-05"},
    ]
    equal(answer(tickets), [2, 1, 3])


@call_list.test("among equally urgent ones, whoever has waited longest comes first")
def _(answer):
    tickets = [
        {"id": 1, "urgency": 2, "opened": "2026-03-09"},
        {"id": 2, "urgency": 3, "opened": "2026-03-11"},
        {"id": 3, "urgency": 2, "opened": "2025-12-24"},
        {"id": 4, "urgency": 3, "opened": "2026-03-10"},
        {"id": 5, "urgency": 2, "opened": "2026-03-10"},
    ]
    equal(answer(tickets), [4, 2, 3, 1, 5])


@call_list.test("tickets of the same urgency and the same day keep the order in which they were given")
def _(answer):
    tickets = [
        {"id": 8, "urgency": 2, "opened": "2026-03-09"},
        {"id": 3, "urgency": 2, "opened": "2026-03-09"},
        {"id": 6, "urgency": 3, "opened": "2026-03-10"},
        {"id": 5, "urgency": 2, "opened": "2026-03-09"},
        {"id": 4, "urgency": 3, "opened": "2026-03-10"},
    ]
    equal(answer(tickets), [6, 4, 8, 3, 5])


@call_list.test("no ticket or a single one will do, and the list of tickets is left as it was")
def _(answer):
    equal(answer([]), [])
    equal(answer([{"id": 7, "urgency": 1, "opened": "2026-03-09"}]), [7])
    tickets = [{"id": 1, "urgency": 1, "opened": "2026-03-09"}, {"id": 2, "urgency": 2, "opened": "2026-03-11"}]
    with unchanged(tickets=tickets):
        equal(answer(tickets), [2, 1])


@call_list.test("any tickets, many of them alike", points=2, hidden=True)
def _(answer, rng):
    for number in (6, 30):
        tickets = urgent_tickets(rng, number)
        expected = []
        for urgency in (3, 2, 1):
            days = sorted({ticket["opened"] for ticket in tickets})
            for day in days:
                expected += [t["id"] for t in tickets if t["urgency"] == urgency and t["opened"] == day]
        equal(answer(tickets), expected)


@call_list.mistake(
    "`tickets.sort(...)` puts the list in order on the spot and returns None, so there is nothing to hand "
    "back. And the list it reorders belongs to the caller. Which function *returns* a new sorted list?"
)
def sort_returns_none(tickets):
    return tickets.sort(key=lambda ticket: (-ticket["urgency"], ticket["opened"]))


@call_list.mistake(
    "`tickets.sort(...)` puts the caller's own list in order and gives back None, and None is nothing that a "
    "loop could walk through. Which function *returns* a new sorted list?"
)
def walked_through_none(tickets):
    ordered = tickets.sort(key=lambda ticket: (-ticket["urgency"], ticket["opened"]))
    return [ticket["id"] for ticket in ordered]


@call_list.mistake(
    "The ids are right, but the caller's list is in another order now. `sort` works on the list it is "
    "given; `sorted` leaves it alone."
)
def sorted_in_place(tickets):
    tickets.sort(key=lambda ticket: (-ticket["urgency"], ticket["opened"]))
    return [ticket["id"] for ticket in tickets]


@call_list.mistake(
    "`reverse=True` turns the *whole* order round, dates too: among equally urgent tickets the newest now "
    "comes first. You want to turn round only one part of the key."
)
def everything_reversed(tickets):
    ordered = sorted(tickets, key=lambda ticket: (ticket["urgency"], ticket["opened"]), reverse=True)
    return [ticket["id"] for ticket in ordered]


@call_list.mistake(
    "You turn the finished list round, and with it everything: the dates, so that the newest comes first, and "
    "even tickets that are quite alike, which should keep their order. You want to turn round only one part of "
    "the key."
)
def turned_round_afterwards(tickets):
    ordered = sorted(tickets, key=lambda ticket: (ticket["urgency"], ticket["opened"]))[::-1]
    return [ticket["id"] for ticket in ordered]


@call_list.mistake(
    "Where urgency and day are the same, your list goes by the id. Then the order of `tickets` should stay, and "
    "Python's sort sees to that by itself: nothing else needs to be in the key."
)
def id_as_a_third_part(tickets):
    ordered = sorted(tickets, key=lambda ticket: (-ticket["urgency"], ticket["opened"], ticket["id"]))
    return [ticket["id"] for ticket in ordered]


@call_list.mistake(
    "Python stops as soon as there are two tickets to compare: one dict is neither smaller nor larger than "
    "another. `sorted` must be told what to look at."
)
def no_key(tickets):
    return [ticket["id"] for ticket in sorted(tickets)]


@call_list.mistake(
    "Python stops with a TypeError even when there are no tickets, so it does not come to sorting at all. Hand "
    "the function over as `key=…`: with that name before it, and without brackets after it, since `sorted` "
    "itself will call it for each ticket."
)
def key_called_at_once(tickets):
    def urgency_and_day(ticket):
        return (-ticket["urgency"], ticket["opened"])

    return [ticket["id"] for ticket in sorted(tickets, key=urgency_and_day(tickets))]


@call_list.mistake(
    "Python stops with a TypeError at the first ticket, while it works out the key. A minus sign, for one, "
    "turns numbers round, but not a text such as a date. Which of the two parts runs upwards, and needs no "
    "sign?"
)
def minus_before_a_text(tickets):
    return [ticket["id"] for ticket in sorted(tickets, key=lambda ticket: (ticket["urgency"], -ticket["opened"]))]


@call_list.mistake(
    "The least urgent come first. Sorting runs from small to large; how can a large urgency be made to look small?"
)
def least_urgent_first(tickets):
    ordered = sorted(tickets, key=lambda ticket: (ticket["urgency"], ticket["opened"]))
    return [ticket["id"] for ticket in ordered]


@call_list.mistake(
    "The date decides first here, and the urgency only among tickets of the same day, so an old trifle comes "
    "before today's emergency. In a tuple the part that decides stands *first*; of two sorts, one after the "
    "other, the *last* one decides."
)
def date_before_urgency(tickets):
    ordered = sorted(tickets, key=lambda ticket: (ticket["opened"], -ticket["urgency"]))
    return [ticket["id"] for ticket in ordered]


@call_list.mistake(
    "Your list goes by the date alone: the oldest ticket comes first, however small its trouble is. The urgency "
    "has the first word."
)
def date_alone(tickets):
    return [ticket["id"] for ticket in sorted(tickets, key=lambda ticket: ticket["opened"])]


@call_list.mistake(
    "Equally urgent tickets stay in the order they came in the list, not in the order they were opened. "
    "The date has no say yet."
)
def urgency_only(tickets):
    return [ticket["id"] for ticket in sorted(tickets, key=lambda ticket: -ticket["urgency"])]


@call_list.mistake(
    "The order is right, but you return whole tickets. The person at the phone wants the list of their ids."
)
def tickets_instead_of_ids(tickets):
    return sorted(tickets, key=lambda ticket: (-ticket["urgency"], ticket["opened"]))


@call_list.also_right
def sorted_twice(tickets):
    ordered = sorted(tickets, key=lambda ticket: ticket["opened"])
    ordered = sorted(ordered, key=lambda ticket: ticket["urgency"], reverse=True)
    return [ticket["id"] for ticket in ordered]


@call_list.also_right
def one_urgency_after_the_other(tickets):
    ids = []
    for urgency in sorted({ticket["urgency"] for ticket in tickets}, reverse=True):
        group = [ticket for ticket in tickets if ticket["urgency"] == urgency]
        group.sort(key=lambda ticket: ticket["opened"])
        ids.extend(ticket["id"] for ticket in group)
    return ids


# 5. Files and nested data

waiting = Exercise(
    concepts=["nested data", "dict"],
    minutes=7,
    hints=[
        'Take one line and unpack it by hand: what do `json.loads(line)`, then `["messages"]`, then the '
        "last of those give you?",
        "Three questions decide about a line: is it blank, is the ticket open, and who wrote last? Skip "
        "the blank ones first.",
        "A list without elements has no last one. `len(messages) > 0`, or simply `if messages`, asks before you look.",
    ],
)


def a_line(number, name, status, senders):
    """A ticket as one line of JSON, as it comes out of a file: with its line end."""
    messages = [{"from": sender, "text": f"message {i}"} for i, sender in enumerate(senders)]
    ticket = {"id": number, "customer": {"name": name, "city": "Leeds"}, "status": status, "messages": messages}
    return json.dumps(ticket) + "\n"


@waiting.test("the customer who wrote last is waiting; the one who was answered is not")
def _(answer):
    lines = [
        a_line(11, "Ada", "open", ["customer", "desk", "customer"]),
        a_line(12, "Bela", "open", ["customer", "desk"]),
        a_line(13, "Chen", "open", ["desk", "customer"]),
        a_line(14, "Dina", "open", ["customer", "customer", "desk", "desk"]),
    ]
    equal(answer(lines), {11: "Ada", 13: "Chen"})


@waiting.test("a closed ticket keeps nobody waiting, whoever wrote last")
def _(answer):
    equal(answer([a_line(21, "Ada", "closed", ["customer"]), a_line(22, "Bela", "open", ["customer"])]), {22: "Bela"})


@waiting.test("blank lines are skipped, and so is a ticket without messages")
def _(answer):
    equal(answer([]), {})
    lines = ["\n", a_line(31, "Ada", "open", []), a_line(32, "Bela", "open", ["customer"]), "  \n", ""]
    equal(answer(lines), {32: "Bela"})


@waiting.test("any lines", points=2, hidden=True)
def _(answer, rng):
    lines, expected = ["\n"], {}
    for number in rng.permutation(25):
        name, status = pick(rng, ["Ada", "Bela", "Chen", "Dina"]), pick(rng, ["open", "open", "closed"])
        senders = [pick(rng, ["customer", "desk"]) for _ in range(int(rng.integers(0, 5)))]
        lines.append(a_line(400 + int(number), name, status, senders))
        if status == "open" and senders and senders[-1] == "customer":
            expected[400 + int(number)] = name
    lines.append("\n")
    equal(answer(lines), expected)


def _waiting(lines, is_waiting):
    tickets = [json.loads(line) for line in lines if line.strip()]
    return {ticket["id"]: ticket["customer"]["name"] for ticket in tickets if is_waiting(ticket)}


def right_waiting(lines):
    return _waiting(
        lines, lambda t: t["status"] == "open" and t["messages"] and t["messages"][-1]["from"] == "customer"
    )


@waiting.mistake(
    "You look at the first message. The first one of a ticket comes from the customer nearly always; who "
    "is waiting shows in the *last* one."
)
def first_message(lines):
    return _waiting(lines, lambda t: t["status"] == "open" and t["messages"] and t["messages"][0]["from"] == "customer")


@waiting.mistake(
    "You accept a ticket when *any* of its messages is from the customer. Somebody may have answered "
    "since: only the last message counts."
)
def any_message(lines):
    return _waiting(lines, lambda t: t["status"] == "open" and any(m["from"] == "customer" for m in t["messages"]))


@waiting.mistake(
    "A closed ticket is among your results. The customer may have written the last word, often a *thank "
    "you*, but the matter is settled: ask for the status too."
)
def status_forgotten(lines):
    return _waiting(lines, lambda t: t["messages"] and t["messages"][-1]["from"] == "customer")


FIRST_WAITING = (
    "Your loop stops with the first waiting ticket: the `return` stands inside it. Let it come after the "
    "loop, when all lines have been read."
)


@waiting.mistake(FIRST_WAITING)
def returned_with_the_first_waiting(lines):
    for number, name in right_waiting(lines).items():
        return {number: name}


@waiting.mistake(FIRST_WAITING)
def returned_with_the_first_waiting_and_at_the_end(lines):
    return returned_with_the_first_waiting(lines) or {}


@waiting.mistake(
    "A blank line gets through to `json.loads`, which finds nothing to read in it and stops. Read from a file, "
    'a line that looks empty still holds its line end, `"\\n"`, so that comparing it with `""` does not catch '
    "it. What takes white space off the ends of a text?"
)
def line_end_forgotten(lines):
    found = {}
    for line in lines:
        if line != "":
            ticket = json.loads(line)
            if ticket["status"] == "open" and ticket["messages"] and ticket["messages"][-1]["from"] == "customer":
                found[ticket["id"]] = ticket["customer"]["name"]
    return found


@waiting.mistake(
    "A ticket without messages stops you with an IndexError: an empty list has no last element. Ask first "
    "whether there is any."
)
def empty_list_forgotten(lines):
    return _waiting(lines, lambda t: t["status"] == "open" and t["messages"][-1]["from"] == "customer")


@waiting.mistake(
    "The value beside each id should be the customer's name, but you hand over the whole inner dict. One "
    "more step with square brackets leads to the name."
)
def whole_customer(lines):
    found = {}
    for line in lines:
        if line.strip():
            ticket = json.loads(line)
            if ticket["status"] == "open" and ticket["messages"] and ticket["messages"][-1]["from"] == "customer":
                found[ticket["id"]] = ticket["customer"]
    return found


@waiting.mistake(
    "You count from the front to find the last message, and land one too early: the positions begin at 0, "
    "so the last one is `len(messages) - 1`, which can also be written in a shorter way."
)
def last_but_one(lines):
    return _waiting(
        lines,
        lambda t: (
            t["status"] == "open" and t["messages"] and t["messages"][len(t["messages"]) - 2]["from"] == "customer"
        ),
    )


WAITING_RETURN_INSIDE = (
    "Your function ends with the first line or ticket: a `return` stands inside the loop, and what comes after "
    "it is never read. Let it come after the loop."
)


@waiting.mistake(WAITING_RETURN_INSIDE)
def returned_after_the_first_line(lines):
    for line in lines:
        return right_waiting([line])


@waiting.mistake(WAITING_RETURN_INSIDE)
def returned_after_the_first_line_and_at_the_end(lines):
    return returned_after_the_first_line(lines) or {}


@waiting.mistake(WAITING_RETURN_INSIDE)
def returned_after_the_first_ticket(lines):
    for line in lines:
        if line.strip():
            return right_waiting([line])


@waiting.mistake(WAITING_RETURN_INSIDE)
def returned_after_the_first_ticket_and_at_the_end(lines):
    return returned_after_the_first_ticket(lines) or {}


@waiting.mistake(
    "Your answer is the same whatever lines it is given: that of the file `tickets.jsonl`. Whoever calls "
    "`waiting` opens the file and hands the lines over; walk through `lines`, and the function works for any "
    "file."
)
def always_the_same_file(lines):
    return {201: "Ada"}


@waiting.mistake(
    "Python stops with a TypeError before it has read a single line. `lines` is neither a file's name, to be "
    "opened, nor one ticket, to be unpacked: it is many lines. What brings you one of them after the other?"
)
def lines_taken_for_one_thing(lines):
    return {ticket["id"]: ticket["customer"]["name"] for ticket in json.loads(lines)}


@waiting.mistake(
    "Python stops with a TypeError: the thing before some square brackets is not what you take it for. A line "
    "is text until `json.loads` has turned it into a dict, and `messages` is a list, which must give you one "
    'element before you can ask for `"from"`.'
)
def line_taken_for_a_dict(lines):
    return {line["id"]: line["customer"]["name"] for line in lines if line["status"] == "open"}


@waiting.mistake(
    "Your dict leads from the customer's name to the id. It was to be the other way round: one customer may "
    "wait on two tickets, and a name can be a key only once."
)
def from_name_to_id(lines):
    return {name: number for number, name in right_waiting(lines).items()}


@waiting.also_right
def with_continue(lines):
    found = {}
    for line in lines:
        if not line.strip():
            continue
        ticket = json.loads(line)
        messages = ticket["messages"]
        if ticket["status"] != "open" or len(messages) == 0:
            continue
        last = messages[len(messages) - 1]
        if last["from"] == "customer":
            found[ticket["id"]] = ticket["customer"]["name"]
    return found


@waiting.also_right
def with_a_slice(lines):
    return _waiting(lines, lambda t: t["status"] == "open" and [m["from"] for m in t["messages"][-1:]] == ["customer"])


# Challenge

inverted_index = Exercise(
    concepts=["inverted index", "dict", "set"],
    minutes=14,
    names=["build_index", "search"],
    value=True,
    seconds=2,
    hints=[
        "Do it on paper first: take three short messages and write, beside each word, the ids it occurs "
        "in. Which earlier exercise is this?",
        "Grouping again: for each id and each of its words, that word's set must gain the id. A new word "
        "needs its own empty set first.",
        "For a query of two words you hold two sets of ids. Which set sign keeps the ids that are in both?",
        "What should `search` use for a word that the index does not hold? An empty set says it well: no "
        "message has that word.",
    ],
)


def right_index(texts):
    index = {}
    for number, text in texts.items():
        for word in words_of(text):
            index.setdefault(word, set()).add(number)
    return index


def right_search(index, query):
    asked = words_of(query)
    if not asked:
        return []
    return sorted(set.intersection(*[index.get(word, set()) for word in asked]))


@inverted_index.test("the index holds, for each word, the set of ids of the texts with that word")
def _(answer):
    equal(answer.build_index({7: "never"}), {"never": {7}}, what="The index of one text")
    index = answer.build_index({5: "late late again", 2: "never late"})
    equal(index, {"late": {5, 2}, "again": {5}, "never": {2}}, what="The index")
    equal(answer.build_index({}), {}, what="The index of no texts")


@inverted_index.test("the index does not care about capitals and punctuation")
def _(answer):
    equal(answer.build_index({1: "Refund!", 2: "(refund), REFUND ?"}), {"refund": {1, 2}}, what="The index")


@inverted_index.test("a search finds the texts with all the words of the query, sorted by id", points=2)
def _(answer):
    index = {"bell": {907, 408, 33, 64}, "broken": {907, 33, 64}, "refund": {907, 12, 33}, "refunded": {408}}
    equal(answer.search(index, "bell"), [33, 64, 408, 907], what='The search for "bell"')
    equal(answer.search(index, "broken refund"), [33, 907], what='The search for "broken refund"')
    equal(answer.search(index, "BELL Refund"), [33, 907], what='The search for "BELL Refund"')
    equal(answer.search(index, "refund, bell!"), [33, 907], what='The search for "refund, bell!"')


@inverted_index.test("a word that no text holds, or a query without words, finds nothing")
def _(answer):
    index = {"bell": {907, 33}, "broken": {907}}
    equal(answer.search(index, "bell saddle"), [], what='The search for "bell saddle"')
    equal(answer.search(index, "saddle"), [], what='The search for "saddle"')
    equal(answer.search(index, ""), [], what="The search for nothing")
    equal(answer.search(index, "?!"), [], what='The search for "?!"')


@inverted_index.test("searching leaves the index as it was")
def _(answer):
    index = {"bell": {907, 33, 12}, "broken": {907, 5}}
    with unchanged(index=index):
        equal(answer.search(index, "bell broken"), [907], what='The search for "bell broken"')
        equal(answer.search(index, "saddle"), [], what='The search for "saddle"')


@inverted_index.test("the index of 2,000 messages is made by reading each of them once")
def _(answer):
    texts = {number: " ".join(f"part{number * k % 5003}" for k in range(1, 7)) for number in range(1, 2001)}
    # Once takes milliseconds. Once for each of the words takes a thousand times as long: whoever does that is stopped.
    index, expected = answer.build_index(texts), right_index(texts)
    if index != expected:
        equal(index, expected, what="The index")


@inverted_index.test("40 queries over 60 messages find what reading every message finds", points=2, hidden=True)
def _(answer, rng):
    texts, held = {}, {}
    for number in rng.permutation(900)[:60]:
        texts[int(number)], chosen = some_text(rng, int(rng.integers(2, 9)))
        held[int(number)] = set(chosen)
    index = answer.build_index(texts)
    equal(index, right_index(texts), what="The index")
    for _ in range(40):
        query, asked = some_text(rng, int(rng.integers(1, 4)))
        expected = sorted(number for number in held if held[number].issuperset(asked))
        equal(answer.search(right_index(texts), query), expected, what=f'The search for "{query}"')


@inverted_index.mistake(
    "Your search finds texts with *any* of the words: you join the sets. The customer said *broken* "
    "**and** *refund*. Which sign keeps only what both sets hold?"
)
def any_word():
    def search(index, query):
        found = set()
        for word in words_of(query):
            found = found | index.get(word, set())
        return sorted(found)

    return {"build_index": right_index, "search": search}


@inverted_index.mistake(
    "Beside each word only the last text is left: `index[word] = {number}` replaces the set that was "
    "there. Make the set once, then add to it."
)
def index_overwritten():
    def build_index(texts):
        return {word: {number} for number, text in texts.items() for word in words_of(text)}

    return {"build_index": build_index, "search": right_search}


@inverted_index.mistake(
    "All of it is right, and slow, as it is when *all* the texts are read again for each word of the index. "
    "With 1,000 texts and 1,000 words that is a million readings. When you read a text, which words' sets can "
    "you fill on the spot?"
)
def texts_read_for_each_word():
    def build_index(texts):
        vocabulary = {word for text in texts.values() for word in words_of(text)}
        return {word: {number for number, text in texts.items() if word in words_of(text)} for word in vocabulary}

    return {"build_index": build_index, "search": right_search}


@inverted_index.mistake(
    "Python stops with an AttributeError when `build_index` begins: a number has no words in it. A loop over a "
    "dict walks through its *keys*, here the ids. What brings you both, each id and its text?"
)
def walked_through_the_ids():
    def build_index(texts):
        index = {}
        for text in texts:
            for word in words_of(text):
                index.setdefault(word, set()).add(text)
        return index

    return {"build_index": build_index, "search": right_search}


@inverted_index.mistake(
    "`build_index` stops with a KeyError: it asks for the set of a word that is not in the index yet. That is "
    "so with every word when it comes by for the first time. What must be there before you can add?"
)
def asked_for_a_new_word():
    def build_index(texts):
        index = {}
        for number, text in texts.items():
            for word in words_of(text):
                index[word].add(number)
        return index

    return {"build_index": build_index, "search": right_search}


@inverted_index.mistake(
    "`add` makes a set larger and gives back nothing, that is, `None`; and you put what it gives back into the "
    "index. Let `add` stand alone: the set is in the dict already."
)
def kept_what_add_gives():
    def build_index(texts):
        index = {}
        for number, text in texts.items():
            for word in words_of(text):
                index[word] = index.get(word, set()).add(number)
        return index

    return {"build_index": build_index, "search": right_search}


@inverted_index.mistake(
    "Your index holds lists, and a word that comes twice in one text puts its id there twice. Which kind of "
    "collection holds each thing once, whatever you add?"
)
def lists_in_the_index():
    def build_index(texts):
        index = {}
        for number, text in texts.items():
            for word in words_of(text):
                index.setdefault(word, []).append(number)
        return index

    return {"build_index": build_index, "search": right_search}


@inverted_index.mistake(
    "Only the first text is in the index: a `return` inside the loop ends `build_index` before it comes to the "
    "second. Let it wait until all texts have been read."
)
def returned_after_the_first_text():
    def build_index(texts):
        return right_index(dict(list(texts.items())[:1]))

    return {"build_index": build_index, "search": right_search}


@inverted_index.mistake(
    "The keys of your index are in lower case, but the punctuation is still on them: *refund!* and *refund* "
    "stand in two places. Which function of this lesson does both?"
)
def index_in_lower_case_only():
    def build_index(texts):
        index = {}
        for number, text in texts.items():
            for word in text.lower().split():
                index.setdefault(word, set()).add(number)
        return index

    return {"build_index": build_index, "search": right_search}


@inverted_index.mistake(
    "Your index still has capitals and punctuation in its keys, so *Refund!* and *refund* stand in two "
    "places. Which function of this lesson cleans words up?"
)
def index_of_raw_words():
    def build_index(texts):
        index = {}
        for number, text in texts.items():
            for word in text.split():
                index.setdefault(word, set()).add(number)
        return index

    return {"build_index": build_index, "search": right_search}


@inverted_index.mistake(
    "The capitals of the query are dealt with, its punctuation is not: somebody types *refund,* and no key ends "
    "with a comma. What you did to the texts must be done to the query too."
)
def query_in_lower_case_only():
    def search(index, query):
        asked = query.lower().split()
        if not asked:
            return []
        return sorted(set.intersection(*[index.get(word, set()) for word in asked]))

    return {"build_index": right_index, "search": search}


@inverted_index.mistake(
    "The index is clean, but the query is not: somebody types *BELL* or *Refund,* and no key looks like that. What "
    "you did to the texts must be done to the query too."
)
def query_not_cleaned():
    def search(index, query):
        asked = query.split()
        if not asked:
            return []
        return sorted(set.intersection(*[index.get(word, set()) for word in asked]))

    return {"build_index": right_index, "search": search}


@inverted_index.mistake(
    "A search for *refund* also brings *refunded*: you look for letters inside the keys. That costs a walk "
    "through the whole index, and finds too much; a dict takes you to one key in one step."
)
def letters_inside_keys():
    def search(index, query):
        asked = words_of(query)
        if not asked:
            return []
        sets = []
        for word in asked:
            sets.append({number for key, numbers in index.items() if word in key for number in numbers})
        return sorted(set.intersection(*sets))

    return {"build_index": right_index, "search": search}


@inverted_index.mistake(
    "A word that the index does not hold stops your search with a KeyError. On the phone, *nothing found* "
    "is an answer; an error is not. How can you look up a key that may be missing?"
)
def key_error():
    def search(index, query):
        asked = words_of(query)
        if not asked:
            return []
        return sorted(set.intersection(*[index[word] for word in asked]))

    return {"build_index": right_index, "search": search}


@inverted_index.mistake(
    "You pass over words that the index does not hold, and answer for the rest. A text without one of the "
    "words does not have *all* of them, so it must not be found."
)
def unknown_word_ignored():
    def search(index, query):
        asked = [word for word in words_of(query) if word in index]
        if not asked:
            return []
        return sorted(set.intersection(*[index[word] for word in asked]))

    return {"build_index": right_index, "search": search}


@inverted_index.mistake(
    "The first search is right, but it damages the index: you begin with the set *inside* the index and "
    "shrink that very set. It is two names for one set again. Begin with a copy, or use the sign that "
    "makes a new set."
)
def index_eaten():
    def search(index, query):
        asked = words_of(query)
        if not asked:
            return []
        found = index.get(asked[0], set())
        for word in asked[1:]:
            found &= index.get(word, set())
        return sorted(found)

    return {"build_index": right_index, "search": search}


@inverted_index.mistake(
    "A query without words stops your search with an error: there is no first word to begin with. Ask for "
    "that case before you begin; the answer is an empty list."
)
def empty_query_forgotten():
    def search(index, query):
        asked = words_of(query)
        found = index.get(asked[0], set())
        for word in asked:
            found = found & index.get(word, set())
        return sorted(found)

    return {"build_index": right_index, "search": search}


@inverted_index.mistake(
    "Every search comes back empty. If you begin with an empty set and keep what it shares with the next one, "
    "there is nothing to share, and so it stays. What do you know about the ids when you have looked up the "
    "first word?"
)
def began_with_nothing():
    def search(index, query):
        found = set()
        for word in words_of(query):
            found &= index.get(word, set())
        return sorted(found)

    return {"build_index": right_index, "search": search}


@inverted_index.mistake(
    "`search` gives back None. `ids.sort()` puts a list in order and gives back nothing, so there is nothing to "
    "hand on; or there is a way through your function without a `return`. Which function *returns* a sorted "
    "list?"
)
def sort_returns_none():
    def search(index, query):
        found = right_search(index, query)
        return found.sort()

    return {"build_index": right_index, "search": search}


@inverted_index.mistake(
    "The right ids, but as a set, which has no order. People read a list from the top: which function makes one "
    "out of a set, in order?"
)
def set_returned():
    def search(index, query):
        return set(right_search(index, query))

    return {"build_index": right_index, "search": search}


@inverted_index.mistake(
    "The right ids, in no particular order: a set has none. People read a list from the top, so put it in "
    "order before you hand it over."
)
def not_sorted():
    def search(index, query):
        asked = words_of(query)
        if not asked:
            return []
        return list(set.intersection(*[index.get(word, set()) for word in asked]))

    return {"build_index": right_index, "search": search}


@inverted_index.also_right
def with_defaultdict_and_loop():
    def build_index(texts):
        index = defaultdict(set)
        for number in texts:
            for word in words_of(texts[number]):
                index[word].add(number)
        return dict(index)

    def search(index, query):
        found = None
        for word in words_of(query):
            having = index[word] if word in index else set()
            found = set(having) if found is None else found & having
        return sorted(found or [])

    return {"build_index": build_index, "search": search}


@inverted_index.also_right
def with_all():
    def build_index(texts):
        pairs = [(word, number) for number, text in texts.items() for word in set(words_of(text))]
        index = {word: set() for word, number in pairs}
        for word, number in pairs:
            index[word] |= {number}
        return index

    def search(index, query):
        asked = set(words_of(query))
        if not asked or not asked <= set(index):
            return []
        ids = {number for numbers in index.values() for number in numbers}
        return [number for number in sorted(ids) if all(number in index[word] for word in asked)]

    return {"build_index": build_index, "search": search}
