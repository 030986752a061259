from tensorflow import keras


def shapes_network():
    """The network of the shapes, compiled.

    returns: a keras model, (rows, 25) pixels in, (rows, 5) confidences out
    """
    model = keras.Sequential([keras.Input((25,))])
    for units in (25, 20, 15, 10):
        ...  # a Dense layer, and dropout behind it
    model.add(...)  # the last layer
    model.compile(optimizer=..., loss=..., metrics=["accuracy"])
    return model
