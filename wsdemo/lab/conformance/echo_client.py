"""A client for the suite, on either engine.

    wsdemo check --client "python -m wsdemo.lab.conformance.echo_client scratch"

It is also what a driver for another library looks like: three URLs, and an echo. Leaves out
judgement: whatever happens in a case, the next one is asked for.
"""

from __future__ import annotations

import asyncio
import sys

from wsdemo import engines

__all__ = ["run"]

AGENT = "wsdemo"


async def run(url: str, engine: str = engines.DEFAULT) -> None:
    """Go through all cases that a fuzzing server has.

    Args:
        url: Where it is, without a path.
        engine: "websockets" or "scratch".
    """
    connect = engines.get(engine).connect
    async with connect(f"{url}/getCaseCount") as connection:
        count = int(await connection.recv())
    for number in range(1, count + 1):
        await _case(engine, f"{url}/runCase?case={number}&agent={AGENT}")
    async with connect(f"{url}/updateReports?agent={AGENT}"):
        pass


async def _case(engine: str, url: str) -> None:
    try:
        async with engines.get(engine).connect(url) as connection:
            async for message in connection:
                await connection.send(message)
    except Exception as error:
        # A case may break anything, and the next one is to come all the same.
        print(f"{url}: {error!r}")


if __name__ == "__main__":
    words = sys.argv[1:]
    asyncio.run(run(words[-1], *words[:-1]))
