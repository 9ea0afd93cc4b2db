"""The first cell of a notebook, in a real kernel and outside of one."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

from tests.lab.kernels import Kernel, a_kernel
from wsdemo import lab
from wsdemo.lab.kernel import in_kernel, session


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """One kernel for the tests that leave it as they found it."""
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.run("from wsdemo import lab; from tests.lab.handlers import ask, crash, echo")
        yield kernel


@pytest.fixture
def fresh_session() -> Iterator[None]:
    """Forget the session before and after."""
    session.cache_clear()
    yield
    session.cache_clear()


@pytest.mark.usefixtures("fresh_session")
def test_it_names_the_notebook_and_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With or without the suffix; a later change of the working directory changes nothing."""
    monkeypatch.chdir(tmp_path)
    lab.begin("02_shake_hands_by_hand")
    monkeypatch.chdir(tmp_path.parent)
    assert (session().notebook, session().folder) == ("02_shake_hands_by_hand", tmp_path)
    lab.begin("03_read_and_write_frames.ipynb")
    assert session().notebook == "03_read_and_write_frames"


@pytest.mark.parametrize("name", ["", ".ipynb"])
def test_a_notebook_has_a_name(name: str) -> None:
    """Claims are kept under it."""
    with pytest.raises(ValueError, match="a notebook needs a name"):
        lab.begin(name)


@pytest.mark.usefixtures("fresh_session")
async def test_outside_a_kernel_nothing_happens() -> None:
    """A script that was a notebook keeps its signals."""
    assert not in_kernel()
    lab.begin("00_run")
    if sys.platform != "win32":
        assert signal.getsignal(signal.SIGUSR2) is signal.SIG_DFL
        assert not asyncio.get_running_loop().remove_signal_handler(signal.SIGUSR2)


def test_in_a_kernel_it_says_nothing_however_often(kernel: Kernel) -> None:
    """The cell shows no output that a notebook would have to carry."""
    assert kernel.run("from wsdemo.lab.kernel import in_kernel; in_kernel()") == "True"
    assert kernel.run("lab.begin('00_run')") == ""
    assert kernel.run("lab.begin('00_run'); lab.begin('00_run')") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="event loops have no signal handlers there")
def test_the_stop_button_stops_a_cell_that_awaits(kernel: Kernel) -> None:
    """Without begin() this takes as long as the cell does."""
    kernel.run("lab.begin('00_run')")
    cell = kernel.begin("import asyncio; print('go', flush=True); await asyncio.sleep(30)")
    kernel.wait_for_output("go")
    kernel.manager.interrupt_kernel()
    assert kernel.check(cell, error="CancelledError") < 3
    assert kernel.run("1 + 1") == "2"


@pytest.mark.skipif(sys.platform == "win32", reason="signals go another way there")
def test_the_stop_button_stops_a_cell_in_run(kernel: Kernel) -> None:
    """The work on the other loop is cancelled, and the cell ends as a blocking one does."""
    cell = kernel.begin(
        "async def wait():\n"
        "    try:\n"
        "        print('go', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "    finally:\n"
        "        ended = True\n"
        "import asyncio\n"
        "lab.run(wait)"
    )
    kernel.wait_for_output("go")
    kernel.manager.interrupt_kernel()
    assert kernel.check(cell, error="KeyboardInterrupt") < 3


@pytest.mark.skipif(sys.platform == "win32", reason="event loops have no signal handlers there")
@pytest.mark.parametrize("where", ["thread", "loop", "process"])
def test_the_stop_button_ends_the_server_of_the_cell(kernel: Kernel, where: str) -> None:
    """The block is left in good order: nothing listens any more."""
    kernel.run("lab.begin('00_run')")
    cell = kernel.begin(
        f"import asyncio\n"
        f"async with lab.running(echo, where={where!r}) as server:\n"
        f"    print('go', flush=True)\n"
        f"    await asyncio.sleep(30)"
    )
    kernel.wait_for_output("go")
    kernel.manager.interrupt_kernel()
    kernel.check(cell, error="CancelledError")
    assert kernel.run("server").endswith(", stopped>")


@pytest.mark.parametrize("where", ["thread", "loop", "process"])
def test_a_cell_that_is_run_twice_leaves_one_server(kernel: Kernel, where: str) -> None:
    """With a handler that is defined in the notebook, and once more in every run."""
    cell = (
        "async def shout(connection):\n"
        "    async for message in connection:\n"
        "        await connection.send(message.upper())\n"
        f"server = await lab.running(shout, where={where!r})\n"
        "await ask(server.uri)"
    )
    assert kernel.run(cell) == "'HELLO'"
    kernel.run("former = server")
    assert kernel.run(cell) == "'HELLO'"
    assert kernel.run("former, former.uri == server.uri").endswith("stopped>, False)")
    kernel.run("await server.stop()")


def test_a_failing_handler_fails_its_cell(kernel: Kernel) -> None:
    """A notebook test sees what only the peer would have seen."""
    cell = kernel.begin(
        "async with lab.running(crash) as server:\n"
        "    async with server.engine.connect(server.uri) as connection:\n"
        "        await connection.send('lost')\n"
        "        await connection.wait_closed()"
    )
    kernel.check(cell, error="KeyError")


def test_a_restarted_kernel_says_goodbye(tmp_path: Path) -> None:
    """A client of a server in a thread is told 1001, and not just cut off."""
    with a_kernel(tmp_path) as kernel:
        kernel.run("from wsdemo import lab; from tests.lab.handlers import echo")
        uri = kernel.run("server = await lab.running(echo)\nprint(server.uri)").strip()
        with connect(uri) as connection:
            connection.send("Hello")
            assert connection.recv() == "Hello"
            kernel.manager.restart_kernel()
            with pytest.raises(Exception, match="1001"):
                connection.recv()
