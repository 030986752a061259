"""What can be computed again and again while somebody watches: how large a network, how many rows, how many steps."""

from __future__ import annotations

import math

from tutor.engine.fast.network import pairs_of_units
from tutor.engine.layers import Conv2D, Dense
from tutor.engine.parameters import count
from tutor.engine.sequence_layers import LSTM, MultiHeadAttention, SimpleRNN
from tutor.engine.spec import NetworkSpec
from tutor.engine.validation import require

WORK, FEWEST, MOST = 20_000_000, 20, 500
"""Pairs of units in a pass of all rows, some tens of milliseconds; and the rows at least and at most."""
MOST_LAYERS = 20
MOST_PARAMETERS, MOST_MULTIPLICATIONS = 2_000_000, 200_000_000
"""Of a network, and for one row of it."""
MOST_NUMBERS, MOST_NUMBERS_OF_PICTURES = 50_000, 500_000
"""In all layers, of one row. A row that is no picture is computed at every place of the maps."""
MOST_IN_A_BATCH = 100_000_000
"""Numbers in all layers, some hundreds of megabytes."""
STEP, NUMBER = 10_000, 20
"""Multiplications that take about as long as what every step does besides, and as a number of a layer."""
SHARE_OF_PLACES, NUMBER_OF_PLACES, PLACE = 8, 2, 20_000
"""Of a sequence all places are multiplied at once, so many multiplications in the time of one; a number of a layer; and
each gate of a recurrent layer at each place, whatever the rows. Measured with the networks for names: 0.8 ms a step of
gpt-names and rnn-names, 5 ms of lstm-names."""


def affordable_rows(spec: NetworkSpec) -> int:
    """The rows that one look takes."""
    # Of a sequence, few of all pairs of units are connected: those of the same place.
    each = _multiplications(spec) if spec.ends_in_places else pairs_of_units(spec)
    return max(FEWEST, min(MOST, WORK // max(1, each)))


def affordable_steps(spec: NetworkSpec, rows: int, work: int) -> int:
    """The steps with batches of so many rows that take so many multiplications."""
    if spec.ends_in_places:
        each = _multiplications(spec) // SHARE_OF_PLACES + NUMBER_OF_PLACES * _numbers(spec)
        return max(1, work // (STEP + rows * each + PLACE * _recurrences(spec)))
    return max(1, work // (STEP + rows * (_multiplications(spec) + NUMBER * _numbers(spec))))


def require_affordable(spec: NetworkSpec, *, pictures: bool) -> None:
    """Raise ``SpecError`` with a sentence for a network that is too large to be looked at while it trains."""
    numbers, most = _numbers(spec), MOST_NUMBERS_OF_PICTURES if pictures else MOST_NUMBERS
    for what, found, limit in (
        ("hidden layers", len(spec.layers) - 1, MOST_LAYERS),
        ("numbers in its layers for each row", numbers, most),
        ("parameters", count(spec), MOST_PARAMETERS),
        ("multiplications for each row", _multiplications(spec), MOST_MULTIPLICATIONS),
    ):
        require(found <= limit, f"the studio takes networks with up to {limit:,} {what}; this one has {found:,}")


def require_affordable_batch(spec: NetworkSpec, rows: int) -> None:
    """Raise ``SpecError`` if a batch of so many rows takes too much memory."""
    most = MOST_IN_A_BATCH // _numbers(spec)
    require(rows <= most, f"a batch of this network has at most {most:,} rows, or its numbers take too much memory")


def _numbers(spec: NetworkSpec) -> int:
    return sum(map(math.prod, spec.shapes))


def _multiplications(spec: NetworkSpec) -> int:
    """Of the layers with weights."""
    total = 0
    for layer, before, after in zip(spec.layers, spec.shapes, spec.shapes[1:], strict=False):
        if isinstance(layer, Dense):
            total += math.prod(before) * layer.units
        elif isinstance(layer, Conv2D):
            total += math.prod(after) * math.prod(layer.kernel_size) * before[-1]
        elif isinstance(layer, MultiHeadAttention):
            time, width = before
            asked = layer.num_heads * layer.key_dim
            total += time * asked * (4 * width + 2 * time)
        elif isinstance(layer, SimpleRNN | LSTM):
            total += _gates(layer) * before[0] * layer.units * (before[1] + layer.units)
    return total


def _recurrences(spec: NetworkSpec) -> int:
    """The gates of all recurrent layers, at each place."""
    return sum(_gates(layer) * spec.input_shape[0] for layer in spec.layers if isinstance(layer, SimpleRNN | LSTM))


def _gates(layer: SimpleRNN | LSTM) -> int:
    return 4 if isinstance(layer, LSTM) else 1
