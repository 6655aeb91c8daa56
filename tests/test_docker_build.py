"""The lesson 06-deployment/08-docker, really built: its solution becomes an image and answers over HTTP.

Debian's buildah builds it without an engine and without a network: the base image is made by mmdebstrap and
carries the tag that the lesson's Dockerfile names, the packages come from a wheelhouse.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
import psutil
import pytest
from nbclient import NotebookClient

from autograder.notebooks import read_notebook
from autograder.syllabus import read_syllabus

pytestmark = [pytest.mark.build, pytest.mark.slow]

ARCHIVE = "python-3.11-bookworm.tar.gz"
BASE = "docker.io/library/python:3.11-slim"
BASE_DOCKERFILE = f"""\
FROM scratch
ADD {ARCHIVE} /
RUN ln -s python3 /usr/bin/python && rm /usr/lib/python3.11/EXTERNALLY-MANAGED
"""
BIRD = {"bill_length_mm": 47.5, "bill_depth_mm": 15.0, "flipper_length_mm": 217.0, "body_mass_g": 5050.0}


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """What a command prints; if it fails, the test fails with what it said."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-3000:]
        pytest.fail(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{said}", pytrace=False)
    return done.stdout.strip()


@dataclass(frozen=True)
class Buildah:
    """buildah with a store of its own, so that nothing of the test stays on the machine."""

    program: Path
    store: Path

    def __call__(self, command: str, *arguments: str | Path) -> str:
        return run(*self.command(command, *arguments))

    def command(self, command: str, *arguments: str | Path) -> list[str | Path]:
        where = ["--root", self.store / "root", "--runroot", self.store / "run", "--storage-driver", "vfs"]
        isolation = ["--isolation", "chroot"] if command in {"bud", "run"} else []
        return [self.program, *where, command, *isolation, *arguments]


@pytest.fixture(scope="module")
def buildah(needs_buildah: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buildah]:
    if os.geteuid() != 0:
        sentence = "building an image without an engine needs root; run it with: sudo make test"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(sentence)
    buildah = Buildah(needs_buildah, tmp_path_factory.mktemp("store"))
    yield buildah
    shutil.rmtree(buildah.store)  # about a gigabyte


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the lesson's solution leaves behind."""
    syllabus = read_syllabus()
    notebook = read_notebook(syllabus.notebook_path(syllabus.lesson("06-deployment/08-docker")))
    folder = tmp_path_factory.mktemp("lesson")
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}})
    client.execute(env={**os.environ, "CI": "true"})  # the lesson itself is not to build
    return folder / "penguin-service"


