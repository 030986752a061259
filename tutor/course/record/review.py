"""The review schedule of a finished lesson: after one day, then twice the gap each time that it goes well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from tutor.course.lessons.lesson import LessonSummary
from tutor.course.record.event_log import Event
from tutor.course.record.lesson_progress import WARM_UP, LessonProgress, question_of, went_well
from tutor.course.record.step_states import lesson_state

LONGEST_GAP = 64
"""The longest gap between reviews, in days."""

_WEEK = 7


@dataclass(frozen=True)
class Review:
    """The review schedule of a finished lesson.

    The gaps are 1, 2, 4, … days: a lesson whose questions go well is reviewed one, three and seven days after it was
    done. ``finished`` is the time it was done, or its end was last reached after that; ``last`` is the later of that
    and the last warm-up.
    """

    finished: datetime
    last: datetime
    gap: int = 1

    def due(self, zone: tzinfo | None = None) -> date:
        """The day of the next review, in the time zone ``zone`` (None: the machine's)."""
        return _day(self.last, zone) + timedelta(days=self.gap)

    def is_due(self, now: datetime) -> bool:
        """Whether that day has come."""
        return self.due(now.tzinfo) <= now.date()

    def due_words(self, now: datetime) -> str:
        """When it is due: ``due today``, ``due tomorrow``, ``due in 4 days``, ``due on 24 Nov``."""
        due = self.due(now.tzinfo)
        days = (due - now.date()).days
        if days <= 1:
            return "due tomorrow" if days == 1 else "due today"
        return f"due in {days} days" if days <= _WEEK else f"due on {due.day} {due:%b}"

    def days_since_finished(self, now: datetime) -> int:
        """The number of days since the lesson was finished."""
        return (now.date() - _day(self.finished, now.tzinfo)).days


def review_after(review: Review | None, event: Event) -> Review | None:
    """The schedule of a lesson after one more event; None until it is done or was left at its end.

    Whether a lesson left at its end is done depends on its steps: see ``planned``.
    """
    if event.kind == "done" and review is not None:
        # The end had been reached before, with questions open.
        return Review(event.at, event.at)
    if event.kind in ("done", "finished"):
        # Going through the lesson again is not a review: the gap stays, counted from now.
        return Review(event.at, event.at) if review is None else replace(review, finished=event.at, last=event.at)
    if review is None or not event.kind.startswith(WARM_UP) or question_of(event) is None:
        return review
    if went_well(event):
        return replace(review, last=event.at, gap=min(2 * review.gap, LONGEST_GAP))
    return replace(review, last=event.at, gap=1)


def reviews(events: Iterable[Event]) -> dict[str, Review]:
    """The schedules of all finished lessons, by lesson id, from their events in order."""
    found: dict[str, Review] = {}
    for event in events:
        review = review_after(found.get(event.lesson), event)
        if review is not None:
            found[event.lesson] = review
    return found


def planned(
    found: Mapping[str, Review], all_progress: Mapping[str, LessonProgress], lessons: Iterable[LessonSummary]
) -> dict[str, Review]:
    """The schedules of those ``lessons`` that are done; lessons that were only paged through have no review."""
    return {
        lesson.id: found[lesson.id]
        for lesson in lessons
        if lesson.id in found and lesson_state(lesson.outline, all_progress.get(lesson.id, LessonProgress())).done
    }


def _day(moment: datetime, zone: tzinfo | None) -> date:
    return moment.astimezone(zone).date()
