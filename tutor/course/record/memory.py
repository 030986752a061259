"""The memory of one question, exercise or goal: FSRS-6, by its formulas.

https://github.com/open-spaced-repetition/py-fsrs, with its default parameters, which were fitted to reviews of many
learners. The library is not imported, since that takes a tenth of a second at each start; the tests hold this file
against it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import IntEnum

PARAMETERS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
DESIRED_RECALL = 0.9
"""Something is due once its recall has fallen to this. Its stability is the number of days until then."""
_LEAST_STABILITY = 0.001
_EASIEST, _HARDEST = 1.0, 10.0
_FACTOR = DESIRED_RECALL ** (-1 / PARAMETERS[20]) - 1


class Rating(IntEnum):
    """How it went, as FSRS numbers it."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True)
class Memory:
    """``stability`` in days, ``difficulty`` from 1 to 10, the time of the last rating, and how many there were.

    ``sure_and_wrong``: the learner was sure the last time, and wrong.
    """

    stability: float
    difficulty: float
    last: datetime
    ratings: int = 1
    sure_and_wrong: bool = False

    def recall(self, days: float) -> float:
        """The probability of recall this many days after the last rating."""
        return (1 + _FACTOR * max(days, 0) / self.stability) ** -PARAMETERS[20]

    def days_since(self, now: datetime, zone: tzinfo | None = None) -> int:
        """Calendar days from the last rating to ``now``, in the time zone ``zone`` (None: the machine's)."""
        return (now.astimezone(zone).date() - self.last.astimezone(zone).date()).days

    @property
    def gap(self) -> int:
        """Whole days from the last rating until it is due, at least one."""
        return max(1, round(self.stability))


def first_memory(rating: Rating, at: datetime) -> Memory:
    """The memory after the first rating."""
    return Memory(max(PARAMETERS[rating - 1], _LEAST_STABILITY), _clamped(_first_difficulty(rating)), at)


def rated(memory: Memory, rating: Rating, at: datetime, zone: tzinfo | None = None) -> Memory:
    """The memory after one more rating."""
    days = memory.days_since(at, zone)
    stability = (
        _after_minutes(memory, rating) if days < 1
        else _after_lapse(memory, days) if rating is Rating.AGAIN
        else _after_recall(memory, rating, days)
    )  # fmt: skip
    return replace(
        memory, stability=max(stability, _LEAST_STABILITY), difficulty=_next_difficulty(memory.difficulty, rating),
        last=at, ratings=memory.ratings + 1, sure_and_wrong=False,
    )  # fmt: skip


def _first_difficulty(rating: Rating) -> float:
    return PARAMETERS[4] - math.exp(PARAMETERS[5] * (rating - 1)) + 1


def _next_difficulty(difficulty: float, rating: Rating) -> float:
    damped = (_HARDEST - difficulty) * -PARAMETERS[6] * (rating - Rating.GOOD) / 9
    easy = _first_difficulty(Rating.EASY)
    return _clamped(PARAMETERS[7] * easy + (1 - PARAMETERS[7]) * (difficulty + damped))


def _clamped(difficulty: float) -> float:
    return min(max(difficulty, _EASIEST), _HARDEST)


def _after_recall(memory: Memory, rating: Rating, days: int) -> float:
    forgotten = 1 - memory.recall(days)
    gain = (
        math.exp(PARAMETERS[8]) * (11 - memory.difficulty) * memory.stability ** -PARAMETERS[9]
        * (math.exp(forgotten * PARAMETERS[10]) - 1)
        * (PARAMETERS[15] if rating is Rating.HARD else 1) * (PARAMETERS[16] if rating is Rating.EASY else 1)
    )  # fmt: skip
    return memory.stability * (1 + gain)


def _after_lapse(memory: Memory, days: int) -> float:
    relearned = (
        PARAMETERS[11] * memory.difficulty ** -PARAMETERS[12] * ((memory.stability + 1) ** PARAMETERS[13] - 1)
        * math.exp((1 - memory.recall(days)) * PARAMETERS[14])
    )  # fmt: skip
    return min(relearned, memory.stability / math.exp(PARAMETERS[17] * PARAMETERS[18]))


def _after_minutes(memory: Memory, rating: Rating) -> float:
    """The same day: FSRS's short-term memory."""
    increase = math.exp(PARAMETERS[17] * (rating - 3 + PARAMETERS[18])) * memory.stability ** -PARAMETERS[19]
    return memory.stability * (increase if rating is Rating.AGAIN else max(increase, 1))
