from tensorflow import keras
from tensorflow.keras import layers


def digits_cnn():
    """The CNN for digits, compiled.

    returns: a keras model, (rows, 28, 28, 1) pixels in, (rows, 10) confidences out
    """
    model = keras.Sequential(
        [
            keras.Input(...),
            ...,  # a convolution and a pooling, twice
            ...,  # from maps to ten confidences
        ]
    )
    model.compile(...)
    return model
