"""Exercises of 02-python/04-classes."""

import itertools
import math
from dataclasses import dataclass, field

from autograder import datasets
from autograder.compare import Mismatch, close, equal, holds, raises, unchanged
from autograder.exercise import Choice, Exercise


def some_text(rng):
    """A name of a station, as the plain text that it is."""
    return ["Harbour", "Park", "Town hall", "King's Road", "Mill"][int(rng.integers(5))]


def shown(thing):
    """What an object shows of itself; Python's own way of showing one, without its place in memory."""
    text = repr(thing)
    return "<an object at 0x…>" if text.startswith("<") and " object at 0x" in text else text


# Warm-up: what the lesson builds on.

warmup_1 = Choice(
    correct="b",
    distractors={
        "a": "That would be so if each call began with a fresh list. When is `[]` in the `def` line evaluated: at each "
        "call, or once?",
        "c": "`append` gives back None, but the function returns `basket`, not what `append` gave back.",
    },
    concepts=["mutable default"],
    hints=["How many times does Python evaluate the `[]` in the line with `def`?"],
)

warmup_2 = Choice(
    correct="c",
    distractors={
        "a": "After an error Python does not go back into the `try` block. What stands there below the line that failed?",
        "b": "`raise` ends the function: nothing is divided any more, and nothing is returned.",
    },
    concepts=["exceptions"],
    hints=["Which line of the `try` block fails, and which line is run after that?"],
)


# 1. State and methods

bike = Exercise(
    names=["Bike"],
    value=True,  # mistakes are made afresh each time: a list shared by a class would grow from run to run
    concepts=["class", "object", "attribute", "method", "self"],
    minutes=7,
    hints=[
        "Which two things must a bike remember that it was not given when it was made? Give both a first value in `__init__`.",
        "All kilometres ever, and the kilometres since the last service: can one of them be reset without the other?",
        "Inside a method, everything that belongs to the bike begins with `self.`, the list of rides too.",
    ],
)


@bike.test("each ride is kept, and the kilometres are added up")
def _(answer):
    new = answer(7)
    equal(new.number, 7, what="The number")
    equal(new.trips, [], what="`trips` of a new bike")
    equal(new.total_km(), 0, what="`total_km()` of a new bike")
    new.ride(3.5)
    new.ride(2)
    equal(new.trips, [3.5, 2], what="`trips` after rides of 3.5 and 2 km")
    close(new.total_km(), 5.5, what="`total_km()` after rides of 3.5 and 2 km")


@bike.test("two bikes keep their rides apart")
def _(answer):
    one, other = answer(1), answer(2)
    one.ride(40)
    equal(other.total_km(), 0, what="`total_km()` of a bike that stood still while another was ridden")
    other.ride(5)
    equal(one.total_km(), 40, what="`total_km()` of the bike that went 40 km")


@bike.test("a service is due at exactly `service_every` kilometres, 500 if nothing is said")
def _(answer):
    usual = answer(8)
    usual.ride(499)
    equal(usual.needs_service(), False, what="`needs_service()` after 499 km of the usual 500")
    usual.ride(1)
    equal(usual.needs_service(), True, what="`needs_service()` after 500 km of the usual 500")
    short = answer(7, 300)
    short.ride(200)
    equal(short.needs_service(), False, what="`needs_service()` after 200 of 300 km")
    short.ride(100)
    equal(short.needs_service(), True, what="`needs_service()` after 300 of 300 km")
    equal(short.needs_service(), True, what="`needs_service()` asked a second time, still without a service")


@bike.test("a service starts the count anew, and the bike's history stays")
def _(answer):
    old = answer(9, 100)
    old.ride(150)
    equal(old.needs_service(), True, what="`needs_service()` after 150 km, with one due every 100")
    old.service()
    equal(old.needs_service(), False, what="`needs_service()` right after the service")
    equal(old.total_km(), 150, what="`total_km()` after the service")
    old.ride(60)
    equal(old.needs_service(), False, what="`needs_service()` 60 km after the service, with one due every 100")
    old.ride(40)
    equal(old.needs_service(), True, what="`needs_service()` 100 km after the service, with one due every 100")
    equal(old.trips, [150, 60, 40], what="`trips`")


@bike.test("any rides and services of three bikes at once", points=2, hidden=True)
def _(answer, rng):
    bikes = [answer(number, 50) for number in range(3)]
    rides, since = [[], [], []], [0, 0, 0]
    for _ in range(40):
        which, km = int(rng.integers(3)), int(rng.integers(1, 30)) / 2
        if rng.random() < 0.15:
            bikes[which].service()
            since[which] = 0
        else:
            bikes[which].ride(km)
            rides[which].append(km)
            since[which] += km
        equal(bikes[which].needs_service(), since[which] >= 50, what="`needs_service()`")
    for bike, kms in zip(bikes, rides, strict=True):
        equal(bike.trips, kms, what="`trips`")
        close(bike.total_km(), sum(kms), what="`total_km()`")


class _Bike:
    """A right bike, from which wrong ones are made."""

    def __init__(self, number, service_every=500):
        self.number = number
        self.service_every = service_every
        self.trips = []
        self.since = 0

    def ride(self, km):
        self.trips.append(km)
        self.since += km

    def total_km(self):
        return sum(self.trips)

    def service(self):
        self.since = 0

    def needs_service(self):
        return self.since >= self.service_every


@bike.mistake(
    "All bikes share *one* list of rides: what one has ridden shows up in the others. A list that stands in the class but "
    "outside `__init__` (or as a default in its `def` line) is made once, for all. Which line is run anew for every bike?"
)
def trips_of_the_class():
    class Bike:
        trips = []

        def __init__(self, number, service_every=500):
            self.number = number
            self.service_every = service_every
            self.since = 0

        ride, total_km, service, needs_service = _Bike.ride, _Bike.total_km, _Bike.service, _Bike.needs_service

    return Bike


@bike.mistake(
    "Python stops with *takes … positional arguments but … were given*: a method of yours has no place for the bike itself. "
    "`b.ride(5)` hands over two things, the bike `b` and the 5. What is the first parameter of every method?"
)
def methods_without_self():
    class Bike:
        def __init__(self, number, service_every=500):
            self.number = number
            self.service_every = service_every
            self.trips = []

        def total_km():
            return 0

        def ride(km):
            pass

        def service():
            pass

        def needs_service():
            return False

    return Bike


@bike.mistake(
    "Python stops with *takes … positional arguments but … were given*: `ride` has no place for the bike itself. "
    "`b.ride(5)` hands over two things, the bike `b` and the 5. What is the first parameter of every method?"
)
def ride_without_self():
    class Bike(_Bike):
        def ride(km):
            pass

    return Bike


@bike.mistake(
    "You ask whether the kilometres are *exactly* at the limit. A bike that goes 150 km in one ride steps over 100 and never stands on it. "
    "What does *or more* ask for?"
)
def exactly_at_the_limit():
    class Bike(_Bike):
        def needs_service(self):
            return self.since == self.service_every

    return Bike


@bike.mistake(
    "Your service takes the limit off the count, so a bike that came late to the workshop begins with a debt. *Since the last service* begins at "
    "nothing, however late it was."
)
def late_service_leaves_a_rest():
    class Bike(_Bike):
        def service(self):
            self.since -= self.service_every

    return Bike


@bike.mistake(
    "A new bike has no attribute `trips`. A name such as `trips = []` without `self.` is an ordinary name inside "
    "`__init__` and is gone when that ends. How does a value stay with the bike?"
)
def local_name_in_init():
    class Bike(_Bike):
        def __init__(self, number, service_every=500):
            self.number = number
            self.service_every = service_every

    return Bike


NAME_WITHOUT_SELF = (
    "Python stops with a NameError: inside a method the bike's own things are not known by their bare names. `trips` "
    "is a name of the function, `self.trips` belongs to the bike. Which do you mean?"
)


@bike.mistake(NAME_WITHOUT_SELF)
def bare_names_in_methods():
    class Bike(_Bike):
        def ride(self, km):
            trips.append(km)  # noqa: F821

        def total_km(self):
            return sum(trips)  # noqa: F821

    return Bike


@bike.mistake(NAME_WITHOUT_SELF)
def bare_names_when_riding():
    class Bike(_Bike):
        def ride(self, km):
            trips.append(km)  # noqa: F821

    return Bike


@bike.mistake(
    "Your service throws the bike's history away: afterwards `total_km()` has forgotten what was ridden before. Two things "
    "have to be remembered here, and a service resets only one of them."
)
def service_forgets_everything():
    class Bike(_Bike):
        def service(self):
            self.trips = []

        def needs_service(self):
            return sum(self.trips) >= self.service_every

    return Bike


@bike.mistake(
    "After a service the bike needs the next one at once: your `needs_service` looks at all kilometres ever, so a bike that "
    "has once reached the limit stays above it. What has to be remembered beside the total?"
)
def counted_from_new():
    class Bike(_Bike):
        def needs_service(self):
            return self.total_km() >= self.service_every

    return Bike


@bike.mistake(
    "At exactly the limit you say that no service is due. *500 km or more* includes 500 itself. Which comparison does?"
)
def above_the_limit_only():
    class Bike(_Bike):
        def needs_service(self):
            return self.since > self.service_every

    return Bike


@bike.mistake(
    "Every bike is due at 500 km in your class, whatever was asked for. The limit came in as a parameter and is kept in "
    "an attribute of the bike. Which one?"
)
def always_500():
    class Bike(_Bike):
        def needs_service(self):
            return self.since >= 500

    return Bike


@bike.mistake(
    "Only the last ride is kept: each one replaces those before it. `=` ties a name to a new value; here the list that is "
    "there already should get longer."
)
def last_ride_only():
    class Bike(_Bike):
        def ride(self, km):
            self.trips = [km]
            self.since += km

    return Bike


@bike.mistake(
    "`total_km` gives back None. Either it prints the sum, which shows it to people but hands nothing to the program, or "
    "there is no `return` in it. The caller wants to go on calculating with the number."
)
def total_printed():
    class Bike(_Bike):
        def total_km(self):
            print(sum(self.trips))

    return Bike


@bike.mistake(
    "`append` makes the list longer and gives back None; and you store that None as the list of rides. Let `append` stand "
    "alone, without `self.trips =` before it."
)
def kept_what_append_gives():
    class Bike(_Bike):
        def ride(self, km):
            self.trips = self.trips.append(km)
            self.since += km

    return Bike


@bike.mistake(
    "`ride` puts the kilometres into the list, but the count since the last service does not grow: a service never becomes "
    "due. What else happens with every ride?"
)
def count_never_grows():
    class Bike(_Bike):
        def ride(self, km):
            self.trips.append(km)

    return Bike


