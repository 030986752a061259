"""Which tests share a process of the test run."""

from __future__ import annotations

import re

from tests.scheduling import ROOT, group_of


def test_all_that_take_keras_share_one_server_and_what_is_made_for_a_module_is_made_once() -> None:
    files = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py")}
    keras = {file for file, text in files.items() if re.search(r"^ *(async )?def .*\bkeras_process\b", text, re.M)}
    assert len(keras) > 5
    assert {file for file in files if group_of(file) == "keras"} >= keras
    modules = {file for file, text in files.items() if re.search(r"^@pytest\.fixture\(.*module", text, re.M)} - keras
    assert len(modules) > 5
    assert {group_of(file) for file in modules} == modules
    # The long ones among the others are not in one process, and a file that is no test's has no group.
    assert group_of("tests/ui/test_poor_terminals.py") == ""
    assert group_of("lessons/20_keras/lesson.walk") == ""
