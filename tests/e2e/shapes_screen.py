"""What the shapes lab shows, read off the screen by its words; and the way there by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.e2e.terminal import BACKTAB, DOWN, ENTER, ESCAPE, RIGHT, TAB, Terminal, tutor_terminal
from tutor.course.lessons.lesson import LessonSummary
from tutor.course.lessons.loader import read_summaries
from tutor.resources import lessons_folder

Pixels = tuple[str, ...]
SHAPES = ("square", "rhombus", "plus", "cross", "bar")
RHOMBUS: Pixels = ("00100", "01010", "10001", "01010", "00100")
PLUS: Pixels = ("00100", "00100", "11111", "00100", "00100")
# A pixel is two cells wide, or four by two, six by three: off and on, and both again under the cursor.
_CELLS = (re.compile(r"·+|\[·*\]"), re.compile(r"█+|▐█*▌"))
_SCALES = tuple(range(8, 0, -1))
_CONFIDENCE = re.compile(
    rf"\b(?P<shape>{'|'.join(SHAPES)}) +[█▉▊▋▌▍▎▏]* *(?P<number>[01]\.\d+|[01])(?P<mark> ◂)?(?=\s|$)"
)
_MOST_FIELDS = 60


def open_shapes(state: Path, columns: int, rows: int, environment: Mapping[str, str] | None = None) -> Terminal:
    """``dl-tutor`` with the shapes network opened from the home screen, out of the answer field."""
    return go_to_shapes(tutor_terminal(state, columns=columns, rows=rows, environment=environment))


def go_to_shapes(terminal: Terminal) -> Terminal:
    """From the home screen into the shapes network, out of the answer field."""
    terminal.wait_for("What deep learning is", "Quit")
    summaries = read_summaries(lessons_folder())
    for summary in summaries[1 : 1 + [summary.id for summary in summaries].index("shapes")]:
        # A key that comes before the screen is ready is not taken, and the screen says so.
        wanted = about(summary)
        terminal.send(DOWN)
        text = terminal.wait_until(lambda text, wanted=wanted: wanted in text or "Ignored" in text, wanted)
        if wanted not in text:
            terminal.send(DOWN)
            terminal.wait_for(wanted)
    terminal.wait_for("Draw a shape, train a network")
    terminal.send(ENTER)
    terminal.wait_for("⏎ Answer", "A drawing is 25 numbers")
    leave_answer_field(terminal)
    return terminal


def about(lesson: LessonSummary) -> str:
    """How the home screen begins to say what the chosen lesson is about."""
    return " ".join(lesson.summary.split()[:3])


def leave_answer_field(terminal: Terminal) -> None:
    """Out of the answer field, so that letters are keys: the focus goes to the drawing."""
    terminal.wait_for("⏎ Answer")
    terminal.send(ESCAPE)
    terminal.wait_until(lambda text: focused(text) == "drawing", "the focus on the drawing")


def open_full_lab(terminal: Terminal) -> None:
    """From the lesson's first step to the lab on the whole screen, with the focus on the drawing.

    The step's question is passed over: while it is open, the lab shows nothing that could answer it.
    """
    terminal.send("s")
    terminal.wait_for("Skipped")
    terminal.send("f")
    terminal.wait_until(lambda text: bool(confidences(text)) and focused(text) == "drawing", "the full lab")


def grid_place(text: str) -> tuple[int, int, int] | None:
    """Column and row of the drawing's first cell, and how many lines a pixel is high."""
    lines = [line.ljust(250) for line in text.split("\n")]
    for scale in _SCALES:
        for row in range(len(lines) - 5 * scale):
            for label in re.finditer(r"(?<=[ ›])drawing ", lines[row]):
                if _read(lines, label.start(), row + 1, scale):
                    return label.start(), row + 1, scale
    return None


def pixels(text: str) -> Pixels:
    """The drawing, a string of 0 and 1 for each row; empty while none is on the screen."""
    place = grid_place(text)
    return () if place is None else _read([line.ljust(250) for line in text.split("\n")], *place)


def _read(lines: list[str], column: int, row: int, scale: int) -> Pixels:
    """The drawing there; empty where there is none."""
    read = []
    for y in range(5 * scale):
        cells = [lines[row + y][column + 2 * scale * x :][: 2 * scale] for x in range(5)]
        digits = ["".join(str(n) for n, look in enumerate(_CELLS) if look.fullmatch(cell)) for cell in cells]
        if not all(digits):
            return ()
        read.append("".join(digits))
    rows = tuple(read[::scale])
    return rows if read == [line for line in rows for _ in range(scale)] else ()


