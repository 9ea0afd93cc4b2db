"""What both ends do in the opening handshake (RFC 6455, 4; RFC 7692, 5 and 7.1)."""

from __future__ import annotations

import re
from collections import Counter

from tests.lab.conformance.plain_deflate import Agreement, Deflater, Inflater
from tests.lab.conformance.plain_endpoint import Endpoint
from tests.lab.conformance.plain_http import FIELD, MOST_HEAD, Head, Parameters, Refusal

FLAGS = ("server_no_context_takeover", "client_no_context_takeover")
WINDOWS = ("server_max_window_bits", "client_max_window_bits")
WINDOW_BITS = re.compile(r"[89]|1[0-5]")  # RFC 7692, 7.1.2: without leading zeros


class Opening(Endpoint):
    """An endpoint that opens its connection.

    Attributes:
        room: octets that the rest of the peer's head may have.
    """

    room = MOST_HEAD

    async def read_head(self) -> Head:
        """Read a head, and judge each line as it comes."""
        head = Head(await self.read_start())
        self.check_start(head.start)
        while line := await self.read_line():
            head.fields.append(self.parse_field(line))
        return head

    async def read_start(self) -> str:
        """Read the first line."""
        return await self.read_line()

    async def read_line(self) -> str:
        """Read a line, unless the head gets too long."""
        line = await self.stream.line(self.room)
        self.room -= len(line)
        if self.room < 0:
            raise Refusal(431, "the head is too long")
        if not line.endswith(b"\r\n"):
            raise Refusal(400, "LF without CR")
        return line[:-2].decode("latin-1")

    def check_start(self, start: str) -> None:
        """Judge the first line."""
        raise NotImplementedError

    def parse_field(self, line: str) -> tuple[str, str]:
        """Split a line into name and value; no space before the colon, no folding (RFC 9112, 5)."""
        if not (found := FIELD.fullmatch(line)):
            raise Refusal(400, "malformed header field")
        return found[1], found[2].strip(" \t")

    def agree(self, agreement: Agreement) -> None:
        """Use permessage-deflate as it was agreed."""
        self.agreement = agreement
        self.deflater = self.new_deflater(agreement)
        self.inflater = self.new_inflater(agreement)

    def new_deflater(self, agreement: Agreement) -> Deflater:
        """Compress as was agreed for our direction."""
        raise NotImplementedError

    def new_inflater(self, agreement: Agreement) -> Inflater:
        """Restore as was agreed for the peer's direction."""
        raise NotImplementedError

    def read_agreement(self, parameters: Parameters) -> Agreement | None:
        """Return what parameters mean, or None if any is invalid (RFC 7692, 7.1)."""
        if not all(self.is_valid(name, value) for name, value in parameters):
            return None
        if self.is_repeated(parameters):
            return None
        values = dict(parameters)
        return Agreement(
            server_no_context_takeover=FLAGS[0] in values,
            client_no_context_takeover=FLAGS[1] in values,
            server_max_window_bits=int(values.get("server_max_window_bits") or 15),
            client_max_window_bits=int(values.get("client_max_window_bits") or 15),
        )

    def is_repeated(self, parameters: Parameters) -> bool:
        """Tell whether a parameter stands several times."""
        return any(count > 1 for count in Counter(name for name, _ in parameters).values())

    def is_valid(self, name: str, value: str | None) -> bool:
        """Tell whether a parameter is known, and its value possible."""
        if name in FLAGS:
            return value is None
        return name in WINDOWS and self.are_window_bits(name, value)

    def are_window_bits(self, name: str, value: str | None) -> bool:
        """Tell whether the value of a parameter is a logarithm from 8 to 15."""
        return value is not None and WINDOW_BITS.fullmatch(value) is not None
