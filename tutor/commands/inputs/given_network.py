"""The trained network that a lesson is opened with, and the lesson whose lab goes on from it."""

from __future__ import annotations

from pathlib import Path

from tutor.course.bringing_network import TAKERS, read_given, takers_of
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.given_network import GivenNetwork, in_the_studio, layers_text


class NoSuchNetwork(ValueError):
    """There is no network in the file, or no lesson goes on from it; the message is a sentence."""


def network_and_lesson(file: Path, lesson: str | None) -> tuple[GivenNetwork, str]:
    """The network, and the lesson: the one that is named, or the first whose lab has such a network.

    Raises ``NoSuchNetwork``. Whether a lesson that is named takes the network shows when it is open.
    """
    try:
        given = read_given(file)
    except ControlError as error:
        raise NoSuchNetwork(str(error)) from None
    if lesson is not None:
        return given, lesson
    takers = takers_of(given)
    if not takers:
        raise NoSuchNetwork(
            f"{file.name} is a network of no lesson's lab: it has {layers_text(given.network.spec)}, and the labs of "
            f"{', '.join(TAKERS)} have others. {in_the_studio(file.name, given.network)}"
        )
    return given, takers[0]
