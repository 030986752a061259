"""Runs snippets in the Keras that is installed, and prints what each gave as a line of JSON. Run as a program."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

import keras
import tensorflow as tf

# A graph of each model costs seconds to make and is asked once.
tf.config.run_functions_eagerly(True)
asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
for snippet in asked["snippets"]:
    keras.utils.clear_session()
    names: dict[str, object] = {}
    try:
        exec(asked["prologue"] + snippet, names)
    except Exception as error:
        print(json.dumps({"error": type(error).__name__, "message": str(error)}))
        continue
    model = names.get("model")
    if model is None:
        print(json.dumps({}))
        continue
    printed = io.StringIO()
    with redirect_stdout(printed):
        model.summary()
    counts = [model.count_params(), sum(v.numpy().size for v in model.trainable_variables)]
    described = json.loads(model.to_json())
    print(json.dumps({"described": described, "counts": counts, "summary": printed.getvalue()}))
