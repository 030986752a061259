from tensorflow import keras


def fit_logits(x, labels):
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.SGD(0.5), loss=loss, metrics=["accuracy"])
    model.fit(x, labels, batch_size=128, epochs=10)
    return model
