"""Programs in Keras that are right, and ones with a slip, for the real Keras and for what stands for it.

Each leaves ``model``. ``keras``, ``layers`` and ``np`` are imported; X, Y and C are six rows, their one-hot labels and
their class numbers.
"""

from __future__ import annotations

PROLOGUE = """
import numpy as np
import keras
from keras import layers
X = np.linspace(0, 1, 24).reshape(6, 4)
C = np.array([0, 1, 2, 0, 1, 2])
Y = np.eye(3)[C]
def line(*parts):
    return keras.Sequential([keras.Input((4,)), *parts])
def ready(**settings):
    made = line(layers.Dense(3, activation="softmax"))
    made.compile(**{"optimizer": "sgd", "loss": "categorical_crossentropy", **settings})
    return made
def fitted(made, *rows, **settings):
    made.fit(*rows, verbose=0, **settings)
    return made
"""

RIGHT = (
    "model = ready(metrics=['accuracy'])",
    "model = line(layers.Dense(8, 'relu', False), layers.Dropout(0.2), layers.Dense(3))",
    "model = line(layers.Dense(8), layers.Activation('tanh'), layers.BatchNormalization(), layers.Dense(3), "
    "layers.Softmax())",
    "model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(32, 5, activation='relu'), "
    "layers.MaxPooling2D(), layers.Conv2D(64, (5, 3), (2, 1), 'same', activation=keras.activations.silu), "
    "layers.AveragePooling2D(2, padding='same'), layers.Flatten(), layers.Dense(10, activation='softmax')])",
    "model = keras.Sequential([keras.Input((9, 7, 2)), layers.MaxPool2D((3, 2), 2, 'same'), layers.LeakyReLU(), "
    "layers.Conv2D(4, (2, 2)), layers.ReLU(), layers.GlobalAveragePooling2D(), layers.Dense(2)])",
    "model = keras.Sequential([keras.Input((16,)), layers.Reshape((4, -1, 1)), layers.Conv2D(2, 3), layers.ELU(), "
    "layers.Flatten(), layers.Dense(3, kernel_initializer='he_normal', kernel_regularizer='l2')])",
    "model = keras.Sequential()\nmodel.add(layers.Dense(4, input_shape=(3,)))\nmodel.add(layers.Dense(2))\n"
    "model.add(layers.Dense(9))\nmodel.pop()",
    "model = keras.Sequential([layers.Dense(5, input_dim=3), layers.LeakyReLU(negative_slope=0.1)])",
    "model = keras.Sequential([layers.Dense(5)])\nmodel.build((None, 7))",
    "x = keras.Input(shape=(4,))\ny = layers.Dense(3, name='mine')(x)\nmodel = keras.Model(x, layers.Dense(2)(y))",
    "x = keras.Input([4])\nmodel = keras.Model(inputs=[x], outputs=[layers.Dense(2)(layers.Dropout(0.5)(x))])",
    "model = line(layers.Dense(3))\nmodel.layers[0].activation = keras.activations.relu",
    "model = ready(optimizer=keras.optimizers.SGD(0.01, 0.9, True, clipnorm=1.0))",
    "model = ready(optimizer=keras.optimizers.Adam(beta_1=0.8), loss=keras.losses.BinaryCrossentropy(True))",
    "model = ready(optimizer=keras.optimizers.AdamW(0.01, 0.1))",
    "model = ready(optimizer='RMSprop', loss=keras.losses.categorical_crossentropy)",
    "model = ready(optimizer=keras.optimizers.RMSprop(keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.9)))",
    "model = ready()\nmodel.optimizer.learning_rate = 0.5",
    "model = keras.Sequential([layers.Dense(3)])\nmodel.compile('sgd', 'mse')\nfitted(model, X, Y)",
    "model = fitted(ready(), X, Y, batch_size=2, epochs=2)",
    "model = fitted(ready(loss='sparse_categorical_crossentropy'), X, C[:, None])",
    "model = fitted(ready(), X, Y, validation_split=0.4)",
    "model = fitted(ready(), X, Y, validation_data=(X, Y))",
    "model = keras.Sequential([keras.Input((4, 6)), layers.Dense(3)])",
    "model = line(layers.Dense(3, trainable=False))",
    "model = keras.Sequential([keras.Input((6,)), layers.Embedding(9, 4), layers.SimpleRNN(5, return_sequences=True), "
    "layers.LayerNormalization(), layers.LSTM(3), layers.Dense(9, activation='softmax')])",
    "model = keras.Sequential([keras.Input((6, 2)), layers.LSTM(3, return_sequences=True, unit_forget_bias=False, "
    "recurrent_initializer=keras.initializers.GlorotNormal()), layers.LayerNormalization(epsilon=1e-5), "
    "layers.Dense(4, kernel_initializer='uniform')])",
    "model = keras.Sequential([keras.Input((6, 2)), layers.LSTM(3, go_backwards=True)])",
    "model = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(3, activation='softmax')])\n"
    "model.compile('sgd', 'categorical_crossentropy')\nmodel.fit(np.zeros((6, 4, 4)), Y, verbose=0)",
)

