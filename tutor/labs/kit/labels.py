"""Labels of places: what a face shows, and beside it the id that lessons and scripts use.

A label that is a plain word is its own id. Any other, and any that is bettered or translated later, is a ``Label`` with
the id it keeps: lessons go on, whatever stands on the screen.
"""

from __future__ import annotations

import re

_PLAIN_WORD = re.compile(r"[A-Za-z0-9_.-]+")


class Label(str):
    """The text of a label, with the ``id`` of its place.

    >>> Label("h1→o1", "h1_o1").id
    'h1_o1'
    """

    id: str

    def __new__(cls, text: str, id: str) -> Label:
        """Raises ``ValueError`` for an id that is no plain word."""
        if not is_place_id(id):
            raise ValueError(f"{id!r} is no id of a place: letters, digits, _ . and - make one")
        label = super().__new__(cls, text)
        label.id = id
        return label


def is_place_id(text: str) -> bool:
    """Whether a text can be the id of a place: letters of ASCII, digits, ``_``, ``.`` and ``-``."""
    return _PLAIN_WORD.fullmatch(text) is not None


def place_id(label: str) -> str:
    """The id of the place with this label."""
    return label.id if isinstance(label, Label) else label
