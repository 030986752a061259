"""``dl-tutor web``: the full-screen face in a browser on this computer."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
import webbrowser

from tutor.commands.console.printing import answer, tell

FAILED = 1
MISSING = (
    "dl-tutor web needs textual-serve: pip install 'dl-tutor[web]', or in a clone: .venv/bin/pip install -e '.[web]'"
)


def run(given: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C; the exit status."""
    if sys.platform == "win32":
        tell("dl-tutor web needs a pseudo-terminal, which Windows does not have; use dl-tutor in a terminal")
        return FAILED
    try:
        from tutor.commands.browser.server import BrowserServer
    except ImportError:
        tell(MISSING)
        return FAILED
    from tutor.commands.browser.visits import Visits

    try:
        listening = socket.create_server(("127.0.0.1", given.port))
    except OSError as error:
        tell(
            f"port {given.port} of this computer cannot be used: {error.strerror}. Without --port a free one is taken."
        )
        return FAILED
    with listening:
        visits = Visits(listening.getsockname()[1])
        command = [sys.executable, "-m", "tutor.cli", *_passed_on(given)]
        server = BrowserServer(command, _environment(), visits)
        answer(f"dl-tutor is at {visits.address}\nCtrl-C ends it; your work is saved.")
        sys.stdout.flush()
        if not given.no_browser:
            webbrowser.open(visits.address)
        return asyncio.run(_serve(server, listening))


async def _serve(server: object, listening: socket.socket) -> int:
    import contextlib
    import signal

    from aiohttp import web

    runner = web.AppRunner(await server.make_app(), handle_signals=False)  # type: ignore[attr-defined]
    await runner.setup()
    await web.SockSite(runner, listening).start()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()
    return 0


def _passed_on(given: argparse.Namespace) -> list[str]:
    """The options of ``dl-tutor web`` that are those of ``dl-tutor``."""
    words: list[str] = []
    if given.state is not None:
        words += ["--state", str(given.state)]
    for folder in (*(given.lessons or ()), *(given.lessons_after or ())):
        words += ["--lessons", str(folder)]
    if given.language is not None:
        words += ["--language", given.language]
    return [*words, "--still"] if given.still else words


def _environment() -> dict[str, str]:
    """That of this process, but with the terminal of the page."""
    ours = ("NO_COLOR", "COLUMNS", "LINES", "TERM_PROGRAM", "SSH_CONNECTION", "SSH_TTY", "KITTY_WINDOW_ID")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
