"""`wsdemo serve`: the program that the course began with, an echo, and the applications.

On standard output first and at once where it listens, so that a script can read it: the URI, and
before it, for an application, the URL of its page; the messages below it; everything else on
standard error. SIGTERM and Ctrl-C drain, and end with 0.

Leaves out the server, which is `wsdemo.server`, and the applications, which are `apps`.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wsdemo import engines
from wsdemo.apps.app import PATH, serving
from wsdemo.apps.echo import echo
from wsdemo.apps.pong import pong_telling
from wsdemo.cli import apps, terminal
from wsdemo.cli.apps import AppOptions, CannotServe
from wsdemo.limits import raise_open_files
from wsdemo.log import NotOpened
from wsdemo.security import EVERYBODY, SAME_HOST, OriginsLike
from wsdemo.server import Handler, Server, serve

__all__ = ["CannotServe", "Setup", "Teller", "main", "origins_of"]


@dataclass(frozen=True, slots=True)
class Setup:
    """What the command line says; 0 and None stand for no limit."""

    app: str = "pong"
    host: str = "127.0.0.1"
    port: int = 8080
    path: str = PATH
    engine: str = engines.DEFAULT
    origins: tuple[str, ...] = ()
    max_connections: int | None = None
    max_size: int = 2**20
    max_fragments: int = 1024
    compression: bool | None = None
    keepalive: float = 20.0
    tls_cert: Path | None = None
    tls_key: Path | None = None
    quiet: bool = False
    options: AppOptions = field(default_factory=AppOptions)


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
        try:
            terminal.say(line)
        except terminal.Enough:
            # `wsdemo serve | head -1`: clients are served all the same.
            self._quiet = True
            terminal.mute()


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
    except NotOpened as error:
        raise CannotServe(str(error)) from error
    except OSError as error:
        raise CannotServe(_why_not(error, setup)) from error


async def _serve(setup: Setup, teller: Teller) -> None:
    async with _entering(setup, teller) as server:

        def tell(server: Server) -> None:
            if setup.app in apps.NAMES:
                teller.say(f"{server.url}/")
            teller.say(server.uri)

        await server.run(ready=tell)


def _entering(setup: Setup, teller: Teller) -> AbstractAsyncContextManager[Server]:
    """Make what gives the server; errors as for `main`."""
    apps.check(setup.app, setup.options)
    options: dict[str, Any] = {
        "engine": setup.engine,
        "origins": origins_of(setup.origins),
        "max_connections": setup.max_connections,
        "max_size": setup.max_size or None,
        "max_fragments": setup.max_fragments or None,
        "keepalive": setup.keepalive or None,
        "tls": _context(setup),
    }
    if setup.compression is not None:
        options["compression"] = setup.compression
    if setup.app in apps.NAMES:
        if setup.path != PATH:
            raise CannotServe(f"--path {setup.path}: the page of {setup.app} connects to {PATH}")
        app = apps.make(setup.app, setup.options)
        return serving(app, setup.host, setup.port, **options)
    handler: Handler = echo if setup.app == "echo" else pong_telling(teller.tell)
    try:
        return serve(handler, setup.host, setup.port, path=setup.path, **options)
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
