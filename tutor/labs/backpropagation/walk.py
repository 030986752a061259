"""Every operation of a round of learning in a small network, by name: forward, loss, backward, update."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.labs.kit.places import Index

INPUTS = ("x1", "x2")


@dataclass(frozen=True)
class Operation:
    """One step of the walk: its stage, its name, the cell of the trace that it computes."""

    stage: str
    title: str
    name: str
    index: Index


@dataclass(frozen=True)
class SmallNetwork:
    """The names in a network of Dense layers: ``layers`` as the trace calls them, ``widths`` in units, outputs last."""

    layers: tuple[str, ...]
    widths: tuple[int, ...]

    def unit(self, layer: int, unit: int) -> str:
        """What a unit is called: ``h1`` with one hidden layer, ``h2.1`` with more, ``o1`` at the end."""
        if layer == len(self.widths) - 1:
            return f"o{unit + 1}"
        return f"h{unit + 1}" if len(self.widths) == 2 else f"h{layer + 1}.{unit + 1}"

    def units(self, layer: int) -> tuple[str, ...]:
        """All units of a layer; those of layer −1 are the inputs."""
        return tuple(self.unit(layer, u) for u in range(self.widths[layer])) if layer >= 0 else INPUTS

    def parameters(self, layer: int | None = None) -> list[tuple[str, str, Index]]:
        """The label, such as ``h2→o1`` or ``b o1``, array name and index of each parameter, of one layer or of all."""
        found: list[tuple[str, str, Index]] = []
        for at, name in enumerate(self.layers):
            if layer not in (None, at):
                continue
            found += [
                (f"{one}→{other}", f"{name}.kernel", (i, j))
                for i, one in enumerate(self.units(at - 1))
                for j, other in enumerate(self.units(at))
            ]
            found += [(f"b {unit}", f"{name}.bias", (j,)) for j, unit in enumerate(self.units(at))]
        return found

    def walk(self, fused: bool) -> Iterator[Operation]:
        """Forward layer by layer, the loss, backward layer by layer, every parameter's update.

        ``fused``: the loss is computed from the logits, so that the outputs have no gradient of their own.
        """
        for layer, name in enumerate(self.layers):
            for part in ("z", "out"):
                for u, unit in enumerate(self.units(layer)):
                    yield Operation("forward", f"{part} of {unit}", f"{name}.{part}", (0, u))
        yield Operation("loss", "loss", "loss", ())
        for layer, name in reversed(list(enumerate(self.layers))):
            parts: Sequence[str] = ("z",) if fused and layer == len(self.layers) - 1 else ("out", "z")
            for part in parts:
                for u, unit in enumerate(self.units(layer)):
                    yield Operation("backward", f"∂{part} of {unit}", f"grad:{name}.{part}", (0, u))
            for label, parameter, index in self.parameters(layer):
                yield Operation("backward", f"∂ of {label}", f"grad:{parameter}", index)
        for label, parameter, index in self.parameters():
            yield Operation("update", f"new {label}", f"new:{parameter}", index)
