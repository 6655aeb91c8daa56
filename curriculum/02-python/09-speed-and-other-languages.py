"""Exercises of 02-python/09-speed-and-other-languages."""

import functools
import inspect
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.compare import Mismatch, close, equal, holds, raises
from autograder.exercise import Choice, Exercise

COMPILER = shutil.which("g++")
"""Without it, nothing that needs it can be tested, and the points are given."""


def run(command, folder, text="", seconds=8):
    """A program run in `folder` with nothing of this process but the way to its tools."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "TMPDIR": str(folder), "LC_ALL": "C"}
    settings = {"capture_output": True, "text": True, "errors": "replace", "env": environment}
    try:
        return subprocess.run(command, cwd=folder, input=text, timeout=seconds, **settings)
    except subprocess.TimeoutExpired:
        words = f"It was still running after {seconds} seconds. Is there a loop that never ends?"
        raise Mismatch(words, seen="time") from None


# Warm-up

warmup_1 = Choice(
    correct="c",
    distractors={
        "a": "A list is looked through from its beginning, one element after the other: for an id that is not there, all 100,000 of "
        "them. Which collection can *compute* where an element must stand?",
        "b": "A tuple is a list that can't be changed; `in` looks through it in just the same way.",
        "d": "A text is looked through letter by letter, and it even finds 12 in 4123. Which collection is made for the question *in or not in*?",
    },
    concepts=["set"],
    hints=["Which of them finds an element by its hash, wherever it stands?"],
)

warmup_2 = Choice(
    correct="a",
    distractors={
        "b": "NumPy does not make room by itself: an array keeps its dtype. What is the largest number of 8 bits?",
        "c": "It would be kind of NumPy to complain, but it does not: arithmetic on whole arrays goes on without a word.",
        "d": "250 is what was there before. Something was added; where does a number of 8 bits begin again after 255?",
    },
    concepts=["integer overflow", "dtype"],
    hints=["8 bits hold the numbers from 0 to 255. What comes after 255?"],
)


# 1. Measure first

best_time = Exercise(
    concepts=["timing", "functions as arguments", "test double"],
    minutes=6,
    hints=[
        "How often is `function` called in all, and which of these calls does not count?",
        "One call stands alone, before the loop. In the loop: read the clock, call, read the clock again.",
        "Collect the differences in a list; the builtin `min` finds the smallest.",
    ],
)


def staged(durations):
    """A function that takes the given times, one after the other, by a clock of its own; both, and what was done."""
    now, done = [1000.0], []

    def function():
        if len(done) == len(durations):
            raise Mismatch(
                f"`function` is called more often than {len(durations)} times: once to warm up, then `repeats` times."
            )
        now[0] += durations[len(done)]
        done.append("call")

    def clock():
        now[0] += 0.001  # reading a clock takes time, too
        return now[0]

    return function, clock, done


def calls_made(done, expected):
    holds(
        len(done) == expected,
        f"`function` was called {len(done)} times in all. It should be {expected}: once to warm up and then `repeats` times.",
    )


@best_time.test("of four calls that take 6, 9, 4 and 7 seconds after the warm-up, the best takes 4")
def _(answer):
    function, clock, done = staged([8.0, 6.0, 9.0, 4.0, 7.0])
    close(answer(function, 4, clock), 4.0, atol=0.01, what="The best time")
    calls_made(done, 5)


@best_time.test("the warm-up does not count, even where it happens to be the fastest")
def _(answer):
    function, clock, done = staged([1.0, 7.0, 5.0])
    close(answer(function, 2, clock), 5.0, atol=0.01, what="The best time")
    calls_made(done, 3)


@best_time.test("with any durations and any number of repeats, also one", points=2, hidden=True)
def _(answer, rng):
    for repeats in (1, 2, 7):
        durations = rng.uniform(1, 60, size=repeats + 1).round(2).tolist()
        function, clock, done = staged(durations)
        close(answer(function, repeats, clock), min(durations[1:]), atol=0.01, what=f"The best of {repeats}")
        calls_made(done, repeats + 1)


@best_time.mistake(
    "Your first measurement is the first call of all: there is no warm-up, so what happens only once (files are read, caches are filled) counts "
    "as if it happened always. What should happen before the clock is read for the first time?"
)
def no_warm_up(function, repeats, clock):
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        times.append(clock() - start)
    return min(times)


@best_time.mistake(
    "The warm-up is among the times that you compare. It is called to be forgotten: let it stand before the loop, without a clock."
)
def warm_up_counted(function, repeats, clock):
    times = []
    for _ in range(repeats + 1):
        start = clock()
        function()
        times.append(clock() - start)
    return min(times)


@best_time.mistake(
    "You take the mean, and with it every disturbance: another program, a cleaning-up by Python. Noise makes a run slower, never faster. Which of the times has the least "
    "noise in it?"
)
def the_mean(function, repeats, clock):
    function()
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        times.append(clock() - start)
    return sum(times) / len(times)


@best_time.mistake(
    "You give back the time of all the calls together. Read the clock before and after *each* call, and keep the best."
)
def one_measurement_for_all(function, repeats, clock):
    function()
    start = clock()
    for _ in range(repeats):
        function()
    return clock() - start


@best_time.mistake(
    "You give back the *longest* time, the one with the most noise in it. The best time is the smallest."
)
def the_slowest(function, repeats, clock):
    function()
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        times.append(clock() - start)
    return max(times)


@best_time.mistake(
    "What comes back is the last measurement: the name that holds the time is written over in each turn of the loop. Keep them all, or keep the best so far."
)
def the_last(function, repeats, clock):
    function()
    for _ in range(repeats):
        start = clock()
        function()
        last = clock() - start
    return last


@best_time.mistake(
    "What comes back is the time of the first call after the warm-up, which may have met a disturbance. Either you timed once, or the start is read before the loop only: then the later measurements hold the earlier calls as well, "
    "and the first is always the smallest. Measure each call by itself and keep the best."
)
def timed_once(function, repeats, clock):
    function()
    start = clock()
    function()
    return clock() - start


@best_time.mistake(
    "The clock is read before the loop only, so each measurement goes on from the beginning and holds all the calls before it. Which of the two looks at the clock must move into the loop?"
)
def started_once(function, repeats, clock):
    function()
    times = []
    start = clock()
    for _ in range(repeats):
        function()
        times.append(clock() - start)
    return max(times)


@best_time.mistake(
    "Your warm-up is one of the `repeats` calls, so one measurement too few is left, and with `repeats` 1 none at all. It comes *before* them: how often is `function` called in all?"
)
def one_measured_too_few(function, repeats, clock):
    function()
    times = []
    for _ in range(repeats - 1):
        start = clock()
        function()
        times.append(clock() - start)
    return min(times)


@best_time.mistake(
    "One measurement of all the calls, divided by their number, is the mean: every disturbance is in it. Read the clock before and after *each* call, and keep the best."
)
def all_divided(function, repeats, clock):
    function()
    start = clock()
    for _ in range(repeats):
        function()
    return (clock() - start) / repeats


@best_time.mistake(
    "Nothing is called: `function` alone is the name of the function. What has to stand behind a name to call it? You measure how long it takes to do nothing."
)
def never_called(function, repeats, clock):
    times = []
    for _ in range(repeats):
        start = clock()
        times.append(clock() - start)
    return min(times)


@best_time.also_right
def best_so_far(function, repeats, clock):
    function()
    best = float("inf")
    for _ in range(repeats):
        start = clock()
        function()
        end = clock()
        if end - start < best:
            best = end - start
    return best


hot_spot = Choice(
    correct="b",
    points=2,
    distractors={
        "a": "It is called most often, but all its calls together take 1.6 of the 10 seconds. Ten times as fast, they take 0.16: you win 1.4 seconds. Which row holds the time?",
        "c": "Even if both took no time at all, 9.1 of the 10 seconds would be left. What is not slow can't be sped up. Where are most of the seconds?",
        "d": "A tenth less everywhere leaves 9 seconds, for four pieces of work. Look for the one row that could give you more than that alone.",
    },
    concepts=["profiling"],
    minutes=2,
    hints=["For each change: how many of the 10 seconds are left?"],
)


# 2. Less work

remembered = Exercise(
    concepts=["cache", "functions as results", "dict"],
    minutes=6,
    hints=[
        "What must the new function have at hand to know whether an argument was asked before?",
        "A dict from argument to result, made once, outside of the inner function, inside of `remembered`.",
        "`if argument not in results` asks about the *key*. The result itself may be anything, also 0 or `None`.",
    ],
)


def counted(function):
    """The function and a list of the arguments with which it was called."""
    asked = []

    def counting(argument):
        asked.append(argument)
        return function(argument)

    return counting, asked


@remembered.test("the results are those of the function itself, which is not asked a second time")
def _(answer):
    square, asked = counted(lambda number: number * number)
    quick = answer(square)
    equal([quick(3), quick(5), quick(3), quick(-3)], [9, 25, 9, 9], what="What it gives for 3, 5, 3 and -3")
    equal(asked, [3, 5, -3], what="The list of the arguments that reached the function")


@remembered.test("each argument reaches the function once, in whatever order they are asked")
def _(answer):
    length, asked = counted(len)
    quick = answer(length)
    for text in ("dock", "bike", "dock", "bike", "dock"):
        quick(text)
    equal(asked, ["dock", "bike"], what="The list of the arguments that reached the function")
    words, asked = counted(repr)
    quick = answer(words)
    equal([quick(7), quick("7"), quick((7,))], ["7", "'7'", "(7,)"], what="What it gives for 7, the text '7' and (7,)")


@remembered.test("results such as 0, an empty text or None are remembered as well")
def _(answer):
    for nothing in (0, "", None):
        function, asked = counted(lambda argument, nothing=nothing: nothing)
        quick = answer(function)
        equal([quick("a"), quick("a"), quick("a")], [nothing] * 3, what="The three results")
        equal(asked, ["a"], what=f"The list of arguments that reached a function whose result is {nothing!r}")


@remembered.test("two functions are remembered apart, and nothing is asked before it is needed", hidden=True)
def _(answer, rng):
    numbers = rng.integers(1, 8, size=30).tolist()
    (double, doubled), (negate, negated) = counted(lambda number: 2 * number), counted(lambda number: -number)
    one, other = answer(double), answer(negate)
    equal(doubled, [], what="The list of arguments that reached the function before any question")
    equal([one(number) for number in numbers], [2 * number for number in numbers], what="What the first one gives")
    equal([other(number) for number in numbers], [-number for number in numbers], what="What the second one gives")
    equal(doubled, list(dict.fromkeys(numbers)), what="The list of arguments that reached the first one")
    equal(negated, list(dict.fromkeys(numbers)), what="The list of arguments that reached the second one")
    square, asked = counted(lambda number: number * number)
    quick = answer(square)
    for number in [*range(150), 0, 1]:
        quick(number)
    holds(len(asked) == 150, "After 150 different arguments the first ones should still be there.", len(asked), 150)


@remembered.mistake(
    "Nothing is remembered: every question reaches the function again. Either you never look whether the answer is already there, or the dict is made *inside* the inner function, anew in each "
    "call. Where does it live as long as the inner function does?"
)
def nothing_remembered(function):
    return lambda argument: function(argument)


@remembered.mistake(
    'A result such as 0, `""` or `None` counts as false, so you take it for *not there yet* and ask again. Ask whether the *key* is in the dict, not what stands beside it.'
)
def truth_of_the_result(function):
    results = {}

    def quick(argument):
        if not results.get(argument):
            results[argument] = function(argument)
        return results[argument]

    return quick


@remembered.mistake(
    "`None` is remembered, and yet asked for again: `results.get(argument) is None` can't tell *not there* from *the result is None*. `in` can."
)
def none_taken_for_missing(function):
    results = {}

    def quick(argument):
        if results.get(argument) is None:
            results[argument] = function(argument)
        return results[argument]

    return quick


@remembered.mistake(
    "The first time, the result is put away and nothing comes back: that way through your function has no `return`. Both ways have to end in one."
)
def nothing_the_first_time(function):
    results = {}

    def quick(argument):
        if argument in results:
            return results[argument]
        results[argument] = function(argument)

    return quick


@remembered.mistake(
    "You remember the latest argument only. As soon as two of them take turns, everything is asked again. One place for each argument: which collection has that?"
)
def only_the_latest(function):
    last = []

    def quick(argument):
        if not last or last[0] != argument:
            last[:] = [argument, function(argument)]
        return last[1]

    return quick


@remembered.mistake(
    "One result for all: once something is there, you give it back whatever is asked. Beside which *key* must a result stand?"
)
def one_result_for_all(function):
    results = []

    def quick(argument):
        if not results:
            results.append(function(argument))
        return results[0]

    return quick


@remembered.mistake(
    "The first time the result comes back, and later nothing: the `return` belongs to the case that the argument is new. Both ways have to end in one."
)
def nothing_later(function):
    results = {}

    def quick(argument):
        if argument not in results:
            results[argument] = function(argument)
            return results[argument]
        return None

    return quick


@remembered.mistake(
    "Your keys are texts made of the arguments, so the number 7 and the text `'7'` share one place, and one gets the result of the other. What may be a key of a dict, as it is?"
)
def texts_as_keys(function):
    results = {}

    def quick(argument):
        if str(argument) not in results:
            results[str(argument)] = function(argument)
        return results[str(argument)]

    return quick


@remembered.mistake(
    "`lru_cache` keeps the latest 128 results and lets go of older ones, unless it is told otherwise. Here each argument reaches the function once, however many there are."
)
def only_128(function):
    return functools.lru_cache(function)


@remembered.also_right
def by_library(function):
    return functools.cache(function)


@remembered.also_right
def by_exception(function):
    results = {}

    def quick(argument):
        try:
            return results[argument]
        except KeyError:
            results[argument] = function(argument)
            return results[argument]

    return quick


# 3. C++

CALLER = """
import ctypes, json, sys
library = ctypes.CDLL(sys.argv[1])
try:
    bought = library.bought
