"""The colours of pictures: two hues for the sign of a number, one for what flows back, one for attention; else greys.

They are told apart with each of the three colour blindnesses (tests/ui/test_palette.py simulates them), and never
carry a meaning alone: a sign is also a dash or a place, attention also bold type or a mark.
"""

from __future__ import annotations

from collections.abc import Mapping

POSITIVE, NEGATIVE, BACKWARD, ATTENTION = "$positive", "$negative", "$backward", "$attention"
"""Blue above 0 and orange below it, as TensorFlow Playground has them; violet for gradients; yellow."""

ON_DARK: Mapping[str, str] = {
    "positive": "#2E93FF", "negative": "#E8500A", "backward": "#C4689A", "attention": "#FFE14D",
}  # fmt: skip
ON_LIGHT: Mapping[str, str] = {
    "positive": "#2A5F8A", "negative": "#7A1F08", "backward": "#B02FE0", "attention": "#8F6C00",
}  # fmt: skip


def palette(dark: bool) -> dict[str, str]:
    """The colours by the names of the theme's variables."""
    return dict(ON_DARK if dark else ON_LIGHT)
