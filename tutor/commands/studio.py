"""``dl-tutor studio``: the studio on the screen or in lines of text, and what a token says without either."""

from __future__ import annotations

import argparse
import math
from typing import Any

from tutor.commands import learn
from tutor.commands.console.failures import refuse
from tutor.commands.console.printing import answer_json
from tutor.course.lessons.lesson import STUDIO
from tutor.course.record.progress import Progress, state_folder

DONE = 0


def run(given: argparse.Namespace) -> int:
    """Open the studio, at a token if there is one. Returns 2 for a text that is no token."""
    from tutor.studio.experiment import Experiment
    from tutor.studio.token import TokenError, experiment_of

    experiment = Experiment()
    if given.token is not None:
        try:
            experiment = experiment_of(given.token)
        except TokenError as error:
            return refuse(error)
    if given.json:
        answer_json(replayed_values(experiment))
        return DONE
    if given.token is not None:
        _keep(given.token, given)
    given.lesson, given.restricted, given.lessons = STUDIO, False, None
    return learn.run(given)


def _keep(token: str, given: argparse.Namespace) -> None:
    """Make what the token says the studio's state, as if the learner had left it so."""
    from tutor.labs.studio import StudioLab

    lab = StudioLab()
    lab.show_token(token)
    progress = Progress(state_folder(given.state))
    progress.save_lab(STUDIO, lab.state())
    progress.close()


def replayed_values(experiment: Any) -> dict[str, Any]:
    """The run at its moment, computed anew by the NumPy engine: losses as numbers and to the last bit."""
    from tutor.backends.rows import evaluate_rows
    from tutor.engine.parameters import count, views
    from tutor.studio.building import spec_of, training_data
    from tutor.studio.replaying import replayed
    from tutor.studio.token import token_of

    replay = replayed(experiment)
    spec, data, checkpoint = spec_of(experiment), training_data(experiment.data, experiment.loss), replay.checkpoint
    parameters = views(spec, checkpoint.engine.theta, checkpoint.engine.moving)
    taught = evaluate_rows(spec, parameters, data.inputs, data.labels, data.scale)[0]
    tested = evaluate_rows(spec, parameters, data.held_out_inputs, data.held_out_labels, data.scale)[0]
    return {
        "token": token_of(experiment.at(replay.step)),
        "step": replay.step,
        "epoch": checkpoint.position.epoch,
        "parameters": count(spec),
        "engine": "numpy",
        "step_loss": _plain(replay.loss),
        "loss": _plain(taught),
        "test_loss": _plain(tested),
        "loss_bits": taught.hex(),
        "stopped": replay.stopped or None,
    }


def _plain(number: float) -> float | None:
    return number if math.isfinite(number) else None
