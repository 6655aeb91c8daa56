"""The fork server and its children: what they share, how they end, and that nothing of them stays behind."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.sandbox import tree
from autograder.sandbox.child import Child
from autograder.sandbox.levels import Level, Limits, SandboxUnavailable
from autograder.sandbox.zygote import Zygote

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fork server needs Linux")

HERE = Path(__file__).parent
LEVELS: tuple[Level, ...] = ("none", "lite", "strong")


def ask(child: Child, program: str) -> object:
    """Runs Python in the child; what `answer` is then, or the error."""
    child.connection.sendall(repr(program).encode() + b"\n")
    with child.connection.makefile("rb") as lines:
        return eval(lines.readline().decode())


def wait_until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    """Waits for what another process does."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def is_gone(pid: int) -> bool:
    """Whether there is no such process, not even one that nobody waited for."""
    return not Path(f"/proc/{pid}").exists()


@pytest.fixture(scope="module", autouse=True)
def programs_of_tests() -> Iterator[None]:
    sys.path.append(str(HERE))
    yield
    sys.path.remove(str(HERE))


@pytest.fixture(scope="module", params=LEVELS)
def zygote(request: pytest.FixtureRequest) -> Iterator[Zygote]:
    with Zygote(level=request.param, program="sandboxed", preload=["numpy"], slots=2) as zygote:
        yield zygote


@pytest.fixture
def child(zygote: Zygote) -> Iterator[Child]:
    child = zygote.spawn(None, Limits(processes=24))
    yield child
    child.kill()


def test_a_child_is_a_fork_with_everything_imported(child: Child) -> None:
    assert ask(child, "import sys\nanswer = 'numpy' in sys.modules") is True
    assert child.ended() == ""


def test_children_share_no_randomness(zygote: Zygote) -> None:
    program = "import random\nimport numpy as np\nanswer = random.random(), np.random.rand()"
    first, second = (zygote.spawn(None, Limits(), slot) for slot in (0, 1))
    assert not set(ask(first, program)) & set(ask(second, program))  # type: ignore[call-overload]
    first.kill()
    second.kill()


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import os; os._exit(0)", "exit 0"),
        ("import os; os._exit(3)", "exit 3"),
        ("raise SystemExit(4)", "exit 4"),
        ("import ctypes; ctypes.string_at(0)", "signal 11"),
        ("import os; os.kill(os.getpid(), 9)", "signal 9"),
    ],
)
def test_it_is_said_why_a_child_ended(child: Child, program: str, words: str) -> None:
    child.connection.sendall(repr(program).encode() + b"\n")
    assert select.select([child], [], [], 10)[0]
    assert child.ended() == words
    wait_until(lambda: is_gone(child.pid))


def test_a_child_that_was_killed_says_so_and_can_be_killed_again(child: Child) -> None:
    pid = child.pid
    child.kill()
    child.kill()
    assert child.ended() == "killed" and is_gone(pid)


def test_a_child_that_ignores_all_signals_is_killed(child: Child) -> None:
    program = (
        "import signal\nfor number in range(1, 65):\n    try: signal.signal(number, signal.SIG_IGN)\n"
        "    except OSError: pass\nconnection.send(b'!')\nwhile True: pass"
    )
    child.connection.sendall(repr(program).encode() + b"\n")
    assert child.connection.recv(1) == b"!"
    child.kill()
    assert is_gone(child.pid)


SLEEP = str(10_000_000 + os.getpid())  # seconds: the tests may run twice at a time
DAEMON = f"""
import os
def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 64)
            os.execvp("sleep", ["sleep", "{SLEEP}"])
        os._exit(0)
    os.wait()
daemon()
daemon()
answer = 1
"""


