"""The complete map of a network of 25 pixels: its answer to every black-and-white drawing, all 33,554,432 of them.

``drawings`` numbers them, ``stages`` and ``rounding`` prepare a network, ``classifying`` asks it about every drawing,
``fewest_flips`` and ``agreement`` read the answers. It uses the engine and nothing above it.
"""
