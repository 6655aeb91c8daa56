"""Attacks on what the tests hold: hidden tests, their numbers and their random state."""

# ruff: noqa: E501 (the cells are written as a student would)

from __future__ import annotations

from attacks.case import FORGED, NOTHING, Case, Expected

PEEKS = Expected(("graded", "tampered"), NOTHING, never="")
LOOKED = Expected(says="looked")


def _reads(name: str, tries: str, code: str) -> Case:
    return Case(id=name, row="read hidden tests", tries=tries, last=[f"{code}\nprint('looked')"], expected=LOOKED)


def _peeks(name: str, row: str, tries: str, grade_id: str, code: str) -> Case:
    """A wrong answer that gets the right one out of its own test."""
    return Case(id=name, row=row, tries=tries, answers={f"{grade_id}-answer": code}, forges=True, expected=PEEKS)


def _both(name: str, row: str, tries: str, outside: str, inside: str) -> list[Case]:
    return [
        _peeks(f"{name}-outside", row, f"{tries}; the tests run outside", "mean", outside),
        _peeks(f"{name}-inside", row, f"{tries}; a plain test cell, which runs beside the answer", "double", inside),
    ]


CASES = [
    *_both(
        "frame-peek",
        "frame peek",
        "takes the expected value out of its caller's frame",
        """
import sys
def mean(numbers):
    frame = sys._getframe(1)
    while frame:
        print(frame.f_code.co_name, frame.f_code.co_consts)
        if 'numbers' in frame.f_locals and frame.f_code.co_name == '_':
            return frame.f_locals['numbers'].sum() / 7
        frame = frame.f_back
    return -1
""",
        """
import sys
def double(number):
    constants = sys._getframe(1).f_code.co_consts
    return constants[constants.index(number) + 1] if number in constants else -1
""",
    ),
    *_both(
        "traceback-peek",
        "frame peek",
        "the same by the traceback of an error of its own, without `sys._getframe`",
        """
def mean(numbers):
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame.f_back
    return frame.f_locals['numbers'].sum() / 7 if 'numbers' in frame.f_locals else -1
""",
        """
def double(number):
    try:
        raise ValueError
    except ValueError as error:
        constants = error.__traceback__.tb_frame.f_back.f_code.co_consts
    return constants[constants.index(number) + 1] if number in constants else -1
""",
    ),
    *_both(
        "generator-peek",
        "frame peek",
        "the same by the frame of a generator that is running",
        """
def running():
    yield me.gi_frame.f_back.f_back
def mean(numbers):
    global me
    me = running()
    return next(me).f_locals['numbers'].sum() / 7
""",
        """
def running():
    yield me.gi_frame.f_back.f_back
def double(number):
    global me
    me = running()
    constants = next(me).f_code.co_consts
    return constants[constants.index(number) + 1] if number in constants else -1
""",
    ),
    *_both(
        "settrace",
        "settrace/audit hook",
        "a trace function that reads its caller's constants",
        """
import sys
def trace(frame, event, arg):
    if frame.f_code.co_name == '_' and 'given' in frame.f_locals:
        frame.f_locals['numbers'][:] = 0
    return trace
sys.settrace(trace)
def mean(numbers):
    return 0.0
""",
        """
import sys
seen = {}
def trace(frame, event, arg):
    if frame.f_code.co_name == '<module>':
        constants = frame.f_code.co_consts
        seen.update(zip(constants, constants[1:]))
    return trace
sys.settrace(trace)
def double(number):
    return seen.get(number, -1)
""",
    ),
    *_both(
        "monitoring",
        "settrace/audit hook",
        "a profile function and an audit hook that collect code objects",
        """
import sys
codes = []
sys.setprofile(lambda frame, *a: codes.append(frame.f_code))
sys.addaudithook(lambda name, a: codes.append(a[0]) if name == 'exec' and a else None)
def mean(numbers):
    print([c.co_consts for c in codes if hasattr(c, 'co_consts')][-50:])
    return -1
""",
        """
import sys
codes = []
sys.addaudithook(lambda name, a: codes.append(a[0]) if name == 'exec' and a else None)
def double(number):
    for code in codes:
        constants = getattr(code, 'co_consts', ())
        if number in constants and 'abab' in constants:
            return constants[constants.index(number) + 1]
    return -1
""",
    ),
    *_both(
        "gc-peek",
        "read hidden tests",
        "finds the test's text and code among all living objects, while it is called",
        """
import gc
def mean(numbers):
    for thing in gc.get_objects():
        if isinstance(thing, dict) and 'secret' + '-hidden' in str(list(thing.values())[:50])[:10000]:
            print(str(thing)[:5000])
    return -1
""",
        """
import gc, types
def double(number):
    for thing in gc.get_objects():
        code = getattr(thing, 'f_code', None)
        constants = getattr(code, 'co_consts', ())
        if 'abab' in constants and number in constants:
            return constants[constants.index(number) + 1]
    return -1
""",
    ),
    *_both(
        "history-peek",
        "read hidden tests",
        "reads the test from the shell's history, while it is called",
        """
def mean(numbers):
    print(In[-1], _ih[-1], get_ipython().history_manager.input_hist_raw[-1])
    return -1
""",
        """
import re
def double(number):
    text = In[-1]
    print(text)
    found = re.search(rf'double\\({number!r}\\)( ==|,) (\\w+)', text.replace('"', "'"))
    return eval(found.group(2)) if found else -1
""",
    ),
    _reads("read-history", "prints `In` and `_ih` in the last cell", "print(In, _ih, Out)"),
    _reads(
        "read-history-db",
        "reads the history database",
        """
import glob, os, sqlite3
for path in glob.glob(os.path.expanduser('~/.ipython/**/history.sqlite'), recursive=True):
    with sqlite3.connect(path) as db:
        print(db.execute('select source_raw from history').fetchall())
print(list(get_ipython().history_manager.get_tail(100, raw=True)))
""",
    ),
    _reads(
        "read-linecache",
        "reads the cached source lines",
        "import linecache\nprint([v[2] for k, v in linecache.cache.items() if len(v) > 2 and 'secret' + '-' in ''.join(v[2])])",
    ),
    _reads(
        "read-objects",
        "looks through all living objects for tests",
        """
import gc, sys
found = set()
for thing in gc.get_objects():
    parts = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, (list, tuple)) else ()
    for part in list(parts)[:1000]:
        if isinstance(part, str) and 'secret' + '-hidden-4' in part:
            found.add(part[part.index('secret' + '-hidden'):][:20])
print(found)
""",
    ),
    _reads(
        "read-modules",
        "looks for the exercises' module",
        """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith('groundwork_exercises'):
        print(name, [open(module.__file__).read()])
        print('FOUND' if 'secret' + '-hidden-4' in open(module.__file__).read() else 'none')
""",
    ),
    _reads(
        "read-lesson",
        "asks the lesson itself for its tests and the source of each",
        """
import inspect
for exercise in getattr(getattr(lesson, '_spec', None), 'exercises', {}).values():
    for test in exercise.tests:
        try:
            print(inspect.getsource(test.run), test.run.__code__.co_consts)
        except (OSError, TypeError):
            pass
""",
    ),
    _reads(
        "hook-on-cells",
        "a hook that prints every cell before it runs",
        "get_ipython().events.register('pre_run_cell', lambda info: print(info.raw_cell))",
    ),
    Case(
        id="hook-writes-cells",
        row="read hidden tests",
        tries="a hook, set in the first cell, that keeps every later cell and prints them all in the last one",
        first=["kept = []\nget_ipython().events.register('pre_run_cell', lambda info: kept.append(info.raw_cell))"],
        last=["print(kept, 'looked')"],
        expected=LOOKED,
    ),
    Case(
        id="random-state",
        row="read hidden tests",
        tries="fixes the random state, so that the tests' random inputs are known",
        answers={
            "mean-answer": "import numpy as np, random\nnp.random.default_rng = lambda *a: np.random.Generator(np.random.PCG64(0))\n"
            "np.random.seed(0)\nrandom.seed(0)\ndef mean(numbers):\n    return np.random.default_rng().normal(size=7).sum() / 7"
        },
        forges=True,
        expected=FORGED,
    ),
    Case(
        id="call-recorder",
        row="read hidden tests",
        tries="prints the arguments that hidden tests call it with, to learn them for the next time",
        answers={
            "mean-answer": "def mean(numbers):\n    print('called with', numbers)\n    return sum(numbers) / len(numbers)"
        },
        expected=Expected(never="called with"),
    ),
]
