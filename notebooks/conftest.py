"""Fail three kinds of cell that nbval alone lets pass, and keep the learner's folder out of it.

- A cell that ends in an `ExceptionGroup`, as any failing `TaskGroup` does: IPython prints that
  traceback as plain text, and nbval looks for errors among the outputs.
- A cell tagged `raises-exception` that raises nothing.

The kernel's reply to the request tells both. (The third, a crash in a server's handler, is nobody's
cell: `lab.running` raises it again when the server ends.)
"""

import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from tests.course import environment

_FOLDER = pytest.StashKey[Path]()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, Any, Any]:
    """Compare what a display says, and not how it looks.

    Every display of the course has a plain form that says all of it. Its HTML adds colours, which
    change with a library's version; the tests of `wsdemo.lab.show` look at these.
    """
    collected = yield
    for found in collected:
        if isinstance(found, IPyNbFile):
            found.skip_compare = (*found.skip_compare, "text/html")
    return collected


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Start kernels in the environment in which the committed outputs were made."""
    if not isinstance(item, IPyNbCell):
        return (yield)
    with mock.patch.dict(os.environ, environment(_folder(item.config)), clear=True):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Listen to the kernel's replies while a cell runs, and judge the cell by them."""
    if not isinstance(item, IPyNbCell):
        return (yield)
    replies: list[dict[str, Any]] = []
    kernel = item.parent.kernel
    heard = kernel.get_message
    item.add_report_section("call", "cell", f"id: {item.cell.id}")  # nbval counts code cells only

    def get_message(stream: str, timeout: float | None = None) -> Any:
        message = heard(stream, timeout=timeout)
        if message["msg_type"] == "execute_reply":
            replies.append(message["content"])
        return message

    with mock.patch.object(kernel, "get_message", get_message):
        result = yield
    for reply in replies:
        _judge(item, reply)
    return result


def _folder(config: pytest.Config) -> Path:
    """Return this run's stand-in for the learner's own folder."""
    if _FOLDER not in config.stash:
        made = tempfile.TemporaryDirectory(prefix="wsdemo-learner-")
        config.add_cleanup(made.cleanup)
        config.stash[_FOLDER] = Path(made.name)
    return config.stash[_FOLDER]


def _judge(cell: Any, reply: dict[str, Any]) -> None:
    raised, expected = reply["status"] == "error", bool(cell.options["check_exception"])
    if raised and not expected:
        what = f"{reply['ename']}: {reply['evalue']}"
        traceback = "\n".join(reply.get("traceback", []))
        raise NbCellError(cell.cell_num, what, cell.cell.source, traceback)
    if expected and not raised:
        what = "The cell is tagged raises-exception and raised nothing"
        raise NbCellError(cell.cell_num, what, cell.cell.source)
