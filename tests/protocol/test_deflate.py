"""The agreement on compression: every parameter, every fault, and ``websockets`` as oracle."""

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import NegotiationError
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import Frame, Opcode

from wsdemo.errors import HandshakeError
from wsdemo.protocol.deflate import (
    NAME,
    DeflateConfig,
    DeflateParams,
    accept_deflate,
    agree_deflate,
    offer_deflate,
)
from wsdemo.protocol.extensions import Parameter, format_extensions, parse_extensions

NO_SERVER, NO_CLIENT = "server_no_context_takeover", "client_no_context_takeover"
SERVER_BITS, CLIENT_BITS = "server_max_window_bits", "client_max_window_bits"


def answer_to(offers: str, config: DeflateConfig | None = None) -> str | None:
    """Return what a server answers to offers, as text."""
    accepted = accept_deflate(parse_extensions(offers), config or DeflateConfig())
    return None if accepted is None else format_extensions([accepted[0]])


@pytest.mark.parametrize(
    ("offers", "answer"),
    [
        # RFC 7692, 7.1 and 5.2, with a server that has no wishes.
        ("permessage-deflate", "permessage-deflate"),
        (f"permessage-deflate; {CLIENT_BITS}", "permessage-deflate"),
        (f"permessage-deflate; {CLIENT_BITS}=10", f"permessage-deflate; {CLIENT_BITS}=10"),
        (f"permessage-deflate; {SERVER_BITS}=10", f"permessage-deflate; {SERVER_BITS}=10"),
        (f"permessage-deflate; {SERVER_BITS}=8", f"permessage-deflate; {SERVER_BITS}=8"),
        (f'permessage-deflate; {SERVER_BITS}="10"', f"permessage-deflate; {SERVER_BITS}=10"),
        (
            f"permessage-deflate; {NO_CLIENT}; {NO_SERVER}",
            f"permessage-deflate; {NO_SERVER}; {NO_CLIENT}",
        ),
        (
            f"permessage-deflate; x, permessage-deflate; {NO_SERVER}",
            f"permessage-deflate; {NO_SERVER}",
        ),
        ("x-other, permessage-deflate", "permessage-deflate"),
        ("x-other; permessage-deflate", None),
        ("Permessage-Deflate", None),
    ],
)
def test_a_server_takes_the_first_legal_offer(offers: str, answer: str | None) -> None:
    """Other extensions and faulty offers are passed over."""
    assert answer_to(offers) == answer


@pytest.mark.parametrize(
    ("offer", "answer"),
    [
        ("", f"; {NO_SERVER}; {SERVER_BITS}=11"),
        (f"; {CLIENT_BITS}", f"; {NO_SERVER}; {SERVER_BITS}=11; {CLIENT_BITS}=10"),
        (f"; {CLIENT_BITS}=9", f"; {NO_SERVER}; {SERVER_BITS}=11; {CLIENT_BITS}=9"),
        (f"; {SERVER_BITS}=9", f"; {NO_SERVER}; {SERVER_BITS}=9"),
        (f"; {SERVER_BITS}=15", f"; {NO_SERVER}; {SERVER_BITS}=11"),
    ],
)
def test_a_server_adds_its_own_wishes(offer: str, answer: str) -> None:
    """The smaller window; client_max_window_bits only to who said it knows it."""
    config = DeflateConfig(True, False, 11, 10)
    assert answer_to(NAME + offer, config) == NAME + answer


FAULTS: list[tuple[list[Parameter], str]] = [
    ([("x", None)], "unknown parameter 'x'"),
    ([("", None)], "unknown parameter ''"),
    ([(NO_SERVER.upper(), None)], "unknown parameter"),
    ([(NO_SERVER, "1")], f"{NO_SERVER} can't be '1'"),
    ([(NO_CLIENT, "true")], f"{NO_CLIENT} can't be 'true'"),
    ([(NO_SERVER, None)] * 2, f"{NO_SERVER} stands twice"),
    ([(SERVER_BITS, None)], f"{SERVER_BITS} has no value"),
    ([(CLIENT_BITS, "10")] * 2, f"{CLIENT_BITS} stands twice"),
]


@pytest.mark.parametrize(("parameters", "why"), FAULTS)
def test_faults_are_declined_by_a_server_and_fail_a_client(
    parameters: list[Parameter], why: str
) -> None:
    """RFC 7692, 7: both, as websockets does."""
    assert_refused(parameters, why)


