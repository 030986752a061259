"""One network on one block of drawings after another: first layer from two tables, the others by matrix products.

Pixels are 0 or 1, so the first layer's sum is one of 8,192 sums over the low pixels plus one of 4,096 over the high
ones. A block is all low pixels with the same high pixels: its first layer is one addition to a table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.complete_map.drawings import COLUMNS, LOW_BITS, PIXELS, bits
from tutor.complete_map.in_place import activate_in_place
from tutor.complete_map.stages import StagedNetwork

Block = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Tables:
    """What all blocks share: tables of the first layer's sums, and the kernels of the others.

    ``low`` (units, 8192) has the sums over the low pixels, ``high`` (4096, units) those over the high pixels with the
    bias. Each of ``kernels`` is (units, inputs + 1), with the bias as its last column.
    """

    low: Block
    high: Block
    kernels: tuple[Block, ...]

    @classmethod
    def of(cls, network: StagedNetwork) -> Tables:
        """The tables of a network."""
        first, *others = network.stages
        low = bits(LOW_BITS) @ first.kernel[:LOW_BITS]
        high = bits(PIXELS - LOW_BITS) @ first.kernel[LOW_BITS:] + first.bias
        kernels = [np.vstack([stage.kernel, stage.bias]).T for stage in others]
        return cls(_compact(low.T), _compact(high), tuple(map(_compact, kernels)))


def _compact(array: NDArray[np.float64]) -> Block:
    return np.ascontiguousarray(array, dtype=np.float32)


class BlockPass:
    """The pass of one thread, which keeps its buffers from block to block."""

    def __init__(self, network: StagedNetwork, tables: Tables) -> None:
        self._stages, self._tables = network.stages, tables
        # Each output has a row of ones below it, by which the next product adds its bias.
        self._outputs = [np.ones((len(stage.bias) + 1, COLUMNS), np.float32) for stage in network.stages]

    def logits(self, row: int) -> Block:
        """The logits (classes, 8192) of the block with the high pixels ``row``; overwritten by the next block's."""
        out = self._outputs[0][:-1]
        np.add(self._tables.low, self._tables.high[row][:, None], out=out)
        activate_in_place(self._stages[0], out)
        for number, kernel in enumerate(self._tables.kernels, 1):
            out = self._outputs[number][:-1]
            np.matmul(kernel, self._outputs[number - 1], out=out)
            activate_in_place(self._stages[number], out)
        return out
