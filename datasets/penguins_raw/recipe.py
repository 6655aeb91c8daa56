"""Palmer penguins as they were written down, unchanged."""

import shutil
from pathlib import Path

TITLE = "Palmer penguins, raw"
VERSION = "1"
LICENCE = "CC0-1.0"
SOURCES = ["pip palmerpenguins==0.1.6"]


def build(out: Path, package: Path) -> dict[str, int]:
    shutil.copyfile(package / "palmerpenguins/data/penguins-raw.csv", out / "penguins_raw.csv")
    return {"penguins_raw.csv": 344}
