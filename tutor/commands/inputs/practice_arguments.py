"""The arguments of ``dl-tutor practice``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from tutor.argument_types import whole_number


def add_practice(
    practice: argparse.ArgumentParser,
    add_json: Callable[[argparse.ArgumentParser, bool], None],
    add_state: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Add the actions and their options."""
    actions = practice.add_subparsers(dest="action", metavar="ACTION", title="actions")
    listed = actions.add_parser("list", help="print the exercises, and how far you are")
    start = actions.add_parser("start", help="print an exercise's task and write its start file")
    point = actions.add_parser("point", help="say in which line the bug of --form find is")
    check = actions.add_parser("check", help="check a file: 0 right, 1 not, 2 unreadable")
    watch = actions.add_parser("watch", help="check a file at every save")
    hint = actions.add_parser("hint", help="the next hint, after one more try")
    solution = actions.add_parser("solution", help="a solution that is right")
    for action in (start, point, hint, solution):
        action.add_argument("exercise", metavar="EXERCISE", help="its id, such as softmax")
    for action in (check, watch):
        action.add_argument(
            "exercise", nargs="?", metavar="EXERCISE", help="its id; by default the one that the file is named after, "
            "or whose function is in it",
        )  # fmt: skip
    point.add_argument("line", type=whole_number(1), metavar="LINE", help="its number in the file as it was given")
    point.set_defaults(form="find")
    for action in (check, watch):
        action.add_argument("file", type=Path, metavar="FILE.py", help="with the function")
    for action in (start, check, watch):
        action.add_argument(
            "--form", choices=("complete", "find", "write"), default="write",
            help="a function to complete, one with a bug to find, or one to write (write)",
        )  # fmt: skip
    start.add_argument(
        "--missing", type=whole_number(1), metavar="LINES",
        help="how many lines of --form complete are left out (one, and one more each time)",
    )  # fmt: skip
    start.add_argument("--out", type=Path, metavar="FILE.py", help="where to write the start file")
    practice.add_argument("--plain", action="store_true", help="print the list, also in a terminal")
    for action in (practice, listed, check):
        add_json(action, action is not practice)
    for action in (practice, listed, check, watch):
        action.add_argument(
            "--unprotected", action="store_true",
            default=False if action is practice else argparse.SUPPRESS,
            help="run your code even where this machine cannot keep it from your files",
        )  # fmt: skip
    for action in (listed, start, point, check, watch, hint, solution):
        add_state(action)
