"""Exercise of notebook 00: turn a handler that blocks the event loop into a cooperative one.

Nothing here depends on how long anything takes. The slow work waits for the checker, and the
checker lets it end only after the second client has had its answers: a handler that blocks makes
both wait for each other, and is found out. Leaves out other ways to be slow, such as a peer that
does not read.
"""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.exercises.handler_stage import Stage

STUB = '''\
async def handler(websocket, work):
    """Answer every message with work(message), which is an ordinary function and takes long."""
    async for message in websocket:
        reply = work(message)  # nobody else is served until it returns
        await websocket.send(reply)
'''

SOLUTION = '''\
import asyncio


async def handler(websocket, work):
    """Answer every message with work(message), while the other clients are served."""
    async for message in websocket:
        reply = await asyncio.to_thread(work, message)
        await websocket.send(reply)
'''

RULES = """
**Change `handler(websocket, work)`** so that other clients are served while `work(message)` runs.

- Every message is answered with what `work(message)` returns, in the order in which they came.
- `work` is an ordinary function. It may sleep, read a file, or compute; you cannot change it, and
  you call it once a message.
- As long as the client is there, the handler goes on.

The checker connects two clients. The first one's work ends only after the second one has had five
answers: a handler that blocks never gets that far.
"""

HINTS = """
Who runs while `work(message)` runs? The loop has one thread, and this function keeps it until it
returns: `await` is the only place where a coroutine lets go.

`await asyncio.sleep(0)` before it helps nobody: the others get one turn, and then everything stands
still as before. The work itself has to happen elsewhere, in another thread.

`asyncio.to_thread(function, argument)` calls the function in a thread and gives you something to
await. Mind the parentheses: it takes `work` and `message`, not `work(message)`, which would run
here, and first.

One line changes: `reply = await asyncio.to_thread(work, message)`. And `asyncio` must be imported.
"""

EXPLANATION = (
    "The work goes to a thread, and the coroutine lets go of the loop until it is done. A thread "
    "helps with waiting; for computing in pure Python, where threads take turns, take a process."
)

TICKS = 5
SLOW, NEXT = "report", "summary"
BOTH = f"{TICKS} answers for the second, then two for the first"


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="cooperative_handler",
        notebook="00_run_a_server_in_a_notebook",
        subject="handler",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[SOLUTION],
        make_cases=cases,
    )


def cases() -> list[Case]:
    """Make the cases: alone, in order, and with another client."""
    return [
        Case(
            "one client, one message",
            "'hello'",
            "'hello: done'",
            examine_one,
            "No answer came: the handler does not send one, or never gets there.",
        ),
        Case(
            "one client, three messages",
            "'one', 'two', 'three'",
            "'one: done', 'two: done', 'three: done'",
            examine_three,
            "Not all messages were answered: one answer for each.",
        ),
        Case(
            "a second client, while the first one's work runs",
            f"'{SLOW}', '{NEXT}' from the first, then {TICKS} × 'tick' from the second",
            BOTH,
            examine_two,
            "While the first client's work ran, the second one got no answer: the whole loop waits "
            "for something that is not awaited, such as join() or result().",
        ),
    ]


class Work:
    """The function that a handler is given; one message takes until `finish` is set.

    Must be made on the checker's loop, and is called in whatever thread the handler chooses.
    """

    def __init__(self, slow: str = "") -> None:
        self.calls: list[str] = []
        self.threads: list[int] = []
        self.begun = asyncio.Event()
        self.finish = threading.Event()
        self._slow = slow
        self._loop = asyncio.get_running_loop()

    def __call__(self, message: str) -> str:
        """Do the work."""
        self.calls.append(message)
        self.threads.append(threading.get_ident())
        if message == self._slow:
            self._loop.call_soon_threadsafe(self.begun.set)
            self.finish.wait()
        return f"{message}: done"


async def examine_one(answer: Any) -> Verdict:
    """Try a single message."""
    return await _converse(answer, ["hello"])


async def examine_three(answer: Any) -> Verdict:
    """Try several messages on one connection, all sent at once."""
    return await _converse(answer, ["one", "two", "three"])


async def _converse(answer: Any, messages: list[str]) -> Verdict:
    work = Work()
    async with Stage(lambda websocket: answer(websocket, work)) as stage:
        client = await stage.client()
        replies: list[Any] = []
        for message in messages:
            await _send(client, message)
        with contextlib.suppress(ConnectionClosed):
            while len(replies) < len(messages):
                replies.append(await client.recv())
        if len(replies) < len(messages):
            return _closed(stage, client, replies, answer)
    return Verdict(_list(replies), _judge(messages, replies, work))


