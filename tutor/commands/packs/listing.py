"""``dl-tutor packs list``: the packs that are there, and those that can be added by name."""

from __future__ import annotations

import argparse

from tutor.commands.console.printing import answer, answer_json, tell
from tutor.course.lessons.lesson import LessonError
from tutor.course.packs.installed import learners_folder, learners_packs, shipped_packs, system_packs
from tutor.course.packs.manifest import Pack, packs_in
from tutor.course.record.progress import state_folder
from tutor.resources import system_pack_folders

NONE = "There are no packs yet. docs/pack-format.md says how to make one; dl-tutor packs add FILE.zip adds it."


def run(args: argparse.Namespace) -> int:
    """Print the packs with where they come from, as lines or with ``args.json`` as a list of objects. Returns 0."""
    state = state_folder(args.state)
    machines, learners = system_packs(), learners_packs(state)
    there = {pack.id for pack in (*machines, *learners)}
    rows = [
        *((pack, "for all users of this machine") for pack in machines),
        *((pack, "added") for pack in learners if pack.id not in {each.id for each in machines}),
        *((pack, f"to be added: dl-tutor packs add {pack.id}") for pack in shipped_packs() if pack.id not in there),
    ]
    faults: list[LessonError] = []
    for folder in (*system_pack_folders(), learners_folder(state)):
        list(packs_in(folder, faults))
    for fault in faults:
        tell(fault)
    if args.json:
        answer_json([_row(pack, pack.id in there) for pack, _ in rows], indent=2)
        return 0
    wide = max((len(pack.id) for pack, _ in rows), default=0)
    for pack, where in rows:
        answer(f"{pack.id:{wide}}  {pack.title}, version {pack.version}: {where}")
        answer(f"{'':{wide}}  {pack.summary}")
    if not rows:
        answer(NONE)
    return 0


def _row(pack: Pack, is_there: bool) -> dict[str, str | bool]:
    return {
        "id": pack.id, "title": pack.title, "summary": pack.summary, "version": pack.version, "author": pack.author,
        "licence": pack.licence, "added": is_there, "folder": str(pack.folder),
    }  # fmt: skip