except AttributeError:
    print(json.dumps(None))
    raise SystemExit
bought.argtypes = [ctypes.POINTER(ctypes.c_double), ctypes.c_int64, ctypes.c_double, ctypes.c_double]
bought.restype = ctypes.c_double
results = []
for flows, level, capacity in json.load(sys.stdin):
    behind = [-1000.0]  # who reads one place too far, finds this
    results.append(bought((ctypes.c_double * (len(flows) + 1))(*flows, *behind), len(flows), level, capacity))
print(json.dumps(results))
"""


def bought(flows, level, capacity):
    """The energy that has to be bought, in plain Python."""
    total = 0.0
    for flow in flows:
        level += flow
        if level > capacity:
            level = capacity
        if level < 0:
            total -= level
            level = 0.0
    return total


FORBIDDEN = ["-Werror=return-type", "-Werror=uninitialized", "-Werror=maybe-uninitialized"]
"""What C++ lets pass and nobody means: its result is whatever lies in memory, so no test could see it for sure."""


@functools.lru_cache(maxsize=64)
def compiled(source):
    """The library that g++ makes of a text, as bytes, and the first thing it complains about, "" if nothing."""
    # In the course's own notebook the marks around the solution stand in the file, and are no C++.
    source = "\n".join("" if line.strip().startswith("### ") else line for line in source.splitlines()) + "\n"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "battery.cpp").write_text(source, encoding="utf-8")
        options = ["-O1", "-shared", "-fPIC", *FORBIDDEN, "-o", "libbattery.so", "battery.cpp"]
        done = run([COMPILER, *options], folder)
        if done.returncode == 0:
            return Path(folder, "libbattery.so").read_bytes(), ""
        complaints = (
            [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines() or ["(nothing)"]
        )
        return b"", complaints[0].strip()


ENDLESS = set()
"""Texts whose function was stopped: the other tests needn't wait for it again."""


