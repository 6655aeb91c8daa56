"""Mutants: which small changes are made, where, and which are left out."""

from __future__ import annotations

import pytest

from autograder.audit.mutants import Mutant, mutants


def changed_lines(body: str) -> list[str]:
    """The changed lines of all mutants of a function's body, as a person reads them."""
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return [mutant.added for mutant in mutants(f"def f(a, b, n=0):\n{lines}")]


def named(source: str, operator: str) -> list[Mutant]:
    return [mutant for mutant in mutants(source) if mutant.operator == operator]


@pytest.mark.parametrize(
    ("line", "mutant"),
    [
        # operators, comparisons, constants
        ("return a + b", "return a - b"),
        ("return a @ b", "return a * b"),
        ("return a - b", "return b - a"),
        ("return a * 2 + b", "return (a * 2)"),
        ("return a / b", "return a"),
        ("return a < b", "return a <= b"),
        ("return a < b", "return a > b"),
        ("return a not in b", "return a in b"),
        ("return a is None", "return a is not None"),
        ("return a and b", "return a or b"),
        ("return a and b", "return a"),
        ("return -a", "return a"),
        ("return not a", "return a"),
        ("return a + 3", "return a + 4"),
        ("return a + 3", "return a + 2"),
        ("return a * 0.5", "return a * 0.25"),
        ("return True", "return False"),
        ("return a.std(ddof=1)", "return a.std(ddof=0)"),
        # slices and counting
        ("return a[1:]", "return a[2:]"),
        ("return a[:n]", "return a[:n + 1]"),
        ("return a[:n]", "return a[:n - 1]"),
        ("return a[1:n]", "return a[1:]"),
        ("return a[-1]", "return a[1]"),
        ("return range(n)", "return range(n + 1)"),
        ("return range(1, n)", "return range(1, n - 1)"),
        ("return list(enumerate(a))", "return list(enumerate(a, 1))"),
        # arguments and names
        ("return divmod(a, b)", "return divmod(b, a)"),
        ("return a.mean(axis=0)", "return a.mean(axis=1)"),
        ("return a.mean(axis=0)", "return a.mean()"),
        ("return a.sum(axis=1, keepdims=True)", "return a.sum(axis=1)"),
        ("return sorted(a, reverse=True)", "return sorted(a)"),
        ('return a.merge(b, how="left")', 'return a.merge(b, how="right")'),
        ("return a + a", "return b + a"),
        ("return a, b + 1", "return (b + 1), a"),
        # one method for its sibling
        ("return a.mean()", "return a.median()"),
        ("return a.sum()", "return a.mean()"),
        ("return min(a)", "return max(a)"),
        ("return a.fit_transform(b)", "return a.transform(b)"),
        ("return a.fit_transform(b)", "return a.fit(b)"),
        ("return a.predict(b)", "return a.predict_proba(b)"),
        ("return a.idxmax()", "return a.idxmin()"),
        ("return a.loc[n]", "return a.iloc[n]"),
        # what is forgotten
        ("return a.T @ b", "return a @ b"),
        ("return a.copy()", "return a"),
        ("return abs(a - b)", "return (a - b)"),
        ("return [x for x in a if x > b]", "return [x for x in a if True]"),
        ("a = a / 2\nreturn a", "pass"),
        ("a.sort()\nreturn a", "pass"),
        ("a[0] = b\nreturn a", "pass"),
        ("raise ValueError(a)", "pass"),
        ("return a", "a"),
        # branches and loops
        ("if a:\n    return b\nreturn n", "if not a:"),
        ("if a:\n    return b\nreturn n", "if False:"),
        ("if a:\n    return b\nreturn n", "if True:"),
        ("return a if n else b", "return a if not n else b"),
        ("while a > b:\n    a -= b\nreturn a", "while not (a > b):"),
        ("n += a\nreturn n", "n -= a"),
        ("n += a\nreturn n", "n = a"),
        ("for x in a:\n    if x:\n        break\nreturn n", "continue"),
        ("for x in a:\n    n += x\nreturn n", "return n"),
        ("with a.no_grad():\n    return b(n)", "if True:"),
    ],
)
def test_a_learner_could_have_written(line: str, mutant: str) -> None:
    assert mutant in changed_lines(line)


def test_a_return_one_step_too_far_to_the_right_ends_the_loop() -> None:
    source = "def f(row):\n    s = 0\n    for x in row:\n        s += x\n    return s"
    (mutant,) = named(source, "return inside the loop")
    assert mutant.source == "def f(row):\n    s = 0\n    for x in row:\n        s += x\n        return s"


def test_names_that_got_their_values_together_change_places() -> None:
    source = "def f(y):\n    tp, fp, fn = y\n    return tp / (tp + fn)"
    assert [m.added for m in named(source, "name swapped")] == [
        "return fp / (tp + fn)",
        "return tp / (fp + fn)",
        "return tp / (tp + tp)",
    ]


def test_a_decorator_is_forgotten() -> None:
    source = "class Box:\n    @property\n    def size(self):\n        return 1"
    (mutant,) = named(source, "decorator removed")
    assert "@property" not in mutant.source


