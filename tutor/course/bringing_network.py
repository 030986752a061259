"""Bring a trained network from a file into a lesson's lab, as one change that undo takes back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tutor.course.session import BEFORE_SOLUTION
from tutor.labs.catalog import lab_class
from tutor.labs.kit.controls import ControlError
from tutor.language.catalogue import _

if TYPE_CHECKING:
    from tutor.course.session import LessonSession
    from tutor.labs.kit.given_network import GivenNetwork

TAKERS = ("shapes", "shapes-cnn", "digits", "letters")
"""The labs with networks that the command line trains too, in the order in which a network is looked for."""
OWN_LAB = BEFORE_SOLUTION
"""What undo brings back, as part of a sentence."""


def read_given(file: Path) -> GivenNetwork:
    """The network in a ``.net`` or ``.keras`` file. Raises ``ControlError`` with a sentence if there is none."""
    from tutor.exchange.network_files import read_network_file
    from tutor.labs.kit.given_network import GivenNetwork
    from tutor.training.saved.atomic_write import FileError

    try:
        path = file.expanduser()
    except RuntimeError:  # ~nobody
        path = file
    try:
        return GivenNetwork(path.name, read_network_file(path))
    except FileError as error:
        raise ControlError(str(error)) from None


def bring_network(session: LessonSession, given: GivenNetwork) -> str:
    """Put the network into the session's lab; return a sentence. What the lab had is one step for undo.

    Raises ``ControlError`` if the lab does not take it, with the lesson that does; the lab is then unchanged.
    """
    lab = session.lab
    try:
        with session.undo_history.recording_all(_(OWN_LAB)):
            return lab.take_network(given)
    except ControlError as error:
        other = next((taker for taker in takers_of(given) if taker != session.lesson.lab), None)
        if other is None or not lab.takes_networks:
            raise
        raise ControlError(
            _("{error} It fits another lesson: dl-tutor learn {other} --net {name}").format(
                error=error, other=other, name=given.name
            )
        ) from None


def takers_of(given: GivenNetwork) -> tuple[str, ...]:
    """The labs that take this network, by their ids, which are those of their lessons too."""
    return tuple(taker for taker in TAKERS if _takes(taker, given))


def _takes(taker: str, given: GivenNetwork) -> bool:
    lab = lab_class(taker)()
    try:
        lab.take_network(given)
    except ControlError:
        return False
    finally:
        lab.close()
    return True
