"""The network on names, and the same network with one part taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tutor.engine.parameters import Parameters
from tutor.engine.sequence_layers import Add
from tutor.engine.spec import NetworkSpec
from tutor.training.gpt import Gpt

ATTENTION, MLP_OUT, POSITIONS = "multi_head_attention", "dense_1", "position_embedding"
"""The layers of a network of one block, by Keras's names."""


@dataclass(frozen=True)
class Without:
    """The trained network with a part taken out: its ``label``, a ``short`` one for below a bar, and what is left.

    ``change`` gives the network and the weights without the part.
    """

    label: str
    short: str
    change: Callable[[NetworkSpec, Parameters], tuple[NetworkSpec, Parameters]]


def parts_to_take_out(shape: Gpt) -> tuple[Without, ...]:
    """Nothing; each head; all of attention; the positions; the MLP; the residual connections: of the first block."""
    heads = [Without(f"head {head + 1}", f"h{head + 1}", _without_head(head)) for head in range(shape.heads)]
    several = [Without("all heads", "att", _zeroed(f"{ATTENTION}.output_kernel"))] if shape.heads > 1 else []
    positions = [Without("positions", "pos", _zeroed(f"{POSITIONS}.embeddings"))] if shape.positions else []
    residuals = [Without("residuals", "res", _without_residuals)] if shape.residuals else []
    return (
        Without("nothing", "all", lambda spec, parameters: (spec, parameters)),
        *heads, *several, *positions, Without("the MLP", "MLP", _zeroed(f"{MLP_OUT}.kernel")), *residuals,
    )  # fmt: skip


def _zeroed(name: str) -> Callable[[NetworkSpec, Parameters], tuple[NetworkSpec, Parameters]]:
    return lambda spec, parameters: (spec, {**parameters, name: np.zeros_like(parameters[name])})


def _without_head(head: int) -> Callable[[NetworkSpec, Parameters], tuple[NetworkSpec, Parameters]]:
    name = f"{ATTENTION}.output_kernel"

    def change(spec: NetworkSpec, parameters: Parameters) -> tuple[NetworkSpec, Parameters]:
        kernel = parameters[name].copy()
        kernel[head] = 0
        return spec, {**parameters, name: kernel}

    return change


def _without_residuals(spec: NetworkSpec, parameters: Parameters) -> tuple[NetworkSpec, Parameters]:
    """No Add is left; the other layers keep their names, and with them their weights."""
    return replace(spec, layers=tuple(layer for layer in spec.layers if not isinstance(layer, Add))), parameters
