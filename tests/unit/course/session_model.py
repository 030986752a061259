"""What a learner's progress has to be, worked out from what they did, without the code that keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_LABS = 4
"""Labs of one lesson that are kept."""
QUESTIONS = (2, 0, 1, 0)
"""How many questions each step of the lesson has."""
HINTS = {(0, 0): 2, (0, 1): 1, (2, 0): 1}
STEPS = ("the-sum", "a-look", "the-output", "the-end")

Question = tuple[int, int]
"""A question by the position of its step and its place there, both from 0."""


@dataclass(frozen=True)
class Deed:
    """One thing done: ``visit``, ``finished``, ``step``, ``right``, ``wrong``, ``hint`` or ``skip``."""

    what: str
    position: int = -1
    question: int = -1


def standing_after(deeds: Sequence[Deed]) -> dict[str, Any]:
    """What those deeds come to."""
    steps = [deed.position for deed in deeds if deed.what == "step"]

    def asked(*kinds: str) -> set[Question]:
        return {(deed.position, deed.question) for deed in deeds if deed.what in kinds}

    right, passed = asked("right"), asked("right", "skip")
    marks = []
    for position, count in enumerate(QUESTIONS):
        here = {(position, index) for index in range(count)}
        answered = "✓ answered" if here and here <= right else "→ skipped" if here and here <= passed else ""
        marks.append(answered or ("✓ seen" if position in steps else ""))
    return {
        "position": steps[-1] if steps else 0,
        "seen": {STEPS[position] for position in steps},
        "finished": any(deed.what == "finished" for deed in deeds),
        "visits": sum(deed.what == "visit" for deed in deeds),
        "hints": sum(deed.what == "hint" for deed in deeds),
        "answered": len(asked("right", "wrong")),
        "correct": len(right),
        "marks": marks,
    }


@dataclass(frozen=True)
class KeptLab:
    """A lab on the disk: whose it is, and the how-manieth that was written."""

    owner: int
    revision: int
    values: Mapping[str, Any]


@dataclass
class Disk:
    """What was acknowledged, in the order in which it came to the disk."""

    deeds: list[tuple[int, Deed]] = field(default_factory=list)
    labs: list[KeptLab] = field(default_factory=list)
    """The newest last."""

    def standing(self) -> dict[str, Any]:
        """What whoever opens it now finds."""
        return standing_after([deed for _, deed in self.deeds])

    def newest_lab(self) -> KeptLab | None:
        """The lab that whoever opens the lesson now goes on from."""
        return self.labs[-1] if self.labs else None

    def write_lab(self, owner: int, values: Mapping[str, Any], goes_on_from: KeptLab | None) -> None:
        """In place of the owner's own and of the very one it goes on from; another's later work stays beside it."""
        revision = 1 + max((lab.revision for lab in self.labs), default=0)
        others = [lab for lab in self.labs if lab.owner != owner and lab != goes_on_from]
        self.labs = [*others, KeptLab(owner, revision, values)][-MOST_LABS:]


@dataclass
class Asked:
    """One question in one visit."""

    tries: int = 0
    hints: int = 0
    tries_at_last_hint: int = 0
    settled: bool = False


@dataclass
class Attendance:
    """One visit as it should be: the learner's place, what was asked, and what did not come to the disk yet."""

    number: int
    position: int = 0
    asked: dict[Question, Asked] = field(default_factory=dict)
    known: list[Deed] = field(default_factory=list)
    """Its own deeds and those of others, in the order in which it learned of them."""
    looked: int = 0
    waiting: list[Deed | Mapping[str, Any]] = field(default_factory=list)
    """Deeds, and at most one lab, that are not acknowledged."""
    goes_on_from: KeptLab | None = None

    def look(self, disk: Disk) -> None:
        """Learn of what others did."""
        self.known += [deed for owner, deed in disk.deeds[self.looked :] if owner != self.number]
        self.looked = len(disk.deeds)

    def do(self, disk: Disk, deed: Deed) -> None:
        """Do it; whether it is on the disk has to be seen."""
        self.look(disk)
        self.known.append(deed)
        self.waiting.append(deed)

    def keep_lab(self, values: Mapping[str, Any]) -> None:
        """Hand a lab over in place of one that still waits."""
        self.waiting = [item for item in self.waiting if isinstance(item, Deed)]
        self.waiting.append(values)

    def acknowledged(self, disk: Disk, left: int) -> None:
        """All but the last ``left`` of what waited is on the disk."""
        cut = len(self.waiting) - left
        for item in self.waiting[:cut]:
            if isinstance(item, Deed):
                disk.deeds.append((self.number, item))
            else:
                disk.write_lab(self.number, item, self.goes_on_from)
        self.waiting = self.waiting[cut:]

    @property
    def open_question(self) -> int | None:
        """The first question of the step that is not settled."""
        places = range(QUESTIONS[self.position])
        return next((n for n in places if not self.asked.get((self.position, n), Asked()).settled), None)

    @property
    def present(self) -> Asked:
        """How far the open question is."""
        assert self.open_question is not None
        return self.asked.setdefault((self.position, self.open_question), Asked())

    @property
    def hint_is_due(self) -> bool:
        """Whether there is one more hint, and a try lies between it and the one before."""
        assert self.open_question is not None
        asked = self.present
        more = asked.hints < HINTS[self.position, self.open_question]
        return more and (asked.hints == 0 or asked.tries > asked.tries_at_last_hint)
