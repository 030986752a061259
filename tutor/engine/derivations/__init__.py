"""Where each number of a pass comes from: a file for each family of layers, as in ``operations``, and a table of all.

``expressions`` writes arithmetic and evaluates what it wrote, ``forms`` makes derivations from it, ``recorded``
holds the pass.
"""

from tutor.engine.derivations.rules.table import derivation_of

__all__ = ["derivation_of"]
