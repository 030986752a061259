import tensorflow as tf
from tensorflow.keras.layers import Dense, ReLU, Softmax
from tensorflow.keras.models import Sequential


def digits_dense():
    model = Sequential(name="digits")
    model.add(Dense(784, input_shape=(784,)))
    model.add(ReLU())
    model.add(Dense(32, tf.nn.relu, use_bias=True, kernel_initializer="glorot_uniform"))
    model.add(Dense(10))
    model.add(Softmax())
    model.compile(
        loss=tf.keras.losses.categorical_crossentropy,
        optimizer=tf.keras.optimizers.SGD(learning_rate=1e-1),
        metrics=["acc"],
    )
    return model
