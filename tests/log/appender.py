"""A process that appends until it is killed, and prints every acknowledgement.

    python appender.py FILE SYNCHRONOUS LIFE

Eight clients append at once; `LIFE` is part of their names, so that each life has its own.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys

from wsdemo.log import SqliteLog
from wsdemo.log.schema import Synchronous

CLIENTS = 8


async def keep_appending(log: SqliteLog, client_id: str) -> None:
    """Append, and print the acknowledgement in one write: half of a line can't be taken for one."""
    for seq in itertools.count():
        entry = await log.append("lobby", client_id, seq, f"{client_id}:{seq}".encode())
        os.write(1, f"{client_id} {seq} {entry.offset}\n".encode())


async def main(path: str, synchronous: Synchronous, life: str) -> None:
    """Append for ever."""
    async with SqliteLog(path, synchronous=synchronous) as log, asyncio.TaskGroup() as tasks:
        for number in range(CLIENTS):
            tasks.create_task(keep_appending(log, f"life{life}-client{number}"))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], "FULL" if sys.argv[2] == "FULL" else "NORMAL", sys.argv[3]))
