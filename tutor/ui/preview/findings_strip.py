"""What the check of a lesson or an exercise says, in a few lines at the top of the screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from tutor.language.catalogue import N_, _, ngettext

MOST_LINES = 3
CHECKING, HOLDS = N_("checking …"), N_("all holds")


class FindingsStrip(Static):
    """One line while all holds; the first findings otherwise."""

    DEFAULT_CSS = """
    FindingsStrip { dock: top; height: auto; max-height: 4; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="findings", markup=False)

    def show_findings(self, name: str, findings: Sequence[str], checking: bool) -> None:
        """Show the findings on the folder ``name``; ``checking`` while newer ones are awaited."""
        state = _(CHECKING) if checking else _count(findings)
        lines = [Content.assemble((_("Preview of {name}").format(name=name), "bold"), f"  {state}")]
        lines += [Content.styled(finding, "$text-warning") for finding in findings[:MOST_LINES]]
        self.update(Content("\n").join(lines))


def _count(findings: Sequence[str]) -> str:
    more = "" if len(findings) <= MOST_LINES else _("; esc shows them all")
    return (
        ngettext("{count} finding", "{count} findings", len(findings)).format(count=len(findings)) + more
        if findings
        else _(HOLDS)
    )
