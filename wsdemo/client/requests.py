"""Requests and their replies, told apart by an id.

A request is a JSON object with an id that no other has, ``{"id": "5f0c-1", "op": "add"}``; its
reply is the JSON object that comes with the same id, whenever it comes and in whatever order.
Everything else is an ordinary message, such as a reply to a request that nobody waits for any more.

**At most once** is the default: a request that an engine has begun to send is never sent again. If
the connection is lost before its reply, it fails with `RequestLost`, and was carried out or not.
One that is still in the outbox then goes out on the next connection. With ``resend=True`` it is
**at least once**: the same request, with the same id, is sent on every connection until there is
a reply. The server may carry it out twice, unless it remembers ids.

Leaves out errors that a reply tells of: what a reply means is the program's.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from wsdemo.client.errors import RequestLost
from wsdemo.client.outbox import Item, Message, Outbox

__all__ = ["Id", "Reply", "Request", "Requests", "fresh_ids"]

Id: TypeAlias = "int | str"
Reply: TypeAlias = dict[str, Any]


def fresh_ids(rng: random.Random | None = None) -> Iterator[Id]:
    """Yield ids: a number, after a few letters by chance that are another client's never.

    A bare number would be the id of some other client's request, too, and, where a server tells
    everybody everything, its reply would be taken for ours.

    Args:
        rng: the source of chance.
    """
    mark = (rng or random.Random()).getrandbits(32)
    return (f"{mark:08x}-{number}" for number in itertools.count(1))


class Request(Item):
    """A request in the outbox, or beyond it.

    Args:
        id: what its reply will carry.
        body: the rest of the object.
        resend: whether to send it again on the next connection, if there was no reply.

    Raises:
        TypeError: the body is no mapping, or holds what JSON can't.
        ValueError: it has an id already.
    """

    __slots__ = ("id", "reply", "resend")

    def __init__(
        self,
        id: Id,  # noqa: A002 - as in the envelope
        body: Mapping[str, Any],
        *,
        resend: bool = False,
    ) -> None:
        if not isinstance(body, Mapping):
            raise TypeError(f"a request is a mapping, not {type(body).__name__}")
        if "id" in body:
            raise ValueError(f"the request has an id already: {body['id']!r}")
        super().__init__(json.dumps({"id": id, **body}, ensure_ascii=False, allow_nan=False))
        self.id = id
        self.resend = resend
        self.reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()


class Requests:
    """Requests whose replies have not come.

    Args:
        outbox: where they are sent from.
    """

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._pending: dict[Id, Request] = {}

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, request: Request) -> None:
        """Expect a reply.

        Raises:
            ValueError: there is a request with this id.
        """
        if request.id in self._pending:
            raise ValueError(f"a request with the id {request.id!r} awaits its reply already")
        self._pending[request.id] = request

    def forget(self, request: Request) -> None:
        """Expect its reply no longer, and don't send it if that was still to be done."""
        self._pending.pop(request.id, None)
        self._outbox.done(request)

    def answer(self, message: Message) -> bool:
        """Give a message to the request that it is the reply to.

        Returns:
            Whether there is such a request.
        """
        if not self._pending or not isinstance(message, str):
            return False
        reply = _parse(message)
        # Exactly these types: True is equal to 1, and 1.0 is too, but they are not the same id.
        if reply is None or type(reply.get("id")) not in (int, str):
            return False
        request = self._pending.pop(reply["id"], None)
        if request is None:
            return False
        if not request.reply.done():
            request.reply.set_result(reply)
        return True

    def lost(self, how: str) -> None:
        """Decide what becomes of those that were sent on a connection that is lost.

        Args:
            how: how it was lost.
        """
        sent = [request for request in self._pending.values() if request.started]
        waiting = set(self._outbox)
        self._outbox.again(each for each in sent if each.resend and each not in waiting)
        for request in sent:
            if request.resend:
                request.started = False
                continue
            error = RequestLost(f"no reply to request {request.id!r}: {how}", request.id)
            self._fail(request, error)

    def end(self, error: BaseException) -> None:
        """Fail all of them."""
        for request in list(self._pending.values()):
            self._fail(request, error)

    def _fail(self, request: Request, error: BaseException) -> None:
        self.forget(request)
        if not request.reply.done():
            request.reply.set_exception(error)
            # Looked at once, so that asyncio does not complain when whoever asked has gone.
            request.reply.exception()


def _parse(text: str) -> Reply | None:
    """Return the JSON object that a text is; None if it is none."""
    if not text.lstrip(" \t\r\n").startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # the depth is the sender's to choose
        return None
    return value if isinstance(value, dict) else None
