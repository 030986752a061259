"""What was left in the studio: whether it fits, and what to do with it while its data is not here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutor.backends.interface import initial_state
from tutor.engine.validation import is_number, is_whole
from tutor.labs.kit.contract import LabState
from tutor.studio.building import spec_of, training_data
from tutor.studio.experiment import MOST_STEPS, Experiment
from tutor.training.snapshot import Checkpoint

_NOTHING = np.zeros(0)


@dataclass(frozen=True, eq=False)
class Left:
    """A state that cannot be shown and why, and what is shown in its place."""

    state: LabState
    why: str
    moment: object


def fits(held: Checkpoint, experiment: Experiment) -> bool:
    """Whether a state is one of an experiment at its moment."""
    engine, fresh, position = held.engine, initial_state(spec_of(experiment)), held.position
    pairs = [(engine.theta, fresh.theta), (engine.moving, fresh.moving)]
    pairs += [(engine.memory.get(name, _NOTHING), vector) for name, vector in fresh.memory.items()]
    return (
        all(np.shape(a) == np.shape(b) and np.issubdtype(a.dtype, np.floating) for a, b in pairs)
        and position.step == experiment.step
        and all(is_whole(number, 0, MOST_STEPS) for number in (position.epoch, position.batch, position.step))
        and position.batch <= training_data(experiment.data, experiment.loss).rows
        and all(is_number(each) for each in (held.seconds, held.loss_sum))
        and all(is_whole(each, 0) for each in (held.epochs_wanted, held.rows_seen, held.correct))
    )
