"""Exercises of 02-python/05-modules-packages."""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from functools import lru_cache
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from autograder.compare import Mismatch, equal
from autograder.exercise import Choice, Exercise
from autograder.snapshots import snapshot
from autograder.values import show

# A learner's file is put among our versions of the others into a package in a temporary folder, and that package is really
# imported and started, by a Python of its own that knows nothing of this one's folders or settings.

_OURS = {
    "__init__.py": '''\
"""Counts wet and dry days in a weather file."""

from .counting import longest_dry_spell, wet_days

__version__ = "0.3.0"
__all__ = ["longest_dry_spell", "wet_days"]
''',
    "counting.py": '''\
"""Counting wet and dry days."""


def wet_days(amounts, threshold=1.0):
    """How many of the amounts, in millimetres, reach the threshold."""
    if any(amount < 0 for amount in amounts):
        raise ValueError(f"rain cannot be negative: {min(amounts)}")
    return sum(amount >= threshold for amount in amounts)


def longest_dry_spell(amounts, threshold=1.0):
    """The largest number of days in a row below the threshold."""
    longest = spell = 0
    for amount in amounts:
        spell = 0 if amount >= threshold else spell + 1
        longest = max(longest, spell)
    return longest


if __name__ == "__main__":
    print("example:", wet_days([0.0, 2.5, 1.0]), "wet days")
''',
    "reading.py": '''\
"""Reading weather files."""

import csv
from pathlib import Path


def read_rows(path):
    """Line in the file, date, and amount as text, of each row of a CSV file."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return [(number, row["date"], row["precipitation"]) for number, row in enumerate(csv.DictReader(lines), start=2)]


def read_amounts(path):
    """The amounts of rain in a CSV file."""
    return [float(text) for _, _, text in read_rows(path)]
''',
    "cli.py": '''\
"""The command line of raindays."""

import argparse

from . import __version__
from .counting import wet_days
from .reading import read_amounts


def main(argv=None):
    """Runs the command on a list of words, by default those typed behind its name."""
    parser = argparse.ArgumentParser(prog="raindays", description="Counts the wet days in a weather file.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("file", help="a CSV file")
    parser.add_argument("--threshold", type=float, default=1.0, help="wet from so many mm on")
    parser.add_argument("--quiet", action="store_true", help="print the number alone")
    options = parser.parse_args(argv)
    try:
        amounts = read_amounts(options.file)
    except OSError as error:
        parser.error(f"{options.file} can't be read: {error.strerror}")
    wet = wet_days(amounts, options.threshold)
    print(wet if options.quiet else f"Wet days: {wet} of {len(amounts)}")
    return 0
''',
    "__main__.py": "import sys\n\nfrom .cli import main\n\nsys.exit(main())\n",
    "settings.py": '''\
"""Settings."""

import os
import tomllib
from pathlib import Path


def load(path=None, environ=os.environ):
    """The settings: defaults, then the file, then the environment."""
    settings = tomllib.loads(Path(__file__).with_name("defaults.toml").read_text(encoding="utf-8"))
    chosen = {} if path is None else tomllib.loads(Path(path).read_text(encoding="utf-8"))
    for name in chosen:
        if name not in settings:
            raise ValueError(f"{path}: there is no setting {name}")
    settings |= chosen
    for name in settings:
        settings[name] = float(environ.get("RAINDAYS_" + name.upper(), settings[name]))
    return settings
''',
    "defaults.toml": "threshold = 1.0\nfactor = 1.0\n",
}

# Runs a list of jobs in one process and writes down how each ended: value, error, exit code, what was printed.
_DRIVER = """\
import contextlib, importlib, io, json, os, sys
folder, target = sys.argv[1:3]
with open(os.path.join(folder, "jobs.json"), encoding="utf-8") as file:
    jobs = json.load(file)
sys.path[0] = folder
sys.argv[:] = ["pytest", "--somebody-elses-word"]

def plain(text):
    return str(text).replace(os.path.realpath(folder), "FOLDER").replace(folder, "FOLDER")

results = []
for job in jobs:
    out, err, told = io.StringIO(), io.StringIO(), {}
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            part = importlib.import_module(job["module"])
            told["imported"] = True
            if "star" in job:
                names = {}
                exec("from " + job["module"] + " import *", names)
                told["value"] = sorted(set(names) - {"__builtins__"})
            elif "look" in job:
                told["value"] = [repr(getattr(part, name)) if callable(getattr(part, name)) else getattr(part, name) for name in job["look"]]
                told["documented"] = [bool((getattr(part, name).__doc__ or "").strip()) for name in job["look"]]
                told["from"] = [getattr(getattr(part, name), "__module__", "") for name in job["look"]]
            elif "call" in job:
                value = getattr(part, job["call"])(*job.get("args", []), **job.get("kwargs", {}))
                told["value"] = value if isinstance(value, (int, float, str, list, dict, type(None))) else repr(value)
                told["kind"] = type(value).__name__
        except SystemExit as error:
            told["exit"] = error.code
        except BaseException as error:
            told["error"] = [type(error).__name__, plain(error)]
    results.append({**told, "out": plain(out.getvalue()), "err": plain(err.getvalue())})
with open(target, "w", encoding="utf-8") as file:
    json.dump(results, file)
"""


def _package(folder, own, name="raindays"):
    """A package of our files and, in place of some, the learner's, at a dotted name below the folder."""
    place = folder.joinpath(*name.split("."))
    place.mkdir(parents=True)
    for above in list(place.parents)[: name.count(".")]:
        (above / "__init__.py").write_text("", encoding="utf-8")
    for part, text in {**_OURS, **own}.items():
        (place / part).write_text(text, encoding="utf-8")
    return place


def _python(*words, cwd, seconds=8, **environment):
    """A run of Python that sees the standard library, its working folder, and nothing else of this machine."""
    system = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-S", "-E", "-B", *words],
        cwd=cwd,
        env={**system, "LC_ALL": "C.UTF-8", "COLUMNS": "80", "NO_COLOR": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=seconds,
        check=False,
    )


def _drive(own, jobs, beside=(), name="raindays"):
    """How each job ends in a package with the learner's files, `own`, started in a folder with the files of `beside`."""
    return _driven(tuple(sorted(own.items())), json.dumps(jobs), tuple(sorted(dict(beside).items())), name)


@lru_cache(maxsize=64)
def _driven(own, jobs, beside, name):
    """The tests of an exercise ask for the same jobs, so each answer's process runs once."""
    with _folder() as place:
        folder = Path(place).resolve()
        _package(folder, dict(own), name)
        (folder / "jobs.json").write_text(jobs, encoding="utf-8")
        (folder / "elsewhere").mkdir()
        for path, text in beside:
            (folder / "elsewhere" / path).write_text(text, encoding="utf-8")
        target = folder / "results.json"
        try:
            run = _python("-c", _DRIVER, str(folder), str(target), cwd=folder / "elsewhere")
            ended = (run.stderr.strip().splitlines() or [f"exit code {run.returncode}"])[-1]
        except subprocess.TimeoutExpired:
            ended = "it did not end within 8 seconds"
        if target.exists():
            return json.loads(target.read_text(encoding="utf-8"))
    return [{"error": ["Error", ended], "out": "", "err": ""} for _ in json.loads(jobs)]


def _folder():
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


def _wrong(message, seen, got=None, expected=None):
    shown = ["" if value is None else show(value) for value in (got, expected)]
    return Mismatch(message, *shown, snapshot(seen))


def _well(told, doing):
    """It went through: neither an error nor an exit."""
    if "error" in told:
        kind, words = told["error"]
        raise _wrong(f"{doing} stops with {kind}: {words}", [doing, kind, words])
    if "exit" in told:
        raise _wrong(f"{doing} ends the program (exit code {told['exit']}).", [doing, told["exit"], told["out"]])


def _silent(told, doing):
    if told["out"] or told["err"]:
        raise _wrong(f"{doing} prints something.", [told["out"], told["err"]], told["out"] or told["err"], "nothing")


warmup_1 = Choice(
    correct="a",
    concepts=["return"],
    distractors={
        "b": "Nothing is printed by a definition. The body of a function runs when the function is *called*, and nobody calls it here.",
        "c": "A body is only looked at for its form when it is defined. `amounts` is looked for when it runs.",
    },
    hints=["When does the body of a function run?"],
)

