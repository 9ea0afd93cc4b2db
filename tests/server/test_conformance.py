"""The server passes the conformance suite, as far as its engine does."""

from __future__ import annotations

from typing import Any

from tests.server.peers import echo
from wsdemo import engines
from wsdemo.lab import conformance
from wsdemo.server import serve

# Where our own layer could do harm: framing, fragments, limits, closing, the opening handshake.
# UTF-8 and the load tests of compression are the engine's alone, and take most of the time.
CASES = "1-5,7,9,10,20,22,24-26"


async def faults(uri: str) -> set[str]:
    """Return the numbers of the cases that fail."""
    return {result.case.number for result in (await conformance.check(uri, CASES)).failed}


async def test_nothing_fails_that_the_engine_alone_can_do(engine: str) -> None:
    """Counting and limits get in nobody's way, and some of the handshake is better than it was."""
    async with serve(echo, port=0, engine=engine) as server:
        ours = await faults(server.uri)
    alone: Any = engines.get(engine).serve(echo, "127.0.0.1", 0)
    async with alone as bare:
        theirs = await faults(f"ws://127.0.0.1:{bare.sockets[0].getsockname()[1]}/")
    assert ours <= theirs
    if engine == "scratch":
        assert not ours
    else:
        assert {"20.2.14", "20.2.15", "20.3.1", "20.3.2"} <= theirs - ours
