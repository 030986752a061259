from tensorflow import keras
from tensorflow.keras.layers import Dense, Dropout


def digits_dropout():
    model = keras.Sequential()
    model.add(keras.Input((784,)))
    model.add(Dense(512, activation="relu"))
    model.add(Dropout(0.2))
    model.add(Dense(512, activation="relu", name="second"))
    model.add(Dropout(0.2, name="second_dropout"))
    model.add(Dense(10, activation="softmax"))
    model.compile("rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
