"""The diagram looks like the RFC's."""

from tests.lab.show.samples import HELLO
from wsdemo.lab.show.bit_art import draw
from wsdemo.lab.show.bit_fields import fields, words
from wsdemo.lab.show.frame_parts import Layout


def test_hello_is_drawn_to_the_letter() -> None:
    """Numbers of bits, names, values, bits; a plus wherever a field ends above or below."""
    assert draw(words(fields(Layout.read(HELLO.serialize())))).splitlines() == [
        " 0                   1                   2                   3",
        " 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1",
        "+-+-+-+-+-------+-+-------------+-------------------------------+",
        "|F|R|R|R|       |M|             |                               |",
        "|I|S|S|S|opcode |A| payload len |          masking key          |",
        "|N|V|V|V|  0x1  |S|      5      |             37 fa             |",
        "| |1|2|3|       |K|             |                               |",
        "|1|0|0|0|0 0 0 1|1|0 0 0 0 1 0 1|0 0 1 1 0 1 1 1 1 1 1 1 1 0 1 0|",
        "+-+-+-+-+-------+-+-------------+-------------------------------+",
        "|    masking key, continued     |            payload            |",
        "|             21 3d             |             7f 9f             |",
        "|0 0 1 0 0 0 0 1 0 0 1 1 1 1 0 1|0 1 1 1 1 1 1 1 1 0 0 1 1 1 1 1|",
        "+-------------------------------+---------------+---------------+",
        "|              payload, continued               |",
        "|                   4d 51 58                    |",
        "|0 1 0 0 1 1 0 1 0 1 0 1 0 0 0 1 0 1 0 1 1 0 0 0|",
        "+-----------------------------------------------+",
    ]


def test_one_octet_is_drawn() -> None:
    """The beginning of a frame is a diagram, too."""
    assert draw(words(fields(Layout.read(b"\x81")))).splitlines()[2:] == [
        "+-+-+-+-+-------+",
        "|F|R|R|R|       |",
        "|I|S|S|S|opcode |",
        "|N|V|V|V|  0x1  |",
        "| |1|2|3|       |",
        "|1|0|0|0|0 0 0 1|",
        "+-+-+-+-+-------+",
    ]
