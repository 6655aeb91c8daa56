"""Which level of the sandbox a machine gives, on machines that refuse one thing or another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.probe import Probe, probe

HERE = Path(__file__).parent
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such layers")


def probe_without(calls: str, error: str = "EPERM") -> Probe:
    """What is found where some system calls are refused."""
    program = "from autograder.sandbox.probe import Probe, probe\nprint(probe())"
    command = [sys.executable, str(HERE / "without_calls.py"), calls, error, program]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = eval(said, {"Probe": Probe})
    assert isinstance(found, Probe)
    return found


@on_linux
def test_this_machine_gives_a_level_and_is_asked_once() -> None:
    assert probe().level in ("strong", "lite", "none")
    assert probe() is probe()


@on_linux
def test_without_namespaces_it_is_lite_and_each_is_named() -> None:
    found = probe_without("unshare")
    assert found.level == "lite"
    names = [layer.removesuffix(" namespace") for layer, _ in found.missing if layer.endswith(" namespace")]
    assert [name for name in names if name != "user"] == ["mount", "cgroup", "uts", "ipc", "pid", "net"]
    assert dict(found.missing)["net namespace"] == "EPERM: Operation not permitted"
    assert "scratch" in dict(found.missing)


@on_linux
@pytest.mark.parametrize(("call", "layer"), [("mount", "mounts"), ("mount_setattr", "mounts"), ("pivot_root", "root")])
def test_where_a_root_can_not_be_made_it_is_lite(call: str, layer: str) -> None:
    found = probe_without(call, "ENOSYS")
    assert found.level == "lite" and dict(found.missing)[layer].startswith("ENOSYS: Function not implemented")


@on_linux
def test_strong_does_without_landlock_and_says_so() -> None:
    found = probe_without("landlock_create_ruleset", "ENOSYS")
    assert found == Probe("strong", (("landlock", "ENOSYS: Function not implemented"),))


@on_linux
def test_lite_does_not() -> None:
    found = probe_without("landlock_create_ruleset,unshare")
    assert found.level == "none" and "landlock" in dict(found.missing)


@on_linux
def test_without_a_filter_of_system_calls_there_is_no_sandbox() -> None:
    assert probe_without("seccomp") == Probe("none", (("seccomp", "EPERM: Operation not permitted"),))


@pytest.mark.parametrize(("system", "name"), [("darwin", "Darwin"), ("win32", "Windows")])
def test_another_system_has_none(monkeypatch: pytest.MonkeyPatch, system: str, name: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr("platform.system", lambda: name)
    assert probe.__wrapped__() == Probe("none", (("Linux", f"this is {name}, which has no such layers"),))
