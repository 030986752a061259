"""Whole sessions at the plain face, their lines piped in."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.plain.conftest import Say
from tutor.course.record.progress import Progress
from tutor.plain.face import run
from tutor.training.worker.run import Workshop


def after(output: str, line: str) -> str:
    """What was printed in reply to the last line of that text."""
    return output.rpartition(f"> {line}\n")[2].partition("\n> ")[0]


def test_a_lesson_from_its_first_line_to_its_last(say: Say):
    output = say("3.5", "1", "next", "next")
    assert "Lesson 3: A sum" in output
    assert "Step 1 of 2: Predict" in output
    assert "Say what comes out: z." in output
    assert "products: covered until you answer\nz: covered until you answer\n" in output
    assert "Question 1 of 2: b is 0.5. What is z?\nType a number, or hint, or skip." in output
    assert after(output, "3.5").startswith("Right. It is 3.5.\n")
    assert "Question 2 of 2: And when b rises?\n  1. z rises\n  2. z falls\n" in after(output, "3.5")
    assert "z = sum + bias (z): 3.5" not in after(output, "3.5")
    assert after(output, "1").splitlines() == [
        "Right. It is added.",
        "products x·w (products): [1] 1, [2] 2",
        "z = sum + bias (z): 3.5",
        "Type next when you are ready.",
    ]
    assert "Step 2 of 2: Look" in output
    # The text says the lab's own number, to two decimals.
    assert "Here it is. y is 0.97.\n" in output
    assert "output y (y): 0.970688" in output
    assert output.rpartition("> next\n")[2].startswith("That was the last step: the lesson is done.")


def test_nothing_but_lines(say: Say):
    output = say("3.5", "1", "next", "show curve", "help", "steps", "lessons")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", output)
    assert max(map(len, output.splitlines())) <= 78


def test_a_wrong_answer_a_text_that_is_none_and_the_hints(say: Say):
    output = say("3", "well", "hint", "skip")
    assert after(output, "3") == "No. The bias is missing."
    assert after(output, "well").startswith("Type a number, such as 0.5 or 0,5")
    assert " ".join(after(output, "well").split()).endswith("'well' is not understood.")
    assert after(output, "hint") == "Hint: Multiply, then add."
    assert after(output, "skip").startswith("The answer is 3.5. It is 3.5.")


def test_an_answer_may_be_arithmetic_with_blanks(say: Say):
    assert after(say("1*1 + 1*2 + 0.5"), "1*1 + 1*2 + 0.5").startswith("Right (= 3.5). It is 3.5.")
    # Each visit finds what was answered on the one before.
    assert after(say("again", "-ln 1 + 3.5"), "-ln 1 + 3.5").startswith("Right (= 3.5).")
    assert after(say("again", "answer = max(0, 3.5)"), "answer = max(0, 3.5)").startswith("Right (= 3.5).")
    assert after(say("again", "1+2"), "1+2") == "No (= 3). The bias is missing."
    assert after(say("3,500"), "3,500").startswith("Right (read as 3.5).")


def test_what_may_mean_two_numbers_is_asked_about_and_is_no_try(say: Say):
    output = say("hint", "3,250", "hint")
    asked = " ".join(after(output, "3,250").split())
    assert asked == "3,250 can be read as 3.25 or as 3 250. To say which, write 3.25 or 3250."
    assert after(output, "hint").startswith("That was the last hint. Try once more")


def test_what_changed_is_printed_and_what_is_covered_is_not(say: Say):
    output = say("set b 1", "skip", "skip", "set b 2", "set b 2", "set x 0,5 1")
    first = after(output, "set b 1")
    assert first.splitlines()[0] == "bias b (b): 1"
    assert "z = " not in first
    assert "b is 1. What is z?" in first, "the question has other numbers now"
    assert after(output, "set b 2") == "bias b (b): 2", "nothing changed the second time"
    assert "> set b 2\nbias b (b): 2\nz = sum + bias (z): 5\n" in output
    assert "products x·w (products): [1] 0.5, [2] 2" in after(output, "set x 0,5 1")


def test_what_is_long_is_said_in_short_when_it_changes(say: Say):
    output = say("next", "set b 1", "show curve")
    assert after(output, "set b 1").splitlines() == [
        "bias b (b): 1",
        "output y (y): 0.982014",
        "sigmoid around z (curve):",
        "  sigmoid: 81 points, z from 0.0003 at −8 to 0.9997 at 8; lowest 0.0003 at −8,",
        "    highest 0.9997 at 8.",
        "  Marked: z 4, 0.982014.",
        "  All of it: show curve",
    ]
    assert len(after(output, "show curve").splitlines()) > 10


def test_what_cannot_be_done_is_a_sentence_and_the_lesson_goes_on(say: Say):
    output = say("set b 99", "set", "press train", "back", "step 9", "", "why z", "3.5")
    assert after(output, "set b 99") == "bias b lies from -10 to 10; got 99"
    assert after(output, "set") == "Usage: set NAME VALUES"
    assert "no control 'train'" in after(output, "press train")
    assert after(output, "back") == "This is the first step."
    assert "There is no step '9'" in after(output, "step 9")
    assert "> \n\nQuestion 1 of 2: b is 0.5. What is z?\n" in output
    assert after(output, "why z") == "z: covered until you answer"
    assert after(output, "3.5").startswith("Right.")


def test_without_an_open_question_a_word_is_no_answer(say: Say):
    output = say("next", "3.5", "why y")
    assert after(output, "3.5").startswith("There is no command '3.5', and no question is open.")
    assert "1 / (1 + e^(−3.5))" in after(output, "why y")


def test_help_names_every_word(say: Say):
    output = after(say("help"), "help")
    words = ("set", "press", "answer", "hint", "skip", "next", "back", "step", "steps", "show", "why")
    here = ("describe", "draw", "lab", "wait", "other")
    for word in (*words, *here, "lessons", "open", "help", "quit"):
        assert re.search(rf"^{word}\b", output, re.MULTILINE), word
    assert "set NAME" not in after(say("help", lesson=None), "help")


def test_the_whole_lab_is_listed_by_its_names(say: Say):
    output = after(say("lab"), "lab")
    assert re.search(r"^  set: .*\bb\b", output, re.MULTILINE)
    assert re.search(r"^  show: .*\bweighted_sum\b", output, re.MULTILINE)
    assert "z = sum" not in output, "names give nothing away"
    assert after(say("wait"), "wait") == "Nothing is running."


def test_what_is_covered_is_not_described_either(say: Say):
    assert after(say("describe z"), "describe z") == "z: covered until you answer"
    assert after(say("v"), "v").splitlines()[-2:] == [
        "products: covered until you answer",
        "z: covered until you answer",
    ]
    assert "there is no readout or control 'nothing'" in say("describe nothing")


def test_without_a_lesson_it_lists_them_and_asks(say: Say):
    output = say("what", "open", "open 9", "open 3 at 9", "open 3 to 9", "4", "quit", lesson=None)
    assert "  3. A sum: not begun, about 5 minutes. Two questions and a step to look at." in output
    assert "there is no lesson 'what'; there are 3 sum, 4 other" in after(output, "what")
    assert after(output, "open").startswith("Type open and a lesson's number")
    assert "there is no lesson '9'" in after(output, "open 9")
    assert "has no step '9'" in after(output, "open 3 at 9")
    assert "Usage: " in after(output, "open 3 to 9")
    assert "Lesson 4: A sum" in after(output, "4")


def test_another_lesson_can_be_opened_from_within_one(say: Say):
    output = say("open nowhere", "open other at look", "back")
    assert "there is no lesson" in after(output, "open nowhere")
    assert "Lesson 4: A sum\n\nStep 2 of 2: Look" in after(output, "open other at look")
    assert "Step 1 of 2: Predict" in after(output, "back")


def test_a_step_can_be_named(say: Say):
    assert "Step 2 of 2: Look" in say(step="look")
    assert "Step 2 of 2: Look" in say(step="2")


@pytest.mark.parametrize(
    ("lesson", "step", "reason"), [("nowhere", None, "there is no lesson"), ("sum", "9", "has no step '9'")]
)
def test_a_lesson_or_step_that_is_not_there_is_2(
    lesson: str, step: str | None, reason: str, lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = io.StringIO()
    assert run(lesson, step, tmp_path / "p", stdin=io.StringIO(), stdout=out, lessons=lessons) == 2
    assert reason in capsys.readouterr().err
    assert out.getvalue() == ""


def test_what_the_learner_did_is_recorded(say: Say, tmp_path: Path):
    say("3", "hint", "3.5", "1", "next")
    lesson_progress = Progress(tmp_path / "progress").of_lesson("sum")
    assert (lesson_progress.answered, lesson_progress.correct, lesson_progress.hints, lesson_progress.visits) == (
        2,
        2,
        1,
        1,
    )
    assert lesson_progress.steps_seen == {"predict", "look"}
    assert (lesson_progress.position, lesson_progress.finished) == (1, False)
    say("next")
    # Every step was seen and every question answered, so it begins again at its first step.
    lesson_progress = Progress(tmp_path / "progress").of_lesson("sum")
    assert (lesson_progress.position, lesson_progress.visits) == (1, 2)


def test_the_end_of_the_input_keeps_the_lab_and_the_place(say: Say):
    say("step 2", "set b -3")
    again = say("show b")
    assert "Step 2 of 2: Look" in again
    assert after(again, "show b").startswith("bias b (b): −3;")
    assert "You were in sum, at step 2" in say(lesson=None)
    assert "open sum" in say(lesson=None)


def test_a_finished_lesson_begins_again(say: Say):
    say("3.5", "skip", "next", "next")
    assert "A sum: done." in say(lesson=None)
    assert "Step 1 of 2: Predict" in say()


def test_a_lesson_that_was_only_paged_through_is_not_done(say: Say):
    output = say("next", "next")
    told = after(output, "next")
    assert "done" not in told
    assert "  open: 1 Predict\nType step 1 to go to the first of them." in told
    assert "A sum: 0 of 2 answered." in say(lesson=None)
    assert "Step 2 of 2: Look" in say()


def test_after_the_last_step_comes_the_next_lesson(say: Say):
    output = say("next", "next", "next", "next", "next")
    assert "Type exercises for functions to write that belong to this lesson.\nType next again" in output
    assert "Type next again for the next lesson, 4 A sum; lessons lists them all." in output
    assert output.count("Lesson 4: A sum") == 1
    assert output.rpartition("> next\n")[2].count("This was the last lesson.") == 1


def test_quit_leaves_what_follows_unread(say: Say):
    output = say("quit", "3.5")
    assert output.endswith("> quit\nEverything is saved. Until next time.\n")


def test_of_a_line_without_an_end_the_beginning_is_refused_and_the_next_is_read(say: Say):
    output = say("3" * 3_000_000, "3.5", "x" * 4001, "y" * 4000)
    assert len(output) < 20_000
    assert output.count("A line has at most 4000 characters.") == 2
    assert after(output, "3.5").startswith("Right.")
    assert after(output, "y" * 4000) == "Choose one of the 2 answers by its number."


TRAINING_TOML = """\
id = "training"
number = 5
title = "Training"
summary = "The shapes network, trained."
lab = "shapes"

