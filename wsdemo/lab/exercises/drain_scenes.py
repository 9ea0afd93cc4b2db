"""The scenes of the exercise `drain`: a stop in front of clients of several kinds, and the suite.

Nothing that a right answer does takes longer here than some milliseconds; what is waited for is
what a wrong one does not do. Leaves out the stage (`drain_stage`).
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from wsdemo.lab.conformance import CheckError, Report, check
from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Verdict
from wsdemo.lab.exercises.drain_stage import END, NOTHING, WAIT, Client, Stage
from wsdemo.protocol import Opcode

# What every loop around an endpoint passes, whoever wrote the endpoint, and what goes wrong when
# the loop is changed without care: several things in one read, handshakes, and every kind of end.
SUITE = "1.1.1-1.1.7, 2.4-2.10, 3, 4.1, 5.3-5.5, 5.15-5.20, 7, 20.1.3, 20.2.5, 24"
JOBS = 16

# Seconds: the patience of a server with a client that will try it. That of one which talks on must
# not fall silent for so long, or a deadline that begins anew with every read would be kept.
SHORT, LONGER = 0.05, 0.3
PAUSE = 0.01  # seconds between two things that such a client says

GOODBYE = b"\x03\xe9"  # 1001
BYE = b"\x03\xe8"  # 1000


async def message(answer: Any) -> Verdict:
    """Send one message, without any stop."""
    async with Stage(answer) as stage:
        client = await stage.client()
        if await client.open():
            client.say(Opcode.TEXT, b"Hello")
            await client.hear()
    if client.heard == ["TEXT 'Hello'"]:
        return Verdict("the same back")
    if not stage.errors:
        answers.refuse_blank(answer)
    return _verdict(answer, stage, client, "A message is not echoed any more: keep the loop.")


async def leaves(answer: Any) -> Verdict:
    """Leave, without any stop: the task that waits for it must not keep the connection."""
    async with Stage(answer) as stage:
        client = await stage.client()
        if await client.open():
            client.say(Opcode.CLOSE, BYE)
            await _hear(client, 2)
        returned = client.heard[-1:] == [END] and await stage.returned()
    fault = ""
    if client.heard != ["CLOSE 1000", END] or not returned:
        fault = (
            "The client has left, and `attend` goes on: what waits for the stop has to be "
            "cancelled when the loop ends."
        )
    return _verdict(answer, stage, client, fault)


async def answers_close(answer: Any) -> Verdict:
    """Stop in front of a client that is in good order."""
    async with Stage(answer) as stage:
        client = await stage.client()
        if await client.open():
            stage.stop()
            if await client.hear() == "CLOSE 1001":
                client.say(Opcode.PING)
                if await client.hear() == "PONG":
                    client.say(Opcode.CLOSE, GOODBYE)
                    await client.hear()
        returned = client.heard[-1:] == [END] and await stage.returned()
    fault = _first_frame(client.heard) or _after(client.heard[1:], returned=returned)
    return _verdict(answer, stage, client, fault)


def _first_frame(heard: Sequence[str]) -> str:
    """Say what is wrong with the first thing that comes after a stop."""
    first = heard[0] if heard else END
    if first == "CLOSE 1001":
        return ""
    if first == NOTHING:
        return (
            "Nothing comes after the stop. Does something else than `reader.read()` wait for it? "
            "And is the close frame written? `endpoint.close()` only puts it into the output: "
            "`writer.write(endpoint.take_output())`."
        )
    if first == END:
        return (
            "TCP ends without a close frame. To the client that is 1006, as if the server had been "
            "killed: `endpoint.close(1001)`, and write the output."
        )
    if first.startswith("CLOSE"):
        return (
            f"The code is {first.removeprefix('CLOSE ')}; 1001 says that the server is going away."
        )
    return "After the stop comes something else than a close frame."


def _after(heard: Sequence[str], *, returned: bool) -> str:
    """Say what is wrong after the close frame."""
    if not heard or heard[0] == END:
        return (
            "TCP ends right behind the close frame. The client has `patience` seconds to answer: "
            "until then the loop goes on."
        )
    if heard[0] != "PONG":
        return (
            "After the close frame a ping gets no pong: the loop has to go on reading, or it will "
            "not see the client's answer either."
        )
    if heard[1:] != [END] or not returned:
        return (
            "The client has answered, and TCP does not end: `patience` is the most to wait, and "
            "`endpoint.wants_eof` says when there is nothing more to wait for."
        )
    return ""


async def message_is_there(answer: Any) -> Verdict:
    """Stop at the moment when a message comes."""
    async with Stage(answer) as stage:
        client = await stage.client()
        if await client.open():
            stage.hold()
            client.say(Opcode.TEXT, b"an order")
            await stage.holds()
            stage.stop()
            if await client.hear() == "TEXT 'an order'" and await client.hear() == "CLOSE 1001":
                client.say(Opcode.CLOSE, GOODBYE)
                await client.hear()
    return _verdict(answer, stage, client, _kept(client.heard))


def _kept(heard: Sequence[str]) -> str:
    if heard[:1] == ["TEXT 'an order'"]:
        fault = _first_frame(heard[1:])
        ended = heard[2:] == [END]
        return fault or ("" if ended else "The client has answered, and TCP does not end.")
    if heard[:1] == ["CLOSE 1001"]:
        return (
            "A message that was there before the stop gets no answer: when both have happened, "
            "answer what has come, and then close."
        )
    return _first_frame(heard)


async def says_nothing(answer: Any) -> Verdict:
    """Stop in front of a client that never answers."""
    async with Stage(answer, SHORT) as stage:
        client = await stage.client()
        if await client.open():
            stage.stop()
            await _hear(client, 2)
        returned = client.heard[-1:] == [END] and await stage.returned()
    fault = _first_frame(client.heard)
    if not fault and (client.heard[1:] != [END] or not returned):
        fault = (
            "A client that never answers is waited for without end: after `patience` seconds end "
            "TCP, whatever the client does."
        )
    return _verdict(answer, stage, client, fault)


async def talks_on(answer: Any) -> Verdict:
    """Stop in front of a client that never answers, and never falls silent."""
    async with Stage(answer, LONGER) as stage:
        client = await stage.client()
        ended = False
        if await client.open():
            stage.stop()
            if await client.hear() == "CLOSE 1001":
                ended = await _talk(client)
    fault = _first_frame(client.heard)
    if not fault and not ended:
        fault = (
            "A client that talks on is waited for without end: `patience` is for all of it, and "
            "must not begin anew with every read."
        )
    return _verdict(answer, stage, client, fault)


async def _talk(client: Client) -> bool:
    """Send pings for as long as we wait for anything, and return whether TCP ended."""
    loop = asyncio.get_running_loop()
    end = loop.time() + WAIT
    while loop.time() < end:
        client.say(Opcode.PING)
        heard = await client.hear()
        client.heard.pop()  # how many pongs there are is chance
        if heard != "PONG":
            client.heard.append(heard)
            return heard == END
        await asyncio.sleep(PAUSE)
    client.heard.append("PONG, PONG, …")
    return False


async def before_the_request(answer: Any) -> Verdict:
    """Stop in front of a client that has asked for nothing yet."""
    async with Stage(answer, SHORT) as stage:
        client = await stage.client()
        await stage.begun()
        stage.stop()
        client.heard.append(END if await stage.returned() else NOTHING)
    fault = ""
    if client.heard == [NOTHING]:
        fault = "A client that has sent no request is waited for without end."
    return _verdict(answer, stage, client, fault)


async def suite(answer: Any) -> Verdict:
    """Run a part of the conformance suite, without any stop."""
    report: Report | None = None
    async with Stage(answer) as stage:
        with contextlib.suppress(CheckError):
            report = await check(stage.uri, SUITE, jobs=JOBS, patience=WAIT)
    if report is None:
        return _raised(answer, stage) or Verdict(
            "the suite cannot begin", "A first message is not echoed: see the first case."
        )
    passed = len(report.results) - len(report.failed)
    if passed == len(report.results) and not stage.errors:
        return Verdict("all pass")
    return _told(answer, stage, report, passed)


def _told(answer: Any, stage: Stage, report: Report, passed: int) -> Verdict:
    came_back = f"{passed} of {len(report.results)} pass"
    raised = _raised(answer, stage)
    if raised is not None:
        came_back += f"; {raised.came_back}"
    if not report.failed:
        return Verdict(came_back, raised.fault if raised else "")
    case = report.failed[0].case
    fault = f"Case {case.number}, {case.name}: {case.why}" if raised is None else raised.fault
    return Verdict(f"{came_back}; the first that does not: {case.number}", fault)


async def _hear(client: Client, most: int) -> None:
    for _ in range(most):
        if await client.hear() in (END, NOTHING):
            break


def _verdict(answer: Any, stage: Stage, client: Client, fault: str) -> Verdict:
    """Say what came of a scene; an exception explains everything else."""
    return _raised(answer, stage) or Verdict(", ".join(client.heard) or "nothing", fault)


def _raised(answer: Any, stage: Stage) -> Verdict | None:
    """Tell of an exception, of several always the same."""
    if not stage.errors:
        return None
    error = min(stage.errors, key=repr)
    outcome = answers.raised(error, answer)
    advice = " Ask for `endpoint.state` before you send or close." if _in_state(error) else ""
    return Verdict(outcome.came_back, outcome.fault + advice)


def _in_state(error: BaseException) -> bool:
    return type(error).__name__ == "StateError"
