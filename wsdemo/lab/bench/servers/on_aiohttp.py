"""aiohttp, as it comes, but for the access log, which WebSocket's other servers don't write.

Leaves out rooms that don't wait: aiohttp has one way to send, and that is to await each.
"""

from __future__ import annotations

from aiohttp import WSMsgType, web

from wsdemo.lab.bench.job import HOST, Job
from wsdemo.lab.bench.octets import WELCOME

__all__ = ["start"]


async def start(job: Job) -> tuple[web.AppRunner, int]:
    """Start the server."""
    members: set[web.WebSocketResponse] = set()

    async def attend(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(compress=job.deflate)
        await ws.prepare(request)
        members.add(ws)
        try:
            if job.copies:
                await ws.send_str(WELCOME.decode())
            async for message in ws:
                if not job.copies:
                    await _send(ws, message.type, message.data)
                for _ in range(job.copies):
                    for member in list(members):
                        await _send(member, message.type, message.data)
        finally:
            members.discard(ws)
        return ws

    app = web.Application()
    app.router.add_get("/ws", attend)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    return runner, runner.addresses[0][1]


async def _send(ws: web.WebSocketResponse, kind: WSMsgType, data: str | bytes) -> None:
    if kind is WSMsgType.TEXT:
        assert isinstance(data, str)
        await ws.send_str(data)
    else:
        assert isinstance(data, bytes)
        await ws.send_bytes(data)
