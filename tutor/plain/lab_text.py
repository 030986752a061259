"""The controls and readouts of a step as lines for reading aloud: long ones in short, with a command for the rest."""

from __future__ import annotations

from tutor.course.commands import show_lines
from tutor.course.session import LessonSession
from tutor.course.words.printed_page import Page, wrapped
from tutor.course.words.spoken_text import (
    FEW_ROWS,
    control_described,
    control_in_short,
    described,
    in_short,
    rows_in_words,
)
from tutor.labs.kit.controls import ActionControl, GridControl
from tutor.labs.kit.origins import control_shown
from tutor.labs.kit.places import split_path
from tutor.labs.kit.readouts import Matrix, Picture, Table
from tutor.language.catalogue import _

LONG = 14
"""Longer items are given in short beside a step."""
READ_AGAIN = 6
"""Longer items are not read out again after each change."""


def item_lines(session: LessonSession, name: str, page: Page) -> tuple[str, ...]:
    """The lines of a readout, a control or an action of the step; covered ones say so. Raises ``LookupFailed``."""
    lab = session.lab
    for action in lab.actions():
        if action.name == name:
            return action_lines(action, page)
    lines = show_lines(session, name, page)
    if session.keeps_back(name):
        return lines
    control = next((control for control in lab.value_controls() if control.name == name), None)
    if isinstance(control, GridControl) and control.rows <= FEW_ROWS:
        rows: object = lab.get(name)
        assert isinstance(rows, tuple)
        return (*lines, *wrapped(_("  In words: {names}.").format(names="; ".join(rows_in_words(rows, 2))), page, "  "))
    if len(lines) <= LONG:
        return lines
    short = _in_short(session, name, page)
    return (*short, _all_of_it(session, name)) if len(short) < len(lines) else lines


def changed_lines(
    session: LessonSession, name: str, before: tuple[str, ...] | None, lines: tuple[str, ...], page: Page
) -> tuple[str, ...]:
    """The lines of an item whose full text changed from ``before`` to ``lines``: of a long table the changed rows.

    Items that were covered until now (``before`` is None) and short ones are read out; others are given in short.
    """
    if before is None or len(lines) <= READ_AGAIN:
        return item_lines(session, name, page)
    there = {tuple(line.split()) for line in before}
    others = tuple(line for line in lines if tuple(line.split()) not in there)
    if 0 < len(others) <= READ_AGAIN and _has_rows(session, name):
        head = lines[:2] if lines[1] not in others else lines[:1]
        return (*head, *others)
    short = _in_short(session, name, page)
    if len(short) < min(READ_AGAIN, len(lines)):
        return (*short, _all_of_it(session, name))
    return (_("{heading} has changed; to see it: show {name}").format(heading=lines[0].rstrip(":"), name=name),)


def _has_rows(session: LessonSession, name: str) -> bool:
    """Whether its lines are rows that can be read independently, below a line of headings."""
    if name not in session.lab.readout_names():
        return False
    readout = session.lab.read(name)
    return isinstance(readout, Table) or (isinstance(readout, Matrix) and not readout.picture)


def _in_short(session: LessonSession, name: str, page: Page) -> tuple[str, ...]:
    lab = session.lab
    for control in lab.value_controls():
        if control.name == name:
            return control_in_short(*control_shown(lab, control), page)
    return in_short(session.readout(name), page)


def _all_of_it(session: LessonSession, name: str) -> str:
    """The commands that show what was left out."""
    readout = session.lab.read(name) if name in session.lab.readout_names() else None
    rows = readout is None or isinstance(readout, Matrix) or (isinstance(readout, Picture) and len(readout.tiles) == 1)
    sentence = _("  All of it: show {name}; in words: describe {name}") if rows else _("  All of it: show {name}")
    return sentence.format(name=name)


def described_lines(session: LessonSession, path: str, page: Page) -> tuple[str, ...]:
    """The item at ``path`` in words. Raises ``LookupFailed``."""
    name, places = split_path(path)
    lab = session.lab
    if name in lab.readout_names():
        return (
            show_lines(session, name, page)
            if session.keeps_back(name)
            else described(session.readout(name), places, page)
        )
    control = next((control for control in lab.value_controls() if control.name == name), None)
    if control is None or places:
        return show_lines(session, path, page)
    return control_described(*control_shown(lab, control), page)


def action_lines(action: ActionControl, page: Page) -> tuple[str, ...]:
    """An action, with its letter in lessons."""
    key = _(", or {key}").format(key=action.key) if action.key else ""
    return wrapped(f"press {action.name}{key}: {action.help or action.label}", page)


def lab_lines(session: LessonSession, page: Page) -> tuple[str, ...]:
    """Everything in the lab, by group: names for show and set, and actions to press."""
    lab = session.lab
    actions = {action.name: action for action in lab.actions()}
    settable = {control.name for control in lab.value_controls()}
    readouts = set(lab.readout_names())
    lines = [_("The lab: {title}").format(title=lab.title)]
    groups = [(group.title, group.names) for group in lab.groups()]
    grouped = {name for _, names in groups for name in names}
    # Counted readouts that are in no group serve only to recognise wrong answers.
    rest = (*(c.name for c in lab.controls()), *(n for n in lab.readout_names() if n not in lab.counted()))
    for title, of_group in (*groups, (_("Also"), tuple(name for name in rest if name not in grouped))):
        lines += [f"{title}:"] if of_group else []
        for word, names in (("set", settable), ("show", readouts), ("press", set(actions))):
            found = [_with_key(actions, name) for name in of_group if name in names]
            lines += wrapped(f"  {word}: {', '.join(found)}", page, "    ") if found else ()
    return tuple(lines)


def _with_key(actions: dict[str, ActionControl], name: str) -> str:
    key = actions[name].key if name in actions else ""
    return f"{name} ({key})" if key else name