def called(source, calls):
    """The process that has called `bought` of a compiled text, in JSON."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "battery.so").write_bytes(compiled(source)[0])
        return run(
            [sys.executable, "-I", "-S", "-c", CALLER, str(Path(folder, "battery.so"))], folder, calls, seconds=3
        )


def called_in_cpp(source, calls):
    """What `bought` of a C++ text gives for each (flows, level, capacity), in a process that may crash."""
    complaint = compiled(source)[1]
    if complaint:
        raise Mismatch(f"g++ can't compile it: {complaint}", seen=["not compiled", complaint.partition("error")[2]])
    if source in ENDLESS:
        raise Mismatch("It does not end: it was stopped after 3 seconds, and is not tried again.", seen="time")
    try:
        done = called(source, json.dumps(calls))
    except Mismatch:
        ENDLESS.add(source)
        raise
    if done.returncode:
        raise Mismatch(
            "The program crashed while your function ran. Does it read or write where nothing is?", seen="crash"
        )
    results = json.loads(done.stdout)
    if results is None:
        raise Mismatch(
            'The library holds no function called `bought`. Without `extern "C"`, C++ adds the types to its name, and nobody finds it.',
            seen="no name",
        )
    return results


def same_as_python(source, calls, what):
    if COMPILER is None:
        return
    for (flows, level, capacity), got in zip(calls, called_in_cpp(source, calls), strict=True):
        # A float of 32 bits is wrong in the eighth digit, one of 64 in the sixteenth.
        close(
            got,
            bought(flows, level, capacity),
            rtol=1e-10,
            atol=1e-10,
            what=f"What {what} gives for {flows}, {level} and {capacity}",
        )


battery_cpp = Exercise(
    file="battery.cpp",
    inside=True,
    concepts=["C++", "types", "compiling"],
    minutes=8,
    hints=[
        "Which variable do you need besides those that are given, and what type has it?",
        "Translate the Python loop line by line: the `for` line of `total.cpp` goes through all the places, and `flows[i]` is the number at place i.",
        "Each statement ends with a semicolon; the condition of an `if` stands in round brackets, what depends on it in curly ones; at the end, `return` the total.",
    ],
)


@battery_cpp.test("the example: 1 kWh is bought for the flows 3, -5, 4, -1, a level of 2 and a capacity of 4")
def _(answer):
    same_as_python(answer, [([3.0, -5.0, 4.0, -1.0], 2.0, 4.0)], "`bought`")


@battery_cpp.test("what does not fit into the battery is lost, and an empty battery starts again at 0")
def _(answer):
    calls = [([5.0, -3.0, 5.0, -6.0], 0.0, 2.5), ([-2.0, -2.0, 1.0, -3.0], 1.0, 10.0), ([0.25, -0.5], 0.0, 1.0)]
    same_as_python(answer, calls, "`bought`")


@battery_cpp.test("no flows, or a battery that never runs empty: nothing is bought")
def _(answer):
    same_as_python(answer, [([], 3.0, 5.0), ([1.0, -1.0, 0.5], 1.0, 8.0), ([-1.0], 1.0, 2.0)], "`bought`")


@battery_cpp.test("any day of any battery comes out as in Python", points=2, hidden=True)
def _(answer, rng):
    days = [rng.normal(0, 2, size=size).round(2).tolist() for size in (1, 2, 24, 60)]
    same_as_python(answer, [(flows, 1.5, capacity) for flows in days for capacity in (2.0, 6.0)], "`bought`")


def cpp(body, head='extern "C" double bought(const double* flows, std::int64_t n, double level, double capacity) {'):
    return f"#include <cstdint>\n\n{head}\n{body}\n}}\n"


LOOP = """    {type} total = 0;
    for (std::int64_t i = {first}; i {compare} n; i++) {{
        level {plus} flows[i];
        {cap}
        if (level < 0) {{
            total {less} level;
            {empty}
        }}
    }}
    return total;"""


def loop(**changed):
    whole = {"type": "double", "first": "0", "compare": "<", "plus": "+=", "less": "-=", "empty": "level = 0;"}
    return cpp(LOOP.format(**{**whole, "cap": "if (level > capacity) { level = capacity; }", **changed}))


@battery_cpp.mistake(
    "`total` is of a whole-number type, so every half kWh that is added to it is cut off, without a word. In C++ the type of a variable is yours to choose: which one has a point?"
)
def total_of_whole_numbers():
    return loop(type="int")


@battery_cpp.mistake(
    "Your loop reads one place too far: with `i <= n` the last `i` is n, but the places are counted from 0 to n - 1. Python would stop you with an IndexError; C++ reads whatever lies there."
)
def one_place_too_far():
    return loop(compare="<=")


@battery_cpp.mistake(
    "Your loop begins at place 1, so the first flow never reaches the battery. At which number do places begin in C++?"
)
def begins_at_one():
    return loop(first="1")


@battery_cpp.mistake(
    "The level stays below zero after energy was bought, so the same lack is paid again at the next step. What is in the battery once you have bought what was missing?"
)
def lack_paid_twice():
    return loop(empty="")


@battery_cpp.mistake(
    "Your battery has no lid: it holds more than its capacity, and lives on that later. What happens to the level when it is above the capacity?"
)
def no_lid():
    return loop(cap="")


@battery_cpp.mistake(
    "The sign is the wrong way round: while the level is below 0, `total += level` makes the total *smaller*. What is missing is `-level`."
)
def sign_of_the_lack():
    return loop(less="+=")


@battery_cpp.mistake(
    "`level = flows[i]` puts the flow in the place of the level; what was in the battery is forgotten. A flow is *added* to it."
)
def flow_for_level():
    return loop(plus="=")


@battery_cpp.mistake(
    'Nobody finds a function `bought` in what you built. Either it has another name, or you have taken away `extern "C"`. That tells the compiler to leave the name as it is; without it C++ puts the types of the arguments into the name, and ctypes does not find `bought`.'
)
def without_extern():
    return loop().replace('extern "C" ', "")


@battery_cpp.mistake(
    "The function has no `return` at its end. Python would give back `None`; in C++ a caller that expects a `double` would get whatever happens to lie there. What has been added up?"
)
def without_return():
    return loop().replace("    return total;\n", "")


@battery_cpp.mistake(
    "`float` is a number of 32 bits in C++: after some seven digits it is off, and adding up makes it worse. Which row of the table is the float that Python uses?"
)
def total_of_32_bits():
    return loop(type="float")


@battery_cpp.mistake(
    "`total` has a type, but no first value. In C++ it then begins with whatever lies in that place of memory, today perhaps a 0, tomorrow not. With what does the Python program begin?"
)
def total_without_beginning():
    return loop().replace("double total = 0;", "double total;")


@battery_cpp.mistake(
    "You empty the lack before you pay for it: once `level` is 0, there is nothing left to take from the total. Which of the two lines must come first?"
)
def emptied_too_early():
    return loop(less="+=", empty="").replace("total += level;", "level = 0; total -= level;")


@battery_cpp.mistake("What comes back is the level at the end of the day. Asked for is what had to be bought.")
def level_given_back():
    return loop().replace("return total;", "return level;")


@battery_cpp.also_right
def with_a_range():
    return cpp(
        "    double total = 0;\n    while (n-- > 0) {\n        double next = level + *flows++;\n"
        "        total += next < 0 ? -next : 0;\n        level = next < 0 ? 0 : next > capacity ? capacity : next;\n    }\n"
        "    return total;"
    )


@battery_cpp.also_right
def with_the_library():
    body = """    double total = 0;
    for (int i = 0; i < n; ++i) {
        level = std::min(level + flows[i], capacity);
        total += std::max(-level, 0.0);
        level = std::max(level, 0.0);
    }
    return total;"""
    return "#include <algorithm>\n" + cpp(body)


SPY = """#include <cstdint>

