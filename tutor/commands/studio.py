"""``dl-tutor studio``: the studio on the screen or in lines of text, and what a token says without either."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor.commands import learn
from tutor.commands.console.failures import refuse
from tutor.commands.console.printing import answer_json, tell
from tutor.course.lessons.lesson import STUDIO
from tutor.course.record.progress import Progress, state_folder
from tutor.datasets.errors import DataError
from tutor.engine.validation import SpecError
from tutor.training.saved.atomic_write import FileError

if TYPE_CHECKING:
    from tutor.studio.experiment import Experiment
    from tutor.studio.replaying import Replay

DONE = 0
NETWORKS = (".net", ".keras")
PICTURES, FILM = (".png", ".svg"), ".cast"
"""Endings of files that show the screen."""
TEXT = (".txt", ".text", ".md")
"""Endings of texts; a table with one of them is read as a table if a column of it is named."""
USUAL_SIZE = (80, 24)


def run(given: argparse.Namespace) -> int:
    """Open the studio, at a token or on a table if there is one. Returns 2 for what is no token or no table."""
    from tutor.studio.token import TokenError

    try:
        _check_size_and_view(given)
        experiment = _asked(given)
    except (TokenError, DataError, SpecError) as error:
        return refuse(error)
    if given.json or given.out is not None:
        from tutor.studio.experiment import Experiment

        try:
            return _without_screen(experiment or Experiment(), given)
        except (SpecError, FileError) as error:
            return refuse(error)
    if experiment is not None:
        _keep(experiment, given)
    given.lesson, given.restricted, given.lessons, given.net = STUDIO, False, None, None
    return learn.run(given)


def _without_screen(experiment: Experiment, given: argparse.Namespace) -> int:
    """Replay the run; write what is wanted of it, and with ``--json`` print its losses."""
    from tutor.studio.replaying import Replay
    from tutor.training.saved.atomic_write import check_writable

    if given.out is not None:
        check_writable(given.out)
    replay = Replay(experiment)
    if given.out is not None and given.out.suffix == FILM:
        _write_screen(given, replay)
    else:
        replay.to(experiment.step)
        if given.out is not None:
            _write(given, experiment, replay)
    if given.json:
        answer_json(replayed_values(experiment, replay))
    else:
        tell(f"{given.out} is written")
        if replay.stopped:
            tell(f"The run cannot go on after step {replay.step:,}: {replay.stopped}")
    return DONE


def _write_screen(given: argparse.Namespace, replay: Replay) -> None:
    """Write the screen at the moment of the replay, or a film until the end of one that has not begun.

    Raises ``SpecError`` and ``FileError``.
    """
    from tutor.training.saved.atomic_write import write_atomically
    from tutor.ui.screenshots.studio_run import film_of, picture_of

    size, view, file = given.size or USUAL_SIZE, given.view or "", given.out
    write_atomically(
        file, film_of(replay, size, view) if file.suffix == FILM else picture_of(replay, file.suffix, size, view)
    )


def _write(given: argparse.Namespace, experiment: Experiment, replay: Replay) -> None:
    """Write what the ending of the name says: the network, its curves, the screen.

    Raises ``SpecError`` and ``FileError``.
    """
    from tutor.exchange.keras_files import keras_file_of
    from tutor.studio.building import spec_of
    from tutor.studio.problem import problem_of
    from tutor.training.saved.atomic_write import write_atomically
    from tutor.training.saved.model_file import SavedNetwork, save_network

    file = given.out
    if file.suffix in PICTURES:
        _write_screen(given, replay)
    elif file.suffix == ".csv":
        # With a single output the accuracy of training, an argmax, says nothing.
        columns = (
            "epoch",
            "loss",
            "val_loss",
            *(("accuracy", "val_accuracy") if spec_of(experiment).output_size > 1 else ()),
        )
        rows = [",".join(columns), *(",".join(str(getattr(r, name)) for name in columns) for r in replay.records)]
        write_atomically(file, ("\n".join(rows) + "\n").encode())
    elif file.suffix in NETWORKS:
        state = replay.checkpoint.engine
        classes = problem_of(experiment.data).classes or ()
        spec = spec_of(experiment)
        names = classes if spec.output_size == len(classes) else tuple(map(str, range(1, spec.output_size + 1)))
        network = SavedNetwork(spec, state.theta, state.moving, names)
        save_network(file, network) if file.suffix == ".net" else write_atomically(file, keras_file_of(network))
    else:
        raise SpecError(
            "--out writes a network (.net, .keras), curves (.csv), a picture of the screen (.png, .svg) or a film of "
            f"the run (.cast); got {file.name}"
        )


def _check_size_and_view(given: argparse.Namespace) -> None:
    """Raise ``SpecError`` for a size or a view without a file that shows the screen."""
    shows = given.out is not None and given.out.suffix in (*PICTURES, FILM)
    for name, value in (("--size", given.size), ("--view", given.view)):
        if value is not None and not shows:
            raise SpecError(f"{name} is for a picture or a film: --out FILE.png, .svg or .cast")


def _asked(given: argparse.Namespace) -> Experiment | None:
    """The experiment of the token, the network or the data; None for the studio as it was left."""
    from tutor.datasets.own_pictures import are_own_pictures
    from tutor.studio.own_data import pictures_of, text_of
    from tutor.studio.token import experiment_of
    from tutor.studio.weights import ENDINGS, experiment_of_network

    file = None if given.data is None else given.data.absolute()
    if given.token is not None and given.token.endswith(ENDINGS):
        own = None if file is None else text_of(file) if file.suffix.lower() in TEXT else pictures_of(file)
        return experiment_of_network(Path(given.token).absolute(), own)
    if given.token is not None:
        if not given.token.startswith("dlt") and Path(given.token).exists():
            raise SpecError(f"{given.token} is no token and no network; rows of your own: --data {given.token}")
        return experiment_of(given.token, file, None if given.net is None else given.net.absolute())
    if file is None:
        if given.target or given.inputs:
            raise SpecError("--target and --inputs name columns of a table: --data FILE says which")
        return None
    named = given.target or given.inputs
    if file.suffix.lower() in TEXT and not named:
        return _on_text(file)
    return _on_table(given) if named or not are_own_pictures(file) else _on_pictures(file)


def _on_pictures(file: Path) -> Experiment:
    """A small network on pictures of one's own. Raises ``DataError`` and ``SpecError``."""
    from tutor.engine.layers import Dense
    from tutor.engine.optimizer_specs import Adam
    from tutor.studio.building import settings_of
    from tutor.studio.experiment import Experiment
    from tutor.studio.own_data import pictures_of

    experiment = Experiment(pictures_of(file), (Dense(32, "relu"),), "categorical_crossentropy", Adam(0.003), batch=32)
    settings_of(experiment)
    return experiment