@bike.mistake(
    "Asking changes the bike: your `needs_service` sets the count back as soon as it has said True, so whoever asks next hears False although "
    "nobody was in the workshop. Which method alone may set it back?"
)
def asking_counts_as_service():
    class Bike(_Bike):
        def needs_service(self):
            if self.since >= self.service_every:
                self.since = 0
                return True
            return False

    return Bike


@bike.mistake(
    "`needs_service` gives back True when a service is due and otherwise nothing, which is None. What should it return if the `if` does not hold?"
)
def none_for_false():
    class Bike(_Bike):
        def needs_service(self):
            if self.since >= self.service_every:
                return True

    return Bike


@bike.mistake(
    "Your `trips` is a number, the sum so far. A sum can't tell which rides it was made of; the statement asks for the list of them, and "
    "`total_km` can add them up when it is asked."
)
def trips_is_the_sum():
    class Bike(_Bike):
        def __init__(self, number, service_every=500):
            super().__init__(number, service_every)
            self.trips = 0

        def ride(self, km):
            self.trips += km
            self.since += km

        def total_km(self):
            return self.trips

    return Bike


@bike.mistake(
    "Python stops with *takes 0 positional arguments but 1 was given*: `service` has no place for the bike itself. `b.service()` hands over "
    "the bike `b`, although nothing stands between the brackets. What is the first parameter of every method?"
)
def service_without_self():
    class Bike(_Bike):
        def service():
            pass

    return Bike


@bike.also_right
def remembers_the_place_in_the_list():
    class Bike:
        def __init__(self, number, service_every=500):
            self.number, self.service_every = number, service_every
            self.trips = list()
            self.serviced_at = 0

        def ride(self, km):
            self.trips += [km]

        def total_km(self):
            total = 0
            for km in self.trips:
                total = total + km
            return total

        def service(self):
            self.serviced_at = len(self.trips)

        def needs_service(self):
            if sum(self.trips[self.serviced_at :]) < self.service_every:
                return False
            return True

    return Bike


@bike.also_right
def subtracts_the_total_at_service():
    class Bike(_Bike):
        last = 0  # a number may stand in the class: self.last = … makes the bike's own

        def service(self):
            self.last = self.total_km()

        def needs_service(self):
            return self.total_km() - self.last >= self.service_every

    return Bike


# 2. What an object shows, and when two are equal

dock = Exercise(
    names=["Dock"],
    concepts=["__repr__", "__eq__", "identity and equality"],
    minutes=5,
    hints=[
        "Look at `Place` above: which of its lines ask about the *kind* of the other object, and which about its content?",
        "What does `{self.station!r}` put into an f-string that `{self.station}` does not?",
        "In `__eq__`: first deal with everything that is not a `Dock`; after that both attributes must agree.",
    ],
)


class _Lookalike:
    """Something with the attributes of a dock that is none."""

    def __init__(self, station, place):
        self.station = station
        self.place = place


class _SameRepr(_Lookalike):
    """It even says that it is a dock."""

    def __repr__(self):
        return f"Dock({self.station!r}, {self.place!r})"


@dock.test("a dock shows what one would type to make it")
def _(answer):
    equal(shown(answer("Harbour", 4)), "Dock('Harbour', 4)", what="The repr")
    equal(shown([answer("Park", 11)]), "[Dock('Park', 11)]", what="The repr of a list with a dock in it")


@dock.test("the quotes are right for any name")
def _(answer):
    equal(shown(answer("King's Road", 4)), 'Dock("King\'s Road", 4)', what="The repr")


@dock.test("two docks are equal when station and place are, and only then")
def _(answer):
    others = [answer("Harbour", 4), answer("Harbour", 5), answer("Park", 4), answer("Park", 5)]
    found = [answer("Harbour", 4) == other for other in others]
    what = (
        'Dock("Harbour", 4), compared with Dock("Harbour", 4), Dock("Harbour", 5), Dock("Park", 4) and Dock("Park", 5),'
    )
    equal(found, [True, False, False, False], what=what)
    far = answer("".join(["Har", "bour"]), int("1004"))
    equal(far == answer("Harbour", 1004), True, what='Dock("Harbour", 1004), compared with another such dock,')
    equal(answer("Line 1", 12) == answer("Line 11", 2), False, what='Dock("Line 1", 12) == Dock("Line 11", 2)')
    equal(answer("Harbour", 4) in [answer("Park", 4), answer("Harbour", 4)], True, what="Finding a dock in a list")


@dock.test("no other kind of thing equals a dock, and asking is no error")
def _(answer):
    one = answer("Harbour", 4)
    for other in ("Dock('Harbour', 4)", ("Harbour", 4), None, 4):
        equal(one == other, False, what=f'Dock("Harbour", 4) == {other!r}')
    equal(one == _Lookalike("Harbour", 4), False, what="A dock and an object of another class with the same attributes")
    equal(one == _SameRepr("Harbour", 4), False, what="A dock and an object of another class with the same repr")


@dock.test("any docks, alike and different", hidden=True)
def _(answer, rng):
    for _ in range(12):
        one, other = ((some_text(rng), int(rng.integers(1, 4))) for _ in range(2))
        equal(shown(answer(*one)), f"Dock({one[0]!r}, {one[1]})", what="The repr")
        equal(answer(*one) == answer(*other), one == other, what=f"Dock{one} == Dock{other}")
        equal(answer(*one) != answer(*other), one != other, what=f"Dock{one} != Dock{other}")


# Each of these stands for two mistakes: with an `__eq__` that says False to other kinds, and with one that says NotImplemented.
WITHOUT_QUOTES = (
    "The name stands in your text without quotes. Typed like that, Python would look for a variable called Harbour. "
    "Which two characters in the braces of an f-string bring the quotes?"
)
QUOTES_BY_HAND = (
    "You put the quotes there by hand, and a name that itself holds an apostrophe breaks them: `'King's Road'` can't be typed. "
    "Python knows which quotes a text needs: let it show the text in its own way."
)
REPR_PRINTS = (
    "`__repr__` prints the text and gives back None. Python asks `__repr__` for a text and decides itself what to do "
    "with it, so the method has to hand it over."
)
STR_FOR_REPR = (
    "The repr is still Python's own. Perhaps the method is called `__str__`, which serves only `print` and `str`, or its "
    "name lacks an underscore: there are two on each side. Python calls a special method only by its exact name."
)
STATION_ONLY = (
    "Docks of one station are all equal in your class: the place does not count. When two objects are worth the same is your "
    "decision, but the statement names *both* attributes."
)
ONE_AGREEMENT = (
    "One agreement is enough for you: docks count as equal if the station *or* the place is the same. Then every number 4 of the city "
    "is the same dock."
)


class _Dock:
    def __init__(self, station, place):
        self.station = station
        self.place = place

    def __repr__(self):
        return f"Dock({self.station!r}, {self.place!r})"

    def __eq__(self, other):
        if not isinstance(other, _Dock):
            return NotImplemented
        return (self.station, self.place) == (other.station, other.place)


@dock.mistake(WITHOUT_QUOTES)
class repr_without_quotes(_Dock):
    def __repr__(self):
        return f"Dock({self.station}, {self.place})"


@dock.mistake(QUOTES_BY_HAND)
class repr_with_quotes_by_hand(_Dock):
    def __repr__(self):
        return f"Dock('{self.station}', {self.place})"


@dock.mistake(REPR_PRINTS)
class repr_that_prints(_Dock):
    def __repr__(self):
        print(f"Dock({self.station!r}, {self.place})")


@dock.mistake(STR_FOR_REPR)
class str_for_repr:
    __init__ = _Dock.__init__

    def __eq__(self, other):
        if not isinstance(other, str_for_repr):
            return NotImplemented
        return (self.station, self.place) == (other.station, other.place)

    def __str__(self):
        return f"Dock({self.station!r}, {self.place})"


@dock.mistake(
    "Two docks with the same content count as different: they are still compared by *identity*, the question whether they "
    "are one and the same object. (`is` asks that, and so does Python if it finds no `__eq__`.) What should decide instead?"
)
class compared_by_identity(_Dock):
    def __eq__(self, other):
        return self is other


@dock.mistake(
    'You compare two attributes of the other object without asking what it is. A text has no `station`, so `dock == "Harbour"` '
    "ends with an AttributeError instead of False. Which question comes first?"
)
class kind_not_asked(_Dock):
    def __eq__(self, other):
        return self.station == other.station and self.place == other.place


@dock.mistake(
    "An object of another class counts as equal because it happens to have the same attributes (or the same `__dict__`). "
    "Having the attributes does not make it a dock: ask for its class."
)
class anything_with_the_attributes(_Dock):
    def __eq__(self, other):
        try:
            return self.station == other.station and self.place == other.place
        except AttributeError:
            return False


@dock.mistake(STATION_ONLY)
class station_only(_Dock):
    def __eq__(self, other):
        return isinstance(other, _Dock) and self.station == other.station


@dock.mistake(ONE_AGREEMENT)
class one_agreement_is_enough(_Dock):
    def __eq__(self, other):
        return isinstance(other, _Dock) and (self.station == other.station or self.place == other.place)


@dock.mistake(
    "A dock is equal to everything of its kind: your `__eq__` compares the dock with itself. There are two objects here, `self` "
    "and the parameter. Read the comparison again: which object stands on each side?"
)
class compared_with_itself(_Dock):
    def __eq__(self, other):
        return isinstance(other, _Dock) and self.station == self.station and self.place == self.place


@dock.mistake(
    "Your `__eq__` raises an error for what is not a dock. It is a fair question with a simple answer: a dock and a text are not "
    "equal, so the answer is False. (Or `NotImplemented`, *returned*, not raised.)"
)
class other_kinds_raise(_Dock):
    def __eq__(self, other):
        if not isinstance(other, _Dock):
            raise TypeError("not a dock")
        return (self.station, self.place) == (other.station, other.place)


class _DockThatSaysFalse(_Dock):
    def __eq__(self, other):
        return isinstance(other, _Dock) and (self.station, self.place) == (other.station, other.place)


@dock.mistake(WITHOUT_QUOTES)
class repr_without_quotes_and_false(_DockThatSaysFalse):
    __repr__ = repr_without_quotes.__repr__


@dock.mistake(QUOTES_BY_HAND)
class repr_with_quotes_by_hand_and_false(_DockThatSaysFalse):
    __repr__ = repr_with_quotes_by_hand.__repr__


@dock.mistake(REPR_PRINTS)
class repr_that_prints_and_false(_DockThatSaysFalse):
    __repr__ = repr_that_prints.__repr__


@dock.mistake(STR_FOR_REPR)
class str_for_repr_and_false:
    __init__ = _Dock.__init__
    __str__ = _Dock.__repr__

    def __eq__(self, other):
        same = isinstance(other, str_for_repr_and_false)
        return same and (self.station, self.place) == (other.station, other.place)


