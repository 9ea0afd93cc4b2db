"""A conversation at a terminal: what a line means, and how a message is shown.

Leaves out where lines come from and go to, which is `chat`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wsdemo.cli.terminal import harmless

if TYPE_CHECKING:  # it takes a moment that `wsdemo lab` has no use for
    from wsdemo.apps.chat import ChatClient

__all__ = ["HELP", "Talk", "shown"]

HELP = "/join ROOM, /leave, /direct NICK TEXT, /who, /quit"


@dataclass(slots=True)
class Talk:
    """A conversation at a terminal.

    Attributes:
        client: of the chat.
        say: is given what is said.
        tell: is given the rest.
        echo: whether ``say`` is given what we say ourselves.
        last: how many earlier messages of a room are shown.
        room: where we talk; None for nowhere.
    """

    client: ChatClient
    say: Callable[[str], object]
    tell: Callable[[str], object]
    echo: bool
    last: int
    room: str | None = None

    async def enter(self, room: str) -> None:
        """Join a room, and show what was said last; raises `Refused`."""
        joined = await self.client.join(room)
        self.room = joined.room
        if self.last:
            page = await self.client.history(room, joined.offset + 1, self.last)
            for said in page.messages:
                self.say(shown(said.room, said.nick, said.text))

    async def follow(self, lines: AsyncIterator[str]) -> None:
        """Do what the lines say, to the end or to ``/quit``."""
        from wsdemo.apps.chat import Refused

        await self.client.join("@")
        async for line in lines:
            if line.strip() == "/quit":
                return
            try:
                await self.obey(line)
            except Refused as no:
                self.tell(str(no))

    async def obey(self, line: str) -> None:
        """Do what a line says; raises `Refused`."""
        match line.split(maxsplit=2):
            case []:
                return
            case ["/join", room]:
                await self.enter(room)
            case ["/leave"] if self.room is not None:
                await self.client.leave(self.room)
                self.room = None
            case ["/who"] if self.room is not None:
                await self._who(self.room)
            case ["/direct", nick, text]:
                await self.client.direct(nick, text)
                self._echo("@", f"{self.client.nick} → {nick}", text)
            case [word, *_] if word.startswith("/"):
                self.tell(f"there is no such command here: {HELP}")
            case _ if self.room is None:
                self.tell("you are in no room: /join ROOM")
            case _:
                text = line.expandtabs(4)  # no control characters in a chat
                await self.client.say(self.room, text)
                self._echo(self.room, self.client.nick, text)

    async def _who(self, room: str) -> None:
        members = (await self.client.members(room)).members
        for member in members:
            self.tell(f"{member.nick} ({member.role}) is {member.presence}")

    def _echo(self, room: str, nick: str, text: str) -> None:
        if self.echo:
            self.say(shown(room, nick, text))

    async def listen(self) -> None:
        """Show what others say, and what happens to us."""
        from wsdemo.apps.chat.news import Edited, Invited, Left, Said

        async for event in self.client:
            match event:
                case Said() if event.client != self.client.program:
                    nick = event.nick if event.to is None else f"{event.nick} → {event.to}"
                    self.say(shown(event.room, nick, event.text))
                case Edited() if event.client != self.client.program:
                    self.say(shown(event.room, f"{event.nick}, mended", event.text))
                case Invited():
                    self.tell(f"{event.by} invites you: /join {event.room}")
                case Left():
                    self.tell(f"you are out of {event.room}: {event.reason}")
                    self.room = None if self.room == event.room else self.room


def shown(room: str, nick: str, text: str) -> str:
    """Return the lines for a message, harmless to a terminal, and no other message's.

    Args:
        room: where it was said.
        nick: who has said it.
        text: what; its second line, and those after it, are indented.
    """
    first, *rest = [harmless(line) for line in text.split("\n")]
    return "\n    ".join([f"[{harmless(room)}] {harmless(nick)}: {first}", *rest])
