"""A trained network from a file that a lab goes on from: whether it is one of the lab's, and where its training stood.

Two networks are the same here if they compute the same from the same weights: dropout, the initializers, a penalty on
the weights and the shape in which a picture arrives make no difference to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from tutor.backends.interface import EngineState, TrainingData, initial_state
from tutor.engine.layers import Conv2D, Dense, Dropout, Flatten, LayerSpec, MaxPooling2D, Reshape
from tutor.engine.optimizer_specs import OptimizerSpec
from tutor.engine.schedules import rate
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import memory_names
from tutor.labs.kit.controls import ControlError
from tutor.training.history import History
from tutor.training.plan import Position
from tutor.training.resuming import fingerprint
from tutor.training.saved.model_file import SavedNetwork
from tutor.training.snapshot import Checkpoint

MOST_LAYERS_TOLD = 12


@dataclass(frozen=True, eq=False)
class GivenNetwork:
    """A network and the ``name`` of its file, without the folder."""

    name: str
    network: SavedNetwork

    @property
    def dropout(self) -> tuple[float, ...]:
        """The rates of its dropout layers, in order."""
        return dropout_of(self.network.spec)

    @property
    def position(self) -> Position:
        """How far it was trained, without a part of an epoch; its beginning if the file does not say."""
        run = self.network.run
        if run is None:
            return Position()
        return Position(run.checkpoint.position.epoch, 0, run.checkpoint.position.step)

    @property
    def learning_rate(self) -> float:
        """The rate of its next step."""
        return float(rate(self.network.spec.optimizer.learning_rate, self.position.step))

    def among(self, known: Mapping[str, NetworkSpec], classes: tuple[str, ...], expected: str = "") -> str:
        """The name of the network among ``known`` that it is. Raises ``ControlError`` with what was ``expected``."""
        spec = self.network.spec
        same = next((name for name, other in known.items() if _core(other) == _core(spec)), None)
        if same is None:
            expected = expected or "; ".join(f"{name}: {layers_text(other)}" for name, other in known.items())
            raise ControlError(
                f"{self.name} is none of this lab's networks. It has {layers_text(spec)}. The lab has {expected}. "
                f"{in_the_studio(self.name, self.network)}"
            )
        own = self.network.classes
        if own != classes and own != tuple(map(str, range(len(classes)))):
            raise ControlError(
                f"{self.name} tells {_listed(own)} apart, and this lab {_listed(classes)}: its answers would have "
                f"wrong names here. {in_the_studio(self.name, self.network)}"
            )
        return same

    def checkpoint(self, spec: NetworkSpec) -> Checkpoint:
        """Its weights as the state of the lab's network, with the optimizer's memory if the optimizer is the same."""
        network, fresh = self.network, initial_state(spec)
        memory = fresh.memory
        if network.run is not None and same_optimizer(spec.optimizer, network.spec.optimizer):
            kept = network.run.checkpoint.engine.memory
            memory = {name: kept[name].astype(spec.dtype) for name in memory_names(spec.optimizer)}
        seconds = 0.0 if network.run is None else network.run.checkpoint.seconds
        engine = EngineState(network.theta.astype(spec.dtype), memory, network.moving.astype(spec.dtype))
        return Checkpoint(self.position, engine, seconds)

    def history(self, rows: TrainingData | None) -> History | None:
        """Its curves, if they are of these ``rows``; None if they are of others, or these are not known yet."""
        run = self.network.run
        return run.history if run is not None and rows is not None and run.rows == fingerprint(rows) else None

    def said(self, what: str, spec: NetworkSpec, rows: TrainingData | None, notes: tuple[str, ...]) -> str:
        """What was put into the lab, as ``what``, with a sentence for whatever is not as it was."""
        network, run = self.network, self.network.run
        count = f"{network.theta.size:,} parameters"
        how_far = "the file does not say how far it is trained" if run is None else _epochs(self.position)
        sentences = [f"{self.name} is the {what} of this lab now: {count}, {how_far}."]
        if run is not None and rows is not None and run.rows != fingerprint(rows):
            sentences.append("It was trained or tested on other rows than this lab's, and its curves are left out.")
        if run is not None and run.checkpoint.best is not None and not _same_weights(network):
            sentences.append(f"These are the weights of its best epoch, {run.checkpoint.best.epoch}.")
        if not same_optimizer(spec.optimizer, network.spec.optimizer):
            here, there = optimizer_text(spec.optimizer), optimizer_text(network.spec.optimizer)
            sentences.append(f"Its optimizer is {there}; here {here} goes on, with nothing remembered.")
        elif run is None and memory_names(spec.optimizer):
            sentences.append("The file has no state of the optimizer: it goes on with nothing remembered.")
        if objective_of(network.spec) != objective_of(spec):
            sentences.append(f"It learned by {network.spec.loss}; here it is {spec.loss}.")
        return " ".join((*sentences, *notes))


def objective_of(spec: NetworkSpec) -> str:
    """The loss, whichever way the classes are written."""
    return spec.loss.removeprefix("sparse_")


def in_the_studio(name: str, network: SavedNetwork) -> str:
    """A sentence about where a network opens that is none of a lab's."""
    if network.gives_back:
        return f"dl-tutor predict {name} asks it: it gives back what it is given, and the studio has no such networks."
    return f"dl-tutor studio {name} may open it."


