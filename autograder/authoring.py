"""The author's desk: marks, runs and stores lessons, so that what is in git is what a reader sees."""

from __future__ import annotations

import base64
import io
import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.errors import CourseError
from autograder.notebooks import mark, normalise, read_notebook, write_notebook
from autograder.spec import load_spec

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def store_lesson(notebook_path: Path) -> None:
    """Puts nbgrader's metadata in, executes the notebook in an empty folder, and stores its normalised outputs.

    Raises CourseError, and leaves the file as it was, when a cell raises.
    """
    notebook = read_notebook(notebook_path)
    mark(notebook, load_spec(notebook_path.with_suffix(".py")))
    normalise(notebook)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}})
        try:
            client.execute(
                env={
                    **os.environ,
                    **ONE_THREAD,
                    "GROUNDWORK_JOURNAL": "off",
                    "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
                }
            )
        except CellExecutionError as error:
            raise CourseError(
                f"{notebook_path.name}: a cell raises {error.ename}: {error.evalue}",
                "Run the lesson in JupyterLab to see where.",
            ) from None
        except (CellTimeoutError, DeadKernelError) as error:
            raise CourseError(
                f"{notebook_path.name} can't be run to its end: {str(error).strip().splitlines()[0]}",
                "Run the lesson in JupyterLab to see where.",
            ) from None
    normalise(notebook)
    make_pictures_small(notebook)
    nbformat.validate(notebook)
    write_notebook(notebook, notebook_path)


def make_pictures_small(notebook: NotebookNode) -> None:
    """Stores each picture with a palette of its 256 best colours, which nobody sees, where that is smaller."""
    from PIL import Image

    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        stored = output.get("data", {}).get("image/png")
        if stored is None:
            continue
        picture = Image.open(io.BytesIO(base64.b64decode(stored)))
        if picture.mode == "P" or picture.convert("RGBA").getchannel("A").getextrema() != (255, 255):
            continue  # it has one, or one can see through it
        small = io.BytesIO()
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        encoded = base64.b64encode(small.getvalue()).decode() + "\n"
        if len(encoded) < len(stored):
            output["data"]["image/png"] = encoded


def normalise_file(path: Path) -> bool:
    """Normalises a stored notebook in place; whether anything had to change."""
    notebook = read_notebook(path)
    before = path.read_text(encoding="utf-8")
    normalise(notebook)
    if nbformat.writes(notebook) + "\n" == before:
        return False
    write_notebook(notebook, path)
    return True
