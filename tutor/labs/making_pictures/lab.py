"""Making pictures: a code of two numbers for five shapes, noise taken away in steps, a generator and its judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.shapes import NAMES, SIDE
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.losses import binary_crossentropy_from_logits
from tutor.engine.network import backward, forward
from tutor.engine.parameters import views
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import update
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import Control
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Text
from tutor.labs.kit.sheet import Sheet
from tutor.labs.making_pictures.autoencoder import Asked, fill_autoencoder
from tutor.labs.making_pictures.controls import EPOCHS_AT_ONCE, GROUPS, OVERVIEW, making_pictures_controls
from tutor.labs.making_pictures.denoising import Asked as NoiseAsked
from tutor.labs.making_pictures.game import (
    ROUNDS_AT_ONCE,
    SHOWN,
    improved,
    judged,
    new_game,
    played,
    real_points,
    shown_noise,
    stacked,
)
from tutor.labs.making_pictures.game_cells import fill_game
from tutor.labs.making_pictures.kept_game import game_from_arrays, game_to_arrays
from tutor.labs.making_pictures.noise import fill_noise
from tutor.labs.making_pictures.program import program
from tutor.labs.making_pictures.shapes_code import autoencoder_rows
from tutor.training.keras_program import KerasProgram
from tutor.training.models import AUTOENCODER_EPOCHS, shapes_autoencoder
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings

Array = NDArray[np.float64]
STEPS_OF_THE_GAME = ("judge", "make", "rounds")


class MakingPicturesLab(Lab):
    """Three ways to make what was not there: from a code, from noise, against a judge."""

    id = "making-pictures"
    title = "Making pictures"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        self._controls = making_pictures_controls(_shape("plus"))
        super().__init__(start_run)
        self._training = InPlaceTraining(start_inline, self._settings, autoencoder_rows)
        self._game = new_game(self._seed)

    def controls(self) -> tuple[Control, ...]:
        """The autoencoder's, those of the noise, those of the game."""
        return self._controls

    def groups(self) -> tuple[Group, ...]:
        """Autoencoder, training, code, way; noise, guess, denoising; the game; Keras."""
        return GROUPS

    def overview(self) -> tuple[str, ...]:
        """Everything but a few details."""
        return OVERVIEW

    def never_covered(self) -> frozenset[str]:
        """The state of the training, and how far the game is."""
        return frozenset({"status", "played", "judgements"})

    def motions(self) -> tuple[str, ...]:
        """Epochs of the autoencoder, the time of the denoising, rounds of the game."""
        return ("train", "time", "rounds")

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training or the game, if the change begins it anew."""
        rounds = len(self._game.maker_losses)
        game = f"{rounds:,} round{'' if rounds == 1 else 's'} of the game" if rounds else ""
        match name:
            case "seed":
                return " and ".join(filter(None, (self._training.work, game)))
            case "reset":
                return self._training.work
            case "anew" | "real":
                return game
        return ""

    def changed(self, name: str) -> None:
        """Another seed begins both anew, other real points the game."""
        if name == "seed":
            self._training.reset()
        if name in ("seed", "real"):
            self._game = new_game(self._seed)

    def press(self, name: str) -> str:
        """Do an action; return a sentence about it."""
        self.control(name)
        if name in STEPS_OF_THE_GAME:
            self._play(name)
            return ""
        match name:
            case "load":
                self.set("drawing", _shape(self.word("shape")))
            case "anew":
                self._game = new_game(self._seed)
                return "Both have their first weights."
            case _:
                return self._train(name)
        return ""

    def _train(self, name: str) -> str:
        training = self._training
        match name:
            case "reset":
                training.reset()
                return "Back to the first weights."
            case "train":
                for _ in range(EPOCHS_AT_ONCE):
                    training.epoch()
            case "finish" if training.checkpoint().position.epoch < AUTOENCODER_EPOCHS:
                training.play()
            case "epoch":
                training.epoch()
        return ""

    def _play(self, name: str) -> None:
        game, real, seed, rate = self._game, self._real, self._seed, self.number("rate")
        match name:
            case "judge":
                self._game = judged(game, real, seed)
            case "make":
                self._game = improved(game, seed, rate)
            case _:
                self._game = played(game, real, seed, rate, ROUNDS_AT_ONCE)

    def go_to(self, curve: str, x: float) -> bool:
        """Show the moment nearest to an epoch of the training; it goes on from there."""
        return curve == "loss_curve" and self._training.go_to_epoch(round(x)) is not None

    def close(self) -> None:
        """Stop the run."""
        self._training.close()

    def state(self) -> LabState:
        """Controls, the autoencoder's weights and curves, the game."""
        values, arrays = self._training.kept()
        return LabState({**self._values, **values}, {**arrays, **game_to_arrays(self._game)})

    def restore(self, state: LabState) -> None:
        """Go back to ``state``."""
        super().restore(state)
        self._training.restore(state.values, state.arrays)
        self._game = game_from_arrays(state.arrays, new_game(self._seed))

    # The numbers

    @property
    def _seed(self) -> int:
        return int(self.number("seed"))

    @property
    def _real(self) -> Array:
        return real_points(self.word("real"), self._seed)

    def _spec(self) -> NetworkSpec:
        return shapes_autoencoder(self._seed)

    def _settings(self) -> RunSettings:
        rows = len(NAMES)
        return RunSettings(self._spec(), AUTOENCODER_EPOCHS, rows)

    def beside_controls(self) -> object:
        """The training and the game."""
        return self._training.moment, self._game

    def recorded(self) -> Trace:
        """A pass of noise through both networks of the game, forward and back: a step of the generator."""
        spec, game = stacked(self._seed, self.number("rate")), self._game
        parameters = views(spec, game.together)
        return record(spec, parameters, shown_noise(self._seed), np.ones((SHOWN, 1)))

    def fill(self, sheet: Sheet) -> None:
        """The autoencoder, the noise and its steps, the game."""
        training, first, second = self._training, self.word("shape"), self.word("second")
        fill_autoencoder(sheet, Asked(self._spec(), training.parameters(), training.predict, (first, second)))
        sheet.show("status", lambda: Text("status", "status", training.status()))
        sheet.show("loss_curve", lambda: training.curve("loss_curve", "loss", labels=("the five", "a pixel flipped")))
        steps, time, sample = (int(self.number(name)) for name in ("steps", "time", "sample"))
        fill_noise(sheet, NoiseAsked(self.word("data"), self._seed, steps, time, sample))
        fill_game(sheet, self._game, self._real)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A pass forward and back, the loss, the update, a step of each network of the game."""
        return (forward, backward, binary_crossentropy_from_logits, update, judged, improved)

    def keras_program(self) -> KerasProgram:
        """The autoencoder with its current weights, on the five shapes."""
        return program(self._spec(), self._training.parameters(), autoencoder_rows().inputs)


def _shape(name: str) -> tuple[tuple[float, ...], ...]:
    pixels = autoencoder_rows().inputs[NAMES.index(name)].reshape(SIDE, SIDE)
    return tuple(map(tuple, pixels.tolist()))
