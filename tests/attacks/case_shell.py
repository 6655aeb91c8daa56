"""Attacks by the working folder, by modules, and by IPython's magics."""

# ruff: noqa: E501 (the cells are written as a student would)

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from attacks.case import FORGED, FULL, HARMLESS, NOTHING, Case, Expected, Place, Shape, write

SURVIVES = Expected(("graded", "killed", "tampered"), {}, never="FOUND|DONE")
SHADOW = "print('this is the student')\ndef __getattr__(name):\n    return lambda *a, **k: None\n"


def _with(**files: str) -> Shape:
    """The notebook and these Python files beside it."""

    def shape(folder: Path, notebook: NotebookNode, place: Place) -> None:
        write(notebook, folder / "ps1.ipynb")
        for name, text in files.items():
            (folder / f"{name}.py").write_text(text)

    return shape


def _shadows(name: str, expected: Expected) -> Case:
    return Case(
        id=f"file-{name}",
        row="modules in its own folder",
        tries=f"a file `{name}.py` beside the notebook, which hides the real one",
        shape=_with(**{name: SHADOW}),
        forges=True,
        expected=expected,
    )


def _magic(name: str, tries: str, code: str, expected: Expected = HARMLESS, row: str = "magics") -> Case:
    return Case(id=name, row=row, tries=tries, first=[code], expected=expected)


def _poisons(name: str, tries: str, code: str) -> Case:
    return Case(id=name, row="poisoned modules", tries=tries, first=[code], forges=True, expected=FORGED)


