"""The four words of the lab, the names of their numbers, and the matrices that it starts with."""

from __future__ import annotations

TOKENS = ("cat", "wall", "it", "tired")
FEATURES = ("alive", "solid", "asks")
PLACES = ("1", "2")
"""The places of a query, a key, a value and an output."""
CAUSAL, OPEN = "causal", "off"
DIVIDED, PLAIN = "divided by √d", "as they are"

X = (2.0, 0.0, 0.0), (0.0, 2.0, 0.0), (1.0, 1.0, 0.0), (0.0, 0.0, 2.0)
W_QUERY = (0.0, 1.0), (1.0, 0.0), (1.0, -1.0)
W_KEY = (1.0, 0.0), (0.0, 1.0), (-1.0, -1.0)
W_VALUE = (1.0, 1.0), (1.0, -1.0), (0.0, 1.0)
TARGET = (2.0, -2.0)