@dock.mistake(STATION_ONLY)
class station_only_and_not_implemented(_Dock):
    def __eq__(self, other):
        return self.station == other.station if isinstance(other, _Dock) else NotImplemented


@dock.mistake(ONE_AGREEMENT)
class one_agreement_and_not_implemented(_Dock):
    def __eq__(self, other):
        if not isinstance(other, _Dock):
            return NotImplemented
        return self.station == other.station or self.place == other.place


@dock.mistake(
    "You compare the two reprs, and never ask what the other object is. A thing of another class may show the very same text and is still no dock: "
    "ask for its class first."
)
class any_same_repr(_Dock):
    def __eq__(self, other):
        return repr(self) == repr(other)


@dock.mistake(
    "You put station and place together into one text and compare that. Then `Line 1` with 12 and `Line 11` with 2 are the same: the border between "
    "the two is lost. Compare each with its partner."
)
class glued_together(_Dock):
    def __eq__(self, other):
        return isinstance(other, _Dock) and str(self.station) + str(self.place) == str(other.station) + str(other.place)


@dock.mistake(
    "You compare station and place by `is`, which asks whether they are one and the same *object* in memory. Two equal texts or numbers often are, "
    "and sometimes are not, so it works until one day it doesn't. Which comparison asks about the value?"
)
class attributes_by_is(_Dock):
    def __eq__(self, other):
        return isinstance(other, _Dock) and self.station is other.station and self.place is other.place


@dock.also_right
class compared_as_tuples:
    def __init__(self, station, place):
        self.station, self.place = station, place

    def __repr__(self):
        return "Dock(" + repr(self.station) + ", " + str(self.place) + ")"

    def __eq__(self, other):
        if type(other) is not type(self):
            return False
        return (self.station, self.place) == (other.station, other.place)


@dock.also_right
class compared_by_repr(_Dock):
    def __eq__(self, other):
        return isinstance(other, _Dock) and repr(self) == repr(other)


trip = Exercise(
    names=["Trip"],
    value=True,
    concepts=["dataclass", "field", "default_factory"],
    minutes=5,
    hints=[
        "What makes a line in a dataclass a field? Look at `Repair`: what has each of its first three lines that an "
        "ordinary class attribute has not?",
        "Which default can't be written down as a value, because every trip needs a fresh one?",
        "`km / minutes` is a speed per minute. How many minutes has an hour?",
    ],
)


@trip.test("a trip is made from its fields in order, and shows them all")
def _(answer):
    made = answer(7, "Harbour", "Park", 3.0, 12)
    seen = (made.bike, made.start, made.end, made.km, made.minutes)
    equal(seen, (7, "Harbour", "Park", 3.0, 12), what="The fields")
    equal(made.notes, [], what="`notes` when none are given")
    expected = "Trip(bike=7, start='Harbour', end='Park', km=3.0, minutes=12, notes=[])"
    equal(shown(made), expected, what="The repr")


@trip.test("two trips with the same fields are equal, and one different field makes them different")
def _(answer):
    one, same = answer(7, "Mill", "Park", 3.0, 12), answer(bike=7, start="Mill", end="Park", km=3.0, minutes=12)
    equal(one == same, True, what="Two trips with the same fields, compared with ==")
    equal(one == answer(7, "Mill", "Park", 3.0, 13), False, what="Two trips with different minutes, compared with ==")
    equal(
        one == answer(7, "Mill", "Park", 3.0, 12, ["rain"]),
        False,
        what="Two trips with different notes, compared with ==",
    )


@trip.test("every trip has notes of its own")
def _(answer):
    one, other = answer(7, "Mill", "Park", 3.0, 12), answer(8, "Park", "Mill", 3.1, 15)
    holds(one.notes is not other.notes, "Two trips share one list of notes: what is noted on one stands on the other.")
    equal(answer(9, "Park", "Mill", 3.1, 15, ["rain", "hail"]).notes, ["rain", "hail"], what="`notes` that were given")


@trip.test("the speed is in kilometres per hour")
def _(answer):
    close(answer(7, "Harbour", "Park", 3.0, 12).speed(), 15.0, what="The speed of 3 km in 12 minutes")
    close(answer(7, "Harbour", "Park", 20, 60).speed(), 20.0, what="The speed of 20 km in 60 minutes")


@trip.test("a round trip ends where it began")
def _(answer):
    equal(answer(7, "Park", "Park", 3.0, 12).is_round(), True, what="`is_round()` from Park to Park")
    equal(answer(7, "Park", "Mill", 3.0, 12).is_round(), False, what="`is_round()` from Park to Mill")
    again = "".join(["Pa", "rk"])  # the same text, another object
    equal(answer(7, "Park", again, 3.0, 12).is_round(), True, what="`is_round()` from Park to another text Park")
    equal(answer(7, "Park", "Park North", 3.0, 12).is_round(), False, what="`is_round()` from Park to Park North")


@trip.test("any trips", hidden=True)
def _(answer, rng):
    for _ in range(8):
        start, end = some_text(rng), some_text(rng)
        km, minutes = float(rng.integers(1, 80)) / 8, int(rng.integers(3, 90))
        made = answer(int(rng.integers(1, 1200)), start, end, km, minutes)
        close(made.speed() * minutes, 60 * km, what="The speed times the minutes")
        equal(made.is_round(), start == end, what=f"`is_round()` from {start} to {end}")


@dataclass
class _Trip:
    bike: int
    start: str
    end: str
    km: float
    minutes: float
    notes: list = field(default_factory=list)

    def speed(self):
        return 60 * self.km / self.minutes

    def is_round(self):
        return self.start == self.end


@trip.mistake(
    "Python says that `Trip` takes no arguments: nobody has written an `__init__`. The lines with type hints are only a plan. "
    "Which line above the class has it carried out?"
)
def decorator_forgotten():
    class Trip:
        bike: int
        start: str
        end: str
        km: float
        minutes: float
        notes: list = field(default_factory=list)

        speed, is_round = _Trip.speed, _Trip.is_round

    return Trip


@trip.mistake(
    "`notes` is no field: a line without a type hint is an ordinary class attribute, which is one list for all trips, missing "
    "in the repr and in `__init__`. Give it a hint; Python will then tell you what to do about the default."
)
def notes_without_a_hint():
    @dataclass
    class Trip:
        bike: int
        start: str
        end: str
        km: float
        minutes: float
        notes = []

        speed, is_round = _Trip.speed, _Trip.is_round

    return Trip


@trip.mistake(
    "All trips share one list of notes. A function that hands out the same list each time, or a list made beforehand and used "
    "as a default, outwits Python's warning but not the problem: every trip needs a *fresh* one."
)
def one_list_handed_out():
    everybodys = []

    @dataclass
    class Trip:
        bike: int
        start: str
        end: str
        km: float
        minutes: float
        notes: list = field(default_factory=lambda: everybodys)

        speed, is_round = _Trip.speed, _Trip.is_round

    return Trip


@trip.mistake(
    "A trip without notes has `None` there instead of an empty list, and the first `append` will fail. `field` has an option "
    "that makes a new list for every trip."
)
def notes_are_none():
    @dataclass
    class Trip:
        bike: int
        start: str
        end: str
        km: float
        minutes: float
        notes: list = None

        speed, is_round = _Trip.speed, _Trip.is_round

    return Trip


@trip.mistake(
    "Your speed is in kilometres per *minute*. 3 km in 12 minutes are 0.25 km in each; an hour has room for sixty of those."
)
def per_minute():
    class Trip(_Trip):
        def speed(self):
            return self.km / self.minutes

    return Trip


@trip.mistake(
    "Divided the wrong way round: *kilometres per hour* means kilometres divided by hours. Yours is the time that one "
    "kilometre takes."
)
def minutes_over_km():
    class Trip(_Trip):
        def speed(self):
            return self.minutes / self.km

    return Trip


@trip.mistake(
    "The minutes are turned into hours the wrong way: 12 minutes are a fifth of an hour, 12 *divided* by 60, and you divide by these hours. "
    "Check your formula with 60 minutes: the speed must then be the kilometres themselves."
)
def sixty_on_the_wrong_side():
    class Trip(_Trip):
        def speed(self):
            return self.km / self.minutes / 60

    return Trip


@trip.mistake(
    "`speed` gives back None: it prints, or has no `return`. Whoever asks for a speed wants to calculate with it."
)
def speed_printed():
    class Trip(_Trip):
        def speed(self):
            print(60 * self.km / self.minutes)

    return Trip


@trip.mistake(
    "`is_round` says the opposite: True for a trip that ends elsewhere. Read your comparison aloud: a round trip is one "
    "whose start *is* its end."
)
def is_round_turned_round():
    class Trip(_Trip):
        def is_round(self):
            return self.start != self.end

    return Trip


@trip.mistake(
    "The fields are not in the order that the statement gives. The order of the lines is the order of the parameters of "
    "`__init__`, so `Trip(7, …)` put its values into the wrong ones."
)
def another_order():
    @dataclass
    class Trip:
        bike: int
        start: str
        end: str
        minutes: float
        km: float
        notes: list = field(default_factory=list)

        speed, is_round = _Trip.speed, _Trip.is_round

    return Trip


@trip.mistake(
    "`is` asks whether start and end are one and the same *object* in memory. Two equal texts often are, and sometimes are not. Which comparison asks "
    "whether they say the same?"
)
def round_by_is():
    @dataclass
    class Trip(_Trip):
        def is_round(self):
            return self.start is self.end

    return Trip


@trip.mistake(
    "With `in` you ask whether one name stands somewhere *inside* the other, and Park stands in Park North. When are two names the same?"
)
def round_by_in():
    @dataclass
    class Trip(_Trip):
        def is_round(self):
            return self.start in self.end

    return Trip


@trip.mistake(
    "You look at the kilometres, but a round trip may be long: it ends *where it started*. Which two fields say where?"
)
def round_by_km():
    @dataclass
    class Trip(_Trip):
        def is_round(self):
            return self.km == 0

    return Trip


@trip.mistake(
    "`speed` is a property in your class, so `t.speed` is the number already and the brackets of `t.speed()` try to call a number. The statement asks for "
    "a method."
)
def speed_is_a_property():
    @dataclass
    class Trip(_Trip):
        @property
        def speed(self):
            return 60 * self.km / self.minutes

    return Trip


@trip.mistake(
    "Your default for `notes` is the class `list` itself, the same for every trip. `field` has an option that takes it and calls it whenever a "
    "trip needs a list."
)
def the_class_as_default():
    @dataclass
    class Trip:
        bike: int
        start: str
        end: str
        km: float
        minutes: float
        notes: list = list

        speed, is_round = _Trip.speed, _Trip.is_round

    return Trip


