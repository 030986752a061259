"""dl-tutor: a deep-learning tutor and visualizer that lives in a terminal."""

__version__ = "0.1.0"
