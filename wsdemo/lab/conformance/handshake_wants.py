"""What must come back in the opening handshake: from a server a response, from a client a request.

Leaves out what comes once the connection is open, which is `wants`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wsdemo.lab.conformance.deflate import parse
from wsdemo.lab.conformance.opening import Head, options
from wsdemo.lab.conformance.transcript import Complaint, Transcript

__all__ = ["Declines", "Disagrees", "GivesUp", "head_check"]


@dataclass(frozen=True, slots=True)
class Declines:
    """The server does not open the connection.

    `statuses` are those that the answer may have, any error when empty; `fields` must stand in it.
    Where `silent`, ending TCP without an answer will do: what came can't be read as a request.
    """

    statuses: tuple[int, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False

    def complete(self, seen: Transcript) -> bool:
        """Tell whether the answer is there."""
        return seen.head is not None

    def judge(self, seen: Transcript) -> Complaint | None:
        """Look at the status, then at the fields."""
        if seen.head is None:
            if self.silent and seen.over:
                return None
            manner = "hung up without an answer" if seen.over else "no answer in time"
            return Complaint(f"wanted {self._status()}, got {manner}", ours=0)
        status = seen.head.status
        if status == 101 or status < 400 or (self.statuses and status not in self.statuses):
            words = f"wanted {self._status()}, got {seen.head.start!r}"
            return Complaint(words, theirs=seen.head.size)
        return self._lacks(seen.head)

    def _lacks(self, head: Head) -> Complaint | None:
        for name, value in self.fields.items():
            if value.lower() not in options(head.get(name)):
                words = f"wanted {name}: {value} in it, got {head.get(name)!r}"
                return Complaint(words, theirs=head.size)
        return None

    def _status(self) -> str:
        return " or ".join(map(str, self.statuses)) or "an error status"

    def __str__(self) -> str:
        fields = "".join(f", with {name}: {value}" for name, value in self.fields.items())
        return f"{self._status()}{fields}{', or the end of TCP' if self.silent else ''}"


@dataclass(frozen=True, slots=True)
class Disagrees:
    """The server does not agree to an offer of an extension.

    It leaves the extension out of its response; to refuse the whole connection is no agreement
    either, and keeps a client from working with it less than it might.
    """

    extension: str

    def complete(self, seen: Transcript) -> bool:
        """Tell whether the answer is there."""
        return seen.head is not None

    def judge(self, seen: Transcript) -> Complaint | None:
        """Look for the extension in a response that opens the connection."""
        if seen.head is None:
            manner = "hung up without an answer" if seen.over else "no answer in time"
            return Complaint(f"wanted a response, got {manner}", ours=0)
        got = seen.head.get("Sec-WebSocket-Extensions")
        if seen.head.status == 101 and self.extension in dict(parse(got)):
            return Complaint(f"accepted it: {got!r}", theirs=seen.head.size)
        return None

    def __str__(self) -> str:
        return f"no {self.extension}, or an error status"


@dataclass(frozen=True, slots=True)
class GivesUp:
    """The client does not take the connection as open: it sends no message, and ends TCP."""

    def complete(self, seen: Transcript) -> bool:
        """Tell whether it has answered what it must not."""
        return bool(seen.theirs)

    def judge(self, seen: Transcript) -> Complaint | None:
        """Look for frames, then for the end."""
        # A close frame tells why it ends; RFC 6455, 7.1.7, allows one where there is a connection.
        for frame in seen.theirs:
            if frame is not seen.close:
                return Complaint(f"took the connection as open: {frame}", theirs=frame.end)
        if seen.close is None and not seen.over:
            return Complaint("neither hung up nor went on", ours=0)
        return None

    def __str__(self) -> str:
        return "no message, and the end of the TCP connection"


def head_check(look: Callable[[Head], str]) -> Callable[[Transcript], Complaint | None]:
    """Make a check of a transcript out of a look at the head, which returns what is wrong."""

    def check(seen: Transcript) -> Complaint | None:
        assert seen.head is not None
        words = look(seen.head)
        return Complaint(words, theirs=seen.head.size) if words else None

    return check
