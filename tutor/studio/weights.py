"""A saved network as the beginning of a run: its weights instead of those that the seed draws."""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from pathlib import Path

from tutor.backends.interface import EngineState, initial_state
from tutor.engine.layers import LayerSpec, Reshape
from tutor.engine.operations.contract import ShapeError
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import memory_names
from tutor.engine.validation import SpecError
from tutor.exchange.network_files import ENDINGS, read_network_file
from tutor.studio.building import spec_of
from tutor.studio.experiment import NAMES, PICTURES, DataChoice, Experiment, FileNeeded, WeightsChoice
from tutor.studio.own_data import TEST_OF_TEXT
from tutor.studio.problem import problem_of
from tutor.training.data_sets import meant_for
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.model_file import SavedNetwork

__all__ = ["ENDINGS", "content_of", "experiment_of_network", "read_network", "starting_state"]

BATCH = 32
"""Rows a step, since a saved network does not say how it was trained on."""


@lru_cache(maxsize=2)
def read_network(file: Path) -> SavedNetwork:
    """A ``.net`` or ``.keras`` file. Raises ``SpecError``; runs no code of the file."""
    try:
        return read_network_file(file)
    except FileError as error:
        raise SpecError(str(error)) from None


def content_of(network: SavedNetwork) -> str:
    """The weights as twelve hexadecimal digits."""
    digest = hashlib.sha256(network.theta.astype("<f4").tobytes())
    digest.update(network.moving.astype("<f4").tobytes())
    return digest.hexdigest()[:12]


def starting_state(experiment: Experiment) -> EngineState:
    """The state before the first step. Raises ``SpecError`` if the saved network is not here, or is another one."""
    spec = spec_of(experiment)
    start = experiment.start
    if start is None:
        return initial_state(spec)
    if start.file is None:
        raise FileNeeded(
            "the run begins with a saved network, which is not in the line: dl-tutor studio TOKEN --net FILE opens it"
        )
    network = read_network(start.file)
    if content_of(network) != start.content:
        raise FileNeeded(f"{start.file.name} is not the network that this was made with: its weights differ")
    fresh = initial_state(spec)
    if network.theta.shape != fresh.theta.shape or network.moving.shape != fresh.moving.shape:
        raise SpecError(
            f"{start.file.name} has {network.theta.size:,} parameters, but this network has {fresh.theta.size:,}"
        )
    memory = {name: fresh.memory[name] for name in memory_names(spec.optimizer)}
    return EngineState(network.theta.astype(spec.dtype), memory, network.moving.astype(spec.dtype))


def experiment_of_network(file: Path, own: DataChoice | None = None) -> Experiment:
    """A run that begins with a saved network, on rows of one's ``own`` or on the data that it is for.

    Raises ``SpecError``.
    """
    network = read_network(file)
    spec = network.spec
    if network.gives_back:
        raise SpecError(
            f"{file.name} gives back what it is given, but the networks of the studio tell classes apart, or a number"
        )
    data = own or _data_of(file, spec)
    if own is not None or data.is_text:
        _require_own(file, network, data)
    picture: tuple[LayerSpec, ...] = (Reshape(spec.input_shape),) if len(spec.input_shape) > 1 else ()
    start = WeightsChoice(content_of(network), file.absolute())
    try:
        experiment = Experiment(
            data, (*picture, *spec.layers[:-1]), spec.loss, spec.optimizer, 32, spec.seed, start=start
        )
        if spec_of(experiment).layers[-1] != spec.layers[-1]:
            raise SpecError(
                f"{file.name} ends in {spec.layers[-1]}; on {data.name} with {spec.loss} the studio's networks end in "
                f"{spec_of(experiment).layers[-1]}"
            )
        starting_state(experiment)
    except ShapeError as error:
        raise SpecError(str(error)) from None
    return experiment


def _require_own(file: Path, network: SavedNetwork, own: DataChoice) -> None:
    """Raise ``SpecError`` if a network is not for pictures of this size and these classes, or a text's tokens."""
    problem = problem_of(own)
    if problem.text is not None:
        _require_tokens(file, network, problem.classes or ())
        return
    takes, classes = math.prod(network.spec.input_shape), problem.classes or ()
    if takes != problem.width:
        side = math.isqrt(problem.width)
        raise SpecError(f"{file.name} takes {takes:,} numbers, but the pictures have {side}×{side} = {problem.width:,}")
    if network.spec.output_size != len(classes):
        raise SpecError(
            f"{file.name} answers with {network.spec.output_size:,} classes, but the pictures have {len(classes):,}"
        )
    if network.classes not in (classes, tuple(map(str, range(len(classes))))):
        raise SpecError(
            f"{file.name} tells {', '.join(network.classes[:5])} … apart, and the pictures are of "
            f"{', '.join(classes[:5])} …: its answers would have wrong names"
        )


def _require_tokens(file: Path, network: SavedNetwork, tokens: tuple[str, ...]) -> None:
    """Raise ``SpecError`` if a network does not have these tokens in this order: its table is of them."""
    named = network.classes in (tokens, tuple(map(str, range(len(tokens)))))
    if not named or not network.spec.ends_in_places:
        raise SpecError(
            f"{file.name} does not have the {len(tokens):,} tokens of this text: a network goes on with the text that "
            "it was trained on"
        )


def _data_of(file: Path, spec: NetworkSpec) -> DataChoice:
    inputs = math.prod(spec.input_shape)
    name = meant_for(spec)
    if name in PICTURES:
        return DataChoice(name)
    if name == NAMES and spec.ends_in_places:
        return DataChoice(NAMES, test=TEST_OF_TEXT)
    if inputs == len(DataChoice().features):
        return DataChoice()
    raise SpecError(
        f"{file.name} takes {inputs:,} numbers and answers with {spec.output_size:,}: neither shapes, digits, letters, "
        "names nor points on a plane"
    )
