"""Read the token that a step on the studio's lab begins with."""

from __future__ import annotations

from tutor.course.lessons.lesson import STUDIO
from tutor.course.lessons.lesson_entry import Entry
from tutor.language.catalogue import _

MOST_STEPS = 50_000
"""Steps of training to the token's moment, which are taken while a learner waits for the step of the lesson."""


def read_token(entry: Entry, lab: str) -> str:
    """The token under ``studio``; empty if there is none. Raises ``LessonError`` for one that cannot be shown."""
    if "studio" not in entry.plain:
        return ""
    token = entry.text("studio")
    if lab != STUDIO:
        raise entry.error(
            "studio",
            _("a token is for the lab {studio!r}; this lesson's lab is {lab!r}").format(studio=STUDIO, lab=lab),
        )
    # Only here, since lists of lessons are read without the engine.
    from tutor.studio.token import TokenError, experiment_of

    try:
        step = experiment_of(token).step
    except TokenError as error:
        raise entry.error("studio", str(error)) from None
    if step > MOST_STEPS:
        raise entry.error(
            "studio",
            _("the token's moment is step {step:,}; a lesson begins at most at {most:,}").format(
                step=step, most=MOST_STEPS
            ),
        )
    return token
