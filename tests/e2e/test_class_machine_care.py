"""What whoever looks after a class machine does while learners are at work: an upgrade, a backup, taking one away."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.ssh_class import DEPLOY, ClassMachine, class_machine, may_isolate

pytestmark = pytest.mark.skipif(
    not may_isolate() or not Path("/var/backups").is_dir(), reason="only root may make accounts, on a Debian"
)
STATES, BACKUPS = "/var/lib/dl-tutor", "/var/backups/dl-tutor"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClassMachine]:
    with class_machine(tmp_path_factory.mktemp("class"), ["ada", "bob"]) as running:
        yield running


def root(machine: ClassMachine, *command: str) -> subprocess.CompletedProcess[str]:
    return machine.inside(*command)


def done(machine: ClassMachine, *command: str) -> str:
    """What root's command says, which has to go well."""
    ran = root(machine, *command)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_session_runs_from_its_version_and_not_from_the_link(machine: ClassMachine) -> None:
    with machine.terminal("bob") as terminal:
        terminal.wait_for("The neuron")
        (session,) = machine.sessions()
        command = Path(f"/proc/{session}/cmdline").read_bytes().split(b"\0")
        assert command[0] == b"/opt/dl-tutor-versions/tested/bin/python"


def test_who_is_logged_in_is_archived_and_then_removed_and_can_be_restored(machine: ClassMachine) -> None:
    with machine.terminal("ada") as terminal:
        terminal.wait_for("The neuron")
        assert machine.sessions()
        said = done(machine, str(DEPLOY / "remove-learner"), "ada")
        terminal.wait_ended()
    assert not machine.sessions()
    assert root(machine, "id", "ada").returncode != 0
    assert root(machine, "test", "-e", f"{STATES}/ada").returncode != 0
    assert root(machine, "test", "-e", "/etc/ssh/tutor_keys/ada").returncode != 0
    archive = said.rsplit(" ", 1)[-1].strip()
    assert archive.startswith(f"{BACKUPS}/ada-")
    assert "ada/progress.db" in done(machine, "tar", "--list", "--file", archive).splitlines()
    assert done(machine, "stat", "--format=%a", archive).strip() == "600"

    done(machine, str(DEPLOY / "add-learner"), "ada", "/run/folder/client_key.pub")
    done(machine, "touch", f"{STATES}/ada/of-before")
    done(machine, str(DEPLOY / "restore-learner"), "ada", archive)
    assert done(machine, "stat", "--format=%U %G %a", f"{STATES}/ada").strip() == "ada tutor 700"
    assert done(machine, "stat", "--format=%U", f"{STATES}/ada/progress.db").strip() == "ada"
    assert root(machine, "test", "-e", f"{STATES}/ada/of-before").returncode != 0
    # What was there before it is archived, and nothing is left about.
    assert "-replaced-" in done(machine, "ls", BACKUPS)
    assert sorted(done(machine, "ls", "-A", STATES).split()) == ["ada", "bob"]
    with machine.terminal("ada") as terminal:
        terminal.wait_for("The neuron")


def test_nothing_is_deleted_where_the_archive_cannot_be_written(machine: ClassMachine) -> None:
    # A file where the folder is to be.
    done(machine, "sh", "-c", f"mv {BACKUPS} {BACKUPS}.aside 2>/dev/null; touch {BACKUPS}")
    try:
        ran = root(machine, str(DEPLOY / "remove-learner"), "bob")
        assert ran.returncode != 0
        assert "Stopped: nothing of bob is deleted." in ran.stderr
        assert root(machine, "id", "bob").returncode == 0
        assert root(machine, "test", "-d", f"{STATES}/bob").returncode == 0
        assert root(machine, "test", "-e", "/etc/ssh/tutor_keys/bob").returncode == 0
    finally:
        done(machine, "sh", "-c", f"rm {BACKUPS}; [ ! -e {BACKUPS}.aside ] || mv {BACKUPS}.aside {BACKUPS}")
        done(machine, "usermod", "--unlock", "--expiredate", "", "bob")


@pytest.mark.parametrize("script", ["remove-learner", "end-sessions"])
@pytest.mark.parametrize("name", ["root", "nobody", "../bob", "nosuchname"])
def test_only_learners_are_touched(machine: ClassMachine, script: str, name: str) -> None:
    assert root(machine, str(DEPLOY / script), name).returncode != 0


def test_a_backup_is_made_while_somebody_works(machine: ClassMachine) -> None:
    with machine.terminal("bob") as terminal:
        terminal.wait_for("The neuron")
        said = done(machine, str(DEPLOY / "backup"), "bob")
    assert "bob/progress.db" in done(machine, "tar", "--list", "--file", said.strip()).splitlines()
