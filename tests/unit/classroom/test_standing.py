"""Where a learner is and whether they are stuck, on events made by hand."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tutor.classroom.live import LiveClass
from tutor.classroom.standing import AWAY_AFTER, Cause, Standing, StandingTally
from tutor.course.record.event_log import Event, EventLog

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def standing(*events: tuple[str, float, dict[str, Any]], lesson: str = "neuron") -> Standing:
    """After these events: the kind, the minute after nine, and the details."""
    tally = StandingTally()
    for kind, minute, details in events:
        tally.add(Event(kind, details.pop("lesson", lesson), details, at(minute)))
    return tally.standing()


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def answer(minute: float, correct: bool, question: int = 0, **details: Any) -> tuple[str, float, dict[str, Any]]:
    return "answer", minute, {"step": "bias", "question": question, "correct": correct, **details}


def step(minute: float, name: str = "bias") -> tuple[str, float, dict[str, Any]]:
    return "step", minute, {"step": name, "position": 1}


def test_a_learner_is_where_they_came_last() -> None:
    found = standing(("visit", 0, {}), step(1), step(4, "sigmoid"))
    assert (found.lesson, found.step, found.since, found.last) == ("neuron", "sigmoid", at(4), at(4))
    assert found.stuck_for(at(5)) is None


def test_stuck_begins_with_the_first_wrong_answer_or_hint_and_ends_with_a_right_one() -> None:
    tried = [
        ("visit", 0, {}),
        step(1),
        ("hint", 2, {"step": "bias", "question": 0}),
        answer(4, False),
        answer(5, False),
    ]
    found = standing(*[(kind, minute, dict(details)) for kind, minute, details in tried])
    assert found.stuck_for(at(6)) == timedelta(minutes=4)
    assert found.wrong_here == 2
    found = standing(*tried, answer(6, True))
    assert found.stuck_since is None
    assert found.wrong_here == 0


def test_who_went_on_or_skipped_or_reached_a_goal_is_not_stuck() -> None:
    for after in (
        step(4, "sigmoid"),
        ("skip", 4, {"step": "bias", "question": 0}),
        ("goal", 4, {"step": "bias", "goal": 0}),
    ):
        assert standing(step(1), answer(2, False), after).stuck_since is None


def test_who_is_away_is_not_stuck() -> None:
    found = standing(step(1), answer(2, False))
    assert found.stuck_for(at(3)) == timedelta(minutes=1)
    later = at(2) + AWAY_AFTER
    assert found.away(later)
    assert found.stuck_for(later) is None
    assert Standing().away(NINE)


def test_right_at_first_means_the_first_answer_without_a_hint_before() -> None:
    found = standing(
        answer(1, True), answer(2, False, 1), answer(3, True, 1), ("hint", 4, {"step": "bias", "question": 2}),
        answer(5, True, 2), ("warm-up answer", 6, {"step": "bias", "question": 3, "correct": True}),
    )  # fmt: skip
    assert (found.answered, found.right_at_first) == (3, 1)


def test_a_warm_up_does_not_move_a_learner() -> None:
    found = standing(step(1), ("warm-up answer", 2, {"lesson": "softmax", "step": "x", "question": 0, "correct": True}))
    assert (found.lesson, found.step) == ("neuron", "bias")


def test_errors_are_counted_by_their_cause() -> None:
    found = standing(
        answer(1, False, mistake="0"), answer(2, False, slip="sign"), answer(3, False, slip="sign"), answer(4, False),
        ("check", 5, {"lesson": "exercise:softmax", "verdict": "bug", "bugs": ["no-shift"]}),
    )  # fmt: skip
    assert found.errors == {
        Cause("neuron", "bias", 0, "0"): 1,
        Cause("neuron", "bias", 0, "sign"): 2,
        Cause("neuron", "bias", 0, ""): 1,
        Cause("softmax", "", 0, "no-shift"): 1,
    }


def test_a_class_is_followed_and_its_commonest_errors_are_those_of_most_learners(tmp_path: Path) -> None:
    wrong = {"step": "bias", "question": 0, "correct": False}
    live = LiveClass(tmp_path)
    with closing(EventLog(tmp_path / "ada", [])) as ada, closing(EventLog(tmp_path / "bob", [])) as bob:
        for _ in range(5):
            ada.append("answer", "neuron", {**wrong, "slip": "sign"})
        bob.append("answer", "neuron", {**wrong, "mistake": "1"})
        assert live.update().commonest_errors(1) == [(Cause("neuron", "bias", 0, "sign"), 1, 5)]
        ada.append("answer", "neuron", {**wrong, "mistake": "1"})
        now = live.update()
    assert now.commonest_errors(2) == [
        (Cause("neuron", "bias", 0, "1"), 2, 2),
        (Cause("neuron", "bias", 0, "sign"), 1, 5),
    ]
    assert set(now.standings) == {"ada", "bob"}
    assert now.troubles == ()


def test_a_log_that_cannot_be_read_is_told_and_the_others_are_followed(tmp_path: Path) -> None:
    with closing(EventLog(tmp_path / "ada", [])) as ada:
        ada.append("visit", "neuron", {})
        (tmp_path / "bob").mkdir()
        (tmp_path / "bob" / "progress.db").write_text("no database", encoding="utf-8")
        now = LiveClass(tmp_path).update()
    assert now.standings["ada"].lesson == "neuron"
    assert len(now.troubles) == 1
    assert "bob" in now.troubles[0]