CASES = [
    *[_shadows(name, FORGED) for name in ("autograder", "numpy", "msgpack", "sitecustomize", "IPython")],
    Case(
        id="file-spec",
        row="modules in its own folder",
        tries="brings exercises of its own, `ps1.py`, whose tests are easy",
        shape=_with(
            ps1="from autograder.exercise import Exercise\nmean = Exercise(concepts=[], minutes=1)\n"
            "make_counter = Exercise(concepts=[], minutes=1)\n"
            "@mean.test('easy', points=4)\ndef _(answer): pass\n@make_counter.test('easy', points=3)\ndef _(answer): pass\n"
        ),
        forges=True,
        expected=FORGED,
    ),
    Case(
        id="file-data",
        row="honest work",
        tries="honest: brings a module of its own and uses it",
        shape=_with(helpers="def add(a, b):\n    return a + b\n"),
        first=["from helpers import add\nprint('sum', add(1, 2))"],
        expected=Expected(says="sum 3"),
    ),
    Case(
        id="preload",
        row="modules in its own folder",
        tries="sets LD_PRELOAD and PYTHONSTARTUP for whatever is started later",
        first=[
            """
            import os, subprocess, sys
            os.environ.update(LD_PRELOAD='./x.so', PYTHONSTARTUP='x.py', PYTHONPATH='.', BASH_ENV='x.sh', PYTHONINSPECT='1')
            open('x.py', 'w').write('open("@OUTSIDE@/was-here", "w")')
            """
        ],
        expected=HARMLESS,
    ),
    _poisons(
        "poison-numpy",
        "puts an empty module in the place of numpy",
        "import sys, types\nsys.modules['numpy'] = types.ModuleType('numpy')",
    ),
    _poisons(
        "poison-autograder",
        "the same with our own package",
        "import sys, types\nfor name in [n for n in sys.modules if n.startswith('autograder')]:\n    sys.modules[name] = types.ModuleType(name)",
    ),
    _poisons(
        "poison-import",
        "makes every further import return itself",
        "import builtins, sys, types\nbuiltins.__import__ = lambda *a, **k: types.ModuleType('x')",
    ),
    _poisons(
        "poison-finder",
        "a finder that makes up every module",
        "import sys\nclass Finder:\n    @staticmethod\n    def find_spec(*a): raise KeyboardInterrupt\nsys.meta_path.insert(0, Finder)",
    ),
    _poisons(
        "poison-main",
        "puts an object in the place of `__main__` and of the user's names",
        "import sys, types\nsys.modules['__main__'] = types.SimpleNamespace()\nget_ipython().user_ns.clear()",
    ),
    _poisons(
        "poison-recursion",
        "sets the recursion limit to 10 and the switch interval to an hour",
        "import sys\nsys.setswitchinterval(3600)\nsys.setrecursionlimit(60)",
    ),
    _poisons(
        "poison-gc",
        "turns the collector off and empties every dict it finds",
        "import gc\ngc.disable()\nfor thing in gc.get_objects():\n    if isinstance(thing, dict) and 'lesson' in thing:\n        thing.clear()",
    ),
    _magic(
        "magic-run",
        "`%run` of a file of its own",
        "open('x.py', 'w').write('value = 42')\n%run x.py\nprint(value)",
        Expected(says="42"),
    ),
    _magic(
        "magic-bash",
        "`%%bash` reads the course",
        "%%bash\ncat @COURSE@/source/ps1/ps1.py && echo DONE || echo refused",
        Expected(says="refused"),
    ),
    _magic(
        "magic-script",
        "`%%script python` connects to a server",
        "%%script python3\nimport socket\nsocket.create_connection(('127.0.0.1', @PORT@), 2)\nprint('DO' + 'NE')",
        Expected(),
    ),
    _magic("magic-background", "`%%script --bg` leaves a program behind", "%%script --bg sh\nsleep 4716"),
    Case(
        id="magic-reset",
        row="magics",
        tries="`%reset -f` in the last cell",
        last=["%reset -f"],
        expected=Expected(("graded",), FULL, never=""),
    ),
    Case(
        id="magic-reset-first",
        row="magics",
        tries="`%reset -f` in the middle: the answers before it are graded, the lesson is still there for those after it",
        answers={
            "double-answer": "%reset -f\ndef double(number):\n    return 2 * number\ndef same(a, b):\n    assert a == b"
        },
        expected=Expected(("graded",), FULL, never=""),
    ),
    _magic("magic-autoreload", "`%autoreload 2`", "%load_ext autoreload\n%autoreload 2"),
    _magic(
        "magic-load-ext",
        "`%load_ext` of a module of its own that replaces the shell's methods",
        "open('evil.py', 'w').write('def load_ipython_extension(shell):\\n    type(shell).run_cell = lambda *a, **k: None\\n')\n%load_ext evil",
        Expected(("graded", "killed", "tampered"), {}, never=""),
    ),
    _magic(
        "magic-cell",
        "registers a cell magic that swallows every cell",
        "from IPython.core.magic import register_cell_magic, register_line_magic\n@register_cell_magic\ndef time(line, cell): pass\nget_ipython().register_magic_function(lambda *a: None, 'cell', 'capture')",
    ),
    _magic(
        "magic-cd",
        "`%cd /`, removes its folder and stays in none",
        "import os, shutil\nhere = os.getcwd()\n%cd /\nshutil.rmtree(here, ignore_errors=True)",
    ),
    _magic("magic-matplotlib", "`%matplotlib` with a window", "%matplotlib tk", Expected(("graded", "timed out"))),
    _magic(
        "magic-debug",
        "`%pdb on`, then an error",
        "%pdb on\n1 / 0",
        Expected(("graded", "timed out", "tampered"), {}, never=""),
    ),
    _magic(
        "magic-config",
        "configures the shell to run only the first line of a cell and to exit without asking",
        "%config InteractiveShell.ast_node_interactivity = 'none'\n%config TerminalInteractiveShell.confirm_exit = False",
    ),
    _magic(
        "event-loop",
        "stops and closes the event loop that runs its cells",
        "import asyncio\nloop = asyncio.get_event_loop()\nloop.call_soon(loop.stop)",
        Expected(("graded", "killed"), {}, never=""),
    ),
    _magic(
        "event-loop-task",
        "leaves a task that never ends in the event loop",
        "import asyncio\nasync def forever():\n    while True:\n        await asyncio.sleep(0)\ntask = asyncio.ensure_future(forever())",
    ),
    Case(
        id="stderr-warning",
        row="stderr warning in passing test",
        tries="honest: right answers that warn on stderr when they are called",
        answers={
            "double-answer": "import warnings\ndef double(number):\n    warnings.warn('x')\n    return 2 * number"
        },
        expected=HARMLESS,
    ),
    Case(
        id="stderr-late",
        row="stderr warning in passing test",
        tries="honest: a thread that writes to stderr all the time",
        first=[
            """
            import sys, threading, time
            def chatter():
                for _ in range(1000):
                    print('x', file=sys.stderr)
                    time.sleep(0.01)
            threading.Thread(target=chatter, daemon=True).start()
            """
        ],
        expected=HARMLESS,
    ),
    Case(
        id="not-started",
        row="honest work",
        tries="honest: nothing done; every stub is as it was given out",
        answers={f"{name}-answer": "# YOUR CODE HERE\nraise NotImplementedError()" for name in FULL},
        expected=Expected(("graded",), NOTHING, never=""),
    ),
    Case(
        id="syntax-error",
        row="honest work",
        tries="honest: one answer is not Python; the others count",
        answers={"double-answer": "def double(number:\n    return"},
        expected=Expected(("graded",), {**FULL, "double": 0}, never=""),
    ),
]
