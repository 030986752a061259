"""The mathematics: networks as specifications, forward, backward, updates, and where each number comes from.

NumPy and nothing else: no files, no clock, no printing, no screen. The core, in reading order:

1. ``layers``, ``initializers``, ``spec``, ``parameters``: what a network is, and its numbers.
2. ``activations``, ``losses``, ``objective``: the mathematics of a unit and of an error.
3. ``operations``: each kind of layer forwards and backwards; ``operations.weighted`` has Dense.
4. ``network``: a whole pass, forwards and backwards.
5. ``optimizer_specs``, ``schedules``, ``updates``: what a step changes; ``randomness``: where noise comes from.

What 1 to 4 hold for a network of Dense layers is under 1,000 lines of code (``operations.weighted`` and ``pointwise``).
Pictures add ``convolution``, ``padding`` and ``pooling``, deep networks ``batch_normalization``. Two folders stand on
the core, and nothing in it needs them: ``fast`` computes the same numbers sooner, and ``derivations`` says of any
number which others it was computed from (``trace`` and ``derivation`` first, then ``cells`` and ``worksheet``, then
``rules``, a file for each kind of operation).
"""
