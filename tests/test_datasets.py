"""The shipped data are what their cards and their manifest say."""

import dataclasses
import gzip
import hashlib
import inspect
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autograder import datasets
from autograder.datasets import readers
from autograder.errors import CourseError

MANIFEST = json.loads((datasets.FOLDER / "manifest.json").read_text(encoding="utf-8"))
NAMES = sorted(MANIFEST)
FILES = [(name, file) for name in NAMES for file in MANIFEST[name]["files"]]
MISSING = ["", "NA", "n/a", "-", "unknown"]
DESCRIPTION = ["order_id", "ordered_on", "customer", "country", "city", "product"]


@pytest.fixture(scope="module")
def penguins() -> pd.DataFrame:
    return datasets.load("penguins_raw")


@pytest.fixture(scope="module")
def strikes() -> pd.DataFrame:
    return datasets.load("birdstrikes")


@pytest.fixture(scope="module")
def export() -> pd.DataFrame:
    return datasets.load("shop_orders")["export"]


@pytest.fixture(scope="module")
def orders(export: pd.DataFrame) -> pd.DataFrame:
    """The export without its repeated orders."""
    return export.drop_duplicates("order_id").reset_index(drop=True)


@pytest.fixture(scope="module")
def key() -> pd.DataFrame:
    return datasets.load("shop_orders")["key"]


@pytest.fixture(scope="module")
def fashion() -> datasets.FashionMNIST:
    return datasets.load("fashion_mnist")


def tables(loaded: Any) -> list[Any]:
    return list(loaded.values()) if isinstance(loaded, dict) else [loaded]


def rows(loaded: Any) -> list[int]:
    """How many rows a loaded set has, table by table."""
    if isinstance(loaded, datasets.FashionMNIST):
        return [len(loaded.x_train) + len(loaded.x_test)]
    if isinstance(loaded, datasets.WordVectors):
        return [len(loaded.words)]
    return [len(table.splitlines() if isinstance(table, str) else table) for table in tables(loaded)]


def columns(loaded: Any) -> set[str]:
    """All names that a loaded set is asked by: columns, fields and keys."""
    if dataclasses.is_dataclass(loaded):
        return set(vars(loaded))
    keys = set(loaded) if isinstance(loaded, dict) else set()
    return keys.union(*(table.columns for table in tables(loaded) if isinstance(table, pd.DataFrame)))


