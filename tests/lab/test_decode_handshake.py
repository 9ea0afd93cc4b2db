"""What an opening handshake says about the frames behind it."""

from typing import Any

import pytest

from tests.lab.traffic import ACCEPTED, DEFLATED, DEFLATING, REQUEST
from wsdemo.lab.decode_handshake import codec_of, request_fault, response_fault, upgrades
from wsdemo.lab.entries import Fault
from wsdemo.protocol import Deflate, Request, Response, build_request


def _changed(message: Any, **headers: str | None) -> Any:
    """Return a request or response with some headers replaced, or removed."""
    changed = type(message).parse(message.serialize())[0]
    for name, value in headers.items():
        header = name.replace("_", "-")
        if header in changed.headers:
            del changed.headers[header]
        if value is not None:
            changed.headers.add(header, value)
    return changed


def test_an_upgrade_to_websocket_is_recognised() -> None:
    """Plain HTTP on the same wire is told apart."""
    assert upgrades(REQUEST)
    assert upgrades(ACCEPTED)
    assert not upgrades(Request("/"))


def test_a_good_handshake_has_no_fault() -> None:
    """Neither half does, with and without compression."""
    for request, response in ((REQUEST, ACCEPTED), (DEFLATED, DEFLATING)):
        assert request_fault(request) is None
        assert response_fault(request, response) is None


def test_a_wrong_request_earns_its_status() -> None:
    """The fault names the header and what the server must answer."""
    fault = request_fault(_changed(REQUEST, Sec_WebSocket_Version="12"))
    assert fault is not None
    assert (fault.code, "12" in fault.rule) == (426, True)


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        ({"Sec_WebSocket_Accept": "wrong"}, "Sec-WebSocket-Accept: 'wrong'"),
        ({"Sec_WebSocket_Protocol": "chat"}, "Sec-WebSocket-Protocol: 'chat'"),
        ({"Sec_WebSocket_Extensions": "permessage-deflate"}, "'permessage-deflate' is in use"),
    ],
)
def test_a_wrong_answer_is_a_fault(headers: dict[str, str], rule: str) -> None:
    """A client would fail the connection, and the fault says why."""
    fault = response_fault(REQUEST, _changed(ACCEPTED, **headers))
    assert rule in str(fault)


def test_a_wrong_parameter_of_compression_is_a_fault() -> None:
    """And nothing can be inflated then."""
    extensions = "permessage-deflate; server_max_window_bits=99"
    response: Response = _changed(DEFLATING, Sec_WebSocket_Extensions=extensions)
    assert "server_max_window_bits" in str(response_fault(DEFLATED, response))
    assert codec_of(response, from_client=True) is None


def test_an_answer_to_a_wrong_request_is_not_judged() -> None:
    """One fault is reported, not its consequences."""
    request = _changed(REQUEST, Sec_WebSocket_Key=None)
    assert response_fault(request, ACCEPTED) is None


def test_an_answer_to_nothing_is_a_fault() -> None:
    """A server can't open a connection by itself."""
    assert response_fault(None, ACCEPTED) == Fault("101 without a request")


def test_without_compression_there_is_no_codec() -> None:
    """RSV1 is a reserved bit then."""
    assert codec_of(ACCEPTED, from_client=True) is None


@pytest.mark.parametrize("from_client", [True, False])
def test_each_side_is_inflated_by_its_own_parameters(from_client: bool) -> None:
    """Who forgets between messages, and how far back messages point, can differ."""
    offer = [("server_no_context_takeover", None), ("client_max_window_bits", "9")]
    request = build_request("ws://localhost/", extensions=[("permessage-deflate", offer)])
    response = _changed(
        ACCEPTED,
        Sec_WebSocket_Extensions="permessage-deflate; server_no_context_takeover; "
        "client_max_window_bits=9",
    )
    assert request_fault(request) is None
    codec = codec_of(response, from_client=from_client)
    assert isinstance(codec, Deflate)
    assert codec.receive_window_bits == (9 if from_client else 15)
    assert codec.receive_takeover is from_client
