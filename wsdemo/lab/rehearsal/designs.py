"""The designs of a chat that fail, each in its own way, when a line breaks.

What is said between client and server::

    {"say": "hello", "seq": 3}              up: the third thing that this client says
    {"said": "hello"}                       down: somebody said this
    {"ack": 3}                              down: the server has your number 3

Leaves out the one that doesn't fail, which is in `keeper`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

__all__ = ["Acknowledge", "Broadcast", "Forget", "Retry"]


Send: TypeAlias = Callable[[Any], None]
Show: TypeAlias = Callable[[str], None]


class Forget:
    """A client that says everything once, and thinks of it no more."""

    def __init__(self, send: Send, show: Show, tick: Show) -> None:
        self.send, self.show, self.tick = send, show, tick

    def opened(self) -> None:
        """There is nothing to do."""

    def say(self, text: str) -> None:
        """Send it, and hope."""
        self.send({"say": text})

    def hear(self, message: dict[str, Any]) -> None:
        """Show it."""
        self.show(message["said"])


class Broadcast:
    """A server that sends on to everybody who is there."""

    def __init__(self) -> None:
        self.lines: dict[str, Send] = {}

    def opened(self, who: str, send: Send) -> None:
        """Add a line."""
        self.lines[who] = send

    def closed(self, who: str) -> None:
        """Remove it."""
        del self.lines[who]

    def hear(self, _who: str, message: dict[str, Any]) -> None:
        """Send it to all, to who said it, too: so all see one order."""
        for send in self.lines.values():
            send({"said": message["say"]})


class Retry(Forget):
    """A client that keeps what has no ack, and says it again."""

    def __init__(self, *functions: Send) -> None:
        super().__init__(*functions)
        self.seq, self.waiting = 0, dict[int, str]()

    def opened(self) -> None:
        """Say again what has no ack."""
        for seq, text in self.waiting.items():
            self.send({"say": text, "seq": seq})

    def say(self, text: str) -> None:
        """Say it, and keep it."""
        self.seq += 1
        self.waiting[self.seq] = text
        self.send({"say": text, "seq": self.seq})

    def hear(self, message: dict[str, Any]) -> None:
        """Tick off what has an ack."""
        if "ack" in message:
            self.tick(self.waiting.pop(message["ack"]))
        else:
            super().hear(message)


class Acknowledge(Broadcast):
    """A server that says when it has something."""

    def hear(self, who: str, message: dict[str, Any]) -> None:
        """Send it to all, then tell."""
        super().hear(who, message)
        self.lines[who]({"ack": message["seq"]})
