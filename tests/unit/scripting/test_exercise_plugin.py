"""A class's exercises under pytest: what is right passes, the rest fails with its verdict, and nothing is imported."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.practice.conftest import needs_sandbox
from tests.unit.scripting.test_walk_plugin import run_as_installed, run_pytest, write
from tutor.practice.catalog import find_exercise, read_exercises

pytest_plugins = ["pytester"]
SOFTMAX = find_exercise("softmax", read_exercises())
FILES = ("[files]", '"exercise_softmax*.py" = "softmax"')
MARK = "imported"


def marking(pytester: pytest.Pytester) -> str:
    """A line that leaves a file behind where it runs unrestricted, and then fails a test in that process."""
    return f"open({str(pytester.path / MARK)!r}, 'w').close()"


@needs_sandbox
def test_right_passes_and_each_other_verdict_fails_with_its_lines(pytester: pytest.Pytester) -> None:
    bug = SOFTMAX.bugs[0]
    write(pytester, "exercises.toml", *FILES)
    write(pytester, "exercise_softmax_ann.py", SOFTMAX.solution)
    write(pytester, "exercise_softmax_bob.py", bug.applied(SOFTMAX.solution) or "")
    write(pytester, "exercise_softmax_cy.py", "def softmax(z):", "    return z + q")
    write(pytester, "exercise_softmax_di.py", SOFTMAX.start)
    result = run_as_installed(pytester)
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines(
        [
            "exercise_softmax_bob.py: A known bug", bug.say.replace("[", "[[]"), "With these inputs:",
            "exercise_softmax_cy.py: It does not run", "Line 2: NameError: *",
            "exercise_softmax_di.py: Not right yet", "*a ... still stands where a value is to be.",
            "FAILED exercise_softmax_bob.py::softmax*",
        ]
    )  # fmt: skip
    assert "Traceback" not in result.stdout.str()
    assert "exercise_files.py" not in result.stdout.str()
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@needs_sandbox
def test_the_patterns_are_tried_in_order(pytester: pytest.Pytester) -> None:
    write(pytester, "exercises.toml", *FILES, '"exercise_*.py" = "nobody reads this far"')
    run_pytest(pytester).assert_outcomes()
    write(pytester, "exercise_softmax.py", SOFTMAX.solution)
    result = run_pytest(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*exercises.toml:3: there is no exercise 'nobody reads this far'*"])
    write(pytester, "exercises.toml", *FILES, '"exercise_*.py" = "1"')
    run_pytest(pytester).assert_outcomes(passed=1)


@needs_sandbox
@pytest.mark.parametrize("name", ["exercise_softmax.py", "exercise_softmax_test.py"])
@pytest.mark.parametrize("how", [(), ("NAMED",), ("--doctest-modules",), ("--import-mode=importlib", "NAMED")])
def test_a_file_never_runs_in_the_process_of_pytest(pytester: pytest.Pytester, name: str, how: tuple[str, ...]) -> None:
    write(pytester, "exercises.toml", *FILES)
    write(
        pytester, name, SOFTMAX.solution, "try:", f"    {marking(pytester)}", "except OSError:", "    pass",
        "def test_one():", "    '''", "    >>> 1", "    2", "    '''", f"    {marking(pytester)}",
    )  # fmt: skip
    run_pytest(pytester, *(name if word == "NAMED" else word for word in how)).assert_outcomes(passed=1)
    assert not (pytester.path / MARK).exists()


def test_without_an_exercises_toml_a_file_is_left_alone(pytester: pytest.Pytester) -> None:
    write(pytester, "exercise_softmax.py", marking(pytester))
    (pytester.path / "deep").mkdir()
    write(pytester, "deep/exercises.toml", *FILES)
    pytester.makepyfile("def test_one(): pass")
    run_pytest(pytester).assert_outcomes(passed=1)
    assert not (pytester.path / MARK).exists()


def test_a_file_that_no_pattern_is_for_is_told_and_not_imported(pytester: pytest.Pytester) -> None:
    write(pytester, "exercises.toml", *FILES)
    write(pytester, "exercise_sofmax_test.py", marking(pytester))
    pytester.makepyfile("def test_one(): pass")
    result = run_pytest(pytester)
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*exercise_sofmax_test.py matches no pattern of exercises.toml: skipped*"])
    assert not (pytester.path / MARK).exists()


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        (("[files]", '"exercise_*.py" = "sofmax"'), 2, "there is no exercise 'sofmax' * did you mean 'softmax'*"),
        (("[files]", '"exercise_*.py" = 3'), 2, "*is the id of an exercise, a text"),
        (("[file]", '"exercise_*.py" = "softmax"'), 1, "unknown key 'file'; known are files"),
        (("[files]",), 1, "there are no files; expected *"),
        (("[files", ""), 1, "*"),
    ],
)
def test_a_fault_in_the_list_is_an_error_with_its_line(
    pytester: pytest.Pytester, lines: tuple[str, ...], line: int, reason: str
) -> None:
    write(pytester, "exercises.toml", *lines)
    write(pytester, "exercise_softmax_test.py", marking(pytester))
    result = run_pytest(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*exercises.toml:{line}: {reason}"])
    assert not (pytester.path / MARK).exists()


@needs_sandbox
def test_what_a_file_prints_cannot_steer_the_terminal(pytester: pytest.Pytester) -> None:
    write(pytester, "exercises.toml", *FILES)
    write(pytester, "exercise_softmax.py", "def softmax(z):", "    print('\\x1b[2Jgone')", "    return z * 0")
    result = run_pytest(pytester)
    result.assert_outcomes(failed=1)
    assert "It printed:" in result.stdout.str()
    assert "\x1b" not in result.stdout.str()


def test_a_file_that_cannot_be_read_fails_with_the_reason(pytester: pytest.Pytester) -> None:
    write(pytester, "exercises.toml", *FILES)
    Path(pytester.path / "exercise_softmax_a.py").write_bytes(b"\xff")
    os.mkfifo(pytester.path / "exercise_softmax_b.py")
    result = run_pytest(pytester)
    result.stdout.fnmatch_lines(["exercise_softmax_a.py: It cannot be read", "the byte 0xff is not UTF-8 text"])
    result.assert_outcomes(failed=1)
