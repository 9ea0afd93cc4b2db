"""Who may do what in a room: roles, what each may do, and who may give them.

A room is open, and then whoever comes has its standard role; or one is invited to it. A role that
was given to somebody stands above that: "none" keeps a person out of an open room, too.

Pure: who asks is a number, and nothing is sent or stored. Leaves out direct messages, which
everybody may write to everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType

__all__ = ["ALLOWED", "Access", "Action", "Role"]


class Role(StrEnum):
    """What somebody is in a room."""

    OWNER = "owner"
    MEMBER = "member"
    READER = "reader"
    NONE = "none"


class Action(Enum):
    """What can be done in a room; each value says who is refused it."""

    READ = "who has no access can't read"
    WRITE = "readers don't write"
    INVITE = "to invite is for members, and in open rooms for owners"
    DELETE = "to delete what others have said is for owners"
    GOVERN = "to change roles is for owners"


ALLOWED: Mapping[Role, frozenset[Action]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Action),
        Role.MEMBER: frozenset({Action.READ, Action.WRITE, Action.INVITE}),
        Role.READER: frozenset({Action.READ}),
        Role.NONE: frozenset(),
    }
)


@dataclass(slots=True)
class Access:
    """The permissions of one room.

    Attributes:
        open: whether everybody may come.
        standard: the role of who comes to an open room, and of who is invited to another.
        roles: those that were given, by person.
    """

    open: bool = True
    standard: Role = Role.MEMBER
    roles: dict[int, Role] = field(default_factory=dict)

    def role(self, person: int) -> Role:
        """Return what somebody is here."""
        return self.roles.get(person, self.standard if self.open else Role.NONE)

    def may(self, person: int, action: Action) -> bool:
        """Tell whether somebody may do something."""
        return action in ALLOWED[self.role(person)]

    def may_grant(self, by: int, to: int, role: Role) -> bool:
        """Tell whether somebody may give a role to somebody.

        Owners give any role to anybody. Members of a closed room invite those to whom no role
        was ever given: whom an owner has put out stays out.
        """
        if self.may(by, Action.GOVERN):
            return True
        invites = not self.open and self.may(by, Action.INVITE) and to not in self.roles
        return invites and role in {Role.MEMBER, Role.READER}

    def orphans(self, person: int, role: Role) -> bool:
        """Tell whether a role for somebody would take the last owner from the room."""
        owners = {each for each, held in self.roles.items() if held is Role.OWNER}
        return role is not Role.OWNER and owners == {person}

    def grant(self, person: int, role: Role) -> None:
        """Give somebody a role."""
        self.roles[person] = role
