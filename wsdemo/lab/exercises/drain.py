"""Exercise of notebook 05: give a server around an endpoint an end that its clients understand.

The answer is put on a stage (`drain_stage`) and stopped in front of clients of several kinds
(`drain_scenes`), and then goes through a part of the conformance suite. Leaves out who closes the
listening socket, and what newcomers are told meanwhile.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

from wsdemo.errors import HandshakeError
from wsdemo.lab.exercises import drain_scenes as scenes
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.protocol import Binary, Event, RequestReceived, ServerEndpoint, State, Text, refusal

STUB = '''\
import asyncio

from wsdemo.lab.exercises.drain import reply  # it asks for the state
from wsdemo.protocol import ServerEndpoint, State


async def attend(reader, writer, stopping, patience):
    """Echo on one connection; once stopping is set, say goodbye within patience seconds."""
    endpoint = ServerEndpoint()
    while not endpoint.wants_eof and (data := await reader.read(65_536)):
        while events := endpoint.receive(data):
            for event in events:
                reply(endpoint, event)
            data = b""
        writer.write(endpoint.take_output())
        await writer.drain()
'''

RULES = """
**Change `attend(reader, writer, stopping, patience)`** so that it drains. It serves one connection
and echoes every message. `stopping` is an `asyncio.Event`; when it is set,

- messages that are there already are answered first;
- the client gets a close frame with code 1001;
- the client has `patience` seconds, all in all, to answer it. Until then the loop goes on, and a
  ping gets its pong;
- when the client has answered, or the time is up, `attend` returns. A client that has not even sent
  its request is not waited for any longer than that.

When the client leaves by itself, `attend` returns at once, as before. Whoever calls it ends TCP
when it returns.
"""

HINTS = """
The loop waits in `reader.read()`, and somebody else has to wait for `stopping`: a second task.
Leave the loop as it is; it still has to read the client's answer, and ends by itself once
`endpoint.wants_eof` says so.

The task: `await stopping.wait()`, then `endpoint.close(1001)`. That puts a close frame into the
endpoint's output, and no further: `writer.write(endpoint.take_output())`. A connection that is not
open can't be closed that way, so ask for `endpoint.state` first.

The deadline is the same task's: `await asyncio.sleep(patience)`, and then end TCP under the loop,
`writer.transport.abort()`. The loop's `reader.read()` returns `b""`, and it ends.

The task must not outlive the connection: `task = asyncio.create_task(...)` before the loop, and
around it `try` … `finally: task.cancel()`.
"""

EXPLANATION = (
    "One task reads, another waits for the stop; they share the endpoint, and never an `await` "
    "stands between asking for its state and acting on it. `wsdemo.server` does the same for all "
    "connections at once, and waits for the handlers too."
)


async def attend(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    stopping: asyncio.Event,
    patience: float,
) -> None:
    """Echo on one connection; once stopping is set, say goodbye within patience seconds."""
    endpoint = ServerEndpoint()
    goodbye = asyncio.create_task(say_goodbye(endpoint, writer, stopping, patience))
    try:
        while not endpoint.wants_eof and (data := await reader.read(65_536)):
            while events := endpoint.receive(data):
                for event in events:
                    reply(endpoint, event)
                data = b""
            writer.write(endpoint.take_output())
            await writer.drain()
    finally:
        goodbye.cancel()


async def say_goodbye(
    endpoint: ServerEndpoint,
    writer: asyncio.StreamWriter,
    stopping: asyncio.Event,
    patience: float,
) -> None:
    """Wait for the stop, tell the client, and end TCP when the time is up."""
    await stopping.wait()
    if endpoint.state is State.OPEN:
        endpoint.close(1001)
        writer.write(endpoint.take_output())
    await asyncio.sleep(patience)
    writer.transport.abort()  # reader.read() returns b"", and the loop ends


def reply(endpoint: ServerEndpoint, event: Event) -> None:
    """Accept a handshake, echo a message."""
    match event:
        case RequestReceived():
            try:
                endpoint.accept()
            except HandshakeError as error:
                endpoint.respond(refusal(error))
        case Text(text) if endpoint.state is State.OPEN:
            endpoint.send_text(text)
        case Binary(data) if endpoint.state is State.OPEN:
            endpoint.send_binary(data)


# Of what never comes, four waits at most; a right answer takes one second, for the suite.
TIME_LIMIT = 20.0


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="drain",
        notebook="05_build_the_server",
        subject="attend",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[attend, say_goodbye],
        make_cases=cases,
        time_limit=TIME_LIMIT,
    )


Scene = Callable[[Any], Awaitable[Verdict]]


def cases() -> list[Case]:
    """Make the cases: two without a stop, five with one, and the suite."""
    play = Play()
    return [
        play.case("a message", "TEXT 'Hello'", "the same back", scenes.message),
        play.case("the client leaves", "CLOSE 1000", "CLOSE 1000, end of TCP", scenes.leaves),
        play.case(
            "stopped: a client that answers",
            "(stop), PING, CLOSE 1001",
            "CLOSE 1001, PONG, end of TCP",
            scenes.answers_close,
        ),
        play.case(
            "stopped: a message is there",
            "TEXT 'an order', (stop), CLOSE 1001",
            "TEXT 'an order', CLOSE 1001, end of TCP",
            scenes.message_is_there,
        ),
        play.case(
            "stopped: a client that says nothing",
            "(stop)",
            "CLOSE 1001, end of TCP",
            scenes.says_nothing,
        ),
        play.case(
            "stopped: a client that talks on",
            "(stop), PING, PING, …",
            "CLOSE 1001, end of TCP",
            scenes.talks_on,
        ),
        play.case("stopped: before the request", "(stop)", "end of TCP", scenes.before_the_request),
        play.case("the conformance suite", f"cases {scenes.SUITE}", "all pass", scenes.suite),
    ]


HUNG = "The event loop stands still: does something wait that is not awaited, as `time.sleep`?"


class Play:
    """The scenes of one check, each on a loop of its own, up to the first that goes wrong.

    What goes wrong is mostly that nothing comes, and to wait for nothing in every scene after that
    would take half a minute.
    """

    def __init__(self) -> None:
        self._over = False

    def case(self, name: str, sent: str, expected: str, scene: Scene) -> Case:
        """Make a case of a scene."""
        return Case(name, sent, expected, functools.partial(self._examine, scene), HUNG)

    def _examine(self, scene: Scene, answer: Any) -> Verdict:
        """Play a scene: this is called in a thread, which can be stopped."""
        if self._over:
            return Verdict("not tried", "Not tried: first the case that fails above.")
        verdict = asyncio.run(_awaited(scene, answer))
        self._over = bool(verdict.fault)
        return verdict


async def _awaited(scene: Scene, answer: Any) -> Verdict:
    return await scene(answer)
