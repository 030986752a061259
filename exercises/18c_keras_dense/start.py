from tensorflow import keras
from tensorflow.keras import layers


def digits_dense():
    """The dense network for digits, compiled.

    returns: a keras model, (rows, 784) pixels in, (rows, 10) confidences out
    """
    model = keras.Sequential(
        [
            keras.Input(...),
            ...,  # the layers
        ]
    )
    model.compile(optimizer=..., loss=..., metrics=...)
    return model
