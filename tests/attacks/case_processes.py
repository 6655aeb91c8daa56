"""Attacks on other processes, on the kernel's doors, and processes that want to stay."""

# ruff: noqa: E501 (the cells are written as a student would)

from __future__ import annotations

from attacks.case import DEAD, DENIED, FULL, HARMLESS, NOTHING, Case, Expected

SURVIVES = Expected(("graded", "killed"), FULL, never="DONE")
SYSCALL = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    got = libc.syscall(number, *arguments)
    if got < 0:
        raise OSError(ctypes.get_errno(), 'refused')
    return got
"""


def _syscall(name: str, row: str, tries: str, *calls: str) -> Case:
    lines = [f"attempt({call!r}, lambda: call({call}))" for call in calls]
    return Case(id=name, row=row, tries=tries, first=["\n".join([SYSCALL, *lines])], expected=DENIED)


KILLED = Expected(("killed", "timed out"), NOTHING, never="", reason=".")

CASES = [
    Case(
        id="kill-victim",
        row="see/kill others",
        tries="kills another process of the grader's",
        first=["import os\nattempt('kill', lambda: os.kill(@VICTIM@, 9))"],
        expected=DENIED,
    ),
    Case(
        id="kill-everybody",
        row="see/kill others",
        tries="kills every process that it may kill",
        first=["import os\nattempt('kill', lambda: os.kill(-1, 9))"],
        expected=Expected(("graded", "killed"), never=""),
    ),
    Case(
        id="see-processes",
        row="see/kill others",
        tries="lists everybody's processes",
        first=["import os\nprint('FOUND' if '@VICTIM@' in os.listdir('/proc') else 'alone')"],
        expected=Expected(says="alone", never="FOUND"),
        lite=HARMLESS,
    ),
    Case(
        id="kill-parent",
        row="kill parent",
        tries="kills its parent",
        first=["import os\nattempt('kill', lambda: os.kill(os.getppid(), 9))"],
        expected=Expected(("graded", "killed"), never=""),
    ),
    Case(
        id="kill-group",
        row="kill parent",
        tries="kills its process group and stops its session",
        first=["import os, signal\nos.killpg(0, signal.SIGKILL)"],
        expected=DEAD,
    ),
    Case(
        id="stop-itself",
        row="kill parent",
        tries="stops itself for good with SIGSTOP",
        first=["import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"],
        expected=KILLED,
    ),
    Case(
        id="stop-parent",
        row="kill parent",
        tries="stops its parent with SIGSTOP",
        first=["import os, signal\nattempt('stop', lambda: os.kill(os.getppid(), signal.SIGSTOP))"],
        expected=Expected(("graded", "killed", "timed out"), never=""),
    ),
    _syscall("ptrace", "ptrace, vm_readv", "traces the victim (PTRACE_ATTACH)", "101, 16, @VICTIM@, 0, 0"),
    _syscall(
        "ptrace-parent",
        "ptrace, vm_readv",
        "traces its parent and asks to be traced",
        "101, 16, __import__('os').getppid(), 0, 0",
        "101, 0, 0, 0, 0",
    ),
    _syscall(
        "vm-readv",
        "ptrace, vm_readv",
        "reads and writes the victim's memory",
        "310, @VICTIM@, 0, 0, 0, 0, 0",
        "311, @VICTIM@, 0, 0, 0, 0, 0",
    ),
    _syscall("pidfd", "ptrace, vm_readv", "takes a descriptor out of another process (pidfd_getfd)", "438, 3, 0, 0"),
    _syscall(
        "x32",
        "x32, io_uring, bpf",
        "calls the kernel by its x32 numbers",
        "0x40000000 + 39",
        "0x40000000 + 41, 2, 1, 0",
    ),
    _syscall(
        "io-uring",
        "x32, io_uring, bpf",
        "sets up io_uring, whose work no filter sees",
        "425, 8, ctypes.create_string_buffer(512)",
    ),
    _syscall("bpf", "x32, io_uring, bpf", "loads a BPF map", "321, 0, ctypes.create_string_buffer(128), 128"),
    _syscall(
        "perf",
        "x32, io_uring, bpf",
        "watches with perf_event_open and userfaultfd",
        "298, ctypes.create_string_buffer(128), 0, -1, -1, 0",
        "323, 0",
    ),
    _syscall(
        "keyring",
        "x32, io_uring, bpf",
        "leaves a key in the kernel's keyring",
        "248, b'user', b'left', b'x', 1, -4",
        "250, 0, -4, 0",
    ),
    _syscall("namespaces", "new namespaces", "makes itself root of a new user namespace", "272, 0x10000000"),
    _syscall(
        "namespaces-clone", "new namespaces", "the same by clone3 and by clone", "56, 0x10000000 | 17, 0, 0, 0, 0"
    ),
    _syscall(
        "mounts",
        "new namespaces",
        "mounts, changes its root, enters another's namespace",
        "165, b'none', b'/mnt', b'tmpfs', 0, 0",
        "161, b'/tmp'",
        "308, 3, 0",
    ),
    _syscall(
        "modules",
        "new namespaces",
        "loads a kernel, a module; reboots",
        "175, 0, 0, b''",
        "246, 0, 0, 0, 0",
        "169, 1, 2, 3",
    ),
    Case(
        id="setuid-helper",
        row="setuid helper",
        tries="becomes root with su, sudo and setuid(0)",
        first=[
            """
            import os, subprocess
            for name in ('su', 'sudo'):
                try:
                    done = subprocess.run([name, '-n', 'id'], capture_output=True, text=True, timeout=3, stdin=subprocess.DEVNULL)
                    print('DONE' if 'uid=0' in done.stdout else 'denied', done.stderr[:200])
                except Exception as error:
                    print('denied', error)
            if os.getuid() != 0:
                attempt('setuid', lambda: os.setuid(0))
            """
        ],
        expected=DENIED,
    ),
    Case(
        id="capabilities",
        row="setuid helper",
        tries="uses what is left of root: chown, mknod, chroot, raw time",
        first=[
            """
            import os, time
            open('mine', 'w').close()
            attempt('chown', lambda: os.chown('mine', 12345, 12345))
            attempt('mknod', lambda: os.mknod('disk', 0o60666, os.makedev(254, 0)))
            attempt('chroot', lambda: os.chroot('.'))
            attempt('settime', lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()))
            """
        ],
        expected=DENIED,
        lite=Expected(says="denied", never="(chroot|settime) DONE"),  # a chown that does nothing says that it is done
    ),
    Case(
        id="prctl",
        row="prctl tricks",
        tries="asks to outlive its parent, to be dumpable, to be a subreaper",
        first=[
            """
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            print([libc.prctl(1, 0), libc.prctl(4, 1), libc.prctl(36, 1), libc.prctl(38, 0)])
            import os
            if os.fork() == 0:
                os.setsid()
                os.execvp('sleep', ['sleep', '4713'])
            """
        ],
        expected=HARMLESS,
    ),
    Case(
        id="core-dump",
        row="prctl tricks",
        tries="dies with a core dump as large as its memory",
        first=[
            """
            import os, resource, signal
            attempt('raise', lambda: resource.setrlimit(resource.RLIMIT_CORE, (-1, -1)))
            os.kill(os.getpid(), signal.SIGABRT)
            """
        ],
        expected=DEAD,
    ),
]
