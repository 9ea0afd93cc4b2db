"""Chapter 25, for servers: offers of permessage-deflate, and what may be answered to them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from wsdemo.lab.conformance.case import SERVER, Case
from wsdemo.lab.conformance.cases.tools import rfc7692
from wsdemo.lab.conformance.deflate import NAME, parse
from wsdemo.lab.conformance.frames import text
from wsdemo.lab.conformance.handshake_wants import Disagrees, head_check
from wsdemo.lab.conformance.opening import Head, Request
from wsdemo.lab.conformance.wants import Echo, Look

__all__ = ["cases"]

EXTENSIONS = "Sec-WebSocket-Extensions"

_DECLINE = rfc7692(
    "7",
    "A server MUST decline an extension negotiation offer for this extension if any of the "
    "following conditions are met",
)


def cases() -> Iterator[Case]:
    """Yield the cases of 25.4 and 25.5."""
    yield from _declined()
    yield from _agreements()


def _declined() -> Iterator[Case]:
    rows = (
        "unheard_of",
        "server_max_window_bits",
        "server_max_window_bits=7",
        "server_max_window_bits=16",
        "server_max_window_bits=08",
        "server_max_window_bits=nine",
        "client_max_window_bits=7",
        "client_max_window_bits=16",
        "server_no_context_takeover=1",
        "client_no_context_takeover=0",
        "server_no_context_takeover; server_no_context_takeover",
    )
    for at, parameters in enumerate(rows, 1):
        request = Request(add=(f"{EXTENSIONS}: {NAME}; {parameters}",))
        name = f"an offer with {parameters}"
        want = Disagrees(NAME)
        yield Case(f"25.4.{at}", name, (), want, _DECLINE, roles=SERVER, request=request)


def _agreements() -> Iterator[Case]:
    unasked = rfc7692(
        "7.1.2.2",
        'If a received extension negotiation offer doesn\'t have the "client_max_window_bits" '
        "extension parameter, the corresponding extension negotiation response to the offer MUST "
        'NOT include the "client_max_window_bits" extension parameter.',
    )
    rows = (
        ("", unasked),
        ("; client_max_window_bits", _DECLINE),
        ("; client_max_window_bits=10; server_no_context_takeover", _DECLINE),
        ("; server_max_window_bits=7, permessage-deflate", _DECLINE),
    )
    for at, (parameters, why) in enumerate(rows, 1):
        request = Request(add=(f"{EXTENSIONS}: {NAME}{parameters}",))
        look = partial(_legal, asked="client_max_window_bits" in parameters)
        want = Look(Echo(), head_check(look), "parameters that are allowed")
        name = f"the answer to {NAME}{parameters}"
        moves = (text("Hello"),)
        yield Case(f"25.5.{at}", name, moves, want, why, roles=SERVER, request=request)


def _legal(head: Head, *, asked: bool) -> str:
    """Say what is wrong with the parameters of a response (RFC 7692, 7.1)."""
    for name, params in parse(head.get(EXTENSIONS)):
        for key, value in params.items():
            bits = key.endswith("_max_window_bits") and key.split("_")[0] in ("client", "server")
            flag = key in ("server_no_context_takeover", "client_no_context_takeover")
            good = flag and value is None
            if bits and value is not None:
                good = value in [str(number) for number in range(8, 16)]
            if not good or (key == "client_max_window_bits" and not asked):
                return f"{name} with {key}{'' if value is None else f'={value}'}"
    return ""
