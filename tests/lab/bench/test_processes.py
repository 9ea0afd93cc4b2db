"""Processes are started, asked, and gone at the end of their block."""

import signal
import sys

import psutil
import pytest

from tests.lab.bench.fakes import answering, few
from wsdemo.errors import LocalError
from wsdemo.lab.bench.inbound import BadAnswer
from wsdemo.lab.bench.processes import GeneratorEnded, GeneratorProcess, ServerProcess

SERVER = """
import sys
print(1234, flush=True)
for _ in sys.stdin:
    print("collected", flush=True)
"""


def _server(code: str, patience: float = 60.0) -> ServerProcess:
    return ServerProcess([sys.executable, "-c", code], patience=patience)


def test_a_server_tells_its_port_and_its_memory() -> None:
    """And is gone afterwards."""
    with _server(SERVER) as server:
        assert server.port == 1234
        assert server.memory() > 2**20
        pid = server.pid
    assert not psutil.pid_exists(pid)


def test_a_server_that_does_not_start_is_told_with_its_last_words() -> None:
    """They say what is missing."""
    with pytest.raises(LocalError, match=r"its process ended \(.*no_such_module"):
        _server("import no_such_module")


def test_a_server_that_says_nothing_is_given_up() -> None:
    """And killed."""
    with pytest.raises(LocalError, match="its process ended"):
        _server("import sys; sys.stdin.read()", patience=0.01)


def test_a_server_that_tells_no_port_is_an_error() -> None:
    """Whatever else it tells."""
    with pytest.raises(ValueError, match="no port"):
        _server("print('no port')")


def test_a_server_that_has_died_has_no_memory() -> None:
    """That is said at once."""
    with _server("print(1234, flush=True)") as server:
        psutil.Process(server.pid).wait(30)
        with pytest.raises(LocalError, match="its process ended"):
            server.memory()


def test_a_program_that_is_not_there_is_an_error() -> None:
    """As the system says it."""
    with pytest.raises(OSError, match="no_such_program"):
        ServerProcess(["no_such_program"])


def test_the_generator_obeys_and_tells_what_failed() -> None:
    """And can be ordered again."""
    with answering(lambda data: data) as port, GeneratorProcess() as generator:
        with pytest.raises(BadAnswer, match="opening handshake"):
            generator.order("hold", port, 1, False)
        sample = generator.order("measure", generator.pid, port, few(), 0.0, True)
        assert sample.rate > 0
        pid = generator.pid
    assert not psutil.pid_exists(pid)


def test_a_generator_that_has_died_ends_it_all() -> None:
    """Nothing can be measured without one."""
    with GeneratorProcess() as generator:
        psutil.Process(generator.pid).send_signal(signal.SIGTERM)
        psutil.Process(generator.pid).wait(30)
        with pytest.raises(GeneratorEnded, match="the load generator has ended"):
            generator.order("drop")
