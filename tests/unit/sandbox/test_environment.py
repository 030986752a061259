"""Of the environment that a client sends, only what cannot name code is let in."""

from __future__ import annotations

import pytest

from tutor.sandbox.environment import USUAL_TERM, clean_environment


@pytest.mark.parametrize(
    "name",
    [
        "PYTHONPATH", "PYTHONSTARTUP", "LD_PRELOAD", "LD_LIBRARY_PATH", "TEXTUAL", "TEXTUAL_DRIVER", "TEXTUAL_LOG",
        "TEXTUAL_SCREENSHOT", "TEXTUAL_PRESS", "COLUMNS", "LINES", "BROWSER", "EDITOR", "PAGER", "KERAS_HOME",
        "KERAS_BACKEND", "TF_XLA_FLAGS", "DL_TUTOR_STATE", "DL_TUTOR_MNIST", "XDG_DATA_HOME", "SHELL", "TMPDIR",
    ],
)  # fmt: skip
def test_is_not_let_in(name: str) -> None:
    assert name not in clean_environment({name: "/home/learner/evil"})


@pytest.mark.parametrize("term", ["../../home/learner/evil", "xterm\x1b[31m", "", "x" * 33, "xterm;id"])
def test_a_terminal_with_a_path_or_an_order_in_its_name_is_taken_for_the_usual_one(term: str) -> None:
    assert clean_environment({"TERM": term})["TERM"] == USUAL_TERM


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TERM", "screen-256color"), ("TERM", "linux"), ("LANG", "de_AT.UTF-8"), ("LC_ALL", "C"), ("NO_COLOR", "1"),
        ("TZ", "Europe/Vienna"), ("HOME", "/home/learner"), ("SSH_CONNECTION", "::1 50000 ::1 22"),
        ("DL_TUTOR_LESSONS", "/srv/lessons"), ("DL_TUTOR_PACKS", "/srv/packs"), ("DL_TUTOR_LESSONS", "/srv/a b:/srv/c"),
    ],
)  # fmt: skip
def test_is_let_in(name: str, value: str) -> None:
    assert clean_environment({name: value})[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANG", "../x"),
        ("TZ", "/etc/shadow"),
        ("TZ", "../../x"),
        ("HOME", "x"),
        ("DL_TUTOR_LESSONS", "lessons"),
        ("DL_TUTOR_PACKS", "packs"),
    ],
)
def test_a_value_that_is_none_is_not(name: str, value: str) -> None:
    assert name not in clean_environment({name: value})


def test_the_path_to_programs_is_the_systems() -> None:
    assert clean_environment({"PATH": "/home/learner/bin"})["PATH"] == "/usr/bin:/bin"
