"""A conformance suite for WebSocket servers and clients: RFC 6455 and RFC 7692, case by case.

    await conformance.check("ws://127.0.0.1:9001")         a server that echoes
    await conformance.check_client("python my_client.py")  a client that echoes
    test_conformance = conformance.pytest_cases(url)       in a test module of your own

Every case has a number (Autobahn's where a case exists there), what is sent, what must come back,
the sentence that demands it, and a severity. Read it from the octets up:

    frames, opening, deflate   octets ⇄ frames and heads, legal or not
    moves, case, cases         what is sent, and why
    transcript                 what came
    wants, handshake_wants     what must come
    stream, exchange           sockets, and one run of a case
    target, servers            dialling a server
    clients, drive             serving a client
    result, report, picture    what came of it

Nothing below `picture` uses `wsdemo.protocol` or an engine: they are among the things under test.
"""

from wsdemo.lab.conformance.case import Case, Role, Severity
from wsdemo.lab.conformance.cases import CASES
from wsdemo.lab.conformance.drive import NotStarted, check_client
from wsdemo.lab.conformance.plugin import pytest_cases
from wsdemo.lab.conformance.report import Report, compare
from wsdemo.lab.conformance.result import Outcome, Result
from wsdemo.lab.conformance.selection import UnknownCase, find, select
from wsdemo.lab.conformance.servers import check
from wsdemo.lab.conformance.target import CheckError

__all__ = [
    "CASES",
    "Case",
    "CheckError",
    "NotStarted",
    "Outcome",
    "Report",
    "Result",
    "Role",
    "Severity",
    "UnknownCase",
    "check",
    "check_client",
    "compare",
    "find",
    "pytest_cases",
    "select",
]