warmup_2 = Choice(
    correct="b",
    concepts=["exceptions"],
    distractors={
        "a": "`float` does not guess. A text that is no number is an error, so that nobody goes on with a wrong one.",
        "c": "`None` comes from a function without a `return`. `float` returns a number or raises.",
    },
    hints=["What did `int` and `float` do in the lesson on errors, when the text was no number?"],
)


# A module

counting = Exercise(
    concepts=["module", "import", "__name__", "docstring"],
    minutes=9,
    file="raindays-project/raindays/counting.py",
    inside=True,
    seconds=10,
    hints=[
        "Which lines of the script say *how* to count, and which do something with one certain file? Only the first kind moves.",
        "For the dry spell keep two numbers: how long the current spell is, and the longest so far. What happens to each on a wet day?",
        "A module knows how it is being used: look at `__name__`. Only one value of it means *started as a program*.",
    ],
)


_WEEK = [0.0, 0.9, 1.0, 0.2, 0.0, 0.0, 7.5]
_ASKED = [("wet_days", _WEEK), ("wet_days", _WEEK, 0.9), ("wet_days", [])]
_ASKED += [("longest_dry_spell", days) for days in (_WEEK, [0.0, 0.0, 3.0, 0.0], [5.0, 0.0, 0.0], [3.0], [])]
_ASKED += [("longest_dry_spell", _WEEK, 0.1), ("wet_days", [0.0, -3.5, 2.0])]


def _counted(answer, calls):
    """How importing `counting` ends, then each call, and last what its functions look like."""
    module = {"module": "raindays.counting"}
    jobs = [module, *({**module, "call": call, "args": args} for call, *args in calls)]
    jobs.append({**module, "look": ["wet_days", "longest_dry_spell"]})
    return _drive({"counting.py": answer, "__init__.py": ""}, jobs)


def _values(answer, calls, name):
    """What the calls of one function give."""
    told = _counted(answer, calls)
    _well(told[0], "Importing it")
    values = []
    for (call, *args), result in zip(calls, told[1:-1], strict=True):
        if call == name and -3.5 not in args[0]:
            _well(result, f"`{call}({', '.join(map(show, args))})`")
            values.append(result["value"])
    return values


@counting.test("importing the module prints nothing, asks for nothing and opens no file")
def _(answer):
    told = _counted(answer, _ASKED)[0]
    _well(told, "Importing it")
    _silent(told, "Importing it")


@counting.test("`wet_days` counts the days that reach the threshold, by default 1 mm")
def _(answer):
    got = _values(answer, _ASKED, "wet_days")
    equal(got, [2, 3, 0], "`wet_days` of a week, of the same week from 0.9 mm on, and of no days")


@counting.test("`longest_dry_spell` is the largest number of days in a row that do not")
def _(answer):
    got = _values(answer, _ASKED, "longest_dry_spell")
    equal(got, [3, 2, 2, 0, 0, 2], "`longest_dry_spell` of five rows of days, and of the first from 0.1 mm on")


@counting.test("both are right for any days and any threshold", hidden=True)
def _(answer, rng):
    amounts = [round(float(x), 1) for x in rng.gamma(0.7, 4.0, size=60)]
    threshold = round(float(rng.uniform(1.5, 3.0)), 1)
    marks = "".join("w" if amount >= threshold else "d" for amount in amounts)
    spell = max(map(len, marks.split("w")))
    calls = [("wet_days", amounts, threshold), ("longest_dry_spell", amounts, threshold)]
    got = [_values(answer, calls, name)[0] for name, *_ in calls]
    equal(got, [marks.count("w"), spell], "`wet_days` and `longest_dry_spell` of sixty days")


@counting.test("a negative amount is refused by `wet_days`, with a ValueError that names it")
def _(answer):
    told = _counted(answer, _ASKED)
    _well(told[0], "Importing it")
    kind, words = told[-2].get("error", ["no error", ""])
    equal(kind, "ValueError", "The error for an amount of -3.5")
    if "-3.5" not in words:
        raise _wrong("The message of the ValueError does not name the amount, -3.5.", words, words)


@counting.test("started as a program, it prints its one line")
def _(answer):
    with _folder() as place:
        folder = _package(Path(place), {"counting.py": answer})
        run = _python("counting.py", cwd=folder)
    if run.returncode:
        words = (run.stderr.strip().splitlines() or [""])[-1]
        raise _wrong(f"`python counting.py` fails: {words}", [run.returncode, words])
    equal(run.stdout.strip(), "example: 2 wet days", "What `python counting.py` prints")


@counting.test("both functions have a docstring")
def _(answer):
    told = _counted(answer, _ASKED)[-1]
    _well(told, "Looking for both functions")
    equal(told["documented"], [True, True], "Whether `wet_days` and `longest_dry_spell` have a docstring")


_COUNTING = _OURS["counting.py"]
_GUARD = 'if __name__ == "__main__":\n    '


@counting.mistake(
    "The module prints when it is imported. Whatever stands at its left margin runs for *everybody* who imports it; the example is for whoever starts it as a program."
)
def prints_at_import():
    return _COUNTING.replace(_GUARD, "")


@counting.mistake("Days that reach the threshold exactly are not counted. *From 1 mm on* includes 1 mm itself.")
def more_than_the_threshold():
    return _COUNTING.replace(">= threshold for", "> threshold for").replace("if amount >=", "if amount >")


@counting.mistake(
    "The threshold is always 1 mm, whatever the caller says. The number in the body should be the parameter."
)
def threshold_built_in():
    return _COUNTING.replace(">= threshold", ">= 1.0")


@counting.mistake(
    "The dry days are all counted, not only those in a row: a wet day must set the current spell back to 0."
)
def counts_all_dry_days():
    return _COUNTING.replace("0 if amount >= threshold else spell + 1", "spell + (amount < threshold)")


@counting.mistake(
    "You return the *last* spell, not the longest: after a wet day the earlier spell is forgotten. Keep the largest so far beside it."
)
def returns_the_last_spell():
    return _COUNTING.replace("return longest", "return spell")


@counting.mistake(
    "A spell that lasts to the end of the list is lost: you compare it with the longest only on a wet day, and after the last dry days no wet day comes."
)
def forgets_the_spell_at_the_end():
    return _COUNTING.replace(
        "        spell = 0 if amount >= threshold else spell + 1\n        longest = max(longest, spell)\n",
        "        if amount >= threshold:\n            longest, spell = max(longest, spell), 0\n        else:\n            spell += 1\n",
    )


@counting.mistake(
    "The module opens a file when it is imported. Whoever imports it from another folder, or has no such file, can't use the functions at all. Take the values as an argument."
)
def reads_at_import():
    return _COUNTING.replace('days."""\n', 'days."""\n\nAMOUNTS = open("seattle.csv").read().split()\n', 1)


@counting.mistake(
    "`print` in the function shows the number to a person; a program that imports it gets `None`. Return it."
)
def prints_the_count():
    return _COUNTING.replace(
        "return sum(amount >= threshold for amount in amounts)", "print(sum(amount >= threshold for amount in amounts))"
    )


@counting.mistake(
    'Started as a program it says nothing. When Python starts a file, `__name__` is `"__main__"`, with two underscores on both sides; when it imports it, it is the module\'s name.'
)
def other_name():
    return _COUNTING.replace('__name__ == "__main__"', '__name__ == "counting"')


@counting.mistake(
    "Rain of less than nothing goes through. A wrong measurement should stop the count, with a message that says what was wrong."
)
def accepts_negative():
    return re.sub(r"    if any.*\n.*\n", "", _COUNTING)


@counting.also_right
def loops_and_a_main():
    return '''\
"""Counting."""


def wet_days(amounts, threshold=1.0):
    "Wet days."
    count = 0
    for amount in amounts:
        if amount < 0:
            raise ValueError("negative rain: " + str(amount))
        if amount >= threshold:
            count += 1
    return count


def longest_dry_spell(amounts, threshold=1.0):
    "Dry days in a row."
    spells = "".join("w" if amount >= threshold else "d" for amount in amounts).split("w")
    return max(len(spell) for spell in spells)


def main():
    print(f"example: {wet_days([0.0, 2.5, 1.0])} wet days")


if __name__ == "__main__":
    main()
'''


