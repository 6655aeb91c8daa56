"""House sales in Ames, as the R package modeldata has them, without one column that it has spoiled."""

from pathlib import Path

from packing import write_table
from rdb import read_frame

TITLE = "House sales in Ames, Iowa, 2006 to 2010"
VERSION = "1"
LICENCE = "terms of the data not stated; package MIT"
SOURCES = ["apt r-cran-modeldata=1.1.0-1"]


def build(out: Path, package: Path) -> dict[str, int]:
    sales = read_frame(package / "usr/lib/R/site-library/modeldata/data", "ames")
    # It holds the place of BsmtFin_Type_1 among its levels where an area should be.
    del sales["BsmtFin_SF_1"]
    return {"ames.csv.gz": write_table(out / "ames.csv.gz", sales)}
