"""Exercises of 02-python/06-testing.

The answers are test files. They are run by the real pytest, on the right module and on copies with a planted bug:
one process imports pytest and reads its settings, then forks for each copy.
"""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from autograder import snapshots
from autograder.compare import Mismatch
from autograder.exercise import Choice, Exercise

RUNNER = '''
"""Runs pytest once for each job: a folder of files of which one holds tests."""
import gc, json, os, signal, sys, time

import pytest

jobs = json.load(sys.stdin)
here = os.getcwd()
sys.dont_write_bytecode = True
if any("hypothesis" in text for job in jobs for text in job["files"].values()):
    import hypothesis

    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile("lesson", derandomize=True, database=None, deadline=None, phases=phases, max_examples=50,
                                         suppress_health_check=list(hypothesis.HealthCheck))
    hypothesis.settings.load_profile("lesson")


gc.collect()
gc.freeze()
gc.disable()


def passed(number):
    try:
        with open(os.path.join(here, f"{number}.json"), encoding="utf-8") as file:
            found = json.load(file)
    except OSError:
        return False
    return bool(found["items"]) and not found["failed"] and not found["errors"]


class Jobs:
    def __init__(self):
        self.items, self.failed, self.errors, self.slept = [], {}, [], []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session):
        """Forks for every job. First come the right programs: tests that fail there need not be tried on wrong ones."""
        if not hasattr(os, "fork"):
            return self.begin(session, 0, jobs[0])
        first = [number for number, job in enumerate(jobs) if job["version"] == "right"]
        if self.in_a_fork(session, first):
            return None
        sound = {jobs[number]["group"] for number in first if passed(number)}
        rest = [n for n, job in enumerate(jobs) if n not in first and (job["group"] in sound or job["version"] in ("another", "probe"))]
        if self.in_a_fork(session, rest):
            return None
        os._exit(0)

    def in_a_fork(self, session, numbers):
        """Whether this is one of the forks; the parent waits for them all, two at a time."""
        waiting, running = list(numbers), {}
        while waiting or running:
            if waiting and len(running) < 2:
                number = waiting.pop(0)
                child = os.fork()
                if child == 0:
                    self.begin(session, number, jobs[number])
                    return True
                running[child] = time.monotonic() + 20
                continue
            time.sleep(0.002)
            for child, deadline in list(running.items()):
                if time.monotonic() > deadline:
                    os.kill(child, signal.SIGKILL)
                if os.waitpid(child, os.WNOHANG)[0]:
                    del running[child]
        return False

    def begin(self, session, number, job):
        self.number, self.job, self.folder = number, job, os.path.join(here, str(number))
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 3)
        os.mkdir(self.folder)
        os.environ["PYTEST_DEBUG_TEMPROOT"] = os.path.join(here, f"tmp{number}")
        os.mkdir(os.environ["PYTEST_DEBUG_TEMPROOT"])
        os.chdir(self.folder)
        for name, text in job["files"].items():
            with open(name, "w", encoding="utf-8") as file:
                file.write(text)
        time.sleep = self.slept.append
        session.config.args = [os.path.join(self.folder, job["run"])]

    def pytest_collection_modifyitems(self, items):
        if self.job["version"] == "reverse":
            items.reverse()
        for item in items:
            found = getattr(item, "_fixtureinfo", None)
            fixtures = found.name2fixturedefs.items() if found else ()
            self.items.append({
                "name": item.nodeid.partition("::")[2],
                "function": getattr(item, "originalname", item.name),
                "cases": hasattr(item, "callspec"),
                "property": bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False)),
                "fixtures": [n for n, made in fixtures if any(one.func.__module__ == item.module.__name__ for one in made)],
            })

    def pytest_collectreport(self, report):
        if report.failed:
            lines = [line[4:].strip() for line in str(report.longrepr).splitlines() if line.startswith("E   ")]
            where = [line.partition(", line ")[2] for line in lines if ", line " in line]
            said = lines[-1] if lines else str(report.longrepr).strip()[-200:]
            self.errors.append(f"{said} (line {where[-1]})" if "SyntaxError" in said and where else said)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            words = crash.message if crash else str(report.longrepr)
            self.failed.setdefault(report.nodeid.partition("::")[2], words.strip()[:300])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        litter = sorted(set(os.listdir(self.folder)) - set(self.job["files"]) - {"__pycache__", ".hypothesis", ".pytest_cache"})
        found = {"items": self.items, "failed": self.failed, "errors": self.errors,
                 "slept": len(self.slept), "litter": litter}
        with open(os.path.join(here, f"{self.number}.json"), "w", encoding="utf-8") as file:
            json.dump(found, file)
        os._exit(0)


unneeded = "cacheprovider doctest faulthandler junitxml pastebin stepwise threadexception unraisableexception"
options = [word for name in unneeded.split() for word in ("-p", "no:" + name)]
pytest.main(["-q", "-c", "pytest.ini", "--tb=line", *options], plugins=[Jobs()])
'''


@dataclass(frozen=True)
class Bug:
    """A planted bug: what to change in the right module, and what it does, in words that complete *a … that …*."""

    old: str
    new: str
    words: str


@dataclass(frozen=True)
class Subject:
    """A module to be tested: right, right in another way, wrong in every way, and with one planted bug each."""

    module: str
    right: str
    another: str
    nonsense: str
    bugs: dict
    beside: dict = field(default_factory=dict)
    probe: str = ""
    """A version on which one particular misunderstanding shows, for tests that fail on the right one."""

    @property
    def tests(self):
        return f"test_{self.module}.py"

    def versions(self):
        """Each version of the module by its label."""
        found = {"right": self.right, "reverse": self.right, "another": self.another, "nonsense": self.nonsense}
        if self.probe:
            found["probe"] = self.probe
        for label, bug in self.bugs.items():
            changed = self.right.replace(bug.old, bug.new)
            assert changed != self.right, f"the bug {label!r} changes nothing"
            found[label] = changed
        return found


_known = {}


def ran(subject, text, exercise):
    """What pytest found with these tests on every version of the module: a dict from label to result."""
    if (subject.module, text) not in _known:
        wrong = [mistake.answer() for mistake in exercise.mistakes]
        texts = [one for one in wrong if (subject.module, one) not in _known] if text in wrong else [text]
        jobs = [
            {
                "files": {**subject.beside, f"{subject.module}.py": source, subject.tests: one},
                "run": subject.tests,
                "version": label,
                "group": group,
            }
            for group, one in enumerate(texts)
            for label, source in subject.versions().items()
        ]
        results = iter(_run(jobs))
        for one in texts:
            _known[subject.module, one] = {label: next(results) for label in subject.versions()}
    return _known[subject.module, text]


def _run(jobs):
    """The result of each job; None where it did not come to an end."""
    results = []
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG", "TMPDIR") if name in os.environ}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    for batch in [jobs] if hasattr(os, "fork") else [[job] for job in jobs]:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
            environment["HYPOTHESIS_STORAGE_DIRECTORY"] = folder
            try:
                done = subprocess.run(
                    [sys.executable, "-c", RUNNER],
                    input=json.dumps(batch),
                    cwd=folder,
                    env=environment,
                    capture_output=True,
                    text=True,
                    timeout=60,
                    check=False,
                )
                said = done.stderr
            except subprocess.TimeoutExpired:
                said = ""
            if "No module named 'pytest'" in said or "No module named 'hypothesis'" in said:
                raise Mismatch(
                    "pytest or Hypothesis is missing on this machine. Install them: pip install pytest hypothesis"
                )
            for number in range(len(batch)):
                found = Path(folder, f"{number}.json")
                results.append(json.loads(found.read_text(encoding="utf-8")) if found.is_file() else None)
    return results


def _short(words):
    """The first two lines of what pytest says about a failure, on one line."""
    return " ".join(" ".join(words.splitlines()[:2]).split()).replace(" + where", ", where")[:160]


def stop(words, *seen):
    """Ends a test; `seen` is what makes two answers fail in the same way."""
    raise Mismatch(words, "", "", snapshots.snapshot(list(seen)))


def _sound(result):
    return result is not None and result["items"] and not result["errors"] and not result["failed"]


