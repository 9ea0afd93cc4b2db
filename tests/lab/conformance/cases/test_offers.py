"""25.4 and 25.5: offers of permessage-deflate, and what a server may answer to them."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import HEAD, answered, frame, verdict
from wsdemo.lab.conformance.case import SERVER, Severity
from wsdemo.lab.conformance.selection import find, select
from wsdemo.lab.conformance.transcript import Ended

NAME = "permessage-deflate"
ECHO = frame(0x81, "Hello")
OFFERS = (
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
ASKED = (
    NAME,
    f"{NAME}; client_max_window_bits",
    f"{NAME}; client_max_window_bits=10; server_no_context_takeover",
    f"{NAME}; server_max_window_bits=7, {NAME}",
)


def _agreed(value: str) -> bytes:
    return f"HTTP/1.1 101 Yes\r\nSec-WebSocket-Extensions: {value}\r\n\r\n".encode()


def test_what_is_offered() -> None:
    """Parameters that RFC 7692, 7.1, does not know, or not with that value; then good ones."""
    lines = [f"Sec-WebSocket-Extensions: {NAME}; {offer}" for offer in OFFERS]
    assert [case.request.add for case in select("25.4")] == [(line,) for line in lines]
    lines = [f"Sec-WebSocket-Extensions: {offer}" for offer in ASKED]
    assert [case.request.add for case in select("25.5")] == [(line,) for line in lines]


def test_offers_are_made_to_servers() -> None:
    """And to decline what is wrong is a "must"."""
    for case in select("25.4-25.5"):
        assert (case.roles, case.severity) == (SERVER, Severity.MUST)
        assert case.deflate is None


@pytest.mark.parametrize("at", range(1, len(OFFERS) + 1))
def test_what_is_wrong_is_declined(at: int) -> None:
    """The offer, or the request as a whole; not with a connection that has the extension."""
    number = f"25.4.{at}"
    assert answered(number, HEAD).words == ""
    assert answered(number, _agreed("x-other")).words == ""
    assert answered(number, b"HTTP/1.1 400 No\r\n\r\n").words == ""
    for value in (NAME, f"{NAME}; {OFFERS[at - 1]}", f"x-other, {NAME}"):
        result = answered(number, _agreed(value))
        assert result.words == f"accepted it: {value!r}"
        assert result.theirs == len(_agreed(value))


def test_what_is_wrong_is_answered() -> None:
    """To hang up is no answer."""
    assert answered("25.4.1", b"", Ended.FIN).words.endswith("got hung up without an answer")
    assert answered("25.4.1", b"").ours == 0


@pytest.mark.parametrize("at", range(1, 5))
@pytest.mark.parametrize(
    "value",
    [
        "",
        NAME,
        f"{NAME}; server_no_context_takeover; client_no_context_takeover",
        f"{NAME}; server_max_window_bits=8",
        f"{NAME}; server_max_window_bits=15",
    ],
)
def test_what_may_be_answered(at: int, value: str) -> None:
    """Nothing, or any parameters of the server's own."""
    assert verdict(f"25.5.{at}", ECHO, head=_agreed(value)).words == ""


@pytest.mark.parametrize("at", range(1, 5))
@pytest.mark.parametrize(
    "parameter",
    [
        "unheard_of",
        "server_max_window_bits",
        "server_max_window_bits=7",
        "server_max_window_bits=16",
        "server_max_window_bits=09",
        "client_max_window_bits",
        "client_max_window_bits=7",
        "server_no_context_takeover=1",
        "other_max_window_bits=9",
    ],
)
def test_what_may_not_be_answered(at: int, parameter: str) -> None:
    """It is named, and the place is the end of the response."""
    head = _agreed(f"{NAME}; server_no_context_takeover; {parameter}")
    result = verdict(f"25.5.{at}", ECHO, head=head)
    assert (result.words, result.theirs) == (f"{NAME} with {parameter}", len(head))


@pytest.mark.parametrize(("at", "asked"), [(1, False), (2, True), (3, True), (4, False)])
def test_the_clients_window_is_an_answer_to_who_asks(at: int, asked: bool) -> None:
    """RFC 7692, 7.1.2.2: nobody else knows what to do with it."""
    number, head = f"25.5.{at}", _agreed(f"{NAME}; client_max_window_bits=9")
    assert ("client_max_window_bits" in find(number).request.add[0]) == asked
    wrong = "" if asked else f"{NAME} with client_max_window_bits=9"
    assert verdict(number, ECHO, head=head).words == wrong


def test_an_answer_is_wanted_besides() -> None:
    """On a connection that was opened; which one is not what the case is about."""
    assert verdict("25.5.1", head=_agreed(NAME)).words.startswith("wanted TEXT 'Hello'")
    assert verdict("25.5.1", frame(0x81, "Help!"), head=HEAD).words == ""
