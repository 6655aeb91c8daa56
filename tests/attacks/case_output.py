"""Attacks by output: too much of it, of a strange kind, or onto the wire that carries it."""

# ruff: noqa: E501 (the cells are written as a student would)

from __future__ import annotations

from attacks.case import FULL, HARMLESS, LATER, NOTHING, Case, Expected

CUT = Expected(("graded", "timed out", "out of memory", "killed"), never="")
"""The flood is in the last cell: what was graded before it stays."""
SHORT = Expected(("graded",), FULL, never="")
WIRE = Expected(("graded", "killed", "invalid", "tampered"), NOTHING, never="")
FIND_WIRE = """
import os, socket, stat
def sockets():
    for number in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield number
        except OSError:
            pass
"""


def _floods(name: str, tries: str, code: str, row: str = "output flood", expected: Expected = CUT) -> Case:
    return Case(id=name, row=row, tries=tries, last=[code], expected=expected)


def _wire(name: str, tries: str, code: str, expected: Expected = WIRE) -> Case:
    return Case(
        id=name, row="frames onto the wire", tries=tries, first=[f"{FIND_WIRE}{code}"], forges=True, expected=expected
    )


CASES = [
    _floods("flood-print", "prints a hundred million lines", "for i in range(10**8):\n    print(i)"),
    _floods("flood-stderr", "the same on stderr, unbuffered", "import os\nwhile True:\n    os.write(2, b'x' * 65536)"),
    _floods("flood-shell", "a program that prints without end", "!yes"),
    _floods("flood-displays", "a hundred thousand displays", "for i in range(10**5):\n    display(i)"),
    _floods(
        "flood-updates",
        "a display that is updated without end",
        "handle = display(0, display_id=True)\nwhile True:\n    handle.update('x' * 10000)",
    ),
    _floods(
        "flood-clear",
        "output that is cleared a hundred thousand times",
        "from IPython.display import clear_output\nfor i in range(10**5):\n    print(i)\n    clear_output(wait=True)",
    ),
    _floods("giant-line", "one line of a gigabyte", "print('x' * 10**9)", "one giant line/output"),
    _floods("giant-line-middle", "one line of 50 MB", "print('x' * (50 << 20))", "one giant line/output", SHORT),
    _floods(
        "giant-png",
        "a picture of 500 MB",
        "from IPython.display import Image\nImage(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(500 << 20), format='png')",
        "one giant line/output",
    ),
    _floods("giant-repr", "a value whose text is 200 MB", "['x' * 1000] * 200_000", "one giant line/output"),
    _floods(
        "giant-metadata",
        "display metadata of 100 MB and 10⁵ kinds",
        """
        from IPython.display import publish_display_data
        publish_display_data({f'x/{i}': 'y' for i in range(10**5)}, metadata={'x': 'y' * (100 << 20)})
        """,
        "one giant line/output",
    ),
    _floods(
        "giant-error",
        "an exception whose message is 100 MB, raised 900 calls deep",
        "def deeper(n):\n    if n:\n        deeper(n - 1)\n    raise ValueError('x' * (100 << 20))\ndeeper(900)",
        "one giant line/output",
    ),
    _floods(
        "hostile-error",
        "an exception whose `__str__` raises and whose class has no name",
        """
        class Hostile(Exception):
            def __str__(self):
                raise SystemExit
            __repr__ = __str__
        Hostile.__name__ = ''
        raise Hostile
        """,
        "strange output",
        SHORT,
    ),
    _floods(
        "error-cycle",
        "an exception that is its own cause",
        "e = ValueError('x')\nf = TypeError('y')\ne.__cause__, f.__cause__ = f, e\nraise e",
        "strange output",
        SHORT,
    ),
    _floods(
        "error-group",
        "a group of groups of exceptions, 500 deep",
        "e = ValueError('x')\nfor _ in range(500):\n    e = ExceptionGroup('g', [e])\nraise e",
        "strange output",
        SHORT,
    ),
    _floods(
        "surrogates",
        "text that is not Unicode: lone surrogates, NUL, U+FFFE, escape codes",
        "print('\\ud800 \\x00 \\ufffe \\x1b[31m \\x1b]0;title\\x07 \\u202e')",
        "strange output",
        SHORT,
    ),
    _floods(
        "not-utf8", "bytes that are not UTF-8", "import os\nos.write(1, bytes(range(256)))", "strange output", SHORT
    ),
    _floods(
        "not-a-bundle",
        "a display of things that no notebook can hold",
        """
        class Odd:
            def _repr_mimebundle_(self, **_):
                return {'text/plain': object(), 5: {1, 2}, 'application/json': float('nan'), 'image/png': b'\\xff'}
        Odd()
        """,
        "strange output",
        SHORT,
    ),
    _floods(
        "deep-display",
        "a JSON display nested 10⁵ deep",
        """
        from IPython.display import publish_display_data
        value = []
        for _ in range(10**5):
            value = [value]
        publish_display_data({'application/json': value})
        """,
        "strange output",
        SHORT,
    ),
    Case(
        id="stdout-closed",
        row="strange output",
        tries="closes its output and error streams, and descriptors 0, 1 and 2",
        first=["import os, sys\nsys.stdout.close()\nsys.stderr.close()\nfor n in range(3):\n    os.close(n)"],
        expected=Expected(("graded", "killed"), {}, never=""),
    ),
    Case(
        id="stdout-replaced",
        row="strange output",
        tries="puts objects in place of its streams",
        first=["import sys\nsys.stdout = sys.stderr = sys.__stdout__ = object()"],
        expected=Expected(("graded", "killed"), {}, never=""),
    ),
    _wire("wire-close", "closes every socket that it holds", "for n in sockets():\n    os.close(n)"),
    _wire(
        "wire-garbage",
        "writes random bytes onto every socket",
        "for n in sockets():\n    os.write(n, os.urandom(4096))",
    ),
    _wire(
        "wire-length",
        "announces a frame of 4 GB and sends nothing",
        "for n in sockets():\n    os.write(n, b'\\xff' * 9)",
        Expected(("graded", "killed", "invalid", "tampered", "timed out"), NOTHING, never=""),
    ),
    _wire(
        "wire-verdict",
        "sends verdicts of its own: full marks in every spelling it can think of",
        """
import msgpack, struct
for n in sockets():
    for said in ({'verdict': 'passed', 'points': 4}, ['result', 4.0], {'mean': 4, 'outcome': 'graded'}, 3.0, True):
        body = msgpack.packb(said)
        for frame in (body, struct.pack('>I', len(body)) + body, struct.pack('<I', len(body)) + body, struct.pack('>Q', len(body)) + body):
            os.write(n, frame)
""",
    ),
    _wire(
        "wire-thread",
        "answers for its wrong function: a thread with a copy of the socket writes replies all the time",
        """
import msgpack, struct, threading, time
copies = [os.dup(n) for n in sockets()]
def answer():
    while True:
        body = msgpack.packb({'value': 3.0})
        for n in copies:
            try:
                os.write(n, struct.pack('>I', len(body)) + body)
            except OSError:
                pass
        time.sleep(0.001)
threading.Thread(target=answer, daemon=True).start()
""",
    ),
    _wire(
        "wire-read",
        "reads what is sent to it before the wire's own code does, and prints it",
        """
import threading
def steal():
    for n in list(sockets()):
        try:
            print(os.read(n, 65536))
        except OSError:
            pass
threading.Thread(target=steal, daemon=True).start()
""",
        Expected(("graded", "killed", "invalid", "tampered", "timed out"), NOTHING, never=""),
    ),
    _wire(
        "wire-patched",
        "replaces msgpack's and socket's functions in its own process",
        """
import msgpack
msgpack.packb = msgpack.Packer = lambda *a, **k: b'\\xc3'
msgpack.unpackb = msgpack.Unpacker = lambda *a, **k: {}
socket.socket.sendall = socket.socket.send = lambda *a, **k: 0
""",
        Expected(("graded", "killed", "invalid", "tampered", "timed out"), NOTHING, never=""),
    ),
    _wire(
        "wire-shutdown",
        "shuts one direction down",
        "for n in sockets():\n    socket.socket(fileno=os.dup(n)).shutdown(socket.SHUT_RD)",
    ),
    _wire(
        "wire-descriptors",
        "passes a descriptor of its own to the grader (SCM_RIGHTS), a thousand times",
        """
for n in sockets():
    try:
        for _ in range(1000):
            socket.send_fds(socket.socket(fileno=os.dup(n)), [b'x'], [0, 1, 2], flags=socket.MSG_DONTWAIT)
    except OSError:
        pass
""",
    ),
    Case(
        id="wire-gone-later",
        row="frames onto the wire",
        tries="closes every socket after `mean` was graded",
        answers={"double-answer": f"{FIND_WIRE}for n in sockets():\n    os.close(n)"},
        expected=Expected(("graded", "killed", "invalid", "tampered"), LATER, never=""),
    ),
    Case(
        id="kernel-message",
        row="frames onto the wire",
        tries="honest: uses the shell's own display hooks and history",
        first=["get_ipython().run_line_magic('who', '')\nOut\n_ = In[-1]\nprint('fine')"],
        expected=HARMLESS,
    ),
]
