"""What a server has seen, in numbers.

Every TCP connection is counted once when it comes and once, by its fate, when it has gone, so
the books balance at any time::

    total == now + abandoned + sum of refused + sum of closed

Left out: anything that grows with the number of peers, and any format for a monitoring
system; that is the business of the metrics module.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counters:
    """The books of one server.

    Attributes:
        total: TCP connections that ever came.
        now: those that have not gone yet.
        accepted: opening handshakes that ended with 101.
        refused: connections gone after another answer, by HTTP status.
        abandoned: connections gone without any answer.
        closed: WebSocket connections gone, by close code (1006: without a close frame).
        handler_errors: handlers that ended in an exception of their own.
        protocol_errors: connections that we failed because the peer broke a rule, by the close
            code we sent.
        keepalive_timeouts: connections that we failed because a pong did not come.
    """

    total: int = 0
    now: int = 0
    accepted: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    abandoned: int = 0
    closed: Counter[int] = field(default_factory=Counter)
    handler_errors: int = 0
    protocol_errors: Counter[int] = field(default_factory=Counter)
    keepalive_timeouts: int = 0

    @property
    def balanced(self) -> bool:
        """Whether every connection that ever came is accounted for."""
        gone = self.abandoned + self.refused.total() + self.closed.total()
        return self.total == self.now + gone
