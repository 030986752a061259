"""Keras by itself: load each ``.keras`` file of a folder and predict on the rows beside it. Run as a program.

First it writes the files of the networks that have none there yet, as the child of an export does.
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from networks import SPECS, network

from tutor.backends.keras_file import keras_file

# A graph of each model costs seconds to make and is asked once.
tf.config.run_functions_eagerly(True)

folder = Path(sys.argv[1])
for number, spec in enumerate(SPECS):
    if not (folder / f"{number}.keras").exists():
        saved = network(spec)
        (folder / f"{number}.keras").write_bytes(keras_file(spec, saved.theta, saved.moving))
# As in a Keras that has just been loaded; the last file may have been one of doubles.
keras.config.set_floatx("float32")
for file in sorted(folder.glob("*.keras")):
    model = keras.models.load_model(file)
    rows = np.load(file.with_suffix(".npy"))
    np.save(file.with_suffix(".answers.npy"), model.predict(rows, verbose=0))
    file.with_suffix(".loss").write_text(
        repr(model.evaluate(rows, np.load(file.with_suffix(".labels.npy")), verbose=0))
    )
