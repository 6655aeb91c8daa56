"""First names in the USA in 1990, the two lists of the census made one."""

from collections import Counter
from pathlib import Path

from packing import write_table

TITLE = "First names in the USA, census of 1990"
VERSION = "1"
LICENCE = "US government work, public domain"
SOURCES = ["pip names==0.3.0"]


def build(out: Path, package: Path) -> dict[str, int]:
    thousandths: Counter[str] = Counter()
    for sex in ("female", "male"):
        for line in (package / f"names-0.3.0/names/dist.{sex}.first").read_text(encoding="ascii").splitlines():
            name, percent, _, _ = line.split()
            thousandths[name.title()] += round(1000 * float(percent))
    names = sorted(thousandths, key=lambda name: (-thousandths[name], name))
    # Half of the people stand in each list, so a share of one of them is half a share of all.
    percent = [f"{thousandths[name] / 2000:.4f}" for name in names]
    return {"census_names.csv.gz": write_table(out / "census_names.csv.gz", {"name": names, "percent": percent})}
