"""A lesson on the neuron lab in a folder of its own."""

from pathlib import Path

import pytest

LESSON_TOML = """\
id = "sum"
number = 70
title = "A sum"
summary = "One question and a step to look at."
lab = "neuron"

[[step]]
id = "predict"
show = ["x", "w", "b", "z"]
hide = ["z"]
set = { x = [1, 1], w = [1, 2], b = 0.5, activation = "sigmoid" }

[[step.question]]
ask = "What is z?"
answer = "z"
tolerance = 0.005
explain = "It is {z}."
hints = ["Multiply, then add."]
wrong = [{ gives = "weighted_sum", say = "The bias is missing." }]

[[step]]
id = "look"
show = ["y"]
"""
LESSON_MD = "## Predict\n\nSay what comes out.\n\n## Look\n\nHere *it* is:\n{y:3}.\n"


@pytest.fixture
def lesson_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "lesson.toml").write_text(LESSON_TOML, encoding="utf-8")
    (folder / "lesson.md").write_text(LESSON_MD, encoding="utf-8")
    return folder


TRAINING_TOML = """\
id = "training"
number = 71
title = "Training"
summary = "The shapes network, trained."
lab = "shapes"

[[step]]
id = "train"
show = ["drawing", "winner", "train", "epochs", "epochs_done", "accuracy"]
set = { pace = "full", epochs = 300 }
"""


@pytest.fixture
def training_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "training"
    folder.mkdir()
    (folder / "lesson.toml").write_text(TRAINING_TOML, encoding="utf-8")
    (folder / "lesson.md").write_text("## Train\n\nTrain it.\n", encoding="utf-8")
    return folder
