"""The sandbox's layers, each tried from inside a real child, at levels lite and strong."""

from __future__ import annotations

import ast
import errno
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.child import Child
from autograder.sandbox.levels import Level, Limits, SandboxUnavailable
from autograder.sandbox.zygote import Zygote

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such layers")

HERE = Path(__file__).parent
LEVELS: tuple[Level, ...] = ("lite", "strong")


def ask(child: Child, program: str) -> object:
    """Runs Python in the child; what `answer` is then, or the error."""
    child.connection.sendall(repr(program).encode() + b"\n")
    with child.connection.makefile("rb") as lines:
        return ast.literal_eval(lines.readline().decode())


@pytest.fixture(scope="module", autouse=True)
def programs_of_tests() -> Iterator[None]:
    """The child's program lies beside the tests."""
    sys.path.append(str(HERE))
    yield
    sys.path.remove(str(HERE))


@pytest.fixture(scope="module", params=LEVELS)
def zygote(request: pytest.FixtureRequest) -> Iterator[Zygote]:
    with Zygote(level=request.param, program="sandboxed", slots=2) as zygote:
        yield zygote


@pytest.fixture
def child(zygote: Zygote) -> Iterator[Child]:
    child = zygote.spawn(None, Limits(memory=512 << 20, processes=16, open_files=64, file_bytes=1 << 20))
    yield child
    child.kill()


def error_of(child: Child, program: str) -> str:
    """The name of the error's number, such as EACCES, or what came instead of an error."""
    program = "\n    ".join(program.splitlines())
    caught = "except OSError as error:\n    answer = errno.errorcode[error.errno]"
    return str(ask(child, f"import errno, os, socket\ntry:\n    {program}\n{caught}"))


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_VSOCK", "AF_NETLINK", "AF_PACKET", "AF_ALG"])
def test_no_socket_reaches_the_network_or_the_host(child: Child, family: str) -> None:
    assert error_of(child, f"socket.socket(socket.{family}, socket.SOCK_DGRAM)") == "EACCES"


def test_a_pair_of_sockets_can_be_made_and_used(child: Child) -> None:
    program = "import socket\na, b = socket.socketpair()\na.send(b'x')\nanswer = b.recv(1)"
    assert ask(child, program) == b"x"


def test_at_lite_no_socket_can_be_given_an_address(zygote: Zygote, child: Child) -> None:
    expected = "EACCES" if zygote.level == "lite" else "None"
    assert error_of(child, "socket.socket(socket.AF_UNIX)") == expected
    assert error_of(child, "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)") == expected


# By number on x86-64 and aarch64, as there are no functions for most.
CALLS = {
    "ptrace": (101, 117),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "process_vm_readv": (310, 270),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "memfd_create": (319, 279),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "personality": (135, 92),
    "kexec_load": (246, 104),
    "io_uring_setup": (425, 425),
    "pidfd_getfd": (438, 438),
    "open_by_handle_at": (304, 265),
    "clock_settime": (227, 112),
    "sched_setaffinity": (203, 122),
    "shmget": (29, 194),
}


def call(child: Child, *numbers: int) -> tuple[int, int]:
    """A system call by its number: the result, and the error's number."""
    arguments = ", ".join(f"ctypes.c_long({number})" for number in numbers)
    program = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nctypes.set_errno(0)\n"
        f"answer = libc.syscall({arguments}, 0, 0, 0, 0), ctypes.get_errno()"
    )
    result = ask(child, program)
    assert isinstance(result, tuple)
    return result


@pytest.mark.parametrize("name", CALLS)
def test_a_dangerous_system_call_is_refused(child: Child, name: str) -> None:
    number = CALLS[name][os.uname().machine == "aarch64"]
    assert call(child, number) == (-1, errno.EPERM)


def test_namespaces_can_not_be_made_by_clone_either(child: Child) -> None:
    clone = 220 if os.uname().machine == "aarch64" else 56
    assert call(child, clone, 0x10000000) == (-1, errno.EPERM)
    assert call(child, 435) == (-1, errno.ENOSYS)


def test_calls_that_are_newer_than_the_filter_and_of_another_abi_do_not_exist(child: Child) -> None:
    assert call(child, 0x40000000 + 39) == (-1, errno.ENOSYS)
    assert call(child, 600) == (-1, errno.ENOSYS)


def test_limits_of_other_processes_can_not_be_set(child: Child) -> None:
    assert "PermissionError" in str(
        ask(child, "import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_CPU)")
    )


