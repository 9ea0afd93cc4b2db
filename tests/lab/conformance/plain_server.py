"""A server that echoes, with all its decisions on the opening handshake (RFC 6455, 4.2)."""

from __future__ import annotations

import re
from http import HTTPStatus

from tests.lab.conformance.plain_deflate import NAME, Agreement, Deflater, Inflater
from tests.lab.conformance.plain_http import (
    REQUEST_LINE,
    Head,
    Parameters,
    Refusal,
    accept_key,
    parse_extensions,
)
from tests.lab.conformance.plain_opening import FLAGS, WINDOWS, Opening

HOST = re.compile(r"[0-9A-Za-z._~!$&'()*+,;=%:\[\]-]+")
KEY = re.compile(r"[0-9A-Za-z+/]{22}==")  # base64 of 16 octets
TARGET = re.compile(r"(?:https?://[^/?#]+)?/[^#]*", re.IGNORECASE)
SWITCH = (("Upgrade", "websocket"), ("Connection", "Upgrade"))
HINT = (("Upgrade", "websocket"), ("Connection", "Upgrade, close"))


class PlainServer(Opening):
    """The server's end of a connection.

    Attributes:
        subprotocols: it speaks, the best first.
    """

    peer_masks = True
    subprotocols: tuple[str, ...] = ()

    def new_masking_key(self) -> bytes | None:
        """Mask nothing (RFC 6455, 5.1)."""
        return None

    async def open(self) -> None:
        """Answer a request."""
        try:
            request = await self.read_head()
            self.check_request(request)
            response = self.build_response(request)
        except Refusal as refusal:
            await self.refuse(refusal)
            raise
        await self.send(response.serialize())

    async def refuse(self, refusal: Refusal) -> None:
        """Say why there will be no connection."""
        status = HTTPStatus(refusal.status)
        body = f"{refusal}\n"
        head = Head(f"HTTP/1.1 {status} {status.phrase}", [*refusal.fields])
        if not head.all("Connection"):
            head.fields.append(("Connection", "close"))
        head.fields += [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
        await self.send(head.serialize() + body.encode())

    # The request.

    async def read_start(self) -> str:
        """Read the request line; an empty line before it does no harm (RFC 9112, 2.2)."""
        await self.check_beginning()
        return await self.read_line() or await self.read_line()

    async def check_beginning(self) -> None:
        """Refuse what cannot become a request, such as TLS, without waiting for a line's end."""
        if not self.stream.buffer:
            await self.stream.more()
        if not re.match(rb"[A-Za-z\r]", self.stream.buffer):
            raise Refusal(400, "no HTTP")

    def check_start(self, start: str) -> None:
        """Demand a request line (RFC 9112, 3)."""
        if not REQUEST_LINE.fullmatch(start):
            raise Refusal(400, "malformed request line")

    def check_request(self, request: Head) -> None:
        """Judge a request."""
        method, target, version = request.start.split(" ")
        self.check_version_of_http(version)
        self.check_method(method)
        self.check_target(target)
        self.check_host(request)
        self.check_upgrade(request)
        self.check_connection(request)
        self.check_key(request)
        self.check_websocket_version(request)

    def check_version_of_http(self, version: str) -> None:
        """Demand HTTP/1.1, "or higher" in this syntax (RFC 6455, 4.2.1, 1)."""
        if not "HTTP/1.1" <= version <= "HTTP/1.9":
            raise Refusal(505, "HTTP/1.1 is needed")

    def check_method(self, method: str) -> None:
        """Demand GET (RFC 6455, 4.2.1, 1)."""
        if method != "GET":
            raise Refusal(405, "GET is needed", ("Allow", "GET"))

    def check_target(self, target: str) -> None:
        """Demand a path, or an address without a fragment (RFC 6455, 3 and 4.2.1, 1)."""
        if not TARGET.fullmatch(target):
            raise Refusal(400, "no such target")

    def check_host(self, request: Head) -> None:
        """Demand one Host (RFC 6455, 4.2.1, 2; RFC 9112, 3.2)."""
        if not HOST.fullmatch(request.one("Host") or ""):
            raise Refusal(400, "one Host is needed")

    def check_upgrade(self, request: Head) -> None:
        """Demand `websocket` among the protocols (RFC 6455, 4.2.1, 3)."""
        if "websocket" not in request.options("Upgrade"):
            raise Refusal(426, "Upgrade: websocket is needed", *HINT)

    def check_connection(self, request: Head) -> None:
        """Demand `Upgrade` among the options (RFC 6455, 4.2.1, 4)."""
        if "upgrade" not in request.options("Connection"):
            raise Refusal(426, "Connection: Upgrade is needed", *HINT)

    def check_key(self, request: Head) -> None:
        """Demand one key, base64 of 16 octets (RFC 6455, 4.2.1, 5)."""
        if not KEY.fullmatch(request.one("Sec-WebSocket-Key") or ""):
            raise Refusal(400, "one Sec-WebSocket-Key of 16 octets is needed")

    def check_websocket_version(self, request: Head) -> None:
        """Demand version 13, and name it to who speaks another (RFC 6455, 4.2.2, 4 and 4.4)."""
        version = request.one("Sec-WebSocket-Version")
        if version is None:
            raise Refusal(400, "one Sec-WebSocket-Version is needed")
        if version != "13":
            raise Refusal(426, "version 13 is spoken", ("Sec-WebSocket-Version", "13"), *HINT)

    # The response.

    def build_response(self, request: Head) -> Head:
        """Write the response that opens the connection (RFC 6455, 4.2.2, 5)."""
        response = Head("HTTP/1.1 101 Switching Protocols", [*SWITCH])
        key = request.all("Sec-WebSocket-Key")
        response.fields.append(("Sec-WebSocket-Accept", self.accept(key[0] if key else "")))
        if (extension := self.choose_extension(request)) is not None:
            response.fields.append(("Sec-WebSocket-Extensions", extension))
        if (subprotocol := self.choose_subprotocol(request)) is not None:
            response.fields.append(("Sec-WebSocket-Protocol", subprotocol))
        return response

    def accept(self, key: str) -> str:
        """Prove that the key was read."""
        return accept_key(key)

    def choose_subprotocol(self, request: Head) -> str | None:
        """Choose a subprotocol that both speak (RFC 6455, 4.2.2, 4)."""
        offered = request.items("Sec-WebSocket-Protocol")
        return next((ours for ours in self.subprotocols if ours in offered), None)

    def choose_extension(self, request: Head) -> str | None:
        """Accept the first offer of permessage-deflate that can be kept (RFC 7692, 5)."""
        offers = parse_extensions(", ".join(request.all("Sec-WebSocket-Extensions")))
        for name, parameters in offers:
            agreement = self.read_agreement(parameters) if name == NAME else None
            if agreement is not None:
                self.agree(agreement)
                return self.announce(agreement, parameters)
        return None

    def are_window_bits(self, name: str, value: str | None) -> bool:
        """Decline the window that zlib cannot keep; a client need not limit its own."""
        if name == "server_max_window_bits":
            return super().are_window_bits(name, value) and value != "8"
        return value is None or super().are_window_bits(name, value)

    def announce(self, agreement: Agreement, offered: Parameters) -> str:
        """Write what was accepted; a client's readiness is no value (RFC 7692, 7.1.2.2)."""
        values = dict(offered)
        flags = [flag for flag in FLAGS if flag in values]
        windows = [f"{name}={getattr(agreement, name)}" for name in WINDOWS if values.get(name)]
        return "; ".join([NAME, *flags, *windows])

    def new_deflater(self, agreement: Agreement) -> Deflater:
        """Compress as we promised."""
        takeover = not agreement.server_no_context_takeover
        return Deflater(agreement.server_max_window_bits, takeover)

    def new_inflater(self, agreement: Agreement) -> Inflater:
        """Restore as the client promised."""
        return Inflater(takeover=not agreement.client_no_context_takeover)
