"""Mistakes of servers that judge a request."""

from __future__ import annotations

import base64
import binascii

from tests.lab.conformance.plain_http import Head, Refusal
from tests.lab.conformance.plain_server import HINT, PlainServer

USUAL = ("Host", "Upgrade", "Connection", "Origin", "User-Agent", "Accept-Encoding")


class AllowsAnyMethod(PlainServer):
    """Doesn't look at the method."""

    def check_method(self, method: str) -> None:
        """Allow all."""


class AllowsHttp10(PlainServer):
    """Doesn't look at the version of HTTP."""

    def check_version_of_http(self, version: str) -> None:
        """Allow HTTP/1.0."""
        if version != "HTTP/1.0":
            super().check_version_of_http(version)


class AllowsNoKey(PlainServer):
    """Does without a key."""

    def check_key(self, request: Head) -> None:
        """Judge a key only if there is one."""
        if request.all("Sec-WebSocket-Key"):
            super().check_key(request)


class AllowsRepeatedKeys(PlainServer):
    """Takes the first of several keys."""

    def check_key(self, request: Head) -> None:
        """Judge the first."""
        keys = request.all("Sec-WebSocket-Key")[:1]
        super().check_key(Head("", [("Sec-WebSocket-Key", key) for key in keys]))


class AllowsAnyKey(PlainServer):
    """Takes anything for a key."""

    def check_key(self, request: Head) -> None:
        """Demand one."""
        if request.one("Sec-WebSocket-Key") is None:
            raise Refusal(400, "one Sec-WebSocket-Key is needed")


class AllowsKeysOfAnySize(PlainServer):
    """Takes any octets for a key, if only they are base64."""

    def check_key(self, request: Head) -> None:
        """Demand one, in base64."""
        try:
            base64.b64decode(request.one("Sec-WebSocket-Key") or "=", validate=True)
        except binascii.Error as error:
            raise Refusal(400, str(error)) from None


class AllowsVersion12(PlainServer):
    """Speaks versions that it has never heard of."""

    def check_websocket_version(self, request: Head) -> None:
        """Allow all that there are."""
        if request.one("Sec-WebSocket-Version") is None:
            super().check_websocket_version(request)


class AllowsNoVersion(PlainServer):
    """Takes a missing version for its own."""

    def check_websocket_version(self, request: Head) -> None:
        """Judge it only if there is one."""
        if request.all("Sec-WebSocket-Version"):
            super().check_websocket_version(request)


class KeepsVersionSecret(PlainServer):
    """Refuses other versions, and doesn't say which it speaks."""

    def check_websocket_version(self, request: Head) -> None:
        """Say 400."""
        if request.one("Sec-WebSocket-Version") != "13":
            raise Refusal(400, "another version is spoken")


class KeepsUpgradeSecret(PlainServer):
    """Refuses plain HTTP, and doesn't say what it speaks."""

    def check_upgrade(self, request: Head) -> None:
        """Say 400."""
        if "websocket" not in request.options("Upgrade"):
            raise Refusal(400, "no plain HTTP here")


class AllowsNoUpgrade(PlainServer):
    """Takes any request for one of WebSocket."""

    def check_upgrade(self, request: Head) -> None:
        """Allow it."""


class AllowsNoConnection(PlainServer):
    """Looks at Upgrade only."""

    def check_connection(self, request: Head) -> None:
        """Allow it."""


class MindsCaseOfUpgrade(PlainServer):
    """Understands `websocket` and not `WebSocket`."""

    def check_upgrade(self, request: Head) -> None:
        """Compare octets."""
        if "websocket" not in request.items("Upgrade"):
            raise Refusal(426, "Upgrade: websocket is needed", *HINT)


class MindsCaseOfConnection(PlainServer):
    """Understands `Upgrade` and not `upgrade`."""

    def check_connection(self, request: Head) -> None:
        """Compare octets."""
        if "Upgrade" not in request.items("Connection"):
            raise Refusal(426, "Connection: Upgrade is needed", *HINT)


