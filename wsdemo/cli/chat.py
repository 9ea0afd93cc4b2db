"""`wsdemo chat`: a chat at a terminal, or in a pipe, one message a line.

What is typed is said in the room; a line that begins with ``/`` is a command. What others say is on
standard output, and so is what we say, once the log has it, unless a person has just typed it.
Everything else is on standard error: ``wsdemo chat --nick bot < lines`` says the lines and ends.

Leaves out what a line means, which is `chatting`; and editing, permissions and scrolling back, for
which there is the page.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wsdemo.cli.chatting import Talk
from wsdemo.cli.serving import EngineName
from wsdemo.cli.terminal import ended
from wsdemo.cli.terminal import say as say_it
from wsdemo.cli.terminal import tell as tell_it

if TYPE_CHECKING:  # it takes a moment that `wsdemo lab` has no use for
    from wsdemo.apps.chat import ChatClient

__all__ = ["chat", "converse", "main", "read_lines", "token_in"]

URI = "ws://localhost:8080/ws"
# How often a server is looked for that isn't there, or no longer: some ten seconds.
RETRIES = 6
# Lines of input that wait to be said: a pipe may have more than there is memory.
AHEAD = 100


def chat(
    uri: Annotated[str, typer.Argument(help="The URI of a chat.")] = URI,
    *,
    nick: Annotated[str, typer.Option(help="The name to have.")],
    room: Annotated[str, typer.Option(help="The room to begin in.")] = "lobby",
    last: Annotated[
        int, typer.Option(min=0, max=100, help="How many earlier messages to print.")
    ] = 10,
    token: Annotated[
        Path | None,
        typer.Option(
            help="A file with the proof that the name is yours; made if it is not there.",
            show_default="a proof for this time only",
        ),
    ] = None,
    engine: Annotated[
        EngineName, typer.Option(help="What to connect with.")
    ] = EngineName.WEBSOCKETS,
) -> None:
    """Say every line of standard input, and print what others say.

    Commands: `/join ROOM`, `/leave`, `/direct NICK TEXT`, `/who`, `/quit`.

    Exit codes: 0 the input has ended, 1 the server is not there, refuses, or has gone, 2 bad usage.
    """
    raise typer.Exit(main(uri, nick, room, last=last, token=token, engine=engine.value))


def main(
    uri: str,
    nick: str,
    room: str = "lobby",
    *,
    last: int = 10,
    token: Path | None = None,
    engine: str = "websockets",
) -> int:
    """Converse, and return the exit code; a fault is one line on standard error."""

    def work() -> Coroutine[Any, Any, None]:
        secret = None if token is None else token_in(token)
        return converse(uri, nick, room, last=last, token=secret, engine=engine)

    return ended(work)


def token_in(file: Path) -> str:
    """Return the token in a file, which is made, for its owner only, if it is not there.

    Raises:
        OSError: it can't be read or made.
        ValueError: there is no token in it.
    """
    from wsdemo.apps.chat.ledger import new_token

    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as opened:
            opened.write(f"{new_token()}\n")
    words = file.read_text(encoding="utf-8").split()
    if len(words) != 1 or len(words[0]) < 22:
        raise ValueError(f"there is no token in {file}")
    return words[0]


async def converse(
    uri: str,
    nick: str,
    room: str = "lobby",
    *,
    last: int = 10,
    token: str | None = None,
    engine: str = "websockets",
    lines: AsyncIterator[str] | None = None,
    say: Callable[[str], object] | None = None,
    tell: Callable[[str], object] | None = None,
    echo: bool | None = None,
) -> None:
    """Say lines, until there are none or one of them says to quit.

    Args:
        uri: where the chat is.
        nick: the name to have.
        room: the room to begin in.
        last: how many earlier messages to show.
        token: proves that the name is ours.
        engine: what to connect with.
        lines: what to say; by default standard input.
        say: is given what is said in the chat.
        tell: is given the rest.
        echo: whether ``say`` is given what we say ourselves; by default, if nobody has typed it.

    Raises:
        ValueError: the URI is none, or the input is no text.
        WsdemoError: there is no such server, room or name for us, or it has gone.
    """
    from wsdemo.apps.chat import ChatClient
    from wsdemo.client import Backoff

    backoff = Backoff(first=0.2, retries=RETRIES)
    tell = tell or tell_it
    async with ChatClient(uri, nick, token=token, engine=engine, backoff=backoff) as client:
        typed = sys.stdin.isatty() if echo is None else not echo
        talk = Talk(client, say or say_it, tell, echo=not typed, last=last)
        await talk.enter(room)
        # Whichever ends first ends it: the lines, the connection, or who reads what we print.
        work = [asyncio.create_task(talk.follow(lines or read_lines()), name="chat lines")]
        work.append(asyncio.create_task(talk.listen(), name="chat news"))
        watching = asyncio.create_task(_watch(client, tell), name="chat states")
        try:
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*work, watching):
                task.cancel()
            await asyncio.gather(*work, watching, return_exceptions=True)


async def read_lines() -> AsyncIterator[str]:
    """Yield the lines of standard input, which is read no further ahead than `AHEAD`.

    A thread reads them, which can't be cancelled; as a daemon it doesn't hold up the end.

    Raises:
        ValueError: it is no text.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | ValueError | None] = asyncio.Queue()
    places = threading.Semaphore(AHEAD)

    def put(line: str | ValueError | None) -> None:
        places.acquire()
        loop.call_soon_threadsafe(lines.put_nowait, line)

    def read() -> None:
        try:
            for line in sys.stdin:
                put(line.rstrip("\r\n"))
            put(None)
        except ValueError as error:
            put(error)
        except RuntimeError:
            return  # the loop is closed, and nobody says anything any more

    threading.Thread(target=read, name="wsdemo chat input", daemon=True).start()
    while (line := await lines.get()) is not None:
        places.release()
        if isinstance(line, ValueError):
            raise line
        yield line


async def _watch(client: ChatClient, tell: Callable[[str], object]) -> None:
    """Tell that a connection was lost, and that there is one again."""
    async for state in client.states():
        if state.phase == "WAITING" or (state.phase == "OPEN" and state.attempt > 1):
            tell(str(state))