extern "C" double bought(const double* flows, std::int64_t n, double level, double capacity) {
    return flows[0] + 10 * flows[1] + 100 * n + 10000 * level + 1000000 * capacity;
}
"""
"""Instead of the battery: tells what has arrived. It reads two numbers only, so that what it sees is always the same."""

IMPORTER = """
import json, sys
sys.path.insert(0, sys.argv[1])
try:
    import battery
    results = [battery.bought(*call) for call in json.load(sys.stdin)]
    print(json.dumps([[type(result).__name__, float(result or 0)] for result in results]))
except BaseException as error:
    print(json.dumps(f"{type(error).__name__}: {error}"))
"""


def called_through(source, module, calls):
    """What `bought` of a wrapping module gives, as floats, with a library made of the C++ text `source`."""
    library, complaint = compiled(source)
    if complaint:  # a compiler that can't do this can't do anything here
        return None
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "libbattery.so").write_bytes(library)
        Path(folder, "battery.py").write_text(module, encoding="utf-8")
        done = run([sys.executable, "-I", "-S", "-c", IMPORTER, folder], folder, json.dumps(calls))
    if done.returncode or not done.stdout.strip():
        raise Mismatch(
            "Python itself crashed in the call: the types that you declared are not those of the function.",
            seen="crash",
        )
    results = json.loads(done.stdout.splitlines()[-1])
    if isinstance(results, str):
        results = results.replace(f"{folder}/", "")
        raise Mismatch(f"Your module raises {results}", seen=["raises", results])
    kinds = {kind for kind, _ in results}
    if "NoneType" in kinds:
        raise Mismatch("`bought` gives back nothing (None). Does it end in a `return`?", seen=sorted(kinds))
    if kinds != {"float"}:
        kind = "a whole number" if "int" in kinds else f"a {sorted(kinds)[0]}"
        raise Mismatch(f"`bought` gives back {kind}, though the C++ function returns a `double`.", seen=sorted(kinds))
    return [value for _, value in results]


battery_py = Exercise(
    file="battery.py",
    inside=True,
    concepts=["ctypes", "types"],
    minutes=7,
    hints=[
        "Read the first line of the C++ function from left to right: which type does it give back, and which four types does it take?",
        "The table in the text has a ctypes name for each of them. A list of four goes to `argtypes`, a single one to `restype`.",
        "`(ctypes.c_double * 3)(1.5, 2.5, 3.5)` makes an array of three. With a star, a list can be handed over: `(*flows)`.",
    ],
)


@battery_py.test("all four arguments arrive in C++ as they were sent, and a float comes back")
def _(answer):
    if COMPILER is None:
        return
    calls = [([1.5, 2.25, 3.0, 4.0], 7.5, 9.0), ([0.5, -0.25, 8.0, 1.0, 0.0, 0.125], -2.0, 0.5)]
    results = called_through(SPY, answer, calls)
    if results is None:
        return
    for (flows, level, capacity), arrived in zip(calls, results, strict=True):
        expected = flows[0] + 10 * flows[1] + 100 * len(flows) + 10000 * level + 1000000 * capacity
        close(arrived, expected, what="The sum that a test library makes of all that has arrived in it")


@battery_py.test("with the battery's library, `bought` gives what it gives in Python", points=2)
def _(answer):
    if COMPILER is None:
        return
    calls = [([3.0, -5.0, 4.0, -1.0], 2.0, 4.0), ([], 1.0, 1.0), ([2, -7, 1, -3], 1, 4)]
    results = called_through(loop(), answer, calls)
    right = results is None or all(abs(got - bought(*call)) < 1e-9 for got, call in zip(results, calls, strict=True))
    if not right:  # what lies beyond an array that is too short differs from run to run
        raise Mismatch("`bought` gives other numbers than the same function in Python.", seen="wrong numbers")


@battery_py.test("days of any length arrive whole", hidden=True)
def _(answer, rng):
    if COMPILER is None:
        return
    calls = [(rng.normal(0, 2, size=size).round(2).tolist(), 1.0, 3.0) for size in (2, 24, 500)]
    results = called_through(loop(), answer, calls)
    right = results is None or all(abs(got - bought(*call)) < 1e-9 for got, call in zip(results, calls, strict=True))
    if not right:
        raise Mismatch("`bought` gives other numbers than the same function in Python.", seen="wrong numbers")


DOUBLES, WHOLE, NUMBER, SHORT = "ctypes.POINTER(ctypes.c_double)", "ctypes.c_int64", "ctypes.c_double", "ctypes.c_float"


def wrapper(
    types=(DOUBLES, WHOLE, NUMBER, NUMBER), result=NUMBER, element=NUMBER, call="array, len(flows), level, capacity"
):
    declared = [f"library.bought.argtypes = [{', '.join(types)}]"] if types else []
    declared += [f"library.bought.restype = {result}"] if result else []
    return "\n".join(
        [
            "import ctypes",
            "from pathlib import Path",
            "",
            'library = ctypes.CDLL(str(Path(__file__).with_name("libbattery.so")))',
            *declared,
            "",
            "",
            "def bought(flows, level, capacity):",
            f"    array = ({element} * len(flows))(*flows)",
            f"    return library.bought({call})",
            "",
        ]
    )


@battery_py.mistake(
    "`restype` is missing. ctypes then takes it that every function gives back an `int`, and reads a whole number from a place where none was put. What stands in front of the function's name in C++?"
)
def without_restype():
    return wrapper(result="")


@battery_py.mistake(
    "You declared the flows as `c_float`, a number of 32 bits. In C++ they are `double`, of 64: the function takes two of yours for one of its own, and then reads on behind the end. Which ctypes name is `double`?"
)
def floats_of_32_bits():
    return wrapper(types=("ctypes.POINTER(ctypes.c_float)", WHOLE, NUMBER, NUMBER), element=SHORT)


@battery_py.mistake(
    "The result is declared as `c_float`, 32 bits of a number that has 64. What is left of it is next to nothing. Which ctypes name is `double`?"
)
def result_of_32_bits():
    return wrapper(result=SHORT)


@battery_py.mistake(
    "Without `argtypes`, ctypes knows what to do with whole numbers and texts, and refuses a float: it could mean 32 bits or 64. Say for all four arguments what C++ expects."
)
def without_argtypes():
    return wrapper(types=())


@battery_py.mistake(
    "The list itself is no array of C++: its elements are Python objects, spread over the memory. Make a row of doubles of it first, and hand over that."
)
def list_handed_over():
    return wrapper(call="flows, len(flows), level, capacity")


@battery_py.mistake(
    "`level` and `capacity` have changed places in the call. C++ does not know your names, it goes by the order: both are `double`, so nobody can notice but you."
)
def arguments_changed_places():
    return wrapper(call="array, len(flows), capacity, level")


@battery_py.mistake(
    "`argtypes` says that level and capacity are whole numbers, so ctypes refuses a float for them. Look at the first line of the C++ function once more: which of the four is whole?"
)
def whole_levels():
    return wrapper(types=(DOUBLES, WHOLE, WHOLE, WHOLE))


@battery_py.mistake(
    "The number comes back from C++, and your function keeps it to itself (or prints it). How does a function hand a result on?"
)
def nothing_handed_on():
    return wrapper().replace("return library", "library")


@battery_py.mistake(
    "Without a star the whole list is handed over as *one* number, the first of the row. What does the star in front of an argument do to a list?"
)
def without_the_star():
    return wrapper().replace("(*flows)", "(flows)")


@battery_py.mistake(
    "Your function does the work in Python; the library is loaded and never asked. Make a row of doubles of the list, and let `library.bought` do the rest."
)
def without_the_library():
    return (
        "import ctypes\nfrom pathlib import Path\n\n"
        'library = ctypes.CDLL(str(Path(__file__).with_name("libbattery.so")))\n\n\n' + inspect.getsource(bought)
    )


@battery_py.also_right
def right_as_it_is():
    return wrapper()


@battery_py.also_right
def with_the_array_module():
    return """import ctypes
