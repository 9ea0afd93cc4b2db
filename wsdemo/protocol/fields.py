"""What client and server both check or write in the headers of a handshake.

Left out: what only one of them does (``server_handshake``, ``client_handshake``).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from email.utils import formatdate

from wsdemo.errors import HandshakeError
from wsdemo.protocol.headers import Headers, HeadersLike, MultipleValues

__all__ = ["HANDSHAKE_FIELDS", "add_headers", "count", "http_date", "only", "optional"]

# These are made from arguments. A second line of one of them would make the handshake
# say two things at once.
HANDSHAKE_FIELDS = frozenset(
    {
        "connection",
        "content-length",
        "host",
        "sec-websocket-accept",
        "sec-websocket-extensions",
        "sec-websocket-key",
        "sec-websocket-protocol",
        "sec-websocket-version",
        "transfer-encoding",
        "upgrade",
    }
)


def only(headers: Headers, name: str, say: Iterable[tuple[str, str]] = ()) -> str:
    """Return the value of a header that must stand exactly once.

    Args:
        headers: where it must stand.
        name: its name.
        say: header fields that a refusal is to carry.

    Raises:
        HandshakeError: 400, when it is missing or stands several times.
    """
    value = optional(headers, name)
    if value is None:
        raise HandshakeError(f"the header {name} is missing", 400, say)
    return value


def optional(headers: Headers, name: str) -> str | None:
    """Return the value of a header that may stand once, or None.

    Raises:
        HandshakeError: 400, when it stands several times.
    """
    try:
        return headers.get(name)
    except MultipleValues:
        values = ", ".join(map(repr, headers.get_all(name)))
        raise HandshakeError(f"the header {name} stands more than once: {values}", 400) from None


def count(values: Sequence[str], wanted: str) -> int:
    """Count how often a word stands in a list whose words ignore case."""
    return sum(value.lower() == wanted for value in values)


def add_headers(headers: Headers, extra: HeadersLike) -> None:
    """Add a caller's own header fields to those of the handshake.

    Raises:
        ValueError: when the handshake writes that field itself.
    """
    own = HANDSHAKE_FIELDS | {name.lower() for name in headers}
    for name, value in Headers(extra).items():
        if name.lower() in own:
            raise ValueError(f"the handshake writes {name} itself; pass it as an argument")
        headers.add(name, value)


def http_date(seconds: float | None = None) -> str:
    """Write a time for the ``Date`` header: ``Sun, 06 Nov 1994 08:49:37 GMT``.

    Args:
        seconds: since 1970 in UTC, as ``time.time()`` counts them; now by default.
    """
    return formatdate(time.time() if seconds is None else seconds, usegmt=True)
