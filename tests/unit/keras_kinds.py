"""Each network of ``one_of_each_kind`` in Keras: trained beside ours, saved, loaded, rebuilt from its program.

Run as a program with a folder: it leaves a ``.keras`` file and what it found for each kind there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np

from tests.unit.one_of_each_kind import NETWORKS, data_for, initial_weights
from tutor.backends.keras_backend import KerasBackend
from tutor.backends.keras_file import keras_file
from tutor.engine.parameters import views
from tutor.exchange.keras_lines import keras_classes, keras_lines
from tutor.training.comparison import compare_engines
from tutor.training.settings import RunSettings

folder = Path(sys.argv[1])
for kind, spec in NETWORKS.items():
    theta, moving = initial_weights(spec)
    data = data_for(spec)
    steps = list(compare_engines(RunSettings(spec, 1, data.rows), data, 3, KerasBackend))
    file = folder / f"{kind}.keras"
    file.write_bytes(keras_file(spec, theta, moving))
    loaded = keras.models.load_model(file)
    names: dict[str, Any] = {"Any": Any, "keras": keras, "np": np, "W": views(spec, theta, moving)}
    exec("\n".join([*keras_classes(spec), *keras_lines(spec)]), names)
    found = {
        "gradients_apart": max(step.gradients_apart for step in steps),
        "weights_apart": max(step.weights_apart for step in steps),
        "loss_apart": max(abs(step.numpy_loss - step.tensorflow_loss) for step in steps),
        "parameters": loaded.count_params(),
        "from_the_file": loaded.predict(data.inputs, verbose=0).tolist(),
        "from_the_program": np.asarray(names["answer"](names["model"].predict(data.inputs, verbose=0))).tolist(),
    }
    (folder / f"{kind}.json").write_text(json.dumps(found))
