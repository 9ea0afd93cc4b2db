"""What must come back: the verdicts, each a few lines over a transcript.

Leaves out the opening handshake, which is `handshake_wants`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from wsdemo.lab.conformance.frames import CLOSE, PONG, Frame, Seen, quoted
from wsdemo.lab.conformance.transcript import Complaint, Got, Transcript

__all__ = ["Echo", "Ends", "FailsFast", "Goodbye", "Hangs", "Look", "Refusal", "With"]

Check = Callable[[Transcript], Complaint | None]


@dataclass(frozen=True, slots=True)
class Echo:
    """Every message comes back, octet for octet, and every ping is answered.

    RFC 6455, 5.5.3, lets an endpoint answer the last of several pings only; with `every` each of
    them needs its pong. `or_codes` are close codes with which it may decline instead.
    """

    every: bool = False
    or_codes: tuple[int, ...] = ()

    def complete(self, seen: Transcript) -> bool:
        """Tell whether the last message and the last pong are there."""
        messages = len(seen.got) >= len(seen.wanted)
        return seen.close is not None or (messages and not _missing_pong(seen, every=self.every))

    def judge(self, seen: Transcript) -> Complaint | None:
        """Compare, message by message and octet by octet."""
        if seen.close_code in self.or_codes:
            return None
        for at, wanted in enumerate(seen.wanted):
            if at >= len(seen.got):
                return _lacking(seen, at)
            if found := _difference(seen.got[at], wanted):
                return found
        if len(seen.got) > len(seen.wanted):
            extra = seen.got[len(seen.wanted)]
            return Complaint(f"a message that nobody sent: {extra}", theirs=extra.end)
        return _missing_pong(seen, every=self.every)

    def __str__(self) -> str:
        instead = f", or a close frame with {_either(self.or_codes)}" if self.or_codes else ""
        return f"all messages back as they were, and a pong for every ping{instead}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A close frame with one of these codes, and no answer to what must be refused.

    Messages before it may come back first, and need not.
    """

    codes: tuple[int, ...]

    def complete(self, seen: Transcript) -> bool:
        """Tell whether it has said goodbye, or shown that it goes on."""
        return seen.close is not None or _went_on(seen) is not None

    def judge(self, seen: Transcript) -> Complaint | None:
        """Look for what must not be there, then for the code."""
        bad = next((move for move in seen.moves if isinstance(move, Frame) and move.bad), None)
        ours = seen.end_of(bad) if bad is not None else None
        if found := _went_on(seen):
            return Complaint(found.words, theirs=found.theirs, ours=ours)
        if seen.close is None or seen.late:
            return Complaint(
                f"wanted a close frame with {self._codes()}, got {seen.manner()}", ours=ours
            )
        if seen.close_code not in self.codes:
            words = f"wanted close code {self._codes()}, got {seen.close}"
            return Complaint(words, theirs=seen.close.end)
        return None

    def _codes(self) -> str:
        return _either(self.codes)

    def __str__(self) -> str:
        return f"a close frame with {self._codes()}, and no answer to it"