def passes(subject, text, exercise, what):
    """The tests must pass on the right module, and there must be some."""
    found = ran(subject, text, exercise)
    right = found["right"]
    if right is None:
        stop(
            "Your tests did not come to an end on the right module. Is there a loop that never ends, or something that waits?",
            "endless",
        )
    if right["errors"]:
        stop(f"pytest can't even begin: {right['errors'][0]}", "unreadable", right["errors"][0].partition(":")[0])
    if not right["items"]:
        stop("pytest finds no test in your file. It looks for functions whose names begin with `test_`.", "no tests")
    if right["failed"]:
        name, said = next(iter(right["failed"].items()))
        many = f" (and {len(right['failed']) - 1} more)" if len(right["failed"]) > 1 else ""
        stop(
            f"`{name}`{many} fails on the right {what}, so the test is wrong: {_short(said)}",
            "fails",
            _kind(said),
            bool(_sound(found["another"])),
            _end(found.get("probe")),
        )


def _kind(words):
    """What sort of failure pytest's words are about."""
    if "fixture" in words and "not found" in words:
        return "no such fixture"
    name = words.partition(":")[0].strip()
    missing = re.search(r"has no attribute '(\w+)'", words)
    return [name if name.isidentifier() else "assert", "NoneType" in words, missing[1] if missing else ""]


def _end(result):
    """How a run ended, in a word or two."""
    if _sound(result):
        return "sound"
    return _kind(next(iter(result["failed"].values()))) if result and result["failed"] else "unsound"


def sound_first(subject, text, exercise, what):
    """Only tests that pass on the right module can tell anything by failing."""
    if not _sound(ran(subject, text, exercise)["right"]):
        stop(f"As long as your tests do not pass on the right {what}, a failure tells nothing.", "unsound")


def catches(subject, text, exercise, label, what):
    """Some test must fail on the copy with that bug."""
    sound_first(subject, text, exercise, what)
    if _sound(ran(subject, text, exercise)[label]):
        stop(f"This one survived: all your tests pass on a {what} that {subject.bugs[label].words}.", "survived", label)


def can_fail(subject, text, exercise, what):
    """No test may pass on a module that does nothing right."""
    sound_first(subject, text, exercise, what)
    found = ran(subject, text, exercise)["nonsense"]
    if found is None or found["errors"]:
        return
    idle = [item for item in found["items"] if item["name"] not in found["failed"]]
    if idle:
        why, advice = _why_idle(subject, text, idle[0]["function"])
        stop(
            f"`{idle[0]['name']}` passes even on a {what} that gives back nonsense: it can't fail. {advice}",
            "idle",
            why,
        )


def _why_idle(subject, text, function):
    """Why a test can't fail, as far as the text of its file shows it."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except SyntaxError:
        return "", ""
    public = {node.name for node in ast.parse(subject.right).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    defined = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    used = {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }
    asserts = [node for node in ast.walk(defined.get(function, ast.Pass())) if isinstance(node, ast.Assert)]
    if any(isinstance(node.test, ast.Tuple) and node.test.elts for node in asserts):
        return "tuple", "It asserts a tuple, and a tuple with something in it is always true: look at the brackets."
    if own := public & set(defined):
        return "copy", f"Your file has a `{own.pop()}` of its own, and tests that one."
    if not public & used and "conftest.py" not in subject.beside:
        return "never called", f"Nothing in your file calls anything of the module `{subject.module}`."
    if not asserts:
        return "no assert", "It claims nothing: there is no `assert` in it."
    return "other", "Follow it by hand: is there a claim about what the module itself gave back?"


def any_order(subject, text, exercise, what):
    """The tests must pass from the last to the first, too."""
    sound_first(subject, text, exercise, what)
    found = ran(subject, text, exercise)["reverse"]
    if not _sound(found):
        name = next(iter(found["failed"]), "a test") if found else "a test"
        stop(
            f"Run from the last test to the first, `{name}` fails: it needs something that another test leaves behind.",
            "order",
        )


def items(subject, text, exercise, what):
    """The tests that pytest found."""
    sound_first(subject, text, exercise, what)
    return ran(subject, text, exercise)["right"]["items"]


# Warm-up: what the lesson builds on.

warmup_1 = Choice(
    correct="b",
    distractors={
        "a": "`float` wants a point: a comma is no part of a number for it. What does it do with a text that it can't read?",
        "c": "An error is raised, but does it reach the caller? Look at the line that catches it.",
    },
    concepts=["exceptions"],
    hints=["Does `float` understand a comma? And where does the program go on when it does not?"],
)

warmup_2 = Choice(
    correct="a",
    distractors={
        "b": "On paper it would be. A computer keeps decimal fractions only nearly, and `==` compares every digit.",
        "c": "Comparing two floats is never an error. The trouble is that it says nothing.",
    },
    concepts=["floats"],
    hints=["What does `print(0.1 + 0.2)` show?"],
)

reading = Choice(
    correct="c",
    points=2,
    distractors={
        "a": "The line above those with `E` is the claim, and the 4 in it is what the *test* expects. The lines with `E` show what came out.",
        "b": "It ran: pytest shows values that the function gave back. If it could not have run, an error such as NameError would "
        "stand there.",
        "d": "Nothing in the report says who is wrong. A test is written by people too: what does the rule of the car park say about 120 "
        "minutes?",
    },
    concepts=["reading a failure"],
    hints=[
        "The line `E  assert 6 == 4` has a value from `fee` and a value from the test. The line below says which is which."
    ],
)


# 1. A test is a claim that can fail

FEE = Subject(
    module="fee",
    right='''\
def fee(minutes):
    """The fee in euros: 30 minutes are free, then every hour begun costs 2, and a day 15 at most."""
    if minutes <= 30:
        return 0
    hours = -(-minutes // 60)
    return min(2 * hours, 15)
''',
    another="""\
import math


def fee(minutes):
    return 0 if minutes < 31 and minutes <= 30 else min(15, math.ceil(minutes / 60) * 2)
""",
    nonsense='def fee(minutes):\n    return "nonsense"\n',
    bugs={
        "free edge": Bug("<= 30", "< 30", "is wrong at the very end of the free time"),
        "hour edge": Bug("-(-minutes // 60)", "minutes // 60 + 1", "is wrong when an hour is just complete"),
        "begun hour": Bug("-(-minutes // 60)", "minutes // 60", "forgets an hour that has only begun"),
        "no cap": Bug("min(2 * hours, 15)", "2 * hours", "never stops rising, however long the car stays"),
    },
)

first_tests = Exercise(
    file="test_fee.py",
    inside=True,
    concepts=["test", "assert", "boundary value"],
    minutes=6,
    hints=[
        "Where does the curve in the figure jump? A wrong `<` or `<=` shows only at the very edge.",
        "For each rule: the last minute at which it still holds, and the first at which it does not.",
        "Four more claims are enough: at the end of the free time, at the end of the first hour, just after it, and very late.",
    ],
    seconds=60,
)


@first_tests.test("your tests pass on the right `fee`")
def _(answer):
    passes(FEE, answer, first_tests, "`fee`")


@first_tests.test("each of your tests can fail")
def _(answer):
    can_fail(FEE, answer, first_tests, "`fee`")


@first_tests.test("they catch a planted bug at the end of the free time")
def _(answer):
    catches(FEE, answer, first_tests, "free edge", "`fee`")


@first_tests.test("they catch a planted bug at the end of an hour")
def _(answer):
    catches(FEE, answer, first_tests, "hour edge", "`fee`")


@first_tests.test("they catch a planted bug in an hour that has only begun")
def _(answer):
    catches(FEE, answer, first_tests, "begun hour", "`fee`")


@first_tests.test("they catch a planted bug in the limit of a day")
def _(answer):
    catches(FEE, answer, first_tests, "no cap", "`fee`")


_FIRST = """\
from fee import fee


def test_a_short_stay_is_free():
    assert fee(10) == 0
