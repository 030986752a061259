"""Values that do not belong where they are put: for files that anybody may have written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

HUGE = 16**5000 - 1
"""In hexadecimal Python reads it, and then refuses to write it in decimals."""
WRONG: tuple[Any, ...] = (
    True, None, -1, 0, 2**63, 10**400, -(10**400), HUGE, 1e308, 5e-324, float("nan"), float("-inf"), "", "x",
    "x" * 30_000, "\x1b[31m[/]\x00", [], [[]], [1] * 71, [HUGE, HUGE], [10**400, 1], [0.5, "x", None], {},
    {"kind": []}, {"kind": "x" * 9_000}, {"kind": "constant", "value": HUGE}, {"kind": "truncated_normal", "mean": 1},
    {"kind": "exponential_decay", "initial_learning_rate": 1e300, "decay_steps": 10**400, "decay_rate": HUGE},
    {"kind": "piecewise_constant_decay", "boundaries": [HUGE], "values": [1, 2]},
    {"kind": "piecewise_constant_decay", "boundaries": 3, "values": None},
    {"kind": "adam", "beta_1": HUGE, "clipnorm": float("nan")}, {"kind": "sgd", "learning_rate": {"kind": "x"}},
)  # fmt: skip
# What Python says of a fault is no sentence for whoever wrote the file.
NO_SENTENCE = re.compile(
    r"__[a-z]{3,}__|\b\w+Error\(|object is not|unhashable|NoneType|unsupported operand|set_int_max"
)
LONGEST_SENTENCE = 700

# Without ``HUGE``, which Hypothesis could not show.
NUMBERS = (
    st.integers()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.sampled_from([10**9, 10**18, 10**400, 10**4000, 1e300])
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text("abkind_1", max_size=5), inner, max_size=4),
    max_leaves=8,
)


def share(values: Sequence[Any], number: int) -> Sequence[Any]:
    """A third of the values, for the place of that number: three places one after the other get all of them.

    With ``DL_TUTOR_ALL_WRONG_VALUES`` every place gets all.
    """
    return values if os.environ.get("DL_TUTOR_ALL_WRONG_VALUES") else values[number % 3 :: 3]


def places(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a value below its top."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*at, key)
        yield from places(part, (*at, key))


def with_value(plain: Any, place: tuple[str | int, ...], value: Any) -> Any:
    """A copy of ``plain`` with another value in that place."""
    changed = deepcopy(plain)
    at = changed
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    return changed


def as_toml(value: Any) -> str:
    """A value as TOML, where there is no null."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {as_toml(v)}" for k, v in value.items() if v is not None) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(one) for one in value if one is not None) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 10_000:
        # TOML's hexadecimal numbers have no sign.
        return f"0x{abs(value):x}"
    return repr(value) if isinstance(value, float) else json.dumps(value)
