"""The commands, as typer reads them: words and options, and nothing else.

Leaves out the work: `copying` and `jupyter` for `wsdemo lab`, `check` and `doctor` for the commands
of these names.
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


@app.command()
def check(
    target: Annotated[
        str, typer.Argument(help="The URL of a server that echoes, or with --client a command.")
    ] = "",
    *,
    client: Annotated[
        bool,
        typer.Option("--client", help="Test a client: a command that gets a URL as its last word."),
    ] = False,
    cases: Annotated[
        str, typer.Option(help="Numbers, chapters, ranges: 1,5.3-5.9", show_default="all")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="List the cases, and run none.")] = False,
    explain: Annotated[
        str, typer.Option(help="Say what a case sends, wants, and why; run none.")
    ] = "",
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Cases at the same time.")] = 8,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds that a case waits for what it wants.")
    ] = 5.0,
    ladders: Annotated[int, typer.Option(min=0, help="How many failed exchanges to draw.")] = 3,
    strict: Annotated[
        bool, typer.Option("--strict", help="Let a “should” that fails decide the exit code, too.")
    ] = False,
    header: Annotated[
        list[str] | None, typer.Option(help="A field for every request: 'Name: value'.")
    ] = None,
    ca: Annotated[
        Path | None, typer.Option(help="Trust the certificates in this file.", dir_okay=False)
    ] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="Trust any certificate.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Draw no progress bar.")] = False,
) -> None:
    """Run the conformance suite against a server, or with --client against a client.

    Exit codes: 0 every “must” holds, 1 one does not, 2 bad usage, 3 nothing to connect to or a
    client that does not start, 4 TLS on one side only or a certificate that is not trusted, 5 no
    WebSocket server, 6 a server that does not echo.
    """
    from wsdemo.cli import check as checking  # the suite takes a moment that no other command needs

    setup = checking.Setup(
        target,
        client=client,
        cases=cases,
        jobs=jobs,
        patience=timeout,
        fields=tuple(header or ()),
        as_json=as_json,
        ladders=ladders,
        strict=strict,
        quiet=quiet,
    )
    raise typer.Exit(
        checking.main(setup, listing=listing, explain=explain, ca=ca, insecure=insecure)
    )


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
