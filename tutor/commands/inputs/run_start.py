"""The start of ``dl-tutor train``: a model by name, a network from a file, or a saved run to resume."""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from tutor.commands.inputs.spec_file import check_inputs, check_outputs, read_spec_file
from tutor.engine.optimizer_specs import OPTIMIZERS, OptimizerSpec
from tutor.engine.validation import SpecError
from tutor.training.history import History
from tutor.training.model_data import ModelData, model_data
from tutor.training.models import DataName, Model, find_model
from tutor.training.resuming import fingerprint, resume_run
from tutor.training.saved.atomic_write import check_writable
from tutor.training.saved.model_file import ModelFileError, SavedNetwork, TrainedOn, load_network
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint

# Arguments that a resumed run has already fixed, by their names in argparse.
SETTLED = ("name", "spec", "backend", "batch_size", "optimizer", "learning_rate", "seed", "validation_split")


@dataclass(frozen=True, eq=False)
class Start:
    """A run to start: its settings and rows, the checkpoint it resumes from, and the path to save its network."""

    settings: RunSettings
    data: ModelData
    trained_on: TrainedOn
    checkpoint: Checkpoint | None
    history: History
    out: Path | None


def start_of(given: argparse.Namespace) -> Start:
    """The run that the arguments ask for.

    Raises ``DataError``, ``SpecError`` or ``FileError`` with a sentence for an invalid request, before any training.
    """
    if given.out is not None:
        check_writable(given.out)
    if given.resume is not None:
        return _resumed(given)
    model = _changed(model_asked_for(given, "the name of a model, --spec FILE or --resume FILE"), given)
    data = data_asked_for(given, model)
    settings = RunSettings(
        data.model.spec,
        model.epochs if given.epochs is None else given.epochs,
        model.batch_size if given.batch_size is None else given.batch_size,
        given.backend or "numpy",
        patience=given.patience,
        keep_best=given.out is not None,
    )
    return Start(settings, data, _trained_on(model, data, given.data), None, History(), given.out)


def model_asked_for(given: argparse.Namespace, choices: str = "the name of a model or --spec FILE") -> Model:
    """The model given by name or by file; ``choices`` names the alternatives in the error.

    Raises ``SpecError`` unless exactly one is given, ``DataError`` for an invalid file.
    """
    if (given.name is None) == (given.spec is None):
        raise SpecError(f"give {choices}; 'dl-tutor list --models' has the names")
    return find_model(given.name) if given.spec is None else read_spec_file(given.spec)


def data_asked_for(given: argparse.Namespace, model: Model) -> ModelData:
    """The rows for the model. Raises ``DataError``, with the line of the specification that does not match."""
    data = model_data(model, given.data, model.spec.seed)
    if given.spec is not None:
        check_inputs(given.spec, model, math.prod(data.training.inputs.shape[1:]))
        check_outputs(given.spec, model, data.names)
    return data


def _changed(model: Model, given: argparse.Namespace) -> Model:
    """The model with the requested seed, optimizer and split."""
    spec = model.spec
    if given.seed is not None:
        spec = replace(spec, seed=given.seed)
    optimizer: OptimizerSpec = spec.optimizer if given.optimizer is None else OPTIMIZERS[given.optimizer]()
    if given.learning_rate is not None:
        optimizer = replace(optimizer, learning_rate=given.learning_rate)
    share = model.validation_split if given.validation_split is None else given.validation_split
    return replace(model, spec=replace(spec, optimizer=optimizer), validation_split=share)


def _trained_on(model: Model, data: ModelData, file: Path | None) -> TrainedOn:
    return TrainedOn(model.data, None if file is None else str(file), data.origin, model.validation_split)


def _resumed(given: argparse.Namespace) -> Start:
    for name in SETTLED:
        if getattr(given, name) is not None:
            word = "a model" if name == "name" else "--" + name.replace("_", "-")
            raise SpecError(f"--resume goes on with what {given.resume} was trained with; {word} cannot change it")
    file: Path = given.resume
    network = load_network(file)
    if network.run is None or network.trained_on is None:
        raise ModelFileError(f"{file}: holds a network without a run to go on with")
    try:
        settings, checkpoint = resume_run(network.run, given.epochs, given.patience)
    except SpecError as error:
        raise SpecError(f"{file}: {error}") from None
    model = model_of(network, network.trained_on)
    data = data_of(network, network.trained_on, given.data)
    if data.model.spec != network.spec or fingerprint(data.training) != network.run.rows:
        raise ModelFileError(
            f"{file}: was trained on other rows ({network.trained_on.origin}) than these ({data.origin}); "
            "give the same rows with --data"
        )
    if given.out is None:
        check_writable(file)
    trained_on = _trained_on(model, data, given.data or _path(network.trained_on))
    settings = replace(settings, keep_best=True)
    return Start(settings, data, trained_on, checkpoint, network.run.history, given.out or file)


def model_of(network: SavedNetwork, trained_on: TrainedOn) -> Model:
    """A saved network as a model."""
    return Model(network.spec, cast(DataName, trained_on.data), 1, 1, "", trained_on.validation_split)


def data_of(network: SavedNetwork, trained_on: TrainedOn, given: Path | None) -> ModelData:
    """The data of a saved network: the ``given`` path, or what it was trained on."""
    return model_data(model_of(network, trained_on), given or _path(trained_on), network.spec.seed)


def _path(trained_on: TrainedOn) -> Path | None:
    return None if trained_on.file is None else Path(trained_on.file)
