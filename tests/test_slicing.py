"""What of a notebook is left out before it is graded: never anything that an answer could have been changed by."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.slicing.notebook import Cell, needed
from autograder.slicing.reader import effects_of

SETUP = "import math\nimport json\nfrom collections import Counter"


def kept(*cells: str, answer: str = "def answer(x): return x", files: bool = False, **names: str) -> list[str]:
    """What is run of the course's `cells` beside a student's answer, which stands after the first of them."""
    notebook = [Cell(cell, True) for cell in cells]
    notebook.insert(1, Cell(answer, False))
    texts = needed(notebook, {"answer": ["answer"], **{key: [value] for key, value in names.items()}}, files=files)
    assert texts.pop(1) == answer
    return texts


def test_what_only_shows_something_is_left_out() -> None:
    assert kept("data = [1, 2]", "print(sum(data))", "for x in data:\n    print(x)") == ["", "", ""]


def test_what_the_answer_needs_stays_with_all_that_this_needs() -> None:
    cells = ("base = 2", "table = [base]", "other = 3")
    assert kept(*cells, answer="def answer(x): return table[0]") == ["base = 2", "table = [base]", ""]


def test_a_cell_ends_after_the_last_statement_that_is_needed() -> None:
    cell = "import json; import math\nprint(math.pi)\ntable = {}\nprint(table)  # shown"
    assert kept(cell, answer="def answer(x): return json.dumps(x)") == ["import json"]
    assert kept(cell, answer="def answer(x): return table") == [cell[: cell.index("{}") + 2]]


@pytest.mark.parametrize(
    "cell",
    [
        "table.append(1)",
        "table[0] = 1",
        "table += [1]",
        "del table[0]",
        "other = table\nother.append(1)",
        "box = [table]\nbox[0].append(1)",
        "box = {'a': table}\nbox['a'].clear()",
        "for part in [table]:\n    part.append(1)",
        "with table as other:\n    other.append(1)",
        "def add(values):\n    values.append(1)\nadd(table)",
        "(lambda values: values.append(1))(table)",
        "def add(x, values=table):\n    values.append(x)\nadd(1)",
        "def add(x, values=(table,)):\n    values[0].append(x)\nadd(1)",
        "def add(x):\n    table.append(x)\ndef call(x, function=add):\n    function(x)\ncall(1)",
        "def call(x, *, add=lambda x: table.append(x)):\n    add(x)\ncall(1)",
        "class Box:\n    inside = table\n    def add(self):\n        self.inside.append(1)\nBox().add()",
        "class Box:\n    def add(self):\n        table.append(1)\nbox = [Box()]\nbox[0].add()",
        "class Box:\n    def add(self):\n        table.append(1)\nclass Large(Box):\n    pass\nLarge().add()",
        "class Box:\n    def __repr__(self):\n        table.append(1)\n        return ''\nbox = Box()\nprint(box)",
        "def adding(function):\n    table.append(1)\n    return function\n@adding\ndef plain(x): return x",
        "[one.append(1) for one in [table]]",
        "unknown(table)",
        "def add():\n    table.append(1)\nadd()",
        "def add():\n    table.append(1)\ndef more():\n    add()\nmore()",
        "def add(x):\n    table.append(x)\nsorted([1], key=add)",
        "def add(x):\n    table.append(x)\nother = add\nother(3)",
        "add = lambda: table.append(1)\nadd()",
        "import random\nrandom.shuffle(table)",
        "table.sort_values('a', inplace=True)",
        "next(table)",
        "table = 1",
        "table: int = 1",
        "import json as table",
        "for table in range(3): pass",
        "def table(): pass",
        "class table: pass",
        "global table\ntable = 3",
        "(table := 3)",
        "try:\n    pass\nexcept ValueError as table:\n    pass",
        "match 3:\n    case table: pass",
        "eval('table.append(1)')",
        "globals()['table'] = 1",
        "%reset -f",
        "from somewhere import *",
    ],
)
def test_whatever_may_change_what_an_answer_uses_stays(cell: str) -> None:
    assert kept("table = [3]", cell, answer="def answer(x): return table")[1] == cell


def test_what_an_answer_uses_may_be_changed_by_another_name_of_it() -> None:
    for answer in ("a = []\nb = a\ndef answer(x): return b", "a = []\nb = [a]\ndef answer(x): return b[0]"):
        assert kept("pass", "a.append(1)", answer=answer)[1] == "a.append(1)"


@pytest.mark.parametrize(
    "answer",
    [
        "seen = []\ndef answer(x):\n    seen.append(x)\n    return len(seen)",
        "def answer(x, seen=[]):\n    seen.append(x)\n    return seen",
        "class answer:\n    shared = []",
        "count = 0\ndef answer(x):\n    global count\n    count += 1",
        "from functools import cache\n@cache\ndef answer(x): return x",
        "store = {}\ndef answer(x): return store",
        "def maker():\n    count = 0\n    def inner(x):\n        nonlocal count\n        count += 1\n    return inner\n"
        "answer = maker()",
    ],
)
def test_an_answer_that_remembers_is_called_as_often_as_in_the_notebook(answer: str) -> None:
    assert kept("pass", "answer(3)", answer=answer)[1] == "answer(3)"
    assert kept(SETUP, 'lesson = Lesson("a")\nshown = lesson.use("answer")\nshown(3)', answer=answer)[1].endswith("(3)")


def test_an_answer_that_remembers_nothing_need_not_be_called() -> None:
    assert (
        kept("pass", "answer(3)", answer="def answer(x):\n    found = []\n    found.append(x)\n    return found")[1]
        == ""
    )


def test_what_can_be_gone_through_only_once_is() -> None:
    assert kept("numbers = (n for n in range(3))", "list(numbers)", answer="def answer(x): return numbers")[1]
    assert kept("numbers = [1]", "list(numbers)", answer="def answer(x): return numbers")[1] == ""


def test_files_are_written_where_an_answer_may_read_them() -> None:
    write = "with open('a.txt', 'w') as file:\n    print(1, file=file)"
    assert kept("pass", write) == ["", ""]
    assert kept("pass", write, answer="def answer(x): return open('a.txt')")[1] == write
    assert kept("pass", write, files=True)[1] == write
    assert kept("pass", "%%writefile a.txt\nwords", files=True)[1]


def test_what_nobody_has_answered_is_not_changed_by_being_used() -> None:
    cells = ("lesson = Lesson('a')\nshown = lesson.use('plan')\nmodel = [3]", "print(shown(model))")
    assert kept(*cells, plan="plan")[1] == ""
    assert kept(*cells, plan="plan", answer="def answer(x): return x\ndef plan(x, seen=[]): seen.append(x)")[1]
    assert kept(*cells, plan="plan", answer="def answer(x): return x\n%run plan.py")[1]


def test_settings_of_libraries_are_made() -> None:
    for cell in ("pd.set_option('a', 1)", "np.foo = 3", "import sys\nsys.setrecursionlimit(99)", "np.x[3] = 1"):
        assert kept("import numpy as np\nimport pandas as pd", cell)[1] == cell


def test_code_that_can_reach_any_name_has_all_cells_run() -> None:
    for answer in ("answer = eval('table')", "answer = globals", "import __main__ as answer", "answer = _"):
        assert kept("table = 3", answer=answer) == ["table = 3"]


def test_what_is_no_python_is_taken_for_what_the_notebook_makes_of_it() -> None:
    assert effects_of("def answer(:").uses == frozenset()
    assert "table" in effects_of("!echo {table}").uses
    assert kept("table = 3", answer="!echo {table}") == ["table = 3"]


@pytest.mark.parametrize(
    "cell",
    [
        "x = " + "(" * 5_000 + ")" * 5_000,
        "x = " + "+".join(["1"] * 29_000),
        "x = " + "-" * 59_000 + "1",
        "x" + ".y" * 29_000,
        "x" + "[0]" * 19_000,
        "x" + "()" * 29_000,
        "\n".join(f"{'  ' * depth}def f{depth}():" for depth in range(90)) + "\n" + "  " * 90 + "pass",
        "\n".join(f"def f{number}(a):\n    a.b = f{number - 1}" for number in range(1_700)),
        "\0",
        "\ud800 = 1",
        "x = 1\n" * 9_000,
    ],
)
def test_no_text_keeps_the_grader_busy_or_ends_it(cell: str) -> None:
    begun = time.process_time()
    assert len(kept("table = 3", answer=cell)) == 1
    assert time.process_time() - begun < 20, "a minute would be an attack"


def test_a_notebook_of_very_many_cells_is_run_whole() -> None:
    many = ["a0 = []", *(f"a{number} = a{number - 1}" for number in range(1, 350))]
    begun = time.process_time()
    assert kept(*many) == [""] * 350
    assert kept(*many, answer="def answer(x): return a349") == many
    assert time.process_time() - begun < 20
    assert kept(*["x = 1"] * 401) == ["x = 1"] * 401


# Notebooks by chance, run whole and in part

NAMES = ("a", "b", "c")
SHAPES = (
    "{0} = [1, 2]", "{0} = {1}", "{0} = [{1}, {2}]", "{0} = list({1})", "{0} = {1}[0]", "{0}.append({1})",
    "{0}.append(len({1}))", "{0} = {1} + {2}", "{0} += {1}", "{0}[0] = {1}", "{0} = lambda: {1}", "{0} = {1}()",
    "def {0}(v=None): return {1}", "def {0}(v=None):\n    {1}.append(7)\n    return {1}", "{0}({1})",
    "def {0}(v):\n    v.append(5)", "for {0} in {1}:\n    {2}.append({0})\n    if len({2}) > 9: break",
    "print({0})", "{0} = sorted({1}, key=str)",
    "{0} = {{'k': {1}}}", "{0}['k'].append(9)", "{0} = {1}.get('k')", "{0} = [x for x in {1}]", "del {0}",
    "try:\n    {0} = {1}[5]\nexcept Exception as {2}:\n    pass", "{0} = iter({1})", "{0} = tuple({1})",
    "{0}.extend({1})", "{0}, {1} = {1}, {0}", "if {0}:\n    {1} = {2}", "{0} = {1} or {2}", "{0} = {1}.copy()",
    "def {0}(v={1}):\n    v.append(6)\n    return v", "def {0}(v=({1},)): v[0].append(6)", "{0}", "{0}.k", "{0}().k",
    "def {0}(v=lambda: {1}.append(8)): v()", "def {0}(*, v={1}): return v()", "class {0}({1}): pass", "{0} = {1}({2})",
    "class {0}:\n    k = {1}\n    def __call__(self): self.k.append(4)", "@{0}\ndef {1}(v=3): return {2}",
    "class {0}:\n    @property\n    def k(self): {1}.append(2)", "class {0}:\n    def __call__(self, v): {1}.append(3)",
    "class {0}:\n    def __init__(self, v={1}): self.k = v", "class {0}:\n    def __len__(self): return {1}.append(1)",
)  # fmt: skip
ANSWERS = (
    "def answer():\n    return ({0}, {1})",
    "def answer():\n    {0}.append(1)\n    return {0}",
    "answer = lambda: {0}",
    "kept = {0}\ndef answer():\n    return kept",
    "{0} = [1]\n{1} = {0}\ndef answer():\n    return {1}",
    "{0} = [1]\nkept = {{'k': {0}}}\ndef answer():\n    return kept",
    "def answer():\n    return [{0}() if callable({0}) else {0}, {1}]",
)
statements = st.builds(
    lambda shape, names: shape.format(*names), st.sampled_from(SHAPES), st.tuples(*[st.sampled_from(NAMES)] * 3)
)
answers = st.builds(
    lambda shape, names: shape.format(*names), st.sampled_from(ANSWERS), st.tuples(*[st.sampled_from(NAMES)] * 3)
)
some_cells = st.lists(st.lists(statements, min_size=1, max_size=3).map("\n".join), max_size=5)


def behaviour(cells: list[str]) -> Any:
    """What calling the answer three times gives, as text, after cells of which each may fail."""
    namespace: dict[str, Any] = {"print": lambda *_: None, "callable": callable}
    for cell in cells:
        try:
            exec(compile(cell, "cell", "exec"), namespace)
        except Exception:
            continue
    found = []
    for _ in range(3):
        try:
            found.append(shown(namespace["answer"]()))
        except Exception as error:
            found.append(type(error).__name__)
    return found


def shown(value: Any) -> str:
    """A value as text; functions and iterators by their kind, for their addresses differ."""
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}({', '.join(map(shown, value))})"
    if isinstance(value, dict):
        return str({key: shown(part) for key, part in value.items()})
    if hasattr(value, "__next__"):
        return str(list(copy.copy(value)))
    if callable(value):
        return type(value).__name__
    return f"{type(value).__name__} {shown(vars(value))}" if hasattr(value, "__dict__") else repr(value)


@settings(max_examples=1_500)
@given(before=some_cells, answer=answers, after=some_cells)
def test_an_answer_does_the_same_in_the_slice_as_in_the_whole(before: list[str], answer: str, after: list[str]) -> None:
    notebook = [*(Cell(cell, True) for cell in before), Cell(answer, False), *(Cell(cell, True) for cell in after)]
    texts = needed(notebook, {"answer": ["answer"]}, files=False)
    assert behaviour(texts) == behaviour([cell.source for cell in notebook])
