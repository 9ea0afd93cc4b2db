"""Exercise of notebook 08: a client whose texts come once and in order, wherever lines break.

The client is played with `wsdemo.lab.rehearsal` against its `Keeper`, each case with lines that
break at another moment, and in the end with a hundred schedules drawn from seeds. What is judged
is what the delivery checker says, and that nothing is ticked off before its ack has come.
"""

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from wsdemo.lab.delivery import EXACTLY_ONCE_IN_EFFECT, Finding
from wsdemo.lab.delivery import Verdict as Wrong
from wsdemo.lab.delivery.events import Event, Kind
from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.rehearsal import Endless, Keeper, Member, Rehearsal, rehearse, schedule

STUB = '''\
class Member:
    """A client that works as long as its line does."""

    def __init__(self, send, show, tick):
        self.send, self.show, self.tick = send, show, tick
        self.seq, self.texts = 0, {}

    def opened(self):
        self.send({"after": 0})

    def say(self, text):
        self.seq += 1
        self.texts[self.seq] = text
        self.send({"say": text, "seq": self.seq})

    def hear(self, message):
        if "ack" in message:
            self.tick(self.texts[message["ack"]])
        else:
            self.show(message["said"])
'''

RULES = """
**Change `Member`** so that everybody sees every text once, in order, wherever lines break.

A `Member` is the client of one person. It is given three functions: `send(message)` to the server,
`show(text)` to the person, and `tick(text)` to tell the person that a text of theirs is safe.

- `opened()` is called when there is a connection: the first one, and each later one.
- `say(text)` is called when the person says something, connection or not.
- `hear(message)` is called when a message has come.

You send `{"after": 7}`, "I have the log up to 7, send me the rest and what follows", and
`{"say": text, "seq": 3}`. You hear `{"ack": 3}`, "the log has your number 3", and
`{"said": text, "offset": 8}`, an entry of the log. The server drops what it has had before from
you, by its `seq`. It reads its log in pages: after an `{"after": …}` a few entries that you have
may come again. Your own texts come to you, too.

When a line breaks, everything on it is lost, and nobody tells `send`.
"""

HINTS = """
What if a text is lost on its way? You don't know, and you don't have to: keep every text in a dict,
by its `seq`, until its ack has come.

`opened()` is called for each new connection: this is the moment to send again what is still in that
dict, each with the `seq` that it had. Then the server can tell a copy from something new.

While you were away, the others said something. Remember the `offset` of the last entry that you
have shown, and ask for what comes after it, instead of after 0.

The server is not careful with `after`: some entries come that you have. An `offset` that is not
above your last one is a copy: don't show it.
"""

EXPLANATION = (
    "Keep what has no ack, and send it again under its old number; remember the last offset, ask "
    "for what follows, and skip what doesn't. The client of `wsdemo.apps.chat` does the same, with "
    "a network."
)

# Messages, in the order in which they go: everybody joins first, and each text that reaches the
# server is sent to three people, then acknowledged.
SCENES: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "a quiet day": ["ann says", "carry", "bob says", "carry", "ann says"],
        "a text is lost on its way": ["carry", "ann says", "cut ann", "back ann"],
        "an ack is lost": ["carry", "ann says", "carry 1", "cut ann", "back ann"],
        "a text without a connection": ["carry", "cut ann", "ann says", "back ann"],
        "others speak meanwhile": [
            *["ann says", "carry", "cut bob", "ann says", "cleo says", "carry", "back bob"],
        ],
        "an old page comes again": ["ann says", "ann says", "carry", "cut bob", "back bob"],
        "some with an ack, some without": [
            *["carry", "ann says", "ann says", "ann says", "ann says"],
            *["carry 8", "cut ann", "ann says", "back ann"],
        ],
        "a line breaks amid old entries": [
            *["ann says", "carry", "cut bob", *["cleo says"] * 4, "carry"],
            *["back bob", "carry 3", "cut bob", "ann says", "carry"],
        ],
    }
)

SEEDS = range(100)

WHOLE = "each once, in order"

RETRY = "never came: what has no ack has to be sent again, when there is a connection."
RESUME = (
    "was missed by {who}: `opened` has to ask for what comes after the last entry that was shown."
)
SAME_SEQ = "is not in the log: another text had its seq, and the server took it for a copy."
TWICE = "is in the log twice: send it again with the seq that it had, and not with a new one."
AGAIN = "was shown to {who} twice: skip entries whose offset is not above the last one shown."
ORDER = "came too late: send again what has no ack in the order in which it was said."
STRANGE = "was shown, and nobody said it: show the text of an entry, as it came."
UNTICKED = "was never ticked off: call tick(text) when the ack of its seq comes."
EARLY = "was ticked off before its ack had come: until then nobody knows that it is safe."
ENDLESS = "Client and server never stop talking: what is sent again, and when?"


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="exactly_once",
        notebook="08_chat_that_loses_nothing",
        subject="Member",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[Member],
        make_cases=lambda: list(cases()),
    )


