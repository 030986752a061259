"""What each layer computes, forwards and backwards: one file a family, one table of all.

An operation is four functions of the layer's description; none keeps anything. ``forward`` writes what it computes on
the way into the pass by name, ``backward`` reads it there.
"""

from tutor.engine.operations.table import operation_of

__all__ = ["operation_of"]
