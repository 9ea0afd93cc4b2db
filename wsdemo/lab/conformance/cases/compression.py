"""Chapters 12, 13 and 25: permessage-deflate, what is agreed on and what follows from it.

Autobahn sends a thousand messages in each case of 12 and 13; here it is a dozen of the same sizes,
of our own making, with the same offers.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import cache, partial

from wsdemo.lab.conformance.case import Case, Severity
from wsdemo.lab.conformance.cases.limits import letters
from wsdemo.lab.conformance.cases.tools import GO_ON_READING, echoes, refuses, rfc6455, rfc7692
from wsdemo.lab.conformance.deflate import Deflate, Packer
from wsdemo.lab.conformance.frames import CONTINUATION, TEXT, Frame, bad, more, other, ping, text
from wsdemo.lab.conformance.moves import blob, words
from wsdemo.lab.conformance.transcript import Complaint, Transcript
from wsdemo.lab.conformance.wants import Echo, Look, With

__all__ = ["cases"]

MESSAGES = 12
MIB = 2**20
BOMB = 32 * MIB

# What Autobahn's rows 1 to 18 send: the size of a message, and of its frames on the wire.
ROWS = (
    *((size, None) for size in (16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072)),
    *((size, 256) for size in (8192, 16_384, 32_768, 65_536, 131_072)),
    *((131_072, part) for part in (1024, 4096, 32_768)),
)
FEW_ROWS = (3, 8, 11)  # of these in chapter 13, whose matter is the offers

BASE = "permessage-deflate; client_no_context_takeover; client_max_window_bits"
FORGET, BITS = "server_no_context_takeover", "server_max_window_bits"
C_FORGET, C_BITS = "client_no_context_takeover", "client_max_window_bits"
HELLO = Packer(15, forget=True).pack(b"Hello")
# Autobahn's offers as a client, and its answers as a server: no takeover?, window bits.
KINDS = ((False, 0), (True, 0), (False, 9), (False, 15), (True, 9), (True, 15))

_MESSAGE = rfc7692(
    "6",
    "An endpoint receiving a compressed message decompresses the concatenation of the compressed "
    "data of the frames of the message by following the decompression procedure specified by the "
    "PMCE in use.",
)
_FORGET = rfc7692(
    "7.2.1",
    'If the "agreed parameters" contain the "[...]_no_context_takeover" extension parameter, the '
    "[...] MUST start compressing each new message with an empty LZ77 sliding window.",
)
_BITS = rfc7692(
    "7.2.1",
    'If the "agreed parameters" contain the "[...]_max_window_bits" extension parameter with a '
    "value of w, the [...] MUST NOT use an LZ77 sliding window longer than the w-th power of 2 "
    "bytes to compress messages to send.",
)
_FIRST = rfc7692(
    "6.1",
    'An endpoint MUST NOT set the "Per-Message Compressed" bit of control frames and non-first '
    "fragments of a data message. An endpoint receiving such a frame MUST _Fail the WebSocket "
    "Connection_.",
)
_RSV = rfc6455(
    "5.2",
    "If a nonzero value is received and none of the negotiated extensions defines the meaning of "
    "such a nonzero value, the receiving endpoint MUST _Fail the WebSocket Connection_.",
)
_PLAIN = rfc7692(
    "6",
    "An endpoint receiving an uncompressed message uses the concatenation of the application "
    "data portion of the frames of the message as is for the _A WebSocket Message Has Been "
    "Received_ event.",
)
_EMPTY = rfc7692(
    "7.2.3.6",
    "In such a case, the endpoint just needs to send the last fragment with the FIN bit set to 1 "
    "and the payload set to the DEFLATE block(s), which contains 0 bytes of data.",
)
_BLOCKS = rfc7692("7.2.1", "An endpoint MAY use multiple DEFLATE blocks to compress one message.")
_STORED = rfc7692("7.2.1", "An endpoint MAY use DEFLATE blocks of any type.")
_FINAL = rfc7692(
    "7.2.1",
    'An endpoint MAY use both DEFLATE blocks with the "BFINAL" bit set to 0 and DEFLATE blocks '
    'with the "BFINAL" bit set to 1.',
)
_TAKEOVER = rfc7692(
    "7.2.2",
    "Otherwise, the [...] MUST decompress each new message using the LZ77 sliding window used to "
    "process the last compressed message.",
)
_TEXT = rfc7692(
    "6.1",
    "At the receiver, the payload data portion after decompression is subject to the constraints "
    "for the original data type again.",
)
_CORRUPT = rfc6455("10.7", "Incoming data MUST always be validated by both clients and servers.")
_LIMIT = rfc6455(
    "10.4",
    "Such an implementation SHOULD impose a limit on frame sizes and the total message size "
    "after reassembly from multiple frames.",
)


def cases() -> Iterator[Case]:
    """Yield the cases of the three chapters, but for the handshake."""
    for row, (size, part) in enumerate(ROWS, 1):
        fragments = f", frames of {part:,}" if part else ""
        name = f"{size:,} octets{fragments}"
        moves = tuple(words(each, part=part) for each in stories(size))
        deflate = Deflate(BASE)
        yield Case(f"12.1.{row}", f"JSON, {name}", moves, Echo(), _MESSAGE, deflate=deflate)
        moves = tuple(blob(each, part=part) for each in pictures(size))
        yield Case(f"12.2.{row}", f"a picture, {name}", moves, Echo(), _MESSAGE, deflate=deflate)
    for at, (forget, bits) in enumerate(KINDS, 1):
        for row in FEW_ROWS:
            yield _offer(at, row, forget, bits)
    yield from _promises()
    yield from _forms()
    yield from _faults()


@cache
def _story() -> bytes:
    """JSON that is as repetitive as JSON is."""
    rng = random.Random(7692)
    rows = [
        {"id": at, "name": rng.choice(("Ada", "Grace", "Edsger", "Barbara")), "x": rng.random()}
        for at in range(4000)
    ]
    return json.dumps(rows).encode()


@cache
def _picture() -> bytes:
    """A gradient with a little noise, as pictures have it."""
    ramp = bytes(at // 4 % 256 for at in range(1024))
    gradient = b"".join(ramp[row : row + 512] for row in range(512))
    noise = random.Random(7692).randbytes(len(gradient)).translate(bytes(range(3)) * 85 + b"\0")
    mixed = int.from_bytes(gradient, "big") ^ int.from_bytes(noise, "big")
    return mixed.to_bytes(len(gradient), "big")


def _slices(data: bytes, size: int) -> Iterator[bytes]:
    """Cut messages out, one behind the other, and begin again at the end."""
    twice = data + data
    for at in range(MESSAGES if size < 10_000 else 3):
        start = at * size % len(data)
        yield twice[start : start + size]


def stories(size: int) -> Iterator[bytes]:
    """Yield messages of text of a size."""
    return _slices(_story(), size)


def pictures(size: int) -> Iterator[bytes]:
    """Yield messages of octets of a size."""
    return _slices(_picture(), size)


def _offer(at: int, row: int, forget: bool, bits: int) -> Case:
    size, part = ROWS[row - 1]
    asked = [*([FORGET] if forget else []), *([f"{BITS}={bits}"] if bits else [])]
    told = [*([C_FORGET] if forget else []), *([f"{C_BITS}={bits}"] if bits else [])]
    deflate = Deflate(
        "; ".join((BASE, *asked)),
        "; ".join(("permessage-deflate", *told)),
        agreed=tuple(name for name, on in ((FORGET, forget), (BITS, bits)) if on),
        offered=(C_BITS,) if bits else (),
    )
    name = f"{' and '.join(told) or 'no parameters'}, {size:,} octets"
    why = _BITS if bits else _FORGET if forget else _MESSAGE
    moves = tuple(words(each, part=part) for each in stories(size))
    return Case(f"13.{at}.{row}", name.replace("client_", ""), moves, Echo(), why, deflate=deflate)


def _promises() -> Iterator[Case]:
    """Yield cases whose messages tempt an endpoint to reach back further than it may.

    They repeat what came before, at a distance: within a message, or in the message before. A
    decompressor with the promised window, or with an empty one, then cannot read them. Ours never
    reach back into another message here, but where that is what the case is about.
    """
    far = letters(2048) * 3
    for at, bits in enumerate((9, 10, 11), 1):
        deflate = Deflate(
            f"permessage-deflate; {C_FORGET}; {C_BITS}; {BITS}={bits}",
            f"permessage-deflate; {FORGET}; {C_BITS}={bits}",
            agreed=(BITS,),
            offered=(C_BITS,),
        )
        name = f"a window of {2**bits:,} octets is kept"
        # Noise a little longer than the window, repeated: there is something to find, out of reach
        # for whoever keeps the promise, and in reach of a window one size larger.
        tempting = blob(letters(2**bits * 5 // 4) * 3), blob(far)
        yield Case(f"25.1.{at}", name, tempting, Echo(), _BITS, deflate=deflate)
    both = f"permessage-deflate; {FORGET}; {C_FORGET}"
    deflate = Deflate(both, both, agreed=(FORGET,))
    again = blob(letters(300))
    name = "every message begins with an empty window"
    yield Case("25.1.4", name, (again,) * 4, Echo(), _FORGET, deflate=deflate)
    name = "every message is read with the window of the last"
    moves = (*(words(each) for each in stories(256)), again, again)
    yield Case("25.1.5", name, moves, Echo(), _TAKEOVER, deflate=Deflate())
    deflate = Deflate(f"permessage-deflate; {C_FORGET}", f"permessage-deflate; {FORGET}")
    name = "the same, though we begin every message with an empty one"
    yield Case("25.1.6", name, moves, Echo(), _TAKEOVER, deflate=deflate)


def _forms() -> Iterator[Case]:
    """Yield messages in every form that a compressor may give them."""
    made = partial(echoes, deflate=Deflate())
    plain = words("Hello", packed=False)
    yield made("25.2.1", "a message that is not compressed", plain, words("Hello"), why=_PLAIN)
    yield made("25.2.2", "a message of one octet a frame", words("Hello" * 9, part=1), why=_MESSAGE)
    yield made("25.2.3", "messages with nothing in them", words(""), blob(b""), why=_EMPTY)
    yield made("25.2.4", "two blocks", words("Hello" * 9, blocks=2), why=_BLOCKS)
    stored = bytes.fromhex("00 05 00 fa ff 48 65 6c 6c 6f 00")
    yield made("25.2.5", "a block that is stored", words("Hello", coded=stored), why=_STORED)
    final = bytes.fromhex("f3 48 cd c9 c9 07 00 00")
    moves = words("Hello", coded=final), words("again")
    note = "websockets 17.4 reads the first message and loses the next: its inflater has ended."
    name = "a final block, then another message"
    yield made("25.2.6", name, *moves, why=_FINAL, note=note)
    moves_ = words("Hello"), words("Hello" * 1000), ping("payload")
    want = Look(Echo(), marked, "rsv1 in the first frame of a message at most")
    name = "the reserved bits of its frames, with compression"
    yield Case("25.7.1", name, moves_, want, _FIRST, deflate=Deflate())


def _faults() -> Iterator[Case]:
    made = partial(refuses, deflate=Deflate())
    begun = Frame(TEXT, HELLO[:1], fin=False, rsv=4)
    faulty = bad(more(HELLO[1:], rsv=4))
    yield made("25.3.1", "a compressed continuation", begun, faulty, why=_FIRST)
    yield made("25.3.2", "a compressed ping", bad(ping("payload", rsv=4)), why=_FIRST)
    yield made("25.3.3", "another reserved bit", bad(text(HELLO, rsv=6)), why=_RSV)
    note = "RFC 7692 names no code: the frames are right, and what is in them is not."
    codes = (1002, 1003, 1007, 1011)
    faulty = bad(other(TEXT, b"\xff" * 16, rsv=4))
    name = "what does not inflate"
    yield made("25.3.4", name, faulty, codes=codes, why=_CORRUPT, note=note)
    faulty = bad(other(TEXT, Packer(15, forget=True).pack(b"\xed\xa0\x80 edited"), rsv=4))
    name = "what inflates to a surrogate"
    yield made("25.3.5", name, faulty, codes=(1007,), why=_TEXT, behind=GO_ON_READING)
    note = "zlib does not complain by itself that the end of a block is lacking: one has to ask."
    faulty = bad(other(TEXT, HELLO[:-2], rsv=4))
    name, should = "what is cut off", Severity.SHOULD
    yield made("25.3.7", name, faulty, codes=codes, why=_CORRUPT, severity=should, note=note)
    want = With(Echo(or_codes=(1009,)), limited, "and no more than the endpoint's limit")
    note = "32 KiB on the wire. A limit on those is no limit."
    yield Case(
        "25.3.6",
        "32 MiB of zeros",
        (blob(bytes(BOMB)),),
        want,
        _LIMIT,
        Severity.SHOULD,
        deflate=Deflate(),
        note=note,
        alone=True,
    )


def marked(seen: Transcript) -> Complaint | None:
    """Complain of a reserved bit that no compressed message has."""
    for frame in seen.frames:
        first = not frame.control and frame.opcode != CONTINUATION
        if frame.rsv not in ((0, 4) if first else (0,)):
            return Complaint(f"reserved bits: {frame}", theirs=frame.end)
    return None


def limited(seen: Transcript) -> Complaint | None:
    """Complain of an endpoint that has taken all of a bomb."""
    return Complaint("took all of it", theirs=seen.got[-1].end) if seen.got else None
