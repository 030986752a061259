"""What a learner writes in an exercise on the plain face: kept line by line, printed, and taken back."""

from __future__ import annotations

from tutor.language.catalogue import N_, _, ngettext
from tutor.plain.text import PROMPT, Printer
from tutor.plain.typed_lines import END, MOST_LINES, TypedLines, looks_like_a_command, place_named
from tutor.practice.forms import Form, numbered_lines
from tutor.practice.record import PracticeRecord

HOW_TO_WRITE = N_("Type or paste the lines, each with its blanks in front; a line with a single dot, {end}, ends them.")
USAGE = N_(
    "Usage: write for the whole file, write 3 for line 3, write 3 5 for lines 3 to 5, write after 3 for lines between "
    "3 and 4. lines prints them with their numbers; there are {count}."
)


class Written:
    """The learner's file in one form of an exercise."""

    def __init__(self, exercise: str, form: Form, record: PracticeRecord, printer: Printer) -> None:
        self._exercise, self._form, self._record, self._printer = exercise, form, record, printer
        self._typed: TypedLines | None = None
        self._before: str | None = None

    @property
    def draft(self) -> str | None:
        """What is kept of it; None if that is nothing."""
        return self._record.draft(self._exercise, self._form.kept_as) or None

    @property
    def source(self) -> str:
        """What is written, or the file to begin with."""
        return self.draft or self._form.source

    def keep(self, source: str) -> None:
        """Keep this as what is written."""
        self._record.keep_draft(self._exercise, source, self._form.kept_as)

    @property
    def is_asking(self) -> bool:
        """Whether the next line is code, for ``take``."""
        return self._typed is not None

    @property
    def prompt(self) -> str:
        """What is printed where a line is asked for; before code the number of its line."""
        return PROMPT if self._typed is None else f"{self._typed.number}: "

    def print_lines(self) -> None:
        """Print what is written, with the numbers of its lines."""
        self._printer.code("\n".join(numbered_lines(self.source)))

    def ask(self, place: str) -> None:
        """Take the lines that follow as code, in this place (``place_named``)."""
        source = self.source
        count = len(source.splitlines())
        found = place_named(place, count)
        if found is None:
            self._printer.line(_(USAGE).format(count=count))
            return
        self._before = source
        self._typed = TypedLines(source, found)
        self._printer.line(_(HOW_TO_WRITE).format(end=END))
        if place and self._typed.replaced:
            self._printer.line(_("In place of:"))
            self._printer.code("\n".join(self._typed.replaced))

    def take(self, line: str) -> None:
        """Take a line of code, and keep it: the input can end at any time. A single dot is the end."""
        typed, line = self._typed, line.rstrip("\r\n")
        if typed is None or line.strip() == END:
            self._end()
        elif typed.is_full:
            self._printer.line(_("A file has at most {most} lines.").format(most=MOST_LINES))
            self._end()
        else:
            typed.take(line)
            self.keep(typed.source)
            if looks_like_a_command(line):
                self._printer.line(
                    _("That is taken as a line of code. A single dot, {end}, ends the lines.").format(end=END)
                )

    def _end(self) -> None:
        typed, self._typed = self._typed, None
        if typed is None:
            return
        self.keep(typed.source)
        count = len(typed.source.splitlines())
        said = ngettext("There is {count} line now.", "There are {count} lines now.", count).format(count=count)
        if not count:
            said = _("No line is left: you have the file to begin with again.")
        self._printer.line(
            _("{said} Type check; lines prints them, undo takes back what you wrote just now.").format(said=said)
        )

    def undo(self) -> None:
        """Bring back what there was before the last ``ask``."""
        if self._before is None:
            self._printer.line(_("There is nothing to take back: write was not typed since the exercise was opened."))
            return
        before, self._before = self._before, self.source
        self.keep(before)
        self._printer.line(_("Taken back; undo once more brings it again. Now it is:"))
        self._printer.code(before)
