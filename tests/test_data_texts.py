"""The shipped texts, names and word vectors are what their cards say."""

import numpy as np
import pandas as pd
import pytest

from autograder import datasets


@pytest.fixture(scope="module")
def snippets() -> dict[str, pd.DataFrame]:
    return datasets.load("movie_snippets")


@pytest.fixture(scope="module")
def glove() -> datasets.WordVectors:
    return datasets.load("glove_10k")


@pytest.mark.parametrize(
    ("name", "rows", "positive", "neutral", "repeated", "fewest", "most", "all_ratings"),
    [("movies", 10_605, 5_242, 37, 2, 15, 29, 198_810), ("amazon", 3_708, 2_128, 98, 11, 20, 20, 74_160)],
)
def test_the_sentences_are_rated_as_the_card_says(
    snippets: dict[str, pd.DataFrame],
    name: str,
    rows: int,
    positive: int,
    neutral: int,
    repeated: int,
    fewest: int,
    most: int,
    all_ratings: int,
) -> None:
    frame = snippets[name]
    assert [str(dtype) for dtype in frame.dtypes] == ["str", "str", "float64", "str"]
    assert len(frame) == rows
    assert not frame.isna().any(axis=None)
    assert frame["id"].is_unique
    assert frame["text"].str.strip().ne("").all()
    assert frame["text"].duplicated().sum() == repeated
    assert [(frame["rating"] > 0).sum(), (frame["rating"] == 0).sum()] == [positive, neutral]
    numbers = frame["ratings"].str.split(expand=True).astype(float)
    assert numbers.count(axis=1).agg(["min", "max", "sum"]).tolist() == [fewest, most, all_ratings]
    assert numbers.stack().dropna().between(-4, 4).all()
    assert np.allclose(numbers.mean(axis=1), frame["rating"], atol=6e-5)


def test_an_address_in_a_review_is_masked(snippets: dict[str, pd.DataFrame]) -> None:
    assert snippets["amazon"]["text"].str.contains("[e-mail]", regex=False).sum() == 1


def test_the_plays_are_plain_text_and_long_enough_to_learn_from() -> None:
    plays = datasets.load("shakespeare")
    assert len(plays) == 9
    assert all(text.isascii() and "\r" not in text for text in plays.values())
    assert all(90_000 < len(text) < 180_000 for text in plays.values())
    assert "Gutenberg" not in "".join(plays.values())
    assert "To be, or not to be" in plays["hamlet"]
    assert "MACBETH." in plays["macbeth"]


def test_nan_is_a_name() -> None:
    names = datasets.load("census_names")
    assert names.shape == (5_163, 2)
    assert [str(dtype) for dtype in names.dtypes] == ["str", "float64"]
    assert {"Nan", "Na"} <= set(names["name"])
    assert names["name"].is_unique
    assert names["name"].str.fullmatch("[A-Z][a-z]{1,10}").all()
    assert names["percent"].is_monotonic_decreasing
    assert names["percent"].sum() == pytest.approx(90, abs=0.01)


def test_every_year_has_its_address() -> None:
    addresses = datasets.load("sotu")
    assert [str(dtype) for dtype in addresses.dtypes] == ["int64", "str", "str", "str"]
    assert addresses["year"].tolist() == sorted([*range(1946, 2022), 1953, 1961])
    assert addresses["president"].nunique() == 14
    assert addresses["party"].value_counts().to_dict() == {"Republican": 40, "Democratic": 38}
    assert addresses["text"].is_unique
    assert addresses["text"].str.split().str.len().agg(["min", "max"]).tolist() == [1_649, 33_558]
    assert addresses["text"].str.contains(r"[(\[](?i:applause|laughter)").sum() == 34


def test_the_vectors_have_their_shape_and_words(glove: datasets.WordVectors) -> None:
    assert glove.vectors.shape == (10_000, 100)
    assert glove.vectors.dtype == np.float32
    assert np.isfinite(glove.vectors).all()
    assert len(set(glove.words)) == 10_000
    assert glove.words[0] == "the"
    assert all(word == word.lower() for word in glove.words)
    assert {"a", "i", "n't"}.isdisjoint(glove.words)
    assert sum(not any(letter.isalnum() for letter in word) for word in glove.words) == 33


def test_the_vectors_lie_as_the_card_says(glove: datasets.WordVectors) -> None:
    place = {word: number for number, word in enumerate(glove.words)}
    unit = glove.vectors / np.linalg.norm(glove.vectors, axis=1, keepdims=True)

    def of(word: str) -> np.ndarray:
        return glove.vectors[place[word]]

    nearest = np.argsort(-unit @ (of("king") - of("man") + of("woman")))[:2]
    assert [glove.words[number] for number in nearest] == ["king", "queen"]
    towards_she = unit @ (unit[place["she"]] - unit[place["he"]])
    assert towards_she[place["nurse"]] > 0.1
    assert towards_she[[place["captain"], place["engineer"]]].max() < 0
