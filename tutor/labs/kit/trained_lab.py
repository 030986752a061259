"""A lab with a network that is trained in place: its keys, its moments, and what is kept of it."""

from __future__ import annotations

from typing import ClassVar

from tutor.labs.kit.contract import Lab, LabState
from tutor.labs.kit.in_place_training import CURVES_OF_RUN, InPlaceTraining


class TrainedLab(Lab):
    """What labs with one training have in common.

    A subclass makes ``_training``, and names in ``begins_anew`` the controls that choose another network. It has the
    control ``epochs`` and the actions ``train``, ``finish``, ``epoch`` and ``reset``, or some of them.
    """

    begins_anew: ClassVar[tuple[str, ...]]
    _training: InPlaceTraining

    def go_to(self, curve: str, x: float) -> bool:
        """Show the moment nearest to an epoch of the run; training goes on from there."""
        return curve in CURVES_OF_RUN and self._training.go_to_epoch(round(x)) is not None

    def at_stake(self, name: str) -> str:
        """The training, if the change restarts it."""
        return self._training.work if name in (*self.begins_anew, "reset") else ""

    def changed(self, name: str) -> None:
        """Restart for another network; continue for more epochs."""
        if name in self.begins_anew:
            self._training.reset()
        elif name == "epochs":
            self._training.settings_changed()

    def press(self, name: str) -> str:
        """Do an action; return a sentence about it."""
        self.control(name)
        training = self._training
        match name:
            case "reset":
                training.reset()
                return "Back to the initial weights."
            case "train" if training.training:
                training.pause()
            case "train":
                self.before_training()
                training.play()
            case "finish" if not training.training and training.checkpoint().position.epoch < self.number("epochs"):
                self.before_training()
                training.play()
            case "epoch":
                self.before_training()
                training.epoch()
        return ""

    def before_training(self) -> None:
        """Called before the training begins or goes on."""

    @property
    def busy(self) -> bool:
        """Whether the training runs in the background."""
        return self._training.busy

    def poll(self) -> bool:
        """Fetch the newest snapshot."""
        return self._training.poll()

    def close(self) -> None:
        """Stop the run."""
        self._training.close()

    def state(self) -> LabState:
        """Controls, weights, curves."""
        values, arrays = self._training.kept()
        return LabState({**self._values, **values}, arrays)

    def restore(self, state: LabState) -> None:
        """Go back to ``state``."""
        super().restore(state)
        self._training.restore(state.values, state.arrays)