from array import array
from pathlib import Path

_bought = ctypes.CDLL(str(Path(__file__).with_name("libbattery.so"))).bought
_bought.argtypes = [ctypes.c_void_p, ctypes.c_longlong, ctypes.c_double, ctypes.c_double]
_bought.restype = ctypes.c_double


def bought(flows, level, capacity):
    numbers = array("d", flows)
    return _bought(numbers.buffer_info()[0], len(numbers), level, capacity)
"""


# 4. Other languages

ask_program = Exercise(
    concepts=["subprocess", "exit code", "standard input and output"],
    minutes=8,
    hints=[
        "What goes in has to be text, what comes out is text. Where do numbers become text, and where does text become numbers?",
        "`subprocess.run(command, input=…, capture_output=True, text=True)` gives an object with `stdout`, `stderr` and `returncode`.",
        "First ask whether `returncode` is 0, and raise a RuntimeError with `stderr` in it if not. Then `stdout.split()` has one text for each number.",
    ],
)


def python(code, *arguments):
    """A command that runs a short Python program: it stands for a program in any language."""
    return [sys.executable, "-I", "-S", "-c", code, *arguments]


DOUBLE = "import sys\nfor line in sys.stdin:\n    print(2 * float(line))"
WARNS = "import sys\nprint('warning: old version', file=sys.stderr)\nprint(sum(float(line) for line in sys.stdin))"
BREAKS = "import sys\nprint(1.0)\nprint('no battery in row 3', file=sys.stderr)\nsys.exit(3)"
KILLED = "import os, sys\nprint('out of memory', file=sys.stderr, flush=True)\nos.kill(os.getpid(), 9)"
LENGTHS = "import sys\nfor text in sys.argv[1:]:\n    print(len(text))"


@ask_program.test("the numbers go in one a line, and the program's numbers come back as floats")
def _(answer):
    close(answer(python(DOUBLE), [1, 2.5, -4]), [2, 5, -8], what="What comes back from a program that doubles")
    equal(answer(python(DOUBLE), [0.1 + 0.2]), [2 * (0.1 + 0.2)], what="What comes back for 0.1 + 0.2")


@ask_program.test("a program that fails raises a RuntimeError with what it wrote to its standard error")
def _(answer):
    with raises(RuntimeError, says="no battery in row 3"):
        answer(python(BREAKS), [1, 2])


@ask_program.test("a warning on the standard error is no failure: the exit code decides")
def _(answer):
    close(answer(python(WARNS), [1.5, 2.5]), [4], what="What comes back from a program that warns and adds up")


@ask_program.test("arguments reach the program as they are, and no numbers are all right too", hidden=True)
def _(answer, rng):
    close(answer(python(LENGTHS, "two words", "$HOME;", "*"), []), [9, 6, 1], what="The lengths of three arguments")
    with raises(RuntimeError, says="out of memory"):
        answer(python(KILLED), [])
    numbers = rng.normal(0, 1000, size=20).tolist()
    equal(answer(python(DOUBLE), numbers), [2 * number for number in numbers], what="What comes back for 20 numbers")


@ask_program.mistake(
    "The program failed, and your function hands on what it had printed until then as if it were the result. Every program tells by its *exit code* whether it succeeded. Where does `run` keep that?"
)
def exit_code_ignored(command, numbers):
    text = "\n".join(str(number) for number in numbers)
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    return [float(line) for line in done.stdout.split()]


@ask_program.mistake(
    "You take everything on the standard error for a failure. Programs write warnings and progress there as well; whether they succeeded is said by the exit code alone."
)
def warning_taken_for_failure(command, numbers):
    text = "\n".join(str(number) for number in numbers)
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.stderr:
        raise RuntimeError(done.stderr)
    return [float(line) for line in done.stdout.split()]


@ask_program.mistake(
    "It stops at the failure, but nobody learns why: `check=True` raises an error that names the exit code only. What the program said about it stands in `stderr`; put it into a RuntimeError of your own."
)
def check_alone(command, numbers):
    text = "\n".join(str(number) for number in numbers)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


@ask_program.mistake(
    "You raise a RuntimeError, but without the words of the program in it. Whoever reads it at night wants to know *what* went wrong: that stands in `stderr`."
)
def error_without_words(command, numbers):
    text = "\n".join(str(number) for number in numbers)
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError("the program failed")
    return [float(line) for line in done.stdout.split()]


@ask_program.mistake(
    "What comes back are texts such as `'2.0'`. Between programs everything is text; where do you make numbers of it again?"
)
def texts_come_back(command, numbers):
    text = "\n".join(str(number) for number in numbers)
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout.split()


@ask_program.mistake(
    "All your numbers stand in *one* line, and the program, which reads line by line, can't make a number of that. What has to stand between two numbers?"
)
def numbers_in_one_line(command, numbers):
    text = " ".join(str(number) for number in numbers)
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return [float(line) for line in done.stdout.split()]


@ask_program.mistake(
    "You round the numbers on their way into text. `str(number)` writes as many digits as it takes to get the very same float back."
)
def rounded_on_the_way(command, numbers):
    text = "\n".join(f"{number:.6f}" for number in numbers)
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return [float(line) for line in done.stdout.split()]


@ask_program.mistake(
    "You hand the list to `input` as it is. Another program can't read Python's objects: with `text=True` it must be one text. How do the numbers become lines?"
)
def list_as_input(command, numbers):
    done = subprocess.run(command, input=numbers, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return [float(line) for line in done.stdout.split()]


@ask_program.mistake(
    "You join the command into one text and leave it to a shell, which takes it apart in its own way: at spaces, semicolons and stars. A list goes to `subprocess.run` as it is, "
    "without `shell=True`, and each argument arrives whole."
)
def through_a_shell(command, numbers):
    text = "\n".join(str(number) for number in numbers)
    done = subprocess.run(" ".join(command), shell=True, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return [float(line) for line in done.stdout.split()]


@ask_program.mistake(
    "A program that is killed by the system has a *negative* exit code, such as -9. Only 0 means success: ask whether the code differs from it, not whether it is larger."
)
def negative_codes_pass(command, numbers):
    text = "\n".join(str(number) for number in numbers)
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode > 0:
        raise RuntimeError(done.stderr)
    return [float(line) for line in done.stdout.split()]


@ask_program.mistake(
    "One of the texts that come back can't be converted; the end of the error shows which. Is it `''`? The last line ends with a line end too, and behind that `split(\"\\n\")` finds one more piece, an empty one. "
    "Is it `'2.0'`? `int` reads whole numbers only."
)
def an_empty_last_line(command, numbers):
    text = "\n".join(str(number) for number in numbers)
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return [float(line) for line in done.stdout.split("\n")]


@ask_program.mistake(
    "`join` puts texts together, and you give it numbers. What has to be done with each number before it can stand in a text?"
)
def numbers_joined(command, numbers):
    done = subprocess.run(command, input="\n".join(numbers), capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return [float(line) for line in done.stdout.split()]


@ask_program.also_right
def with_popen(command, numbers):
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as program:
        out, complaints = program.communicate("".join(f"{number}\n" for number in numbers))
    if program.returncode:
        raise RuntimeError(f"exit code {program.returncode}: {complaints}")
    return list(map(float, out.splitlines()))


@ask_program.also_right
def from_the_failed_check(command, numbers):
    text = "\n".join(map(repr, numbers)) + "\n"
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as error:
        raise RuntimeError(error.stderr) from error
    return [float(line) for line in done.stdout.splitlines()]


read_javascript = Choice(
    correct="c",
    distractors={
        "a": "`+` adds only where both sides are numbers. Here the right one is a text. And which number stands first, after that sort?",
        "b": "`+` joins, that is right; but which of the three comes first when they are compared as *texts*, letter by letter?",
        "d": "Python would stop with a TypeError at a number plus a text. JavaScript makes a text of the number and goes on.",
    },
    concepts=["JavaScript"],
    minutes=2,
    hints=["Write the three numbers as texts, and sort them as in a dictionary: which letter decides?"],
)


busy_stations = Exercise(
    value=True,
    concepts=["SQL", "group-by", "having"],
    minutes=7,
    hints=[
        "Which rows shall become one row? That is what stands after GROUP BY.",
        "A condition on *groups*, such as how many rows they have, stands after GROUP BY and begins with HAVING.",
        "Two things to sort by are joined with a comma; DESC stands behind the one that should fall.",
    ],
)

ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}


def rows_of(query, trips):
    """What a query gives for a table of trips. It may read and compute, nothing else, and not for ever."""
    holds(isinstance(query, str), "`busy_stations` should be a text, the query in quotes.", query)
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE TABLE trips (rider TEXT, station TEXT, minutes REAL)")
        connection.executemany("INSERT INTO trips VALUES (?, ?, ?)", trips)
        turns = iter(range(500))
        connection.set_progress_handler(lambda: next(turns, None) is None, 10_000)
        connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY)
        return [list(row) for row in connection.execute(query)]
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise Mismatch(f"SQLite can't run it: {error}", seen=["refused", str(error)]) from None
    finally:
        connection.close()


def grouped(trips):
    """The expected rows, in plain Python."""
    minutes = {}
    for _, station, spent in trips:
        minutes.setdefault(station, []).append(spent)
    rows = [[station, len(spent), sum(spent) / len(spent)] for station, spent in minutes.items() if len(spent) >= 3]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


@busy_stations.test("a station with three trips is in, one with two is not")
def _(answer):
    trips = [
        ("Ada", "Harbour", 10),
        ("Bo", "Mill", 7),
        ("Bo", "Harbour", 20),
        ("Ada", "Mill", 9),
        ("Cy", "Harbour", 12),
    ]
    equal(rows_of(answer, trips), [["Harbour", 3, 14.0]], what="The table of rows")


@busy_stations.test("most trips first, and stations with equally many by their name")
def _(answer):
    names = ["Park", "Mill", "Zoo", "Mill", "Park", "Zoo", "Mill", "Park", "Zoo", "Zoo", "Inn"]
    trips = [("Ada", name, 4 + number) for number, name in enumerate(names)]
    equal(
        rows_of(answer, trips), [["Zoo", 4, 10.0], ["Mill", 3, 22 / 3], ["Park", 3, 23 / 3]], what="The table of rows"
    )


@busy_stations.test("any trips, and a table without any", points=2, hidden=True)
def _(answer, rng):
    equal(rows_of(answer, []), [], what="The table of rows of no trips")
    for _ in range(3):
        stations = rng.choice(["Harbour", "Mill", "Park", "Zoo", "Inn", "Tower", "Bridge"], size=30).tolist()
        trips = [(f"r{rng.integers(9)}", station, int(rng.integers(1, 90))) for station in stations]
        equal(rows_of(answer, trips), grouped(trips), what="The table of rows")
    many = [("Ada", f"Dock {number % 30}", number) for number in range(99)]
    equal(rows_of(answer, many), grouped(many), what="The table of rows of 30 stations")


SELECTED = "SELECT station, COUNT(*), AVG(minutes) FROM trips"
SORTED = "ORDER BY COUNT(*) DESC, station"


@busy_stations.mistake(
    "WHERE asks each single row, before there are any groups, and no row knows how many others share its station. Which word puts a condition on *groups*?"
)
def where_for_having():
    return f"{SELECTED} WHERE COUNT(*) >= 3 GROUP BY station {SORTED}"


@busy_stations.mistake(
    "Without GROUP BY, all the rows of the table become *one* group, and one row comes out. What should be the same within a group?"
)
def without_group_by():
    return f"{SELECTED} HAVING COUNT(*) >= 3 {SORTED}"


@busy_stations.mistake(
    "Stations with exactly three trips are missing: *at least* three includes three. Which comparison does as well?"
)
def more_than_three():
    return f"{SELECTED} GROUP BY station HAVING COUNT(*) > 3 {SORTED}"


@busy_stations.mistake(
    "Stations with one or two trips are in the table as well. Nothing in your query sends them away: what comes after GROUP BY?"
)
def without_having():
    return f"{SELECTED} GROUP BY station {SORTED}"


@busy_stations.mistake(
    "The fewest trips come first: ORDER BY begins with the smallest, unless DESC (descending) stands behind it."
)
def fewest_first():
    return f"{SELECTED} GROUP BY station HAVING COUNT(*) >= 3 ORDER BY COUNT(*), station"


@busy_stations.mistake(
    "Stations with equally many trips come from Z to A. Either DESC stands behind the name as well (it belongs behind the number only), or nothing is said about the name: then equals come in any order."
)
def names_fall_too():
    return f"{SELECTED} GROUP BY station HAVING COUNT(*) >= 3 ORDER BY COUNT(*) DESC, station DESC"


@busy_stations.mistake(
    "The name decides first: it stands alone behind ORDER BY, or in front of the number of trips. What stands first there decides; the next one only between equals."
)
def by_name_only():
    return f"{SELECTED} GROUP BY station HAVING COUNT(*) >= 3 ORDER BY station"


@busy_stations.mistake(
    "The third column holds the sum of the minutes. Asked for is the mean: which function gives that?"
)
def sum_for_mean():
    return f"SELECT station, COUNT(*), SUM(minutes) FROM trips GROUP BY station HAVING COUNT(*) >= 3 {SORTED}"


@busy_stations.mistake(
    "DESC holds only for the thing right in front of it. Yours stands behind the name, so the names fall and the numbers rise. Which of the two should fall?"
)
def desc_behind_the_name():
    return f"{SELECTED} GROUP BY station HAVING COUNT(*) >= 3 ORDER BY COUNT(*), station DESC"


@busy_stations.mistake("You count *riders*, each once. Whoever rides twice makes two trips: count the rows.")
def riders_counted():
    number = "COUNT(DISTINCT rider)"
    return (
        f"SELECT station, {number}, AVG(minutes) FROM trips GROUP BY station HAVING {number} >= 3 "
        f"ORDER BY {number} DESC, station"
    )


@busy_stations.mistake(
    "You have kept the WHERE of the example: trips of five minutes and less are left out before anything is counted. Here every trip counts."
)
def where_of_the_example():
    return f"{SELECTED} WHERE minutes > 5 GROUP BY station HAVING COUNT(*) >= 3 {SORTED}"


@busy_stations.mistake(
    "Your groups are too small: with two columns after GROUP BY, each rider at each station is a group of their own. What shall be *one* row of the result?"
)
def groups_of_riders():
    return f"{SELECTED} GROUP BY station, rider HAVING COUNT(*) >= 3 {SORTED}"


@busy_stations.also_right
def with_names():
    return """
        select station, count(*) as number, sum(minutes) * 1.0 / count(minutes) as mean_minutes
        from trips group by station having number > 2 order by number desc, station asc;
    """


@busy_stations.also_right
def with_a_table_inside():
    return """
        SELECT * FROM (SELECT station, COUNT(rider) AS number, AVG(minutes) FROM trips GROUP BY 1)
        WHERE number >= 3 ORDER BY 2 DESC, 1
    """


# Challenge


def all_riders(trips):
    riders = []
    for rider, _, _ in trips:
        if rider not in riders:
            riders.append(rider)
    return riders


def trips_of(rider, trips):
    own = []
    for trip in trips:
        if trip[0] == rider:
            own.append(trip)
    return own


def favourite(own):
    stations = [station for _, station, _ in own]
    return max(stations, key=stations.count)


def slow_report(trips):
    """The lesson's report as it is given."""
    rows = []
    for rider in all_riders(trips):
        own = trips_of(rider, trips)
        rows.append((rider, len(own), sum(trip[2] for trip in own), favourite(own)))
    return rows


