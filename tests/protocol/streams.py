"""What the protocol's tests share: endpoints that are open, frames as a peer sends them, chunks."""

from collections.abc import Iterator

from wsdemo.protocol import (
    ClientEndpoint,
    Close,
    Endpoint,
    Event,
    Frame,
    Limits,
    Opcode,
    Request,
    Role,
    ServerEndpoint,
    State,
    apply_mask,
    build_request,
)
from wsdemo.protocol.messages import Codec

# The masking key of the examples in RFC 6455, 5.7, and the nonce of 1.3.
KEY = bytes.fromhex("37fa213d")
NONCE = "dGhlIHNhbXBsZSBub25jZQ=="

# How a network may cut a stream: not at all, at every byte, and at inconvenient places.
CHUNKINGS = (None, 1, 3, 7)

ROLES = (Role.SERVER, Role.CLIENT)


def fixed_key(size: int) -> bytes:
    """Stand in for os.urandom."""
    return KEY[:size]


def request() -> Request:
    """Return a request with the nonce of the RFC."""
    return build_request("ws://localhost/chat", key=NONCE)


def open_pair(
    limits: Limits | None = None,
    server_codec: Codec | None = None,
    client_codec: Codec | None = None,
) -> tuple[ServerEndpoint, ClientEndpoint]:
    """Return a server and a client that have shaken hands, with nothing left to write."""
    server = ServerEndpoint(limits=limits)
    client = ClientEndpoint(
        request(), limits=limits, masking=fixed_key, agree=lambda _: client_codec
    )
    server.receive(client.take_output())
    server.accept(codec=server_codec)
    client.receive(server.take_output())
    return server, client


def open_endpoint(role: Role, limits: Limits | None = None, codec: Codec | None = None) -> Endpoint:
    """Return one endpoint that is open."""
    server, client = open_pair(limits, codec, codec)
    return server if role is Role.SERVER else client


def to_peer(role: Role, first: int, payload: bytes = b"", *, length: bytes | None = None) -> bytes:
    """Return a frame, legal or not, as the peer of that role sends it.

    Args:
        role: the receiver's; a server gets masked frames.
        first: the first octet, FIN, reserved bits and opcode.
        payload: in clear.
        length: the seven bits and the extended length, instead of the right ones.
    """
    masked = role is Role.SERVER
    plain = length or Frame(Opcode.BINARY, payload).serialize()[1 : -len(payload) or None]
    head = bytes((first, plain[0] | masked << 7)) + plain[1:]
    return head + KEY + apply_mask(payload, KEY) if masked else head + payload


def chunks(data: bytes, size: int | None) -> Iterator[bytes]:
    """Cut data into chunks of that size."""
    size = size or max(len(data), 1)
    return (data[i : i + size] for i in range(0, len(data), size))


def feed(endpoint: Endpoint, data: bytes, size: int | None = None) -> list[Event]:
    """Give data to an endpoint in chunks of that size, and return all events."""
    return [event for chunk in chunks(data, size) for event in endpoint.receive(chunk)]


def frames_of(data: bytes) -> list[Frame]:
    """Return the frames that data consists of."""
    frames, at = [], 0
    while at < len(data):
        parsed = Frame.parse(data, at)
        assert parsed is not None, f"{len(data) - at} bytes are no whole frame"
        frames.append(parsed[0])
        at += parsed[1]
    return frames


def endpoint_in(state: State, role: Role) -> Endpoint:
    """Return an endpoint in that state, with nothing left to write."""
    if state is State.CONNECTING:
        fresh = ServerEndpoint() if role is Role.SERVER else ClientEndpoint(request())
        fresh.take_output()
        return fresh
    endpoint = open_endpoint(role)
    if state is State.LOCAL_CLOSING:
        endpoint.close()
    elif state is State.REMOTE_CLOSING:
        # No call leaves an endpoint there, since the answer is sent at once.
        endpoint.state, endpoint.rcvd = state, Close()
    elif state is State.DRAINING:
        endpoint.fail()
    elif state is State.CLOSED:
        endpoint.receive_eof()
    endpoint.take_output()
    return endpoint
