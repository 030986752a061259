"""The lab of the next letter: pairs counted in a list of names, drawn from, and learned by one layer; ``lab`` shows it.

``counting`` has the tables and what is drawn from them, ``learning`` the same table by gradient descent, ``sections``
what the sheet says of both, of names held out and of merged pairs, and ``drawings`` the pictures.
"""

from tutor.labs.next_letter.lab import NextLetterLab

__all__ = ["NextLetterLab"]
