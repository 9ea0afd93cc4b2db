"""Exercise of notebook 02: compute `Sec-WebSocket-Accept` from `Sec-WebSocket-Key`.

A wrong value is compared with what the usual mistakes produce, so that the learner is told which
one it is. Leaves out the rest of the handshake (`parse_request`).
"""

import base64
import functools
import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.protocol.handshake import GUID, accept_key

STUB = '''\
import base64
import hashlib

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept_key(key):
    """Compute the value of Sec-WebSocket-Accept for the value of Sec-WebSocket-Key."""
    ...
'''

RULES = """
**Write `accept_key(key)`.** It takes the value of `Sec-WebSocket-Key`, a `str`, and returns the
value that the server must put into `Sec-WebSocket-Accept`, a `str` of 28 characters.

RFC 6455, 4.2.2: join the key and the GUID, hash them with SHA-1, and encode the hash with base64.
The key is not decoded first.
"""

HINTS = """
There are three steps: join two strings, hash, encode. Which of them work on `str`, and which on
`bytes`?

A hash works on bytes, and what you join is ASCII: `(key + GUID).encode("ascii")`.

`hashlib.sha1(...).digest()` is the hash as 20 bytes. `hexdigest()` is something else: its 40
characters are text about the hash.

`base64.b64encode(...)` returns bytes; a header value is text, so end with `.decode("ascii")`.
"""

EXPLANATION = (
    "Join, hash, encode; this is wsdemo's own. Nothing here is secret: the value shows that the "
    "server has read this very request, and as a WebSocket handshake."
)

VECTORS = (
    ("the example of RFC 6455, 1.3", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("the octets 01 to 10 of RFC 6455, 4.1", "AQIDBAUGBwgJCgsMDQ4PEA=="),
    ("sixteen times 00", "AAAAAAAAAAAAAAAAAAAAAA=="),
    ("sixteen times ff", "/////////////////////w=="),
)
SEED = 6455
RANDOM_KEYS = 20


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="accept_key",
        notebook="02_shake_hands_by_hand",
        subject="accept_key",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[accept_key],
        make_cases=lambda: list(cases()),
    )


def cases() -> Iterator[Case]:
    """Make one case a vector, and one of keys as browsers make them."""
    for name, key in VECTORS:
        yield Case(name, key, repr(accept_key(key)), functools.partial(examine, [key]))
    draw = random.Random(SEED)
    keys = [base64.b64encode(draw.randbytes(16)).decode("ascii") for _ in range(RANDOM_KEYS)]
    more = f"\n… and {RANDOM_KEYS - 1} more"
    sent, expected = keys[0] + more, repr(accept_key(keys[0])) + more
    yield Case(f"{RANDOM_KEYS} random keys", sent, expected, functools.partial(examine, keys))


def examine(keys: Sequence[str], answer: Any) -> Verdict:
    """Try an answer on some keys, up to the first that it gets wrong."""
    shown = []
    for key in keys:
        outcome = answers.call(answer, key)
        if fault := outcome.fault or _judge(key, outcome.value, answer):
            return Verdict(outcome.came_back, fault)
        shown.append(outcome.came_back)
    return Verdict(shown[0] + (f"\n… and {len(shown) - 1} more" if len(shown) > 1 else ""))


def _judge(key: str, value: object, answer: object) -> str:
    """Say what is wrong with a value; nothing when it is right."""
    if value is None:
        answers.refuse_blank(answer)
        return "Your function returns None: is a `return` missing?"
    right = accept_key(key)
    if value == right.encode("ascii"):
        return "That is the right value as bytes, and a header value is text: decode it."
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return f"Your function returns {type(value).__name__}, and a header value is a str."
    return "" if value == right else _name_the_mistake(key, value)


def _name_the_mistake(key: str, value: str) -> str:
    unknown = f"That is not the hash of key and GUID in base64: {len(value)} characters, not 28."
    if len(value) == 28:
        unknown = "That is 28 characters of base64, but not of the SHA-1 of key and GUID."
    return next((fault for fault, make in MISTAKES if value == make(key)), unknown)


def _sha1(text: str) -> bytes:
    return hashlib.sha1(text.encode("latin-1"), usedforsecurity=False).digest()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _of_decoded(key: str) -> str:
    data = base64.b64decode(key) + GUID.encode("ascii")
    return _base64(hashlib.sha1(data, usedforsecurity=False).digest())


def _sha256(key: str) -> str:
    return _base64(hashlib.sha256((key + GUID).encode("ascii")).digest())


# What goes wrong, and the wrong value that comes of it.
MISTAKES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("You decode the key first: the hash is over its 24 characters as they stand.", _of_decoded),
    (
        "That is the hash in hexadecimal: take digest(), and encode it with base64.",
        lambda key: _sha1(key + GUID).hex(),
    ),
    (
        "You encode the hexadecimal text of the hash: take digest(), which is 20 raw octets.",
        lambda key: _base64(_sha1(key + GUID).hex().encode("ascii")),
    ),
    ("The GUID is missing: you hash the key alone.", lambda key: _base64(_sha1(key))),
    ("The GUID comes after the key, not before it.", lambda key: _base64(_sha1(GUID + key))),
    (
        "The GUID is written in capitals, and a hash sees the difference.",
        lambda key: _base64(_sha1(key + GUID.lower())),
    ),
    (
        "You drop the == at the end of the key: it belongs to what is hashed.",
        lambda key: _base64(_sha1(key.rstrip("=") + GUID)),
    ),
    ("A line break went into the hash.", lambda key: _base64(_sha1(f"{key}{GUID}\n"))),
    (
        "There is a line break at the end: take b64encode, not encodebytes.",
        lambda key: _base64(_sha1(key + GUID)) + "\n",
    ),
    (
        "You drop the = at the end, which fills the value up to 28 characters.",
        lambda key: _base64(_sha1(key + GUID)).rstrip("="),
    ),
    (
        "That is the URL-safe alphabet of base64, with - and _ for + and /.",
        lambda key: base64.urlsafe_b64encode(_sha1(key + GUID)).decode("ascii"),
    ),
    ("That is SHA-256, and the RFC asks for SHA-1.", _sha256),
    ("That is the key itself: nothing is hashed.", lambda key: key),
    (
        "That is the answer to the RFC's example, whatever the key is.",
        lambda _: accept_key(VECTORS[0][1]),
    ),
)