# A package

package_init = Exercise(
    concepts=["package", "relative import", "public names"],
    minutes=6,
    file="raindays-project/raindays/__init__.py",
    inside=True,
    seconds=10,
    hints=[
        "Where do the two functions come from, seen from inside of the package? What does one dot mean there?",
        "`__version__` and `__all__` are ordinary names with an agreed meaning: a text, and a list.",
        "`__all__` lists *names*, so its elements are texts.",
    ],
)


def _opened(answer, name="raindays", **own):
    public = ["wet_days", "longest_dry_spell"]
    asked = [{}, {"look": public}, {"look": ["__version__"]}, {"star": True}]
    asked += [{"call": call, "args": [[0.0, 2.0, 0.5, 0.1]]} for call in public]
    return _drive({"__init__.py": answer, **own}, [{"module": name, **job} for job in asked], name=name)


@package_init.test("the package can be imported, and that prints nothing")
def _(answer):
    told = _opened(answer)[0]
    _well(told, "`import raindays`")
    _silent(told, "`import raindays`")


@package_init.test("both functions can be had from the package itself, and are those of `counting`", points=2)
def _(answer):
    told = _opened(answer)
    _well(told[1], "Looking for the two functions in `raindays`")
    equal(told[1]["from"], ["raindays.counting"] * 2, "The modules in which the two functions are written")
    equal([result.get("value") for result in told[4:]], [1, 2], "What they count")


@package_init.test(
    "it works under another name, inside of another package, with another `counting`", points=2, hidden=True
)
def _(answer, rng):
    name = f"tools{int(rng.integers(100))}.rain"
    one, two = (int(number) for number in rng.integers(100, 999, size=2))
    text = f"def wet_days(amounts):\n    return {one}\n\n\ndef longest_dry_spell(amounts):\n    return {two}\n"
    told = _opened(answer, name, **{"counting.py": text})
    _well(told[0], "Importing the package under another name")
    equal([result.get("value") for result in told[4:]], [one, two], "What the two functions return")


@package_init.test('`raindays.__version__` is the text "0.3.0"')
def _(answer):
    told = _opened(answer)[2]
    _well(told, "`raindays.__version__`")
    equal(told["value"], ["0.3.0"], "The version, in a list")


@package_init.test("`from raindays import *` brings the two functions and nothing else")
def _(answer):
    told = _opened(answer)[3]
    _well(told, "`from raindays import *`")
    equal(told["value"], ["longest_dry_spell", "wet_days"], "The names that it brings")


_INIT = _OURS["__init__.py"]


@package_init.mistake(
    "`from counting import …` looks for a module of that name on the whole search path, and there is none at the top: the file lies *in* the package. A dot in front means "
    "*beside me*."
)
def without_the_dot():
    return _INIT.replace("from .counting", "from counting")


@package_init.mistake(
    "Inside of the package you call it by its full name. That works until somebody renames the folder or puts it into another package. One dot says the same, "
    "whatever the package is called."
)
def by_the_full_name():
    return _INIT.replace("from .counting", "from raindays.counting")


@package_init.mistake(
    "`import` alone brings the module, not what is in it: there is `raindays.counting.wet_days`, but no `raindays.wet_days`. Take the two functions out of it."
)
def brings_the_module_only():
    return _INIT.replace("from .counting import longest_dry_spell, wet_days", "from . import counting")


@package_init.mistake(
    "`__all__` holds the functions themselves. It is a list of *names*: the elements have to be in quotes."
)
def all_without_quotes():
    return _INIT.replace('["longest_dry_spell", "wet_days"]', "[longest_dry_spell, wet_days]")


@package_init.mistake(
    "The version has another name. Tools and people look for `__version__`, with two underscores before and two behind."
)
def version_without_underscores():
    return _INIT.replace("__version__", "version")


@package_init.mistake(
    "Without `__all__`, a star brings whatever stands in the package without an underscore in front, the module `counting` included. Say which names are meant for others."
)
def without_all():
    return re.sub(r"__all__.*\n", "", _INIT)


@package_init.mistake(
    "The functions are written a second time. From now on every repair has to be made in two places; import them from the module that has them."
)
def writes_them_again():
    return (
        _COUNTING.partition("\n\nif __name__")[0]
        + '\n\n__version__ = "0.3.0"\n__all__ = ["longest_dry_spell", "wet_days"]\n'
    )


@package_init.also_right
def module_and_names():
    return """\
from . import counting
from .counting import wet_days as wet_days

longest_dry_spell = counting.longest_dry_spell
__all__ = ("wet_days", "longest_dry_spell")
__version__ = '0.3.0'
"""


circle = Choice(
    correct="c",
    points=2,
    concepts=["circular import"],
    minutes=3,
    distractors={
        "a": "Then it is the other file that is left half-way. Whichever is started first, each of the two needs something that the other one defines only after its import.",
        "b": "The name is spelled right. `stations` does have it, further down, in a line that Python has not come to yet: that is what *partially initialized* says.",
        "d": "A relative import finds the same module in the same state. Where a name is looked for is not the trouble, but when.",
    },
    hints=[
        "Follow Python with your finger: which file does it open first, where does it leave that file, and what is there when it comes back?"
    ],
)


# A command line

cli = Exercise(
    concepts=["command line", "argparse", "exit code", "help"],
    minutes=10,
    file="raindays-project/raindays/cli.py",
    inside=True,
    seconds=10,
    hints=[
        "Three things can be said on the command line: one that must be given, one that has a value, one that is there or not. Which example above is like each?",
        "What is typed is text. Which argument of `add_argument` turns it into a number, and refuses what is none?",
        "`parser.error(message)` prints to stderr and ends with exit code 2. Where does reading the file raise, and what?",
    ],
)


def _weather(amounts):
    rows = [f"2015-01-{day:02},{amount}" for day, amount in enumerate(amounts, 1)]
    return "\n".join(["date,precipitation", *rows]) + "\n"


def _commanded(answer, commands, beside, part="cli", **own):
    """How `main` ends for each list of words, started where the files of `beside` are."""
    jobs = [{"module": f"raindays.{part}", "call": "main", "args": [words.split()]} for words in commands]
    return dict(zip(commands, _drive({f"{part}.py": answer, **own}, jobs, beside), strict=True))


_CITY = {"city.csv": _weather([0.0, 2.5, 1.0, 0.4, 0.0, 9.9, 3.0]), "seattle.csv": _weather([2.0, 0.0])}
_PRINTED = {
    "city.csv": "Wet days: 4 of 7",
    "city.csv --threshold 2.5": "Wet days: 3 of 7",
    "--threshold 0.4 city.csv": "Wet days: 5 of 7",
    "city.csv --quiet": "4",
    "--quiet --threshold 5 city.csv": "1",
}
_REFUSED = {"": "file", "city.csv --threshold much": "much", "city.csv --loud": "--loud"}
_COMMANDS = (*_PRINTED, *_REFUSED, "nowhere.csv", "..", "--help")


def _prints(told, words, expected):
    """It ends well, prints this to stdout, and nothing to stderr."""
    _well(told, f"`raindays {words}`")
    equal(told["out"].strip(), expected, f"What `raindays {words}` prints")
    if told["err"]:
        raise _wrong(f"`raindays {words}` writes to stderr, though all is well.", told["err"], told["err"])
    equal(told.get("value"), 0, f"What `main` returns for `raindays {words}`, its exit code,")


@cli.test("with a file alone it prints the wet days from 1 mm on, and returns 0")
def _(answer):
    _prints(_commanded(answer, _COMMANDS, _CITY)["city.csv"], "city.csv", _PRINTED["city.csv"])


@cli.test("`--threshold` changes what counts as wet, `--quiet` prints the number alone", points=2)
def _(answer):
    told = _commanded(answer, _COMMANDS, _CITY)
    for words, expected in _PRINTED.items():
        _prints(told[words], words, expected)


