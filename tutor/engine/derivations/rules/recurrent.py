"""SimpleRNN and LSTM: each state from the one before, each gradient from the one after."""

from __future__ import annotations

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import Expression, tanh, total
from tutor.engine.derivations.forms import Form, Writer, derived, identity
from tutor.engine.derivations.rules import activated
from tutor.engine.derivations.rules.contract import Derive, LayerDerivation
from tutor.engine.derivations.rules.recorded import RecordedLayer
from tutor.engine.recurrent import GATES
from tutor.engine.sequence_layers import LSTM, SimpleRNN


def _layer(at: RecordedLayer) -> SimpleRNN | LSTM:
    assert isinstance(at.layer, SimpleRNN | LSTM)
    return at.layer


def _everywhere(at: RecordedLayer, first: int = 0) -> list[tuple[int, int]]:
    rows, time = at.input_shape[:2]
    return [(row, t) for row in range(rows) for t in range(first, time)]


def _z(at: RecordedLayer, cell: Cell) -> Derivation:
    row, t, j = cell.index
    pairs = [(x, at.own("kernel", i, j)) for i, x in enumerate(at.trace.cells(at.before, row, t))]
    if t:
        before = at.trace.cells(f"{at.name}.h", row, t - 1)
        pairs += [(h, at.own("recurrent_kernel", u, j)) for u, h in enumerate(before)]
    bias = at.own("bias", j)
    formula = "Σ x·w + Σ h(t−1)·r + b" if t else "Σ x·w + b: no state is before the first place"
    return derived(cell, Form(formula, lambda n: total([*(n(a) * n(b) for a, b in pairs), n(bias)])))


def _output(at: RecordedLayer, cell: Cell) -> Derivation:
    row, *t, u = cell.index
    place = t[0] if t else at.input_shape[1] - 1
    return identity(cell, "h" if t else "h of the last place", at.own("h", row, place, u))


def _input_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    row, t, i = cell.index
    width = at.trace.array(f"{at.name}.z").shape[-1]
    pairs = [(at.gradient("z", row, t, j), at.own("kernel", i, j)) for j in range(width)]
    return derived(cell, Form("Σ ∂z·w", lambda n: total([n(a) * n(b) for a, b in pairs])))


def _kernel(at: RecordedLayer, cell: Cell) -> Derivation:
    i, j = cell.index
    pairs = [(at.input(row, t, i), at.gradient("z", row, t, j)) for row, t in _everywhere(at)]
    return derived(cell, Form("Σ x·∂z over the rows and places", lambda n: total([n(a) * n(b) for a, b in pairs])))


def _recurrent_kernel(at: RecordedLayer, cell: Cell) -> Derivation:
    u, j = cell.index
    pairs = [(at.own("h", row, t - 1, u), at.gradient("z", row, t, j)) for row, t in _everywhere(at, 1)]
    form = Form("Σ h(t−1)·∂z over the rows and places", lambda n: total([n(a) * n(b) for a, b in pairs]))
    return derived(cell, form)


def _bias(at: RecordedLayer, cell: Cell) -> Derivation:
    terms = [at.gradient("z", row, t, cell.index[0]) for row, t in _everywhere(at)]
    return derived(cell, Form("Σ ∂z over the rows and places", lambda n: total(n.each(terms))))


def _state_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    """What the layers above pass to this place, and what the next place passes back."""
    row, t, u = cell.index
    last = at.input_shape[1] - 1
    from_above = [at.gradient("out", *((row, t, u) if _layer(at).return_sequences else (row, u)))]
    if not _layer(at).return_sequences and t < last:
        from_above = []
    width = at.trace.array(f"{at.name}.z").shape[-1]
    later = range(width) if t < last else range(0)
    pairs = [(at.gradient("z", row, t + 1, j), at.own("recurrent_kernel", u, j)) for j in later]
    parts = ["∂out"] * len(from_above) + ["Σ ∂z(t+1)·r"] * bool(pairs)
    form = Form(" + ".join(parts), lambda n: total([*n.each(from_above), *(n(a) * n(b) for a, b in pairs)]))
    return derived(cell, form)


def _simple_state(at: RecordedLayer, cell: Cell) -> Derivation:
    return activated.output(cell, "tanh", at.own("z", *cell.index))


