"""The exercise `cooperative_handler` finds out who blocks, without a clock."""

import textwrap

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.lab.exercises import Report

NAME = "cooperative_handler"
IMPORTS = "import asyncio, concurrent.futures, threading, time\n\n"


async def _check(body: str, seconds: float = 60) -> Report:
    """Check a handler with this body."""
    lines = textwrap.dedent(body).strip().splitlines()
    source = IMPORTS + "\n".join(
        ["async def handler(websocket, work):", *(f"    {x}" for x in lines)]
    )
    return await check(NAME, defined(NAME, source), seconds)


@pytest.mark.parametrize(
    "reply",
    [
        "await asyncio.to_thread(work, message)",
        "await asyncio.get_running_loop().run_in_executor(None, work, message)",
        "await asyncio.create_task(asyncio.to_thread(work, message))",
        "await asyncio.wrap_future(pool.submit(work, message))",
    ],
)
async def test_every_way_that_lets_go_of_the_loop_passes(reply: str) -> None:
    """There are several, and none is prescribed."""
    report = await _check(f"""
        with concurrent.futures.ThreadPoolExecutor() as pool:
            async for message in websocket:
                await websocket.send({reply})
    """)
    assert report.passed, repr(report)


async def test_a_handler_that_prints_passes(capsys: pytest.CaptureFixture[str]) -> None:
    """It runs in another thread, and prints all the same."""
    assert await _check("""
        async for message in websocket:
            print("got", message)
            await websocket.send(await asyncio.to_thread(work, message))
    """)
    assert "got tick" in capsys.readouterr().out


BLOCKING = "work() runs in the event loop's own thread"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("await asyncio.sleep(0)\nawait websocket.send(work(message))", BLOCKING),
        ("await websocket.send(await asyncio.sleep(0, work(message)))", BLOCKING),
        ("await websocket.send(await asyncio.to_thread(work(message)))", "Hand over `work` and"),
        ("await websocket.send(asyncio.run(work(message)))", "use `await`, and not `asyncio.run`"),
        ("await websocket.send(message + ': done')", "work was never called"),
        ("work(message)\nawait websocket.send(work(message))", "work was called 2 times for 1"),
        ("await asyncio.to_thread(work, message)\nawait websocket.send('done')", "is what work("),
        (
            "await websocket.send(f'{message}: done')\nawait asyncio.to_thread(work, message)",
            "answered before its work is done",
        ),
        (
            "await websocket.send(await asyncio.to_thread(work, message))\nreturn",
            "ends after the first message",
        ),
        ("print(message)\nreturn", "ends without an answer"),
        ("await asyncio.to_thread(work, message)[0]", "TypeError"),
    ],
)
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
async def test_a_mistake_is_named(body: str, fault: str) -> None:
    """At once: nothing has to time out for it."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    report = await _check(f"async for message in websocket:\n{lines}")
    assert fault in repr(report)


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
async def test_a_missing_await_is_named() -> None:
    """The library complains about the type of what is sent; we say why."""
    report = await _check("""
        async for message in websocket:
            await websocket.send(asyncio.to_thread(work, message))
    """)
    assert "is an `await` missing?" in repr(report)


async def test_a_task_for_each_message_mixes_up_the_answers() -> None:
    """The second is answered while the first is at work; which case shows it first is chance."""
    report = await _check("""
        async def answer(message):
            await websocket.send(await asyncio.to_thread(work, message))
        async with asyncio.TaskGroup() as tasks:
            async for message in websocket:
                tasks.create_task(answer(message))
    """)
    assert not report.rows[2].ok
    assert "await each before the next" in repr(report)


JOINING = """
thread = threading.Thread(target=lambda: result.append(work(message)))
thread.start()
thread.join()
await websocket.send(result.pop())
"""


@pytest.mark.parametrize(
    ("body", "seconds", "fault"),
    [
        (JOINING, 2, "the whole loop waits for something that is not awaited, such as join()"),
        (
            "await websocket.send(pool.submit(work, message).result())",
            2,
            "the whole loop waits for something that is not awaited, such as join()",
        ),
        ("await asyncio.to_thread(work, message)", 0.5, "No answer came"),
        ("await websocket.recv()", 0.5, "No answer came"),
        ("while True: pass", 0.5, "No answer came"),
    ],
)
async def test_a_handler_that_hangs_is_told_what_is_missing(
    body: str, seconds: float, fault: str
) -> None:
    """It is stopped, and what was missing until then is the hint."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    setup = "result, pool = [], concurrent.futures.ThreadPoolExecutor()\n"
    report = await _check(f"{setup}async for message in websocket:\n{lines}", seconds)
    assert f"Stopped after {seconds:g} s." in repr(report)
    assert fault in repr(report)


async def test_an_exception_in_the_second_case_is_told_there() -> None:
    """The first message was answered."""
    report = await _check("""
        async for message in websocket:
            assert message != "two", "one is enough"
            await websocket.send(await asyncio.to_thread(work, message))
    """)
    assert report.rows[0].ok
    assert "AssertionError: one is enough\nline 5" in report.rows[1].came_back


async def test_an_exception_for_the_second_client_is_told_there() -> None:
    """Wherever it happens, it is in the row."""
    report = await _check("""
        async for message in websocket:
            await websocket.send(await asyncio.to_thread(work, message))
            if message == "tick": raise RuntimeError("who is that?")
    """)
    assert "RuntimeError: who is that?" in report.rows[2].came_back
