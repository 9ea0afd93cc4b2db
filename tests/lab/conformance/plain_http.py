"""The heads of HTTP messages, as far as a handshake needs them (RFC 9110 and 9112)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field

MOST_HEAD = 65_536  # octets
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # of RFC 6455, 1.3

_TCHAR = r"[!#$%&'*+.^_`|~0-9A-Za-z-]"
TOKEN = f"{_TCHAR}+"
REQUEST_LINE = re.compile(rf"({TOKEN}) ([!-~]+) HTTP/([0-9]\.[0-9])")
STATUS_LINE = re.compile(r"HTTP/([0-9]\.[0-9]) ([0-9]{3})(?: [\t -~\x80-\xff]*)?")
FIELD = re.compile(rf"({TOKEN}):([\t -~\x80-\xff]*)")

# RFC 6455, 9.1; a quoted value has to be a token, too, once its backslashes are gone.
_QUOTED = rf'"((?:\\?{_TCHAR})+)"'
_VALUE = rf"(?:[ \t]*=[ \t]*(?:({TOKEN})|{_QUOTED}))?"
PARAMETER = re.compile(rf"[ \t]*;[ \t]*({TOKEN}){_VALUE}")
NAME = re.compile(rf"[ \t]*({TOKEN})")
COMMA = re.compile(r"[ \t]*(?:,|$)")

Parameters = list[tuple[str, str | None]]
Extension = tuple[str, Parameters]


class Refusal(Exception):
    """A handshake cannot succeed.

    Attributes:
        status: with which a server says so.
        fields: which it adds.
    """

    def __init__(self, status: int, why: str, *fields: tuple[str, str]) -> None:
        super().__init__(why)
        self.status = status
        self.fields = fields


@dataclass
class Head:
    """The first line of a message, and its header fields in their order.

    Attributes:
        start: the first line.
        fields: names as they were sent, and values.
    """

    start: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        """Return the values of all fields of a name, in whatever case."""
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def one(self, name: str) -> str | None:
        """Return the value of a field, or None if it is missing or stands several times."""
        values = self.all(name)
        return values[0] if len(values) == 1 else None

    def options(self, name: str) -> list[str]:
        """Return what a list holds that may be spread over several fields, in lower case."""
        return [option.strip(" \t").lower() for option in self.items(name)]

    def items(self, name: str) -> list[str]:
        """Return what a list holds, as it was sent."""
        return [item.strip(" \t") for item in ",".join(self.all(name)).split(",") if item.strip()]

    def serialize(self) -> bytes:
        """Return the octets."""
        lines = [self.start, *(f"{name}: {value}" for name, value in self.fields), "", ""]
        return "\r\n".join(lines).encode("latin-1")


def accept_key(key: str) -> str:
    """Return what proves that a key was read (RFC 6455, 4.2.2)."""
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()


def parse_extensions(text: str) -> list[Extension]:
    """Read a list of extensions (RFC 6455, 9.1).

    Raises:
        Refusal: 400, it is malformed.
    """
    extensions, at = [], 0
    while at < len(text):
        if name := NAME.match(text, at):
            parameters, at = _parse_parameters(text, name.end())
            extensions.append((name[1], parameters))
        if not (comma := COMMA.match(text, at)):
            raise Refusal(400, "malformed extensions")
        at = comma.end()
    return extensions


def _parse_parameters(text: str, at: int) -> tuple[Parameters, int]:
    parameters: Parameters = []
    while found := PARAMETER.match(text, at):
        quoted = found[3] and found[3].replace("\\", "")
        parameters.append((found[1], found[2] or quoted))
        at = found.end()
    return parameters, at
