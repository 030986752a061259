"""Play a lab: one key lets it go on by itself, step by step, and pauses it."""

from __future__ import annotations

from textual.timer import Timer

from tutor.language.catalogue import N_, _, ngettext
from tutor.ui.screens.lesson_lab import LessonLab
from tutor.ui.widgets.lab_panel import LabPanel

SPEEDS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Frames a second."""
MOST_OVER_A_LINE = 4.0
USUAL = 1
NO_MOTION = N_("Motion is off here; take each step with its own key.")


class LessonMotion(LessonLab):
    """A lesson's lab that can be played."""

    _playing: Timer | None = None
    _speed: int = USUAL

    @property
    def plays(self) -> bool:
        """Whether the lab goes on by itself now."""
        return self._playing is not None

    @property
    def has_motion(self) -> bool:
        """Whether there is something to play on this step."""
        return any(panel.motions for panel in self.query(LabPanel))

    def action_play(self) -> None:
        """Play or pause."""
        if self._left:
            return
        if self.plays:
            self.pause_motion()
            self.tutor.remark(_("Paused. P goes on."))
        elif self.tutor.still:
            self.tutor.remark(_(NO_MOTION))
        else:
            self.query_one(LabPanel).begin_motion()
            self._play()

    def action_speed(self, by: int) -> None:
        """Play faster or slower."""
        self._speed = min(max(self._speed + by, 0), len(self._speeds) - 1)
        if self.plays:
            self._play()

    def pause_motion(self) -> None:
        """Let the lab stand."""
        if self._playing is not None:
            self._playing.stop()
            self._playing = None

    @property
    def _speeds(self) -> tuple[float, ...]:
        """The speeds that there are: over SSH not more frames than are painted."""
        return tuple(speed for speed in SPEEDS if not self.tutor.pace.remote or speed <= MOST_OVER_A_LINE)

    def _play(self) -> None:
        self.pause_motion()
        speed = self._speeds[min(self._speed, len(self._speeds) - 1)]
        self._playing = self.set_interval(1 / speed, self._next_frame)
        self.tutor.remark(
            ngettext(
                "Playing, {speed:g} step a second: P pauses, < slower, > faster.",
                "Playing, {speed:g} steps a second: P pauses, < slower, > faster.",
                1 if speed == 1 else 2,
            ).format(speed=speed)
        )

    def _next_frame(self) -> None:
        """One frame, unless something covers the lab or nobody watches."""
        if self._left or self.tutor.pace.unseen:
            self.pause_motion()
        elif self.is_current and not self.query_one(LabPanel).next_frame():
            self.pause_motion()
            self.tutor.remark(_("That was the last step. P plays it again."))

    async def _mount_lab(self, show: tuple[str, ...]) -> None:
        self.pause_motion()
        await super()._mount_lab(show)

    def leave(self) -> None:
        """Stop, and close the lab."""
        self.pause_motion()
        super().leave()
