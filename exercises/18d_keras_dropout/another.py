import keras
from keras import activations, layers


def digits_dropout():
    pixels = keras.Input(shape=(784,))
    x = layers.Dense(512)(pixels)
    x = layers.Dropout(0.2)(x)
    x = layers.Activation(activations.relu)(x)
    x = layers.Dropout(0.2)(layers.Dense(512, activation=activations.relu)(x))
    confidences = layers.Dense(units=10, activation=activations.softmax)(x)
    model = keras.Model(inputs=pixels, outputs=confidences)
    model.compile(
        optimizer=keras.optimizers.RMSprop(learning_rate=0.001, rho=0.9),
        loss=keras.losses.CategoricalCrossentropy(from_logits=False),
        metrics=["accuracy"],
    )
    return model
