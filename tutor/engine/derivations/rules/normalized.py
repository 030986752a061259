"""Batch normalization: the batch's statistics in training, the moving averages at inference."""

from __future__ import annotations

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import Expression, root, total
from tutor.engine.derivations.forms import Form, Writer, derived
from tutor.engine.derivations.rules.contract import LayerDerivation
from tutor.engine.derivations.rules.recorded import GRADIENT, RecordedLayer
from tutor.engine.layers import BatchNormalization
from tutor.engine.sequence_layers import LayerNormalization


def _epsilon(at: RecordedLayer) -> float:
    assert isinstance(at.layer, BatchNormalization | LayerNormalization)
    return at.layer.epsilon


def _channel(at: RecordedLayer, channel: int) -> tuple[Cell, Cell]:
    return at.own("gamma", channel), at.own("beta", channel)


def _moving(at: RecordedLayer, channel: int) -> tuple[Cell, Cell]:
    return at.own("moving_mean", channel), at.own("moving_variance", channel)


def _deviation(at: RecordedLayer, n: Writer, variance: Cell) -> Expression:
    return root(n(variance) + n(_epsilon(at)))


def _output(at: RecordedLayer, cell: Cell) -> Derivation:
    channel = cell.index[-1]
    gamma, beta = _channel(at, channel)
    if at.has("x_hat"):
        x_hat = at.own("x_hat", *cell.index)
        return derived(cell, Form("γ·x_hat + β", lambda n: n(gamma) * n(x_hat) + n(beta)))
    x, (mean, variance) = at.input(*cell.index), _moving(at, channel)
    return derived(
        cell,
        Form(
            "γ·((x − moving mean) / √(moving variance + ε)) + β",
            lambda n: n(gamma) * ((n(x) - n(mean)) / _deviation(at, n, variance)) + n(beta),
        ),
    )


def _x_hat(at: RecordedLayer, cell: Cell) -> Derivation:
    x, mean, variance = at.input(*cell.index), *(at.own(part, cell.index[-1]) for part in ("mean", "variance"))
    return derived(cell, Form("(x − mean) / √(variance + ε)", lambda n: (n(x) - n(mean)) / _deviation(at, n, variance)))


def _mean(at: RecordedLayer, cell: Cell) -> Derivation:
    xs = at.trace.channel(at.before, cell.index[0])
    return derived(cell, Form("Σ x / n over the batch", lambda n: total(n.each(xs)) / n(len(xs))))


def _variance(at: RecordedLayer, cell: Cell) -> Derivation:
    xs, mean = at.trace.channel(at.before, cell.index[0]), at.own("mean", cell.index[0])

    def numbers(n: Writer) -> Expression:
        return total([(n(x) - n(mean)) * (n(x) - n(mean)) for x in xs]) / n(len(xs))

    return derived(cell, Form("Σ (x − mean)·(x − mean) / n over the batch", numbers))


def _input_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    channel = cell.index[-1]
    gamma, _ = _channel(at, channel)
    dy = at.gradient("out", *cell.index)
    if not at.has("x_hat"):
        _, moving = _moving(at, channel)
        return derived(
            cell, Form("∂y·γ / √(moving variance + ε)", lambda n: n(dy) * n(gamma) / _deviation(at, n, moving))
        )
    x_hat, variance = at.own("x_hat", *cell.index), at.own("variance", channel)
    dgamma, dbeta = at.gradient("gamma", channel), at.gradient("beta", channel)
    count = at.trace.array(at.before)[..., 0].size

    def numbers(n: Writer) -> Expression:
        rest = n(dy) - n(dbeta) / n(count) - n(x_hat) * (n(dgamma) / n(count))
        return n(gamma) * rest / _deviation(at, n, variance)

    # The mean and the variance depend on every x: ∂β/n and ∂γ/n are the means of ∂y and of ∂y·x_hat over the batch.
    return derived(cell, Form("γ·(∂y − ∂β/n − x_hat·(∂γ/n)) / √(variance + ε)", numbers))


