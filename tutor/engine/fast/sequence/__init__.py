"""A fast form of the training step of networks on sequences: ``network`` puts the stages of each kind of layer together.

Places of all rows are the rows of one matrix, so that a Dense layer is one product. The test oracle is the plain form
of the same mathematics, ``engine.network.forward`` and ``backward``.
"""
