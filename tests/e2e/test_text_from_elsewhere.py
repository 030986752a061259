"""Lessons whose every text gives orders: to the terminal, and as markup. They are shown as letters, and do nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.terminal import CTRL_Q, ENTER, ESCAPE, Terminal, tutor_environment
from tutor.course.lessons.loader import step_slug

# 97531 marks what is ours: the program's own escape sequences never hold it.
ORDERS = {
    "clipboard": "\x1b]52;c;97531\x07",
    "colour": "\x1b[97531m",
    "question": "\x1b[97531n",
    "device": "\x1bP97531\x1b\\",
    "window": "\x1b]0;97531\x1b\\",
    "link": "\x1b]8;;http://97531\x1b\\",
    "one byte": "\x9b97531m\x9d0;97531\x9c\x90",
    "turned": "\u202e97531\u2066",
}
MARKUP = "[@click=app.quit]go[/] [/] [/b] [red"
HOSTILE = "".join(ORDERS.values()) + MARKUP
TRACES = [
    *(b"\x1b" + kind for kind in (b"]52", b"[97531", b"P97531", b"]0;97531", b"]8;;http")),
    *(byte.encode() for byte in "\x9b\x9d\x90\x9c\u202e\u2066"),
    b"97531\x07",
]
LINK = "[words](http://97531/\u202e%1b]52) ![picture](file:///etc/97531) <b onclick='x'>html</b> <script>97531</script>"

# The face on the lessons in the folder that is given first.
RUN = """
import pathlib, sys
import tutor.resources
tutor.resources.lessons_folder = lambda: pathlib.Path(sys.argv[1])
from tutor.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    """One lesson of two steps; every text in it is hostile, and so is the glossary beside it."""

    def said(words: str) -> str:
        return json.dumps(f"{words} {HOSTILE}").replace("{", "(")

    first, second = f"First {HOSTILE}", f"Second {HOSTILE}"
    toml = f"""
id = "hostile"
number = 1
title = {said("Title")}
summary = {said("Summary")}
lab = "neuron"
[[step]]
id = "{step_slug(first)}"
show = ["x", "w", "b", "z"]
hide = ["z"]
set = {{ x = [1, 1], w = [1, 2], b = 0 }}
[[step.question]]
ask = {said("Asked")}
answer = "z"
tolerance = 0.01
explain = {said("Explained")}
hints = [{said("Hinted")}, {said("Again")}]
wrong = [{{ gives = "x[1]", say = {said("Wrong")} }}]
[[step]]
id = "{step_slug(second)}"
show = ["x", "z"]
[[step.question]]
ask = {said("Which")}
answer = {{ read = "z", set = {{ b = 1 }}, against = "z" }}
choices = {{ greater = {said("Rises")}, less = {said("Falls")} }}
explain = {said("Because")}
hints = [{said("Look")}]
"""
    folder = tmp_path / "lessons"
    (folder / "one").mkdir(parents=True)
    (folder / "one" / "lesson.toml").write_text(toml)
    pages = f"## {first}\n\nBody {HOSTILE}\n\n{LINK}\n\n| {MARKUP} | b |\n|---|---|\n| {HOSTILE} | 2 |\n\n"
    (folder / "one" / "lesson.md").write_text(f"{pages}```\ncode {HOSTILE}\n```\n\n## {second}\n\nBody\n")
    (folder / "one" / "lesson.walk").write_text("open hostile\n")
    (folder / "glossary.md").write_text(f"## Term {HOSTILE}\n\nMeans {HOSTILE}\n\nLesson: hostile\n")
    return folder


def harm(raw: bytes) -> list[bytes]:
    """What came through."""
    return [raw[max(0, raw.find(trace) - 40) :][:80] for trace in (*TRACES, b"Traceback") if trace in raw]


def test_the_screens(lessons: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, str(lessons)]
    with Terminal(command, tutor_environment(tmp_path / "state"), 120, 40) as terminal:

        def press(*keys: str, until: str | Callable[[str], bool]) -> None:
            terminal.send(*keys)
            terminal.wait_until(until if callable(until) else lambda text: until in text, repr(until))
            assert harm(bytes(terminal.raw)) == [], until

        terminal.wait_for("Title", "Summary", "app.quit]go[/] [/] [/b] [red")
        press("?", until="escape closes")
        press(ESCAPE, until=lambda text: "escape closes" not in text)
        press("/", until="Search lessons")
        press(*"first", until="First")
        press(ESCAPE, until="q Quit")
        press("y", until="Means")
        press(ESCAPE, until="q Quit")
        press(ENTER, until="Asked")
        terminal.wait_for("Body", "code", "]go[/] [/] [/b] [red")
        press("1", ENTER, until="Wrong")
        press("h", until="Hinted")
        press("g", until="Go to a step")
        press(ESCAPE, until=lambda text: "Go to a step" not in text)
        press("\x10", until="Go to step 1: First")
        press(ESCAPE, until=lambda text: "Go to step 1" not in text)
        press("\x0e", until="Which")
        terminal.wait_for("Rises", "Falls")
        terminal.send(CTRL_Q)
        assert terminal.wait_ended() == 0
        assert harm(bytes(terminal.raw)) == []
        assert terminal.restored
    assert not list((tmp_path / "state").glob("crash-*"))


def test_the_plain_face_and_the_commands(lessons: Path, tmp_path: Path) -> None:
    typed = (
        f"1\nhint\n{HOSTILE}\n3\nnext\n1\nglossary\nsearch first\nopen {HOSTILE}\nopen hostile at {HOSTILE}\nprogress\n"
    )
    for words, given in (
        (["learn", "hostile", "--plain"], typed),
        (["learn", HOSTILE], ""),
        (["learn", f"hostile/{HOSTILE}"], ""),
        (["list"], ""),
        (["list", "--json"], ""),
        (["search", "first"], ""),
        (["search", "first", "--json"], ""),
        (["search", HOSTILE], ""),
        (["walk", HOSTILE], ""),
        (["walk", f"{HOSTILE}.walk"], ""),
        (["check-lessons", str(lessons)], ""),
        (["check-lessons", HOSTILE], ""),
        (["predict", HOSTILE, HOSTILE], ""),
        (["import", HOSTILE, "--out", str(tmp_path / "x")], ""),
        ([HOSTILE], ""),
        (["list", f"--{HOSTILE}"], ""),
    ):
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(lessons), *words],
            input=given.encode(), capture_output=True, timeout=120, env=tutor_environment(tmp_path / "state"),
            check=False,
        )  # fmt: skip
        said = done.stdout + done.stderr
        assert harm(said) == [], words
        assert b"\x1b" not in said, words
        assert done.returncode in (0, 1, 2), (words, said)
    assert not list((tmp_path / "state").glob("crash-*"))
