"""A batch: what has changed in one interval, written once for each codec.

At 2,000 changes a second for 100 clients, a message for each change is 200,000 messages a second,
more than a core can send. In batches it is 2,000, and a change waits for the end of its interval.
Measured (``lab.feed_load``; 1,000 symbols, every client gets all, JSON, one core of a quiet
machine; latency of a change from when it was due until a client has decoded it):

========  ============================  ============================  ===================
interval  websockets: CPU, p50, p99     scratch: CPU, p50, p99        octets for a change
========  ============================  ============================  ===================
1 ms      75 %, 19 ms, 170 ms           63 %, 3 ms, 24 ms             35 to 51
5 ms      46 %, 5 ms, 17 ms             19 %, 4 ms, 9 ms              23
20 ms     17 %, 14 ms, 31 ms            8 %, 13 ms, 26 ms             16
50 ms     7 %, 32 ms, 80 ms             3 %, 29 ms, 59 ms             15
100 ms    3 %, 55 ms, 121 ms            2 %, 55 ms, 109 ms            14
========  ============================  ============================  ===================

50 ms is what a person doesn't notice, and so the default.

A change is written when somebody needs it, once in each codec, as octets (`msgspec.Raw`) that
every message with this change in it is made of: for each audience nothing is left but to join.

Leaves out who gets what.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import msgspec

from wsdemo.apps.door import Codec
from wsdemo.apps.feed.messages import Update

__all__ = ["Batch", "Pick"]


@dataclass(frozen=True, slots=True)
class Pick:
    """What one audience gets of a batch.

    Attributes:
        changes: those of its symbols, in the order of the market.
        written: the same, in its codec.
    """

    changes: Sequence[Update]
    written: Sequence[msgspec.Raw]


@dataclass(slots=True)
class Batch:
    """All changes after ``prev``, up to ``seq``.

    Attributes:
        changes: in the order of the market.
        prev: the number of the last change before them.
        seq: the number of the last one of them.
        at: when that was due, in microseconds since the epoch.
        span: how many microseconds before it the first one was due.
        age: microseconds between a change and the one so many later.
    """

    changes: Sequence[Update]
    prev: int
    seq: int
    at: int
    span: int
    age: Callable[[int], int]
    _written: dict[str, list[msgspec.Raw]] = field(default_factory=dict)
    _newest: dict[tuple[str, Update], msgspec.Raw] = field(default_factory=dict)

    def pick(self, symbols: Collection[str], codec: Codec) -> Pick:
        """Return what concerns some symbols."""
        written = self._written.get(codec.name)
        if written is None:
            written = [msgspec.Raw(codec.encode_octets(change)) for change in self.changes]
            self._written[codec.name] = written
        pairs = zip(self.changes, written, strict=True)
        chosen = [(change, raw) for change, raw in pairs if change.symbol in symbols]
        return Pick([change for change, _ in chosen], [raw for _, raw in chosen])

    def newest(self, symbol: str, price: int, codec: Codec) -> msgspec.Raw:
        """Return the newest price of a symbol, written; for all who were behind, once."""
        key = codec.name, Update(symbol, price)
        raw = self._newest.get(key)
        if raw is None:
            raw = self._newest[key] = msgspec.Raw(codec.encode_octets(key[1]))
        return raw