@cli.test("the same for other weather and other thresholds", hidden=True)
def _(answer, rng):
    amounts = [round(float(x), 1) for x in rng.gamma(0.8, 4.0, size=28)]
    threshold = round(float(rng.uniform(1.5, 5)), 1)
    words = f"city.csv --threshold {threshold}"
    told = _commanded(answer, [words, f"{words} --quiet"], {"city.csv": _weather(amounts)})
    wet = sum(amount >= threshold for amount in amounts)
    _prints(told[words], words, f"Wet days: {wet} of 28")
    _prints(told[f"{words} --quiet"], f"{words} --quiet", str(wet))


def _is_refused(told, words, names):
    """Exit code 2, nothing on stdout, a message on stderr that names what is wrong."""
    if "error" in told:
        kind, text = told["error"]
        raise _wrong(f"`raindays {words}` ends in a traceback, with {kind}: {text}", ["traceback", kind])
    code = told["exit"] if "exit" in told else told.get("value")
    if isinstance(code, str):
        raise _wrong(f"`raindays {words}` should end with exit code 2. For a text, `sys.exit` ends with 1.", "a text")
    seen = [code, told["out"], bool(told["err"])]
    if code != 2:
        raise _wrong(f"`raindays {words}` should end with exit code 2.", seen, f"exit code {code}", "exit code 2")
    if told["out"]:
        raise _wrong(f"`raindays {words}` writes its complaint to stdout, not to stderr.", seen, told["out"])
    if names not in told["err"].lower():
        raise _wrong(f"The message for `raindays {words}` does not name {names!r}.", [*seen, names], told["err"])


@cli.test("wrong words are refused with exit code 2 and a message on stderr", points=2)
def _(answer):
    told = _commanded(answer, _COMMANDS, _CITY)
    for words, names in _REFUSED.items():
        _is_refused(told[words], words, names)


@cli.test(
    "a file that is not there, or is a folder, ends in exit code 2 and a message with its name, not in a traceback"
)
def _(answer):
    told = _commanded(answer, _COMMANDS, _CITY)
    for words in ("nowhere.csv", ".."):
        _is_refused(told[words], words, words)


@cli.test("`--help` explains the file and both options, each in words of its own")
def _(answer):
    told = _commanded(answer, _COMMANDS, _CITY)["--help"]
    equal(told.get("exit"), 0, "The exit code of `raindays --help`")
    text = told["out"]
    for name in ("file", "--threshold", "--quiet"):
        found = re.search(rf"^  (?:-\w(?: [A-Z_]+)?, )?{name}\b(.*(?:\n {{6,}}.*)*)", text, re.MULTILINE | re.I)
        said = re.findall(r"[^\W\d]{2,}", found.group(1).replace("THRESHOLD", "")) if found else []
        if len(said) < 2:
            words = (
                f"`--help` does not list `{name}`."
                if found is None
                else f"`--help` lists `{name}` without a word about it."
            )
            raise _wrong(words, [name, found is None])


_CLI = _OURS["cli.py"]


@cli.mistake(
    "`parse_args()` without an argument reads what was typed to start *this* program, whoever started it: a test, or another program that calls `main([...])`. Hand on "
    "`argv`."
)
def ignores_argv():
    return _CLI.replace("parse_args(argv)", "parse_args()")


@cli.mistake(
    'What is typed is text, and `--threshold 2.5` arrives as `"2.5"`. Comparing a number with it raises a TypeError. Say `type=`, and argparse also refuses what is no number.'
)
def threshold_as_text():
    return _CLI.replace("type=float, ", "")


@cli.mistake("`type=int` refuses `--threshold 2.5`. Millimetres of rain have decimals.")
def threshold_as_whole_number():
    return _CLI.replace("type=float", "type=int")


@cli.mistake(
    "The file comes as an option, `--file`. What a command cannot do without is given without a dash, and the parser itself refuses when it is missing."
)
def file_as_option():
    return _CLI.replace('"file"', '"--file"')


@cli.mistake('`--quiet` wants a value behind it. An option that is there or not needs `action="store_true"`.')
def quiet_with_value():
    return _CLI.replace('action="store_true"', "default=False")


@cli.mistake(
    "A wrong file name ends in a traceback. The person at the keyboard is no programmer: one sentence with the name of the file, on stderr, and an exit code that says it failed."
)
def traceback_for_a_missing_file():
    return re.sub(r"    try:\n    (.*)\n    except.*\n.*\n", r"\1\n", _CLI)


@cli.mistake(
    "A file that is missing is only one of the ways in which reading fails: it may be a folder, or locked. `FileNotFoundError` is one kind of `OSError`; catch the whole family."
)
def catches_the_missing_file_only():
    return _CLI.replace("except OSError", "except FileNotFoundError")


@cli.mistake(
    "`sys.exit` with a text prints it to stderr, which is right, and ends with exit code 1, which means something else here: 2 is wanted."
)
def exits_with_a_text():
    return _CLI.replace("parser.error(", "raise SystemExit(")


@cli.mistake(
    "You print what is wrong, and then the program ends as if all were well: exit code 0, and the complaint stands where the result should be. Whoever runs it from a script can't notice."
)
def prints_the_error():
    return _CLI.replace(
        'parser.error(f"{options.file} can\'t be read: {error.strerror}")',
        'print(f"{options.file} can\'t be read")\n        return 0',
    )


@cli.mistake(
    "`main` returns nothing where all went well. Return the exit code, 0, so that whoever calls `main` knows without guessing."
)
def returns_nothing():
    return _CLI.replace("    return 0\n", "")


@cli.mistake(
    "`--help` lists names only. Whoever forgot what they mean asks exactly there: give each `add_argument` a `help=`."
)
def without_help():
    return re.sub(r', help="[^"]*"', "", _CLI)


@cli.also_right
def in_other_words():
    return """\
import argparse
import sys

from .counting import wet_days
from .reading import read_amounts


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("file", metavar="file", help="weather, as a CSV file")
    parser.add_argument("-t", "--threshold", default=1, type=float, help="millimetres from which a day is wet")
    parser.add_argument("-q", "--quiet", action="store_const", const=True, help="only the number")
    options = parser.parse_args(argv)
    try:
        amounts = read_amounts(options.file)
    except OSError:
        print("raindays: no file", options.file, file=sys.stderr)
        return 2
    count = wet_days(amounts, options.threshold)
    if options.quiet:
        print(count)
    else:
        print("Wet days:", count, "of", len(amounts))
    return 0
"""


main_module = Exercise(
    concepts=["python -m", "exit code", "relative import"],
    minutes=4,
    file="raindays-project/raindays/__main__.py",
    inside=True,
    seconds=10,
    hints=[
        "The file is started as a program. What has to be called, and who must be told what that returned?",
        "`sys.exit(code)` ends the program with that exit code.",
    ],
)

_SPY = """\
import sys


def main(argv=None):
    print("words:", *(sys.argv[1:] if argv is None else argv))
    return {}
"""


@lru_cache(maxsize=32)
def _started(answer, name, code, *words):
    """Exit code, output, and the error that stderr ends with, of `python -m name` with a `main` of ours."""
    with _folder() as place:
        folder = Path(place).resolve()
        _package(folder, {"cli.py": _SPY.format(code), "__main__.py": answer}, name)
        run = _python("-m", name, *words, cwd=folder)
    last = (run.stderr.strip().splitlines() or [""])[-1]
    return run.returncode, run.stdout.strip().replace(str(folder), "FOLDER"), last if ": " in last else ""


@main_module.test("`python -m raindays` runs the command once, with the words that were typed")
def _(answer):
    _, out, last = _started(answer, "raindays", 0, "city.csv", "--quiet")
    if not out and last:
        raise _wrong(f"`python -m raindays city.csv --quiet` stops with: {last}", [out, last])
    equal(out, "words: city.csv --quiet", "What a `main` that prints its words has printed")


@main_module.test("the program ends with the exit code that `main` returns", points=2)
def _(answer):
    ends = [_started(answer, "raindays", code, "city.csv", "--quiet")[0] for code in (0, 3)]
    equal(ends, [0, 3], "The exit codes of the program where `main` returns 0, and where it returns 3,")


@main_module.test("all this holds under another name and for other words", hidden=True)
def _(answer, rng):
    code, word = int(rng.integers(4, 99)), f"w{int(rng.integers(1000))}"
    got = _started(answer, "city.rain", code, word, "--quiet")
    equal(got[:2], [code, f"words: {word} --quiet"], "Exit code and output of a renamed package")


