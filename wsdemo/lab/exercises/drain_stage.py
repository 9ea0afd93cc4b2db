"""A stage on which a learner's `attend` meets clients, one scene long; and the clients.

What a client sends may be held back on the stage and handed over at the very moment of the stop:
"a message that was there already" is then no matter of luck. Leaves out the scenes
(`drain_scenes`).
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from wsdemo.protocol import Frame, FrameReader, Opcode, build_request

HOST = "127.0.0.1"
# Seconds for what takes a millisecond, on a machine that is busy with something else.
WAIT = 2.0
ENOUGH = 60.0  # seconds that no right answer needs

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
NO_MASK = bytes(4)

END = "end of TCP"
NOTHING = f"nothing within {WAIT:g} s"


class Stage:
    """A server for one answer: `async with Stage(answer) as stage`, then `stage.client()`.

    Args:
        answer: The learner's coroutine function.
        patience: What it is given, in seconds.

    Attributes:
        stopping: The event that it is given.
        errors: What it raised, in a task of its own making, too.
        uri: Where it is served.
    """

    def __init__(self, answer: Any, patience: float = ENOUGH) -> None:
        self.stopping = asyncio.Event()
        self.errors: list[BaseException] = []
        self.uri = ""
        self._answer = answer
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._begun = False
        self._holding = False
        self._held: list[tuple[asyncio.StreamReader, bytes]] = []
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[Any]] = []
        self._attending: set[asyncio.Task[Any]] = set()
        self._clients: list[Client] = []
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        factory: Any = self._task
        self._loop.set_task_factory(factory)
        self._loop.set_exception_handler(lambda *_: None)  # the report tells
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.uri = f"ws://{HOST}:{self._server.sockets[0].getsockname()[1]}/"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for client in self._clients:
            client.abort()
        for task in self._attending:
            task.cancel()
        if self._attending:
            await asyncio.wait(self._attending, timeout=WAIT)
        for task in self._tasks:
            if task.done() and not task.cancelled() and (raised := task.exception()):
                if not isinstance(raised, Exception):  # `TimeIsUp`, which a task keeps to itself
                    raise raised
                self.errors.append(raised)

    def _task(
        self, loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        """Keep every task that is made: what it raises is not lost when nobody awaits it."""
        task = asyncio.Task(coroutine, loop=loop, **options)
        self._tasks.append(task)
        return task

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let the answer attend to a connection, with a reader that we feed."""
        given = asyncio.StreamReader()
        task = asyncio.current_task()
        assert task is not None
        self._attending.add(task)
        self._begun = True
        self._news.set()
        feeding = asyncio.create_task(self._feed(reader, given))
        try:
            await self._answer(given, writer, self.stopping, self._patience)
        except ConnectionError:
            pass  # the client has left
        except Exception as error:
            self.errors.append(error)
        finally:
            self._attending.discard(task)
            feeding.cancel()
            writer.close()
            self._news.set()

    async def _feed(self, reader: asyncio.StreamReader, given: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                self._held.append((given, data))
                if not self._holding:
                    self._hand_over()
                self._news.set()
        given.feed_eof()

    def _hand_over(self) -> None:
        for given, data in self._held:
            given.feed_data(data)
        self._held.clear()

    # What happens in a scene

    async def client(self) -> "Client":
        """Connect one more client."""
        port = int(self.uri.rpartition(":")[2].strip("/"))
        client = Client(*await asyncio.open_connection(HOST, port), self.uri)
        self._clients.append(client)
        return client

    async def begun(self) -> None:
        """Wait until a connection is attended to."""
        await self._until(lambda: self._begun)

    def hold(self) -> None:
        """Hold back what clients send from now on."""
        self._holding = True

    async def holds(self) -> None:
        """Wait until something is held back."""
        await self._until(lambda: bool(self._held))

    def stop(self) -> None:
        """Hand over what is held back, and stop, with nothing between the two."""
        self._hand_over()
        self._holding = False
        self.stopping.set()

    async def returned(self) -> bool:
        """Whether the answer has returned from every connection, or does so in time."""
        return await self._until(lambda: not self._attending)

    async def _until(self, condition: Callable[[], bool]) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAIT):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        return condition()


class Client:
    """A client that does what a scene wants, and nothing by itself.

    Attributes:
        heard: What came from the server, in words.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, uri: str
    ) -> None:
        self.heard: list[str] = []
        self._reader = reader
        self._writer = writer
        self._uri = uri
        self._frames = FrameReader(from_client=False)

    async def open(self) -> bool:
        """Shake hands, and return whether the server did."""
        self._writer.write(build_request(self._uri, key=KEY).serialize())
        try:
            async with asyncio.timeout(WAIT):
                head = await self._reader.readuntil(b"\r\n\r\n")
        except TimeoutError:
            self.heard.append(NOTHING)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.heard.append(END)
        else:
            return head.startswith(b"HTTP/1.1 101 ")
        return False

    def say(self, opcode: Opcode, payload: bytes = b"") -> None:
        """Send a frame; that nobody takes it any more is heard."""
        self._writer.write(Frame(opcode, payload, masking_key=NO_MASK).serialize())

    async def hear(self) -> str:
        """Wait for a frame or the end, and return it in words."""
        try:
            async with asyncio.timeout(WAIT):
                words = await self._next()
        except TimeoutError:
            words = NOTHING
        self.heard.append(words)
        return words

    async def _next(self) -> str:
        while (frame := self._frames.read()) is None:
            try:
                data = await self._reader.read(65_536)
            except ConnectionError:
                data = b""
            if not data:
                return END
            self._frames.feed(data)
        return told(frame)

    def abort(self) -> None:
        """End TCP."""
        self._writer.transport.abort()


def told(frame: Frame) -> str:
    """Put a frame into words: `TEXT 'Hello'`, `CLOSE 1001`, `PONG`."""
    if frame.opcode is Opcode.CLOSE:
        return f"CLOSE {int.from_bytes(frame.payload[:2], 'big')}" if frame.payload else "CLOSE"
    if frame.opcode is Opcode.TEXT:
        return f"TEXT {frame.payload.decode(errors='replace')!r}"
    return frame.opcode.name
