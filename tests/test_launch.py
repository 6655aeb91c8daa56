"""`autograder learn`: JupyterLab opened on the working copies, and closed again without a trace."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.errors import CourseError
from autograder.lab.launch import free_port, open_lab, write_configuration

if TYPE_CHECKING:
    from conftest import Course

pytestmark = pytest.mark.learner

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_port_in_use_is_refused_with_another_to_try(taken_port: int) -> None:
    with pytest.raises(CourseError, match=f"Port {taken_port} is in use.\n.*make learn PORT={taken_port + 1}"):
        free_port(taken_port)


@pytest.mark.parametrize("number", [-1, 0, 80, 65536, 10**9])
def test_a_number_that_is_no_port_for_people_is_refused(number: int) -> None:
    with pytest.raises(CourseError, match=f"{number} is not a port to serve on.\nChoose one from 1024 to 65535"):
        free_port(number)


def test_a_port_that_is_free_is_taken_as_it_is() -> None:
    wanted = a_free_port()
    assert free_port(wanted) == wanted


def test_without_a_wish_the_first_free_port_is_found(monkeypatch: pytest.MonkeyPatch, taken_port: int) -> None:
    monkeypatch.setattr("autograder.lab.launch.FIRST_PORT", taken_port)
    assert taken_port < free_port(None) < taken_port + 50


def test_the_configuration_shows_the_course_page_and_hides_the_instructors_parts_and_the_news(tmp_path: Path) -> None:
    folder = write_configuration(tmp_path)
    server = json.loads((folder / "jupyter_server_config.json").read_text(encoding="utf-8"))["ServerApp"][
        "jpserver_extensions"
    ]
    assert server["autograder.lab"] is True
    assert server["nbgrader.server_extensions.formgrader"] is False
    hidden = json.loads((folder / "labconfig" / "page_config.json").read_text(encoding="utf-8"))["disabledExtensions"]
    assert hidden["@jupyter/nbgrader:formgrader"] and hidden["@jupyterlab/apputils-extension:announcements"]
    settings = json.loads((folder / "labconfig" / "default_setting_overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_a_server_that_dies_at_its_start_is_a_sentence_with_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "settings"
    broken.mkdir()
    (broken / "jupyter_server_config.py").write_text("raise SystemExit('the disk is made of cheese')")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(broken))
    with pytest.raises(CourseError) as caught:
        open_lab(tmp_path, a_free_port(), "none")
    assert caught.value.sentence == "JupyterLab did not start: the disk is made of cheese"
    assert caught.value.next_step == f"The whole story is in {tmp_path / '.jupyter' / 'server.log'}"


def test_the_command_refuses_a_taken_port_before_it_does_anything(
    small_course: Course, tmp_path: Path, taken_port: int
) -> None:
    done = small_course.run("autograder", "learn", "--port", str(taken_port), "--folder", str(tmp_path / "work"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Port {taken_port} is in use.\nChoose another one: make learn PORT={taken_port + 1}\n"
    assert not (tmp_path / "work").exists()


def test_a_folder_that_can_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".jupyter").touch()  # a file where the folder has to be: not even root can write there
    with pytest.raises(CourseError, match=".jupyter.* can't be written: .*\nGive yourself permission"):
        open_lab(tmp_path, a_free_port(), "none")


# The whole way: open, look, close


class Session:
    """An `autograder learn` in a terminal of its own."""

    def __init__(self, course: Course, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "autograder", "learn", "--browser", "none", "--port", str(a_free_port())]
        self.process = subprocess.Popen(
            [*command, "--folder", str(folder)],
            cwd=course.root,
            env=course.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.printed: list[str] = []
        for line in self.process.stdout:
            self.printed.append(line)
            if "Ctrl-C" in line:
                break
        found = re.search(r"(http://\S+?)/course\?token=(\w+)", "".join(self.printed))
        assert found, "".join(self.printed)
        self.address, self.token = found.groups()

    def get(self, path: str, *, token: bool = True) -> str:
        return self.ask(urllib.request.Request(f"{self.address}{path}"), token=token)

    def ask(self, request: urllib.request.Request, *, token: bool = True) -> str:
        if token:
            request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.read().decode())

    def start_kernel(self) -> None:
        self.ask(urllib.request.Request(f"{self.address}/api/kernels", data=b"{}", method="POST"))

    def processes(self) -> list[str]:
        """The command lines of every process that knows this session's folder: the server and its kernels."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    environment = (entry / "environ").read_bytes()
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                except OSError:
                    continue
                if str(self.folder).encode() in environment:
                    found.append(command)
        return found

    def end(self, how: signal.Signals) -> str:
        """Sends a signal as a terminal does, to everything in it; what is printed from then on."""
        os.killpg(self.process.pid, how)
        assert self.process.stdout is not None
        rest = self.process.stdout.read()
        self.process.wait(30)
        return rest


@pytest.fixture
def open_session(small_course: Course, tmp_path: Path) -> Iterator[Callable[[], Session]]:
    sessions: list[Session] = []

    def start() -> Session:
        sessions.append(Session(small_course, tmp_path / "work"))
        return sessions[-1]

    yield start
    for session in sessions:
        if session.process.poll() is None:
            session.end(signal.SIGTERM)


@needs_signals
def test_learn_serves_the_course_page_behind_its_token_and_ctrl_c_closes_it_cleanly(
    open_session: Callable[[], Session],
) -> None:
    session = open_session()
    assert "".join(session.printed).startswith("01-first/01-sums is ready\nGroundwork is open at\n")
    assert "Begin with" in session.get("/course")
    at_the_door = session.get("/course", token=False)
    assert "Begin with" not in at_the_door and "token" in at_the_door
    with pytest.raises(urllib.error.HTTPError, match="404"):
        session.get("/formgrader/manage_assignments")
    session.start_kernel()
    if Path("/proc/self/environ").exists():
        assert any("ipykernel" in command for command in session.processes())

    assert session.end(signal.SIGINT).strip() == "Closed. What you wrote is kept; `make learn` opens it again."
    assert session.process.returncode == 0
    with pytest.raises(urllib.error.URLError, match="refused"):
        session.get("/course")
    if Path("/proc/self/environ").exists():
        assert session.processes() == []
    assert (session.folder / "01-first" / "01-sums.ipynb").is_file()


@needs_signals
def test_a_closed_terminal_closes_the_server_and_a_broken_syllabus_is_a_sentence_on_the_page(
    small_course: Course, open_session: Callable[[], Session]
) -> None:
    session = open_session()
    syllabus = small_course.root / "curriculum" / "syllabus.toml"
    syllabus.write_text(
        syllabus.read_text(encoding="utf-8").replace('status = "ready"', "status = ready"), encoding="utf-8"
    )
    with pytest.raises(urllib.error.HTTPError) as broken:
        session.get("/course")
    said = broken.value.read().decode()
    assert f"{syllabus} is not valid TOML" in said and "Traceback" not in said

    os.killpg(session.process.pid, signal.SIGHUP)
    session.process.wait(30)
    with pytest.raises(urllib.error.URLError, match="refused"):
        session.get("/course")
