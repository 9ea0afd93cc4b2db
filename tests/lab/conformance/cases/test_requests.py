"""Chapter 20: requests that a server takes or declines, and what it says then."""

from __future__ import annotations

import pytest

from tests.lab.conformance.talk import HEAD, answered, frame, verdict, words
from wsdemo.lab.conformance.case import SERVER, Severity
from wsdemo.lab.conformance.opening import accept_for, key_for
from wsdemo.lab.conformance.selection import find, select
from wsdemo.lab.conformance.transcript import Ended

ECHO = frame(0x81, "Hello")
KEY = "AAAAAAAAAAAAAAAAAAAAAA=="
BAD = b"HTTP/1.1 400 Bad Request\r\n\r\n"


def _asked(number: str) -> list[str]:
    """Return the lines of a request, sorted, but for the first."""
    octets = find(number).request.serialize("h", "/", KEY)
    first, *fields, end, beyond = octets.decode("latin-1").split("\r\n")
    assert end == beyond == ""
    return [first, *sorted(fields)]


USUAL = [
    "Connection: Upgrade",
    "Host: h",
    f"Sec-WebSocket-Key: {KEY}",
    "Sec-WebSocket-Version: 13",
    "Upgrade: websocket",
]


def _with(first: str = "GET / HTTP/1.1", **changed: str) -> list[str]:
    """Return the usual lines with others instead of some; nothing is left of an empty one."""
    names = {"Key": "Sec-WebSocket-Key", "Version": "Sec-WebSocket-Version"}
    fields = dict(line.split(": ") for line in USUAL)
    fields |= {names.get(name, name): value for name, value in changed.items()}
    return [first, *sorted(f"{name}: {value}" for name, value in fields.items() if value)]


@pytest.mark.parametrize(
    ("number", "lines"),
    [
        ("20.1.1", _with()),
        ("20.1.2", _with()),
        ("20.1.3", _with()),
        ("20.1.4", _with(Upgrade="WebSocket")),
        ("20.1.5", _with(Connection="keep-alive, Upgrade")),
        ("20.1.6", _with(Connection="upgrade")),
        ("20.1.11", _with(Upgrade="h2c, websocket")),
        ("20.2.1", _with(Upgrade="")),
        ("20.2.2", _with(Upgrade="h2c")),
        ("20.2.3", _with(Connection="")),
        ("20.2.4", _with(Connection="keep-alive")),
        ("20.2.5", _with(Key="")),
        ("20.2.6", _with(Key="AAAAAAAAAAA=")),
        ("20.2.7", _with(Key="????????????????????????")),
        ("20.2.9", _with(Version="")),
        ("20.2.10", _with(Version="8")),
        ("20.2.11", _with(Version="14")),
        ("20.2.13", _with("GET / HTTP/1.0")),
        ("20.2.14", _with(Version="8")),
        ("20.2.15", _with(Version="14")),
        ("20.2.16", _with(Upgrade="", Connection="")),
        ("20.3.1", _with(Host="")),
        ("20.3.8", _with("GET /#top HTTP/1.1")),
        ("20.4.1", _with()),
        ("20.4.3", _with()),
    ],
)
def test_what_is_asked(number: str, lines: list[str]) -> None:
    """One thing is unusual, or nothing is."""
    assert _asked(number) == lines


@pytest.mark.parametrize(
    ("number", "added"),
    [
        ("20.1.8", ["X-Unheard-Of: yes", "Cookie: a=b", "Accept: */*"]),
        ("20.1.9", ["Sec-WebSocket-Extensions: x-unheard-of; a=1"]),
        ("20.1.10", ["Cookie: " + "a" * 4000]),
        ("20.2.8", ["Sec-WebSocket-Key: " + key_for("20")]),
        ("20.3.2", ["Host: other"]),
        ("20.3.3", ["X-A : b"]),
        ("20.3.4", ["X-A: b", " folded"]),
        ("20.4.2", ["Sec-WebSocket-Protocol: unheard-of-1, unheard-of-2"]),
        ("20.4.4", ["Sec-WebSocket-Extensions: x-unheard-of; a=1, permessage-deflate"]),
    ],
)
def test_what_is_asked_besides(number: str, added: list[str]) -> None:
    """Lines behind the usual ones."""
    assert list(find(number).request.add) == added
    first, *lines = _asked(number)
    assert (first, lines) == ("GET / HTTP/1.1", sorted([*USUAL, *added]))


