"""`wsdemo serve`: the program that the course began with, and an echo, from a terminal.

The URI on standard output, first and at once, so that a script can read where it listens; the
messages below it; everything else on standard error. SIGTERM and Ctrl-C drain, and end with 0.

Leaves out the server, which is `wsdemo.server`.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
import ssl
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wsdemo import engines
from wsdemo.apps.echo import echo
from wsdemo.apps.pong import pong_telling
from wsdemo.errors import LocalError
from wsdemo.limits import raise_open_files
from wsdemo.security import EVERYBODY, SAME_HOST, OriginsLike
from wsdemo.server import Handler, Server, serve

__all__ = ["CannotServe", "Setup", "Teller", "main", "origins_of"]


class CannotServe(LocalError):
    """What the command line asks for can't be done, for a reason that fits in a line."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the command line says; 0 and None stand for no limit."""

    app: str = "pong"
    host: str = "127.0.0.1"
    port: int = 8080
    path: str = "/ws"
    engine: str = engines.DEFAULT
    origins: tuple[str, ...] = ()
    max_connections: int | None = None
    max_size: int = 2**20
    max_fragments: int = 1024
    compression: bool = True
    keepalive: float = 20.0
    tls_cert: Path | None = None
    tls_key: Path | None = None
    quiet: bool = False


class Teller:
    """Prints lines at once, and no more when nobody reads them.

    Args:
        quiet: whether to print nothing.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet

    def tell(self, line: str) -> None:
        """Print a message's line."""
        if not self._quiet:
            self.say(line)

    def say(self, line: str) -> None:
        """Print a line, quiet or not."""
        encoding = sys.stdout.encoding
        try:
            # What a terminal can't show must not fail the client who sent it.
            print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)
        except OSError:
            # `wsdemo serve | head -1`: whoever reads has read enough. Clients are served all the
            # same, and Python's own flush at the end must not fail, either.
            self._quiet = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(setup: Setup) -> None:
    """Serve until a signal comes, and drain.

    Raises:
        CannotServe: the address is taken, or is none of ours; the certificate can't be read; an
            option makes no sense.
    """
    logging.basicConfig(
        format="wsdemo: %(message)s", level=logging.ERROR if setup.quiet else logging.WARNING
    )
    raise_open_files()
    teller = Teller(quiet=setup.quiet)
    try:
        asyncio.run(_serve(setup, teller))
    except OSError as error:
        raise CannotServe(_why_not(error, setup)) from error


async def _serve(setup: Setup, teller: Teller) -> None:
    server = _server(setup, teller)
    await server.run(ready=lambda server: teller.say(server.uri))


def _server(setup: Setup, teller: Teller) -> Server:
    handler: Handler = echo if setup.app == "echo" else pong_telling(teller.tell)
    tls = _context(setup)
    try:
        return serve(
            handler,
            setup.host,
            setup.port,
            path=setup.path,
            engine=setup.engine,
            origins=origins_of(setup.origins),
            max_connections=setup.max_connections,
            max_size=setup.max_size or None,
            max_fragments=setup.max_fragments or None,
            compression=setup.compression,
            keepalive=setup.keepalive or None,
            tls=tls,
        )
    except ValueError as error:
        raise CannotServe(str(error)) from error


def origins_of(words: Iterable[str]) -> OriginsLike:
    """Make the values of ``--origins`` into the argument ``origins`` of ``serve``.

    Clients without an ``Origin`` are always let in: only browsers send one, and only they are
    bound by the answer.

    Args:
        words: origins, or several with commas between them; ``*`` for every page on the web.
    """
    listed = [part.strip() for word in words for part in word.split(",") if part.strip()]
    if not listed:
        return SAME_HOST
    return EVERYBODY if EVERYBODY in listed else [*listed, None]


def _context(setup: Setup) -> ssl.SSLContext | None:
    """Make the context for TLS, if a certificate is named.

    Raises:
        CannotServe: the files can't be read, or are not what they should be.
    """
    if setup.tls_cert is None:
        if setup.tls_key is not None:
            raise CannotServe("--tls-key needs --tls-cert: the certificate that the key is for")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    names = " and ".join(str(file) for file in (setup.tls_cert, setup.tls_key) if file)
    for file in filter(None, (setup.tls_cert, setup.tls_key)):
        try:
            file.read_bytes()  # OpenSSL's own error doesn't say which of the two it is
        except OSError as error:
            raise CannotServe(f"{file} can't be read: {error.strerror}") from error
    try:
        context.load_cert_chain(setup.tls_cert, setup.tls_key, password=_no_password)
    except (ssl.SSLError, ValueError) as error:
        reason = (getattr(error, "reason", None) or "").replace("_", " ").lower()
        hint = "" if setup.tls_key else "; a key in a file of its own is named by --tls-key"
        why = f" ({reason})" if reason else ""
        raise CannotServe(f"no certificate and key in {names}{why}{hint}") from error
    return context


def _no_password() -> str:
    # Without this OpenSSL would ask the terminal, or hang where there is none.
    raise CannotServe("the key of the certificate is encrypted; decrypt it first")


def _why_not(error: OSError, setup: Setup) -> str:
    """Say in a line why an address can't be listened on."""
    where = f"port {setup.port} of {setup.host or 'this machine'}"
    if isinstance(error, socket.gaierror):
        return f"there is no host {setup.host!r}: {error.strerror}"
    if error.errno in (errno.EADDRNOTAVAIL, None):  # None: asyncio's own words from 3.13 on
        return f"{setup.host} is no address of this machine"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is taken; name another with --port, or 0 for any"
    if error.errno == errno.EACCES:
        return f"{where} may not be listened on by this user"
    return f"{where} can't be listened on: {error.strerror or error}"
