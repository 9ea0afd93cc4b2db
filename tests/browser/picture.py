"""Take the picture in the README: a real conversation, through the real wire, drawn by the lab.

    python -m tests.browser.picture .github/wire.png    # `make picture`

The keys are those of the RFC's examples (1.3 and 5.7), so the picture is the same every time.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from tests.browser import chromium
from wsdemo import lab, scratch

# The table under the bits says in words what the bytes above them say.
PAGE = """\
<style>.frame:nth-child(2) table:has(th) {{ display: none }}</style>
<body style="margin: 0; padding: 20px; display: inline-flex; gap: 40px; background: white;
             font: 14px system-ui, 'DejaVu Sans', sans-serif">
  <div>{ladder}</div>
  <div style="display: flex; flex-direction: column; gap: 28px">{frames}</div>
</body>"""


def _randbytes(count: int) -> bytes:
    return {4: bytes.fromhex("37fa213d"), 16: b"the sample nonce"}[count]


async def _conversation() -> Any:
    """Return the recording of a greeting, an answer and a goodbye."""

    async def pong(connection: Any) -> None:
        async for _ in connection:
            await connection.send("Pong")

    async with (
        scratch.serve(pong, "127.0.0.1", 0, compression=None) as server,
        lab.wire(server.uri) as wire,
    ):
        options: dict[str, Any] = {"compression": None, "randbytes": _randbytes}
        async with scratch.connect(f"{wire.uri}/chat", **options) as connection:
            await connection.send("Hello")
            await connection.recv()
        await wire.wait_ended()
        return wire.recording


def _page(recording: Any) -> str:
    hello = recording.entries()[2].raw
    shown: list[Any] = [lab.hexdump(hello), lab.bits(hello)]
    frames = "".join(f"<div class='frame'>{drawn._repr_html_()}</div>" for drawn in shown)
    return PAGE.format(ladder=lab.ladder(recording)._repr_html_(), frames=frames)


async def main(target: str) -> None:
    """Write the picture.

    Args:
        target: The PNG file.
    """
    path = chromium.find()
    if path is None:
        sys.exit("no Chromium to take the picture with; set WSDEMO_CHROMIUM")
    recording = await _conversation()
    async with chromium.launched(path) as browser:
        viewport: Any = {"width": 1600, "height": 900}
        page = await browser.new_page(device_scale_factor=2, viewport=viewport)
        await page.set_content(_page(recording))
        await page.locator("body").screenshot(path=Path(target))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