@trip.mistake(
    "Python stops with *'list' object is not callable*: `default_factory` was given a finished list, and Python wants to call it whenever a trip needs one. "
    "What do the brackets in `list()` do, and when?"
)
def called_too_early():
    @dataclass
    class Trip:
        bike: int
        start: str
        end: str
        km: float
        minutes: float
        notes: list = field(default_factory=list())

        speed, is_round = _Trip.speed, _Trip.is_round

    return Trip


@trip.mistake(
    "Your speed is rounded. Who asks for a number goes on calculating with it; rounding is for showing it to people, at the very end."
)
def rounded_to_a_tenth():
    @dataclass
    class Trip(_Trip):
        def speed(self):
            return round(60 * self.km / self.minutes, 1)

    return Trip


@trip.also_right
def in_hours():
    @dataclass(order=True)
    class Trip:
        bike: int
        start: str
        end: str
        km: float
        minutes: float
        notes: list[str] = field(default_factory=lambda: [])

        def speed(self) -> float:
            hours = self.minutes / 60
            return self.km / hours

        def is_round(self) -> bool:
            return True if self.end == self.start else False

    return Trip


@trip.also_right
def all_by_hand():
    class Trip:
        def __init__(self, bike, start, end, km, minutes, notes=None):
            self.bike, self.start, self.end, self.km, self.minutes = bike, start, end, km, minutes
            self.notes = [] if notes is None else notes

        def __repr__(self):
            fields = ("bike", "start", "end", "km", "minutes", "notes")
            return f"Trip({', '.join(f'{name}={getattr(self, name)!r}' for name in fields)})"

        def __eq__(self, other):
            return type(self) is type(other) and repr(self) == repr(other)

        speed, is_round = _Trip.speed, _Trip.is_round

    return Trip


# 3. Attributes that refuse

battery = Exercise(
    names=["Battery"],
    concepts=["property", "validation"],
    minutes=6,
    hints=[
        "Where does the number itself live, if `charge` is the name of the property? Look at how `Lamp` does it.",
        "Which line of `__init__` makes sure that `Battery(140)` is refused by the same check as `b.charge = 140`?",
        "In the setter: check first, raise if the value is outside, store last. `low` has a getter and nothing else.",
    ],
)


def after(made, charge):
    """A battery with its charge set."""
    made.charge = charge
    return made


def refused(charge, what, attempt):
    """The attempt must end with a ValueError that names the charge."""
    try:
        made = attempt()
    except ValueError as error:
        holds(str(charge) in str(error), f"{what} is refused, but the message does not name the value {charge}.")
    else:  # nobody complained: then what was stored is worth knowing
        holds(False, f"{what} goes through without an error.", made.charge, "ValueError")


@battery.test("the charge is 100 unless said otherwise, and can be set to anything from 0 to 100")
def _(answer):
    equal(answer().charge, 100, what="The charge of Battery()")
    made = answer(80)
    equal(made.charge, 80, what="The charge of Battery(80)")
    for charge in (0, 100, 33.5):
        equal(after(made, charge).charge, charge, what=f"The charge after it was set to {charge}")
    equal(answer(0).charge, 0, what="The charge of Battery(0)")
    one, other = answer(30), answer(60)
    equal(
        (one.charge, other.charge),
        (30, 60),
        what="The charges of Battery(30) and Battery(60), both made before they are read,",
    )


@battery.test("values outside are refused with a ValueError that names them", points=2)
def _(answer):
    for charge in (140, 100.5, -1, -0.25):
        refused(charge, f"`b.charge = {charge}`", lambda charge=charge: after(answer(50), charge))


@battery.test("a battery can't be made with a charge that it could not be set to")
def _(answer):
    for charge in (101, -5):
        refused(charge, f"`Battery({charge})`", lambda charge=charge: answer(charge))


@battery.test("a refused value leaves the old charge as it was")
def _(answer):
    made = answer(50)
    for charge in (101, -1):
        try:
            made.charge = charge
        except ValueError:
            pass
        equal(made.charge, 50, what=f"The charge after {charge} was tried on a battery with 50 %")


@battery.test("`low` follows the charge: true below 20, and it can't be set")
def _(answer):
    made = answer(25)
    equal(made.low, False, what="`low` at 25 %")
    equal(after(made, 10).low, True, what="`low` after the charge went from 25 to 10 %")
    equal(after(made, 20).low, False, what="`low` at exactly 20 %")
    equal(after(made, 19.5).low, True, what="`low` at 19.5 %")
    with raises(AttributeError):
        made.low = False


@battery.test("any charges, one after the other", hidden=True)
def _(answer, rng):
    made, expected = answer(60), 60
    for _ in range(40):
        charge = int(rng.integers(-40, 141))
        if 0 <= charge <= 100:
            expected = charge
            made.charge = charge
        else:
            refused(charge, f"`b.charge = {charge}`", lambda charge=charge: after(made, charge))
        equal((made.charge, made.low), (expected, expected < 20), what="(charge, low)")


class _Battery:
    def __init__(self, charge=100):
        self.charge = charge

    @property
    def charge(self):
        return self._charge

    @charge.setter
    def charge(self, percent):
        if not 0 <= percent <= 100:
            raise ValueError(f"the charge can't be {percent}")
        self._charge = percent

    @property
    def low(self):
        return self._charge < 20


@battery.mistake(
    "`Battery(101)` is made without complaint: your `__init__` writes straight to the inner attribute and so walks past the "
    "check. Let it use the same door as everybody else, the property."
)
class init_walks_past(_Battery):
    def __init__(self, charge=100):
        self._charge = charge


@battery.mistake(
    "You cut a value that is too large or too small down to the nearest allowed one, without a word. Whoever sent 140 has "
    "made an error somewhere and will now never hear of it. Refuse loudly."
)
class cut_off(_Battery):
    @property
    def charge(self):
        return self._charge

    @charge.setter
    def charge(self, percent):
        self._charge = max(0, min(100, percent))


@battery.mistake(
    "A value that makes no sense is passed over without a word: your setter ignores it, or *returns* or prints its complaint, which "
    "nobody who writes `b.charge = 140` will see. The program goes on and believes that the charge is set. Which word stops it?"
)
class ignored(_Battery):
    def __init__(self, charge=100):
        self._charge = 100
        self.charge = charge

    @property
    def charge(self):
        return self._charge

    @charge.setter
    def charge(self, percent):
        if 0 <= percent <= 100:
            self._charge = percent


@battery.mistake(
    "Anything is accepted: `charge` is an ordinary attribute, or its setter checks nothing. Which method of a property is called at "
    "every `b.charge = …`? The check belongs there."
)
class plain_attribute:
    def __init__(self, charge=100):
        self.charge = charge

    @property
    def low(self):
        return self.charge < 20


@battery.mistake(
    "The check stands in `__init__` only, so it guards the making of a battery and nothing after that. `b.charge = 140` never comes "
    "by there. Which method is called by that line?"
)
class checked_only_when_made(plain_attribute):
    def __init__(self, charge=100):
        if not 0 <= charge <= 100:
            raise ValueError(f"the charge can't be {charge}")
        self.charge = charge


@battery.mistake(
    "Empty and full are refused as well. A charge *from 0 to 100, both included* needs comparisons that allow equality."
)
class ends_refused(_Battery):
    @property
    def charge(self):
        return self._charge

    @charge.setter
    def charge(self, percent):
        if not 0 < percent < 100:
            raise ValueError(f"the charge can't be {percent}")
        self._charge = percent

    def __init__(self, charge=100):
        self._charge = 100
        if charge != 100:
            self.charge = charge


@battery.mistake(
    "A refused value is stored all the same: the error comes *after* the assignment. Whoever catches it goes on with a battery of "
    "140 %. What has to come first in the setter?"
)
class stored_before_checked(_Battery):
    @property
    def charge(self):
        return self._charge

    @charge.setter
    def charge(self, percent):
        self._charge = percent
        if not 0 <= percent <= 100:
            raise ValueError(f"the charge can't be {percent}")


@battery.mistake(
    "Your setter calls itself for ever: inside it, `self.charge = …` *is* a call of the setter (and `self.charge` in the getter a "
    "call of the getter). The number needs another name to live under, such as one with an underscore in front."
)
class setter_calls_itself(_Battery):
    @property
    def charge(self):
        return self.charge

    @charge.setter
    def charge(self, percent):
        if not 0 <= percent <= 100:
            raise ValueError(f"the charge can't be {percent}")
        self.charge = percent


@battery.mistake(
    "`low` is a method in your class. Read without brackets, `b.low` is the method itself, and that counts as true whatever the "
    "charge is. Which line above it lets people read it like an attribute?"
)
class low_is_a_method(_Battery):
    def low(self):
        return self._charge < 20


@battery.mistake(
    "`low` is worked out once, when the battery is made, and then stays as it is while the charge changes. Two attributes that must "
    "agree will one day disagree; compute it at the moment when somebody asks."
)
class low_is_stored(_Battery):
    low = None

    def __init__(self, charge=100):
        self.charge = charge
        self.low = charge < 20


@battery.mistake("At exactly 20 % your battery is low already. *Below 20* leaves 20 itself out.")
class low_at_twenty(_Battery):
    @property
    def low(self):
        return self._charge <= 20


@battery.mistake(
    "The error comes, but its message does not say which value was refused. Whoever reads it at night in a log of a thousand lines "
    "would like to know: put the value into the text."
)
class silent_message(_Battery):
    @property
    def charge(self):
        return self._charge

    @charge.setter
    def charge(self, percent):
        if not 0 <= percent <= 100:
            raise ValueError("the charge must be between nothing and full")
        self._charge = percent


@battery.mistake(
    "All batteries share one charge: you store it in the *class*, and charging one charges them all. Which name stands for the one battery that the setter is "
    "working on?"
)
class charge_of_the_class:
    def __init__(self, charge=100):
        self.charge = charge

    @property
    def charge(self):
        return self._charge

    @charge.setter
    def charge(self, value):
        if not 0 <= value <= 100:
            raise ValueError(f"charge goes from 0 to 100, so it can't be {value}")
        charge_of_the_class._charge = value

    @property
    def low(self):
        return self._charge < 20


@battery.mistake(
    "A charge of 33.5 is refused: `range` holds whole numbers only. The statement allows any number from 0 to 100. Which comparisons say that?"
)
class whole_numbers_only:
    def __init__(self, charge=100):
        self.charge = charge

    @property
    def charge(self):
        return self._charge

    @charge.setter
    def charge(self, value):
        if value not in range(0, 101):
            raise ValueError(f"charge goes from 0 to 100, so it can't be {value}")
        self._charge = value

    @property
    def low(self):
        return self._charge < 20


