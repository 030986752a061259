"""Computation graphs: values forward and gradients backward, node by node; tensors by rank and shape."""

from tutor.labs.computation_graph.graphs import GRAPHS, backward, forward
from tutor.labs.computation_graph.lab import ComputationGraphLab

__all__ = ["GRAPHS", "ComputationGraphLab", "backward", "forward"]
