"""What each layer computes, forward and backward: a file for each family of layers, and a table of them all.

An operation is four stateless functions of the layer's description. ``forward`` writes its intermediate values into the
pass by name, and ``backward`` reads them from there.
"""

from tutor.engine.operations.table import operation_of

__all__ = ["operation_of"]
