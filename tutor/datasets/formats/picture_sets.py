"""Sets of 28×28 pictures in MNIST's formats that are not MNIST: how to recognize them, and their classes."""

from __future__ import annotations

import hashlib
import string
from dataclasses import dataclass
from pathlib import Path

DIGITS = tuple(string.digits)
_FASHION = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
_KMNIST = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
_EMNIST = {
    "digits": DIGITS,
    "mnist": DIGITS,
    "letters": tuple(string.ascii_uppercase),
    "balanced": (*DIGITS, *string.ascii_uppercase, *"abdefghnqrt"),
    "bymerge": (*DIGITS, *string.ascii_uppercase, *"abdefghnqrt"),
    "byclass": (*DIGITS, *string.ascii_uppercase, *string.ascii_lowercase),
}
# The published MD5 sums of the compressed files of training pictures, which torchvision checks too.
_PUBLISHED = {"8d4fb7e6c68d591d4c3dfef9ec88bf0d": "Fashion-MNIST", "bdb82020997e1d708af4cf47b453dcf7": "KMNIST"}
_CLASSES = {"Fashion-MNIST": _FASHION, "KMNIST": _KMNIST}


@dataclass(frozen=True)
class PictureSet:
    """The ``name`` of the set, its ``classes`` in the order of their numbers, and the layout of its files.

    ``transposed`` is whether pictures are transposed in IDX and CSV files, ``first`` the number of the first class
    there. ``certain`` is False if only a file's name tells which set it is.
    """

    name: str
    classes: tuple[str, ...]
    transposed: bool = False
    first: int = 0
    certain: bool = False

    @property
    def said(self) -> str:
        """The name, and how it is known."""
        return self.name if self.certain else f"{self.name} (by the file's name)"


def known_set(path: Path) -> PictureSet | None:
    """The set that the name of the file, or of its folder, refers to; None if neither does."""
    for part in (path.name, path.parent.name, path.parent.parent.name):
        lower = part.lower()
        if "emnist" in lower:
            split = next((split for split in _EMNIST if f"{split}" in lower.replace("emnist", "")), "digits")
            first = 1 if split == "letters" else 0
            return PictureSet(f"EMNIST {split}", _EMNIST[split], transposed=True, first=first)
        for name, key in (("Fashion-MNIST", "fashion"), ("KMNIST", "kmnist"), ("KMNIST", "kuzushiji")):
            if key in lower:
                return PictureSet(name, _CLASSES[name])
    return None


def published_set(packed: Path) -> PictureSet | None:
    """The set whose compressed training pictures this file has, by its MD5 sum; None for any other file."""
    try:
        with packed.open("rb") as stream:
            name = _PUBLISHED.get(hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest())
    except OSError:
        return None
    return None if name is None else PictureSet(name, _CLASSES[name], certain=True)