class WantsUpgradeAlone(PlainServer):
    """Expects one protocol, not a list."""

    def check_upgrade(self, request: Head) -> None:
        """Compare the whole value."""
        if request.options("Upgrade") != ["websocket"]:
            raise Refusal(426, "Upgrade: websocket is needed", *HINT)


class WantsConnectionAlone(PlainServer):
    """Expects one option, not a list."""

    def check_connection(self, request: Head) -> None:
        """Compare the whole value."""
        if request.options("Connection") != ["upgrade"]:
            raise Refusal(426, "Connection: Upgrade is needed", *HINT)


class MindsCaseOfNames(PlainServer):
    """Finds header fields only as the RFC writes them."""

    def check_request(self, request: Head) -> None:
        """Look at nothing else."""
        request.fields = [
            (name, value)
            for name, value in request.fields
            if name in USUAL or name.startswith("Sec-WebSocket-")
        ]
        super().check_request(request)


class AllowsNoHost(PlainServer):
    """Serves whoever asks."""

    def check_host(self, request: Head) -> None:
        """Judge a host only if there is one."""
        if request.all("Host"):
            super().check_host(request)


class AllowsTwoHosts(PlainServer):
    """Takes the first of several hosts."""

    def check_host(self, request: Head) -> None:
        """Judge the first."""
        super().check_host(Head("", [("Host", host) for host in request.all("Host")[:1]]))


class AllowsSpaceBeforeColon(PlainServer):
    """Trims the names of header fields."""

    def parse_field(self, line: str) -> tuple[str, str]:
        """Trim."""
        name, colon, value = line.partition(":")
        return super().parse_field(f"{name.rstrip()}{colon}{value}" if name.strip() else line)


class AllowsFolding(PlainServer):
    """Reads header fields that go on in the next line."""

    async def read_line(self) -> str:
        """Join lines."""
        line = await super().read_line()
        while line and await self.is_folded():
            line += " " + (await super().read_line()).strip()
        return line

    async def is_folded(self) -> bool:
        """Tell whether the next line goes on with this one."""
        if not self.stream.buffer:
            await self.stream.more()
        return self.stream.buffer.startswith((b" ", b"\t"))


class ExpectsHeadInOnePiece(PlainServer):
    """Reads once, and takes what comes for the whole head."""

    async def check_beginning(self) -> None:
        """Refuse a head that isn't complete."""
        await super().check_beginning()
        if b"\r\n\r\n" not in self.stream.buffer:
            raise Refusal(400, "no end of the head")


class ReadsHeadsWithoutEnd(PlainServer):
    """Has no limit for the head."""

    room = 1 << 40


class SaysNothingToGarbage(PlainServer):
    """Ends TCP when it isn't spoken to in HTTP."""

    async def refuse(self, refusal: Refusal) -> None:
        """Answer other mistakes only."""
        if str(refusal) not in {"no HTTP", "malformed request line"}:
            await super().refuse(refusal)


class SaysNothingToBadRequests(PlainServer):
    """Ends TCP when a handshake fails."""

    async def refuse(self, refusal: Refusal) -> None:
        """Say nothing."""


class RefusesWith200(PlainServer):
    """Sends a nice page to who isn't a WebSocket client."""

    async def refuse(self, refusal: Refusal) -> None:
        """Say 200."""
        await super().refuse(Refusal(200, str(refusal), *refusal.fields))


class KeepsRefusedOpen(PlainServer):
    """Waits for who was refused to try again."""

    async def refuse(self, refusal: Refusal) -> None:
        """Wait for as long as it takes."""
        await super().refuse(refusal)
        await self.stream.discard()


class LosesEarlyFrames(PlainServer):
    """Forgets what has come behind the request."""

    async def read_head(self) -> Head:
        """Forget what else has come."""
        head = await super().read_head()
        self.stream.buffer.clear()
        return head
