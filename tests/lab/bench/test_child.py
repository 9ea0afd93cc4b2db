"""The process of a server in Python, spoken to over its pipes."""

import io
import socket
import subprocess

import pytest

from wsdemo.lab.bench.child import obey
from wsdemo.lab.bench.processes import python


def _start(*words: str) -> "subprocess.Popen[str]":
    command = python("wsdemo.lab.bench.child", *words)
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_it_listens_where_it_says_and_ends_with_its_stdin() -> None:
    """So no child outlives a parent that was killed."""
    with _start("tcp", "0", "plain") as child:
        assert child.stdin is not None
        assert child.stdout is not None
        port = int(child.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"x")
            assert connection.recv(1) == b"x"
        child.stdin.close()
        assert child.wait(60) == 0


def test_every_line_is_an_order_to_collect_garbage() -> None:
    """Each is answered when that is done."""
    answers = io.StringIO()
    obey(["collect\n", "collect\n"], answers)
    assert answers.getvalue() == "collected\n" * 2


@pytest.mark.parametrize("words", [(), ("nobody", "0", "plain"), ("tcp", "0")])
def test_a_job_that_makes_no_sense_ends_it(words: tuple[str, ...]) -> None:
    """With the reason as its last words."""
    with _start(*words) as child:
        _, said = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "ValueError" in said
