"""`wsdemo hello`: the client of the post that this course began as.

It says `Hello, server!` and prints what comes back, be it `Pong` or an echo. Leaves out any
conversation beyond that, and reconnecting: a person at a terminal wants to be told that the server
is gone.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

from wsdemo.cli.terminal import ended
from wsdemo.cli.terminal import say as say_it
from wsdemo.client import Backoff, Client, Deadlines, Heartbeat

__all__ = ["GREETING", "URI", "hello", "main"]

URI = "ws://localhost:8080/ws"
GREETING = "Hello, server!"
PATIENCE = 1.0  # seconds, at most, for a server that doesn't end TCP though both sides have closed


def main(uri: str, *, count: int, interval: float, engine: str, timeout: float) -> int:
    """Greet, print the answers, and return the exit code; a fault is one line on standard error."""
    return ended(lambda: hello(uri, count=count, interval=interval, engine=engine, timeout=timeout))


async def hello(
    uri: str = URI,
    *,
    count: int = 1,
    interval: float = 1.0,
    engine: str = "websockets",
    timeout: float = 10.0,
    say: Callable[[str], object] = say_it,
) -> None:
    """Greet a server, and say what it answers.

    Args:
        uri: where it is.
        count: how many times; 0 for ever.
        interval: seconds between an answer and the next greeting.
        engine: "websockets" or "scratch".
        timeout: seconds for the connection, for each answer, and for the goodbye.
        say: is given each line.

    Raises:
        ValueError: the URI is none.
        WsdemoError: there is no such server, or it doesn't want us, or has gone.
    """
    client = Client(
        uri,
        engine=engine,
        backoff=Backoff(retries=0),
        deadlines=Deadlines(timeout, timeout, timeout, min(timeout, PATIENCE)),
        heartbeat=Heartbeat(timeout, timeout),
    )
    async with client:
        for number in range(count) if count else itertools.count():
            if number:
                await asyncio.sleep(interval)
            await client.send(GREETING)
            answer = await client.recv(timeout)
            say(f"Received: {_text(answer)}")


def _text(message: str | bytes) -> str:
    return message if isinstance(message, str) else message.decode("utf-8", "backslashreplace")
