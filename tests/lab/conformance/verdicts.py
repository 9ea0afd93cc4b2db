"""Which cases fail for which fault: these, and no others.

A fault shows in what it is about, and only there, as far as that can be had; where a set is wider,
the reason stands beside it. An empty one is that of a fault which breaks no rule, or breaks it
where no peer can see it: nobody is to fail for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from wsdemo.lab.conformance.case import Role
from wsdemo.lab.conformance.selection import select

__all__ = ["FAILS", "WITHIN", "expand", "expected"]

NO_UTF8 = "6.3, 6.4, 6.6.1, 6.6.3-6.6.4, 6.6.6, 6.6.8, 6.6.10, 6.8, 6.10, 6.11.5, 6.12-6.21, 25.3.5"
ERRORS = "2.5, 3-5.2, 5.9-5.18, 7.3.2, 7.3.6, 7.9, 7.13, 23, 24.2-24.3, 24.8, 25.3.1-25.3.3"
CLOSES = "7.1, 7.3.1, 7.3.3-7.3.5, 7.7, 24.1, 24.4-24.7"
OVER_64_KIB = "9.1.2-9.1.4, 9.2.2-9.6, 12.1.10, 12.1.15-12.1.18, 12.2.10, 12.2.15-12.2.18"
PINGS = "2.2-2.4, 2.6, 2.10-2.11, 5.6-5.8, 5.19-5.20"

# Of faults that either end may have; a case that is not for an end counts for the other one only.
_BOTH = {
    # Frames.
    "rsv1-ignored": "3.4, 23.14, 23.17",
    "rsv2-rsv3-ignored": "3.1-3.3, 23.15-23.16, 25.3.3",
    "reserved-opcodes-skipped": "4, 23.12",
    "mask-unchecked": "23.1-23.6",
    "long-control": "2.5, 7.3.6, 23.13",
    "fragmented-control": "5.1, 23.18, 24.2",
    "long-length-accepted": "23.7-23.10",
    "length-top-bit-dropped": "23.19",
    "long-length-written": "22.4",
    "judges-late": "23.12-23.13",
    # Fragments.
    "stray-continuation": "5.9-5.17",
    "interruption": "5.18",
    # Every message that is cut, compressed ones included.
    "fragments-as-messages": (
        "5.3-5.8, 5.19-5.20, 6.1.2-6.1.3, 6.2.2-6.2.4, 9.3-9.4, 10, 12.1.11-12.1.17, "
        "12.2.11-12.2.18, 13.1.11, 13.2.11, 13.3.11, 13.4.11, 13.5.11, 13.6.11, 25.2.2, 26.2"
    ),
    # Messages: all of a size, or of a kind, whatever else they are about.
    "truncated": OVER_64_KIB,
    "bit-flipped": (
        "1.1.6-1.1.8, 1.2.6-1.2.8, 9.1.1, 9.2.1, 10, 12.1.9, 12.1.14, 12.2.9, 12.2.14, "
        f"{OVER_64_KIB}"
    ),
    "binary-only": (
        "1.1, 5.3-5.8, 5.19-6.2, 6.5, 6.6.2, 6.6.5, 6.6.7, 6.6.9, 6.6.11, 6.7, 6.9, "
        "6.11.1-6.11.4, 6.22-6.23, 9.1, 9.3, 9.5, 10, 12.1, 13, 22.8, 25.1.5-25.2, 26.2"
    ),
    "empty-dropped": "1.1.1, 1.2.1, 6.1.1-6.1.2, 25.2.3",
    # Text.
    "utf8-unchecked": NO_UTF8,
    "utf8-per-frame": "6.2.3-6.2.4",
    "surrogates": "6.3, 6.20-6.21, 25.3.5",
    "overlong": "6.17.1-6.17.3, 6.18.1-6.18.3, 6.19.1-6.19.3",
    "beyond-unicode": "6.4, 6.10.1, 6.11.5",
    "utf8-at-message-end": "6.4",
    "half-character": "6.6.1, 6.6.3-6.6.4, 6.6.6, 6.6.8, 6.6.10, 6.14.6-6.14.7",
    # Pings and pongs.
    "pong-empty": PINGS,
    # 2.9 ends with a ping: who says nothing to that can't be told from who is gone.
    "ping-unanswered": f"2.1, 2.9, 22.7, {PINGS}",
    "ping-late": "22.7",
    "pong-answered": "2.7-2.9",
    # Closing.
    "close-half-code": "7.3.2",
    "close-any-code": "7.9, 7.13, 24.3",
    "close-private-refused": "7.7.10-7.7.13, 24.1",
    "close-reason-unchecked": "7.5.1",
    # 2.7 and 2.8 end with a close frame: the same.
    "close-unanswered": f"2.7-2.8, {CLOSES}",
    "close-answered-1000": "24.1",
    "close-goes-on": "7.1.2-7.1.6",
    "close-last-word": CLOSES,
    # Failing: whatever must be refused.
    "fails-silently": f"{ERRORS}, {NO_UTF8}, 7.5.1, 25.3.4, 25.3.6-25.3.7, 26.1",
    "fails-1000": ERRORS,
    "fails-1002-for-1007": NO_UTF8,
    "fails-keeps-tcp": "24.8",  # for a client to wait for the server's end is right
    # Compression.
    "deflate-any-window": "25.4.3-25.4.5, 25.4.7-25.4.8, 25.6.2-25.6.4",
    "deflate-unknown": "25.4.1, 25.6.1",
    "deflate-repeated": "25.4.11, 25.6.7",
    "deflate-flag-value": "25.4.9-25.4.10, 25.6.6",
    "deflate-window": "13.3, 13.5.8-13.5.11, 25.1.1-25.1.3",
    "deflate-takeover": "13.2, 13.5-13.6, 25.1.4",
    "deflate-forgets": "25.1.5",
    "deflate-rsv1-sent": "25.7.1",
    "deflate-empty": "25.2.3",
    "deflate-not-done": "12.1.1, 12.2.1, 25.2.1, 25.2.3, 25.2.5-25.2.6",  # 16 octets and less
    "deflate-always": "25.2.1",
    "deflate-bomb": "25.3.6",
    "deflate-rsv1-continued": "25.3.1",
    "deflate-rsv1-control": "25.3.2",
    "deflate-final": "25.2.6",
    "deflate-cut": "25.3.7",
}

_SERVERS = {
    # Frames.
    "rsv-of-close-ignored": "3.7, 23.16",
    "reserved-control-skipped": "4.2",
    "opcode-3-as-text": "4.1.1, 23.12",
    "masks-its-frames": "22.3",
    "mask-restarted": "2.6, 2.11, 3.4, 4.1.5, 4.2.5, 5.5, 5.8",  # what comes octet by octet
    "empty-frame-key-unread": "2.7, 6.1.2-6.1.3, 26.2",  # an empty frame, and one behind it
    # Messages.
    "opcode-repeated": "1.1.6, 1.2.6, 22.6",
    "fin-forgotten": "1.1.6, 1.2.6, 22.6",
    "octet-lost": OVER_64_KIB,
    "bom-stripped": "22.8",
    "utf8-at-frame-end": "6.4.3-6.4.4",
    "utf8-of-binary": "1.2.2-1.2.8, 9.2, 9.4, 9.6, 12.2.3-12.2.18",
    # Control frames and the end.
    "ping-decoded": "2.3-2.4, 2.6",
    "pong-refused": "2.7-2.9",
    "close-inner-codes": "7.9.4-7.9.5, 24.3",
    "close-unregistered": "7.9.6-7.9.9",
    "close-new-refused": "24.4-24.6",
    "close-answered-1005": "7.3.1",
    "close-keeps-tcp": "24.7",
    "fails-1002-for-1009": "25.3.6, 26.1",
    # Requests.
    "any-method": "20.2.12",
    "http-1.0": "20.2.13",
    "no-host": "20.3.1",
    "two-hosts": "20.3.2",
    "no-key": "20.2.5",
    "two-keys": "20.2.8",
    "any-key": "20.2.6-20.2.7",
    "any-key-size": "20.2.6",
    "any-version": "20.2.10-20.2.11, 20.2.14-20.2.15",
    "no-version": "20.2.9",
    "version-secret": "20.2.14-20.2.15",
    "upgrade-secret": "20.2.16",
    "no-upgrade": "20.2.1-20.2.2",
    "no-connection": "20.2.3-20.2.4",
    "upgrade-case": "20.1.4",
    "connection-case": "20.1.6",
    "upgrade-alone": "20.1.11",
    "connection-alone": "20.1.5",
    "name-case": "20.1.7",
    "space-before-colon": "20.3.3",
    "folding": "20.3.4",
    "head-in-one-piece": "20.1.3",
    "head-without-end": "20.3.7",
    "garbage-unanswered": "",  # what is no HTTP has no claim to an answer
    "refuses-silently": "20.2, 20.3.1-20.3.2, 20.3.8",
    "refuses-200": "20.2-20.3",
    "refused-kept-open": "",  # HTTP keeps connections, and who doesn't want that may leave
    "early-frames-lost": "",  # a client has to wait for the response
    # Responses.
    "accept-constant": "20.1.1-20.1.2",
    "accept-lowered": "20.1.1-20.1.2",
    "accept-trimmed": "20.1.1-20.1.2",
    "accept-decoded": "20.1.1-20.1.2",
    "accept-missing": "20.1.1-20.1.2",
    "upgrade-missing": "20.1.1-20.1.2",
    "connection-missing": "20.1.1-20.1.2",
    "opens-200": "1-20.1, 20.4-25.3, 25.5-26",  # nothing is opened, and all but this needs it
    "subprotocol-any": "",  # it speaks them all, for all that can be seen
    "subprotocol-other": "20.4.2",
    "subprotocol-unasked": "20.4.1",
    "subprotocol-list": "20.4.2",
    "extension-any": "20.4.4",
    "extension-refused": "20.1.9, 20.4.4",
    # Compression.
    "deflate-unasked": "3.4, 20.4.3, 22.5",
    "deflate-limits-client": "25.5.1, 25.5.4",
    "deflate-no-value": "25.5.2",
    # It does as if client_no_context_takeover were agreed on wherever it is offered.
    "deflate-unconfirmed": "12.1, 12.2.2-12.2.18, 13.1, 25.1.6",
    "deflate-first-offer": "",  # any offer may be declined
    "deflate-bad-offer": "25.5.4",
    "deflate-rsv1-pong": "25.7.1",
    # A second message on the same context finds an unfinished block before it.
    "deflate-tail": "12, 13.1, 13.3-13.4, 25.1.1-25.1.3, 25.1.5-25.1.6, 25.2.1, 25.2.3, 25.2.6",
}

_CLIENTS = {
    # Requests.
    "no-host": "21.1.2",
    "no-upgrade": "21.1.3",
    "no-connection": "21.1.3",
    "keep-alive": "21.1.3",
    "no-version": "21.1.5",
    "version-8": "21.1.5",
    "http-1.0": "21.1.1",
    "post": "21.1.1",
    "key-constant": "21.1.6",
    "key-short": "21.1.4",
    "speaks-first": "21.1.7",
    # Responses.
    "accept-unchecked": "21.3.6-21.3.7, 21.3.10",
    "accept-missing": "21.3.6",
    "accept-case": "21.3.10",
    "status-200": "21.3.1",
    "upgrade-unchecked": "21.3.2-21.3.3",
    "connection-unchecked": "21.3.4-21.3.5",
    "upgrade-case": "21.2.3",
    "connection-alone": "21.2.4",
    "name-case": "21.2.8",
    "extension-unasked": "21.3.9",
    "deflate-unasked": "",  # it shows in a client that doesn't offer it, and this one does
    "subprotocol-unasked": "21.3.8",
    "head-in-one-piece": "21.2.2",
    "first-frames-lost": "21.2.7",
    # Frames.
    "unmasked": "22.1",
    "mask-zero": "22.2",
    "mask-constant": "22.2",
    # The end: a client "SHOULD wait" for the server's, and how long is not said.
    "close-tcp-first": "",
    # Compression.
    "deflate-offer-16": "25.8.1",
    "deflate-forgets": "12.1, 12.2.2-12.2.18, 13, 25.1.5",  # a server keeps its context there
}

FAILS: Mapping[Role, Mapping[str, str]] = MappingProxyType(
    {
        Role.SERVER: MappingProxyType({**_BOTH, **_SERVERS}),
        Role.CLIENT: MappingProxyType({**_BOTH, **_CLIENTS}),
    }
)

# Faults that chance has a part in, and the cases in which it has none.
WITHIN: Mapping[str, str] = MappingProxyType(
    {
        # How long messages are cut on their way is nobody's choice.
        "mask-restarted": (
            "1.1.1-1.1.5, 1.2.1-1.2.5, 2-7.1.5, 7.3-7.13, 20, 23.1-23.18, 24, 25.2-25.3.5"
        ),
        # Whether the first frames come with the response is certain in one case only.
        "first-frames-lost": "21.2.7",
    }
)


@cache
def expand(words: str, role: Role) -> frozenset[str]:
    """Return the numbers of the cases that are meant, as far as they are for a role.

    Raises:
        UnknownCase: a word means none.
    """
    chosen = (select(word) for word in words.split(",") if word.strip())
    return frozenset(case.number for cases in chosen for case in cases if role in case.roles)


def expected(name: str, role: Role) -> frozenset[str]:
    """Return the numbers of the cases that have to fail for a fault."""
    return expand(FAILS[role][name], role)
