"""The runs of the labs of digits and letters: pictures loaded in the background, networks to train on them."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Self

from tutor.backends.interface import TrainingData
from tutor.datasets.images import ImageData
from tutor.engine.layers import LayerSpec, Reshape
from tutor.engine.spec import NetworkSpec
from tutor.labs.images.controls import (
    LOAD_TRAINED,
    OPTIMIZERS,
    SCALES,
    ImageKind,
    default_rate,
    image_controls,
    image_groups,
)
from tutor.labs.images.loading import ImageLoading
from tutor.labs.images.memo import Kept
from tutor.labs.images.networks import ImageNetworks, Key
from tutor.labs.images.trained import TrainedNetwork
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import Control, ControlError
from tutor.labs.kit.given_network import GivenNetwork, dropout_of
from tutor.labs.kit.in_place_training import CURVES_OF_RUN, InPlaceTraining
from tutor.studio.experiment import DataChoice, Experiment
from tutor.training.models import MODELS
from tutor.training.run import RunStarter, must_not_block, start_inline
from tutor.training.settings import RunSettings

MOST_ASKED = 1000
LOADING = "loading the pictures …"
# Controls that select other weights: those trained before with these settings, or new ones.
CHOOSES_WEIGHTS = ("network", "optimizer", "pixels", "seed")
# Controls that a run takes over with the same weights.
RUN_SETTINGS = ("epochs", "batch_size", "rows", "engine", "patience")


class ImageRunLab(Lab):
    """Networks to train on pictures of a kind, each with its own weights.

    Pictures are loaded in the background; until then, readouts that need them say so, and a requested run waits for
    them.
    """

    kind: ClassVar[ImageKind]
    takes_networks = True

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        self._controls = image_controls(self.kind)
        super().__init__(start_run)
        self._painted = must_not_block(start_run)
        self._loading = ImageLoading(self.kind.find)
        self._networks = ImageNetworks(start_run, self._settings, self._training_data)
        self._trained = TrainedNetwork(self.kind.trained, self.kind.data)
        self._kept = Kept()
        self._turned_back = 0
        self._ordered, self._chosen_anew = "", False
        # Until ``poll`` has reported the pictures, readouts say that they are not loaded.
        self._awaited = self._painted
        if self._painted:
            self._loading.begin()

    def twin(self) -> Self:
        """A copy that trains inline, with the same pictures."""
        copy = type(self)(start_inline)
        copy._loading = self._loading
        copy.restore(self.state())
        return copy

    def controls(self) -> tuple[Control, ...]:
        """The canvas, the network and its training, the selection of readouts, sums on paper."""
        return self._controls

    def groups(self) -> tuple[Group, ...]:
        """Drawing, training, results, test pictures, network, pictures, paper, Keras."""
        return image_groups(self.kind)

    def never_covered(self) -> frozenset[str]:
        """The state of the training and its data."""
        return frozenset({"status", "time_left", "epochs_done", "steps_done", "origin", "where"})

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training, if the change replaces the weights."""
        return self._training.work if name in ("reset", "take_best", LOAD_TRAINED) else ""

    def changed(self, name: str) -> None:
        """Pass a changed setting to the run. Another network comes with its own settings and weights."""
        if name in CHOOSES_WEIGHTS:
            self._ordered, self._chosen_anew = "", True
        if name == "network":
            model = MODELS[f"{self.kind.data}-{self.word('network')}"]
            optimizer = model.spec.optimizer
            self.set("optimizer", type(optimizer).__name__)
            self.set("learning_rate", optimizer.learning_rate)
            self.set("epochs", model.epochs)
            self.set("batch_size", model.batch_size)
        elif name == "optimizer":
            self.set("learning_rate", default_rate(self.word("optimizer")))
        elif name == "learning_rate":
            self._training.set_learning_rate(self.number("learning_rate"))
        elif name in RUN_SETTINGS:
            self._training.settings_changed()

    def press(self, name: str) -> str:
        """Train, stop, or reset; return a sentence about it."""
        self.control(name)
        if name == LOAD_TRAINED:
            return self._load_trained()
        training = self._training
        if name == "pause" or (name == "train" and (training.training or self._ordered)):
            self._ordered = ""
            training.pause()
        elif name == "reset":
            self._ordered, self._turned_back = "", self._turned_back + 1
            training.reset()
            return "Back to the initial weights."
        elif name == "take_best":
            self._turned_back += 1
            best = training.take_best()
            if best is None:
                raise ControlError("The best epoch is kept where patience is above 0, once an epoch is done.")
            return f"These are the weights of epoch {best}."
        elif name != "finish" or training.checkpoint().position.epoch < self.number("epochs"):
            self._order(name)
        return ""

    def go_to(self, curve: str, x: float) -> bool:
        """Show the moment nearest to an epoch of the run; training goes on from there."""
        if curve not in CURVES_OF_RUN or self._training.go_to_epoch(round(x)) is None:
            return False
        self._ordered, self._turned_back = "", self._turned_back + 1
        return True

    def for_studio(self) -> Experiment:
        """The chosen network with its settings, on the same pictures, untrained."""
        spec = self._spec(self._key)
        picture: tuple[LayerSpec, ...] = (Reshape(spec.input_shape),) if len(spec.input_shape) > 1 else ()
        layers, batch = (*picture, *spec.layers[:-1]), int(self.number("batch_size"))
        return Experiment(DataChoice(self.kind.data), layers, spec.loss, spec.optimizer, batch, spec.seed)

    def left_out_of_studio(self) -> str:
        """The training."""
        return "the training: there the network begins anew, on all training pictures, with pixels from 0 to 1"

    def _order(self, name: str) -> None:
        """Train as requested, or as soon as pictures are loaded."""
        if self._pictures() is None and not self._loading.failure:
            self._ordered = name
            return
        self._needed()
        training = self._training
        if self._chosen_anew:
            # Its run, if it has one, still has the settings from when it was left.
            self._chosen_anew = False
            training.settings_changed()
        {"step": training.step, "epoch": training.epoch}.get(name, training.play)()

    def _load_trained(self) -> str:
        for name, value in self._trained.controls().items():
            self.set(name, value)
        self._ordered, self._turned_back = "", self._turned_back + 1
        self._training.begin_from(self._trained.get().checkpoint)
        return self._trained.loaded()

    def take_network(self, given: GivenNetwork) -> str:
        """Go on from a network with the layers of one of the lab's, as that one, with the settings that it has."""
        models = {name: MODELS[f"{self.kind.data}-{name}"].spec for name in self.kind.networks}
        name, network = given.among(models, self.kind.names), given.network
        optimizer = next((word for word, known in OPTIMIZERS.items() if type(network.spec.optimizer) is known), None)
        wanted: dict[str, object] = {"network": name, "pixels": "0 to 1", "seed": network.spec.seed}
        if optimizer is not None:
            wanted |= {"optimizer": optimizer, "learning_rate": given.learning_rate}
        if network.run is not None:
            settings = network.run.settings
            wanted |= {"epochs": settings.epochs, "batch_size": settings.batch_size, "patience": settings.patience or 0}
        notes = [self.set_where_taken(control, value) for control, value in wanted.items()]
        if given.dropout != dropout_of(models[name]):
            told, here = (
                ", ".join(f"{r:g}" for r in rates) or "none" for rates in (given.dropout, dropout_of(models[name]))
            )
            notes.append(f"Its dropout is {told}; that of the {name} here is {here}.")
        self._ordered, self._turned_back, self._chosen_anew = "", self._turned_back + 1, False
        spec, rows = self._spec(), self._data()
        self._training.begin_from(given.checkpoint(spec), given.name, given.history(rows))
        return given.said(name, spec, rows, tuple(filter(None, notes)))

    # The pictures

    def _pictures(self) -> ImageData | None:
        """The pictures; waits for them only if the lab runs inline."""
        return self._loading.data if self._painted else self._loading.wait()

    def _needed(self) -> ImageData:
        pictures = self._pictures()
        if pictures is None:
            raise ControlError(self._loading.failure or "The pictures are still being read: a moment.")
        return pictures

    def _training_data(self) -> TrainingData:
        """The wanted training pictures and the test pictures; all test pictures if all training pictures are used."""
        pictures = self._needed()
        training, test, scale = pictures.training, pictures.test, self._scale
        rows = min(int(self.number("rows")), len(training))
        asked = len(test) if rows == len(training) else min(MOST_ASKED, len(test))

        def cut() -> TrainingData:
            return TrainingData(
                training.images[:rows], training.classes[:rows], test.images[:asked], test.classes[:asked], scale
            )

        return self._kept.get("training data", (rows, scale), cut)

    def _data(self) -> TrainingData | None:
        """The training data; None until pictures are loaded."""
        return None if self._pictures() is None else self._training_data()

    def _waiting(self) -> str:
        """The text of readouts while there are no pictures."""
        return self._loading.failure or LOADING

    def _status(self) -> str:
        if self._data() is not None:
            return self._training.status()
        then = f"; then it goes on: {self._ordered}" if self._ordered and not self._loading.failure else ""
        return self._waiting() + then

    @property
    def _scale(self) -> float:
        """The factor for the bytes of a picture."""
        return SCALES[self.word("pixels")]

    # The network and its run

    @property
    def _key(self) -> Key:
        return self.word("network"), self.word("optimizer"), self.word("pixels"), int(self.number("seed"))

    @property
    def _training(self) -> InPlaceTraining:
        return self._networks.training(self._key)

    @property
    def _weights(self) -> tuple[object, ...]:
        """A key of the current weights among all weights of this lab."""
        return self._key, self._turned_back, self._training.checkpoint().position.step

    def _spec(self, key: Key | None = None) -> NetworkSpec:
        """The network of ``key``, by default the one chosen now."""
        network, optimizer, _, seed = key or self._key
        spec, rate = MODELS[f"{self.kind.data}-{network}"].spec, self.number("learning_rate")
        if type(spec.optimizer) is not OPTIMIZERS[optimizer]:
            spec = replace(spec, optimizer=OPTIMIZERS[optimizer]())
        return replace(spec, seed=seed, optimizer=replace(spec.optimizer, learning_rate=rate))

    def _settings(self, key: Key | None = None) -> RunSettings:
        patience = int(self.number("patience")) or None
        return RunSettings(
            self._spec(key),
            int(self.number("epochs")),
            int(self.number("batch_size")),
            "tensorflow" if self.word("engine") == "tensorflow" else "numpy",
            patience=patience,
            keep_best=patience is not None,
        )

    @property
    def busy(self) -> bool:
        """Whether pictures are being read or a network trained."""
        return self._awaited or bool(self._ordered) or self._training.busy

    def poll(self) -> bool:
        """Fetch new results."""
        begun = self._awaited and not self._loading.busy
        if begun:
            self._awaited = False
            ordered, self._ordered = self._ordered, ""
            if ordered and not self._loading.failure:
                self._order(ordered)
        return self._training.poll() or begun

    def close(self) -> None:
        """Stop the runs."""
        self._networks.close()

    def state(self) -> LabState:
        """The controls, and the weights and curves of every trained network."""
        values, arrays = self._networks.kept()
        return LabState({**self._values, "networks": values}, arrays)

    def restore(self, state: LabState) -> None:
        """Go back to ``state``."""
        self._turned_back += 1
        # The settings first, since a network whose settings change restarts its epoch.
        self._networks.restore({}, {})
        super().restore(state)
        self._networks.restore(state.values.get("networks", {}), state.arrays)
        self._chosen_anew = False
