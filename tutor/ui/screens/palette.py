"""Textual's command palette, made safe for keys while there is no room for its list."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette

from tutor.ui.screens.one_answer import OneAnswer


class Palette(OneAnswer, CommandPalette):
    """The palette; its list has the same fix as ``OptionList`` in ``tutor.ui.widgets``."""

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)
