"""Who may see the page: whoever has its address, from a page of this server's own, by a name that is this machine's."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

COOKIE = "dl-tutor"
KEY = "key"
_BYTES = 24


@dataclass(frozen=True)
class Visits:
    """The rules of one server at ``port``. ``secret`` is in the address that it prints, and then in a cookie."""

    port: int
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES))

    @property
    def address(self) -> str:
        """What to open in the browser. Who does not know it, other users of this machine too, gets nothing."""
        return f"http://127.0.0.1:{self.port}/?{KEY}={self.secret}"

    def why_not(self, headers: Mapping[str, str]) -> str:
        """Why a request with these headers is refused, whatever its key; empty if it is not.

        A page of another site can make the browser ask this server, under this machine's name or under one of its own
        that leads here (DNS rebinding). The browser says so in these headers.
        """
        hosts = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
        if headers.get("Host", "") not in hosts:
            return f"this server answers at http://127.0.0.1:{self.port} only"
        origin = headers.get("Origin")
        if origin is not None and origin not in {f"http://{host}" for host in hosts}:
            return "pages of other sites get nothing here"
        return ""

    def is_known(self, key: str | None) -> bool:
        """Whether this is the secret, compared in the same time whatever it is."""
        return key is not None and hmac.compare_digest(key.encode("utf-8", "replace"), self.secret.encode())