_MAIN = _OURS["__main__.py"]


@main_module.mistake(
    "The exit code gets lost: `main` returns it, and nobody passes it on. A program that comes to its end without a word about it ends with 0, *all went well*."
)
def loses_the_exit_code():
    return "from .cli import main\n\nmain()\n"


@main_module.mistake(
    "`main` without brackets is the function itself; nobody calls it. `sys.exit` prints what it does not understand, and ends with 1."
)
def never_calls():
    return _MAIN.replace("main())", "main)")


@main_module.mistake(
    "`from cli import main` looks for `cli` at the top of the search path. It lies beside this file, in the package: that is what the dot says."
)
def without_a_dot():
    return _MAIN.replace(".cli", "cli")


@main_module.mistake(
    "`sys.argv` begins with the name of the program, so `main` takes the path of `__main__.py` for the first word. Leave it to `main` to fetch its words, or leave out the first one."
)
def hands_on_too_much():
    return _MAIN.replace("main())", "main(sys.argv))")


@main_module.mistake(
    "Here the package calls itself by its full name, and breaks as soon as it is renamed or moved into another one."
)
def with_the_full_name():
    return _MAIN.replace(".cli", "raindays.cli")


@main_module.mistake(
    "`exit` without `sys.` is meant for typing at Python's prompt. It is added only when Python starts with all its conveniences, which not every Python does (the one of this test does not): "
    "a program takes the one from `sys`."
)
def exit_of_the_prompt():
    return "from .cli import main\n\nexit(main())\n"


@main_module.also_right
def guarded():
    return (
        'import sys\n\nfrom . import cli\n\nif __name__ == "__main__":\n    raise SystemExit(cli.main(sys.argv[1:]))\n'
    )


# Settings

settings = Exercise(
    concepts=["configuration", "TOML", "environment variable", "path of a module"],
    minutes=11,
    file="raindays-project/raindays/settings.py",
    inside=True,
    seconds=10,
    hints=[
        "Three layers, the later ones on top of the earlier. Which kind of collection lets a later value replace an earlier one, and keeps the others?",
        "The first file lies beside the module, wherever the program was started. What tells a module where its own file is?",
        "Walk through the *known* names at the end: for each, is there a variable `RAINDAYS_` and the name in capitals? What is its type?",
    ],
)


_FILES = {
    "inches.toml": "# in inches\nfactor = 25.4\n",
    "both.toml": "factor = 25\nthreshold = 5\n",
    "slip.toml": "treshold = 2.0\n",
}
_SAID = {"RAINDAYS_THRESHOLD": "0.2", "RAINDAYS_COLOUR": "blue", "FACTOR": "9", "PATH": "/bin"}
_CASES = ([None, {}], ["inches.toml", {}], ["both.toml", _SAID], ["slip.toml", {}], [None, {"RAINDAYS_FACTOR": "25.4"}])


def _loaded(answer, cases=_CASES, files=_FILES, **own):
    """What `load` gives for each case of (path, environ), started from a folder that has nothing of the package."""
    jobs = [{"module": "raindays.settings", "call": "load", "args": args} for args in cases]
    return _drive({"settings.py": answer, **own}, jobs, files)


def _kinds(value):
    return {name: type(number).__name__ for name, number in value.items()} if isinstance(value, dict) else None


def _is(told, doing, expected):
    _well(told, doing)
    equal(told["value"], expected, f"What {doing} gives")
    if _kinds(told["value"]) != dict.fromkeys(expected, "float"):
        raise _wrong(
            f"What {doing} gives should be floats, all of them.",
            [told["value"], _kinds(told["value"])],
            told["value"],
            expected,
        )


@settings.test(
    "without a file and without variables it gives the defaults, from whatever folder it is started", points=2
)
def _(answer):
    _is(_loaded(answer)[0], "`load(None, {})`", {"threshold": 1.0, "factor": 1.0})


@settings.test("what the file says replaces the defaults, and the rest of them stays")
def _(answer):
    _is(_loaded(answer)[1], '`load("inches.toml", {})`', {"threshold": 1.0, "factor": 25.4})


@settings.test("a variable of the environment replaces both; variables that name no setting are left alone", points=2)
def _(answer):
    _is(_loaded(answer)[4], '`load(None, {"RAINDAYS_FACTOR": "25.4"})`', {"threshold": 1.0, "factor": 25.4})
    told = _loaded(answer)[2]
    _is(told, '`load("both.toml", …)` with RAINDAYS_THRESHOLD=0.2', {"threshold": 0.2, "factor": 25.0})


@settings.test("an unknown name in the file is a ValueError that names it")
def _(answer):
    told = _loaded(answer)[3]
    kind, words = told.get("error", ["no error", str(told.get("value"))])
    equal(kind, "ValueError", "The error for a file that sets `treshold`")
    if "treshold" not in words:
        raise _wrong("The message does not name the unknown setting, `treshold`.", words, words)


@settings.test(
    "all of it for other defaults and other numbers; the result of one call does not leak into the next",
    points=2,
    hidden=True,
)
def _(answer, rng):
    a, b, c, d = (int(number) for number in rng.choice(900, size=4, replace=False))
    defaults = f"threshold = {a}\nfactor = {b}\nyears = 30\n"
    cases = [[None, {}], ["my.toml", {"RAINDAYS_FACTOR": str(d)}], [None, {"RAINDAYS_YEARS": f"{c}.5"}]]
    files = {"my.toml": f"threshold = {c}\nfactor = 1\nyears = 0\n"}
    told = _loaded(answer, cases, files, **{"defaults.toml": defaults})
    expected = [
        {"threshold": a, "factor": b, "years": 30},
        {"threshold": c, "factor": d, "years": 0},
        {"threshold": a, "factor": b, "years": c + 0.5},
    ]
    for result, numbers in zip(told, expected, strict=True):
        _is(result, "`load` with other defaults", {name: float(number) for name, number in numbers.items()})


@settings.test("without arguments it looks at the real environment")
def _(answer):
    with _folder() as place:
        folder = Path(place)
        _package(folder, {"settings.py": answer})
        code = "from raindays.settings import load; print(sorted(load().items()))"
        run = _python("-c", code, cwd=folder, RAINDAYS_FACTOR="25.4")
    last = (run.stderr.strip().splitlines() or [""])[-1]
    if run.returncode:
        raise _wrong(f"`load()` stops with: {last}", last.partition(":")[0])
    equal(
        run.stdout.strip(),
        "[('factor', 25.4), ('threshold', 1.0)]",
        "The settings with RAINDAYS_FACTOR=25.4 in the environment",
    )


_SETTINGS = _OURS["settings.py"]
_OWN = 'Path(__file__).with_name("defaults.toml")'


@settings.mistake(
    '`"defaults.toml"` is looked for in the folder from which the program was *started*, and that can be any. The file lies beside the module, and the module knows where it is itself: '
    "`__file__`."
)
def beside_the_shell():
    return _SETTINGS.replace(_OWN, 'Path("defaults.toml")')


@settings.mistake(
    "The path begins with `raindays/`, so it is found only where the program is started from the folder above the package. Let it begin at the module's own place, `__file__`."
)
def from_the_project_folder():
    return _SETTINGS.replace(_OWN, 'Path("raindays/defaults.toml")')


@settings.mistake(
    "The file's table *replaces* the defaults instead of being laid over them, so a file that sets one thing loses all the others."
)
def replaces_all():
    return _SETTINGS.replace("settings |= chosen", "settings = chosen or settings")


@settings.mistake(
    'What comes from the environment is text. `"0.2"` looks like a number and is none: the first comparison with it fails, far from here. Turn it into one.'
)
def leaves_text():
    return _SETTINGS.replace(
        'float(environ.get("RAINDAYS_" + name.upper(), settings[name]))',
        'environ.get("RAINDAYS_" + name.upper(), float(settings[name]))',
    )


@settings.mistake(
    "The file wins over the environment. The order is from far to near: what ships with the program, what somebody wrote into a file, what is said for this one run."
)
def file_wins():
    return """\
import os
import tomllib
from pathlib import Path


def load(path=None, environ=os.environ):
    settings = tomllib.loads(Path(__file__).with_name("defaults.toml").read_text(encoding="utf-8"))
    for name in settings:
        settings[name] = float(environ.get("RAINDAYS_" + name.upper(), settings[name]))
    chosen = {} if path is None else tomllib.loads(Path(path).read_text(encoding="utf-8"))
    for name, value in chosen.items():
        if name not in settings:
            raise ValueError(f"{path}: there is no setting {name}")
        settings[name] = float(value)
    return settings
"""


