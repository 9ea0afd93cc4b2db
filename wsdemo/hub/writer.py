"""The writer: the one task that sends to one client, from one outbox, in order.

One writer and not a task per message, because two sends at the same time have no order; and a
task, because ``send`` waits for a slow peer and only that peer's writer may wait with it. What
waits together is handed over one by one, without a turn of the loop in between where the member
needs none: an engine that corks puts it into one write.

To cancel a writer is safe. Between the return of ``send`` and the count of the delivery there is
no ``await``, and nothing that was once given to ``send`` is ever given to it again.

Leaves out rooms: to a writer they are all the same.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol, runtime_checkable

from wsdemo.hub.counting import Fate
from wsdemo.hub.outbox import Outbox, Post
from wsdemo.hub.policies import Policy, checked
from wsdemo.hub.terms import Terms
from wsdemo.protocol.closing import CloseCode

__all__ = ["Member", "QuickMember", "Writer"]

logger = logging.getLogger("wsdemo.hub")


class Member(Protocol):
    """Whoever can be sent to: a connection of either engine, or anything of this shape."""

    async def send(self, message: str | bytes) -> None:
        """Send a message; wait while the peer is slow."""

    async def close(self, code: int = ..., reason: str = ...) -> None:
        """Close the connection, and wait until it is closed."""


@runtime_checkable
class QuickMember(Member, Protocol):
    """One that also takes messages at once, so that no task has to be woken for each."""

    @property
    def is_full(self) -> bool:
        """Whether the peer is slow, and whoever sends had better wait."""

    def send_nowait(self, message: str | bytes) -> None:
        """Send a message now; when this raises, nothing of it was sent."""


class Writer:
    """What a client is to those who send to it.

    Args:
        member: the connection.
        terms: the hub's.
        policy: for this client, if it is to have another than the hub's.

    Raises:
        TypeError: the policy is none.
    """

    def __init__(self, member: Member, terms: Terms, policy: Policy | None = None) -> None:
        if policy is not None:
            terms.check_policy(policy)
        self.member = member
        self._terms = terms
        self._outbox = Outbox(policy or terms.policy, terms.messages, terms.octets)
        self._quick = member if isinstance(member, QuickMember) else None
        self._task: asyncio.Task[None] | None = None
        self._idle: asyncio.Future[None] | None = None  # while the task has nothing to do
        self._ending = True  # nothing is taken: not yet, or not any more
        self._gone = False

    @property
    def gone(self) -> bool:
        """Whether the client has left, or was made to."""
        return self._gone

    @property
    def waiting(self) -> int:
        """How many messages wait in the outbox."""
        return len(self._outbox)

    def start(self) -> None:
        """Begin to take messages, and to send them."""
        self._ending = False
        self._task = asyncio.create_task(self._run(), name="wsdemo.hub: writer")
        # A task that is cancelled before its first step runs no `finally` of its own.
        self._task.add_done_callback(lambda _: self.end())

    def offer(self, post: Post) -> None:
        """Take a message, and wait for nothing; whatever the member does, nothing is raised.

        Args:
            post: the message, of which this copy was counted.
        """
        if self._ending:
            post.ends("discarded")
            return
        # An idle writer has nothing in its hands and nothing in its outbox: nobody is overtaken.
        if self._idle is not None and self._quick is not None and self._hand_over(post):
            return
        verdict = self._outbox.put(post)
        if verdict is not None:
            for counts in post.counts:
                counts.disconnected(verdict.code)
            self.disconnect(verdict.code, verdict.reason)
        else:
            self._wake()

    def disconnect(self, code: int = CloseCode.POLICY_VIOLATION, reason: str = "") -> None:
        """Make the client leave now, and close its connection without waiting for it.

        Args:
            code: a close code that may be sent.
            reason: at most 123 octets in UTF-8.

        Raises:
            ValueError: the code or the reason can't be sent.
        """
        close = checked(code, reason)
        if not self._gone:
            self.end()
            self._terms.hangups.start(self.member, close)

    def end(self) -> None:
        """Leave: take nothing more, send nothing more. A second time is nothing."""
        if self._gone:
            return
        self._gone = self._ending = True
        self._outbox.discard()
        if self._task is not None:
            self._task.cancel()

    async def drain(self, within: float | None = None) -> None:
        """Take nothing more, and wait until everything was sent or the client has left.

        Args:
            within: seconds to wait at most; None for as long as it takes.
        """
        self._ending = True
        self._wake()
        await self.ended(within)

    async def ended(self, within: float | None = None) -> None:
        """Wait until the writer is no more; the same ``within``."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=within)

    def _wake(self) -> None:
        idle, self._idle = self._idle, None
        if idle is not None and not idle.done():  # done: somebody has cancelled the task
            idle.set_result(None)

    def _hand_over(self, post: Post) -> bool:
        """Give a message to a member that takes it without waiting; return whether that's done."""
        assert self._quick is not None
        try:
            if self._quick.is_full:
                return False
            self._quick.send_nowait(post.message)
        except Exception:
            # It is closed, or in the middle of a message in pieces. `send` can tell, and wait.
            return False
        post.ends("delivered")
        return True

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while self._outbox:
                await self._send(self._outbox.take())
            if self._ending:
                return
            self._idle = loop.create_future()
            await self._idle

    async def _send(self, post: Post) -> None:
        fate: Fate = "unfinished"
        try:
            await self.member.send(post.message)
            fate = "delivered"
        except Exception as error:
            self._lose(post, error)
        finally:
            post.leaves(fate)

    def _lose(self, post: Post, error: Exception) -> None:
        """Part with a member whose send has failed."""
        logger.info("a client was lost: %r", error)
        if not self._gone:
            for counts in post.counts:
                counts.lost += 1
            # Nothing to a connection that is closed already, as it is most of the time. One that
            # is open must not stay so with somebody at its end who gets no more messages.
            self.disconnect(CloseCode.INTERNAL_ERROR, "can't be sent to")
