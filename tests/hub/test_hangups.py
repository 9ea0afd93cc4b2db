"""Connections are closed in the background, each for itself, and none for ever."""

from __future__ import annotations

import asyncio
import logging

import pytest

from tests.hub.members import Peer, turns
from wsdemo.hub.hangups import HangUps, hang_up
from wsdemo.protocol.closing import Close

BYE = Close(1001, "bye")


async def test_nobody_waits_for_a_close() -> None:
    """It goes on by itself, and is forgotten when it is over."""
    peer, hangups = Peer(), HangUps(None)
    peer.closing = asyncio.Event()
    hangups.start(peer, BYE)
    await turns()
    assert (peer.closes, len(hangups)) == ([(1001, "bye")], 1)
    peer.closing.set()
    await turns()
    assert len(hangups) == 0


async def test_a_close_frame_is_sent_even_when_there_is_no_time() -> None:
    """To wait for the answer is what takes time."""
    peer = Peer()
    peer.closing = asyncio.Event()
    await hang_up(peer, BYE, asyncio.get_running_loop().time() - 1)
    assert peer.closes == [(1001, "bye")]


async def test_each_has_its_time() -> None:
    """Then it is given up, whether somebody waits for it or not."""
    peer, hangups = Peer(), HangUps(0)
    peer.closing = asyncio.Event()
    hangups.start(peer, BYE)
    await hangups.finish(None)
    assert (peer.closes, len(hangups)) == ([(1001, "bye")], 0)


async def test_the_rest_is_given_up_at_the_end() -> None:
    """However much time each of them would still have."""
    peers, hangups = [Peer(), Peer()], HangUps(None)
    for peer in peers:
        peer.closing = asyncio.Event()
        hangups.start(peer, BYE)
    await hangups.finish(0)
    assert [peer.closes for peer in peers] == [[(1001, "bye")]] * 2
    assert len(hangups) == 0


async def test_what_goes_wrong_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """And keeps nobody else from being closed."""
    broken, fine, hangups = Peer(), Peer(), HangUps(None)
    broken.closing = ValueError("broken")
    with caplog.at_level(logging.INFO, "wsdemo.hub"):
        hangups.start(broken, BYE)
        hangups.start(fine, BYE)
        await hangups.finish(None)
    assert fine.closes == [(1001, "bye")]
    assert "ValueError('broken')" in caplog.text
