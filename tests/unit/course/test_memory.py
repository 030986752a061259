"""The formulas of memory against the library that they come from, and against its definition of stability."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.course.record.memory import DESIRED_RECALL, Rating, first_memory, rated

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GAPS = st.integers(0, 60)


def library(ratings: list[tuple[int, Rating]]) -> tuple[float, float, float]:
    """Stability, difficulty and the recall ten days later, by py-fsrs without learning steps and fuzzing."""
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, at = fsrs.Card(), START
    for days, rating in ratings:
        at += timedelta(days=days)
        card, _ = scheduler.review_card(card, fsrs.Rating(int(rating)), at)
    assert card.stability is not None
    assert card.difficulty is not None
    return card.stability, card.difficulty, scheduler.get_card_retrievability(card, at + timedelta(days=10))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(GAPS, st.sampled_from(Rating)), min_size=1, max_size=12))
def test_it_is_the_librarys(ratings: list[tuple[int, Rating]]) -> None:
    at = START + timedelta(days=ratings[0][0])
    memory = first_memory(ratings[0][1], at)
    for days, rating in ratings[1:]:
        at += timedelta(days=days)
        memory = rated(memory, rating, at, UTC)
    stability, difficulty, recall = library(ratings)
    assert memory.stability == pytest.approx(stability, rel=1e-12)
    assert memory.difficulty == pytest.approx(difficulty, rel=1e-12)
    assert memory.recall(10) == pytest.approx(recall, rel=1e-12)
    assert memory.ratings == len(ratings)


@pytest.mark.parametrize("rating", list(Rating))
def test_stability_is_the_days_until_it_is_due(rating: Rating) -> None:
    memory = first_memory(rating, START)
    assert memory.recall(memory.stability) == pytest.approx(DESIRED_RECALL, rel=1e-12)
    assert memory.recall(0) == 1


def test_calendar_days_count_and_not_hours() -> None:
    memory = first_memory(Rating.GOOD, datetime(2026, 3, 2, 23, 0, tzinfo=UTC))
    assert memory.days_since(datetime(2026, 3, 3, 1, 0, tzinfo=UTC), UTC) == 1
    assert memory.days_since(datetime(2026, 3, 2, 23, 59, tzinfo=UTC), UTC) == 0
