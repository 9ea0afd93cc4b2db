"""The words and options of `wsdemo serve`, as typer reads them.

Leaves out the work, which is `serve`, and is imported when it is needed.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["App", "EngineName", "serve"]


class App(StrEnum):
    """What there is to serve."""

    PONG = "pong"
    ECHO = "echo"
    CHAT = "chat"
    FEED = "feed"
    GAME = "game"


class EngineName(StrEnum):
    """The names in `wsdemo.engines`, which typer wants as choices."""

    WEBSOCKETS = "websockets"
    SCRATCH = "scratch"


class Field(StrEnum):
    """The fields of the game."""

    SMALL = "small"
    LARGE = "large"


def serve(
    what: Annotated[
        App, typer.Argument(help="Answer Pong to everything, echo it, or run an application.")
    ] = App.PONG,
    *,
    host: Annotated[
        str, typer.Option(help="The address to listen on; 0.0.0.0 for everybody to reach.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 for one that is free.")
    ] = 8080,
    path: Annotated[str, typer.Option(help="Where the WebSocket is.")] = "/ws",
    engine: Annotated[EngineName, typer.Option(help="What carries it.")] = EngineName.WEBSOCKETS,
    origins: Annotated[
        list[str] | None,
        typer.Option(
            help="Pages that may connect, such as https://example.com; * for all.",
            show_default="the same host",
        ),
    ] = None,
    max_connections: Annotated[
        int | None, typer.Option(min=1, help="How many at a time.", show_default="any number")
    ] = None,
    max_size: Annotated[
        int, typer.Option(min=0, help="Bytes of a message; 0 for no limit.")
    ] = 1_048_576,
    max_fragments: Annotated[
        int, typer.Option(min=0, help="Frames of a message; 0 for no limit.")
    ] = 1024,
    compression: Annotated[
        bool | None,
        typer.Option(
            "--compression/--no-compression",
            help="Agree to permessage-deflate.",
            show_default="yes, but for game",
        ),
    ] = None,
    keepalive: Annotated[
        float, typer.Option(min=0, help="Seconds between pings, and for their pongs; 0 for none.")
    ] = 20.0,
    tls_cert: Annotated[
        Path | None, typer.Option(help="Serve wss with the certificate in this file.")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(help="Its key, if that is in a file of its own.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Print where it listens, and errors, only.")
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option(
            help="The file that keeps what is said.",
            show_default="memory",
            rich_help_panel="Of chat",
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            min=1, help="Messages a room keeps.", show_default="all", rich_help_panel="Of chat"
        ),
    ] = None,
    room: Annotated[
        list[str] | None,
        typer.Option(
            help="A room that is there from the start.",
            show_default="lobby",
            rich_help_panel="Of chat",
        ),
    ] = None,
    symbols: Annotated[
        int | None,
        typer.Option(
            min=1, help="How many there are.", show_default="100", rich_help_panel="Of feed"
        ),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            min=0.1, help="Changes a second.", show_default="200", rich_help_panel="Of feed"
        ),
    ] = None,
    history: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Changes kept for who comes back.",
            show_default="20000",
            rich_help_panel="Of feed",
        ),
    ] = None,
    tick: Annotated[
        int | None,
        typer.Option(min=1, help="Ticks a second.", show_default="30", rich_help_panel="Of game"),
    ] = None,
    bots: Annotated[
        int | None,
        typer.Option(
            min=0, help="Players it plays itself.", show_default="0", rich_help_panel="Of game"
        ),
    ] = None,
    field: Annotated[
        Field | None,
        typer.Option(help="How big it is.", show_default="small", rich_help_panel="Of game"),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of feed and game: of what happens by chance.")
    ] = None,
) -> None:
    """Serve WebSocket connections until Ctrl-C or SIGTERM.

    The first line on standard output is the URI; for an application it is the URL of its page, and
    the second one is the URI. `/healthz` and `/metrics` are served beside it.
    """
    # An engine takes a moment that `lab` has no use for.
    from wsdemo.cli import serve as running
    from wsdemo.cli.apps import AppOptions

    running.main(
        running.Setup(
            app=what.value,
            host=host,
            port=port,
            path=path,
            engine=engine.value,
            origins=tuple(origins or ()),
            max_connections=max_connections,
            max_size=max_size,
            max_fragments=max_fragments,
            compression=compression,
            keepalive=keepalive,
            tls_cert=tls_cert,
            tls_key=tls_key,
            quiet=quiet,
            options=AppOptions(
                log=log,
                keep=keep,
                room=None if room is None else tuple(room),
                symbols=symbols,
                rate=rate,
                history=history,
                tick=tick,
                bots=bots,
                field=None if field is None else field.value,
                seed=seed,
            ),
        )
    )