"""

for _line in (
    "def test_a_full_hour_costs_one_hour():",
    "def test_the_next_hour_counts_from_its_first_minute():",
    "def test_a_day_costs_15_at_most():",
    "def test_half_an_hour_is_still_free():",
):
    first_tests.equivalent(_line, because="its claim joins the test above and is still made")


@first_tests.mistake(
    'Your claims stand in brackets, with a comma: `assert (a == b, "words")`. That asserts a *tuple*, and a tuple with something in it is true, '
    "whatever it holds. So nothing can ever fail. Without the brackets the words after the comma would be the message."
)
def asserts_on_tuples():
    return """\
from fee import fee


def test_free():
    assert (fee(10) == 0, "free")
    assert (fee(30) == 0, "free")


def test_hours():
    assert (fee(60) == 2, "one hour")
    assert (fee(61) == 4, "two hours")
    assert (fee(600) == 15, "a day")
"""


@first_tests.mistake(
    "Your tests call `fee` and claim nothing: a comparison without `assert`, or a `print`, goes by unheard. A test passes unless something in it "
    "*raises*. Which word does?"
)
def no_assert():
    return """\
from fee import fee


def test_free():
    fee(30) == 0


def test_hours():
    print(fee(61))
"""


@first_tests.mistake(
    "Your claims are all about comfortable numbers in the middle. Most bugs live at the edges, where `<` and `<=` differ by one minute: the last minute "
    "of a rule, and the first of the next."
)
def middles_only():
    return (
        _FIRST
        + """

def test_two_hours_begun():
    assert fee(100) == 4


def test_a_long_stay():
    assert fee(700) == 15
"""
    )


@first_tests.mistake(
    "pytest finds no test of yours: it looks for functions whose names begin with `test_`. Others are never called, so they can't fail "
    "either."
)
def names_without_test():
    return """\
from fee import fee


def check_free():
    assert fee(30) == 0


def fee_for_an_hour():
    assert fee(60) == 2
"""


@first_tests.mistake(
    "Your file has a `fee` of its own, so it tests that one, and the car park's program may do what it likes. A copy of the program in the test has the "
    "program's bugs as well, or hides them. Import the real one, and write down expected *numbers*."
)
def copy_of_the_program():
    return """\
