"""The times of a journal's entries, made usable where a clock was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

PAUSE: Final = timedelta(minutes=20)
"""Between two entries that lie further apart nobody was at work."""
JUMP: Final = timedelta(hours=1)
"""A clock that is put right by less than this is nothing to talk about."""


@dataclass(frozen=True)
class Moments:
    """A moment for each entry, never before the one of the entry above it, and a sentence for each oddity."""

    moments: tuple[datetime, ...]
    problems: tuple[str, ...]


def dated(times: Sequence[str], now: datetime) -> Moments:
    """Reads the entries' times, in the zone of `now`.

    The order of the entries is what can be trusted. A time that lies in the future, is earlier than the time of an
    entry above it, or is no time at all is replaced by the time of the entry above it.
    """
    moments: list[datetime] = []
    ahead = back = unreadable = 0
    for text in times:
        moment = _moment(text, now)
        before = moments[-1] if moments else None
        if moment is None:
            unreadable += 1
        elif moment > now:
            ahead += moment - now > JUMP
            moment = None
        elif before is not None and moment < before:
            back += before - moment > JUMP
            moment = None
        moments.append(moment or before or now)
    problems = []
    if ahead:
        problems.append(
            f"{_entries(ahead)} from later than now ({now:%Y-%m-%d %H:%M}): is this computer's clock "
            "right? What you did counts; its days may be off."
        )
    if back:
        problems.append(
            f"{_entries(back)} from before the entry above: the clock was put back. "
            "What you did counts, in the order in which you did it."
        )
    if unreadable:
        problems.append(f"{_entries(unreadable)} without a time that can be read. What you did counts.")
    return Moments(tuple(moments), tuple(problems))


def hours_between(moments: Sequence[datetime]) -> float:
    """Hours of work: the gaps between entries, without those longer than a pause."""
    gaps = (later - earlier for earlier, later in pairwise(moments))
    return sum((gap for gap in gaps if gap <= PAUSE), timedelta()) / timedelta(hours=1)


def _moment(text: str, now: datetime) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(now.tzinfo)
    except (ValueError, OverflowError):
        return None


def _entries(count: int) -> str:
    return "1 entry of your journal is" if count == 1 else f"{count} entries of your journal are"
