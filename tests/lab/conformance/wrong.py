"""A fault in an otherwise correct peer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from tests.lab.conformance.plain_client import PlainClient
from tests.lab.conformance.plain_endpoint import Endpoint
from tests.lab.conformance.plain_server import PlainServer

Peer = TypeVar("Peer", PlainServer, PlainClient)


@dataclass(frozen=True)
class Wrong(Generic[Peer]):
    """A peer that does one thing wrong.

    Attributes:
        name: of the fault.
        peer: the faulty class.
        fault: what it does wrong.
    """

    name: str
    peer: type[Peer]
    fault: str

    def __str__(self) -> str:
        return self.name


def wrong_server(name: str, mistake: type[Endpoint], fault: str) -> Wrong[PlainServer]:
    """Make a mistake in a server."""
    return Wrong(name, _implant(mistake, PlainServer), fault)


def wrong_client(name: str, mistake: type[Endpoint], fault: str) -> Wrong[PlainClient]:
    """Make a mistake in a client."""
    return Wrong(name, _implant(mistake, PlainClient), fault)


def _implant(mistake: type[Endpoint], peer: type[Peer]) -> type[Peer]:
    """Return the peer with a mistake, of which either end may be capable."""
    if issubclass(mistake, peer):
        return mistake
    members = {"__module__": mistake.__module__, "__doc__": mistake.__doc__}
    return cast(type[Peer], type(mistake.__name__, (mistake, peer), members))
