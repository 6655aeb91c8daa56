"""Other JupyterLabs that are open on the same folder."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_server.serverapp import list_running_servers


def open_elsewhere(folder: Path) -> str:
    """The address of another server on this folder, as `127.0.0.1:8889`; empty when there is none.

    It is read from the notes that every Jupyter server leaves for others; without readable notes there is none.
    """
    try:
        for server in list_running_servers():
            same = Path(str(server.get("root_dir", ""))).resolve() == folder.resolve()
            if same and server.get("pid") != os.getpid():
                return str(server.get("url", "")).partition("//")[2].strip("/")
    except OSError:
        return ""
    return ""
