"""Real films and invented people who rate them, by a latent-factor model whose every number is shipped.

What a film is like comes from its genres and its year, so that a model of its content can find it, too. A person
watches what is famous and what they expect to like; what is not rated is therefore not missing at random.
Chance is `random.Random`, whose numbers are the same under every version of Python.
"""

import math
import random
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from packing import write_columns

TITLE = "Ratings of 1,200 real films by 600 invented people"
VERSION = "1"
LICENCE = "CC0-1.0"
SOURCES = ["pip bokeh-sampledata==2026.1"]

SEED = 20_240_302
FILMS, USERS, RATINGS = 1_200, 600, 50_000
FEWEST = 20  # ratings of one user
MEAN, FILM_SPREAD, USER_SPREAD, NOISE = 3.2, 0.38, 0.35, 0.55
TASTE_SPREAD = 0.45
FIRST_DAY, DAYS = date(2021, 1, 1), 1_461
HOURS = [2, 1, 0.4, 0.1, 0.1, 0.1, 0.2, 0.5, 0.8, 1, 1, 1, 1.2, 1.3, 1.5, 1.7, 2, 2.5, 3, 4, 6, 8, 8, 5]
WEEKDAYS = [0.8, 0.7, 0.8, 0.9, 1.3, 1.7, 1.6]  # Monday first

# How each genre pulls on the first three factors; the fourth is the film's age.
GENRES = {
    "serious": {
        "Drama": 0.8, "Biography": 1.0, "History": 1.0, "War": 0.9, "Documentary": 1.0,
        "Comedy": -1.2, "Family": -0.8, "Animation": -0.7, "Musical": -0.4,
    },
    "spectacle": {
        "Action": 1.2, "Adventure": 1.1, "Sci-Fi": 1.1, "Fantasy": 0.8, "Animation": 0.3, "Western": 0.3,
        "Drama": -0.6, "Documentary": -1.0, "Romance": -0.7, "Biography": -0.8,
    },
    "dark": {
        "Horror": 1.5, "Crime": 1.0, "Thriller": 1.0, "Mystery": 0.9, "War": 0.4,
        "Romance": -0.9, "Family": -1.2, "Musical": -0.8, "Comedy": -0.6, "Animation": -0.7, "Sport": -0.6,
    },
}  # fmt: skip
FACTORS = [*GENRES, "recent"]


class Film(NamedTuple):
    imdb_id: str
    title: str
    year: int
    minutes: int
    genres: list[str]
    director: str
    country: str
    fame: int


class Truth(NamedTuple):
    bias: float
    factors: list[float]


def build(out: Path, package: Path) -> dict[str, int]:
    rng = random.Random(SEED)
    films = _films(package / "bokeh_sampledata" / "_data" / "movies.db")
    film_truth = _rounded(_film_truth(rng, films))
    user_truth = _rounded(
        [Truth(rng.gauss(0, USER_SPREAD), [rng.gauss(0, TASTE_SPREAD) for _ in FACTORS]) for _ in range(USERS)]
    )
    rows = _ratings(rng, films, film_truth, user_truth)

    film_ids = list(range(1, FILMS + 1))
    write_columns(
        out / "films.npz",
        {
            "film_id": film_ids,
            **{
                name: [getattr(film, name) for film in films]
                for name in ("imdb_id", "title", "year", "minutes", "director", "country")
            },
            "genres": [", ".join(film.genres) for film in films],
        },
    )
    columns = ("user_id", "film_id", "half_stars", "minute")
    write_columns(out / "ratings.npz", dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))
    _write_truth(out / "true_films.npz", "film_id", film_truth)
    _write_truth(out / "true_users.npz", "user_id", user_truth)
    return {"films.npz": FILMS, "ratings.npz": len(rows), "true_films.npz": FILMS, "true_users.npz": USERS}


