"""What an end means: try again, give up, be content."""

import asyncio
import errno
import socket
import ssl
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.client.servers import answering, http
from wsdemo import engines
from wsdemo.client import CLOSE_CODES, DeadlineExceeded, Verdict, errors
from wsdemo.client.endings import ended, not_opened, retry_after
from wsdemo.errors import ConnectionClosedError
from wsdemo.protocol.closing import Close
from wsdemo.protocol.headers import Headers

URI = "ws://example.com/"


def closed_by_server(code: int, reason: str = "") -> ConnectionClosedError:
    """Return what an engine raises when the server has closed, and we have answered."""
    close = Close(code, reason)
    return ConnectionClosedError(close, close, rcvd_then_sent=True)


@pytest.mark.parametrize(
    ("code", "verdict", "error"),
    [
        (1000, Verdict.DONE, errors.ClientClosed),
        (1001, Verdict.RETRY, errors.ConnectionLost),
        (1002, Verdict.STOP, errors.Dismissed),
        (1003, Verdict.STOP, errors.Dismissed),
        (1005, Verdict.RETRY, errors.ConnectionLost),
        (1007, Verdict.STOP, errors.Dismissed),
        (1008, Verdict.STOP, errors.Dismissed),
        (1009, Verdict.STOP, errors.Dismissed),
        (1010, Verdict.STOP, errors.Dismissed),
        (1011, Verdict.RETRY, errors.ConnectionLost),
        (1012, Verdict.RETRY, errors.ConnectionLost),
        (1013, Verdict.RETRY, errors.ConnectionLost),
        (1014, Verdict.RETRY, errors.ConnectionLost),
        (3000, Verdict.STOP, errors.Dismissed),
        (3003, Verdict.STOP, errors.Dismissed),
        (4321, Verdict.RETRY, errors.ConnectionLost),
    ],
)
def test_a_close_code_decides(code: int, verdict: Verdict, error: type[Exception]) -> None:
    """And is told, with the reason, and the engine's own error behind it."""
    closed = closed_by_server(code, "why not")
    ending = ended(closed, URI)
    assert ending.verdict is verdict
    assert type(ending.error) is error
    assert f"{code} (" in str(ending.error)
    assert str(ending.error).endswith("why not")
    assert ending.error.__cause__ is closed


def test_no_close_frame_means_try_again() -> None:
    """A cut, a crash: 1006."""
    ending = ended(ConnectionClosedError(None, None), URI)
    assert ending.verdict is Verdict.RETRY
    assert isinstance(ending.error, errors.ConnectionLost)
    assert ending.error.code == 1006
    assert str(ending.error) == f"the connection to {URI} was lost: no close frame came"


def test_whoever_closed_first_says_why() -> None:
    """What the server sent was no UTF-8; that it answers with 1000 is politeness."""
    ours = ConnectionClosedError(Close(1000), Close(1007, "bad byte"), rcvd_then_sent=False)
    ending = ended(ours, URI)
    assert isinstance(ending.error, errors.Misbehaved)
    assert (ending.verdict, ending.error.code) == (Verdict.STOP, 1007)
    unanswered = ConnectionClosedError(None, Close(1009))
    assert isinstance(ended(unanswered, URI).error, errors.Misbehaved)


def test_the_table_can_be_replaced() -> None:
    """Private codes mean what a program says, and so do all others."""
    codes = CLOSE_CODES | {4001: Verdict.STOP, 1008: Verdict.RETRY}
    assert ended(closed_by_server(4001), URI, codes).verdict is Verdict.STOP
    assert ended(closed_by_server(1008), URI, codes).verdict is Verdict.RETRY
    assert ended(closed_by_server(1011), URI, {}).verdict is Verdict.RETRY


async def refused(answer: bytes, engine: str) -> Any:
    """Connect to a server that gives this answer, and judge the engine's error."""
    async with answering(answer) as uri:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - any of any engine
            await engines.get(engine).connect(uri, proxy=None)
        return not_opened(caught.value, uri)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("400 Bad Request", Verdict.STOP),
        ("401 Unauthorized", Verdict.STOP),
        ("403 Forbidden", Verdict.STOP),
        ("404 Not Found", Verdict.STOP),
        ("408 Request Timeout", Verdict.RETRY),
        ("426 Upgrade Required", Verdict.STOP),
        ("429 Too Many Requests", Verdict.RETRY),
        ("500 Internal Server Error", Verdict.RETRY),
        ("501 Not Implemented", Verdict.STOP),
        ("502 Bad Gateway", Verdict.RETRY),
        ("503 Service Unavailable", Verdict.RETRY),
        ("504 Gateway Timeout", Verdict.RETRY),
        ("200 OK", Verdict.STOP),
    ],
)
async def test_a_status_decides(status: str, verdict: Verdict, engine: str) -> None:
    """And is told, with the beginning of what was said about it."""
    ending = await refused(http(status, "Retry-After: 7", body="because\n"), engine)
    assert (ending.verdict, ending.wait) == (verdict, 7.0)
    assert isinstance(ending.error, errors.Refused)
    assert ending.status == ending.error.status == int(status[:3])
    assert f"answered {status}: 'because'" in str(ending.error)


