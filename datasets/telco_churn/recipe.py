"""Customers of an invented telephone company, as the R package modeldata has them."""

from pathlib import Path

from packing import write_table
from rdb import read_frame

TITLE = "Customers who leave a telephone company"
VERSION = "1"
LICENCE = "terms of the data not stated; package MIT"
SOURCES = ["apt r-cran-modeldata=1.1.0-1"]


def build(out: Path, package: Path) -> dict[str, int]:
    customers = read_frame(package / "usr/lib/R/site-library/modeldata/data", "wa_churn")
    return {"telco_churn.csv.gz": write_table(out / "telco_churn.csv.gz", customers)}