def _closed(stage: Stage, client: ClientConnection, replies: list[Any], answer: Any) -> Verdict:
    """Say why the connection ended too early."""
    if stage.error is not None:
        outcome = answers.raised(stage.error, answer)
        return Verdict(outcome.came_back, outcome.fault + _advice(stage.error))
    came_back = f"{_list(replies) or 'no answer'}, then close {client.close_code}"
    if not replies:
        answers.refuse_blank(answer)
        return Verdict(came_back, "The handler ends without an answer, and with it the connection.")
    fault = "The handler ends after the first message: go on as long as the client is there."
    return Verdict(came_back, fault)


def _advice(error: BaseException) -> str:
    text = str(error)
    if "coroutine" in text or "data must be" in text:
        return " What is sent is not text, but perhaps a coroutine: is an `await` missing?"
    if "running event loop" in text:
        return " This loop is running already: use `await`, and not `asyncio.run`."
    if "not callable" in text:
        return " Hand over `work` and `message`; `work(message)` runs it here, and first."
    return ""


def _judge(messages: list[str], replies: list[Any], work: Work) -> str:
    right = [f"{message}: done" for message in messages]
    if not work.calls:
        return "work was never called: the answer is what work(message) returns."
    if replies != right and sorted(map(str, replies)) == sorted(right):
        return "The answers come in another order than the messages: await each before the next."
    if replies != right:
        return "The answer to a message is what work(message) returns."
    if len(work.calls) > len(messages):
        return f"work was called {len(work.calls)} times for {len(messages)} messages."
    return ""


async def examine_two(answer: Any) -> Verdict:
    """Let a second client speak while the first one's work runs."""
    work = Work(SLOW)
    async with Stage(lambda websocket: answer(websocket, work)) as stage:
        first, second = await stage.client(), await stage.client()
        try:
            for message in SLOW, NEXT:
                await _send(first, message)
            reply = asyncio.create_task(_receive(first))
            await _first_of(work.begun.wait(), reply)
            if work.threads and work.threads[0] == stage.thread:
                return Verdict(f"0 of {TICKS} answers for the second", _BLOCKED)
            ticks = [] if reply.done() else [await _exchange(second) for _ in range(TICKS)]
            if reply.done() and reply.result() is None:
                return _closed(stage, first, [], answer)
            if reply.done():
                return Verdict(f"{reply.result()!r}, and '{SLOW}' not done", _early(reply.result()))
        finally:
            work.finish.set()
        replies = [await reply, await _receive(first)]
        if stage.error is not None:
            return _closed(stage, first, replies, answer)
    return _judge_both(ticks, replies)


_BLOCKED = (
    "work() runs in the event loop's own thread, and nobody is served until it returns: hand it to "
    "another thread, and await that."
)


def _early(reply: Any) -> str:
    if reply == f"{NEXT}: done":
        return "The second message is answered before the first: await each before the next."
    return "The first client is answered before its work is done: await the work, then send."


async def _first_of(wanted: Coroutine[Any, Any, Any], other: asyncio.Task[Any]) -> None:
    """Wait until one of two things happens."""
    task = asyncio.ensure_future(wanted)
    await asyncio.wait([task, other], return_when=asyncio.FIRST_COMPLETED)
    task.cancel()


async def _send(client: ClientConnection, message: str) -> None:
    """Send one message; that the connection has ended is noticed when nothing comes back."""
    with contextlib.suppress(ConnectionClosed):
        await client.send(message)


async def _exchange(client: ClientConnection) -> Any:
    await _send(client, "tick")
    return await _receive(client)


async def _receive(client: ClientConnection) -> Any:
    """Receive one message, or None when the connection ends."""
    with contextlib.suppress(ConnectionClosed):
        return await client.recv()
    return None


def _judge_both(ticks: list[Any], replies: list[Any]) -> Verdict:
    right = ticks.count("tick: done")
    came_back = f"{right} answers for the second, then {_list(replies)} for the first"
    if right < TICKS:
        return Verdict(came_back, "Not every tick of the second client was answered with its own.")
    if replies != [f"{SLOW}: done", f"{NEXT}: done"]:
        return Verdict(came_back, "The first client did not get what its work returned.")
    return Verdict(BOTH)


def _list(replies: list[Any]) -> str:
    return ", ".join(map(answers.tidy, replies))