@pytest.mark.parametrize("name", [SERVER_BITS, CLIENT_BITS])
@pytest.mark.parametrize("value", ["7", "16", "08", "015", "+9", "9.0", "x", "0", "٩"])
def test_window_bits_that_are_none_are_a_fault(name: str, value: str) -> None:
    """RFC 7692, 7.1.2: 8 to 15, in decimal, without leading zeros."""
    assert_refused([(name, value)], f"{name} can't be {value!r}")


def assert_refused(parameters: list[Parameter], why: str) -> None:
    """Offer the parameters to servers and answer clients with them, ours and theirs."""
    assert accept_deflate([(NAME, parameters)]) is None
    with pytest.raises(HandshakeError, match=re.escape(why)):
        agree_deflate([(NAME, parameters)])
    with pytest.raises(NegotiationError):
        ServerPerMessageDeflateFactory().process_request_params(parameters, [])
    with pytest.raises(NegotiationError):
        ClientPerMessageDeflateFactory().process_response_params(parameters, [])


def test_a_demand_in_an_answer_has_a_value() -> None:
    """Without one client_max_window_bits is for offers only."""
    parameters: list[Parameter] = [(CLIENT_BITS, None)]
    assert DeflateParams.parse(parameters, offer=True).client_max_window_bits == 15
    with pytest.raises(HandshakeError, match=f"{CLIENT_BITS} has no value"):
        DeflateParams.parse(parameters, offer=False)


@pytest.mark.parametrize(
    ("config", "answer", "why"),
    [
        (DeflateConfig(server_no_context_takeover=True), "", f"{NO_SERVER} was not granted"),
        (DeflateConfig(server_max_window_bits=10), "", "10 offered, nothing answered"),
        (
            DeflateConfig(server_max_window_bits=10),
            f"; {SERVER_BITS}=11",
            f"{SERVER_BITS}: 10 offered, 11 answered",
        ),
        (DeflateConfig(), f"; {CLIENT_BITS}=10", f"{CLIENT_BITS}=10 was never offered"),
        (
            DeflateConfig(client_max_window_bits=10),
            f"; {CLIENT_BITS}=11",
            f"{CLIENT_BITS}: 10 offered, 11 answered",
        ),
    ],
)
def test_a_client_refuses_an_answer_beyond_its_offer(
    config: DeflateConfig, answer: str, why: str
) -> None:
    """Less granted than needed, or more demanded than offered."""
    with pytest.raises(HandshakeError, match=why):
        agree_deflate(parse_extensions(NAME + answer), config)


def test_declined_or_doubled() -> None:
    """No answer is no compression; two answers fight for one RSV1 bit."""
    assert agree_deflate([]) is None
    with pytest.raises(HandshakeError, match="accepted 2 times"):
        agree_deflate([(NAME, []), (NAME, [])])


FALLBACKS = (
    DeflateConfig(server_max_window_bits=10, client_max_window_bits=15),
    DeflateConfig(client_max_window_bits=9),
    DeflateConfig(),
)


def test_several_offers_stand_in_one_header() -> None:
    """RFC 7692, 5.2: the best first, then what would do."""
    assert format_extensions(offer_deflate(*FALLBACKS)) == (
        f"{NAME}; {SERVER_BITS}=10; {CLIENT_BITS}, {NAME}; {CLIENT_BITS}=9, {NAME}"
    )
    assert format_extensions(offer_deflate()) == f"{NAME}; {CLIENT_BITS}"


@pytest.mark.parametrize(
    ("answer", "send", "receive"),
    [
        (f"; {SERVER_BITS}=9", 15, 9),
        (f"; {CLIENT_BITS}=8", 8, 15),
        ("", 9, 15),
        (f"; {SERVER_BITS}=11", 9, 11),
    ],
)
def test_the_answer_may_be_to_any_offer(answer: str, send: int, receive: int) -> None:
    """The first that it fits tells what applies; what the client hinted at, it does."""
    codec = agree_deflate(parse_extensions(NAME + answer), *FALLBACKS)
    assert codec is not None
    assert (codec.send_window_bits, codec.receive_window_bits) == (send, receive)


@pytest.mark.parametrize("bits", [7, 16])
@pytest.mark.parametrize("kind", [DeflateParams, DeflateConfig])
def test_window_bits_are_8_to_15(kind: type[DeflateParams], bits: int) -> None:
    """ValueError: these are our own."""
    with pytest.raises(ValueError, match=f"not {bits}"):
        kind(server_max_window_bits=bits)


@pytest.mark.parametrize("settings", [{"level": 10}, {"memory_level": 0}])
def test_settings_of_zlib_are_checked_at_once(settings: dict[str, int]) -> None:
    """And not when the first message is sent."""
    with pytest.raises(ValueError, match=r"level is \d to 9, not"):
        DeflateConfig(**settings)  # type: ignore[arg-type]


