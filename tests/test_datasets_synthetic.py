"""The invented sets hold the truth that their cards promise, and a learner's methods find it."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from autograder import datasets

FACTORS = ["serious", "spectacle", "dark", "recent"]


@pytest.fixture(scope="module")
def films() -> dict[str, pd.DataFrame]:
    return datasets.load("film_ratings")


@pytest.fixture(scope="module")
def tests() -> dict[str, pd.DataFrame]:
    return datasets.load("ab_test")


@pytest.fixture(scope="module")
def shop() -> dict[str, pd.DataFrame]:
    return datasets.load("shop")


def expected_stars(films: dict[str, pd.DataFrame]) -> pd.Series:
    """What the card's formula says before noise, for each rating."""
    ratings = films["ratings"]
    user = films["true_users"].set_index("user_id").loc[ratings["user_id"]].reset_index(drop=True)
    film = films["true_films"].set_index("film_id").loc[ratings["film_id"]].reset_index(drop=True)
    return 3.2 + user["bias"] + film["bias"] + (user[FACTORS] * film[FACTORS]).sum(axis=1)


class Factorisation:
    """Biases and `k` factors, learned by alternating least squares (Koren, Bell and Volinsky 2009)."""

    def __init__(self, users: np.ndarray, films: np.ndarray, stars: np.ndarray, k: int) -> None:
        chance = np.random.default_rng(0)
        self.mean = stars.mean()
        self.users, self.films = np.zeros((600, 1 + k)), chance.normal(0, 0.1, (1_200, 1 + k))
        self.films[:, 0] = 0
        residual = stars - self.mean
        for _ in range(12):
            self.users = self._half(users, films, residual, self.films, 600)
            self.films = self._half(films, users, residual, self.users, 1_200)

    @staticmethod
    def _half(mine: np.ndarray, theirs: np.ndarray, residual: np.ndarray, other: np.ndarray, count: int) -> np.ndarray:
        found = np.zeros((count, other.shape[1]))
        penalty = np.diag([3.0] + [6.0] * (other.shape[1] - 1))
        order = np.argsort(mine, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(mine[order])) + 1):
            A = other[theirs[rows]].copy()
            A[:, 0] = 1
            b = residual[rows] - other[theirs[rows], 0]
            found[mine[rows[0]]] = np.linalg.solve(A.T @ A + penalty, A.T @ b)
        return found

    def predict(self, users: np.ndarray, films: np.ndarray) -> np.ndarray:
        U, F = self.users[users], self.films[films]
        return self.mean + U[:, 0] + F[:, 0] + (U[:, 1:] * F[:, 1:]).sum(axis=1)


def root_mean_square(errors: np.ndarray | pd.Series) -> float:
    return float(np.sqrt((errors**2).mean()))


def test_the_films_have_their_columns_and_ranges(films: dict[str, pd.DataFrame]) -> None:
    table = films["films"]
    assert table["film_id"].tolist() == list(range(1, 1_201))
    assert table["imdb_id"].str.fullmatch(r"tt\d{7,8}").all() and table["imdb_id"].is_unique
    assert table["year"].agg(["min", "max"]).tolist() == [1976, 2014]
    assert table["minutes"].agg(["min", "max"]).tolist() == [76, 263]
    assert table["genres"].str.split(", ").explode().nunique() == 20
    assert table["title"].duplicated().sum() == 2
    assert not table.isna().any(axis=None)


def test_the_ratings_are_as_many_and_as_uneven_as_the_card_says(films: dict[str, pd.DataFrame]) -> None:
    ratings = films["ratings"]
    assert set(ratings["rating"]) == set(np.arange(0.5, 5.5, 0.5))
    assert not ratings.duplicated(["user_id", "film_id"]).any()
    assert set(ratings["user_id"]) == set(range(1, 601))
    for column, fewest, median, most in (("user_id", 24, 66, 601), ("film_id", 7, 35, 195)):
        assert ratings[column].value_counts().agg(["min", "median", "max"]).tolist() == [fewest, median, most]
    assert set(ratings["film_id"]) == set(films["films"]["film_id"])


def test_people_rate_in_the_evening_and_at_weekends(films: dict[str, pd.DataFrame]) -> None:
    moments = films["ratings"]["rated_at"]
    assert moments.is_monotonic_increasing
    assert [moments.min().date().isoformat(), moments.max().date().isoformat()] == ["2021-01-03", "2024-12-31"]
    assert moments.dt.hour.between(18, 23).mean() > 0.5
    assert moments.dt.hour.between(2, 6).mean() < 0.03
    assert (moments.dt.day_of_week >= 4).mean() > 0.5


