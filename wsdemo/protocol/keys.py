"""``Sec-WebSocket-Key`` and the ``Sec-WebSocket-Accept`` that answers it.

The client sends 16 random octets in base64; the server shows that it has read them *as a
WebSocket handshake* by hashing them together with a constant that no other protocol has
a reason to know. That protects HTTP servers and caches from being talked into a
connection they don't understand. It is no secret and authenticates nobody.

Left out: the headers around them (``server_handshake``, ``client_handshake``).
"""

from __future__ import annotations

import base64
import hashlib
import os
import re

from wsdemo.errors import HandshakeError
from wsdemo.protocol.headers import excerpt

__all__ = ["GUID", "NONCE_SIZE", "accept_key", "check_key", "make_key"]

# RFC 6455, 1.3: 'the Globally Unique Identifier (GUID, [RFC4122])
# "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" in string form, which is unlikely to be used by
# network endpoints that do not understand the WebSocket Protocol.'
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

NONCE_SIZE = 16  # octets

# 16 octets are 128 bits: 22 digits of 6 bits, and "==" for what is missing to a whole group.
_KEY = re.compile(r"[A-Za-z0-9+/]{22}==")


def accept_key(key: str) -> str:
    """Compute the ``Sec-WebSocket-Accept`` that answers a ``Sec-WebSocket-Key``.

    Args:
        key: the client's key, just as it stands in the header.

    Returns:
        Base64 of the SHA-1 of key and GUID, one after the other.
    """
    # RFC 6455, 4.2.2, 5.4: "concatenating /key/ [...] with the string [GUID], taking the
    # SHA-1 hash of this concatenated value to obtain a 20-byte value and base64-encoding
    # [...] this 20-byte hash". The key is text here: nobody decodes it on the way.
    # SHA-1 is broken for signatures; here nothing depends on its strength.
    digest = hashlib.sha1((key + GUID).encode("latin-1"), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode("ascii")


def make_key(nonce: bytes | None = None) -> str:
    """Make a ``Sec-WebSocket-Key``.

    Args:
        nonce: 16 octets; random by default, as they must be on a real network.

    Raises:
        ValueError: when there are more or fewer octets.
    """
    # RFC 6455, 4.1, 7: "a nonce consisting of a randomly selected 16-byte value that has
    # been base64-encoded [...]. The nonce MUST be selected randomly for each connection."
    nonce = os.urandom(NONCE_SIZE) if nonce is None else nonce
    if len(nonce) != NONCE_SIZE:
        raise ValueError(f"a nonce has 16 octets, and this one {len(nonce)}")
    return base64.b64encode(nonce).decode("ascii")


def check_key(key: str) -> None:
    """Check that a ``Sec-WebSocket-Key`` is 16 octets in base64.

    Raises:
        HandshakeError: 400, when it is something else.
    """
    # RFC 6455, 4.2.1, 5: "a base64-encoded (see Section 4 of [RFC4648]) value that, when
    # decoded, is 16 bytes in length."
    if not _KEY.fullmatch(key):
        raise HandshakeError(f"Sec-WebSocket-Key: {excerpt(key)} is not 16 octets in base64", 400)
