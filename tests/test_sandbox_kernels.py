"""Jupyter kernels as forks of a process that has the libraries imported: real kernels, through jupyter_client."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from autograder.sandbox import kernels, provisioner
from autograder.sandbox.kernels import Forked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

STOCK = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
Start = Callable[..., "Kernel"]


class Kernel:
    """A kernel and its client."""

    def __init__(self, folder: Path, argv: list[str], env: dict[str, str], **wanted: Any) -> None:
        spec = {"argv": argv, "display_name": "x", "language": "python", "env": env}
        spec["metadata"] = {"kernel_provisioner": {"provisioner_name": "groundwork-fork"}}
        (folder / "tried").mkdir(exist_ok=True)
        (folder / "tried" / "kernel.json").write_text(json.dumps(spec))
        specs = KernelSpecManager(kernel_dirs=[str(folder)])
        self.manager = KernelManager(kernel_name="tried", kernel_spec_manager=specs)
        self.manager.start_kernel(**wanted)
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def process(self) -> Any:
        return self.manager.provisioner.process  # type: ignore[union-attr]

    def run(self, code: str) -> str:
        """All text that a cell puts out; the name of its error."""
        said: list[str] = []

        def hook(message: dict[str, Any]) -> None:
            content = message["content"]
            said.append(content.get("text", "") or content.get("ename", ""))
            said.extend(sorted(content.get("data", {})))

        self.client.execute_interactive(code, output_hook=hook, timeout=60)
        return "".join(said)

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts kernels that are ended with the test."""
    started: list[Kernel] = []

    def begin(argv: list[str] = STOCK, env: dict[str, str] | None = None, **wanted: Any) -> Kernel:
        started.append(Kernel(tmp_path, argv, env or {}, **wanted))
        return started[-1]

    yield begin
    for kernel in started:
        kernel.close()


def test_a_kernel_is_a_fork_with_the_libraries_imported(start: Start) -> None:
    kernel = start()
    assert isinstance(kernel.process, Forked)
    imported = "import sys; print('numpy' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    assert kernel.run(imported) == "True True\n"
    assert kernel.run("print(__name__, sys.argv[0].endswith('ipykernel_launcher.py'))") == "__main__ True\n"


def test_the_server_goes_on_to_import_what_some_lessons_need(start: Start) -> None:
    imported = "import sys; print('torch' in sys.modules, 'sklearn.ensemble' in sys.modules)"
    deadline = time.monotonic() + 60
    while start().run(imported) != "True True\n":
        assert time.monotonic() < deadline


def test_each_has_the_folder_environment_and_names_of_its_own(start: Start, tmp_path: Path) -> None:
    first = start(env={"WHO": "first"}, cwd=str(tmp_path))
    second = start(env={"WHO": "second"}, cwd="/")
    question = "import os; mine = os.environ['WHO']; print(os.getcwd(), mine, os.getsid(0) == os.getpid())"
    assert first.run(question) == f"{tmp_path} first True\n"
    assert second.run(question) == "/ second True\n"
    assert first.run("print(mine)") == "first\n"
    assert "WHO" not in os.environ


def test_it_finds_modules_where_any_other_kernel_does(start: Start, tmp_path: Path) -> None:
    question = "import sys; print([path for path in sys.path if 'ipykernel' not in path], sys.flags.safe_path)"
    forked, stock = start(cwd=str(tmp_path)), start([sys.executable, "-B", *STOCK[1:]], cwd=str(tmp_path))
    assert isinstance(stock.process, subprocess.Popen)
    assert forked.run(question) == stock.run(question)


def test_it_has_as_many_threads_as_any_other_kernel(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    question = (
        "import numpy, torch, threadpoolctl as t\n"
        "print(torch.get_num_threads(), {i['num_threads'] for i in t.threadpool_info() if i['user_api'] == 'blas'})"
    )
    assert start().run(question) == start([sys.executable, "-B", *STOCK[1:]]).run(question)


def test_figures_appear_in_the_notebook(start: Start) -> None:
    said = start().run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert "image/png" in said


def test_kernels_share_no_randomness(start: Start) -> None:
    question = "import random, numpy as np; print(random.random(), np.random.rand())"
    assert not set(start().run(question).split()) & set(start().run(question).split())


def test_an_endless_cell_is_interrupted_and_the_kernel_goes_on(start: Start) -> None:
    kernel = start()
    kernel.run("kept = 41")
    message = kernel.client.execute("print('running')\nwhile True: pass")
    while kernel.client.get_iopub_msg(timeout=30)["content"].get("text") != "running\n":
        pass
    kernel.manager.interrupt_kernel()
    reply = kernel.client.get_shell_msg(timeout=30)
    while reply["parent_header"].get("msg_id") != message:
        reply = kernel.client.get_shell_msg(timeout=30)
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.run("print(kept + 1)") == "42\n"


def test_after_a_restart_it_is_a_new_fork_on_the_same_connection(start: Start) -> None:
    kernel = start()
    before = kernel.process.pid
    kernel.run("kept = 41")
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=60)
    assert isinstance(kernel.process, Forked) and kernel.process.pid != before
    assert kernel.run("kept") == "NameError"