def test_it_has_no_privileges_and_can_get_none(child: Child) -> None:
    lines = str(ask(child, "answer = open('/proc/self/status').read()")).splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    reads = 1 << 2 if status["CapEff"].endswith("4") else 0  # below root's home nobody else could read Python
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == reads
    assert int(status["CapInh"], 16) == int(status["CapAmb"], 16) == 0
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    if os.geteuid() == 0:
        assert int(status["CapBnd"], 16) == 0
    assert error_of(child, "os.setuid(0)") in ("EPERM", "EINVAL")


def test_its_environment_holds_only_the_names_that_are_fixed(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ask(child, "import os\nanswer = sorted(os.environ)")
    threads = {f"{library}_NUM_THREADS" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
    fixed = {"HOME", "TMPDIR", "PATH", "LANG", "TERM", "USER", "MPLCONFIGDIR", "IPYTHONDIR", "PYTHONDONTWRITEBYTECODE"}
    assert set(names) == fixed | threads  # type: ignore[call-overload]


def test_what_it_was_started_with_holds_nothing_of_the_supervisors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "sesame")
    with Zygote(level="lite", program="sandboxed") as zygote:
        child = zygote.spawn(None, Limits())
        assert "sesame" not in str(ask(child, "answer = open('/proc/self/environ').read()"))


def test_it_has_only_its_own_descriptors(child: Child) -> None:
    assert ask(child, "import os\nanswer = sorted(os.listdir('/proc/self/fd'))") == ["0", "1", "2", "3", "4"]
    assert ask(child, "answer = os.readlink('/proc/self/fd/0')") == "/dev/null"


def test_it_sees_neither_course_nor_home_nor_other_submissions(child: Child, tmp_path: Path) -> None:
    secret = tmp_path / "gradebook.db"
    secret.write_text("marks")
    for path in (secret, HERE / "conftest.py", "/etc/passwd", "/etc/shadow", "/proc/1/environ", "/root"):
        assert error_of(child, f"open({str(path)!r}).read()") in ("ENOENT", "EACCES"), path
    assert error_of(child, f"open({str(secret)!r}, 'w')") in ("ENOENT", "EACCES")
    assert error_of(child, f"os.remove({str(secret)!r})") in ("ENOENT", "EACCES")
    assert error_of(child, "os.listdir('/proc/1/root')") == "EACCES"
    assert secret.read_text() == "marks"


@pytest.mark.parametrize(
    "path", ["/usr/x", "/x", "/etc/x", sys.prefix + "/x", str(HERE.parent / "autograder" / "x"), "/dev/x"]
)
def test_it_writes_nowhere_but_in_its_own_folders(child: Child, path: str) -> None:
    assert error_of(child, f"open({path!r}, 'w')") in ("EROFS", "EACCES")


def test_it_writes_in_its_own_folders(child: Child) -> None:
    program = (
        "import os, tempfile\nopen('a', 'w').write('x'); os.rename('a', 'b'); os.mkdir('c')\n"
        "with tempfile.TemporaryFile() as file: file.write(b'x')\nanswer = sorted(os.listdir())"
    )
    assert ask(child, program) == ["b", "c"]


def test_it_gets_a_copy_of_its_folder_and_the_folder_stays_as_it_was(zygote: Zygote, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("1,2")
    child = zygote.spawn(tmp_path, Limits())
    assert ask(child, "answer = open('data/a.csv').read()") == "1,2"
    ask(child, "open('data/a.csv', 'w').write('')")
    child.kill()
    assert (tmp_path / "data" / "a.csv").read_text() == "1,2"
    again = zygote.spawn(tmp_path, Limits())
    assert ask(again, "answer = open('data/a.csv').read()") == "1,2"
    again.kill()


def test_it_can_neither_see_nor_signal_what_is_outside(child: Child) -> None:
    for pid in (os.getpid(), 1, "os.getppid()"):
        assert error_of(child, f"os.kill({pid}, 9)") in ("EPERM", "ESRCH")
    assert error_of(child, f"open('/proc/{os.getpid()}/status')") in ("ENOENT", "EACCES")


def test_two_students_can_not_reach_each_other(zygote: Zygote) -> None:
    first, second = (zygote.spawn(None, Limits(), slot) for slot in (0, 1))
    home = ask(first, "import os\nopen('mine', 'w').write('answers')\nanswer = os.getcwd()")
    assert error_of(second, f"os.kill({first.pid}, 9)") in ("EPERM", "ESRCH")
    assert error_of(second, f"open('{home}/mine')") in ("ENOENT", "EACCES")
    ask(
        second,
        "import os, signal\nsignal.signal(15, signal.SIG_IGN)\ntry:\n    os.kill(-1, 15)\nexcept OSError:\n    pass",
    )
    assert first.ended() == "" and ask(first, "answer = 1") == 1
    if os.geteuid() == 0:
        assert ask(first, "answer = os.getuid()") != ask(second, "import os\nanswer = os.getuid()")
    first.kill()
    second.kill()


def test_too_much_memory_is_an_error_that_it_can_catch(child: Child) -> None:
    assert ask(child, "bytearray(1 << 40)") == "MemoryError: "
    assert str(ask(child, "answer = bytes(600 << 20)")).startswith("MemoryError")


def test_too_many_processes_threads_descriptors_and_bytes_are_errors(child: Child) -> None:
    threads = (
        "import threading\nstop = threading.Event()\nanswer = 0\ntry:\n    while True:\n"
        "        threading.Thread(target=stop.wait, daemon=True).start(); answer += 1\n"
        "except RuntimeError: pass\nstop.set()"
    )
    started = ask(child, threads)
    assert isinstance(started, int) and 10 <= started <= 16
    assert error_of(child, "answer = [open('/dev/null') for _ in range(1000)]") == "EMFILE"
    assert error_of(child, "open('big', 'wb').write(bytes(2 << 20))") == "EFBIG"


def test_at_strong_its_scratch_is_full_at_the_limit(tmp_path: Path) -> None:
    with Zygote(level="strong", program="sandboxed") as zygote:
        child = zygote.spawn(None, Limits(scratch_bytes=4 << 20, scratch_inodes=100))
        assert error_of(child, "for n in range(200): open(f'f{n}', 'w')") == "ENOSPC"
        assert error_of(child, "for n in range(9): open('f0', 'ab').write(bytes(1 << 20))") == "ENOSPC"
        assert error_of(child, "open('/dev/shm/x', 'w').write('x' * 100)") == "ENOSPC"


def test_priority_affinity_and_clock_stay_as_they_are(child: Child) -> None:
    assert error_of(child, "os.nice(-5)") == "EPERM"
    assert error_of(child, "os.setpriority(os.PRIO_PROCESS, 0, -5)") == "EPERM"
    assert error_of(child, "os.sched_setaffinity(0, {0})") == "EPERM"
    assert error_of(child, "import time\ntime.clock_settime(time.CLOCK_REALTIME, 0)") == "EPERM"
    hard = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))"
    assert str(ask(child, hard)).startswith("ValueError")


