"""A view of the studio leaves out what has no meaning for its data: points on pictures, drawings on points."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.datasets.test_own_pictures import by_class
from tutor.engine.layers import Dense
from tutor.labs.studio import StudioLab
from tutor.studio.experiment import Experiment
from tutor.studio.own_data import pictures_of

NAMES = (
    "count", "noise", "features", "class", "set", "set_other", "unset", "test", "draw", "point", "axes", "shown",
    "answer_class",
    "canvas", "row", "centre", "drawn_through", "by_class", "word", "samples", "texts", "known", "attention", "head",
    "map", "neuron", "answer",
)  # fmt: skip


@pytest.mark.parametrize(
    ("preset", "used"),
    [
        ("playground", "count noise features class set set_other unset test draw point axes shown map neuron answer"),
        # Rows of four numbers and three classes, seen on the plane of their principal components.
        ("iris", "test draw point axes shown answer_class map neuron answer"),
        ("shapes", "canvas row drawn_through by_class map neuron answer"),
        ("shapes CNN", "canvas row drawn_through map neuron answer"),
        ("digits softmax", "canvas row centre map neuron answer"),
        ("digits CNN", "canvas row centre drawn_through map neuron answer"),
        ("gpt-names", "test draw word samples texts known attention head"),
        ("lstm-names", "test draw word samples texts known"),
    ],
)
def test_what_each_preset_has_a_use_for(preset: str, used: str) -> None:
    lab = StudioLab()
    lab.set("preset", preset)
    assert [name for name in NAMES if lab.in_use(name)] == used.split()


def test_pictures_of_ones_own_are_split_and_not_centred(tmp_path: Path) -> None:
    lab = StudioLab()
    lab.show_experiment(Experiment(pictures_of(by_class(tmp_path)), (Dense(6),), "categorical_crossentropy"))
    assert [name for name in NAMES if lab.in_use(name)] == (
        ["test", "draw", "canvas", "row", "drawn_through", "map", "neuron", "answer"]
    )
