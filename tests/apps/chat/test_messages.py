"""What a client may send, and that the contract says so."""

from __future__ import annotations

import re
from typing import Any, get_args

import msgspec
import pytest

from wsdemo.apps.chat import messages, news
from wsdemo.apps.chat.messages import MAX_TEXT, FromClient, Hello, Say
from wsdemo.apps.door import JSON

decode = JSON.decoder(FromClient)


def say(**fields: Any) -> bytes:
    """Return a saying on the wire."""
    whole = {"type": "say", "id": 1, "room": "lobby", "seq": 1, "text": "x", **fields}
    return msgspec.json.encode(whole)


@pytest.mark.parametrize("text", ["x", "é" * MAX_TEXT, "a\n\nb", " x ", "👩‍👩‍👧", "\u200fעברית"])
def test_what_may_be_said(text: str) -> None:
    """Whatever shows something: the limit counts characters."""
    assert decode(say(text=text)) == Say(id=1, room="lobby", seq=1, text=text)


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\t", "a\tb", "a\rb", "a\x00", "\x1b[2J", "\x85", "x" * (MAX_TEXT + 1)]
)
def test_what_may_not_be_said(text: str) -> None:
    """Nothing, too much, and what moves a terminal's cursor."""
    with pytest.raises(msgspec.ValidationError, match=r"\$\.text"):
        decode(say(text=text))


@pytest.mark.parametrize("token", ["short", "x" * 65, "x" * 21, "x" * 22 + "\n", "é" * 30])
def test_a_token_is_long_and_plain(token: str) -> None:
    """22 letters of 64 hold 132 bits."""
    hello = {"type": "hello", "id": 1, "nick": "ada", "client": "tab", "token": token}
    with pytest.raises(msgspec.ValidationError, match=r"\$\.token"):
        decode(msgspec.json.encode(hello))


@pytest.mark.parametrize("kind", get_args(FromClient), ids=lambda kind: kind.__name__)
def test_no_field_is_taken_that_is_not_known(kind: Any) -> None:
    """And every text and number has limits."""
    assert kind.__struct_config__.forbid_unknown_fields
    described = msgspec.json.schema(kind)
    bare = [
        (name, field)
        for name, each in described["$defs"][kind.__name__]["properties"].items()
        for field in each.get("anyOf", [each])
        if field.get("type") in {"string", "integer"} and len(field) == 1
    ]
    assert bare == []


@pytest.mark.parametrize(
    "kind", [*get_args(FromClient), *get_args(news.FromServer)], ids=lambda kind: kind.__name__
)
def test_the_contract_shows_every_message_with_every_field(kind: Any) -> None:
    """Who writes a page reads nothing else."""
    contract = str(messages.__doc__)
    tag = kind.__struct_config__.tag
    shown = " ".join(part.split("}")[0] for part in contract.split(f" {tag} {{")[1:])
    assert {*kind.__struct_fields__} <= {*re.findall(r"\w+", shown)}
    assert f" {tag} {{" in contract


def test_what_a_client_sends_comes_back_as_it_was() -> None:
    """A field that says nothing isn't sent."""
    hello = Hello(id=1, nick="ada", client="tab")
    assert JSON.encode(hello) == '{"type":"hello","nick":"ada","client":"tab","id":1}'
    assert decode(msgspec.json.encode(hello)) == hello
