"""Which values of a handshake differ from one run to the next, and how to hide them.

A display that a test compares to the letter cannot show a port that the system picked, a random
key, a date, or the version of a library. So these are veiled, and nothing else is. Cookies and
credentials are veiled with them: a notebook is a document, and documents get published.
"""

import re
from collections.abc import Iterator, Mapping

from wsdemo.lab.show.parts import Veil
from wsdemo.lab.show.text import ELLIPSIS

# A port that the system picks has five digits nearly everywhere; base64 of 16 or 20 octets and an
# HTTP date have one length each. The others are as long as they please.
VEILS: Mapping[str, Veil] = {
    "sec-websocket-key": Veil.VALUE,
    "sec-websocket-accept": Veil.VALUE,
    "date": Veil.VALUE,
    "server": Veil.LENGTH,
    "user-agent": Veil.LENGTH,
    "cookie": Veil.LENGTH,
    "set-cookie": Veil.LENGTH,
    "authorization": Veil.LENGTH,
}

# Of these only the port is veiled.
_PORTED = frozenset(("host", "origin", "referer"))
_PORT = re.compile(r":(\d+)(?=/|$)")


def pieces(name: str, value: str) -> Iterator[tuple[str, Veil]]:
    """Cut the value of a header into what is shown and what is veiled.

    Args:
        name: The header's name, in any case.
        value: Its value.

    Yields:
        Pieces that make up the value, each with how much of it to show.
    """
    name = name.lower()
    port = _PORT.search(value) if name in _PORTED else None
    if port is None:
        yield value, VEILS.get(name, Veil.NONE)
        return
    yield value[: port.start(1)], Veil.NONE
    yield port[1], Veil.VALUE
    yield value[port.end(1) :], Veil.NONE


def mask(name: str, value: str) -> str:
    """Write the value of a header with an ellipsis for what differs from run to run."""
    return "".join(
        ELLIPSIS if veil is not Veil.NONE else text for text, veil in pieces(name, value)
    )
