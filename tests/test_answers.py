"""Finding an answer: what counts as one, and what to say while there is none."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from autograder.answers import STUB_COMMENT, Found, Missing, does_nothing, find_answer, has_stub, source_of
from autograder.exercise import Choice, Exercise


def exercise(name: str = "mean", **options: Any) -> Exercise:
    made = Exercise(concepts=[], minutes=1, **options)
    made.id = name
    return made


def reason(made: Exercise, names: dict[str, Any], folder: Path) -> str:
    found = find_answer(made, names, folder)
    assert isinstance(found, Missing)
    return found.reason


def answer(made: Exercise, names: dict[str, Any], folder: Path) -> Found:
    found = find_answer(made, names, folder)
    assert isinstance(found, Found)
    return found


@pytest.fixture
def notebook() -> Iterator[InteractiveShell]:
    """A notebook's own interpreter, in which cells can be run."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(user_ns={"__name__": "__main__"})
    yield shell
    InteractiveShell.clear_instance()


def test_a_missing_name_is_told_where_to_write_it(tmp_path: Path) -> None:
    assert reason(exercise(), {}, tmp_path).startswith("There is no `mean` yet. Write your answer in the cell above")


def test_a_missing_choice_is_shown_how_to_write_it(tmp_path: Path) -> None:
    choice = Choice(correct="a", distractors={"b": "no"})
    choice.id = "warmup"
    assert 'Write it as warmup = "…".' in reason(choice, {}, tmp_path)


def test_the_first_missing_of_several_names_is_told(tmp_path: Path) -> None:
    made = exercise(names=["encode", "decode"])
    assert "There is no `decode` yet." in reason(made, {"encode": len}, tmp_path)


def test_several_names_make_one_answer(tmp_path: Path) -> None:
    found = answer(exercise(names=["low", "high"]), {"low": 1, "high": 2, "other": 3}, tmp_path).answer
    assert vars(found) == {"low": 1, "high": 2}


@pytest.mark.parametrize("value", [0, None, "", [], False, np.zeros(3), torch.zeros(0)], ids=str)
def test_an_empty_value_is_an_answer(value: Any, tmp_path: Path) -> None:
    assert answer(exercise(), {"mean": value}, tmp_path).answer is value


def test_the_three_dots_are_no_answer(tmp_path: Path) -> None:
    assert "`mean` is still the three dots." in reason(exercise(), {"mean": ...}, tmp_path)


def only_dots(row: list[float]) -> float: ...  # type: ignore[empty-body]


def only_text(row: list[float]) -> float:  # type: ignore[empty-body]
    """The mean."""


def only_pass(row: list[float], factor: float = 2.0) -> None:
    pass


def with_a_closure() -> Any:
    outer = 1

    def mean(row: list[float]) -> int:
        """Uses what is around it."""
        return outer

    return mean


class Empty:
    """Nothing yet."""


class EmptyDots: ...


class OwnError(ValueError):
    pass


@dataclass
class Point:
    x: float


@pytest.mark.parametrize("stub", [only_dots, only_text, only_pass, Empty, EmptyDots], ids=lambda stub: stub.__name__)
def test_a_body_without_a_step_is_no_answer(stub: Any, tmp_path: Path) -> None:
    assert "`mean` does nothing yet." in reason(exercise(), {"mean": stub}, tmp_path)


@pytest.mark.parametrize(
    "given",
    [
        lambda row: 0,
        lambda row: row,
        lambda row: (),
        with_a_closure(),
        len,
        functools.partial(pow, 2),
        OwnError,
        Point,
        np.mean,
        torch.nn.Linear,
    ],
    ids=["constant", "argument", "empty", "closure", "builtin", "partial", "error", "dataclass", "library", "module"],
)
def test_a_body_with_a_step_is_an_answer(given: Any, tmp_path: Path) -> None:
    assert not does_nothing(given)
    assert answer(exercise(), {"mean": given}, tmp_path).answer is given


