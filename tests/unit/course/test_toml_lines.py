from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from tutor.course.lessons.toml_lines import TomlLines

SOURCE = '''\
id = "a"
text = """
[[step]]
id = "not a key"
"""
grid = [
  [1, 2],
  [3, 4]
]
[[step]]
id = "one"   # [[step]]
draw.x = { low = 1 }
draw.w = { low = 2, not = [
  0,
  1,
] }
[[step.question]]
wrong = [
    { gives = "y", say = "]] [[step]]" },
    { gives = { read = "z" }, say = 'b' },
]
[[step]]
"id" = "two"
[[step.question]]
ask = "first"
[[step.question]]
ask = "second"
[step.question.more]
deep = 1
'''


def test_keys_are_found_at_their_lines() -> None:
    tomllib.loads(SOURCE)
    find = TomlLines(SOURCE).find
    assert find((), "id") == 1
    assert find((), "text") == 2
    assert find((), "grid") == 6
    assert find(("grid", 1), "") == 8
    assert find(("step", 0), "") == 10
    assert find(("step", 0), "id") == 11
    assert find(("step", 0, "draw"), "x") == 12
    assert find(("step", 0, "draw"), "w") == 13
    assert find(("step", 0, "draw", "w", "not", 1), "") == 15
    assert find(("step", 0, "question", 0, "wrong", 0), "say") == 19
    assert find(("step", 0, "question", 0, "wrong", 1), "say") == 20
    assert find(("step", 0, "question", 0, "wrong", 1, "gives"), "read") == 20
    assert find(("step", 1), "id") == 23
    assert find(("step", 1, "question", 0), "ask") == 25
    assert find(("step", 1, "question", 1), "ask") == 27
    assert find(("step", 1, "question", 1, "more"), "deep") == 29


def test_what_is_missing_is_placed_at_the_nearest_thing_around_it() -> None:
    find = TomlLines(SOURCE).find
    assert find(("step", 0), "show") == 10
    assert find(("step", 0, "question", 0, "wrong", 1), "absent") == 20
    assert find(("step", 1, "question", 1, "hints", 3), "") == 26
    assert find((), "number") == 1
    assert find(("nothing", 4, "here"), "at") == 1


WORDS = st.text(alphabet="ab[]{}=,.#\"'\\\n é", max_size=8)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@given(st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=3)), max_size=5))
def test_lines_hold_whatever_stands_in_the_texts(entries: list[tuple[str, list[str]]]) -> None:
    lines: list[str] = []
    expected: dict[tuple[tuple[str | int, ...], str], int] = {}
    for index, (text, items) in enumerate(entries):
        lines.append("[[entry]]")
        expected[("entry", index), ""] = len(lines)
        lines.append(f"text = {quoted(text)} # {text!r}")
        expected[("entry", index), "text"] = len(lines)
        lines.append("items = [")
        expected[("entry", index), "items"] = len(lines)
        for place, item in enumerate(items):
            lines.append(f"  {{ word = {quoted(item)} }},")
            expected[("entry", index, "items", place), "word"] = len(lines)
        lines.append("]")
    source = "\n".join(lines)
    assert [e["text"] for e in tomllib.loads(source).get("entry", [])] == [text for text, _ in entries]
    find = TomlLines(source).find
    assert {place: find(*place) for place in expected} == expected
