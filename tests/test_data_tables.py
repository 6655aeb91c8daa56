"""The shipped tables have the types, ranges, gaps and traps of their cards."""

import pandas as pd
import pytest

from autograder import datasets

Frames = dict[str, pd.DataFrame]


def gaps(frame: pd.DataFrame) -> dict[str, int]:
    """How many values are missing, for each column that has gaps."""
    missing = frame.isna().sum()
    return missing[missing > 0].to_dict()


def kinds(frame: pd.DataFrame) -> dict[str, str]:
    return {column: str(dtype) for column, dtype in frame.dtypes.items()}


@pytest.fixture(scope="module")
def nyc() -> Frames:
    return datasets.load("flights13")


def test_the_flights_have_their_types(nyc: Frames) -> None:
    text, partial = ["carrier", "tailnum", "origin", "dest"], ["dep_time", "dep_delay", "arr_time", "arr_delay"]
    expected = dict.fromkeys(nyc["flights"].columns, "int64") | dict.fromkeys(text, "str")
    expected |= dict.fromkeys([*partial, "air_time"], "float64") | {"time_hour": "datetime64[us]"}
    assert kinds(nyc["flights"]) == expected
    assert nyc["flights"].shape == (336_776, 17)
    assert nyc["weather"]["time_hour"].dtype == nyc["flights"]["time_hour"].dtype


def test_the_flights_have_the_gaps_of_their_card(nyc: Frames) -> None:
    assert {name: gaps(frame) for name, frame in nyc.items()} == {
        "airlines": {},
        "airports": {"tzone": 3},
        "flights": {
            "dep_time": 8_255,
            "dep_delay": 8_255,
            "arr_time": 8_713,
            "arr_delay": 9_430,
            "tailnum": 2_512,
            "air_time": 9_430,
        },
        "planes": {"year": 70, "speed": 3_299},
        "weather": {
            "temp": 1,
            "dewp": 1,
            "humid": 1,
            "wind_dir": 460,
            "wind_speed": 4,
            "wind_gust": 20_778,
            "pressure": 2_729,
        },
    }
    assert not any(frame.duplicated().any() for frame in nyc.values())


def test_the_flights_are_possible(nyc: Frames) -> None:
    flights = nyc["flights"]
    assert flights["dep_delay"].agg(["min", "max"]).tolist() == [-43, 1_301]
    assert flights["distance"].agg(["min", "max"]).tolist() == [17, 4_983]
    assert flights["origin"].value_counts().to_dict() == {"EWR": 120_835, "JFK": 111_279, "LGA": 104_662}
    assert (flights["dep_delay"] > 60).sum() == 26_581
    assert (flights["dep_time"] == 2400).sum() == 29


