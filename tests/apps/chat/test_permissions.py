"""Who may do what, and who may give roles."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdemo.apps.chat.permissions import ALLOWED, Access, Action, Role

OWNER, MEMBER, READER, OUT, STRANGER = range(5)
ROLES = {OWNER: Role.OWNER, MEMBER: Role.MEMBER, READER: Role.READER, OUT: Role.NONE}

accesses = st.builds(
    Access,
    st.booleans(),
    st.sampled_from([Role.MEMBER, Role.READER]),
    st.dictionaries(st.integers(0, 4), st.sampled_from(Role)),
)
people = st.integers(0, 5)
roles = st.sampled_from(Role)


def test_each_role_may_what_the_one_below_may() -> None:
    """None, reader, member, owner."""
    ladder = [ALLOWED[role] for role in (Role.NONE, Role.READER, Role.MEMBER, Role.OWNER)]
    assert ladder == sorted(ladder, key=len)
    assert all(low < high for low, high in itertools.pairwise(ladder))


@pytest.mark.parametrize("is_open", [True, False])
def test_who_was_given_nothing_has_the_standard_role_in_an_open_room(is_open: bool) -> None:
    """And none in one that is not."""
    access = Access(is_open, Role.READER)
    assert access.role(STRANGER) is (Role.READER if is_open else Role.NONE)
    assert access.may(STRANGER, Action.READ) is is_open


def test_whom_an_owner_has_put_out_stays_out_of_an_open_room() -> None:
    """A role that was given stands above the standard one."""
    access = Access(roles=dict(ROLES))
    assert not access.may(OUT, Action.READ)
    assert access.may(STRANGER, Action.WRITE)


def test_members_of_a_closed_room_invite_strangers_and_nobody_else() -> None:
    """Neither do they make owners, nor lift what an owner has decided."""
    access = Access(open=False, roles=dict(ROLES))
    assert access.may_grant(MEMBER, STRANGER, Role.MEMBER)
    assert access.may_grant(MEMBER, STRANGER, Role.READER)
    assert not access.may_grant(MEMBER, STRANGER, Role.OWNER)
    assert not access.may_grant(MEMBER, OUT, Role.READER)
    assert not access.may_grant(MEMBER, READER, Role.MEMBER)
    assert not access.may_grant(READER, STRANGER, Role.READER)


@given(accesses, people, people, roles)
def test_nobody_gives_what_they_have_not(access: Access, by: int, to: int, role: Role) -> None:
    """Who may grant a role may do all that it allows."""
    if access.may_grant(by, to, role):
        assert ALLOWED[role] <= ALLOWED[access.role(by)]


@given(accesses, st.lists(st.tuples(people, people, roles), max_size=20))
def test_a_room_with_an_owner_never_loses_its_last(
    access: Access, grants: list[tuple[int, int, Role]]
) -> None:
    """Whatever is granted, as long as what would orphan it is refused."""
    access.grant(0, Role.OWNER)
    for by, to, role in grants:
        if access.may_grant(by, to, role) and not access.orphans(to, role):
            access.grant(to, role)
        assert Role.OWNER in access.roles.values()


@given(accesses, people, people, roles)
def test_who_has_no_access_changes_none(access: Access, by: int, to: int, role: Role) -> None:
    """Not their own either."""
    if not access.may(by, Action.READ):
        assert not access.may_grant(by, to, role)
