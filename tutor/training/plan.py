"""The rows and masks of each step, which depend only on the seed and the step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import StepBlock, StepMasks
from tutor.engine.network import dropout_mask, dropout_rates, dropout_sizes
from tutor.engine.parameters import Array
from tutor.engine.randomness import (
    batch_orders,
    dropout_noise,
    epochs_per_order_block,
    steps_per_mask_block,
)
from tutor.engine.spec import NetworkSpec

# A mask of this many numbers takes longer to copy than to reference.
LARGE_MASK = 1000


@dataclass(frozen=True)
class Position:
    """The position of a run: completed epochs, batches done of the next one, steps in all."""

    epoch: int = 0
    batch: int = 0
    step: int = 0


@dataclass(frozen=True)
class Plan:
    """The batches and masks of a run over ``rows`` training rows."""

    spec: NetworkSpec
    rows: int
    batch_size: int
    # Caches of the newest blocks, to which the next steps mostly belong; they live as long as the plan.
    _order_block: Callable[[int], NDArray[np.intp]] = field(init=False, repr=False, compare=False)
    _mask_block: Callable[[int], tuple[Array, ...]] = field(init=False, repr=False, compare=False)
    # Of the dropout layers; to ask the specification takes as long as five steps of a small network.
    _widths: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spec, rows, batch_size = self.spec, self.rows, self.batch_size
        widths = dropout_sizes(spec)

        def masks(block: int) -> tuple[Array, ...]:
            noise = dropout_noise(spec.seed, batch_size, widths, block)
            each = zip(noise, dropout_rates(spec), strict=True)
            return tuple(dropout_mask(layer, rate, spec.dtype) for layer, rate in each)

        # Functions rather than methods, which would create a reference cycle with the plan.
        orders = lru_cache(maxsize=2)(lambda block: batch_orders(spec.seed, rows, block))
        object.__setattr__(self, "_order_block", orders)
        object.__setattr__(self, "_mask_block", lru_cache(maxsize=2)(masks))
        object.__setattr__(self, "_widths", widths)

    @property
    def steps_per_epoch(self) -> int:
        """Batches per epoch; the last may be short."""
        return -(-self.rows // self.batch_size)

    def after(self, position: Position, steps: int) -> Position:
        """The position ``steps`` later."""
        done = position.batch + steps
        return Position(
            position.epoch + done // self.steps_per_epoch, done % self.steps_per_epoch, position.step + steps
        )

    def block(self, position: Position, steps: int) -> StepBlock:
        """The next ``steps`` steps from ``position``."""
        size, batches = self.batch_size, list[NDArray[np.intp]]()
        epoch, batch = position.epoch, position.batch
        while len(batches) < steps:
            order = self._order(epoch)
            end = min(self.steps_per_epoch, batch + steps - len(batches))
            batches += [order[row : row + size] for row in range(batch * size, end * size, size)]
            epoch, batch = epoch + 1, 0
        through = (position.batch + 1 + np.arange(steps)) % self.steps_per_epoch
        return StepBlock(position.step, tuple(batches), self._masks(position.step, steps), through == 0)

    def _order(self, epoch: int) -> NDArray[np.intp]:
        block, offset = divmod(epoch, epochs_per_order_block(self.rows))
        order: NDArray[np.intp] = self._order_block(block)[offset]
        return order

    def _masks(self, first: int, steps: int) -> tuple[StepMasks, ...]:
        if not self._widths:
            return ()
        size = steps_per_mask_block(self.batch_size, self._widths)
        parts = []
        step = first
        while step < first + steps:
            block, offset = divmod(step, size)
            taken = min(size - offset, first + steps - step)
            masks = self._mask_block(block)
            parts.append([mask[offset : offset + taken] for mask in masks])
            step += taken
        return tuple(_joined(layer) for layer in zip(*parts, strict=True))


def _joined(parts: Sequence[Array]) -> StepMasks:
    """The masks of consecutive steps as one array; large masks stay a list, without copying."""
    if len(parts) == 1:
        return parts[0]
    if parts[0][0].size > LARGE_MASK:
        return [mask for part in parts for mask in part]
    return np.concatenate(parts)
