"""The instructor's view on the screen: what is new is shown, and nothing that a learner wrote steers the terminal."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tests.ui.panel_app import until
from tutor.classroom.live import LiveClass
from tutor.classroom.wording import Wording
from tutor.course.lessons.loader import read_summaries
from tutor.course.preview.forgetful_progress import ForgetfulProgress
from tutor.course.record.event_log import EventLog
from tutor.resources import lessons_folder
from tutor.ui.classroom.app import ClassApp
from tutor.ui.classroom.class_screen import ClassScreen, LearnerList
from tutor.ui.classroom.path_screen import PathScreen

WRONG = {"step": "the-bias", "question": 0, "correct": False, "slip": "sign", "text": "\x1b]0;owned\x07"}


def class_app(folder: Path, tmp_path: Path) -> ClassApp:
    progress = ForgetfulProgress(tmp_path / "instructor", learner=0)
    return ClassApp(LiveClass(folder), Wording(read_summaries(lessons_folder())), progress)


def painted(app: ClassApp) -> str:
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


async def shows(pilot: Pilot[Any], *texts: str) -> None:
    app = pilot.app
    assert isinstance(app, ClassApp)
    await until(pilot, lambda: all(text in painted(app) for text in texts))


async def test_a_wrong_answer_comes_to_the_screen_by_itself(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    with closing(EventLog(folder / "ada", [])) as ada, closing(EventLog(folder / "bob\x1b[31m", [])) as bob:
        ada.append("step", "neuron", {"step": "the-bias", "position": 2})
        bob.append("visit", "softmax", {})
        app = class_app(folder, tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            await shows(pilot, "2 here · 0 stuck", "ada", "bob[31m", "3 The neuron · 3 The bias", "None so far.")
            ada.append("answer", "neuron", WRONG)
            await shows(pilot, "1 stuck", "(1)", "the wrong sign")
            # The one who is stuck comes first.
            assert app.screen.query_one(LearnerList).options[0].id == "ada"
            assert all(character.isprintable() or character == "\n" for character in painted(app))


async def test_the_highlight_stays_on_a_learner_while_the_order_changes(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    with closing(EventLog(folder / "ada", [])) as ada, closing(EventLog(folder / "bob", [])) as bob:
        for log in (ada, bob):
            log.append("step", "neuron", {"step": "the-bias", "position": 2})
        app = class_app(folder, tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            await shows(pilot, "2 learners")
            bob.append("answer", "neuron", WRONG)
            await shows(pilot, "1 stuck")
            chosen = app.screen.query_one(LearnerList).highlighted_option
            assert chosen is not None
            assert chosen.id == "ada"
            await pilot.press("s")
            await shows(pilot, "by name")


async def test_enter_opens_a_path_that_goes_on_and_escape_leads_back(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    with closing(EventLog(folder / "ada", [])) as ada:
        ada.append("step", "neuron", {"step": "the-bias", "position": 2})
        app = class_app(folder, tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            await shows(pilot, "1 learner ·")
            await pilot.press("enter")
            await shows(pilot, "The path of ada", "step 3 The bias")
            assert isinstance(app.screen, PathScreen)
            ada.append("answer", "neuron", WRONG)
            await shows(pilot, "wrong: the wrong sign")
            assert "owned" not in painted(app)
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, ClassScreen))


async def test_the_errors_take_the_whole_screen_and_give_it_back(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    with closing(EventLog(folder / "ada", [])) as ada:
        ada.append("answer", "neuron", WRONG)
        app = class_app(folder, tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            await shows(pilot, "the wrong sign", "ada")
            await pilot.press("e")
            await until(pilot, lambda: "ada" not in painted(app))
            await pilot.press("e")
            await shows(pilot, "ada")


async def test_a_class_that_is_away_is_told(tmp_path: Path) -> None:
    app = class_app(tmp_path / "nowhere", tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        # The path may be broken anywhere, and the sentence between two words.
        await until(pilot, lambda: "No such file or directory" in " ".join(painted(app).split()))
