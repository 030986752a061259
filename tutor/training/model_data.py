"""The training and test rows of a named model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.engine.layers import Dense, LayerSpec
from tutor.engine.sequence_layers import Embedding, TiedProjection
from tutor.training.data_sets import DATA_SETS, DataSet, class_numbers
from tutor.training.models import Model
from tutor.training.validation_split import split_for_validation


@dataclass(frozen=True, eq=False)
class ModelData:
    """The rows of a run, and test rows.

    ``model`` is the requested one, with as many outputs as there are classes. ``test_inputs`` (rows, …) and
    ``test_labels``, class numbers (rows,), of texts (rows, time), are None if there are no test rows; like those of
    ``training``, the inputs must be multiplied by ``training.scale``. ``names[c]`` is the name of class c; without
    names the labels are the inputs. ``origin`` describes the rows, ``left_out`` has a sentence for each unused file.
    """

    model: Model
    training: TrainingData
    test_inputs: NDArray[Any] | None
    test_labels: NDArray[Any] | None
    names: tuple[str, ...]
    origin: str
    left_out: tuple[str, ...] = ()


def model_data(
    model: Model, data: Path | None = None, seed: int = 0, validation_split: float | None = None
) -> ModelData:
    """The rows for this model: from the file or folder ``data``, by default the model's own data.

    ``validation_split`` (by default the model's) holds out the last part of the training rows; if it is 0, the test
    rows are held out. ``seed`` chooses which letters are test rows, and their order.

    Raises ``DataError`` for unusable data and ``SpecError`` for a split that leaves a part without rows.
    """
    share = model.validation_split if validation_split is None else validation_split
    data_set = DATA_SETS[model.data]
    rows = data_set.find(data, seed)
    inputs, labels = rows.inputs, rows.labels
    training = (
        split_for_validation(inputs, labels, share)
        if share
        else TrainingData(inputs, labels, rows.test_inputs, rows.test_labels)
    )
    has_test = len(rows.test_inputs) > 0
    return ModelData(
        with_output_count(model, len(rows.names)) if data_set.other_classes else model,
        training if data_set.scale is None else replace(training, scale=data_set.scale),
        rows.test_inputs if has_test else None,
        _test_labels(data_set, rows.test_labels) if has_test else None,
        rows.names,
        rows.origin,
        rows.left_out,
    )


def _test_labels(data_set: DataSet, labels: NDArray[Any]) -> NDArray[Any]:
    """Class numbers (rows,), of a text those of its places (rows, time); without classes the labels themselves."""
    return class_numbers(labels) if data_set.has_classes and not data_set.is_text else labels


def with_output_count(model: Model, classes: int) -> Model:
    """The model with its last layer as wide as the number of ``classes``; of tokens, the Embedding takes as many."""
    *before, last = model.spec.layers
    if not isinstance(last, Dense | TiedProjection) or last.units == classes:
        return model
    layers: list[LayerSpec] = [
        replace(layer, input_dim=classes) if isinstance(layer, Embedding) else layer for layer in before
    ]
    return replace(model, spec=replace(model.spec, layers=(*layers, replace(last, units=classes))))
