"""`wsdemo feed`: the client of a feed at a terminal, one price a line.

A line has a symbol, its price, and the difference to its first price of the day. The first lines
are what everything costs now, the rest is what changes. Nothing else is on standard output, so that
``wsdemo feed | awk …`` works; what happens to the connection is told on standard error.

Leaves out charts, for which there is the page.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wsdemo.cli.serving import EngineName
from wsdemo.cli.terminal import ended, harmless
from wsdemo.cli.terminal import say as say_it
from wsdemo.cli.terminal import tell as tell_it

if TYPE_CHECKING:  # it takes a moment that `wsdemo lab` has no use for
    from wsdemo.apps.feed import FeedClient

__all__ = ["Codec", "Slow", "feed", "follow", "line", "main"]

URI = "ws://localhost:8080/ws"
# How often a server is looked for that isn't there, or no longer: some two seconds.
RETRIES = 4
FIRST = 0.2


class Codec(StrEnum):
    """How the server writes."""

    JSON = "json"
    MSGPACK = "msgpack"


class Slow(StrEnum):
    """What the server does when we don't read as fast as it writes."""

    CONFLATE = "conflate"
    DROP = "drop"
    DISCONNECT = "disconnect"


def feed(
    uri: Annotated[str, typer.Argument(help="The URI of a feed.")] = URI,
    patterns: Annotated[
        list[str] | None,
        typer.Argument(help="Symbols: `*` is any text, `?` any character.", show_default="*"),
    ] = None,
    *,
    count: Annotated[
        int, typer.Option(min=0, help="How many lines to print; 0 for without end.")
    ] = 0,
    codec: Annotated[Codec, typer.Option(help="How the server writes.")] = Codec.JSON,
    slow: Annotated[
        Slow, typer.Option(help="What it does when whoever reads the lines is slow.")
    ] = Slow.CONFLATE,
    engine: Annotated[
        EngineName, typer.Option(help="What to connect with.")
    ] = EngineName.WEBSOCKETS,
) -> None:
    """Print what everything costs, and then every change.

    Exit codes: 0 enough lines, or a reader who had enough, 1 the server is not there, refuses, or
    has gone, 2 bad usage.
    """
    code = main(
        uri, patterns or ["*"], count=count, codec=codec.value, slow=slow.value, engine=engine.value
    )
    raise typer.Exit(code)


def main(
    uri: str,
    patterns: Sequence[str],
    *,
    count: int = 0,
    codec: Literal["json", "msgpack"] = "json",
    slow: Literal["conflate", "drop", "disconnect"] = "conflate",
    engine: str = "websockets",
) -> int:
    """Print prices, and return the exit code; a fault is one line on standard error."""
    return ended(lambda: follow(uri, patterns, count=count, codec=codec, slow=slow, engine=engine))


async def follow(
    uri: str,
    patterns: Sequence[str] = ("*",),
    *,
    count: int = 0,
    codec: Literal["json", "msgpack"] = "json",
    slow: Literal["conflate", "drop", "disconnect"] = "conflate",
    engine: str = "websockets",
    say: Callable[[str], object] = say_it,
    tell: Callable[[str], object] = tell_it,
) -> None:
    """Say what everything costs, and then every change.

    Args:
        uri: where the feed is.
        patterns: what to subscribe to.
        count: how many lines to say; 0 for without end.
        codec: how the server writes.
        slow: what it does when `say` takes too long.
        engine: what to connect with.
        say: is given each line.
        tell: is given what happens to the connection.

    Raises:
        ValueError: the URI is none.
        WsdemoError: there is no such server, or it doesn't want us, or has gone.
    """
    from wsdemo.apps.feed import FeedClient
    from wsdemo.client import Backoff

    backoff = Backoff(first=FIRST, retries=RETRIES)
    client = FeedClient(uri, patterns, engine=engine, codec=codec, slow=slow, backoff=backoff)
    watching = asyncio.create_task(_watch(client, tell))
    try:
        async with client, contextlib.aclosing(_prices(client)) as prices:
            number = 0
            async for symbol, price in prices:
                say(line(symbol, price, client.view.opens[symbol]))
                number += 1
                if number == count:
                    return
    finally:
        watching.cancel()
        await asyncio.wait([watching])


def line(symbol: str, price: int, opening: int) -> str:
    """Return the line for a price, harmless to a terminal: a symbol may hold anything.

    Args:
        symbol: whose price.
        price: in cents.
        opening: what it cost when the market opened, in cents.
    """
    return f"{harmless(symbol):<8} {price / 100:>10.2f} {(price - opening) / 100:>+9.2f}"


async def _prices(client: FeedClient) -> AsyncGenerator[tuple[str, int], None]:
    for known in [*client.prices.items()]:
        yield known
    async for update in client:
        yield update.symbol, update.price


async def _watch(client: FeedClient, tell: Callable[[str], object]) -> None:
    """Tell that a connection was lost, and that there is one again."""
    async for state in client.states():
        if state.phase == "WAITING" or (state.phase == "OPEN" and state.attempt > 1):
            tell(str(state))
