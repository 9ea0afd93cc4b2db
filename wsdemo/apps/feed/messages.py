"""What a feed and its clients say to each other: every message, both ways, and their order.

The subprotocol chooses the codec: ``wsdemo.feed.json`` (text messages) or ``wsdemo.feed.msgpack``
(binary messages). The objects are the same in both, and all numbers are integers below 2**53, so
that they are the same to the last digit in Python, in JSON and in JavaScript.

**The conversation.** The client's first message is ``start``, and everything else comes after its
reply. A request has an ``id``, which the reply has as ``re``::

    → {"type": "start", "id": 1, "patterns": ["A*"], "slow": "conflate", "window": 16}
    ← {"type": "started", "re": 1, "how": "snapshot", "feed": "5f0c9b2e", "seq": 1200,
       "patterns": ["A*"], "slow": "conflate", "symbols": 1000, "rate": 2000, "interval": 50,
       "quotes": [["AAB", 10432, 10000], ["ACF", 7719, 7801]]}
    ← {"type": "updates", "prev": 1200, "seq": 1300, "at": 1767225600050000, "span": 41500,
       "updates": [["AAB", 10433], ["ACF", 7718], ["AAB", 10431]]}
    → {"type": "ack", "seq": 1300}
    ← {"type": "updates", "prev": 1300, "seq": 1500, "at": 1767225600150000, "span": 98000,
       "conflated": 3, "updates": [["ACF", 7725], ["AAB", 10440]]}
    → {"type": "subscribe", "id": 2, "patterns": ["B?"]}
    ← {"type": "subscribed", "re": 2, "seq": 1500, "patterns": ["A*", "B?"],
       "quotes": [["BX", 500, 512]]}
    → {"type": "unsubscribe", "id": 3, "patterns": ["A*"]}
    ← {"type": "unsubscribed", "re": 3, "seq": 1500, "patterns": ["B?"]}
    → {"type": "refresh", "id": 4, "since": 1300}
    ← {"type": "snapshot", "re": 4, "since": 1300, "seq": 1600, "quotes": [["BX", 501, 512]]}
    ← {"type": "error", "code": "...", "reason": "...", "re": 5, "field": "$.patterns[0]"}

A *quote* is ``[symbol, price, opening price]``, an *update* is ``[symbol, price]``; prices are in
cents, and a price is a state: whatever was missed before, the newest one is right. ``updates`` has
every change of what the client has subscribed to, in the order of the market, and the same symbol
more than once if it has changed more than once.

**Sequence numbers.** The market numbers its changes 1, 2, 3, … over all symbols. A client with a
pattern sees only some of them, and one that is conflated fewer still, so that a missing number
says nothing. What says something is a *range*: ``updates`` speaks for all changes after ``prev``,
up to and with ``seq``. Whatever changed in that range, and is in the client's subscription, is in
the message, or was conflated into what is in the message. So

- ``prev`` at most the ``seq`` that the client has: nothing is lost. Go on, with the new ``seq``.
- ``prev`` above it: **a gap**. What lay between was lost, whichever symbols it was. Go on with
  the new ``seq``, and ask for what is missing: ``refresh`` with the ``seq`` from before the gap.
- ``conflated`` above 0: so many changes were left out because a newer one of their symbol is
  there. Nothing is lost.
- not subscribed: neither of these; the ranges join.

Only ``started``, ``updates`` and ``snapshot`` give a client its ``seq``. Those of ``subscribed``
and ``unsubscribed`` say when it was, for the symbols that were added, and move nothing. A message
without updates comes when a second has passed without any, so that even the loss of the last one
is noticed.

(The other way, a number per symbol with a pointer to the one before it in each update, costs more
octets, a table in the client, and doesn't notice that the last update of a symbol was lost.)

**Resume.** After a cut the client starts with ``"resume": {"feed": "5f0c9b2e", "seq": 1500}`` and
the patterns that it had. If the feed is the same one and remembers everything since, the reply
says ``"how": "resumed"``, has no quotes and the same ``seq``, and the changes since follow as
``updates``, not conflated. Else it says ``"how": "snapshot"``, and the quotes are the new
beginning. What came on the old connection and was not applied is to be thrown away.

**Slow consumers.** A client is behind when messages wait in its outbox at the server, or, with a
``window``, when so many ``updates`` are not acknowledged. Buffers of TCP, proxies and browsers
take megabytes without a word: only acknowledgements tell the server that a client can't follow.
An ``ack`` has no reply; one for every fourth part of the window is enough, and one at once for a
message without updates. Without a ``window`` there is nothing to acknowledge. All that is sent for
a resume counts as one message. What happens to a client that is behind, it chooses by ``slow``:

- ``conflate``: as soon as it can take a message again, it gets the newest price of all that has
  changed meanwhile, in one message. Nothing is lost, and memory is bounded by the symbols.
- ``drop``: it misses messages, sees a gap, and asks.
- ``disconnect``: it is closed with 1013, comes back, and resumes.

**Start again.** A second ``start`` on the same connection ends what the first one began, and
begins anew: so a client chooses another ``slow`` or ``window``, with ``resume`` to lose nothing.
What comes before the second ``started`` is to be thrown away.

**Errors.** Codes are those of the door (``malformed``, ``invalid``), and ``not_started``
(something came before ``start``), ``too_many_patterns`` (more than 32 at a time), and
``too_fast``, with ``retry_after`` in seconds; without ``re`` it is for hundreds of ``ack`` that
acknowledge nothing. A few of those are ignored, before ``start`` too. Too many bad messages end the
connection with 1008.

``at`` is when the newest change in the message was due, in microseconds since the epoch, and
``span`` how much earlier the oldest was: ``now - at + span`` is the longest that any of them has
waited, in the market, in the batch, in the outbox and on the wire.

Leaves out who may see what: every symbol is for everybody.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from wsdemo.apps.door import JSON, MESSAGE_PACK, Error

__all__ = [
    "CODECS",
    "MOST_PATTERNS",
    "SUBPROTOCOLS",
    "Ack",
    "FromClient",
    "FromServer",
    "Quote",
    "Refresh",
    "Resume",
    "Slow",
    "Snapshot",
    "Start",
    "Started",
    "Subscribe",
    "Subscribed",
    "Unsubscribe",
    "Unsubscribed",
    "Update",
    "Updates",
]

SUBPROTOCOLS = ("wsdemo.feed.json", "wsdemo.feed.msgpack")
CODECS = MappingProxyType(dict(zip(SUBPROTOCOLS, (JSON, MESSAGE_PACK), strict=True)))

# One client's, all together. More say no more than a wider one would.
MOST_PATTERNS = 32
# Above this a number in JavaScript is no longer exact.
MOST = 2**53 - 1

Slow: TypeAlias = Literal["conflate", "drop", "disconnect"]
Number: TypeAlias = Annotated[int, Meta(ge=0, le=MOST)]
Pattern: TypeAlias = Annotated[str, Meta(min_length=1, max_length=32)]
Patterns: TypeAlias = Annotated[tuple[Pattern, ...], Meta(max_length=MOST_PATTERNS)]


class Resume(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a client was: in which feed, and up to which change it has everything."""

    feed: Annotated[str, Meta(max_length=64)]
    seq: Number


