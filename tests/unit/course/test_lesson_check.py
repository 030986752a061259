from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.course.lesson_files import MARKDOWN, TOML, WriteLesson, line_of
from tutor.course.lessons import check
from tutor.course.lessons.check import Checked, check_folder, check_lessons
from tutor.course.questions.checking import Verdict


def test_a_sound_lesson_has_no_fault(write_lesson: WriteLesson) -> None:
    folder = write_lesson()
    assert check_lessons(folder.parent) == Checked(1, 2, 2, ())
    assert check_folder(folder) == []


# A change to the sound lesson, a text on the line that the fault is to name, and words of the reason.
FAULTS = [
    # Names that the lab does not have.
    ('show = ["x", "w", "b", "z"]', 'show = ["x", "w", "bias"]', '"bias"',
     "show: there is no control or readout 'bias'"),
    ('hide = ["z"]', 'hide = ["z", "b"]', 'hide = ["z", "b"]', "hide: there is no readout 'b'"),
    ('set = { x = [1, 1],', 'set = { q = 1, x = [1, 1],', "q = 1", "no control that takes a value 'q'"),
    ('set = { x = [1, 1],', 'press = ["train"]\nset = { x = [1, 1],', "train", "press: there is no action 'train'"),
    ('draw.b = {', 'draw.c = {', "draw.c", "there is no control 'c'"),
    ('draw.b = { low = 1', 'draw.activation = { low = 1', "draw.activation", "activation holds no numbers"),
    ('draw.b = { low = 1, high = 3', 'draw.b = { low = 1, high = 11', "draw.b",
     "b lies from -10 to 10; drawn are 1 to 11"),
    ('high = 3, step = 1 }', 'high = 3, step = 1, diagonal = { low = 4, high = 5 } }', "draw.b", "b has no diagonal"),
    ('lab = "neuron"', 'lab = "brain"', '"brain"', "there is no lab 'brain'"),
    # Steps that do not open.
    ('set = { x = [1, 1],', 'set = { x = [1, 1, 1],', "__output__",
     "'the-output' does not open: inputs x has 2 numbers"),
    ('w = [1, 2], b = 0 }', 'w = [1, 2], b = 99 }', "__output__", "does not open: bias b lies from -10 to 10"),
    ('not = [0] }', 'not = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2] }', "__sum__", "leaves no value"),
    # Places that cannot be filled.
    ('What is z?"', 'What is z at {x}?"', "What is z", "cannot be filled: x has 2 places"),
    ('x is ({x[1]}', 'x is ({x[9]}', "What is z", "x has no place '9'"),
    ('z is {z:2}."', 'z is {zz}."', "explain = \"The sum", "there is no readout or control 'zz'"),
    ('{products[2]}."', '{products[2]:x}."', "The products are", "the number of decimals"),
    ('The bias {b} is', 'The bias {biased} is', "is missing", "there is no readout or control 'biased'"),
    # Answers.
    ('answer = "z"', 'answer = "zed"', '"zed"', "there is no readout or control 'zed'"),
    ('answer = "z"', 'answer = { read = "z", set = { k = 1 } }', "k = 1", "there is no control 'k'"),
    ('answer = "z"', 'answer = { read = "z", press = ["go"] }', '"go"', "there is no control 'go'"),
    ('answer = "z"', 'answer = { read = "activation", set = { b = 1 } }', '{ read = "activation',
     "it gives the word 'sigmoid'"),
    ('less = "It falls", equal', 'less = "It falls", never', "__equal__", "'equal' is not one of the choices"),
    ('set = { b = 1 }, against', 'set = { b = 0 }, against', 'gives = "equal"', "wrong answer, equal, passes as right"),
    # Wrong answers.
    ('set = { b = 0 } }, say', 'set = { c = 0 } }, say', "is missing", "there is no control 'c'"),
    ('{ read = "z", set = { b = 0 } }', '"z"', "__sum__", "a wrong answer passed as right"),
    ('{ formula = "sum(x)·sum(w)" }', '"weighted_sum"', "__sum__", "or as another wrong one"),
    ('[{ gives = "equal", say = "b is part of z." }]',
     '[{ gives = "equal", say = "b is part of z." },\n{ gives = "equal", say = "Never said." }]',
     "Never said", "gets another message: b is part of z."),
    # An answer that can be read off.
    ('hide = ["z"]', 'hide = ["products"]', 'answer = "z"', "'z' is the answer but visible"),
    ('b is {b}. What is z?', 'b is {b}. Is z {z:2}?', "Is z", "the question contains its own answer {z}"),
    ('set = { x = [1, 1],', 'hide = ["y"]\nset = { x = [1, 1],', None, None),
    # Keys that mean two things.
    ('{ greater = "It rises", less', '{ greater = "It rises", 1 = "One", less', "choices",
     "'1' also means another choice"),
    ('{ greater = "It rises", less', '{ greater = "It rises", a = "A", less', "choices",
     "'a' also means another choice"),
    ('{ greater = "It rises", less', '{ greater = "It rises", LESS = "L", less', "choices",
     "'less' also means another"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "reason"), FAULTS, ids=[f"{f[3]}: {f[1]}" for f in FAULTS])
