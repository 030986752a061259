"""Dense layers on a sheet: each sum and each output with its arithmetic, for inputs that no recorded pass has."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.engine.derivations.cells import Cells
from tutor.labs.kit.sheet import Sheet

Layer = tuple[Cells, Cells, str]
"""Kernel (inputs, units), bias (units,), activation."""


def passed(sheet: Sheet, name: str, inputs: Cells, layers: Sequence[Layer]) -> list[Cells]:
    """The outputs (rows, units) of each layer for ``inputs`` (rows, inputs), under names that begin with ``name``."""
    found, x = [], inputs
    for number, (kernel, bias, activation) in enumerate(layers, start=1):
        z = f"{name} z{number}"
        sheet.let(z, x @ kernel + bias, "Σ x·w + b")
        x = sheet.let(f"{name} layer {number}", sheet.activated(activation, z))
        found.append(x)
    return found
