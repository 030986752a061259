"""Folding a rescaling of the inputs into the weights of a network's first layer."""

from __future__ import annotations

import math

from tutor.engine.layers import Conv2D, Dense, Dropout, Flatten, Reshape
from tutor.engine.parameters import Array, views
from tutor.engine.spec import NetworkSpec
from tutor.exchange.errors import ExchangeError
from tutor.exchange.keras_config import Rescaling

LARGEST_SHADE = 255


def fold_in(spec: NetworkSpec, theta: Array, rescaling: Rescaling, *, shades: bool) -> tuple[Array, str]:
    """The flat weights ``theta`` (count,) of an equal network without the rescaling, and a note.

    (x·s + o)·W + b = x·(s·W) + (b + o·ΣW), the sum over the inputs of each unit. With ``shades`` the inputs are numbers
    from 0 to 1 where the model had bytes from 0 to 255, so that s is 255 times larger. Raises ``ExchangeError`` if the
    first layer cannot absorb it.
    """
    scale, offset = rescaling.scale * (LARGEST_SHADE if shades else 1), rescaling.offset
    written = f"its Rescaling, x·{rescaling.scale:g}" + (f" + {offset:g}" if offset else "")
    if math.isclose(scale, 1, rel_tol=1e-6) and not offset:
        return theta, f"{written}, is what dl-tutor does with pictures by itself"
    name, first = next(
        ((name, layer) for name, layer in spec.named_layers if not isinstance(layer, Flatten | Reshape | Dropout)),
        ("", None),
    )
    if not isinstance(first, Dense | Conv2D):
        raise ExchangeError(f"{written}, stands before a layer without weights; rescale the data before the network")
    if offset and (not first.use_bias or (isinstance(first, Conv2D) and first.padding == "same")):
        raise ExchangeError(
            f"{written}, has an offset, which a layer without a bias or with padding cannot take over; rescale the "
            "data before the network"
        )
    folded = theta.copy()
    weights = views(spec, folded)
    kernel = weights[f"{name}.kernel"]
    if offset:
        weights[f"{name}.bias"][...] += offset * kernel.sum(axis=tuple(range(kernel.ndim - 1)))
    kernel *= kernel.dtype.type(scale)
    return folded, f"{written}, is taken over into the weights of {name}"