# The stub's lines


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{STUB_COMMENT}\n...\n", True),
        (f"def mean(row):\n    {STUB_COMMENT}\n    ...\n", True),
        (f"{STUB_COMMENT}\nreturn 3\n", False),
        ("...\n", False),
        (f"x = 1\n{STUB_COMMENT}", False),
        ("", False),
    ],
)
def test_a_stub_is_its_comment_and_the_dots_below(text: str, left: bool) -> None:
    assert has_stub(text) is left


def test_a_cell_of_a_notebook_that_still_holds_the_stub_is_noticed(notebook: InteractiveShell, tmp_path: Path) -> None:
    notebook.run_cell(f"def mean(row):\n    n = len(row)\n    {STUB_COMMENT}\n    ...\n")
    assert answer(exercise(), notebook.user_ns, tmp_path).stub_left


def test_a_class_with_a_stub_in_one_of_its_methods_is_noticed(notebook: InteractiveShell, tmp_path: Path) -> None:
    notebook.run_cell(
        "class mean:\n    def __init__(self, row):\n        self.row = row\n\n"
        f"    def of(self):\n        {STUB_COMMENT}\n        ...\n"
    )
    assert answer(exercise(), notebook.user_ns, tmp_path).stub_left


def test_a_decorated_function_with_a_stub_is_noticed(notebook: InteractiveShell, tmp_path: Path) -> None:
    notebook.run_cell(f"from functools import lru_cache\n\n@lru_cache\ndef mean(row):\n    {STUB_COMMENT}\n    ...\n")
    assert answer(exercise(), notebook.user_ns, tmp_path).stub_left


def test_a_stub_in_another_cell_is_not_this_answers(notebook: InteractiveShell, tmp_path: Path) -> None:
    notebook.run_cell(f"def other(row):\n    {STUB_COMMENT}\n    ...\n")
    notebook.run_cell("def mean(row):\n    return sum(row) / len(row)\n")
    assert not answer(exercise(), notebook.user_ns, tmp_path).stub_left


def test_the_latest_version_of_a_cell_counts(notebook: InteractiveShell, tmp_path: Path) -> None:
    notebook.run_cell(f"def mean(row):\n    n = len(row)\n    {STUB_COMMENT}\n    ...\n")
    notebook.run_cell("def mean(row):\n    return 1\n")
    assert not answer(exercise(), notebook.user_ns, tmp_path).stub_left


def test_the_text_of_a_cell_is_found(notebook: InteractiveShell) -> None:
    source = "import math\n\ndef mean(row):\n    return math.fsum(row)\n"
    notebook.run_cell(source)
    assert source_of(notebook.user_ns["mean"]) == source


def test_a_value_has_no_text() -> None:
    assert source_of(3) == source_of(len) == source_of(np.zeros(3)) == ""


# Files


@pytest.fixture
def dockerfile() -> Exercise:
    return exercise("image", file="Dockerfile")


def test_a_missing_file_is_told(dockerfile: Exercise, tmp_path: Path) -> None:
    assert reason(dockerfile, {}, tmp_path).startswith("There is no file `Dockerfile` yet.")


def test_a_folder_in_place_of_the_file_is_no_answer(dockerfile: Exercise, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").mkdir()
    assert "There is no file" in reason(dockerfile, {}, tmp_path)


def test_an_empty_file_is_no_answer(dockerfile: Exercise, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("\n  \n")
    assert reason(dockerfile, {}, tmp_path).startswith("The file `Dockerfile` is empty.")


def test_the_text_of_the_file_is_the_answer(dockerfile: Exercise, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python\n")
    assert answer(dockerfile, {}, tmp_path) == Found("FROM python\n")


def test_a_file_that_still_holds_the_stub_is_noticed(dockerfile: Exercise, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"{STUB_COMMENT}\n...\n")
    assert answer(dockerfile, {}, tmp_path).stub_left


def test_a_file_that_is_not_text_can_still_be_read(dockerfile: Exercise, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"FROM \xff\n")
    assert answer(dockerfile, {}, tmp_path).answer == "FROM \ufffd\n"
