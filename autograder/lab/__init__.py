"""The learner's desk: working copies, the course page, and JupyterLab around them."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "autograder.lab"}]


def _load_jupyter_server_extension(server: Any) -> None:
    from autograder.lab.handlers import load

    load(server)