def some_trips(rng, number, riders, stations=8):
    """Trips of riders who come back, to stations that they have come to before."""
    who, where = rng.integers(riders, size=number).tolist(), rng.integers(stations, size=number).tolist()
    minutes = rng.integers(1, 90, size=number).tolist()
    return [(f"r{a}", f"s{b}", c) for a, b, c in zip(who, where, minutes, strict=True)]


fast_report = Exercise(
    concepts=["complexity", "dict", "group-by", "optimisation of programs"],
    minutes=14,
    seconds=5,
    hints=[
        "How often does the slow program look at one trip, if there are 1,000 riders? How often would have to be enough?",
        "Walk through the trips *once*, and keep for each rider what you know so far. Which collection finds a rider's entry at once, and keeps the order in which they came?",
        "Per rider: a number of trips, a sum of minutes, and a dict that counts stations. The rows are made from these at the end.",
        "A dict keeps its keys in the order in which they came. `max` gives the first of several equally large ones.",
    ],
)


@fast_report.test("the example: one row for each rider, in the order of their first trips")
def _(answer):
    trips = [("Bo", "Mill", 10), ("Ada", "Park", 5), ("Bo", "Zoo", 20), ("Bo", "Zoo", 3)]
    report = answer(trips)
    equal(report, [("Bo", 3, 33, "Zoo"), ("Ada", 1, 5, "Park")], what="The report")
    kinds = all(isinstance(row, tuple) for row in report)
    holds(
        kinds,
        "Each row should be a tuple, as in the slow program's report: in Python, `[1, 2] == (1, 2)` is False.",
        report,
    )


