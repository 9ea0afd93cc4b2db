"""Stage the exchanges of `traces` and write them down: `python -m wsdemo.lab.exercises.staging`.

Both ends are `wsdemo.protocol`'s, so that what follows a fault is what really follows. Keys and
times are fixed, and a second run changes no byte. Leaves out the network, which adds nothing here
but other times.
"""

import random
from collections.abc import Callable, Mapping
from pathlib import Path

from wsdemo.lab.chunks import Direction, Kind
from wsdemo.lab.exercises.traces import RECORDINGS
from wsdemo.lab.recording import Recording
from wsdemo.protocol.client_endpoint import ClientEndpoint
from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.protocol.handshake import build_request, make_key
from wsdemo.protocol.limits import Limits
from wsdemo.protocol.server_endpoint import ServerEndpoint

SEED = 6455
STEP = 0.01  # seconds between two things that happen
SMALL = 32  # octets: what the small device of F takes

UP, DOWN = Direction.UP, Direction.DOWN


class Play:
    """A client, a server, and a recording of what they say; begins after the opening handshake.

    Args:
        limits: What the client takes.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        draw = random.Random(SEED)
        request = build_request("ws://server.example.com/", key=make_key(draw.randbytes(16)))
        self.client = ClientEndpoint(request, limits=limits, masking=draw.randbytes)
        self.server = ServerEndpoint()
        self.recording = Recording(clock=lambda: 0.0)
        self._time = 0.0
        self.go_on(1)
        self.server.accept()
        self.go_on()

    def go_on(self, steps: int | None = None) -> None:
        """Carry what the two have to say to and fro until neither has more, or for some steps."""
        while steps is None or steps > 0:
            up, down = self.client.take_output(), self.server.take_output()
            if not up and not down:
                break
            self.carry(UP, up)
            self.carry(DOWN, down)
            steps = None if steps is None else steps - 1

    def carry(self, direction: Direction, data: bytes) -> None:
        """Carry bytes to one side, whoever has sent them."""
        if data:
            self._note(direction, data)
            (self.server if direction is UP else self.client).receive(data)

    def end(self, *directions: Direction, kind: Kind = Kind.EOF) -> None:
        """End the streams."""
        for direction in directions:
            self._note(direction, kind=kind)

    def _note(self, direction: Direction, data: bytes = b"", kind: Kind = Kind.DATA) -> None:
        self._time += STEP
        self.recording.add(1, direction, data, kind, at=self._time)


def unmasked() -> Recording:
    """Stage A: a client that does not mask."""
    play = Play()
    play.carry(UP, Frame(Opcode.TEXT, b"Hello, server!").serialize())
    return play.recording


def latin_1() -> Recording:
    """Stage B: text that is not UTF-8."""
    play = Play()
    play.client.send_text("menu?")
    play.go_on()
    play.carry(DOWN, Frame(Opcode.TEXT, "café".encode("latin-1")).serialize())
    return play.recording


def tunnel() -> Recording:
    """Stage C: a line that is cut amid a message."""
    play = Play()
    play.client.send_text("tell me a story")
    play.go_on()
    play.server.send_text("Once upon a time ", fin=False)
    play.go_on()
    play.server.send_continuation("there was a server ", fin=False)
    play.go_on()
    play.end(UP, DOWN, kind=Kind.CUT)
    return play.recording


def no_code() -> Recording:
    """Stage D: odd, and legal from beginning to end."""
    play = Play()
    text = "naïve".encode()
    first, second = text[:3], text[3:]  # ï is two octets, and the cut goes between them
    play.carry(UP, _from_client(Opcode.TEXT, first, fin=False))
    play.server.ping(b"there?")
    play.go_on()
    play.carry(UP, _from_client(Opcode.CONTINUATION, second))
    play.client.close(1005)
    play.go_on()
    play.end(DOWN, UP)
    return play.recording


def crash() -> Recording:
    """Stage E: a handler that raises."""
    play = Play()
    for sum_, result in (("6 / 3", "2"), ("1 / 0", None)):
        play.client.send_text(sum_)
        play.go_on()
        if result is not None:
            play.server.send_text(result)
        else:
            play.server.close(1011, "internal error")
        play.go_on()
    play.end(DOWN, UP)
    return play.recording


def too_big() -> Recording:
    """Stage F: more than the client takes."""
    play = Play(Limits(message_size=SMALL))
    play.client.send_text("news?")
    play.go_on()
    play.server.send_text("All is well. " * 3)
    play.go_on()
    play.end(UP, DOWN)
    return play.recording


def _from_client(opcode: Opcode, payload: bytes, fin: bool = True) -> bytes:
    key = random.Random(payload).randbytes(4)
    return Frame(opcode, payload, fin, masking_key=key).serialize()


Stage = Callable[[], Recording]

STAGED: Mapping[str, Stage] = {
    "a": unmasked,
    "b": latin_1,
    "c": tunnel,
    "d": no_code,
    "e": crash,
    "f": too_big,
}


def write(folder: Path = RECORDINGS) -> None:
    """Stage everything, and write one file each."""
    folder.mkdir(exist_ok=True)
    for name, stage in STAGED.items():
        stage().save(folder / f"{name}.json")


if __name__ == "__main__":
    write()
