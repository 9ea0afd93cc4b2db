"""Six recorded exchanges in which something ended, as data: what happened, and how one could tell.

The bytes are in `recordings/`, one file a trace; `staging` has made them. Leaves out the check of a
learner's answers (`name_the_fault`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from wsdemo.lab.entries import Entry, Fault
from wsdemo.lab.recording import Recording
from wsdemo.protocol.http import Request, Response

RECORDINGS = Path(__file__).parent / "recordings"

_HEADS = Request | Response  # a handshake that is in order is the same in all traces

CLIENT, SERVER, NETWORK, NOBODY = WHO = ("client", "server", "network", "nobody")


@dataclass(frozen=True, repr=False)
class Trace:
    """One exchange, to be looked at as a ladder.

    It displays as one, and `lab.ladder()` takes it. `letter` names it and `story` says how it came
    about. The rest is for the check: the close code that the story ends with, `who` failed,
    `because` for those who found out, `by_code` with a nudge for a wrong code, `by_default` for any
    other one, and `about_who` for the right code with the wrong culprit.
    """

    letter: str
    story: str
    code: int
    who: str
    because: str
    by_code: Mapping[int, str]
    by_default: str
    about_who: str

    # Not `recording`: that is what `lab.ladder()` would draw instead, with all its judgements.
    @cached_property
    def tape(self) -> Recording:
        """The bytes, with their times."""
        return Recording.load(RECORDINGS / f"{self.letter.lower()}.json")

    @property
    def entries(self) -> list[Entry]:
        """What was said after the opening handshake, without what a wire finds wrong with it."""
        entries = self.tape.entries()
        return [_unjudged(entry) for entry in entries if not isinstance(entry.what, _HEADS)]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __repr__(self) -> str:
        from wsdemo.lab.show.ladder import ladder

        return f"{self.letter}. {self.story}\n\n{ladder(self.entries)!r}"

    def _repr_html_(self) -> str:
        from wsdemo.lab.show.ladder import ladder
        from wsdemo.lab.show.markup import Markup, element, join

        drawn = Markup(ladder(self.entries)._repr_html_())
        return join([element("div", element("strong", f"{self.letter}. "), self.story), drawn])


def _unjudged(entry: Entry) -> Entry:
    """Show a faulty frame as the frame that it is: to see the fault is the exercise."""
    if isinstance(entry.what, Fault) and entry.what.frame is not None:
        return Entry(
            entry.time, entry.connection, entry.direction, entry.raw, entry.what.frame, entry.end
        )
    return entry


UNMASKED = Trace(
    letter="A",
    story="Somebody wrote a client in an afternoon. The recording stops before the close frame.",
    code=1002,
    who=CLIENT,
    because="a client must mask every frame",
    by_code={
        1000: "There is something wrong, so the close is no normal one.",
        1006: "The server can still speak, and says why: 1006 is for when no close frame comes.",
        1007: "The text is good: the fault is in the header of the frame.",
        1003: "The server takes text; it is the frame around it that it cannot take.",
    },
    by_default="Look at the last frame, and at what every frame from a client has to be.",
    about_who="The code is right. Which side sent the frame that broke the rule?",
)
LATIN_1 = Trace(
    letter="B",
    story="A menu from an old database. The recording stops before the close frame.",
    code=1007,
    who=SERVER,
    because="a text message must be UTF-8, and e9 alone is é in Latin-1",
    by_code={
        1000: "There is something wrong, so the close is no normal one.",
        1002: "The frame is good, header and all: the fault is in what it carries.",
        1003: "The client takes text, and this says that it is text. Is it?",
        1006: "The client can still speak, and says why: 1006 is for when no close frame comes.",
    },
    by_default="The opcode promises text. Look at the octets of the last frame: which text is it?",
    about_who="The code is right. Which side sent the octets that are no text?",
)
TUNNEL = Trace(
    letter="C",
    story="A train, a long message, and a tunnel.",
    code=1006,
    who=NETWORK,
    because="no close frame came, and no end had ended its stream",
    by_code={
        1000: "A normal close is a close frame with 1000 in it. Is there one?",
        1001: "Who goes away says so, with a close frame. Is there one?",
        1002: "Nobody broke a rule: every frame is a good one, and the last is not the last.",
        1005: "1005 is for a close frame without a code. Is there a close frame?",
        1011: "A server that crashes would end its own stream. Look at whose FIN it is.",
    },
    by_default="Look for the close frame. Which code stands for what you find?",
    about_who="The code is right. Neither end has ended its stream: look at whose FIN it is.",
)
NO_CODE = Trace(
    letter="D",
    story="A ping in the middle of a message, half a character in each frame, and the end.",
    code=1005,
    who=NOBODY,
    because="all that is legal, and a close frame without a code is, too",
    by_code={
        1000: "That is what it means; but look how many octets the close frames carry.",
        1002: "A control frame may come between the fragments of a message (RFC 6455, 5.4).",
        1006: "1006 is for when there is no close frame, and here there are two.",
        1007: "Only the whole message has to be UTF-8: put the two fragments together.",
    },
    by_default="Look at the close frames: how many octets do they carry, and which code is there?",
    about_who="The code is right. Which rule was broken, if any?",
)
CRASH = Trace(
    letter="E",
    story="A calculator on the net.",
    code=1011,
    who=SERVER,
    because="the server's program crashed",
    by_code={
        1000: "The closing handshake is complete, and still the code says more: read it.",
        1002: "No rule of the protocol was broken: every frame is a good one.",
        1006: "1006 is for when there is no close frame, and here there are two.",
        1007: "The text is good text, whatever one may think of the sum.",
    },
    by_default="Read the close frames.",
    about_who="The code is right. A program has to be able to take any message: whose did not?",
)
TOO_BIG = Trace(
    letter="F",
    story="A small device asks for the news, and has set a limit to what it will read.",
    code=1009,
    who=SERVER,
    because="the server sent more than the client takes",
    by_code={
        1000: "The connection does not end because all was said: read the close frames.",
        1002: "A long message breaks no rule of the protocol. Read the close frames.",
        1006: "1006 is for when there is no close frame, and here there are two.",
        1008: "That would do for other policies; for size there is a code of its own.",
    },
    by_default="Read the close frames.",
    about_who="The code is right. The side that sends it is the one that got too much: from whom?",
)

TRACES: Mapping[str, Trace] = {
    trace.letter: trace for trace in (UNMASKED, LATIN_1, TUNNEL, NO_CODE, CRASH, TOO_BIG)
}