def _simple_z_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    dh, h = at.gradient("h", *cell.index), at.own("h", *cell.index)
    return derived(cell, Form("∂h·(1 − h·h)", lambda n: n(dh) * (n(1) - n(h) * n(h))))


_COMMON: dict[str, Derive] = {
    "z": _z,
    "grad:kernel": _kernel,
    "grad:recurrent_kernel": _recurrent_kernel,
    "grad:bias": _bias,
    "grad:h": _state_gradient,
}


def _gate(place: int, activation: str) -> Derive:
    def derive(at: RecordedLayer, cell: Cell) -> Derivation:
        row, t, u = cell.index
        return activated.output(cell, activation, at.own("z", row, t, place * _layer(at).units + u))

    return derive


def _cell_state(at: RecordedLayer, cell: Cell) -> Derivation:
    row, t, u = cell.index
    i, g, f = (at.own(gate, *cell.index) for gate in ("i", "g", "f"))
    if not t:
        return derived(cell, Form("i·g: no cell is before the first place", lambda n: n(i) * n(g)))
    before = at.own("c", row, t - 1, u)
    return derived(cell, Form("f·c(t−1) + i·g", lambda n: n(f) * n(before) + n(i) * n(g)))


def _state(at: RecordedLayer, cell: Cell) -> Derivation:
    o, c = at.own("o", *cell.index), at.own("c", *cell.index)
    return derived(cell, Form("o·tanh(c)", lambda n: n(o) * tanh(n(c))))


def _output_gate_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    dh, c = at.gradient("h", *cell.index), at.own("c", *cell.index)
    return derived(cell, Form("∂h·tanh(c)", lambda n: n(dh) * tanh(n(c))))


def _cell_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    """By the state that the output gate reads, and by the next cell, through the forget gate alone."""
    row, t, u = cell.index
    dh, o, c = at.gradient("h", *cell.index), at.own("o", *cell.index), at.own("c", *cell.index)

    def read(n: Writer) -> Expression:
        return n(dh) * n(o) * (n(1) - tanh(n(c)) * tanh(n(c)))

    if t == at.input_shape[1] - 1:
        return derived(cell, Form("∂h·o·(1 − tanh(c)·tanh(c))", read))
    dnext, f = at.gradient("c", row, t + 1, u), at.own("f", row, t + 1, u)
    form = Form("∂h·o·(1 − tanh(c)·tanh(c)) + ∂c(t+1)·f(t+1)", lambda n: read(n) + n(dnext) * n(f))
    return derived(cell, form)


def _from_cell(other: str) -> Derive:
    def derive(at: RecordedLayer, cell: Cell) -> Derivation:
        dc, times = at.gradient("c", *cell.index), at.own(other, *cell.index)
        return derived(cell, Form(f"∂c·{other}", lambda n: n(dc) * n(times)))

    return derive


def _forget_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    row, t, u = cell.index
    dc = at.gradient("c", *cell.index)
    if not t:
        return derived(cell, Form("0: no cell is before the first place", lambda n: n(0.0 * n.read(dc))))
    before = at.own("c", row, t - 1, u)
    return derived(cell, Form("∂c·c(t−1)", lambda n: n(dc) * n(before)))


def _lstm_z_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    row, t, j = cell.index
    quarter, u = divmod(j, _layer(at).units)
    name = GATES[quarter]
    above, gate = at.gradient(name, row, t, u), at.own(name, row, t, u)
    if name == "g":
        return derived(cell, Form("∂g·(1 − g·g)", lambda n: n(above) * (n(1) - n(gate) * n(gate))))
    return derived(cell, Form(f"∂{name}·{name}·(1 − {name})", lambda n: n(above) * n(gate) * (n(1) - n(gate))))


SIMPLE_RNN = LayerDerivation(_output, _input_gradient, {**_COMMON, "h": _simple_state, "grad:z": _simple_z_gradient})
LSTM_CELL = LayerDerivation(
    _output,
    _input_gradient,
    {
        **_COMMON,
        **{gate: _gate(place, "tanh" if gate == "g" else "sigmoid") for place, gate in enumerate(GATES)},
        "c": _cell_state,
        "h": _state,
        "grad:o": _output_gate_gradient,
        "grad:c": _cell_gradient,
        "grad:i": _from_cell("g"),
        "grad:g": _from_cell("i"),
        "grad:f": _forget_gradient,
        "grad:z": _lstm_z_gradient,
    },
)
