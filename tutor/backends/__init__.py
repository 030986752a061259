"""The two engines behind one interface: the NumPy reference engine, and Keras on TensorFlow.

``interface`` defines a backend. Any higher layer may import ``numpy_backend``; ``keras_backend`` imports TensorFlow, so
only the training worker imports it.
"""
