"""A preset while one's own pictures are the data: its network on them if it fits, and a sentence if it does not."""

from __future__ import annotations

from dataclasses import replace

from tutor.engine.operations.contract import ShapeError
from tutor.engine.validation import SpecError
from tutor.studio.building import settings_of
from tutor.studio.experiment import PICTURES, DataChoice, Experiment
from tutor.studio.presets import PRESETS
from tutor.studio.problem import problem_of


def preset_on(name: str, data: DataChoice) -> Experiment:
    """The preset; on pictures of one's own, its network and its training on those pictures.

    Raises ``SpecError`` if they do not fit each other: the pictures stay, and other data are chosen first.
    """
    preset = PRESETS[name]
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