def _on_text(file: Path) -> Experiment:
    """The network of gpt-names on a text of one's own. Raises ``DataError`` and ``SpecError``."""
    from tutor.studio.building import settings_of
    from tutor.studio.own_data import text_of
    from tutor.studio.preset_on_own import preset_on

    experiment = preset_on("gpt-names", text_of(file))
    settings_of(experiment)
    return experiment


def _on_table(given: argparse.Namespace) -> Experiment:
    """A small network on a table of one's own. Raises ``DataError`` and ``SpecError``."""
    from tutor.datasets.tables.reading import read_table
    from tutor.engine.layers import Dense
    from tutor.engine.optimizer_specs import Adam
    from tutor.studio.experiment import DataChoice, Experiment, TableChoice
    from tutor.studio.problem import problem_of

    content = read_table(given.data).content
    table = TableChoice(content, given.target or "", tuple(given.inputs or ()), given.data.absolute())
    data = DataChoice("table", test=20, table=table)
    loss = "mean_squared_error" if problem_of(data).classes is None else "categorical_crossentropy"
    return Experiment(data, (Dense(8, "tanh"),), loss, Adam(0.01), batch=32)


def _keep(experiment: Experiment, given: argparse.Namespace) -> None:
    """Make the experiment the studio's state; what was there is the run before it."""
    from tutor.course.studio_opening import put_into_studio

    progress = Progress(state_folder(given.state))
    said = put_into_studio(experiment, progress).said
    progress.close()
    if said:
        tell(said)


def replayed_values(experiment: Experiment, replay: Replay) -> dict[str, Any]:
    """The run at its moment, computed anew by the NumPy engine: losses as numbers and to the last bit."""
    from tutor.backends.rows import evaluate_rows
    from tutor.engine.parameters import count, views
    from tutor.studio.building import spec_of, training_data
    from tutor.studio.token import token_of

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
