"""A client that echoes, with all its decisions on the opening handshake (RFC 6455, 4.1)."""

from __future__ import annotations

import asyncio
import base64
import os
from typing import Self
from urllib.parse import urlsplit

from tests.lab.conformance.plain_deflate import NAME, Agreement, Deflater, Inflater
from tests.lab.conformance.plain_http import (
    STATUS_LINE,
    Head,
    Refusal,
    accept_key,
    parse_extensions,
)
from tests.lab.conformance.plain_opening import Opening


class PlainClient(Opening):
    """The client's end of a connection.

    Attributes:
        subprotocols: it asks for.
        key: of its request.

    Args:
        reader: of the TCP connection.
        writer: of the TCP connection.
        uri: of the server.
        compression: whether to offer permessage-deflate.
    """

    peer_masks = False
    subprotocols: tuple[str, ...] = ()

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        uri: str,
        *,
        compression: bool = False,
    ) -> None:
        super().__init__(reader, writer)
        self.uri = urlsplit(uri)
        self.compression = compression
        self.key = self.new_key()

    @classmethod
    async def connect(cls, uri: str, *, compression: bool = False) -> Self:
        """Connect to a server, and send nothing yet."""
        address = urlsplit(uri)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        return cls(reader, writer, uri, compression=compression)

    def new_masking_key(self) -> bytes | None:
        """Mask every frame with a key that nobody can foresee (RFC 6455, 5.3)."""
        return os.urandom(4)

    def half_close(self) -> None:
        """Leave it to the server after a closing handshake (RFC 6455, 7.1.1)."""
        if not self.finished:
            super().half_close()

    async def open(self) -> None:
        """Ask for a connection."""
        await self.send(self.build_request().serialize())
        self.check_response(await self.read_head())

    # The request.

    def build_request(self) -> Head:
        """Write the request (RFC 6455, 4.1)."""
        target = (self.uri.path or "/") + (f"?{self.uri.query}" if self.uri.query else "")
        fields = [
            ("Host", self.uri.netloc),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", self.key),
            ("Sec-WebSocket-Version", "13"),
        ]
        if self.compression:
            fields.append(("Sec-WebSocket-Extensions", self.offer()))
        if self.subprotocols:
            fields.append(("Sec-WebSocket-Protocol", ", ".join(self.subprotocols)))
        return Head(f"GET {target} HTTP/1.1", fields)

    def new_key(self) -> str:
        """Draw a key (RFC 6455, 4.1, 7 of the request)."""
        return base64.b64encode(os.urandom(16)).decode()

    def offer(self) -> str:
        """Offer permessage-deflate, and to limit our window to what the server likes."""
        return f"{NAME}; client_max_window_bits"

    # The response.

    def check_start(self, start: str) -> None:
        """Demand a status line (RFC 9112, 4)."""
        if not STATUS_LINE.fullmatch(start):
            raise Refusal(400, "malformed status line")

    def check_response(self, response: Head) -> None:
        """Judge a response."""
        self.check_version_of_http(response.start[:8])
        self.check_status(int(response.start[9:12]))
        self.check_upgrade(response)
        self.check_connection(response)
        self.check_accept(response)
        self.check_extensions(response)
        self.check_subprotocol(response)

    def check_version_of_http(self, version: str) -> None:
        """Demand HTTP/1.1, in which alone there is an upgrade (RFC 6455, 4.2.2, 5)."""
        if version != "HTTP/1.1":
            raise Refusal(505, "not HTTP/1.1")

    def check_status(self, status: int) -> None:
        """Demand 101 (RFC 6455, 4.1, 1 of the response)."""
        if status != 101:
            raise Refusal(status, "not 101")

    def check_upgrade(self, response: Head) -> None:
        """Demand `websocket` alone (RFC 6455, 4.1, 2 of the response)."""
        if (response.one("Upgrade") or "").lower() != "websocket":
            raise Refusal(400, "no Upgrade: websocket")

    def check_connection(self, response: Head) -> None:
        """Demand `Upgrade` among the options (RFC 6455, 4.1, 3 of the response)."""
        if "upgrade" not in response.options("Connection"):
            raise Refusal(400, "no Connection: Upgrade")

    def check_accept(self, response: Head) -> None:
        """Demand the proof that our key was read (RFC 6455, 4.1, 4 of the response)."""
        if response.one("Sec-WebSocket-Accept") != accept_key(self.key):
            raise Refusal(400, "wrong Sec-WebSocket-Accept")

    def check_extensions(self, response: Head) -> None:
        """Allow only what we offered, once (RFC 6455, 4.1, 5 of the response; RFC 7692, 5)."""
        for name, parameters in parse_extensions(
            ", ".join(response.all("Sec-WebSocket-Extensions"))
        ):
            if not self.is_offered(name) or self.agreement:
                raise Refusal(400, "an extension that we did not offer")
            agreement = self.read_agreement(parameters)
            if agreement is None:
                raise Refusal(400, "invalid parameters")
            self.agree(agreement)

    def is_offered(self, name: str) -> bool:
        """Tell whether an extension may be in the response."""
        return self.compression and name == NAME

    def are_window_bits(self, name: str, value: str | None) -> bool:
        """Allow a limit of our window only if we offered to limit it (RFC 7692, 7.1.2.2)."""
        return super().are_window_bits(name, value) and (
            name == "server_max_window_bits" or name in self.offer()
        )

    def check_subprotocol(self, response: Head) -> None:
        """Allow only one that we asked for (RFC 6455, 4.1, 6 of the response)."""
        chosen = response.all("Sec-WebSocket-Protocol")
        if chosen and not (len(chosen) == 1 and chosen[0] in self.subprotocols):
            raise Refusal(400, "a subprotocol that we did not ask for")

    def new_deflater(self, agreement: Agreement) -> Deflater:
        """Compress as the server demands."""
        takeover = not agreement.client_no_context_takeover
        return Deflater(agreement.client_max_window_bits, takeover)

    def new_inflater(self, agreement: Agreement) -> Inflater:
        """Restore as the server promised."""
        return Inflater(takeover=not agreement.server_no_context_takeover)
