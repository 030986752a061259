"""The interface of a layer's derivations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.rules.recorded import RecordedLayer

Derive = Callable[[RecordedLayer, Cell], Derivation]


@dataclass(frozen=True)
class LayerDerivation:
    """Where a layer's numbers come from.

    ``output`` derives a cell of the layer's output, ``input_gradient`` one of the gradient of its input. ``parts``
    derives its other arrays, by name without the layer's name: ``z``, ``grad:kernel``. Arrays missing there were given.
    """

    output: Derive
    input_gradient: Derive
    parts: Mapping[str, Derive] = field(default_factory=dict)
