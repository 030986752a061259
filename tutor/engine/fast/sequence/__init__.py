"""A fast form of the training step of networks on sequences: ``network`` puts together stages of each kind of layer.

Places of all rows are the rows of one matrix, so that a Dense layer is one product. The test oracle is the plain form
of the same mathematics, ``engine.network.forward`` and ``backward``.
"""
