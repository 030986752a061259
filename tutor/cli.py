"""The ``dl-tutor`` command: parses its words and hands over. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from tutor import __version__

DONE, DID_NOT_HOLD, WRONG_INPUT, CRASHED = 0, 1, 2, 70


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status (0 done, 1 a check did not hold, 2 what was given was wrong)."""
    given = _parser().parse_args(arguments)
    try:
        return _runner(given.command or "learn")(given)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has left; there is nobody to tell.
        sys.stderr.close()
        return DONE


def _runner(command: str) -> Callable[[argparse.Namespace], int]:
    module = import_module(f"tutor.commands.{_MODULES.get(command, command)}")
    run: Callable[[argparse.Namespace], int] = module.run
    return run


_MODULES = {"list": "list_lessons", "check-lessons": "check_lessons"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dl-tutor",
        description="A deep-learning tutor in the terminal. Without a command: resume where you were.",
    )
    parser.add_argument("--version", action="version", version=f"dl-tutor {__version__}")
    _add_state(parser)
    parser.set_defaults(lesson=None, plain=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    learn = commands.add_parser("learn", help="open a lesson")
    learn.add_argument("lesson", nargs="?", metavar="LESSON[/STEP]", help="its id or number, such as neuron or 9/3")
    learn.add_argument("--plain", action="store_true", help="as printed text and prompts, line by line")
    _add_state(learn)

    listed = commands.add_parser("list", help="the lessons, and how far you are")
    _add_json(listed)
    _add_state(listed)

    search = commands.add_parser("search", help="look for words in lessons, steps and terms")
    search.add_argument("words", nargs="+", metavar="WORD", help="all of them, or their beginnings, have to be there")
    _add_json(search)

    train = commands.add_parser("train", help="train a network without a screen")
    _add_model(train)
    train.add_argument("--backend", choices=("numpy", "tensorflow"), default="numpy", help="who computes it")
    train.add_argument("--epochs", type=_whole_number(1), help="times through the training data")
    train.add_argument("--data", type=Path, metavar="FILE.dat", help="train on these rows instead of the shipped")
    train.add_argument("--out", type=Path, metavar="FILE", help="save the trained network there")
    _add_json(train)

    predict = commands.add_parser("predict", help="ask a trained network")
    predict.add_argument("model", type=Path, metavar="FILE", help="a network that train --out saved")
    predict.add_argument("input", type=Path, metavar="INPUT.dat", help="rows of 25 pixels")
    _add_json(predict)

    compare = commands.add_parser("compare", help="train both engines side by side and say how far apart they are")
    _add_model(compare)
    compare.add_argument("--steps", type=_whole_number(1), default=100, help="how many steps (100)")
    compare.add_argument("--dtype", choices=("float32", "float64"), default="float64", help="(float64)")
    _add_json(compare)

    data = commands.add_parser("data", help="where the digits and letters come from, and MNIST from the network")
    data.add_argument("name", nargs="?", choices=("digits", "letters"), metavar="digits|letters", help="(both)")
    data.add_argument("path", nargs="?", type=Path, metavar="FILE.npz|FOLDER", help="look at these of your own")
    data.add_argument("--download", action="store_true", help="get MNIST (11 MB) and put it where Keras keeps it")
    _add_json(data)

    walk = commands.add_parser("walk", help="run walk-through scripts")
    walk.add_argument("targets", nargs="*", metavar="LESSON|FILE", help="lessons or .walk files; all lessons if none")

    check = commands.add_parser("check-lessons", help="validate a folder of lessons")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="the shipped lessons if not given")

    doctor = commands.add_parser("doctor", help="what this machine has: terminal, TensorFlow, data, progress")
    _add_json(doctor)
    _add_state(doctor)
    return parser


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=("shapes-mlp",), metavar="MODEL", help="shapes-mlp")
    parser.add_argument("--seed", type=_whole_number(0), default=0, help="of weights, order and dropout (0)")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs: JSON on standard output")


def _add_state(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--state", type=Path, default=argparse.SUPPRESS if parser.prog != "dl-tutor" else None,
        metavar="DIR", help="keep progress in this folder",
    )  # fmt: skip


def _whole_number(lowest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"expected a whole number, got {text!r}") from None
        if value < lowest:
            raise argparse.ArgumentTypeError(f"expected a whole number from {lowest}, got {value}")
        return value

    return parse


if __name__ == "__main__":
    sys.exit(main())