def sleepers() -> set[int]:
    """The processes that DAEMON leaves."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cmdline").read_bytes() == b"sleep\0%s\0" % SLEEP.encode():
                found.add(int(folder.name))
        except OSError:
            continue
    return found


def test_processes_that_fled_their_session_are_gone_with_the_child(child: Child) -> None:
    assert ask(child, DAEMON) == 1
    wait_until(lambda: len(sleepers()) == 2)
    child.kill()
    assert sleepers() == set()


def test_they_are_gone_too_when_the_child_ends_by_itself(child: Child) -> None:
    assert ask(child, DAEMON) == 1
    wait_until(lambda: len(sleepers()) == 2)
    child.connection.sendall(b"'import os; os._exit(0)'\n")
    wait_until(lambda: not sleepers())
    assert child.ended() == "exit 0"


def test_a_fork_bomb_is_bounded_and_gone_after_the_kill(zygote: Zygote, child: Child) -> None:
    if zygote.level == "none":
        pytest.skip("nothing bounds it there")
    program = "import os\nconnection.send(b'!')\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    child.connection.sendall(repr(program).encode() + b"\n")
    assert child.connection.recv(1) == b"!"
    keeper = child._keeper
    wait_until(lambda: len(tree.descendants(keeper)) >= 20)
    assert len(tree.descendants(keeper)) <= 26
    child.kill()
    assert is_gone(keeper) and is_gone(child.pid)


def test_memory_is_that_of_the_whole_tree_without_what_is_only_shared(child: Child) -> None:
    before = child.memory()
    assert before < 30 << 20
    ask(child, "import numpy as np\na = np.ones(5_000_000)")
    grown = child.memory()
    assert 38 << 20 < grown - before < 60 << 20
    fork = (
        "import os, signal\nif os.fork() == 0:\n"
        "    b = np.ones(5_000_000)\n    connection.send(b'!')\n    signal.pause()\nsignal.pause()"
    )
    child.connection.sendall(f"{fork!r}\n".encode())
    assert b"!" in child.connection.recv(100)
    assert child.memory() - grown > 38 << 20


def test_a_program_that_the_child_starts_counts_in_full(child: Child) -> None:
    before = child.memory()
    program = (
        "import subprocess, sys\nwork = 'b = bytearray(chr(1).encode() * 40_000_000); print(1, flush=True); input()'\n"
        "run = subprocess.Popen([sys.executable, '-c', work], stdin=-1, stdout=-1)\nanswer = run.stdout.read(1)"
    )
    if ask(child, program) != b"1":
        pytest.skip("Python lies where the student's account may not go")
    assert child.memory() - before > 35 << 20


def test_processor_time_is_that_of_the_whole_tree(child: Child) -> None:
    program = (
        "import os, time\nif os.fork() == 0:\n    while time.process_time() < 0.2: pass\n    os._exit(0)\nos.wait()\n"
        "while time.process_time() < 0.2: pass"
    )
    ask(child, program)
    assert 0.35 <= child.cpu_seconds() < 2
    child.kill()
    assert 0.35 <= child.cpu_seconds() < 2


def test_processor_time_has_an_end(zygote: Zygote) -> None:
    child = zygote.spawn(None, Limits(cpu_seconds=1))
    child.connection.sendall(b"'while True: pass'\n")
    assert select.select([child], [], [], 20)[0]
    assert child.ended() == f"signal {signal.SIGXCPU.value}"
    child.kill()


def test_a_scratch_that_was_filled_with_the_worst_is_removed(zygote: Zygote, child: Child) -> None:
    home = Path(str(ask(child, "import os\nanswer = os.getcwd()")))
    ask(child, "for n in range(300):\n    os.mkdir('d'); os.chdir('d')\nos.symlink('/', 'root'); os.mkdir('closed', 0)")
    child.kill()
    assert zygote.level == "strong" or not home.parent.exists()


def test_nothing_is_left_when_the_fork_server_is_killed(zygote: Zygote) -> None:
    with Zygote(level=zygote.level, program="sandboxed") as other:
        child = other.spawn(None, Limits())
        assert ask(child, DAEMON) == 1
        wait_until(lambda: len(sleepers()) == 2)
        other._process.kill()
        wait_until(lambda: not sleepers() and is_gone(child.pid))
        wait_until(lambda: child.ended() == "killed")  # its keeper says so, a moment after it
        with pytest.raises(SandboxUnavailable, match="fork server"):
            other.spawn(None, Limits())


def test_nothing_is_left_when_the_supervisor_is_killed(zygote: Zygote) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom autograder.sandbox.levels import Limits\n"
        "from autograder.sandbox.zygote import Zygote\n"
        f"sys.path.append({str(HERE)!r})\nzygote = Zygote(level={zygote.level!r}, program='sandboxed')\n"
        f"child = zygote.spawn(None, Limits())\nchild.connection.sendall(repr({DAEMON!r}).encode() + b'\\n')\n"
        "child.connection.recv(1)\nprint(child.pid, zygote._process.pid, flush=True)\ninput()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout is not None
        child, server = map(int, supervisor.stdout.readline().split())
        wait_until(lambda: len(sleepers()) == 2)
        supervisor.kill()
    wait_until(lambda: not sleepers() and is_gone(child) and is_gone(server))


def test_at_lite_and_none_a_keeper_that_was_killed_takes_the_student_along(zygote: Zygote, child: Child) -> None:
    os.kill(child._keeper, signal.SIGKILL)
    wait_until(lambda: is_gone(child.pid))
    child.kill()
    assert child.ended() == "killed"


def test_closing_ends_the_server_and_all_children() -> None:
    with Zygote(level="lite", program="sandboxed", slots=2) as zygote:
        children = [zygote.spawn(None, Limits(), slot) for slot in (0, 1)]
        server = zygote._process.pid
    zygote.close()
    assert is_gone(server) and all(is_gone(child.pid) and child.ended() == "killed" for child in children)


def test_threads_may_ask_for_children_at_once() -> None:
    with Zygote(level="lite", program="sandboxed", slots=4) as zygote:
        answers: list[object] = []

        def work(slot: int) -> None:
            for _ in range(5):
                child = zygote.spawn(None, Limits(), slot)
                answers.append(ask(child, "answer = 6 * 7"))
                child.kill()

        workers = [threading.Thread(target=work, args=(slot,)) for slot in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert answers == [42] * 20
        # A child may outlive the thread that asked for it, and a server the thread that started it.
        assert ask(zygote.spawn(None, Limits()), "answer = 1") == 1


def test_orders_that_make_no_sense_do_not_end_the_server(zygote: Zygote) -> None:
    for nonsense in (b"{", b"[]", b"{}", b'{"limits": {}}', b"\xff\xfe", b"x" * 70_000):
        zygote._requests.send(nonsense)
        assert b"error" in zygote._requests.recv(4096)
    with socket.socket() as extra:
        socket.send_fds(zygote._requests, [b"{}"], [extra.fileno()])
    assert b"error" in zygote._requests.recv(4096)
    child = zygote.spawn(None, Limits())
    assert ask(child, "answer = sorted(os.listdir('/proc/self/fd')) if (os := __import__('os')) else 0") == [*"01234"]
    child.kill()


def test_what_could_not_be_imported_is_told_and_the_rest_works() -> None:
    with Zygote(level="none", program="sandboxed", preload=["no_such_module", "json"]) as zygote:
        assert zygote.failed == (("no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),)
        child = zygote.spawn(None, Limits())
        assert ask(child, "import sys\nanswer = 'json' in sys.modules") is True


def test_a_module_that_starts_a_thread_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "starts_a_thread.py").write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with Zygote(level="none", program="sandboxed", preload=["starts_a_thread", "json"]) as zygote:
        assert zygote.left_out == ("starts_a_thread",)
        assert ask(zygote.spawn(None, Limits()), "import sys\nanswer = 'starts_a_thread' in sys.modules") is False
    with pytest.raises(CourseError, match="starts_a_thread starts a thread when it is imported"):
        Zygote(level="none", program="starts_a_thread")


def test_a_program_that_can_not_be_imported_is_told() -> None:
    with (
        Zygote(level="none", program="no_such_program") as zygote,
        pytest.raises(SandboxUnavailable, match="No module named 'no_such_program'"),
    ):
        zygote.spawn(None, Limits())


def test_threads_of_arithmetic_are_one_unless_said_otherwise() -> None:
    program = "import os\nanswer = os.environ.get('OMP_NUM_THREADS')"
    for threads, expected in ((1, "1"), (3, "3"), (None, None)):
        with Zygote(level="none", program="sandboxed", threads=threads) as zygote:
            assert ask(zygote.spawn(None, Limits()), program) == expected


CALLS_AND_LAYERS = [
    ("unshare", "strong", "namespaces"),
    ("mount", "strong", "mounts"),
    ("mount_setattr", "strong", "mounts"),
    ("pivot_root", "strong", "root"),
    ("umount2", "strong", "root"),
    ("sethostname", "strong", "host name"),
    ("capset", "strong", "capabilities"),
    ("landlock_restrict_self", "strong", "landlock"),
    ("seccomp", "strong", "seccomp"),
    ("capset", "lite", "capabilities"),
    ("landlock_create_ruleset", "lite", "landlock"),
    ("landlock_add_rule", "lite", "landlock"),
    ("landlock_restrict_self", "lite", "landlock"),
    ("seccomp", "lite", "seccomp"),
]


@pytest.mark.parametrize(("call", "level", "layer"), CALLS_AND_LAYERS)
def test_a_layer_that_can_not_be_put_up_is_named_and_nothing_runs(call: str, level: Level, layer: str) -> None:
    # A filter can't be put on after `seccomp` is refused by one, so that one call is refused to the child alone.
    program = (
        "import sys\nfrom autograder.sandbox.levels import Limits, SandboxUnavailable\n"
        f"from autograder.sandbox.zygote import Zygote\nsys.path.append({str(HERE)!r})\n"
        f"with Zygote(level={level!r}, program='sandboxed') as zygote:\n"
        "    try:\n        zygote.spawn(None, Limits())\n        print('it ran')\n"
        "    except SandboxUnavailable as error:\n        print(error.layer, '|', error.reason, '|', error.sentence)\n"
    )
    command = [sys.executable, str(HERE / "without_calls.py"), call, "EPERM", program]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    words = "EPERM: Operation not permitted"
    assert said.startswith(f"{layer} | {words}") and f"sandbox unavailable: {layer} ({words}" in said


def test_no_level_of_the_sandbox_is_there_on_another_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    for level in ("strong", "lite"):
        with pytest.raises(SandboxUnavailable, match="sandbox unavailable: Linux"):
            Zygote(level=level)  # type: ignore[arg-type]


def test_a_full_disk_costs_what_programs_put_out_and_no_more() -> None:
    program = """
import os, tempfile
from autograder.sandbox.shell import Cells, prepare

def full(**options):
    raise OSError(28, "No space left on device")

shell, out = prepare(), os.dup(1)
tempfile.TemporaryFile = full
told = Cells(shell).run("!echo lost\\nprint('kept')\\n1 + 1")
os.write(out, repr((told["value"], [output.get("text") for output in told["outputs"]])).encode())
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert eval(run.stdout) == (2, ["kept\n", None])
