"""permessage-deflate, RFC 7692: the agreement on how messages are compressed.

    client                                             server
    offer_deflate  ── permessage-deflate; … ────────▶  accept_deflate
    agree_deflate  ◀── permessage-deflate; … ────────

Four parameters, two for each direction: may a message point back into earlier ones
(``…_no_context_takeover``: the sender forgets), and how far (``…_max_window_bits``). Both
trade compression against memory held for every connection. The server's parameters can be
asked for by the client and must be granted or the offer declined; the client's can be
demanded by the server, the window only of a client that said it understands the demand.

What is negotiated is done by ``Deflate``, in ``deflate_codec``.

Left out: other extensions, among them the ones that once came before this one
(``x-webkit-deflate-frame``, ``permessage-compress``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from wsdemo.errors import HandshakeError
from wsdemo.protocol.deflate_codec import Deflate, Policy, always, longer_than
from wsdemo.protocol.extensions import ExtensionItem, Parameter, format_extensions
from wsdemo.protocol.headers import excerpt

__all__ = [
    "CLIENT_DEFLATE",
    "NAME",
    "SERVER_DEFLATE",
    "Deflate",
    "DeflateConfig",
    "DeflateParams",
    "Policy",
    "accept_deflate",
    "agree_deflate",
    "always",
    "longer_than",
    "offer_deflate",
]

NAME = "permessage-deflate"

MAX_WINDOW_BITS = 15

# RFC 7692, 7.1.2.1: "a decimal integer value without leading zeroes between 8 to 15, inclusive".
_WINDOW_BITS = re.compile(r"[89]|1[0-5]")

_FLAGS = ("server_no_context_takeover", "client_no_context_takeover")
_WINDOWS = ("server_max_window_bits", "client_max_window_bits")


@dataclass(frozen=True, slots=True)
class DeflateParams:
    """The parameters of one offer, or of the answer to it.

    Attributes:
        server_no_context_takeover: the server forgets each message when the next begins.
        client_no_context_takeover: the client does.
        server_max_window_bits: the server points back at most 2**n octets; None: not said.
        client_max_window_bits: the client does; None: not said. In an offer 15 is written
            without a value: "I would obey, and have no wish of my own".
    """

    server_no_context_takeover: bool = False
    client_no_context_takeover: bool = False
    server_max_window_bits: int | None = None
    client_max_window_bits: int | None = None

    def __post_init__(self) -> None:
        for bits in (self.server_max_window_bits, self.client_max_window_bits):
            if bits is not None and not 8 <= bits <= MAX_WINDOW_BITS:
                raise ValueError(f"window bits are 8 to 15, not {bits}")

    @classmethod
    def parse(cls, parameters: Sequence[Parameter], *, offer: bool) -> DeflateParams:
        """Read the parameters of an element of ``Sec-WebSocket-Extensions``.

        Args:
            parameters: names and values, as ``parse_extensions`` returns them.
            offer: whether it is an offer, or else an answer.

        Raises:
            HandshakeError: for what RFC 7692, 7 has a server decline and a client fail:
                an unknown parameter, an invalid value, a parameter twice.
        """
        read: dict[str, Any] = {}
        for name, value in parameters:
            if name in read:
                raise HandshakeError(f"{NAME}: {name} stands twice")
            read[name] = _parse_value(name, value, offer=offer)
        return cls(**read)

    def item(self, *, offer: bool) -> ExtensionItem:
        """Return the element of ``Sec-WebSocket-Extensions``, for ``format_extensions``."""
        parameters: list[Parameter] = [(name, None) for name in _FLAGS if getattr(self, name)]
        for name in _WINDOWS:
            bits = getattr(self, name)
            silent = offer and name == "client_max_window_bits" and bits == MAX_WINDOW_BITS
            if bits is not None:
                parameters.append((name, None if silent else str(bits)))
        return NAME, parameters

    def __str__(self) -> str:
        return format_extensions([self.item(offer=False)])


def _parse_value(name: str, value: str | None, *, offer: bool) -> bool | int:
    if name in _FLAGS and value is None:
        return True
    if name in _WINDOWS and value is not None and _WINDOW_BITS.fullmatch(value):
        return int(value)
    # RFC 7692, 7.1.2.2: "This parameter has no value or a decimal integer value" in an offer;
    # in an answer it must have one.
    if name == "client_max_window_bits" and value is None and offer:
        return MAX_WINDOW_BITS
    if name not in _FLAGS + _WINDOWS:
        raise HandshakeError(f"{NAME}: unknown parameter {excerpt(name)}")
    if value is None:
        raise HandshakeError(f"{NAME}: {name} has no value")
    raise HandshakeError(f"{NAME}: {name} can't be {excerpt(value)}")


@dataclass(frozen=True, slots=True)
class DeflateConfig(DeflateParams):
    """What one end wants: the parameters, and how it compresses.

    For a client the parameters are what it offers, for a server what it insists on besides.

    Attributes:
        level: zlib's effort, 0 to 9.
        memory_level: zlib's memory for compressing, 1 to 9; 5 costs little compression and
            saves 112 KiB a connection against 8, zlib's default.
        policy: which messages to compress.
    """

    level: int = 6
    memory_level: int = 5
    policy: Policy = always

    def __post_init__(self) -> None:
        # zlib would say so, too, but only when the first message is sent.
        DeflateParams.__post_init__(self)
        if not 0 <= self.level <= 9:
            raise ValueError(f"level is 0 to 9, not {self.level}")
        if not 1 <= self.memory_level <= 9:
            raise ValueError(f"memory_level is 1 to 9, not {self.memory_level}")

    def answer(self, offer: DeflateParams) -> DeflateParams:
        """Combine, as a server, our wishes with a client's offer.

        Every legal offer can be granted; the answer grants it and adds our own demands.
        """
        # 7.1.2.2: "If a received extension negotiation offer doesn't have the
        # "client_max_window_bits" extension parameter, the corresponding extension negotiation
        # response to the offer MUST NOT include the "client_max_window_bits" extension
        # parameter."
        hint = offer.client_max_window_bits
        demand = None if hint is None else _smaller(self.client_max_window_bits, hint)
        return DeflateParams(
            # 7.1.1.1: "A server accepts an extension negotiation offer that includes the
            # "server_no_context_takeover" extension parameter by including [it] in the
            # corresponding extension negotiation response".
            self.server_no_context_takeover or offer.server_no_context_takeover,
            self.client_no_context_takeover or offer.client_no_context_takeover,
            # 7.1.2.1: "with the same or smaller value as the offer".
            _smaller(self.server_max_window_bits, offer.server_max_window_bits),
            None if demand == MAX_WINDOW_BITS else demand,
        )

    def agree(self, answer: DeflateParams) -> DeflateParams:
        """Check, as a client, the answer to our offer, and say what applies.

        Raises:
            HandshakeError: when the answer grants less than we need, or demands more than we
                said we would do.
        """
        if self.server_no_context_takeover and not answer.server_no_context_takeover:
            raise HandshakeError(f"{NAME}: server_no_context_takeover was not granted")
        _check_window("server", self.server_max_window_bits, answer.server_max_window_bits)
        demand = answer.client_max_window_bits
        if demand is not None and self.client_max_window_bits is None:
            raise HandshakeError(f"{NAME}: client_max_window_bits={demand} was never offered")
        if demand is not None:
            _check_window("client", self.client_max_window_bits, demand)
        return DeflateParams(
            answer.server_no_context_takeover,
            # 7.1.1.2 and 7.1.2.2: what we hinted at we do, whether the server repeats it or not.
            self.client_no_context_takeover or answer.client_no_context_takeover,
            answer.server_max_window_bits,
            self.client_max_window_bits if demand is None else demand,
        )

    def codec(self, agreed: DeflateParams, *, server: bool) -> Deflate:
        """Make the codec for what was agreed.

        Args:
            agreed: the parameters that apply.
            server: whether we are the server.
        """
        windows = [agreed.client_max_window_bits, agreed.server_max_window_bits]
        takeovers = [not agreed.client_no_context_takeover, not agreed.server_no_context_takeover]
        return Deflate(
            send_window_bits=windows[server] or MAX_WINDOW_BITS,
            receive_window_bits=windows[not server] or MAX_WINDOW_BITS,
            send_takeover=takeovers[server],
            receive_takeover=takeovers[not server],
            level=self.level,
            memory_level=self.memory_level,
            policy=self.policy,
        )


def _smaller(ours: int | None, theirs: int | None) -> int | None:
    return min((bits for bits in (ours, theirs) if bits is not None), default=None)


def _check_window(whose: str, offered: int | None, answered: int | None) -> None:
    if offered is not None and (answered is None or answered > offered):
        shown = "nothing" if answered is None else answered
        raise HandshakeError(
            f"{NAME}: {whose}_max_window_bits: {offered} offered, {shown} answered"
        )


# A window of 4 KiB instead of 32 costs little for messages of a few hundred octets, and saves
# a server about 140 KiB a connection. A client has one connection, and no wish but to please.
SERVER_DEFLATE = DeflateConfig(server_max_window_bits=12, client_max_window_bits=12)
CLIENT_DEFLATE = DeflateConfig(client_max_window_bits=MAX_WINDOW_BITS)


def offer_deflate(*configs: DeflateConfig) -> list[ExtensionItem]:
    """Make the elements of ``Sec-WebSocket-Extensions`` that offer compression.

    Args:
        configs: what to offer, the best first; a server takes the first it can grant.
    """
    return [config.item(offer=True) for config in configs or (CLIENT_DEFLATE,)]


def accept_deflate(
    offers: Iterable[ExtensionItem], config: DeflateConfig = SERVER_DEFLATE
) -> tuple[ExtensionItem, Deflate] | None:
    """Accept, as a server, the first offer of compression that is legal.

    Args:
        offers: everything that the client offers, other extensions included.
        config: what we want.

    Returns:
        The element for the response and the codec that does it, or None to decline.
    """
    for name, parameters in offers:
        if name != NAME:
            continue
        try:
            agreed = config.answer(DeflateParams.parse(parameters, offer=True))
        except HandshakeError:
            # RFC 7692, 7: "A server MUST decline an extension negotiation offer for this
            # extension" with a fault in it. Declining is no error; the next one may be legal.
            continue
        return agreed.item(offer=False), config.codec(agreed, server=True)
    return None


def agree_deflate(agreed: Iterable[ExtensionItem], *configs: DeflateConfig) -> Deflate | None:
    """Check, as a client, what a server made of our offers.

    Args:
        agreed: the extensions of the response.
        configs: what was offered, in the same order.

    Returns:
        The codec, or None when the server declined.

    Raises:
        HandshakeError: when the answer fits none of the offers, or there are two.
    """
    answers = [parameters for name, parameters in agreed if name == NAME]
    if not answers:
        return None
    if len(answers) > 1:
        raise HandshakeError(f"{NAME} was accepted {len(answers)} times")
    answer = DeflateParams.parse(answers[0], offer=False)
    faults: list[HandshakeError] = []
    for config in configs or (CLIENT_DEFLATE,):
        try:
            return config.codec(config.agree(answer), server=False)
        except HandshakeError as fault:
            faults.append(fault)
    raise faults[0]
