from tensorflow import keras
from tensorflow.keras.layers import Conv2D, Dense, Dropout, Flatten, LeakyReLU, MaxPooling2D


def letters_cnn():
    """The CNN for letters, compiled.

    returns: a keras model, (rows, 50, 50, 1) pixels in, (rows, 26) confidences out
    """
    model = keras.Sequential([keras.Input((50, 50, 1))])
    for filters, side, rate in [(32, 12, 0.25), (64, 6, 0.25), (128, 3, 0.4)]:
        ...
    ...
    model.compile(...)
    return model
