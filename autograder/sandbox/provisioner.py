"""Jupyter kernels as forks of a process that has the libraries imported: `import torch` takes no time.

Chosen with JUPYTER_DEFAULT_PROVISIONER_NAME=groundwork-fork. Kernels of other languages or other Pythons, kernels
whose environment differs in what a process reads when it starts, and all kernels where forks are missing (Windows)
or unsafe (macOS) are started as Jupyter always does. Packages that are installed while the server runs are seen by
new kernels only where nothing of them was imported before: restart JupyterLab after a change.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path
from typing import IO, Any, Final

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from autograder.sandbox import kernels

MOST_SECONDS_TO_LOAD: Final = 60.0
_POLL_SECONDS: Final = 0.02
_OUTPUTS: Final = (("stdout", 1), ("stderr", 2))


class ForkProvisioner(LocalProvisioner):
    """Starts kernels as forks where that is possible; everything else is the local provisioner's."""

    process: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Forks a kernel, or starts it as a process of its own; its connection, either way."""
        arguments = kernels.arguments_of(cmd)
        piped = {kwargs.get("stdout"), kwargs.get("stderr")} & {subprocess.PIPE, subprocess.STDOUT}
        if arguments is None or piped or not kernels.is_possible():
            return await super().launch_kernel(cmd, **kwargs)
        # Loading has begun with JupyterLab, and takes longer than a kernel: who comes early need not wait for it.
        early = kernels.server.cache_info().currsize > 0
        server = kernels.server()
        environment = {**(kwargs.get("env") or os.environ), "JPY_PARENT_PID": str(os.getpid())}
        if not (kernels.starts_alike(server.environment, environment) and await _is_ready(server, early)):
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = kwargs.get("cwd") or Path.cwd()
        with Path(os.devnull).open("wb") as nothing:
            out, err = (_descriptor(kwargs.get(name), number, nothing) for name, number in _OUTPUTS)
            try:
                self.process = server.fork(arguments, str(Path(self.cwd).resolve()), environment, out, err)
            except OSError as error:
                self.log.warning("A kernel is started without the fork server: %s", error)
                return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        return self.connection_info


async def _is_ready(server: kernels.KernelServer, early: bool) -> bool:
    left = 0.0 if early else MOST_SECONDS_TO_LOAD
    while not server.ready() and left > 0 and server.of_use:
        await asyncio.sleep(_POLL_SECONDS)
        left -= _POLL_SECONDS
    return server.ready() and server.of_use


def _descriptor(given: Any, number: int, nothing: IO[bytes]) -> int:
    """The descriptor that a process started by Popen would get."""
    if given is None:
        return number
    if given == subprocess.DEVNULL:
        return nothing.fileno()
    return given if isinstance(given, int) and given >= 0 else int(given.fileno())


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(_server: Any) -> None:
    """Begins to load when JupyterLab does, so that the first notebook finds it done."""
    if kernels.is_possible():
        kernels.server()
