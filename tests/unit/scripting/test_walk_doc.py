"""What docs/walk-scripts.md shows is true."""

import re
from pathlib import Path

from tutor.scripting.parse import parse_script
from tutor.scripting.runner import run_script

DOC = Path(__file__).parents[3] / "docs" / "walk-scripts.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOC.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_first_example_holds_on_the_shipped_lesson():
    script = blocks("walk")[0]
    assert run_script(parse_script(script, Path("doc.walk"))).expectations == script.count("\nexpect ") == 6


def test_the_lesson_of_ones_own_holds_with_its_script_beside_it(tmp_path: Path):
    (toml,), (markdown,), script = blocks("toml"), blocks("markdown"), blocks("walk")[1]
    (tmp_path / "lesson.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "lesson.md").write_text(markdown, encoding="utf-8")
    outcome = run_script(parse_script(script, tmp_path / "lesson.walk"))
    assert outcome.expectations == script.count("\nexpect ") == 8
