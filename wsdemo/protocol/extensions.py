"""``Sec-WebSocket-Extensions``: the list of extensions that are offered or agreed on.

An element is a name with parameters; here it is the pair
``("permessage-deflate", [("client_max_window_bits", None), ("server_max_window_bits", "10")])``.
The order matters: in an offer it is the client's preference, in the answer it is the order
in which the extensions are applied.

Left out: what any extension means (``deflate`` knows one).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from wsdemo.errors import HandshakeError
from wsdemo.protocol.headers import TOKEN, excerpt, parse_list

__all__ = ["ExtensionItem", "Parameter", "format_extensions", "parse_extensions"]

Parameter: TypeAlias = tuple[str, str | None]
ExtensionItem: TypeAlias = tuple[str, Sequence[Parameter]]

FIELD = "Sec-WebSocket-Extensions"

# RFC 9110, 5.6.4: quoted-string, with quoted-pair for the quote and the backslash.
_QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*+"'

# RFC 6455, 9.1: extension-param = token [ "=" (token | quoted-string) ]. The ABNF of
# RFC 6455 is that of RFC 2616, where whitespace may stand between any two tokens.
_PARAMETER = rf"[ \t]*;[ \t]*(?:{TOKEN})(?:[ \t]*=[ \t]*(?:{TOKEN}|{_QUOTED}))?"
_EXTENSION = re.compile(rf"(?:{TOKEN})(?:{_PARAMETER})*")
_PARTS = re.compile(rf"[ \t]*;[ \t]*({TOKEN})(?:[ \t]*=[ \t]*(?:({TOKEN})|({_QUOTED})))?")
_NAME = re.compile(TOKEN)


def parse_extensions(value: str) -> list[ExtensionItem]:
    """Read the value of ``Sec-WebSocket-Extensions``.

    Args:
        value: the field value, several lines already combined.

    Returns:
        Pairs of a name and its parameters; a parameter without a value has None.

    Raises:
        HandshakeError: 400, when the value is no list of extensions.
    """
    return [_parse_item(item) for item in parse_list(value, _EXTENSION, FIELD)]


def _parse_item(item: str) -> ExtensionItem:
    name = _NAME.match(item)
    assert name is not None, "parse_list returned what _EXTENSION matched"
    parts = _PARTS.finditer(item, name.end())
    return name[0], [(part[1], _unquote(part[2], part[3])) for part in parts]


def _unquote(token: str | None, quoted: str | None) -> str | None:
    """Return the value of a parameter, however it was written.

    Raises:
        HandshakeError: 400, when the quotes hold something that is no token.
    """
    if quoted is None:
        return token
    value = re.sub(r"\\(.)", r"\1", quoted[1:-1])
    # RFC 6455, 9.1: "When using the quoted-string syntax variant, the value after
    # quoted-string unescaping MUST conform to the 'token' ABNF."
    if not _NAME.fullmatch(value):
        raise HandshakeError(f"{FIELD}: {excerpt(quoted)} is no token in quotes", 400)
    return value


def format_extensions(items: Iterable[ExtensionItem]) -> str:
    """Write extensions as the value of ``Sec-WebSocket-Extensions``.

    Args:
        items: pairs of a name and its parameters.

    Raises:
        ValueError: when a name or a value is no token.
    """
    return ", ".join(_format_item(name, parameters) for name, parameters in items)


def _format_item(name: str, parameters: Sequence[Parameter]) -> str:
    words = [name, *(word for pair in parameters for word in pair if word is not None)]
    for word in words:
        if not _NAME.fullmatch(word):
            raise ValueError(f"{excerpt(word)} is no token, so no part of an extension")
    parts = (key if value is None else f"{key}={value}" for key, value in parameters)
    return "; ".join([name, *parts])
