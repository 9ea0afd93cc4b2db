"""The coroutine handlers, on connections that are lists."""

from collections.abc import AsyncIterator

from wsdemo.lab.bench.servers.handlers import handler


class _Connection:
    def __init__(self, *messages: str) -> None:
        self._messages = messages
        self.sent: list[str] = []

    async def __aiter__(self) -> AsyncIterator[str]:
        for message in self._messages:
            yield message

    async def send(self, message: str) -> None:
        self.sent.append(message)


def _broadcast(connections: set[_Connection], message: str) -> None:
    for connection in connections:
        connection.sent.append(message)


async def test_an_echo_sends_back() -> None:
    """Each message once, and nothing else."""
    connection = _Connection("a", "b")
    await handler(_broadcast, 0)(connection)
    assert connection.sent == ["a", "b"]


async def test_a_room_sends_to_everybody_who_is_in_it() -> None:
    """So many times, after a welcome; and who has left gets nothing any more."""
    attend = handler(_broadcast, 2)
    gone, one = _Connection(), _Connection("a")
    await attend(gone)
    await attend(one)
    assert one.sent == ["welcome", "a", "a"]
    assert gone.sent == ["welcome"]
