"""Exercises of 02-python/07-git."""

import os
import random
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from autograder.compare import Mismatch, equal
from autograder.exercise import Choice, Exercise
from autograder.snapshots import snapshot
from autograder.values import show

# A practice repository of the tests' own: a scene is built afresh in a temporary folder, the learner's script runs in it, and
# only what it leaves behind is looked at. Where there is no git, these tests have nothing to look at and let everything pass.

_GIT = shutil.which("git")
_BESIDE_GIT = [str(folder / place) for folder in Path(_GIT or "").parents for place in ("bin", "usr/bin")]
_SH = shutil.which("sh") or shutil.which("sh", path=os.pathsep.join(_BESIDE_GIT))
_SETTINGS = "[init]\n\tdefaultBranch = main\n[core]\n\tautocrlf = false\n[gc]\n\tauto = 0\n[safe]\n\tdirectory = *\n"


@dataclass(frozen=True)
class _Commit:
    """A commit of a scene: its files are those that change, and `after` names the commits it stands on."""

    label: str
    files: dict
    after: tuple = ()
    branch: str = "main"


@dataclass(frozen=True)
class _Scene:
    """A repository before the learner's script: commits, where we are, edits on top, files beside the folder."""

    commits: tuple = ()
    on: str = "main"
    tags: dict = field(default_factory=dict)
    staged: dict = field(default_factory=dict)
    edits: dict = field(default_factory=dict)
    beside: dict = field(default_factory=dict)


@dataclass(frozen=True)
class _State:
    """What a script has left behind. Commits of the scene go by their labels, all others are called `new`."""

    on: str  # the branch that we are on; empty where HEAD stands on no branch
    line: tuple  # from HEAD down, always to the first parent
    parents: tuple  # of HEAD
    tree: dict  # the files of HEAD, with their text
    folder: dict  # the files in the folder, with their text
    status: tuple  # what `git status` lists, two letters and the path
    branches: dict
    tags: dict  # name → (label, whether it is annotated)
    unfinished: str  # "merge", "revert", "bisect" … or nothing
    message: str  # the first line of HEAD's message
    scene: _Scene
    beside: dict
    said: str  # how the script ended, where it did not end well


def _environment(home):
    person = {"NAME": "Ada", "EMAIL": "ada@example.org", "DATE": "2026-03-02T09:00:00+0000"}
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR") if name in os.environ}
    return {
        **kept,
        **{f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in person.items()},
        "PATH": os.pathsep.join([os.environ.get("PATH", ""), *_BESIDE_GIT]),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CEILING_DIRECTORIES": str(home.parent),
        "GIT_EDITOR": "true",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_PAGER": "cat",
        "GIT_DEFAULT_HASH": "sha1",
        "LC_ALL": "C",
    }


def _run(command, folder, given="", seconds=8):
    """The finished run of a program in the practice folder, with an environment of its own."""
    return subprocess.run(
        command,
        cwd=folder,
        env=_environment(folder.parent / "home"),
        input=given.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=seconds,
        check=False,
    )


def _git(folder, *words, given=""):
    ran = _run([_GIT, *words], folder, given)
    return ran.stdout.decode(errors="replace") if ran.returncode == 0 else ""


def _history(commits, tags):
    """The commits as `git fast-import` reads them."""
    mark = {commit.label: number for number, commit in enumerate(commits, 1)}
    lines = []
    for number, commit in enumerate(commits, 1):
        lines += [f"commit refs/heads/{commit.branch}", f"mark :{number}"]
        lines += [f"committer Ben <ben@example.org> {1772000000 + 3600 * number} +0000"]
        lines += [f"data {len(commit.label.encode())}", commit.label]
        lines += [f"{'merge' if nth else 'from'} :{mark[label]}" for nth, label in enumerate(commit.after)]
        for path, text in commit.files.items():
            lines += [f"M 100644 inline {path}", f"data {len(text.encode())}", text]
        lines.append("")
    for name, label in tags.items():
        lines += [f"reset refs/tags/{name}", f"from :{mark[label]}", ""]
    return "\n".join(lines)