def _gamma(at: RecordedLayer, cell: Cell) -> Derivation:
    channel = cell.index[0]
    gradients = at.trace.channel(f"{GRADIENT}{at.name}.out", channel)
    if at.has("x_hat"):
        pairs = list(zip(gradients, at.trace.channel(f"{at.name}.x_hat", channel), strict=True))
        return derived(cell, Form("Σ ∂y·x_hat", lambda n: total([n(dy) * n(x_hat) for dy, x_hat in pairs])))
    mean, variance = _moving(at, channel)
    pairs = list(zip(gradients, at.trace.channel(at.before, channel), strict=True))

    def numbers(n: Writer) -> Expression:
        return total([n(dy) * (n(x) - n(mean)) for dy, x in pairs]) / _deviation(at, n, variance)

    return derived(cell, Form("Σ ∂y·(x − moving mean) / √(moving variance + ε)", numbers))


def _beta(at: RecordedLayer, cell: Cell) -> Derivation:
    gradients = at.trace.channel(f"{GRADIENT}{at.name}.out", cell.index[0])
    return derived(cell, Form("Σ ∂y over the batch", lambda n: total(n.each(gradients))))


BATCH_NORMALIZATION = LayerDerivation(
    _output,
    _input_gradient,
    {"x_hat": _x_hat, "mean": _mean, "variance": _variance, "grad:gamma": _gamma, "grad:beta": _beta},
)


def _layer_output(at: RecordedLayer, cell: Cell) -> Derivation:
    (gamma, beta), x_hat = _channel(at, cell.index[-1]), at.own("x_hat", *cell.index)
    return derived(cell, Form("γ·x_hat + β", lambda n: n(gamma) * n(x_hat) + n(beta)))


def _layer_x_hat(at: RecordedLayer, cell: Cell) -> Derivation:
    x, mean, variance = at.input(*cell.index), *(at.own(part, *cell.index[:-1]) for part in ("mean", "variance"))
    return derived(cell, Form("(x − mean) / √(variance + ε)", lambda n: (n(x) - n(mean)) / _deviation(at, n, variance)))


def _layer_mean(at: RecordedLayer, cell: Cell) -> Derivation:
    xs = at.trace.cells(at.before, *cell.index)
    return derived(cell, Form("Σ x / n over the place's numbers", lambda n: total(n.each(xs)) / n(len(xs))))


def _layer_variance(at: RecordedLayer, cell: Cell) -> Derivation:
    xs, mean = at.trace.cells(at.before, *cell.index), at.own("mean", *cell.index)

    def numbers(n: Writer) -> Expression:
        return total([(n(x) - n(mean)) * (n(x) - n(mean)) for x in xs]) / n(len(xs))

    return derived(cell, Form("Σ (x − mean)·(x − mean) / n over the place's numbers", numbers))


def _layer_input_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    *place, k = cell.index
    gamma, dy = at.own("gamma", k), at.gradient("out", *cell.index)
    x_hat, variance = at.own("x_hat", *cell.index), at.own("variance", *place)
    gammas = at.trace.cells(f"{at.name}.gamma")
    above = at.trace.cells(f"{GRADIENT}{at.name}.out", *place)
    hats = at.trace.cells(f"{at.name}.x_hat", *place)

    def numbers(n: Writer) -> Expression:
        passed = [n(g) * n(d) for g, d in zip(gammas, above, strict=True)]
        along = [n(g) * n(d) * n(h) for g, d, h in zip(gammas, above, hats, strict=True)]
        rest = n(gamma) * n(dy) - total(passed) / n(len(hats)) - n(x_hat) * (total(along) / n(len(hats)))
        return rest / _deviation(at, n, variance)

    # The mean and the variance depend on every number of the place.
    return derived(cell, Form("(γ·∂y − Σ γ·∂y / n − x_hat·(Σ γ·∂y·x_hat / n)) / √(variance + ε)", numbers))


LAYER_NORMALIZATION = LayerDerivation(
    _layer_output,
    _layer_input_gradient,
    {"x_hat": _layer_x_hat, "mean": _layer_mean, "variance": _layer_variance, "grad:gamma": _gamma, "grad:beta": _beta},
)
