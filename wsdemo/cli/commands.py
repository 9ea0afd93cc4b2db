"""The commands, as typer reads them: words and options, and nothing else.

Leaves out the work: `copying` and `jupyter` for `wsdemo lab`, `doctor` for `wsdemo doctor`.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wsdemo import __version__
from wsdemo.cli import copying, doctor, jupyter

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
