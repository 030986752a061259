"""The server of the page: textual-serve's, with a terminal behind it, one visitor at a time, and a key to come in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web
from textual_serve.server import Server

from tutor.commands.browser.terminal import ProgramOnTerminal, Send
from tutor.commands.browser.visits import COOKIE, KEY, Visits

KEPT = 600.0
"""Seconds for which the program waits for a page that comes back: a reload, a closed lid, a lost network."""
_COLUMNS, _ROWS = 80, 24
_LONGEST_MESSAGE = 256 * 1024


class BrowserServer(Server):
    """Serves one program to one visitor. A second window takes over from the first, where that was."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], visits: Visits) -> None:
        super().__init__(
            "dl-tutor", "127.0.0.1", visits.port, public_url=f"http://127.0.0.1:{visits.port}",
            templates_path=Path(__file__).parent / "page",
        )  # fmt: skip
        self._command, self._environment, self._visits = list(command), dict(environment), visits
        self._program: ProgramOnTerminal | None = None
        self._starting = asyncio.Lock()
        self._shown: web.WebSocketResponse | None = None
        self._leaving: asyncio.TimerHandle | None = None
        self._hanging_up: set[asyncio.Task[None]] = set()

    async def make_app(self) -> web.Application:
        """The application, which asks everybody for the key."""
        app = await self._make_app()
        app.middlewares.append(self._let_in)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Print nothing: the command does."""

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002 - as in textual-serve
        """Save what is open."""
        if self._program is not None:
            await self._program.hang_up()

    @web.middleware
    async def _let_in(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if reason := self._visits.why_not(request.headers):
            raise web.HTTPForbidden(text=reason)
        if self._visits.is_known(request.query.get(KEY)):
            # Out of the address, where a screenshot or a shared link would show it.
            response = web.HTTPFound("/")
            response.set_cookie(COOKIE, self._visits.secret, httponly=True, samesite="Strict")
            raise response
        if not self._visits.is_known(request.cookies.get(COOKIE)):
            raise web.HTTPForbidden(text="open the address that dl-tutor web has printed: it has the key")
        answer: web.StreamResponse = await handler(request)
        return answer

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Show the program on this page, from where it is, until the page or the program is gone."""
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=_LONGEST_MESSAGE)
        await socket.prepare(request)
        before, self._shown = self._shown, socket
        if before is not None:
            await before.close()
        if self._leaving is not None:
            self._leaving.cancel()
        size = _number(request.query.get("width"), _COLUMNS), _number(request.query.get("height"), _ROWS)
        async with self._starting:
            if self._program is None or self._program.ended:
                self._program = await ProgramOnTerminal.start(self._command, self._environment, *size)
            program, send = self._program, socket.send_bytes
        program.show_on(send)
        program.resize(*size)
        ended = asyncio.create_task(self._close_after(program, socket))
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    await _pass_on(message.data, program, socket)
        finally:
            ended.cancel()
            self._gone(program, send, socket)
        return socket

    def _gone(self, program: ProgramOnTerminal, send: Send, socket: web.WebSocketResponse) -> None:
        program.hides_from(send)
        if self._shown is socket:
            self._shown = None
            self._leaving = asyncio.get_running_loop().call_later(KEPT, self._hang_up, program)

    def _hang_up(self, program: ProgramOnTerminal) -> None:
        task = asyncio.create_task(program.hang_up())
        self._hanging_up.add(task)
        task.add_done_callback(self._hanging_up.discard)

    @staticmethod
    async def _close_after(program: ProgramOnTerminal, socket: web.WebSocketResponse) -> None:
        await program.wait()
        await socket.close()


async def _pass_on(text: str, program: ProgramOnTerminal, socket: web.WebSocketResponse) -> None:
    """Pass a message of the page on: keys, a size, or a ping. Others, and what is none, are left out."""
    try:
        kind, given = json.loads(text)
        if kind == "stdin" and isinstance(given, str):
            program.type(given)
        elif kind == "resize":
            program.resize(int(given["width"]), int(given["height"]))
        elif kind == "ping":
            await socket.send_json(["pong", given])
    except (ValueError, TypeError, KeyError, OverflowError):
        return


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 6 else otherwise
