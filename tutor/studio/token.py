"""An experiment as a line of text, ``dlt1:circle/d4tanh-d2tanh/sgd0.03,b10/s0/@1250~3f2a``, and back.

The parts are the data, the hidden layers, how it trains, the seed, the edits if there are any, and the moment; the
last four characters are a checksum. The text is read as values, never as code. A token of version 1 stays readable.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote

from tutor.backends.interface import BackendName
from tutor.engine.operations.contract import ShapeError
from tutor.engine.parameters import count
from tutor.engine.validation import SpecError, written
from tutor.studio.building import settings_of, spec_of
from tutor.studio.experiment import (
    OWN_PICTURES,
    OWN_TEXT,
    TEXT_LOSS,
    DataChoice,
    Edit,
    Experiment,
    FileNeeded,
    PicturesChoice,
    TableChoice,
    TextChoice,
    WeightsChoice,
)
from tutor.studio.layer_text import (
    number_of,
    number_text,
    optimizer_of,
    optimizer_text,
    whole_of,
)
from tutor.studio.layers_text import layers_of, layers_text
from tutor.studio.weights import starting_state

PREFIX = "dlt1:"
LONGEST = 100_000
"""Characters. The longest that the studio writes have a thousand edits and points set by hand."""
_LOSSES = {
    "mean_squared_error": "mse", "binary_crossentropy": "bce", "categorical_crossentropy": "cce",
    "sparse_categorical_crossentropy": "scce",
}  # fmt: skip
_FEATURES = {"x1": "x", "x2": "y", "x1^2": "xx", "x2^2": "yy", "x1x2": "xy", "sin x1": "sx", "sin x2": "sy"}
_DATA = {"n": "count", "z": "noise", "t": "test", "s": "draw"}
_SETTINGS = {"r": "rate", "b": "batch", "w": "weight"}


class TokenError(ValueError):
    """A text that is no token; the message says what is wrong with it, and what was expected."""


def token_of(experiment: Experiment) -> str:
    """The token of an experiment."""
    fit = [optimizer_text(experiment.optimizer), f"b{experiment.batch}"]
    if experiment.loss != _usual_loss(experiment.data):
        fit.append(_LOSSES[experiment.loss])
    if experiment.backend == "tensorflow":
        fit.append("tf")
    parts = [
        _data_text(experiment.data),
        layers_text(experiment.layers),
        ",".join(fit),
        f"s{experiment.seed}" + ("" if experiment.start is None else f"w{experiment.start.content}"),
        ",".join(map(_edit_text, experiment.edits)),
        f"@{experiment.step}",
    ]
    if not experiment.edits:
        parts.pop(-2)
    text = PREFIX + "/".join(parts)
    return f"{text}~{_check(text)}"


def experiment_of(token: str, table: Path | None = None, network: Path | None = None) -> Experiment:
    """The experiment that a token says; ``table`` and ``network`` are the files of its rows and of its first weights.

    Raises ``TokenError`` with a sentence.
    """
    text = "".join(token.split())
    if len(text) > LONGEST:
        raise TokenError(f"a token has at most {LONGEST:,} characters; this has {len(text):,}")
    if not text.startswith(PREFIX):
        version = re.match(r"dlt([0-9]{1,9}):", text)
        if version:
            raise TokenError(f"this token is of version {version[1]}; this dl-tutor reads version 1")
        raise TokenError(f"a token begins with {PREFIX}; got {written(text)}")
    body, mark, check = text.rpartition("~")
    if not mark:
        raise TokenError("the end of the token is missing: after ~ come four letters and digits that check it")
    if check != _check(body):
        raise TokenError("the token was changed or cut off on its way: its last four characters do not fit the rest")
    try:
        experiment = _parsed(body.removeprefix(PREFIX).split("/"))
        experiment = replace(experiment, data=at_file(experiment.data, table))
        if experiment.start is not None:
            experiment = replace(experiment, start=replace(experiment.start, file=network))
            starting_state(experiment)
        settings_of(experiment)
        _require_places(experiment)
    except FileNeeded as error:
        raise TokenError(str(error)) from None
    except (SpecError, ShapeError) as error:
        raise TokenError(f"the token says what cannot be: {error}") from None
    return experiment


def at_file(data: DataChoice, file: Path | None) -> DataChoice:
    """The data with its table, its pictures or its text in this file; other data as it is."""
    if data.table is not None:
        return replace(data, table=replace(data.table, file=file))
    if data.text is not None:
        return replace(data, text=replace(data.text, file=file))
    return data if data.pictures is None else replace(data, pictures=replace(data.pictures, file=file))


def _parsed(parts: list[str]) -> Experiment:
    if len(parts) not in (5, 6):
        raise SpecError(f"it has {len(parts)} parts between slashes, and should have 5 or 6")
    data, layers, fit, seed, *edits, moment = parts
    begun = re.fullmatch(r"s(\d{1,15})(?:w([0-9a-f]{12}))?", seed, re.ASCII)
    if begun is None or moment[:1] != "@":
        raise SpecError("after how it trains come its seed, as s0, and its moment, as @0")
    choice = _data_of(data)
    optimizer, batch, loss, backend = _fit_of(fit)
    return Experiment(
        choice,
        layers_of(layers),
        loss or _usual_loss(choice),
        optimizer_of(optimizer),
        batch,
        whole_of(begun[1]),
        backend,
        tuple(_edit_of(text) for text in edits[0].split(",")) if edits else (),
        whole_of(moment[1:]),
        WeightsChoice(begun[2]) if begun[2] else None,
    )


def _require_places(experiment: Experiment) -> None:
    """Raise ``SpecError`` for an edit of a weight that the network does not have."""
    places = [edit.value[0] for edit in experiment.edits if isinstance(edit.value, tuple)]
    there = count(spec_of(experiment)) if places else 0
    if places and max(places) >= there:
        raise SpecError(f"the network has {there:,} parameters; there is no {max(places) + 1:,}")


def _usual_loss(data: DataChoice) -> str:
    """The loss that is not written."""
    if data.is_text:
        return TEXT_LOSS
    return "mean_squared_error" if data.is_plane else "categorical_crossentropy"


def _check(text: str) -> str:
    return f"{zlib.crc32(text.encode()) & 0xFFFF:04x}"


# The parts


def _data_text(data: DataChoice) -> str:
    usual = DataChoice("points", count=0) if data.name == "points" else DataChoice()
    text = data.name
    for letter, name in _DATA.items():
        if getattr(data, name) != getattr(usual, name):
            text += f",{letter}{getattr(data, name)}"
    if data.features != usual.features:
        text += ",f" + "+".join(_FEATURES[name] for name in data.features)
    if data.table is not None:
        named = [data.table.target, *data.table.inputs]
        text += f",h{data.table.content},c" + "+".join(quote(name, safe="") for name in named)
    if data.pictures is not None:
        text += f",h{data.pictures.content}"
    if data.text is not None:
        text += f",h{data.text.content}"
    if data.points:
        text += ",p" + "+".join(":".join(map(number_text, point)) for point in data.points)
    return text


def _data_of(text: str) -> DataChoice:
    name, *settings = text.split(",")
    found: dict[str, object] = {"count": 0} if name == "points" else {}
    content = ""
    columns: tuple[str, ...] = ("",)
    for setting in settings:
        letter, value = setting[:1], setting[1:]
        match letter:
            case "f":
                long = {short: feature for feature, short in _FEATURES.items()}
                found["features"] = tuple(long.get(short, short) for short in value.split("+"))
            case "p":
                points = [tuple(number_of(part) for part in point.split(":")) for point in value.split("+")]
                if any(len(point) != 3 for point in points):
                    raise SpecError("a point has two places and a target")
                found["points"] = tuple(points)
            case "h":
                content = value
            case "c":
                columns = tuple(unquote(column) for column in value.split("+"))
            case _ if letter in _DATA:
                found[_DATA[letter]] = whole_of(value)
            case _:
                raise SpecError(f"{written(setting)} says nothing about data")
    if content and name == OWN_PICTURES:
        found["pictures"] = PicturesChoice(content)
    elif content and name == OWN_TEXT:
        found["text"] = TextChoice(content)
    elif content:
        target, *inputs = columns
        found["table"] = TableChoice(content, target, tuple(inputs))
    return DataChoice(name, **found)  # type: ignore[arg-type]


def _fit_of(text: str) -> tuple[str, int, str, BackendName]:
    """The optimizer's text, the batch size, the loss if it is said, the engine."""
    kept: list[str] = []
    batch, loss = 0, ""
    backend: BackendName = "numpy"
    for part in text.split(","):
        if re.fullmatch(r"b[0-9]+", part):
            batch = whole_of(part[1:])
        elif part in _LOSSES.values():
            loss = next(long for long, short in _LOSSES.items() if short == part)
        elif part == "tf":
            backend = "tensorflow"
        else:
            kept.append(part)
    return ",".join(kept), batch, loss, backend


def _edit_text(edit: Edit) -> str:
    letter = next(letter for letter, setting in _SETTINGS.items() if setting == edit.setting)
    if isinstance(edit.value, tuple):
        return f"{edit.step}{letter}{edit.value[0]}:{number_text(edit.value[1])}"
    return f"{edit.step}{letter}{number_text(edit.value)}"


def _edit_of(text: str) -> Edit:
    found = re.fullmatch(r"([0-9]{1,9})([a-z])(.+)", text)
    if found is None or found[2] not in _SETTINGS:
        raise SpecError(f"{written(text)} is no edit, such as 120r0.01")
    setting = _SETTINGS[found[2]]
    if setting == "weight":
        place, _, number = found[3].partition(":")
        return Edit(int(found[1]), setting, (whole_of(place), number_of(number)))
    return Edit(int(found[1]), setting, number_of(found[3]))
