"""People and rooms, and that they are still there after a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.apps.chat.logs import SickLog
from wsdemo.apps.chat import ledger as ledger_module
from wsdemo.apps.chat.ledger import Ledger, new_token
from wsdemo.apps.chat.names import Name
from wsdemo.apps.chat.permissions import Role
from wsdemo.apps.chat.refusals import Refused
from wsdemo.log import NotStored, SqliteLog

TOKEN, OTHER = "a" * 22, "b" * 22
ADA, DEN = Name.parse("Ada"), Name.parse("Den")


async def opened(log: SqliteLog) -> Ledger:
    """Return a ledger that has been read."""
    ledger = Ledger(log)
    await ledger.read()
    return ledger


async def test_a_name_is_its_first_bearer_s() -> None:
    """Whoever has the token is the same person, and nobody else is."""
    async with SqliteLog() as log:
        ledger = await opened(log)
        ada = await ledger.person(ADA, TOKEN)
        assert await ledger.person(Name.parse("ADA"), TOKEN) is ada
        with pytest.raises(Refused, match="nick_taken"):
            await ledger.person(Name.parse("ada"), OTHER)
        assert ledger.nick(ada.id) == "Ada"


async def test_two_who_want_one_name_at_once() -> None:
    """One gets it."""
    async with SqliteLog() as log:
        ledger = await opened(log)
        claims = (ledger.person(ADA, token) for token in (TOKEN, OTHER))
        first, second = await asyncio.gather(*claims, return_exceptions=True)
        assert isinstance(second, Refused)
        assert not isinstance(first, BaseException)
        assert first.holds(TOKEN)


async def test_a_token_is_nowhere_to_be_read() -> None:
    """Neither in the log nor in memory."""
    async with SqliteLog() as log:
        ledger = await opened(log)
        ada = await ledger.person(ADA, TOKEN)
        stored = b"".join([entry.body for entry in await log.read("ledger")])
        assert TOKEN.encode() not in stored
        assert TOKEN not in repr(ada)


def test_tokens_are_unguessable() -> None:
    """256 bits by a generator for secrets, in letters that a message may hold."""
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 and token.isascii() for token in tokens)


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    """Names, rooms, roles, and which log it is."""
    async with SqliteLog(tmp_path / "ledger") as log:
        before = await opened(log)
        ada = await before.person(ADA, TOKEN)
        bob = await before.person(Name.parse("Bob"), OTHER)
        den = await before.make_room(DEN, ada.id, is_open=False)
        await before.grant(den, ada.id, bob.id, Role.READER)
    async with SqliteLog(tmp_path / "ledger") as log:
        after = await opened(log)
        assert (after.id, after.people, after.rooms) == (before.id, before.people, before.rooms)
        assert after.rooms["den"].access.role(bob.id) is Role.READER


async def test_a_room_is_its_maker_s() -> None:
    """To make it again is to have it; another can't."""
    async with SqliteLog() as log:
        ledger = await opened(log)
        den = await ledger.make_room(DEN, 1)
        assert await ledger.make_room(DEN, 1) is den
        with pytest.raises(Refused, match="room_taken"):
            await ledger.make_room(Name.parse("DEN"), 2)
        assert den.access.role(1) is Role.OWNER


async def test_a_closed_room_is_known_to_those_who_have_a_role() -> None:
    """And to nobody else."""
    async with SqliteLog() as log:
        ledger = await opened(log)
        lobby = await ledger.make_room(Name.parse("lobby"), None)
        den = await ledger.make_room(DEN, 1, is_open=False)
        assert list(ledger.granted(1)) == [lobby, den]
        assert list(ledger.granted(2)) == [lobby]


async def test_roles_are_given_by_those_who_may() -> None:
    """And the last owner stays."""
    async with SqliteLog() as log:
        ledger = await opened(log)
        den = await ledger.make_room(DEN, 1, is_open=False)
        with pytest.raises(Refused, match="forbidden"):
            await ledger.grant(den, 2, 2, Role.OWNER)
        with pytest.raises(Refused, match="last_owner"):
            await ledger.grant(den, 1, 1, Role.MEMBER)
        await ledger.grant(den, 1, 2, Role.OWNER)
        await ledger.grant(den, 2, 1, Role.NONE)
        assert den.access.roles == {1: Role.NONE, 2: Role.OWNER}


async def test_what_is_not_written_down_is_not_so() -> None:
    """The name is free as before."""
    async with SickLog() as log:
        ledger = await opened(log)
        log.sick = True
        with pytest.raises(NotStored):
            await ledger.person(ADA, TOKEN)
        log.sick = False
        assert (await ledger.person(ADA, OTHER)).holds(OTHER)


async def test_a_call_that_was_cancelled_and_stored_is_caught_up_with() -> None:
    """The next is told to come again, and finds what there is."""
    async with SqliteLog() as log:
        ledger = await opened(log)
        call = asyncio.ensure_future(ledger.person(ADA, TOKEN))
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])
        with pytest.raises(NotStored):
            await ledger.make_room(DEN, 1)
        assert (await ledger.person(ADA, TOKEN)).nick == "Ada"
        assert (await ledger.make_room(DEN, 1)).name == "Den"


async def test_there_is_an_end_to_names_and_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes them all can't fill the memory."""
    monkeypatch.setattr(ledger_module, "MOST_PEOPLE", 1)
    monkeypatch.setattr(ledger_module, "MOST_ROOMS", 1)
    async with SqliteLog() as log:
        ledger = await opened(log)
        await ledger.person(ADA, TOKEN)
        await ledger.make_room(DEN, 1)
        for more in (ledger.person(Name.parse("Bob"), OTHER), ledger.make_room(ADA, 1)):
            with pytest.raises(Refused, match="too_many"):
                await more


async def test_nobody_makes_all_the_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others make theirs."""
    monkeypatch.setattr(ledger_module, "MOST_OWN", 1)
    async with SqliteLog() as log:
        ledger = await opened(log)
        await ledger.make_room(DEN, 1)
        with pytest.raises(Refused, match="too_many"):
            await ledger.make_room(ADA, 1)
        assert (await ledger.make_room(ADA, 2)).owner == 2
