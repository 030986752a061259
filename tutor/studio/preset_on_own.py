"""A preset while one's own pictures or text are the data: its network on them, or a sentence if it does not fit."""

from __future__ import annotations

from dataclasses import replace

from tutor.engine.operations.contract import ShapeError
from tutor.engine.validation import SpecError
from tutor.studio.building import settings_of
from tutor.studio.experiment import PICTURES, DataChoice, Experiment
from tutor.studio.layer_editing import with_tokens
from tutor.studio.presets import PRESETS
from tutor.studio.problem import problem_of


def preset_on(name: str, data: DataChoice) -> Experiment:
    """The preset; on pictures or a text of one's own, its network and its training on those.

    Raises ``SpecError`` if they do not fit each other: the pictures stay, and other data are chosen first.
    """
    preset = PRESETS[name]
    if data.text is not None:
        return _on_text(name, preset, data)
    if data.pictures is None:
        return preset
    problem = problem_of(data)
    side = round(problem.width**0.5)
    yours = f"your pictures are {side}×{side} of {len(problem.classes or ())} classes"
    if preset.data.name not in PICTURES:
        raise SpecError(
            f"the preset {name} is for the data {preset.data.name}, and {yours}: choose other data first, and then it"
        )
    experiment = replace(preset, data=data)
    try:
        settings_of(experiment)
    except (SpecError, ShapeError) as error:
        raise SpecError(f"the preset {name} is for the {preset.data.name}, and {yours}: {error}") from None
    return experiment


def _on_text(name: str, preset: Experiment, data: DataChoice) -> Experiment:
    """The preset's network with a table of as many tokens as the text has."""
    if not preset.data.is_text:
        raise SpecError(
            f"the preset {name} is for the data {preset.data.name}, and yours is a text: choose other data first, and "
            "then it"
        )
    tokens = len(problem_of(data).classes or ())
    return replace(preset, data=data, layers=with_tokens(preset.layers, tokens))
