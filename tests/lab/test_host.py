"""A handler on the loop at hand: what it ends in is told before the peer hears of it."""

import asyncio
from typing import Any

import pytest

from tests.lab.handlers import crash, echo
from wsdemo import engines
from wsdemo.lab.host import Handler, Host, Job, keep_in

BRIEF = 0.01


@pytest.fixture(params=engines.NAMES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return str(request.param)


class Serving:
    """A host on a free port, and what it reports."""

    def __init__(self, handler: Handler, engine: str, **options: Any) -> None:
        self.failures: list[BaseException] = []
        self.engine = engines.get(engine)
        job = Job(handler, "test", engine, "127.0.0.1", 0, options, grace=BRIEF)
        self.host = Host(job, keep_in(self.failures))

    async def __aenter__(self) -> "Serving":
        self.port = await self.host.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.host.stop()

    def connect(self) -> Any:
        """Connect by the same engine."""
        return self.engine.connect(f"ws://127.0.0.1:{self.port}")


async def test_it_serves_and_says_goodbye(engine: str) -> None:
    """A client that is there at the end is told 1001, going away."""
    async with Serving(echo, engine) as serving:
        connection = await serving.connect()
        await connection.send("Hello")
        assert await connection.recv() == "Hello"
        closed = asyncio.ensure_future(connection.wait_closed())
    await closed
    assert (connection.close_code, serving.failures) == (1001, [])


async def test_a_failure_is_told_before_the_peer_is(engine: str) -> None:
    """Who sees 1011 finds the failure in the list already, with the place where it happened."""
    async with Serving(crash, engine) as serving, serving.connect() as connection:
        await connection.send("lost")
        with pytest.raises(serving.engine.ConnectionClosed) as caught:
            await connection.recv()
        assert caught.value.rcvd.code == 1011
        (failure,) = serving.failures
        assert isinstance(failure, KeyError)
        assert failure.__notes__ == ["in handler 'test', on connection 1"]


async def test_exit_in_a_handler_is_a_failure(engine: str) -> None:
    """It would end the whole loop otherwise."""

    async def leave(connection: Any) -> None:
        raise SystemExit(3)

    async with Serving(leave, engine) as serving, serving.connect() as connection:
        await connection.wait_closed()
        assert [type(each) for each in serving.failures] == [SystemExit]


@pytest.mark.parametrize("grouped", [False, True])
async def test_the_end_of_its_own_connection_is_no_failure(engine: str, grouped: bool) -> None:
    """A peer that leaves is what a handler lives with, bare or in the group of a TaskGroup."""
    done = asyncio.Event()

    async def listen(connection: Any) -> None:
        try:
            if grouped:
                async with asyncio.TaskGroup() as group:
                    group.create_task(connection.recv())
            else:
                await connection.recv()
        finally:
            done.set()

    async with Serving(listen, engine) as serving:
        async with serving.connect():
            pass
        await done.wait()
    assert serving.failures == []


async def test_the_end_of_another_connection_is_a_failure(engine: str) -> None:
    """Sending to a member of the room who has left takes an innocent connection down."""
    room: list[Any] = []

    async def forward(connection: Any) -> None:
        room.append(connection)
        async for message in connection:
            await room[0].send(message)

    async with Serving(forward, engine) as serving:
        async with serving.connect() as first:
            await first.send("")
            await first.recv()
        async with serving.connect() as second:
            await room[0].wait_closed()
            await second.send("anybody there?")
            await second.wait_closed()
        (failure,) = serving.failures
        assert isinstance(failure, serving.engine.ConnectionClosed)


@pytest.mark.parametrize("hook", ["process_request", "process_response"])
async def test_a_failure_in_the_opening_handshake_is_one(engine: str, hook: str) -> None:
    """The peer sees 500; nobody else would see anything."""

    async def fail(connection: Any, *_: object) -> None:
        raise KeyError("lost")

    options: dict[str, Any] = {hook: fail}
    async with Serving(echo, engine, **options) as serving:
        with pytest.raises(Exception, match="500"):
            await serving.connect()
        (failure,) = serving.failures
    assert failure.__notes__ == [f"in {hook} of server 'test'"]


async def test_hooks_of_the_opening_handshake_do_their_work(engine: str) -> None:
    """Plain functions and asynchronous ones answer for themselves."""

    def refuse(connection: Any, request: Any) -> Any:
        return connection.respond(418, "short and stout") if request.path == "/tea" else None

    async def sign(connection: Any, request: Any, response: Any) -> None:
        response.headers["X-Pot"] = "a teapot"

    hooks = {"process_request": refuse, "process_response": sign}
    async with Serving(echo, engine, **hooks) as serving:
        uri = f"ws://127.0.0.1:{serving.port}"
        async with serving.engine.connect(uri) as connection:
            assert connection.response.headers["X-Pot"] == "a teapot"
        with pytest.raises(Exception, match="418"):
            await serving.engine.connect(uri + "/tea")
    assert serving.failures == []


async def test_a_mixed_group_is_a_failure(engine: str) -> None:
    """A goodbye doesn't excuse the error beside it."""

    async def fail(connection: Any) -> None:
        await connection.close()
        try:
            await connection.send("late")
        except Exception as closed:
            raise ExceptionGroup("both", [closed, KeyError("lost")]) from None

    async with Serving(fail, engine) as serving, serving.connect() as connection:
        await connection.wait_closed()
    assert [type(each) for each in serving.failures] == [ExceptionGroup]


async def test_a_handler_that_goes_on_is_cancelled(engine: str) -> None:
    """stop() closes its connection, gives it some grace, and then ends it."""
    ends: list[str] = []

    async def linger(connection: Any) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise

    async with Serving(linger, engine, close_timeout=BRIEF) as serving:
        connection = await serving.connect()
    assert (ends, serving.failures) == (["cancelled"], [])
    await connection.close()


async def test_a_handler_that_will_not_be_cancelled_is_told_of(engine: str) -> None:
    """stop() comes back all the same."""
    gate = asyncio.Event()

    async def insist(connection: Any) -> None:
        while not gate.is_set():
            try:
                await gate.wait()
            except asyncio.CancelledError:
                continue

    async with Serving(insist, engine, close_timeout=BRIEF) as serving:
        connection = await serving.connect()
    (failure,) = serving.failures
    assert str(failure) == "handler 'test' went on after it was cancelled, for 1 connection(s)"
    gate.set()
    await connection.close()


async def test_a_plain_function_is_no_handler(engine: str) -> None:
    """The message tells the learner what to write."""

    def hello(connection: Any) -> Any:
        return "Hello"

    async with Serving(hello, engine) as serving, serving.connect() as connection:
        await connection.wait_closed()
    (failure,) = serving.failures
    assert "returned 'Hello', and nothing to await: define it with `async def`" in str(failure)


async def test_an_unknown_option_is_refused_at_the_start(engine: str) -> None:
    """The engine says which."""
    with pytest.raises(TypeError, match="open_sesame"):
        async with Serving(echo, engine, open_sesame=True):
            pass


def test_the_patience_follows_the_close_timeout() -> None:
    """Who sets no limit for the closing handshake has none for stop() either."""
    job = Job(echo, "test", "scratch", "", 0, {}, grace=0.25)
    assert job.patience == 1.25
    assert Job(echo, "test", "scratch", "", 0, {"close_timeout": None}).patience is None
