"""The way in: the environment is made once, says what is missing, and is described alike everywhere."""

import ast
import configparser
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "tools"

pytestmark = pytest.mark.learner


def load(name: str) -> ModuleType:
    """A script of tools/, as a module."""
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


prerequisites = load("prerequisites")
environment = load("environment")


def canonical(name: str) -> str:
    """A package's name as all indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(requirement: str) -> str:
    """The name in `name>=1.2`."""
    return canonical(re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0])


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINNED = {
    canonical(name): version
    for name, version in re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.M)
}
LEARNERS = [*PROJECT["dependencies"]] + [
    requirement
    for extra in environment.GROUPS["learn"].extras
    for requirement in PROJECT["optional-dependencies"][extra]
]
EVERYTHING = LEARNERS + PROJECT["optional-dependencies"]["dev"]


# What is missing is said in one sentence, with the command that installs it.


@pytest.fixture(params=["linux", "darwin", "win32"])
def platform(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each kind of machine in turn; the Linux one has apt-get."""
    monkeypatch.setattr(sys, "platform", request.param)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    return str(request.param)


COMMANDS = {"linux": "sudo apt install ", "darwin": "brew install ", "win32": "winget install "}


def test_an_old_python_is_told_which_one_is_needed_and_what_installs_it(platform: str) -> None:
    sentence = prerequisites.version_trouble((3, 9, 2), None)
    assert sentence.startswith("Python 3.11 or newer is needed, this is 3.9; install one with: ")
    assert COMMANDS[platform] in sentence


def test_an_old_python_is_told_of_a_newer_one_on_the_machine() -> None:
    assert "make learn PYTHON=python3.13" in prerequisites.version_trouble((3, 10, 1), "python3.13")


def test_a_new_python_is_welcome() -> None:
    assert prerequisites.version_trouble((3, 11, 0), None) is None
    assert prerequisites.version_trouble((3, 14, 0), None) is None


def test_a_python_without_ensurepip_is_told_what_installs_it(platform: str) -> None:
    sentence = prerequisites.venv_trouble(lambda name: name != "ensurepip")
    assert "it lacks ensurepip" in sentence
    assert COMMANDS[platform] in sentence
    if platform == "linux":
        assert f"python{sys.version_info[0]}.{sys.version_info[1]}-venv" in sentence


def test_a_machine_without_git_is_told_what_installs_it(platform: str) -> None:
    assert prerequisites.git_trouble().startswith(f"git is missing; install it with: {COMMANDS[platform]}")


def test_a_system_without_a_known_installer_still_gets_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "package manager (the package is often called git)" in prerequisites.git_trouble()