def test_parameters_print_as_on_the_wire() -> None:
    """As in an answer, where 15 has to be said."""
    assert str(DeflateParams(True, True, 9, 15)) == (
        f"{NAME}; {NO_SERVER}; {NO_CLIENT}; {SERVER_BITS}=9; {CLIENT_BITS}=15"
    )


def applied(codec: Any, *, server: bool) -> tuple[bool, bool, int, int]:
    """Tell what a codec of ours or theirs does, in the order of the parameters."""
    if isinstance(codec, PerMessageDeflate):
        send = (codec.local_no_context_takeover, codec.local_max_window_bits)
        receive = (codec.remote_no_context_takeover, codec.remote_max_window_bits)
    else:
        send = (not codec.send_takeover, codec.send_window_bits)
        receive = (not codec.receive_takeover, codec.receive_window_bits)
    mine, other = (send, receive) if server else (receive, send)
    return mine[0], other[0], mine[1], other[1]


FLAGS = (False, True)


def test_servers_agree_with_websockets_on_every_combination() -> None:
    """Every offer, every configuration: the same parameters apply.

    The difference: websockets declines server_max_window_bits=8, which we can serve.
    """
    for wish, flags in product(
        product(FLAGS, FLAGS, (None, 9, 15), (None, 8, 15)), product(FLAGS, FLAGS)
    ):
        ours, theirs = DeflateConfig(*wish), ServerPerMessageDeflateFactory(*wish)
        for window, hint in product((None, 8, 9, 12, 15), (None, 8, 12, 15)):
            name, parameters = DeflateParams(*flags, window, hint).item(offer=True)
            accepted = accept_deflate([(name, parameters)], ours)
            assert accepted is not None
            if window == 8:
                with pytest.raises(NegotiationError, match="= 8"):
                    theirs.process_request_params(parameters, [])
            else:
                extension = theirs.process_request_params(parameters, [])[1]
                assert applied(accepted[1], server=True) == applied(extension, server=True)


def _agreed(config: DeflateConfig, parameters: Any) -> Any:
    try:
        return applied(agree_deflate([(NAME, parameters)], config), server=False)
    except HandshakeError:
        return None


def _agreed_theirs(factory: ClientPerMessageDeflateFactory, parameters: Any) -> Any:
    try:
        return applied(factory.process_response_params(parameters, []), server=False)
    except NegotiationError:
        return None


def test_clients_agree_with_websockets_on_every_combination() -> None:
    """Every offer, every answer: refused by both, or the same parameters apply.

    The difference: websockets refuses client_max_window_bits=8, which we can do.
    """
    for offer in product(FLAGS, FLAGS, (None, 8, 12), (None, 9, 15)):
        ours, theirs = DeflateConfig(*offer), ClientPerMessageDeflateFactory(*offer)
        for answer in product(FLAGS, FLAGS, (None, 8, 12, 15), (None, 8, 9, 15)):
            _, parameters = DeflateParams(*answer).item(offer=False)
            if answer[3] != 8 or offer[3] is None:
                assert _agreed(ours, parameters) == _agreed_theirs(theirs, parameters)


messages = st.lists(st.binary(max_size=100) | st.sampled_from([b"ab" * 3000]), max_size=4)
flag_pairs = st.tuples(st.booleans(), st.booleans())


@settings(derandomize=True, deadline=None, max_examples=60)
@given(messages, flag_pairs, st.integers(9, 15), st.integers(9, 15), st.integers(0, 50))
def test_websockets_inflates_what_we_compress_and_we_what_it_does(
    sent: list[bytes], flags: tuple[bool, bool], server_bits: int, client_bits: int, cut: int
) -> None:
    """As server and as client, with all parameters, whole and in two fragments."""
    agreed = DeflateParams(*flags, server_bits, client_bits)
    bits, forgets = (client_bits, server_bits), (flags[1], flags[0])
    for server in FLAGS:
        ours, other = DeflateConfig().codec(agreed, server=server), not server
        theirs = PerMessageDeflate(forgets[server], forgets[other], bits[server], bits[other])
        for message in sent:
            parts = [(message[:cut], False), (message[cut:], True)]
            for index, (part, fin) in enumerate(parts):
                opcode = Opcode.CONT if index else Opcode.BINARY
                frame = Frame(opcode, ours.compress(part, fin), fin, rsv1=not index)
                assert theirs.decode(frame).data == part
                frame = theirs.encode(Frame(opcode, part, fin))
                assert frame.rsv1 is not bool(index)
                assert ours.decompress(bytes(frame.data), fin, len(part)) == part
