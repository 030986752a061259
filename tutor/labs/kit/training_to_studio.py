"""A network trained in a lab as a run in the studio, and what that run lacks."""

from __future__ import annotations

from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.nearest import gives, like
from tutor.training.settings import RunSettings

CHANGED = "what was changed on the way: it is trained anew with the present settings, for as many steps"


def trained_experiment(training: InPlaceTraining, settings: RunSettings, data: DataChoice) -> Experiment:
    """The run with these settings, as many steps after its beginning as the lab's network."""
    step = training.checkpoint().position.step
    return like(settings.spec, data, settings.batch_size, step, settings.backend)


def lacks(training: InPlaceTraining, experiment: Experiment) -> str:
    """What of the training is not in the experiment, as a part of a sentence; empty if it is the same, bit for bit."""
    checkpoint = training.checkpoint()
    step = checkpoint.position.step
    if step > experiment.step:
        return f"its {step:,} steps of training: they would take long to repeat"
    if gives(experiment, checkpoint.engine.theta):
        return ""
    return f"the network of {training.given}, which dl-tutor studio FILE opens" if training.given else CHANGED
