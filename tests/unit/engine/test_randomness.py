"""Noise is what NumPy's generator draws, and every block of it a function of its number."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tutor.engine.randomness import dropout_noise, steps_per_mask_block


@given(
    seed=st.integers(0, 2**32),
    batch=st.integers(1, 9),
    widths=st.lists(st.integers(1, 40), min_size=1, max_size=5).map(tuple),
    block=st.integers(0, 99),
)
def test_noise_is_what_the_generator_draws_for_one_layer_after_the_other(
    seed: int, batch: int, widths: tuple[int, ...], block: int
) -> None:
    steps = steps_per_mask_block(batch, widths)
    # The purpose of dropout is the third of the streams.
    generator = np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(2, block))))
    for noise, width in zip(dropout_noise(seed, batch, widths, block), widths, strict=True):
        expected = generator.integers(0, 1 << 16, size=(steps, batch, width), dtype=np.uint16)
        assert np.array_equal(noise, expected)
