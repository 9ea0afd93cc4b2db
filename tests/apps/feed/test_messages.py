"""What a feed and its clients say: the same in both codecs, and only what is allowed."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from wsdemo.apps.door import JSON, MESSAGE_PACK, BadMessage, Codec, Door, Error
from wsdemo.apps.feed import messages
from wsdemo.apps.feed.messages import (
    CODECS,
    SUBPROTOCOLS,
    FromClient,
    FromServer,
    Quote,
    Snapshot,
    Start,
    Started,
    Subscribed,
    Unsubscribed,
    Update,
    Updates,
)

SAID = (
    Started(1, "snapshot", "f", 7, ("*",), "drop", 2, 10, 50, (Quote("A<b>", 1, 2),)),
    Subscribed(2, 7, ("*", "B"), (Quote("Grüße", 2**40, 1),)),
    Unsubscribed(3, 7, ()),
    Snapshot(4, 5, 7, ()),
    Updates(7, 9, 1_767_225_600_050_000, 10, 3, (Update("A", 1), Update("A", 2))),
    Error("invalid", "Expected `int`", 5, "$.id"),
)


def codecs(test: Any) -> Any:
    """Run a test with each codec."""
    return pytest.mark.parametrize("codec", [JSON, MESSAGE_PACK], ids=["json", "msgpack"])(test)


@codecs
@pytest.mark.parametrize("message", SAID, ids=lambda message: type(message).__name__)
def test_what_the_server_says_is_what_the_client_hears(codec: Codec, message: Any) -> None:
    """In both codecs, to the last digit."""
    assert codec.decoder(FromServer)(codec.encode(message)) == message


def test_a_subprotocol_is_a_codec() -> None:
    """The best first."""
    assert [CODECS[name].name for name in SUBPROTOCOLS] == ["json", "msgpack"]


def test_the_docstring_shows_messages_that_are_some() -> None:
    """Whoever reads it to write another client can rely on it."""
    text = re.sub(r"\n +(?=\")", " ", messages.__doc__ or "")
    clients = re.findall(r"→ (\{.*\})$", text, re.MULTILINE)
    servers = re.findall(r"← (\{.*\})$", text, re.MULTILINE)
    heard = [msgspec.json.decode(line, type=FromClient) for line in clients]
    said = [msgspec.json.decode(line, type=FromServer) for line in servers]
    assert {type(each).__name__ for each in heard} == {
        "Start", "Ack", "Subscribe", "Unsubscribe", "Refresh",
    }  # fmt: skip
    assert {type(each) for each in said} == {type(each) for each in SAID}


@codecs
def test_what_the_docstring_says_of_both_codecs_is_so(codec: Codec) -> None:
    """They differ in octets, and in nothing else."""
    plain = {"type": "start", "id": 1, "patterns": ["A*"], "window": 16}
    door: Door[FromClient] = Door(FromClient, codec)
    assert door.admit(codec.encode(plain)) == Start(1, ("A*",), window=16)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"type": "start"}, None),
        ({"type": "start", "id": "1"}, "$.id"),
        ({"type": "start", "id": -1}, "$.id"),
        ({"type": "start", "id": 2**53}, "$.id"),
        ({"type": "start", "id": 1, "patterns": "*"}, "$.patterns"),
        ({"type": "start", "id": 1, "patterns": ["*", ""]}, "$.patterns[1]"),
        ({"type": "start", "id": 1, "patterns": ["*" * 33]}, "$.patterns[0]"),
        ({"type": "start", "id": 1, "patterns": ["*"] * 33}, "$.patterns"),
        ({"type": "start", "id": 1, "slow": "wait"}, "$.slow"),
        ({"type": "start", "id": 1, "window": 1025}, "$.window"),
        ({"type": "start", "id": 1, "resume": {"feed": "f"}}, "$.resume"),
        ({"type": "start", "id": 1, "resume": {"feed": "f", "seq": -1}}, "$.resume.seq"),
        ({"type": "subscribe", "id": 1}, None),
        ({"type": "refresh", "id": 1, "since": 1.5}, "$.since"),
        ({"type": "ack", "seq": None}, "$.seq"),
        ({"type": "ack", "seq": 1, "more": 1}, None),
        ({"type": "updates", "seq": 1}, "$.type"),
        ([], None),
    ],
)
def test_what_is_wrong_is_named(said: Any, field: str | None) -> None:
    """By its field, where there is one."""
    with pytest.raises(BadMessage) as caught:
        Door(FromClient, JSON).admit(json.dumps(said))
    assert (caught.value.error.code, caught.value.error.field) == ("invalid", field)