@settings.mistake(
    "A slip of the pen in the file goes unnoticed: `treshold` is simply kept, or dropped, and the person wonders why nothing changes. Refuse what you do not know, by its name."
)
def accepts_unknown_names():
    return re.sub(
        r"    for name in chosen.*\n.*\n.*\n",
        "    chosen = {n: v for n, v in chosen.items() if n in settings}\n",
        _SETTINGS,
    )


@settings.mistake(
    "You look into the real environment, whatever the caller hands over as `environ`. It is only the *default* of that parameter: in the body stands the parameter."
)
def asks_the_real_environment():
    return _SETTINGS.replace("float(environ.get(", "float(os.environ.get(")


@settings.mistake(
    "Which names there are stands in the code, and not only in `defaults.toml`: a setting that is added there is refused when a file sets it. Ask the defaults that were read."
)
def knows_two_names():
    return _SETTINGS.replace("if name not in settings:", 'if name not in ("threshold", "factor"):')


@settings.mistake(
    "The numbers of the defaults stand in the code, and the file `defaults.toml` is never read. Whoever changes that file will wait for an effect."
)
def built_in_defaults():
    return re.sub(r"settings = tomllib.*", 'settings = {"threshold": 1.0, "factor": 1.0}', _SETTINGS)


@settings.mistake(
    '`tomllib.load` wants a file opened for bytes, `open(path, "rb")`: TOML is always UTF-8, and it wants to see to that itself. From a text it reads with `tomllib.loads`.'
)
def opens_as_text():
    return _SETTINGS.replace(
        f'tomllib.loads({_OWN}.read_text(encoding="utf-8"))', f'tomllib.load(open({_OWN}, encoding="utf-8"))'
    )


@settings.mistake(
    "A whole number in the TOML file stays an `int`: `factor = 25` and `factor = 25.0` give different types. Turn all of them into floats at the end, wherever they come from."
)
def only_variables_become_floats():
    return _SETTINGS.replace(
        'settings[name] = float(environ.get("RAINDAYS_" + name.upper(), settings[name]))',
        'settings[name] = float(environ["RAINDAYS_" + name.upper()]) if "RAINDAYS_" + name.upper() in environ else settings[name]',
    )


@settings.also_right
def opened_as_bytes():
    return """\
import os
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))


def _read(path):
    with open(path, "rb") as file:
        return tomllib.load(file)


def load(path=None, environ=None):
    environ = os.environ if environ is None else environ
    known = _read(os.path.join(HERE, "defaults.toml"))
    own = _read(path) if path else {}
    unknown = set(own) - set(known)
    if unknown:
        raise ValueError("unknown: " + ", ".join(sorted(unknown)))
    layers = {**known, **own}
    for name in known:
        if (variable := f"RAINDAYS_{name.upper()}") in environ:
            layers[name] = environ[variable]
    return {name: float(value) for name, value in layers.items()}
"""


# To be installed, to be read

pyproject = Exercise(
    concepts=["pyproject", "entry point", "installing", "versions"],
    minutes=6,
    file="raindays-project/pyproject.toml",
    hints=[
        "Each line of the statement is one line of the file. Which table does it belong to?",
        'A command of the shell is `name = "module:function"`: where is `main`?',
        "What ships besides `.py` files has to be named, in the last table that section 5 lists: the package's name as key, and a list of names.",
    ],
)


def _project(text):
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(f"This is not TOML: {error}.", ["not TOML", str(error)]) from None


def _at(text, *path):
    """What stands at a place in the file; an empty table where nothing does."""
    found = _project(text)
    for name in path:
        found = found.get(name, {}) if isinstance(found, dict) else {}
    return found


@pyproject.test("the project is called raindays, and has the version 0.3.0")
def _(answer):
    equal(
        [_at(answer, "project", "name"), _at(answer, "project", "version")],
        ["raindays", "0.3.0"],
        "Name and version in [project]",
    )


@pyproject.test("it asks for a Python that has tomllib: 3.11 or later, and no older one")
def _(answer):
    said = _at(answer, "project", "requires-python")
    try:
        wanted = SpecifierSet(said if isinstance(said, str) else "?")
    except InvalidSpecifier:
        raise _wrong('`requires-python` in [project] is missing, or not a condition such as ">=3.8".', said) from None
    allowed = [
        version for version in ("3.9", "3.10.14", "3.11.0", "3.11.7", "3.12.1", "3.14.0") if Version(version) in wanted
    ]
    equal(allowed, ["3.11.0", "3.11.7", "3.12.1", "3.14.0"], "Of six versions of Python, those that it allows")


@pyproject.test("installing it makes a command `raindays` that runs `main` of the module `raindays.cli`")
def _(answer):
    scripts = _at(answer, "project", "scripts")
    spaceless = (
        {name: "".join(str(target).split()) for name, target in scripts.items()}
        if isinstance(scripts, dict)
        else scripts
    )
    equal(spaceless, {"raindays": "raindays.cli:main"}, "The table of the commands")


@pyproject.test("`defaults.toml` is shipped with the package")
def _(answer):
    data = [_at(answer, "tool", "setuptools", "package-data", name) for name in ("raindays", "*", "")]
    patterns = [pattern for found in data if isinstance(found, list) for pattern in found]
    if not any(Path("defaults.toml").match(str(pattern)) for pattern in patterns):
        raise _wrong("Nothing brings the file `defaults.toml` of the package `raindays` along.", data)


_PYPROJECT = """\
[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"

[tool.setuptools]
packages = ["raindays"]

[project]
name = "raindays"
version = "0.3.0"
requires-python = ">=3.11"

[project.scripts]
raindays = "raindays.cli:main"

[tool.setuptools.package-data]
raindays = ["defaults.toml"]
"""


@pyproject.mistake(
    "Behind the colon of an entry point stands a function. You named the module alone, with a dot or as a file: nobody could tell what to call."
)
def module_without_function():
    return _PYPROJECT.replace("raindays.cli:main", "raindays.cli")


@pyproject.mistake(
    "The entry point has dots only. The colon says where the module's name ends and the function's begins."
)
def dots_only():
    return _PYPROJECT.replace("raindays.cli:main", "raindays.cli.main")


@pyproject.mistake("`==3.11` allows Python 3.11.0 alone, not even 3.11.1. You mean *this one or any later one*.")
def this_python_only():
    return _PYPROJECT.replace(">=3.11", "==3.11")


@pyproject.mistake(
    "Versions are compared number by number, so 3.9 and 3.10 are *older* than 3.11, and they have no `tomllib`: the program would be installed there and break at its first import."
)
def older_pythons():
    return _PYPROJECT.replace(">=3.11", ">=3.9")


@pyproject.mistake(
    "`version` and `requires-python` are texts, and texts need quotes in TOML. `0.3.0` without them is no value at all."
)
def without_quotes():
    return _PYPROJECT.replace('"0.3.0"', "0.3.0")


@pyproject.mistake(
    "Only `.py` files are taken along by themselves. On your machine all works, since the file lies there; whoever installs it gets a `FileNotFoundError` for `defaults.toml`."
)
def forgets_the_data():
    return _PYPROJECT.partition("[tool.setuptools.package-data")[0]


@pyproject.mistake(
    "The line of the command stands in `[project]` itself, so it is a field called *raindays*, which nobody knows. Commands have a table of their own."
)
def command_in_the_wrong_table():
    return _PYPROJECT.replace("[project.scripts]\n", "")


@pyproject.also_right
def inline():
    return """\
project = {name = 'raindays', version = '0.3.0', requires-python = '~=3.11', scripts = {raindays = 'raindays.cli:main'}}
tool.setuptools.package-data.raindays = ['*.toml']
[build-system]
requires = ['setuptools']
"""


