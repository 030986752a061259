"""The packs of a learner, of a machine, and those that ship: where they are, and how one is put there or taken away."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tutor.course.packs.manifest import Pack, packs_in
from tutor.private_files import make_private_folder
from tutor.resources import shipped_packs_folder, system_pack_folders

_FOLDER = "packs"
# Whoever added it, all users of the machine may read it.
_READABLE_FOLDER, _READABLE_FILE = 0o755, 0o644


class CannotKeep(RuntimeError):
    """A pack cannot be written or taken away; the message is a sentence."""


def learners_folder(state: Path) -> Path:
    """The folder of the packs that the learner added, within the folder of their progress."""
    return state / _FOLDER


def shipped_packs() -> tuple[Pack, ...]:
    """The packs that ship, which can be added by name."""
    return tuple(packs_in(shipped_packs_folder(), []))


def system_packs() -> tuple[Pack, ...]:
    """The packs that the administrator put on this machine for all users; the first of two with one id."""
    found = [pack for folder in system_pack_folders() for pack in packs_in(folder, [])]
    return tuple({pack.id: pack for pack in reversed(found)}[name] for name in dict.fromkeys(pack.id for pack in found))


def learners_packs(state: Path) -> tuple[Pack, ...]:
    """The packs that the learner added, by id."""
    return tuple(pack for pack in packs_in(learners_folder(state), []) if pack.folder.name == pack.id)


def pack_folders(state: Path, *, restricted: bool = False) -> tuple[Path, ...]:
    """The folders of the packs to be shown: the machine's, then the learner's; ``restricted`` the machine's alone."""
    packs = {pack.id: pack.folder for pack in system_packs()}
    for pack in () if restricted else learners_packs(state):
        packs.setdefault(pack.id, pack.folder)
    return tuple(packs.values())


@contextmanager
def staged(contents: Mapping[str, str], packs: Path) -> Iterator[Path]:
    """A private folder with these files in the folder ``packs``, gone at the end. Raises ``CannotKeep``."""
    folder = packs / f".adding-{secrets.token_hex(8)}"
    try:
        try:
            make_private_folder(folder)
            for name, text in contents.items():
                file = folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise CannotKeep(f"{packs} cannot be written: {error.strerror or error}") from None
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(folder: Path, pack_id: str, *, for_all: bool = False) -> None:
    """Make the staged folder the pack of this id, in place of one that is there, readable ``for_all`` or for its owner.

    Raises ``CannotKeep``.
    """
    target = folder.with_name(pack_id)
    aside = target.with_name(f".old-{secrets.token_hex(8)}")
    try:
        for each in (folder, *folder.rglob("*")) if for_all else ():
            each.chmod(_READABLE_FOLDER if each.is_dir() else _READABLE_FILE)
        with suppress(FileNotFoundError):
            target.rename(aside)
        try:
            folder.rename(target)
        except OSError:
            with suppress(OSError):
                aside.rename(target)
            raise
    except OSError as error:
        raise CannotKeep(f"{target} cannot be written: {error.strerror or error}") from None
    shutil.rmtree(aside, ignore_errors=True)


def take_away(pack: Pack) -> None:
    """Remove a learner's pack; the progress in it stays. Raises ``CannotKeep``."""
    aside = pack.folder.with_name(f".old-{secrets.token_hex(8)}")
    try:
        pack.folder.rename(aside)
    except OSError as error:
        raise CannotKeep(f"{pack.folder} cannot be removed: {error.strerror or error}") from None
    shutil.rmtree(aside, ignore_errors=True)