def test_a_fault_is_found_at_its_line(
    write_lesson: WriteLesson, old: str, new: str, at: str | None, reason: str | None
) -> None:
    folder = write_lesson((old, new))
    faults = check_folder(folder)
    if reason is None:
        assert faults == []
        return
    toml = folder / "lesson.toml"
    lines = toml.read_text(encoding="utf-8").splitlines()
    steps = [number for number, line in enumerate(lines, 1) if line == "[[step]]"]
    line = {"__sum__": steps[0], "__output__": steps[1], "__equal__": len(lines)}.get(at or "")
    assert len(faults) == 1, faults
    assert faults[0].startswith(f"{toml}:{line or line_of(toml, at or '')}: ")
    assert reason in faults[0]


def without_draws(toml: str) -> str:
    """The first step on the lab's own numbers, so that no draw keeps answers apart: z = 1·1 + 1·2 + 0 = 3."""
    return re.sub(r"draw\..*\n", "", toml)


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        ('{ read = "z", set = { b = 0 } }', '"y"', None, None),
        ('{ read = "z", set = { b = 0 } }', '{ read = "z", set = { b = 0 } } ', "is missing", "3, passes as right"),
        ('{ formula = "sum(x)·sum(w)" }', '"layer_z"', "layer_z", "layer_z is a vector"),
        ('{ formula = "sum(x)·sum(w)" }', '"activation"', '"activation"', "it gives the word 'sigmoid'"),
        ('answer = "z"', 'answer = "activation"', '"activation"', "it gives the word 'sigmoid'"),
    ],
)
def test_fixed_numbers_are_judged_too(
    write_lesson: WriteLesson, old: str, new: str, at: str | None, reason: str | None
) -> None:
    folder = write_lesson((old, new), toml=without_draws(TOML))
    # Only the changed thing is looked at: without b the first wrong answer is right, whatever else is changed.
    faults = [fault for fault in check_folder(folder) if reason is None or reason in fault]
    if reason is None:
        assert faults == []
    else:
        line = line_of(folder / "lesson.toml", at or "")
        assert [fault.split(": ")[0] for fault in faults] == [f"{folder / 'lesson.toml'}:{line}"]


def test_an_answer_that_is_not_among_the_choices(write_lesson: WriteLesson) -> None:
    folder = write_lesson(('{ greater = "It rises", less', '{ more = "It rises", less'))
    (fault,) = check_folder(folder)
    assert fault.startswith(f"{folder / 'lesson.toml'}:{line_of(folder / 'lesson.toml', 'against')}: ")
    assert "it gives 'greater', which is not among the choices more, less, equal" in fault


