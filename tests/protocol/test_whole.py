"""The fast path and the readable one are equal: on any octets, cut anywhere, and in any mixture."""

from __future__ import annotations

import ast
import inspect
import runpy
from collections.abc import Callable, Iterable
from functools import partial
from itertools import product
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protocol.any_stream import EDGES, LENGTHS, cut, cuts, limits, of_each_role, streams
from tests.protocol.faults import FAULTS, wrongly_masked
from tests.protocol.faults import LIMITS as FAULT_LIMITS
from tests.protocol.streams import CHUNKINGS, ROLES, chunks, endpoint_in, open_endpoint, to_peer
from wsdemo.errors import StateError
from wsdemo.protocol import (
    TRANSITIONS,
    Binary,
    Cue,
    Deflate,
    Endpoint,
    Event,
    Failed,
    Limits,
    Role,
    State,
    Text,
    connection,
    whole,
)

ISSUE = 60  # lines: what the fast path may have

# What a program may do between two reads.
ACTS: dict[str, Callable[[Endpoint], object]] = {
    "nothing": lambda endpoint: None,
    "ping": lambda endpoint: endpoint.ping(b"?"),
    "send": lambda endpoint: endpoint.send_text("é"),
    "close": lambda endpoint: endpoint.close(1001, "bye"),
    "fail": lambda endpoint: endpoint.fail(1011),
    "look": lambda endpoint: endpoint.receive(b""),
}
ends = st.tuples(limits, st.booleans())  # what the peer may cost, and whether it may compress
acts = st.lists(st.just("nothing") | st.sampled_from(sorted(ACTS)), min_size=1, max_size=5)


def fast(endpoint: Endpoint, data: bytes) -> list[Event]:
    """Give data to an endpoint as an engine does, and return its messages as events."""
    memory = bytearray(data)  # as it is read: the next read overwrites it
    messages, octets, rest = endpoint.messages(memoryview(memory))
    payloads = [each.encode() if isinstance(each, str) else each for each in messages]
    assert octets == sum(map(len, payloads))
    events: list[Event] = [Text(m) if isinstance(m, str) else Binary(m) for m in messages]
    events += endpoint.receive(rest) if rest else []
    memory[:] = bytes(len(memory))
    return events


def readable(endpoint: Endpoint, data: bytes) -> list[Event]:
    """Give data to an endpoint step by step."""
    return endpoint.receive(data)


def condition(endpoint: Endpoint, events: Iterable[Event]) -> dict[str, Any]:
    """Return all that can be seen of an endpoint, after some events."""
    shown = [str(each.error) if isinstance(each, Failed) else each for each in events]
    names = ("state", "rcvd", "sent", "rcvd_then_sent", "wants_eof", "close_code", "close_reason")
    seen = {name: getattr(endpoint, name) for name in names}
    error = endpoint.error and (type(endpoint.error), str(endpoint.error))
    return seen | {"events": shown, "output": endpoint.take_output(), "error": error}


def attempt(act: Callable[[Endpoint], object], endpoint: Endpoint) -> str:
    """Do something with an endpoint, and return why not if it can't be done."""
    try:
        act(endpoint)
    except (StateError, UnicodeEncodeError) as error:
        return repr(error)
    return ""


@settings(max_examples=300)
@given(of_each_role(streams), cuts(), ends, acts, st.lists(st.booleans()))
def test_any_stream_is_taken_alike(
    stream: tuple[Role, bytes],
    sizes: list[int],
    ends: tuple[Limits, bool],
    between: list[str],
    slow: list[bool],
) -> None:
    """After each piece, the same events, octets and state; if it is the last one, the same end.

    The third endpoint takes some pieces on the fast path and some on the readable one.
    """
    (role, octets), (limits, compressed) = stream, ends
    three = [open_endpoint(role, limits, Deflate() if compressed else None) for _ in range(3)]
    for turn, piece in enumerate(cut(octets, sizes)):
        ways = (fast, readable, readable if slow and slow[turn % len(slow)] else fast)
        one, *others = (
            condition(end, way(end, piece)) for end, way in zip(three, ways, strict=True)
        )
        assert others == [one, one]
        act = ACTS[between[turn % len(between)]]
        excuse, *excuses = [attempt(act, endpoint) for endpoint in three]
        assert excuses == [excuse, excuse]
    one, *others = (condition(endpoint, endpoint.receive_eof()) for endpoint in three)
    assert others == [one, one]


