"""An optimizer's update of a parameter: clipped gradient, memory, new value."""

from __future__ import annotations

import numpy as np

from tutor.engine.activations import as_float32
from tutor.engine.derivations.derivation import Cell, Derivation, show
from tutor.engine.derivations.expressions import Expression, largest, root, smallest, total
from tutor.engine.derivations.forms import Form, Writer, derived, identity
from tutor.engine.derivations.rules.recorded import CLIPPED, GRADIENT, NORM, UPDATED, Trace, recorded_layer
from tutor.engine.layers import BatchNormalization
from tutor.engine.optimizer_specs import SGD, Adam, RMSprop
from tutor.engine.parameters import layout
from tutor.engine.updates import adam_step_size


def derive_norm(trace: Trace, cell: Cell) -> Derivation:
    """The norm of one parameter's gradient, or of all gradients as one vector."""
    _, _, parameter = cell.name.partition(":")
    names = [parameter] if parameter else [p.name for p in layout(trace.spec)]
    numbers = [g for name in names for g in trace.cells(f"{GRADIENT}{name}")]
    return derived(cell, Form("‖∂w‖ = √(Σ ∂w·∂w)", lambda n: root(total([n(g) * n(g) for g in numbers]))))


def derive_clipped(trace: Trace, cell: Cell) -> Derivation:
    """A gradient after clipping."""
    parameter, optimizer = cell.name.removeprefix(CLIPPED), trace.spec.optimizer
    g = trace.cell(f"{GRADIENT}{parameter}", *cell.index)
    if optimizer.clipvalue is not None:
        limit = optimizer.clipvalue
        return derived(
            cell,
            Form("∂w within ±clipvalue", lambda n: smallest(largest((n(g), -n(limit))), n(limit))),
        )
    norm = trace.cell(NORM if optimizer.clipnorm is None else f"{NORM}:{parameter}")
    limit_of_norm = optimizer.global_clipnorm if optimizer.clipnorm is None else optimizer.clipnorm
    assert limit_of_norm is not None
    if norm.value <= limit_of_norm:

        def short_enough(n: Writer) -> Expression:
            n.read(norm)
            return n(g)

        return derived(cell, Form(f"∂w: ‖∂w‖ is not above {show(limit_of_norm)}", short_enough))
    return derived(cell, Form("∂w·(clipnorm / ‖∂w‖)", lambda n: n(g) * (n(limit_of_norm) / n(norm))))


def derive_updated(trace: Trace, cell: Cell) -> Derivation:
    """A parameter, a moving average or a number of the optimizer's memory after the update."""
    name = cell.name.removeprefix(UPDATED)
    memory, _, parameter = name.rpartition(":")
    if memory:
        return _updated_memory(trace, cell, memory, parameter)
    if name.rpartition(".")[2].startswith("moving_"):
        return _moved(trace, cell, name)
    at = _Parameter(trace, parameter, cell.index)
    optimizer = trace.spec.optimizer
    match optimizer:
        case Adam():
            return _by_adam(at, cell, optimizer)
        case RMSprop():
            return _by_rmsprop(at, cell, optimizer)
        case SGD():
            return _by_sgd(at, cell, optimizer)


class _Parameter:
    """One number of a parameter, with its gradient, memory and learning rate."""

    def __init__(self, trace: Trace, name: str, index: tuple[int, ...]) -> None:
        self.trace, self._name, self._index = trace, name, index
        self.rate = trace.learning_rate
        self.old = trace.cell(name, *index)
        clipped = f"{CLIPPED}{name}"
        self.gradient = trace.cell(clipped if clipped in trace.arrays else f"{GRADIENT}{name}", *index)

    def memory(self, name: str) -> Cell:
        """This number's part of the optimizer's memory before the update."""
        return self.trace.cell(f"{name}:{self._name}", *self._index)

    def new(self, name: str) -> Cell:
        """The same after it."""
        return self.trace.cell(f"{UPDATED}{name}:{self._name}", *self._index)

    @property
    def decay(self) -> str:
        """The weight decay, as a part of the formula."""
        return " − lr·d·w" if self.trace.spec.optimizer.weight_decay else ""

    def decayed(self, n: Writer) -> Expression:
        """The number less its weight decay, which is applied before the step."""
        decay = self.trace.spec.optimizer.weight_decay
        return n(self.old) - n(self.rate) * n(as_float32(decay)) * n(self.old) if decay else n(self.old)


