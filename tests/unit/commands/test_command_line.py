"""The command line itself: examples, what was meant by a wrong word, --state everywhere, completions."""

from __future__ import annotations

import argparse
import importlib.util
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.cli import SHELLS, command_parser, main
from tutor.commands.completions import completion_text
from tutor.commands.console.examples import EXAMPLES
from tutor.course.lessons.loader import read_summaries
from tutor.resources import lessons_folder

ROOT = Path(__file__).parents[3]


def commands() -> dict[str, argparse.ArgumentParser]:
    (action,) = (a for a in command_parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


def status_of(words: str) -> int:
    """The exit status of the command, also where argparse ends it."""
    try:
        return main(words.split())
    except SystemExit as left:
        return int(left.code or 0)


def example_commands() -> Iterator[tuple[str, list[str]]]:
    """Each example of a command, up to what the shell does with it."""
    for name, examples in EXAMPLES.items():
        for typed, _ in examples:
            words = shlex.split(typed)
            ends = [words.index(sign) for sign in (">", "<", "|") if sign in words]
            yield name, words[: min(ends, default=None)]


def test_every_command_has_examples_and_they_are_of_it() -> None:
    assert set(EXAMPLES) == {"", *commands()}
    for name, (program, *words) in example_commands():
        assert program == "dl-tutor"
        if "--help" not in words:
            assert command_parser().parse_args(words).command == (name or (words[0] if words else None))


@pytest.mark.parametrize("command", EXAMPLES)
def test_help_shows_them(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*filter(None, [command]), "--help"])
    out = capsys.readouterr().out
    assert all(f"\n  {typed}\n      {does}\n" in out for typed, does in EXAMPLES[command])


@pytest.mark.parametrize("command", commands())
def test_state_stands_before_or_after_every_command(command: str) -> None:
    least = {
        "search": ["w"], "evaluate": ["n"], "predict": ["n", "i"], "export": ["n", "--to", "numpy"],
        "import": ["f", "--out", "n"], "completions": ["zsh"], "table": ["f"], "write": ["n"],
        "new": ["lesson", "n"], "preview": ["d"], "collect": ["--to", "postgresql://h/d"],
    }.get(command, [])  # fmt: skip
    for words in (["--state", "s", command, *least], [command, *least, "--state", "s"]):
        assert command_parser().parse_args(words).state == Path("s")
    assert command_parser().parse_args([command, *least]).state is None


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("trian", "'train'"), ("Doctor", "'doctor'"), ("train shapes-mpl", "'shapes-mlp'"),
        ("train --epohcs 3 shapes-mlp", "'--epochs'"), ("train shapes-mlp --backend tensorflw", "'tensorflow'"),
        ("--lesons x list", "'--lessons'"), ("learn neurn --plain", "'neuron'"), ("walk softmx", "'softmax'"),
        ("evaluate shaps.net", "'shapes.net'"), ("predict shapes.net drawig.dat", "'drawing.dat'"),
        ("train --spec mine.tmol", "'mine.toml'"), ("train --resume Shapes.nte", "'shapes.net'"),
        ("train shapes-mlp --data drawin.dat", "'drawing.dat'"), ("import theirs.kears --out n", "'theirs.keras'"),
        ("data letters picturs", "'pictures'"), ("table flower.csv", "'flowers.csv'"),
    ],
)  # fmt: skip
def test_what_was_meant(
    words: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("shapes.net", "drawing.dat", "mine.toml", "theirs.keras", "flowers.csv"):
        Path(name).write_text("")
    Path("pictures").mkdir()
    assert status_of(words) == 2
    assert f"did you mean {meant}?" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["xyzzy", "train xyzzy", "learn xyzzy --plain", "evaluate xyzzy", "train --xyzzy"])
def test_what_is_near_nothing_gets_no_guess(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert status_of(words) == 2
    assert "did you mean" not in capsys.readouterr().err


@pytest.mark.parametrize("shell", SHELLS)
def test_completions_know_every_command_option_and_lesson(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completions", shell]) == 0
    text = capsys.readouterr().out
    for name, parser in commands().items():
        assert name in text
        # fish writes an option as -l NAME.
        options = [o.lstrip("-") if shell == "fish" else o for o in parser._option_string_actions]
        assert [option for option in options if option not in text] == []
    assert all(lesson.id in text for lesson in read_summaries(lessons_folder()))


@pytest.mark.parametrize("shell", SHELLS)
def test_completions_name_no_place_of_the_machine_they_were_made_on(shell: str) -> None:
    assert str(ROOT) not in completion_text(shell)


@pytest.mark.skipif(importlib.util.find_spec("shtab") is None, reason="shtab is not installed; make lint has it")
def test_completions_are_those_of_this_parser() -> None:
    program = ROOT / "scripts" / "make_completions.py"
    done = subprocess.run([sys.executable, str(program), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_bash_completes(tmp_path: Path) -> None:
    file = tmp_path / "dl-tutor.bash"
    file.write_text(completion_text("bash"))
    script = r"""
source "$1"; shift
function=$(complete -p dl-tutor); function=${function##*-F }; function=${function%% *}
COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
$function dl-tutor "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
echo "${COMPREPLY[*]}"
"""
    for words, completed in (
        (("tr",), "train"), (("train", "--batch"), "--batch-size"), (("learn", "neu"), "neuron"),
        (("train", "--backend", "n"), "numpy"), (("completions", "z"), "zsh"),
    ):  # fmt: skip
        done = subprocess.run(
            ["bash", "--norc", "-c", script, "bash", str(file), "dl-tutor", *words],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.split() == [completed]