@pytest.fixture(scope="module")
def base_image(buildah: Buildah, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small Debian with Python 3.11 under the name of the official image."""
    context = tmp_path_factory.mktemp("base")
    shutil.copy(root_file_system(), context / ARCHIVE)
    (context / "Dockerfile").write_text(BASE_DOCKERFILE, encoding="utf-8")
    buildah("bud", "--pull-never", "--tag", BASE, context)
    return BASE


def root_file_system() -> Path:
    """The packed root file system; made once, and kept in the user's cache."""
    archive = platformdirs.user_cache_path("groundwork", ensure_exists=True) / ARCHIVE
    if not archive.is_file():
        part = archive.with_name(f"{os.getpid()}.{archive.name}")
        try:
            run(
                "mmdebstrap",
                "--quiet",
                "--variant=minbase",
                "--include=python3,python3-venv,python3-pip",
                "bookworm",
                part,
            )
            part.replace(archive)
        finally:
            part.unlink(missing_ok=True)
    return archive


@pytest.fixture(scope="module")
def wheelhouse(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheels of the lesson's pinned requirements, for the Python of the base image."""
    folder = tmp_path_factory.mktemp("wheels")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    only = ["--only-binary=:all:", "--python-version=3.11"]
    run(*pip, *only, f"--dest={folder}", f"--requirement={project / 'requirements.txt'}")
    return folder


@pytest.fixture(scope="module")
def image(buildah: Buildah, base_image: str, project: Path, wheelhouse: Path) -> str:
    offline = "PIP_ARGS=--no-index --find-links=/wheels"
    lent = f"{wheelhouse}:/wheels:ro"
    options = ["--pull-never", "--format", "docker", "--volume", lent, "--build-arg", offline]
    buildah("bud", *options, "--tag", "penguin-service", project)
    return "penguin-service"


@pytest.fixture(scope="module")
def container(buildah: Buildah, image: str) -> str:
    return buildah("from", "--pull-never", image)


@pytest.fixture(scope="module")
def settings(buildah: Buildah, image: str) -> dict[str, Any]:
    """What the image says about how it is started."""
    found: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", image))["Docker"]["config"]
    return found


@dataclass(frozen=True)
class Service:
    process: subprocess.Popen[bytes]
    port: int

    def ask(self, path: str, body: object = None) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=data, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)

    @property
    def server(self) -> psutil.Process:
        """uvicorn itself, below buildah's own processes."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        return next(process for process in family if any("uvicorn" in word for word in process.cmdline()[:3]))


@pytest.fixture
def service(buildah: Buildah, container: str, settings: dict[str, Any]) -> Iterator[Service]:
    """The image's own command, started; chroot isolation shares the host's network, so it gets a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(port) if word == "8000" else word for word in settings["Cmd"]]
    process = subprocess.Popen(
        buildah.command("run", container, "--", *command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    service = Service(process, port)
    try:
        wait_until_it_listens(service)
        yield service
    finally:
        for child in [*psutil.Process(process.pid).children(recursive=True)] if process.poll() is None else []:
            child.kill()
        process.kill()
        process.wait()


def wait_until_it_listens(service: Service, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if service.process.poll() is not None:
            pytest.fail(f"the container ended by itself with {service.process.returncode}", pytrace=False)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", service.port)) == 0:
                return
        time.sleep(0.05)  # a port has no event to wait for
    pytest.fail(f"the container did not listen within {seconds:.0f} s", pytrace=False)


def test_the_container_answers_over_http(service: Service) -> None:
    assert service.ask("/health") == (200, {"status": "ok"})
    status, answer = service.ask("/predict", BIRD)
    assert (status, answer["species"]) == (200, "Gentoo")
    assert sum(answer["probabilities"].values()) == pytest.approx(1)
    assert service.ask("/predict", {**BIRD, "body_mass_g": -1})[0] == 422


def test_the_service_does_not_run_as_root(service: Service, settings: dict[str, Any]) -> None:
    assert set(service.server.uids()) == {10001}
    assert settings["User"] == "10001"


def test_the_health_check_tells_a_live_service_from_a_dead_one(
    buildah: Buildah, container: str, settings: dict[str, Any], service: Service
) -> None:
    kind, *words = settings["Healthcheck"]["Test"]
    assert kind == "CMD"
    check = [word.replace(":8000", f":{service.port}") for word in words]
    run(*buildah.command("run", container, "--", *check))
    service.server.terminate()
    service.process.wait(timeout=8)
    dead = subprocess.run(buildah.command("run", container, "--", *check), capture_output=True, check=False)
    assert dead.returncode != 0


def test_the_server_stops_when_it_is_asked_to(service: Service) -> None:
    asked = time.monotonic()
    service.server.terminate()
    service.process.wait(timeout=8)
    assert time.monotonic() - asked < 8


def test_the_image_holds_the_service_and_nothing_else(buildah: Buildah, container: str) -> None:
    root = Path(buildah("mount", container))
    assert {path.name for path in (root / "srv").iterdir() if path.name != "__pycache__"} == {"app.py", "model.json"}
    packages = {path.name for path in (root / "opt/venv/lib/python3.11/site-packages").iterdir()}
    assert {"fastapi", "uvicorn"} <= packages
    assert not packages & {"numpy", "scipy", "sklearn", "pandas"}
    for name in (".env", "penguins.csv", "train.ipynb", "requirements.txt"):
        assert not list((root / "srv").rglob(name)) and not (root / name).exists() and not (root / "build").exists()


def test_the_single_stage_dockerfile_builds_too(
    buildah: Buildah, base_image: str, project: Path, tmp_path: Path, wheelhouse: Path
) -> None:
    told = tmp_path / "pip.conf"
    told.write_text("[global]\nno-index = true\nfind-links = /wheels\n", encoding="utf-8")
    lent = ["--volume", f"{wheelhouse}:/wheels:ro", "--volume", f"{told}:/etc/pip.conf:ro"]
    buildah("bud", "--pull-never", *lent, "--file", project / "Dockerfile.single", "--tag", "single", project)
