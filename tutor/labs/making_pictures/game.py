"""Two networks against each other on points of a plane (Goodfellow et al. 2014).

The discriminator learns to say 1 to real points and 0 to the generator's. The generator learns from the discriminator
alone: its loss is −ln D(G(z)), the form with the stronger slope (section 3 of the paper), and its gradient comes
through the discriminator, whose weights stay as they are in this step. So a generator's step is a step of both
networks stacked, labels 1, of which only the generator's part of the gradient is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.plane_sets import RADIUS, plane_set
from tutor.engine.layers import Dense
from tutor.engine.network import backward, forward, mean_loss, output_name
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import count, initial_theta, layout, views
from tutor.engine.randomness import drawing_generator
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import memory_names, update

Array = NDArray[np.float64]
Memory = Mapping[str, Array]

REAL = ("ring", "blobs")
RATE, JUDGE_RATE = 0.005, 0.005
BETA = 0.5
"""Adam's first beta, as DCGAN chose it (Radford et al. 2015, section 4): 0.9 lets the two swing."""
UNITS, NOISE = 16, 2
BATCH, ROUNDS_AT_ONCE = 32, 50
REAL_POINTS, SHOWN = 200, 60
JUDGES_BATCH, MAKERS_NOISE, SHOWN_NOISE = 62, 63, 64
"""What is drawn at random, as purposes beside the seed."""
_GENERATOR = (Dense(UNITS, "relu"), Dense(2))
_DISCRIMINATOR = (Dense(UNITS, "relu"), Dense(1, "sigmoid"))


@lru_cache(maxsize=4)
def real_points(name: str, seed: int) -> Array:
    """The real points (REAL_POINTS, 2), within 1 of the middle or little more."""
    if name == "blobs":
        return plane_set("gauss", REAL_POINTS, 0.0, seed)[0] / RADIUS
    points, targets = plane_set("circle", 2 * REAL_POINTS, 0.0, seed)
    ring: Array = points[targets < 0] / RADIUS
    return ring


@lru_cache(maxsize=8)
def generator(seed: int, rate: float = RATE) -> NetworkSpec:
    """Two numbers of noise to a point. Its loss is not used: the discriminator's is."""
    return NetworkSpec("generator", (NOISE,), _GENERATOR, "mean_squared_error", _adam(rate), seed, "float64")


@lru_cache(maxsize=8)
def discriminator(seed: int) -> NetworkSpec:
    """A point to the probability that it is real. Its first weights are another seed's than the generator's."""
    optimizer = _adam(JUDGE_RATE)
    return NetworkSpec("discriminator", (2,), _DISCRIMINATOR, "binary_crossentropy", optimizer, seed + 1000, "float64")


@lru_cache(maxsize=8)
def stacked(seed: int, rate: float = RATE) -> NetworkSpec:
    """The generator, and on it the discriminator: noise to the probability that the point made of it is real."""
    layers = (*_GENERATOR, *_DISCRIMINATOR)
    return NetworkSpec("both", (NOISE,), layers, "binary_crossentropy", _adam(rate), seed, "float64")


@lru_cache(maxsize=8)
def _adam(rate: float) -> Adam:
    return Adam(rate, beta_1=BETA)


@dataclass(frozen=True, eq=False)
class Game:
    """How far the two have come: their parameters, their optimizers' memories, the losses before each step."""

    makers: Array
    judges: Array
    maker_memory: Memory
    judge_memory: Memory
    maker_losses: tuple[float, ...] = ()
    judge_losses: tuple[float, ...] = field(default=())

    @property
    def together(self) -> Array:
        """The parameters of both, in the order of ``stacked``."""
        return np.concatenate([self.makers, self.judges])


def new_game(seed: int) -> Game:
    """Both with their first weights."""
    makers, judges = (
        np.asarray(initial_theta(spec), dtype=np.float64) for spec in (generator(seed), discriminator(seed))
    )
    return Game(makers, judges, _empty(makers), _empty(judges))


def _empty(theta: Array) -> Memory:
    return {name: np.zeros_like(theta) for name in memory_names(_adam(RATE))}


def made(seed: int, makers: Array, noise: Array) -> Array:
    """The generator's points (rows, 2) of ``noise`` (rows, NOISE)."""
    spec = generator(seed)
    return np.asarray(forward(spec, views(spec, makers), noise)[output_name(spec)])


def shown_noise(seed: int) -> Array:
    """The noise of the points that are shown, always the same: (SHOWN, NOISE)."""
    return drawing_generator(seed, SHOWN_NOISE).normal(0, 1, (SHOWN, NOISE))


def judged(game: Game, real: Array, seed: int) -> Game:
    """After one more step of the discriminator: a batch of real points, and as many made ones."""
    spec, step = discriminator(seed), len(game.judge_losses)
    rng = drawing_generator(seed, JUDGES_BATCH, 1 + step)
    chosen = real[rng.integers(0, len(real), BATCH)]
    fakes = made(seed, game.makers, rng.normal(0, 1, (BATCH, NOISE)))
    labels = np.concatenate([np.ones((BATCH, 1)), np.zeros((BATCH, 1))])
    loss, gradient = _gradient(spec, game.judges, np.concatenate([chosen, fakes]), labels)
    theta, memory = _stepped(game.judges, gradient, game.judge_memory, step, JUDGE_RATE)
    losses = (*game.judge_losses, loss)
    return Game(game.makers, theta, game.maker_memory, memory, game.maker_losses, losses)


def improved(game: Game, seed: int, rate: float) -> Game:
    """After one more step of the generator, through the discriminator as it is."""
    spec, step = stacked(seed, rate), len(game.maker_losses)
    noise = drawing_generator(seed, MAKERS_NOISE, 1 + step).normal(0, 1, (BATCH, NOISE))
    loss, gradient = _gradient(spec, game.together, noise, np.ones((BATCH, 1)))
    own = gradient[: count(generator(seed))]
    theta, memory = _stepped(game.makers, own, game.maker_memory, step, rate)
    losses = (*game.maker_losses, loss)
    return Game(theta, game.judges, memory, game.judge_memory, losses, game.judge_losses)


def played(game: Game, real: Array, seed: int, rate: float, rounds: int) -> Game:
    """After so many more rounds, in each a step of the discriminator and then one of the generator."""
    for _ in range(rounds):
        game = improved(judged(game, real, seed), seed, rate)
    return game


def _gradient(spec: NetworkSpec, theta: Array, inputs: Array, labels: Array) -> tuple[float, Array]:
    """The mean loss of a batch, and its gradient by all parameters, (count,)."""
    parameters = views(spec, theta)
    values = forward(spec, parameters, inputs)
    gradients = backward(spec, parameters, values, labels)
    flat = np.concatenate([gradients[part.name].ravel() for part in layout(spec)])
    return mean_loss(spec, parameters, values, labels), flat


def _stepped(theta: Array, gradient: Array, memory: Memory, step: int, rate: float) -> tuple[Array, Memory]:
    theta, memory = theta.copy(), {name: vector.copy() for name, vector in memory.items()}
    update(_adam(rate), theta, gradient, memory, step, rate)
    return theta, memory
