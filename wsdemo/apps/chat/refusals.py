"""`Refused`: a request that is understood, and that the answer to is no.

Leaves out what is wrong with a message itself, which the door finds.
"""

from __future__ import annotations

from wsdemo.errors import PeerError

__all__ = ["Refused"]


class Refused(PeerError):
    """No, and why.

    Args:
        code: for programs; `messages` lists them.
        reason: for people.
        field: which part of the request it is about, such as ``$.nick``.
        retry_after: seconds after which the same request may succeed.
    """

    def __init__(
        self,
        code: str,
        reason: str,
        field: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.field = field
        self.retry_after = retry_after
