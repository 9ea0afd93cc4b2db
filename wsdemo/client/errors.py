"""What can go wrong for a client that keeps its connection, as branches of wsdemo's tree.

    WsdemoError
    ├── PeerError                 the server broke a rule, or doesn't want us
    │   ├── Refused               it answered the opening handshake with a no; .status
    │   └── Misbehaved            what it sent made us fail the connection; .code
    ├── LocalError                we did
    │   ├── Dismissed             it closed with a code that says: don't come back; .code
    │   ├── OutboxFull            more was sent than the outbox holds
    │   └── StateError
    │       └── ClientClosed      the call came after the client's end
    ├── DeadlineExceeded          a TimeoutError, too; .deadline says which, .seconds how long
    ├── Unreachable               there was no way to the server
    ├── ConnectionLost            there was one; .code
    └── RequestLost               the connection went, and the reply with it; .id

The last four are nobody's fault as far as a client can tell: from here, a slow server and a slow
network look the same.

Leaves out the engines' own errors: each stays the ``__cause__`` of the one it led to.
"""

from __future__ import annotations

from wsdemo.errors import LocalError, PeerError, StateError, WsdemoError

__all__ = [
    "ClientClosed",
    "ConnectionLost",
    "DeadlineExceeded",
    "Dismissed",
    "Misbehaved",
    "OutboxFull",
    "Refused",
    "RequestLost",
    "Unreachable",
]


class Refused(PeerError):
    """The server answered the opening handshake, and not with what opens a connection.

    Args:
        message: what it answered.
        status: the HTTP status; None when something else was wrong with the answer.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Misbehaved(PeerError):
    """The server sent what made our side fail the connection.

    Args:
        message: what was wrong.
        code: the close code that we sent.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Dismissed(LocalError):
    """The server closed the connection with a code that says: the same again would be no better.

    Args:
        message: code and reason, in words.
        code: the close code.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class OutboxFull(LocalError):
    """The outbox holds as many messages as it may, and nobody was to wait."""


class ClientClosed(StateError):
    """The client is closed, or closing, and does not come back."""


class DeadlineExceeded(WsdemoError, TimeoutError):
    """Something took longer than it may.

    Args:
        deadline: which one: "connect", "send", "reply", "close", "heartbeat" or "receive".
        what: what took too long, in words.
        seconds: how long it had.
    """

    def __init__(self, deadline: str, what: str, seconds: float) -> None:
        super().__init__(f"{what} took longer than {seconds:g} s")
        self.deadline = deadline
        self.seconds = seconds


class Unreachable(WsdemoError):
    """No connection came about: no such host, nothing that listens, no answer."""


class ConnectionLost(WsdemoError):
    """The connection ended, and not because of the client.

    Args:
        message: how it ended.
        code: the connection's close code; 1006 if no close frame came.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class RequestLost(WsdemoError):
    """The connection ended between a request and its reply: it may have been carried out.

    Args:
        message: which request, and how the connection ended.
        id: the request's id.
    """

    def __init__(self, message: str, id: int | str) -> None:  # noqa: A002 - as in the envelope
        super().__init__(message)
        self.id = id