def assert_alike(role: Role, data: bytes, limits: Limits, size: int | None) -> None:
    """Give data to both paths in chunks of a size, between two messages that are right."""
    one, other = open_endpoint(role, limits, Deflate()), open_endpoint(role, limits, Deflate())
    right = to_peer(role, 0x81, b"Hello")
    for piece in chunks(right + data + right, size):
        assert condition(one, fast(one, piece)) == condition(other, readable(other, piece))
    assert condition(one, one.receive_eof()) == condition(other, other.receive_eof())


@pytest.mark.parametrize("size", CHUNKINGS)
@pytest.mark.parametrize("role", ROLES)
def test_every_fault_is_found_alike(role: Role, size: int | None) -> None:
    """The fast path knows none of them, and has to leave them all alone."""
    for fault in FAULTS:
        assert_alike(role, fault.octets(role), FAULT_LIMITS, size)
    assert_alike(role, wrongly_masked(role)[0], FAULT_LIMITS, size)


@pytest.mark.parametrize("size", [None, 1, 4])
@pytest.mark.parametrize("role", ROLES)
def test_every_way_to_write_a_length_is_judged_alike(role: Role, size: int | None) -> None:
    """At the lengths at which a header grows; most ways are wrong there."""
    for octets, write, first in product(EDGES[:8], LENGTHS, (0x81, 0x82, 0x89)):
        data = to_peer(role, first, b"x" * octets, length=write(octets))
        assert_alike(role, data, Limits(), size)


@pytest.mark.parametrize("role", ROLES)
def test_a_stream_may_end_at_any_octet(role: Role) -> None:
    """What is missing then is known to the octet, whichever path has waited for it."""
    firsts = (0x81, 0x82, 0x89, 0x01, 0x80, 0x82)
    sizes = (1, 126, 2, 3, 4, 5)
    stream = b"".join(to_peer(role, a, b"x" * n) for a, n in zip(firsts, sizes, strict=True))
    for end in range(len(stream) + 1):
        one, other = open_endpoint(role), open_endpoint(role)
        assert condition(one, fast(one, stream[:end])) == condition(
            other, readable(other, stream[:end])
        )
        assert condition(one, one.receive_eof()) == condition(other, other.receive_eof())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("size", EDGES)
@pytest.mark.parametrize("first", [0x81, 0x82])
def test_a_message_up_to_64_kib_takes_the_fast_path(role: Role, size: int, first: int) -> None:
    """And leaves nothing to the readable one: else all this would prove nothing."""
    endpoint, payload = open_endpoint(role, Limits(None)), b"x" * size
    messages, octets, rest = endpoint.messages(to_peer(role, first, payload) * 2)
    if size > whole.LONGEST:
        assert (messages, octets, len(rest) > 2 * size) == ([], 0, True)
    else:
        assert messages == [payload.decode() if first == 0x81 else payload] * 2
        assert (octets, rest) == (2 * size, b"")


@pytest.mark.parametrize("role", ROLES)
def test_a_message_of_many_pieces_waits_on_the_fast_path(role: Role) -> None:
    """Its octets go to the readable path only if something else comes."""
    endpoint = open_endpoint(role)
    *pieces, last = [bytes((octet,)) for octet in to_peer(role, 0x81, b"x" * 300)]
    assert [endpoint.messages(piece) for piece in pieces] == [([], 0, b"")] * len(pieces)
    assert endpoint.messages(last) == (["x" * 300], 300, b"")


