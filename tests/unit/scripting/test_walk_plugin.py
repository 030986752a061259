"""The pytest plugin, in folders that are not the project's."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import run

pytest_plugins = ["pytester"]


def write(pytester: pytest.Pytester, name: str, *lines: str) -> Path:
    file = pytester.path / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def run_pytest(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    """With this plugin alone: to load what else is installed takes longer than the script."""
    pytester._monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return run_as_installed(pytester, "-p", "tutor.scripting.pytest_plugin", *args)


def run_as_installed(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    """In a fork of a process that has imported the program: that would take longer than the script."""
    # The plugin is to come from pytest, which rewrites its assertions.
    code = "import sys, pytest; del sys.modules['tutor.scripting.pytest_plugin']; sys.exit(pytest.main(sys.argv[1:]))"
    options = ("-p", "no:cacheprovider", f"--basetemp={pytester.path / 'runpytest'}")
    done = run(
        [sys.executable, "-c", code, *options, *args],
        forks=True, cwd=pytester.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    return pytest.RunResult(done.returncode, done.stdout.splitlines(), [], 0.0)


def test_a_script_that_holds_passes_and_a_wrong_expectation_fails(pytester: pytest.Pytester):
    write(pytester, "right.walk", "open neuron", "set x 1 1", "set w 1 2", "set b 0", "expect z 3.000")
    write(pytester, "wrong.walk", "# a comment", "open neuron", "set b 2.5", "expect b 2.5", "expect b 2.6", "next")
    result = run_as_installed(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["wrong.walk:5: expected b 2.6, got 2.5"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "Traceback" not in result.stdout.str()
    assert "runner.py" not in result.stdout.str()


def test_a_lesson_that_is_not_there_fails_with_file_and_line(pytester: pytest.Pytester):
    write(pytester, "lost.walk", "open nowhere")
    result = run_pytest(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["lost.walk:1: there is no lesson 'nowhere'*"])


def test_a_script_that_cannot_be_read_is_an_error(pytester: pytest.Pytester):
    (pytester.path / "deep").mkdir()
    write(pytester, "deep/unreadable.walk", "open neuron", "dance")
    result = run_pytest(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*deep/unreadable.walk:2: there is no word 'dance'*"])
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_a_lesson_pack_is_tested_where_it_lies(pytester: pytest.Pytester, lesson_folder: Path):
    (lesson_folder / "lesson.walk").write_text("open sum\nanswer 3.5\nexpect answered correct\n", encoding="utf-8")
    run_pytest(pytester, str(lesson_folder)).assert_outcomes(passed=1)


def test_having_the_plugin_costs_nothing_where_there_is_no_script():
    program = (
        "import sys, tutor.scripting.pytest_plugin as plugin\n"
        "loaded = {'numpy', 'tutor.labs', 'tutor.course', 'tutor.scripting.parse'} & set(sys.modules)\n"
        "sys.exit(f'{plugin.__name__} brought in {loaded}' if loaded else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


SNMPWALK = (".1.3.6.1.2.1.1.1.0 = STRING: switch", ".1.3.6.1.2.1.1.3.0 = Timeticks: (100) 0:00:01.00")


def test_a_file_of_another_program_is_passed_over_with_a_warning(pytester: pytest.Pytester):
    write(pytester, "dump.walk", *SNMPWALK)
    write(pytester, "empty.walk", "# nothing")
    (pytester.path / "bytes.walk").write_bytes(b"\xff\xfe\x00")
    write(pytester, "ours.walk", "# a comment", "", "Open neuron", "expect step 1")
    pytester.makepyfile("def test_one(): pass")
    result = run_pytest(pytester)
    result.assert_outcomes(passed=2, warnings=3)
    result.stdout.fnmatch_lines(["*dump.walk does not begin like a walk-through script*"])
    assert result.ret == pytest.ExitCode.OK


def test_where_warnings_are_errors_a_file_of_another_program_still_stops_nothing(pytester: pytest.Pytester):
    pytester.makeini("[pytest]\nfilterwarnings = error\nasyncio_default_fixture_loop_scope = function\n")
    write(pytester, "dump.walk", *SNMPWALK)
    pytester.makepyfile("def test_one(): pass")
    # A true start: that what the others fork from has been imported is a warning of its own.
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*dump.walk does not begin like a walk-through script*"])


@pytest.mark.parametrize(
    "lines", [("open 5 doors", "close them"), ("step 1: go north", "walk on"), ("Back to the house",)]
)
def test_a_common_word_alone_makes_no_script(pytester: pytest.Pytester, lines: tuple[str, ...]):
    write(pytester, "route.walk", *lines)
    pytester.makepyfile("def test_one(): pass")
    run_pytest(pytester).assert_outcomes(passed=1, warnings=1)


def test_a_script_with_a_mistake_in_its_first_line_is_still_an_error(pytester: pytest.Pytester):
    write(pytester, "mine.walk", "open neuron at", "set b 0")
    result = run_pytest(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*mine.walk:1: usage: open LESSON*"])


def test_a_file_that_the_command_line_names_or_a_lesson_has_is_meant(pytester: pytest.Pytester, lesson_folder: Path):
    file = write(pytester, "dump.walk", *SNMPWALK)
    for named in ("dump.walk", str(file), "./dump.walk"):
        result = run_pytest(pytester, named)
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*dump.walk:1: there is no word '.1.3.6.1.2.1.1.1.0'*"])
        assert "Traceback" not in result.stdout.str()
    (pytester.path / "bytes.walk").write_bytes(b"\xff\xfe\x00")
    result = run_pytest(pytester, "bytes.walk")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*bytes.walk:1: the byte 0xff is not UTF-8 text*"])
    (lesson_folder / "lesson.walk").write_text("opne sum\n", encoding="utf-8")
    result = run_pytest(pytester, str(lesson_folder))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*lesson.walk:1: there is no word 'opne'*"])


def test_a_script_without_its_first_line_is_still_an_error(pytester: pytest.Pytester):
    write(pytester, "half.walk", "set x 1 1")
    result = run_pytest(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*half.walk:1: a script begins with open LESSON; got 'set x 1 1'*"])


def test_lessons_are_found_beside_the_script_and_in_the_environment(
    pytester: pytest.Pytester, lesson_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    lesson_folder.rename(pytester.path / "pack")
    write(pytester, "tour.walk", "open sum", "answer 3.5", "expect answered correct")
    run_pytest(pytester).assert_outcomes(passed=1)
    deep = pytester.path / "one" / "two"
    deep.mkdir(parents=True)
    (pytester.path / "tour.walk").rename(deep / "tour.walk")
    run_pytest(pytester).assert_outcomes(failed=1)
    monkeypatch.setenv("DL_TUTOR_LESSONS", str(pytester.path / "pack"))
    run_pytest(pytester).assert_outcomes(passed=1)
