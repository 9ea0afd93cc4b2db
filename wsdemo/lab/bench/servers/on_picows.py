"""picows: a listener for each connection, called with frames.

Leaves out compression, which it hasn't, and the check that text is UTF-8, which it leaves to us.
"""

from __future__ import annotations

import asyncio

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_create_server

from wsdemo.lab.bench.job import HOST, Job
from wsdemo.lab.bench.octets import WELCOME

__all__ = ["start"]


async def start(job: Job) -> tuple[asyncio.Server, int]:
    """Start the server."""
    members: set[WSTransport] = set()
    server = await ws_create_server(lambda _request: _Listener(members, job.copies), HOST, 0)
    return server, server.sockets[0].getsockname()[1]


class _Listener(WSListener):
    def __init__(self, members: set[WSTransport], copies: int) -> None:
        self._members = members
        self._copies = copies

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._members.add(transport)
        if self._copies:
            transport.send(WSMsgType.TEXT, WELCOME)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._members.discard(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code())
            transport.disconnect()
            return
        kind, payload = frame.msg_type, frame.get_payload_as_bytes()
        if not self._copies:
            transport.send(kind, payload)
        for _ in range(self._copies):
            for member in self._members:
                member.send(kind, payload)
