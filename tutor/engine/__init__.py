"""The mathematics: networks as specifications, forward, backward, updates, and where each number comes from.

NumPy and nothing else: no files, no clock, no printing, no screen. Read in this order: ``layers`` and ``spec`` (what a
network is), ``parameters`` (its numbers), ``activations``, ``convolution``, ``pooling``, ``batch_normalization`` and
``losses`` (the mathematics of each part), ``operations`` (each layer, forwards and backwards), ``network`` (a whole
pass), ``optimizer_specs``, ``schedules`` and ``updates`` (what a step changes), ``trace`` and ``derivations`` (any
number's arithmetic). The fast forms of the same: ``single_row`` for rows on their own, ``fast_network``,
``fast_stages``, ``fast_convolution`` and ``fast_pooling`` for batches.
"""
