import keras
from keras.layers import Activation, Conv2D, Dense, Flatten, MaxPool2D


def digits_cnn():
    x = picture = keras.Input(shape=(28, 28, 1), name="picture")
    for filters in (32, 64):
        x = Conv2D(filters, (5, 5), (1, 1), "valid")(x)
        x = MaxPool2D(pool_size=(2, 2), strides=2)(x)
        x = Activation("relu")(x)
    x = Dense(10)(Flatten()(x))
    model = keras.models.Model(picture, Activation("softmax")(x), name="cnn")
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.01),
        loss="CategoricalCrossentropy",
        metrics=["categorical_accuracy"],
    )
    return model