@pytest.mark.parametrize("role", ROLES)
def test_the_fast_path_is_taken_again_after_the_readable_one(role: Role) -> None:
    """A ping, or a fragmented message, leaves nothing behind that would stand in its way."""
    endpoint, hello = open_endpoint(role), to_peer(role, 0x81, b"Hello")
    for odd in (
        to_peer(role, 0x89),
        to_peer(role, 0x01) + to_peer(role, 0x89) + to_peer(role, 0x80),
    ):
        assert endpoint.messages(odd) == ([], 0, odd)
        endpoint.receive(odd)
        assert endpoint.messages(hello) == (["Hello"], 5, b"")


def test_amid_a_fragmented_message_nothing_is_whole() -> None:
    """There a whole message is a fault, and the readable path has to see it."""
    server, begun = open_endpoint(Role.SERVER), to_peer(Role.SERVER, 0x01, b"Hel")
    server.receive(begun)
    data = to_peer(Role.SERVER, 0x81, b"Hello")
    assert server.messages(data) == ([], 0, data)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", State)
def test_messages_are_taken_where_the_table_lets_them_come(state: State, role: Role) -> None:
    """In every other state all is left to the readable path, which throws it away."""
    endpoint, data = endpoint_in(state, role), to_peer(role, 0x81, b"a")
    taken = (["a"], 1, b"") if (state, Cue.RECEIVE_DATA) in TRANSITIONS else ([], 0, data)
    assert endpoint.messages(data) == taken


# Sending

MESSAGES = st.one_of(
    st.text(max_size=6),
    st.binary(max_size=6),
    st.sampled_from(EDGES).map(lambda size: b"x" * size),
    st.sampled_from(EDGES).map(lambda size: "x" * size),
    st.sampled_from(["é" * 62, "é" * 63, "é" * 32_768, "\ud800", ""]),
)
VERBS = st.sampled_from(["message"] * 6 + ["begin", "go on", "end", "ping", "close", "fail"])


def said(endpoint: Endpoint, verb: str, message: str | bytes, way: Callable[..., object]) -> str:
    """Say something by one way or the other, and return the excuse if it can't be said."""
    calls: dict[str, Callable[[Endpoint], object]] = {
        "message": lambda endpoint: way(endpoint, message),
        "begin": lambda endpoint: endpoint.send_text("be", fin=False),
        "go on": lambda endpoint: endpoint.send_continuation("gun", fin=False),
        "end": lambda endpoint: endpoint.send_continuation(""),
    }
    return attempt(calls.get(verb) or ACTS[verb], endpoint)


def step_by_step(endpoint: Endpoint, message: str | bytes) -> None:
    """Send a message on the readable path."""
    if isinstance(message, str):
        endpoint.send_text(message)
    else:
        endpoint.send_binary(message)


def at_once(endpoint: Endpoint, message: str | bytes) -> None:
    """Send a message on the fast path, which tells its octets."""
    octets = endpoint.send(message)
    assert octets == len(message.encode() if isinstance(message, str) else message)


def framed_before(endpoint: Endpoint, message: str | bytes) -> None:
    """Send a message that was framed for many."""
    if endpoint.state in whole.SENDING:  # as for a broadcast, which looks at the state first
        frame, octets = whole.framed(message)
        assert octets == len(message.encode() if isinstance(message, str) else message)
        endpoint.send_framed(message, frame)
    else:
        endpoint.send_framed(message, b"not sent")


@settings(max_examples=300)
@given(st.sampled_from(Role), st.booleans(), st.lists(st.tuples(VERBS, MESSAGES), max_size=12))
def test_any_speech_is_written_alike(
    role: Role, compressed: bool, speech: list[tuple[str, str | bytes]]
) -> None:
    """The same octets, the same excuses, the same state, by each of the three ways to send."""
    three = [open_endpoint(role, None, Deflate() if compressed else None) for _ in range(3)]
    for verb, message in speech:
        ways = (step_by_step, at_once, framed_before)
        excuse, *excuses = [
            said(endpoint, verb, message, way) for endpoint, way in zip(three, ways, strict=True)
        ]
        assert excuses == [excuse, excuse]
        one, *others = (condition(endpoint, []) for endpoint in three)
        assert others == [one, one]


