from tensorflow import keras


def shapes_network():
    model = keras.Sequential([keras.Input((25,))])
    for units in (25, 20, 15, 10):
        model.add(keras.layers.Dense(units, activation="relu"))
        model.add(keras.layers.Dropout(0.2))
    model.add(keras.layers.Dense(5, activation="softmax"))
    optimizer = keras.optimizers.SGD(0.01, clipnorm=1.0)
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    return model
