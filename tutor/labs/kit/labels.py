"""Labels of places: what a face shows, and beside it the id that lessons and scripts use.

A label has an id made of its letters. A label that is bettered or translated later becomes a ``Label`` with the id that
it had: lessons go on, whatever stands on the screen.
"""

from __future__ import annotations

import re
import unicodedata

_ID = re.compile(r"[A-Za-z0-9_.-]+")
# How signs are written in an id; what is not here is left out.
_SIGNS = {
    "→": "_to_", "∂": "d_", "·": ".", "−": "_minus_", "+": "_plus_", "/": "_over_", " ": "_", ",": "_", "^": "_",
    "\N{COMBINING CIRCUMFLEX ACCENT}": "_hat", "λ": "lambda", "σ": "sigma", "Σ": "sum", "²": "2",
}  # fmt: skip


class Label(str):
    """The text of a label, with the ``id`` of its place.

    >>> Label("die mittlere Abweichung", "mean_loss").id
    'mean_loss'
    """

    id: str

    def __new__(cls, text: str, id: str) -> Label:
        """Raises ``ValueError`` for what is no id."""
        if not is_place_id(id):
            raise ValueError(f"{id!r} is no id of a place: letters, digits, _ . and - make one")
        label = super().__new__(cls, text)
        label.id = id
        return label


def is_place_id(text: str) -> bool:
    """Whether a text can be the id of a place: letters of ASCII, digits, ``_``, ``.`` and ``-``."""
    return _ID.fullmatch(text) is not None


def place_id(label: str) -> str:
    """The id of the place with this label.

    >>> [place_id(label) for label in ("plus", "mean loss", "h1→o1", "∂z", "no. 14", "12·4")]
    ['plus', 'mean_loss', 'h1_to_o1', 'd_z', 'no.14', '12.4']
    """
    if isinstance(label, Label):
        return label.id
    if is_place_id(label):
        return label
    spelled = "".join(_SIGNS.get(sign, sign) for sign in unicodedata.normalize("NFD", label))
    plain = "".join(sign for sign in spelled if is_place_id(sign))
    return re.sub(r"_*\._+", ".", re.sub(r"__+", "_", plain)).strip("_")