def flipped(before: Pixels, places: Iterable[tuple[int, int]]) -> Pixels:
    """The drawing with the pixels at (row, column) turned over."""
    rows = [list(row) for row in before]
    for y, x in places:
        rows[y][x] = "10"[int(rows[y][x])]
    return tuple("".join(row) for row in rows)


def confidences(text: str) -> dict[str, float]:
    """The confidence in each shape; empty unless all five are on the screen."""
    values = {row["shape"]: float(row["number"]) for row in _CONFIDENCE.finditer(text)}
    return values if set(values) == set(SHAPES) else {}


def winner(text: str) -> str:
    """The shape whose confidence is marked as the largest."""
    marked = [row["shape"] for row in _CONFIDENCE.finditer(text) if row["mark"]]
    return marked[0] if len(marked) == 1 else ""


def status(text: str) -> str:
    """The words of the status, also where they need several lines; empty while it is not on the screen."""
    lines = text.split("\n")
    for row, line in enumerate(lines):
        label = re.search(r"\bstatus(?::| ) *(?=\S)", line)
        if label is None:
            continue
        words = [re.split("  ", line[label.end() :])[0]]
        if ":" in label.group():
            # Below stand more of its words, and then a field with its arrows.
            for more in lines[row + 1 :]:
                below = re.split("  ", more[label.start() :])[0]
                if not below.strip() or "◂" in more[label.start() : label.start() + 40]:
                    break
                words.append(below)
        return " ".join(word.strip() for word in words)
    return ""


def training_epoch(text: str) -> int:
    """The epoch that is being trained, from the status; 0 where nothing is trained."""
    epoch = re.match(r"training: epoch (\d+)", status(text))
    return int(epoch.group(1)) if epoch else 0


def focused(text: str) -> str:
    """The words at the focus mark; empty while there is none, or, in the middle of a repaint, more than one."""
    marks = re.findall(r"›(\S+(?: \S+)*)", text)
    return marks[0] if len(marks) == 1 else ""


def focus_of(text: str) -> str:
    """What has the focus: the words at its mark, or the whole lab, to be scrolled; its headings are heavy then."""
    return focused(text) or ("the lab" if len(re.findall("━ [A-Z]", text)) > 1 else "")


def has_focus(text: str) -> bool:
    """Whether anything has the focus."""
    return focus_of(text) != ""


def go_to(terminal: Terminal, field: str, *, back: bool = False) -> None:
    """Tab until the focus is on ``field``."""
    terminal.wait_until(has_focus, "a focus")
    for _ in range(_MOST_FIELDS):
        here = focus_of(terminal.text)
        if here.startswith(field):
            return
        terminal.send(BACKTAB if back else TAB)
        terminal.wait_until(lambda text, here=here: focus_of(text) not in ("", here), "another focus")  # type: ignore[misc]
    raise AssertionError(f"no field {field!r} can be reached with tab:\n{terminal.text}")


def value_of(text: str, field: str) -> str:
    """The value between the arrows of the field that has the focus; empty while a number is being typed."""
    shown = re.search(rf"›{field} +◂ +(\S+) ▸", text)
    return shown.group(1) if shown else ""


def type_number(terminal: Terminal, field: str, number: str) -> None:
    """Type a number into a field."""
    go_to(terminal, field)
    terminal.send(number, ENTER)
    terminal.wait_until(lambda text: value_of(text, field) == number, f"{field} {number}")


def choose(terminal: Terminal, field: str, option: str) -> None:
    """Turn the choice ``field`` on to ``option``."""
    go_to(terminal, field)
    for _ in range(10):
        here = terminal.wait_until(lambda text: value_of(text, field) != "", field)
        before = value_of(here, field)
        if before == option:
            return
        terminal.send(RIGHT)
        terminal.wait_until(lambda text, before=before: value_of(text, field) != before, "another choice")  # type: ignore[misc]
    raise AssertionError(f"{field} has no {option!r}:\n{terminal.text}")


def train_for_long(terminal: Terminal) -> None:
    """Begin a training that does not end by itself while a test looks at it."""
    type_number(terminal, "epochs", "100000")
    terminal.send("p")
    terminal.wait_until(lambda text: training_epoch(text) > 5, "a training under way")
