"""One reader a data set: from the files in its folder to what a learner works with.

To add a set, write its reader here; the reader's name is the set's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autograder.datasets.columns import moments, read_columns
from autograder.datasets.forms import FashionMNIST, WordVectors

if TYPE_CHECKING:
    import pandas as pd


def penguins_raw(folder: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(
        folder / "penguins_raw.csv",
        keep_default_na=False,
        na_values=["NA"],
        parse_dates=["Date Egg"],
    )


def birdstrikes(folder: Path) -> pd.DataFrame:
    import pandas as pd

    # The majority class is spelled "None". By pandas' defaults it would turn into missing labels, and a
    # classifier would be trained on the damaged aircraft alone. Only an empty speed means "not reported".
    return pd.read_csv(
        folder / "birdstrikes.csv.gz",
        keep_default_na=False,
        na_values={"Speed IAS in knots": [""]},
        parse_dates=["Flight Date"],
    )


def shop_orders(folder: Path) -> dict[str, pd.DataFrame]:
    import pandas as pd

    # Cleaning is the learner's part: the export arrives as the text that stands in the file.
    # In both tables the country "NA" is Namibia.
    export = pd.read_csv(folder / "orders_export.csv", dtype=str, keep_default_na=False)
    key = pd.read_csv(folder / "orders_key.csv", keep_default_na=False, parse_dates=["ordered_on"])
    return {"export": export, "key": key}


def flights13(folder: Path) -> dict[str, pd.DataFrame]:
    import numpy as np
    import pandas as pd

    def table(file: str) -> pd.DataFrame:
        return pd.read_csv(folder / file, keep_default_na=False, na_values=["NA", ""])

    flights, weather = read_columns(folder / "flights.npz"), table("weather.csv.gz")
    for frame, clock in ((flights, flights["sched_dep_time"] // 100), (weather, weather["hour"])):
        months = np.datetime64("2013-01", "M") + (frame["month"].to_numpy() - 1).astype("timedelta64[M]")
        hours = 24 * (frame["day"] - 1) + clock
        frame["time_hour"] = months.astype("datetime64[us]") + hours.to_numpy().astype("timedelta64[h]")
        frame.insert(frame.columns.tolist().index("month"), "year", 2013)
    small = {name: table(f"{name}.csv") for name in ("airlines", "airports", "planes")}
    return {**small, "flights": flights, "weather": weather}


def fashion_mnist(folder: Path) -> FashionMNIST:
    import numpy as np

    with np.load(folder / "fashion_mnist.npz", allow_pickle=False) as arrays:
        return FashionMNIST(
            x_train=arrays["x_train"],
            y_train=arrays["y_train"],
            x_test=arrays["x_test"],
            y_test=arrays["y_test"],
            class_names=tuple(arrays["class_names"].tolist()),
        )


def seattle_weather(folder: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(folder / "seattle_weather.csv", parse_dates=["date"])


def markets(folder: Path) -> dict[str, pd.DataFrame]:
    import pandas as pd

    return {name: pd.read_csv(folder / f"{name}.csv.gz", parse_dates=["Date"]) for name in ("fx", "stocks")}


def ames(folder: Path) -> pd.DataFrame:
    import pandas as pd

    # "None" is a kind of facing and of extra: there is none. Nothing in the file is missing.
    return pd.read_csv(folder / "ames.csv.gz", keep_default_na=False)


def bike_hourly(folder: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(folder / "bike_hourly.csv.gz")


def telco_churn(folder: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(folder / "telco_churn.csv.gz")


def acs_employment(folder: Path) -> dict[str, pd.DataFrame]:
    import pandas as pd

    return {"codes": pd.read_csv(folder / "codes.csv.gz"), "people": read_columns(folder / "people.npz")}


def movie_snippets(folder: Path) -> dict[str, pd.DataFrame]:
    import pandas as pd

    return {
        name: pd.read_csv(folder / f"{name}.csv.gz", dtype={"id": str}, keep_default_na=False)
        for name in ("amazon", "movies")
    }


def shakespeare(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}


def census_names(folder: Path) -> pd.DataFrame:
    import pandas as pd

    # "Nan" and "Na" are names.
    return pd.read_csv(folder / "census_names.csv.gz", keep_default_na=False)


def sotu(folder: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(folder / "sotu.csv.gz", keep_default_na=False)


def glove_10k(folder: Path) -> WordVectors:
    import numpy as np

    with np.load(folder / "glove_10k.npz", allow_pickle=False) as arrays:
        return WordVectors(words=tuple(arrays["words"].tolist()), vectors=arrays["vectors"].astype(np.float32))


def film_ratings(folder: Path) -> dict[str, pd.DataFrame]:
    films, ratings = read_columns(folder / "films.npz"), read_columns(folder / "ratings.npz")
    ratings.insert(2, "rating", ratings.pop("half_stars") / 2)
    ratings["rated_at"] = moments(ratings.pop("minute"), "2021-01-01")
    truth = {}
    for name in ("true_films", "true_users"):
        thousandths = read_columns(folder / f"{name}.npz")
        numbers = thousandths.columns[1:]
        truth[name] = thousandths.astype(dict.fromkeys(numbers, float)).assign(**(thousandths[numbers] / 1_000))
    return {"films": films, "ratings": ratings, **truth}


def ab_test(folder: Path) -> dict[str, pd.DataFrame]:
    visitors, truth = read_columns(folder / "visitors.npz"), read_columns(folder / "truth.npz")
    visitors["first_seen"] = moments(1_440 * visitors.pop("day"), "2025-03-03")
    visitors["revenue_before"] = visitors.pop("cents_before") / 100
    visitors["revenue"] = visitors.pop("cents") / 100
    order = ["experiment", "visitor_id", "arm", "first_seen", "device", "newcomer"]
    outcomes = ["revenue_before", "orders", "converted", "revenue"]
    numbers = ["control", "treatment", "effect"]
    return {"visitors": visitors[[*order, *outcomes]], "truth": truth.assign(**(truth[numbers] / 1_000_000))}


def shop(folder: Path) -> dict[str, pd.DataFrame]:
    tables = {
        name: read_columns(folder / f"{name}.npz") for name in ("customers", "products", "orders", "items", "segments")
    }
    customers, products, orders, items = (tables[name] for name in ("customers", "products", "orders", "items"))
    customers["signed_up"] = moments(1_440 * customers["signed_up"], "2021-01-01")
    orders.insert(2, "ordered_at", moments(orders.pop("minute"), "2021-01-01"))
    amounts = ["goods", "discount", "shipping", "total"]
    tables["orders"] = orders.assign(**(orders[amounts] / 100))
    products.insert(3, "price", products.pop("cents") / 100)
    items["unit_price"] = items.pop("cents") / 100
    return tables
