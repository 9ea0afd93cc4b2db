"""The cases, by chapter; below 20 they bear Autobahn's numbers, from 20 on our own."""

from itertools import chain

from wsdemo.lab.conformance.case import Case
from wsdemo.lab.conformance.cases import (
    closing,
    compression,
    control,
    framing,
    limits,
    offers,
    requests,
    responses,
    utf8,
    wire,
)

__all__ = ["CASES", "CHAPTERS"]

CHAPTERS = {
    1: "framing",
    2: "pings and pongs",
    3: "reserved bits",
    4: "reserved opcodes",
    5: "fragments",
    6: "UTF-8",
    7: "close frames",
    9: "long messages",
    10: "long messages in fragments",
    12: "compression",
    13: "compression, agreed on",
    20: "the request",
    21: "the response",
    22: "the endpoint's own frames",
    23: "masks, lengths, bits",
    24: "the end",
    25: "compression, every form",
    26: "limits",
}

_PARTS = (
    framing, control, utf8, closing, limits, compression, offers, requests, responses, wire,
)  # fmt: skip

CASES: tuple[Case, ...] = tuple(
    sorted(chain.from_iterable(part.cases() for part in _PARTS), key=lambda case: case.order)
)
