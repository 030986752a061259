import keras
from keras import Model
from keras.layers import Activation, Dense, Dropout


def shapes_network():
    pixels = x = keras.Input(shape=(25,), name="pixels")
    for number, units in enumerate([25, 20, 15, 10], start=1):
        x = Dense(units, name=f"hidden_{number}")(x)
        x = Activation("relu")(x)
        x = Dropout(rate=0.2)(x)
    model = Model(pixels, Dense(5, "softmax")(x))
    sgd = keras.optimizers.SGD(learning_rate=0.01, momentum=0.0, clipnorm=1)
    model.compile(sgd, keras.losses.CategoricalCrossentropy(), metrics=[keras.metrics.CategoricalAccuracy()])
    return model
