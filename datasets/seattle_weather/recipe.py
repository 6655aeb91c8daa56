"""Four years of weather in Seattle: the table of vega-datasets, unchanged."""

import shutil
from pathlib import Path

TITLE = "Daily weather in Seattle, 2012 to 2015"
VERSION = "1"
LICENCE = "US government work, public domain"
SOURCES = ["npm vega-datasets@3.2.1"]


def build(out: Path, package: Path) -> dict[str, int]:
    shutil.copyfile(package / "package/data/seattle-weather.csv", out / "seattle_weather.csv")
    return {"seattle_weather.csv": 1_461}