def test_odd_requests() -> None:
    """Another method, another name for a field, too much, and no request at all."""
    post = ["POST / HTTP/1.1", "Connection: Upgrade", "Content-Length: 0", *USUAL[1:]]
    assert _asked("20.2.12") == post
    assert "SEC-WEBSOCKET-VERSION:13" in _asked("20.1.7")
    assert USUAL[3] not in _asked("20.1.7")
    assert sum(map(len, _asked("20.3.7"))) > 200_000
    assert find("20.3.5").request.raw == b"hello\r\n\r\n"
    tls = find("20.3.6").request.raw
    assert tls is not None
    assert tls.startswith(b"\x16\x03\x01")
    assert tls.endswith(b"\r\n\r\n")
    assert find("20.1.3").request.piece == 1


def test_chapter_20_is_for_servers() -> None:
    """Most of it is a "must"."""
    assert {case.roles for case in select("20")} == {SERVER}
    severities = {
        case.number: case.severity for case in select("20") if case.severity is not Severity.MUST
    }
    should = ("20.1.11", "20.2.14", "20.2.15", "20.3.1", "20.3.2", "20.3.7")
    assert severities == {
        **dict.fromkeys(should, Severity.SHOULD),
        **dict.fromkeys(("20.2.16", "20.3.4", "20.3.8"), Severity.MAY),
    }


def _opened(number: str, **changed: str) -> bytes:
    """Write a response in order, with other values; nothing is left of an empty one."""
    fields = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Accept": accept_for(key_for(number)),
    }
    fields |= {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value}\r\n" for name, value in fields.items() if value]
    return f"HTTP/1.1 101 Yes\r\n{''.join(lines)}\r\n".encode()


@pytest.mark.parametrize("at", range(1, 11))
def test_a_good_request_is_taken(at: int) -> None:
    """With a response in order, and an echo."""
    number = f"20.1.{at}"
    head = _opened(number)
    assert words(number, ECHO, head=head) == ""
    assert words(number, head=head) == "wanted TEXT 'Hello' [5 octets], got nothing"
    assert (
        words(number, ECHO, head=_opened(number, Upgrade="WebSocket", Connection="a, upgrade"))
        == ""
    )


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"Sec_WebSocket_Accept": ""}, "wrong Sec-WebSocket-Accept: ''"),
        ({"Sec_WebSocket_Accept": "x"}, "wrong Sec-WebSocket-Accept: 'x'"),
        ({"sec_websocket_accept": "x"}, "wrong Sec-WebSocket-Accept: "),
        ({"Upgrade": ""}, "wrong Upgrade: ''"),
        ({"Upgrade": "h2c"}, "wrong Upgrade: 'h2c'"),
        ({"Upgrade": "websocket, h2c"}, "wrong Upgrade: 'websocket, h2c'"),
        ({"Connection": ""}, "wrong Connection: ''"),
        ({"Connection": "close"}, "wrong Connection: 'close'"),
    ],
)
def test_a_response_out_of_order(changed: dict[str, str], wrong: str) -> None:
    """The place is its end."""
    head = _opened("20.1.1", **changed)
    result = verdict("20.1.1", ECHO, head=head)
    assert result.words.startswith(wrong)
    assert result.theirs == len(head)


def test_the_first_line_has_a_version() -> None:
    """HTTP/1.0 knows no Upgrade."""
    head = _opened("20.1.1").replace(b"HTTP/1.1", b"HTTP/1.0")
    assert words("20.1.1", ECHO, head=head) == "wrong first line: 'HTTP/1.0 101 Yes'"


def test_each_key_has_its_answer() -> None:
    """The answer to one case is wrong in the next."""
    assert words("20.1.2", ECHO, head=_opened("20.1.1")).startswith("wrong Sec-WebSocket-Accept")


@pytest.mark.parametrize("at", range(1, 14))
def test_a_bad_request_is_declined(at: int) -> None:
    """With any error; and it has to be answered."""
    number = f"20.2.{at}"
    assert answered(number, BAD).words == ""
    opened = answered(number, HEAD)
    assert opened.words == "wanted an error status, got 'HTTP/1.1 101 Switching Protocols'"
    assert opened.theirs == len(HEAD)
    hung_up = answered(number, b"", Ended.FIN)
    assert hung_up.words == "wanted an error status, got hung up without an answer"


