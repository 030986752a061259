"""A lab on a sheet: it fills the sheet, and all that is asked of a lab is read from there."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np

from tutor.engine.derivations.trace import Trace
from tutor.engine.derivations.worksheet import Worksheet
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.origins import why
from tutor.labs.kit.places import Index
from tutor.labs.kit.readouts import Arithmetic, Code, Readout
from tutor.labs.kit.sheet import Sheet


class SheetLab(Lab):
    """A subclass declares controls and fills the sheet, in the order in which its numbers follow from each other."""

    program_label: ClassVar[str] = "the same in Keras"

    _filled: tuple[dict[str, Any], object, Sheet] | None = None

    @abstractmethod
    def fill(self, sheet: Sheet) -> None:
        """State every number."""

    def beside_controls(self) -> object:
        """What the numbers follow from besides the controls, to be compared by ``==``: how far a walk is, a run."""
        return None

    def recorded(self) -> Trace | None:
        """The pass of a network that the sheet stands on: its arrays have their names there, as ``dense.z``.

        Called once for a sheet, when the first of its numbers is asked for.
        """
        return None

    @property
    def sheet(self) -> Sheet:
        """The sheet of the present state, filled once."""
        values, beside = self._values, self.beside_controls()
        if self._filled is None or self._filled[:2] != (values, beside):
            sheet = Sheet(self.sheet_of_controls(self.recorded))
            # Before it is filled: an arithmetic on the sheet reads what stands there already.
            self._filled = dict(values), beside, sheet
            with np.errstate(all="ignore"):
                self.fill(sheet)
            sheet.show("keras", self._program)
        return self._filled[2]

    def _program(self) -> Code:
        program = self.keras_program()
        return Code("keras", self.program_label, "" if program is None else program.source)

    def arithmetic(self, sheet: Sheet, name: str, label: str, path: str) -> None:
        """Show where the number at ``path`` comes from."""
        sheet.show(name, lambda: Arithmetic(name, label, why(self, path)))

    def readout_names(self) -> tuple[str, ...]:
        """What the sheet shows, in its order."""
        return tuple(self.sheet.shown)

    def read(self, name: str) -> Readout:
        """One readout of the sheet. Raises ``LookupFailed`` for a name there is not."""
        return self.sheet.read(name)

    def overview(self) -> tuple[str, ...]:
        """All groups but the program, which has a screen of its own."""
        return tuple(name for group in self.groups() for name in group.names if name != "keras")

    def counted(self) -> frozenset[str]:
        """What the sheet states without a formula, and that is no other's number."""
        return frozenset(self.sheet.counted)

    def worksheet(self) -> Worksheet:
        """Where the numbers of the sheet come from."""
        return self.sheet.worksheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The cell of a shown number."""
        return self.sheet.cell_of(name, index)
