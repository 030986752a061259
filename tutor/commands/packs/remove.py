"""``dl-tutor packs remove``: take one of the learner's packs away; the progress in it is kept."""

from __future__ import annotations

import argparse

from tutor.commands.console.printing import answer, tell
from tutor.course.packs.installed import CannotKeep, learners_packs, system_packs, take_away
from tutor.course.record.progress import state_folder
from tutor.course.words.similar_names import did_you_mean

REMOVED, NOT_REMOVED, UNKNOWN = 0, 1, 2


def run(args: argparse.Namespace) -> int:
    """Remove the pack with the id ``args.pack``. Returns 0 if it was, 1 if it cannot be, 2 if there is none."""
    found = system_packs() if args.for_all else learners_packs(state_folder(args.state))
    packs = {pack.id: pack for pack in found}
    pack = packs.get(args.pack)
    if pack is None and args.pack in {each.id for each in system_packs()}:
        tell(f"the pack {args.pack!r} is for all users of this machine; its administrator removes it with --for-all")
        return NOT_REMOVED
    if pack is None:
        known = f"; there are {', '.join(packs)}" if packs else "; none is added"
        tell(f"there is no pack {args.pack!r}{did_you_mean(args.pack, packs) or known}")
        return UNKNOWN
    try:
        take_away(pack)
    except CannotKeep as error:
        tell(error)
        return NOT_REMOVED
    answer(f"{pack.title} is removed. Your progress in it is kept: it is there again once the pack is.")
    return REMOVED
