"""The arguments of the commands about a class."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_class(commands: argparse._SubParsersAction[Any]) -> argparse.ArgumentParser:
    """Add ``class``; returns its parser."""
    live: argparse.ArgumentParser = commands.add_parser(
        "class", help="the learners of a class machine: who is where, who is stuck, which errors most have"
    )
    live.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR", help="the folder of their states (/var/lib/dl-tutor)"
    )
    live.add_argument("--learner", metavar="NAME", help="the path of one learner, printed")
    live.add_argument("--answers", action="store_true", help="also what was typed, if the class allows it")
    live.add_argument("--plain", action="store_true", help="printed once")
    live.add_argument("--follow", action="store_true", help="printed, and a line for each change until Ctrl-C")
    return live
