"""Networks beside the learner's own: other seeds and other sizes, trained one after the other in the background."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.parameters import views
from tutor.labs.embeddings.network import (
    MOST_CONTEXT,
    TOKENS,
    Trained,
    context_rows,
    run_settings,
    trained,
    trained_from,
)
from tutor.training.run import Run, RunStarter, start_inline
from tutor.training.snapshot import Phase

Key = tuple[int, int]
"""The numbers a letter, and the seed."""
_NAME = re.compile(r"other\.(\d+)\.(\d+)\.table")


@cache
def trained_here() -> dict[Key, Trained]:
    """What was trained at once in this process, for the answer to a question: a lab need not train it again.

    A network follows from its key alone, so it does not matter which lab asked.
    """
    return {}


class OtherNetworks:
    """The networks that are known, and those that are still to be trained."""

    def __init__(self, start_run: RunStarter) -> None:
        self._start_run = start_run
        self._known: dict[Key, Trained] = {}
        self._wanted: list[Key] = []
        self._run: Run | None = None

    def want(self, keys: Iterable[Key]) -> None:
        """Train those that are not known yet: inline at once, else in the background."""
        missing = [key for key in dict.fromkeys(keys) if key not in self]
        if self._start_run is start_inline:
            self._known |= {key: trained(*key) for key in missing}
            trained_here().update(self._known)
            return
        if self._run is not None and self._wanted[:1] != missing[:1]:
            self.close()
        self._wanted = missing
        self.poll()

    def poll(self) -> bool:
        """Fetch a network that is ready and begin the next; true if one was ready."""
        ready = False
        while self._wanted:
            size, seed = self._wanted[0]
            if (size, seed) in self:
                # The answer to a question was quicker.
                self._next()
                ready = True
                continue
            if self._run is None:
                settings = replace(run_settings(size, seed), epochs_per_second=None)
                self._run = self._start_run(settings, context_rows(MOST_CONTEXT), None)
                self._run.play()
            self._run.poll()
            snapshot = self._run.snapshot
            if snapshot.phase is Phase.FAILED:
                self.close()
                break
            if snapshot.checkpoint.position.epoch < run_settings(size, seed).epochs:
                break
            spec = run_settings(size, seed).spec
            self._known[size, seed] = trained_from(spec, views(spec, snapshot.checkpoint.engine.theta))
            self._next()
            ready = True
        return ready

    def _next(self) -> None:
        if self._run is not None:
            self._run.close()
        self._run, self._wanted = None, self._wanted[1:]

    @property
    def busy(self) -> bool:
        """Whether networks are still to be trained."""
        return bool(self._wanted)

    @property
    def moment(self) -> object:
        """What changes (``==``) when another network is known."""
        return tuple(self._known), tuple(trained_here())

    def __getitem__(self, key: Key) -> Trained:
        """A network; without numbers (NaN) while it is not known."""
        if key in self._known:
            return self._known[key]
        return trained_here().get(key) or Trained(np.full((len(TOKENS), key[0]), np.nan), (np.nan, np.nan))

    def __contains__(self, key: Key) -> bool:
        """Whether a network is known."""
        return key in self._known or key in trained_here()

    def close(self) -> None:
        """Stop; what is known stays."""
        if self._run is not None:
            self._run.close()
        self._run, self._wanted = None, []

    # Saving

    def kept(self) -> dict[str, NDArray[Any]]:
        """The arrays that ``restore`` needs."""
        arrays: dict[str, NDArray[Any]] = {}
        for (size, seed), network in self._known.items():
            arrays[f"other.{size}.{seed}.table"] = network.table
            arrays[f"other.{size}.{seed}.losses"] = np.array(network.losses)
        return arrays

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go back to saved networks; ignores those that have another shape than they should."""
        self.close()
        self._known = {}
        for name, table in arrays.items():
            found = _NAME.fullmatch(name)
            losses = arrays.get(f"{name.removesuffix('table')}losses", np.zeros(0))
            if found is None or losses.shape != (2,):
                continue
            size, seed = (int(number) for number in found.groups())
            if table.shape == (len(TOKENS), size):
                pair = (float(losses[0]), float(losses[1]))
                self._known[size, seed] = Trained(np.asarray(table, np.float64), pair)
