"""A dry run counts exactly what a connection does, and measures nothing."""

import gc
from typing import Any

import pytest

from tests.lab.handlers import echo
from wsdemo import lab
from wsdemo.lab.bench.octets import masked
from wsdemo.scratch import ServerConnection

FRAME = masked(0x81, b"Hello")
ECHO = b"\x81\x05Hello"


class ByProtocol(ServerConnection):
    """A connection that asyncio gives new bytes for each read."""

    def connection_made(self, transport: Any) -> None:
        """Stand behind something that is no BufferedProtocol."""
        super().connection_made(transport)
        transport.set_protocol(_Before(self))


class _Before:
    def __init__(self, connection: ServerConnection) -> None:
        self.data_received = connection.data_received
        self.connection_lost = connection.connection_lost


async def test_a_handler_answers_what_is_brought() -> None:
    """One read, one write, for each piece; the handshake is in neither."""
    run = await lab.dry_run(echo, [FRAME, FRAME[:3], FRAME[3:]])
    assert run.reads == (FRAME, FRAME[:3], FRAME[3:])
    assert run.writes == (ECHO, ECHO)
    assert repr(run) == "<dry run: 3 reads, 2 writes>"


async def test_what_one_read_has_led_to_leaves_in_one_write() -> None:
    """The engine corks, also here: reads are brought by the loop, and not by a task."""
    run = await lab.dry_run(echo, [FRAME * 3])
    assert run.writes == (ECHO * 3,)


async def test_a_callback_takes_the_place_of_a_handler() -> None:
    """As with `scratch.serve`, whose options are passed on."""
    run = await lab.dry_run(None, [FRAME], on_message=lambda ws, message: ws.send_nowait(message))
    assert run.writes == (ECHO,)


async def test_data_are_brought_in_the_way_that_the_protocol_wants() -> None:
    """Into its memory, or as new bytes."""
    by_buffer = await lab.dry_run(echo, [FRAME])
    by_protocol = await lab.dry_run(echo, [FRAME], create_connection=ByProtocol)
    assert by_buffer.writes == by_protocol.writes == (ECHO,)
    assert not by_buffer.calls["transport.data_received"]
    assert by_protocol.calls["transport.data_received"] == 1


async def test_calls_are_counted_for_our_functions_only() -> None:
    """By module and name; twice the messages, twice the calls."""
    once, twice = [await lab.dry_run(echo, [FRAME] * n) for n in (10, 20)]
    assert once.calls["whole.messages"] == 10
    assert {name: 2 * calls for name, calls in once.calls.items()} == dict(twice.calls)
    assert not [name for name in once.calls if name.startswith(("base_events", "dry", "<"))]


async def test_no_garbage_is_collected_meanwhile() -> None:
    """To close a generator that nobody has any more is a call; whenever it comes, it isn't ours."""
    enabled = set()

    async def look(connection: Any) -> None:
        async for _ in connection:
            enabled.add(gc.isenabled())

    await lab.dry_run(look, [FRAME, FRAME])
    assert enabled == {False}
    assert gc.isenabled()


async def test_the_costly_are_all_functions_with_their_times() -> None:
    """The costliest first, asyncio's and those in C among them, our own feeding not."""
    run = await lab.dry_run(echo, [FRAME] * 10)
    names = [name for name, _, _ in run.costly]
    seconds = [each for _, _, each in run.costly]
    assert seconds == sorted(seconds, reverse=True)
    assert {"whole.messages", "base_events._run_once"} <= set(names)
    assert not [name for name in names if "bring" in name]


async def test_a_refused_handshake_is_an_error() -> None:
    """There would be nothing to run."""
    refuse: dict[str, Any] = {"process_request": lambda ws, request: ws.respond(403, "no")}
    with pytest.raises(ValueError, match=r"the handshake was refused: HTTP/1\.1 403"):
        await lab.dry_run(echo, [FRAME], **refuse)


async def test_a_connection_that_raises_ends_the_run() -> None:
    """Its error comes out, where asyncio would log it and go on."""

    class Broken(ServerConnection):
        def buffer_updated(self, nbytes: int) -> None:
            if self.state.name == "OPEN":
                raise KeyError(nbytes)
            super().buffer_updated(nbytes)

    with pytest.raises(KeyError):
        await lab.dry_run(echo, [FRAME], create_connection=Broken)
