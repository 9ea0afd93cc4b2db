"""``broadcast()``: one message to many connections.

The message is framed once, not once per connection, and what one turn of the event loop has to say
to a connection leaves in one write, however many messages it is: for each of them the system call
would cost ten times what all the rest does.

Nobody is waited for, as in ``websockets.broadcast``: a member that reads slowly gets it all, and
what it doesn't take piles up here. Those who do are returned, for a policy to be applied to them;
``wsdemo.hub`` has some.

Left out: rooms, and who is in them.
"""

from __future__ import annotations

from collections.abc import Iterable

from wsdemo.protocol import State
from wsdemo.protocol.whole import framed
from wsdemo.scratch.connection import Connection
from wsdemo.scratch.fragments import DataLike, as_payload
from wsdemo.scratch.waiter import ConcurrencyError


def broadcast(
    connections: Iterable[Connection], message: DataLike, *, text: bool | None = None
) -> list[Connection]:
    """Send a message to many connections, and wait for none of them.

    A connection that isn't open is passed over, and so is one amid a message that is being sent in
    pieces, with a line in its log: nothing may come between these.

    Args:
        connections: to whom.
        message: text or bytes.
        text: True to send bytes as a text message, False to send text as a binary one.

    Returns:
        Those who got it, although their write buffer was full already.

    Raises:
        TypeError: the message is neither text nor bytes.
    """
    payload = as_payload(message, text)
    frame, octets = framed(payload)
    full: list[Connection] = []
    due: list[Connection] = []
    for connection in connections:
        try:
            if connection.queue(payload, frame, octets):
                due.append(connection)
        except ConcurrencyError:
            connection.logger.warning("skipped a broadcast: a message is being sent in pieces")
            continue
        if connection.is_full and connection.state is State.OPEN:
            full.append(connection)
    if due:
        due[0].loop.call_soon(_flush, due)
    return full


def _flush(due: list[Connection]) -> None:
    for connection in due:
        connection.flush_due()
