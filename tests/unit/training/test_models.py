"""The networks of the sources: their parameters as the sources count them, their settings."""

from __future__ import annotations

import pytest

from tutor.engine.parameters import count
from tutor.engine.validation import SpecError
from tutor.training.models import MODELS, find_model


@pytest.mark.parametrize(
    ("name", "parameters", "epochs", "batch_size"),
    [
        ("shapes-mlp", 1_700, 300, 1),
        # 3·3·1·8 + 8, and 3·3·8 pooled cells to 5
        ("shapes-cnn", 80 + 72 * 5 + 5, 300, 1),
        # 25 to 16 to 2 and the way back, each with a bias
        ("shapes-autoencoder", 26 * 16 + 17 * 2 + 3 * 16 + 17 * 25, 600, 5),
        ("digits-softmax", 7_850, 10, 128),
        ("digits-dense", 640_890, 20, 500),
        ("digits-mlp", 669_706, 4, 128),
        ("digits-cnn", 62_346, 5, 100),
        ("letters-mlp", 723_326, 60, 64),
        ("letters-cnn", 958_586, 60, 64),
        # A table, two matrices with a bias, and 32 numbers to 27 logits; four of each for the gates
        ("rnn-names", 27 * 16 + (16 + 32 + 1) * 32 + 33 * 27, 20, 32),
        ("lstm-names", 27 * 16 + (16 + 24 + 1) * 4 * 24 + 25 * 27, 20, 32),
        # Two tables, attention's four matrices, an MLP of 64, three times γ and β, and 16 numbers to 27 logits
        ("gpt-names", 27 * 16 + 16 * 16 + 4 * 16 * 16 + 2 * 16 * 64 + 3 * 2 * 16 + 16 * 27, 10, 16),
    ],
)
def test_each_network_has_its_parameters_and_settings(name: str, parameters: int, epochs: int, batch_size: int) -> None:
    settings = find_model(name).settings(seed=3)
    assert count(settings.spec) == parameters
    assert (settings.epochs, settings.batch_size, settings.spec.seed) == (epochs, batch_size, 3)


def test_there_are_twelve_and_another_is_refused_by_name() -> None:
    assert len(MODELS) == 12
    with pytest.raises(SpecError, match="no model 'digits'; there are shapes-mlp, "):
        find_model("digits")
