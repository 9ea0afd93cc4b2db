"""A chat that loses nothing: rooms with permissions, presence, history, direct messages, resume.

    async with serving(Chat()) as server, ChatClient(server.uri, "ada") as chat:
        await chat.join("lobby")
        ack = await chat.say("lobby", "Hello")
        async for event in chat: ...

Read in this order, from what is promised to who keeps it::

    guarantees                  what is promised, and which measures it takes
    messages, news              what is said on the wire, both ways
    names, permissions          spellings of one name; who may do what
    entries, ledger             what is in the logs
    presence, channel           who is here; one reader of a log for all who hear it
    house, session              what connections share, and one of them
    refusals, answers, sayings  what is asked, and what is answered
    chat                        the application
    line, hearing, talking      a client's requests, its news, and its half of the promises
    client                      what a program holds in its hand

Leaves out the page for browsers, which is `wsdemo.pages.chat`, and several servers for one room.
"""

from wsdemo.apps.chat.chat import Chat
from wsdemo.apps.chat.client import ChatClient
from wsdemo.apps.chat.guarantees import (
    AT_LEAST_ONCE,
    AT_MOST_ONCE,
    EXACTLY_ONCE_IN_EFFECT,
    GUARANTEES,
    Guarantee,
)
from wsdemo.apps.chat.line import Lost
from wsdemo.apps.chat.presence import Pace
from wsdemo.apps.chat.refusals import Refused

__all__ = [
    "AT_LEAST_ONCE",
    "AT_MOST_ONCE",
    "EXACTLY_ONCE_IN_EFFECT",
    "GUARANTEES",
    "Chat",
    "ChatClient",
    "Guarantee",
    "Lost",
    "Pace",
    "Refused",
]
