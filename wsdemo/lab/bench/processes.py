"""The processes of the bench, from the parent's side: servers, and the load generator.

Each has a session of its own, so that Ctrl-C is the parent's alone, ends when its stdin does, and
is killed at the end of its block, whatever happens.

Leaves out restarts: a server that has died is told of, and not started again.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import IO, Any, Self

import psutil

from wsdemo.errors import LocalError
from wsdemo.lab import pipe
from wsdemo.lab.bench.inbound import BadAnswer
from wsdemo.lab.bench.machine import pinned

__all__ = ["GeneratorProcess", "ServerProcess", "python"]

# A server listens within half a second; this is for a machine that is very busy.
PATIENCE = 60.0

# The children find modules where we do.
BOOT = "import sys; sys.path[:] = {path!r}; from {module} import main; main()"


def python(module: str, *words: str) -> list[str]:
    """Return the command that runs a module's ``main`` with this interpreter."""
    return [sys.executable, "-c", BOOT.format(path=sys.path, module=module), *words]


class _Child:
    """A process that ends with its block.

    Args:
        command: its command line.
        core: where it is to run; None for anywhere.
    """

    def __init__(self, command: Sequence[str], core: int | None) -> None:
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - __exit__ closes it
        apart: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        try:
            with pinned(core):
                self._process = subprocess.Popen(
                    command,
                    bufsize=0,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._complaints,
                    **apart,
                )
        except BaseException:
            self._complaints.close()
            raise
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._complaints.close()
        self._stdout.close()
        with contextlib.suppress(OSError):
            self._stdin.close()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @contextlib.contextmanager
    def _limited(self, patience: float) -> Iterator[None]:
        """End the process when a block takes too long: whoever reads from it reads the end then."""
        timer = threading.Timer(patience, self._process.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def last_words(self) -> str:
        """Return the last line that it complained with, in brackets; empty if there is none."""
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return f" ({said[-1]})" if said else ""


class ServerProcess(_Child):
    """A server that listens.

    Args:
        command: its command line.
        core: where it is to run; None for anywhere.
        patience: seconds for each answer of its.

    Attributes:
        port: where it listens.

    Raises:
        LocalError: it ended instead, or took too long.
        OSError: there is no such program.
    """

    def __init__(
        self, command: Sequence[str], core: int | None = None, *, patience: float = PATIENCE
    ) -> None:
        super().__init__(command, core)
        self._patience = patience
        try:
            self.port = int(self._line())
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def _line(self) -> bytes:
        with self._limited(self._patience):
            line: bytes = self._stdout.readline()
        if not line:
            self._process.wait()
            raise LocalError(f"its process ended{self.last_words()}")
        return line

    def memory(self) -> int:
        """Collect the server's garbage, and return the octets of memory that it has then."""
        try:
            self._stdin.write(b"collect\n")
        except OSError as error:
            raise LocalError(f"its process ended{self.last_words()}") from error
        self._line()
        return int(psutil.Process(self.pid).memory_info().rss)

    def has_ended(self) -> bool:
        """Tell whether the process is gone."""
        return self._process.poll() is not None


class GeneratorProcess(_Child):
    """The load generator.

    Args:
        core: where it is to run; None for anywhere.

    Attributes:
        open_files: how many descriptors it may have; None for any number.

    Raises:
        LocalError: it did not start.
    """

    def __init__(self, core: int | None = None) -> None:
        super().__init__(python("wsdemo.lab.bench.generator"), core)
        try:
            with self._limited(PATIENCE):
                self.open_files: int | None = self._answer()
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def order(self, name: str, *arguments: object) -> Any:
        """Let it do something, and wait until that is done: see `generator.Generator`.

        Raises:
            BadAnswer: the server could not be measured.
            LocalError: the generator itself has ended.
        """
        try:
            pipe.send(self._stdin.fileno(), (name, *arguments))
        except OSError as error:
            raise self._ended() from error
        return self._answer()

    def _answer(self) -> Any:
        try:
            outcome, value = pipe.receive(self._stdout.fileno())
        except EOFError as error:
            raise self._ended() from error
        if outcome == "failed":
            raise BadAnswer(value)
        return value

    def _ended(self) -> LocalError:
        self._process.wait()
        return GeneratorEnded(f"the load generator has ended{self.last_words()}")


class GeneratorEnded(LocalError):
    """Nothing more can be measured."""