def test_a_shutdown_ends_it_politely(start: Start, tmp_path: Path) -> None:
    kernel = start()
    said = tmp_path / "farewell"
    kernel.run(f"import atexit, pathlib; atexit.register(pathlib.Path({str(said)!r}).write_text, 'bye')")
    process = kernel.process
    kernel.manager.shutdown_kernel()
    assert process.returncode == 0 and not Path(f"/proc/{process.pid}").exists()
    assert said.read_text() == "bye"


@pytest.mark.parametrize(
    ("code", "status"), [("import os; os._exit(3)", 3), ("import ctypes; ctypes.string_at(0)", -11)]
)
def test_a_kernel_that_died_is_noticed_and_can_be_started_again(start: Start, code: str, status: int) -> None:
    kernel = start()
    process = kernel.process
    kernel.client.execute(code)
    assert process.wait(30) == status
    assert not kernel.manager.is_alive()
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.run("print(1)") == "1\n"


def test_programs_that_it_started_are_signalled_with_it(start: Start) -> None:
    kernel = start()
    sleeper = int(kernel.run("import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"))
    kernel.manager.shutdown_kernel(now=True)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{sleeper}/cwd").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{sleeper}/cwd").exists()


def test_its_output_goes_where_it_is_told_to(start: Start) -> None:
    kernel = start(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert isinstance(kernel.process, Forked)
    assert kernel.run("import os; print([os.readlink(f'/proc/self/fd/{number}') for number in (1, 2)])") == (
        "['/dev/null', '/dev/null']\n"
    )
    assert isinstance(start(stderr=subprocess.STDOUT).process, subprocess.Popen)


@pytest.mark.parametrize(
    "env", [{"PYTHONHASHSEED": "7"}, {"OMP_NUM_THREADS": "5"}, {"LD_LIBRARY_PATH": "/nowhere"}], ids=str
)
def test_what_is_read_when_a_process_starts_needs_a_new_process(start: Start, env: dict[str, str]) -> None:
    assert isinstance(start(env=env).process, subprocess.Popen)


def test_another_python_is_started_as_jupyter_does(start: Start, tmp_path: Path) -> None:
    other = tmp_path / "python"
    other.symlink_to(sys.executable)
    assert isinstance(
        start([str(other), *STOCK[1:]], {"PYTHONPATH": os.pathsep.join(sys.path)}).process, subprocess.Popen
    )


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_where_forks_are_unsafe_or_missing_kernels_are_started_as_jupyter_does(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(kernels.sys, "platform", system)
    assert not kernels.is_possible()


def test_without_possible_forks_nothing_is_tried(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "is_possible", lambda: False)
    assert isinstance(start().process, subprocess.Popen)


def test_a_kernel_does_not_wait_for_a_server_that_is_still_loading(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    start()
    monkeypatch.setattr(kernels.KernelServer, "ready", lambda _self, _seconds=0.0: False)
    assert isinstance(start().process, subprocess.Popen)


def test_when_the_server_is_gone_kernels_are_started_as_jupyter_does(start: Start) -> None:
    forked = start()
    server = kernels.server()
    server.process.kill()
    server.process.wait()
    assert forked.process.wait(10) == -signal.SIGKILL
    try:
        assert isinstance(start().process, subprocess.Popen)
    finally:
        kernels.server.cache_clear()


def test_server_and_kernels_end_with_who_started_them(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\n"
        f"sys.path.append({str(Path(__file__).parent)!r})\n"
        "from test_sandbox_kernels import STOCK, Kernel\nfrom autograder.sandbox import kernels\n"
        f"kernel = Kernel(Path({str(tmp_path)!r}), STOCK, {{}})\n"
        "print(kernel.process.pid, kernels.server().process.pid, flush=True)\ninput()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        found = [int(word) for word in client.stdout.readline().split()]
        assert len(found) == 2
        client.kill()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}/cwd").exists() for pid in found) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [pid for pid in found if Path(f"/proc/{pid}/cwd").exists()] == []


def test_a_server_that_is_still_loading_ends_with_who_started_it() -> None:
    program = "from autograder.sandbox.kernels import server\nprint(server().process.pid, flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        loading = Path("/proc", client.stdout.readline().decode().strip(), "cwd")
        assert loading.exists()
        client.kill()
    deadline = time.monotonic() + 20
    while loading.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not loading.exists()


def test_jupyterlab_begins_to_load_when_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[bool] = []
    monkeypatch.setattr(kernels, "server", lambda: begun.append(True))
    assert provisioner._jupyter_server_extension_points() == [{"module": "autograder.sandbox.provisioner"}]
    provisioner._load_jupyter_server_extension(None)
    assert begun == [True]
