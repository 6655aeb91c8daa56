"""A lesson as the learner gets it, made by nbgrader's own preprocessors under `nbgrader_config.py`."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from autograder.answers import STUB_COMMENT
from autograder.errors import CourseError

if TYPE_CHECKING:
    from nbformat import NotebookNode


def student_version(notebook: NotebookNode) -> NotebookNode:
    """A copy with solutions replaced by stubs, outputs cleared, given cells locked and checksums taken.

    The same steps as `nbgrader generate_assignment`, without its gradebook. Raises CourseError when nbgrader
    can't take the notebook, such as one whose metadata was never put in.
    """
    from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, ClearSolutions, ComputeChecksums, LockCells
    from traitlets.config import Config

    config = Config()
    config.ClearSolutions.code_stub = {"python": f"{STUB_COMMENT}\n..."}
    result = copy.deepcopy(notebook)
    resources: dict[str, str] = {}
    try:
        for step in (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums):
            result, resources = step(config=config).preprocess(result, resources)
    except (RuntimeError, ValueError) as error:
        raise CourseError(f"nbgrader can't take this lesson: {error}", "Its author runs `make lessons`.") from None
    return result