readme = Exercise(
    concepts=["README", "documentation", "examples that run"],
    minutes=6,
    file="raindays-project/README.md",
    inside=True,
    seconds=10,
    hints=[
        "Do not guess what the commands print: run them in the cell above, and copy.",
        "A block begins with a line of three backquotes and the word `console`, and ends with three backquotes alone. What is typed has a dollar sign in front, what comes back has none.",
    ],
)

_FENCE = "`" * 3


def _examples(text):
    """(words of a command, the lines shown below it) for each command in the console blocks; the rest; the kinds of blocks."""
    examples, rest, kinds, inside = [], [], [], ""
    for line in text.splitlines():
        if line.strip().startswith((_FENCE, "~~~")):
            inside = "" if inside else (line.strip()[3:].strip() or "plain")
            kinds += [inside] if inside else []
        elif not inside:
            rest.append(line)
        elif inside == "console":
            if line.startswith("$ "):
                examples.append((line[2:].strip(), []))
            elif examples:
                examples[-1][1].append(line.rstrip())
    if inside:
        raise _wrong(f"A block that begins with {_FENCE} is never closed.", ["open", inside])
    return examples, rest, kinds


def _commands(text):
    """The examples, and a word about what is in their way where there is none."""
    examples, _, kinds = _examples(text)
    if not examples and kinds:
        if "console" in kinds:
            raise _wrong(
                "In the console block no line begins with a dollar sign and a space, so nothing in it is typed.", "no $"
            )
        raise _wrong(f"There is a block of the kind {kinds[0]}, but none of the kind console.", ["kind", kinds[0]])
    return examples


_SAMPLE = [0.0, 10.9, 0.8, 20.3, 1.3]


@readme.test("it begins with the name as a heading, and says in a sentence of six words or more what the program does")
def _(answer):
    first = answer.strip().splitlines()[0]
    if not re.fullmatch(r"#\s+`?raindays`?\b.*", first):
        raise _wrong("The first line should be the heading `# raindays`.", first, first)
    _, rest, _ = _examples(answer)
    longest = max((len(line.split()) for line in rest if not line.startswith("#")), default=0)
    if longest < 6:
        raise _wrong("Outside of the blocks no line of six words or more says what the program does.", longest)


@readme.test("it shows two commands or more that begin with `python -m raindays`, and one of them uses `--quiet`")
def _(answer):
    examples = _commands(answer)
    commands = [command for command, _ in examples if command.startswith("python -m raindays ")]
    told = [len(commands) >= 2, any("--quiet" in command.split() for command in commands)]
    equal(told, [True, True], "Whether there are two such commands, and whether one has `--quiet`,")


@readme.test("each command, run where `sample.csv` is, prints exactly what the README shows below it", points=3)
def _(answer):
    examples = _commands(answer)
    if not examples:
        raise _wrong("There is no command in a console block.", [])
    with _folder() as place:
        folder = Path(place)
        _package(folder, {})
        (folder / "sample.csv").write_text(_weather(_SAMPLE), encoding="utf-8")
        for command, shown in examples[:8]:
            words = shlex.split(command)
            if words[:3] != ["python", "-m", "raindays"]:
                raise _wrong(f"The command `{command}` is not one of this program.", command)
            run = _python("-m", *words[2:], cwd=folder)
            if run.returncode or not {"--help", "-h"}.isdisjoint(words):
                raise _wrong(
                    f"`{command}` prints help or a complaint. Their words are each author's own: take a command that counts.",
                    command,
                )
            printed = [line.rstrip() for line in (run.stdout + run.stderr).strip().splitlines()]
            said = "\n".join(shown).strip().splitlines()
            if printed != said:
                raise _wrong(
                    f"`{command}` prints something else than the README shows below it. Run it and compare.",
                    [said, printed],
                    "\n".join(said),
                )


_README = f"""\
# raindays

Counts the days with rain in a weather file, one row for each day.

{_FENCE}console
$ python -m raindays sample.csv
Wet days: 3 of 5
$ python -m raindays sample.csv --quiet
3
{_FENCE}
"""


@readme.mistake(
    "The README promises something that the program does not print. Readers believe the page and doubt themselves. Run the command, and copy what comes."
)
def promises_too_much():
    return _README.replace("Wet days: 3 of 5", "3 of 5 days were wet")


@readme.mistake(
    "There is no console block: the commands stand in the running text, where nobody (and no test) can tell what is typed and what comes back."
)
def commands_without_a_block():
    return _README.replace(f"{_FENCE}console\n", "").replace(_FENCE, "")


@readme.mistake(
    "The commands are there, and what they print is not. An example without its result leaves the reader wondering whether it worked."
)
def commands_without_results():
    return _README.replace("Wet days: 3 of 5\n", "").replace("quiet\n3\n", "quiet\n")


@readme.mistake(
    "The examples are right, but nothing says what the program is for. Somebody who finds this folder in a year reads the first sentence, and there is none."
)
def no_word_about_it():
    return _README.replace("Counts the days with rain in a weather file, one row for each day.\n", "")


# Challenge

monthly = Exercise(
    concepts=["command line", "package", "configuration", "exit code"],
    minutes=16,
    file="raindays-project/raindays/monthly.py",
    inside=True,
    seconds=10,
    hints=[
        "Take it apart first: reading rows, grouping by month, printing, the command line. Which of the package's functions does which part?",
        "A row is good or it is not: put what can go wrong with it into one `try`, and keep the number of the line beside it.",
        "`read_rows` gives the line, the date and the text of each row. A dict from month to count is enough, if a month gets its place with its first *good* row.",
        "Three ways to end: 2 for wrong words, which argparse sees to, 1 when a row was skipped, otherwise 0. Keep the number until the table is printed.",
    ],
)


def _city(rows):
    return "\n".join(["date,precipitation,temp_max", *rows]) + "\n"


_ROWS = ["2015-02-01,0.0,9", "2014-12-30,3.0,8", "2015-01-01,0.2,7", "2015-01-02,1.0,7", "2015-01-03,5.5,6"]
_ROWS += ["2014-12-31,4.5,8"]
_BAD = [*_ROWS[:2], "2015-06-20,wet,7", *_ROWS[2:], "2015-02-20,-2.0,9"]
_CITIES = {"city.csv": _city(_ROWS), "bad.csv": _city(_BAD), "wet.toml": "threshold = 0.1\n"}
_TABLES = {
    "city.csv": ["2014-12: 2", "2015-01: 2", "2015-02: 0"],
    "city.csv --config wet.toml": ["2014-12: 2", "2015-01: 3", "2015-02: 0"],
    "bad.csv": ["2014-12: 2", "2015-01: 2", "2015-02: 0"],
}


def _monthly(answer, words):
    return _commanded(answer, (*_TABLES, "", "city.csv --loud"), _CITIES, part="monthly")[words]


def _code(told):
    """What was returned; `True` and `False` are 1 and 0 as exit codes as well."""
    value = told.get("value")
    return int(value) if isinstance(value, bool) else value


def _table(told, words, lines):
    _well(told, f"`main` with the words `{words}`")
    equal(told["out"].strip().splitlines(), lines, f"What `main` prints for the words `{words}`, line by line,")


@monthly.test("it prints a line for each month, the earliest first: the month, a colon, the wet days", points=2)
def _(answer):
    told = _monthly(answer, "city.csv")
    if told["err"] and "exit" not in told:
        raise _wrong(
            "Every row of this file is good, and yet there is something on stderr.",
            len(told["err"].splitlines()),
            told["err"],
        )
    _table(told, "city.csv", _TABLES["city.csv"])
    equal([_code(told), told["err"]], [0, ""], "What `main` returns, and what it writes to stderr,")


@monthly.test(
    "threshold and factor come from the settings: amounts are multiplied by the factor, then compared", points=2
)
def _(answer):
    own = {"defaults.toml": "threshold = 4.0\nfactor = 2.0\n"}
    told = _commanded(answer, ["city.csv"], _CITIES, part="monthly", **own)["city.csv"]
    _table(told, "city.csv", ["2014-12: 2", "2015-01: 1", "2015-02: 0"])


@monthly.test("`--config` names a settings file")
def _(answer):
    words = "city.csv --config wet.toml"
    _table(_monthly(answer, words), words, _TABLES[words])


