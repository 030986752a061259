from tensorflow import keras
from tensorflow.keras.layers import Dense


def fit_digits(pictures, labels):
    """The dense network for digits, after its fit.

    pictures: shape (rows, 28, 28), whole numbers from 0 to 255
    labels: shape (rows,), the digits
    returns: the model
    """
    x = ...  # shape (rows, 784), from 0 to 1
    y = ...  # shape (rows, 10), one-hot
    model = keras.Sequential([Dense(784, "relu"), Dense(32, "relu"), Dense(10, "softmax")])
    model.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy", metrics=["accuracy"])
    model.fit(...)
    return model