@pytest.mark.parametrize(
    "answer",
    [
        http("101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"),
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    ],
)
async def test_what_is_no_websocket_stays_none(answer: bytes, engine: str) -> None:
    """An answer without the accept key, and another protocol."""
    ending = await refused(answer, engine)
    assert ending.verdict is Verdict.STOP
    assert isinstance(ending.error, errors.Refused)
    assert "no WebSocket at ws://127.0.0.1" in str(ending.error)


async def test_a_server_that_hangs_up_may_answer_the_next_time(engine: str) -> None:
    """It has said nothing at all, so that nothing speaks against it."""
    ending = await refused(b"", engine)
    assert ending.verdict is Verdict.RETRY
    assert isinstance(ending.error, errors.Unreachable)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ECONNREFUSED, "whatever"), "refused: nothing listens there"),
        (
            OSError(
                f"Multiple exceptions: [Errno {errno.ECONNREFUSED}] Connect call failed ('::1'), "
                f"[Errno {errno.ECONNREFUSED}] Connect call failed ('127.0.0.1')"
            ),
            "refused: nothing listens there",
        ),
        (OSError("[WinError 1225] whatever"), "refused: nothing listens there"),
        (OSError("Multiple exceptions: [Errno 1] a, [Errno 2] b"), "Multiple exceptions: "),
        (socket.gaierror(-2, "Name or service not known"), "no such host: Name or service"),
        (ConnectionResetError(errno.ECONNRESET, "reset by peer"), "reset by peer"),
        (ConnectionError(), "ConnectionError"),
    ],
)
def test_what_the_system_says_is_put_into_words(error: OSError, words: str) -> None:
    """For whoever typed the URI; and it may be otherwise in a moment."""
    ending = not_opened(error, URI)
    assert ending.verdict is Verdict.RETRY
    assert isinstance(ending.error, errors.Unreachable)
    assert f"no connection to {URI}: " in str(ending.error)
    assert words in str(ending.error)


def test_a_late_attempt_is_followed_by_another() -> None:
    """The deadline's own error says enough."""
    late = DeadlineExceeded("connect", "connecting", 1)
    assert not_opened(late, URI).error is late
    assert not_opened(late, URI).verdict is Verdict.RETRY


async def test_a_server_without_tls_stays_without() -> None:
    """With a hint, for it is most often a letter too many in the URI."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(http("400 Bad Request"))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ssl.SSLError) as caught:
            await connect(f"wss://127.0.0.1:{port}", proxy=None)
    ending = not_opened(caught.value, URI)
    assert ending.verdict is Verdict.STOP
    assert "is it ws:// that you want?" in str(ending.error)


def test_a_fault_of_ours_is_not_judged() -> None:
    """An argument that the engine doesn't know is raised as it is, and not tried again."""
    with pytest.raises(TypeError, match="colour"):
        not_opened(TypeError("unexpected keyword argument 'colour'"), URI)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 120 ", 120.0),
        ("999999999", 86_400.0),
        ("9" * 5000, 0.0),
        ("-5", 0.0),
        ("1.5", 0.0),
        ("²", 0.0),
        ("soon", 0.0),
        ("", 0.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 59.0),
        ("Fri, 31 Dec 1999 23:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999999 23:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float) -> None:
    """Or nonsense, which asks for nothing; and never for more than a day."""
    date = ("Date", "Fri, 31 Dec 1999 23:59:00 GMT")
    assert retry_after(Headers([("Retry-After", value), date])) == seconds


def test_retry_after_goes_by_our_clock_without_the_servers() -> None:
    """RFC 9110, 6.6.1: a server without a clock sends no Date."""
    headers = Headers([("Retry-After", "Thu, 01 Jan 1970 00:02:00 GMT")])
    assert retry_after(headers, now=lambda: 90.0) == 30.0
    assert retry_after(Headers()) == 0.0
