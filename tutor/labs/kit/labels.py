"""Labels of places: the text that a face shows, and the id that lessons and scripts use.

The id of a plain label is made from its letters. When a label is reworded or translated, it becomes a ``Label`` that
keeps the former id, so that lessons still work.
"""

from __future__ import annotations

import re
import unicodedata

_ID = re.compile(r"[A-Za-z0-9_.-]+")
# How an id spells signs; it leaves out all others.
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
        """Raises ``ValueError`` for an invalid id."""
        if not is_place_id(id):
            raise ValueError(f"{id!r} is no id of a place: letters, digits, _ . and - make one")
        label = super().__new__(cls, text)
        label.id = id
        return label


def is_place_id(text: str) -> bool:
    """Whether ``text`` is a valid id of a place: ASCII letters, digits, ``_``, ``.`` and ``-``."""
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
