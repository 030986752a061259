"""Generate the shipped completions from the parser, with shtab; ``--check`` reports whether they match the parser.

python scripts/make_completions.py [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import shtab

from tutor.cli import SHELLS, command_parser
from tutor.course.lessons.own_lessons import read_lessons
from tutor.course.packs.installed import shipped_packs
from tutor.resources import lessons_folder

FOLDER = Path(__file__).parents[1] / "tutor" / "commands" / "completion_files"


def completions(shell: str) -> str:
    """The text of the completions for ``shell``: commands, options, their choices, lessons, files and folders."""
    parser = command_parser()
    for action in _actions(parser):
        if action.dest in ("state", "lessons", "lessons_after", "folder"):
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif action.type is Path or action.dest == "targets" or (action.dest == "pack" and action.metavar != "NAME"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.dest == "lesson":
            packs = tuple(pack.folder for pack in shipped_packs())
            action.choices = [lesson.id for lesson in read_lessons(lessons_folder(), packs).summaries]
    return shtab.complete(parser, shell).rstrip("\n") + "\n"


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    found: list[argparse.Action] = []
    for action in parser._actions:
        found.append(action)
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                found += _actions(command)
    return found


def main() -> int:
    """Write the files, or check them: 1 if one does not match the parser."""
    status = 0
    for shell in SHELLS:
        file, text = FOLDER / f"dl-tutor.{shell}", completions(shell)
        if "--check" not in sys.argv[1:]:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif not file.is_file() or file.read_text(encoding="utf-8") != text:
            print(f"{file} is of another command line: run python {sys.argv[0]}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
