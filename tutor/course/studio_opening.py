"""Take a lesson's lab to the studio, and put a token's run there without losing what the learner had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor.course.lessons.lesson import STUDIO
from tutor.language.catalogue import N_, _
from tutor.resources import studio_folder

if TYPE_CHECKING:
    from tutor.course.record.progress import Progress
    from tutor.course.session import LessonSession
    from tutor.studio.experiment import Experiment

OF_ALL_DATA = "training"
"""The first view that has a picture whatever the rows are."""
IN_IT = N_("This is the studio.")
COVERED = N_("The studio would show what is covered: answer or skip the question first.")
HAS_NONE = N_("The studio has nothing like this lab.")


class NotTaken(ValueError):
    """Why a lab cannot be taken to the studio now, as a sentence of one line."""


@dataclass(frozen=True)
class Taken:
    """An experiment, its token, and a sentence about what the studio lacks; empty if it lacks nothing."""

    experiment: Experiment
    token: str
    lacks: str


def taken_from(session: LessonSession) -> Taken:
    """The run in the studio that is nearest to what the session's lab shows. Raises ``NotTaken``."""
    lab = session.lab
    if session.lesson.lab == STUDIO:
        raise NotTaken(_(IN_IT))
    if session.covered:
        raise NotTaken(_(COVERED))
    experiment = lab.for_studio()
    if experiment is None:
        raise NotTaken(_(HAS_NONE))
    from tutor.studio.token import token_of

    left_out = lab.left_out_of_studio()
    return Taken(
        experiment,
        token_of(experiment),
        _("Not taken along: {left_out}.").format(left_out=left_out) if left_out else "",
    )


@dataclass(frozen=True)
class Opening:
    """Where the studio opens: at a ``view`` from 0, None for the last; ``said`` if the moment asked for is not met."""

    view: int | None
    said: str


def put_into_studio(experiment: Experiment, progress: Progress) -> Opening:
    """Make an experiment the studio's state, as if the learner had left it so.

    What was there, if it was trained or built, is the last of the studio's past runs.
    """
    from tutor.labs.studio import StudioLab

    lab = StudioLab()
    before = progress.load_lab(STUDIO)
    if before is not None:
        lab.restore(before)
    said = lab.show_experiment(experiment)
    progress.save_lab(STUDIO, lab.state())
    lab.close()
    return Opening(first_view(experiment), said)


def first_view(experiment: Experiment) -> int | None:
    """The view, from 0, that has a picture of these rows; None where any has."""
    from tutor.course.lessons.loader import read_summary
    from tutor.studio.problem import problem_of

    if problem_of(experiment.data).plane is not None:
        return None
    return [view.id for view in read_summary(studio_folder()).outline].index(OF_ALL_DATA)
