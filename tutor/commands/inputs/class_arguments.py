"""The arguments of the commands about a class."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tutor.argument_types import whole_number
from tutor.classroom.database_address import SCHEMES, DatabaseAddress, folder_or_database

FORMS = ("rows", "moodle", "canvas")
"""As ``tutor.classroom.report_text.FORMS``; listed here so that the command line need not import it."""


STATES = "the folder of their states (/var/lib/dl-tutor), or the postgresql:// address they were collected in"


def add_class(commands: argparse._SubParsersAction[Any]) -> argparse.ArgumentParser:
    """Add ``class``; returns its parser."""
    live: argparse.ArgumentParser = commands.add_parser(
        "class", help="the learners of a class machine: who is where, who is stuck, which errors are most common"
    )
    live.add_argument("folder", nargs="?", type=folder_or_database, metavar="DIR|URL", help=STATES)
    live.add_argument("--learner", metavar="NAME", help="the path of one learner, printed")
    live.add_argument("--answers", action="store_true", help="also what was typed, if the class allows it")
    live.add_argument("--plain", action="store_true", help="printed once")
    live.add_argument("--follow", action="store_true", help="printed, and a line for each change until Ctrl-C")
    return live


def add_report(commands: argparse._SubParsersAction[Any]) -> argparse.ArgumentParser:
    """Add ``report``; returns its parser."""
    report: argparse.ArgumentParser = commands.add_parser(
        "report", help="what each learner of a class did: a row for each lesson and exercise"
    )
    report.add_argument("folder", nargs="?", type=folder_or_database, metavar="DIR|URL", help=STATES)
    report.add_argument("--since", metavar="DATE", help="only what was done from that day on, such as 2026-12-01")
    report.add_argument(
        "--homework",
        type=Path,
        metavar="FILE",
        help="grade this homework: draws the numbers and judges the answers anew",
    )
    report.add_argument(
        "--csv", nargs="?", const="rows", choices=FORMS, metavar="moodle|canvas",
        help="as CSV; in the form that the grade book of Moodle or Canvas imports",
    )  # fmt: skip
    return report


def add_serve(commands: argparse._SubParsersAction[Any], start: Callable[[list[str]], int]) -> None:
    """Add ``serve``, whose sessions begin with ``start``: ``dl-tutor`` with arguments."""
    serve: argparse.ArgumentParser = commands.add_parser(
        "serve", help="sessions of a class machine from one process that has everything loaded"
    )
    serve.set_defaults(start=start)


def add_homework(commands: argparse._SubParsersAction[Any]) -> argparse.ArgumentParser:
    """Add ``homework``; returns its parser."""
    homework: argparse.ArgumentParser = commands.add_parser(
        "homework", help="do a homework with numbers of your own, or prove one before you hand it out"
    )
    homework.add_argument(
        "targets", nargs="*", metavar="[check] FILE", help="the homework.toml; after check it is proved, not done"
    )
    homework.add_argument("--name", metavar="NAME", help="yours, as the report has it (that of your account)")
    homework.add_argument("--names", type=whole_number(2), default=30, metavar="N", help="with check: of N names (30)")
    return homework


def add_collect(commands: argparse._SubParsersAction[Any]) -> argparse.ArgumentParser:
    """Add ``collect``; returns its parser."""
    collect: argparse.ArgumentParser = commands.add_parser(
        "collect", help="bring what is new on this machine into one PostgreSQL for several machines"
    )
    collect.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR", help="the folder of the states (/var/lib/dl-tutor)"
    )
    collect.add_argument(
        "--to", required=True, type=_database, metavar="URL", help="postgresql://…; the password better in ~/.pgpass"
    )
    collect.add_argument("--machine", metavar="NAME", help="what this machine is called there (its host name)")
    collect.add_argument(
        "--every", type=whole_number(1), metavar="SECONDS", help="again and again until Ctrl-C, with this pause"
    )
    collect.add_argument("--forget", metavar="LEARNER", help="remove all of one learner of this machine from there")
    return collect


def _database(text: str) -> DatabaseAddress:
    """The message does not repeat what was typed: it may have a password."""
    if not text.startswith(SCHEMES):
        raise argparse.ArgumentTypeError("expected an address that begins with postgresql://")
    return DatabaseAddress(text)
