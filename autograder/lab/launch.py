"""Opens JupyterLab on the learner's working copies, with the start page first and the noise switched off."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path
from typing import Final

from autograder.errors import CourseError
from autograder.lab.page import ADDRESS

FIRST_PORT: Final = 8888
_SERVER: Final = {
    "ServerApp": {
        "jpserver_extensions": {
            "autograder.lab": True,
            "nbgrader.server_extensions.formgrader": False,
            "nbgrader.server_extensions.course_list": False,
            "nbgrader.server_extensions.assignment_list": False,
        }
    }
}
_PAGE: Final = {
    "disabledExtensions": {
        "@jupyterlab/apputils-extension:announcements": True,
        "@jupyter/nbgrader:formgrader": True,
        "@jupyter/nbgrader:course-list": True,
        "@jupyter/nbgrader:assignment-list": True,
        "@jupyter/nbgrader:create-assignment": True,
        "@jupyter/nbgrader:menu": True,
    }
}
_SETTINGS: Final = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "defer"},
}


def free_port(wanted: int | None) -> int:
    """The wanted port, or the first free one from 8888 on.

    Raises CourseError when the wanted one is in use.
    """
    candidates = [wanted] if wanted is not None else range(FIRST_PORT, FIRST_PORT + 50)
    for port in candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OverflowError:
                raise CourseError(
                    f"{port} is not a port.", "Choose one from 1024 to 65535: make learn PORT=8890"
                ) from None
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
    return configuration


def open_lab(folder: Path, port: int | None, browser: str) -> int:
    """Serves until interrupted; the server's exit code.

    browser: `none` prints the address only, anything else opens the machine's browser as well.
    """
    port, token = free_port(port), secrets.token_hex(16)
    paths = [str(write_configuration(folder)), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.root_dir={folder}"),
            *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"),
            *(f"--IdentityProvider.token={token}", f"--LabApp.default_url={ADDRESS}", "--ServerApp.log_level=WARN"),
            *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        ],
        env={
            **os.environ,
            "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / ".jupyter" / "settings"),
        },
    )
    address = f"http://127.0.0.1:{port}{ADDRESS}?token={token}"
    threading.Thread(target=_announce, args=(server, port, address, browser), daemon=True).start()
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        print("Closed. What you wrote is kept; `make learn` opens it again.")
        return 0


def _announce(server: subprocess.Popen[bytes], port: int, address: str, browser: str) -> None:
    while server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    else:
        return
    print(f"Groundwork is open at\n\n    {address}\n\nPress Ctrl-C here to close it.", flush=True)
    if browser != "none":
        webbrowser.open(address)