@monthly.test(
    "a bad row is skipped and reported on stderr with the number of its line, and the exit code is 1", points=2
)
def _(answer):
    told = _monthly(answer, "bad.csv")
    _table(told, "bad.csv", _TABLES["bad.csv"])
    said = [{int(number) for number in re.findall(r"\d+", line)} for line in told["err"].strip().splitlines()]
    numbers = [sorted(found & {3, 4, 5, 8, 9, 10}) for found in said]
    equal(numbers, [[4], [9]], "The line of the file that each line of stderr names")
    equal(_code(told), 1, "What `main` returns, its exit code,")


@monthly.test("a missing file name or an unknown option ends with exit code 2 and a message on stderr")
def _(answer):
    for words, names in {"": "file", "city.csv --loud": "--loud"}.items():
        _is_refused(_monthly(answer, words), words, names)


@monthly.test("started by an installed command, it does all this for other weather", hidden=True)
def _(answer, rng):
    amounts = [round(float(x), 1) for x in rng.gamma(0.8, 4.0, size=90)]
    rows = [f"20{13 + day % 2}-{1 + day // 30:02}-{1 + day % 28:02},{amount},5" for day, amount in enumerate(amounts)]
    bad = int(rng.integers(10, 80))
    rows[bad] = rows[bad].replace(",", ",?", 1)
    counts = {}
    for position, row in enumerate(rows):
        if position != bad:
            counts[row[:7]] = counts.get(row[:7], 0) + (amounts[position] >= 1.0)
    code, lines = _started_on(answer, _city(rows))
    expected = [f"{month}: {count}" for month, count in sorted(counts.items())]
    equal(lines, expected, "What the installed command prints, line by line,")
    equal(code, 1, "The exit code of the program")


_ENTRY = "import sys; from raindays.monthly import main; sys.exit(main())"


@lru_cache(maxsize=32)
def _started_on(answer, text):
    with _folder() as place:
        folder = Path(place)
        _package(folder, {"monthly.py": answer})
        (folder / "city.csv").write_text(text, encoding="utf-8")
        run = _python("-c", _ENTRY, "city.csv", cwd=folder)
    return run.returncode, run.stdout.strip().splitlines()


_MONTHLY = """\
import argparse
import sys

from . import counting, reading, settings


def main(argv=None):
    parser = argparse.ArgumentParser(description="Counts the wet days of each month.")
    parser.add_argument("file", help="a CSV file")
    parser.add_argument("--config", help="a settings file")
    options = parser.parse_args(argv)
    limits, counts, code = settings.load(options.config), {}, 0
    for line, date, text in reading.read_rows(options.file):
        try:
            wet = counting.wet_days([float(text) * limits["factor"]], limits["threshold"])
            counts[date[:7]] = counts.get(date[:7], 0) + wet
        except ValueError as error:
            print(f"line {line}: {error}", file=sys.stderr)
            code = 1
    for month in sorted(counts):
        print(f"{month}: {counts[month]}")
    return code
"""


@monthly.mistake(
    "The months come in the order in which the file has them. A file need not be sorted; the statement wants the earliest month first."
)
def unsorted():
    return _MONTHLY.replace("sorted(counts)", "counts")


@monthly.mistake("You group by year. A month is a year and a month together: the first *seven* signs of the date.")
def only_the_year():
    return _MONTHLY.replace("date[:7]", "date[:4]")


@monthly.mistake(
    "January of all years is one month with you. A month is a year and a month together: the first *seven* signs of the date."
)
def only_the_month():
    return _MONTHLY.replace("date[:7]", "date[5:7]")


@monthly.mistake(
    "A month without a single wet day is missing. It was measured, and its answer is 0, which is not the same as no answer."
)
def leaves_out_dry_months():
    return _MONTHLY.replace(
        "    for month in sorted(counts):\n", "    for month in sorted(month for month in counts if counts[month]):\n"
    )


@monthly.mistake(
    "Rows were skipped, and the exit code says that all went well. Whoever runs this every night in a script would never notice that half of the file is broken."
)
def always_zero():
    return _MONTHLY.replace("code = 1", "pass")


@monthly.mistake(
    "The complaints go to stdout, in the midst of the result. A program that reads the table stumbles over them; stderr is the place for what is not the result."
)
def complains_to_stdout():
    return _MONTHLY.replace(", file=sys.stderr", "")


@monthly.mistake(
    "The threshold is that of the function, 1 mm, whatever the settings say. Load them, and hand on what they hold."
)
def without_settings():
    return _MONTHLY.replace(', limits["threshold"]', "").replace(' * limits["factor"]', "")


@monthly.mistake(
    "The factor is not used. A file in inches would be counted as if it were in millimetres: multiply each amount before it is compared."
)
def without_the_factor():
    return _MONTHLY.replace(' * limits["factor"]', "")


@monthly.mistake("`--config` is accepted and has no effect: the settings are loaded without it.")
def ignores_the_config():
    return _MONTHLY.replace("load(options.config)", "load()")


@monthly.mistake(
    "One bad row stops everything, and the person gets nothing for a file of a thousand good ones. Catch the error where *one* row is used, report it, and go on."
)
def stops_at_a_bad_row():
    return re.sub(r"        except ValueError.*\n.*\n.*\n", "        finally:\n            pass\n", _MONTHLY)


@monthly.mistake(
    "A month of which every row is bad gets a line with 0, as if it had been dry. Nothing is known of it: make its place only when a good row comes."
)
def lists_months_of_bad_rows():
    return _MONTHLY.replace("        try:\n", "        counts.setdefault(date[:7], 0)\n        try:\n")


@monthly.mistake("A dry day is taken for a bad row. An amount of 0 is a good measurement; only *less* than 0 is none.")
def refuses_zero():
    return _MONTHLY.replace(
        "            wet = counting",
        "            if float(text) <= 0:\n                raise ValueError('negative')\n            wet = counting",
    )


@monthly.mistake(
    "After the first bad row you leave, and the table is never printed. The person wants what can be counted: report the row, go on, and say 1 at the very end."
)
def returns_at_a_bad_row():
    return _MONTHLY.replace("code = 1", "return 1")


@monthly.mistake(
    "At the first bad row the loop ends, so everything below it in the file is missing. One word ends a loop, another one only this round of it."
)
def breaks_off_at_a_bad_row():
    return _MONTHLY.replace("code = 1", "code = 1\n            break")


@monthly.mistake(
    "The number on stderr is the position among the rows, not the line of the file, where the heading is line 1. `read_rows` gives the line itself, first in each row."
)
def numbers_the_rows():
    return _MONTHLY.replace(
        "for line, date, text in reading.read_rows(options.file):",
        "for line, (_, date, text) in enumerate(reading.read_rows(options.file)):",
    )


@monthly.mistake(
    "A negative amount goes unnoticed, taken for a dry day or dropped. No weather station can mean that: it is a bad row like `wet`, to be reported by its line."
)
def accepts_negative_rain():
    return _MONTHLY.replace(
        'counting.wet_days([float(text) * limits["factor"]], limits["threshold"])',
        'int(float(text) * limits["factor"] >= limits["threshold"])',
    )


@monthly.mistake(
    "A bad row is skipped without a word. Skipping is fine; hiding it is not: say on stderr which line it was, and end with exit code 1."
)
def skips_in_silence():
    return re.sub(r"            print\(f\"line.*\n.*\n", "            continue\n", _MONTHLY)


@monthly.also_right
def with_lists_and_full_names():
    return """\
import argparse
import sys

from raindays.counting import wet_days
from raindays.reading import read_rows
from raindays.settings import load


def by_month(rows, factor):
    months, bad = {}, []
    for line, date, text in rows:
        try:
            amount = float(text)
        except ValueError:
            bad.append(line)
            continue
        if amount < 0:
            bad.append(line)
        else:
            months.setdefault(date[0:7], []).append(factor * amount)
    return months, bad


def main(words=None):
    parser = argparse.ArgumentParser(prog="monthly")
    parser.add_argument("-c", "--config", metavar="FILE")
    parser.add_argument("file")
    options = parser.parse_args(words)
    values = load(options.config)
    months, bad = by_month(read_rows(options.file), values["factor"])
    print("\\n".join(f"{m}: {wet_days(days, values['threshold'])}" for m, days in sorted(months.items())))
    for line in bad:
        print("skipped: line", line, file=sys.stderr)
    return int(len(bad) > 0)
"""
