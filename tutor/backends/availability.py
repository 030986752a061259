"""Whether TensorFlow is installed, without loading it, and how to install it; pyproject has the same packages."""

from __future__ import annotations

import platform
import shlex
import subprocess
import sys
from importlib.util import find_spec

from tutor.sandbox.environment import is_isolated

FIRST_PYTHON_WITHOUT = (3, 14)
"""The first Python version for which TensorFlow has no wheels."""
# By sys.platform and platform.machine(): if there is a build without CUDA, use it; it is a quarter of the size.
_PACKAGES = {
    ("linux", "x86_64"): "tensorflow-cpu",
    ("win32", "AMD64"): "tensorflow-cpu",
    ("linux", "aarch64"): "tensorflow",
    ("darwin", "arm64"): "tensorflow",
}


def is_tensorflow_installed() -> bool:
    """Whether this environment has TensorFlow, without testing that it works."""
    return find_spec("tensorflow") is not None


def why_no_tensorflow() -> str:
    """A sentence that TensorFlow is missing and how to install it; empty if it is installed."""
    return "" if is_tensorflow_installed() else f"TensorFlow is not installed{how_to_install()}"


def how_to_install() -> str:
    """The end of that sentence: the command, or why there is none for this machine."""
    if is_isolated():
        # A learner on a class machine cannot install anything.
        return " on this machine; the NumPy engine gives the same numbers"
    package = tensorflow_package(sys.platform, platform.machine(), sys.version_info[:2])
    # The wheels for Linux need glibc; Alpine has musl.
    if package is None or (sys.platform == "linux" and platform.libc_ver()[0] != "glibc"):
        return f", and has no release for {_this_python()}; the NumPy engine gives the same numbers"
    return f"; this installs it: {install_command(package)}"


def tensorflow_package(system: str, machine: str, python: tuple[int, ...]) -> str | None:
    """The TensorFlow package for such a machine (``sys.platform``, ``platform.machine()``), or None."""
    return _PACKAGES.get((system, machine)) if python < FIRST_PYTHON_WITHOUT else None


def install_command(package: str) -> str:
    """The command that installs a package into the environment of this program."""
    # An environment created by uv has no pip.
    words = [sys.executable, "-m", "pip", "install", package]
    if find_spec("pip") is None:
        words = ["uv", "pip", "install", "--python", sys.executable, package]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def _this_python() -> str:
    return f"Python {sys.version_info.major}.{sys.version_info.minor} on {platform.system()} {platform.machine()}"
