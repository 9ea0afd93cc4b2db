"""What shows each fault: octets to which a faulty peer answers otherwise than a correct one."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.lab.conformance.plain_frames import apply_mask, shortest
from tests.lab.conformance.plain_http import accept_key

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455, 1.3
MASK = b"\x37\xfa\x21\x3d"  # of RFC 6455, 5.7

REQUEST = (
    "GET /chat HTTP/1.1\r\n"
    "Host: example\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {KEY}\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "\r\n"
)
RESPONSE = (
    "HTTP/1.1 101 Switching Protocols\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Accept: ACCEPT\r\n"
    "\r\n"
)

# A frame as its first octet and its payload, and its length field if that isn't the right one.
Raw = tuple[int, bytes] | tuple[int, bytes, bytes]


@dataclass(frozen=True)
class Probe:
    """What a peer gets.

    Attributes:
        frames: after the handshake.
        old: part of the usual head.
        new: what is there instead.
        chop: octets of a piece; 0 for the head in one piece and each frame in another.
        together: whether everything comes in one piece.
        masked: whether the frames are masked as the peer expects them to be.
    """

    frames: tuple[Raw, ...] = ((0x81, b"a"),)
    old: str = "\r\n\r\n"
    new: str = "\r\n\r\n"
    chop: int = 0
    together: bool = False
    masked: bool = True

    def to_server(self) -> list[bytes]:
        """Return the pieces that a server gets."""
        return self._pieces(self._changed(REQUEST), masked=self.masked)

    def to_client(self, key: str) -> list[bytes]:
        """Return the pieces that a client gets that has sent a key."""
        accept = accept_key(key)
        head = self._changed(RESPONSE)
        head = head.replace("ACCEPT", accept).replace("SWAPPED", accept.swapcase())
        return self._pieces(head, masked=not self.masked)

    def _changed(self, head: str) -> str:
        return head.replace(self.old, self.new, 1)

    def _pieces(self, head: str, *, masked: bool) -> list[bytes]:
        pieces = [head.encode("latin-1"), *(octets(*frame, masked=masked) for frame in self.frames)]
        if self.together:
            return [b"".join(pieces)]
        return list(self._chopped(pieces)) if self.chop else pieces

    def _chopped(self, pieces: list[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            for at in range(0, len(piece), self.chop):
                yield piece[at : at + self.chop]


def octets(first: int, payload: bytes, length: bytes = b"", *, masked: bool) -> bytes:
    """Write a frame."""
    length = length or shortest(len(payload))
    if not masked:
        return bytes((first,)) + length + payload
    return bytes((first, length[0] | 0x80)) + length[1:] + MASK + apply_mask(payload, MASK)


def heads(old: str, new: str) -> Probe:
    """Return a probe with another head."""
    return Probe(old=old, new=new)


def adding(line: str, *frames: Raw) -> Probe:
    """Return a probe whose head has one more field."""
    probe = heads("\r\n\r\n", f"\r\n{line}\r\n\r\n")
    return replace(probe, frames=frames) if frames else probe


def deflate(parameters: str, *frames: Raw) -> Probe:
    """Return a probe with permessage-deflate."""
    return adding(f"Sec-WebSocket-Extensions: permessage-deflate{parameters}", *frames)


def compressed(*messages: bytes) -> list[bytes]:
    """Compress messages one after the other, in one context."""
    compressor = zlib.compressobj(wbits=-15)
    return [
        (compressor.compress(message) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]
        for message in messages
    ]


NOISE = random.Random(7692).randbytes(2000)
FIRST, SECOND = compressed(NOISE, NOISE)
HELLO = b"\xf2\x48\xcd\xc9\xc9\x07\x00"  # of RFC 7692, 7.2.3.1
FINAL = b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00"  # of RFC 7692, 7.2.3.4
BOMB = compressed(bytes((1 << 24) + 1))[0]
TOO_LONG = b"\x7f" + ((1 << 24) + 1).to_bytes(8)
WIDE = b"\x7f\x80\x00\x00\x00\x00\x01\x00\x00"

TEXT = Probe()
RESERVED = Probe(((0x83, b"a"),))
LONG = Probe(((0x81, b"a" * 1000),))
PING = Probe(((0x89, b"a"),))
PONG = Probe(((0x8A, b"a"),))
CLOSE = Probe(((0x88, b"\x03\xe8"),))

# Either end.
SHARED = {
    "rsv1-ignored": Probe(((0xC1, b"a"),)),
    "rsv2-rsv3-ignored": Probe(((0xA1, b"a"),)),
    "rsv-of-close-ignored": Probe(((0xF8, b"\x03\xe8"),)),
    "reserved-opcodes-skipped": RESERVED,
    "reserved-control-skipped": Probe(((0x8B, b""),)),
    "opcode-3-as-text": RESERVED,
    "mask-unchecked": Probe(masked=False),
    "long-control": Probe(((0x89, b"a" * 126),)),
    "fragmented-control": Probe(((0x09, b"a"),)),
    "long-length-accepted": Probe(((0x81, b"a", b"\x7e\x00\x01"),)),
    "length-top-bit-dropped": Probe(((0x82, bytes(65_536), WIDE),)),
    "long-length-written": LONG,
    "judges-late": Probe(((0x83, b"", b"\x05"),)),
    "stray-continuation": Probe(((0x80, b"a"),)),
    "interruption": Probe(((0x01, b"a"), (0x81, b"b"))),
    "fragments-as-messages": Probe(((0x01, b"a"), (0x80, b"b"))),
    "opcode-repeated": LONG,
    "fin-forgotten": LONG,
    "truncated": Probe(((0x82, bytes(65_537)),)),
    "bit-flipped": Probe(((0x82, bytes(40_001)),)),
    "octet-lost": Probe(((0x82, bytes(65_537)),)),
    "binary-only": TEXT,
    "empty-dropped": Probe(((0x81, b""),)),
    "bom-stripped": Probe(((0x81, b"\xef\xbb\xbfa"),)),
    "utf8-unchecked": Probe(((0x81, b"\xff"),)),
    "utf8-per-frame": Probe(((0x01, b"\xc3"), (0x80, b"\xbc"))),
    "surrogates": Probe(((0x81, b"\xed\xa0\x80"),)),
    "overlong": Probe(((0x81, b"\xc0\xaf"),)),
    "beyond-unicode": Probe(((0x81, b"\xf4\x90\x80\x80"),)),
    "utf8-at-message-end": Probe(((0x01, b"\xff"),)),
    "utf8-at-frame-end": Probe(((0x81, b"\xff", b"\x02"),)),
    "half-character": Probe(((0x81, b"\xc3"),)),
    "utf8-of-binary": Probe(((0x82, b"\xff"),)),
    "pong-empty": PING,
    "ping-unanswered": PING,
    "ping-late": Probe(((0x01, b"a"), (0x89, b"b"))),
    "ping-decoded": Probe(((0x89, b"\xff"),)),
    "pong-answered": PONG,
    "pong-refused": PONG,
    "close-half-code": Probe(((0x88, b"\x03"),)),
    "close-inner-codes": Probe(((0x88, b"\x03\xed"),)),
    "close-unregistered": Probe(((0x88, b"\x07\xd0"),)),
    "close-any-code": Probe(((0x88, b"\x00\x00"),)),
    "close-private-refused": Probe(((0x88, b"\x0b\xb8"),)),
    "close-new-refused": Probe(((0x88, b"\x03\xf4"),)),
    "close-reason-unchecked": Probe(((0x88, b"\x03\xe8\xff"),)),
    "close-unanswered": CLOSE,
    "close-answered-1000": Probe(((0x88, b"\x03\xe9"),)),
    "close-answered-1005": Probe(((0x88, b""),)),
    "close-keeps-tcp": CLOSE,
    "close-goes-on": Probe(((0x88, b"\x03\xe8"), (0x81, b"a"))),
    "close-last-word": CLOSE,
    "close-tcp-first": CLOSE,
    "fails-silently": RESERVED,
    "fails-1000": RESERVED,
    "fails-1002-for-1007": Probe(((0x81, b"\xff"),)),
    "fails-1002-for-1009": Probe(((0x82, b"", TOO_LONG),)),
    "fails-keeps-tcp": RESERVED,
    "deflate-any-window": deflate("; server_max_window_bits=7"),
    "deflate-unknown": deflate("; x"),
    "deflate-repeated": deflate("; server_no_context_takeover; server_no_context_takeover"),
    "deflate-flag-value": deflate("; server_no_context_takeover=1"),
    "deflate-window": deflate("; server_max_window_bits=9", (0x82, NOISE * 2)),
    "deflate-takeover": deflate("; server_no_context_takeover", (0x82, NOISE), (0x82, NOISE)),
    "deflate-forgets": deflate("", (0xC2, FIRST), (0xC2, SECOND)),
    "deflate-rsv1-sent": deflate(""),
    "deflate-rsv1-pong": deflate("", (0x89, b"a")),
    "deflate-empty": deflate("", (0x81, b"")),
    "deflate-tail": deflate(""),
    "deflate-not-done": deflate(""),
    "deflate-always": deflate(""),
    "deflate-bomb": deflate("", (0xC2, BOMB)),
    "deflate-rsv1-continued": deflate("", (0x41, HELLO[:3]), (0xC0, HELLO[3:])),
    "deflate-rsv1-control": deflate("", (0xC9, b"a")),
    "deflate-final": deflate("", (0xC1, FINAL), (0xC1, FINAL)),
    "deflate-cut": deflate("", (0xC2, FIRST[:-2])),
}

TO_SERVERS = SHARED | {
    "masks-its-frames": TEXT,
    "mask-restarted": Probe(((0x81, b"abcdef"),), chop=3),
    "empty-frame-key-unread": Probe(((0x81, b""), (0x81, b"a"))),
    "any-method": heads("GET", "POST"),
    "http-1.0": heads("HTTP/1.1", "HTTP/1.0"),
    "no-host": heads("Host: example\r\n", ""),
    "two-hosts": heads("Host: example\r\n", "Host: example\r\nHost: example\r\n"),
    "no-key": heads(f"Sec-WebSocket-Key: {KEY}\r\n", ""),
    "two-keys": adding(f"Sec-WebSocket-Key: {KEY}"),
    "any-key": heads(KEY, "?"),
    "any-key-size": heads(KEY, "AAAA"),
    "any-version": heads("Version: 13", "Version: 12"),
    "no-version": heads("Sec-WebSocket-Version: 13\r\n", ""),
    "version-secret": heads("Version: 13", "Version: 12"),
    "upgrade-secret": heads("websocket", "h2c"),
    "no-upgrade": heads("Upgrade: websocket\r\n", ""),
    "no-connection": heads("Connection: Upgrade\r\n", ""),
    "upgrade-case": heads("websocket", "WebSocket"),
    "connection-case": heads("Connection: Upgrade", "Connection: upgrade"),
    "upgrade-alone": heads("websocket", "h2c, websocket"),
    "connection-alone": heads("Connection: Upgrade", "Connection: keep-alive, Upgrade"),
    "name-case": heads("Sec-WebSocket-Key", "sec-websocket-key"),
    "space-before-colon": heads("Host:", "Host :"),
    "folding": heads("Host: example", "Host:\r\n example"),
    "head-in-one-piece": Probe(chop=7),
    "head-without-end": heads("\r\n\r\n", "\r\nX: " + "a" * 70_000),
    "garbage-unanswered": heads("GET /chat HTTP/1.1", "\x16\x03\x01"),
    "refuses-silently": heads("GET", "POST"),
    "refuses-200": heads("GET", "POST"),
    "refused-kept-open": heads("GET", "POST"),
    "early-frames-lost": Probe(together=True),
    "accept-constant": heads(KEY, "AQIDBAUGBwgJCgsMDQ4PEC=="),
    "accept-lowered": TEXT,
    "accept-trimmed": TEXT,
    "accept-decoded": TEXT,
    "accept-missing": TEXT,
    "upgrade-missing": TEXT,
    "connection-missing": TEXT,
    "opens-200": TEXT,
    "subprotocol-any": adding("Sec-WebSocket-Protocol: chat"),
    "subprotocol-other": adding("Sec-WebSocket-Protocol: chat"),
    "subprotocol-unasked": TEXT,
    "subprotocol-list": adding("Sec-WebSocket-Protocol: chat, soap"),
    "extension-any": adding("Sec-WebSocket-Extensions: x-unknown"),
    "extension-refused": adding("Sec-WebSocket-Extensions: x-unknown"),
    "deflate-unasked": TEXT,
    "deflate-limits-client": deflate(""),
    "deflate-no-value": deflate("; client_max_window_bits"),
    "deflate-unconfirmed": deflate("; server_no_context_takeover"),
    "deflate-first-offer": deflate("; x, permessage-deflate"),
    "deflate-bad-offer": deflate("; x"),
}

TO_CLIENTS = SHARED | {
    "no-host": TEXT,
    "no-upgrade": TEXT,
    "no-connection": TEXT,
    "keep-alive": TEXT,
    "no-version": TEXT,
    "version-8": TEXT,
    "http-1.0": TEXT,
    "post": TEXT,
    "key-constant": TEXT,
    "key-short": TEXT,
    "speaks-first": TEXT,
    "unmasked": TEXT,
    "mask-zero": Probe(((0x81, b"a"), (0x81, b"a"))),
    "mask-constant": Probe(((0x81, b"a"), (0x81, b"a"))),
    "accept-unchecked": heads("Accept: ", "Accept: x"),
    "accept-missing": heads("Sec-WebSocket-Accept", "X"),
    "accept-case": heads("ACCEPT", "SWAPPED"),
    "status-200": heads("101 Switching Protocols", "200 OK"),
    "upgrade-unchecked": heads("websocket", "h2c"),
    "connection-unchecked": heads("Connection: Upgrade", "Connection: keep-alive"),
    "upgrade-case": heads("websocket", "WebSocket"),
    "connection-alone": heads("Connection: Upgrade", "Connection: keep-alive, Upgrade"),
    "name-case": heads("Upgrade:", "UPGRADE:"),
    "extension-unasked": adding("Sec-WebSocket-Extensions: x-unknown"),
    "deflate-unasked": deflate(""),
    "subprotocol-unasked": adding("Sec-WebSocket-Protocol: chat"),
    "head-in-one-piece": Probe(chop=7),
    "first-frames-lost": Probe(together=True),
    "deflate-offer-16": TEXT,
    "deflate-window": deflate("; client_max_window_bits=9", (0x82, NOISE * 2)),
    "deflate-takeover": deflate("; client_no_context_takeover", (0x82, NOISE), (0x82, NOISE)),
}