def test_learning_goes_on_without_git_and_testing_does_not(
    platform: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(prerequisites, "venv_trouble", lambda: None)
    assert "git is missing" in prerequisites.check(tmp_path, 0.0, needs_git=False)
    with pytest.raises(prerequisites.MissingError, match="git is missing"):
        prerequisites.check(tmp_path, 0.0, needs_git=True)


def test_a_full_disk_is_noticed_before_anything_is_downloaded(tmp_path: Path) -> None:
    sentence = prerequisites.disk_trouble(tmp_path, 1.9, lambda folder: 500_000_000)
    assert "needs about 1.9 GB, and 0.5 GB are free" in sentence


def test_a_small_temporary_folder_is_noticed(tmp_path: Path) -> None:
    def free_bytes(folder: Path) -> int:
        return 10**10 if folder == tmp_path else 10**8

    assert "TMPDIR" in prerequisites.disk_trouble(tmp_path, 1.9, free_bytes)


@pytest.mark.parametrize("script", ["environment.py", "prerequisites.py"])
def test_an_old_python_can_read_the_script_that_refuses_it(script: str) -> None:
    ast.parse((TOOLS / script).read_text("utf-8"), feature_version=(3, 7))
    assert "from __future__" not in (TOOLS / script).read_text("utf-8")


# The stamp: what is whole is left alone, what is half-made is made anew.


class Installer:
    """Stands in for venv and pip, which need minutes and a network, and remembers what was asked of it."""

    def __init__(self, interrupted: bool = False) -> None:
        self.interrupted = interrupted
        self.calls: list[str] = []

    def create(self, made, group: str) -> None:
        self.calls.append("create")
        shutil.rmtree(made.folder, ignore_errors=True)
        made.python.parent.mkdir(parents=True)
        if os.name == "nt":
            made.runs = lambda: True
            made.python.touch()
        else:
            made.python.symlink_to(sys.executable)

    def fill(self, made, group: str) -> None:
        self.calls.append(f"fill {group}")
        if self.interrupted:
            raise KeyboardInterrupt


@pytest.fixture
def course(tmp_path: Path):
    """An environment that is not made yet, of a course in a temporary folder."""
    (tmp_path / "constraints.txt").write_text("numpy==2.4.6\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return environment.Environment(tmp_path)


def make(course, group: str, interrupted: bool = False) -> list[str]:
    """What the installer was asked to do when `group` was wanted."""
    installer = Installer(interrupted)
    if not course.ready(group):
        environment.make(course, group, installer.create, installer.fill)
    return installer.calls


def test_a_second_time_there_is_nothing_to_do(course) -> None:
    assert make(course, "learn") == ["create", "fill learn"]
    assert make(course, "learn") == []


def test_an_environment_for_testing_is_good_for_learning_but_not_the_other_way_round(course) -> None:
    make(course, "learn")
    assert make(course, "test") == ["fill test"]
    assert make(course, "learn") == []


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml"])
def test_a_change_of_what_is_needed_brings_the_environment_up_to_date(course, name: str) -> None:
    make(course, "test")
    with (course.root / name).open("a") as file:
        file.write("# changed\n")
    assert make(course, "learn") == ["fill test"]
    assert make(course, "test") == []


def test_line_endings_of_another_system_are_no_change(course) -> None:
    make(course, "learn")
    constraints = course.root / "constraints.txt"
    constraints.write_bytes(constraints.read_bytes().replace(b"\n", b"\r\n"))
    assert make(course, "learn") == []


def test_a_moved_folder_is_noticed(course, tmp_path: Path) -> None:
    make(course, "learn")
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("constraints.txt", "pyproject.toml", ".venv"):
        (course.root / name).rename(moved / name)
    assert not environment.Environment(moved).ready("learn")


def test_an_interrupted_making_is_noticed_said_and_redone(course, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        make(course, "learn", interrupted=True)
    capsys.readouterr()
    assert make(course, "learn") == ["create", "fill learn"]
    assert "half-made" in capsys.readouterr().out


def test_an_interrupted_update_is_noticed_and_redone(course) -> None:
    make(course, "learn")
    with pytest.raises(KeyboardInterrupt):
        make(course, "test", interrupted=True)
    assert not course.ready("learn")
    assert make(course, "learn") == ["create", "fill learn"]


def test_a_torn_stamp_counts_as_none(course) -> None:
    make(course, "learn")
    course.stamp.write_text('{"group": "lea')
    assert make(course, "learn") == ["create", "fill learn"]
    course.stamp.write_text(json.dumps(["learn"]))
    assert not course.ready("learn")


@pytest.mark.skipif(os.name == "nt", reason="needs a symbolic link; run it on Linux or macOS")
def test_an_environment_whose_python_is_gone_is_made_anew(course) -> None:
    make(course, "learn")
    course.python.unlink()
    course.python.symlink_to("/nowhere/python")
    assert make(course, "learn") == ["create", "fill learn"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such lock; run it on Linux or macOS")
def test_two_runs_at_once_do_not_make_it_twice(course) -> None:
    with environment.alone(course):
        script = f"""
import sys
sys.path.insert(0, {str(TOOLS)!r})
import environment
from pathlib import Path
with environment.alone(environment.Environment(Path({str(course.root)!r}))):
    print("mine")
"""
        second = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert second.stdout
        assert second.stdout.readline() == "Another run is making the environment: waiting for it.\n"
    assert second.communicate()[0] == "mine\n"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("NewConnectionError: Temporary failure in name resolution", "could not be downloaded"),
        ("ERROR: No matching distribution found for torch==2.13.0", "A package was not found"),
        ("ERROR: something unheard of", "pip could not install the packages"),
    ],
)
def test_a_failing_pip_is_explained(words: str, reason: str) -> None:
    last_line = environment.pip_trouble(["Collecting numpy", words], "learn").splitlines()[-1]
    assert last_line.startswith(("The", "A", "pip"))
    assert reason in last_line
    assert last_line.endswith("then run `make learn` again.")


def test_progress_keeps_large_downloads_and_the_longest_step(capsys: pytest.CaptureFixture[str]) -> None:
    progress = environment.PipProgress(live=False)
    progress.read("Collecting torch==2.13.0")
    progress.read("  Downloading torch-2.13.0.whl.metadata (28 kB)")
    progress.read("Downloading torch-2.13.0.whl (180.1 MB)")
    progress.read("Progress 1000 of 2000")
    progress.read("Downloading tomli-2.5.0.whl (14 kB)")
    progress.read("Installing collected packages: " + ", ".join(["a"] * 40))
    assert capsys.readouterr().out.splitlines() == [
        "    downloading torch-2.13.0.whl (180.1 MB)",
        "    unpacking 40 packages, which takes the longest",
    ]


# The same environment in every file that describes it.


@pytest.mark.pins
def test_every_dependency_is_pinned() -> None:
    assert {name_of(requirement) for requirement in EVERYTHING} <= set(PINNED)


@pytest.mark.pins
def test_every_pin_is_one_that_pyproject_allows() -> None:
    def numbers(version: str) -> list[int]:
        return [int(part) for part in version.split(".")]

    for requirement in EVERYTHING:
        least = re.split(r"[>=]=", requirement)[1]
        assert numbers(PINNED[name_of(requirement)]) >= numbers(least), requirement


def test_the_pins_name_no_build_of_one_machine() -> None:
    assert not [f"{name}=={version}" for name, version in PINNED.items() if "+" in version]


def test_torch_is_named_exactly() -> None:
    assert "torch==2.13.0" in PROJECT["dependencies"]


CONDA_NAMES = {"pytorch-cpu": "torch", "msgpack-python": "msgpack"}


def conda_lines() -> tuple[dict[str, str], dict[str, str]]:
    """Names and versions in environment.yml: from conda-forge, and from its pip section."""
    lines = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    forge = dict(line.split("=", 1) for line in lines if isinstance(line, str) and re.search(r"\w=\d", line))
    pip = next(line["pip"] for line in lines if isinstance(line, dict))
    return (
        {CONDA_NAMES.get(name, name): version for name, version in forge.items()},
        dict(line.split("==") for line in pip if "==" in line),
    )


def test_conda_users_get_what_pip_users_get() -> None:
    forge, pip = conda_lines()
    assert not set(forge) & set(pip)
    assert set(forge) | set(pip) == {name_of(requirement) for requirement in LEARNERS}


@pytest.mark.pins
def test_conda_users_get_the_pinned_versions_to_the_second_number() -> None:
    forge, pip = conda_lines()
    for name, version in {**forge, **pip}.items():
        assert version.removesuffix(".*") == ".".join(PINNED[name].split(".")[:2]), name


def test_the_oldest_python_is_the_same_everywhere() -> None:
    oldest = ".".join(map(str, prerequisites.OLDEST_PYTHON))
    assert PROJECT["requires-python"] == f">={oldest}"
    assert f"python>={oldest}" in (ROOT / "environment.yml").read_text("utf-8")


def test_this_environment_has_no_broken_requirements() -> None:
    checked = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


# One way to run each task.


def targets() -> set[str]:
    """The tasks in the Makefile."""
    rules = re.findall(r"^([a-z -]+):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.M)
    return {task for rule in rules for task in rule.split()}


def test_every_task_is_explained() -> None:
    explained = set(re.findall(r"^([a-z-]+):.*## \w", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert targets() - explained == {"environment", "environment-test"}


def test_ci_runs_the_tasks_of_the_makefile() -> None:
    workflows = [path.read_text("utf-8") for path in (ROOT / ".github/workflows").glob("*.yml")]
    scripts = [*workflows, (ROOT / ".ci/run").read_text("utf-8")]
    called = {task for script in scripts for task in re.findall(r"\bmake ([a-z-]+)", script)}
    assert called == {"test", "test-learner", "site"}
    assert called <= targets()
    assert all("bash .ci/run" in workflow or "make site" in workflow for workflow in workflows)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is missing; install it with: sudo apt install make")
@pytest.mark.parametrize(
    ("said", "options"),
    [
        ([], ""),
        (["BROWSER=none", "PORT=8890"], ' --browser "none" --port "8890"'),
    ],
)
def test_make_learn_passes_on_only_what_was_said_to_it(said: list[str], options: str) -> None:
    desktop = {**os.environ, "BROWSER": "firefox", "PORT": "80"}
    desktop.pop("MAKEFLAGS", None)
    command = ["make", "--no-print-directory", "-n", "learn", *said]
    printed = subprocess.run(command, cwd=ROOT, env=desktop, capture_output=True, text=True, check=True).stdout
    assert f"autograder learn{options}" == printed.splitlines()[-1].split(" -m ")[1].rstrip()


@pytest.mark.parametrize(
    ("output", "sanitized"),
    [
        ("took 12.3 ms", "tookDURATION"),
        ("0.52 s", "DURATION"),
        (
            "4.1 µs ± 12 ns per loop (7 runs, 1,000 loops each)",
            "DURATION ±DURATION per loop (7 runs, LOOPS)",
        ),
        ("<Line2D at 0x7f52ab3c>", "<Line2D at ADDRESS>"),
        ("<Figure size 640x480 with 1 Axes>", "<Figure size 640x480 with 1 Axes>"),
        ("3 penguins of 344, mean 4.2 kg", "3 penguins of 344, mean 4.2 kg"),
    ],
)
def test_only_times_and_addresses_may_differ_in_stored_outputs(output: str, sanitized: str) -> None:
    rules = configparser.RawConfigParser()
    rules.read(ROOT / "tests/nbval_sanitize.cfg", encoding="utf-8")
    for rule in rules.sections():
        output = re.sub(rules[rule]["regex"], rules[rule]["replace"], output)
    assert output == sanitized


def test_nothing_here_is_left_for_later() -> None:
    own = [
        "Makefile",
        "pyproject.toml",
        "environment.yml",
        "nbgrader_config.py",
        ".ci/run",
        ".pre-commit-config.yaml",
    ]
    for path in [*map(ROOT.joinpath, own), *TOOLS.glob("*.py"), *(ROOT / ".github").rglob("*.yml")]:
        assert not re.search(r"\b(TO" + r"DO|FIX" + r"ME|X{3})\b", path.read_text("utf-8")), path