@pytest.mark.parametrize("number", ["20.2.14", "20.2.15"])
def test_another_version_is_answered_with_the_right_one(number: str) -> None:
    """In a field."""
    good = b"HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13, 8\r\n\r\n"
    assert answered(number, good).words == ""
    assert answered(number, BAD).words == "wanted Sec-WebSocket-Version: 13 in it, got ''"


def test_a_plain_get_is_told_to_upgrade() -> None:
    """With 426, and the field that belongs to it."""
    good = b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\n\r\n"
    assert answered("20.2.16", good).words == ""
    assert answered("20.2.16", BAD).words == "wanted 426, got 'HTTP/1.1 400 Bad Request'"
    lacking = answered("20.2.16", b"HTTP/1.1 426 No\r\n\r\n").words
    assert lacking == "wanted Upgrade: websocket in it, got ''"


@pytest.mark.parametrize("number", ["20.3.3", "20.3.4", "20.3.5", "20.3.6", "20.3.7"])
def test_what_cannot_be_read_may_be_left_unanswered(number: str) -> None:
    """To hang up is enough; to wait is not, and to open a connection least of all."""
    assert answered(number, BAD).words == ""
    for ended in Ended:
        assert answered(number, b"", ended).words == ""
    assert answered(number, b"").words.endswith("got no answer in time")
    assert answered(number, HEAD).words.endswith("got 'HTTP/1.1 101 Switching Protocols'")


@pytest.mark.parametrize("number", ["20.3.1", "20.3.2"])
def test_one_host_is_wanted(number: str) -> None:
    """Else 400, and no other."""
    assert answered(number, BAD).words == ""
    assert answered(number, b"HTTP/1.1 404 No\r\n\r\n").words.startswith("wanted 400, got")


def test_too_much_has_codes_of_its_own() -> None:
    """And 200 is none of them."""
    for status in (400, 413, 431):
        assert answered("20.3.7", f"HTTP/1.1 {status} No\r\n\r\n".encode()).words == ""
    wrong = answered("20.3.7", b"HTTP/1.1 500 Oh\r\n\r\n").words
    assert wrong == "wanted 400 or 413 or 431, got 'HTTP/1.1 500 Oh'"


@pytest.mark.parametrize(
    ("number", "changed", "wrong"),
    [
        ("20.4.1", {}, ""),
        (
            "20.4.1",
            {"Sec_WebSocket_Protocol": "a"},
            "chose a subprotocol that was not offered: 'a'",
        ),
        ("20.4.2", {}, ""),
        ("20.4.2", {"Sec_WebSocket_Protocol": "unheard-of-1"}, ""),
        ("20.4.2", {"Sec_WebSocket_Protocol": "unheard-of-2"}, ""),
        (
            "20.4.2",
            {"Sec_WebSocket_Protocol": "unheard-of-1, unheard-of-2"},
            "chose 'unheard-of-1, unheard-of-2' of 'unheard-of-1, unheard-of-2'",
        ),
        (
            "20.4.2",
            {"Sec_WebSocket_Protocol": "unheard-of-1", "sec_websocket_protocol": "unheard-of-2"},
            "chose 'unheard-of-1, unheard-of-2' of 'unheard-of-1, unheard-of-2'",
        ),
        (
            "20.4.2",
            {"Sec_WebSocket_Protocol": "chat"},
            "chose 'chat' of 'unheard-of-1, unheard-of-2'",
        ),
        ("20.4.3", {}, ""),
        (
            "20.4.3",
            {"Sec_WebSocket_Extensions": "permessage-deflate"},
            "accepted an extension that was not offered: 'permessage-deflate'",
        ),
        ("20.4.4", {}, ""),
        ("20.4.4", {"Sec_WebSocket_Extensions": "permessage-deflate"}, ""),
        (
            "20.4.4",
            {"Sec_WebSocket_Extensions": "x-unheard-of; a=1, permessage-deflate"},
            "accepted an extension that nobody knows: 'x-unheard-of'",
        ),
    ],
)
def test_nothing_is_chosen_but_what_was_offered(
    number: str, changed: dict[str, str], wrong: str
) -> None:
    """Subprotocols and extensions; the place is the end of the response."""
    head = _opened(number, **changed)
    result = verdict(number, ECHO, head=head)
    assert (result.words, result.theirs) == (wrong, len(head) if wrong else None)
