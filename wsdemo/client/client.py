"""`Client`: what a program holds in its hand.

Leaves out the work; the package's docstring says where it is.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from wsdemo import engines
from wsdemo.client.backoff import Backoff
from wsdemo.client.conversation import Desk
from wsdemo.client.endings import CLOSE_CODES, Verdict
from wsdemo.client.errors import ClientClosed, DeadlineExceeded
from wsdemo.client.inbox import Inbox
from wsdemo.client.outbox import Message, Outbox, WhenFull
from wsdemo.client.requests import Id, fresh_ids
from wsdemo.client.rtt import RoundTrip
from wsdemo.client.settings import Heartbeat, Meter, Settings
from wsdemo.client.states import Following, Phase, State
from wsdemo.client.talking import Talking
from wsdemo.client.timing import Deadlines
from wsdemo.protocol import CloseCode
from wsdemo.protocol.closing import Close, may_be_sent
from wsdemo.scratch.options import Clock

__all__ = ["Client"]


class Client(Talking):
    """A client that keeps its connection.

    To be entered (``async with Client(uri) as client``) or awaited (``client = await Client(uri)``,
    and ``await client.close()`` in the end); both wait for the first connection. To go over it with
    ``async for`` gives the messages that come, whichever connection they come on.

    Args:
        uri: ``ws://...`` or ``wss://...``.
        engine: "websockets" or "scratch".
        backoff: delays before further attempts, and how many there may be.
        deadlines: how long what may take.
        heartbeat: (interval, timeout) in seconds, or a `Heartbeat`; None for no pings.
        outbox: messages that may wait to be sent.
        when_full: what ``send`` does when there are that many: "wait", until there is room or the
            deadline is over, or "raise" OutboxFull.
        inbox: messages that may wait to be read before the client stops reading.
        subprotocols: to offer, the best first; a server that chooses none is refused.
        close_codes: what close codes mean, in place of ``CLOSE_CODES``.
        ids: for requests; by default some that no other client has.
        metrics: is told what happens.
        clock: tells the time and sets timers; by default the event loop's.
        tls: for wss://, in place of the usual context.
        headers: fields to add to the request.
        **options: for the engine's ``connect``, such as ``max_size`` or ``origin``.

    Raises:
        ValueError: an argument makes no sense, such as a URI that is none.
    """

    def __init__(
        self,
        uri: str,
        *,
        engine: str = engines.DEFAULT,
        backoff: Backoff | None = None,
        deadlines: Deadlines | None = None,
        heartbeat: Heartbeat | tuple[float, float] | None = (20.0, 20.0),
        outbox: int = 256,
        when_full: WhenFull = "wait",
        inbox: int = 256,
        subprotocols: Sequence[str] = (),
        close_codes: Mapping[int, Verdict] = CLOSE_CODES,
        ids: Iterator[Id] | None = None,
        metrics: Meter | None = None,
        clock: Clock | None = None,
        tls: ssl.SSLContext | None = None,
        headers: Iterable[tuple[str, str]] | Mapping[str, str] = (),
        **options: Any,
    ) -> None:
        settings = Settings(
            uri,
            engines.get(engine),
            backoff=backoff or Backoff(),
            deadlines=deadlines or Deadlines(),
            heartbeat=Heartbeat.of(heartbeat),
            subprotocols=tuple(subprotocols),
            close_codes=close_codes,
            metrics=metrics,
            clock=clock,
            tls=tls,
            headers=dict(headers) if isinstance(headers, Mapping) else tuple(headers),
            options=options,
        )
        desk = Desk(Outbox(outbox, when_full), Inbox(inbox))
        super().__init__(settings, desk, ids or fresh_ids())
        self._task: asyncio.Task[None] | None = None

    # Begin and end

    def __await__(self) -> Generator[Any, None, Self]:
        return self._start().__await__()

    async def __aenter__(self) -> Self:
        return await self._start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None and not isinstance(error, Exception):
            await self._stop()  # cancelled: whoever did it doesn't want to wait for a server
            return
        try:
            await self.close(CloseCode.INTERNAL_ERROR if error else CloseCode.NORMAL_CLOSURE)
        except DeadlineExceeded as late:
            if error is None:
                raise
            error.add_note(f"meanwhile in a client: {late}")
        failure = self._keeper.error
        if error is None and not self._told and not isinstance(failure, ClientClosed | None):
            raise failure  # nobody has heard of it yet

    async def _start(self) -> Self:
        if self._task is not None or self._keeper.error is not None:
            raise RuntimeError("a client can be started once; make another one")
        states = self.states()
        self._task = asyncio.create_task(self._keeper.run(), name="client keeper")
        try:
            async for state in states:
                if state.phase is Phase.OPEN:
                    return self
        except BaseException:
            await self._stop()
            raise
        assert self._keeper.error is not None
        raise self._keeper.error

    async def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Send what is in the outbox, close the connection, and end everything.

        Without a connection there is nothing to wait for, and what is in the outbox stays
        ``unsent``. However this ends, even cancelled, no task and no socket is left. A second
        call waits for the end of the first.

        Args:
            code: a close code that may be sent.
            reason: at most 123 bytes in UTF-8.

        Raises:
            DeadlineExceeded: the server didn't take the last messages, or didn't answer the
                close; what was sent last may not have arrived.
            ValueError: the code or the reason can't be sent.
        """
        if not may_be_sent(code):
            raise ValueError(f"close code {code} may not be sent")
        Close(code, reason).serialize()
        if self._task is None:
            self._keeper.end()
        elif self._keeper.closing:
            await asyncio.wait([self._task])
        elif not self._task.done():
            try:
                await self._keeper.goodbye(code, reason)
            finally:
                await self._stop()

    async def _stop(self) -> None:
        """End everything at once."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait([self._task])

    # What there is to know

    def states(self) -> Following:
        """Follow the client's states: ``async for state in client.states()``.

        Begins with the present one, whenever it is called, and ends with CLOSED. As many as like
        may follow.
        """
        return self._states.follow()

    @property
    def state(self) -> State:
        """Where the client is, and why."""
        return self._states.now

    @property
    def rtt(self) -> RoundTrip:
        """Round-trip times, from the heartbeat."""
        return self._desk.rtt

    @property
    def unsent(self) -> tuple[Message, ...]:
        """What is in the outbox: no engine's ``send`` of it has returned."""
        return tuple(item.message for item in self._desk.outbox)

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol of the present connection; None without one."""
        found: str | None = getattr(self._keeper.connection, "subprotocol", None)
        return found

    def __repr__(self) -> str:
        return f"<Client {self._settings.where}: {self.state}>"
