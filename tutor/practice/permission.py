"""Whether a learner's code may run where this machine cannot keep it from their files: they are asked once."""

from __future__ import annotations

import os

from tutor.course.record.progress import Progress
from tutor.language.catalogue import N_, _
from tutor.sandbox.restriction import reachable_level

QUESTION = N_(
    "This machine cannot keep the code of an exercise away from your files: that takes Landlock and seccomp, from "
    "Linux 5.13 on. What you write would run as any other program of yours does. Run it all the same? The answer is "
    "kept."
)
"""For yes or no."""
REFUSED = N_(
    "You answered that no code is to run here. dl-tutor practice check --unprotected runs it and asks anew next time."
)
RESTRICTED = N_("In a restricted session no code runs on such a machine.")
_SETTING, _YES, _NO = "code without protection", "yes", "no"


class Permission:
    """The learner's answer, kept with their progress. ``restricted`` sessions have none, and ask for none."""

    def __init__(self, progress: Progress, restricted: bool = False) -> None:
        self._progress, self._restricted = progress, restricted

    @property
    def must_ask(self) -> bool:
        """Whether nothing is run before the learner answers."""
        return not self._restricted and self._kept() not in (_YES, _NO) and not is_kept_in()

    @property
    def is_given(self) -> bool:
        """Whether code may run without protection."""
        return not self._restricted and self._kept() == _YES

    @property
    def refusal(self) -> str:
        """Why nothing is run, where ``must_ask`` is false and ``is_given`` too."""
        return _(RESTRICTED) if self._restricted else _(REFUSED)

    def answer(self, allowed: bool) -> None:
        """Keep the answer."""
        self._progress.set_setting(_SETTING, _YES if allowed else _NO)

    def forget(self) -> None:
        """Ask again next time."""
        if self._kept():
            self._progress.set_setting(_SETTING, "")

    def _kept(self) -> str | None:
        return self._progress.setting(_SETTING)


def is_kept_in() -> bool:
    """Whether code is kept from files, or cannot run here at all, so that there is nothing to ask."""
    return not hasattr(os, "fork") or reachable_level().complete