def _by_sgd(at: _Parameter, cell: Cell, optimizer: SGD) -> Derivation:
    if not optimizer.momentum:
        return derived(cell, Form(f"w{at.decay} − lr·∂w", lambda n: at.decayed(n) - n(at.rate) * n(at.gradient)))
    velocity = at.new("velocity")
    if not optimizer.nesterov:
        return derived(cell, Form(f"w{at.decay} + velocity", lambda n: at.decayed(n) + n(velocity)))

    def ahead(n: Writer) -> Expression:
        return at.decayed(n) - n(at.rate) * n(at.gradient) + n(as_float32(optimizer.momentum)) * n(velocity)

    return derived(cell, Form(f"w{at.decay} − lr·∂w + μ·velocity", ahead))


def _by_rmsprop(at: _Parameter, cell: Cell, optimizer: RMSprop) -> Derivation:
    if optimizer.momentum:
        velocity = at.new("velocity")
        return derived(cell, Form(f"w{at.decay} − velocity", lambda n: at.decayed(n) - n(velocity)))
    formula = f"w{at.decay} − {_rmsprop_formula(optimizer)}"
    return derived(cell, Form(formula, lambda n: at.decayed(n) - _rmsprop_step(n, at, optimizer)))


def _rmsprop_formula(optimizer: RMSprop) -> str:
    return "lr·∂w / √(s − a·a + ε)" if optimizer.centered else "lr·∂w / √(s + ε)"


def _rmsprop_step(n: Writer, at: _Parameter, optimizer: RMSprop) -> Expression:
    square = n(at.new("mean_square"))
    if optimizer.centered:
        mean = n(at.new("mean_gradient"))
        square = square - mean * mean
    return n(at.rate) * n(at.gradient) / root(square + n(optimizer.epsilon))


def _by_adam(at: _Parameter, cell: Cell, optimizer: Adam) -> Derivation:
    trace, m, v = at.trace, at.new("m"), at.new("v")
    alpha = adam_step_size(optimizer, np.dtype(trace.spec.dtype), trace.step, trace.learning_rate)
    t = trace.step + 1
    return derived(
        cell,
        Form(
            f"w{at.decay} − α·m / (√(v) + ε), α = lr·√(1 − β₂ᵗ) / (1 − β₁ᵗ) at t = {t}",
            lambda n: at.decayed(n) - n(alpha) * n(m) / (root(n(v)) + n(optimizer.epsilon)),
        ),
    )


def _updated_memory(trace: Trace, cell: Cell, memory: str, parameter: str) -> Derivation:
    at, optimizer = _Parameter(trace, parameter, cell.index), trace.spec.optimizer
    old, g = at.memory(memory), at.gradient
    match optimizer:
        case Adam():
            beta, square = (optimizer.beta_1, False) if memory == "m" else (optimizer.beta_2, True)
            formula = "v + (∂w·∂w − v)·(1 − β₂)" if square else "m + (∂w − m)·(1 − β₁)"
            return derived(
                cell,
                Form(formula, lambda n: n(old) + ((n(g) * n(g) if square else n(g)) - n(old)) * (n(1) - n(beta))),
            )
        case RMSprop() if memory == "velocity":
            formula = f"μ·velocity + {_rmsprop_formula(optimizer)}"
            return derived(
                cell, Form(formula, lambda n: n(optimizer.momentum) * n(old) + _rmsprop_step(n, at, optimizer))
            )
        case RMSprop():
            rho, square = optimizer.rho, memory == "mean_square"
            formula = "ρ·s + (1 − ρ)·∂w·∂w" if square else "ρ·a + (1 − ρ)·∂w"
            return derived(
                cell,
                Form(formula, lambda n: n(rho) * n(old) + (n(1) - n(rho)) * (n(g) * n(g) if square else n(g))),
            )
        case SGD():
            momentum = as_float32(optimizer.momentum)
            return derived(cell, Form("μ·velocity − lr·∂w", lambda n: n(momentum) * n(old) - n(at.rate) * n(g)))


def _moved(trace: Trace, cell: Cell, name: str) -> Derivation:
    """A moving average after the batch; outside training it does not change."""
    layer, _, part = name.rpartition(".")
    old, batch = trace.cell(name, *cell.index), f"{layer}.{part.removeprefix('moving_')}"
    if batch not in trace.arrays:
        return identity(cell, "unchanged: only training changes it", old)
    normalization = recorded_layer(trace, layer).layer
    assert isinstance(normalization, BatchNormalization)
    momentum, now = normalization.momentum, trace.cell(batch, *cell.index)
    return derived(
        cell,
        Form("momentum·old + (1 − momentum)·batch", lambda n: n(momentum) * n(old) + (n(1) - n(momentum)) * n(now)),
    )
