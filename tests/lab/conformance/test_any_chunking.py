"""The engine of the course passes the whole suite however the network cuts what it reads.

A connection here takes every read apart and gives it to the engine in pieces: octet by octet, or in
pieces of any size. The verdicts have to be those that it has without.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest

from tests.lab.conformance.test_libraries import SCRATCH, unexplained
from tests.protocol.any_stream import cut
from wsdemo import scratch
from wsdemo.lab.conformance import Report, Role, check, check_client, select
from wsdemo.lab.conformance.echo_client import run
from wsdemo.scratch import client as scratch_client
from wsdemo.scratch.transport import Link

Sizes = Callable[[], list[int]]


def octets() -> list[int]:
    """Cut at every octet."""
    return [1]


def seeded(seed: int) -> Sizes:
    """Cut anywhere; each read in its own way, and each run in the same."""
    chance = Random(seed)
    return lambda: [chance.choice((1, 2, 3, 7, 130, 5_000)) for _ in range(40)]


CUTS = [pytest.param(octets, id="octets"), pytest.param(seeded(5), id="seeded")]


def cutting(kind: type[Any], sizes: Sizes) -> type[Any]:
    """Return a kind of connection that takes its reads apart."""

    class Cutting(kind):  # type: ignore[misc]
        """Gives each piece to the engine as if it had been read by itself."""

        def buffer_updated(self, nbytes: int) -> None:
            """Take a read apart."""
            memory = self.get_buffer(nbytes)
            for piece in cut(bytes(memory[:nbytes]), sizes()):
                memory[: len(piece)] = piece
                super().buffer_updated(len(piece))

    assert issubclass(kind, Link)
    return Cutting


async def echo(connection: Any) -> None:
    """Send back whatever comes."""
    async for message in connection:
        await connection.send(message)


def answer(connection: scratch.ServerConnection, message: str | bytes) -> None:
    """Send back whatever has come."""
    connection.send_nowait(message)


def verdicts(report: Report) -> set[str]:
    """Return what failed: all that may, and nothing that was not to."""
    assert unexplained(report, SCRATCH) == []
    return {result.case.number for result in report.failed}


@pytest.mark.parametrize("sizes", CUTS)
async def test_a_server_passes_the_suite(sizes: Sizes) -> None:
    """All cases, with the verdicts that it always has."""
    connection = cutting(scratch.ServerConnection, sizes)
    async with scratch.serve(echo, "127.0.0.1", 0, create_connection=connection) as server:
        report = await check(server.uri, name="scratch, cut")
    assert len(report.results) == len(select(role=Role.SERVER))
    assert verdicts(report) == set(SCRATCH)


@pytest.mark.parametrize("sizes", CUTS)
async def test_a_client_passes_the_suite(sizes: Sizes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same at the other end."""
    kind = cutting(scratch.ClientConnection, sizes)
    monkeypatch.setattr(scratch_client, "ClientConnection", kind)
    report = await check_client(partial(run, engine="scratch"), name="scratch, cut")
    assert len(report.results) == len(select(role=Role.CLIENT))
    assert verdicts(report) == set(SCRATCH)


@pytest.mark.parametrize("sizes", [*CUTS, pytest.param(None, id="whole")])
async def test_a_server_with_a_function_for_messages_passes_the_suite(sizes: Sizes | None) -> None:
    """It needs no handler for that; whole reads, or cut ones."""
    kind = scratch.ServerConnection
    connection = kind if sizes is None else cutting(kind, sizes)
    async with scratch.serve(
        None, "127.0.0.1", 0, on_message=answer, create_connection=connection
    ) as server:
        report = await check(server.uri, name="scratch, on_message")
    assert len(report.results) == len(select(role=Role.SERVER))
    assert verdicts(report) == set(SCRATCH)
