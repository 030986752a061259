"""From logits to the next token: temperature with top-k, top-p, and the draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, Index, constant, exp
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer
from tutor.engine.sampling import drawn_token, next_probabilities
from tutor.practice.right import Right


def top_k(z: Any, temperature: float, k: int) -> Right:
    """A softmax of logits / temperature (tokens,) over the k likeliest, and 0 for the others."""
    logits = np.asarray(z, dtype=np.float64)
    p = next_probabilities(logits, temperature, k)
    kept = np.sort(np.argsort(-logits, kind="stable")[:k])
    powers = exp(constant(logits[kept]) / float(temperature))
    return Right((("p", _among(powers, kept, p)),))


def top_p(p: Any, share: float) -> Right:
    """The fewest likeliest tokens whose probabilities sum to at least the share, divided by their sum; 0 for others.

    The sums are those of the probabilities as they are given, with which the engine's would agree but for rounding.
    """
    given = np.asarray(p, dtype=np.float64)
    order = np.argsort(-given, kind="stable")
    sums = np.cumsum(given[order])
    kept = np.sort(order[: int((sums < share).sum()) + 1])
    q = np.zeros(len(given))
    q[kept] = given[kept] / given[kept].sum()
    return Right(
        (("q", _among(constant(given[kept]), kept, q)),), (("order", constant(order)), ("sums", constant(sums)))
    )


def draw(p: Any, u: Any) -> Right:
    """For each number of u the token at which the cumulated probability first exceeds it."""
    tokens = constant([drawn_token(p, float(number)) for number in u])
    return Right((("tokens", tokens),), (("sums", constant(np.cumsum(p))),))


def _among(parts: Cells, kept: NDArray[np.intp], values: NDArray[np.floating]) -> Cells:
    """The values (tokens,), written as shares of the ``parts`` of the tokens that are kept, and as 0 for the others."""
    place = {int(token): at for at, token in enumerate(kept)}
    total = parts.sum()

    def write(n: Writer, at: Index) -> Expression:
        if at[0] not in place:
            return n(0.0)
        return parts.write(n, (place[at[0]],)) / total.write(n, ())

    return Cells(values, write)


REFERENCES: dict[str, Callable[..., Right]] = {"top_k": top_k, "top_p": top_p, "draw": draw}
