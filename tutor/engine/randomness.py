"""All randomness of a run, as a function of its seed and the step: no generator carries hidden state.

Both engines get their initial weights, batch orders and dropout masks from here. A run stopped at step t continues
exactly as if it had never stopped, because the random numbers of step t depend only on (seed, t).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_INITIAL_WEIGHTS, _BATCH_ORDER, _DROPOUT, _DRAWING = range(4)

# Making a generator takes about 15 µs, half a training step of a small network, so orders and masks are drawn for a
# block of epochs or steps at a time. The block sizes are part of the contract: changing one changes what every seed
# produces.
ORDER_BLOCK_ROWS = 1024
MASK_BLOCK_UNITS = 1 << 18
MASK_BLOCK_STEPS = 256


def _generator(seed: int, purpose: int, *block: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(purpose, *(block or (0,))))))


def weights_generator(seed: int) -> np.random.Generator:
    """The generator that draws a network's initial weights."""
    return _generator(seed, _INITIAL_WEIGHTS)


def drawing_generator(seed: int, block: int = 0, turn: int = 0) -> np.random.Generator:
    """A generator for everything outside the network: noise on a picture, the numbers of a question.

    ``turn`` counts the repeated draws of the same thing, from 0.
    """
    return _generator(seed, _DRAWING, block, turn) if turn else _generator(seed, _DRAWING, block)


def epochs_per_order_block(rows: int) -> int:
    """How many epochs' orders one block holds for ``rows`` training rows."""
    return max(1, ORDER_BLOCK_ROWS // rows)


def batch_orders(seed: int, rows: int, block: int) -> NDArray[np.intp]:
    """The order of the training rows in each epoch of a block: shape (epochs in the block, rows)."""
    epochs = epochs_per_order_block(rows)
    ordered = np.tile(np.arange(rows, dtype=np.intp), (epochs, 1))
    return _generator(seed, _BATCH_ORDER, block).permuted(ordered, axis=1)


def steps_per_mask_block(batch_size: int, widths: tuple[int, ...]) -> int:
    """How many steps of dropout noise one block holds, for dropout layers of these widths."""
    return max(1, min(MASK_BLOCK_STEPS, MASK_BLOCK_UNITS // (batch_size * max(1, sum(widths)))))


def dropout_noise(seed: int, batch_size: int, widths: tuple[int, ...], block: int) -> tuple[NDArray[np.uint16], ...]:
    """Uniform 16-bit noise for each dropout layer: shapes (steps in the block, batch_size, width).

    A unit is kept if its noise is at least ``rate`` · 65536, so one draw serves every rate.
    """
    shapes = [(steps_per_mask_block(batch_size, widths), batch_size, width) for width in widths]
    # Equals ``Generator.integers(0, 65536, dtype=uint16)`` for one layer after the other, but five times as fast: each
    # layer splits fresh 32-bit numbers in two, the low half first.
    pairs = [(math.prod(shape) + 1) // 2 for shape in shapes]
    generator = _generator(seed, _DROPOUT, block)
    raw = np.asarray(generator.bit_generator.random_raw((sum(pairs) + 1) // 2)).astype("<u8", copy=False)
    words = np.split(raw.view("<u4")[: sum(pairs)], np.cumsum(pairs)[:-1])
    return tuple(
        layer.view("<u2")[: math.prod(shape)].reshape(shape) for layer, shape in zip(words, shapes, strict=True)
    )
