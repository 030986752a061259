"""What the engine says is right, by name: one function for each exercise, by subject.

Each takes the inputs of its exercise by name and returns ``Right``: values with their arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tutor.practice.references import convolution, counts, layers, losses, normalization, pictures, pooling
from tutor.practice.right import Right

Reference = Callable[..., Right]

REFERENCES: Mapping[str, Reference] = {
    **layers.REFERENCES, **losses.REFERENCES,
    **normalization.REFERENCES, **convolution.REFERENCES, **pooling.REFERENCES, **pictures.REFERENCES,
    **counts.REFERENCES,
}  # fmt: skip


def right_for(name: str, inputs: Mapping[str, Any]) -> Right:
    """What is right for these inputs. Raises ``KeyError`` for an unknown name."""
    return REFERENCES[name](**inputs)
