"""Put a token's run into the studio, without losing what the learner had there."""

from __future__ import annotations

from tutor.course.lessons.lesson import STUDIO
from tutor.course.record.progress import Progress


def put_into_studio(token: str, progress: Progress) -> None:
    """Make what a token says the studio's state, as if the learner had left it so.

    What was there, if it was trained or built, is the last of the studio's past runs. Raises ``TokenError``.
    """
    from tutor.labs.studio import StudioLab

    lab = StudioLab()
    before = progress.load_lab(STUDIO)
    if before is not None:
        lab.restore(before)
    lab.show_token(token)
    progress.save_lab(STUDIO, lab.state())
    lab.close()
