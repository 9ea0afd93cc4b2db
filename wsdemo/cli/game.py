"""`wsdemo game`: a bot that plays at a server's arena, and tells how it goes, a line at a time.

A line has the seconds, the bot's health, its score, and everybody's score, the best first. With
``--draw`` the arena itself is drawn before each line. Nothing else is on standard output; what is
wrong is told on standard error.

Leaves out playing oneself, for which there is the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from wsdemo.cli.serving import EngineName
from wsdemo.cli.terminal import ended, harmless
from wsdemo.cli.terminal import say as say_it

if TYPE_CHECKING:  # it takes a moment that `wsdemo lab` has no use for
    from wsdemo.apps.game import GameClient

__all__ = ["drawn", "game", "line", "main", "play"]

URI = "ws://localhost:8080/ws"
# How often a server is looked for that isn't there, or no longer: some two seconds.
RETRIES = 4
FIRST = 0.2
BEST = 5  # players in a line


def game(
    uri: Annotated[str, typer.Argument(help="The URI of a game.")] = URI,
    *,
    name: Annotated[str, typer.Option(help="What the others see.")] = "bot",
    seconds: Annotated[
        float, typer.Option(min=0, help="For how long to play; 0 for without end.")
    ] = 10.0,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds from line to line.")] = 1.0,
    draw: Annotated[bool, typer.Option("--draw", help="Draw the arena, too.")] = False,
    seed: Annotated[int, typer.Option(help="Of the bot's whims.")] = 0,
    engine: Annotated[
        EngineName, typer.Option(help="What to connect with.")
    ] = EngineName.WEBSOCKETS,
) -> None:
    """Let a bot play, and print how it goes.

    Exit codes: 0 it has played, or a reader had enough, 1 the server is not there, refuses, or has
    gone, 2 bad usage.
    """
    code = main(
        uri,
        name=name,
        seconds=seconds,
        every=every,
        draw=draw,
        seed=seed,
        engine=engine.value,
    )
    raise typer.Exit(code)


def main(
    uri: str,
    *,
    name: str = "bot",
    seconds: float = 10.0,
    every: float = 1.0,
    draw: bool = False,
    seed: int = 0,
    engine: str = "websockets",
) -> int:
    """Play, and return the exit code; a fault is one line on standard error."""
    return ended(
        lambda: play(uri, name, seconds=seconds, every=every, draw=draw, seed=seed, engine=engine)
    )


async def play(
    uri: str,
    name: str = "bot",
    *,
    seconds: float = 10.0,
    every: float = 1.0,
    draw: bool = False,
    seed: int = 0,
    engine: str = "websockets",
    say: Callable[[str], object] = say_it,
) -> None:
    """Let a bot play, and say how it goes.

    Args:
        uri: where the game is.
        name: of the bot's player.
        seconds: for how long; 0 for without end.
        every: seconds from line to line.
        draw: whether to draw the arena before each line.
        seed: of the bot.
        engine: "websockets" or "scratch".
        say: is given each line, or drawing.

    Raises:
        ValueError: the URI is none.
        WsdemoError: there is no such server, or it doesn't want us, or has gone.
    """
    from wsdemo.apps.game import Bot, GameClient
    from wsdemo.client import Backoff

    bot = Bot(seed)
    backoff = Backoff(first=FIRST, retries=RETRIES)
    async with GameClient(uri, name, engine=engine, backoff=backoff) as client:
        played = 0.0
        while not seconds or played < seconds:
            turn = min(every, seconds - played) if seconds else every
            await client.play(bot.decide, turn)
            played += turn
            if client.closed:
                return
            say(drawn(client) + line(client, played) if draw else line(client, played))


def line(client: GameClient, seconds: float) -> str:
    """Return how it goes, in one line, harmless to a terminal: a name may come from any server."""
    me = client.me
    assert me is not None  # who is let in is in the world
    best = ", ".join(f"{harmless(who)} {n}" for who, n in list(client.scores.items())[:BEST])
    state = f"health {me.health:3}" if me.health else "lies still"
    return f"{seconds:6.1f} s  {state}  score {me.score}  |  {best}"


def drawn(client: GameClient) -> str:
    """Return the arena as text, a character to a unit: # walls, @ us, o others, x who lies."""
    from wsdemo.apps.game.field import UNIT

    view, me = client.view, client.me
    assert view is not None
    assert me is not None
    field = view.setting.field
    cells = [[" "] * field.width for _ in range(field.height)]
    for left, top, wide, high in field.walls:
        for row in cells[top : top + high]:
            row[left : left + wide] = "#" * wide
    for player in (*client.others.values(), me):
        mark = "x" if player.health == 0 else "@" if player.id == me.id else "o"
        cells[player.y // UNIT][player.x // UNIT] = mark
    edge = f"+{'-' * field.width}+\n"
    return edge + "".join(f"|{''.join(row)}|\n" for row in cells) + edge
