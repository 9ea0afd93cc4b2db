"""Mistakes of servers in the response that opens a connection."""

from __future__ import annotations

import base64
import binascii

from tests.lab.conformance.plain_deflate import NAME, Agreement
from tests.lab.conformance.plain_http import Head, Parameters, Refusal, parse_extensions
from tests.lab.conformance.plain_server import PlainServer


class ProvesNothing(PlainServer):
    """Sends the Sec-WebSocket-Accept of the RFC's example."""

    def accept(self, key: str) -> str:
        """Send that of RFC 6455, 1.3."""
        return "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


class LowersKey(PlainServer):
    """Takes the key for a word in which case is the same."""

    def accept(self, key: str) -> str:
        """Lower the key."""
        return super().accept(key.lower())


class TrimsKey(PlainServer):
    """Takes the end of a key for padding that doesn't count."""

    def accept(self, key: str) -> str:
        """Trim the key."""
        return super().accept(key.rstrip("="))


class DecodesKey(PlainServer):
    """Computes the proof from the octets that the key stands for."""

    def accept(self, key: str) -> str:
        """Decode the key."""
        try:
            return super().accept(base64.b64decode(key).decode("latin-1"))
        except binascii.Error:
            return super().accept(key)


class _Omits(PlainServer):
    omitted: str

    def build_response(self, request: Head) -> Head:
        """Leave a field out."""
        response = super().build_response(request)
        response.fields = [field for field in response.fields if field[0] != self.omitted]
        return response


class OmitsUpgrade(_Omits):
    """Doesn't say what it switches to."""

    omitted = "Upgrade"


class OmitsConnection(_Omits):
    """Doesn't say that Upgrade is about this connection."""

    omitted = "Connection"


class OmitsAccept(_Omits):
    """Doesn't prove anything."""

    omitted = "Sec-WebSocket-Accept"


class OpensWith200(PlainServer):
    """Finds that all is well."""

    def build_response(self, request: Head) -> Head:
        """Say 200."""
        response = super().build_response(request)
        response.start = "HTTP/1.1 200 OK"
        return response


class AgreesToSubprotocol(PlainServer):
    """Agrees to the first subprotocol offered, of which it knows nothing."""

    def choose_subprotocol(self, request: Head) -> str | None:
        """Take the first."""
        return next(iter(request.items("Sec-WebSocket-Protocol")), None)


class ImposesSubprotocol(PlainServer):
    """Names its subprotocol to those who offer others."""

    def choose_subprotocol(self, request: Head) -> str | None:
        """Answer any offer with its own."""
        return "superchat" if request.all("Sec-WebSocket-Protocol") else None


class VolunteersSubprotocol(PlainServer):
    """Names its subprotocol to those who offer none."""

    def choose_subprotocol(self, request: Head) -> str | None:
        """Answer no offer with its own."""
        return None if request.all("Sec-WebSocket-Protocol") else "superchat"


class RepeatsSubprotocols(PlainServer):
    """Agrees to all subprotocols offered."""

    def choose_subprotocol(self, request: Head) -> str | None:
        """Repeat the offer."""
        return ", ".join(request.all("Sec-WebSocket-Protocol")) or None


class AcceptsAnyExtension(PlainServer):
    """Agrees to the first extension, of which it knows nothing."""

    def choose_extension(self, request: Head) -> str | None:
        """Take the first if it is an unknown one."""
        offers = parse_extensions(", ".join(request.all("Sec-WebSocket-Extensions")))
        if offers and offers[0][0] != NAME:
            return offers[0][0]
        return super().choose_extension(request)


class RefusesUnknownExtensions(PlainServer):
    """Takes an extension that it doesn't know for an error."""

    def choose_extension(self, request: Head) -> str | None:
        """Refuse it."""
        offers = parse_extensions(", ".join(request.all("Sec-WebSocket-Extensions")))
        if any(name != NAME for name, _ in offers):
            raise Refusal(400, "unknown extension")
        return super().choose_extension(request)


class VolunteersDeflate(PlainServer):
    """Compresses, whether that was offered or not."""

    def choose_extension(self, request: Head) -> str | None:
        """Add an offer where there is none."""
        if request.all("Sec-WebSocket-Extensions"):
            return super().choose_extension(request)
        return super().choose_extension(Head("", [("Sec-WebSocket-Extensions", NAME)]))


class LimitsClientUnasked(PlainServer):
    """Limits the window of clients that didn't offer to limit it."""

    def announce(self, agreement: Agreement, offered: Parameters) -> str:
        """Add the limit."""
        announced = super().announce(agreement, offered)
        if "client_max_window_bits" in dict(offered):
            return announced
        return f"{announced}; client_max_window_bits=15"


class RepeatsReadiness(PlainServer):
    """Repeats client_max_window_bits without a value, which only an offer may lack."""

    def announce(self, agreement: Agreement, offered: Parameters) -> str:
        """Add the name alone."""
        announced = super().announce(agreement, offered)
        ready = dict(offered).get("client_max_window_bits", "") is None
        return f"{announced}; client_max_window_bits" if ready else announced


class ConfirmsNothing(PlainServer):
    """Accepts an offer and none of its parameters."""

    def announce(self, agreement: Agreement, offered: Parameters) -> str:
        """Send the name alone."""
        return NAME


class LooksAtFirstOfferOnly(PlainServer):
    """Declines compression when the first offer is no good."""

    def choose_extension(self, request: Head) -> str | None:
        """Look at the first."""
        offers = ", ".join(request.all("Sec-WebSocket-Extensions")).split(",")
        return super().choose_extension(Head("", [("Sec-WebSocket-Extensions", offers[0])]))


class RefusesBadOffers(PlainServer):
    """Takes an offer that it has to decline for a bad request."""

    def choose_extension(self, request: Head) -> str | None:
        """Refuse the request."""
        for name, parameters in parse_extensions(
            ", ".join(request.all("Sec-WebSocket-Extensions"))
        ):
            if name == NAME and self.read_agreement(parameters) is None:
                raise Refusal(400, "a bad offer")
        return super().choose_extension(request)
