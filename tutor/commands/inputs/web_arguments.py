"""The arguments of ``dl-tutor web``."""

from __future__ import annotations

import argparse
from typing import Any

from tutor.argument_types import whole_number


def add_web(commands: argparse._SubParsersAction[Any]) -> argparse.ArgumentParser:
    """Add ``web``; returns its parser."""
    web: argparse.ArgumentParser = commands.add_parser("web", help="dl-tutor in a browser on this computer")
    web.add_argument("--port", type=whole_number(0), default=0, help="of the address (a free one)")
    web.add_argument("--no-browser", action="store_true", help="print the address, and open no browser")
    return web