@fast_report.test("of two stations equally often used, the favourite is the one that the rider came to first")
def _(answer):
    trips = [
        ("Ada", "Zoo", 1),
        ("Ada", "Mill", 2),
        ("Ada", "Mill", 3),
        ("Bo", "Mill", 4),
        ("Ada", "Zoo", 5),
        ("Bo", "Inn", 6),
    ]
    equal(answer(trips), [("Ada", 4, 11, "Zoo"), ("Bo", 2, 10, "Mill")], what="The report")
    equal(answer([]), [], what="The report on no trips")


@fast_report.test(
    "on any trips, the same report as the slow program's, and the trips are left as they were", points=2, hidden=True
)
def _(answer, rng):
    for number, riders in ((40, 6), (60, 60), (25, 1)):
        trips = some_trips(rng, number, riders)
        given = list(trips)
        equal(answer(given), slow_report(trips), what=f"The report on {number} trips")
        equal(given, trips, what="The list of trips afterwards")


def seconds_for(function, trips):
    start = time.perf_counter()
    result = function(trips)
    return time.perf_counter() - start, result


@fast_report.test("with 20,000 trips it is at least 20 times as fast as the slow program", points=3)
def _(answer, rng):
    trips = some_trips(rng, 20_000, 10_000, 2_000)
    # The wrapping that writes down every call would copy all the trips, and that would be timed as well.
    answer = inspect.getclosurevars(answer).nonlocals.get("function", answer) if inspect.isfunction(answer) else answer
    # Nobody wants to wait for the slow program. It compares each trip with each rider: so much can be reckoned from a sample.
    each = seconds_for(slow_report, trips[:2_000])[0] / comparisons(trips[:2_000])
    for number, slack in ((4_000, 4), (20_000, 1)):  # the first stops early whoever is much too slow
        # In grading, all the trips cross from one process to another. What that takes is seen with few riders, where there is little to do.
        few = [(f"r{place % 100}", station, minutes) for place, (_, station, minutes) in enumerate(trips[:number])]
        crossing = seconds_for(answer, few)[0]
        allowed = slack * each * comparisons(trips[:number]) / 20 + 3 * crossing
        for _attempt in range(2):  # once, something else may have come in between
            taken, result = seconds_for(answer, trips[:number])
            if taken <= allowed:
                break
        else:
            raise Mismatch(
                f"Too slow: with {number:,} trips it is not 20 times as fast as the slow program. Does something in your loop "
                "walk through the trips, or through a list of riders, once more?",
                seen="slow",
            )
    rows = [tuple(row) for row in result] if isinstance(result, list | tuple) else result
    holds(rows == right_report(trips), "The report on 20,000 trips is another one.", "another report")


