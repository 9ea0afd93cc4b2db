"""WebSocket URIs: ``ws://`` and ``wss://`` of RFC 6455, section 3.

Left out: relative references (a browser resolves them; here there is no page to resolve
them against), and ``http://`` as another spelling of ``ws://``.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

from wsdemo.protocol.headers import excerpt

__all__ = ["URI", "parse_uri"]

# RFC 3986, 2.2: gen-delims and sub-delims keep their meaning; "%" starts what is encoded
# already; "~" and the rest of "unreserved" are never encoded by quote().
_SAFE = ":/?@!$&'()*+,;=%"

# RFC 3986, 3.2.2: reg-name, without the percent-encoding that DNS has no use for.
_REG_NAME = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=-]+")


@dataclass(frozen=True, slots=True)
class URI:
    """A WebSocket URI, taken apart.

    Attributes:
        secure: whether it is wss, that is, runs over TLS.
        host: name or address in lower case and ASCII; an IPv6 address without brackets.
        port: given, or the default of the scheme.
        path: begins with "/"; percent-encoded.
        query: what stands after "?"; None without a "?".
        user_info: user and password, decoded; None without any.
    """

    secure: bool
    host: str
    port: int
    path: str = "/"
    query: str | None = None
    user_info: tuple[str, str] | None = None

    @property
    def resource_name(self) -> str:
        """Path and query, as they stand in the request line."""
        # RFC 6455, 3: 'the "/resource-name/" [...] can be constructed by concatenating the
        # following: "/" if the path component is empty, the path component, "?" if the
        # query component is non-empty, the query component'.
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def host_header(self) -> str:
        """Host and, unless it is the scheme's own, port, as they stand in ``Host``."""
        # RFC 6455, 4.1, 4: "a |Host| header field whose value contains /host/ plus
        # optionally ":" followed by /port/ (when not using the default port)".
        # A zone ("%eth0", RFC 6874) means something on this machine only.
        host = f"[{self.host.partition('%')[0]}]" if ":" in self.host else self.host
        return host if self.port == _default_port(self.secure) else f"{host}:{self.port}"

    def __str__(self) -> str:
        """The URI again, without user and password, so that it can be shown and logged."""
        return f"{'wss' if self.secure else 'ws'}://{self.host_header}{self.resource_name}"


def parse_uri(uri: str) -> URI:
    """Take a WebSocket URI apart.

    Args:
        uri: such as ``wss://user:secret@example.com:8443/chat?room=1``. Other characters
            than ASCII are encoded: the host by IDNA (of 2003, which is Python's own), path
            and query as UTF-8.

    Raises:
        ValueError: when it is no WebSocket URI; the message says why, and holds no password.
    """
    shown = excerpt(re.sub(r"//[^/?#]*@", "//…@", uri))
    # urlsplit() drops tabs and line breaks in silence; what it would drop is refused here.
    if re.search(r"[\x00-\x20\x7f]", uri):
        raise ValueError(f"{shown} holds whitespace or control characters")
    parts = urlsplit(uri)
    if parts.scheme not in ("ws", "wss"):
        raise ValueError(f"{shown} begins with neither ws:// nor wss://")
    # RFC 6455, 3: "Fragment identifiers are meaningless in the context of WebSocket URIs
    # and MUST NOT be used on these URIs. [...] the character "#", when not indicating the
    # start of a fragment, MUST be escaped as %23."
    if "#" in uri:
        raise ValueError(f"{shown} has a fragment; write # as %23")
    if not parts.hostname:
        raise ValueError(f"{shown} names no host")
    secure = parts.scheme == "wss"
    return URI(
        secure=secure,
        host=_host(parts.hostname, literal="[" in parts.netloc),
        port=_port(parts, secure=secure),
        path=quote(parts.path, safe=_SAFE) or "/",
        query=quote(parts.query, safe=_SAFE) or None,
        user_info=_user_info(parts),
    )


def _default_port(secure: bool) -> int:
    return 443 if secure else 80


def _host(host: str, *, literal: bool) -> str:
    """Return the host in ASCII and lower case; a literal stood in brackets."""
    if literal:
        return str(ipaddress.IPv6Address(unquote(host)))
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError as error:
        raise ValueError(f"host {excerpt(host)} can't be written in ASCII: {error}") from error
    if not _REG_NAME.fullmatch(host):
        raise ValueError(f"host {excerpt(host)} is not a host name")
    return host


def _port(parts: SplitResult, *, secure: bool) -> int:
    # Its own errors name the port that is none.
    port = parts.port
    if port == 0:
        raise ValueError("port 0 can't be connected to")
    return _default_port(secure) if port is None else port


def _user_info(parts: SplitResult) -> tuple[str, str] | None:
    """Return user and password, decoded; either may be empty."""
    if parts.username is None:
        return None
    return unquote(parts.username), unquote(parts.password or "")
