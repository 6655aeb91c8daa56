"""Forty thousand answers to the American Community Survey in Massachusetts, and what its codes mean."""

import random
from pathlib import Path

from packing import write_columns, write_table

TITLE = "Work and people in Massachusetts, American Community Survey, 2015 to 2018"
VERSION = "1"
LICENCE = "US government work, public domain"
SOURCES = ["pip nannyml==0.13.1"]

SEED = 20_180_701
PER_YEAR = 10_000
ADULT = 16
COLUMNS = ["year", "AGEP", "SCHL", "MAR", "RELP", "DIS", "ESP", "CIT", "MIG", "MIL", "ANC"]
COLUMNS += ["NATIVITY", "DEAR", "DEYE", "DREM", "SEX", "RAC1P", "employed"]

# Each column's lowest code, and what it and those after it mean.
MEANINGS = {
    "SCHL": (
        1,
        "no schooling / nursery school / kindergarten / grade 1 / grade 2 / grade 3 / grade 4 / grade 5 / "
        "grade 6 / grade 7 / grade 8 / grade 9 / grade 10 / grade 11 / grade 12, no diploma / high school "
        "diploma / equivalent of a high school diploma / college, less than a year / college, no degree / "
        "associate's degree / bachelor's degree / master's degree / professional degree / doctorate",
    ),
    "MAR": (1, "married / widowed / divorced / separated / never married"),
    "RELP": (
        0,
        "person who answers for the household / husband or wife / own child / adopted child / stepchild / "
        "brother or sister / father or mother / grandchild / parent-in-law / child-in-law / other relative / "
        "roomer or boarder / housemate / unmarried partner / foster child / other, not related / in an "
        "institution / in other group quarters",
    ),
    "DIS": (1, "with a disability / without a disability"),
    "ESP": (
        0,
        "not asked: no child of a parent in the household, or grown up / two parents, both work or look for "
        "work / two parents, only the father does / two parents, only the mother does / two parents, neither "
        "does / father only, who does / father only, who does not / mother only, who does / mother only, who "
        "does not",
    ),
    "CIT": (
        1,
        "born in the USA / born in a US territory / born abroad to American parents / naturalised / not a citizen",
    ),
    "MIG": (1, "same home as a year ago / abroad a year ago / another home in the USA a year ago"),
    "MIL": (
        0,
        "not asked: under 17 / on active duty now / on active duty in the past / training for reserves only / "
        "never served",
    ),
    "ANC": (1, "one ancestry / several / unclassified / not reported"),
    "NATIVITY": (1, "native / born abroad"),
    "DEAR": (1, "difficulty hearing / none"),
    "DEYE": (1, "difficulty seeing / none"),
    "DREM": (1, "difficulty remembering, concentrating or deciding / none"),
    "SEX": (1, "male / female"),
    "RAC1P": (
        1,
        "White / Black or African American / American Indian / Alaska Native / American Indian or Alaska "
        "Native, other / Asian / Native Hawaiian or other Pacific Islander / some other race / two or more "
        "races",
    ),
    "employed": (0, "not at work / civilian, at work in the week asked about"),
}


def build(out: Path, package: Path) -> dict[str, int]:
    from pyarrow import parquet

    data = package / "nannyml/datasets/data"
    people = []
    for part in ("reference", "analysis"):
        people += parquet.read_table(data / f"employment_MA_{part}.pq").to_pylist()
    target = parquet.read_table(data / "employment_MA_analysis_target.pq").to_pylist()
    employed = {row["id"]: row["employed"] for row in target}

    rng = random.Random(SEED)
    chosen = []
    for year in range(2015, 2019):
        adults = [row for row in people if row["year"] == year and row["AGEP"] >= ADULT]
        places = sorted(rng.sample(range(len(adults)), PER_YEAR))
        # The rows of 2015 hold their own answer, those of later years have it in a file apart.
        chosen += [{"employed": employed.get(adults[place]["id"])} | adults[place] for place in places]
    write_columns(out / "people.npz", {name: [int(row[name]) for row in chosen] for name in COLUMNS})

    codes = [
        (column, first + place, meaning)
        for column, (first, meanings) in MEANINGS.items()
        for place, meaning in enumerate(meanings.split(" / "))
    ]
    column, code, meaning = zip(*codes, strict=True)
    rows = write_table(out / "codes.csv.gz", {"column": column, "code": code, "meaning": meaning})
    return {"codes.csv.gz": rows, "people.npz": len(chosen)}
