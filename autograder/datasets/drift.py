"""Hours of bicycle rental that come in batches and, at known times, begin to differ: for practising monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.errors import CourseError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

WARMTH = 3.0  # how much oftener the warmest hours come after the covariate drift: e³ times the coldest
RUSH_HOURS = (7, 8, 9, 16, 17, 18, 19)
STAY_HOME = 0.4  # the share of rush-hour rentals that the concept drift takes away


@dataclass(frozen=True, eq=False)
class Batch:
    """Some hours: what is known of them (`X`), and how many bicycles were rented (`y`)."""

    number: int
    X: pd.DataFrame
    y: pd.Series[int]


@dataclass(frozen=True, eq=False)
class DriftStream:
    """Batches in the order in which they come, and the truth: each kind of drift's first batch, or None."""

    batches: tuple[Batch, ...]
    truth: dict[str, int | None]


def drift_stream(
    batches: int = 60,
    size: int = 250,
    *,
    covariate_at: int | None = 20,
    concept_at: int | None = 35,
    schema_at: int | None = 50,
    seed: int = 0,
) -> DriftStream:
    """Return batches of `size` hours, the same for the same seed; `None` leaves a kind of drift out.

    The hours are drawn by chance from the whole year of `bike_hourly` (without `casual` and `registered`), so that
    nothing drifts but what is planted. Each drift begins with the batch of its number, counted from 0, and stays:

    covariate  warm hours come oftener; what is rented in an hour of a kind does not change
    concept    on working days four in ten of those who would have rented in the rush hours stay at home; the hours
               themselves do not change
    schema     `temp` comes in °C, `weathersit` is called `weather`, and `windspeed` is text

    Raises CourseError for sizes below 1 and for a drift outside the stream.
    """
    import numpy as np

    from autograder.datasets import load

    truth = {"covariate": covariate_at, "concept": concept_at, "schema": schema_at}
    if batches < 1 or size < 1:
        raise CourseError(f"A stream needs batches and rows, not {batches} of {size}.", "Ask for drift_stream().")
    for kind, at in truth.items():
        if at is not None and not 0 <= at < batches:
            raise CourseError(
                f"The {kind} drift can't begin with batch {at}: there are batches 0 to {batches - 1}.",
                f"Ask for {kind}_at=None to leave it out.",
            )
    hours = load("bike_hourly").drop(columns=["casual", "registered"])
    warmth = np.exp(WARMTH * hours["temp"].to_numpy())
    rng = np.random.default_rng(seed)

    def made(number: int) -> Batch:
        def begun(at: int | None) -> bool:
            return at is not None and number >= at

        rows = rng.choice(len(hours), size, p=warmth / warmth.sum() if begun(covariate_at) else None)
        X = hours.iloc[rows].reset_index(drop=True)
        y = X.pop("bikers")
        staying = _staying_home(rng, X, y)
        if begun(concept_at):
            y = y - staying
        return Batch(number, _respelled(X) if begun(schema_at) else X, y)

    return DriftStream(tuple(made(number) for number in range(batches)), truth)


def _staying_home(rng: np.random.Generator, X: pd.DataFrame, y: pd.Series[int]) -> pd.Series[int]:
    """How many rentals of each hour the concept drift takes away, each by a chance of its own."""
    rush = X["hr"].isin(RUSH_HOURS) & (X["workingday"] == 1)
    stayed: pd.Series[int] = rush * rng.binomial(y.to_numpy(), STAY_HOME)
    return stayed


def _respelled(X: pd.DataFrame) -> pd.DataFrame:
    celsius = (47 * X["temp"] - 8).round(1)
    return X.assign(temp=celsius, windspeed=X["windspeed"].astype("str")).rename(columns={"weathersit": "weather"})