@battery.mistake(
    "A charge of 33.5 is stored as 33: `int` cuts off what stands behind the point. The statement allows any number from 0 to 100, and nobody asked for "
    "a rounder one."
)
class cut_to_whole:
    def __init__(self, charge=100):
        self.charge = charge

    @property
    def charge(self):
        return self._charge

    @charge.setter
    def charge(self, value):
        if not 0 <= value <= 100:
            raise ValueError(f"charge goes from 0 to 100, so it can't be {value}")
        self._charge = int(value)

    @property
    def low(self):
        return self._charge < 20


@battery.mistake("A negative charge goes through: you check one end only. The statement names two.")
class upper_end_only:
    def __init__(self, charge=100):
        self.charge = charge

    @property
    def charge(self):
        return self._charge

    @charge.setter
    def charge(self, value):
        if not value <= 100:
            raise ValueError(f"charge goes from 0 to 100, so it can't be {value}")
        self._charge = value

    @property
    def low(self):
        return self._charge < 20


@battery.also_right
class two_questions:
    def __init__(self, charge=100):
        self.charge = charge

    def _get(self):
        return self.percent

    def _set(self, value):
        if value < 0:
            raise ValueError(f"{value} is less than empty")
        elif value > 100:
            raise ValueError(f"{value} is more than full")
        self.percent = value

    charge = property(_get, _set)
    low = property(lambda self: not self.percent >= 20)


# 4. Objects made of objects

station = Exercise(
    names=["Station"],
    concepts=["composition", "inheritance", "__len__", "__contains__", "__iter__"],
    minutes=8,
    hints=[
        "What does a station *have*? Make it in `__init__`, under a name with an underscore in front.",
        "Each special method can ask the list inside: it already knows its length, what is in it, and how to be walked through.",
        "`take`: go through the bikes and remember the best so far; replace it only by one that is truly better. Then remove it from "
        "the list, and return it.",
    ],
)


class _AnyBike:
    """A bike of which a station may know the charge, and nothing else."""

    def __init__(self, charge):
        self.charge = charge

    def __repr__(self):
        return f"<bike, {self.charge} %>"


def same_bikes(got, expected, what):
    """The very same objects in order; in words, their charges."""
    got = list(got)
    bikes = all(isinstance(bike, _AnyBike) for bike in got)
    equal(
        [bike.charge if bikes else bike for bike in got], [bike.charge for bike in expected], what=f"{what} (charges)"
    )
    holds(
        all(one is other for one, other in zip(got, expected, strict=True)),
        f"{what}: other bikes with the same charge.",
    )


@station.test("a station begins empty, and counts, finds and lists what was parked")
def _(answer):
    made, bikes = answer("Harbour", 4), [_AnyBike(charge) for charge in (40, 90, 15)]
    equal((made.name, made.places, len(made)), ("Harbour", 4, 0), what="(name, places, len) of a new station")
    for bike in bikes:
        made.park(bike)
    equal(len(made), 3, what="The len after three bikes were parked")
    equal([bikes[1] in made, _AnyBike(90) in made], [True, False], what="[is a parked bike in it, is another one]")
    same_bikes(made, bikes, "The bikes of a for loop")
    same_bikes(made, bikes, "The bikes of a second for loop")


@station.test("a full station refuses with a ValueError, and stays as it was")
def _(answer):
    made, accepted = answer("Park", 2), 0
    for charge in range(5):
        try:
            made.park(_AnyBike(charge))
            accepted += 1
        except ValueError:
            pass
    equal((accepted, len(made)), (2, 2), what="After five tries with two places, (bikes accepted, len)")
    equal((made.name, made.places), ("Park", 2), what="(name, places) of the full station")
    with raises(ValueError):
        made.park(_AnyBike(50))


@station.test("`take` brings the best-charged bike, the first of equals, and an empty station a LookupError", points=2)
def _(answer):
    made, bikes = answer("Mill", 9), [_AnyBike(charge) for charge in (40, 90, 15, 90)]
    for bike in bikes:
        made.park(bike)
    same_bikes([made.take()], [bikes[1]], "What `take` gives back")
    equal(bikes[1] in made, False, what="Whether the bike is still there after it was taken")
    same_bikes(made, [bikes[0], bikes[2], bikes[3]], "The bikes left after one was taken")
    same_bikes(
        [made.take(), made.take(), made.take()], [bikes[3], bikes[0], bikes[2]], "The next three that `take` gives back"
    )
    with raises(LookupError):
        made.take()


@station.test("two stations have nothing to do with each other, and none of them is a list")
def _(answer):
    one, other = answer("Harbour", 2), answer("Park", 2)
    one.park(_AnyBike(50))
    equal((len(one), len(other)), (1, 0), what="(len of the one where a bike was parked, len of the other)")
    doors = [name for name in ("append", "extend", "insert") if hasattr(one, name)]
    equal(doors, [], what="The list of doors past `park`")


@station.test("any coming and going", points=2, hidden=True)
def _(answer, rng):
    made, there = answer("Town hall", 5), []
    for _ in range(40):
        if rng.random() < 0.6:
            bike = _AnyBike(int(rng.integers(0, 6)) * 20)
            if len(there) == 5:
                with raises(ValueError):
                    made.park(bike)
            else:
                made.park(bike)
                there.append(bike)
        elif there:
            best = max(there, key=lambda bike: bike.charge)
            there.remove(best)
            same_bikes([made.take()], [best], "What `take` gives back")
        else:
            with raises(LookupError):
                made.take()
        equal(len(made), len(there), what="The len")
    same_bikes(made, there, "The bikes of a for loop")


class _Station:
    def __init__(self, name, places):
        self.name = name
        self.places = places
        self.bikes = []

    def park(self, bike):
        if len(self.bikes) == self.places:
            raise ValueError("full")
        self.bikes.append(bike)

    def take(self):
        if not self.bikes:
            raise LookupError("empty")
        best = max(self.bikes, key=lambda bike: bike.charge)
        self.bikes.remove(best)
        return best

    def __len__(self):
        return len(self.bikes)

    def __contains__(self, bike):
        return bike in self.bikes

    def __iter__(self):
        return iter(self.bikes)


@station.mistake(
    "Your station *is* a list, so it has inherited `append`, `insert` and `extend`, and anybody can put in more bikes than there are "
    "places. It should *have* a list: which line of `__init__` would make one?"
)
class inherited_from_list(list):
    def __init__(self, name, places):
        super().__init__()
        self.name = name
        self.places = places

    def park(self, bike):
        if len(self) >= self.places:
            raise ValueError("full")
        self.append(bike)

    def take(self):
        if not self:
            raise LookupError("empty")
        best = max(self, key=lambda bike: bike.charge)
        self.remove(best)
        return best


@station.mistake(
    "`take` gives back the right bike, but does not remove it: the next customer is promised the same one."
)
class taken_but_still_there(_Station):
    def take(self):
        if not self.bikes:
            raise LookupError("empty")
        return max(self.bikes, key=lambda bike: bike.charge)


@station.mistake(
    "`take` gives back the bike that was parked last, as `pop()` does with a list. What should decide is the charge: look at each bike's."
)
class last_one_taken(_Station):
    def take(self):
        if not self.bikes:
            raise LookupError("empty")
        return self.bikes.pop()


@station.mistake(
    "`take` gives back the bike that was parked first, as in a queue. What should decide is the charge: look at each bike's."
)
class first_one_taken(_Station):
    def take(self):
        if not self.bikes:
            raise LookupError("empty")
        return self.bikes.pop(0)


@station.mistake(
    "Your `take` gives the charge itself, a number. The customer wants the bike that has it: remember the bike, and "
    "compare the charges."
)
class charge_taken(_Station):
    def take(self):
        if not self.bikes:
            raise LookupError("empty")
        best = max(self.bikes, key=lambda bike: bike.charge)
        self.bikes.remove(best)
        return best.charge


@station.mistake(
    "Your customers get the emptiest bike first. `sorted`, and `min`, begin with the smallest; *the highest charge* is at the other end."
)
class emptiest_taken(_Station):
    def take(self):
        if not self.bikes:
            raise LookupError("empty")
        best = min(self.bikes, key=lambda bike: bike.charge)
        self.bikes.remove(best)
        return best


@station.mistake(
    "Among bikes with the same charge you take the one that came last. If a later bike replaces the best so far whenever it is at "
    "least as good, the last of equals wins. When should it?"
)
class last_of_equals(_Station):
    def take(self):
        if not self.bikes:
            raise LookupError("empty")
        best = self.bikes[0]
        for bike in self.bikes:
            if bike.charge >= best.charge:
                best = bike
        self.bikes.remove(best)
        return best


@station.mistake(
    "One bike too many fits in: at the moment of the question, a station with all places taken has *exactly* as many bikes as places. "
    "Which comparison is true then?"
)
class one_too_many(_Station):
    def park(self, bike):
        if len(self.bikes) > self.places:
            raise ValueError("full")
        self.bikes.append(bike)


@station.mistake(
    "The bike is put there before you count, so the last place can never be used, or a refused bike stays. First ask, then park."
)
class counted_afterwards(_Station):
    def park(self, bike):
        self.bikes.append(bike)
        if len(self.bikes) > self.places:
            raise ValueError("full")


@station.mistake(
    "Your station never refuses: it takes any number of bikes. The number of places is in an attribute. Who looks at it?"
)
class never_full(_Station):
    def park(self, bike):
        self.bikes.append(bike)


@station.mistake(
    "`__iter__` gives back the list itself. A `for` loop needs an *iterator*, something that `next` can be asked of, and says "
    "*iter() returned non-iterator*. Which function gets one from a list?"
)
class list_for_an_iterator(_Station):
    def __iter__(self):
        return self.bikes


@station.mistake(
    "An empty station answers `take` with None, silently. Sooner or later somebody rides off on None: the statement asks for a LookupError."
)
class none_when_empty(_Station):
    def take(self):
        return _Station.take(self) if self.bikes else None


@station.mistake(
    "On an empty station, `take` stops with the ValueError that `max` raises when there is nothing to choose from. Whoever uses the "
    "station knows nothing of `max` inside: ask for that case first and raise what the statement says."
)
class error_of_max(_Station):
    def take(self):
        best = max(self.bikes, key=lambda bike: bike.charge)
        self.bikes.remove(best)
        return best


@station.mistake(
    "Your `places` shrinks with every bike: it says how many are *free*. Whoever asks a full station how many places it has hears 0. The list inside "
    "knows how many are taken; leave `places` as it was."
)
class places_count_down(_Station):
    def park(self, bike):
        if self.places == 0:
            raise ValueError("full")
        self.bikes.append(bike)
        self.places -= 1

    def take(self):
        best = super().take()
        self.places += 1
        return best


