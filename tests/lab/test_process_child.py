"""The child's side of a server in a process, spoken to over its pipes."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import cloudpickle
import pytest

from tests.lab.handlers import ask, crash, echo
from wsdemo import lab
from wsdemo.lab import pipe
from wsdemo.lab.host import Handler, Job

BOOT = "from wsdemo.lab.process_child import main; main()"


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A child that waits for its job."""
    command = [sys.executable, "-c", BOOT]
    child = subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        yield child
        with contextlib.suppress(ProcessLookupError):
            child.kill()


def _give(child: subprocess.Popen[bytes], handler: Handler, **options: Any) -> None:
    job = Job(handler, "test", "websockets", "127.0.0.1", 0, options, grace=0.05)
    _say(child, cloudpickle.dumps(job))


def _say(child: subprocess.Popen[bytes], message: object) -> None:
    assert child.stdin is not None
    pipe.send(child.stdin.fileno(), message)


def _hear(child: subprocess.Popen[bytes]) -> Any:
    assert child.stdout is not None
    return pipe.receive(child.stdout.fileno())


def _hang_up(child: subprocess.Popen[bytes]) -> int:
    assert child.stdin is not None
    child.stdin.close()
    return child.wait(timeout=30)


def test_it_tells_its_port_serves_and_ends_with_its_stdin(child: subprocess.Popen[bytes]) -> None:
    """Nothing else is needed to live with it."""
    _give(child, echo)
    kind, port = _hear(child)
    assert kind == "port"
    assert lab.run(ask, f"ws://127.0.0.1:{port}") == "Hello"
    assert _hang_up(child) == 0


def test_without_a_job_it_just_ends(child: subprocess.Popen[bytes]) -> None:
    """Its parent was killed before it could say a word."""
    assert _hang_up(child) == 0


def test_a_job_that_cannot_be_read_is_refused(child: subprocess.Popen[bytes]) -> None:
    """With the reason, and the child ends by itself."""
    _say(child, b"no pickle")
    kind, parcel = _hear(child)
    assert kind == "refused"
    assert isinstance(pipe.unpack(parcel), Exception)
    assert child.wait(timeout=30) == 0


def test_what_the_engine_refuses_is_reported(child: subprocess.Popen[bytes]) -> None:
    """The parent raises it where the server was to be started."""
    _give(child, echo, open_sesame=True)
    kind, parcel = _hear(child)
    assert (kind, type(pipe.unpack(parcel))) == ("refused", TypeError)
    assert child.wait(timeout=30) == 0


def test_a_failing_handler_waits_until_its_report_is_noted(
    child: subprocess.Popen[bytes],
) -> None:
    """Only then the peer is told 1011, so that whoever sees that can see why."""
    _give(child, crash)
    _, port = _hear(child)
    with pytest.raises(TimeoutError):
        lab.run(ask, f"ws://127.0.0.1:{port}", timeout=0.2)
    kind, parcel = _hear(child)
    assert (kind, type(pipe.unpack(parcel))) == ("failure", KeyError)
    _say(child, "noted")
    assert _hang_up(child) == 0


def test_a_failure_nobody_notes_does_not_hold_it_up(child: subprocess.Popen[bytes]) -> None:
    """The parent is gone, or in a hurry."""
    _give(child, crash, close_timeout=0.05)
    _, port = _hear(child)
    with pytest.raises(TimeoutError):
        lab.run(ask, f"ws://127.0.0.1:{port}", timeout=0.2)
    assert _hang_up(child) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process alone")
def test_it_ignores_ctrl_c(child: subprocess.Popen[bytes]) -> None:
    """That is for the parent, which will hang up if it ends."""
    _give(child, echo)
    _, port = _hear(child)
    child.send_signal(signal.SIGINT)
    assert lab.run(ask, f"ws://127.0.0.1:{port}") == "Hello"
    assert _hang_up(child) == 0


def test_it_ends_the_hard_way_when_its_loop_is_blocked(child: subprocess.Popen[bytes]) -> None:
    """An orphan whose handler blocks has nobody to kill it."""

    async def block(connection: Any) -> None:
        os.read(os.pipe()[0], 1)

    _give(child, block, close_timeout=0.05)
    _, port = _hear(child)
    with pytest.raises(TimeoutError):
        lab.run(ask, f"ws://127.0.0.1:{port}", timeout=0.2)
    assert _hang_up(child) == 1
