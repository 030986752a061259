from pathlib import Path

import pytest

from tutor.scripting.parse import parse_script
from tutor.scripting.runner import Outcome, Settings, run_script
from tutor.scripting.script import ExpectationFailed, ScriptError
from tutor.training.worker.run import Workshop


def walk(folder: Path, *lines: str) -> Outcome:
    return run_script(parse_script("\n".join(lines), folder / "try.walk"))


def test_a_lesson_is_walked_from_its_first_step_to_its_last(lesson_folder: Path):
    outcome = walk(
        lesson_folder,
        "open sum", "expect step predict", "expect progress open", "expect covered z", "expect z 3.5", "expect b 0.50",
        "answer three", "expect answered refused",
        "answer 3", "expect answered wrong", "expect message the BIAS is missing", "expect progress wrong",
        "hint", "answer 3,5", "expect answered correct", "expect message It is 3.5", "expect progress right later",
        "next", "expect progress seen", "expect step look", "expect step 2", "expect y 0.970688",
        "expect text is: 0.971.", "set b -3", "expect text is: 0.5.",
        "back", "expect step 1", "step look", "expect step 2",
        "back", "expect z 3.5", "again", "expect covered z", "expect progress open",
    )  # fmt: skip
    assert outcome.expectations == 23


def test_an_answer_is_read_as_people_write_it(tmp_path: Path):
    # 784·80 + 80 + 80·10 + 10 = 63610 parameters, 63520 of them weights.
    walk(
        tmp_path,
        "open deep-learning at 9 seed 0", "answer 63,610", "expect answered correct", "expect message read as 63 610",
        "open deep-learning at 9 seed 0", "answer 63 610", "expect answered correct",
        "open deep-learning at 9 seed 0", "answer 784*80 + 80 + 80*10 + 10", "expect answered correct",
        "expect message = 63 610",
        "open deep-learning at 9 seed 0", "answer 63,520", "expect answered refused",
        "expect message 63,520 can be read as 63.52 or as 63 520. To say which, write 63.52 or 63520.",
        "answer 63520", "expect answered wrong", "expect message 90 biases are missing",
        "answer 63.61", "expect answered wrong", "expect message Go through it once more",
        "answer 63.610", "expect answered correct",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "line", "expected", "got"),
    [
        (["expect z 3.6"], 2, "z 3.6", "3.5"),
        (["set b 1", "", "expect z 3.5"], 4, "z 3.5", "4"),
        (["expect z above 3.5"], 2, "z above 3.5", "3.5"),
        (["expect activation relu"], 2, "activation relu", "sigmoid"),
        (["expect nothing 1"], 2, "nothing 1", "there is no readout or control 'nothing'"),
        (["expect products 1"], 2, "products 1", "products is a vector"),
        (["expect answered correct"], 2, "answered correct", "no answer"),
        (["answer 3", "expect answered correct"], 3, "answered correct", "wrong: The bias is missing."),
        (["answer 1+2", "expect answered correct"], 3, "answered correct", "wrong (= 3): The bias is missing."),
        (["answer 3.5", "next", "expect answered correct"], 4, "answered correct", "no answer"),
        (["answer 3", "expect message a hint"], 3, "a message with 'a hint'", "'The bias is missing.'"),
        (["expect text what goes in"], 2, "a text with 'what goes in'", "Say what comes out."),
        (["expect covered y"], 2, "y covered", "z covered"),
        (["skip", "expect covered z"], 3, "z covered", "nothing covered"),
        (["expect progress seen"], 2, "progress seen", "open"),
        (["answer 3", "skip", "expect progress right later"], 4, "progress right later", "skipped"),
        (["expect step look"], 2, "step look", "step 1, predict"),
        (["set b 99"], 2, "'set b 99' to be possible", "from -10 to 10"),
        (["press train"], 2, "'press train' to be possible", "no control 'train'"),
        (["step end"], 2, "'step end' to be possible", "no step 'end'"),
        (["next", "answer 3"], 3, "'answer 3' to be possible", "no open question"),
        (["wait y above 2"], 2, "y above 2", "nothing is running"),
    ],
)
def test_what_does_not_hold_is_told_with_file_line_expected_and_got(
    lesson_folder: Path, lines: list[str], line: int, expected: str, got: str
):
    with pytest.raises(ExpectationFailed) as failure:
        walk(lesson_folder, "open sum", *lines)
    assert failure.value.line == line
    assert failure.value.expected == expected
    assert got in failure.value.got
    assert str(failure.value).startswith(f"{lesson_folder / 'try.walk'}:{line}: expected {expected}, got ")