def test_the_hour_of_a_flight_is_the_one_on_new_yorks_clock(nyc: Frames) -> None:
    flights = nyc["flights"]
    hours = flights["time_hour"].dt
    assert (hours.year == flights["year"]).all()
    assert (hours.month == flights["month"]).all()
    assert (hours.day == flights["day"]).all()
    assert (hours.hour == flights["sched_dep_time"] // 100).all()


def test_joins_lose_as_many_flights_as_the_card_says(nyc: Frames) -> None:
    flights, weather = nyc["flights"], nyc["weather"]
    place_and_hour = ["origin", "time_hour"]
    assert (~flights["tailnum"].isin(nyc["planes"]["tailnum"])).sum() == 52_606
    assert (~flights["dest"].isin(nyc["airports"]["faa"])).sum() == 7_602
    assert flights["carrier"].isin(nyc["airlines"]["carrier"]).all()
    assert not nyc["planes"]["tailnum"].duplicated().any()
    twice = weather[weather.duplicated(place_and_hour)]
    assert twice["time_hour"].tolist() == [pd.Timestamp(2013, 11, 3, 1)] * 3
    assert flights.merge(twice, on=place_and_hour).empty
    met = flights.merge(weather.drop_duplicates(place_and_hour), on=place_and_hour)
    assert len(flights) - len(met) == 1_556


def test_one_wind_is_impossible(nyc: Frames) -> None:
    assert nyc["weather"]["wind_speed"].nlargest(2).round(1).tolist() == [1048.4, 42.6]


def test_every_day_of_four_years_has_its_weather() -> None:
    weather = datasets.load("seattle_weather")
    assert kinds(weather) == {
        "date": "datetime64[us]",
        "precipitation": "float64",
        "temp_max": "float64",
        "temp_min": "float64",
        "wind": "float64",
        "weather": "str",
    }
    assert weather["date"].tolist() == pd.date_range("2012-01-01", "2015-12-31").tolist()
    assert gaps(weather) == {}
    assert (weather["temp_min"] <= weather["temp_max"]).all()
    assert weather["precipitation"].between(0, 55.9).all()
    named = weather["weather"].value_counts().to_dict()
    assert named == {"rain": 641, "sun": 640, "fog": 101, "drizzle": 53, "snow": 26}
    assert ((weather["weather"] == "rain") & (weather["precipitation"] == 0)).sum() == 44


@pytest.fixture(scope="module")
def stocks() -> pd.DataFrame:
    return datasets.load("markets")["stocks"]


@pytest.fixture(scope="module")
def fx() -> pd.DataFrame:
    return datasets.load("markets")["fx"]


def test_the_stocks_have_their_types_and_days(stocks: pd.DataFrame) -> None:
    prices = ["Open", "High", "Low", "Close", "Adj Close"]
    expected = {"Ticker": "str", "Date": "datetime64[us]", "Volume": "int64"} | dict.fromkeys(prices, "float64")
    assert kinds(stocks) == expected
    days = stocks["Ticker"].value_counts().to_dict()
    assert days == {"AAPL": 3_270, "IBM": 3_270, "MSFT": 3_270, "GOOG": 2_148, "FB": 196}
    assert gaps(stocks) == {}
    assert not stocks.duplicated(["Ticker", "Date"]).any()
    assert stocks.groupby("Ticker")["Date"].is_monotonic_increasing.all()
    assert (stocks["Low"] <= stocks[["Open", "Close", "High"]].min(axis=1)).all()


@pytest.mark.parametrize(("ticker", "day"), [("AAPL", "2005-02-28"), ("MSFT", "2003-02-18")])
def test_a_split_halves_the_price_and_not_the_value(stocks: pd.DataFrame, ticker: str, day: str) -> None:
    one = stocks[stocks["Ticker"] == ticker].set_index("Date")
    assert one["Close"].pct_change()[day] < -0.45
    assert abs(one["Adj Close"].pct_change()[day]) < 0.05


def test_the_exchange_rates_begin_and_end_as_the_card_says(fx: pd.DataFrame) -> None:
    assert kinds(fx) == dict.fromkeys(fx.columns, "float64") | {"Date": "datetime64[us]"}
    assert fx["Date"].is_monotonic_increasing
    assert fx["Date"].is_unique
    assert fx["Date"].dt.day_of_week.max() == 4
    assert gaps(fx) == {"CNY": 1_599, "INR": 2_560, "BRL": 2_304, "TRY": 1_537, "RUB": 2_793}
    assert fx.set_index("Date")["RUB"].last_valid_index() == pd.Timestamp(2022, 3, 1)
    for currency in fx.columns[1:]:
        begun = fx[currency].loc[fx[currency].first_valid_index() : fx[currency].last_valid_index()]
        assert begun.gt(0).all()


def test_the_houses_are_whole() -> None:
    ames = datasets.load("ames")
    assert ames.shape == (2_930, 73)
    assert gaps(ames) == {}
    assert not ames.duplicated().any()
    assert ames.dtypes.astype(str).value_counts().to_dict() == {"str": 40, "int64": 31, "float64": 2}
    assert ames["Sale_Price"].agg(["min", "median", "max"]).tolist() == [12_789, 160_000, 755_000]
    assert ames["Neighborhood"].nunique() == 28
    assert (ames["Mas_Vnr_Type"] == "None").sum() == 1_775


def test_the_houses_have_the_traps_of_their_card() -> None:
    ames = datasets.load("ames")
    large = ames[ames["Gr_Liv_Area"] > 4_000]
    assert len(large) == 5
    assert (large["Sale_Price"] < 185_000).sum() == (large["Sale_Condition"] == "Partial").sum() == 3
    assert (ames["Lot_Frontage"] == 0).sum() == 490
    assert (ames["Total_Bsmt_SF"] - ames["BsmtFin_SF_2"] - ames["Bsmt_Unf_SF"]).min() == 0
    assert (ames["Year_Built"] > ames["Year_Sold"]).sum() == 1


def test_the_bicycles_have_their_types_and_traps() -> None:
    bikes = datasets.load("bike_hourly")
    scaled, text = ["temp", "atemp", "hum", "windspeed"], ["mnth", "weathersit"]
    expected = dict.fromkeys(bikes.columns, "int64") | dict.fromkeys(scaled, "float64") | dict.fromkeys(text, "str")
    assert kinds(bikes) == expected
    assert gaps(bikes) == {}
    assert bikes[scaled].ge(0).all(axis=None)
    assert bikes[scaled].le(1).all(axis=None)
    assert (bikes["casual"] + bikes["registered"]).equals(bikes["bikers"])
    assert bikes["bikers"].agg(["min", "max"]).tolist() == [1, 651]
    assert not bikes.duplicated(["day", "hr"]).any()
    assert 365 * 24 - len(bikes) == 115
    assert (bikes["hum"] == 0).sum() == 22


def test_the_bicycles_belong_to_2011() -> None:
    bikes = datasets.load("bike_hourly")
    days = pd.to_datetime("2010-12-31") + pd.to_timedelta(bikes["day"], unit="D")
    assert (days.dt.day_of_week == (bikes["weekday"] + 6) % 7).all()
    assert (days.dt.month_name().str[:3] == bikes["mnth"].str[:3]).all()


def test_the_customers_have_their_types_and_traps() -> None:
    customers = datasets.load("telco_churn")
    flags = ["female", "senior_citizen", "partner", "dependents", "phone_service", "paperless_billing"]
    expected = dict.fromkeys(customers.columns, "str") | dict.fromkeys([*flags, "tenure"], "int64")
    expected |= dict.fromkeys(["monthly_charges", "total_charges"], "float64")
    assert kinds(customers) == expected
    assert customers[flags].isin([0, 1]).all(axis=None)
    assert customers["churn"].value_counts().to_dict() == {"No": 5_174, "Yes": 1_869}
    assert gaps(customers) == {"total_charges": 11}
    assert customers.loc[customers["total_charges"].isna(), "tenure"].eq(0).all()
    assert customers.duplicated().sum() == 22
    assert customers["tenure"].between(0, 72).all()


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return datasets.load("acs_employment")["people"]


def test_the_people_are_ten_thousand_grown_ups_a_year(people: pd.DataFrame) -> None:
    assert people.shape == (40_000, 18)
    assert set(kinds(people).values()) == {"int64"}
    assert gaps(people) == {}
    assert people["year"].value_counts(sort=False).to_dict() == dict.fromkeys(range(2015, 2019), 10_000)
    assert people["AGEP"].agg(["min", "max"]).tolist() == [16, 95]
    assert people["employed"].mean() == pytest.approx(0.591175)
    assert people.duplicated().sum() == 5_627


def test_every_code_of_the_people_has_a_meaning(people: pd.DataFrame) -> None:
    codes = datasets.load("acs_employment")["codes"]
    assert len(codes) == 96
    assert not codes.duplicated(["column", "code"]).any()
    assert set(codes["column"]) == set(people.columns) - {"year", "AGEP"}
    for column, known in codes.groupby("column")["code"]:
        assert people[column].isin(known).all()


def test_soldiers_are_not_counted_as_employed(people: pd.DataFrame) -> None:
    assert people.loc[people["MIL"] == 1, "employed"].sum() == 0


def test_the_groups_of_people_have_the_sizes_of_the_card(people: pd.DataFrame) -> None:
    assert people["SEX"].value_counts().to_dict() == {2: 21_035, 1: 18_965}
    assert (people["DIS"] == 1).sum() == 6_190
    assert (people["ESP"] == 0).sum() == 38_929
    assert people["RAC1P"].value_counts()[[1, 5, 7]].tolist() == [33_161, 29, 10]
    assert (people["AGEP"] >= 65).sum() == 9_084
    assert (100 * people.groupby("year")["employed"].mean()).round(1).tolist() == [58.2, 59.4, 59.1, 59.9]
