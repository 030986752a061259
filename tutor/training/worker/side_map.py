"""The worker's side of a complete map: a slice of the work between two looks at the commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutor.training.network_map import NetworkMapRequest
from tutor.training.shape_map import MapRequest
from tutor.training.snapshot import Phase
from tutor.training.worker.messages import Arrays, Message


class WorkerSideMap:
    """One map in the worker. It begins as it opens, and closing it stops it."""

    def __init__(self, values: Mapping[str, Any], arrays: Arrays) -> None:
        asked = values["request"]
        request = NetworkMapRequest.from_message(asked, arrays) if "spec" in asked else MapRequest(**asked)
        self._work = request.begun()
        self.phase = Phase.RUNNING

    def command(self, values: Mapping[str, Any], arrays: Arrays) -> None:
        """Nothing: a map takes no commands."""

    def train_a_slice(self) -> bool:
        """Train a network or map some drawings; false if there is nothing left to do."""
        if self.phase is not Phase.RUNNING:
            return False
        self._work.go_on()
        if self._work.finished:
            self.phase = Phase.DONE
        return True

    def answer(self) -> Message:
        """How far it is, and the answer once there is one."""
        if self.phase is not Phase.DONE:
            return {"share": self._work.share}, {}
        found = self._work.answer()
        return {"share": 1.0, "report": found.report.to_values()}, {"theta": found.theta}

    def close(self) -> None:
        """Stop."""
        self._work.close()
