"""The commands, as typer reads them: words and options, and nothing else.

Leaves out the words and options of the commands that judge, which stand in `judges`, and those of
`wsdemo serve`, which stand in `serving`; and the work: `copying` and `jupyter` for `wsdemo lab`,
`hello` and `doctor` for the commands of these names.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wsdemo import __version__
from wsdemo.cli import chat, copying, doctor, feed, game, judges, jupyter, serving
from wsdemo.cli.serving import EngineName

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # our own errors are one line; a bug is a plain traceback
    rich_markup_mode="markdown",
    help="A course on WebSocket in JupyterLab, and the tools that it is made of.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wsdemo {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
def lab(
    folder: Annotated[
        Path, typer.Argument(help="Your folder for the course; made if it is not there.")
    ] = Path("wsdemo-course"),
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open a browser window.")
    ] = True,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="JupyterLab's port.", show_default="8888 or next free"),
    ] = None,
    print_only: Annotated[
        bool, typer.Option("--print-only", help="Copy, print JupyterLab's command, start nothing.")
    ] = False,
) -> None:
    """Copy the notebooks to a folder of yours and open them in JupyterLab.

    What you changed is never overwritten. When a notebook is new in this version of the course
    and you have changed yours, the new one is put beside it, with `(new)` in its name. To get a
    notebook afresh, delete or rename yours and run this again.
    """
    for line in copying.copy_course(copying.course(), folder).lines(folder):
        typer.echo(line)
    command = jupyter.command(folder, browser=browser, port=port)
    if print_only:
        typer.echo(jupyter.shell(command))
    else:
        jupyter.start(command)


app.command()(judges.check)
app.command()(judges.bench)


app.command()(serving.serve)


app.command()(chat.chat)
app.command()(feed.feed)
app.command()(game.game)


@app.command()
def hello(
    uri: Annotated[str, typer.Argument(help="The URI of a server.")] = "ws://localhost:8080/ws",
    *,
    count: Annotated[
        int, typer.Option(min=0, help="How many times to greet; 0 for without end.")
    ] = 1,
    interval: Annotated[
        float, typer.Option(min=0, help="Seconds between an answer and the next greeting.")
    ] = 1.0,
    engine: Annotated[
        EngineName, typer.Option(help="What to connect with.")
    ] = EngineName.WEBSOCKETS,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds for the connection, and for each answer.")
    ] = 10.0,
) -> None:
    """Say `Hello, server!`, and print what it answers.

    Exit codes: 0 it answered, 1 it is not there, refuses, or has gone, 2 bad usage.
    """
    from wsdemo.cli import hello as greeting

    code = greeting.main(uri, count=count, interval=interval, engine=engine.value, timeout=timeout)
    raise typer.Exit(code)


@app.command(name="doctor")
def doctor_command() -> None:
    """Check what the course needs: versions, a port, an echo, a kernel, a browser.

    The exit code is 1 if something is missing that the course cannot do without.
    """
    console = Console(highlight=False, soft_wrap=True)
    healthy = True
    for finding in doctor.examine():
        console.print(finding.line())
        healthy = healthy and not finding.fatal
    raise typer.Exit(0 if healthy else 1)
