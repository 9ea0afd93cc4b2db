"""Mistakes of clients."""

from __future__ import annotations

import base64
import os

from tests.lab.conformance.plain_client import PlainClient
from tests.lab.conformance.plain_frames import PING
from tests.lab.conformance.plain_http import Head, Refusal, accept_key


class MasksNothing(PlainClient):
    """Sends frames as a server does."""

    def new_masking_key(self) -> bytes | None:
        """Return none."""
        return None


class MasksWithZeros(PlainClient):
    """Masks in a way that changes nothing."""

    def new_masking_key(self) -> bytes | None:
        """Return zeros."""
        return bytes(4)


class MasksWithOneKey(PlainClient):
    """Draws a masking key for the connection.

    Attributes:
        one: that key.
    """

    one: bytes = b""

    def new_masking_key(self) -> bytes | None:
        """Return the same each time."""
        self.one = self.one or os.urandom(4)
        return self.one


class _Asks(PlainClient):
    """Asks otherwise.

    Attributes:
        omitted: header field of the request.
        added: header fields that are there instead.
        before: part of the request line.
        after: what is there instead.
    """

    omitted = ""
    added: tuple[tuple[str, str], ...] = ()
    before = after = "HTTP"

    def build_request(self) -> Head:
        """Change what is to be changed."""
        request = super().build_request()
        request.start = request.start.replace(self.before, self.after)
        request.fields = [field for field in request.fields if field[0] != self.omitted]
        request.fields += self.added
        return request


class OmitsHost(_Asks):
    """Doesn't say whom it wants to speak to."""

    omitted = "Host"


class OmitsUpgrade(_Asks):
    """Doesn't say what it wants to speak."""

    omitted = "Upgrade"


class OmitsConnection(_Asks):
    """Doesn't say that Upgrade is about this connection."""

    omitted = "Connection"


class KeepsAlive(_Asks):
    """Wants the connection kept as it is."""

    omitted, added = "Connection", (("Connection", "keep-alive"),)


class OmitsVersion(_Asks):
    """Doesn't say which version it speaks."""

    omitted = "Sec-WebSocket-Version"


class SpeaksVersion8(_Asks):
    """Speaks a draft of the protocol."""

    omitted, added = "Sec-WebSocket-Version", (("Sec-WebSocket-Version", "8"),)


class SpeaksHttp10(_Asks):
    """Speaks a version of HTTP that knows no upgrade."""

    before, after = "HTTP/1.1", "HTTP/1.0"


class Posts(_Asks):
    """Sends where it should get."""

    before, after = "GET", "POST"


class OffersUnusableWindow(PlainClient):
    """Offers a window that there is not."""

    def offer(self) -> str:
        """Offer a window of 64 KiB."""
        return f"{super().offer()}=16"


class RepeatsKey(PlainClient):
    """Has a key where it should draw one."""

    def new_key(self) -> str:
        """Return that of RFC 6455, 1.3."""
        return "dGhlIHNhbXBsZSBub25jZQ=="


class DrawsShortKeys(PlainClient):
    """Draws half a key."""

    def new_key(self) -> str:
        """Draw 8 octets."""
        return base64.b64encode(os.urandom(8)).decode()


class IgnoresAccept(PlainClient):
    """Believes any server."""

    def check_accept(self, response: Head) -> None:
        """Believe it."""


class IgnoresMissingAccept(PlainClient):
    """Believes a server that proves nothing."""

    def check_accept(self, response: Head) -> None:
        """Believe it."""
        if response.all("Sec-WebSocket-Accept"):
            super().check_accept(response)


class IgnoresCaseOfAccept(PlainClient):
    """Takes the proof for a word in which case is the same."""

    def check_accept(self, response: Head) -> None:
        """Compare in lower case."""
        proof = response.one("Sec-WebSocket-Accept") or ""
        if proof.lower() != accept_key(self.key).lower():
            raise Refusal(400, "wrong Sec-WebSocket-Accept")


class IgnoresStatus(PlainClient):
    """Takes any success for the one it asked for."""

    def check_status(self, status: int) -> None:
        """Allow 200."""
        if status != 200:
            super().check_status(status)


class IgnoresUpgrade(PlainClient):
    """Doesn't look at what the server speaks."""

    def check_upgrade(self, response: Head) -> None:
        """Allow anything."""


class IgnoresConnection(PlainClient):
    """Doesn't look at what Upgrade is about."""

    def check_connection(self, response: Head) -> None:
        """Allow anything."""


class MindsCaseOfUpgrade(PlainClient):
    """Understands `websocket` and not `WebSocket`."""

    def check_upgrade(self, response: Head) -> None:
        """Compare octets."""
        if response.one("Upgrade") != "websocket":
            raise Refusal(400, "no Upgrade: websocket")


class MindsCaseOfNames(PlainClient):
    """Finds header fields only as the RFC writes them."""

    def check_response(self, response: Head) -> None:
        """Look at nothing else."""
        response.fields = [
            (name, value)
            for name, value in response.fields
            if name in {"Upgrade", "Connection"} or name.startswith("Sec-WebSocket-")
        ]
        super().check_response(response)


class WantsConnectionAlone(PlainClient):
    """Expects one option, not a list."""

    def check_connection(self, response: Head) -> None:
        """Compare the whole value."""
        if response.options("Connection") != ["upgrade"]:
            raise Refusal(400, "no Connection: Upgrade")


class IgnoresExtensions(PlainClient):
    """Doesn't mind extensions that it didn't offer."""

    def check_extensions(self, response: Head) -> None:
        """Look at those that it knows."""
        mine = [
            ("Sec-WebSocket-Extensions", item)
            for item in response.items("Sec-WebSocket-Extensions")
            if self.is_offered(item.partition(";")[0].strip())
        ]
        super().check_extensions(Head("", mine))


class AgreesToDeflate(PlainClient):
    """Agrees to compression that it didn't offer."""

    def is_offered(self, name: str) -> bool:
        """Allow what it knows."""
        return super().is_offered(name) or name == "permessage-deflate"


class IgnoresSubprotocol(PlainClient):
    """Doesn't mind a subprotocol that it didn't ask for."""

    def check_subprotocol(self, response: Head) -> None:
        """Allow anything."""


class LosesFirstFrames(PlainClient):
    """Forgets what has come behind the response."""

    async def read_head(self) -> Head:
        """Forget what else has come."""
        head = await super().read_head()
        self.stream.buffer.clear()
        return head


class ExpectsHeadInOnePiece(PlainClient):
    """Reads once, and takes what comes for the whole head."""

    async def read_start(self) -> str:
        """Refuse a head that isn't complete."""
        await self.stream.more()
        if b"\r\n\r\n" not in self.stream.buffer:
            raise Refusal(400, "no end of the head")
        return await super().read_start()


class EndsTcpFirst(PlainClient):
    """Doesn't wait for the server to end TCP."""

    def half_close(self) -> None:
        """Say at once that nothing more comes."""
        self.writer.write_eof()


class SpeaksFirst(PlainClient):
    """Doesn't wait for the handshake to be over before it speaks."""

    async def open(self) -> None:
        """Send a ping behind the request (RFC 6455, 4.1: "MUST wait for a response")."""
        await self.send(self.build_request().serialize())
        await self.send_frame(PING, b"early")
        self.check_response(await self.read_head())