def cases() -> Iterator[Case]:
    """Make a case of each scene, and one of all the schedules."""
    for name, moves in SCENES.items():
        texts = sum(move.endswith(" says") for move in moves)
        sent = f"{texts} text{'s' * (texts > 1)}"
        yield Case(name, sent, WHOLE, functools.partial(examine, [moves]))
    drawn = [schedule(seed) for seed in SEEDS]
    name = f"{len(drawn)} schedules, from seeds"
    sent = "1,200 texts"
    yield Case(name, sent, WHOLE, functools.partial(examine, drawn))


class Misread(Exception):
    """The server was sent what it can't read."""


class Strict(Keeper):
    """A server that says so when it can't read a message."""

    def hear(self, who: str, message: Any) -> None:
        """Read it first.

        Raises:
            Misread: it is none of the two that it takes.
        """
        match message:
            case {"after": int(after), **more} if after >= 0 and not more:
                pass
            case {"say": str(), "seq": int(), **more} if not more:
                pass
            case _:
                raise Misread(json.dumps(message))
        super().hear(who, message)


def examine(schedules: Sequence[Sequence[str]], answer: Callable[..., Any]) -> Verdict:
    """Play schedules until one goes wrong."""
    for moves in schedules:
        try:
            played = rehearse(_made(answer), Strict, moves)
        except answers.Unwritten:
            raise
        except Misread as error:
            fault = 'It takes {"after": number} and {"say": text, "seq": number}.'
            return Verdict(f"the server was sent {answers.tidy_text(str(error))}", fault)
        except Endless as error:
            return Verdict(str(error), ENDLESS)
        except Exception as error:
            outcome = answers.raised(error, getattr(answer, "say", answer))
            return Verdict(outcome.came_back, outcome.fault)
        verdict = _judge(played)
        if verdict.fault:
            return verdict
    return Verdict(WHOLE)


def _made(answer: Callable[..., Any]) -> Callable[..., Any]:
    def make(*functions: Any) -> Any:
        client = answer(*functions)
        if client is ... or client is NotImplemented:
            raise answers.Unwritten(f"it returns {'...' if client is ... else 'NotImplemented'}")
        if client is None:
            answers.refuse_blank(answer)
        return client

    return make


def _judge(played: Rehearsal) -> Verdict:
    """Return the first thing that is wrong, as the checker says it, and what to do about it."""
    if early := _early(played):
        words = f"{early.who}: {early.message}, ticked off without an ack"
        return Verdict(words, f"{early.message} {EARLY}")
    report = played.report
    # Who shows something else than the text has lost the text, too.
    broken = report.broken(EXACTLY_ONCE_IN_EFFECT)
    for wrong in sorted(broken, key=lambda wrong: wrong is not Wrong.INVENTED):
        finding = report[wrong][0]
        advice = f"{finding.message} {_advice(wrong, finding, played)}"
        return Verdict(f"{wrong}: {finding}", advice)
    if forgotten := _unticked(played):
        words = f"{forgotten.who}: {forgotten.message}, never ticked off"
        return Verdict(words, f"{forgotten.message} {UNTICKED}")
    return Verdict(WHOLE)


def _advice(wrong: Wrong, finding: Finding, played: Rehearsal) -> str:
    copies = played.server.log.count(finding.message)
    if wrong is Wrong.UNKNOWN:
        return RETRY
    if wrong in {Wrong.LOST, Wrong.PARTIAL}:
        return RESUME.format(who=finding.who) if copies else SAME_SEQ
    if wrong is Wrong.DUPLICATED:
        return TWICE if copies > 1 else AGAIN.format(who=finding.who)
    return ORDER if wrong is Wrong.REORDERED_SENDER else STRANGE


def _early(played: Rehearsal) -> Event | None:
    """Find a text that was ticked off at a moment when no ack came."""
    acks = {
        (trip.who, trip.end)
        for trip in played.trips
        if not trip.up and not trip.lost and "ack" in json.loads(trip.text)
    }
    told = (event for event in played.record.run.events if event.kind is Kind.ACKNOWLEDGED)
    return next((event for event in told if (event.who, round(event.at)) not in acks), None)


def _unticked(played: Rehearsal) -> Event | None:
    events = played.record.run.events
    ticked = {event.message for event in events if event.kind is Kind.ACKNOWLEDGED}
    said = (event for event in events if event.kind is Kind.SENT)
    return next((event for event in said if event.message not in ticked), None)
