"""Runs every benchmark: one line of JSON each; exit code 1 when a target is missed."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path


def main() -> int:
    here = Path(__file__).parent
    sys.path.insert(0, str(here))
    met = True
    for path in sorted(here.glob("*.py")):
        if path == Path(__file__):
            continue
        for result in getattr(import_module(path.stem), "benchmarks", tuple)():
            print(json.dumps(result), flush=True)
            met = met and result.get("met", True)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
