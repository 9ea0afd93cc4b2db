"""What was said in the opening handshake is the same when it is asked for later."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.streams import ROLES, endpoint_in, fixed_key, open_pair, request
from wsdemo.protocol import ClientEndpoint, Endpoint, Limits, Role, ServerEndpoint, State
from wsdemo.protocol.handshake import build_request
from wsdemo.protocol.headers import Headers

# What a header may hold: no blanks at its ends, which are not a part of it.
names = st.from_regex(r"X-[!#$%&'*+.^_`|~0-9A-Za-z-]{0,8}", fullmatch=True)
values = st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"])).map(str.strip)
fields = st.lists(st.tuples(names, values), max_size=5)


def said(endpoint: Endpoint) -> tuple[object, ...]:
    """Return what an endpoint remembers."""
    return endpoint.request, endpoint.response, endpoint.status


def shake(asked: Headers, answered: Headers, limits: Limits | None = None) -> list[Endpoint]:
    """Return a server and a client that have shaken hands, with some headers more than usual."""
    wanted = build_request("ws://localhost/chat?a=%20", key=request().headers["Sec-WebSocket-Key"])
    for name, value in asked.items():
        wanted.headers.add(name, value)
    server = ServerEndpoint(limits=limits)
    client = ClientEndpoint(wanted, limits=limits, masking=fixed_key)
    server.receive(client.take_output())
    server.accept(headers=answered)
    client.receive(server.take_output())
    return [server, client]


@given(fields, fields)
def test_nothing_is_lost_when_it_is_folded(
    asked: list[tuple[str, str]], answered: list[tuple[str, str]]
) -> None:
    """Request and response are equal before and after, at both ends."""
    ends = shake(Headers(asked), Headers(answered))
    before = [said(endpoint) for endpoint in ends]
    assert before[0][:2] == before[1][:2]
    for _ in range(2):  # a second time changes nothing
        for endpoint in ends:
            endpoint.fold()
        assert [said(endpoint) for endpoint in ends] == before
        assert [endpoint.status for endpoint in ends] == [101, 101]


def test_a_head_that_was_long_enough_once_is_no_longer_measured() -> None:
    """It has passed the limits that there were when it came."""
    limits = Limits(handshake_size=60_000, header_line=40_000, header_count=300)
    many = Headers([("X-Long", "x" * 30_000), *[("X-Many", "x")] * 200])
    ends = shake(many, many, limits)
    before = [said(endpoint) for endpoint in ends]
    for endpoint in ends:
        endpoint.fold()
    assert [said(endpoint) for endpoint in ends] == before


def test_what_is_folded_is_small() -> None:
    """Octets, and no strings in pairs in lists."""
    for endpoint in open_pair():
        endpoint.fold()
        kept = [endpoint._request, endpoint._response]
        assert all(type(each) is bytes for each in kept)


@pytest.mark.parametrize("role", ROLES)
def test_to_fold_nothing_is_nothing(role: Role) -> None:
    """Before the handshake there is nothing to keep; a client has its request."""
    endpoint = endpoint_in(State.CONNECTING, role)
    before = said(endpoint)
    endpoint.fold()
    assert said(endpoint) == before
    assert before == ((None, None, None) if role is Role.SERVER else (request(), None, None))


def test_a_refusal_can_be_folded_too() -> None:
    """Its status and its body stay what they were."""
    server, client = ServerEndpoint(), ClientEndpoint(request(), masking=fixed_key)
    server.receive(client.take_output())
    server.reject(403, "No.\n")
    client.receive(server.take_output())
    for endpoint in (server, client):
        before = said(endpoint)
        endpoint.fold()
        assert said(endpoint) == before
        assert (endpoint.status, endpoint.response and endpoint.response.body) == (403, b"No.\n")