def test_a_rating_is_the_cards_formula_with_the_cards_noise(films: dict[str, pd.DataFrame]) -> None:
    expected = expected_stars(films)
    middle = expected.between(2, 4)
    errors = (films["ratings"]["rating"] - expected)[middle]
    assert abs(errors.mean()) < 0.02
    assert errors.std() == pytest.approx(np.hypot(0.55, 0.5 / np.sqrt(12)), abs=0.02)


def test_the_planted_factors_are_recovered(films: dict[str, pd.DataFrame]) -> None:
    ratings = films["ratings"]
    users, places = ratings["user_id"].to_numpy() - 1, ratings["film_id"].to_numpy() - 1
    stars = ratings["rating"].to_numpy()
    held_out = np.random.default_rng(0).random(len(stars)) < 0.2
    models = {k: Factorisation(users[~held_out], places[~held_out], stars[~held_out], k) for k in (0, 2, 4)}
    error = {k: root_mean_square((model.predict(users, places) - stars)[held_out]) for k, model in models.items()}
    assert root_mean_square(stars - stars.mean()) == pytest.approx(1.01, abs=0.01)
    assert error == pytest.approx({0: 0.90, 2: 0.77, 4: 0.67}, abs=0.015)
    assert root_mean_square(expected_stars(films).clip(0.5, 5) - stars) == pytest.approx(0.54, abs=0.01)

    known = np.bincount(places, minlength=1_200) >= 20
    learned = np.column_stack([np.ones(known.sum()), models[4].films[known, 1:]])
    truth = films["true_films"].loc[known, FACTORS].to_numpy()
    missed = truth - learned @ np.linalg.lstsq(learned, truth)[0]
    assert (1 - missed.var(axis=0) / truth.var(axis=0) > 0.8).all()


def test_a_films_factors_follow_from_its_content(films: dict[str, pd.DataFrame]) -> None:
    content = films["films"]["genres"].str.get_dummies(", ").assign(year=films["films"]["year"], one=1).to_numpy(float)
    for factor in FACTORS:
        truth = films["true_films"][factor].to_numpy()
        missed = truth - content @ np.linalg.lstsq(content, truth)[0]
        assert 1 - missed.var() / truth.var() > 0.3


def arms(tests: dict[str, pd.DataFrame], experiment: str, metric: str) -> tuple[pd.Series, pd.Series]:
    rows = tests["visitors"].query("experiment == @experiment")
    return rows.loc[rows["arm"] == "control", metric], rows.loc[rows["arm"] == "treatment", metric]


def interval(control: pd.Series, treatment: pd.Series) -> tuple[float, float]:
    """The 95 % interval of the difference of two means (Welch)."""
    found = stats.ttest_ind(treatment, control, equal_var=False).confidence_interval(0.95)
    return found.low, found.high


def true_effect(tests: dict[str, pd.DataFrame], experiment: str, metric: str, device: str = "all") -> float:
    [effect] = tests["truth"].query("experiment == @experiment and metric == @metric and device == @device")["effect"]
    return float(effect)


def test_the_visitors_have_their_columns_and_ranges(tests: dict[str, pd.DataFrame]) -> None:
    visitors = tests["visitors"]
    assert visitors["visitor_id"].is_unique
    assert set(visitors["arm"]) == {"control", "treatment"}
    assert visitors["first_seen"].agg(["min", "max"]).tolist() == [pd.Timestamp(2025, 3, 3), pd.Timestamp(2025, 3, 16)]
    assert (visitors["first_seen"].dt.day_of_week >= 5).mean() > 2 / 7
    assert (visitors["device"] == "phone").mean() == pytest.approx(0.6, abs=0.01)
    assert visitors["newcomer"].mean() == pytest.approx(0.12, abs=0.01)
    assert (visitors.loc[visitors["newcomer"] == 1, "revenue_before"] == 0).all()
    assert ((visitors["orders"] > 0) == (visitors["converted"] == 1)).all()
    assert ((visitors["revenue"] > 0) == (visitors["converted"] == 1)).all()
    assert (visitors["revenue"] == 0).mean() > 0.5 and visitors["revenue"].max() > 1_000
    card = datasets.card("ab_test")
    for _, counts in visitors.groupby("experiment")["arm"].value_counts().unstack().iterrows():
        assert f"| {counts['control']:,}, {counts['treatment']:,} |" in card


@pytest.mark.parametrize("metric", ["converted", "revenue"])
def test_the_true_effect_lies_in_the_interval_and_zero_does_not(tests: dict[str, pd.DataFrame], metric: str) -> None:
    low, high = interval(*arms(tests, "checkout", metric))
    assert 0 < low < true_effect(tests, "checkout", metric) < high
    assert f"{true_effect(tests, 'checkout', metric):.4f}"[:4] in datasets.card("ab_test")


