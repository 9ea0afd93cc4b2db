"""HTTP header fields: an ordered multi-dict, and the lists inside field values.

A header section is a list of (name, value) lines. Names ignore case, order matters
only among lines of one name, and some names may come several times. A plain ``dict``
loses all three; hence [Headers][].

The second half reads field values that are lists (``Connection: keep-alive, Upgrade``).
The richer grammar of ``Sec-WebSocket-Extensions`` is in ``extensions``.

Left out: everything a WebSocket handshake doesn't need, such as dates, quality values
(``;q=0.5``), comments, and the encodings of RFC 8187.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from wsdemo.errors import HandshakeError

__all__ = [
    "TOKEN",
    "Headers",
    "HeadersLike",
    "MultipleValues",
    "excerpt",
    "parse_list",
    "parse_protocol_list",
    "parse_subprotocols",
    "parse_token_list",
]

# RFC 9110, 5.6.2: "token = 1*tchar". The possessive "++" (Python 3.11) never gives
# characters back, so that no hostile value can make a pattern built on it backtrack.
TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"

_NAME = re.compile(TOKEN)

# RFC 9110, 5.5: field-vchar = VCHAR / obs-text, with SP and HTAB between them.
# CR, LF and NUL are what response splitting is made of: "dangerous", says the RFC.
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")

# RFC 9110, 7.8: protocol = protocol-name ["/" protocol-version], both tokens.
_PROTOCOL = re.compile(rf"{TOKEN}(?:/{TOKEN})?")


class MultipleValues(LookupError):
    """A header that should stand once stands several times."""


HeadersLike: TypeAlias = "Headers | Mapping[str, str] | Iterable[tuple[str, str]]"


class Headers:
    """An ordered multi-dict of header fields whose names ignore case.

    ``headers["Host"]`` is for fields that stand once: it raises ``KeyError`` when there
    is none and [MultipleValues][] when there are several, because picking the first or
    the last is how two parsers come to see two different requests.

    Assigning adds a line (as in ``websockets``); ``del`` removes all lines of a name.

    Text is ISO-8859-1: octets above 0x7F, which HTTP calls opaque, survive a round trip.
    """

    __slots__ = ("_lines",)

    def __init__(self, lines: HeadersLike = ()) -> None:
        """Copy header fields from a list of pairs, a mapping, or other Headers.

        Args:
            lines: the fields, in the order in which they are to be sent.

        Raises:
            ValueError: when a name or a value can't stand in a header.
        """
        self._lines: list[tuple[str, str]] = []
        pairs = lines.items() if isinstance(lines, (Headers, Mapping)) else lines
        for name, value in pairs:
            self.add(name, value)

    def add(self, name: str, value: str) -> None:
        """Append one line, and keep the lines of the same name that are there already.

        Args:
            name: field name, a token of RFC 9110.
            value: field value; whitespace around it is no part of it and is dropped.

        Raises:
            ValueError: when the name is no token, or the value holds a control character.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"header name {excerpt(name)} is not a token")
        # RFC 9110, 5.5: "A field value does not include leading or trailing whitespace."
        value = value.strip(" \t")
        if not _VALUE.fullmatch(value):
            raise ValueError(f"header {name} has a value no header can carry: {excerpt(value)}")
        self._lines.append((name, value))

    def get_all(self, name: str) -> list[str]:
        """Return the values of all lines of that name, in order; maybe none."""
        wanted = name.lower()
        return [value for line, value in self._lines if line.lower() == wanted]

    def combined(self, name: str) -> str | None:
        """Return all lines of a list-valued field as one list, or None without any.

        RFC 9110, 5.3: "A recipient MAY combine multiple field lines within a field
        section that have the same field name into one field line [...] by appending each
        subsequent field line value to the initial field line value in order, separated by
        a comma (",") and optional whitespace".
        """
        return ", ".join(values) if (values := self.get_all(name)) else None

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the value of the only line of that name, or the default without any.

        Raises:
            MultipleValues: when there are several lines.
        """
        try:
            return self[name]
        except KeyError:
            return default

    def items(self) -> Iterator[tuple[str, str]]:
        """Yield every line as (name, value), repeated names included."""
        return iter(self._lines)

    def copy(self) -> Headers:
        """Return Headers with the same lines, to be changed independently."""
        return Headers(self._lines)

    def serialize(self) -> bytes:
        """Return the lines as they stand on the wire, without the empty line that ends them."""
        return "".join(f"{name}: {value}\r\n" for name, value in self._lines).encode("latin-1")

    def __getitem__(self, name: str) -> str:
        values = self.get_all(name)
        if not values:
            raise KeyError(name)
        if len(values) > 1:
            raise MultipleValues(f"{name} stands {len(values)} times")
        return values[0]

    def __setitem__(self, name: str, value: str) -> None:
        self.add(name, value)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        self._lines = [line for line in self._lines if line[0].lower() != name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(self.get_all(name))

    def __iter__(self) -> Iterator[str]:
        """Yield each name once, spelt as on its first line."""
        names: dict[str, str] = {}
        for name, _ in self._lines:
            names.setdefault(name.lower(), name)
        return iter(names.values())

    def __len__(self) -> int:
        return len(self._lines)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Headers):
            return NotImplemented
        return self._folded() == other._folded()

    # Headers can be changed, so they can't be keys.
    __hash__ = None  # type: ignore[assignment]

    def _folded(self) -> list[tuple[str, str]]:
        return [(name.lower(), value) for name, value in self._lines]

    def __repr__(self) -> str:
        return f"Headers({self._lines!r})"

    def __str__(self) -> str:
        return "\n".join(f"{name}: {value}" for name, value in self._lines)


def excerpt(value: str | bytes, limit: int = 60) -> str:
    """Quote a value for an error message: escaped, and cut when it is long.

    Args:
        value: what the peer sent; bytes are read as ISO-8859-1.
        limit: how many characters of it to show.
    """
    text = value if isinstance(value, str) else bytes(value).decode("latin-1")
    if len(text) <= limit:
        return repr(text)
    return f"{text[:limit]!r}… ({len(text)} characters)"


def parse_list(value: str, item: re.Pattern[str], field: str) -> list[str]:
    """Split a comma-separated field value into items, each of which must match a pattern.

    Args:
        value: the field value, the lines of one name already combined.
        item: the grammar of one item.
        field: name of the field, for the error message.

    Returns:
        The items, without the whitespace around them; at least one.

    Raises:
        HandshakeError: 400, when something is no item, or when there is none at all.
    """
    element = re.compile(rf"[ \t]*+(?:(?P<item>{item.pattern})[ \t]*+)?(?:,|\Z)")
    items: list[str] = []
    position = 0
    while position < len(value):
        match = element.match(value, position)
        if match is None:
            raise HandshakeError(f"{field}: can't read {excerpt(value[position:].strip())}", 400)
        # RFC 9110, 5.6.1.2: "A recipient MUST parse and ignore a reasonable number of
        # empty list elements". The limit on a header line is what makes it reasonable.
        if match["item"] is not None:
            items.append(match["item"])
        position = match.end()
    if not items:
        raise HandshakeError(f"{field}: the list is empty", 400)
    return items


def parse_token_list(value: str, field: str = "Connection") -> list[str]:
    """Read a list of tokens, such as the options of ``Connection``.

    Raises:
        HandshakeError: 400, as for every malformed list.
    """
    return parse_list(value, _NAME, field)


def parse_protocol_list(value: str, field: str = "Upgrade") -> list[str]:
    """Read the protocols of ``Upgrade``, each with or without a version (``h2c``, ``TLS/1.0``).

    Raises:
        HandshakeError: 400, as for every malformed list.
    """
    return parse_list(value, _PROTOCOL, field)


def parse_subprotocols(value: str) -> list[str]:
    """Read ``Sec-WebSocket-Protocol``: subprotocol names in the client's order of preference.

    Raises:
        HandshakeError: 400, for a malformed list, or one that names a subprotocol twice.
    """
    names = parse_list(value, _NAME, "Sec-WebSocket-Protocol")
    for index, name in enumerate(names):
        # RFC 6455, 4.1, 10: "The elements that comprise this value [...] MUST all be
        # unique strings."
        if name in names[:index]:
            raise HandshakeError(f"Sec-WebSocket-Protocol: {excerpt(name)} is named twice", 400)
    return names
