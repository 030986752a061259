"""One training recipe with many seeds: does a result come from the recipe or from a lucky seed?"""

from __future__ import annotations

from dataclasses import replace

from tutor.backends.interface import TrainingData
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Vector
from tutor.training.run import RunStarter
from tutor.training.settings import RunSettings


class SeedSurvey:
    """Trains one network after another, seeds 0 to ``seeds`` − 1, at full speed."""

    def __init__(self, start_run: RunStarter, settings: RunSettings, data: TrainingData, seeds: int) -> None:
        self._start_run = start_run
        self._settings = replace(settings, epochs_per_second=None)
        self._data = data
        self.seeds = seeds
        self.correct: list[int] = []
        self._current: InPlaceTraining | None = None

    @property
    def epochs(self) -> int:
        """The epochs of each training."""
        return self._settings.epochs

    @property
    def rows(self) -> int:
        """The number of training rows that each network answers."""
        return self._data.rows

    @property
    def busy(self) -> bool:
        """Whether seeds are left."""
        return len(self.correct) < self.seeds

    @property
    def learned_all(self) -> int:
        """How many of the seeds tried so far answer every training row right."""
        return sum(correct == self.rows for correct in self.correct)

    @property
    def moment(self) -> object:
        """A key that differs (``==``) between surveys, and changes when a seed is done or the survey stops."""
        return self, len(self.correct), self.seeds

    def poll(self) -> bool:
        """Fetch finished results and start the next seed; inline runs finish all seeds at once."""
        changed = False
        while self.busy:
            if self._current is None:
                self._current = self._begin(len(self.correct))
            self._current.poll()
            if self._current.training:
                break
            (_, accuracy), _ = self._current.evaluations()
            self.correct.append(round(accuracy * self._data.rows))
            self._current.close()
            self._current = None
            changed = True
        return changed

    def close(self) -> None:
        """Stop without trying the remaining seeds."""
        self.seeds = len(self.correct)
        if self._current is not None:
            self._current.close()
            self._current = None

    def _begin(self, seed: int) -> InPlaceTraining:
        settings = replace(self._settings, spec=replace(self._settings.spec, seed=seed))
        training = InPlaceTraining(self._start_run, lambda: settings, lambda: self._data)
        training.play()
        return training


NO_SEEDS = "none yet"


def survey_sentence(survey: SeedSurvey | None) -> str:
    """A sentence that says how many seeds learned everything."""
    if survey is None or not survey.correct:
        return NO_SEEDS
    return f"{survey.learned_all} of {len(survey.correct)} learned every drawing in {survey.epochs} epochs"


def survey_verdict(survey: SeedSurvey | None) -> str:
    """Says whether none, some or all of the seeds tried so far learned everything."""
    if survey is None or not survey.correct:
        return NO_SEEDS
    return "none" if not survey.learned_all else "all" if survey.learned_all == len(survey.correct) else "some"


def survey_counts(name: str, survey: SeedSurvey | None, rows: int, seeds: int) -> Vector:
    """How many seeds answer all ``rows`` right, how many all but one, and so on; bars up to ``seeds``."""
    rows = survey.rows if survey is not None else rows
    correct = survey.correct if survey is not None else []
    labels = tuple(f"{right} right" for right in range(rows, -1, -1))
    counts = tuple(float(correct.count(right)) for right in range(rows, -1, -1))
    return Vector(name, "seeds by drawings right", labels, counts, digits=0, bars=True, high=seeds)
