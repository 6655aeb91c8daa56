"""Attacks by what a wrong answer returns, raises or remembers: values that please whoever looks at them."""

# ruff: noqa: E501 (the cells are written as a student would)

from __future__ import annotations

from attacks.case import FORGED, NOTHING, Case, Expected


def _answers(name: str, row: str, tries: str, code: str, marks: float = 0, gap: str = "") -> Case:
    """A hostile answer to the exercise whose tests run outside."""
    return Case(
        id=name,
        row=row,
        tries=tries,
        answers={"mean-answer": code},
        forges=True,
        expected=Expected(FORGED.outcomes, {**NOTHING, "mean": marks}, never=""),
        gap=gap,
    )


FORMS = "hostile values"


CASES = [
    _answers(
        "hardcoded",
        "hardcoded answers",
        "knows the visible test's answer by heart",
        "def mean(numbers):\n    return {3: 3.0}.get(len(numbers))",
        1,
    ),
    _answers(
        "mutates-arguments",
        "hardcoded answers",
        "sets its argument to zero, so that the expected mean is zero too",
        "def mean(numbers):\n    try:\n        numbers[:] = 0\n    except TypeError:\n        pass\n    return 0.0",
        gap="what an answer does to its arguments is done to the test's own, as in any Python: a test must know what it expects before it calls",
    ),
    _answers(
        "remembers-calls",
        "hardcoded answers",
        "counts the calls of its tests and answers the second one with the first one's argument",
        "seen = []\ndef mean(numbers):\n    seen.append(numbers)\n    return seen[0]",
    ),
    _answers(
        "pickle",
        "pickle return",
        "returns an object that runs code when it is unpickled",
        "class Bomb:\n    def __reduce__(self):\n        return (open, ('@OUTSIDE@/was-here', 'w'))\ndef mean(numbers):\n    return Bomb()",
    ),
    *[
        _answers(f"value-{name}", FORMS, tries, f"import numpy as np\n{code}\ndef mean(numbers):\n    return {value}")
        for name, tries, code, value in (
            (
                "eq",
                "an object that equals everything",
                "class Any:\n    __eq__ = lambda *a: True\n    __ne__ = __lt__ = __gt__ = lambda *a: False",
                "Any()",
            ),
            (
                "array",
                "an object whose `__array__` and `__float__` look at the caller",
                "class Any:\n    def __array__(self, *a, **k): return np.zeros(())\n    __float__ = __index__ = lambda self: 0\n    __len__ = lambda self: 10**18",
                "Any()",
            ),
            (
                "class",
                "an object that says it is a float",
                "class Any:\n    __class__ = property(lambda self: float)\n    __sub__ = __rsub__ = lambda *a: 0.0\n    __abs__ = lambda self: 0.0\n    __le__ = lambda *a: True",
                "Any()",
            ),
            (
                "float-subclass",
                "a float subclass that is as near as can be to everything",
                "class Near(float):\n    __sub__ = __rsub__ = lambda *a: 0.0\n    __eq__ = lambda *a: True\n    __hash__ = None",
                "Near('nan')",
            ),
            (
                "str-subclass",
                "a text subclass that equals everything",
                "class Text(str):\n    __eq__ = lambda *a: True\n    __hash__ = str.__hash__\n    __float__ = lambda self: 3.0",
                "Text('x')",
            ),
            (
                "array-subclass",
                "an array subclass with its own arithmetic",
                "class Near(np.ndarray):\n    __array_ufunc__ = lambda *a, **k: np.True_\n    __sub__ = __rsub__ = lambda *a: 0.0",
                "np.zeros(()).view(Near)",
            ),
            (
                "object-array",
                "an array of hostile objects",
                "class Any:\n    __eq__ = lambda *a: True\n    __sub__ = __rsub__ = lambda *a: 0.0",
                "np.array([Any()], dtype=object)",
            ),
            ("deep", "a list nested 10⁵ deep", "deep = []\nfor _ in range(10**5):\n    deep = [deep]", "deep"),
            ("cycle", "a list that holds itself", "cycle = []\ncycle.append(cycle)", "cycle"),
            ("large", "a dict of 10⁶ keys", "", "dict.fromkeys(range(10**6))"),
            (
                "keys",
                "a dict whose keys are lists, NaN and objects",
                "",
                "{float('nan'): 1, (1, (2,)): 2, frozenset([3]): 4, object(): 5}",
            ),
            ("integer", "an integer of a million digits", "", "10**(10**6)"),
            ("complex", "not a number, in complex", "", "complex('nan+infj')"),
            (
                "handle",
                "a function that answers to everything",
                "class Fn:\n    __call__ = __getattr__ = __getitem__ = lambda *a, **k: Fn()",
                "Fn()",
            ),
            ("surrogate", "text with lone surrogates", "", "'\\ud800'"),
            ("error", "an error in place of a value", "", "ZeroDivisionError('3.0')"),
        )
    ],
    _answers(
        "async",
        FORMS,
        "a coroutine in place of a function",
        "async def mean(numbers):\n    return sum(numbers) / len(numbers)",
    ),
    _answers("raises-base", FORMS, "raises KeyboardInterrupt", "def mean(numbers):\n    raise KeyboardInterrupt"),
    _answers(
        "raises-stop",
        FORMS,
        "raises StopIteration with the right answer in it",
        "def mean(numbers):\n    raise StopIteration(sum(numbers) / len(numbers))",
    ),
    _answers(
        "raises-long",
        FORMS,
        "an error message of 50 MB with markup",
        "def mean(numbers):\n    raise ValueError('<script>alert(1)</script>' * (2 << 20))",
    ),
]
