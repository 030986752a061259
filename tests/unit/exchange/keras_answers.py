"""Keras by itself: load each ``.keras`` file of a folder and predict on the rows beside it. Run as a program."""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np

for file in sorted(Path(sys.argv[1]).glob("*.keras")):
    model = keras.models.load_model(file)
    rows = np.load(file.with_suffix(".npy"))
    np.save(file.with_suffix(".answers.npy"), model.predict(rows, verbose=0))
    file.with_suffix(".loss").write_text(
        repr(model.evaluate(rows, np.load(file.with_suffix(".labels.npy")), verbose=0))
    )
