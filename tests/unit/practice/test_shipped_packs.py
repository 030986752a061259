"""The packs that ship hold: ``packs add NAME`` trusts this and does not check them once more."""

from __future__ import annotations

import pytest

from tutor.course.packs.contents import read_contents
from tutor.course.packs.installed import shipped_packs
from tutor.course.packs.manifest import Pack
from tutor.practice.packs.check import check_pack
from tutor.sandbox.restriction import reachable_level


@pytest.mark.skipif(not reachable_level().complete, reason="this machine cannot restrict a process")
@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.id)
def test_it_holds(pack: Pack) -> None:
    assert read_contents(pack.folder)
    checked = check_pack(pack)
    assert checked.faults == ()
    assert checked.lessons > 0
    assert pack.folder.name == pack.id
