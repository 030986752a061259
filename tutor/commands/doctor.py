"""``dl-tutor doctor``: report what this machine and terminal offer, with advice on what is missing."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

from tutor.backends.availability import why_no_tensorflow
from tutor.commands.console.printing import answer, answer_json
from tutor.commands.findings.finding import Finding
from tutor.commands.findings.sandbox_finding import examine_sandbox
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress, state_folder
from tutor.crash_report import PATTERN
from tutor.datasets.digits import digits_source
from tutor.resources import data_folder, lessons_folder
from tutor.ui.terminal.requirements import term_by_its_colours

SMALLEST = (80, 24)
TRUECOLOR_TERMS = ("truecolor", "24bit")


def run(args: argparse.Namespace) -> int:
    """Print the report, with ``args.json`` as a list of objects; return 0, or 1 if something needed is broken."""
    if args.class_machine:
        from tutor.commands.class_machine import examine_class

        findings = (*installed(), *examine_class())
    else:
        findings = examine(state_folder(args.state), os.environ, sys.stdout.isatty() and sys.stdin.isatty())
    if args.json:
        rows = [{**asdict(f), "ok": not f.advice} for f in findings]
        answer_json(rows, indent=2)
    else:
        width = max(len(f.name) for f in findings)
        for finding in findings:
            mark = "BROKEN" if finding.broken else "note" if finding.advice else "ok"
            answer(f"{mark:6}  {finding.name:{width}}  {finding.found}")
            if finding.advice:
                answer(f"{'':6}  {'':{width}}  {finding.advice}")
    return 1 if any(f.broken for f in findings) else 0


def examine(state: Path, environment: Mapping[str, str], is_terminal: bool) -> tuple[Finding, ...]:
    """All findings, in the order of the report. Looks for TensorFlow without importing it."""
    return (
        _terminal(environment, is_terminal),
        _colours(environment),
        _encoding(),
        *installed(),
        *_progress(state),
        examine_sandbox(),
        _crash_reports(state),
    )


def installed() -> tuple[Finding, ...]:
    """The findings that are the same for all users of the machine."""
    return (
        _python(), _package("textual"), _package("numpy"), _tensorflow(), _lessons(), _data(), _digits(),
    )  # fmt: skip


def _terminal(environment: Mapping[str, str], is_terminal: bool) -> Finding:
    term = environment.get("TERM", "")
    size = shutil.get_terminal_size()
    found = f"TERM={term or '(not set)'}, {size.columns}×{size.lines}"
    if not is_terminal:
        return Finding("terminal", f"none ({found})", "Lessons are printed as plain text; over ssh, ask for a "
                       "terminal with ssh -t.")  # fmt: skip
    if term in ("", "dumb", "unknown") and sys.platform != "win32":
        return Finding("terminal", found, "Lessons are printed as plain text. If this terminal can do more, "
                       "set TERM, for instance to xterm-256color.")  # fmt: skip
    if size.columns < SMALLEST[0] or size.lines < SMALLEST[1]:
        return Finding("terminal", found, f"Make it at least {SMALLEST[0]}×{SMALLEST[1]} for everything to fit.")
    return Finding("terminal", found)


def _colours(environment: Mapping[str, str]) -> Finding:
    if environment.get("NO_COLOR"):
        return Finding("colours", "none (NO_COLOR is set)", "Unset NO_COLOR for colours; they are never the only sign.")
    if environment.get("COLORTERM", "").lower() in TRUECOLOR_TERMS or sys.platform == "win32":
        return Finding("colours", "16 million")
    term = term_by_its_colours(environment)
    if "256color" in term or term.endswith("-direct"):
        return Finding("colours", "256")
    return Finding("colours", "16", "If the terminal has more, set TERM to xterm-256color, or COLORTERM to truecolor.")


def _encoding() -> Finding:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding == "utf8":
        return Finding("text", "UTF-8")
    return Finding("text", sys.stdout.encoding or "unknown", "Formulas need UTF-8: set LANG to C.UTF-8 or a language's "
                   "UTF-8, such as en_GB.UTF-8, or PYTHONUTF8 to 1.")  # fmt: skip


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    advice = "" if sys.version_info >= (3, 11) else "dl-tutor needs Python 3.11 or later."
    return Finding("Python", found, advice, needed=True)


def _package(name: str) -> Finding:
    """A required package, and whether it has the exact version that dl-tutor needs."""
    try:
        found = version(name)
    except PackageNotFoundError:
        found = ""
    if not found or find_spec(name) is None:
        return Finding(name, "missing", f"Install it with: python -m pip install {name}", needed=True)
    exact = _exact_version(name)
    if exact and found != exact:
        return Finding(name, found, f"dl-tutor is made for {name} {exact}: python -m pip install {name}=={exact}")
    return Finding(name, found, needed=True)


def _exact_version(name: str) -> str:
    try:
        wanted = requires("dl-tutor") or []
    except PackageNotFoundError:
        return ""
    return next((w.removeprefix(f"{name}==") for w in wanted if w.startswith(f"{name}==")), "")


def _tensorflow() -> Finding:
    """The second engine. Everything else works without it."""
    if missing := why_no_tensorflow():
        return Finding("TensorFlow", "missing", f"Everything else works without it. {missing}")
    for distribution in ("tensorflow", "tensorflow-cpu", "tensorflow-macos"):
        with contextlib.suppress(PackageNotFoundError):
            return Finding("TensorFlow", version(distribution))
    return Finding("TensorFlow", "a build of another name")


def _lessons() -> Finding:
    folder = lessons_folder()
    try:
        count = len(read_summaries(folder))
    except LessonError as error:
        return Finding("lessons", str(folder), f"{error}. Install dl-tutor again.", needed=True)
    advice = "" if count else "There is no lesson in it. Install dl-tutor again."
    return Finding("lessons", f"{count} in {folder}", advice, needed=True)


def _data() -> Finding:
    folder = data_folder()
    names = sorted(f.name for f in folder.iterdir() if f.is_dir()) if folder.is_dir() else []
    advice = "" if "shapes" in names else "The drawings of shapes are missing. Install dl-tutor again."
    return Finding("data", f"{', '.join(names) or 'nothing'} in {folder}", advice, needed=True)


def _digits() -> Finding:
    source = digits_source()
    if not source.path.is_file():
        return Finding("digits", f"{source.path} is not there", "Name another file, or none: some digits ship.")
    if source.synthetic:
        return Finding("digits", f"synthetic, in {source.path}. MNIST: dl-tutor data digits --download")
    return Finding("digits", str(source.path))


def _progress(state: Path) -> tuple[Finding, Finding]:
    progress = Progress(state)
    trouble, journal = progress.trouble, progress.journal_mode
    advice = " ".join(notice[0].upper() + notice[1:] for notice in progress.notices)
    progress.close()
    found = f"{progress.file}, {'not ' if trouble else ''}saved as it happens"
    database = f"{sqlite3.sqlite_version}, journal mode {journal or 'unknown'}"
    return Finding("progress", found, advice), Finding("SQLite", database)


def _crash_reports(state: Path) -> Finding:
    """The crash reports, of which a learner sees only the number."""
    logs = sorted(log.name for log in state.glob(PATTERN)) if state.is_dir() else []
    if not logs:
        return Finding("crash reports", f"none; they would be in {state}")
    return Finding("crash reports", f"{len(logs)} in {state}", f"The latest is {logs[-1]}: attach it to a bug report.")
