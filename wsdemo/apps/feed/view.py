"""What a client knows of a market, message by message, and what it has missed.

It is pure: messages in, changes out. A page's JavaScript does the same (``wsdemo/pages/feed``).

Leaves out asking for what is missing, which is `client`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from wsdemo.apps.feed.messages import (
    FromServer,
    Quote,
    Resume,
    Snapshot,
    Started,
    Subscribed,
    Unsubscribed,
    Update,
    Updates,
)
from wsdemo.apps.feed.patterns import select

__all__ = ["View"]


@dataclass(slots=True)
class View:
    """The state of a client.

    Attributes:
        prices: what each symbol costs, in cents.
        opens: what it cost when the market opened.
        patterns: what the server has confirmed to send.
        feed: names the market; None before there is one.
        seq: up to which number everything is known.
        at: when the newest change was due, in microseconds since the epoch; 0 before any.
        gaps: how often something was lost.
        conflated: changes that were left out for a newer one.
        resumed: how often it went on where it had been.
        snapshots: how often it began anew, the first time included.
        missing: after which number something is missing; None if nothing is.
    """

    prices: dict[str, int] = field(default_factory=dict)
    opens: dict[str, int] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()
    feed: str | None = None
    seq: int = 0
    at: int = 0
    gaps: int = 0
    conflated: int = 0
    resumed: int = 0
    snapshots: int = 0
    missing: int | None = None

    def resume(self) -> Resume | None:
        """Return from where to go on after a cut; None if there is nothing to go on with."""
        if self.feed is None:
            return None
        return Resume(self.feed, self.seq if self.missing is None else self.missing)

    def apply(self, message: FromServer) -> list[Update]:
        """Take a message in.

        Returns:
            What it has changed, in order. Of quotes, what is different from what was known.
        """
        match message:
            case Updates():
                return self._apply_updates(message)
            case Started():
                return self._start(message)
            case Subscribed():
                self.patterns = message.patterns
                return self._quoted(message.quotes)
            case Unsubscribed():
                self._keep(message.patterns)
            case Snapshot():
                return self._fill(message)
        return []

    def _apply_updates(self, message: Updates) -> list[Update]:
        if message.prev > self.seq:
            self.gaps += 1
            if self.missing is None:
                self.missing = self.seq
        self.seq = max(self.seq, message.seq)
        self.at = message.at
        self.conflated += message.conflated
        self.prices.update((update.symbol, update.price) for update in message.updates)
        return list(message.updates)

    def _start(self, message: Started) -> list[Update]:
        self.feed, self.patterns = message.feed, message.patterns
        self.seq, self.missing = message.seq, None
        if message.how == "resumed":
            self.resumed += 1
            return []
        self.snapshots += 1
        before, self.prices = self.prices, {}
        self.opens = {}
        self._quoted(message.quotes)
        return [
            Update(symbol, price)
            for symbol, price in self.prices.items()
            if before.get(symbol) != price
        ]

    def _fill(self, message: Snapshot) -> list[Update]:
        if self.missing is not None and message.since <= self.missing:
            self.missing = None
            self.seq = max(self.seq, message.seq)
        return self._quoted(message.quotes)

    def _quoted(self, quotes: Iterable[Quote]) -> list[Update]:
        changed = []
        for quote in quotes:
            if self.prices.get(quote.symbol) != quote.price:
                changed.append(Update(quote.symbol, quote.price))
            self.prices[quote.symbol] = quote.price
            self.opens[quote.symbol] = quote.open
        return changed

    def _keep(self, patterns: tuple[str, ...]) -> None:
        self.patterns = patterns
        kept = select(patterns, self.prices)
        self.prices = {symbol: self.prices[symbol] for symbol in self.prices if symbol in kept}
        self.opens = {symbol: self.opens[symbol] for symbol in self.opens if symbol in kept}