[[step]]
id = "train"
show = ["train", "epochs", "epochs_done", "accuracy"]
set = { pace = "full", epochs = 30 }
"""


def test_a_run_in_the_background_is_waited_for_and_kept(lessons: Path, tmp_path: Path):
    folder = lessons / "05_training"
    folder.mkdir()
    (folder / "lesson.toml").write_text(TRAINING_TOML, encoding="utf-8")
    (folder / "lesson.md").write_text("## Train\n\nTrain it.\n", encoding="utf-8")
    out, workshop = io.StringIO(), Workshop()
    stdin = io.StringIO("press train\n")
    try:
        run("5", None, tmp_path / "p", stdin=stdin, stdout=out, lessons=lessons, start_run=workshop.start_run)
    finally:
        workshop.close()
    assert "epochs done (epochs_done): 0\n" in out.getvalue()
    assert "epochs done (epochs_done): 30\n" in after(out.getvalue(), "press train")
    kept = Progress(tmp_path / "p").load_lab("training")
    assert kept is not None
    assert kept.values["position"][0] == 30


class Interrupted(io.StringIO):
    """A prompt at which Ctrl+C is pressed."""

    def readline(self, size: int | None = -1, /) -> str:
        raise KeyboardInterrupt


def test_an_interrupt_ends_it_and_keeps_what_was_done(lessons: Path, tmp_path: Path):
    out = io.StringIO()
    assert run("sum", "look", tmp_path / "p", stdin=Interrupted(), stdout=out, lessons=lessons) == 130
    assert out.getvalue().endswith("Stopped.\n")
    assert Progress(tmp_path / "p").last_position() == ("sum", 1)


PROGRAM = """\
import sys
from pathlib import Path
from tutor.plain.face import run
from tutor.training.worker.run import Workshop
sys.exit(run("sum", None, Path(sys.argv[1]), stdin=sys.stdin, stdout=sys.stdout, lessons=Path(sys.argv[2])))
"""


def test_a_pipe_in_a_plain_encoding_with_bytes_that_are_no_text(lessons: Path, tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path / "p", lessons],
        input=b"\xff\xfe\n3,5\n",
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Right. It is 3.5." in done.stdout


def test_a_reader_that_goes_away_is_an_end_like_any_other(lessons: Path, tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, tmp_path / "p", lessons],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(b"set b 2\n" * 5)
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
