"""The gradient of an output that Add layers read too: the parts of all that use it."""

from __future__ import annotations

from tutor.engine.connections import sources
from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import total
from tutor.engine.derivations.forms import Form, derived
from tutor.engine.derivations.rules.recorded import GRADIENT, Trace
from tutor.engine.network import output_names, through_name


def derive_branched(trace: Trace, above: str, cell: Cell) -> Derivation:
    """What comes back through the layer ``above``, and what each Add passes around the layers that it spans."""
    names = output_names(trace.spec)
    target = cell.name.removeprefix(GRADIENT)
    adds = [names[place + 1] for place, source in sources(trace.spec.layers).items() if names[source] == target]
    parts = [f"{GRADIENT}{through_name(above)}", *(f"{GRADIENT}{add}" for add in adds)]
    cells = [trace.cell(part, *cell.index) for part in parts]
    formula = f"∂ through {above} + " + " + ".join(f"∂{add} around it" for add in adds)
    return derived(cell, Form(formula, lambda n: total(n.each(cells))))
