"""Attacks on marks: wrong answers that want points. Every answer but the hostile one is wrong."""

# ruff: noqa: E501 (the cells are written as a student would)

from __future__ import annotations

from attacks.case import FORGED, FULL, NOTHING, Case, Expected

IN_CELL = "a plain test cell runs beside the answer: see `inside` in docs/security.md"


def _forges(name: str, row: str, tries: str, code: str, expected: Expected = FORGED) -> Case:
    return Case(id=name, row=row, tries=tries, first=[code], forges=True, expected=expected)


CASES = [
    _forges(
        "silence-errors",
        "silence errors",
        "silences `showtraceback`",
        "get_ipython().showtraceback = lambda *a, **k: None",
    ),
    _forges(
        "silence-errors-inner",
        "silence errors",
        "silences `_showtraceback`",
        "get_ipython()._showtraceback = lambda *a, **k: None",
    ),
    _forges(
        "silence-errors-custom",
        "silence errors",
        "sets an exception handler of its own",
        "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)",
    ),
    _forges(
        "silence-run-cell",
        "silence errors",
        "replaces `run_cell`, `run_code` and `run_ast_nodes` of the shell",
        """
        shell = get_ipython()
        async def fine(*a, **k):
            return False
        type(shell).run_code = type(shell).run_ast_nodes = fine
        """,
    ),
    _forges(
        "patch-numpy-testing",
        "patch testing",
        "makes `np.testing` accept everything",
        "import numpy as np\nnp.testing.assert_allclose = np.testing.assert_equal = np.allclose = lambda *a, **k: True",
    ),
    _forges(
        "patch-compare",
        "patch testing",
        "makes the course's own comparisons accept everything",
        """
        import autograder.compare as compare, autograder.checking as checking
        for name in dir(compare):
            if callable(getattr(compare, name)):
                setattr(compare, name, lambda *a, **k: None)
        checking.check = lambda *a, **k: None
        """,
    ),
    _forges(
        "patch-lesson",
        "patch testing",
        "puts a `Lesson` of its own in the place of ours, whose `check` returns full marks",
        """
        import autograder, types
        class Lesson:
            def __init__(self, *a): pass
            def check(self, name): return {'mean': 4, 'make_counter': 3}[name]
        autograder.Lesson = Lesson
        """,
    ),
    Case(
        id="lesson-replaced",
        row="patch testing",
        tries="defines `lesson` again in the cell with the answer",
        answers={
            "mean-answer": "class Generous:\n    def check(self, name):\n        return 4\nlesson = Generous()\nmean = make_counter = None"
        },
        forges=True,
        expected=FORGED,
    ),
    _forges(
        "patch-builtins",
        "patch builtins",
        "patches `builtins.abs`, `isinstance`, `all`, `any`, `sum`, `len`",
        "import builtins\nbuiltins.all = builtins.any = builtins.isinstance = lambda *a: True\nbuiltins.abs = builtins.sum = lambda *a: 0",
    ),
    _forges(
        "patch-assertion-error",
        "patch builtins",
        "makes `AssertionError` something that cannot be raised",
        "import builtins\nclass Quiet(BaseException): pass\nbuiltins.AssertionError = Quiet",
    ),
    _forges(
        "ast-transformer",
        "AST/input transformer",
        "an AST transformer that drops every assert and test",
        """
        import ast
        class Strip(ast.NodeTransformer):
            def visit_Assert(self, node): return ast.Pass()
            def visit_Call(self, node):
                return ast.Constant(None) if getattr(node.func, 'id', '') == 'same' else node
        get_ipython().ast_transformers.append(Strip())
        """,
    ),
    _forges(
        "input-transformer",
        "AST/input transformer",
        "an input transformer that empties every test cell",
        "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'] if any('same(' in l or 'earned' in l for l in lines) else lines)",
    ),
    _forges(
        "compile-patched",
        "AST/input transformer",
        "replaces `builtins.compile` and `exec`",
        "import builtins\nold = builtins.compile\nbuiltins.compile = lambda s, *a, **k: old('pass', *a, **k) if isinstance(s, str) else old(s, *a, **k)\nbuiltins.exec = lambda *a, **k: None",
    ),
    *[
        _forges(
            f"partial-credit-{name}",
            "forge partial credit",
            f"sends an `execute_result` {value} for every graded cell, before it runs",
            f"""
            from IPython.core.displaypub import publish_display_data
            def forge(*a):
                shell = get_ipython()
                shell.displayhook.session and shell.displayhook.session.send(
                    shell.displayhook.pub_socket, 'execute_result',
                    {{'data': {{'text/plain': '{value}'}}, 'metadata': {{}}, 'execution_count': 1}},
                    parent=shell.displayhook.parent_header, ident=shell.displayhook.topic)
            get_ipython().events.register('pre_run_cell', forge)
            """,
        )
        for name, value in (("5", "5.0"), ("99", "99"), ("nan", "nan"), ("negative", "-1"), ("infinite", "1e400"))
    ],
    *[
        Case(
            id=f"partial-returned-{name}",
            row="forge partial credit",
            tries=f"`half` returns an object that makes the sum {value}",
            answers={
                "half-answer": (
                    f"class Points:\n    def __eq__(self, other): return self\n    def __radd__(self, other): return {value}\n"
                    "def half(number):\n    return Points()"
                )
            },
            forges=True,
            expected=Expected(("graded", "tampered"), {**NOTHING, "half": cap}, never=""),
        )
        for name, value, cap in (("more", "99", 3), ("nan", "float('nan')", 0), ("negative", "-7", 0))
    ],
    Case(
        id="displayhook",
        row="forge partial credit",
        tries="replaces the display hook, so that every last line shows as 3",
        first=[
            "import sys\nold = sys.displayhook\nclass Three:\n    def __call__(self, value=None): return old(3)\n    def __getattr__(self, name): return getattr(old, name)\nget_ipython().display_trap.hook = Three()"
        ],
        forges=True,
        expected=FORGED,
    ),
    Case(
        id="number-formatter",
        row="forge partial credit",
        tries="a formatter that prints every number as 3",
        first=["get_ipython().display_formatter.formatters['text/plain'].for_type(int, lambda n, p, c: p.text('3'))"],
        forges=True,
        expected=FORGED,
    ),
    Case(
        id="redefine-later",
        row="redefine later",
        tries="defines right answers in the last cell, after the wrong ones were graded",
        last=[
            "def mean(numbers): return sum(numbers) / len(numbers)\ndef double(n): return 2 * n\ndef half(n): return n / 2"
        ],
        forges=True,
        expected=FORGED,
    ),
    Case(
        id="redefine-tools",
        row="redefine later",
        tries="redefines the test cells' own tool `same`",
        answers={"double-answer": "def double(n): return -1\ndef same(given, expected): pass"},
        forges=True,
        expected=FORGED,
    ),
    Case(
        id="broken-later",
        row="redefine later",
        tries="honest: the last cell uses the answers' names for something else",
        last=["mean = double = half = make_counter = 'reused'"],
        expected=Expected(("graded",), FULL),
    ),
    Case(
        id="thread-changes-answer",
        row="redefine later",
        tries="a thread that swaps the answer while it is tested",
        first=[
            """
            import threading, time
            def swap():
                while True:
                    globals()['mean'] = lambda numbers: 3.0
                    time.sleep(0.0001)
            threading.Thread(target=swap, daemon=True).start()
            """
        ],
        forges=True,
        expected=Expected(("graded", "tampered"), {**NOTHING, "mean": 1}, never=""),
    ),
]
