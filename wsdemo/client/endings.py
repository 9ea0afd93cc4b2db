"""What an end means for a client: try again, give up, or be content.

`CLOSE_CODES` is the table for close codes; a program replaces it with ``close_codes=CLOSE_CODES |
{4001: Verdict.STOP}``. A code that is not in it means: try again. `TRANSIENT` is the same for the
HTTP statuses of a server that opens no connection: with any other, asking again is of no use.

Leaves out how long to wait before the next attempt; see ``backoff``. And redirects: an engine
follows them, as ``websockets`` does, or they are a refusal.
"""

from __future__ import annotations

import enum
import errno
import math
import os
import re
import socket
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any

from wsdemo.client.errors import (
    ClientClosed,
    ConnectionLost,
    DeadlineExceeded,
    Dismissed,
    Misbehaved,
    Refused,
    Unreachable,
)
from wsdemo.errors import WsdemoError
from wsdemo.protocol import CloseCode
from wsdemo.protocol.closing import Close
from wsdemo.protocol.headers import excerpt
from wsdemo.scratch.client import WORTH_ANOTHER_TRY

__all__ = ["CLOSE_CODES", "TRANSIENT", "Ending", "Verdict", "ended", "not_opened", "retry_after"]


class Verdict(enum.Enum):
    """What a client makes of an end."""

    RETRY = "try again"
    STOP = "give up"
    DONE = "be content"


CLOSE_CODES: MappingProxyType[int, Verdict] = MappingProxyType(
    {
        # RFC 6455, 7.4.1: "the purpose for which the connection was established has been
        # fulfilled".
        CloseCode.NORMAL_CLOSURE: Verdict.DONE,
        # The other side doesn't like what we send (or we what it sends), and would not like it
        # better the next time.
        CloseCode.PROTOCOL_ERROR: Verdict.STOP,
        CloseCode.UNSUPPORTED_DATA: Verdict.STOP,
        CloseCode.INVALID_DATA: Verdict.STOP,
        CloseCode.POLICY_VIOLATION: Verdict.STOP,
        CloseCode.MESSAGE_TOO_BIG: Verdict.STOP,
        CloseCode.MANDATORY_EXTENSION: Verdict.STOP,
        # IANA's registry: "Unauthorized" and "Forbidden".
        3000: Verdict.STOP,
        3003: Verdict.STOP,
        # Left to the default, another try: 1001 going away, 1005 no code, 1006 no close frame,
        # 1011 internal error, 1012 service restart, 1013 try again later, 1014 bad gateway, and
        # 4000 to 4999, which mean what a program says they mean.
    }
)

# 408: it was late. 425: RFC 8470. 429: too many requests. The rest: the engine's own.
TRANSIENT = WORTH_ANOTHER_TRY | {408, 425, 429}

# Seconds. Whoever asks for more has made a mistake, or wishes us no good.
MOST_RETRY_AFTER = 86_400.0