@pytest.mark.parametrize("size", EDGES)
@pytest.mark.parametrize("kind", [str, bytes])
def test_what_is_framed_is_what_a_server_sends(size: int, kind: type) -> None:
    """In every form of the length."""
    server, message = open_endpoint(Role.SERVER), "x" * size if kind is str else b"x" * size
    step_by_step(server, message)
    assert whole.framed(message) == (server.take_output(), size)


@pytest.mark.parametrize("role", ROLES)
def test_amid_a_fragmented_message_neither_way_is_open(role: Role) -> None:
    """To the peer, the frames of two messages would be one message, or a fault."""
    endpoint = open_endpoint(role)
    endpoint.send_text("Hel", fin=False)
    endpoint.take_output()
    for way in (at_once, framed_before):
        with pytest.raises(StateError, match="a fragmented TEXT message is under way"):
            way(endpoint, "Hello")
    assert endpoint.take_output() == b""


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", State)
def test_messages_are_sent_where_the_table_lets_them_go(state: State, role: Role) -> None:
    """And in every other state the table itself says why not."""
    endpoint = endpoint_in(state, role)
    for way in (at_once, framed_before):
        excuse = attempt(partial(way, message="a"), endpoint)
        assert excuse == attempt(partial(step_by_step, message="a"), endpoint_in(state, role))
        assert bool(excuse) is ((state, Cue.SEND_DATA) not in TRANSITIONS)


# What it is made of


def code_lines(function: ast.AST, source: list[str]) -> int:
    """Return the lines of a function that are code: no docstring, no comment, not empty."""
    assert isinstance(function, ast.FunctionDef)
    assert function.end_lineno is not None
    body, first = function.body, function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    begin = body[1].lineno if is_docstring and len(body) > 1 else first.lineno
    head = first.lineno - function.lineno
    lines = (line.strip() for line in source[begin - 1 : function.end_lineno])
    return head + sum(bool(line) and not line.startswith("#") for line in lines)


def test_the_fast_path_is_short() -> None:
    """At most as many lines as the issue allows, in each direction and with all that it calls."""
    source = inspect.getsource(whole)
    functions = {
        node.name: code_lines(node, source.splitlines())
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }
    coming = sum(functions.pop(name) for name in ("messages", "_longest"))
    assert 20 < coming <= ISSUE
    assert 20 < sum(functions.values()) <= ISSUE


def test_the_table_of_states_is_the_authority(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast path has no opinion of its own on where data may be sent, or may come."""
    other = {
        (State.CONNECTING, Cue.SEND_DATA): State.CONNECTING,
        (State.OPEN, Cue.SEND_DATA): State.DRAINING,
        (State.DRAINING, Cue.RECEIVE_DATA): State.DRAINING,
    }
    monkeypatch.setattr(connection, "TRANSITIONS", MappingProxyType(other))
    made_of_it = runpy.run_path(whole.__file__)
    assert made_of_it["SENDING"] == {State.CONNECTING}
    assert made_of_it["RECEIVING"] == {State.DRAINING}


@pytest.mark.parametrize(
    ("states", "cue"), [(whole.SENDING, Cue.SEND_DATA), (whole.RECEIVING, Cue.RECEIVE_DATA)]
)
def test_data_change_no_state(states: frozenset[State], cue: Cue) -> None:
    """So the fast path, which asks once, has all states in which the table allows them."""
    assert states == {state for state, each in TRANSITIONS if each is cue}
    assert all(TRANSITIONS[state, cue] is state for state in states)
