"""A text control in a lab: what it takes and refuses, typed lines, what is kept of it, what a script expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.word_lab import WordLab
from tutor.course.commands import Reply, apply, parse_command
from tutor.course.lessons.lesson import DrawChoice, Lesson, Step
from tutor.course.questions.draws import draw_controls, numbers_of, put_back
from tutor.course.record.progress import Progress
from tutor.course.session import LessonSession
from tutor.labs.kit.contract import LabState
from tutor.labs.kit.controls import ControlError, TextControl
from tutor.scripting.expectations import check
from tutor.scripting.parse import ExpectValue, parse_script

STEP = Step("own", "Own", "Type.", ("word", "sentence", "length"), set={"word": "anna"})
WORD, SENTENCE = (control for control in WordLab().controls() if isinstance(control, TextControl))


@pytest.fixture
def session() -> LessonSession:
    opened = LessonSession(Lesson("words", 3, "Words", "To type.", "words", (STEP,), Path()), WordLab())
    opened.open()
    return opened


def do(session: LessonSession, line: str) -> Reply:
    return apply(parse_command(line), session)


@pytest.mark.parametrize(
    ("control", "value", "taken"),
    [
        (WORD, "mia", "mia"),
        (WORD, " MIA ", "mia"),
        (WORD, "abcdefghijkl", "abcdefghijkl"),
        (SENTENCE, "Low  lower ", "Low lower"),
        (SENTENCE, "5", "5"),
        (SENTENCE, "grün, 東京 [b]", "grün, 東京 [b]"),
        (SENTENCE, "京" * 20, "京" * 20),
    ],
)
def test_what_is_taken(control: TextControl, value: object, taken: str) -> None:
    assert control.check(value) == taken


@pytest.mark.parametrize(
    ("control", "value", "sentence"),
    [
        (WORD, "a", "your word has 2 to 12 characters; this has 1"),
        (WORD, "abcdefghijklm", "your word has 2 to 12 characters; this has 13"),
        (WORD, "zoë", "your word has a to z; “ë” is none of them"),
        (WORD, "an na", "your word has a to z; “ ” is none of them"),
        (WORD, 3, "your word is text; got 3"),
        (WORD, None, "your word is text; got None"),
        (SENTENCE, "", "your sentence has 1 to 40 characters; this has 0"),
        (SENTENCE, "   ", "your sentence has 1 to 40 characters; this has 0"),
        (SENTENCE, "京" * 21, "your sentence has 1 to 40 characters; this has 42"),
        (SENTENCE, "a\tb", r"your sentence has characters that can be printed; '\t' is none of them"),
        (SENTENCE, "a\x1b[2J", r"your sentence has characters that can be printed; '\x1b' is none of them"),
        (SENTENCE, "a\udcff", r"your sentence has characters that can be printed; '\udcff' is none of them"),
        (SENTENCE, "a\u202eb", r"your sentence has characters that can be printed; '\u202e' is none of them"),
    ],
)
def test_what_is_refused(control: TextControl, value: object, sentence: str) -> None:
    with pytest.raises(ControlError) as refused:
        control.check(value)
    assert str(refused.value) == sentence
    str(refused.value).encode()


def test_it_is_typed_as_it_is_and_a_number_is_a_text(session: LessonSession) -> None:
    assert do(session, "set word Mia").lines == ("your word (word): mia",)
    assert do(session, "set sentence 1 + 1  is 2").lines == ("your sentence (sentence): 1 + 1 is 2",)
    assert session.lab.get("word") == "mia"
    assert session.lab.get("sentence") == "1 + 1 is 2"
    assert session.lab.lookup("length") == 13


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("set word o'neil", "your word has a to z; “'” is none of them"),
        ("set word[1] b", "word has no place '1'"),
        ("press word", "there is no control"),
    ],
)
def test_a_line_that_it_does_not_take_is_told_and_changes_nothing(
    session: LessonSession, line: str, sentence: str
) -> None:
    reply = do(session, line)
    assert not reply.ok
    assert sentence in reply.lines[0]
    assert session.lab.get("word") == "anna"


def test_the_plain_face_prints_it_with_what_it_takes(session: LessonSession) -> None:
    assert do(session, "show word").lines == ("your word (word): anna; 2 to 12 characters, a to z",)
    assert do(session, "show sentence").lines == ("your sentence (sentence): low lower; 1 to 40 characters",)


def test_a_script_expects_it(session: LessonSession) -> None:
    script = "open words\nexpect word Anna\nexpect sentence low lower\nexpect sentence low\n"
    expected = [s.action for s in parse_script(script, Path("a.walk")).statements if isinstance(s.action, ExpectValue)]
    met = [check(each, session, None) is None for each in expected]
    assert met == [True, True, False]


def test_a_step_sets_it_and_draws_it_among_texts() -> None:
    lab = WordLab()
    step = Step("own", "Own", "Type.", (), draw=(DrawChoice("word", ("mia", "noah", "liam")),))
    drawn = set()
    for seed in range(20):
        draw_controls(step, lab, seed, 0)
        drawn.add(lab.word("word"))
    assert drawn == {"mia", "noah", "liam"}
    kept = numbers_of(step, lab)
    last = lab.word("word")
    lab.set("word", "emma")
    assert put_back(kept, step, lab)
    assert lab.word("word") == last
    assert not put_back({"word": "o'neil"}, step, lab)


def test_it_is_kept_with_the_lab_and_comes_back(tmp_path: Path) -> None:
    lab = WordLab()
    lab.set("sentence", "grün, 東京 [b]")
    Progress(tmp_path).save_lab("words", lab.state())
    kept = Progress(tmp_path).load_lab("words")
    assert kept is not None
    again = WordLab()
    again.restore(kept)
    assert again.word("sentence") == "grün, 東京 [b]"
    assert again.twin().word("sentence") == "grün, 東京 [b]"


def test_a_kept_text_that_it_no_longer_takes_is_left_out() -> None:
    lab = WordLab()
    lab.restore(LabState({"word": "much too long a word", "sentence": 7}))
    assert (lab.word("word"), lab.word("sentence")) == ("emma", "low lower")
