"""How a run is told: a line while it goes on, a table when it is over.

Leaves out files; the seed and the number of a visitor bring everything back.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.console import Console
from rich.status import Status
from rich.table import Table

from tests.soak.run import Result, Settings
from tests.soak.verdicts import growths


def line(settings: Settings, number: int, result: Result) -> str:
    """Return what a run has come to.

    Args:
        settings: of the run.
        number: of its round; 0 for the warm-up.
        result: so far.
    """
    stage = f"round {number} of {settings.rounds}" if number else "warm-up"
    visitors = result.ledger.outcomes.total()
    findings = len(result.ledger.findings)
    return f"{settings.handler}, {stage}: {visitors:,} visitors, {findings} faults"


class Progress:
    """The line, on a terminal; elsewhere nothing.

    Args:
        status: shows it.
    """

    def __init__(self, status: Status) -> None:
        self._status = status
        self._lines: dict[str, str] = {}

    def __call__(self, settings: Settings, number: int, result: Result) -> None:
        """Show what a run has come to, beside those that go on at the same time."""
        self._lines[settings.handler] = line(settings, number, result)
        self._status.update("; ".join(self._lines.values()))


def table(settings: Settings, result: Result) -> Table:
    """Return who came, and how that ended."""
    ledger = result.ledger
    drawn = Table(title=f"Soak, {settings.handler} handler, seed {settings.seed}", expand=False)
    drawn.add_column("visitors")
    drawn.add_column("number", justify="right")
    drawn.add_column("how they ended")
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (kind, outcome), count in ledger.outcomes.items():
        kinds[kind][outcome] += count
    for kind in settings.kinds:
        ended = ", ".join(f"{outcome} ({n:,})" for outcome, n in kinds[kind].most_common())
        drawn.add_row(kind, f"{kinds[kind].total():,}", ended)
    drawn.add_section()
    drawn.add_row("all", f"{ledger.outcomes.total():,}", sums(result))
    return drawn


def sums(result: Result) -> str:
    """Return messages, octets, and what the server held before and after, in words."""
    ledger, censuses = result.ledger, result.censuses
    words = [
        f"{ledger.messages:,} messages back, once and in order",
        f"{ledger.octets / 2**20:,.1f} MiB in both directions",
    ]
    if len(censuses) > 2:
        first, before, after = censuses[0], censuses[1], censuses[-1]
        last, grown = growths(censuses)[-1]
        words += [
            f"descriptors: {first.descriptors} before, {after.descriptors} after",
            f"tasks: {sum(first.tasks.values())} before, {sum(after.tasks.values())} after",
            f"memory of Python: {before.memory / 1024:,.0f} KiB after the warm-up",
            f"{after.memory / 1024:,.0f} KiB after the last round",
            f"{grown / max(1, last):+.1f} octets per connection in the last round",
            f"process: {before.rss / 2**20:.1f} MiB, {after.rss / 2**20:.1f} MiB",
        ]
    return "\n".join(words)


def tell(console: Console, settings: Settings, result: Result) -> None:
    """Print the table, and every fault with what it takes to see it again."""
    console.print(table(settings, result))
    for place in result.places:
        console.print(f"memory has grown at {place}", markup=False, highlight=False)
    for finding in result.ledger.findings:
        console.print(str(finding), markup=False, highlight=False)
        if finding.visitor is not None:
            again = f"--handler {settings.handler} --seed {settings.seed} --only {finding.visitor}"
            console.print(f'    make soak ARGS="{again}"', markup=False, highlight=False)
