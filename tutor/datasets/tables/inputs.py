"""Columns as inputs of a network: numbers standardised, words one-hot, both by the training rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.tables.kinds import MISSING_NUMBER, is_missing, number_of
from tutor.datasets.tables.table import LARGEST, Array, NumberColumn, WordColumn, counted, listed, word_of

Rows = NDArray[np.bool_]
MOST_WORDS = 50
"""How many different words a column may have to be given one-hot."""
MISSING_WORD = "(missing)"


@dataclass(frozen=True)
class NumberInput:
    """Numbers less their ``mean``, divided by their ``deviation``, so that training rows have mean 0, deviation 1."""

    name: str
    mean: float
    deviation: float

    @property
    def names(self) -> tuple[str, ...]:
        """The name of its only input."""
        return (self.name,)

    def encoded(self, values: Array) -> Array:
        """Inputs (rows, 1); a missing value is given as the mean, so as 0."""
        return np.where(np.isnan(values), 0.0, (values - self.mean) / self.deviation)[:, None]

    def read(self, file: str, value: str | float | None) -> float:
        """The number somebody gives, NaN if none is given. Raises ``DataError``."""
        if value is None or (isinstance(value, str) and value.strip().lower() in MISSING_NUMBER):
            return np.nan
        text = str(value).strip()
        number = number_of(text)
        if number is None:
            number = number_of(text, comma=True)
        if number is None or abs(number) > LARGEST:
            raise DataError(
                file, None, f"{quoted(self.name)[1:-1]} is a number such as {self.mean:.4g}; got {quoted(text)}"
            )
        return number


@dataclass(frozen=True)
class WordInput:
    """A 1 for the word that is there, among the different ``words`` of the training rows, and 0 for the others."""

    name: str
    words: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its inputs, such as ``colour=red``."""
        return tuple(f"{self.name}={word}" for word in self.words)

    def encoded(self, values: Sequence[str]) -> Array:
        """Inputs (rows, words); a word that is not among ``words`` is 0 in all."""
        number = {word: i for i, word in enumerate(self.words)}
        at = np.array([number.get(word or MISSING_WORD, -1) for word in values], dtype=np.intp)
        return (at[:, None] == np.arange(len(self.words))).astype(np.float64)

    def read(self, file: str, value: str | float | None) -> str:
        """The word somebody gives, empty if none is given. Raises ``DataError`` for one that no training row has."""
        word = "" if value is None or is_missing(str(value)) else word_of(str(value))
        if word in self.words or (not word and MISSING_WORD in self.words):
            return word
        close = [known for known in self.words if known.casefold() == word.casefold()]
        if len(close) == 1:
            return close[0]
        got = quoted(word) if word else "nothing"
        raise DataError(file, None, f"{quoted(self.name)[1:-1]} is one of {listed(self.words)}; got {got}")


Input = NumberInput | WordInput


def mean_and_deviation(values: Array) -> tuple[float, float]:
    """Mean and standard deviation (of all values, divided by n); the deviation of equal numbers is exactly 0.

    Differences are divided by the largest before they are squared, so that tiny and huge ones work. Below
    1 / ``LARGEST`` a deviation counts as 0: no number that is read overflows when it is divided by it.
    """
    if values.min() == values.max():
        return float(values[0]), 0.0
    mean = float(values.mean())
    apart = values - mean
    largest = float(np.abs(apart).max())
    deviation = largest * float(np.sqrt(np.mean((apart / largest) ** 2)))
    return mean, deviation if deviation > 1 / LARGEST else 0.0


def number_input(column: NumberColumn, training: Rows, notes: list[str]) -> NumberInput | None:
    """The input of a column of numbers; None, with a note, if it is constant in the training rows."""
    shown = quoted(column.name)[1:-1]
    there = column.values[training & ~column.missing]
    if not there.size:
        notes.append(f"{shown} is left out: it has no values in the training rows.")
        return None
    mean, deviation = mean_and_deviation(there)
    if not deviation:
        notes.append(f"{shown} is left out: it is {mean:.6g} in all training rows.")
        return None
    if gaps := int(column.missing.sum()):
        notes.append(
            f"{shown} is missing in {gaps:,} of {counted(len(training), 'row')}: there it is the mean of the training "
            f"rows, {mean:.4g}."
        )
    return NumberInput(column.name, mean, deviation)


def word_input(file: str, column: WordColumn, training: Rows, notes: list[str], *, chosen: bool) -> WordInput | None:
    """The input of a column of words; None, with a note, if it is constant or has too many different words.

    Raises ``DataError`` for too many words if somebody has ``chosen`` the column.
    """
    shown = quoted(column.name)[1:-1]
    there = [word for word, trained in zip(column.values, training.tolist(), strict=True) if trained]
    words = tuple(sorted(set(there) - {""}))
    if len(words) > MOST_WORDS:
        reason = f"it has {len(words):,} different words in the training rows; at most {MOST_WORDS} are given one-hot"
        if chosen:
            raise DataError(file, None, f"{shown} cannot be an input: {reason}")
        notes.append(f"{shown} is left out: {reason}.")
        return None
    if "" in there and MISSING_WORD not in words:
        words = (*words, MISSING_WORD)
    if len(words) < 2:
        said = f"it is {quoted(words[0])} in all training rows" if words else "it has no values in the training rows"
        notes.append(f"{shown} is left out: {said}.")
        return None
    if gaps := sum(not word for word in column.values):
        own = f": a word of its own, {MISSING_WORD}"
        said = own if "" in there else ", none of them to train on; there all its inputs are 0"
        notes.append(f"{shown} is missing in {gaps:,} of {counted(len(training), 'row')}{said}.")
    known = {*there, ""}
    if unseen := sum(word not in known for word in column.values):
        rows = "the word of 1 test row is" if unseen == 1 else f"the words of {unseen:,} test rows are"
        notes.append(f"{shown}: {rows} in no training row, so there all its inputs are 0.")
    folded = [word.casefold() for word in words]
    if twins := [word for word in words if folded.count(word.casefold()) > 1]:
        notes.append(
            f"{shown} has {listed(tuple(twins))}, which differ only in upper and lower case: they count as different."
        )
    return WordInput(column.name, words)