# "Connection refused", by its number in POSIX and its two in Windows.
REFUSED = frozenset({errno.ECONNREFUSED, 1225, 10061})


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt, or a connection, ended.

    Attributes:
        error: the same for those who are to be told.
        verdict: what to do next.
        wait: seconds that the server wants us to wait, beside our own delay.
        status: the HTTP status of a refusal.
    """

    error: WsdemoError
    verdict: Verdict = Verdict.RETRY
    wait: float = 0.0
    status: int | None = None


def ended(closed: Any, uri: str, codes: Mapping[int, Verdict] = CLOSE_CODES) -> Ending:
    """Judge the end of a connection.

    Args:
        closed: the engine's ConnectionClosed, with ``rcvd``, ``sent`` and ``rcvd_then_sent``.
        uri: where the connection led to.
        codes: the table.
    """
    # Whoever closed first says why; the other one's code is an echo.
    ours = closed.sent is not None and not closed.rcvd_then_sent
    close = closed.sent if ours else closed.rcvd
    code = CloseCode.ABNORMAL_CLOSURE.value if close is None else int(close.code)
    how = "no close frame came" if close is None else str(Close(code, close.reason))
    verdict = codes.get(code, Verdict.RETRY)
    if verdict is Verdict.RETRY:
        error: WsdemoError = ConnectionLost(f"the connection to {uri} was lost: {how}", code)
    elif verdict is Verdict.DONE:
        error = ClientClosed(f"{uri} closed the connection: {how}")
    elif ours:
        error = Misbehaved(f"we failed the connection to {uri}: {how}", code)
    else:
        error = Dismissed(f"{uri} closed the connection, and not to come back: {how}", code)
    error.__cause__ = closed
    return Ending(error, verdict)


def not_opened(error: Exception, uri: str) -> Ending:
    """Judge an attempt that opened no connection.

    Args:
        error: what the engine, or a deadline, has raised.
        uri: where to.

    Raises:
        Exception: this very error, if it says nothing about the server but that something is wrong
            here, such as an argument that the engine doesn't know.
    """
    if isinstance(error, DeadlineExceeded):
        return Ending(error)
    if (response := getattr(error, "response", None)) is not None:
        ending = _answered(response, error, uri)
    elif isinstance(error, ssl.SSLError) and _is_permanent(error):
        ending = Ending(Refused(f"no TLS with {uri}: {_tls_words(error)}"), Verdict.STOP)
    elif isinstance(error, OSError):
        ending = Ending(Unreachable(f"no connection to {uri}: {_words(error)}"))
    elif isinstance(error.__cause__, (EOFError, OSError)):
        ending = Ending(Unreachable(f"no connection to {uri}: it hung up without an answer"))
    elif type(error).__module__ == "builtins":
        raise error
    else:  # an engine's own exception is its judgement of the answer
        ending = Ending(Refused(f"no WebSocket at {uri}: {error}"), Verdict.STOP)
    ending.error.__cause__ = error
    return ending


def _answered(response: Any, error: Exception, uri: str) -> Ending:
    """Judge an answer that opened no connection, of either engine's making."""
    status = int(getattr(response, "status_code", 0) or response.status)
    if status == 101:  # it said yes, and something in it was wrong
        return Ending(Refused(f"no WebSocket at {uri}: {error}", status), Verdict.STOP, 0.0, status)
    reason = getattr(response, "reason_phrase", None) or getattr(response, "reason", "")
    message = f"{uri} answered {status} {reason}".rstrip()
    if text := (response.body or b"").decode("utf-8", errors="replace").strip():
        message += f": {excerpt(text)}"
    verdict = Verdict.RETRY if status in TRANSIENT else Verdict.STOP
    return Ending(Refused(message, status), verdict, retry_after(response.headers), status)


def retry_after(headers: Any, now: Callable[[], float] = time.time) -> float:
    """Return for how many seconds the header Retry-After asks; 0 if it doesn't, or nonsense.

    RFC 9110, 10.2.3: "The Retry-After field value can be either an HTTP-date or a number of seconds
    to delay after receiving the response."

    Args:
        headers: of the response.
        now: tells the time of day, in seconds since 1970, where the header Date doesn't.
    """
    value = next(iter(headers.get_all("Retry-After")), "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
        seconds = float(value)
    elif (date := _moment(value)) is None:
        return 0.0
    else:
        # By the server's clock if we can: ours may be wrong.
        start = _moment(next(iter(headers.get_all("Date")), ""))
        seconds = date - (now() if start is None else start)
    return min(max(seconds, 0.0), MOST_RETRY_AFTER)


def _moment(value: str) -> float | None:
    try:
        seconds = parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return seconds if math.isfinite(seconds) else None


def _is_permanent(error: ssl.SSLError) -> bool:
    # WRONG_VERSION_NUMBER and its like: the other side doesn't speak TLS at all.
    speaks = error.reason not in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"}
    return isinstance(error, ssl.SSLCertVerificationError) or not speaks


def _tls_words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    return "it does not speak TLS; is it ws:// that you want?"


def _words(error: OSError) -> str:
    """Put an OSError into words for whoever typed the URI."""
    if isinstance(error, socket.gaierror):
        return f"there is no such host: {error.strerror}"
    # asyncio lists what went wrong with each address of a host: "Multiple exceptions: [Errno …"
    numbers = {int(number) for number in re.findall(r"\[(?:Errno|WinError) (\d+)\]", str(error))}
    number = numbers.pop() if len(numbers) == 1 else error.errno
    if number in REFUSED:
        return "connection refused: nothing listens there"
    if number is None or sys.platform == "win32":  # whose numbers strerror() doesn't know
        return str(error) or type(error).__name__
    return os.strerror(number).lower()