def _films(database: Path) -> list[Film]:
    """The most reviewed films of which all is known, best known first."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(
            "SELECT imdbID, Title, Year, Runtime, Genre, Director, Country, Reviews "
            "FROM omdb JOIN tomatoes USING (ID) "
            "WHERE Title > '' AND Year > 0 AND Runtime > 0 AND Genre > '' AND Director > '' AND Country > '' "
            "AND Reviews > 0 ORDER BY Reviews DESC, imdbID LIMIT ?",
            (FILMS,),
        ).fetchall()
    return [
        Film(imdb, title, year, round(minutes), sorted(genres.split(", ")), director, country, reviews)
        for imdb, title, year, minutes, genres, director, country, reviews in rows
    ]


def _film_truth(rng: random.Random, films: list[Film]) -> list[Truth]:
    """How good each film is, and what it is like: its genres' mean pull and its age, each with a chance of its own."""
    raw = []
    for film in films:
        pulls = [sum(pull.get(genre, 0.0) for genre in film.genres) / len(film.genres) for pull in GENRES.values()]
        raw.append([*(pull + rng.gauss(0, 0.35) for pull in pulls), (film.year - 1995) / 12 + rng.gauss(0, 0.5)])
    columns = [_standardised(column) for column in zip(*raw, strict=True)]
    return [Truth(rng.gauss(0, FILM_SPREAD), list(factors)) for factors in zip(*columns, strict=True)]


def _standardised(values: tuple[float, ...]) -> list[float]:
    mean = math.fsum(values) / len(values)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
    return [max(-2.5, min(2.5, (value - mean) / spread)) for value in values]


def _rounded(truths: list[Truth]) -> list[Truth]:
    """To thousandths, as they are shipped: the ratings follow from what the learner can read."""
    return [Truth(round(bias, 3), [round(factor, 3) for factor in factors]) for bias, factors in truths]


def _ratings(
    rng: random.Random, films: list[Film], film_truth: list[Truth], user_truth: list[Truth]
) -> list[tuple[int, int, int, int]]:
    """(user, film, half stars, minute since the first day), in the order in which they were given."""
    rows = []
    fame = [2.6 * math.log(film.fame) for film in films]
    for user, (count, (bias, taste)) in enumerate(zip(_activity(rng), user_truth, strict=True), start=1):
        liked = [
            MEAN + bias + film.bias + sum(p * q for p, q in zip(taste, film.factors, strict=True))
            for film in film_truth
        ]
        # The largest of weights with Gumbel noise are a weighted sample without replacement.
        drawn = [
            known + 0.5 * like - math.log(-math.log(rng.random())) for known, like in zip(fame, liked, strict=True)
        ]
        watched = sorted(range(FILMS), key=lambda place: -drawn[place])[:count]
        for place, minute in zip(rng.sample(watched, count), _minutes(rng, count), strict=True):
            stars = liked[place] + rng.gauss(0, NOISE)
            rows.append((user, place + 1, max(1, min(10, round(2 * stars))), minute))
    return sorted(rows, key=lambda row: (row[3], row[0], row[1]))


def _activity(rng: random.Random) -> list[int]:
    """How many films each user rates: many few, few many, and all together exactly RATINGS."""
    weights = [rng.lognormvariate(0, 0.8) for _ in range(USERS)]
    scale = (RATINGS - FEWEST * USERS) / sum(weights)
    counts = [min(FILMS // 2, FEWEST + int(weight * scale)) for weight in weights]
    for user in rng.choices(range(USERS), k=RATINGS - sum(counts)):
        counts[user] += 1
    return counts


def _minutes(rng: random.Random, count: int) -> list[int]:
    """When one user rates: a few evenings, after the day they joined."""
    joined = rng.randrange(DAYS - 60)
    days = range(joined, DAYS)
    weights = [WEEKDAYS[(FIRST_DAY + timedelta(day)).weekday()] for day in days]
    evenings = rng.choices(days, weights, k=max(1, count // 3))
    minutes = []
    for day in rng.choices(evenings, k=count):
        [hour] = rng.choices(range(24), HOURS)
        minutes.append(1_440 * day + 60 * hour + rng.randrange(60))
    return sorted(minutes)


def _write_truth(path: Path, key: str, truths: list[Truth]) -> None:
    thousandths = {
        name: [round(1_000 * truth.factors[place]) for truth in truths] for place, name in enumerate(FACTORS)
    }
    bias = [round(1_000 * truth.bias) for truth in truths]
    write_columns(path, {key: list(range(1, len(truths) + 1)), "bias": bias, **thousandths})
