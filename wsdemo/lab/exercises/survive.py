"""Exercise of notebook 06: a client that gets every answer, through cuts, stalls and silence.

The troubles are those of `wsdemo.lab.trouble`: each strikes while a question is under way, first
one at a time, then one after the other. What is judged is the answers, and that a client which
cannot get through does not dial without a pause.
"""

import asyncio
import functools
import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.running import running
from wsdemo.lab.trouble import BATCH, SCRIPT, Trouble, stage

STUB = '''\
import asyncio
import json
import random

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException


async def survive(uri, numbers):
    """Return {number: its square} for all numbers, as the server at uri tells them."""
    squares = {}
    async with connect(uri) as websocket:
        for number in numbers:
            await websocket.send(json.dumps({"n": number}))
            reply = json.loads(await websocket.recv())
            squares[reply["n"]] = reply["square"]
    return squares
'''

SOLUTION = '''\
import asyncio
import json
import random

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

LOST = OSError, TimeoutError, WebSocketException


async def survive(uri, numbers):
    """Return {number: its square} for all numbers, whatever happens on the way."""
    squares, top = {}, 0.05
    while missing := [number for number in numbers if number not in squares]:
        try:
            async with connect(uri, open_timeout=1, close_timeout=0.1) as websocket:
                for number in missing:
                    squares[number] = await ask(websocket, number)
                    top = 0.05
        except LOST:
            await asyncio.sleep(random.uniform(0, top))
            top = min(2 * top, 0.4)
    return squares


async def ask(websocket, number):
    """Ask for one square, and wait for it no longer than a second."""
    async with asyncio.timeout(1):
        await websocket.send(json.dumps({"n": number}))
        reply = json.loads(await websocket.recv())
    return reply["square"]
'''

RULES = """
**Change `survive(uri, numbers)`** so that it returns the square of all numbers, whatever happens.

- The server at `uri` gets `{"n": 3}` and answers `{"n": 3, "square": 9}`; to ask twice is harmless.
- On the way connections are cut and reset, the server restarts, fails, or is too busy (HTTP status
  503), nobody listens for a while, the network is slow, stalls, or falls silent without a word.
- Nothing lasts longer than half a second, but silence: that lasts until you dial anew.
- Between attempts that fail, wait: by chance, longer each time, and half a second at most.

Use `connect` of `websockets` as given. The checker tries one trouble at a time, then all of them in
a row, and leaves you four seconds for each.
"""

HINTS = """
Put the `async with` into a loop: as long as a square is missing, dial, and ask for those that are
missing. Whatever ends a connection then only leads to the next round.

Three kinds of exception end a connection, or keep it from being opened: `WebSocketException`
(closed, or refused with a status), `OSError` (nobody listens, a reset), and `TimeoutError`.

When the other side has fallen silent there is no exception at all: `recv` waits for ever. Put the
question and its answer into `async with asyncio.timeout(1):`.

Leaving `async with connect(...)` waits for the other side's close frame, up to `close_timeout`,
which is 10 seconds. A peer that is silent will not send one: `connect(uri, close_timeout=0.1)`.

Wait before you dial again: `await asyncio.sleep(random.uniform(0, top))`, with a `top` that doubles
after each failure, up to some limit, and starts anew after a success.
"""

EXPLANATION = (
    "What is missing is asked for, on one connection after the other; every wait has an end, and "
    "every failure a pause. `wsdemo.client.Client` does the same, with one task that reads, one "
    "that writes, and pings that notice silence."
)

PATIENCE = 4.0  # seconds: the right answer takes one or two where silence has to be noticed
REFUSED_FOR = 0.6  # seconds for which every handshake is refused
# With any backoff a client tries half a dozen times in that time; without one it tries hundreds of
# times, or, on a machine that is very busy, as often as that lets it.
MOST_ATTEMPTS = 24

BUSY = "a server that is too busy"
ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "a cut": "The connection ended: dial again, and ask again for what has no answer.",
        "a reset": "The connection was reset: dial again, and ask again for what has no answer.",
        "a server that restarts": "The server closed with 1012: it comes back, and so should you.",
        "a slow network": "Answers took 60 ms for a while: that is no reason to give up on them.",
        "a stall": "Nothing came for half a second, and then everything: that is no failure.",
        "nobody listens": "Nobody listened for 0.3 s: connect raises OSError. Dial again, later.",
        "a half-open peer": "The peer is gone and nobody says so: give every answer a timeout, "
        "and the farewell a short one (close_timeout).",
        BUSY: "Handshakes were answered with 503: connect raises "
        "InvalidStatus, a WebSocketException. Dial again, later.",
        "a server that fails": "The server closed with 1011: dial again, and ask again.",
        "silence from the server only": "Questions go out and no answer comes: give every answer "
        "a timeout.",
    }
)


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="survive",
        notebook="06_build_the_client",
        subject="survive",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[SOLUTION],
        make_cases=lambda: list(cases()),
        time_limit=PATIENCE * (len(SCRIPT) + 4),
    )


