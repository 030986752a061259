"""Models that somebody else saved with Keras, for the import to read or to refuse. Run as a program."""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# A graph of each model costs seconds to make and is asked once.
tf.config.run_functions_eagerly(True)


@keras.saving.register_keras_serializable("mine")
class Doubled(layers.Layer):
    def call(self, x):  # type: ignore[no-untyped-def]
        return 2 * x


folder = Path(sys.argv[1])
keras.utils.set_random_seed(3)


def save(name: str, model: keras.Model) -> None:
    model.save(folder / f"{name}.keras")
    rows = np.random.default_rng(0).uniform(0, 1, (2, *model.input_shape[1:])).astype("float32")
    if model.inputs[0].dtype == "int32":
        rows = (rows * 7).astype("int32")
    np.save(folder / f"{name}.npy", rows)
    np.save(folder / f"{name}.answers.npy", model.predict(rows, verbose=0))


functional_input = keras.Input((5, 5, 2))
x = layers.Conv2D(3, 2, padding="same", activation=keras.activations.gelu)(functional_input)
x = layers.BatchNormalization(momentum=0.5)(x)
x = layers.ReLU()(x)
x = layers.Flatten()(x)
x = layers.Dense(4, kernel_regularizer=keras.regularizers.L2(0.1))(x)
in_line = keras.Model(functional_input, layers.Softmax()(x))
in_line.compile("rmsprop", keras.losses.SparseCategoricalCrossentropy())
in_line.fit(np.random.default_rng(1).uniform(0, 1, (8, 5, 5, 2)), np.arange(8) % 4, verbose=0)
save("in_line", in_line)

# Whatever only training heeds, and other ways to say what a specification can say.
loose = keras.Sequential(
    [
        keras.Input((4, 4, 2)),
        layers.Identity(),
        layers.GaussianNoise(0.1),
        layers.Conv2D(3, 2, kernel_regularizer=keras.regularizers.L1(0.1), bias_constraint="non_neg"),
        layers.BatchNormalization(axis=3, gamma_regularizer="l2"),
        layers.SpatialDropout2D(0.2),
        layers.Reshape((-1,)),
        layers.Dense(
            4, trainable=False, kernel_initializer=keras.initializers.Constant(np.full((27, 4), 0.1).tolist())
        ),
        layers.Dense(2, kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2)),
    ]
)
rate = keras.optimizers.schedules.PolynomialDecay(0.02, 100)
loose.compile(keras.optimizers.Adam(rate, use_ema=True), "mse")
save("loose", loose)

pictures = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Rescaling(1 / 127.5, -1.0),
        layers.Conv2D(2, 5, strides=3),
        layers.Flatten(),
        layers.Dense(10, "softmax"),
    ]
)
pictures.save(folder / "pictures.keras")
shades = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1)).astype("uint8")
np.save(folder / "pictures.npy", shades)
np.save(folder / "pictures.answers.npy", pictures.predict(shades.astype("float32"), verbose=0))
padded = layers.Conv2D(2, 3, padding="same")
save("padded", keras.Sequential([keras.Input((6, 6, 1)), layers.Rescaling(2.0, 1.0), padded, layers.Flatten()]))
save("plain_scale", keras.Sequential([keras.Input((3,)), layers.Rescaling(0.5), layers.Dense(2)]))
loose.save_weights(folder / "only.weights.h5")

taken = keras.Input((4,))
save("branched", keras.Model(taken, layers.Add()([layers.Dense(3)(taken), layers.Dense(3)(taken)])))
twice = layers.Dense(4)
save("used_twice", keras.Model(taken, twice(twice(taken))))
save("lambda", keras.Sequential([taken, layers.Lambda(lambda x: x + 1), layers.Rescaling(2.0), layers.Dense(2)]))
save("own_layer", keras.Sequential([taken, Doubled(), layers.Dense(2)]))
save("own_activation", keras.Sequential([taken, layers.Dense(2, activation=lambda x: x * 2)]))
save("dilated", keras.Sequential([keras.Input((9, 9, 1)), layers.Conv2D(2, 2, dilation_rate=2), layers.Flatten()]))
save("half", keras.Sequential([taken, layers.Dense(2, dtype="mixed_float16")]))
save("gru", keras.Sequential([keras.Input((3, 2)), layers.GRU(2)]))
save("backwards", keras.Sequential([keras.Input((3, 2)), layers.LSTM(2, go_backwards=True)]))
save("relu_rnn", keras.Sequential([keras.Input((3, 2)), layers.SimpleRNN(2, activation="relu", use_bias=False)]))
save("lstm", keras.Sequential([keras.Input((3, 2)), layers.LSTM(3, return_sequences=True), layers.SimpleRNN(2)]))
rescaled = layers.Rescaling(2.0)(taken)
save("around_rescaling", keras.Model(taken, layers.Add()([layers.Dense(4)(rescaled), taken])))
save("doubled_by_add", keras.Model(taken, layers.Add()([taken, taken])))

# A transformer as others write it: sums by +, inputs by name, dropout within, and what only training heeds.
tokens = keras.Input((6,), dtype="int32")
x = layers.Embedding(7, 8, embeddings_initializer="normal", embeddings_regularizer="l2")(tokens)
x = layers.GaussianNoise(0.1)(x)
for causal in (True, False):
    y = layers.LayerNormalization()(x)
    y = layers.MultiHeadAttention(2, 4, dropout=0.1, kernel_regularizer="l2")(query=y, value=y, use_causal_mask=causal)
    x = x + layers.Dropout(0.1)(y)
    y = layers.Dense(8)(layers.Dense(9, "gelu")(x))
    x = layers.Add()([x, y])
x = layers.LSTM(5, return_sequences=True, recurrent_dropout=0.1)(x)
transformer = keras.Model(tokens, layers.Dense(7)(x))
for weight in transformer.weights:
    if "seed" not in weight.path:
        weight.assign(np.random.default_rng(len(weight.path)).uniform(-1, 1, weight.shape))
save("transformer", transformer)
for name, settings in (("tied", {}), ("untied", {"tie_weights": False}), ("capped", {"logit_soft_cap": 2.0})):
    table = layers.ReversibleEmbedding(7, 8, **settings)
    save(name, keras.Model(tokens, layers.Softmax()(table(layers.Dense(8)(table(tokens)), reverse=True))))
y = layers.Embedding(7, 8)(tokens)
save("two_values", keras.Model(tokens, layers.MultiHeadAttention(2, 4)(y, layers.Dense(8)(y))))
save("wide_values", keras.Model(tokens, layers.MultiHeadAttention(2, 4, value_dim=3)(y, y)))
save("masked", keras.Sequential([tokens, layers.Embedding(7, 8, mask_zero=True), layers.LSTM(2)]))
in_line.save(folder / "older.h5")
tf.config.run_functions_eagerly(False)
in_line.export(folder / "saved_model", verbose=False)
