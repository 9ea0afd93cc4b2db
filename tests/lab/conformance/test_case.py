"""A case: where its sentence stands, and what it says of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wsdemo.lab.conformance.case import BOTH, CLIENT, FRAMES, OCTETS, SERVER, Case, Role, Why
from wsdemo.lab.conformance.deflate import Deflate
from wsdemo.lab.conformance.frames import bad, ping, text
from wsdemo.lab.conformance.handshake_wants import Declines, Disagrees, GivesUp
from wsdemo.lab.conformance.opening import Request, Response
from wsdemo.lab.conformance.wants import Echo

WHY = Why("RFC 6455, 5.4", "A sentence.")
CASE = Case("5.19", "five fragments", (text("a"), ping("b")), Echo(), WHY)


@pytest.mark.parametrize(
    ("section", "url"),
    [
        ("RFC 6455, 5.4", "https://www.rfc-editor.org/rfc/rfc6455#section-5.4"),
        ("RFC 9110, 15.5.22", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.22"),
        ("RFC 6455", ""),
        ("a registry, 3", ""),
        ("", ""),
    ],
)
def test_a_sentence_has_a_place(section: str, url: str) -> None:
    """The section of an RFC is a link."""
    assert Why(section, "").url == url


def test_a_sentence_is_quoted() -> None:
    """With where it stands."""
    assert str(WHY) == "RFC 6455, 5.4: “A sentence.”"


def test_a_case_has_a_number_and_a_name() -> None:
    """Numbers are sorted as numbers."""
    assert str(CASE) == "5.19 five fragments"
    assert CASE.order == (5, 19)
    assert replace(CASE, number="5.3").order < CASE.order


def test_the_bad_frame_is_found() -> None:
    """If there is one."""
    faulty = bad(text("b"))
    assert CASE.bad_frame is None
    assert replace(CASE, moves=(text("b"), faulty, ping())).bad_frame is faulty


def test_only_a_declined_request_opens_nothing() -> None:
    """A client that must give up has been told that it is open."""
    assert CASE.opens
    assert replace(CASE, want=GivesUp()).opens
    assert not replace(CASE, want=Declines()).opens
    assert not replace(CASE, want=Disagrees("permessage-deflate")).opens


@pytest.mark.parametrize(
    ("piece", "way"),
    [
        (None, []),
        (FRAMES, ["(one write for each frame)"]),
        (OCTETS, ["(octet by octet)"]),
        (997, ["(in pieces of 997 octets)"]),
    ],
)
def test_what_is_sent_is_told(piece: int | None, way: list[str]) -> None:
    """A line for each move, and how they are cut."""
    lines = ["TEXT 'a' [1 octet]", "PING 'b' [1 octet]"]
    assert replace(CASE, piece=piece).sent() == [*lines, *way]


def test_what_is_odd_about_the_opening_is_told() -> None:
    """Of the side that the case is for."""
    assert CASE.opening() == []
    asked = replace(CASE, request=Request(change={"Upgrade": None}), roles=SERVER)
    assert asked.opening() == ["a request with no Upgrade"]
    told = replace(CASE, response=Response("HTTP/1.1 200 OK"), roles=CLIENT)
    assert told.opening() == ["a response with HTTP/1.1 200 OK"]


def test_what_is_said_of_compression_is_told() -> None:
    """On both sides, or on the one that there is."""
    offer, answer = "(as a client we offer a)", "(as a server we answer b)"
    deflate = Deflate("a", "b")
    lines = {
        roles: replace(CASE, deflate=deflate, roles=roles).opening()
        for roles in (SERVER, CLIENT, BOTH)
    }
    assert lines == {SERVER: [offer], CLIENT: [answer], BOTH: [offer, answer]}


def test_a_case_is_for_both_unless_it_says_otherwise() -> None:
    """And in one write, with an opening handshake in order."""
    assert CASE.roles == {Role.SERVER, Role.CLIENT}
    assert (CASE.piece, CASE.deflate, CASE.alone) == (None, None, False)
    assert (CASE.request, CASE.response) == (Request(), Response())
