"""The neuron: x · w + b through an activation; a layer of three; how many numbers a layer has."""

from tutor.labs.neuron.lab import NeuronLab

__all__ = ["NeuronLab"]
