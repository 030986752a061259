"""What each model is given: which rows it trains on, which are held out, which it is tested with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tutor.backends.rows import as_inputs, as_labels
from tutor.datasets.digits import find_digits
from tutor.datasets.errors import DataError
from tutor.datasets.letters import find_letters
from tutor.datasets.shapes import held_out_rows, training_rows
from tutor.datasets.texts.shipped import names
from tutor.engine.layers import Dense, Flatten
from tutor.engine.parameters import count, layout
from tutor.engine.spec import NetworkSpec
from tutor.engine.validation import SpecError
from tutor.training.data_sets import meant_for
from tutor.training.model_data import model_data
from tutor.training.models import MODELS


@pytest.fixture(autouse=True)
def _synthetic_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DL_TUTOR_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


OF_PICTURES = [name for name, model in MODELS.items() if model.data not in ("names", "drawings")]
OF_NAMES = [name for name, model in MODELS.items() if model.data == "names"]


@pytest.mark.parametrize("name", OF_PICTURES)
def test_every_model_can_take_its_rows(name: str) -> None:
    data = model_data(MODELS[name])
    assert data.model == MODELS[name]
    assert len(data.names) == data.model.spec.output_size
    assert data.origin
    training = data.training
    for inputs, labels in ((training.inputs, training.labels), (training.held_out_inputs, training.held_out_labels)):
        assert len(inputs) == len(labels) > 0
        some = as_inputs(inputs[:7], data.model.spec, training.scale)
        assert 0 <= some.min() < some.max() <= 1
        assert np.array_equal(as_labels(labels[:7], data.model.spec).sum(axis=1), np.ones(len(some)))
    assert data.test_inputs is not None
    assert data.test_labels is not None
    assert data.test_inputs.shape[1:] == training.inputs.shape[1:]
    assert data.test_labels.shape == (len(data.test_inputs),)


def test_drawings_to_be_given_back_are_their_own_labels(tmp_path: Path) -> None:
    data = model_data(MODELS["shapes-autoencoder"])
    training = data.training
    for of, labels, drawings in (
        (training.inputs, training.labels, training_rows().inputs),
        (training.held_out_inputs, training.held_out_labels, held_out_rows().inputs),
        (data.test_inputs, data.test_labels, held_out_rows().inputs),
    ):
        assert np.array_equal(of, drawings)
        assert np.array_equal(labels, drawings)
    assert (data.model, data.names, training.scale) == (MODELS["shapes-autoencoder"], (), 1.0)
    split = model_data(MODELS["shapes-autoencoder"], validation_split=0.4).training
    assert np.array_equal(split.held_out_labels, training_rows().inputs[3:])
    (tmp_path / "mine.dat").write_text("1 " * 25 + "\n" + "0.25 " * 25)
    mine = model_data(MODELS["shapes-autoencoder"], tmp_path / "mine.dat").training
    assert mine.labels.sum(axis=1).tolist() == [25, 6.25]


@pytest.mark.parametrize(
    ("outputs", "end", "loss", "data"),
    [
        (5, "softmax", "categorical_crossentropy", "shapes"),
        (25, "sigmoid", "binary_crossentropy", "drawings"),
        (25, "softmax", "categorical_crossentropy", None),
        (24, "sigmoid", "binary_crossentropy", None),
    ],
)
def test_what_a_network_of_this_form_is_for(outputs: int, end: str, loss: str, data: str | None) -> None:
    assert meant_for(NetworkSpec("theirs", (5, 5), (Flatten(), Dense(outputs, end)), loss)) == data


def test_shapes_are_held_out_by_their_drawings(tmp_path: Path) -> None:
    data = model_data(MODELS["shapes-mlp"])
    assert np.array_equal(data.training.inputs, training_rows().inputs)
    assert np.array_equal(data.training.held_out_inputs, held_out_rows().inputs)
    assert np.array_equal(np.eye(5)[data.test_labels], held_out_rows().labels)
    assert data.training.scale == 1.0
    file = tmp_path / "mine.dat"
    file.write_text("1 " * 25 + "0 0 0 0 1\n" + "0 " * 25 + "1 0 0 0 0\n")
    mine = model_data(MODELS["shapes-mlp"], file)
    assert mine.training.inputs.sum(axis=1).tolist() == [25, 0]
    assert mine.origin.startswith("2 drawings of a file; held out are 125")
    with pytest.raises(DataError, match="there is no such file"):
        model_data(MODELS["shapes-mlp"], tmp_path / "none.dat")


def test_digits_are_held_out_as_the_sources_do() -> None:
    digits = find_digits()
    tested = model_data(MODELS["digits-mlp"])
    assert tested.training.inputs is digits.training.images or np.array_equal(
        tested.training.inputs, digits.training.images
    )
    assert np.array_equal(tested.training.held_out_inputs, digits.test.images)
    assert np.array_equal(tested.training.held_out_labels, digits.test.classes)
    split = model_data(MODELS["digits-dense"])
    assert np.array_equal(split.training.inputs, digits.training.images[:1800])
    assert np.array_equal(split.training.held_out_labels, digits.training.classes[1800:])
    for data in (tested, split):
        assert data.training.inputs.dtype == np.uint8
        assert data.training.scale == 1 / 255
        assert data.test_inputs is not None
        assert np.array_equal(data.test_inputs, digits.test.images)


def test_a_split_that_is_given_counts() -> None:
    assert len(model_data(MODELS["digits-dense"], validation_split=0.0).training.held_out_inputs) == 500
    assert len(model_data(MODELS["digits-mlp"], validation_split=0.25).training.held_out_inputs) == 500
    assert len(model_data(MODELS["digits-mlp"], validation_split=0.25).training.inputs) == 1500
    assert len(model_data(MODELS["shapes-mlp"], validation_split=0.4).training.inputs) == 3
    with pytest.raises(SpecError, match="below 1"):
        model_data(MODELS["digits-mlp"], validation_split=1.5)


def test_a_seed_chooses_the_letters_that_are_held_out() -> None:
    first, other = (model_data(MODELS["letters-cnn"], seed=seed) for seed in (3, 4))
    assert np.array_equal(first.training.held_out_inputs, find_letters(seed=3).test.images)
    assert not np.array_equal(first.training.held_out_inputs, other.training.held_out_inputs)


def test_a_network_has_as_many_outputs_as_the_folder_has_labels(tmp_path: Path) -> None:
    for label in ("cat", "dog", "eel"):
        Image.fromarray(np.full((9, 9), 255, np.uint8)).save(tmp_path / f"{label}_1.png")
    (tmp_path / "cat_2.png").write_text("no picture")
    data = model_data(MODELS["letters-mlp"], tmp_path)
    assert data.names == ("cat", "dog", "eel")
    assert data.model.spec.output_size == 3
    assert count(data.model.spec) == count(MODELS["letters-mlp"].spec) - 23 * 101
    assert data.model.epochs == 60
    assert data.test_inputs is None
    assert data.test_labels is None
    assert len(data.training.held_out_inputs) == 0
    assert len(data.left_out) == 1


@pytest.mark.parametrize("name", OF_NAMES)
def test_a_row_of_names_is_a_name_and_what_follows_each_of_its_letters(name: str) -> None:
    data = model_data(MODELS[name])
    training = data.training
    assert data.model == MODELS[name]
    assert "".join(data.names) == ".abcdefghijklmnopqrstuvwxyz"
    assert len(training.inputs) + len(training.held_out_inputs) == len(names())
    assert training.inputs.dtype.kind == "i"
    read = set()
    for tokens, following in zip(training.inputs.tolist(), training.labels.tolist(), strict=True):
        end = following.index(0)
        assert tokens[0] == 0
        assert tokens[1 : end + 1] == following[:end]
        assert set(following[end + 1 :]) <= {-1}
        read.add("".join(data.names[token] for token in following[:end]))
    assert read < set(names())
    assert data.test_labels is training.held_out_labels
    # Which are held out does not follow from the seed, so that networks can be compared.
    again = model_data(MODELS[name], seed=5)
    assert np.array_equal(again.training.inputs, training.inputs)


def test_of_ones_own_words_the_table_and_the_output_have_their_letters(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("Zoë\nbob\n" + "ob\n" * 18, encoding="utf-8")
    data = model_data(MODELS["lstm-names"], file)
    assert data.names == (".", "Z", "b", "o", "ë")
    assert [layer.shape for layer in layout(data.model.spec) if layer.name.startswith(("embedding", "dense"))] == [
        (5, 16), (24, 5), (5,)
    ]  # fmt: skip
    assert data.origin == "the lines of words.txt; 18 to train on, 2 held out"
    # Only a to z: the tokens of the shipped names, so that a network of those reads them too.
    file.write_text("bob\nob\n")
    assert len(model_data(MODELS["lstm-names"], file).names) == 27


def test_a_running_text_of_ones_own_is_cut_into_windows(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text("the cat sat on the mat. " * 40, encoding="utf-8")
    data = model_data(MODELS["gpt-names"], file)
    # 960 characters: 959 of them follow another, in windows of 16.
    assert len(data.training.inputs) + len(data.test_inputs) == 60
    assert data.names == tuple(sorted(set("the cat sat on the mat. ")))
    assert data.origin.startswith("the text of story.txt; ")
    judged = data.training.labels != -1
    assert np.array_equal(data.training.inputs[:, 1:][judged[:, :-1]], data.training.labels[:, :-1][judged[:, :-1]])