@dataclass(frozen=True, slots=True)
class FailsFast:
    """The same, before all of the message has come: it is sent in part, and never finished."""

    codes: tuple[int, ...]

    def complete(self, seen: Transcript) -> bool:
        """Tell whether it has closed, or answered the barrier."""
        return Refusal(self.codes).complete(seen)

    def judge(self, seen: Transcript) -> Complaint | None:
        """Name waiting for the rest as what it is."""
        if seen.silent or seen.passed_barrier:
            words = "waited for the rest of the message before it judged what was there"
            at = seen.passed_barrier.end if seen.passed_barrier else None
            return Complaint(words, theirs=at)
        return Refusal(self.codes).judge(seen)

    def __str__(self) -> str:
        return f"a close frame with {_either(self.codes)}, before the rest of the message has come"


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Our close frame is answered with one, and then nothing more is.

    `codes` are those that the answer may have; any when empty.
    """

    codes: tuple[int, ...] = ()

    def complete(self, seen: Transcript) -> bool:
        """Tell whether the answer is there."""
        return seen.close is not None

    def judge(self, seen: Transcript) -> Complaint | None:
        """Look for the answer, and for what comes behind it."""
        if seen.close is None:
            words = f"wanted a close frame, got {seen.manner()}"
            return Complaint(words, ours=_our_close(seen))
        if self.codes and seen.close_code not in self.codes:
            words = f"wanted close code {_either(self.codes)}, got {seen.close}"
            return Complaint(words, theirs=seen.close.end)
        for frame in seen.behind_close():
            return Complaint(f"sent behind its close frame: {frame}", theirs=frame.end)
        return None

    def __str__(self) -> str:
        code = f" with {_either(self.codes)}" if self.codes else ""
        return f"a close frame{code}, nothing behind it"


@dataclass(frozen=True, slots=True)
class Ends:
    """What another one wants, and then the end of TCP, for which nothing more of ours is needed."""

    want: Refusal | Goodbye

    def complete(self, seen: Transcript) -> bool:
        """Tell whether TCP has ended."""
        return seen.over

    def judge(self, seen: Transcript) -> Complaint | None:
        """Look for the end; one that comes late has waited for our farewell."""
        ended = seen.over and not seen.late
        if seen.close is not None and seen.close_code in self.want.codes and not ended:
            return Complaint("left TCP open behind its close frame", theirs=seen.close.end)
        return self.want.judge(seen)

    def __str__(self) -> str:
        return f"{self.want}, and the end of TCP"


@dataclass(frozen=True, slots=True)
class Hangs:
    """The endpoint ends TCP by itself when we have ended our direction of it."""

    def complete(self, seen: Transcript) -> bool:
        """Tell whether it has."""
        return seen.over

    def judge(self, seen: Transcript) -> Complaint | None:
        """Complain if it has not."""
        return None if seen.over else Complaint("held on to a connection that was ended")

    def __str__(self) -> str:
        return "the end of the TCP connection"


@dataclass(frozen=True, slots=True)
class With:
    """What another one wants, and a look of its own.

    `words` says what the look is for.
    """

    want: Echo | Refusal | Goodbye
    check: Check
    words: str

    def complete(self, seen: Transcript) -> bool:
        """Tell what the other one tells."""
        return self.want.complete(seen)

    def judge(self, seen: Transcript) -> Complaint | None:
        """Look, once the other one is content."""
        return self.want.judge(seen) or self.check(seen)

    def __str__(self) -> str:
        return f"{self.want}; {self.words}"


@dataclass(frozen=True, slots=True)
class Look(With):
    """The look alone is the verdict, once the other one has what it waits for.

    So a case that is about the frames as such, or about the opening handshake, does not fail for
    what they carry. Only an endpoint that says nothing is told what is lacking.
    """

    def judge(self, seen: Transcript) -> Complaint | None:
        """Look at what has come in time, if there is anything."""
        said = [frame for frame in seen.frames if not (seen.late and frame is seen.close)]
        return self.check(seen) if said else self.want.judge(seen) or self.check(seen)

    def __str__(self) -> str:
        return f"an answer; {self.words}"


def _difference(got: Got, wanted: tuple[int, bytes]) -> Complaint | None:
    opcode, payload = wanted
    if got.corrupt:
        return Complaint(f"does not inflate: {got.corrupt}", theirs=got.end)
    if got.payload == payload and got.opcode == opcode:
        return None
    sent = Got(opcode, payload, 0)
    words = f"wanted {sent}, got {got}"
    if got.opcode == opcode and len(got.payload) == len(payload):
        pairs = enumerate(zip(got.payload, payload, strict=True))
        at = next(at for at, (theirs, ours) in pairs if theirs != ours)
        words = f"octet {at:,} of {len(payload):,} came back as another one"
    return Complaint(words, theirs=got.end)


def _lacking(seen: Transcript, at: int) -> Complaint:
    opcode, payload = seen.wanted[at]
    words = f"wanted {Got(opcode, payload, 0)}, got {seen.manner()}"
    return Complaint(words, ours=seen.end_of(nth=at))


def _missing_pong(seen: Transcript, *, every: bool) -> Complaint | None:
    """Find a ping without its pong; pongs with something else in them are allowed, unasked."""
    wanted = seen.pings if every else seen.pings[-1:]
    came = iter(seen.pongs)
    for payload in wanted:
        if not any(pong.payload == payload for pong in came):
            others = f", only {seen.pongs[-1]}" if seen.pongs else ""
            words = f"no pong for PING {quoted(payload)}".rstrip() + others
            return Complaint(words, ours=_our_ping(seen, payload))
    return None


def _our_ping(seen: Transcript, payload: bytes) -> int | None:
    return _our_end(seen, lambda frame: frame.opcode == 9 and frame.payload == payload)


def _our_close(seen: Transcript) -> int | None:
    return _our_end(seen, lambda frame: frame.opcode == CLOSE)


def _our_end(seen: Transcript, matches: Callable[[Frame], bool]) -> int | None:
    ends = (end for move, end in seen.sent if isinstance(move, Frame) and matches(move))
    return next(ends, None)


def _went_on(seen: Transcript) -> Complaint | None:
    """Find an answer to what must be refused, or to what comes behind it."""
    pinged = [*seen.pings]
    for frame in seen.theirs:
        if frame.opcode == PONG and _foreign(frame, pinged, seen):
            return Complaint(f"went on as if nothing had happened: {frame}", theirs=frame.end)
    # What was sent before the fault may come back, though its frames be taken for messages.
    before, came = b"".join(seen.before), b""
    for at, got in enumerate(seen.got):
        came += got.payload
        if at >= len(seen.before) or not before.startswith(came):
            return Complaint(f"answered what it must refuse: {got}", theirs=got.end)
    return None


def _foreign(pong: Seen, pinged: Iterable[bytes], seen: Transcript) -> bool:
    """Whether a pong answers something that we sent at or behind the fault."""
    behind = [move.payload for move, _ in seen.sent if isinstance(move, Frame) and move.opcode == 9]
    return pong.payload in behind and pong.payload not in pinged


def _either(codes: tuple[int, ...]) -> str:
    return " or ".join("none" if code == 1005 else str(code) for code in codes)