@pytest.mark.parametrize("metric", ["converted", "revenue"])
def test_phones_gain_more_than_computers(tests: dict[str, pd.DataFrame], metric: str) -> None:
    phone, computer = (true_effect(tests, "checkout", metric, device) for device in ("phone", "computer"))
    assert 4 < phone / computer < 6


@pytest.mark.parametrize("metric", ["converted", "revenue"])
def test_an_a_a_test_shows_nothing(tests: dict[str, pd.DataFrame], metric: str) -> None:
    low, high = interval(*arms(tests, "same_page", metric))
    assert low < 0 < high
    assert true_effect(tests, "same_page", metric) == 0


def test_a_broken_assignment_is_seen_in_the_counts_and_only_there(tests: dict[str, pd.DataFrame]) -> None:
    counts = tests["visitors"].groupby("experiment")["arm"].value_counts().unstack()
    p = {name: stats.chisquare(row).pvalue for name, row in counts.iterrows()}
    assert p["redirect"] < 0.0001
    assert p["checkout"] > 0.05 and p["same_page"] > 0.05


@pytest.mark.parametrize("metric", ["converted", "revenue"])
def test_a_broken_assignment_shows_an_effect_that_is_not_there(tests: dict[str, pd.DataFrame], metric: str) -> None:
    assert true_effect(tests, "redirect", metric) == 0
    assert interval(*arms(tests, "redirect", metric))[0] > 0


@pytest.mark.parametrize(("experiment", "low", "high"), [("checkout", 0.55, 0.6), ("same_page", 0.55, 0.6)])
def test_cuped_takes_off_two_fifths_of_the_variance(
    tests: dict[str, pd.DataFrame], experiment: str, low: float, high: float
) -> None:
    rows = tests["visitors"].query("experiment == @experiment")
    before = rows["revenue_before"] - rows["revenue_before"].mean()
    adjusted = rows["revenue"] - rows["revenue"].cov(before) / before.var() * before
    assert low < adjusted.var() / rows["revenue"].var() < high
    treated = rows["arm"] == "treatment"
    below, above = interval(adjusted[~treated], adjusted[treated])
    assert below < true_effect(tests, experiment, "revenue") < above
    wide = interval(*arms(tests, experiment, "revenue"))
    assert above - below < 0.8 * (wide[1] - wide[0])


def test_the_shops_totals_add_up_to_the_cent(shop: dict[str, pd.DataFrame]) -> None:
    orders, items = shop["orders"].set_index("order_id"), shop["items"]
    goods = (items["quantity"] * items["unit_price"]).groupby(items["order_id"]).sum()
    assert np.allclose(goods, orders["goods"], atol=0.001)
    assert np.allclose(orders["goods"] - orders["discount"] + orders["shipping"], orders["total"], atol=0.001)


def test_every_reference_of_the_shop_is_met(shop: dict[str, pd.DataFrame]) -> None:
    customers, products, orders, items = (shop[name] for name in ("customers", "products", "orders", "items"))
    for table, key in ((customers, "customer_id"), (products, "product_id"), (orders, "order_id")):
        assert table[key].tolist() == list(range(1, len(table) + 1))
    assert set(orders["customer_id"]) == set(customers["customer_id"]) == set(shop["segments"]["customer_id"])
    assert set(items["order_id"]) == set(orders["order_id"])
    assert set(items["product_id"]) == set(products["product_id"])
    assert not items.duplicated(["order_id", "product_id"]).any()
    assert not any(table.isna().any(axis=None) for table in shop.values())


def test_shipping_and_discount_follow_their_rules(shop: dict[str, pd.DataFrame]) -> None:
    orders = shop["orders"].merge(shop["customers"], on="customer_id")
    day = orders["ordered_at"]
    sale = (day.dt.month == 11) & day.dt.day.between(20, 27)
    assert (orders["discount"] > 0).equals(sale) and sale.sum() == 585
    assert ((orders["discount"] - 0.1 * orders["goods"])[sale].abs() < 0.0051).all()
    near = {"AT": 4.90, "DE": 6.90}
    price = orders["country"].map(near).fillna(14.90)
    free_from = orders["country"].map(dict.fromkeys(near, 49)).fillna(149)
    assert np.allclose(orders["shipping"], price.where(orders["goods"] - orders["discount"] < free_from - 0.001, 0))


