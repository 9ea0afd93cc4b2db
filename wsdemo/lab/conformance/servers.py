"""The suite against a server: dial, ask for a WebSocket, run the case, as often as there are cases.

Leaves out clients, which are checked in `clients`.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Iterable, Sequence

from wsdemo.lab.conformance.case import Case, Role, Why
from wsdemo.lab.conformance.deflate import NAME, Agreement, parse
from wsdemo.lab.conformance.exchange import PATIENCE, Exchange
from wsdemo.lab.conformance.frames import text
from wsdemo.lab.conformance.opening import key_for
from wsdemo.lab.conformance.report import Report
from wsdemo.lab.conformance.result import Outcome, Result, judge
from wsdemo.lab.conformance.selection import select
from wsdemo.lab.conformance.target import CheckError, NoEcho, Target, refine
from wsdemo.lab.conformance.wants import Echo

__all__ = ["JOBS", "check", "check_case", "run_cases"]

JOBS = 8  # cases at the same time: enough to hide waiting, too few to look like an attack

HELLO = Case("0", "a first message", (text("Hello"),), Echo(), Why("RFC 6455, 5.6", ""))

Told = Callable[[Result], object]


async def check(
    url: str,
    cases: str | Sequence[Case] = "",
    *,
    jobs: int = JOBS,
    patience: float = PATIENCE,
    tls: ssl.SSLContext | None = None,
    fields: tuple[str, ...] = (),
    told: Told | None = None,
    name: str = "",
) -> Report:
    """Run the suite against a server that echoes.

    Args:
        url: Where it is, ws:// or wss://.
        cases: Which cases: numbers and ranges such as "1,5.3-5.9", or the cases themselves; all
            that are for servers when empty.
        jobs: How many connections at the same time.
        patience: Seconds that a case waits for what it wants.
        tls: The context for wss.
        fields: Header lines that every request carries: "Name: value".
        told: Called with each result as it comes.
        name: What to call the server in the report; its URL by default.

    Raises:
        CheckError: The suite cannot run against it, and why.
        ValueError: There are no such cases.
    """
    target = Target.parse(url, tls, fields)
    chosen = select(cases, Role.SERVER) if isinstance(cases, str) else cases
    await greet(target, patience)
    results = await run_cases(target, chosen, jobs=jobs, patience=patience, told=told)
    return Report(name or url, Role.SERVER, tuple(results))


async def greet(target: Target, patience: float = PATIENCE) -> None:
    """See whether there is a WebSocket server that echoes.

    Raises:
        CheckError: There is none, and what there is instead.
    """
    exchange = await _run(target, HELLO, patience)
    seen = exchange.seen
    if not seen.opened:
        raise await refine(target, seen.head, seen.early, over=seen.over)
    if complaint := HELLO.want.judge(seen):
        words = f"a WebSocket server, and not one that echoes, as the cases need: {complaint.words}"
        raise NoEcho(f"{target.url}: {words}")


async def run_cases(
    target: Target,
    cases: Iterable[Case],
    *,
    jobs: int = JOBS,
    patience: float = PATIENCE,
    told: Told | None = None,
) -> list[Result]:
    """Run cases side by side, those that need the machine for themselves one after the other.

    Args:
        target: The server.
        cases: Which.
        jobs: How many at the same time.
        patience: Seconds that a case waits for what it wants.
        told: Called with each result as it comes.

    Returns:
        The results, in the order of the numbers.

    Raises:
        ValueError: No case could run at any time.
    """
    if jobs < 1:
        raise ValueError(f"jobs is how many cases run at the same time, not {jobs!r}")
    queue = sorted(cases, key=lambda case: case.order)
    free = asyncio.Semaphore(jobs)
    results: list[Result] = []

    async def run(case: Case) -> None:
        async with free:
            result = await check_case(target, case, patience)
        results.append(result)
        if told is not None:
            told(result)

    async with asyncio.TaskGroup() as group:
        for case in queue:
            if not case.alone:
                group.create_task(run(case))
    for case in queue:
        if case.alone:
            await run(case)
    return sorted(results, key=lambda result: result.case.order)


async def check_case(target: Target, case: Case, patience: float = PATIENCE) -> Result:
    """Run one case against a server; one that can't be reached any more fails it."""
    start = time.monotonic()
    try:
        exchange = await _run(target, case, patience)
    except CheckError as error:
        return Result(case, Outcome.FAILED, str(error), seconds=time.monotonic() - start)
    return judge(case, exchange.seen, time.monotonic() - start)


async def _run(target: Target, case: Case, patience: float) -> Exchange:
    exchange = Exchange(await target.dial(), case, server=True, patience=patience)
    async with exchange.reading():
        await _open(exchange, target)
        if exchange.seen.opened and not exchange.seen.moot:
            await exchange.play()
        elif exchange.seen.opened:
            await exchange.farewell()
    return exchange


async def _open(exchange: Exchange, target: Target) -> None:
    case, seen, request = exchange.case, exchange.seen, exchange.case.request
    key = key_for(case.number)
    offer = (f"Sec-WebSocket-Extensions: {case.deflate.offer}",) if case.deflate else ()
    data = request.serialize(target.authority, target.path, key, (*target.fields, *offer))
    await exchange.send(data, request.piece)
    await exchange.wait(lambda: seen.head is not None or seen.headless)
    if seen.head is None or seen.head.status != 101:
        return
    params = dict(parse(seen.head.get("Sec-WebSocket-Extensions"))).get(NAME)
    seen.open(None if params is None else Agreement(params))
    if case.deflate is not None:
        lacking = [name for name in case.deflate.agreed if name not in (params or {})]
        if params is None:
            seen.moot = f"the server does not agree to {NAME}"
        elif lacking:
            seen.moot = f"the server does not agree to {lacking[0]}"
