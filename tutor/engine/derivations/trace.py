"""A recorded forward and backward pass that derives each of its numbers.

Names are those of ``network``: ``dense.z``, ``dense.out``, ``dropout.mask``, …, and ``loss``. The gradient of the
mean loss with respect to a name is ``grad:`` and that name; a parameter after the update is ``new:`` and its name. The
optimizer's memory of a parameter is, for instance, ``velocity:dense.kernel``, and after the update
``new:velocity:dense.kernel``. If gradients are clipped, ``clipped:dense.kernel`` is the clipped gradient, and
``norm:dense.kernel``, or ``norm`` for all gradients together, is the norm that decided it. Where an Add layer reads an
output, ``grad:dense.x`` is the part of its gradient that comes back through the layer after it, here dense. A cell is
a name and an index into that array; the first index of values and their gradients is the row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tutor.engine.batch_normalization import moved
from tutor.engine.derivations import derivation_of
from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.forms import given
from tutor.engine.derivations.rules import objective, residual, updated
from tutor.engine.derivations.rules.recorded import (
    CLIPPED,
    GRADIENT,
    NORM,
    UPDATED,
    NoSuchCellError,
    Trace,
    layer_above,
    recorded_layer,
)
from tutor.engine.layers import BatchNormalization
from tutor.engine.network import (
    Pass,
    backward,
    forward,
    logits_name,
    mean_loss,
    output_name,
    output_names,
    through_name,
)
from tutor.engine.objective import is_fused
from tutor.engine.parameters import Array, Parameters, layout
from tutor.engine.schedules import rate
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import clip, memory_names, update

__all__ = ["NoSuchCellError", "Trace", "derive", "record"]


def record(
    spec: NetworkSpec,
    parameters: Parameters,
    inputs: Array,
    labels: Array | None = None,
    masks: Sequence[Array] | None = None,
    training: bool | None = None,
    memory: Mapping[str, Array] | None = None,
    step: int = 0,
) -> Trace:
    """Record ``inputs`` (batch, *input_shape) forward and, with ``labels``, also backward and through one update.

    ``labels`` are (batch, outputs), or class numbers (batch,) for the sparse loss. ``masks`` and ``training`` are
    those of ``network.forward``. ``memory`` is the optimizer's, one flat vector for each of ``updates.memory_names``,
    zeros by default; ``step`` is the number of updates before this one. The arguments do not change.
    """
    values = forward(spec, parameters, inputs, masks, training=training)
    learning_rate = rate(spec.optimizer.learning_rate, step)
    arrays: Pass = {**values, **parameters}
    gradients: Pass = {}
    if labels is not None:
        labels = labels.astype(spec.dtype, copy=False)
        gradients = backward(spec, parameters, values, labels)
        arrays |= {"labels": labels, "loss": np.asarray(mean_loss(spec, parameters, values, labels))}
        arrays |= {f"{GRADIENT}{name}": gradient for name, gradient in gradients.items()}
        arrays |= _updated(spec, parameters, gradients, memory or {}, step, learning_rate)
        arrays |= _moved(spec, arrays)
    return Trace(spec, parameters, values, labels, gradients, learning_rate, step, arrays)


def derive(trace: Trace, name: str, *index: int) -> Derivation:
    """Where a cell comes from. Given cells (inputs, labels, masks, current parameters) have no operands.

    Raises ``NoSuchCellError``.
    """
    cell = trace.cell(name, *index)
    if name == "loss":
        return objective.derive_loss(trace, cell)
    if name.startswith(UPDATED):
        return updated.derive_updated(trace, cell)
    if name.startswith(CLIPPED):
        return updated.derive_clipped(trace, cell)
    if name == NORM or name.startswith(f"{NORM}:"):
        return updated.derive_norm(trace, cell)
    if name.startswith(GRADIENT):
        return _gradient(trace, cell)
    if name == "input" or name not in trace.values:
        return given(cell)
    layer, _, part = name.partition(".")
    at = recorded_layer(trace, layer)
    derivation = derivation_of(at.layer)
    if part == "out":
        return derivation.output(at, cell)
    return derivation.parts[part](at, cell) if part in derivation.parts else given(cell)


def _gradient(trace: Trace, cell: Cell) -> Derivation:
    target = cell.name.removeprefix(GRADIENT)
    last = logits_name(trace.spec) if is_fused(trace.spec) else output_name(trace.spec)
    if target == last:
        return objective.derive_gradient(trace, cell)
    if target in output_names(trace.spec):
        at = layer_above(trace, target)
        if f"{GRADIENT}{through_name(at.name)}" in trace.arrays:
            return residual.derive_branched(trace, at.name, cell)
        return derivation_of(at.layer).input_gradient(at, cell)
    layer, _, part = target.partition(".")
    at = recorded_layer(trace, layer)
    if target == through_name(layer):
        return derivation_of(at.layer).input_gradient(at, cell)
    return derivation_of(at.layer).parts[f"{GRADIENT}{part}"](at, cell)


def _updated(
    spec: NetworkSpec,
    parameters: Parameters,
    gradients: Pass,
    memory: Mapping[str, Array],
    step: int,
    learning_rate: float,
) -> Pass:
    """The norms, the clipped gradients, the memory before and after, and the parameters after one update."""
    entries, optimizer = layout(spec), spec.optimizer
    if not entries:
        return {}
    theta = np.concatenate([parameters[p.name].ravel() for p in entries])
    gradient = np.concatenate([gradients[p.name].ravel() for p in entries])
    memory = {name: memory.get(name, np.zeros_like(theta)) for name in memory_names(optimizer)}
    vectors = {f"{name}:": vector for name, vector in memory.items()}
    arrays: Pass = {}
    if optimizer.global_clipnorm is not None:
        arrays[NORM] = np.asarray(np.sqrt(gradient.dot(gradient)))
    if optimizer.clipnorm is not None:
        arrays |= {f"{NORM}:{p.name}": np.asarray(np.linalg.norm(gradients[p.name])) for p in entries}
    if (optimizer.clipnorm, optimizer.global_clipnorm, optimizer.clipvalue) != (None, None, None):
        clip(optimizer, [gradient[p.start : p.stop] for p in entries], gradient)
        vectors[CLIPPED] = gradient
    after = {name: vector.copy() for name, vector in memory.items()}
    update(optimizer, theta, gradient, after, step, learning_rate)
    vectors |= {f"{UPDATED}{name}:": vector for name, vector in after.items()} | {UPDATED: theta}
    for prefix, vector in vectors.items():
        arrays |= {f"{prefix}{p.name}": vector[p.start : p.stop].reshape(p.shape) for p in entries}
    return arrays


def _moved(spec: NetworkSpec, arrays: Pass) -> Pass:
    """The moving averages after the batch."""
    after: Pass = {}
    for name, layer in spec.named_layers:
        if isinstance(layer, BatchNormalization):
            for part in ("mean", "variance"):
                moving, batch = f"{name}.moving_{part}", arrays.get(f"{name}.{part}")
                now = arrays[moving]
                after[f"{UPDATED}{moving}"] = now if batch is None else moved(now, batch, layer.momentum)
    return after
