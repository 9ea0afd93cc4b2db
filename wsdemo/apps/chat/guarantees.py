"""What a chat promises of the delivery of a message, and what each side does for it.

The names are Kafka's ("Message Delivery Semantics" in its documentation). A network that may lose
the last acknowledgement lets nobody deliver exactly once; the *effect* of it takes all three
measures together:

======================  =======  ============  =======
guarantee               retries  deduplicates  resumes
======================  =======  ============  =======
at most once            no       no            no
at least once           yes      no            yes
exactly once in effect  yes      yes           yes
======================  =======  ============  =======

Leaves out the work: `client` retries, the log deduplicates, a `channel` resumes.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["AT_LEAST_ONCE", "AT_MOST_ONCE", "EXACTLY_ONCE_IN_EFFECT", "GUARANTEES", "Guarantee"]


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A promise, as the measures that keep it.

    Attributes:
        name: in words.
        retries: a client sends again what was not acknowledged; else it reports it as lost.
        deduplicates: the server knows a message again that it has; else it takes it for a new one.
        resumes: who comes back gets what was said meanwhile; else only what is said from then on.
    """

    name: str
    retries: bool
    deduplicates: bool
    resumes: bool

    def __str__(self) -> str:
        return self.name


AT_MOST_ONCE = Guarantee("at most once", retries=False, deduplicates=False, resumes=False)
AT_LEAST_ONCE = Guarantee("at least once", retries=True, deduplicates=False, resumes=True)
EXACTLY_ONCE_IN_EFFECT = Guarantee(
    "exactly once in effect", retries=True, deduplicates=True, resumes=True
)

GUARANTEES = MappingProxyType(
    {each.name: each for each in (AT_MOST_ONCE, AT_LEAST_ONCE, EXACTLY_ONCE_IN_EFFECT)}
)
"""All of them, by name."""