def _epochs(position: Position) -> str:
    return f"{position.epoch:,} epoch{'' if position.epoch == 1 else 's'} of training"


def _same_weights(network: SavedNetwork) -> bool:
    return network.run is not None and bool((network.run.checkpoint.engine.theta == network.theta).all())


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= 5 else f"{names[0]}, {names[1]}, … {names[-1]} ({len(names)})"


def dropout_of(spec: NetworkSpec) -> tuple[float, ...]:
    """The rates of the dropout layers, in order."""
    return tuple(layer.rate for layer in spec.layers if isinstance(layer, Dropout))


def same_optimizer(one: OptimizerSpec, other: OptimizerSpec) -> bool:
    """Whether two optimizers differ in no more than the learning rate."""
    return type(one) is type(other) and replace(one, learning_rate=0.0) == replace(other, learning_rate=0.0)


def optimizer_text(optimizer: OptimizerSpec) -> str:
    """Its name and the settings that are not the usual ones, without the rate."""
    usual = type(optimizer)()
    odd = [
        f"{field.name} {getattr(optimizer, field.name)}"
        for field in fields(optimizer)
        if field.name != "learning_rate" and getattr(optimizer, field.name) != getattr(usual, field.name)
    ]
    return type(optimizer).__name__ + (f" ({', '.join(odd)})" if odd else "")


def layers_text(spec: NetworkSpec) -> str:
    """The numbers that go in and the layers but for dropout, such as ``784 → Dense 10 softmax``."""
    told = [_layer_text(layer) for layer in spec.layers if not isinstance(layer, Dropout)]
    if len(told) > MOST_LAYERS_TOLD:
        told = [*told[: MOST_LAYERS_TOLD - 1], f"… {len(told) - MOST_LAYERS_TOLD + 1} more"]
    return " → ".join(("×".join(map(str, spec.input_shape)), *told))


def _layer_text(layer: LayerSpec) -> str:
    activation = getattr(layer, "activation", "linear")
    after = "" if activation == "linear" else f" {activation}"
    if isinstance(layer, Dense):
        return f"Dense {layer.units}{after}"
    if isinstance(layer, Conv2D):
        size = "×".join(map(str, layer.kernel_size))
        return f"Conv2D {layer.filters} of {size} {layer.padding}{after}"
    if isinstance(layer, MaxPooling2D):
        return "MaxPooling2D " + "×".join(map(str, layer.pool_size))
    return type(layer).__name__


def _core(spec: NetworkSpec) -> tuple[tuple[int, ...], tuple[LayerSpec, ...]]:
    """The shape that reaches the first layer with something to compute, and the layers as far as they compute."""
    layers = [(layer, shape) for layer, shape in zip(spec.layers, spec.shapes, strict=False)]
    while layers and isinstance(layers[0][0], Flatten | Reshape | Dropout):
        layers.pop(0)
    kept = [_plain(layer) for layer, _ in layers if not isinstance(layer, Dropout)]
    if spec.from_logits and kept and isinstance(kept[-1], Dense) and kept[-1].activation == "linear":
        # The loss takes the softmax, so the network has learned as if it ended in one.
        kept[-1] = replace(kept[-1], activation="softmax")
    return layers[0][1] if layers else spec.input_shape, tuple(kept)


def _plain(layer: LayerSpec) -> LayerSpec:
    if isinstance(layer, Dense | Conv2D):
        return replace(layer, kernel_initializer="glorot_uniform", bias_initializer="zeros", l2=0.0)
    if isinstance(layer, MaxPooling2D) and layer.strides is None:
        return replace(layer, strides=layer.pool_size)
    return layer
