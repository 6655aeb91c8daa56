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
