"""``python -m tests.soak``: the soak from a terminal. The exit code is 0 if no fault was found."""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import random
import sys
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console

from tests.soak import latecomers
from tests.soak.report import Progress, tell
from tests.soak.run import ALL, Result, Settings, Soak

SECONDS = 60.0
HANDLERS = ("coroutine", "callback")
# Seconds that a run may take longer than it was told: visitors that hang, a server that does not
# get quiet. Whatever then still goes on is shown, line by line, and ended.
GRACE = 300.0


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="default: %(default)s")
    parser.add_argument("--seed", type=int, help="of everything; default: a new one each time")
    parser.add_argument("--only", type=int, metavar="N", help="visitor N again, and nobody else")
    parser.add_argument("--at-once", type=int, default=Settings.at_once, help="visitors")
    parser.add_argument("--handler", choices=HANDLERS, help="default: both at once")
    return parser.parse_args(arguments)


def settings(chosen: argparse.Namespace) -> list[Settings]:
    """Return the runs that were asked for."""
    handlers = [chosen.handler] if chosen.handler else HANDLERS
    seed = random.SystemRandom().randrange(10**6) if chosen.seed is None else chosen.seed
    runs = [
        Settings(
            seed,
            handler,
            seconds=chosen.seconds,
            at_once=chosen.at_once,
            kinds=ALL,
            times=latecomers.TIMES,
        )
        for handler in handlers
    ]
    if chosen.only is None:
        return runs
    return [
        replace(run, seconds=None, visitors=1, rounds=0, at_once=1, first=chosen.only)
        for run in runs
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; return the exit code."""
    chosen, console = options(arguments), Console()
    faulthandler.dump_traceback_later(chosen.seconds + GRACE, exit=True)
    runs = settings(chosen)
    with console.status("starting") as status:
        results = asyncio.run(together(runs, Progress(status)))
    for run, result in zip(runs, results, strict=True):
        tell(console, run, result)
    faulthandler.cancel_dump_traceback_later()
    return exit_code(results)


def exit_code(results: Sequence[Result]) -> int:
    """Return 0 if no run has found a fault."""
    return int(any(result.ledger.findings for result in results))


async def together(runs: Sequence[Settings], progress: Progress) -> list[Result]:
    """Run all at once: while one waits for its latecomers, the others have work."""
    return await asyncio.gather(*(Soak(run, progress).run() for run in runs))


if __name__ == "__main__":
    sys.exit(main())