def texts(path: Path) -> list[str]:
    """All text in a shipped file."""
    if path.suffix == ".npz":
        with np.load(path) as arrays:
            return ["\n".join(array.tolist()) for array in arrays.values() if array.dtype.kind == "U"]
    content = path.read_bytes()
    return [(gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The data folder again, to be damaged."""
    return shutil.copytree(datasets.FOLDER, tmp_path / "datasets")


@pytest.mark.parametrize(("name", "file"), FILES)
def test_a_file_has_the_hash_and_size_of_the_manifest(name: str, file: str) -> None:
    content = (datasets.FOLDER / name / file).read_bytes()
    promised = MANIFEST[name]["files"][file]
    assert hashlib.sha256(content).hexdigest() == promised["sha256"]
    assert len(content) == promised["bytes"]


def test_all_data_are_whole() -> None:
    datasets.verify()


@pytest.mark.parametrize("name", NAMES)
def test_a_set_loads_with_the_rows_of_the_manifest(name: str) -> None:
    promised = [file["rows"] for file in MANIFEST[name]["files"].values()]
    assert sorted(rows(datasets.load(name))) == sorted(promised)


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_origin_licence_bias_and_unsuitable_uses(name: str) -> None:
    card = datasets.card(name)
    for heading in ("## Origin and licence", "## Bias and gaps", "## Not for"):
        assert heading in card


@pytest.mark.parametrize("name", NAMES)
def test_a_card_explains_every_column(name: str) -> None:
    assert [column for column in columns(datasets.load(name)) if f"`{column}`" not in datasets.card(name)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_set_has_its_licence_and_its_source(name: str) -> None:
    credits = (datasets.FOLDER / "LICENSES.md").read_text(encoding="utf-8")
    [row] = [line for line in credits.splitlines() if line.startswith(f"| [`{name}`]")]
    assert MANIFEST[name]["licence"].replace("CC0-1.0", "CC0 1.0") in row
    for source in MANIFEST[name]["sources"]:
        assert re.split("[=@]+", source.split()[1])[0] in row


def test_the_licences_that_ask_for_it_travel_with_the_data() -> None:
    credits = (datasets.FOLDER / "LICENSES.md").read_text(encoding="utf-8")
    for owner in ("2017 Zalando SE", "2019 Max Kuhn, RStudio", "2016 C.J. Hutto", "2024 GRAYPE Systems"):
        assert f"Copyright © {owner}" in credits
    assert "The above copyright notice and this permission notice shall be included" in credits
    assert "Redistributions in binary form must reproduce the above copyright notice" in credits


def test_every_folder_is_in_the_manifest() -> None:
    folders = {path.name for path in datasets.FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(NAMES) == set(datasets.names())


def test_no_email_address_and_no_phone_number_is_shipped() -> None:
    email = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
    phone = re.compile(
        r"\+\d{1,3}[ /(-]?\d{2,}|\(\d{3}\) ?\d{3}|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b|(?<![\d.,])(?<!\d, )0\d{2,4}[/ ]\d{4,}"
    )
    shipped = [datasets.FOLDER / name / file for name, file in FILES] + list(datasets.FOLDER.rglob("*.md"))
    everything = [(path.name, text) for path in shipped for text in texts(path)]
    found = [(name, match.group()) for name, text in everything for match in email.finditer(text)]
    found += [(name, match.group()) for name, text in everything for match in phone.finditer(text)]
    assert found == []


def test_every_set_has_a_reader_and_every_reader_a_set() -> None:
    ours = {name: made for name, made in vars(readers).items() if inspect.isfunction(made)}
    assert {name for name, made in ours.items() if made.__module__ == readers.__name__} == set(NAMES)


def test_all_data_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in datasets.FOLDER.rglob("*") if path.is_file()) < 25_000_000


def test_an_unknown_name_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(CourseError, match='(?s)no data set called "penguins".*Did you mean "penguins_raw"[?]'):
        datasets.load("penguins")


def test_a_name_near_to_none_is_answered_with_all_of_them() -> None:
    with pytest.raises(CourseError, match=f"There are {', '.join(NAMES)}[.]"):
        datasets.card("zzz")


def test_a_damaged_file_is_named_with_the_command_that_restores_it(copy: Path) -> None:
    damaged = copy / "penguins_raw" / "penguins_raw.csv"
    damaged.write_bytes(damaged.read_bytes().replace(b"39.1", b"39.2", 1))
    with pytest.raises(CourseError) as error:
        datasets.load("penguins_raw", folder=copy)
    assert "datasets/penguins_raw/penguins_raw.csv is damaged" in str(error.value)
    assert str(error.value).endswith("git checkout -- datasets/penguins_raw/penguins_raw.csv")
    with pytest.raises(CourseError):
        datasets.verify(folder=copy)


def test_a_file_damaged_after_it_was_loaded_is_noticed(copy: Path) -> None:
    datasets.load("shop_orders", folder=copy)
    with (copy / "shop_orders" / "orders_key.csv").open("a", encoding="utf-8") as file:
        file.write("S99999\n")
    with pytest.raises(CourseError, match="orders_key.csv is damaged"):
        datasets.load("shop_orders", folder=copy)


@pytest.mark.parametrize("lost", ["penguins_raw/penguins_raw.csv", "manifest.json"])
def test_a_missing_file_is_named_with_the_command_that_restores_it(copy: Path, lost: str) -> None:
    (copy / lost).unlink()
    with pytest.raises(CourseError, match=f"(?s)datasets/{lost},? is missing.*git checkout -- datasets/{lost}"):
        datasets.load("penguins_raw", folder=copy)


def test_a_missing_card_is_named_with_the_command_that_restores_it(copy: Path) -> None:
    (copy / "birdstrikes" / "card.md").unlink()
    with pytest.raises(CourseError, match="(?s)birdstrikes/card.md is missing.*git checkout"):
        datasets.card("birdstrikes", folder=copy)


def test_changing_a_loaded_set_does_not_change_the_next_one() -> None:
    penguins = datasets.load("penguins_raw")
    penguins["Island"] = "Elba"
    assert "Elba" not in set(datasets.load("penguins_raw")["Island"])


def test_the_penguins_have_their_types(penguins: pd.DataFrame) -> None:
    text = ["studyName", "Species", "Region", "Island", "Stage", "Individual ID"]
    text += ["Clutch Completion", "Sex", "Comments"]
    assert penguins.shape == (344, 17)
    assert all(penguins[column].dtype == "str" for column in text)
    assert penguins["Sample Number"].dtype == "int64"
    assert penguins["Date Egg"].dtype.kind == "M"
    assert set(penguins.drop(columns=[*text, "Sample Number", "Date Egg"]).dtypes) == {np.dtype("float64")}


def test_the_penguins_have_the_gaps_of_their_card(penguins: pd.DataFrame) -> None:
    gaps = penguins.isna().sum()
    assert gaps[gaps > 0].to_dict() == {
        "Culmen Length (mm)": 2,
        "Culmen Depth (mm)": 2,
        "Flipper Length (mm)": 2,
        "Body Mass (g)": 2,
        "Sex": 11,
        "Delta 15 N (o/oo)": 14,
        "Delta 13 C (o/oo)": 13,
        "Comments": 290,
    }
    assert penguins.loc[penguins["Sex"].isna(), "Comments"].notna().all()
    assert not penguins.duplicated().any()


def test_the_penguins_are_the_size_of_penguins(penguins: pd.DataFrame) -> None:
    assert penguins["Body Mass (g)"].agg(["min", "max"]).tolist() == [2700, 6300]
    assert penguins["Flipper Length (mm)"].agg(["min", "max"]).tolist() == [172, 231]
    assert penguins["Date Egg"].dt.year.unique().tolist() == [2007, 2008, 2009]
    assert penguins["Species"].str.split().str[0].value_counts().to_dict() == {
        "Adelie": 152,
        "Gentoo": 124,
        "Chinstrap": 68,
    }
    assert not penguins.duplicated(["studyName", "Individual ID"]).any()


def test_the_strikes_have_their_types(strikes: pd.DataFrame) -> None:
    costs = ["Cost Other", "Cost Repair", "Cost Total $"]
    assert strikes.shape == (10_000, 14)
    assert strikes["Flight Date"].dtype.kind == "M"
    assert set(strikes[costs].dtypes) == {np.dtype("int64")}
    assert strikes["Speed IAS in knots"].dtype == "float64"
    rest = strikes.drop(columns=["Flight Date", "Speed IAS in knots", *costs])
    assert all(dtype == "str" for dtype in rest.dtypes)


def test_no_damage_is_a_class_and_not_a_gap(strikes: pd.DataFrame) -> None:
    assert strikes["Effect Amount of damage"].value_counts().to_dict() == {
        "None": 8_939,
        "Minor": 549,
        "Substantial": 311,
        "Medium": 186,
        "C": 14,
        "B": 1,
    }


def test_only_the_speed_has_gaps(strikes: pd.DataFrame) -> None:
    gaps = strikes.isna().sum()
    assert gaps[gaps > 0].to_dict() == {"Speed IAS in knots": 2_836}


def test_the_strikes_have_the_traps_of_their_card(strikes: pd.DataFrame) -> None:
    damage, cost = strikes["Effect Amount of damage"], strikes["Cost Total $"]
    odd = damage.isin(["B", "C"])
    assert strikes.duplicated().sum() == 24
    assert (strikes.loc[odd, "Aircraft Airline Operator"] == "MILITARY").all()
    assert (cost[odd] > 0).all()
    assert (cost[damage == "Substantial"] == 0).sum() == 242
    assert (cost[damage == "None"] > 0).sum() == 55
    assert (strikes["Cost Other"] + strikes["Cost Repair"]).equals(cost)
    assert (strikes["Speed IAS in knots"] == 0).sum() == 19
    assert strikes["Wildlife Species"].str.startswith("Unknown bird").sum() == 8_009


def test_the_strikes_are_in_the_order_of_their_dates(strikes: pd.DataFrame) -> None:
    dates = strikes["Flight Date"]
    assert dates.is_monotonic_increasing
    assert [dates.min(), dates.max()] == [pd.Timestamp(1990, 1, 8), pd.Timestamp(2002, 7, 25)]


def test_the_images_have_their_shapes_and_types(fashion: datasets.FashionMNIST) -> None:
    assert fashion.x_train.shape == (10_000, 28, 28)
    assert fashion.x_test.shape == (2_000, 28, 28)
    assert {array.dtype for array in (fashion.x_train, fashion.y_train, fashion.x_test, fashion.y_test)} == {
        np.dtype("uint8")
    }
    assert [fashion.x_train.min(), fashion.x_train.max()] == [0, 255]


def test_every_class_is_equally_frequent(fashion: datasets.FashionMNIST) -> None:
    assert np.bincount(fashion.y_train).tolist() == [1_000] * 10
    assert np.bincount(fashion.y_test).tolist() == [200] * 10
    assert len(set(fashion.class_names)) == 10


def test_the_classes_are_mixed_from_the_start(fashion: datasets.FashionMNIST) -> None:
    assert set(fashion.y_train[:100]) == set(fashion.y_test[:100]) == set(range(10))


def test_the_labels_belong_to_their_images(fashion: datasets.FashionMNIST) -> None:
    # The nearest mean image is right two times in three on the whole set; with shuffled labels, one in ten.
    flat = fashion.x_train.reshape(len(fashion.x_train), -1).astype(float)
    means = np.stack([flat[fashion.y_train == label].mean(axis=0) for label in range(10)])
    test = fashion.x_test.reshape(len(fashion.x_test), 1, -1).astype(float)
    nearest = np.concatenate([((part - means) ** 2).sum(axis=2).argmin(axis=1) for part in np.split(test, 10)])
    assert (nearest == fashion.y_test).mean() > 0.6


def test_the_export_is_nothing_but_text(export: pd.DataFrame) -> None:
    assert export.columns.tolist() == [*DESCRIPTION, "quantity", "unit_price", "weight"]
    assert all(dtype == "str" for dtype in export.dtypes)
    assert not export.isna().any(axis=None)


def test_the_key_has_its_types(key: pd.DataFrame) -> None:
    assert key.columns.tolist() == [*DESCRIPTION, "quantity", "unit_price", "weight_kg", "lost"]
    assert key["ordered_on"].dtype.kind == "M"
    assert key["quantity"].dtype == "int64"
    assert set(key[["unit_price", "weight_kg"]].dtypes) == {np.dtype("float64")}
    assert all(key[column].dtype == "str" for column in ("order_id", "customer", "country", "city", "lost"))
    assert not key.isna().any(axis=None)


def test_orders_are_repeated_exactly_and_respelled(export: pd.DataFrame, key: pd.DataFrame) -> None:
    assert export.duplicated().sum() == 40
    again = export.drop_duplicates()
    again = again[again.duplicated("order_id")]
    assert len(again) == 25
    right = again[["order_id"]].merge(key, on="order_id")["customer"].tolist()
    wrong = again["customer"].tolist()
    respellings = (str.upper, str.lower, " {}".format, "{} ".format, lambda name: name.replace(" ", "  "))
    assert [sum(respell(a) == b for a, b in zip(right, wrong, strict=True)) for respell in respellings] == [5] * 5
    assert export.drop(columns="customer").duplicated().sum() == 65


def test_the_key_lists_every_order_once_as_the_export_first_does(orders: pd.DataFrame, key: pd.DataFrame) -> None:
    untouched = ["order_id", "customer", "country", "product"]
    pd.testing.assert_frame_equal(orders[untouched], key[untouched])


@pytest.mark.parametrize(
    ("column", "each", "rows"),
    [("city", 12, 64), ("quantity", 5, 25), ("unit_price", 8, 40), ("weight", 10, 51)],
)
def test_missing_is_spelled_in_five_ways(
    export: pd.DataFrame, orders: pd.DataFrame, column: str, each: int, rows: int
) -> None:
    gaps = orders.loc[orders[column].isin(MISSING), column]
    assert gaps.value_counts().to_dict() == dict.fromkeys(MISSING, each)
    assert export[column].isin(MISSING).sum() == rows


@pytest.mark.parametrize(
    ("column", "pattern", "distinct", "rows"),
    [
        ("ordered_on", r"\d{2}\.\d{2}\.\d{4}", 620, 645),
        ("ordered_on", r"(0\d|1[012])\.\d{2}\.\d{4}", 240, 251),
        ("unit_price", r"€[\d.]+,\d{2}", 380, 400),
        ("unit_price", r"\d+\.\d{2} EUR", 285, 293),
        ("unit_price", r"[\d.]+,\d{2}", 190, 197),
        ("unit_price", r"\d+\.\d{2}", 1_040, 1_070),
        ("unit_price", r"€?\d\.\d{3},\d{2}", 20, 20),
        ("weight", r"\d+ g", 560, 574),
        ("weight", r"\d+g", 140, 148),
        ("weight", r"\d+\.\d{3} kg", 1_181, 1_223),
        ("weight", r"-\d+\.\d{3} kg", 4, 4),
        ("quantity", "9999", 5, 5),
        ("country", "NA", 73, 77),
        ("city", "Wien|vienna|VIENNA|Vienna | Vienna|Viena", 130, 136),
        ("city", "München|munich|Munich |MUNICH|Muenchen", 56, 58),
    ],
)
def test_an_error_is_planted_as_often_as_the_card_says(
    export: pd.DataFrame, orders: pd.DataFrame, column: str, pattern: str, distinct: int, rows: int
) -> None:
    assert orders[column].str.fullmatch(pattern).sum() == distinct
    assert export[column].str.fullmatch(pattern).sum() == rows
    stated = f"| {distinct:,} | {rows:,} |" if column != "country" else f"{distinct} orders, {rows} rows"
    assert stated in datasets.card("shop_orders")


def test_the_cities_are_respelled_as_often_as_the_card_says(orders: pd.DataFrame) -> None:
    card = datasets.card("shop_orders")
    for spelling in ["Wien", "vienna", "VIENNA", "Vienna ", " Vienna", "Viena"]:
        assert f"`{spelling}` {(orders['city'] == spelling).sum()}" in card
    for spelling in ["München", "munich", "Munich ", "MUNICH", "Muenchen"]:
        assert f"`{spelling}` {(orders['city'] == spelling).sum()}" in card


def test_a_cleaner_who_knows_the_errors_arrives_at_the_key(orders: pd.DataFrame, key: pd.DataFrame) -> None:
    """Every cell that is not lost can be got back from the export's own text, and every lost one is gone."""
    german = orders["ordered_on"].str.contains(".", regex=False)
    dates = pd.to_datetime(orders["ordered_on"].where(~german), format="%Y-%m-%d")
    dates = dates.fillna(pd.to_datetime(orders["ordered_on"].where(german), format="%d.%m.%Y"))

    city = orders["city"].mask(orders["city"].isin(MISSING)).str.strip().str.title()
    city = city.replace({"Wien": "Vienna", "Viena": "Vienna", "München": "Munich", "Muenchen": "Munich"})

    quantity = pd.to_numeric(orders["quantity"].mask(orders["quantity"].isin([*MISSING, "9999"])))

    price = orders["unit_price"].mask(orders["unit_price"].isin(MISSING)).str.replace("€| EUR", "", regex=True)
    comma = price.str.contains(",", na=False)
    price = price.mask(comma, price.str.replace(".", "", regex=False).str.replace(",", ".", regex=False))

    weight = orders["weight"].str.extract(r"^(?P<amount>\d[\d.]*) ?(?P<unit>k?g)$")
    kilos = pd.to_numeric(weight["amount"]) / weight["unit"].map({"g": 1000, "kg": 1})

    cleaned = {
        "ordered_on": dates,
        "city": city,
        "quantity": quantity,
        "unit_price": pd.to_numeric(price),
        "weight_kg": kilos,
    }
    for column, values in cleaned.items():
        expected = key[column].mask(key["lost"].str.split().map(lambda lost, column=column: column in lost))
        pd.testing.assert_series_equal(values, expected, check_names=False, check_dtype=False)


def test_the_lost_cells_are_the_missing_and_the_impossible_ones(key: pd.DataFrame) -> None:
    assert key["lost"].str.split().explode().value_counts().to_dict() == {
        "city": 60,
        "weight_kg": 50 + 4,
        "unit_price": 40,
        "quantity": 25 + 5,
    }
    assert (key["lost"] == "").sum() == 1_755


def test_the_true_orders_are_possible(key: pd.DataFrame) -> None:
    assert sorted(key["quantity"].unique()) == [1, 2, 3, 4, 6, 24, 36, 48]
    assert (key["quantity"] >= 24).sum() == 3
    assert key["unit_price"].between(4.99, 1_349).all()
    assert key["weight_kg"].between(0.1, 60).all()
    assert key["ordered_on"].is_monotonic_increasing
    assert [key["ordered_on"].min(), key["ordered_on"].max()] == [
        pd.Timestamp(2024, 1, 1),
        pd.Timestamp(2025, 12, 31),
    ]


def test_prices_and_cities_can_be_filled_from_other_orders(key: pd.DataFrame) -> None:
    assert key.groupby(["product", key["ordered_on"].dt.year])["unit_price"].nunique().eq(1).all()
    assert key.groupby("customer")[["city", "country"]].nunique().eq(1).all(axis=None)
    no_price = key["lost"].str.contains("unit_price")
    told = set(zip(key["product"][~no_price], key["ordered_on"][~no_price].dt.year, strict=True))
    asked = zip(key["product"][no_price], key["ordered_on"][no_price].dt.year, strict=True)
    assert all(pair in told for pair in asked)
    no_city = key["lost"].str.contains("city")
    assert key["customer"][no_city].isin(key["customer"][~no_city]).sum() == 59


def test_title_case_spoils_some_names(key: pd.DataFrame) -> None:
    names = pd.Series(key["customer"].unique())
    assert (names.str.title() != names).sum() == 26


def test_pandas_takes_namibia_for_a_gap() -> None:
    naive = pd.read_csv(datasets.FOLDER / "shop_orders" / "orders_export.csv")
    assert naive["country"].isna().sum() == 77
