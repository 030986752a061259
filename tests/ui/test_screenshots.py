"""Pictures and films of the screen: pixels of characters, the screen of an app, and a run of the studio as a cast."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyte
import pytest
from numpy.typing import NDArray
from PIL import Image
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from tests.ui.panel_app import until
from tests.ui.test_studio import opened, palette_options, studio
from tutor.cli import main
from tutor.course.new_files import NewPicture, write_new
from tutor.datasets.formats.image_files import read_shades
from tutor.resources import lessons_folder, studio_folder
from tutor.studio.presets import PRESETS
from tutor.studio.replaying import Replay, replayed
from tutor.studio.token import token_of
from tutor.ui.screenshots.cells import Cell, Paint, screen_cells, screen_update
from tutor.ui.screenshots.png import BLOCKS, HEIGHT, WIDTH, png_of
from tutor.ui.screenshots.studio_run import MOST_FRAMES, film_of, picture_of

RED, BLUE = (200, 40, 0), (0, 40, 120)
XOR = PRESETS["xor"].at(60)
NAMED = {"default": "", "brightblack": ""}


def pixels(*characters: str, bold: bool = False, underlined: bool = False) -> NDArray[np.uint8]:
    """One row of characters, red on blue, as (height, width, 3)."""
    row: list[Cell] = [(character, Paint(RED, BLUE, bold, underlined)) for character in characters]
    return np.asarray(Image.open(io.BytesIO(png_of([row]))))


def red(part: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (part == RED).all(axis=-1)


def blue(part: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (part == BLUE).all(axis=-1)


# Characters


def test_a_half_block_is_one_colour_above_the_other() -> None:
    found = pixels("▀")
    assert found.shape == (HEIGHT, WIDTH, 3)
    assert red(found[: HEIGHT // 2]).all()
    assert blue(found[HEIGHT // 2 :]).all()


@pytest.mark.parametrize(
    ("character", "share"),
    [("█", 1), ("▄", 1 / 2), ("▂", 1 / 4), ("▌", 1 / 2), ("▎", 1 / 4), ("▘", 1 / 4), ("▙", 3 / 4), ("▚", 1 / 2)],
)
def test_a_block_covers_its_part(character: str, share: float) -> None:
    found = pixels(character)
    assert red(found).mean() == pytest.approx(share)
    assert (red(found) | blue(found)).all()


def test_every_block_has_pixels_of_its_own_and_blocks_meet() -> None:
    assert len({pixels(character).tobytes() for character in BLOCKS}) == len(BLOCKS)
    assert red(pixels("█", "▌"))[:, : WIDTH + WIDTH // 2].all()


def test_a_shade_mixes_the_colours() -> None:
    assert (pixels("▒") == [100, 40, 60]).all()
    assert (pixels("░") == [50, 40, 90]).all()


def test_braille_dots_stand_two_across_and_four_down() -> None:
    for character, row, column in (("⠁", 0, 0), ("⠂", 1, 0), ("⠈", 0, 1), ("⡀", 3, 0), ("⢀", 3, 1)):
        ys, xs = np.nonzero(red(pixels(character)))
        assert set(ys // (HEIGHT // 4)) == {row}
        assert set(xs // (WIDTH // 2)) == {column}
    assert red(pixels("⣿")).sum() == 8 * red(pixels("⠁")).sum()
    assert blue(pixels("\u2800")).all()


def test_a_letter_stays_in_its_cell_and_bold_has_more_ink() -> None:
    plain, bold = pixels(" ", "w", " "), pixels(" ", "w", " ", bold=True)
    for cells in (plain, bold):
        assert blue(cells[:, :WIDTH]).all()
        assert not blue(cells[:, WIDTH : 2 * WIDTH]).all()
    assert (~blue(bold)).sum() > (~blue(plain)).sum()
    under = pixels(" ", underlined=True)
    assert red(under).all(axis=1).sum() == 1


def test_lines_of_boxes_meet() -> None:
    assert (~blue(pixels("─", "─", "┐"))).any(axis=0)[: 2 * WIDTH + WIDTH // 2].all()


def test_the_font_has_every_sign_of_the_lessons_and_pictures() -> None:
    folder = studio_folder().parents[1]
    texts = [*lessons_folder().rglob("lesson.*"), *folder.glob("labs/**/*.py"), *folder.glob("ui/**/*.py")]
    signs = {sign for file in texts for sign in file.read_text(encoding="utf-8") if sign.isprintable()}
    assert {"σ", "∂", "√", "≈"} <= signs
    missing = pixels("\uffff").tobytes()
    assert [sign for sign in sorted(signs - {" "}) if pixels(sign).tobytes() == missing] == []


# The screen


def in_all_colours(strips: Iterable[Iterable[Segment]]) -> str:
    """A row as a terminal with all colours gets it. A style keeps how it was first painted, so a copy is painted."""
    segments = (segment for strip in strips for segment in strip if not segment.control)
    return "".join(
        (style or Style.null()).copy().render(text, color_system=ColorSystem.TRUECOLOR) for text, style, _ in segments
    )


async def test_the_cells_are_those_of_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    app = opened(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        app.open_token(token_of(XOR))
        await studio(app, pilot)
        await pilot.pause()
        terminal = pyte.Screen(100, 30)
        pyte.Stream(terminal).feed("\r\n".join(map(in_all_colours, screen_update(app).strips)))
        cells = screen_cells(app)
        assert ["".join(character for character, _ in row) for row in cells] == terminal.display
        for y, row in enumerate(cells):
            for x, (character, paint) in enumerate(row):
                shown = terminal.buffer[y][x]
                front, behind = (shown.bg, shown.fg) if shown.reverse else (shown.fg, shown.bg)
                assert behind == "".join(f"{part:02x}" for part in paint.background)
                if character.strip():
                    assert front == "".join(f"{part:02x}" for part in paint.colour)
                    assert (shown.bold, shown.underscore) == (paint.bold, paint.underlined)


async def test_the_palette_saves_a_png(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = opened(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("s")
        await studio(app, pilot)
        await pilot.press("ctrl+p")
        await pilot.press(*"picture (PNG)")
        await until(pilot, lambda: [str(option) for option in palette_options(app)] == [PNG_COMMAND])
        await pilot.press("enter", "enter")
        await until(pilot, lambda: (tmp_path / "dl-tutor.png").is_file())
    assert read_shades(tmp_path / "dl-tutor.png", longest=2000).shape == (24 * HEIGHT, 80 * WIDTH)


PNG_COMMAND = "Save this screen as a picture (PNG)"


def test_the_same_picture_is_not_written_twice(tmp_path: Path) -> None:
    picture = NewPicture("a.png", b"\x89PNG")
    assert write_new(picture, (tmp_path,)) == f"Written to {tmp_path / 'a.png'}"
    assert (tmp_path / "a.png").read_bytes() == b"\x89PNG"
    assert write_new(picture, (tmp_path,)) == f"The same picture is already in {tmp_path / 'a.png'}"


# The studio


def frames_of(cast: bytes) -> tuple[dict[str, object], list[tuple[float, str]]]:
    """The header, and time and text of each event."""
    header, *events = map(json.loads, cast.decode().splitlines())
    assert all(kind == "o" for _, kind, _ in events)
    return header, [(seconds, text) for seconds, _, text in events]


def shown_after(events: list[tuple[float, str]], width: int, height: int) -> str:
    terminal = pyte.Screen(width, height)
    stream = pyte.Stream(terminal)
    for _, text in events:
        stream.feed(text)
    return "\n".join(terminal.display)


def test_a_cast_shows_the_run_until_its_loss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, token = tmp_path / "run.cast", token_of(XOR)
    given = ["studio", token, "--out", str(file), "--size", "120x40", "--view", "training", "--json"]
    assert main(given) == 0
    told = json.loads(capsys.readouterr().out)
    header, events = frames_of(file.read_bytes())
    assert (header["version"], header["width"], header["height"], header["title"]) == (2, 120, 40, token)
    times = [seconds for seconds, _ in events]
    # The screen is cleared; the beginning, and after each of six epochs of ten steps.
    assert times[:2] == [0, 0]
    assert np.all(np.diff(times[1:]) > 0)
    assert len(times) == 2 + XOR.step // 10
    first, last = shown_after(events[:2], 120, 40), shown_after(events, 120, 40)
    assert "untrained" in first
    assert "epoch 6, step 60" in last
    assert f"{told['loss']:.4f}" in last
    assert f"{told['test_loss']:.4f}" in last
    assert f"{told['loss']:.4f}" not in first
    halfway = replayed(XOR.at(30))
    assert f"{halfway.records[-1].val_loss:.4f}" in shown_after(events[:5], 120, 40)


def test_a_cast_is_the_same_whatever_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    made = film_of(Replay(XOR.at(20)), (80, 24))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.delenv("COLORTERM", raising=False)
    assert film_of(Replay(XOR.at(20)), (80, 24)) == made
    assert re.search(r"48;2;\d+;\d+;\d+m", made.decode())


def test_a_long_run_has_no_more_frames_and_ends_at_its_end() -> None:
    far = XOR.at(10 * 4 * MOST_FRAMES + 7)
    _, events = frames_of(film_of(Replay(far), (60, 16)))
    assert MOST_FRAMES / 2 < len(events) <= MOST_FRAMES + 3
    assert f"step {far.step:,}" in shown_after(events, 60, 16)


def test_a_run_that_stops_ends_the_cast(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wild, file = PRESETS["slope"].at(100).edited("rate", 100).at(400), tmp_path / "wild.cast"
    end = replayed(wild)
    assert 100 <= end.step < 400
    assert main(["studio", token_of(wild), "--out", str(file)]) == 0
    assert f"after step {end.step}: {end.stopped}" in capsys.readouterr().err
    _, events = frames_of(file.read_bytes())
    assert f"step {end.step}," in shown_after(events, 80, 24)


def test_a_picture_is_the_last_frame_of_the_cast(tmp_path: Path) -> None:
    _, events = frames_of(film_of(Replay(XOR), (80, 24)))
    svg = picture_of(replayed(XOR), ".svg", (80, 24)).decode()
    seen = shown_after(events, 80, 24)
    words = set(re.findall(r"[A-Za-z]{4,}", seen))
    assert "Output" in words
    assert words <= set(re.findall(r"[A-Za-z]{4,}", re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)))
    file = tmp_path / "run.png"
    assert main(["studio", token_of(XOR), "--out", str(file)]) == 0
    assert file.read_bytes() == picture_of(replayed(XOR), ".png", (80, 24))
    assert read_shades(file, longest=2000).shape == (24 * HEIGHT, 80 * WIDTH)


def test_rows_that_are_no_plane_open_at_their_training() -> None:
    _, events = frames_of(film_of(Replay(PRESETS["shapes"].at(5)), (80, 24)))
    assert "Training" in shown_after(events, 80, 24).splitlines()[0]


@pytest.mark.parametrize(
    ("token", "given", "said"),
    [
        (XOR.at(0), ["--out", "x.cast"], "untrained"),
        (XOR, ["--out", "x.png", "--view", "nowhere"], "expected one of output, network"),
        (XOR, ["--out", "x.net", "--view", "output"], "--view is for a picture"),
        (XOR, ["--size", "80x24"], "--size is for a picture"),
        (XOR, ["--out", "absent/x.cast"], "there is no folder"),
    ],
)
def test_what_cannot_be_is_told(
    token: object, given: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["studio", token_of(token), *given]) == 2  # type: ignore[arg-type]
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("size", ["80", "80x", "wide", "59x24", "80x15", "301x40", "80x101"])
def test_a_size_that_is_none_is_told(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["studio", token_of(XOR), "--out", "x.png", "--size", size])
    assert left.value.code == 2
    assert "expected" in capsys.readouterr().err
