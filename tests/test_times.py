"""Times of entries where a clock was wrong: the order is kept, nothing is lost, one sentence says what is odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from autograder.times import dated, hours_between

NOW = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)


def hour(number: float) -> str:
    """A time so many hours before now."""
    return (NOW - timedelta(hours=number)).isoformat()


def test_times_in_order_stay_as_they_are() -> None:
    found = dated([hour(3), hour(2), hour(1)], NOW)
    assert [NOW - moment for moment in found.moments] == [timedelta(hours=h) for h in (3, 2, 1)]
    assert found.problems == ()


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    (moment,) = dated(["2026-03-10T23:00:00+09:00"], NOW).moments
    assert moment == datetime(2026, 3, 10, 14, 0, tzinfo=UTC)


def test_an_entry_from_before_the_one_above_happened_after_it() -> None:
    found = dated([hour(5), hour(5000), hour(1)], NOW)
    assert [NOW - moment for moment in found.moments] == [timedelta(hours=h) for h in (5, 5, 1)]
    assert len(found.problems) == 1
    assert found.problems[0].startswith(
        "1 entry of your journal is from before the entry above: the clock was put back."
    )


def test_a_clock_that_was_ahead_moves_only_its_own_entries() -> None:
    found = dated([hour(5), hour(-5000), hour(1)], NOW)
    assert [NOW - moment for moment in found.moments] == [timedelta(hours=h) for h in (5, 5, 1)]
    assert "is this computer's clock right?" in found.problems[0]


def test_a_clock_that_is_wrong_now_puts_everything_on_today() -> None:
    found = dated([hour(-3), hour(-2)], NOW)
    assert found.moments == (NOW, NOW)
    assert found.problems[0].startswith("2 entries of your journal are from later than now (2026-03-10 18:00)")


def test_a_clock_put_right_by_a_minute_is_not_talked_about() -> None:
    assert dated([hour(1), hour(1 + 1 / 60), hour(-1 / 60)], NOW).problems == ()


@pytest.mark.parametrize("text", ["yesterday", "", "2026-99-99", "0001-01-01T00:00:00+23:59"])
def test_what_is_no_time_takes_the_one_above(text: str) -> None:
    found = dated([hour(2), text], NOW)
    assert found.moments[0] == found.moments[1]
    assert found.problems == ("1 entry of your journal is without a time that can be read. What you did counts.",)


def test_hours_leave_out_pauses() -> None:
    minutes = [0, 10, 30, 51, 60]
    moments = [NOW + timedelta(minutes=minute) for minute in minutes]
    assert hours_between(moments) == pytest.approx((10 + 20 + 9) / 60)
    assert hours_between([]) == hours_between(moments[:1]) == 0