def test_the_same_text_gives_the_same_mutants_in_the_order_of_the_text() -> None:
    source = "def f(a, b):\n    c = a - b[1:]\n    return c.sum(axis=0) / len(b)"
    found = mutants(source)
    assert found == mutants(source)
    assert [mutant.line for mutant in found] == sorted(mutant.line for mutant in found)
    assert {mutant.line for mutant in found} == {2, 3}


def test_only_solution_regions_are_changed() -> None:
    source = (
        "import math\nlimit = 3 + 4\n### BEGIN SOLUTION\ntotal = 1 + 2\n### END SOLUTION\nafter = 5 - 6\n"
        "### BEGIN SOLUTION\nlast = total * 7\n### END SOLUTION"
    )
    found = mutants(source)
    assert {mutant.line for mutant in found} == {3, 5}
    assert all("limit = 3 + 4\n" in mutant.source and "after = 5 - 6\n" in mutant.source for mutant in found)
    assert all("SOLUTION" not in mutant.source for mutant in found)


def test_a_cell_without_markers_is_a_solution_as_a_whole() -> None:
    assert {mutant.line for mutant in mutants("a = 1\nb = a + 2")} == {1, 2}


def test_words_for_people_are_left_alone() -> None:
    source = (
        'def f(a: "x[1:2]", b: int = 3) -> "1 + 1":\n    """Adds 1 + 1."""\n    if a:\n'
        '        raise ValueError(f"{a + 1} is 1 + 1 too many")\n    return f"{a - b}: 2 * 3"'
    )
    assert {mutant.added for mutant in mutants(source)} == {
        'def f(a: "x[1:2]", b: int = 4) -> "1 + 1":',
        'def f(a: "x[1:2]", b: int = 2) -> "1 + 1":',
        "if not a:",
        "if b:",
        "if True:",
        "if False:",
        "pass",
        'f"{a - b}: 2 * 3"',
    }


def test_what_comes_to_the_same_bytecode_is_no_mutant() -> None:
    assert "return a[0:]" not in changed_lines("return a[-0:]")
    doubled = [mutant.source for mutant in mutants("def f(a):\n    return not not a")]
    assert len(doubled) == len(set(doubled))
    assert mutants('def f():\n    """Only words."""') == []


def test_changes_land_on_their_place_behind_letters_of_several_bytes() -> None:
    source = 'def f(größe, ü):\n    "häufig"; naïve = "日本" * 2; return größe - ü'
    lines = [mutant.added for mutant in mutants(source)]
    assert '"häufig"; naïve = "日本" * 2; return größe + ü' in lines
    assert '"häufig"; naïve = "日本" * 3; return größe - ü' in lines
    assert '"häufig"; naïve = "日本" * 2; return ü - größe' in lines


def test_a_piece_in_parentheses_stays_one_piece() -> None:
    lines = changed_lines("return (a + b) / (a - b)")
    assert "return ((a - b)) / ((a + b))" in lines
    assert "return (a + b)" in lines


def test_a_keyword_is_dropped_whatever_stands_around_it() -> None:
    lines = [m.source for m in named("f(\n    (1),\n    axis=0,  # rows\n    keep=True,\n)", "keyword axis dropped")]
    assert lines == ["f(\n    (1),  # rows\n    keep=True,\n)"]
    assert [m.source for m in named("f(axis=0, keep=True)", "keyword axis dropped")] == ["f(keep=True)"]
    assert [m.source for m in named("f(axis=0)", "keyword axis dropped")] == ["f()"]


def test_a_file_loses_one_line_after_the_other() -> None:
    source = "%%writefile Dockerfile\n### BEGIN SOLUTION\nFROM python\n# words\n\nUSER me\n\n\n### END SOLUTION\n\n"
    assert [mutant.diff for mutant in mutants(source)] == [("-FROM python",), ("-USER me",)]


def test_lines_that_only_ipython_understands_stay_as_they_are() -> None:
    found = mutants("%matplotlib inline\n!ls\na = 1 + 2")
    assert {mutant.line for mutant in found} == {3}
    assert all(mutant.source.startswith("%matplotlib inline\n!ls\n") for mutant in found)


def test_what_is_not_python_has_no_mutants() -> None:
    assert mutants("def f(:") == []
    assert mutants("") == []


def test_a_change_in_a_last_definition_needs_only_that_to_run_again() -> None:
    source = "rows = slow()\n\n\ndef f(a):\n    return a + rows\n\n\ndef g(a):\n    return a"
    again = {mutant.added: mutant.changed for mutant in mutants(source)}
    assert again["return a - rows"] == "\n\n\ndef f(a):\n    return a - rows\n\n\ndef g(a):\n    return a"
    before_a_call = mutants("def f(a):\n    return a + 1\n\nf(2)")
    assert {mutant.changed for mutant in before_a_call} == {""}


def test_a_mutant_knows_the_statements_around_it() -> None:
    source = "def f(a):\n    for x in a:\n        x += 1"
    (mutant,) = [mutant for mutant in mutants(source) if mutant.added == "x += 2"]
    assert mutant.within == ("def f(a):", "for x in a:", "x += 1")


def test_a_file_s_missing_line_is_excused_by_itself() -> None:
    gone = mutants("%%writefile notes.txt\n### BEGIN SOLUTION\none\n\n# two\nthree\n### END SOLUTION")
    assert [(mutant.operator, mutant.added, mutant.within) for mutant in gone] == [
        ("line removed", "one", ()),
        ("line removed", "three", ()),
    ]
