"""What a layer's derivations are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.rules.recorded import Place

Derive = Callable[[Place, Cell], Derivation]


@dataclass(frozen=True)
class LayerDerivation:
    """Where a layer's numbers come from.

    ``output`` derives a cell of the layer's output, ``input_gradient`` one of the gradient of what goes into it.
    ``parts`` derives its other arrays by their names without the layer's: ``z``, ``grad:kernel``; those that are not
    in it were given.
    """

    output: Derive
    input_gradient: Derive
    parts: Mapping[str, Derive] = field(default_factory=dict)
