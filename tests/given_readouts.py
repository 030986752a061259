"""A lab for tests whose readouts are given one by one, and made anew whenever they are asked for."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial

from tutor.labs.kit.contract import Lab
from tutor.labs.kit.readouts import Readout
from tutor.labs.kit.sheet import Sheet


class GivenReadouts(Lab):
    """A subclass names its readouts and makes each."""

    @abstractmethod
    def given_names(self) -> tuple[str, ...]:
        """The readouts, in reading order."""

    @abstractmethod
    def given(self, name: str) -> Readout:
        """One of them, as it is now."""

    def readout_names(self) -> tuple[str, ...]:
        """Those that are given."""
        return self.given_names()

    def beside_controls(self) -> object:
        """Never the same: a test changes what it likes."""
        return object()

    def overview(self) -> tuple[str, ...]:
        """All groups."""
        return tuple(name for group in self.groups() for name in group.names)

    def fill(self, sheet: Sheet) -> None:
        """State the readouts."""
        for name in self.given_names():
            sheet.show(name, partial(self.given, name))
