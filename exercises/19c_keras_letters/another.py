import keras
from keras import layers


def letters_cnn():
    x = picture = keras.Input((50, 50, 1))
    for filters, side, rate in ((32, 12, 0.25), (64, 6, 0.25), (128, 3, 0.4)):
        x = layers.Conv2D(filters, (side, side), padding="same", activation=layers.LeakyReLU(0.1))(x)
        x = layers.MaxPooling2D((2, 2), strides=(2, 2), padding="same")(x)
        x = layers.Dropout(rate)(x)
    x = layers.Dense(128, activation=None)(layers.Flatten()(x))
    x = layers.LeakyReLU(alpha=0.1)(layers.Dropout(0.3)(x))
    model = keras.Model(picture, layers.Dense(26, "softmax")(x))
    model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(1e-3), metrics=["accuracy"])
    return model
