"""What the labs of digits and letters have in common: a canvas, networks to train on pictures, and who is confused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets.images import ImageData
from tutor.engine.activations import softmax
from tutor.engine.convolution import conv2d
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.layers import Dense
from tutor.engine.network import output_name
from tutor.engine.operations.table import operation_of
from tutor.engine.pooling import max_pool
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import update
from tutor.labs.images.canvas import EDITS, edited
from tutor.labs.images.confusion import Answers, Asking
from tutor.labs.images.controls import (
    LOAD_TRAINED,
    OPTIMIZERS,
    PASSED,
    SCALES,
    SHIPPED_ACCURACY,
    ImageKind,
    default_rate,
    image_controls,
    image_groups,
    image_readouts,
)
from tutor.labs.images.counts import COUNTS, PLAINLY_COUNTED, listed_layers, put_counts, read_count, weighted_layers
from tutor.labs.images.loading import ImageLoading
from tutor.labs.images.networks import ImageNetworks, Key
from tutor.labs.images.origins import (
    first_unit,
    image_program,
    passed_canvas,
    picture_cell,
    put_answer,
    unit_pictures,
)
from tutor.labs.images.readouts import Seen, read_asked, read_measured, share_alive
from tutor.labs.images.trained import TrainedNetwork
from tutor.labs.images.truth import EMPTY, OWN, TakenPicture, taken_from
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import Control, ControlError
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.places import Index, LookupFailed
from tutor.labs.kit.readouts import Code, Number, Readout, Table, Text, Vector
from tutor.training.keras_program import KerasProgram
from tutor.training.models import MODELS
from tutor.training.run import RunStarter, must_not_wait, start_inline
from tutor.training.settings import RunSettings

# A key that comes meanwhile waits no longer than this.
SLICE_SECONDS = 0.03
MOST_ASKED = 1000
ALIVE_AMONG = 100
BEST, IN_A_LINE = 5, 4
NOT_YET = "loading the pictures …"
DRAW = "draw something"
# What other weights belong to: those that were trained so before, or fresh ones.
CHOOSES_WEIGHTS = ("network", "optimizer", "pixels", "seed")
# What a run goes on with from the same weights.
RUN_SETTINGS = ("epochs", "batch_size", "rows", "engine", "patience")


class ImageLab(Lab):
    """A picture on a canvas, the network that is asked about it, the run that trains it, the test pictures.

    Pictures are read beside what goes on; until they are there, what needs them says so. A run that is asked for
    meanwhile begins when they are there.
    """

    kind: ClassVar[ImageKind]

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        self._controls = image_controls(self.kind)
        super().__init__(start_run)
        self._painted = must_not_wait(start_run)
        self._loading = ImageLoading(self.kind.find)
        self._networks = ImageNetworks(start_run, self._settings, self._training_data)
        self._trained = TrainedNetwork(self.kind.trained, self.kind.data)
        self._taken: TakenPicture | None = None
        self._asking = Asking()
        self._turned_back = 0
        self._ordered, self._chosen_anew = "", False
        self._cut: tuple[object, TrainingData] | None = None
        self._answer: tuple[object, NDArray[Any]] | None = None
        self._alive: tuple[object, dict[str, float]] | None = None
        # Until ``poll`` has told that the pictures are there, whatever was shown of them says that they are not.
        self._awaited = self._painted
        if self._painted:
            self._loading.begin()

    def twin(self) -> Self:
        """A copy that trains at once, with the very same pictures."""
        copy = type(self)(start_inline)
        copy._loading = self._loading
        copy.restore(self.state())
        return copy

    def controls(self) -> tuple[Control, ...]:
        """The canvas, the network and its training, what is shown of it, sums on paper."""
        return self._controls

    def groups(self) -> tuple[Group, ...]:
        """Drawing, training, results, test pictures, network, pictures, paper, Keras."""
        return image_groups(self.kind)

    def never_covered(self) -> frozenset[str]:
        """What the training is doing, and on what."""
        return frozenset({"status", "time_left", "epochs_done", "steps_done", "origin", "where"})

    def readout_names(self) -> tuple[str, ...]:
        """The answer, the training, the test pictures, the counts, the program."""
        return image_readouts(self.kind)

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training, where other weights take the place of those there are."""
        return self._training.work if name in ("reset", "take_best", LOAD_TRAINED) else ""

    def changed(self, name: str) -> None:
        """Carry a changed setting into the run. Another network comes with its own settings and weights."""
        if name == "canvas" and self._taken is not None:
            self._taken = replace(self._taken, changed=True) if self.vector("canvas").any() else None
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
        """Do an action; the sentence says what happened."""
        self.control(name)
        if name in EDITS:
            self.set("canvas", edited(self.vector("canvas"), name, self.kind.form).tolist())
            return ""
        if name in ("take", "next_picture", "next_miss"):
            return self._take(name)
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

    def _order(self, name: str) -> None:
        """Train as told, or as soon as there are pictures to train on."""
        if self._pictures() is None and not self._loading.failure:
            self._ordered = name
            return
        self._needed()
        training = self._training
        if self._chosen_anew:
            # Its run, if it has one, is of the settings that it was left with.
            self._chosen_anew = False
            training.settings_changed()
        {"step": training.step, "epoch": training.epoch}.get(name, training.play)()

    def _load_trained(self) -> str:
        for name, value in self._trained.controls().items():
            self.set(name, value)
        self._ordered, self._turned_back = "", self._turned_back + 1
        self._training.begin_from(self._trained.get().checkpoint)
        return self._trained.loaded()

    def _take(self, name: str) -> str:
        test = self._needed().test
        number = min(int(self.number("picture")), len(test) - 1)
        if name == "next_picture":
            number = (number + 1) % len(test)
        elif name == "next_miss":
            answers = self._answers()
            if answers is None:
                raise ControlError("The test pictures are still being asked about: a moment.")
            if not answers.misses:
                raise ControlError(f"It gets all {len(answers.classes)} right.")
            number = next((miss for miss in answers.misses if miss > number), answers.misses[0])
        self.set("picture", number)
        self.set("canvas", (test.images[number] / 255).tolist())
        self._taken = TakenPicture(number, self.kind.names[int(test.classes[number])])
        return ""

    # The pictures

    def _pictures(self) -> ImageData | None:
        """The pictures, waited for where nothing is painted meanwhile."""
        return self._loading.data if self._painted else self._loading.wait()

    def _needed(self) -> ImageData:
        pictures = self._pictures()
        if pictures is None:
            raise ControlError(self._loading.failure or "The pictures are still being read: a moment.")
        return pictures

    def _training_data(self) -> TrainingData:
        """The training pictures that are wanted, and the test pictures; of these all where all are trained on."""
        pictures = self._needed()
        scale = SCALES[self.word("pixels")]
        rows = min(int(self.number("rows")), len(pictures.training))
        if self._cut is None or self._cut[0] != (rows, scale):
            training, test = pictures.training, pictures.test
            asked = len(test) if rows == len(training) else min(MOST_ASKED, len(test))
            cut = TrainingData(
                training.images[:rows], training.classes[:rows], test.images[:asked], test.classes[:asked], scale
            )
            self._cut = (rows, scale), cut
        return self._cut[1]

    # The network and its run

    @property
    def _key(self) -> Key:
        return self.word("network"), self.word("optimizer"), self.word("pixels"), int(self.number("seed"))

    @property
    def _training(self) -> InPlaceTraining:
        return self._networks.training(self._key)

    @property
    def _weights(self) -> tuple[object, ...]:
        """What tells the present weights from any others of this lab."""
        return self._key, self._turned_back, self._training.checkpoint().position.step

    def _spec(self, key: Key | None = None) -> NetworkSpec:
        """The network of ``key``, without it the one chosen now."""
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
        """Whether pictures are read, a network is trained, or asked about the test pictures."""
        return self._awaited or bool(self._ordered) or self._training.busy or self._asking.busy

    def poll(self) -> bool:
        """Take in what is new; ask about a few more test pictures."""
        begun = self._awaited and not self._loading.busy
        if begun:
            self._awaited = False
            ordered, self._ordered = self._ordered, ""
            if ordered and not self._loading.failure:
                self._order(ordered)
        asked = self._asking.go_on(SLICE_SECONDS)
        return self._training.poll() or asked or begun

    def close(self) -> None:
        """End the runs."""
        self._networks.close()

    def state(self) -> LabState:
        """Controls, and the weights and curves of every network that was trained."""
        values, arrays = self._networks.kept()
        taken = None if self._taken is None else self._taken.kept()
        return LabState({**self._values, "networks": values, "taken": taken}, arrays)

    def restore(self, state: LabState) -> None:
        """Go back to ``state``."""
        self._turned_back += 1
        # The settings first: a network whose settings change begins its epoch anew.
        self._networks.restore({}, {})
        super().restore(state)
        self._networks.restore(state.values.get("networks", {}), state.arrays)
        self._chosen_anew = False
        self._taken = taken_from(state.values.get("taken"))

    # What there is to see

    def _answers(self) -> Answers | None:
        """What the network says to the first test pictures; None while that is being found out."""
        if self._pictures() is None:
            return None
        data, training, spec = self._training_data(), self._training, self._spec()
        pictures, classes = data.held_out_inputs[:MOST_ASKED], data.held_out_labels[:MOST_ASKED]
        network, weights = (spec.name, data.scale, len(pictures)), self._weights
        asked = (spec, training.parameters(), pictures, classes, data.scale)
        answers = self._asking.about(network, weights, *asked)
        if self._painted or not self._asking.busy:
            return answers
        self._asking.finish()
        return self._asking.about(network, weights, *asked)

    def _confidences(self) -> NDArray[Any]:
        spec, training, canvas = self._spec(), self._training, self.get("canvas")
        key = (self._weights, canvas)
        if self._answer is None or self._answer[0] != key:
            scale = SCALES[self.word("pixels")]
            trace = passed_canvas(spec, training.parameters(), self.vector("canvas"), scale)
            self._answer = key, trace.array(output_name(spec))[0]
        return self._answer[1]

    def read(self, name: str) -> Readout:
        """Compute one readout from the newest snapshot's weights."""
        if name in COUNTS:
            return read_count(name, self._counts(), self._spec())
        if name in ("unit_weights", "unit_sees"):
            spec, scale = self._spec(), SCALES[self.word("pixels")]
            unit = first_unit(spec, int(self.number("unit")))
            return unit_pictures(spec, self._training.parameters(), self.vector("canvas"), scale, unit, name)
        if name == "keras":
            return Code(name, "the same in Keras", self.keras_program().source)
        if name == "answering":
            return Text(name, "asked", self._answering())
        if name in ("confidences", "best_answers", "top_five", "confidence_sum", "winner"):
            return self._read_answer(name)
        if name not in self.readout_names():
            raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.readout_names())}")
        if name == SHIPPED_ACCURACY:
            return Number(name, "right on all MNIST test pictures", self._trained.accuracy(), digits=4)
        seen = Seen(self.kind, self._pictures(), self._loading.failure)
        if name == "truth":
            return Text(name, "it is", self._truth())
        if name in ("origin", "where", "samples"):
            return seen.read(name, self.word("shown_class"))
        if name == "alive":
            return self._read_alive(name)
        data = None if seen.pictures is None else self._training_data()
        measured = read_measured(name, self._training, self._settings(), data, seen, self._ordered)
        if measured is not None:
            return measured
        answers = self._answers()
        return read_asked(name, answers, seen, self.word("shown_class"), data)

    def _answering(self) -> str:
        training, network = self._training, self.word("network")
        if training.begun and self._trained.is_at(training.checkpoint().engine.theta):
            return f"the {network} that ships"
        return f"{network}, {training.status()}"

    def _truth(self) -> str:
        if not self.vector("canvas").any():
            return EMPTY
        return OWN if self._taken is None else self._taken.said()

    def _read_answer(self, name: str) -> Readout:
        p, names = self._confidences(), self.kind.names
        empty = not self.vector("canvas").any()
        if empty and name in ("winner", "best_answers"):
            return Text(name, "it says", DRAW)
        of_what = " in an empty canvas" if empty else ""
        if name == "confidences":
            return Vector(name, f"confidence{of_what}", names, tuple(p.tolist()), digits=3, bars=True)
        if name == "confidence_sum":
            return Number(name, "all together", float(p.sum(dtype=np.float64)), digits=3)
        best = np.argsort(-p, kind="stable")[:BEST]
        if name == "winner":
            return Text(name, "it says", names[int(best[0])])
        if name == "best_answers":
            return Text(name, "it says", " ".join(f"{names[c]}:{p[c]:.2f}" for c in best[:IN_A_LINE].tolist()))
        rows = tuple((names[c], float(p[c])) for c in best.tolist())
        label = f"{DRAW}: of an empty canvas it says" if empty else "its best answers"
        return Table(name, label, (self.kind.thing, "confidence"), rows, digits=3)

    def _read_alive(self, name: str) -> Readout:
        pictures, label = self._pictures(), "units that ever fire"
        if pictures is None:
            return Vector(name, label, (NOT_YET,), (float("nan"),), digits=2)
        spec, training = self._spec(), self._training
        if self._alive is None or self._alive[0] != self._weights:
            some = pictures.test.images[:ALIVE_AMONG]
            self._alive = self._weights, share_alive(spec, training.parameters(), some, SCALES[self.word("pixels")])
        shares = self._alive[1]
        return Vector(name, label, tuple(shares), tuple(shares.values()), digits=3, bars=True)

    # Where the numbers come from

    def _counts(self) -> Worksheet:
        sheet = self.sheet_of_controls()
        put_counts(sheet, self._spec(), self.kind.side)
        return sheet

    def counted(self) -> frozenset[str]:
        """All but the network's answer, and what adds up on paper."""
        return (frozenset(self.readout_names()) - PASSED - frozenset(COUNTS)) | PLAINLY_COUNTED

    def worksheet(self) -> Worksheet:
        """The pass of the picture on the canvas, and the counts."""
        spec = self._spec()
        trace = passed_canvas(spec, self._training.parameters(), self.vector("canvas"), SCALES[self.word("pixels")])
        sheet = self.sheet_of_controls(trace)
        put_counts(sheet, spec, self.kind.side)
        put_answer(sheet, spec, first_unit(spec, int(self.number("unit"))))
        return sheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The answer is the pass of the canvas; the best answers are of the same row, in another order."""
        spec = self._spec()
        if name == "confidences":
            return output_name(spec), (0, *index)
        if name == "top_five":
            return output_name(spec), (0, int(np.argsort(-self._confidences(), kind="stable")[index[0]]))
        if name in ("unit_weights", "unit_sees"):
            return picture_cell(spec, name, index, first_unit(spec, int(self.number("unit"))))
        if name == "layers":
            weighted = [layer for layer, _, _ in weighted_layers(spec)]
            return name, (weighted.index(listed_layers(spec)[index[0]][0]),)
        return name, index

    def sources(self) -> tuple[Callable[..., Any] | type, ...]:
        """Convolution, pooling, a Dense layer, softmax, the update."""
        dense = operation_of(Dense(1))
        return (conv2d, max_pool, dense.forward, dense.backward, softmax, update)

    def keras_program(self) -> KerasProgram:
        """The network with its present weights, asked about the canvas."""
        scale = SCALES[self.word("pixels")]
        return image_program(self._spec(), self._training.parameters(), self.vector("canvas"), scale)