def _write(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")


def _build(folder, scene):
    """Makes the scene in an empty folder; the label of each commit by its hash."""
    labels = {}
    if scene.commits:
        _git(folder, "init", "-q")
        marks = folder.parent / "marks"
        _git(folder, "fast-import", "--quiet", f"--export-marks={marks}", given=_history(scene.commits, scene.tags))
        _git(folder, "symbolic-ref", "HEAD", f"refs/heads/{scene.on}")
        _git(folder, "reset", "-q", "--hard")
        for line in marks.read_text().splitlines():
            number, commit = line[1:].split()
            labels[commit] = scene.commits[int(number) - 1].label
    _write(folder, scene.staged)
    if scene.staged:
        _git(folder, "add", *scene.staged)
    _write(folder, scene.edits)
    _write(folder.parent, scene.beside)
    return labels


def _files(folder):
    found = [p for p in folder.rglob("*") if p.is_file() and ".git" not in p.relative_to(folder).parts]
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8", errors="replace") for p in sorted(found)}


_UNFINISHED = {
    "MERGE_HEAD": "merge",
    "REVERT_HEAD": "revert",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "BISECT_LOG": "bisect",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
}


def _look(folder, scene, labels, said):
    def label(commit):
        return labels.get(commit, "new")

    log = _git(folder, "log", "--first-parent", "--format=%H%x09%P%x09%s").splitlines()
    commits = [line.split("\t", 2) for line in log]
    paths = _git(folder, "ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0")[:-1]
    blobs = _git(folder, "cat-file", "--batch=%(objectsize)", given="".join(f"HEAD:{path}\n" for path in paths))
    tree, rest = {}, blobs.encode()
    for path in paths:
        size, _, rest = rest.partition(b"\n")
        tree[path], rest = rest[: int(size)].decode(errors="replace"), rest[int(size) + 1 :]
    refs = _git(folder, "for-each-ref", "--format=%(refname)%09%(objecttype)%09%(objectname)%09%(*objectname)")
    branches, tags = {}, {}
    for name, kind, own, meant in (line.split("\t") for line in refs.splitlines()):
        if name.startswith("refs/heads/"):
            branches[name.removeprefix("refs/heads/")] = label(own)
        elif name.startswith("refs/tags/"):
            tags[name.removeprefix("refs/tags/")] = (label(meant or own), kind == "tag")
    status = _git(folder, "status", "--porcelain", "--untracked-files=all").splitlines()
    return _State(
        on=_git(folder, "symbolic-ref", "-q", "--short", "HEAD").strip(),
        line=tuple(label(commit) for commit, _, _ in commits),
        parents=tuple(label(parent) for parent in commits[0][1].split()) if commits else (),
        tree=tree,
        folder=_files(folder),
        status=tuple(status),
        branches=branches,
        tags=tags,
        unfinished=next((word for name, word in _UNFINISHED.items() if (folder / ".git" / name).exists()), ""),
        message=commits[0][2] if commits else "",
        scene=scene,
        beside={path: (folder.parent / path).read_text() for path in scene.beside if (folder.parent / path).exists()},
        said=said,
    )


def _after(scene_of, script, seed=0):
    """The state in which a script leaves a scene; None on a machine without git."""
    return _tried(scene_of, script, seed) if _GIT and _SH else None


@lru_cache(maxsize=128)
def _tried(scene_of, script, seed):
    scene = scene_of(random.Random(seed))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        above = Path(name).resolve()
        home, folder = above / "home", above / "shop"
        home.mkdir()
        folder.mkdir()
        (home / ".gitconfig").write_text(_SETTINGS, encoding="utf-8")
        labels = _build(folder, scene)
        try:
            ran = _run([_SH, "-e", "-c", script], folder)
            words = ran.stdout.decode(errors="replace").strip().splitlines()
            said = f"Your script stopped with exit code {ran.returncode}" if ran.returncode else ""
            grave = [line for line in words if line.startswith(("fatal", "error", "CONFLICT"))]
            said += f"; what it heard was: {(grave or words)[-1][:200]}" if said and words else ""
        except subprocess.TimeoutExpired:
            said = "Your script was still running after 8 seconds and was stopped"
        return _look(folder, scene, labels, said)


def _kind(said):
    """How a script ended, without the names, hashes and numbers in it: the same slip with other names is the same slip."""
    return re.sub(r"'[^']*'|\b[0-9a-f]{7,}\b|\d+", "", said)


def _same(state, got, expected, message):
    """The state is as it should be; else `message`, and how the script ended if it did not end well."""
    if snapshot(got) != snapshot(expected):
        words = f"{message} {state.said}." if state.said else message
        raise Mismatch(words, show(got), show(expected), snapshot([got, _kind(state.said)]))


def _seed(rng):
    return int(rng.integers(1, 1_000_000))


def _number(chance):
    return chance.randint(11, 89)


warmup_1 = Choice(
    correct="b",
    concepts=["exit code"],
    distractors={
        "a": "What a program finds, it prints or writes. The exit code only says whether it went well, and 1 says that it did not.",
        "c": "Nobody measures time in exit codes. 0 means that all went well; every other number means that something failed.",
    },
    hints=["Which exit code does a program have that simply runs to its end?"],
)

warmup_2 = Choice(
    correct="c",
    concepts=["relative path"],
    distractors={
        "a": "That would be the folder of the script. A relative path starts from where the program was *started*, "
        "wherever its own file lies.",
        "b": "`..` is the folder *above*. From `shop` one step up is `ada`.",
    },
    hints=["Two questions: from which folder does a relative path start, and what does `..` mean there?"],
)


# First commit

first_commit = Exercise(
    concepts=["repository", "staging", "commit", "commit message"],
    minutes=7,
    file="first_commit.sh",
    inside=True,
    seconds=10,
    hints=[
        "Two steps are missing: choosing what goes into the snapshot, and taking it. Which command does which?",
        "Choose by name: each of the two files after the same command.",
        "Taking it needs the reason, in quotes, after `-m`.",
    ],
)


def _unversioned(chance):
    return _Scene(
        edits={
            "price.py": f"def price(days):\n    return {_number(chance)} * days\n",
            "README.md": f"# Rental {_number(chance)}\n",
            "notes.txt": f"ask Ben about {_number(chance)}\n",
        }
    )


@first_commit.test("the folder is a repository with exactly one commit")
def _(answer):
    if state := _after(_unversioned, answer):
        words = "There is no commit yet." if not state.line else "There should be one commit."
        _same(state, len(state.line), 1, words)


def _holds_the_two(state):
    found = {path: state.tree.get(path) for path in sorted({*state.tree, "price.py", "README.md"})}
    wanted = {path: state.scene.edits[path] for path in ("README.md", "price.py")}
    extra = sorted(found.keys() - wanted.keys())
    absent = [path for path in wanted if found[path] is None]
    if extra:
        words = f"`{extra[0]}` is in the commit, and should not be."
    elif absent:
        words = f"`{absent[0]}` is not in the commit."
    else:
        words = "The files in the commit are not those of the folder."
    _same(state, found, wanted, words)


@first_commit.test("`price.py` and `README.md` are in the commit as they are in the folder, and nothing else", points=2)
def _(answer):
    if state := _after(_unversioned, answer):
        _holds_the_two(state)


@first_commit.test("the notes stay in the folder, untracked, and nothing waits to be committed", hidden=True)
def _(answer, rng):
    if state := _after(_unversioned, answer, _seed(rng)):
        _holds_the_two(state)
        found = {path: state.folder.get(path) for path in state.scene.edits}
        _same(state, found, state.scene.edits, "The files in the folder are no longer what they were.")
        waiting = [line for line in state.status if not line.startswith("??")]
        _same(state, waiting, [], "Something is still staged or changed.")


@first_commit.test(
    "the first line of the message says what the commit does: three words or more, 50 characters at most"
)
def _(answer):
    if state := _after(_unversioned, answer):
        _same(state, bool(state.line), True, "There is no commit yet, so there is no message.")
        words = f"The message says: {state.message!r}."
        _same(state, (len(state.message.split()) >= 3, len(state.message) <= 50), (True, True), words)


_INIT = "git init -q\n"


@first_commit.mistake(
    "`git add .` (and `-A`) means *everything here*, so your private notes went into the snapshot as well, for all who "
    "will ever have the repository. Name what belongs in."
)
def adds_everything():
    return _INIT + 'git add .\ngit commit -q -m "Add the price of a rental"\n'


@first_commit.mistake(
    "Nothing was staged, so `git commit` had nothing to commit, and there is no snapshot. A new file is unknown to git until "
    "you `git add` it; `-a` looks only at files that git knows already."
)
def commits_without_adding():
    return _INIT + 'git commit -q -a -m "Add the price of a rental"\n'


@first_commit.mistake(
    "The files are staged, but no commit came of it. Staging only lays things out for the photograph; the commit takes it. "
    "(Without `-m`, git opens an editor for the message, and here it finds none: it gives up.)"
)
def only_adds():
    return _INIT + "git add price.py README.md\n"


@first_commit.mistake(
    "A message of one or two words will not help whoever searches the history in a year. Say what the commit does, in at least three words."
)
def says_nothing():
    return _INIT + "git add price.py README.md\ngit commit -q -m update\n"


@first_commit.mistake(
    "Only one of the two files is in the commit. `git add` takes as many names as you like, with spaces between them."
)
def adds_only_one():
    return _INIT + 'git add price.py\ngit commit -q -m "Add the price of a rental"\n'


@first_commit.mistake(
    "You made a commit for each file. They belong to one thought, *the rental has a price*, so one snapshot should hold both: add "
    "them first, then commit once."
)
def one_commit_each():
    return (
        _INIT
        + 'git add price.py\ngit commit -q -m "Add the price function"\ngit add README.md\ngit commit -qm "Add a short readme"\n'
    )


@first_commit.mistake(
    "The notes are out of the commit, and out of the folder too: `rm` has deleted them. To leave a file out, it is enough not to add it."
)
def deletes_the_notes():
    return _INIT + 'rm notes.txt\ngit add .\ngit commit -q -m "Add the price of a rental"\n'


@first_commit.mistake(
    "The first line of the message is longer than 50 characters, and lists cut it off. Put the gist there in short words; whatever else is worth saying "
    "goes below, after an empty line."
)
def says_too_much():
    long = "Add price.py, which computes the price of a rental, and a README.md"
    return _INIT + f'git add price.py README.md\ngit commit -q -m "{long}"\n'


@first_commit.also_right
def adds_everything_and_takes_the_notes_back():
    return "git init\ngit add .\ngit rm -q --cached notes.txt\ngit commit -m 'Compute the price of a rental' -m 'First version.'\n"


# Reading a diff

diffstat = Exercise(
    concepts=["diff", "reading history"],
    minutes=9,
    hints=[
        "Walk through the lines. How do you notice that a new file begins, and that its header has ended?",
        "Keep two things while you walk: the path of the file you are in, and whether you have passed its first line that starts with `@@`.",
        "Only after `@@` does the first character say what happened to a line.",
    ],
)

_WORDS = ["price", "day = 3", "# helmets", "return total", "", "    pass", "+ 4", "- 4", "@@ note", "diff --git it"]


def _hunk(rng, changes):
    """Lines of a hunk, and how many of them were added and removed."""
    lines, added, removed = [], 0, 0
    for _ in range(changes):
        lines += [" " + _WORDS[int(i)] for i in rng.integers(len(_WORDS), size=int(rng.integers(0, 3)))]
        minus, plus = int(rng.integers(0, 3)), int(rng.integers(0, 4))
        lines += ["-" + _WORDS[int(i)] for i in rng.integers(len(_WORDS), size=minus)]
        lines += ["+" + _WORDS[int(i)] for i in rng.integers(len(_WORDS), size=plus)]
        added, removed = added + plus, removed + minus
    return ["@@ -3,9 +3,9 @@ def price(days):", *lines], added, removed


def _header(path, kind="changed"):
    before = "/dev/null" if kind == "new" else f"a/{path}"
    after = "/dev/null" if kind == "deleted" else f"b/{path}"
    mode = {"new": ["new file mode 100644"], "deleted": ["deleted file mode 100644"], "changed": []}[kind]
    return [f"diff --git a/{path} b/{path}", *mode, "index 83db48f..bf269f4 100644", f"--- {before}", f"+++ {after}"]


_EXAMPLE = """\
diff --git a/price.py b/price.py
index 5855986..f218c3f 100644
--- a/price.py
+++ b/price.py
@@ -1,3 +1,4 @@
 PER_DAY = 17
-HELMET = 3
+HELMET = 4
+LOCK = 2
 INSURANCE = 5
"""


@diffstat.test("the example of the statement: one file, two lines added, one removed")
def _(answer):
    equal(answer(_EXAMPLE), {"price.py": (2, 1)})


@diffstat.test("no difference gives an empty dict")
def _(answer):
    equal(answer(""), {})


@diffstat.test("several files, several places in each: every file has its own counts", points=2, hidden=True)
def _(answer, rng):
    lines, expected = [], {}
    for path in ("price.py", "docs/hours.md", "tests/test_price.py"):
        lines += _header(path)
        expected[path] = (0, 0)
        for _ in range(2):
            hunk, added, removed = _hunk(rng, changes=2)
            hunk += ["+one more"] * (len(expected) + 1)
            lines += [*hunk, "-one less"]
            expected[path] = (expected[path][0] + added + len(expected) + 1, expected[path][1] + removed + 1)
    equal(answer("\n".join(lines) + "\n"), expected)


@diffstat.test("a file that is new, one that is deleted, and one where only the mode changed")
def _(answer):
    lines = [*_header("new.py", "new"), "@@ -0,0 +1,3 @@", "+a", "+b", "+c"]
    lines += [*_header("old.py", "deleted"), "@@ -1,2 +0,0 @@", "-a", "-b"]
    lines += ["diff --git a/run.sh b/run.sh", "old mode 100644", "new mode 100755"]
    equal(answer("\n".join(lines) + "\n"), {"new.py": (3, 0), "old.py": (0, 2), "run.sh": (0, 0)})


@diffstat.test("a changed line may itself begin with -- or ++, and an unchanged one may contain anything")
def _(answer):
    lines = [*_header("hours.sql"), "@@ -1,4 +1,5 @@", "--- Monday", "--- Tuesday", "+++ Sunday", "+x", "+y"]
    lines += [" + not a change", " @@ nor this", " diff --git a/x b/x", "\\ No newline at end of file"]
    equal(answer("\n".join(lines) + "\n"), {"hours.sql": (3, 2)})


def _counting(diff, is_added, is_removed, after_at=True):
    counts, inside, path = {}, False, ""
    for line in diff.splitlines():
        if line.startswith("diff --git "):
            path, inside = line.split()[-1][2:], not after_at
            counts[path] = (0, 0)
        elif line.startswith("@@"):
            inside = True
        elif inside:
            added, removed = counts[path]
            counts[path] = (added + is_added(line), removed + is_removed(line))
    return counts


@diffstat.mistake(
    "Each file has one too many of both: you counted the header's `---` and `+++` lines. They name the file before and after; the "
    "changed lines come after the first `@@`."
)
def counts_the_header(diff):
    return _counting(diff, lambda line: line.startswith("+"), lambda line: line.startswith("-"), after_at=False)


@diffstat.mistake(
    "You skip every line that begins with `---` or `+++`. But a *removed* line whose own text begins with `--`, a comment in SQL, looks just like "
    "that. What tells the header is its place: it stands before the first `@@`."
)
def skips_by_looks(diff):
    return _counting(
        diff,
        lambda line: line.startswith("+") and not line.startswith("+++"),
        lambda line: line.startswith("-") and not line.startswith("---"),
        after_at=False,
    )


@diffstat.mistake(
    "The two counts stand the other way round: first the lines that came in (`+`), then those that went (`-`)."
)
def swaps(diff):
    return {path: (removed, added) for path, (added, removed) in _right(diff).items()}


@diffstat.mistake(
    "You look for `+` and `-` anywhere in a line, so unchanged lines with an arithmetic in them count as well. Only the *first* character "
    "belongs to git; the rest is the line's own."
)
def looks_anywhere(diff):
    return _counting(diff, lambda line: "+" in line, lambda line: "-" in line)


@diffstat.mistake(
    "All files have the same counts, or each has those of the files before it as well: the counters must start at 0 again with every new file."
)
def never_starts_again(diff):
    counts, added, removed = {}, 0, 0
    for path, (more, less) in _right(diff).items():
        added, removed = added + more, removed + less
        counts[path] = (added, removed)
    return counts


@diffstat.mistake(
    "A deleted file comes out as `/dev/null`: that is what its `+++` line says, since after the change there is no such file. The line that "
    "begins with `diff --git` always has the name."
)
def names_from_the_plus_line(diff):
    names = iter(re.findall(r"^(?:--- \S+\n\+\+\+ (?:b/)?(\S+)\n@@|old mode)", diff, re.MULTILINE))
    return {next(names) or path: counts for path, counts in _right(diff).items()}


@diffstat.mistake(
    "The file where only the mode changed is missing. A file enters the dict when its `diff --git` line comes by, even if no changed line follows."
)
def forgets_the_unchanged(diff):
    return {path: counts for path, counts in _right(diff).items() if counts != (0, 0)}


def _right(diff):
    return _counting(diff, lambda line: line.startswith("+"), lambda line: line.startswith("-"))


@diffstat.also_right
def cut_into_files(diff):
    counts = {}
    for part in ("\n" + diff).split("\ndiff --git ")[1:]:
        name, *lines = part.split("\n")
        start = next((i for i, line in enumerate(lines) if line[:2] == "@@"), len(lines))
        first = [line[:1] for line in lines[start:]]
        counts[name.split(" b/")[-1]] = [first.count("+"), first.count("-")]
    return counts


# What does not belong in there

ignore_rules = Exercise(
    concepts=["ignore file"],
    minutes=6,
    file="my.gitignore",
    inside=True,
    hints=[
        "For each rule ask: at any depth, or in one place only? That decides whether the pattern needs a slash in front.",
        "A pattern for the CSV files has three parts: the top, the folder, and a star with the ending. The exception must come after it.",
        "Git does not look into an ignored *folder*. So ignore the files in `data`, not `data`.",
    ],
)

_KEPT = [
    "price.py",
    "env.py",
    "sample.env",
    "data/example.csv",
    "data/README.md",
    "tests/data/small.csv",
    "docs/prices.csv",
]
_IGNORED = [".env", "server/.env", "__pycache__/price.pyc", "tests/__pycache__/test.pyc", "data/customers.csv"]


@lru_cache(maxsize=256)
def _taken(rules, paths):
    """Which of these files `git add -A` takes under an ignore file; None on a machine without git."""
    if not _GIT:
        return None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        above = Path(name).resolve()
        (above / "home").mkdir()
        (above / "home" / ".gitconfig").write_text(_SETTINGS, encoding="utf-8")
        folder = above / "shop"
        _write(folder, {**dict.fromkeys(paths, "x\n"), ".gitignore": rules})
        _git(folder, "init", "-q")
        _git(folder, "add", "-A")
        return _git(folder, "ls-files", "-z").split("\0")[:-1]


def _ignores(rules, ignored, kept):
    """The rules leave out all of `ignored`, and none of `kept`."""
    taken = _taken(rules, (*ignored, *kept))
    if taken is None:
        return
    let_in = [path for path in ignored if path in taken]
    left_out = [path for path in kept if path not in taken]
    seen = snapshot([let_in, left_out])
    if let_in:
        raise Mismatch(f"`{let_in[0]}` would be committed.", "", "", seen)
    if left_out:
        raise Mismatch(f"`{left_out[0]}` is ignored, and should be committed.", "", "", seen)


@ignore_rules.test("the password file is ignored wherever it lies, and other files with `env` in their names are not")
def _(answer):
    _ignores(answer, [".env", "server/.env", "a/b/.env"], ["env.py", "sample.env", ".envrc", "server/env.txt"])


@ignore_rules.test("what Python compiles is ignored at any depth")
def _(answer):
    _ignores(answer, [path for path in _IGNORED if "__" in path], ["cache.py", "price.py"])


@ignore_rules.test(
    "the customers' tables in `data` are ignored; tables elsewhere, and other files in `data`, are not", points=2
)
def _(answer):
    tables = ["data/customers.csv", "data/my_example.csv"]
    _ignores(answer, tables, ["data/README.md", "tests/data/small.csv", "docs/prices.csv"])


@ignore_rules.test("the example table in `data` is not ignored")
def _(answer):
    _ignores(answer, [], ["data/example.csv"])


@ignore_rules.test("all of it holds for other names and depths", hidden=True)
def _(answer, rng):
    a, b = (f"x{int(number)}" for number in rng.integers(10, 99, size=2))
    ignored = [f"{a}/{b}/.env", f"{a}/__pycache__/{b}.pyc", f"{a}/{b}/__pycache__/q.bin", f"data/{a}.csv"]
    kept = [
        f"{a}.py",
        f"{a}.env",
        f"data/{b}.md",
        f"{a}/data/{b}.csv",
        f"{a}.csv",
        "data/example.csv",
        f"{b}/data/example.csv",
    ]
    _ignores(answer, ignored, kept)


_RULES = ".env\n__pycache__/\n/data/*.csv\n!/data/example.csv\n"


@ignore_rules.mistake(
    "`data/` ignores the folder as a whole, and git does not look into an ignored folder: the `!` line finds nothing there to let in "
    "again, and the README is gone too. Ignore the *files* instead."
)
def ignores_the_folder():
    return _RULES.replace("/data/*.csv", "data/")


@ignore_rules.mistake(
    "`*.csv` has no slash, so it holds at every depth: the tables of the tests and the docs are ignored as well. The rule is about one folder."
)
def ignores_every_table():
    return _RULES.replace("/data/*.csv", "*.csv")


@ignore_rules.mistake(
    "The example table is ignored with the other tables. A line with `!` lets it in again, if it stands *after* the line that leaves it out: the last "
    "line that fits decides."
)
def exception_first():
    return ".env\n__pycache__/\n!/data/example.csv\n/data/*.csv\n"


@ignore_rules.mistake(
    "A slash at the front of `/.env` ties the pattern to the top folder. A password in `server/.env` would be committed."
)
def only_at_the_top():
    return _RULES.replace(".env", "/.env", 1)


@ignore_rules.mistake(
    "The star in `*.env` stands for any text, not only for none: `sample.env`, which shows colleagues what to fill in, is ignored as well."
)
def star_before_env():
    return _RULES.replace(".env", "*.env", 1)


@ignore_rules.mistake(
    "Your line for `.env` fits no file at all. A comment needs a line of its own: after a pattern, `# …` is part of the pattern. "
    "And a slash at the end fits folders only."
)
def comment_behind():
    return _RULES.replace(".env", ".env # secret", 1)


@ignore_rules.mistake(
    "The pattern for the tables fits a folder `data` at *any* depth (that is what `**/` says), so the small table of the tests is ignored too."
)
def any_data_folder():
    return _RULES.replace("/data/*.csv", "**/data/*.csv")


@ignore_rules.mistake(
    "`data/*` takes everything in the folder, so the README that explains the data is ignored too. Only the tables are about customers; what "
    "do their names have in common?"
)
def everything_in_data():
    return _RULES.replace("/data/*.csv", "/data/*")


@ignore_rules.mistake(
    "A slash at the front or in the middle ties a pattern to the top folder: `__pycache__` in `tests` would be committed. A slash at the *end* does not."
)
def cache_at_the_top():
    return _RULES.replace("__pycache__/", "/__pycache__/")


@ignore_rules.mistake(
    "`*.pyc` fits the files that Python puts in there today. The rule is about the folder: whatever else lies in `__pycache__` would be committed."
)
def compiled_files_only():
    return _RULES.replace("__pycache__/", "*.pyc")


@ignore_rules.mistake(
    "The star in `.env*` stands for any text, so `.envrc` is ignored as well. The name is `.env`, with nothing behind it."
)
def star_behind_env():
    return _RULES.replace(".env", ".env*", 1)


@ignore_rules.mistake(
    "The `!` line lets in every table whose name *ends* in `example.csv`, such as `data/my_example.csv`. One table is meant."
)
def too_many_examples():
    return _RULES.replace("!/data/example", "!/data/*example")


@ignore_rules.also_right
def with_stars():
    return "**/.env\n**/__pycache__\n# tables\ndata/*.csv\n!example.csv\n"


untrack = Exercise(
    concepts=["ignore file", "untracking", "secrets"],
    minutes=6,
    file="untrack.sh",
    inside=True,
    hints=[
        "An ignore file only speaks about files that git does not track. Which command makes a tracked file untracked and leaves it in the folder?",
        "`git rm` has an option for *in the index only*.",
        'A line is put at the end of a file by `echo "the line" >> file`. Then stage that file, and commit.',
    ],
)


def _leaked(chance):
    day, secret = _number(chance), chance.randint(1000, 9999)
    first = {"price.py": f"PER_DAY = {day}\n", ".gitignore": "__pycache__/\n"}
    return _Scene(
        commits=(
            _Commit("c1", first),
            _Commit("c2", {".env": f"PASSWORD=fish-{secret}\n"}, ("c1",)),
            _Commit("c3", {"price.py": f"PER_DAY = {day + 1}\n"}, ("c2",)),
        ),
        beside={},
    )


def _secret_text(state):
    return state.scene.commits[1].files[".env"]


@untrack.test("the newest commit no longer has the password file, and has all the others", points=2)
def _(answer):
    if state := _after(_leaked, answer):
        _same(state, ".env" in state.tree, False, "`.env` is still in the newest commit.")
        _same(state, state.tree.get("price.py"), state.scene.commits[2].files["price.py"], "`price.py` has changed.")


@untrack.test("the file is still in the folder, with the password in it")
def _(answer):
    if state := _after(_leaked, answer):
        words = "`.env` is gone from the folder." if ".env" not in state.folder else "The text of `.env` has changed."
        _same(state, state.folder.get(".env"), _secret_text(state), words)


@untrack.test(
    "`.env` is ignored from now on, what was ignored before still is, and that rule is committed", points=2, hidden=True
)
def _(answer, rng):
    if state := _after(_leaked, answer, _seed(rng)):
        _same(state, state.status, (), "`git status` should have nothing to say.")
        rules = state.tree.get(".gitignore", "")
        files = (".env", "__pycache__/price.pyc", ".envrc", ".gitignore", "price.py", "sample.env")
        taken = _taken(rules, files)
        found = [path for path in files if path not in taken]
        _same(
            state, found, list(files[:2]), "The committed .gitignore does not ignore what it should, and nothing else."
        )


@untrack.test("there is exactly one new commit on top of the old ones, which are as they were")
def _(answer):
    if state := _after(_leaked, answer):
        _same(
            state, (state.on, state.line), ("main", ("new", "c3", "c2", "c1")), "The history on main is not that one."
        )


_UNTRACK = 'git rm -q --cached .env\necho ".env" >> .gitignore\ngit add .gitignore\ngit commit -q -m "Stop tracking the password"\n'


@untrack.mistake(
    "Your commit adds the rule, and `.env` is in it all the same: an ignore file does nothing about files that are tracked already. Git must be told "
    "to let go of it first."
)
def only_ignores():
    return _UNTRACK.replace("git rm -q --cached .env\n", "")


@untrack.mistake(
    "The file is out of the commit and deleted from the folder as well, so the program has no password to log in with. `git rm` takes it out of both unless "
    "you say that you mean the index alone."
)
def removes_it_altogether():
    return _UNTRACK.replace(" --cached", "")


@untrack.mistake(
    "One `>` writes the file anew, and the old rule for `__pycache__` is lost. To add a line at the end there must be two of them."
)
def overwrites_the_rules():
    return _UNTRACK.replace(">>", ">")


@untrack.mistake(
    "`.env` is untracked, but nothing says that it is to be ignored: the next `git add .` brings the password back."
)
def forgets_the_rule():
    return 'git rm -q --cached .env\ngit commit -q -m "Stop tracking the password"\n'


@untrack.mistake(
    "The new rule stands in the folder's .gitignore only. Stage that file too, or your colleagues will never get the rule."
)
def leaves_the_rule_out():
    return _UNTRACK.replace("git add .gitignore\n", "")


@untrack.mistake(
    "All is prepared and nothing is committed: the newest commit still has the password file. The snapshot is still to be taken."
)
def never_commits():
    return _UNTRACK.partition("git commit")[0]


@untrack.mistake(
    "You replaced the last commit (by `--amend` or `reset`) instead of adding one. It may be on colleagues' machines already, and then their history and yours part ways."
)
def amends():
    return _UNTRACK.replace("git commit -q", "git commit -q --amend")


@untrack.mistake(
    "You made two commits: one takes the file out, one adds the rule. They are one thought, and between the two the next `git add .` would bring the password "
    "back. Prepare both, then commit once."
)
def commits_twice():
    return (
        'git rm -q --cached .env\ngit commit -q -m "Stop tracking the password"\n'
        + 'echo ".env" >> .gitignore\ngit add .gitignore\ngit commit -q -m "Ignore the password"\n'
    )


@untrack.mistake(
    "Your new rule ignores every name that begins with a dot, the `.gitignore` itself among them. One file is meant."
)
def ignores_every_dot():
    return _UNTRACK.replace('".env"', '".*"')


@untrack.also_right
def moved_away_and_back():
    return "mv .env ../kept\ngit rm -q .env\nmv ../kept .env\nprintf '.env\\n' >>.gitignore\ngit commit -qam 'Keep the password to ourselves'\n"


# Undo

undo = Exercise(
    concepts=["undo", "restore", "revert", "staging"],
    minutes=9,
    file="undo.sh",
    inside=True,
    hints=[
        "Three cases, three lines. For each ask: is it in the folder only, is it staged, or is it committed? The table has a line for each.",
        "`git revert` wants nothing staged, so it comes last.",
        "The newest commit is `HEAD`, the one before it `HEAD~1`. Which one is *third from the end*?",
    ],
)


def _messy(chance):
    day, helmet, lock, opens = (_number(chance) for _ in range(4))
    return _Scene(
        commits=(
            _Commit(
                "c1",
                {
                    "price.py": f"PER_DAY = {day}\n\nHELMET = {helmet}\n",
                    "README.md": f"# Rental {lock}\n",
                    "hours.txt": f"open at {opens}\n",
                },
            ),
            _Commit("c2", {"price.py": f"PER_DAY = {day}\n\nHELMET = {helmet + 100}\n"}, ("c1",)),
            _Commit("c3", {"hours.txt": f"open at {opens + 1}\n"}, ("c2",)),
            _Commit("c4", {"README.md": f"# Rental {lock}\n\nPrices in euros.\n"}, ("c3",)),
        ),
        staged={"hours.txt": f"open at {opens + 1}, closed on Mondays\n"},
        edits={"README.md": "asdf asdf\n"},
    )


@undo.test("`README.md` in the folder is as in the last commit again")
def _(answer):
    if state := _after(_messy, answer):
        wanted = state.scene.commits[3].files["README.md"]
        _same(state, state.folder.get("README.md"), wanted, "`README.md` in the folder is not the committed one.")


@undo.test("the edit of `hours.txt` is still in the folder, neither staged nor committed", points=2)
def _(answer):
    if state := _after(_messy, answer):
        edit = state.scene.staged["hours.txt"]
        _same(state, state.folder.get("hours.txt"), edit, "The edit of `hours.txt` is no longer in the folder.")
        committed = state.scene.commits[2].files["hours.txt"]
        _same(state, state.tree.get("hours.txt"), committed, "`hours.txt` in the newest commit is not as it should be.")
        hours = [line for line in state.status if line.endswith("hours.txt")]
        _same(state, hours, [" M hours.txt"], "`hours.txt` should be changed in the folder, and not staged.")


@undo.test("the helmet has its old price, in a new commit on top of the four old ones", points=2)
def _(answer):
    if state := _after(_messy, answer):
        wanted = state.scene.commits[0].files["price.py"]
        _same(
            state,
            state.tree.get("price.py"),
            wanted,
            "`price.py` in the newest commit is not as it was before the third commit from the end.",
        )
        line = ("new", "c4", "c3", "c2", "c1")
        _same(state, (state.on, state.line), ("main", line), "The history is not the four old commits and one new one.")


@undo.test("all of it holds for other contents, and nothing is left half done", points=2, hidden=True)
def _(answer, rng):
    if state := _after(_messy, answer, _seed(rng)):
        first, _, third, fourth = (commit.files for commit in state.scene.commits)
        tree = {"README.md": fourth["README.md"], "hours.txt": third["hours.txt"], "price.py": first["price.py"]}
        folder = {**tree, "hours.txt": state.scene.staged["hours.txt"]}
        words = "The newest commit or the folder does not hold what it should."
        _same(state, (state.tree, state.folder), (tree, folder), words)
        _same(state, state.status, (" M hours.txt",), "`git status` should list `hours.txt` alone, as changed.")
        _same(state, (state.unfinished, state.on), ("", "main"), "Something is left half done.")
        _same(state, state.line, ("new", "c4", "c3", "c2", "c1"), "The history is not that one.")


_UNDO = ["git restore README.md", "git restore --staged hours.txt", "git revert --no-edit HEAD~2"]


def _script(*lines):
    return "\n".join(lines) + "\n"


@undo.mistake(
    "The edit of `hours.txt` is lost, and for good: what was never committed, no command brings back. `git reset --hard` throws away every edit, and so does restoring both files "
    "in the folder. To take a file off the stage and keep the edit, restore its *staged* version only."
)
def resets_hard_first():
    return _script("git reset -q --hard", "git revert --no-edit HEAD~2")


@undo.mistake(
    "You moved the branch back, so the commits after the bad one are gone from it as well: your colleagues' work. Undoing a shared commit means *adding* one that does the "
    "opposite."
)
def resets_the_branch():
    return _script("git restore README.md", "git reset -q HEAD~3", "git restore price.py README.md")


@undo.mistake(
    "Git refused to revert, because something was staged: it will not mix your half-finished work into a commit of its own. Clear the stage first; order matters here."
)
def reverts_first():
    return _script(_UNDO[2], *_UNDO[:2])


@undo.mistake(
    "That is the second commit from the end: `HEAD` is the newest itself, `HEAD~1` the one before it. (Git refused, because that commit is about the very file that you "
    "are still working on.)"
)
def reverts_the_one_after():
    return _script(*_UNDO[:2], "git revert --no-edit HEAD~1")


@undo.mistake(
    "That is the *fourth* commit from the end: the newest is `HEAD`, with no number, so the counting begins one earlier. Undoing the first commit would delete all files, and "
    "git stopped at the conflict."
)
def reverts_the_one_before():
    return _script(*_UNDO[:2], "git revert --no-edit HEAD~3")


@undo.mistake(
    "The newest commit is undone, not the one that raised the price. `git revert` takes one commit, the one to be undone; it does not go back *to* it."
)
def reverts_the_newest():
    return _script(*_UNDO[:2], "git revert --no-edit HEAD")


@undo.mistake(
    "`git restore --staged` takes an edit off the stage. That of the README was never there: it is in the folder only, and still is."
)
def unstages_both():
    return _script("git restore --staged README.md", *_UNDO[1:])


@undo.mistake(
    "Your edit of `hours.txt` was staged when the commit was made, so it went in with it. (`git commit -a` stages every edit itself.) Take it off the stage, and commit "
    "only what undoes the price."
)
def commits_the_staged_edit():
    return _script(_UNDO[0], "git show HEAD~3:price.py > price.py", 'git commit -q -a -m "Old price for the helmet"')


@undo.mistake(
    "The old price is in the folder only; no commit has it yet. A restored file is an edit like any other, until you commit it."
)
def brings_the_file_back_only():
    return _script(*_UNDO[:2], "git restore --source=HEAD~3 price.py")


@undo.mistake(
    "The cat's work and the stage are put right. The price of the helmet is still the raised one: the third thing is yet to be undone, by a new commit."
)
def leaves_the_price():
    return _script(*_UNDO[:2])


@undo.also_right
def with_the_older_commands():
    return _script(
        "git checkout -- README.md", "git reset -q HEAD hours.txt", "git revert -n HEAD~2", 'git commit -m "Old price"'
    )


@undo.also_right
def by_restoring_a_file():
    return _script(
        *_UNDO[:2],
        "git restore --source=HEAD~3 price.py",
        "git add price.py",
        'git commit -q -m "The helmet costs what it did"',
    )


shared_undo = Choice(
    correct="c",
    points=2,
    concepts=["undo", "shared history"],
    minutes=2,
    distractors={
        "a": "`--force` makes the shared repository forget the old commits, with whatever Ben has built on them. He finds out at his next "
        "`git pull`, and will not thank you.",
        "b": "`--amend` does not change a commit: it makes another one and moves the branch to it. Ben still has the old one, so the two of you would "
        "have two histories, and you would have to push by force.",
        "d": "Not telling anybody would leave the wrong price in the program. A shared commit *can* be undone, by a further one.",
    },
    hints=[
        "Ben has the commit on his machine. Which of the ways leaves it where it is, and still takes its effect away?"
    ],
)


# A conflict

resolve = Exercise(
    concepts=["branch", "merge", "merge conflict"],
    minutes=10,
    file="resolve.sh",
    inside=True,
    hints=[
        "The merge has stopped with two files in conflict. What must be true of each before you may tell git that it is resolved? And how do you tell it?",
        "`cp from to` brings the agreed file. For the README, git can put back a whole side; which side is called *ours* while you stand on main?",
        "When every file is right: stage them, commit, and only then delete the name that is no longer needed.",
    ],
)


def _two_truths(chance):
    day, extra, weekend, opens = (_number(chance) for _ in range(4))
    start = {
        "price.py": f"PER_DAY = {day}\n",
        "README.md": "# Rental\n\nPrices of last year.\n",
        "hours.txt": f"open at {opens}\n",
        "bikes.txt": "12 bikes\n",
    }
    ours = {
        "price.py": f"PER_DAY = {day + extra}\n",
        "README.md": f"# Rental\n\nPrices from {extra} April.\n",
        "bikes.txt": f"{12 + extra} bikes\n",
    }
    theirs = {
        "price.py": f"PER_DAY = {day}\nWEEKEND = {weekend}\n".replace(str(day), str(day - 1), 1),
        "README.md": "# Rental\n\nPrices soon with weekends.\n",
        "hours.txt": f"open at {opens}, at weekends too\n",
    }
    return _Scene(
        commits=(
            _Commit("base", start),
            _Commit("ours", ours, ("base",)),
            _Commit("theirs", theirs, ("base",), branch="weekend"),
        ),
        on="weekend",
        beside={"agreed.py": f"PER_DAY = {day + extra}\nWEEKEND = {weekend + 100}\n"},
    )


def _agreed(state):
    _, ours, theirs = (commit.files for commit in state.scene.commits)
    return {
        "README.md": ours["README.md"],
        "bikes.txt": ours["bikes.txt"],
        "hours.txt": theirs["hours.txt"],
        "price.py": state.scene.beside["agreed.py"],
    }


@resolve.test("the merge is over: nothing in conflict, nothing left to commit, and we are on main", points=2)
def _(answer):
    if state := _after(_two_truths, answer):
        found = (state.on, state.unfinished, state.status)
        words = (
            "The merge is still going on." if state.unfinished else "We should be on main, with nothing left to commit."
        )
        _same(state, found, ("main", "", ()), words)


@resolve.test("`price.py` in the newest commit of main is what was agreed, `README.md` is as it was on main", points=2)
def _(answer):
    if state := _after(_two_truths, answer):
        for path in ("price.py", "README.md"):
            text = state.tree.get(path, "")
            marked = "<<<<<<<" in text or ">>>>>>>" in text
            words = (
                f"`{path}` still has the conflict's markers in it." if marked else f"`{path}` is not as it should be."
            )
            _same(state, text, _agreed(state)[path], words)


@resolve.test(
    "that commit joins the two: its parents are main's last commit and the last of weekend, in this order", points=2
)
def _(answer):
    if state := _after(_two_truths, answer):
        words = "The newest commit of main is not the one that joins the two."
        _same(state, state.parents, ("ours", "theirs"), words)


@resolve.test(
    "what only one side had changed is in it too; the name `weekend` is gone; all this for other contents",
    points=2,
    hidden=True,
)
def _(answer, rng):
    if state := _after(_two_truths, answer, _seed(rng)):
        _same(state, state.tree, _agreed(state), "The newest commit of main does not hold what it should.")
        _same(state, state.folder, _agreed(state), "The files in the folder are not those of the commit.")
        _same(state, state.line, ("new", "ours", "base"), "The history of main is not that one.")
        _same(state, state.branches, {"main": "new"}, "Only the branch main should be left.")


_MERGE = "git switch -q main\ngit merge -q weekend > /dev/null || true\n"
_TAKE = "cp ../agreed.py price.py\ngit checkout --ours README.md\ngit add price.py README.md\n"
_JOIN = 'git commit -q -m "Merge the weekend price"\n'
_DROP = "git branch -d weekend\n"


@resolve.mistake(
    "You told git that all is resolved while the markers were still in the files. It believes you: `git add` *is* that statement. Now everybody has `<<<<<<<` in "
    "the program."
)
def commits_the_markers():
    return _MERGE + "git add .\n" + _JOIN + _DROP


@resolve.mistake(
    "The README is that of the weekend branch. *Ours* is the side we stand on, which is main here; *theirs* is the side that comes in."
)
def takes_theirs():
    return _MERGE + _TAKE.replace("--ours", "--theirs") + _JOIN + _DROP


@resolve.mistake(
    "The README still has both sides and the markers in it. It was in conflict as well; each file in conflict needs its own decision before it is staged."
)
def forgets_the_readme():
    return _MERGE + "cp ../agreed.py price.py\ngit add .\n" + _JOIN + _DROP


@resolve.mistake(
    "You kept main's `price.py` as well, so the weekend's price is lost. What was agreed is neither side but a third text, in `../agreed.py`."
)
def keeps_all_of_ours():
    return _MERGE + "git checkout --ours price.py README.md\ngit add price.py README.md\n" + _JOIN + _DROP


@resolve.mistake(
    "You gave up the merge and made an ordinary commit. It has one parent only, so for git the branches never met: what else was done on weekend is missing, and the next merge "
    "meets the same conflict again."
)
def aborts():
    return (
        _MERGE
        + "git merge --abort\ncp ../agreed.py price.py\ngit add price.py\n"
        + _JOIN
        + "git branch -q -D weekend\n"
    )


@resolve.mistake(
    "Everything is resolved and staged, and there it stops: a merge that met a conflict is finished by a commit of yours."
)
def never_finishes():
    return _MERGE + _TAKE


@resolve.mistake(
    "The branches are joined well. One thing is left: the name `weekend` is still there. Nothing is lost when it goes, since its commits are in main's history now."
)
def keeps_the_name():
    return _MERGE + _TAKE + _JOIN


@resolve.mistake(
    "The files are right on disk, but git has not been told: while a file counts as in conflict, it refuses to commit. Staging it is how you tell git that it is resolved."
)
def never_stages():
    return _MERGE + _TAKE.replace("git add price.py README.md\n", "") + _JOIN + _DROP


@resolve.mistake(
    "You deleted the branch while the merge was still open. Git refused, since its commits were not yet in main's history, and your script ended there. "
    "The order matters: finish first."
)
def drops_too_early():
    return _MERGE + _TAKE + _DROP + _JOIN


@resolve.also_right
def from_the_branch_by_name():
    return (
        _MERGE
        + "cat ../agreed.py > price.py\ngit show main:README.md > README.md\ngit add -A\ngit merge --continue\ngit branch -D weekend\n"
    )


# Challenge

rescue = Exercise(
    concepts=["bisect", "tag", "revert", "release"],
    minutes=15,
    file="rescue.sh",
    inside=True,
    seconds=10,
    hints=[
        "Four things in order: search, mark what was found, come back and undo it, release. Which of them have you seen above?",
        "While a search is open, the first bad commit that it knows has a name: `refs/bisect/bad`.",
        "A tag that you give it while the search is open is still there afterwards; then `git revert` can be told that name.",
        "An annotated tag has a message, like a commit. Which option of `git tag` makes one?",
    ],
)

_LENGTH = 40
_CHECK = """\
echo run >> ../runs.txt
grep -q "^PER_DAY = {}$" price.py
"""


def _long_history(chance):
    good = _number(chance)
    others = [f"LOCK = {good + 1}", f"HELMET = {good + 2}"]
    culprit = chance.randint(15, 26)
    bad = good + chance.randint(1, 9)

    def price(day, insurance):
        middle = "\n".join(["", *others, ""])
        return f"PER_DAY = {day}\n{middle}\nINSURANCE = {insurance}\n"

    commits = [_Commit("c0", {"price.py": price(good, 1), "hours.txt": "open at 9\n"})]
    day, insurance = good, 1
    for number in range(1, _LENGTH + 1):
        if number == culprit:
            day, files = bad, None
        elif number % 4 == 0:
            insurance, files = insurance + 1, None
        else:
            files = {"hours.txt": f"open at 9, note {number} of {chance.randint(100, 999)}\n"}
        files = files or {"price.py": price(day, insurance)}
        commits.append(_Commit(f"c{number}", files, (f"c{number - 1}",)))
    return _Scene(
        commits=tuple(commits),
        tags={"v1.0": "c0"},
        beside={"check.sh": _CHECK.format(good), "runs.txt": ""},
    )


def _found_out(state):
    """The label of the first bad commit, and price.py as it should be in the end."""
    good = state.scene.commits[0].files["price.py"].partition("\n")[0]
    last = ""
    culprit = ""
    for commit in state.scene.commits:
        last = commit.files.get("price.py", last)
        if not culprit and not last.startswith(good + "\n"):
            culprit = commit.label
    return culprit, good + "\n" + last.partition("\n")[2]


@rescue.test("the tag `culprit` stands at the first commit after v1.0 for which the check fails", points=2)
def _(answer):
    if state := _after(_long_history, answer, 1):
        culprit, _ = _found_out(state)
        found = state.tags.get("culprit", ("",))[0]
        words = "The tag `culprit` stands at another commit." if found else "There is no tag `culprit`."
        distance = "" if not found.startswith("c") else f" {found[1:]} commits after v1.0 instead of {culprit[1:]}."
        _same(state, found, culprit, words + distance)


@rescue.test(
    "main has one more commit, on top of all the old ones; it undoes the culprit and nothing else",
    points=2,
    hidden=True,
)
def _(answer, rng):
    if state := _after(_long_history, answer, _seed(rng)):
        line = tuple(f"c{number}" for number in range(_LENGTH, -1, -1))
        _same(
            state, state.branches, {"main": "new"}, "main should be the only branch, and have a new commit at its end."
        )
        _same(state, state.on, "main", "We are not on main.")
        _same(state, state.line, ("new", *line), "The history is not the old commits and one new one.")
        hours = [commit.files["hours.txt"] for commit in state.scene.commits if "hours.txt" in commit.files][-1]
        wanted = {"hours.txt": hours, "price.py": _found_out(state)[1]}
        _same(state, state.tree, wanted, "The newest commit does not hold what it should.")
        _same(state, state.parents, (f"c{_LENGTH}",), "There is more than one new commit: the newest one is a merge.")


@rescue.test("`v1.1` is an annotated tag at the newest commit of main, and `v1.0` is where it was", points=2)
def _(answer):
    if state := _after(_long_history, answer):
        found = {name: tag for name, tag in state.tags.items() if name.startswith("v")}
        words = (
            "The tags of the releases are not as they should be (for each: the commit, and whether it is annotated)."
        )
        _same(state, found, {"v1.0": ("c0", False), "v1.1": ("new", True)}, words)
        _same(
            state,
            (state.on, state.branches.get("main")),
            ("main", "new"),
            "main has no new commit, or we are not on it.",
        )


@rescue.test("we are on main, nothing is left to commit, and no search is still open")
def _(answer):
    if state := _after(_long_history, answer):
        _same(state, (state.on, state.status, state.unfinished), ("main", (), ""), "Something is left half done.")
        _same(state, len(state.tags) > 1, True, "Nothing has been done yet.")


@rescue.test("the check ran 12 times at most, for a culprit found among 40")
def _(answer):
    if state := _after(_long_history, answer):
        runs = len(state.beside["runs.txt"].splitlines())
        _same(state, runs > 0, True, "The check has not run at all: how was the culprit found?")
        _same(state, runs <= 12, True, f"The check ran {runs} times.")


_SEARCH = (
    "git bisect start main v1.0\ngit bisect run sh ../check.sh\ngit tag culprit refs/bisect/bad\ngit bisect reset\n"
)
_MEND = 'git revert --no-edit culprit\ngit tag -a v1.1 -m "Right price again"\n'


@rescue.mistake(
    "The search is still open: you stand on an old commit that the search has checked out, on no branch, and what you committed there is not on main. The search ends with a "
    "command of its own."
)
def leaves_the_search_open():
    return _SEARCH.replace("git bisect reset\n", "") + _MEND


@rescue.mistake(
    "The tag stands at the commit *before* the culprit, the last good one. The first bad one is what the search is after."
)
def marks_the_last_good():
    return _SEARCH.replace("refs/bisect/bad", "refs/bisect/bad~1") + _MEND


@rescue.mistake(
    "You gave the tag after the search was closed, when `HEAD` was main's newest commit again. While the search is open, `refs/bisect/bad` names what you want."
)
def tags_after_the_reset():
    search = "git bisect start main v1.0\ngit bisect run sh ../check.sh\ngit bisect reset\ngit tag culprit\n"
    return search + _MEND


@rescue.mistake(
    "You moved main back to before the culprit, and with it went every commit after it, good ones of your colleagues. Undo the one commit by a new one."
)
def goes_back():
    return _SEARCH + "git reset -q --hard culprit~1\n" + _MEND.partition("\n")[2]


@rescue.mistake(
    "`v1.1` is a bare name for a commit: no date, no author, no message. A release should say who made it and why; that is what annotated tags are for."
)
def bare_tag():
    return _SEARCH + _MEND.replace('-a v1.1 -m "Right price again"', "v1.1")


@rescue.mistake(
    "`v1.1` stands at the commit that still has the wrong price: you tagged before you undid it. A tag does not move along when the branch does."
)
def releases_too_early():
    mend, release = _MEND.splitlines(keepends=True)
    return _SEARCH + release + mend


@rescue.mistake("Found and marked, and there it stops: main still charges the wrong price, and there is no `v1.1`.")
def only_finds():
    return _SEARCH


@rescue.mistake("The culprit is undone and nothing is released yet: the tag `v1.1` is missing.")
def never_releases():
    return _SEARCH + _MEND.partition("\n")[0] + "\n"


@rescue.mistake(
    "You asked for `refs/bisect/bad` after the search was closed. That name belongs to the search and goes with it, so your script stopped there. Mark what was found before you "
    "close."
)
def asks_too_late():
    return (
        "git bisect start main v1.0\ngit bisect run sh ../check.sh\ngit bisect reset\ngit tag culprit refs/bisect/bad\n"
        + _MEND
    )


@rescue.mistake(
    "`git tag culprit` marks the commit that you stand on, and that is the one tried *last*, which need not be the culprit: the last step of a search may well say *good*. "
    "Say which commit you mean."
)
def marks_where_it_stands():
    return _SEARCH.replace(" refs/bisect/bad", "") + _MEND


@rescue.mistake(
    "Good and bad are the wrong way round: `git bisect start` takes a *bad* commit first, then a good one. Git noticed, and your script stopped there."
)
def swaps_good_and_bad():
    return _SEARCH.replace("main v1.0", "v1.0 main") + _MEND


@rescue.mistake(
    "You undid main's newest commit, not the culprit. `git revert` takes the commit that is to be undone, and you have just given that one a name."
)
def reverts_the_head():
    return _SEARCH + _MEND.replace("culprit", "HEAD")


@rescue.mistake(
    "Bringing back the whole of `price.py` (or writing it anew) also undoes what the later commits did to it. Only what the culprit changed is to be undone."
)
def brings_the_old_file():
    return _SEARCH + 'git checkout -q v1.0 -- price.py\ngit commit -q -m "Right price"\n' + _MEND.partition("\n")[2]


@rescue.mistake(
    "You walked from commit to commit and ran the check at each. It works, and takes up to 40 runs; with a check of ten minutes that is a working day. Halve what is left "
    "instead, as in section *In practice*."
)
def one_after_the_other():
    return (
        """\
for commit in $(git rev-list --reverse v1.0..main)
do
    git checkout -q $commit
    if ! sh ../check.sh; then git tag culprit; break; fi
done
git switch -q main
"""
        + _MEND
    )


@rescue.also_right
def halving_by_hand():
    return """\
good=0
bad=$(git rev-list --count v1.0..main)
end=$bad
while [ $((bad - good)) -gt 1 ]
do
    middle=$(((good + bad) / 2))
    git checkout -q "main~$((end - middle))"
    if sh ../check.sh; then good=$middle; else bad=$middle; fi
done
git checkout -q main
git tag culprit "main~$((end - bad))"
git revert --no-edit culprit
git tag --annotate --message "Right price again" v1.1
"""
