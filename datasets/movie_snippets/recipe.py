"""Sentences from reviews of films and of goods, each rated by many people."""

import io
import json
import re
import tarfile
from pathlib import Path
from statistics import fmean

from packing import write_table

TITLE = "Sentences from reviews, with what people felt in them"
VERSION = "1"
LICENCE = "MIT for the ratings, terms of the sentences not stated"
SOURCES = ["sdist vaderSentiment==3.3.2"]

EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+\w")


def build(out: Path, package: Path) -> dict[str, int]:
    inner = package / "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
    with tarfile.open(inner) as archive:

        def rows(file: str) -> list[list[str]]:
            opened = archive.extractfile(f"hutto_ICWSM_2014/{file}.txt")
            assert opened is not None
            return [line.rstrip("\r\n").split("\t") for line in io.TextIOWrapper(opened, "utf-8-sig", newline="\n")]

        counts = {}
        for name, source in (("amazon", "amazonReviewSnippets"), ("movies", "movieReviewSnippets")):
            ratings = {number: json.loads(each) for number, _, _, each in rows(f"{source}_anonDataRatings")}
            snippets = [(number, EMAIL.sub("[e-mail]", text)) for number, _, text in rows(f"{source}_GroundTruth")]
            table = {
                "id": [number for number, _ in snippets],
                "text": [text for _, text in snippets],
                "rating": [f"{fmean(ratings[number]):.4f}" for number, _ in snippets],
                "ratings": [" ".join(map(str, ratings[number])) for number, _ in snippets],
            }
            counts[f"{name}.csv.gz"] = write_table(out / f"{name}.csv.gz", table)
    return counts
