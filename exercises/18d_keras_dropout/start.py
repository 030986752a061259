from tensorflow import keras
from tensorflow.keras.layers import Dense, Dropout


def digits_dropout():
    """The wide network for digits with dropout, compiled.

    returns: a keras model, (rows, 784) pixels in, (rows, 10) confidences out
    """
    model = keras.Sequential()
    model.add(keras.Input((784,)))
    ...
    model.compile(...)
    return model
