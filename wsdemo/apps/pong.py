r"""The server of the original post: print what comes, answer ``Pong``.

Its loop in Go, and the same here::

    for {                                               async for message in connection:
        _, message, err := conn.ReadMessage()
        if err != nil { log.Println(err); break }
        fmt.Printf("Received: %s\n", message)               print(f"Received: {message}")
        conn.WriteMessage(websocket.TextMessage, pong)      await connection.send("Pong")
    }

Leaves out everything else, as the post did: whatever is asked, the answer is the same.
"""

from __future__ import annotations

from collections.abc import Callable

from wsdemo.server import Connection, Handler

__all__ = ["ANSWER", "line", "pong", "pong_telling"]

ANSWER = "Pong"


def line(message: str | bytes) -> str:
    """Return the line that is printed for a message: always one, and harmless to a terminal.

    A message comes from anybody. Printed as it is, a line break would fake a second line, and an
    escape sequence would move the cursor or rename the window.
    """
    text = message if isinstance(message, str) else message.decode("utf-8", "backslashreplace")
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escaped(char) for char in text)
    return f"Received: {text}"


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def pong_telling(tell: Callable[[str], object]) -> Handler:
    """Return a handler that answers ``Pong``.

    Args:
        tell: called with the line for each message.
    """

    async def pong(connection: Connection) -> None:
        """Tell of every message, and answer it."""
        async for message in connection:
            tell(line(message))
            await connection.send(ANSWER)

    return pong


async def pong(connection: Connection) -> None:
    """Print every message, and answer ``Pong``."""
    await pong_telling(print)(connection)
