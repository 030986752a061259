"""A script, or the check of a lesson, that would train for ever ends at its line, with a sentence."""

import contextlib
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.unit.scripting.conftest import TRAINING_TOML
from tutor.course.lessons.check import check_lessons
from tutor.course.lessons.time_limit import USUAL_SECONDS, VARIABLE, NoSuchLimit, OutOfTime, allowed_seconds, time_limit
from tutor.scripting.parse import read_script
from tutor.scripting.runner import Settings, run_script
from tutor.scripting.script import ExpectationFailed, ScriptError

pytest_plugins = ["pytester"]

has_timer = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers")
LONG = ("open training", "set epochs 10000", *["press reset", "press train"] * 1000, "expect epochs_done 1")


def script(folder: Path, *lines: str) -> Path:
    file = folder / "long.walk"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@has_timer
def test_a_training_that_does_not_end_ends_with_its_line(training_folder: Path):
    file = script(training_folder, *LONG)
    with pytest.raises(ExpectationFailed) as failed:
        run_script(read_script(file), Settings(seconds=0.3))
    assert str(failed.value) in [
        f"{file}:{line}: expected the script to end within 0.3 seconds (DL_TUTOR_LESSON_SECONDS allows more), "
        f"got no end of {LONG[line - 1]!r}"
        for line in range(1, len(LONG))
    ]
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_without_a_timer_it_ends_between_two_lines(training_folder: Path):
    """As in a thread that is not the main one."""
    file = script(training_folder, "open training", *["press step"] * 3000, "expect epochs_done 1")
    said: list[str] = []

    def run() -> None:
        with pytest.raises(ExpectationFailed) as failed:
            run_script(read_script(file), Settings(seconds=1e-6))
        said.append(failed.value.expected)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert said == ["the script to end within 1e-06 seconds (DL_TUTOR_LESSON_SECONDS allows more)"]


def test_what_ends_in_time_is_not_disturbed(training_folder: Path):
    file = script(training_folder, "open training", "press train", "wait trained", "expect epochs_done 300")
    assert run_script(read_script(file), Settings(seconds=300)).expectations == 1


@has_timer
def test_the_check_of_a_lesson_ends_with_the_line_of_its_step(training_folder: Path, monkeypatch: pytest.MonkeyPatch):
    trains = TRAINING_TOML.replace("epochs = 300 }", "epochs = 10000 }\npress = [" + '"train", "reset", ' * 500 + "]")
    (training_folder / "lesson.toml").write_text(trains)
    script(training_folder, "open training").rename(training_folder / "lesson.walk")
    monkeypatch.setenv(VARIABLE, "0.5")
    (fault,) = check_lessons(training_folder).faults
    assert fault == (
        f"{training_folder / 'lesson.toml'}:7: the check of this lesson did not finish within 0.5 seconds "
        "(DL_TUTOR_LESSON_SECONDS allows more)"
    )


@has_timer
def test_under_pytest_it_is_a_failure_with_file_and_line(pytester: pytest.Pytester, training_folder: Path):
    script(training_folder, *LONG)
    pytester._monkeypatch.setenv(VARIABLE, "0.5")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", str(training_folder / "long.walk"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*long.walk:*: expected the script to end within 0.5 seconds*, got no end of 'press *"]
    )
    assert "Traceback" not in result.stdout.str()


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "soon", "1e300", "x" * 1000])
def test_a_limit_that_is_none_is_said(text: str, training_folder: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(NoSuchLimit, match="DL_TUTOR_LESSON_SECONDS is a number of seconds above 0; got '"):
        allowed_seconds({VARIABLE: text})
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(ScriptError, match=r"long\.walk:1: DL_TUTOR_LESSON_SECONDS is a number"):
        run_script(read_script(script(training_folder, "open training")))
    (fault,) = check_lessons(training_folder).faults
    assert fault.startswith(f"{training_folder}:1: DL_TUTOR_LESSON_SECONDS is a number of seconds above 0")


def test_the_limit_is_half_an_hour_or_what_the_environment_says():
    assert allowed_seconds({}) == allowed_seconds({VARIABLE: " "}) == USUAL_SECONDS == 1800
    assert allowed_seconds({VARIABLE: "7200"}) == 7200


@has_timer
def test_what_takes_no_notice_is_told_again():
    """Python ignores an exception that is raised in a destructor, and goes on."""

    def takes_no_notice_at_first() -> None:
        with contextlib.suppress(OutOfTime):
            time.sleep(60)
        time.sleep(60)

    began = time.monotonic()
    with pytest.raises(OutOfTime), time_limit(0.05):
        takes_no_notice_at_first()
    assert time.monotonic() - began < 50


@has_timer
def test_a_timer_that_was_there_goes_on():
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 100)
        with pytest.raises(OutOfTime), time_limit(0.05):
            time.sleep(60)
        assert 90 < signal.getitimer(signal.ITIMER_REAL)[0] < 100
        # One that ends sooner is left alone.
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with time_limit(50):
            while not rung:
                time.sleep(0.01)
        assert rung == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
