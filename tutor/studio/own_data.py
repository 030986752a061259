"""Pictures of one's own as the data of an experiment."""

from __future__ import annotations

from pathlib import Path

from tutor.datasets.errors import DataError
from tutor.datasets.own_pictures import read_own_pictures
from tutor.engine.validation import SpecError
from tutor.studio.experiment import OWN_PICTURES, DataChoice, PicturesChoice

TEST = 20
"""Percent of each class to test with, to begin with."""


def pictures_of(file: Path) -> DataChoice:
    """The pictures of a folder or a file, named by what they are. Raises ``SpecError``."""
    try:
        content = read_own_pictures(file).content
    except DataError as error:
        raise SpecError(str(error)) from None
    return DataChoice(OWN_PICTURES, test=TEST, pictures=PicturesChoice(content, file))
