"""``deploy/install-version``, with a Python and a pip that only note what they are asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux" or shutil.which("flock") is None, reason="for Linux"),
    pytest.mark.skipif(not DEPLOY.is_dir(), reason="deploy/ is not beside the tests"),
]
# `python3 -m venv DIR` makes DIR/bin/python, which is this again; `python -m pip install … WHAT` notes WHAT and fails
# where the variable FAILS is a part of it.
FAKE = """\
#!/bin/sh
case "$2" in
    venv) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    pip)
        for what; do :; done
        echo "$what" >> "$NOTES"
        case "$what" in *"${FAILS:-nothing}"*) exit 1 ;; esac
        printf '#!/bin/sh\\necho dl-tutor 1.0; exit %s\\n' "${BROKEN:-0}" > "${0%/python}/dl-tutor"
        chmod 755 "${0%/python}/dl-tutor" ;;
esac
"""


class Machine:
    """A folder in place of /opt."""

    def __init__(self, folder: Path) -> None:
        self.prefix, self.tools = folder / "opt", folder / "tools"
        self.notes = folder / "notes"
        self.link, self.versions = self.prefix / "dl-tutor", self.prefix / "dl-tutor-versions"
        self.prefix.mkdir()
        self.tools.mkdir()
        (self.tools / "python3").write_text(FAKE)
        (self.tools / "python3").chmod(0o755)

    def install(self, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
        self.notes.write_text("")
        return subprocess.run(
            [DEPLOY / "install-version", *options, self.prefix],
            capture_output=True, text=True, check=False, timeout=60,
            env={"PATH": f"{self.tools}:{os.environ['PATH']}", "NOTES": str(self.notes), **variables},
        )  # fmt: skip

    @property
    def asked(self) -> list[str]:
        """What pip was asked for, without the folder."""
        return [line.removeprefix(str(DEPLOY.parent)) for line in self.notes.read_text().splitlines()]

    @property
    def installed(self) -> set[str]:
        return {path.name for path in self.versions.iterdir() if path.is_dir()}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_version_is_installed_and_named_by_the_link(machine: Machine) -> None:
    done = machine.install()
    assert done.returncode == 0, done.stderr
    assert machine.asked == ["[tensorflow]"]
    assert machine.link.is_symlink()
    assert machine.link.resolve().parent == machine.versions
    assert os.access(machine.link / "bin/dl-tutor-session", os.X_OK)


def test_without_tensorflow_on_request_and_where_it_cannot_be_had(machine: Machine) -> None:
    assert machine.install("--without-tensorflow").returncode == 0
    assert machine.asked == [""]
    done = machine.install(FAILS="[tensorflow]")
    assert done.returncode == 0
    assert machine.asked == ["[tensorflow]", ""]
    assert "Trying without it" in done.stderr


@pytest.mark.parametrize("options", [(), ("--without-tensorflow",)])
@pytest.mark.parametrize("fault", [{"FAILS": str(DEPLOY.parent)}, {"BROKEN": "3"}])
def test_what_fails_changes_nothing_and_says_so(
    machine: Machine, options: tuple[str, ...], fault: dict[str, str]
) -> None:
    assert machine.install().returncode == 0
    before, versions = machine.link.readlink(), machine.installed
    done = machine.install(*options, **fault)
    assert done.returncode != 0
    assert "The installation failed; nothing has changed for learners." in done.stderr
    assert (machine.link.readlink(), machine.installed) == (before, versions)


def test_the_link_always_names_a_version(machine: Machine) -> None:
    """It is replaced by a rename: whoever logs in meanwhile finds the old one or the new one."""
    assert machine.install().returncode == 0
    watch = (
        "import pathlib, sys\nprint(flush=True)\n"
        "while not pathlib.Path(sys.argv[2]).exists(): pathlib.Path(sys.argv[1], 'bin/dl-tutor-session').stat()\n"
    )
    stop = machine.prefix / "stop"
    with subprocess.Popen(
        [sys.executable, "-c", watch, machine.link, stop], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as watching:
        assert watching.stdout is not None
        watching.stdout.readline()
        for _ in range(3):
            assert machine.install().returncode == 0
        stop.touch()
        assert watching.wait(20) == 0


@pytest.fixture
def running(machine: Machine) -> Iterator[subprocess.Popen[bytes]]:
    """Something that runs from the version in use, as a session does."""
    assert machine.install().returncode == 0
    program = machine.link.resolve() / "bin" / "runs"
    shutil.copy(shutil.which("sleep") or "/bin/sleep", program)
    with subprocess.Popen([program, "600"]) as process:
        yield process
        process.kill()


def test_old_versions_go_but_not_the_last_nor_one_in_use(machine: Machine, running: subprocess.Popen[bytes]) -> None:
    used = machine.link.readlink().name
    assert machine.install().returncode == 0
    second = machine.link.readlink().name
    assert machine.installed == {used, second}
    done = machine.install()
    third = machine.link.readlink().name
    assert machine.installed == {used, second, third}
    assert f"{used} stays: sessions run from it." in done.stdout
    running.kill()
    running.wait()
    assert machine.install().returncode == 0
    assert machine.installed == {third, machine.link.readlink().name}


def test_a_folder_in_the_links_place_becomes_a_version(machine: Machine) -> None:
    (machine.link / "bin").mkdir(parents=True)
    program = machine.link / "bin" / "runs"
    shutil.copy(shutil.which("sleep") or "/bin/sleep", program)
    with subprocess.Popen([program, "600"]) as process:
        done = machine.install()
        process.kill()
    assert done.returncode == 1
    assert "end them first" in done.stderr
    assert not machine.link.is_symlink()
    assert machine.install().returncode == 0
    assert machine.link.is_symlink()
    assert (machine.versions / "first/bin/runs").exists()


def test_an_unknown_option_is_refused(machine: Machine) -> None:
    done = machine.install("--with-magic")
    assert (done.returncode, done.stderr) == (2, "usage: install-version [--without-tensorflow] [PREFIX]\n")
