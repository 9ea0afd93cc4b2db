"""Which pages may connect: the ``Origin`` of a browser's request.

A browser lets every page on the web open a WebSocket to every server and sends the cookies along;
that the server says no is all there is against it (RFC 6455, 10.2). Other clients send no
``Origin``, or whatever they like: this protects people with browsers, not the server.

gorilla's ``Upgrader`` has the same default in its ``CheckOrigin``: same host, or no ``Origin``. A
``CheckOrigin`` that returns true for everything is ``origins="*"`` here.

Leaves out tokens, and names that are made to point at another machine (DNS rebinding): there the
page and the server do have the same host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import urlsplit

from wsdemo.errors import HandshakeError
from wsdemo.protocol.fields import optional
from wsdemo.protocol.headers import excerpt
from wsdemo.protocol.http import Request

__all__ = ["EVERYBODY", "SAME_HOST", "Origins", "OriginsLike"]

EVERYBODY = "*"
SAME_HOST = "same-host"
NOBODY_KNOWS = "null"  # what a browser sends for a page without an origin, such as a local file

PORTS = MappingProxyType({"http": 80, "https": 443})

Accepted: TypeAlias = "str | re.Pattern[str] | None"
OriginsLike: TypeAlias = "str | Iterable[Accepted]"


@dataclass(frozen=True, slots=True)
class Origins:
    """Whom to let in.

    Attributes:
        accepted: origins in normal form, patterns, `SAME_HOST`, None for clients that send no
            ``Origin``; None instead of them for everybody.
    """

    accepted: tuple[Accepted, ...] | None

    @classmethod
    def parse(cls, origins: OriginsLike) -> Origins:
        """Make the argument ``origins`` of ``serve`` into what it means.

        Args:
            origins: `SAME_HOST` for pages from the host that the request names, and clients
                without an ``Origin``; `EVERYBODY`; or a list of origins as browsers write them
                (``https://example.com``), patterns for a whole one, `SAME_HOST`, and None for
                clients without.

        Raises:
            TypeError: one origin instead of a list.
            ValueError: no browser would ever write this.
        """
        if origins == SAME_HOST:
            return cls((SAME_HOST, None))
        if origins == EVERYBODY:
            return cls(None)
        if isinstance(origins, str):
            raise TypeError(f"origins are a list, such as [{origins!r}]")
        listed = tuple(origins)
        return cls(None if EVERYBODY in listed else tuple(map(_checked, listed)))

    def check(self, request: Request) -> None:
        """Let a request pass, or say why not.

        Raises:
            HandshakeError: 403 when its origin is not accepted, 400 when it has several.
        """
        origin = optional(request.headers, "Origin")
        if self.accepted is None or any(_matches(origin, one, request) for one in self.accepted):
            return
        shown = "no Origin was sent, and one" if origin is None else f"Origin: {excerpt(origin)}"
        raise HandshakeError(f"{shown} is not accepted here", 403)


def _checked(accepted: Accepted) -> Accepted:
    if not isinstance(accepted, str) or accepted in (SAME_HOST, NOBODY_KNOWS):
        return accepted
    try:
        split = urlsplit(accepted)
        rest = split.path or split.query or split.fragment or "@" in split.netloc
        port = split.port
    except ValueError as error:
        raise ValueError(f"{accepted!r} is no origin: {error}") from None
    if not split.scheme or not split.hostname or rest:
        raise ValueError(
            f"{accepted!r} is no origin: a browser writes scheme://host or scheme://host:port"
        )
    host = f"[{split.hostname}]" if ":" in split.hostname else split.hostname
    usual = port is None or port == PORTS.get(split.scheme)
    return f"{split.scheme}://{host}" + ("" if usual else f":{port}")


def _matches(origin: str | None, accepted: Accepted, request: Request) -> bool:
    if origin is None or accepted is None:
        return origin is None and accepted is None
    if isinstance(accepted, re.Pattern):
        return accepted.fullmatch(origin) is not None
    if accepted == SAME_HOST:
        return _same_host(origin, optional(request.headers, "Host") or "")
    return origin.lower() == accepted


def _same_host(origin: str, host: str) -> bool:
    """Whether a page comes from the host, port included, that a request is for."""
    try:
        page, server = urlsplit(origin), urlsplit(f"//{host}")
        # The scheme is the page's: a proxy that ends TLS leaves us no way to know our own.
        usual = PORTS.get(page.scheme)
        ports = (page.port or usual, server.port or usual)
    except ValueError:
        return False
    known = usual is not None and page.hostname is not None
    return known and page.hostname == server.hostname and ports[0] == ports[1]