class Start(msgspec.Struct, frozen=True, tag="start", forbid_unknown_fields=True):
    """Begin: what to send, what to do when that is too much, and where the client was.

    ``window`` is how many ``updates`` may be unacknowledged; 0 for any number, and no ``ack``.
    """

    id: Number
    patterns: Patterns = ()
    slow: Slow = "conflate"
    window: Annotated[int, Meta(ge=0, le=1024)] = 0
    resume: Resume | None = None


class Subscribe(msgspec.Struct, frozen=True, tag="subscribe", forbid_unknown_fields=True):
    """Send these, too. A pattern that is there already is fine."""

    id: Number
    patterns: Patterns


class Unsubscribe(msgspec.Struct, frozen=True, tag="unsubscribe", forbid_unknown_fields=True):
    """Send these no more, unless another pattern covers them. One that is not there is fine."""

    id: Number
    patterns: Patterns


class Refresh(msgspec.Struct, frozen=True, tag="refresh", forbid_unknown_fields=True):
    """Send the quotes of all that has changed after ``since``; 0 for all there are."""

    id: Number
    since: Number = 0


class Ack(msgspec.Struct, frozen=True, tag="ack", forbid_unknown_fields=True):
    """Everything up to here was taken."""

    seq: Number


FromClient: TypeAlias = Start | Subscribe | Unsubscribe | Refresh | Ack


class Quote(msgspec.Struct, frozen=True, array_like=True):
    """The state of a symbol: ``[symbol, price, opening price]``, in cents."""

    symbol: str
    price: int
    open: int


class Update(msgspec.Struct, frozen=True, array_like=True):
    """One change: ``[symbol, price]``, in cents."""

    symbol: str
    price: int


class Started(msgspec.Struct, frozen=True, tag="started", omit_defaults=True):
    """The reply to ``start``.

    ``symbols`` is how many the market has, ``rate`` how many changes a second on average, and
    ``interval`` how many milliseconds of them go into a message.
    """

    re: int
    how: Literal["snapshot", "resumed"]
    feed: str
    seq: int
    patterns: tuple[str, ...]
    slow: Slow
    symbols: int
    rate: int
    interval: int
    quotes: tuple[Quote, ...] = ()


class Subscribed(msgspec.Struct, frozen=True, tag="subscribed", omit_defaults=True):
    """The reply to ``subscribe``: all the patterns now, and the quotes that were added."""

    re: int
    seq: int
    patterns: tuple[str, ...]
    quotes: tuple[Quote, ...] = ()


class Unsubscribed(msgspec.Struct, frozen=True, tag="unsubscribed"):
    """The reply to ``unsubscribe``: the patterns that are left. Nothing else comes after it."""

    re: int
    seq: int
    patterns: tuple[str, ...]


class Snapshot(msgspec.Struct, frozen=True, tag="snapshot", omit_defaults=True):
    """The reply to ``refresh``."""

    re: int
    since: int
    seq: int
    quotes: tuple[Quote, ...] = ()


class Updates(msgspec.Struct, frozen=True, tag="updates", omit_defaults=True):
    """What has changed after ``prev``, up to ``seq``, among what the client has subscribed to."""

    prev: int
    seq: int
    at: int
    span: int
    conflated: int = 0
    updates: tuple[Update, ...] = ()


FromServer: TypeAlias = Started | Subscribed | Unsubscribed | Snapshot | Updates | Error