def test_a_number_that_nobody_can_type(write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_lesson()
    monkeypatch.setattr(check, "compute", lambda probe, lab: float("inf") if probe.read == "z" else "greater")
    assert any("it gives inf, which cannot be typed" in fault for fault in check_folder(folder))


def test_the_empty_answer_and_the_engines_own_are_tried(
    write_lesson: WriteLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_lesson()
    with monkeypatch.context() as patch:
        patch.setattr(check, "check", lambda question, text, lab: Verdict(True, "always"))
        faults = check_folder(folder)
        assert sum("an empty answer passes" in fault for fault in faults) == 2
        assert any("passes as right" in fault for fault in faults)
    monkeypatch.setattr(check, "check", lambda question, text, lab: Verdict(False, "never"))
    faults = check_folder(folder)
    assert any("the engine's own answer greater does not pass" in fault for fault in faults)
    assert any("gets another message: never" in fault for fault in faults)


def test_what_an_earlier_step_leaves_in_the_lab_is_tried(write_lesson: WriteLesson) -> None:
    # On a fresh lab b is 0 and rises to 1; after the first step it is 1 to 3, so it falls or stays.
    folder = write_lesson(
        ("set = { x = [1, 1], w = [1, 2], b = 0 }\n", ""),
        ("draw.b = { low = 1, high = 3, step = 1 }\n", ""),
        ('set = { activation = "sigmoid" }', "set = { b = 1 }"),
    )
    (fault,) = check_folder(folder)
    assert "this wrong answer, equal, passes as right" in fault


def test_what_earlier_steps_draw_with_another_seed_is_tried(write_lesson: WriteLesson) -> None:
    # Some seeds draw linear in the first step: then y is z in the second, which is among its wrong answers.
    changes = (
        ('set = { activation = "sigmoid" }', 'draw.activation = { among = ["tanh", "sigmoid", "linear"] }'),
        ("b = 0 }\n", "b = 0 }\ndraw.b = { low = 1, high = 3, step = 1 }\n"),
        ('set = { b = 1 }, against = "y"', 'against = "z"'),
    )
    folder = write_lesson(*changes)
    (fault,) = check_folder(folder)
    assert "step 'the-output' does not open after the steps before it: step the-output: in each of 200 draws" in fault
    toml = folder / "lesson.toml"
    sound = toml.read_text(encoding="utf-8").replace("w = [1, 2], b = 0 }", 'w = [1, 2], b = 0, activation = "tanh" }')
    toml.write_text(sound, encoding="utf-8")
    assert check_folder(folder) == []


def test_a_step_is_tried_by_itself_too(write_lesson: WriteLesson) -> None:
    # After the first step b is −1 and rises to 0; whoever jumps to the second finds it at 0.
    folder = write_lesson(
        ("set = { x = [1, 1], w = [1, 2], b = 0 }\n", ""),
        ("draw.b = { low = 1, high = 3, step = 1 }\n", ""),
        ('set = { activation = "sigmoid" }', "set = { b = -1 }"),
        ("set = { b = 1 }, against", "set = { b = 0 }, against"),
    )
    (fault,) = check_folder(folder)
    assert "this wrong answer, equal, passes as right" in fault


def test_covering_without_a_question_is_a_fault(write_lesson: WriteLesson) -> None:
    toml = TOML[: TOML.index('[[step.question]]\nask = "b goes')].replace(
        'show = ["x", "w", "b", "y"]', 'show = ["y"]\nhide = ["y"]'
    )
    folder = write_lesson(toml=toml)
    (fault,) = check_folder(folder)
    line = line_of(folder / "lesson.toml", 'hide = ["y"]')
    assert fault.startswith(f"{folder / 'lesson.toml'}:{line}: ")
    assert "a step without a question covers nothing" in fault


def test_a_long_text_is_a_fault_with_its_count(write_lesson: WriteLesson) -> None:
    text = "Each input times its weight, and the bias."
    signs = "= + · " * 50
    folder = write_lesson(markdown=MARKDOWN.replace(text, f"{'word ' * 120}\n\n{signs}"), folder="01_just")
    assert check_folder(folder) == []
    folder = write_lesson(markdown=MARKDOWN.replace(text, "word " * 121), folder="02_long")
    (fault,) = check_folder(folder)
    assert fault == f"{folder / 'lesson.md'}:3: the text of 'The sum' has 121 words; 120 fit beside a lab"


def test_a_missing_walk_is_a_fault(write_lesson: WriteLesson) -> None:
    folder = write_lesson(walk=False)
    (fault,) = check_folder(folder)
    assert fault.startswith(f"{folder / 'lesson.walk'}:1: the lesson has no walk-through script")


def test_all_lessons_are_checked_though_one_cannot_be_read(write_lesson: WriteLesson) -> None:
    broken = write_lesson(("number = 3", "number = 0"), folder="01_broken")
    faulty = write_lesson(('hide = ["z"]', 'hide = ["zz"]'), folder="02_faulty")
    write_lesson(('id = "sums"', 'id = "sound"'), ("number = 3", "number = 4"), folder="03_sound")
    checked = check_lessons(broken.parent)
    assert (checked.lessons, checked.steps, checked.questions) == (2, 4, 4)
    assert [Path(fault.split(":")[0]).parent for fault in checked.faults] == [broken, faulty, faulty]
    assert "no readout 'zz'" in checked.faults[1]
    assert "visible on the screen" in checked.faults[2]


def test_lessons_of_one_number_are_a_fault(write_lesson: WriteLesson) -> None:
    write_lesson(folder="01_one")
    folder = write_lesson(('id = "sums"', 'id = "more"'), folder="02_two")
    (fault,) = check_folder(folder.parent)
    assert "number 3 is taken by 01_one too" in fault


def test_lessons_of_one_id_are_named_beside_other_faults(write_lesson: WriteLesson) -> None:
    one = write_lesson(folder="01_one")
    two = write_lesson(("number = 3", "number = 4"), folder="02_two")
    broken = write_lesson(("number = 3", "number = 0"), folder="03_broken")
    first, clash = check_folder(one.parent)
    assert first.startswith(f"{broken / 'lesson.toml'}:")
    assert clash == f"{two / 'lesson.toml'}:1: the id 'sums' is taken by {one / 'lesson.toml'}; give it another"


def test_a_folder_without_lessons_is_a_fault(tmp_path: Path) -> None:
    assert "there is no lesson here" in check_folder(tmp_path)[0]
    assert "there is no such folder" in check_folder(tmp_path / "absent")[0]
