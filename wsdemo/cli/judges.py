"""The commands that judge, as typer reads them: `wsdemo check` and `wsdemo bench`.

Leaves out the work: see the modules `check` and `bench`. They are imported when they are needed,
because they take a moment that no other command needs.
"""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["bench", "check"]


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
    from wsdemo.cli import check as checking

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


def bench(
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="What the goals name, in two minutes.")
    ] = False,
    workload: Annotated[
        str, typer.Option(help="Parts of names: fan-out,16 in flight", show_default="all")
    ] = "",
    peer: Annotated[
        str, typer.Option(help="Names: scratch,gorilla", show_default="all that run here")
    ] = "",
    rounds: Annotated[
        int | None,
        typer.Option(min=1, help="How often each is measured.", show_default="5; quick: 3"),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(min=0.01, help="How long each time.", show_default="1; quick: 0.3"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the report as the README has it.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw it, too: PNG files in this folder.")
    ] = None,
    read: Annotated[
        Path | None, typer.Option(help="Show what --json has printed, and measure nothing.")
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List workloads and peers, and measure nothing.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Draw no progress bar.")] = False,
) -> None:
    """Measure what servers cost under the same load: CPU time, memory, and the raw rate.

    A full run takes the better part of an hour, and wants a machine that has nothing else to do.

    Exit codes: 0 it was measured, 1 nothing could be, 2 bad usage.
    """
    from wsdemo.cli import bench as benching

    setup = benching.Setup(
        quick=quick,
        workload=workload,
        peer=peer,
        rounds=rounds,
        seconds=seconds,
        read=read,
        as_json=as_json,
        markdown=markdown,
        plot=plot,
        quiet=quiet,
    )
    raise typer.Exit(benching.main(setup, listing=listing))
