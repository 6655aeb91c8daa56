"""A year of rented bicycles, hour by hour: the table of ISLP, unchanged, compressed."""

import gzip
from pathlib import Path

TITLE = "Rented bicycles in Washington, D.C., hour by hour"
VERSION = "1"
LICENCE = "terms of the data not stated by the package; package BSD-3-Clause"
SOURCES = ["pip islp==0.6.0"]


def build(out: Path, package: Path) -> dict[str, int]:
    table = (package / "ISLP/data/Bikeshare.csv").read_bytes()
    (out / "bike_hourly.csv.gz").write_bytes(gzip.compress(table, compresslevel=9, mtime=0))
    return {"bike_hourly.csv.gz": 8_645}
