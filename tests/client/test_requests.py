"""Requests and replies, told apart by ids; at most once, or at least once."""

import asyncio
import itertools
import json
import random
from typing import Any

import pytest

from wsdemo.client.errors import RequestLost
from wsdemo.client.outbox import Item, Outbox
from wsdemo.client.requests import Request, Requests, fresh_ids


class Table:
    """Requests, with ids from 1."""

    def __init__(self) -> None:
        self.outbox = Outbox(10)
        self.requests = Requests(self.outbox)
        self.ids = itertools.count(1)

    async def ask(self, *, sent: bool = True, resend: bool = False) -> Request:
        """Make a request that was sent, or has yet to be."""
        request = Request(next(self.ids), {"n": 5}, resend=resend)
        self.requests.add(request)
        await self.outbox.put(request)
        if sent:
            request.started = True
            self.outbox.done(request)
        return request

    def waiting(self) -> list[int | str]:
        """Return the ids in the outbox."""
        return [item.id for item in self.outbox if isinstance(item, Request)]


async def test_a_request_is_json_with_an_id() -> None:
    """The rest of the object is the caller's."""
    request = Request("a-1", {"op": "add", "terms": [1, 2]})
    assert json.loads(request.message) == {"id": "a-1", "op": "add", "terms": [1, 2]}


async def test_replies_may_come_in_any_order() -> None:
    """Each finds its request."""
    table = Table()
    first, second = await table.ask(), await table.ask()
    assert table.requests.answer('{"id": 2, "sum": 20}')
    assert table.requests.answer(' \n{"id": 1, "sum": 10}')
    assert (first.reply.result()["sum"], second.reply.result()["sum"]) == (10, 20)
    assert not len(table.requests)


@pytest.mark.parametrize(
    "message",
    [
        b'{"id": 1}',
        '{"id": 2}',
        '{"id": true}',
        '{"id": 1.0}',
        '{"id": "1"}',
        '{"id": [1]}',
        '{"id": null}',
        "{}",
        '[{"id": 1}]',
        '{"id": 1',
        "1",
        "",
        '{"id": ' + "[" * 100_000,
        '{"id": ' + "1" * 10_000 + "}",
    ],
)
async def test_everything_else_is_an_ordinary_message(message: str | bytes) -> None:
    """An id that nobody waits for, what is equal to one and isn't one, and what is no JSON."""
    table = Table()
    request = await table.ask()
    assert not table.requests.answer(message)
    assert not request.reply.done()


async def test_a_second_reply_is_an_ordinary_message() -> None:
    """Nobody waits for it any more."""
    table = Table()
    await table.ask()
    assert table.requests.answer('{"id": 1}')
    assert not table.requests.answer('{"id": 1}')


async def test_at_most_once_is_not_sent_again() -> None:
    """It fails, with its id and why; it may have been carried out."""
    table = Table()
    request = await table.ask()
    table.requests.lost("a cut")
    with pytest.raises(RequestLost, match="no reply to request 1: a cut") as caught:
        await request.reply
    assert caught.value.id == 1
    assert not table.waiting()


async def test_what_was_not_sent_goes_out_on_the_next_connection() -> None:
    """That is at most once, too."""
    table = Table()
    request = await table.ask(sent=False)
    table.requests.lost("a cut")
    assert table.waiting() == [1]
    assert not request.reply.done()


async def test_what_was_being_sent_is_taken_for_sent() -> None:
    """Its send has not returned, and still it may have arrived."""
    table = Table()
    request = await table.ask(sent=False)
    request.started = True
    table.requests.lost("a cut")
    assert not table.waiting()
    assert isinstance(request.reply.exception(), RequestLost)


async def test_at_least_once_is_sent_again_before_all_others() -> None:
    """In the order in which it was sent, and with the same id."""
    table = Table()
    for sent in (True, True, False):
        await table.ask(sent=sent, resend=True)
    await table.outbox.put(Item("ordinary"))
    table.requests.lost("a cut")
    assert table.waiting() == [1, 2, 3]
    assert [item.started for item in table.outbox] == [False] * 4


async def test_what_was_being_sent_is_sent_again_once() -> None:
    """It is in the outbox still."""
    table = Table()
    request = await table.ask(sent=False, resend=True)
    request.started = True
    table.requests.lost("a cut")
    assert table.waiting() == [1]


async def test_a_forgotten_request_is_withdrawn() -> None:
    """Nobody wants the reply to what was not sent yet."""
    table = Table()
    request = await table.ask(sent=False)
    table.requests.forget(request)
    assert not table.waiting()
    assert not table.requests.answer('{"id": 1}')


async def test_the_end_fails_all_of_them() -> None:
    """Sent or not."""
    table = Table()
    asked = [await table.ask(sent=sent, resend=True) for sent in (True, False)]
    table.requests.end(KeyError("over"))
    for each in asked:
        with pytest.raises(KeyError, match="over"):
            await each.reply
    assert not table.waiting()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ([1], TypeError),
        ("op", TypeError),
        ({"op": object()}, TypeError),
        ({"x": float("nan")}, ValueError),
        ({"id": 7}, ValueError),
        ({"text": "\ud800"}, UnicodeEncodeError),
    ],
)
async def test_what_is_no_request_is_told(body: Any, error: type[Exception]) -> None:
    """By the one who asks, at once."""
    with pytest.raises(error):
        Request(1, body)


async def test_an_id_is_used_once_at_a_time() -> None:
    """Else a reply could be either's."""
    table = Table()
    table.requests.add(Request(1, {}))
    with pytest.raises(ValueError, match="the id 1"):
        table.requests.add(Request(1, {}))


def test_ids_are_a_clients_own() -> None:
    """Two clients of one server never have the same, and a seed repeats them."""
    first, second = fresh_ids(), fresh_ids()
    assert not set(itertools.islice(first, 9)) & set(itertools.islice(second, 9))
    assert next(fresh_ids(random.Random(1))) == next(fresh_ids(random.Random(1)))


async def test_a_request_that_nobody_awaits_fails_in_silence() -> None:
    """Whoever asked was cancelled; asyncio has nothing to complain of."""
    table = Table()
    await table.ask()
    table.requests.end(KeyError("over"))
    del table
    await asyncio.sleep(0)