@station.mistake(
    "Your `take` sorts the list itself, and the bikes that stay are then no longer in the order of parking. Look for the best one without moving the others."
)
class sorted_for_good(_Station):
    def take(self):
        if not self.bikes:
            raise LookupError("empty")
        self.bikes.sort(key=lambda bike: -bike.charge)
        return self.bikes.pop(0)


@station.mistake(
    "`take` removes *every* bike with that charge, though only one is handed over. Which bike leaves is a question of the object, not of its charge."
)
class all_of_that_charge_go(_Station):
    def take(self):
        if not self.bikes:
            raise LookupError("empty")
        best = max(self.bikes, key=lambda bike: bike.charge)
        self.bikes = [bike for bike in self.bikes if bike.charge != best.charge]
        return best


@station.also_right
class by_hand_with_a_generator:
    def __init__(self, name, places):
        self.name, self.places, self.slots = name, places, []

    def park(self, bike):
        if not self.places - len(self):
            raise ValueError("no place left")
        self.slots = [*self.slots, bike]

    def take(self):
        best = None
        for position, bike in enumerate(self.slots):
            if best is None or bike.charge > self.slots[best].charge:
                best = position
        if best is None:
            raise IndexError("nothing here")  # an IndexError is a LookupError
        return self.slots.pop(best)

    def __len__(self):
        return sum(1 for _ in self.slots)

    def __iter__(self):
        yield from self.slots


# 5. Two protocols

departures = Exercise(
    names=["Departures"],
    concepts=["iterator", "generator", "iteration protocol"],
    minutes=6,
    hints=[
        "Who remembers how far a loop has come: the `Departures` object, or the iterator that it hands out? What if two loops run at once?",
        "`Countdown` above has the right shape: `__iter__` with a local name and `yield`.",
        "`range(first, last + 1, every)` has exactly the minutes. What is left is to write each as hours and minutes, with two digits.",
    ],
)
MOST = 200
"""More values than any loop of the tests should bring."""


def brought(made):
    """What a loop over it brings, stopped if it does not end."""
    values = list(itertools.islice(iter(made), MOST))
    holds(len(values) < MOST, f"A loop over it has brought {MOST} values and does not end.", values[:4])
    return values


@departures.test("the van leaves at the first time and then regularly, until it would be too late")
def _(answer):
    equal(brought(answer(480, 540, 25)), ["08:00", "08:25", "08:50"], what="Departures(480, 540, 25)")
    equal(brought(answer(5, 130, 60)), ["00:05", "01:05", "02:05"], what="Departures(5, 130, 60)")


@departures.test("a departure at the last minute counts; if the last is before the first, there is none")
def _(answer):
    equal(brought(answer(600, 660, 30)), ["10:00", "10:30", "11:00"], what="Departures(600, 660, 30)")
    equal(brought(answer(1439, 1439, 1)), ["23:59"], what="Departures(1439, 1439, 1)")
    equal(brought(answer(480, 509, 30)), ["08:00"], what="Departures(480, 509, 30)")
    equal(brought(answer(700, 600, 30)), [], what="Departures(700, 600, 30)")


@departures.test("one object can be looped over again, and in a loop inside a loop", points=2)
def _(answer):
    made = answer(480, 540, 25)
    brought(made)
    equal(brought(made), ["08:00", "08:25", "08:50"], what="A second loop over the same object")
    one, other = iter(made), iter(made)
    seen = [next(one, None), next(one, None), next(other, None), next(one, None), next(other, None)]
    equal(seen, ["08:00", "08:25", "08:00", "08:50", "08:25"], what="Two loops over the same object, taking turns")


@departures.test("`len` is the number of departures")
def _(answer):
    found = [
        len(answer(*given)) for given in [(480, 540, 25), (600, 660, 30), (480, 509, 30), (0, 0, 7), (700, 600, 30)]
    ]
    equal(found, [3, 3, 1, 1, 0], what="The five lens")


@departures.test("any timetable", hidden=True)
def _(answer, rng):
    for _ in range(8):
        first, every = int(rng.integers(0, 900)), int(rng.integers(7, 90))
        last = first + int(rng.integers(0, 500))
        made, times = answer(first, last, every), brought(answer(first, last, every))
        equal(len(made), len(times), what="The len")
        minutes = [60 * int(time[:2]) + int(time[3:]) for time in times]
        equal(minutes[0], first, what="The first departure in minutes")
        equal(
            {b - a for a, b in itertools.pairwise(minutes)} <= {every},
            True,
            what="Whether all gaps are `every` minutes",
        )
        holds(last - every < minutes[-1] <= last, "The last departure is too early or too late.", times[-1])
        holds(all(len(time) == 5 and time[2] == ":" for time in times), "Each time has the form 08:05.", times[0])


