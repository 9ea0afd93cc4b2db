"""One end of a TCP connection, with or without TLS, whose two directions fail apart.

asyncio's streams drop what has come and was not read yet as soon as a write fails. A suite that
goes on writing to an endpoint that has just closed would lose the very close frame it is after;
so this is sockets, and TLS over memory.

Leaves out what is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl

__all__ = ["Gone", "Stream", "dial"]

READ = 65_536  # octets: what one read takes at most


class Gone(Exception):
    """The other side has ended the connection by force."""


class Stream:
    """A connected socket.

    Args:
        sock: The socket; it is closed by `close`.
        tls: The context of a TLS client, or None.
        name: The server's name, for TLS.
    """

    def __init__(
        self, sock: socket.socket, tls: ssl.SSLContext | None = None, name: str = ""
    ) -> None:
        sock.setblocking(False)
        with contextlib.suppress(OSError):  # macOS refuses on a connection that was reset already
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # pieces stay pieces
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = _wrap(tls, self._incoming, self._outgoing, name)

    async def shake_hands(self) -> None:
        """Open TLS, if there is any.

        Raises:
            ssl.SSLError: The other side speaks no TLS, or has no certificate that is trusted.
            Gone: It has hung up.
        """
        while self._tls is not None:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    raise Gone("hung up in the middle of the TLS handshake") from None
            except ssl.SSLError:
                with contextlib.suppress(Gone):
                    await self._flush()  # the alert
                raise
            else:
                await self._flush()
                return

    async def send(self, data: bytes) -> None:
        """Send octets.

        Raises:
            Gone: The other side takes no more.
        """
        if self._tls is None:
            await self._put(data)
            return
        try:
            self._tls.write(data)
        except ssl.SSLError as error:  # such as behind the end of one direction
            raise Gone(str(error)) from error
        await self._flush()

    async def receive(self) -> bytes:
        """Return what comes next; nothing at the end.

        Raises:
            Gone: The connection was reset.
        """
        if self._tls is None:
            return await self._get()
        while True:
            try:
                return self._tls.read(READ)
            except ssl.SSLWantReadError:
                if not await self._fill():
                    return b""
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""
            except ssl.SSLError as error:
                raise Gone(str(error)) from error

    async def end(self) -> None:
        """End our direction."""
        if self._tls is not None:
            with contextlib.suppress(ssl.SSLError):  # it wants the other side's answer: not needed
                self._tls.unwrap()
            await self._flush()
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Give the socket back."""
        self._sock.close()

    async def _put(self, data: bytes) -> None:
        try:
            await self._loop.sock_sendall(self._sock, data)
        except OSError as error:
            raise Gone(str(error)) from error

    async def _get(self) -> bytes:
        try:
            return await self._loop.sock_recv(self._sock, READ)
        except OSError as error:
            raise Gone(str(error)) from error

    async def _flush(self) -> None:
        if data := self._outgoing.read():
            await self._put(data)

    async def _fill(self) -> bool:
        data = await self._get()
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
        return bool(data)


def _wrap(
    tls: ssl.SSLContext | None, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, name: str
) -> ssl.SSLObject | None:
    if tls is None:
        return None
    return tls.wrap_bio(incoming, outgoing, server_hostname=name)


async def dial(host: str, port: int, tls: ssl.SSLContext | None = None) -> Stream:
    """Connect to a server, and open TLS if it is asked for.

    Args:
        host: A name or an address; all addresses of a name are tried.
        port: The port.
        tls: The context for TLS, None for none.

    Raises:
        OSError: Nothing could be reached.
        ssl.SSLError: No TLS, or no certificate that is trusted.
        Gone: It has hung up in the middle of it.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    error: OSError | None = None
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        sock.setblocking(False)
        try:
            await loop.sock_connect(sock, address)
        except OSError as failure:
            sock.close()
            error = error or failure
            continue
        except BaseException:
            sock.close()
            raise
        try:
            stream = Stream(sock, tls, host)
            await stream.shake_hands()
        except BaseException:
            sock.close()
            raise
        return stream
    raise error or OSError(f"{host} has no address")
