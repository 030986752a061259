"""A lab is taken to the studio by a word, and the studio is opened at it."""

from __future__ import annotations

from pathlib import Path

from tests.unit.plain.conftest import Say
from tests.unit.plain.test_plain_changes import learn
from tests.unit.plain.test_plain_face import after
from tutor.course.lessons.lesson import STUDIO
from tutor.course.record.progress import Progress
from tutor.studio.token import experiment_of


def test_the_shapes_go_to_the_studio_with_their_steps(tmp_path: Path) -> None:
    output = learn(
        tmp_path, "shapes", "skip", "press reset", *("press epoch",) * 2, "to-studio", "open studio", "to-studio"
    )
    said = output.partition("> to-studio\n")[2].partition("\n> ")[0]
    assert said.startswith("It is in the studio; type open studio. In a line:")
    taken = experiment_of(said.partition("line:")[2])
    assert (taken.data.name, taken.step) == ("shapes", 10)
    assert "Not taken along" not in said
    assert "epoch 2, step 10, the end so far" in output
    assert after(output, "to-studio") == "This is the studio."


def test_what_is_covered_is_not_shown_there(say: Say) -> None:
    assert (
        after(say("to-studio"), "to-studio")
        == "The studio would show what is covered: answer or skip the question first."
    )
    output = say("to-studio", "skip", "skip", "to-studio")
    said = " ".join(after(output, "to-studio").split())
    assert said.endswith("Not taken along: the layer of three.")


def test_a_lab_that_has_no_network_to_train(tmp_path: Path) -> None:
    output = learn(tmp_path, "softmax", "skip", "skip", "to-studio")
    assert after(output, "to-studio") == "The studio has nothing like this lab."
    assert Progress(tmp_path, learner=0).load_lab(STUDIO) is None
