"""One worker for many: each process of the tests starts it once, and it loads TensorFlow once."""

from __future__ import annotations

from typing import Any

from tutor.training.worker.run import Workshop


class SharedWorkshop(Workshop):
    """Stands for the class ``Workshop`` where one is made for each command or script; ``end`` closes it."""

    def __call__(self, *_: Any) -> SharedWorkshop:
        """What would be a new one."""
        return self

    def close(self) -> None:
        """Stay: others use it, too."""

    def end(self) -> None:
        """Close it."""
        super().close()
