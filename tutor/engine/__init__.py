"""The mathematics: networks as specifications, forward, backward, updates, and where each number comes from.

NumPy and nothing else: no files, no clock, no printing, no screen. Read in this order: ``spec`` (what a
network is), ``parameters`` (its numbers), ``activations``, ``dense``, ``losses``, ``network`` (forward and
backward), ``optimizers``, ``trace`` and ``derivation`` (any number's arithmetic), ``single_row`` (the same
training step, made fast for batches of one).
"""
