"""The arguments of ``dl-tutor packs``, ``new`` and ``preview``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_packs(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command and its actions."""
    packs = commands.add_parser("packs", help="lessons and exercises from elsewhere: add, list, remove")
    actions = packs.add_subparsers(dest="action", metavar="ACTION", title="actions")
    add = actions.add_parser("add", help="check a pack and add it: 0 added, 1 it has faults, 2 unreadable")
    add.add_argument("pack", metavar="FILE.zip|DIR|NAME", help="a pack's .zip or folder, or the name of one that ships")
    listed = actions.add_parser("list", help="the packs that are there, and those that can be added by name")
    remove = actions.add_parser("remove", help="remove a pack; the progress in it is kept")
    remove.add_argument("pack", metavar="NAME", help="its id, such as mathematics")
    for action in (add, remove):
        action.add_argument(
            "--for-all", action="store_true", help="for all users of this machine, by its administrator"
        )
    packs.add_argument("--json", action="store_true", help="for programs: JSON on standard output")
    listed.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="for programs: JSON on standard output"
    )
    for action in (add, listed, remove):
        action.add_argument(
            "--state", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="keep progress in this folder"
        )


def add_authoring(commands: argparse._SubParsersAction[Any]) -> argparse.ArgumentParser:
    """Add the commands for authors; returns the parser of ``preview``."""
    new = commands.add_parser("new", help="write a small lesson or exercise to begin with")
    new.add_argument("kind", choices=("lesson", "exercise"), metavar="lesson|exercise", help="what to write")
    new.add_argument("name", metavar="NAME", help="its id: small letters, digits and hyphens")
    new.add_argument(
        "--in", dest="into", type=Path, default=Path(), metavar="DIR", help="the folder of lessons, or a pack (here)"
    )
    preview: argparse.ArgumentParser = commands.add_parser(
        "preview", help="show a lesson or an exercise again at each save, and what its check says"
    )
    preview.add_argument("folder", type=Path, metavar="DIR", help="the folder of a lesson or of an exercise")
    preview.add_argument("--plain", action="store_true", help="as printed text and prompts, line by line")
    return preview
