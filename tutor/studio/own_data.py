"""Pictures and texts of one's own as the data of an experiment."""

from __future__ import annotations

from pathlib import Path

from tutor.datasets.errors import DataError
from tutor.datasets.own_pictures import read_own_pictures
from tutor.datasets.texts.own_file import own_text
from tutor.engine.validation import SpecError
from tutor.studio.experiment import OWN_PICTURES, OWN_TEXT, DataChoice, PicturesChoice, TextChoice
from tutor.studio.text_rows import content_of

TEST = 20
"""Percent of each class to test with, to begin with."""
TEST_OF_TEXT = 10
"""Percent of the rows of a text, as ``dl-tutor train`` holds out."""


def pictures_of(file: Path) -> DataChoice:
    """The pictures of a folder or a file, named by what they are. Raises ``SpecError``."""
    try:
        content = read_own_pictures(file).content
    except DataError as error:
        raise SpecError(str(error)) from None
    return DataChoice(OWN_PICTURES, test=TEST, pictures=PicturesChoice(content, file))


def text_of(file: Path) -> DataChoice:
    """The text of a file, named by what it is. Raises ``DataError`` and ``SpecError``."""
    return DataChoice(OWN_TEXT, test=TEST_OF_TEXT, text=TextChoice(content_of(own_text(file)), file))
