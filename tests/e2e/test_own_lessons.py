"""A copy of a shipped lesson, under another id and number, in every way in which somebody may name it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.terminal import CTRL_Q, TUTOR, Terminal, tutor_environment
from tests.program import run
from tutor.resources import lessons_folder
from tutor.sandbox.restriction import reachable_level


def copied(folder: Path, lesson_id: str, number: int) -> Path:
    """The lesson on the neuron with a title that says which one it is."""
    shutil.copytree(lessons_folder() / "03_neuron", folder)
    toml = folder / "lesson.toml"
    text = toml.read_text(encoding="utf-8")
    for old, new in (
        ('id = "neuron"', f'id = "{lesson_id}"'), ("number = 3", f"number = {number}"),
        ('title = "The neuron"', f'title = "Copy {number}"'),
    ):  # fmt: skip
        assert text.count(old) == 1
        text = text.replace(old, new)
    toml.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Copies 70 and 71 in one folder."""
    copied(tmp_path / "mine" / "a_copy", "my-copy", 70)
    return copied(tmp_path / "mine" / "b_copy", "next-copy", 71).parent


def open_in_terminal(tmp_path: Path, *arguments: str, **environment: str) -> Terminal:
    return Terminal((*TUTOR, *arguments), tutor_environment(tmp_path / "state", **environment))


def test_in_the_list_of_the_screen_and_back_to_it(mine: Path, tmp_path: Path) -> None:
    with open_in_terminal(tmp_path, "--lessons", str(mine), "learn", "my-copy/2") as terminal:
        terminal.wait_for("70 Copy 70  2/12")
        terminal.send(CTRL_Q)
        assert terminal.wait_ended() == 0
    with open_in_terminal(tmp_path, DL_TUTOR_LESSONS=f"{tmp_path / 'mine' / 'b_copy'}{os.pathsep}{mine}") as terminal:
        terminal.wait_for("Resume: Copy 70, step 2 of 12")
        terminal.send("r")
        terminal.wait_for("70 Copy 70  2/12")


@pytest.mark.parametrize("name", ["mine/a_copy", "./mine/a_copy", "{mine}/a_copy", "mine/70", "{mine}/my-copy"])
def test_by_a_path_in_plain_text(mine: Path, tmp_path: Path, name: str) -> None:
    ran = plain(tmp_path, f"{name.format(mine=mine)}/2")
    assert ran.returncode == 0, ran.stderr
    assert "Lesson 70: Copy 70" in ran.stdout
    assert "Step 2 of 12: The weighted sum" in ran.stdout


@pytest.mark.parametrize("name", ["mine", "{mine}", "nowhere/at/all", "/nowhere", "{mine}/a_copy/lesson.md", ""])
def test_what_is_no_lesson_is_2_and_says_so_in_both_faces(mine: Path, tmp_path: Path, name: str) -> None:
    name = name.format(mine=mine)
    ran = plain(tmp_path, name)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "expected" in ran.stderr or "there is no lesson" in ran.stderr
    with Terminal((*TUTOR, "learn", name), tutor_environment(tmp_path / "state"), columns=200) as terminal:
        assert terminal.wait_ended() == 2


def plain(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(
        [*TUTOR, "learn", "--plain", *arguments], input="quit\n", capture_output=True, text=True, timeout=60,
        cwd=tmp_path, env=tutor_environment(tmp_path / "state"),
    )  # fmt: skip


@pytest.mark.skipif(not reachable_level().complete, reason=f"on this machine {reachable_level()}")
def test_in_a_restricted_session_by_the_environment_the_option_and_a_path(mine: Path, tmp_path: Path) -> None:
    start = ("--restricted", "--state", str(tmp_path / "state"))
    packs = tmp_path / "packs"
    shutil.copytree(mine, packs / "of-use" / "lessons")
    manifest = 'id = "of-use"\ntitle = "Of use"\nsummary = "Of use."\nversion = "1"\n'
    (packs / "of-use" / "pack.toml").write_text(manifest, encoding="utf-8")
    for arguments, environment in (
        (("learn", "my-copy"), {"DL_TUTOR_LESSONS": str(mine)}),
        (("--lessons", str(mine), "learn", "my-copy"), {}),
        (("learn", str(mine / "a_copy")), {}),
        (("learn", "of-use/my-copy"), {"DL_TUTOR_PACKS": str(packs)}),
    ):
        with open_in_terminal(tmp_path, *start, *arguments, **environment) as terminal:
            terminal.wait_for("70 Copy 70  1/12")
            terminal.send(CTRL_Q)
            assert terminal.wait_ended() == 0
    ran = subprocess.run(
        [*TUTOR, *start, "--lessons", "mine"], capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
        env=tutor_environment(tmp_path),
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (
        2,
        "with --restricted a folder of lessons is named by its whole path; got mine\n",
    )