WRONG = (
    "layers.Dense()", "layers.Dense(0)", "layers.Dense(3.0)", "layers.Dense(np.int64(3))",
    "layers.Dense(3, activations='relu')", "layers.Dense(3, activation='rlu')", "layers.Dense(3, activation=5)",
    "layers.Dense(3, kernel_initializer='he')", "layers.Dense(3, kernel_regularizer='l3')", "layers.Dens(3)",
    "layers.LSTM()", "layers.LSTM(0)", "layers.SimpleRNN(2.5)", "line(layers.LSTM(3))", "layers.Embedding(5)",
    "layers.LSTM(3, return_sequence=True)", "layers.LayerNormalization(eps=1e-5)",
    "layers.Conv2D(3)", "layers.Conv2D(3, (5, 5, 5))", "layers.Conv2D(3, 0)", "layers.Conv2D(3, 3, padding='sam')",
    "layers.Conv2D(0, 3)", "layers.Conv2D(3.5, 3)", "layers.Conv2D(3, 3, 'relu')", "line(layers.Conv2D(3, 3))",
    "keras.Sequential([keras.Input((28, 28)), layers.Conv2D(3, 3)])",
    "keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(3, 5)])",
    "keras.Sequential([keras.Input((4, 4, 1)), layers.MaxPooling2D(5)])", "line(layers.MaxPooling2D())",
    "keras.Sequential([keras.Input((8, 8, 1)), layers.MaxPooling2D(padding='sam')])", "layers.AveragePooling2D()",
    "layers.MaxPooling2D(size=2)", "line(layers.GlobalAveragePooling2D())", "line(layers.Reshape((3, 2)))",
    "layers.Reshape(4)", "layers.Dropout()", "layers.Dropout(1.5)", "layers.Dropout(20)", "layers.Dropout('0.2')",
    "layers.Activation()", "layers.Activation('rlu')", "layers.LeakyReLU(-0.1)", "layers.LeakyReLU(slope=0.1)",
    "keras.Input()", "keras.Input(784)", "keras.Input(shpe=(4,))", "keras.Input((-4,))", "keras.Input((4.0,))",
    "keras.Sequential(layer=[])", "keras.Sequential(layers.Dense(3), layers.Dense(4))",
    "keras.Sequential(layers.Dense(3))", "keras.Sequential().add('dense')", "keras.Sequential([layers.Dense])",
    "keras.Sequential([layers.Dense(4, name='a'), layers.Dense(4, name='a')])",
    "line(keras.Input((4,)), layers.Dense(3))", "line(layers.Dense(3), layers.Conv2D(3, 3))",
    "keras.Sequential([layers.Dense(3)]).count_params()", "keras.Sequential().pop()",
    "keras.Sequential([keras.Input((None,)), layers.Dense(3)])", "keras.Model(keras.Input((4,)))",
    "keras.Model(keras.Input((4,)), layers.Dense(3)(keras.Input((4,))))",
    "keras.Model(input=keras.Input((4,)), output=keras.Input((4,)))",
    "ready(optimiser='sgd')", "ready(optimizer='sgdd')", "ready(optimizer=keras.optimizers.SGD)",
    "ready(optimizer=0.1)", "ready(metrics='accuracy')", "keras.optimizers.SGD(lr=0.1)", "keras.optimizers.SGD(1)",
    "keras.optimizers.SGD('0.1')", "keras.optimizers.SGD(0.1, momentum=2)", "keras.optimizers.Adam(rate=0.1)",
    "keras.optimizers.SGD(0.1, clipnorm=1.0, clipvalue=1.0)", "keras.losses.CategoricalCrossentropy(logits=True)",
    "fitted(ready(), X, Y, batchsize=2)", "fitted(line(layers.Dense(3)), X, Y)", "fitted(ready(), X[:4], Y)",
    "fitted(ready(), X, C)", "fitted(ready(loss='sparse_categorical_crossentropy'), X, Y)",
    "fitted(ready(loss='categorical'), X, Y)", "fitted(ready(metrics=['accurcy']), X, Y)",
    "fitted(ready(loss=None), X, Y)", "fitted(ready(), Y, X)", "fitted(ready(), X[:, :3], Y)",
    "fitted(ready(), X.reshape(6, 2, 2), Y)", "fitted(ready(), X, X)", "fitted(ready(), X.tolist(), Y.tolist())",
    "fitted(ready(), X, None)", "fitted(ready(), X, Y, validation_split=1)", "fitted(ready(), X, Y, epochs=2.0)",
    "fitted(ready(), X, Y, batch_size=2.0)", "fitted(ready(), X, Y, validation_data=(X, C))",
    "fitted(ready(), X[:2], Y[:2], validation_split=0.9)", "keras.utils.to_categorical([0, 2], 2)",
    "keras.utils.to_categorical([0, 2], classes=3)",
)  # fmt: skip

ELSEWHERE = (
    "from keras.layers import GRU", "layers.MultiHeadAttention(3, 4)", "layers.LSTM(3, return_state=True)",
    "keras.callbacks.EarlyStopping()",
    "from tensorflow.keras.datasets import mnist", "import tensorflow as tf; tf.constant(1)",
    "ready().predict(X)", "ready(optimizer='adagrad')", "layers.Dense(3, activation='selu')",
    "fitted(ready(), X, Y).evaluate(X, Y)", "ready().fit(X, Y).history", "layers.Dense(3)(X)",
    "keras.activations.relu(X)", "ready().layers[0].kernel", "ready().get_weights()",
    "line(ready())", "line(layers.Conv2D(3, 3, data_format='channels_first'))",
    "(lambda d: line(d, d))(layers.Dense(4))", "keras.losses.CategoricalCrossentropy()(Y, Y)",
)  # fmt: skip
"""What Keras can do, and what stands for it cannot."""
