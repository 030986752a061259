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
    """One thing done: visit, finished, done, step, again, right, wrong, hint or skip."""

    what: str
    position: int = -1
    question: int = -1


def standing_after(deeds: Sequence[Deed]) -> dict[str, Any]:
    """What those deeds come to."""
    steps = [deed.position for deed in deeds if deed.what == "step"]

    def asked(*kinds: str) -> set[Question]:
        return {(deed.position, deed.question) for deed in deeds if deed.what in kinds}

    right = asked("right")
    return {
        "position": steps[-1] if steps else 0,
        "seen": {STEPS[position] for position in steps},
        "finished": any(deed.what == "finished" for deed in deeds),
        "visits": sum(deed.what == "visit" for deed in deeds),
        "hints": sum(deed.what == "hint" for deed in deeds),
        "answered": len(asked("right", "wrong")),
        "correct": len(right),
        "states": [state_after(deeds, position) for position in range(len(STEPS))],
    }


def state_after(deeds: Sequence[Deed], position: int) -> str:
    """The word for the state of a step: of its questions the one that most remains to be done with."""
    if not QUESTIONS[position]:
        return "seen" if Deed("step", position) in deeds else "open"
    words = [question_after(deeds, (position, index)) for index in range(QUESTIONS[position])]
    return next(word for word in ("open", "wrong", "skipped", "right later", "right at first") if word in words)


def question_after(deeds: Sequence[Deed], question: Question) -> str:
    """The word for the state of one question: open or wrong where it is asked again, until it is settled again."""
    since = deeds_since_again(deeds, question)
    if since is None:
        return question_before_again(deeds, question)
    return "wrong" if "wrong" in since else "open"


def question_before_again(deeds: Sequence[Deed], question: Question) -> str:
    """The word for the state of one question, whether or not it is asked again."""
    happened = [deed.what for deed in deeds if (deed.position, deed.question) == question]
    if "right" in happened:
        return "right at first" if happened[0] == "right" else "right later"
    last = [what for what in happened if what in ("wrong", "skip")][-1:]
    return {"wrong": "wrong", "skip": "skipped"}[last[0]] if last else "open"


def deeds_since_again(deeds: Sequence[Deed], question: Question) -> list[str] | None:
    """What happened with a question since it was asked again; None where it is not open for that reason."""
    for place in range(len(deeds)):
        before, after = deeds[:place], [deed for deed in deeds[place:] if (deed.position, deed.question) == question]
        if deeds[place] != Deed("again", question[0]) or {"right", "skip"} & {deed.what for deed in after}:
            continue
        tried = [d.what for d in before if (d.position, d.question) == question and d.what not in ("hint", "step")]
        if "right" in tried or tried[-1:] == ["skip"]:
            return [deed.what for deed in after]
    return None


def is_done(deeds: Sequence[Deed]) -> bool:
    """Whether every step was opened, and every question was right or is skipped."""
    opened = {deed.position for deed in deeds if deed.what == "step"}
    asked = [(position, index) for position, many in enumerate(QUESTIONS) for index in range(many)]
    words = {question_before_again(deeds, question) for question in asked}
    return opened == set(range(len(STEPS))) and not {"open", "wrong"} & words


def settled_after(deeds: Sequence[Deed]) -> set[Question]:
    """The questions that are shown with their answers to whoever comes now."""
    found: set[Question] = set()
    for deed in deeds:
        if deed.what in ("right", "skip"):
            found.add((deed.position, deed.question))
        elif deed.what == "again":
            found = {question for question in found if question[0] != deed.position}
    return found


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
    own: list[Deed] = field(default_factory=list)
    """What it knew when it came, and its own deeds since: by these it tells when the lesson is done."""

    def begin(self) -> None:
        """Come: what was settled is so still."""
        self.own = list(self.known)
        for question in settled_after(self.known):
            self.asked[question] = Asked(settled=True)

    def look(self, disk: Disk) -> None:
        """Learn of what others did."""
        self.known += [deed for owner, deed in disk.deeds[self.looked :] if owner != self.number]
        self.looked = len(disk.deeds)

    def do(self, disk: Disk, deed: Deed) -> None:
        """Do it; whether it is on the disk has to be seen. What completes the lesson is followed by saying so."""
        was_done = is_done(self.own)
        self.own.append(deed)
        completes = is_done(self.own) and not was_done
        self.look(disk)
        for each in (deed, *([Deed("done")] if completes else [])):
            self.known.append(each)
            self.waiting.append(each)

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
