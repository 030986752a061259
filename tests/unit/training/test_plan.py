"""Batches and masks are a function of seed and step, whatever way a run is cut into blocks."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.training.models import shapes_mlp
from tutor.training.plan import Plan, Position


@settings(max_examples=40, deadline=None)
@given(
    rows=st.integers(1, 12),
    batch_size=st.integers(1, 5),
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=8),
    seed=st.integers(0, 99),
)
def test_blocks_of_any_length_hold_the_same_steps(rows: int, batch_size: int, cuts: list[int], seed: int) -> None:
    plan = Plan(shapes_mlp(seed), rows, batch_size)
    whole = plan.block(Position(), sum(cuts))
    position, start = Position(), 0
    for cut in cuts:
        block = plan.block(position, cut)
        for one, other in zip(block.batches, whole.batches[start : start + cut], strict=True):
            assert np.array_equal(one, other)
        for mask, all_masks in zip(block.masks, whole.masks, strict=True):
            assert np.array_equal(mask, all_masks[start : start + cut])
        assert np.array_equal(block.epoch_ends, whole.epoch_ends[start : start + cut])
        position, start = plan.after(position, cut), start + cut
    assert position.step == sum(cuts)
    assert position.epoch == int(whole.epoch_ends.sum())


def test_each_epoch_takes_every_row_once_in_another_order() -> None:
    plan = Plan(shapes_mlp(0), rows=5, batch_size=2)
    block = plan.block(Position(), 3 * 40)
    epochs = [np.concatenate(block.batches[3 * e : 3 * e + 3]) for e in range(40)]
    assert all(sorted(order.tolist()) == [0, 1, 2, 3, 4] for order in epochs)
    assert len({tuple(order.tolist()) for order in epochs}) > 20
    assert [len(b) for b in block.batches[:6]] == [2, 2, 1, 2, 2, 1]
    assert block.epoch_ends[:6].tolist() == [False, False, True, False, False, True]


def test_masks_drop_the_share_that_the_rate_says_and_keep_the_mean() -> None:
    block = Plan(shapes_mlp(0, dropout=0.2), 5, 1).block(Position(), 4000)
    first = block.masks[0]
    assert first.shape == (4000, 1, 25)
    assert set(np.unique(first).tolist()) == {0.0, np.float32(1.25)}
    # 100,000 draws: four standard deviations of the share are 0.005.
    assert abs(float((first == 0).mean()) - 0.2) < 0.005
    assert not Plan(shapes_mlp(0, dropout=0.0), 5, 1).block(Position(), 10).masks[0].min() < 1.0