def cases() -> Iterator[Case]:
    """Make a case of each trouble, and one of all of them."""
    quiet = (Trouble("a quiet day"),)
    yield _case("a quiet day", quiet)
    for trouble in SCRIPT:
        yield _case(trouble.name, (trouble,))
    name = f"handshakes refused for {REFUSED_FOR} s"
    yield Case(name, f"{BATCH} numbers", "a pause between attempts", examine_pauses)
    yield _case("all of it, one after the other", SCRIPT)


def _case(name: str, script: tuple[Trouble, ...]) -> Case:
    questions = BATCH * len(script)
    examine = functools.partial(examine_day, script)
    return Case(name, f"{questions} numbers", f"{questions} squares", examine)


async def examine_day(script: tuple[Trouble, ...], answer: Any) -> Verdict:
    """Let an answer ask its way through a script, and judge what it brings home."""
    numbers = list(range(BATCH * len(script)))
    async with stage(script) as day:
        try:
            async with asyncio.timeout(PATIENCE * (1 if len(script) == 1 else 3)):
                squares = await answer(day.uri, list(numbers))
        except TimeoutError:
            return Verdict("nothing in time", _advice(script, day.met))
        except Exception as error:
            outcome = answers.raised(error, answer)
            return Verdict(outcome.came_back, f"{_advice(script, day.met)} {outcome.fault}".strip())
    if squares is ...:
        raise answers.Unwritten("it returns ...")
    if squares is None:
        answers.refuse_blank(answer)
    return _judge(numbers, squares)


def _advice(script: tuple[Trouble, ...], met: list[str]) -> str:
    """Say what to do about the trouble that was met last."""
    name = met[-1] if met else script[0].name
    return ADVICE.get(name, "It does not even get through a quiet day.")


def _judge(numbers: list[int], squares: Any) -> Verdict:
    if not isinstance(squares, dict):
        return Verdict(answers.tidy(squares), "Return a dict: {number: its square}.")
    right = {number: number**2 for number in numbers}
    came_back = f"{sum(squares.get(number) == number**2 for number in numbers)} squares"
    lost = [number for number in numbers if number not in squares]
    if lost:
        fault = f"{lost[0]} has no square: what was under way is lost, and has to be asked again."
        return Verdict(came_back, fault)
    if squares != right:
        return Verdict(came_back, "A square belongs to another number than it came back for.")
    return Verdict(came_back)


async def examine_pauses(answer: Any) -> Verdict:
    """Refuse all handshakes for a while, and count them."""
    rush = Rush()
    async with running(rush.serve, name="rush", where="loop", process_request=rush.admit) as server:
        try:
            async with asyncio.timeout(PATIENCE * 2):
                squares = await answer(server.uri, list(range(BATCH)))
        except TimeoutError:
            return Verdict("nothing in time", "Pauses of half a second at most, the task says.")
        except Exception as error:
            return Verdict(answers.raised(error, answer).came_back, ADVICE[BUSY])
    verdict = _judge(list(range(BATCH)), squares)
    if not verdict.fault and rush.refused > MOST_ATTEMPTS:
        return Verdict(
            "attempts without a pause", "It dials again at once: sleep before the next attempt."
        )
    return verdict


class Rush:
    """A server that refuses all handshakes for a while.

    Attributes:
        refused: how many it has refused.
    """

    def __init__(self) -> None:
        self.refused = 0
        self._until = 0.0

    def admit(self, connection: Any, _request: Any) -> Any:
        """Refuse a handshake, if it comes too early."""
        now = asyncio.get_running_loop().time()
        self._until = self._until or now + REFUSED_FOR
        if now >= self._until:
            return None
        self.refused += 1
        return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "too busy\n")

    async def serve(self, connection: Any) -> None:
        """Answer questions."""
        async for message in connection:
            question = json.loads(message)
            await connection.send(json.dumps(question | {"square": question["n"] ** 2}))
