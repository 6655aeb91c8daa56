"""The page about the data shows every set, and is the one that the cards give."""

from pathlib import Path

import pytest

from autograder import datasets
from autograder.datasets.page import CAPTIONS, datasets_page

DOCS = Path(__file__).resolve().parent.parent / "docs"


def test_the_page_is_as_the_cards_have_it() -> None:
    stored = (DOCS / "datasets.md").read_text(encoding="utf-8")
    assert stored == datasets_page(), "write it again with: autograder datasets --page"


def test_every_set_and_nothing_else_has_a_caption() -> None:
    assert set(CAPTIONS) == {*datasets.names(), "garment_scenes", "drift_stream"}


def test_a_link_of_the_page_leads_somewhere() -> None:
    page = datasets_page()
    for name in datasets.names():
        assert f"](../datasets/{name}/card.md)" in page
    assert (DOCS / "../datasets/LICENSES.md").is_file()


@pytest.mark.parametrize("name", sorted(CAPTIONS))
def test_a_picture_is_there_and_small(name: str) -> None:
    picture = DOCS / "images" / "datasets" / f"{name}.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size <= 30_000
