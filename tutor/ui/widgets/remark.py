"""A remark about a key, shown in the key line until the next key."""

from __future__ import annotations

from textual.message import Message


class Remark(Message):
    """A remark about the last key: why it did nothing, or what the next one would do."""

    def __init__(self, text: str, refused: bool = False) -> None:
        super().__init__()
        self.text = text
        """A short sentence or two, for one line."""
        self.refused = refused
        """Whether the key was a character that the number being typed cannot have."""
