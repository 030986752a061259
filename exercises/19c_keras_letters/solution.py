from tensorflow import keras
from tensorflow.keras.layers import Conv2D, Dense, Dropout, Flatten, LeakyReLU, MaxPooling2D


def letters_cnn():
    model = keras.Sequential([keras.Input((50, 50, 1))])
    for filters, side, rate in [(32, 12, 0.25), (64, 6, 0.25), (128, 3, 0.4)]:
        model.add(Conv2D(filters, side, padding="same"))
        model.add(LeakyReLU(0.1))
        model.add(MaxPooling2D(2, padding="same"))
        model.add(Dropout(rate))
    model.add(Flatten())
    model.add(Dense(128))
    model.add(LeakyReLU(negative_slope=0.1))
    model.add(Dropout(0.3))
    model.add(Dense(26, activation="softmax"))
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model
