"""Visitors that break the rules, each in its own way, and must be told so in the right words.

Leaves out what takes time: see ``latecomers``.
"""

from __future__ import annotations

from tests.scratch.bad_input import FROM_A_CLIENT, HANDSHAKES, Bad, header
from tests.soak.peer import Peer, request
from tests.soak.talks import Talk
from tests.soak.traffic import MAX_FRAGMENTS, MAX_SIZE, Message, Pen, chunks, message
from tests.soak.verdicts import Fault
from tests.soak.visit import Deed, Visit, turns
from wsdemo.protocol.deflate import NAME

# These are too much for the limits of the tests of ``scratch``; our subject has others.
OF_OTHER_LIMITS = {
    "a frame too big",
    "a message too big",
    "a message in too many fragments",
}
HALF_A_MESSAGE = header(0x02, 127, *(MAX_SIZE // 2 + 1).to_bytes(8, "big"))
HALF_A_MESSAGE += bytes(MAX_SIZE // 2 + 1)
TOO_MUCH = [
    Bad("a frame too big", 1009, header(0x82, 127, *(MAX_SIZE + 1).to_bytes(8, "big"))),
    Bad("a message too big", 1009, HALF_A_MESSAGE + b"\x00" + HALF_A_MESSAGE[1:]),
    Bad("too many fragments", 1009, header(0x02, 0) + header(0x00, 0) * MAX_FRAGMENTS),
]
STREAMS = [bad for bad in FROM_A_CLIENT if bad.name not in OF_OTHER_LIMITS] + TOO_MUCH


async def shake(visit: Visit, peer: Peer, offer: str = "") -> None:
    """Shake hands as one ought to."""
    visit.stage = "shaking hands"
    await peer.send_all(chunks(visit.rng, request(offer)))
    await peer.accepted()


async def bad_stream(visit: Visit) -> str:
    """Break a rule of frames, after some good messages: the close code says which."""
    rng, bad = visit.rng, visit.rng.choice(STREAMS)
    async with visit.call() as peer:
        await shake(visit, peer, NAME if bad.compressed else "")
        pen = Pen(rng)
        before = [message(rng) for _ in range(rng.randrange(4))]
        good, waits = b"".join(pen.message(each) for each in before), rng.random() < 0.5
        if waits:
            visit.stage = "talking"
            await echoed(visit, peer, before, good)
        after = rng.choice((b"", rng.randbytes(50), pen.message(message(rng))))
        peer.answers = False
        visit.stage = f"sending {bad.name}"
        stream = (b"" if waits else good) + bad.data + after
        async with peer.sending(chunks(rng, stream)):
            await peer.hear_out()
        if visit.expect(before) if waits else visit.expect_begun(before):
            visit.expect_code(bad.code)
        return str(bad.code)


async def echoed(visit: Visit, peer: Peer, messages: list[Message], stream: bytes) -> None:
    """Send some messages, and wait until they are back."""
    async with peer.sending(chunks(visit.rng, stream)) as sent:
        while len(peer.got) < len(messages) and await peer.hear():
            pass
        await sent


async def bad_handshake(visit: Visit) -> str:
    """Break a rule of the opening handshake: the status says which, and TCP ends."""
    bad = visit.rng.choice(HANDSHAKES)
    async with visit.call() as peer:
        visit.stage = f"sending {bad.name}"
        async with peer.sending(chunks(visit.rng, bad.data)):
            response = await peer.answer()
            if response.status != bad.status:
                raise Fault("wrong ending", f"{response.status}; {bad.status} was due")
            if peer.buffer or await peer.more():
                raise Fault("wrong octets", f"{peer.buffer[:80]!r} after the response")
        return str(bad.status)


def cut(visit: Visit, stream: bytes) -> bytes:
    """Return the beginning of a stream, which ends anywhere, or soon."""
    longest = visit.rng.choice((len(stream), min(len(stream), 300)))
    return stream[: visit.rng.randrange(longest)]


async def reset(visit: Visit) -> str:
    """End TCP in the rudest way, anywhere."""
    talk = Talk.draw(visit, None)
    stream = cut(visit, request() + b"".join(talk.writings))
    async with visit.call(small_buffers=visit.rng.random() < 0.3) as peer:
        async with peer.sending(chunks(visit.rng, stream)):
            await turns(visit.rng.randrange(100))
        peer.reset()
        return "reset"


async def fin(visit: Visit) -> str:
    """End our half of TCP amid frames: the server must end its own."""
    async with visit.call() as peer:
        await shake(visit, peer)
        talk = Talk.draw(visit, peer.squeezer)
        stream = cut(visit, b"".join(talk.writings[: len(talk.echoed)]))
        peer.answers = False
        visit.stage = "sending half a stream and a FIN"
        async with peer.sending(chunks(visit.rng, stream)) as sent:
            sent.add_done_callback(lambda _: peer.finish())
            await peer.hear_out()
        visit.expect_begun(talk.echoed)
        return "ended"


async def early_fin(visit: Visit) -> str:
    """End our half of TCP amid the request: the server has nothing to answer, and must end."""
    async with visit.call() as peer:
        visit.stage = "sending half a request and a FIN"
        await peer.send_all(chunks(visit.rng, request()[: visit.rng.randrange(len(request()))]))
        peer.finish()
        if await peer.more():
            raise Fault("wrong octets", f"{peer.buffer[:80]!r} for half a request")
        return "ended"


async def mute(visit: Visit) -> str:
    """Say nothing at all, or half a request, and leave."""
    async with visit.call() as peer:
        whole = request()
        await peer.send(whole[: visit.rng.choice((0, 0, visit.rng.randrange(len(whole))))])
        await turns(visit.rng.randrange(50))
        if visit.rng.random() < 0.5:
            peer.reset()
            return "reset"
        return "left"


async def noise(visit: Visit) -> str:
    """Send what a line out of order might make of good frames: the server ends it, or we do."""
    rng = visit.rng
    async with visit.call() as peer:
        await shake(visit, peer)
        peer.answers = False
        visit.stage = "sending noise"
        pen = Pen(rng)
        data = bytearray(b"".join(pen.message(message(rng)) for _ in range(rng.randrange(1, 5))))
        for _ in range(rng.randrange(1, 20)):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        async with peer.sending(chunks(rng, bytes(data))) as sent:
            sent.add_done_callback(lambda _: peer.finish())
            await peer.hear_out()
        return "ended" if peer.close is None else str(peer.close.code)


# How many of a hundred visitors are of each kind.
BREACHES: dict[str, tuple[int, Deed]] = {
    "bad stream": (14, bad_stream),
    "bad handshake": (8, bad_handshake),
    "reset": (7, reset),
    "FIN": (4, fin),
    "early FIN": (2, early_fin),
    "mute": (3, mute),
    "noise": (3, noise),
}
