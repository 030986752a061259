"""The controls of a text: a word of the learner's own, the head looked at, and how names are drawn."""

from __future__ import annotations

from itertools import islice

from tutor.datasets.texts.vocabulary import LETTERS
from tutor.labs.kit.controls import Control, ControlError, NumberControl, TextControl, Value
from tutor.studio.text_rows import TextRows
from tutor.training.models import NAME_PLACES

USUAL_WORD = "emma"
MOST_HEADS = 16
_TRIED = 1000
_A_WORD = 3
"""Letters of what is looked at first in a running text, if there is such a word."""


def text_controls(rows: TextRows | None) -> tuple[Control, ...]:
    """The word has the characters of the text that can be typed, and as many as the network has places."""
    return (
        _word_control(rows),
        NumberControl("head", "head", 1, MOST_HEADS, 1, 1, integer=True, help="of attention, that is shown large"),
        NumberControl("sample", "samples from", 0, 9_990, 10, 0, integer=True, help="which random numbers"),
        NumberControl("temperature", "temperature", 0, 5, 0.1, 1.0, help="0 takes the likeliest token each time"),
    )


def word_for(rows: TextRows | None, present: Value | None) -> Value:
    """The word looked at for this text: the present one if it can be, else one of the text."""
    control = _word_control(rows)
    usual = USUAL_WORD if rows is None or USUAL_WORD in rows.listed else None
    for word in (present, usual, *_words(rows), *control.characters):
        try:
            return control.check(word)
        except ControlError:
            continue
    return control.default


def tokens_of(rows: TextRows, word: str) -> list[int]:
    """The tokens that the network reads: of a list the mark comes before the word."""
    return [*([0] if rows.is_list else []), *rows.vocabulary.encode(word).tolist()]


def _word_control(rows: TextRows | None) -> TextControl:
    what = "word", "that the network reads"
    if rows is None:
        return TextControl("word", what[0], USUAL_WORD, 1, NAME_PLACES - 1, LETTERS, what[1])
    own = rows.vocabulary.characters[1:] if rows.is_list else rows.vocabulary.characters
    characters = "".join(sorted(each for each in own if each.isprintable()))
    least, most = 1, rows.places - 1
    # Without a character that can be typed there is nothing to choose from: the first of the text stays.
    first = (characters.strip() or own)[:1]
    return TextControl("word", what[0], USUAL_WORD if set(USUAL_WORD) <= set(own) else first, least, most, characters,
                       what[1])  # fmt: skip


def _words(rows: TextRows | None) -> tuple[str, ...]:
    """Some words of a text, cut to what the network sees."""
    if rows is None:
        return ()
    words = rows.texts
    if isinstance(words, str):
        found = words[: _TRIED * NAME_PLACES].split()
        words = tuple(sorted(found, key=lambda word: not (word.isalpha() and len(word) >= _A_WORD)))
    return tuple(word[: rows.places - 1] for word in islice(words, _TRIED))
