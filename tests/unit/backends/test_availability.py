"""What is said where TensorFlow is missing, and that it names the packages that pyproject's extra installs."""

from __future__ import annotations

import importlib.util
import shlex
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tutor.backends import availability

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"
MACHINES = [
    (system, machine, (3, minor))
    for system, machines in (
        ("linux", ("x86_64", "aarch64", "riscv64")), ("darwin", ("arm64", "x86_64")), ("win32", ("AMD64", "ARM64")),
    )
    for machine in machines
    for minor in (11, 12, 13, 14, 15)
]  # fmt: skip


@pytest.mark.parametrize(("system", "machine", "python"), MACHINES)
def test_the_extra_installs_the_package_that_is_named(system: str, machine: str, python: tuple[int, int]) -> None:
    extra = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]["tensorflow"]
    values = {
        "sys_platform": system, "platform_machine": machine, "python_version": ".".join(map(str, python)),
    }  # fmt: skip
    wanted = [r.name for r in map(Requirement, extra) if r.marker is not None and r.marker.evaluate(values)]
    package = availability.tensorflow_package(system, machine, python)
    assert wanted == ([] if package is None else [package])


def test_where_there_are_wheels_of_tensorflow() -> None:
    """As pip finds them for 2.21, with --only-binary and each platform's tag."""
    found = {(system, machine) for system, machine, python in MACHINES
             if python == (3, 13) and availability.tensorflow_package(system, machine, python)}  # fmt: skip
    assert found == {("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")}
    assert availability.tensorflow_package("linux", "x86_64", (3, 14)) is None


def test_the_sentence_names_a_command_for_this_very_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "is_tensorflow_installed", lambda: False)
    monkeypatch.setattr(availability, "tensorflow_package", lambda *_: "tensorflow-cpu")
    monkeypatch.setattr(sys, "executable", "/my environments/tutor/bin/python")
    said = availability.why_no_tensorflow()
    assert said.startswith("TensorFlow is not installed; this installs it: ")
    command = shlex.split(said.partition(": ")[2])
    assert command == ["/my environments/tutor/bin/python", "-m", "pip", "install", "tensorflow-cpu"]
    monkeypatch.setattr(availability, "find_spec", lambda name: None)
    assert availability.install_command("h5py").startswith("uv pip install --python ")


def test_where_there_is_none_no_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "is_tensorflow_installed", lambda: False)
    monkeypatch.setattr(availability, "tensorflow_package", lambda *_: None)
    assert "has no release for Python 3." in availability.why_no_tensorflow()
    assert "install " not in availability.why_no_tensorflow()


def test_a_learner_on_a_class_machine_is_told_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "is_tensorflow_installed", lambda: False)
    monkeypatch.setattr(availability, "is_isolated", lambda: True)
    assert availability.why_no_tensorflow().startswith("TensorFlow is not installed on this machine; the NumPy engine")


def test_alpine_has_no_wheels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "is_tensorflow_installed", lambda: False)
    monkeypatch.setattr(availability, "tensorflow_package", lambda *_: "tensorflow-cpu")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(availability.platform, "libc_ver", lambda: ("", ""))
    assert "has no release for" in availability.why_no_tensorflow()
    monkeypatch.setattr(availability.platform, "libc_ver", lambda: ("glibc", "2.36"))
    assert "install tensorflow-cpu" in availability.why_no_tensorflow()


def test_nothing_is_said_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "find_spec", lambda name: importlib.util.find_spec("json"))
    assert availability.why_no_tensorflow() == ""
