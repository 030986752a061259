"""A game as arrays by name, to be saved with the lab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.labs.making_pictures.game import Game

_PARTS = ("makers", "judges")
_LOSSES = ("maker_losses", "judge_losses")


def game_to_arrays(game: Game) -> dict[str, NDArray[Any]]:
    """Parameters, memories and losses, under names that begin with ``game.``."""
    memories = {
        f"game.{of}.{name}": vector
        for of, memory in (("maker", game.maker_memory), ("judge", game.judge_memory))
        for name, vector in memory.items()
    }
    parts = {f"game.{name}": getattr(game, name) for name in _PARTS}
    return {**parts, **memories, **{f"game.{name}": np.asarray(getattr(game, name)) for name in _LOSSES}}


def game_from_arrays(arrays: Mapping[str, NDArray[Any]], fresh: Game) -> Game:
    """The game of these arrays; ``fresh`` if one is missing or has another shape than the new game's."""
    expected = game_to_arrays(fresh)
    found = {name: np.asarray(arrays[name], dtype=np.float64) for name in expected if name in arrays}
    for name, array in expected.items():
        if name not in found or found[name].ndim != 1:
            return fresh
        if not name.endswith("losses") and found[name].shape != array.shape:
            return fresh
    return Game(
        found["game.makers"],
        found["game.judges"],
        {name: found[f"game.maker.{name}"] for name in fresh.maker_memory},
        {name: found[f"game.judge.{name}"] for name in fresh.judge_memory},
        tuple(found["game.maker_losses"].tolist()),
        tuple(found["game.judge_losses"].tolist()),
    )
