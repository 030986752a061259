"""Where each number of a pass comes from: one file a family, as in ``operations``, and one table of all.

``expressions`` writes arithmetic and evaluates what it wrote, ``forms`` makes derivations of it, ``recorded``
is the pass.
"""

from tutor.engine.derivations.rules.table import derivation_of

__all__ = ["derivation_of"]
