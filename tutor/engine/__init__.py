"""The mathematics: network specifications, forward and backward passes, updates, and the derivation of each number.

It needs only NumPy: no files, clock, printing or screen. Read the core in this order:

1. ``layers``, ``initializers``, ``spec``, ``parameters``: what a network is, and its numbers.
2. ``activations``, ``losses``, ``objective``: the mathematics of a unit and of a loss.
3. ``operations``: the forward and backward functions of each kind of layer; Dense is in ``operations.weighted``.
4. ``network``: a whole forward and backward pass.
5. ``optimizer_specs``, ``schedules``, ``updates``: what a step changes; ``randomness``: the source of all noise.

For a network of Dense layers, 1 to 4 are under 1,000 lines of code (with ``operations.weighted`` and ``pointwise``).
Pictures add ``convolution``, ``padding`` and ``pooling``; deep networks add ``batch_normalization``. Two folders build
on the core, which does not need them: ``fast`` computes the same numbers in less time, and ``derivations`` shows which
numbers any number was computed from (read ``trace`` and ``derivation`` first, then ``cells`` and ``worksheet``, then
``rules``, which has a file for each kind of operation).
"""
