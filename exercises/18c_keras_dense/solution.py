from tensorflow import keras
from tensorflow.keras import layers


def digits_dense():
    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(784, activation="relu"),
            layers.Dense(32, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
