"""Keras' own attention layer with the lab's matrices."""

from __future__ import annotations

from tutor.labs.attention.words import CAUSAL, DIVIDED, FEATURES, PLACES, TOKENS
from tutor.labs.kit.contract import Lab
from tutor.training.keras_program import KerasProgram


def keras_program(lab: Lab) -> KerasProgram:
    """One head without biases; what it joins goes out as it is. Keras divides by √d by itself."""
    row = TOKENS.index(lab.word("word"))
    divided, causal = lab.word("scaling") == DIVIDED, lab.word("mask") == CAUSAL
    d, n = len(PLACES), len(FEATURES)
    undo = "" if divided else f" * {d}**0.5"
    source = f"""\
import keras
import numpy as np
import tensorflow as tf
x = tf.Variable(X[None].astype("float32"))
mha = keras.layers.MultiHeadAttention(
    num_heads=1, key_dim={d},
    output_shape={d}, use_bias=False)
mha.build(x.shape, x.shape)
mha.set_weights([
    Wq.reshape({n}, 1, {d}){undo},
    Wk.reshape({n}, 1, {d}),
    Wv.reshape({n}, 1, {d}),
    np.eye({d}).reshape(1, {d}, {d})])
t = tf.constant({lab.vector("target").tolist()})

with tf.GradientTape() as tape:
    o, share = mha(x, x,
        use_causal_mask={causal},
        return_attention_scores=True)
    out, weights = o[0], share[0, 0]
    loss = tf.reduce_sum(
        (out[{row}] - t)**2) / 2
w = mha.trainable_variables[:3]
grads = tape.gradient(loss, [x, *w])
d_x = grads[0][0]
d_Wq, d_Wk, d_Wv = [
    tf.reshape(g, ({n}, {d}))
    for g in grads[1:]]
"""
    given = {"X": lab.vector("x"), **{name: lab.vector(name) for name in ("Wq", "Wk", "Wv")}}
    results = {name: name for name in ("weights", "out", "loss", "d_x", "d_Wq", "d_Wk", "d_Wv")}
    return KerasProgram(source, results, given)
