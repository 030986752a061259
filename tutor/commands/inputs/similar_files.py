"""Suggest an existing file for a missing one."""

from __future__ import annotations

import argparse
from itertools import islice

from tutor.commands.console.standard_streams import READ, named_files
from tutor.course.words.similar_names import did_you_mean

MOST_LOOKED_AT = 2000
"""The most files of a folder that are compared."""


def similar_files(given: argparse.Namespace) -> list[str]:
    """A sentence for each missing file of the command for which there is one with a similar name."""
    sentences = []
    for file in named_files(given, (*READ, "data", "path")):
        try:
            beside = [] if file.exists() else [entry.name for entry in islice(file.parent.iterdir(), MOST_LOOKED_AT)]
        except (OSError, ValueError):
            continue
        if close := did_you_mean(file.name, beside):
            sentences.append(f"{file}{close}")
    return sentences