def test_at_lite_an_ordinary_users_files_keep_their_modes(zygote: Zygote, child: Child) -> None:
    ask(child, "import os\nopen('mine', 'w').close()\nos.chmod('mine', 0o600)")
    left_undone = zygote.level == "lite" and os.geteuid() != 0
    assert ask(child, "answer = os.stat('mine').st_mode & 0o777") == (0o644 if left_undone else 0o600)


def test_programs_that_it_starts_are_kept_the_same_way(child: Child) -> None:
    program = (
        "import subprocess\nrun = subprocess.run(['sh', '-c', 'cat /etc/shadow; echo $HOME; : > /usr/x'], "
        "capture_output=True, text=True)\nanswer = run.returncode != 0, run.stdout"
    )
    home = ask(child, "import os\nanswer = os.environ['HOME']")
    assert ask(child, program) == (True, f"{home}\n")


def test_a_listener_of_the_machine_hears_nothing(child: Child) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        port = listener.getsockname()[1]
        assert error_of(child, f"socket.create_connection(('127.0.0.1', {port}), 1)") == "EACCES"
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_slot_that_does_not_exist_is_refused(zygote: Zygote) -> None:
    with pytest.raises(ValueError, match="slot 2 of 2"):
        zygote.spawn(None, Limits(), 2)


def test_a_folder_that_does_not_fit_is_told_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(2 << 20))
    with Zygote(level="strong", program="sandboxed") as zygote:
        with pytest.raises(SandboxUnavailable, match="sandbox unavailable: scratch"):
            zygote.spawn(tmp_path, Limits(scratch_bytes=1 << 20))
        zygote.spawn(tmp_path, Limits()).kill()
