"""The exercise `drain` stops a server in front of clients that are not all kind."""

import textwrap

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.lab.exercises import Report, exercise

NAME = "drain"
IMPORTS = """
import asyncio
from wsdemo.lab.exercises.drain import reply
from wsdemo.protocol import Binary, RequestReceived, ServerEndpoint, State, Text
"""
# The loop of the stub, as a function of its own.
ECHO = """
async def echo(endpoint, reader, writer):
    while not endpoint.wants_eof and (data := await reader.read(65_536)):
        while events := endpoint.receive(data):
            for event in events:
                reply(endpoint, event)
            data = b""
        writer.write(endpoint.take_output())
        await writer.drain()
"""
# The solution, with a place for what happens at the stop.
FRAME = """
endpoint = ServerEndpoint()
async def say_goodbye():
    await stopping.wait()
{goodbye}
task = asyncio.create_task(say_goodbye())
try:
    await echo(endpoint, reader, writer)
finally:
    task.cancel()
"""
WRITE = "writer.write(endpoint.take_output())"
CLOSE = f"if endpoint.state is State.OPEN:\n    endpoint.close(1001)\n    {WRITE}"
END = "await asyncio.sleep(patience)\nwriter.transport.abort()"


def _indented(lines: str) -> str:
    return textwrap.indent(textwrap.dedent(lines).strip(), "    ")


async def _check(body: str) -> Report:
    """Check an `attend` with this body."""
    head = "async def attend(reader, writer, stopping, patience):\n"
    return await check(NAME, defined(NAME, f"{IMPORTS}{ECHO}\n{head}{_indented(body)}"))


async def _check_goodbye(goodbye: str) -> Report:
    """Check the solution with something else at the stop."""
    return await _check(FRAME.format(goodbye=_indented(goodbye)))


def _failing(report: Report) -> str:
    assert report.failing is not None
    return report.failing.case


async def test_the_solution_is_one_of_several() -> None:
    """A timeout around the loop is as good as a task beside it."""
    report = await _check("""
        endpoint = ServerEndpoint()
        talking = asyncio.create_task(echo(endpoint, reader, writer))
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait([talking, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not talking.done():
            if endpoint.state is State.OPEN:
                endpoint.close(1001)
                writer.write(endpoint.take_output())
            await asyncio.wait([talking], timeout=patience)
            talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
    """)
    assert report.passed, repr(report)


@pytest.mark.parametrize(
    ("goodbye", "fault"),
    [
        ("writer.close()", "TCP ends without a close frame. To the client that is 1006"),
        (f"endpoint.close(1000)\n{WRITE}\n{END}", "The code is 1000; 1001 says"),
        (f"endpoint.close()\n{WRITE}\n{END}", "The code is 1000; 1001 says"),
        (f"endpoint.close(1001)\n{END}", "And is the close frame written?"),
        ("await asyncio.sleep(patience)", "Nothing comes after the stop."),
        (f"{CLOSE}\nwriter.close()", "TCP ends right behind the close frame"),
        (CLOSE, "A client that never answers is waited for without end"),
    ],
)
async def test_a_mistake_at_the_stop_is_named(goodbye: str, fault: str) -> None:
    """Whatever the client sees of it."""
    assert fault in repr(await _check_goodbye(goodbye))


async def test_a_close_before_the_handshake_is_an_error_in_a_task() -> None:
    """Nobody awaits the task; its exception is told all the same."""
    report = await _check_goodbye(f"endpoint.close(1001)\n{WRITE}\n{END}")
    assert _failing(report) == "stopped: before the request"
    assert "Ask for `endpoint.state` before you send or close." in repr(report)


async def test_a_deadline_for_each_read_is_none() -> None:
    """A client that talks on has always just said something."""
    report = await _check("""
        endpoint = ServerEndpoint()
        stop = asyncio.create_task(stopping.wait())
        while not endpoint.wants_eof:
            read = asyncio.create_task(reader.read(65_536))
            if not stop.done():
                await asyncio.wait([read, stop], return_when=asyncio.FIRST_COMPLETED)
            if stop.done() and endpoint.state is State.OPEN and not read.done():
                endpoint.close(1001)
                writer.write(endpoint.take_output())
            await asyncio.wait([read], timeout=patience)
            if not read.done() or not (data := read.result()):
                break
            while events := endpoint.receive(data):
                for event in events:
                    reply(endpoint, event)
                data = b""
            writer.write(endpoint.take_output())
        stop.cancel()
        read.cancel()
    """)
    assert _failing(report) == "stopped: a client that talks on"
    assert "must not begin anew with every read" in repr(report)


async def test_a_message_that_is_dropped_is_named() -> None:
    """It had come before the stop, and both are seen at once."""
    report = await _check("""
        endpoint = ServerEndpoint()
        talking = asyncio.create_task(echo(endpoint, reader, writer))
        async def look():
            while not talking.done():
                if stopping.is_set() and endpoint.state is State.OPEN:
                    reader._buffer.clear()
                    endpoint.close(1001)
                    writer.write(endpoint.take_output())
                await asyncio.sleep(0)
        looking = asyncio.create_task(look())
        await talking
    """)
    assert "A message that was there before the stop gets no answer" in repr(report.rows[3])


async def test_a_task_that_outlives_its_connection_is_named() -> None:
    """Gathered and not cancelled: the client has left, and the server waits for its own end."""
    report = await _check("""
        endpoint = ServerEndpoint()
        async def say_goodbye():
            await stopping.wait()
        await asyncio.gather(echo(endpoint, reader, writer), say_goodbye())
    """)
    assert _failing(report) == "the client leaves"
    assert "has to be cancelled when the loop ends" in repr(report)


async def test_who_sits_out_the_patience_is_told() -> None:
    """The client has answered; there is nothing to wait for."""
    report = await _check("""
        endpoint = ServerEndpoint()
        async def say_goodbye():
            await stopping.wait()
            if endpoint.state is State.OPEN:
                endpoint.close(1001)
                writer.write(endpoint.take_output())
            await asyncio.sleep(patience)
            writer.transport.abort()
        task = asyncio.create_task(say_goodbye())
        await echo(endpoint, reader, writer)
        if stopping.is_set():
            await task
        task.cancel()
    """)
    assert "`patience` is the most to wait" in repr(report)


async def test_a_loop_that_forgets_the_state_fails_in_the_suite() -> None:
    """With the exception; the scenes send one thing at a time, and it is none there."""
    source = exercise(NAME).answer.replace("from wsdemo.lab.exercises.drain import reply", "")
    careless = textwrap.dedent("""
        from wsdemo.errors import HandshakeError
        from wsdemo.protocol import RequestReceived, Text

        def reply(endpoint, event):
            if isinstance(event, RequestReceived):
                try:
                    endpoint.accept()
                except HandshakeError:
                    endpoint.reject(400)
            elif isinstance(event, Text):
                endpoint.send_text(event.data)
    """)
    report = await check(NAME, defined(NAME, source + careless))
    assert _failing(report) == "the conformance suite"
    assert "Ask for `endpoint.state` before you send or close." in repr(report)


async def test_a_frozen_loop_is_told() -> None:
    """`time.sleep` in the task keeps the loop from everything else."""
    report = await check(
        NAME,
        defined(
            NAME,
            f"{IMPORTS}{ECHO}\nasync def attend(reader, writer, stopping, patience):\n"
            "    while True: pass",
        ),
        0.5,
    )
    assert "The event loop stands still" in repr(report)
