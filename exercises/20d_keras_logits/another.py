import tensorflow as tf


def fit_logits(x, labels):
    pixels = tf.keras.Input(shape=x.shape[1:])
    logits = tf.keras.layers.Dense(10, activation="linear")(pixels)
    model = tf.keras.Model(inputs=pixels, outputs=logits)
    model.compile(
        tf.keras.optimizers.SGD(learning_rate=0.5),
        tf.keras.losses.SparseCategoricalCrossentropy(True),
        metrics=[tf.keras.metrics.SparseCategoricalAccuracy()],
    )
    model.fit(x=x, y=labels.reshape(-1, 1)[:, 0], epochs=10, batch_size=128, verbose=2)
    return model