def test_the_first_failure_ends_the_script(lesson_folder: Path):
    said: list[str] = []
    script = parse_script("open sum\nshow b\nexpect b 9\nshow b", lesson_folder / "try.walk")
    with pytest.raises(ExpectationFailed):
        run_script(script, Settings(say=said.append))
    assert said == ["bias b (b): 0.5; from −10 to 10"]


def test_a_shipped_lesson_is_found_from_any_folder_by_id_and_number(tmp_path: Path):
    for name in ("neuron", "3", "03"):
        assert walk(tmp_path, f"open {name}", "set x 1 1", "set w 1 2", "set b 0", "expect z 3.0").expectations == 1


def test_the_lesson_beside_the_script_comes_before_the_shipped_one(lesson_folder: Path):
    toml = lesson_folder / "lesson.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('id = "sum"', 'id = "neuron"'), encoding="utf-8")
    assert walk(lesson_folder, "open neuron", "expect step predict").expectations == 1


def test_opening_again_begins_afresh(lesson_folder: Path):
    walk(lesson_folder, "open sum", "set b 9", "open sum", "expect b 0.5", "open sum at 2", "expect step look")


def test_a_seed_draws_the_same_numbers_and_another_one_others(lesson_folder: Path):
    toml = lesson_folder / "lesson.toml"
    source = toml.read_text(encoding="utf-8")
    drawn_w = 'id = "predict"\ndraw.w = { low = -5, high = 5, step = 0.5 }'
    toml.write_text(source.replace('id = "predict"', drawn_w), encoding="utf-8")

    def drawn(seed: int) -> list[str]:
        said: list[str] = []
        source = f"open sum seed {seed}\nshow w"
        run_script(parse_script(source, lesson_folder / "try.walk"), Settings(say=said.append))
        return said

    assert drawn(1) == drawn(1)
    assert len({tuple(drawn(seed)) for seed in range(5)}) > 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("open nowhere", "there is no lesson 'nowhere'"),
        ("open sum at end", "has no step 'end'"),
        ("open " + "9" * 5000, "there is no lesson"),
        ("open sum at " + "9" * 5000, "has no step"),
    ],
)
def test_a_lesson_or_step_that_is_not_there_is_an_error_of_the_script(lesson_folder: Path, line: str, reason: str):
    with pytest.raises(ScriptError, match=reason) as error:
        walk(lesson_folder, "open sum", line)
    assert error.value.line == 2


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('lab = "neuron"', 'lab = "nowhere"', "there is no lab 'nowhere'"),
        ("b = 0.5", "b = 99", "lies from -10 to 10"),
        ('title = "A sum"', "title = ", "not TOML"),
    ],
)
def test_a_lesson_that_cannot_be_used_is_said_so_without_a_traceback(
    lesson_folder: Path, old: str, new: str, reason: str
):
    toml = lesson_folder / "lesson.toml"
    source = toml.read_text(encoding="utf-8")
    assert old in source
    toml.write_text(source.replace(old, new), encoding="utf-8")
    with pytest.raises(ScriptError, match=reason):
        walk(lesson_folder, "open sum")


TRAINED = (
    "open training", "set drawing 11111/10001/10001/10001/11111", "expect epochs_done 0", "press train",
    "wait trained", "expect epochs_done 300", "expect accuracy 1.000", "expect confidences[square] above 0.5",
    "expect winner square",
)  # fmt: skip


def test_training_is_waited_for_and_gives_the_same_in_place_and_in_the_worker(training_folder: Path):
    script = parse_script("\n".join((*TRAINED, "show accuracy loss confidences")), training_folder / "try.walk")
    said: list[list[str]] = [[], []]
    run_script(script, Settings(say=said[0].append))
    workshop = Workshop()
    try:
        run_script(script, Settings(start_run=workshop.start_run, say=said[1].append))
    finally:
        workshop.close()
    assert said[0] == said[1]
    assert len(said[0]) >= 3


def test_a_script_undoes_and_redoes(tmp_path: Path):
    outcome = walk(
        tmp_path,
        "open shapes", "press clear", "expect known no", "press load", "expect known yes",
        "undo", "undo", "redo",
        "press epoch", "press reset", "expect epochs_done 0", "undo", "expect epochs_done 1", "undo",
    )  # fmt: skip
    assert outcome.expectations == 4
    with pytest.raises(ExpectationFailed) as failure:
        walk(tmp_path, "open shapes", "undo")
    assert (failure.value.line, failure.value.got) == (2, "There is nothing to undo.")
