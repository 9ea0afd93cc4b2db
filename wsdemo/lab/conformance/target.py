"""The server to be checked: its URL taken apart, and a first look at what is there.

What keeps a whole suite from running is said once, in one line, before any case: nothing listens,
TLS where there is none, no WebSocket, no echo. Each has an exit code of its own.

Leaves out the cases.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlsplit

from wsdemo.errors import WsdemoError
from wsdemo.lab.conformance.opening import Head
from wsdemo.lab.conformance.stream import Gone, Stream, dial

__all__ = [
    "BadUrl",
    "CheckError",
    "NoEcho",
    "NoTls",
    "NoWebSocket",
    "NotReached",
    "Target",
    "refine",
]

PORTS = {"ws": 80, "wss": 443}
TLS_ALERT = b"\x15"  # the content type that RFC 8446, 5.1, gives to alerts
PROBED = 3.0  # seconds for a second look, whose answer only makes a message clearer
REACHED = 10.0  # seconds in which a server has to take a connection and answer a first request


class CheckError(WsdemoError):
    """The suite cannot run; `exit_code` is what a program that runs it ends with."""

    exit_code: ClassVar[int] = 1


class BadUrl(CheckError, ValueError):
    """What was given is no WebSocket URL."""

    exit_code = 2


class NotReached(CheckError):
    """Nothing listens there, or nothing of that name is known."""

    exit_code = 3


class NoTls(CheckError):
    """One side speaks TLS and the other does not, or the certificate is not trusted."""

    exit_code = 4


class NoWebSocket(CheckError):
    """Something answers, and it is no WebSocket server."""

    exit_code = 5


class NoEcho(CheckError):
    """A WebSocket server that does not send back what it gets, which the cases live on."""

    exit_code = 6


@dataclass(frozen=True, slots=True)
class Target:
    """Where a server is, and how to get there.

    Attributes:
        url: As it was given.
        host: A name or an address.
        port: The port.
        path: Path and query: what is asked for.
        tls: The context for TLS; None for none.
        fields: Header lines that every request carries, such as a token.
    """

    url: str
    host: str
    port: int
    path: str
    tls: ssl.SSLContext | None = None
    fields: tuple[str, ...] = field(default=())

    @classmethod
    def parse(
        cls, url: str, tls: ssl.SSLContext | None = None, fields: tuple[str, ...] = ()
    ) -> Target:
        """Take a URL apart (RFC 6455, 3).

        Args:
            url: ws:// or wss://.
            tls: The context for wss; the system's certificates are trusted when None.
            fields: Header lines that every request carries: "Name: value".

        Raises:
            BadUrl: It is none; the message names what is wrong.
        """
        scheme, host, port, path = _parts(url)
        for line in fields:
            name, colon, _ = line.partition(":")
            bad = any(char in "\r\n" or char > "\xff" for char in line)  # a head is Latin-1
            if not colon or not name.strip() or bad:
                raise BadUrl(f"{line!r} is no header: write 'Name: value'")
        context = (tls or ssl.create_default_context()) if scheme == "wss" else None
        return cls(url, host, port, path, context, fields)

    @property
    def authority(self) -> str:
        """What the Host field says."""
        name = self.host.encode("idna").decode()  # a header holds no other letters
        host = f"[{name}]" if ":" in name else name
        usual = PORTS["wss" if self.tls else "ws"]
        return host if self.port == usual else f"{host}:{self.port}"

    async def dial(self) -> Stream:
        """Connect.

        Raises:
            NotReached: Nothing listens there.
            NoTls: TLS fails.
        """
        try:
            async with asyncio.timeout(REACHED):
                return await dial(self.host, self.port, self.tls)
        except ssl.SSLCertVerificationError as error:
            words = f"{self.url}: the certificate is not trusted: {error.verify_message}"
            raise NoTls(words) from error
        except (ssl.SSLError, Gone) as error:
            raise NoTls(f"{self.url}: no TLS is spoken there; try ws:// ({error})") from error
        except TimeoutError as error:
            raise NotReached(f"{self.url}: no connection within {REACHED:g} s") from error
        except OSError as error:
            # asyncio has words of its own for a failed connect(), with the address for a reason.
            number = error.errno or 0  # negative for a name that nobody knows
            words = os.strerror(number) if number > 0 else error.strerror or str(error)
            raise NotReached(f"{self.url}: nothing to connect to: {words}") from error


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        split = urlsplit(url)
        port = split.port
        (split.hostname or "").encode("idna")  # as a resolver does, which has no error for it
    except ValueError as error:
        raise BadUrl(f"{url!r} is no URL: {error}") from error
    if split.scheme not in PORTS or "://" not in url:
        given = f"{split.scheme}:" if split.scheme else "nothing"
        raise BadUrl(
            f"{url!r} is no WebSocket URL: it begins with {given}, not with ws:// or wss://"
        )
    if not split.hostname or port == 0:
        raise BadUrl(f"{url!r} names no {'host' if not split.hostname else 'port to connect to'}")
    if split.fragment or url.endswith("#"):
        raise BadUrl(f"{url!r} has a fragment, which no WebSocket URL may have (RFC 6455, 3)")
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    if not path.isascii() or any(char <= " " for char in path):
        raise BadUrl(f"{url!r}: write {path!r} with percent signs")
    return split.scheme, split.hostname, port or PORTS[split.scheme], path


async def refine(
    target: Target, head: Head | None, answer: bytes, *, over: bool = True
) -> CheckError:
    """Say why a server did not open the very first connection.

    Args:
        target: The server.
        head: Its response, if there is one.
        answer: What came instead.
        over: Whether it has ended the connection.
    """
    if head is not None and head.status:
        hint = {401: "; pass a token with --header", 403: "; is the origin allowed?"}
        words = f"the server answers {head.status}, not 101{hint.get(head.status, '')}"
        return NoWebSocket(f"{target.url}: {words}")
    if not over and not answer:
        return NoWebSocket(f"{target.url}: the server takes the connection, and gives no answer")
    silent_or_alert = answer[:1] in (b"", TLS_ALERT)
    if target.tls is None and silent_or_alert and await _speaks_tls(target):
        return NoTls(f"{target.url}: the server speaks TLS; try wss://")
    if answer:
        return NoWebSocket(f"{target.url}: the answer is no HTTP: it begins with {answer[:16]!r}")
    return NoWebSocket(f"{target.url}: the connection ends without an answer")


async def _speaks_tls(target: Target) -> bool:
    """Whether there is TLS where none was asked for; whose certificate it has does not matter."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with contextlib.suppress(OSError, Gone, TimeoutError):
        async with asyncio.timeout(PROBED):
            stream = await dial(target.host, target.port, context)
        stream.close()
        return True
    return False