def _clock(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


class _Departures:
    def __init__(self, first, last, every):
        self.first, self.last, self.every = first, last, every

    def __iter__(self):
        return (_clock(minute) for minute in range(self.first, self.last + 1, self.every))

    def __len__(self):
        return len(range(self.first, self.last + 1, self.every))


@departures.mistake(
    "A second loop over the same object brings nothing: the object itself remembers how far the first one came, and so does an iterator that is "
    "made once, in `__init__`. Every call of `__iter__` should start a walk of its own."
)
class one_walk_for_ever(_Departures):
    def __init__(self, first, last, every):
        super().__init__(first, last, every)
        self.walk = super().__iter__()

    def __iter__(self):
        return self.walk


@departures.mistake(
    "One loop after the other works, but two at once disturb each other: both move the same counter, which lives in the object (`__iter__` sets it "
    "back and returns `self`). Where must a counter live so that each loop has its own?"
)
class counter_in_the_object(_Departures):
    def __iter__(self):
        self.minute = self.first
        return self

    def __next__(self):
        if self.minute > self.last:
            raise StopIteration
        self.minute += self.every
        return _clock(self.minute - self.every)


@departures.mistake(
    "The departure at the last minute itself is missing. `range` stops *before* its end, and `<` is not `<=`; the statement counts "
    "the last minute in."
)
class last_left_out(_Departures):
    def __iter__(self):
        return (_clock(minute) for minute in range(self.first, self.last, self.every))

    def __len__(self):
        return len(range(self.first, self.last, self.every))


@departures.mistake(
    "Your loop brings one departure more than there is, after the last allowed minute. Look at the end of your range, or at when your "
    "loop asks whether it is too late: before it hands a time over, or after?"
)
class one_after_the_last(_Departures):
    def __iter__(self):
        return (_clock(minute) for minute in range(self.first, self.last + self.every, self.every))


@departures.mistake(
    "The minutes after midnight come out as bare numbers. People read `08:05`: whole hours by `//`, what is left by `%`."
)
class bare_minutes(_Departures):
    def __iter__(self):
        return iter(range(self.first, self.last + 1, self.every))


@departures.mistake(
    "Five past midnight comes out as `0:5`. A time needs two digits on each side of the colon; in an f-string a format such as `:02` fills up "
    "with zeros."
)
class without_zeros(_Departures):
    def __iter__(self):
        return (f"{minute // 60}:{minute % 60}" for minute in range(self.first, self.last + 1, self.every))


@departures.mistake(
    "`__iter__` gives back a list. A `for` loop needs an *iterator*, something that `next` can be asked of. Put `iter(…)` around the list, "
    "or let `yield` write the iterator."
)
class list_for_an_iterator_again(_Departures):
    def __iter__(self):
        return list(_Departures.__iter__(self))


@departures.mistake(
    "Only the first departure comes: `return` ends the method for good, while `yield` hands a value over and goes on at the next turn. (A "
    "`return` inside the loop does the same harm.)"
)
class first_only(_Departures):
    def __iter__(self):
        return iter([_clock(self.first)] if self.first <= self.last else [])


@departures.mistake(
    "The `len` is one too low. Between the first and the last departure lie (last − first) // every *gaps*; and how many fence posts has a "
    "fence with three gaps?"
)
class gaps_counted(_Departures):
    def __len__(self):
        return max(0, (self.last - self.first) // self.every)


@departures.mistake(
    "If the last minute is before the first, your formula for `len` goes below zero, which Python refuses with a ValueError. What is the right number "
    "of departures then?"
)
class negative_len(_Departures):
    def __len__(self):
        return (self.last - self.first) // self.every + 1


@departures.mistake(
    "Your `__len__` runs in a circle: before it walks, `list(self)` asks the object how long it is, to have enough room ready, and that is `__len__` again. "
    "Count in a `for` loop over `self`, which never asks for the length, or calculate the number."
)
class len_asks_for_len(_Departures):
    def __len__(self):
        return len(list(self))


@departures.also_right
class with_an_iterator_class:
    class Walk:
        def __init__(self, timetable):
            self.timetable, self.minute = timetable, timetable.first

        def __iter__(self):
            return self

        def __next__(self):
            if self.minute > self.timetable.last:
                raise StopIteration
            text = str(self.minute // 60).zfill(2) + ":" + str(self.minute % 60).zfill(2)
            self.minute += self.timetable.every
            return text

    def __init__(self, first, last, every):
        self.first, self.last, self.every = first, last, every

    def __iter__(self):
        return self.Walk(self)

    def __len__(self):
        return sum(1 for _ in self)


@departures.also_right
class with_a_list_inside:
    def __init__(self, first, last, every):
        self.times = []
        while first <= last:
            hours, minutes = divmod(first, 60)
            self.times.append(f"{hours:0>2}:{minutes:0>2}")
            first += every

    def __iter__(self):
        return iter(self.times)

    def __len__(self):
        return len(self.times)


hire = Exercise(
    names=["Hire"],
    concepts=["context manager"],
    minutes=5,
    hints=[
        "Three methods, three moments: making the object, entering the block, leaving it. What happens to the bike at each?",
        "What stands after `as` is whatever `__enter__` returns. And what does `__exit__` return if an error is to go on?",
        "If the block ended well, all three of `kind`, `error` and `trace` are `None`.",
    ],
)


class _LockedBike:
    """A bike that writes down what is done to it."""

    def __init__(self):
        self.diary = []

    def unlock(self):
        self.diary.append("unlock")

    def lock(self):
        self.diary.append("lock")

    def ride(self):
        self.diary.append("ride")


@hire.test("the bike is unlocked on entering and locked on leaving, once each, and nothing is done before")
def _(answer):
    bike = _LockedBike()
    made = answer(bike)
    equal(bike.diary, [], what="What was done to the bike when the `Hire` was made")
    with made:
        equal(bike.diary, ["unlock"], what="What was done to the bike on entering the block")
        bike.ride()
    equal(bike.diary, ["unlock", "ride", "lock"], what="What was done to the bike in all")


@hire.test("what stands after `as` is the bike")
def _(answer):
    bike = _LockedBike()
    with answer(bike) as mine:
        holds(mine is not None, "What stands after `as` is None: `__enter__` returns nothing.", None)
        holds(mine is bike, "What stands after `as` is not the bike.", type(mine).__name__)


@hire.test("an error in the block goes on to the caller, and the bike is locked all the same", points=2)
def _(answer):
    bike = _LockedBike()
    with raises(OSError):
        with answer(bike):
            bike.ride()
            raise OSError("tram line")
    equal(bike.diary, ["unlock", "ride", "lock"], what="What was done to the bike when the block ended with an error")


@hire.test("`failed` tells whether an error ended the block", hidden=True)
def _(answer, rng):
    for fails in [False, True, *(bool(rng.random() < 0.5) for _ in range(4))]:
        made = answer(_LockedBike())
        equal(made.failed, False, what="`failed` before the block")
        try:
            with made:
                if fails:
                    raise [KeyError, ValueError, OSError][int(rng.integers(3))]("broken spoke")
        except (KeyError, ValueError, OSError):
            pass
        equal(made.failed, fails, what=f"`failed` after a block that ended {'with an error' if fails else 'well'}")


class _Hire:
    def __init__(self, bike):
        self.bike = bike
        self.failed = False

    def __enter__(self):
        self.bike.unlock()
        return self.bike

    def __exit__(self, kind, error, trace):
        self.bike.lock()
        self.failed = kind is not None


hire.equivalent(
    "self.failed = trace is not None", because="an error always comes with a trace, and no error never does"
)


@hire.mistake(
    "After `as` there is None: your `__enter__` does its work and returns nothing. What it returns is what the name after `as` stands for."
)
class enter_returns_nothing(_Hire):
    def __enter__(self):
        self.bike.unlock()


@hire.mistake(
    "What stands after `as` is the `Hire` object: `return self` is common, and right for files. Here the customer wants the bike itself."
)
class enter_returns_self(_Hire):
    def __enter__(self):
        self.bike.unlock()
        return self


@hire.mistake(
    "The error in the block disappears: your `__exit__` returns something true, which tells Python that all is settled. An error that nobody hears of is "
    "the worst kind. What should it return?"
)
class error_swallowed(_Hire):
    def __exit__(self, kind, error, trace):
        super().__exit__(kind, error, trace)
        return True


@hire.mistake(
    "The error in the block disappears: your `__exit__` returns `failed`, or something else that is true when there was an error, which tells Python "
    "that all is settled. Keep what happened in the attribute, and return nothing."
)
class failure_returned(_Hire):
    def __exit__(self, kind, error, trace):
        super().__exit__(kind, error, trace)
        return self.failed


@hire.mistake(
    "If the block ends with an error, the bike stays unlocked. That is the very case for which context managers exist: lock it first, whatever happened."
)
class locked_only_when_well(_Hire):
    def __exit__(self, kind, error, trace):
        self.failed = kind is not None
        if error is None:
            self.bike.lock()


@hire.mistake(
    "The bike is unlocked as soon as the `Hire` object is made, perhaps hours before anybody enters the block. Which method is called at the moment "
    "of entering?"
)
class unlocked_when_made(_Hire):
    def __init__(self, bike):
        super().__init__(bike)
        bike.unlock()

    def __enter__(self):
        return self.bike


@hire.mistake(
    "Entering and leaving are the wrong way round: the bike is locked for the ride and unlocked afterwards. Which of the two methods is called first?"
)
class wrong_way_round(_Hire):
    def __enter__(self):
        self.bike.lock()
        return self.bike

    def __exit__(self, kind, error, trace):
        self.bike.unlock()
        self.failed = kind is not None


@hire.mistake(
    "`failed` stays False even when an error ended the block. `__exit__` is told about it by its three parameters after `self`: what are they if all went well?"
)
class never_failed(_Hire):
    def __exit__(self, kind, error, trace):
        self.bike.lock()


@hire.mistake(
    "`failed` says the opposite: True when all went well. If there was no error, the parameters of `__exit__` are None."
)
class failed_turned_round(_Hire):
    def __exit__(self, kind, error, trace):
        self.bike.lock()
        self.failed = error is None


@hire.mistake(
    "`failed` should be True or False, and yours is the error itself, or None. Ask a question about it whose answer is one of the two."
)
class failed_is_the_error(_Hire):
    def __exit__(self, kind, error, trace):
        self.bike.lock()
        self.failed = error


@hire.mistake(
    "Python stops when the block ends: `__exit__` *takes … positional arguments but 4 were given*. It is always called with three things beside the "
    "object, whether there was an error or not. Give it a parameter for each."
)
class exit_without_parameters(_Hire):
    def __exit__(self):
        self.bike.lock()


@hire.also_right
class with_star:
    failed = False

    def __init__(self, bike):
        self._bike = bike

    def __enter__(self):
        self._bike.unlock()
        return self._bike

    def __exit__(self, *what_happened):
        try:
            self.failed = any(part is not None for part in what_happened)
            return False
        finally:
            self._bike.lock()


# Challenge

forecast = Exercise(
    names=["Forecast"],
    value=True,
    concepts=["estimator", "fit and predict", "R²", "class"],
    minutes=12,
    hints=[
        "Which hours of the past are most like the one you are asked about? What did they bring on average?",
        "Group the counts by a tuple of what matters, as in the lesson on collections; the figure shows two things that matter, and the "
        "months are a third.",
        "`fit` builds a dict from kind of hour to mean; `predict` looks each hour up, with the overall mean for a kind never seen.",
        "`score` needs no new arithmetic: your own `predict` gives the predictions, and `r_squared` compares.",
    ],
    seconds=20,
)
MONTHS = ["Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"]


def rentals(odd):
    """Hours and counts of the odd (or even) days of the year, as the lesson makes them."""
    table = datasets.load("bike_hourly")
    table = table[table["day"] % 2 == int(odd)]
    columns = [table[name].tolist() for name in ("mnth", "hr", "workingday", "weathersit", "temp", "bikers")]
    hours = [
        {"month": m, "hour": h, "workingday": w == 1, "weather": s, "celsius": round(47 * t - 8, 1)}
        for m, h, w, s, t, _ in zip(*columns, strict=True)
    ]
    return hours, columns[-1]


def some_hours(rng, number):
    """Hours of any kind."""
    return [
        {
            "month": MONTHS[int(rng.integers(12))],
            "hour": int(rng.integers(24)),
            "workingday": bool(rng.random() < 0.7),
            "weather": ["clear", "cloudy/misty", "light rain/snow"][int(rng.integers(3))],
            "celsius": float(rng.integers(-50, 350)) / 10,
        }
        for _ in range(number)
    ]


def an_hour(hour, month="May", workingday=True, celsius=15.0):
    return {"month": month, "hour": hour, "workingday": workingday, "weather": "clear", "celsius": celsius}


def predictions(made, hours):
    """What it predicts: as many numbers as there are hours."""
    found = made.predict(hours)
    if found is None:
        raise Mismatch("`predict` gives back nothing (None). Is there a `return`?", "None", f"{len(hours)} numbers")
    try:
        found = [float(number) for number in found]
    except (TypeError, ValueError):
        raise Mismatch("`predict` should give back a list with one number for each hour.", repr(found)[:80]) from None
    equal(len(found), len(hours), what="The number of predictions")
    return found


@forecast.test("`fit` gives back the object itself, and leaves hours and counts as they were")
def _(answer):
    made, hours, counts = answer(), [an_hour(8), an_hour(9), an_hour(8, workingday=False)], [30, 10, 5]
    with unchanged(hours=hours, counts=counts):
        found = made.fit(hours, counts)
    holds(found is not None, "`fit` gives back nothing (None), so `Forecast().fit(…).predict(…)` fails.")
    holds(found is made, "`fit` should give back the very object that was fitted.", type(found).__name__)


@forecast.test("before `fit`, `predict` and `score` refuse with a RuntimeError that says so")
def _(answer):
    with raises(RuntimeError, says="fit"):
        answer().predict([an_hour(8)])
    with raises(RuntimeError, says="fit"):
        answer().score([an_hour(8), an_hour(9)], [1, 2])


@forecast.test("fitting again forgets what was learnt before, and two forecasts know nothing of each other")
def _(answer):
    hours = [an_hour(8), an_hour(9), an_hour(17, workingday=False)]
    one = answer()
    one.fit(hours, [12, 12, 12])
    close(predictions(one, hours), [12, 12, 12], what="The predictions after only 12s were seen")
    other = answer()
    with raises(RuntimeError, says="fit"):
        other.predict(hours)
    other.fit(hours, [70, 70, 70])
    close(predictions(one, hours), [12, 12, 12], what="The predictions of the first after a second was fitted on 70s")
    one.fit([an_hour(3)], [30])
    found = predictions(one, [an_hour(3), *hours])
    close(found, [30] * 4, what="The predictions after fitting again on a single hour with count 30")


@forecast.test("hours unlike all it has seen get a prediction between the smallest and the largest count")
def _(answer):
    made = answer()
    made.fit([an_hour(8), an_hour(9), an_hour(8, "June"), an_hour(12, celsius=21.0)], [90, 50, 40, 70])
    strange = [an_hour(3, "Dec", False, -9.0), an_hour(8, "Jan"), an_hour(23)]
    for number in predictions(made, strange):
        holds(40 <= number <= 90, "A prediction lies outside the counts 40 to 90 that were seen.", number)


@forecast.test("`score` is R² of its own predictions", points=2)
def _(answer):
    hours = [an_hour(h, m, w) for h in (3, 8, 17) for m in ("Jan", "July") for w in (True, False)]
    made = answer()
    made.fit(hours, [4, 3, 12, 10, 150, 40, 300, 90, 200, 110, 420, 260])
    for counts in ([5, 2, 9, 14, 130, 60, 320, 80, 250, 90, 400, 300], [100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40]):
        found = predictions(made, hours)
        mean = sum(counts) / len(counts)
        missed = sum((count - guess) ** 2 for count, guess in zip(counts, found, strict=True))
        expected = 1 - missed / sum((count - mean) ** 2 for count in counts)
        close(made.score(hours, counts), expected, what="The score")


@forecast.test("fitted on the odd days of 2011, it reaches an R² of 0.75 on the even days", points=3, hidden=True)
def _(answer, rng):
    made = answer()
    made.fit(*rentals(odd=True))
    even = list(zip(*rentals(odd=False), strict=True))
    # Two thousand of them tell as much as all, and in half the time.
    hours, counts = zip(*[even[int(i)] for i in rng.permutation(len(even))[:2000]], strict=True)
    hours, counts = list(hours), list(counts)
    found = predictions(made, hours)
    holds(all(math.isfinite(number) for number in found), "Some predictions are not numbers (nan) or infinite.")
    mean = sum(counts) / len(counts)
    missed = sum((count - guess) ** 2 for count, guess in zip(counts, found, strict=True))
    reached = 1 - missed / sum((count - mean) ** 2 for count in counts)
    holds(
        reached >= 0.75,
        "The predictions for the even days are not close enough yet.",
        f"R² = {reached:.3f}",
        "0.75 or more",
    )


@forecast.test("any counts: no prediction outside them, and the last fit counts alone", hidden=True)
def _(answer, rng):
    made = answer()
    for _ in range(3):
        hours, low = some_hours(rng, 30), int(rng.integers(50, 400))
        counts = [low + int(extra) for extra in rng.integers(0, 40, size=30)]
        made.fit(hours, counts)
        for number in predictions(made, hours + some_hours(rng, 30)):
            within = min(counts) - 1e-6 <= number <= max(counts) + 1e-6
            holds(
                within, f"A prediction lies outside the counts {min(counts)} to {max(counts)} that were seen.", number
            )


def _kind(hour):
    return hour["month"], hour["workingday"], hour["hour"]


class _Forecast:
    kind = staticmethod(_kind)

    def __init__(self):
        self.means = None

    def fit(self, hours, counts):
        groups = {}
        for hour, count in zip(hours, counts, strict=True):
            groups.setdefault(self.kind(hour), []).append(count)
        self.means = {kind: sum(group) / len(group) for kind, group in groups.items()}
        self.overall = sum(counts) / len(counts)
        return self

    def predict(self, hours):
        if self.means is None:
            raise RuntimeError("call fit first")
        return [self.means.get(self.kind(hour), self.overall) for hour in hours]

    def score(self, hours, counts):
        return _r_squared(counts, self.predict(hours))


def _r_squared(counts, found):
    mean = sum(counts) / len(counts)
    missed = sum((count - guess) ** 2 for count, guess in zip(counts, found, strict=True))
    return 1 - missed / sum((count - mean) ** 2 for count in counts)


@forecast.mistake(
    "Your `fit` learns and gives back nothing, so `Forecast().fit(…).predict(…)` asks None for a prediction. Every estimator gives back the object "
    "that was fitted, so that calls can be chained. What is that object called inside `fit`?"
)
def fit_returns_nothing():
    class Forecast(_Forecast):
        def fit(self, hours, counts):
            super().fit(hours, counts)

    return Forecast


@forecast.mistake(
    "What one forecast has learnt, all of them know: your dict stands in the class, where it is made once, for all objects. "
    "Which method is run anew for every object?"
)
def learnt_by_the_class():
    class Forecast(_Forecast):
        groups = {}

        def __init__(self):
            pass

        def fit(self, hours, counts):
            for hour, count in zip(hours, counts, strict=True):
                self.groups.setdefault(_kind(hour), []).append(count)
            return self

        def predict(self, hours):
            if not self.groups:
                raise RuntimeError("call fit first")
            everything = [count for group in self.groups.values() for count in group]
            found = [self.groups.get(_kind(hour), everything) for hour in hours]
            return [sum(group) / len(group) for group in found]

    return Forecast


@forecast.mistake(
    "A second `fit` adds to what the first has learnt. Fitting means starting afresh: whatever collects the examples has to be made inside `fit`, "
    "not in `__init__`."
)
def second_fit_adds():
    class Forecast(_Forecast):
        def __init__(self):
            self.groups = {}

        def fit(self, hours, counts):
            for hour, count in zip(hours, counts, strict=True):
                self.groups.setdefault(_kind(hour), []).append(count)
            return self

        def predict(self, hours):
            if not self.groups:
                raise RuntimeError("call fit first")
            everything = [count for group in self.groups.values() for count in group]
            found = [self.groups.get(_kind(hour), everything) for hour in hours]
            return [sum(group) / len(group) for group in found]

    return Forecast


@forecast.mistake(
    "Before the first `fit`, your `predict` fails with an error about something missing inside (an AttributeError or a TypeError). Whoever reads "
    "that must know your class from inside to understand it. Ask in `predict` whether there was a fit, and say in words what to do."
)
def no_check_before_fit():
    class Forecast(_Forecast):
        def __init__(self):
            pass

        def predict(self, hours):
            return [self.means.get(_kind(hour), self.overall) for hour in hours]

    return Forecast


@forecast.mistake(
    "Before the first `fit`, your `predict` makes something up. A number that rests on nothing looks like any other number; an error "
    "does not. Refuse with a RuntimeError."
)
def zeros_before_fit():
    class Forecast(_Forecast):
        def predict(self, hours):
            return super().predict(hours) if self.means is not None else [0] * len(hours)

    return Forecast


@forecast.mistake(
    "Everything about your estimator works; it is only too simple. It expects the same of every hour, the mean of all, and so reaches R² = 0. "
    "Look at the figure: what makes one hour different from another?"
)
def mean_of_everything():
    class Forecast(_Forecast):
        @staticmethod
        def kind(hour):
            return 0

    return Forecast


@forecast.mistake(
    "Everything about your estimator works; it only looks at the hour of the day, and so averages the two curves of the figure into one. "
    "What else should decide which hours are alike?"
)
def hour_of_the_day_only():
    class Forecast(_Forecast):
        @staticmethod
        def kind(hour):
            return hour["hour"]

    return Forecast


@forecast.mistake(
    "Everything about your estimator works. It knows the hour of the day and the kind of day, which reaches about 0.65: as yet January and July "
    "are the same to it. Which part of an hour tells them apart?"
)
def hour_and_kind_of_day():
    class Forecast(_Forecast):
        @staticmethod
        def kind(hour):
            return hour["hour"], hour["workingday"]

    return Forecast


@forecast.mistake(
    "Everything about your estimator works. It knows the month and the hour, which reaches about 0.69, but Tuesday at eight and Sunday at eight "
    "are the same to it. Look at the figure again."
)
def hour_and_month():
    class Forecast(_Forecast):
        @staticmethod
        def kind(hour):
            return hour["hour"], hour["month"]

    return Forecast


@forecast.mistake(
    "An hour of a kind that was never seen stops `predict` with a KeyError. There will always be such hours. What would you guess "
    "if you knew nothing about an hour?"
)
def unseen_is_a_key_error():
    class Forecast(_Forecast):
        def predict(self, hours):
            if self.means is None:
                raise RuntimeError("call fit first")
            return [self.means[_kind(hour)] for hour in hours]

    return Forecast


@forecast.mistake(
    "For an hour of a kind that was never seen you predict 0. *Nothing known* is not *nobody comes*: 0 may lie far below "
    "every count you have seen. Which single number is the best guess for an hour of which you know nothing?"
)
def unseen_is_zero():
    class Forecast(_Forecast):
        def predict(self, hours):
            if self.means is None:
                raise RuntimeError("call fit first")
            return [self.means.get(_kind(hour), 0) for hour in hours]

    return Forecast


@forecast.mistake(
    "Your `score` mistakes the predictions for the answers. R² is not the same both ways: the mean, below the line of the fraction, is that of "
    "the *answers*, which are the counts. Which of the two comes first in `r_squared`?"
)
def answers_and_predictions_swapped():
    class Forecast(_Forecast):
        def score(self, hours, counts):
            found = self.predict(hours)
            mean = sum(found) / len(found)
            spread = sum((guess - mean) ** 2 for guess in found)
            return 1 - sum((count - guess) ** 2 for count, guess in zip(counts, found, strict=True)) / spread

    return Forecast


@forecast.mistake(
    "`score` gives back None: it prints, or has no `return`. Whoever compares two estimators needs the number itself."
)
def score_printed():
    class Forecast(_Forecast):
        def score(self, hours, counts):
            print(_r_squared(counts, self.predict(hours)))

    return Forecast


@forecast.mistake(
    "Your `score` fits the forecast on the very hours that it is to be judged by, and so praises itself, even before anybody has called `fit`. Scoring "
    "only asks for predictions and compares them."
)
def fitted_while_scored():
    class Forecast(_Forecast):
        def score(self, hours, counts):
            self.fit(hours, counts)
            return _r_squared(counts, self.predict(hours))

    return Forecast


@forecast.mistake(
    "Before the first `fit`, your `predict` stops with an AttributeError about None: what it looks into is not there yet. Whoever reads that must know your "
    "class from inside to understand it. Ask in `predict` whether there was a fit, and say in words what to do."
)
def looks_into_none():
    class Forecast(_Forecast):
        def predict(self, hours):
            return [self.means.get(_kind(hour), self.overall) for hour in hours]

    return Forecast


@forecast.mistake(
    "Two hours are alike for you only if *everything* agrees, the temperature to a tenth of a degree too. Nearly no hour of another day does, so you mostly "
    "fall back on your guess for unknown hours. Which few keys matter most?"
)
def alike_in_everything():
    class Forecast(_Forecast):
        @staticmethod
        def kind(hour):
            return tuple(hour.values())

    return Forecast


@forecast.mistake(
    "Your `predict` refuses with another kind of error. The statement names RuntimeError, so a caller who is prepared for that does not catch yours."
)
def value_error_before_fit():
    class Forecast(_Forecast):
        def predict(self, hours):
            if self.means is None:
                raise ValueError("call fit first")
            return super().predict(hours)

    return Forecast


@forecast.also_right
def with_seasons_and_weather():
    class Forecast:
        def fit(self, hours, counts):
            self.table = {}
            self.everything = list(counts)
            for position in range(len(hours)):
                for kind in self.kinds(hours[position]):
                    if kind not in self.table:
                        self.table[kind] = []
                    self.table[kind].append(counts[position])
            return self

        def kinds(self, hour):
            quarter = (MONTHS.index(hour["month"]) + 1) % 12 // 3
            rain = "rain" in hour["weather"]
            return [
                (hour["hour"], hour["workingday"], quarter, rain),
                (hour["hour"], hour["workingday"], quarter),
                (hour["hour"], hour["workingday"]),
                hour["hour"],
            ]

        def predict(self, hours):
            if not hasattr(self, "table"):
                raise RuntimeError("This forecast has not been fitted.")
            return [self.guess(hour) for hour in hours]

        def guess(self, hour):
            for kind in self.kinds(hour):
                if kind in self.table:
                    return sum(self.table[kind]) / len(self.table[kind])
            return sum(self.everything) / len(self.everything)

        def score(self, hours, counts):
            return _r_squared(counts, self.predict(hours))

    return Forecast


@forecast.also_right
def with_a_class_of_error():
    class NotFitted(RuntimeError):
        """The forecast has not been fitted yet."""

    class Forecast(_Forecast):
        def predict(self, hours):
            if self.means is None:
                raise NotFitted("fit comes before predict")
            return tuple(super().predict(hours))

    return Forecast
