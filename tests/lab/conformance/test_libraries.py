"""The libraries of the field go through the whole suite; what they fail is data, with its reason.

Failures have to be among those that are explained: a new one is a finding, of ours or of theirs.
In the version that was looked into each of them has to be there; another one may have mended it.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from functools import partial
from importlib import metadata
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from tests.lab.handlers import echo
from wsdemo.lab import running
from wsdemo.lab.conformance import Report, Role, check, check_client, compare, find, select
from wsdemo.lab.conformance.echo_client import run

# The versions that were looked into; scratch is our own, and has to be as it is told here.
EXAMINED = {"websockets": "17.4", "aiohttp": "3.14.5"}

WHOLE_MESSAGES = "it decodes text when the whole message is there"
LONG_LENGTHS = "it reads a length that is not in its shortest form"

WEBSOCKETS = {
    "6.4.1": WHOLE_MESSAGES,
    "6.4.2": WHOLE_MESSAGES,
    "6.4.3": WHOLE_MESSAGES,
    "6.4.4": WHOLE_MESSAGES,
    "7.1.5": "it calls a close frame amid a fragmented message an error, 1002",
    "20.1.11": "it wants `websocket` to be all that Upgrade says",
    "20.2.14": "it answers 400 to another version, and does not name the right one",
    "20.2.15": "the same",
    "20.3.1": "it does not look at Host, and its documentation says so",
    "20.3.2": "the same",
    "20.3.8": "it does not look at the target",
    "23.7": LONG_LENGTHS,
    "23.8": LONG_LENGTHS,
    "23.9": LONG_LENGTHS,
    "23.10": LONG_LENGTHS,
    "23.13": "it judges a control frame when its payload is there",
    "25.2.6": "a final block ends its inflater: the next message is lost (17.4)",
    "25.3.7": "it takes what is there of a message whose compressed data are cut off",
}
SCRATCH = {
    "6.4.3": "it judges text when the whole frame is there",
    "6.4.4": "the same",
}
AIOHTTP = {
    "6.4.1": WHOLE_MESSAGES,
    "6.4.2": WHOLE_MESSAGES,
    "6.4.3": WHOLE_MESSAGES,
    "6.4.4": WHOLE_MESSAGES,
    "7.9.5": "1006 is in its enumeration of close codes, and so in what may be received",
    "7.13.1": "every code from 3000 on is good",
    "7.13.2": "the same",
    "20.1.11": "it wants `websocket` to be all that Upgrade says",
    "20.2.8": "it takes the first of two keys",
    "20.2.10": "it speaks versions 7 and 8 as well, of drafts that nobody uses any more",
    "20.2.13": "it does not look at the version of HTTP",
    "20.2.14": "it speaks version 8",
    "20.2.15": "it answers 400 to another version, and does not name the right one",
    "20.2.16": "it answers 400 to a plain GET",
    "20.3.8": "it does not look at the target",
    "23.1": "its reader takes frames with and without a mask from everybody",
    "23.2": "the same",
    "23.3": "the same",
    "23.7": LONG_LENGTHS,
    "23.8": LONG_LENGTHS,
    "23.9": LONG_LENGTHS,
    "23.10": LONG_LENGTHS,
    "24.1": "it answers every close frame with 1000",
    "25.3.2": "RSV1 of control frames is let pass where compression was agreed on: some set it",
    "25.3.4": "an error of zlib is none of its own, and for such it closes with 1000",
    "25.3.7": "it takes what is there of a message whose compressed data are cut off",
    "25.4.2": "in its pattern of an offer server_max_window_bits needs no value",
    "25.4.7": "it does not look at the value of client_max_window_bits",
    "25.4.8": "the same",
    "25.4.11": "its pattern of an offer lets parameters come again",
}


def unexplained(report: Report, reasons: Mapping[str, str]) -> list[str]:
    """Return the failures for which there is no reason, in words."""
    failed = [result for result in report.failed if result.case.number not in reasons]
    return [f"{result.case}: {result.words}" for result in failed]


def mended(report: Report, reasons: Mapping[str, str]) -> list[str]:
    """Return what has passed in the version that was looked into, and should not have."""
    if report.name in EXAMINED and metadata.version(report.name) != EXAMINED[report.name]:
        return []
    passed = [result for result in report.results if not result.failed]
    return [str(result.case) for result in passed if result.case.number in reasons]


@pytest.mark.parametrize(("engine", "reasons"), [("websockets", WEBSOCKETS), ("scratch", SCRATCH)])
async def test_an_engine_as_a_server(engine: str, reasons: Mapping[str, str]) -> None:
    """All cases; nothing fails but what is explained."""
    async with running(echo, engine=engine, name=f"suite on {engine}") as server:
        report = await check(server.uri, name=engine)
    assert len(report.results) == len(select(role=Role.SERVER))
    assert unexplained(report, reasons) == mended(report, reasons) == []


@pytest.mark.parametrize(("engine", "reasons"), [("websockets", WEBSOCKETS), ("scratch", SCRATCH)])
async def test_an_engine_as_a_client(engine: str, reasons: Mapping[str, str]) -> None:
    """The same reasons hold at this end."""
    report = await check_client(partial(run, engine=engine), name=engine)
    assert len(report.results) == len(select(role=Role.CLIENT))
    assert unexplained(report, reasons) == mended(report, reasons) == []


async def test_scratch_meets_every_must_and_every_should() -> None:
    """What the course builds is held to the whole of it."""
    assert not [number for number in SCRATCH if find(number).severity.value != "may"]


@contextlib.asynccontextmanager
async def _aiohttp() -> AsyncIterator[str]:
    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await socket.send_str(message.data)
            elif message.type is WSMsgType.BINARY:
                await socket.send_bytes(message.data)
        return socket

    app = web.Application()
    app.router.add_get("/", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"ws://{host}:{port}"
    finally:
        await runner.cleanup()


async def test_aiohttp_as_a_server() -> None:
    """Findings of the suite, each looked up in the library's source."""
    async with _aiohttp() as uri:
        report = await check(uri, name="aiohttp")
    assert unexplained(report, AIOHTTP) == mended(report, AIOHTTP) == []


async def test_libraries_are_compared_side_by_side() -> None:
    """A row for each case in which one of them fails, and who it was."""
    reports = []
    for engine in ("scratch", "websockets"):
        async with running(echo, engine=engine, name=f"beside {engine}") as server:
            reports.append(await check(server.uri, "5,7.1", name=engine))
    rows: list[list[Any]] = [list(row) for row in compare(*reports).rows]
    assert rows[-1][2:] == ["cases passed", "26 of 26", "25 of 26"]
    assert rows[0][0] == "7.1.5"
    assert rows[0][3:] == ["✓", "✗"]
