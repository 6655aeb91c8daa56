"""The learner's desk: working copies, the start page, and JupyterLab around them."""

from autograder.lab.page import _jupyter_server_extension_points, _load_jupyter_server_extension

__all__ = ["_jupyter_server_extension_points", "_load_jupyter_server_extension"]
