"""A server for rehearsals that keeps a log, and a client that catches up by it.

They say four kinds of messages::

    {"after": 7}                            a client joins, and has the log up to 7
    {"say": "hello", "seq": 3}              the third thing that this client says
    {"ack": 3}                              the log has it
    {"said": "hello", "offset": 8}          the eighth entry of the log

**It reads its log in pages**, as logs do: what it sends to who joins begins with the page in which
the first missing entry lies. Some of that the client has already.

Leaves out rooms, names, storage and everything else that `wsdemo.apps.chat` has.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

__all__ = ["PAGE", "Keeper", "Member"]

Send: TypeAlias = Callable[[Any], None]
Show: TypeAlias = Callable[[str], None]

PAGE = 3
"""Entries in a page."""


class Keeper:
    """A server that numbers what is said, remembers who said it, and keeps it."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.seen: set[tuple[str, int]] = set()
        self.lines: dict[str, Send] = {}
        self.members: dict[str, Send] = {}

    def opened(self, who: str, send: Send) -> None:
        """Wait until the client says what it has."""
        self.lines[who] = send

    def closed(self, who: str) -> None:
        """Send nothing there any more."""
        del self.lines[who]
        self.members.pop(who, None)

    def hear(self, who: str, message: dict[str, Any]) -> None:
        """Let somebody join, or say something."""
        if "after" in message:
            self.join(who, message["after"])
        else:
            if self.is_new(who, message["seq"]):
                self.append(message["say"])
            self.lines[who]({"ack": message["seq"]})

    def join(self, who: str, after: int) -> None:
        """Send what is missing, page by page, and all that comes from now on."""
        for offset in range(after - after % PAGE, len(self.log)):
            self.lines[who](self.entry(offset))
        self.members[who] = self.lines[who]

    def is_new(self, who: str, seq: int) -> bool:
        """Tell whether this wasn't said before."""
        new = (who, seq) not in self.seen
        self.seen.add((who, seq))
        return new

    def append(self, text: str) -> None:
        """Put it into the log, and send it to all members."""
        self.log.append(text)
        for send in self.members.values():
            send(self.entry(len(self.log) - 1))

    def entry(self, index: int) -> dict[str, Any]:
        """Return an entry of the log as a message."""
        return {"said": self.log[index], "offset": index + 1}


# Its source is the solution of an exercise, and runs in a notebook's cell as it stands here.
class Member:
    """A client that sends again what has no ack, and resumes after the last entry it showed."""

    def __init__(self, send: "Send", show: "Show", tick: "Show") -> None:
        self.send, self.show, self.tick = send, show, tick
        self.seq, self.waiting, self.last = 0, dict[int, str](), 0

    def opened(self) -> None:
        """Ask for what is missing; say again, in order, what nobody may have heard."""
        self.send({"after": self.last})
        for seq, text in self.waiting.items():
            self.send({"say": text, "seq": seq})

    def say(self, text: str) -> None:
        """Say it now, and keep it until its ack comes."""
        self.seq += 1
        self.waiting[self.seq] = text
        self.send({"say": text, "seq": self.seq})

    def hear(self, message: "dict[str, Any]") -> None:
        """Tick off what has arrived; show what is new."""
        if "ack" in message:
            self.tick(self.waiting.pop(message["ack"]))
        elif message["offset"] > self.last:
            self.last = message["offset"]
            self.show(message["said"])