def fee(minutes):
    if minutes <= 30:
        return 0
    return min(-(-minutes // 60) * 2, 15)


def test_free():
    assert fee(30) == 0


def test_hours():
    assert fee(60) == 2
    assert fee(61) == 4
    assert fee(600) == 15
"""


@first_tests.also_right
def in_two_tests():
    return """\
import fee


class TestFee:
    def test_free(self):
        assert fee.fee(0) == 0
        assert fee.fee(30) == 0
        assert fee.fee(31) == 2

    def test_hours_and_the_day(self):
        assert [fee.fee(60), fee.fee(90), fee.fee(120), fee.fee(10000)] == [2, 4, 4, 15]
"""


# 2. Many cases, expected errors, floats

PLATES = Subject(
    module="plates",
    right='''\
def normalise(text):
    """A number plate in one form: capitals, no hyphens, no white space."""
    return "".join(text.upper().replace("-", " ").split())
''',
    another="""\
def normalise(text):
    return "".join(sign for sign in text if not sign.isspace() and sign != "-").upper()
""",
    nonsense='def normalise(text):\n    return "nonsense"\n',
    bugs={
        "small letters": Bug("text.upper()", "text", "leaves small letters as they are"),
        "one space": Bug(
            '"".join(text.upper().replace("-", " ").split())',
            'text.upper().replace("-", "").strip().replace(" ", "", 1)',
            "takes out only one of several spaces",
        ),
        "hyphens": Bug('.replace("-", " ")', "", "leaves hyphens in"),
        "line end": Bug(
            '"".join(text.upper().replace("-", " ").split())',
            'text.upper().replace("-", "").replace(" ", "")',
            "knows no other white space than the space itself",
        ),
        "letter O": Bug(
            "text.upper()", 'text.upper().replace("O", "0")', "takes one letter for a digit that looks like it"
        ),
    },
)

table = Exercise(
    file="test_plates.py",
    inside=True,
    concepts=["parametrised test"],
    minutes=6,
    hints=[
        "Read the three rules of `normalise` one after the other. What would a plate have to look like for each to be broken?",
        "The first argument of `parametrize` names the parameters in one text, the second is a list with a tuple for each case.",
        "One case for each: small letters, two spaces, hyphens, a line end or tab, and letters that look like digits.",
    ],
    seconds=60,
)


@table.test("your tests pass on the right `normalise`")
def _(answer):
    passes(PLATES, answer, table, "`normalise`")


@table.test("one test function runs on five or more cases, and each of them can fail")
def _(answer):
    cases = {}
    for item in items(PLATES, answer, table, "`normalise`"):
        if item["cases"]:
            cases[item["function"]] = cases.get(item["function"], 0) + 1
    most = max(cases.values(), default=0)
    if most < 5:
        words = f"the one with most runs on {most}" if most else "none of yours is parametrised"
        stop(f"There should be a parametrised test function with five cases or more; {words}.", "cases", most)
    can_fail(PLATES, answer, table, "`normalise`")


@table.test("they catch planted bugs with capitals and hyphens")
def _(answer):
    catches(PLATES, answer, table, "small letters", "`normalise`")
    catches(PLATES, answer, table, "hyphens", "`normalise`")


@table.test("they catch planted bugs with spaces and other white space")
def _(answer):
    catches(PLATES, answer, table, "one space", "`normalise`")
    catches(PLATES, answer, table, "line end", "`normalise`")


@table.test("they catch a planted bug that means well")
def _(answer):
    catches(PLATES, answer, table, "letter O", "`normalise`")


_TABLE = """\
import pytest
from plates import normalise


@pytest.mark.parametrize(
    "typed, expected",
    [
        ("bab123", "BAB123"),
        ("B AB 123", "BAB123"),
        ("B-AB-123", "BAB123"),
        ("BAB123\\n", "BAB123"),
        ("HOT7", "HOT7"),
    ],
)
def test_one_form(typed, expected):
    assert normalise(typed) == expected
"""


@table.mistake(
    "A `for` loop through the cases inside one test is one test: it ends at the first case that fails, and the report says nothing of the others. "
    "`@pytest.mark.parametrize` makes a test of each."
)
def loop_in_the_test():
    return """\
from plates import normalise


def test_one_form():
    for typed in ["bab123", "B AB 123", "B-AB-123", "BAB123\\n"]:
        assert normalise(typed) == "BAB123"
    assert normalise("HOT7") == "HOT7"
"""


@table.mistake(
    "Your test takes its expected value from `normalise` itself, by calling it a second time. Two calls of a wrong function agree with each other. Write the "
    "expected text down."
)
def expected_by_calling_it():
    return _TABLE.replace("== expected", "== normalise(typed)")


@table.mistake(
    "The decorator's first argument names the parameters, and the function must have parameters of just these names. Here pytest can't bring the two "
    "together. Compare them letter by letter."
)
def other_names():
    return _TABLE.replace('"typed, expected"', '"text, expected"')


@table.mistake(
    "All your cases are of the same kind: capitals, one hyphen, one space. Five cases that break the same rule are one case. Which rule does none of them "
    "touch?"
)
def five_of_a_kind():
    return """\
import pytest
from plates import normalise


@pytest.mark.parametrize(
    "typed, expected",
    [
        ("BAB123", "BAB123"),
        ("B AB123", "BAB123"),
        ("BAB 123", "BAB123"),
        ("M X1", "MX1"),
        ("KY 9", "KY9"),
    ],
)
def test_one_form(typed, expected):
    assert normalise(typed) == expected
"""


@table.mistake(
    "Your parametrised test never calls `normalise`: it compares the two halves of your own table, or does to the text what `normalise` should do. Which "
    "program would notice?"
)
def table_against_itself():
    return _TABLE.replace("normalise(typed) ==", 'typed.upper().replace("-", "").replace(" ", "").strip() ==')


@table.also_right
def expected_in_the_decorator():
    return """\
import pytest
import plates

TYPED = ["b o b 1 2 3", "B--OB-123", "\\tbob123 ", "BOB\\n123", "bo-b 12-3", "BOB123"]


@pytest.mark.parametrize("typed", TYPED)
def test_always_the_same(typed):
    assert plates.normalise(typed) == "BOB123"
"""


PRICES = Subject(
    module="prices",
    right='''\
def parse(text):
    """The number in a price such as "12,50 €"; a ValueError that quotes the text if there is none."""
    try:
        return float(text.removesuffix("€").strip().replace(",", "."))
    except ValueError:
        raise ValueError(f"not a price: {text!r}") from None


def total(texts):
    """The sum of prices."""
    return sum(parse(text) for text in texts)
''',
    another="""\
def parse(text):
    try:
        return float(text.removesuffix("€").strip().replace(",", "."))
    except ValueError:
        raise ValueError(f"not a price: {text!r}") from None


def total(texts):
    return sum(round(100 * parse(text)) for text in texts) / 100
""",
    nonsense='def parse(text):\n    return "nonsense"\n\n\ndef total(texts):\n    return "nonsense"\n',
    bugs={
        "no cents": Bug("return float(", "return 1.0 * round(", "loses the cents"),
        "none": Bug(
            'raise ValueError(f"not a price: {text!r}") from None', "return 0.0", "takes what is no price for 0"
        ),
        "mute": Bug("not a price: {text!r}", "not a price", "refuses, but does not say which text it could not read"),
        "last": Bug(
            "for text in texts)", "for text in texts[:1])", "adds up wrongly when there is more than one price"
        ),
        "a cent": Bug("for text in texts)", "for text in texts) + 0.01", "adds a cent to every bill"),
    },
)
_NO_CENTS = 'return float(int(float(text.removesuffix("€").strip().replace(",", "."))))'
PRICES.bugs["no cents"] = Bug(
    'return float(text.removesuffix("€").strip().replace(",", "."))', _NO_CENTS, "loses the cents"
)

money = Exercise(
    file="test_prices.py",
    inside=True,
    concepts=["expected error", "approx", "floats"],
    minutes=7,
    hints=[
        "Three claims, three tests: a price is read with its cents, what is no price is refused, a bill is added up.",
        "`pytest.raises` can also look at the message: its parameter `match` is searched for in it.",
        "Which two prices have a sum that `==` gets wrong? And how far off may a sum be before somebody loses a cent?",
    ],
    seconds=60,
)


@money.test("your tests pass on the right `prices`")
def _(answer):
    passes(PRICES, answer, money, "module `prices`")


@money.test("they pass on another right one, whose sums differ in the sixteenth digit")
def _(answer):
    sound_first(PRICES, answer, money, "module `prices`")
    found = ran(PRICES, answer, money)["another"]
    if not _sound(found):
        name, said = next(iter(found["failed"].items())) if found and found["failed"] else ("A test", "")
        stop(
            f"`{name}` fails on a module that is as right as ours and differs from it only by rounding: {_short(said)}",
            "exact",
        )


@money.test("each of your tests can fail")
def _(answer):
    can_fail(PRICES, answer, money, "module `prices`")


@money.test("they catch planted bugs in what is refused, and how")
def _(answer):
    catches(PRICES, answer, money, "none", "module `prices`")
    catches(PRICES, answer, money, "mute", "module `prices`")


@money.test("they catch planted bugs in cents and sums", points=2)
def _(answer):
    catches(PRICES, answer, money, "no cents", "module `prices`")
    catches(PRICES, answer, money, "last", "module `prices`")
    catches(PRICES, answer, money, "a cent", "module `prices`")


_MONEY = """\
import pytest
from prices import parse, total


def test_cents_count():
    assert parse("12,50 €") == 12.5


def test_what_is_no_price_is_refused_and_quoted():
    with pytest.raises(ValueError, match="twelve"):
        parse("twelve €")


def test_a_bill_is_added_up():
    assert total(["0,10 €", "0,20 €"]) == pytest.approx(0.3)
"""

for _line in (
    "def test_a_bill_is_added_up():",
    "def test_what_is_no_price_is_refused_and_quoted():",
):
    money.equivalent(_line, because="its claim joins the test above and is still made")


@money.mistake(
    "Your test of the sum fails on the right module: 0.1 + 0.2 is 0.30000000000000004, and `==` compares every digit. It is the *test* that asks for too "
    "much. Which function of pytest says *nearly equal*?"
)
def floats_by_equality():
    return _MONEY.replace("pytest.approx(0.3)", "0.3")


@money.mistake(
    "Your test wants a sum to the very last digit, as this program's way of adding gives it (0.30000000000000004 for 0.1 + 0.2, say). Another way, just as right, "
    "rounds differently and fails. Expect the sum that you work out on paper, and say that nearly is enough."
)
def printed_digits_copied():
    return _MONEY.replace("pytest.approx(0.3)", "0.1 + 0.2")


@money.mistake(
    "Your sums may be off by a cent and more: the tolerance is too wide, or both sides are rounded. `approx` by itself allows a millionth, which is enough "
    "for rounding and far less than a cent."
)
def tolerance_too_wide():
    return _MONEY.replace("approx(0.3)", "approx(0.3, abs=0.05)")


@money.mistake(
    "`try … except ValueError: pass` passes when the error comes, and passes when it doesn't. A test of an error must fail if there is none. "
    "`pytest.raises` does that."
)
def try_and_pass():
    return _MONEY.replace('    with pytest.raises(ValueError, match="twelve"):\n', "    try:\n").replace(
        '        parse("twelve €")\n', '        parse("twelve €")\n    except ValueError:\n        pass\n'
    )


@money.mistake(
    "You check that there is an error, not what it says. *not a price* without the text that was meant sends its reader through ten thousand lines. "
    "`raises` can look into the message. (An `assert` about it *inside* the `with` block, below the call, is never run: the block ends at the error.)"
)
def message_not_checked():
    return _MONEY.replace(', match="twelve"', "")


@money.mistake(
    "Your bill has only one price in it, so nothing is added up. Take two at least, and such as give a sum that is off in the last digit."
)
def bill_of_one():
    return _MONEY.replace('["0,10 €", "0,20 €"]', '["0,30 €"]')


@money.also_right
def with_the_caught_error():
    return """\
from math import isclose

import pytest
import prices


@pytest.mark.parametrize("text, number", [("3,99 €", 3.99), ("0,05", 0.05), ("7 €", 7)])
def test_parse(text, number):
    assert prices.parse(text) == pytest.approx(number)


def test_no_price():
    with pytest.raises(ValueError) as caught:
        prices.parse("free today")
    assert "free today" in str(caught.value)


def test_total():
    assert isclose(prices.total(["1,10", "2,20 €", "3,30"]), 6.6)
"""


# 3. A fresh world for every test

LOGBOOK = Subject(
    module="logbook",
    right='''\
def note(path, plate):
    """Adds a plate at the end of the log book."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(plate + "\\n")


def plates(path):
    """All plates in the log book, in order; none if there is no such file yet."""
    if not path.exists():
        return []
    return path.read_text(encoding="utf-8").splitlines()
''',
    another="""\
def note(path, plate):
    known = plates(path)
    path.write_text("".join(one + "\\n" for one in [*known, plate]), encoding="utf-8")


def plates(path):
    try:
        with open(path, encoding="utf-8") as file:
            return [line.rstrip("\\n") for line in file]
    except FileNotFoundError:
        return []
""",
    nonsense='def note(path, plate):\n    return "nonsense"\n\n\ndef plates(path):\n    return "nonsense"\n',
    bugs={
        "overwrites": Bug('open(path, "a"', 'open(path, "w"', "forgets what was noted before"),
        "line ends": Bug(
            ".splitlines()", ".splitlines(keepends=True)", "gives the plates back with something behind them"
        ),
        "order": Bug(".splitlines()", ".splitlines()[::-1]", "gives the plates back in another order"),
        "once": Bug(
            'return path.read_text(encoding="utf-8").splitlines()',
            'return list(dict.fromkeys(path.read_text(encoding="utf-8").splitlines()))',
            "does not know that a car can come twice",
        ),
        "no file": Bug(
            "    if not path.exists():\n        return []\n",
            "",
            "can't be asked on its first day, before anything was noted",
        ),
    },
)

fresh_book = Exercise(
    file="test_logbook.py",
    inside=True,
    concepts=["fixture", "temporary folder", "isolation"],
    minutes=8,
    hints=[
        "What do most of your tests need before they begin? Make that the fixture, in a file under `tmp_path`.",
        "A fixture is a function with a decorator, as `letter` above. It may ask for `tmp_path` by a parameter itself, and it *returns* what the tests get.",
        "Let the book that the fixture makes hold three plates, two of them the same, in an order that differs when it is read backwards. One claim about the whole "
        "list then catches four of the bugs.",
    ],
    seconds=60,
)


@fresh_book.test("your tests pass on the right `logbook`")
def _(answer):
    passes(LOGBOOK, answer, fresh_book, "module `logbook`")


@fresh_book.test("two tests or more use a fixture of your own, and each test can fail")
def _(answer):
    users = [item for item in items(LOGBOOK, answer, fresh_book, "module `logbook`") if item["fixtures"]]
    if len(users) < 2:
        words = "only one test uses it" if users else "no test of yours uses one that stands in your file"
        stop(f"There should be a fixture of your own that two tests or more use; {words}.", "fixture", len(users))
    can_fail(LOGBOOK, answer, fresh_book, "module `logbook`")


@fresh_book.test("they leave no file behind in the working folder, and pass in any order")
def _(answer):
    sound_first(LOGBOOK, answer, fresh_book, "module `logbook`")
    litter = ran(LOGBOOK, answer, fresh_book)["right"]["litter"]
    if litter:
        stop(f"After your tests `{litter[0]}` lies in the working folder. The next run will find it there.", "litter")
    any_order(LOGBOOK, answer, fresh_book, "module `logbook`")


@fresh_book.test("they catch planted bugs in keeping what was noted")
def _(answer):
    catches(LOGBOOK, answer, fresh_book, "overwrites", "module `logbook`")
    catches(LOGBOOK, answer, fresh_book, "once", "module `logbook`")


@fresh_book.test("they catch planted bugs in what is given back")
def _(answer):
    catches(LOGBOOK, answer, fresh_book, "line ends", "module `logbook`")
    catches(LOGBOOK, answer, fresh_book, "order", "module `logbook`")


@fresh_book.test("they catch a planted bug of the first day")
def _(answer):
    catches(LOGBOOK, answer, fresh_book, "no file", "module `logbook`")


_BOOK = """\
import pytest
from logbook import note, plates


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.txt"
    for plate in ("HOT7", "HOT7", "BAB123"):
        note(path, plate)
    return path


def test_all_plates_come_back_in_order(book):
    assert plates(book) == ["HOT7", "HOT7", "BAB123"]


def test_a_new_plate_comes_last(book):
    note(book, "MX1")
    assert plates(book)[-1] == "MX1"


def test_the_first_day(tmp_path):
    assert plates(tmp_path / "new.txt") == []
"""


@fresh_book.mistake(
    "Your tests share one file in the working folder. It lies there after the run, and the next run begins with what this one has left. Every test has a fresh folder "
    "of its own for the asking: which parameter brings it?"
)
def file_in_the_working_folder():
    return (
        _BOOK.replace("def book(tmp_path):\n    path = tmp_path /", "def book():\n    path = Path(")
        .replace('"book.txt"\n', '"book.txt")\n    path.unlink(missing_ok=True)\n')
        .replace("import pytest\n", "from pathlib import Path\n\nimport pytest\n")
    )


@fresh_book.mistake(
    "One of your tests needs what another has left behind: run from the last to the first, or alone, it fails. Each test should make (or be given) all that it needs; "
    "a file or a list at the top of the module is shared by all."
)
def order_matters():
    return """\
import tempfile
from pathlib import Path

import pytest
from logbook import note, plates

BOOK = Path(tempfile.mkdtemp()) / "book.txt"


@pytest.fixture
def book():
    return BOOK


def test_the_first_day(book):
    assert plates(book) == []


def test_noting(book):
    for plate in ("HOT7", "HOT7", "BAB123"):
        note(book, plate)
    assert plates(book) == ["HOT7", "HOT7", "BAB123"]
"""


@fresh_book.mistake(
    "`book` is a plain function in your file, and pytest looks for a *fixture* of that name. Which line above the function makes it one?"
)
def decorator_forgotten():
    return _BOOK.replace("@pytest.fixture\n", "")


@fresh_book.mistake(
    "Your fixture prepares the book and returns nothing, so the tests get None. A test's parameter is what the fixture of that name *returns*."
)
def fixture_returns_nothing():
    return _BOOK.replace("    return path\n", "")


@fresh_book.mistake(
    "Your log book is a *folder*: `tmp_path` itself. `note` and `plates` want the path of a file, and such a folder is only the place where it can lie."
)
def folder_for_a_book():
    return _BOOK.replace('tmp_path / "book.txt"', "tmp_path")


@fresh_book.mistake(
    "Your tests hand over the path as a *text*. `plates` asks it whether it exists, and a text can't answer that: hand over the `Path` as it is."
)
def path_as_text():
    return _BOOK.replace("    return path\n", "    return str(path)\n")


@fresh_book.mistake(
    "You call the fixture like a function, `book()`. pytest calls it for you: a test asks for it by a *parameter* with the fixture's name, without brackets."
)
def fixture_called():
    return _BOOK.replace("in_order(book):\n    assert plates(book)", "in_order():\n    assert plates(book())")


@fresh_book.mistake(
    "Each of your tests prepares its own book, with the same lines again and again. That works, until the lines have to change. A fixture of your own holds "
    "them once."
)
def without_a_fixture():
    return """\
from logbook import note, plates


def test_all_plates_come_back_in_order(tmp_path):
    book = tmp_path / "book.txt"
    for plate in ("HOT7", "HOT7", "BAB123"):
        note(book, plate)
    assert plates(book) == ["HOT7", "HOT7", "BAB123"]


def test_the_first_day(tmp_path):
    assert plates(tmp_path / "new.txt") == []
"""


@fresh_book.mistake(
    "All your tests know a book that has been written in. What happens on the very first day, when nobody has noted anything and there is no file?"
)
def first_day_forgotten():
    return _BOOK[: _BOOK.index("\n\ndef test_the_first_day")]


@fresh_book.mistake(
    "You count the plates and do not look at them. A count is right even if each of them has a line end behind it and all stand in another order. Compare the whole list."
)
def only_counted():
    return _BOOK.replace('plates(book) == ["HOT7", "HOT7", "BAB123"]', "len(plates(book)) == 3").replace(
        'plates(book)[-1] == "MX1"', "len(plates(book)) == 4"
    )


@fresh_book.also_right
def fixture_with_yield():
    return """\
import pytest
import logbook


@pytest.fixture()
def empty(tmp_path):
    yield tmp_path / "cars.log"


@pytest.fixture()
def full(empty):
    for plate in ["A1", "B2", "B2"]:
        logbook.note(empty, plate)
    return empty


def test_nothing_noted(empty):
    assert logbook.plates(empty) == []


def test_noted(full):
    assert logbook.plates(full) == ["A1", "B2", "B2"]
"""


# 4. Stand-ins

CLOCKS = '''\
class FakeClock:
    """A clock that shows what it is told to show."""

    def __init__(self, now):
        self.now = now

    def time(self):
        return self.now
'''
_METER_RIGHT = '''\
import math
import time


class Meter:
    """Counts the minutes that a car has stood, by a clock."""

    def __init__(self, clock=time):
        self.clock = clock
        self.started = None

    def start(self):
        self.started = self.clock.time()

    def minutes(self):
        """The minutes begun since the last start; 0 before the first."""
        if self.started is None:
            return 0
        return math.ceil((self.clock.time() - self.started) / 60)
'''
METER = Subject(
    module="meter",
    right=_METER_RIGHT,
    another="""\
import time


class Meter:
    def __init__(self, clock=time):
        self._clock, self._begin = clock, []

    def start(self):
        self._begin.append(self._clock.time())

    def minutes(self):
        if not self._begin:
            return 0
        return int(-(-(self._clock.time() - self._begin[-1]) // 60))
""",
    nonsense="""\
class Meter:
    def __init__(self, clock=None):
        pass

    def start(self):
        pass

    def minutes(self):
        return "nonsense"
""",
    bugs={
        "floor": Bug("math.ceil(", "math.floor(", "forgets a minute that has only begun"),
        "edge": Bug(
            "math.ceil((self.clock.time() - self.started) / 60)",
            "int((self.clock.time() - self.started) // 60 + 1)",
            "is wrong when a minute is just complete",
        ),
        "restart": Bug(
            "        self.started = self.clock.time()\n",
            "        if self.started is None:\n            self.started = self.clock.time()\n",
            "can be started only once",
        ),
        "before": Bug(
            "        if self.started is None:\n            return 0\n", "", "can't be asked before it was started"
        ),
        "once": Bug(
            "        return math.ceil((self.clock.time() - self.started) / 60)\n",
            "        if not hasattr(self, 'known'):\n"
            "            self.known = math.ceil((self.clock.time() - self.started) / 60)\n"
            "        return self.known\n",
            "always repeats its first answer",
        ),
    },
    beside={"clocks.py": CLOCKS},
    probe=_METER_RIGHT.replace("clock=time", "clock"),
)

stopped_clock = Exercise(
    file="test_meter.py",
    inside=True,
    concepts=["test double", "dependency injection", "time"],
    minutes=7,
    hints=[
        "Which object decides what time it is? You hold it in your hand: set its `now`.",
        "A small story: start at 1000, look a full minute later, look one second after that.",
        "And three questions beside it: what before the first start? What after a second start? What if you ask twice?",
    ],
    seconds=60,
)


@stopped_clock.test("your tests pass on the right `Meter`, and none of them waits")
def _(answer):
    passes(METER, answer, stopped_clock, "`Meter`")
    if ran(METER, answer, stopped_clock)["right"]["slept"]:
        stop(
            "Your tests call `sleep`. Nobody should wait for a test: move the hands of the fake clock instead.",
            "sleeps",
        )


@stopped_clock.test("each of your tests can fail")
def _(answer):
    can_fail(METER, answer, stopped_clock, "`Meter`")


@stopped_clock.test("they catch planted bugs in minutes begun and minutes complete", points=2)
def _(answer):
    catches(METER, answer, stopped_clock, "floor", "`Meter`")
    catches(METER, answer, stopped_clock, "edge", "`Meter`")


@stopped_clock.test("they catch planted bugs before the first start and after the second")
def _(answer):
    catches(METER, answer, stopped_clock, "before", "`Meter`")
    catches(METER, answer, stopped_clock, "restart", "`Meter`")


@stopped_clock.test("they catch a planted bug in the second answer")
def _(answer):
    catches(METER, answer, stopped_clock, "once", "`Meter`")


_METER = """\
from clocks import FakeClock
from meter import Meter


def test_every_minute_begun_counts():
    clock = FakeClock(1000)
    meter = Meter(clock)
    assert meter.minutes() == 0
    meter.start()
    clock.now = 1060
    assert meter.minutes() == 1
    clock.now = 1061
    assert meter.minutes() == 2


def test_starting_again_starts_anew():
    clock = FakeClock(1000)
    meter = Meter(clock)
    meter.start()
    clock.now = 1600
    meter.start()
    assert meter.minutes() == 0
"""


stopped_clock.equivalent(
    "def test_starting_again_starts_anew():", because="its claim joins the test above and is still made"
)


@stopped_clock.mistake(
    "Your test waits. With the real clock it would have to stand still for a minute to see a minute pass, and every run would take that long. "
    "`Meter` takes its clock as a parameter: give it one whose hands you can move."
)
def sleeps():
    return """\
import time

from meter import Meter


def test_a_minute():
    meter = Meter()
    meter.start()
    time.sleep(2)
    assert meter.minutes() == 1
"""


@stopped_clock.mistake(
    "You test the fake clock: it shows what you have set it to. That was never in doubt, and no bug of `Meter` can show. The stand-in is there to "
    "let you ask `Meter` questions; the claims must be about *its* answers."
)
def tests_the_fake():
    return """\
from clocks import FakeClock
from meter import Meter


def test_the_clock():
    clock = FakeClock(1000)
    meter = Meter(clock)
    meter.start()
    clock.now = 1061
    assert clock.time() == 1061
"""


@stopped_clock.mistake(
    "The hands of your clock move before the start, or not at all, so no time passes between start and question: every claim is about 0 minutes. First `start`, then "
    "move `now`, then ask."
)
def hands_never_move():
    return """\
from clocks import FakeClock
from meter import Meter


def test_no_time():
    clock = FakeClock(1000)
    meter = Meter(clock)
    assert meter.minutes() == 0
    clock.now = 5000
    meter.start()
    assert meter.minutes() == 0
"""


@stopped_clock.mistake(
    "Your claims are about comfortable times, such as half a minute later. A wrong rounding shows at the edges: when a minute is just complete, and one second later."
)
def comfortable_times():
    return """\
from clocks import FakeClock
from meter import Meter


def test_a_few_minutes():
    clock = FakeClock(0)
    meter = Meter(clock)
    meter.start()
    clock.now = 90
    assert meter.minutes() == 2
"""


@stopped_clock.mistake(
    "Time goes by in your test, but the meter is started only once and asked only afterwards. Cars come again, and impatient drivers ask early: what should `minutes` say "
    "before the first start, and after the second?"
)
def one_start_only():
    return """\
from clocks import FakeClock
from meter import Meter


def test_minutes():
    clock = FakeClock(1000)
    meter = Meter(clock)
    meter.start()
    clock.now = 1060
    assert meter.minutes() == 1
    clock.now = 1061
    assert meter.minutes() == 2
"""


@stopped_clock.mistake(
    "`Meter()` was made without your clock, so it looks at the real one, and the fake stands on the table unused. How does `Meter` learn which clock it should look at?"
)
def clock_not_handed_over():
    return _METER.replace("Meter(clock)", "Meter()")


@stopped_clock.mistake(
    "You gave `Meter` a number, or a function, for a clock. It asks its clock by `clock.time()`, so a stand-in must have a method of that name; that is "
    "the whole protocol."
)
def number_for_a_clock():
    return _METER.replace("Meter(clock)", "Meter(clock.now)")


@stopped_clock.also_right
def with_a_fake_of_its_own():
    return """\
import pytest
from meter import Meter


class Hands:
    now = 0.0

    def time(self):
        return self.now


@pytest.fixture
def clock():
    return Hands()


@pytest.mark.parametrize("seconds, minutes", [(0, 0), (1, 1), (60, 1), (60.5, 2), (3600, 60)])
def test_minutes(clock, seconds, minutes):
    meter = Meter(clock)
    clock.now = 7000.0
    meter.start()
    clock.now += seconds
    assert meter.minutes() == minutes


def test_not_started(clock):
    assert Meter(clock=clock).minutes() == 0


def test_two_cars(clock):
    meter = Meter(clock)
    for _ in range(2):
        meter.start()
        clock.now += 100
        assert meter.minutes() == 2
        clock.now += 100
        assert meter.minutes() == 4
"""


# 5. Claims about everything

SHARES = Subject(
    module="shares",
    right='''\
def split(cents, people):
    """A bill in cents, shared among people: shares that differ by one cent at most, the larger ones first."""
    share, rest = divmod(cents, people)
    return [share + 1] * rest + [share] * (people - rest)
''',
    another="""\
def split(cents, people):
    shares = []
    for left in range(people, 0, -1):
        shares.append(-(-cents // left))
        cents -= shares[-1]
    return shares
""",
    nonsense='def split(cents, people):\n    return ["non", "sense"]\n',
    bugs={
        "rest lost": Bug(
            "[share + 1] * rest + [share] * (people - rest)",
            "[share] * people",
            "loses a few cents, unless they happen to divide evenly",
        ),
        "rest to one": Bug(
            "[share + 1] * rest + [share] * (people - rest)",
            "[share + rest] + [share] * (people - 1)",
            "is hard on one person",
        ),
        "order": Bug(
            "[share + 1] * rest + [share] * (people - rest)",
            "[share] * (people - rest) + [share + 1] * rest",
            "gives the shares back the wrong way round",
        ),
        "zeros": Bug(
            "return [share + 1] * rest + [share] * (people - rest)",
            "return [one for one in [share + 1] * rest + [share] * (people - rest) if one]",
            "forgets people when there are fewer cents than people",
        ),
        "large": Bug(
            "    share, rest", "    people = min(people, 9)\n    share, rest", "can't cope with a large party"
        ),
    },
)

fair_shares = Exercise(
    file="test_shares.py",
    inside=True,
    concepts=["property test", "invariant", "Hypothesis"],
    minutes=8,
    hints=[
        "Without knowing a single result: what must be true of the shares of *any* bill?",
        "Look at the docstring of `split`. It makes claims about the sum, the number, the differences and the order.",
        "`given` takes a strategy for each parameter, with bounds that make sense. Below it: four `assert`s, one for each claim.",
    ],
    seconds=60,
)


@fair_shares.test("your tests pass on the right `split`")
def _(answer):
    passes(SHARES, answer, fair_shares, "`split`")


@fair_shares.test("one of them is a property test, run by Hypothesis, and each of them can fail")
def _(answer):
    if not any(item["property"] for item in items(SHARES, answer, fair_shares, "`split`")):
        stop("None of your tests is run by Hypothesis: which decorator hands it the numbers?", "no property")
    can_fail(SHARES, answer, fair_shares, "`split`")


@fair_shares.test("they catch a planted bug in the sum")
def _(answer):
    catches(SHARES, answer, fair_shares, "rest lost", "`split`")


@fair_shares.test("they catch planted bugs in the number of shares", points=2)
def _(answer):
    catches(SHARES, answer, fair_shares, "zeros", "`split`")
    catches(SHARES, answer, fair_shares, "large", "`split`")


@fair_shares.test("they catch planted bugs in fairness and order", points=2)
def _(answer):
    catches(SHARES, answer, fair_shares, "rest to one", "`split`")
    catches(SHARES, answer, fair_shares, "order", "`split`")


_SHARES = """\
from hypothesis import given, strategies as st
from shares import split


@given(st.integers(0, 10_000), st.integers(1, 20))
def test_any_bill_is_shared_fairly(cents, people):
    shares = split(cents, people)
    assert len(shares) == people
    assert sum(shares) == cents
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)
"""


@fair_shares.mistake(
    "Your property test asks only for the sum. A bill that one person pays alone has the right sum too. What else does the docstring promise about the shares?"
)
def sum_only():
    return _SHARES[: _SHARES.index("    assert len")] + "    assert sum(shares) == cents\n"


@fair_shares.mistake(
    "Nothing in your file asks `split` anything: it works out the shares by a formula of its own and makes its claims about those. Whatever the program does, your "
    "tests pass. Take what `split` gives back, and claim what must be true of *that*."
)
def formula_copied():
    return """\
from hypothesis import given, strategies as st
from shares import split


def expected(cents, people):
    share, rest = divmod(cents, people)
    return [share + 1] * rest + [share] * (people - rest)


@given(st.integers(0, 10_000), st.integers(1, 20))
def test_split(cents, people):
    assert expected(cents, people) == expected(cents, people)
    assert sum(expected(cents, people)) == cents
"""


@fair_shares.mistake(
    "Your test fails on the right `split`, for a bill among *nobody*: the strategy for `people` draws 0 as well (and without bounds negative numbers too). Nobody asks for "
    "that: say in `given` which numbers make sense, and mind their order: the first strategy is that of the first parameter."
)
def any_integers():
    return _SHARES.replace("st.integers(0, 10_000), st.integers(1, 20)", "st.integers(), st.integers()")


@fair_shares.mistake(
    "A few examples, chosen by hand, and each of them divides evenly or is small. They are welcome *beside* a property, but `given` would have "
    "found the odd cent and the large party. Let Hypothesis choose the numbers."
)
def examples_only():
    return """\
from shares import split


def test_split():
    assert split(10, 5) == [2, 2, 2, 2, 2]
    assert split(100, 4) == [25, 25, 25, 25]
"""


@fair_shares.mistake(
    "Hypothesis may choose the numbers, but you have left it hardly any room: with so few people (or cents) the interesting bills never come. How large may a party be? And "
    "may there be fewer cents than people?"
)
def too_little_room():
    return _SHARES.replace("st.integers(0, 10_000), st.integers(1, 20)", "st.integers(100, 10_000), st.integers(1, 4)")


@fair_shares.mistake(
    "Number, sum and fairness are there; the order is missing. The docstring says which shares come first, and a program that prints names beside shares may rely on it."
)
def order_forgotten():
    return _SHARES.replace("    assert shares == sorted(shares, reverse=True)\n", "")


@fair_shares.mistake(
    "Your claim about fairness is missing or too weak: a share that is nothing like the others gets by. What does *differ by one cent at most* say about the largest "
    "and the smallest?"
)
def fairness_forgotten():
    return _SHARES.replace("    assert max(shares) - min(shares) <= 1\n", "")


@fair_shares.also_right
def several_properties():
    return """\
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import shares

bills = st.tuples(st.integers(min_value=0, max_value=5000), st.integers(min_value=1, max_value=60))


@given(bills)
@example((1, 3))
@settings(max_examples=60)
def test_everybody_gets_a_share_and_nothing_is_lost(bill):
    found = shares.split(*bill)
    assert (len(found), sum(found)) == (bill[1], bill[0])


@given(cents=st.integers(0, 300), people=st.integers(1, 9))
def test_the_steps(cents, people):
    found = shares.split(cents, people)
    assert all(0 <= a - b <= found[0] - found[-1] <= 1 for a, b in zip(found, found[1:]))


def test_by_hand():
    assert shares.split(100, 3) == [34, 33, 33]
"""


# Challenge

CONFTEST = """\
import pytest
from carpark import CarPark
from clocks import FakeClock


@pytest.fixture
def clock():
    return FakeClock(0)


@pytest.fixture
def park(clock):
    return CarPark(2, clock)
"""
_CARPARK_RIGHT = '''\
from fee import fee


class CarPark:
    """A car park with so many places. Times are those of its clock, in seconds."""

    def __init__(self, places, clock):
        self.places, self.clock, self._since = places, clock, {}

    def enter(self, plate):
        """Lets a car in. ValueError if it is inside already, or if all places are taken; then nothing changes."""
        if plate in self._since:
            raise ValueError(f"{plate} is inside already")
        if len(self._since) >= self.places:
            raise ValueError("all places are taken")
        self._since[plate] = self.clock.time()

    def leave(self, plate):
        """Lets a car out and returns its fee in euros. KeyError if it is not inside."""
        return fee((self.clock.time() - self._since.pop(plate)) / 60)

    def inside(self):
        """The plates of the cars inside, in alphabetical order."""
        return sorted(self._since)
'''
CARPARK = Subject(
    module="carpark",
    right=_CARPARK_RIGHT,
    another="""\
import fee


class CarPark:
    def __init__(self, places, clock):
        self._slots, self._clock = [None] * places, clock

    def enter(self, plate):
        if plate in self.inside():
            raise ValueError("twice: " + plate)
        if None not in self._slots:
            raise ValueError("full")
        self._slots[self._slots.index(None)] = (plate, self._clock.time())

    def leave(self, plate):
        for place, slot in enumerate(self._slots):
            if slot is not None and slot[0] == plate:
                self._slots[place] = None
                return fee.fee((self._clock.time() - slot[1]) / 60)
        raise KeyError(plate)

    def inside(self):
        return sorted(slot[0] for slot in self._slots if slot is not None)
""",
    nonsense="""\
class CarPark:
    def __init__(self, places, clock=None):
        pass

    def enter(self, plate):
        pass

    def leave(self, plate):
        return "nonsense"

    def inside(self):
        return "nonsense"
""",
    bugs={
        "one too many": Bug(">= self.places", "> self.places", "lets in more cars than it has places"),
        "twice": Bug(
            '            raise ValueError(f"{plate} is inside already")\n',
            "            return\n",
            "does not mind when a car drives in that is inside already",
        ),
        "clock set back": Bug(
            "        if plate in self._since:\n",
            "        if plate in self._since:\n            self._since[plate] = self.clock.time()\n",
            "refuses a car that is inside already, but forgets since when that car has been there",
        ),
        "place kept": Bug(
            "self._since.pop(plate)) / 60)",
            "self._since[plate]) / 60)",
            "still counts a car that has left",
        ),
        "unknown": Bug(
            "        return fee(",
            "        if plate not in self._since:\n            return 0\n        return fee(",
            "lets a car out that never came in",
        ),
        "first visit": Bug(
            "        self._since[plate] = self.clock.time()\n\n    def leave(self, plate):\n",
            "        self._first = getattr(self, '_first', {})\n"
            "        self._since[plate] = self._first.setdefault(plate, self.clock.time())\n\n    def leave(self, plate):\n",
            "charges a car that comes again for the time in between as well",
        ),
        "last entry": Bug(
            "        self._since[plate] = self.clock.time()\n\n    def leave(self, plate):\n",
            "        self._since[plate] = None\n"
            "        self._since = dict.fromkeys(self._since, self.clock.time())\n\n    def leave(self, plate):\n",
            "mixes up the times of two cars",
        ),
        "arrival": Bug(
            "return sorted(self._since)", "return list(self._since)", "lists the cars in another order than it promises"
        ),
    },
    beside={"clocks.py": CLOCKS, "conftest.py": CONFTEST, "fee.py": FEE.right},
    probe=_CARPARK_RIGHT.replace(") / 60)", "))"),
)

eight_bugs = Exercise(
    file="test_carpark.py",
    inside=True,
    concepts=["test suite", "planted bug", "behaviour, not implementation"],
    minutes=16,
    hints=[
        "Take the docstrings one sentence at a time. Each makes a promise: how could it be broken, and which small story would show it?",
        "For stories about time you need two cars that came at different moments, and one that comes back.",
        "An error promises two things: that it is raised, and that nothing has changed afterwards. Ask after the error as well.",
    ],
    seconds=60,
)


@eight_bugs.test("your tests pass on the right `CarPark`")
def _(answer):
    passes(CARPARK, answer, eight_bugs, "`CarPark`")


@eight_bugs.test("they pass on another right `CarPark`, built differently inside")
def _(answer):
    sound_first(CARPARK, answer, eight_bugs, "`CarPark`")
    found = ran(CARPARK, answer, eight_bugs)["another"]
    if not _sound(found):
        name, said = next(iter(found["failed"].items())) if found and found["failed"] else ("A test", "")
        stop(
            f"`{name}` fails on a `CarPark` that keeps every promise but is built differently inside: {_short(said)}",
            "implementation",
        )


@eight_bugs.test("each of your tests can fail, and they pass in any order")
def _(answer):
    can_fail(CARPARK, answer, eight_bugs, "`CarPark`")
    any_order(CARPARK, answer, eight_bugs, "`CarPark`")


@eight_bugs.test("bug 1, about the number of places, is caught")
def _(answer):
    catches(CARPARK, answer, eight_bugs, "one too many", "`CarPark`")


@eight_bugs.test("bug 2, about a car that is inside already, is caught")
def _(answer):
    catches(CARPARK, answer, eight_bugs, "twice", "`CarPark`")


@eight_bugs.test("bug 3, about what a refusal must not change, is caught")
def _(answer):
    catches(CARPARK, answer, eight_bugs, "clock set back", "`CarPark`")


@eight_bugs.test("bug 4, about a car that has left, is caught")
def _(answer):
    catches(CARPARK, answer, eight_bugs, "place kept", "`CarPark`")


@eight_bugs.test("bug 5, about a car that is not there, is caught")
def _(answer):
    catches(CARPARK, answer, eight_bugs, "unknown", "`CarPark`")


@eight_bugs.test("bug 6, about a car that comes back, is caught")
def _(answer):
    catches(CARPARK, answer, eight_bugs, "first visit", "`CarPark`")


@eight_bugs.test("bug 7, about two cars at different times, is caught")
def _(answer):
    catches(CARPARK, answer, eight_bugs, "last entry", "`CarPark`")


@eight_bugs.test("bug 8, about the list of cars, is caught")
def _(answer):
    catches(CARPARK, answer, eight_bugs, "arrival", "`CarPark`")


_STORIES = """\
import pytest


def test_two_places(park):
    park.enter("B")
    park.enter("A")
    with pytest.raises(ValueError):
        park.enter("C")
    assert park.inside() == ["A", "B"]


def test_each_car_pays_for_its_own_time(park, clock):
    park.enter("A")
    clock.now = 3000
    park.enter("B")
    clock.now = 3700
    assert park.leave("A") == 4


def test_no_car_enters_twice_and_nothing_changes(park, clock):
    park.enter("A")
    clock.now = 3700
    with pytest.raises(ValueError):
        park.enter("A")
    assert park.leave("A") == 4


def test_a_car_that_comes_back(park, clock):
    park.enter("A")
    clock.now = 9000
    park.leave("A")
    assert park.inside() == []
    park.enter("A")
    assert park.leave("A") == 0


def test_a_car_that_is_not_there(park):
    with pytest.raises(KeyError):
        park.leave("A")
"""


@eight_bugs.mistake(
    "Your tests look inside: they use names with an underscore, such as `_since`. That dict is how *this* version remembers; the docstrings promise nothing about it. A version that "
    "keeps every promise in another way fails your tests. Ask only what a user could ask."
)
def looks_inside():
    return _STORIES.replace("assert park.inside() == []", "assert park._since == {}")


@eight_bugs.mistake(
    "One car at a time, and each comes once: that is the sunny side of the street. Three cars, two of them at different moments, a car that comes back, a car that was never there; "
    "which promises are made about those?"
)
def one_car_only():
    return """\
def test_one_car(park, clock):
    park.enter("A")
    assert park.inside() == ["A"]
    clock.now = 3700
    assert park.leave("A") == 4
"""


@eight_bugs.mistake(
    "You check that a refused car raises an error, but no claim after it would notice if the refusal had changed something. The docstring promises a second thing: *then nothing changes*. What would a driver notice who was inside all the time?"
)
def nothing_after_the_refusal():
    return _STORIES.replace(
        """        park.enter("A")
    assert park.leave("A") == 4


def test_a_car_that_comes""",
        """        park.enter("A")


def test_a_car_that_comes""",
    )


@eight_bugs.mistake(
    'Your fixtures share one car park: with `scope="module"`, or an object at the top of the file, what one test leaves behind is there when the next begins. Run from the last to the first, '
    "your tests fail. Let each test have a fresh one."
)
def shared_park():
    return """\
import pytest
from carpark import CarPark
from clocks import FakeClock

clock = FakeClock(0)
park = CarPark(2, clock)


def test_enter():
    park.enter("B")
    park.enter("A")
    with pytest.raises(ValueError):
        park.enter("C")
    with pytest.raises(ValueError):
        park.enter("A")
    assert park.inside() == ["A", "B"]


def test_leave():
    clock.now = 3700
    assert park.leave("A") == 4
    assert park.inside() == ["B"]
"""


@eight_bugs.mistake(
    "Your fee is counted in seconds on one side and in minutes on the other: the clock of the car park shows *seconds*. How many of them are 61 minutes?"
)
def minutes_for_seconds():
    return _STORIES.replace("3700", "61").replace("3000", "50").replace("9000", "150")


@eight_bugs.mistake(
    "`with pytest.raises(Exception)` takes any error for the right one, a slip of the pen in your own test included, and so your test passes for the wrong reason. Name the error that the docstring promises."
)
def any_exception():
    return _STORIES.replace(
        'pytest.raises(ValueError):\n        park.enter("C")', 'pytest.raises(Exception):\n        park.entre("C")'
    ).replace('pytest.raises(KeyError):\n        park.leave("A")', 'pytest.raises(Exception):\n        park.leafe("A")')


@eight_bugs.also_right
def many_small_tests():
    return _STORIES
