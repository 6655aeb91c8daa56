"""Opens JupyterLab on the learner's working copies, with the course page first and the noise switched off."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

from autograder.errors import CourseError
from autograder.lab.page import ADDRESS

FIRST_PORT: Final = 8888
_PROVISIONER: Final = "groundwork-fork"
"""Of kernels: they are forks of a process with the libraries imported, and `import torch` takes no time."""
_KERNELS: Final = "share"
_FIRST_AID: Final = "autograder.first_aid"
_SERVER: Final = {
    "ServerApp": {
        "jpserver_extensions": {
            "autograder.lab": True,
            "autograder.sandbox.provisioner": True,
            "nbgrader.server_extensions.formgrader": False,
            "nbgrader.server_extensions.course_list": False,
            "nbgrader.server_extensions.assignment_list": False,
            "nbdime": False,
        }
    },
    "LabApp": {"extra_labextensions_path": [str(Path(__file__).with_name("labextension"))]},
}
_PAGE: Final = {
    "disabledExtensions": {
        "@jupyterlab/apputils-extension:announcements": True,
        "@jupyter/nbgrader:formgrader": True,
        "@jupyter/nbgrader:course-list": True,
        "@jupyter/nbgrader:assignment-list": True,
        "@jupyter/nbgrader:create-assignment": True,
        "@jupyter/nbgrader:menu": True,
        "nbdime-jupyterlab": True,
    }
}
_SETTINGS: Final = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "defer"},
    "@jupyterlab/notebook-extension:panel": {
        "toolbar": [{"name": "course", "command": "groundwork:course", "rank": 1}],
    },
}


def free_port(wanted: int | None) -> int:
    """The wanted port, or the first free one from 8888 on.

    Raises CourseError when the wanted one is in use, or none that may be used.
    """
    if wanted is not None and not 1024 <= wanted <= 65535:
        raise CourseError(f"{wanted} is not a port to serve on.", "Choose one from 1024 to 65535: make learn PORT=8890")
    candidates = [wanted] if wanted is not None else range(FIRST_PORT, FIRST_PORT + 50)
    for port in candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    if wanted is not None:
        raise CourseError(f"Port {wanted} is in use.", f"Choose another one: make learn PORT={wanted + 1}")
    raise CourseError("No port from 8888 to 8937 is free.", "Choose one yourself: make learn PORT=9000")


def write_configuration(folder: Path) -> Path:
    """Writes what JupyterLab must know into `folder/.jupyter`; its path, for JUPYTER_CONFIG_PATH."""
    configuration = folder / ".jupyter"
    (configuration / "labconfig").mkdir(parents=True, exist_ok=True)
    for name, content in {
        "jupyter_server_config.json": _SERVER,
        "labconfig/page_config.json": _PAGE,
        "labconfig/default_setting_overrides.json": _SETTINGS,
    }.items():
        (configuration / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    _write_kernel(configuration / _KERNELS / "kernels" / "python3")
    return configuration


def _write_kernel(folder: Path) -> None:
    """Jupyter's usual kernel, which also says what to do where a cell was not run."""
    from ipykernel.kernelspec import write_kernel_spec

    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_kernel_spec(str(folder), extra_arguments=[f"--IPKernelApp.extra_extensions={_FIRST_AID}"])


def open_lab(folder: Path, port: int | None, browser: str) -> int:
    """Serves until interrupted; the server's exit code.

    What JupyterLab has to say goes to `.jupyter/server.log`: a learner needs one address, not a protocol.
    browser: `none` prints the address only, anything else opens the machine's browser as well.

    Raises CourseError, with the last lines of that log, when JupyterLab does not start.
    """
    port, token = free_port(port), secrets.token_hex(16)
    try:
        configuration = write_configuration(folder)
    except OSError as error:
        raise CourseError(
            f"{error.filename or folder} can't be written: {error.strerror}.",
            "Give yourself permission to write there, or free some disk space, then run `make learn` again.",
        ) from None
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_PATH": _before(configuration, "JUPYTER_CONFIG_PATH"),
        "JUPYTER_PATH": _before(configuration / _KERNELS, "JUPYTER_PATH"),
        "JUPYTERLAB_SETTINGS_DIR": str(configuration / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(configuration / "workspaces"),
    }
    if entry_points(group="jupyter_client.kernel_provisioners", name=_PROVISIONER):
        environment.setdefault("JUPYTER_DEFAULT_PROVISIONER_NAME", _PROVISIONER)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.root_dir={folder}"),
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"),
        *(f"--IdentityProvider.token={token}", f"--LabApp.default_url={ADDRESS}"),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    _end_as_by_ctrl_c()
    log = configuration / "server.log"
    with log.open("w", encoding="utf-8") as protocol:
        # In a session of its own it does not hear Ctrl-C: it is ended from here, once, and takes its kernels along.
        server = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=protocol,
            stderr=protocol,
            start_new_session=True,
        )
        try:
            if not _answers(server, port):
                last = " ".join(log.read_text(encoding="utf-8").strip().splitlines()[-2:])
                raise CourseError(f"JupyterLab did not start: {last}", f"The whole story is in {log}")
            address = f"http://127.0.0.1:{port}{ADDRESS}?token={token}"
            print(f"Groundwork is open at\n\n    {address}\n\nPress Ctrl-C here to close it.", flush=True)
            if browser != "none":
                webbrowser.open(address)
            return server.wait()
        except KeyboardInterrupt:
            server.terminate()
            server.wait()
            print("\nClosed. What you wrote is kept; `make learn` opens it again.")
            return 0
        finally:
            if server.poll() is None:
                server.terminate()
                server.wait()


def _before(folder: Path, variable: str) -> str:
    """A search path that begins with a folder and goes on as it was."""
    return os.pathsep.join(filter(None, [str(folder), os.environ.get(variable, "")]))


def _end_as_by_ctrl_c() -> None:
    """Makes a closed terminal and a polite kill end things as Ctrl-C does."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    """Waits until the server takes connections; False when it ended instead."""
    while server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False