def test_a_price_holds_for_a_year_and_rises(shop: dict[str, pd.DataFrame]) -> None:
    sold = shop["items"].merge(shop["orders"], on="order_id").merge(shop["products"], on="product_id")
    prices = sold.groupby(["product_id", sold["ordered_at"].dt.year])["unit_price"].agg(["min", "max"])
    assert (prices["min"] == prices["max"]).all()
    yearly = prices["min"].unstack()
    assert (yearly.diff(axis=1).iloc[:, 1:].fillna(0) >= 0).all(axis=None)
    assert sold.loc[sold["ordered_at"].dt.year == 2023].eval("unit_price == price").all()
    # What people are used to pay for these things, and endings as on price tags.
    assert shop["products"].groupby("category")["price"].median().between(9, 700).all()
    assert (shop["products"]["price"] * 100).round().mod(10).isin([0, 4, 9]).all()


def test_the_shop_knows_seasons_weekends_and_evenings(shop: dict[str, pd.DataFrame]) -> None:
    moments = shop["orders"]["ordered_at"]
    assert moments.is_monotonic_increasing
    months, days = moments.dt.month.value_counts(), moments.dt.day_of_week.value_counts()
    assert months.idxmax() == 12 and months[12] > 1.9 * months[8]
    assert days.idxmax() == 6 and days.idxmin() == 5 and days[6] > 1.5 * days[5]
    assert moments.dt.hour.between(18, 22).mean() > 0.4 and moments.dt.hour.between(0, 5).mean() < 0.02
    assert set(moments.dt.year) == {2021, 2022, 2023}


def test_customers_have_names_from_several_countries(shop: dict[str, pd.DataFrame]) -> None:
    customers = shop["customers"]
    card = datasets.card("shop")
    for country, count in customers["country"].value_counts().items():
        assert f"`{country}` {count}" in card
    assert customers["name"].nunique() == 1_354
    assert customers["city"].nunique() == 24
    assert customers.groupby("city")["country"].nunique().eq(1).all()
    # Czech surnames go by gender, in pairs that nobody may mix.
    czech = customers.loc[customers["country"] == "CZ", "name"].str.split()
    women = czech.str[0].isin(["Jana", "Lucie", "Tereza", "Eliška", "Veronika"])
    assert czech.str[1].str.endswith("á").equals(women) and 0 < women.sum() < len(women)
    waited = (
        shop["orders"].groupby("customer_id")["ordered_at"].min().dt.normalize().to_numpy() - customers["signed_up"]
    )
    assert waited.dt.days.between(0, 9).all()


def test_the_segments_are_as_large_as_the_card_says(shop: dict[str, pd.DataFrame]) -> None:
    stated = dict(re.findall(r"\| `([a-z ]+)` \| (\d+) \|", datasets.card("shop")))
    assert shop["segments"]["segment"].value_counts().to_dict() == {name: int(count) for name, count in stated.items()}


def test_the_segments_are_found_by_recency_frequency_and_value(shop: dict[str, pd.DataFrame]) -> None:
    delivered = shop["orders"].query("status == 'delivered'")
    customer = delivered.groupby("customer_id")
    recency = (pd.Timestamp(2024, 1, 1) - customer["ordered_at"].max()).dt.days
    rfm = np.log1p(pd.DataFrame({"r": recency, "f": customer.size(), "m": customer["total"].mean()}))
    scaled = (rfm - rfm.mean()) / rfm.std()
    clusters = KMeans(5, n_init=10, random_state=0).fit_predict(scaled)
    truth = shop["segments"].set_index("customer_id")["segment"].loc[rfm.index]
    assert adjusted_rand_score(truth, clusters) == pytest.approx(0.76, abs=0.02)


def test_each_segment_does_what_the_card_says(shop: dict[str, pd.DataFrame]) -> None:
    orders = shop["orders"].merge(shop["segments"], on="customer_id")
    by = dict(list(orders.groupby("segment")))
    assert by["taster"]["customer_id"].is_unique
    assert by["gift buyer"]["ordered_at"].dt.month.isin([11, 12]).all()
    assert not by["gift buyer"].assign(year=lambda t: t["ordered_at"].dt.year).duplicated(["customer_id", "year"]).any()
    assert by["lapsed"]["ordered_at"].max() < pd.Timestamp(2023, 5, 6)
    assert by["enthusiast"]["total"].mean() > 2 * by["regular"]["total"].mean()


def test_summing_totals_over_items_is_the_trap_that_the_card_says(shop: dict[str, pd.DataFrame]) -> None:
    joined = shop["items"].merge(shop["orders"], on="order_id")
    assert joined["total"].sum() > 1.5 * shop["orders"]["total"].sum()
