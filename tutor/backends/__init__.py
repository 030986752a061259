"""The two engines behind one interface: the NumPy reference engine, and Keras on TensorFlow.

``interface`` is what a backend does. ``numpy_backend`` may be imported anywhere above; ``keras_backend`` imports
TensorFlow, and only the training worker does that.
"""