def comparisons(trips):
    """How often the slow program compares a trip's rider with a rider."""
    return len(trips) * len({trip[0] for trip in trips})


def right_report(trips):
    """The report by one walk, for trips that are too many for the slow program."""
    riders = {}
    for rider, station, minutes in trips:
        entry = riders.setdefault(rider, [0, 0, {}])
        entry[0] += 1
        entry[1] += minutes
        entry[2][station] = entry[2].get(station, 0) + 1
    return [(rider, n, total, max(stations, key=stations.get)) for rider, (n, total, stations) in riders.items()]


@fast_report.mistake(
    "The report is right, and still as slow: for each rider, or for each trip, something is looked through from its beginning (all the trips, or a list of riders with `in`). With ten times the data that is a hundred "
    "times the work. What would you have to keep for each rider, so that *one* walk through the trips is enough?"
)
def looks_through_everything(trips):
    return slow_report(trips)


def one_walk(trips, choose):
    """The report with favourites chosen by `choose` from the stations in the order of the trips."""
    riders = {}
    for rider, station, minutes in trips:
        entry = riders.setdefault(rider, [0, 0, []])
        entry[0] += 1
        entry[1] += minutes
        entry[2].append(station)
    return [(rider, number, total, choose(stations)) for rider, (number, total, stations) in riders.items()]


@fast_report.mistake(
    "Of two stations equally often used you take the one that comes *later*: `>=` lets a later one push an equal one out, and sorting by the counts puts it at the end. The slow program keeps the first. What does `max` do?"
)
def later_of_equals(trips):
    return one_walk(trips, lambda stations: max(reversed(list(dict.fromkeys(stations))), key=stations.count))


@fast_report.mistake(
    "Your favourite is the station whose *name* comes last in the alphabet: `max` of a dict compares its keys. Tell it by what to compare: `max(…, key=…)`."
)
def largest_name(trips):
    return one_walk(trips, max)


@fast_report.mistake(
    "Your favourite is the station of the first trip, which need not be the one used most. What has to be counted for each rider?"
)
def first_station(trips):
    return one_walk(trips, lambda stations: stations[0])


@fast_report.mistake(
    "Your favourite is the station of the latest trip: each trip writes over what stood there. What has to be counted for each rider?"
)
def latest_station(trips):
    return one_walk(trips, lambda stations: stations[-1])


@fast_report.mistake(
    "The riders are sorted; the slow program's report has them in the order of their first trips. *Equal results* means the order as well. In which order does a dict keep its keys?"
)
def riders_sorted(trips):
    return sorted(right_report(trips))


@fast_report.mistake(
    "All riders share one count of stations, so everybody gets the favourite of all. That comes of one dict that is made before the loop and handed to everyone. When must a new one be made?"
)
def one_count_for_all(trips):
    stations = [trip[1] for trip in trips]
    popular = max(stations, key=stations.count) if len(stations) < 1000 else stations[0]
    return one_walk(trips, lambda own: popular)


@fast_report.mistake(
    "You give back the *mean* of the minutes; the report holds their sum. A faster program must not say something else."
)
def mean_minutes(trips):
    return [(rider, number, total / number, station) for rider, number, total, station in right_report(trips)]


@fast_report.mistake(
    "The names stand as keys of a dict; the report is a *list* of rows, each with the rider in front. What do you make of the dict at the end?"
)
def a_dict_of_rows(trips):
    return {row[0]: row[1:] for row in right_report(trips)}


@fast_report.mistake(
    "Your favourite is the station with the most *minutes*. The one used most is that with the most trips, however short. What do you add up for each station?"
)
def most_minutes(trips):
    riders = {}
    for rider, station, minutes in trips:
        spent = riders.setdefault(rider, {})
        spent[station] = spent.get(station, 0) + minutes
    return [(*row[:3], max(riders[row[0]], key=riders[row[0]].get)) for row in right_report(trips)]


@fast_report.mistake(
    "The rows are lists. The slow program's are tuples, and in Python a list never equals a tuple, so the comparison of the two reports would fail. Which brackets make a tuple?"
)
def rows_are_lists(trips):
    return [list(row) for row in right_report(trips)]


@fast_report.also_right
def with_counters(trips):
    from collections import Counter, defaultdict

    minutes, stations = defaultdict(int), defaultdict(Counter)
    for rider, station, spent in trips:
        minutes[rider] += spent
        stations[rider][station] += 1
    return [(rider, own.total(), minutes[rider], own.most_common(1)[0][0]) for rider, own in stations.items()]


@fast_report.also_right
def grouped_lists(trips):
    return one_walk(trips, lambda stations: max(stations, key=stations.count))


@fast_report.also_right
def by_pandas(trips):
    import pandas as pd

    if not trips:
        return []
    frame = pd.DataFrame(trips, columns=["rider", "station", "minutes"])
    totals = frame.groupby("rider", sort=False)["minutes"].agg(["size", "sum"]).reset_index()
    counts = frame.groupby(["rider", "station"], sort=False).size().reset_index(name="n")
    best = (
        counts.sort_values("n", ascending=False, kind="stable")
        .drop_duplicates("rider")
        .set_index("rider")["station"]
        .to_dict()
    )
    columns = (totals[name].tolist() for name in ("rider", "size", "sum"))
    return [(rider, size, total, best[rider]) for rider, size, total in zip(*columns, strict=True)]
