"""What a terminal has not answered for says how far behind its line is."""

from __future__ import annotations

import pytest

from tutor.ui.terminal.frames_in_flight import GIVEN_UP_AFTER, SLOW_AFTER, FramesInFlight


class Moment:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Moment:
    return Moment()


def test_a_terminal_that_never_answers_is_asked_once_and_never_behind(clock: Moment) -> None:
    frames = FramesInFlight(clock)
    assert frames.to_ask
    frames.asked()
    assert not frames.to_ask
    clock.now += SLOW_AFTER * 2
    assert not frames.behind
    assert not frames.waiting


def test_one_that_answers_is_asked_after_each_frame(clock: Moment) -> None:
    frames = FramesInFlight(clock)
    frames.asked()
    frames.answered()
    assert frames.to_ask
    frames.asked()
    assert frames.to_ask
    assert frames.waiting
    assert not frames.behind


def test_the_oldest_unanswered_frame_says_when_the_line_is_slow(clock: Moment) -> None:
    frames = FramesInFlight(clock)
    frames.asked()
    frames.answered()
    frames.asked()
    clock.now += SLOW_AFTER * 0.9
    frames.asked()
    assert not frames.behind
    clock.now += SLOW_AFTER * 0.2
    assert frames.behind
    frames.answered()
    assert not frames.behind
    clock.now += SLOW_AFTER
    assert frames.behind


def test_an_answer_that_was_lost_stops_nothing_for_long(clock: Moment) -> None:
    frames = FramesInFlight(clock)
    frames.asked()
    frames.answered()
    frames.asked()
    clock.now += GIVEN_UP_AFTER * 1.01
    assert not frames.behind
    assert not frames.waiting
    # A late answer is for nothing that is awaited.
    frames.answered()
    assert not frames.waiting


def test_what_answers_once_and_never_again_is_waited_for_once(clock: Moment) -> None:
    frames = FramesInFlight(clock)
    frames.asked()
    frames.answered()
    frames.asked()
    clock.now += GIVEN_UP_AFTER * 1.01
    assert not frames.behind
    assert frames.to_ask
    frames.asked()
    clock.now += SLOW_AFTER * 2
    assert not frames.behind
    assert not frames.to_ask
    # Only late, after all: it is a terminal at the end of a slow line.
    frames.answered()
    assert frames.to_ask
