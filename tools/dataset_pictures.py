"""Draw a small picture of each data set into docs/images/datasets: `python tools/dataset_pictures.py [NAME ...]`."""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from PIL import Image

from autograder import datasets

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images" / "datasets"
FLAT = {"fashion_mnist", "garment_scenes"}
BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"  # told apart by those who can't tell red from green


def main() -> None:
    """Writes NAME.png for each name that is asked for, or for all."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    mpl.use("Agg")
    plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    for name in sys.argv[1:] or PICTURES:
        figure, axes = plt.subplots(figsize=(4.8, 1.7 if name in FLAT else 2.8), layout="constrained")
        loaded = datasets.load(name) if name in datasets.names() else None
        PICTURES[name](axes, loaded)
        drawn = io.BytesIO()
        figure.savefig(drawn, dpi=100)
        # Few colours make a small file, and without the library's version in it, the same picture is the same file.
        Image.open(drawn).convert("RGB").quantize(16 if name in FLAT else 32).save(
            IMAGES / f"{name}.png", optimize=True
        )
        plt.close(figure)


def ab_test(axes: Axes, loaded: Any) -> None:
    visitors = loaded["visitors"]
    truth = loaded["truth"].query("metric == 'revenue' and device == 'all'")
    for place, row in enumerate(truth.itertuples()):
        arms = visitors[visitors["experiment"] == row.experiment].groupby("arm")["revenue"].agg(["mean", "var", "size"])
        found = arms.loc["treatment", "mean"] - arms.loc["control", "mean"]
        half = 1.96 * (arms["var"] / arms["size"]).sum() ** 0.5
        axes.errorbar(found, place, xerr=half, fmt="o", color=BLUE, label="found, 95 % interval" if not place else None)
        axes.plot(row.effect, place, "x", color=ORANGE, markersize=9, label="truth" if not place else None)
    axes.axvline(0, color="grey", linewidth=0.8)
    axes.set(yticks=range(3), yticklabels=truth["experiment"], xlabel="revenue gained for one visitor (EUR)")
    axes.set_ylim(2.5, -0.9)
    axes.legend(loc="upper left", frameon=False, ncols=2)


def acs_employment(axes: Axes, loaded: Any) -> None:
    people = loaded["people"]
    work = people["employed"].groupby(people["AGEP"]).mean()
    axes.plot(work.index, 100 * work, color=BLUE)
    axes.set(xlabel="age", ylabel="at work (%)", ylim=(0, 100))


def ames(axes: Axes, loaded: Any) -> None:
    axes.scatter(loaded["Gr_Liv_Area"] * 0.0929, loaded["Sale_Price"] / 1_000, s=2, color=BLUE, alpha=0.4)
    axes.set(xlabel="living area (m²)", ylabel="price (1,000 US$)")


def bike_hourly(axes: Axes, loaded: Any) -> None:
    for working, label, colour in ((1, "working days", BLUE), (0, "other days", ORANGE)):
        rentals = loaded[loaded["workingday"] == working].groupby("hr")["bikers"].mean()
        axes.plot(rentals.index, rentals, color=colour, label=label)
    axes.set(xlabel="hour", ylabel="mean rentals", xticks=range(0, 24, 4))
    axes.legend(frameon=False)


def birdstrikes(axes: Axes, loaded: Any) -> None:
    counts = loaded["Effect Amount of damage"].value_counts().iloc[:4][::-1]
    axes.bar_label(axes.barh(counts.index, counts, color=BLUE), fmt="{:,.0f}", padding=3)
    axes.set(xlabel="reports", ylabel="damage", xlim=(0, 10_000))


def census_names(axes: Axes, loaded: Any) -> None:
    top = loaded.iloc[:12][::-1]
    axes.barh(top["name"], top["percent"], color=BLUE)
    axes.set(xlabel="% of all people")


def fashion_mnist(axes: Axes, loaded: Any) -> None:
    rows = [loaded.x_train[loaded.y_train == label][:10] for label in (0, 5, 8)]
    axes.imshow(np.vstack([np.hstack(list(row)) for row in rows]), cmap="gray")
    axes.set_axis_off()


def film_ratings(axes: Axes, loaded: Any) -> None:
    ratings = loaded["ratings"]
    counts = ratings["rating"].value_counts().sort_index()
    axes.bar(counts.index, counts, width=0.42, color=BLUE)
    axes.set(xlabel="stars", ylabel="ratings")


def flights13(axes: Axes, loaded: Any) -> None:
    flights = loaded["flights"]
    late = flights["dep_delay"].groupby(flights["sched_dep_time"] // 100).mean().loc[5:23]
    axes.bar(late.index, late, color=BLUE)
    axes.set(xlabel="scheduled hour of departure", ylabel="mean delay (min)", xticks=range(6, 24, 3))


def glove_10k(axes: Axes, loaded: Any) -> None:
    words = ["two", "three", "four", "five", "dog", "cat", "horse", "bird", "france", "italy", "germany", "spain"]
    place = {word: number for number, word in enumerate(loaded.words)}
    chosen = np.array([loaded.vectors[place[word]] for word in words], float)
    U, S, _ = np.linalg.svd(chosen - chosen.mean(axis=0), full_matrices=False)
    at = U[:, :2] * S[:2]
    for group, colour in enumerate((BLUE, GREEN, ORANGE)):
        part = slice(4 * group, 4 * group + 4)
        x, y = at[part].T
        axes.scatter(x, y, s=12, color=colour)
        axes.text(float(x.mean()), float(y.max()) + 0.4, ", ".join(words[part]), color=colour, ha="center")
    axes.set(xlabel="first direction", ylabel="second direction")
    axes.margins(0.4, 0.25)


def markets(axes: Axes, loaded: Any) -> None:
    stocks = loaded["stocks"]
    for (ticker, rows), style in zip(stocks.groupby("Ticker"), ("-", "--", ":", "-.", "-"), strict=True):
        axes.plot(rows["Date"], rows["Adj Close"], style, linewidth=0.9, label=ticker)
    axes.set(yscale="log", ylabel="adjusted price (US$)")
    axes.legend(frameon=False, ncols=5, fontsize=7, handlelength=1.2, columnspacing=0.8)


def movie_snippets(axes: Axes, loaded: Any) -> None:
    movies = loaded["movies"]
    axes.hist(movies["rating"], bins=40, color=BLUE)
    axes.set(xlabel="mean rating", ylabel="sentences")


def penguins_raw(axes: Axes, loaded: Any) -> None:
    species = loaded["Species"].str.split().str[0]
    for (name, rows), colour, marker in zip(loaded.groupby(species), (BLUE, GREEN, ORANGE), "o^s", strict=True):
        x, y = rows["Culmen Length (mm)"], rows["Culmen Depth (mm)"]
        axes.scatter(x, y, s=9, color=colour, marker=marker, label=name)
    axes.set(xlabel="bill length (mm)", ylabel="bill depth (mm)")
    axes.legend(frameon=False, fontsize=8)


def seattle_weather(axes: Axes, loaded: Any) -> None:
    axes.plot(loaded["date"], loaded["temp_max"], color=BLUE, linewidth=0.6)
    years = np.arange("2012", "2017", dtype="datetime64[Y]")
    axes.set(ylabel="day's high (°C)", xticks=years, xticklabels=years.astype(str))


def shakespeare(axes: Axes, loaded: Any) -> None:
    letters = Counter(re.findall("[a-z]", "".join(loaded.values()).lower()))
    total = sum(letters.values())
    axes.bar(
        *zip(*((letter, 100 * count / total) for letter, count in letters.most_common(12)), strict=True), color=BLUE
    )
    axes.set(ylabel="% of all letters")


def shop(axes: Axes, loaded: Any) -> None:
    orders = loaded["orders"].query("status == 'delivered'").merge(loaded["segments"], on="customer_id")
    customers = orders.groupby(["segment", "customer_id"])["total"].agg(["size", "mean"])
    rng = np.random.default_rng(0)
    colours = (ORANGE, "#CC79A7", GREEN, BLUE, "#777777")
    for (segment, rows), colour in zip(customers.groupby("segment"), colours, strict=True):
        # One order is one order: a little noise keeps the dots apart.
        axes.scatter(rows["size"] * rng.uniform(0.9, 1.1, len(rows)), rows["mean"], s=2, color=colour, label=segment)
    axes.set(xscale="log", yscale="log", xlabel="orders in three years", ylabel="mean order (EUR)")
    axes.legend(frameon=False, fontsize=7, markerscale=4, loc="upper right")


def shop_orders(axes: Axes, loaded: Any) -> None:
    months = loaded["key"].groupby(loaded["key"]["ordered_on"].dt.to_period("M")).size()
    axes.bar(months.index.to_timestamp(), months, width=25, color=BLUE)
    halves = np.arange("2024-01", "2026-01", 6, dtype="datetime64[M]")
    axes.set(ylabel="orders in a month", xticks=halves, xticklabels=halves.astype(str))


def sotu(axes: Axes, loaded: Any) -> None:
    axes.scatter(loaded["year"], loaded["text"].str.split().str.len(), s=12, color=BLUE)
    axes.set(ylabel="words", ylim=(0, None))


def telco_churn(axes: Axes, loaded: Any) -> None:
    years = (loaded["tenure"] // 12).clip(upper=5) + 1
    left = 100 * (loaded["churn"] == "Yes").groupby(years).mean()
    axes.bar(left.index, left, color=BLUE)
    axes.set(xlabel="year as a customer", ylabel="left in the last month (%)")


def garment_scenes(axes: Axes, loaded: None) -> None:
    scenes = datasets.garment_scenes(3, seed=9)
    axes.imshow(np.hstack(list(scenes.images)), cmap="gray", vmin=0, vmax=255)
    for scene in range(3):
        for x0, y0, x1, y1 in scenes.boxes[scene, : scenes.counts[scene]]:
            corner = (64 * scene + x0 - 0.5, y0 - 0.5)
            axes.add_patch(Rectangle(corner, x1 - x0, y1 - y0, fill=False, edgecolor=ORANGE, linewidth=1.5))
    axes.set_axis_off()


def drift_stream(axes: Axes, loaded: None) -> None:
    stream = datasets.drift_stream()
    numbers = [batch.number for batch in stream.batches]
    axes.plot(numbers, [batch.y.mean() for batch in stream.batches], color=BLUE, label="mean rentals")
    axes.set(xlabel="batch", ylabel="mean rentals", ylim=(0, 330))
    for kind, at in stream.truth.items():
        assert at is not None
        axes.axvline(at, color="grey", linestyle="--", linewidth=0.9)
        axes.text(at + 0.5, 8, kind, color="grey", rotation=90, va="bottom")
    before = [batch for batch in stream.batches if batch.number < (stream.truth["schema"] or 0)]
    warm = axes.twinx()
    warm.plot([b.number for b in before], [47 * b.X["temp"].mean() - 8 for b in before], color=ORANGE)
    warm.set_ylabel("mean temperature (°C)", color=ORANGE)
    warm.spines["right"].set_visible(True)
    warm.set_ylim(0, 40)


PICTURES: dict[str, Callable[[Axes, Any], None]] = {
    draw.__name__: draw
    for draw in (
        ab_test, acs_employment, ames, bike_hourly, birdstrikes, census_names, drift_stream, fashion_mnist,
        film_ratings, flights13, garment_scenes, glove_10k, markets, movie_snippets, penguins_raw,
        seattle_weather, shakespeare, shop, shop_orders, sotu, telco_churn,
    )
}  # fmt: skip


if __name__ == "__main__":
    main()
