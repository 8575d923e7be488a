import pytest
from sqlalchemy import select

from api.office import Office
from fieldsync.core.rights import Action, Scope
from fieldsync.db import tables
from fieldsync.db.records import Contact
from fieldsync.db.tables import Token
from fieldsync.errors import NotAllowed, NotFound
from fieldsync.security import gate

OWNERS = (
    Action.ACCOUNT_EDIT, Action.RUN_START, Action.RUN_CANCEL,
    Action.CONTACT_CREATE, Action.CONTACT_UPDATE, Action.CONTACT_DELETE,
)  # fmt: skip
ADMINISTRATORS = (Action.MAPPING_EDIT, Action.PROFILE_PUBLISH, Action.MAILBOX_CONNECT, Action.MAILBOX_EDIT)


@pytest.mark.parametrize("action", OWNERS)
def test_owners_and_administrators_may_work_with_what_is_owned(office: Office, action: Action) -> None:
    target = gate.Target("x", office.people["sales"])

    assert gate.permit(office.actor("sales"), action, target).action is action
    assert gate.permit(office.actor("admin"), action, target).target == "x"
    with pytest.raises(NotFound):
        gate.permit(office.actor("manager"), action, target)


@pytest.mark.parametrize("action", ADMINISTRATORS)
def test_only_administrators_change_what_belongs_to_all(office: Office, action: Action) -> None:
    target = gate.Target("x", office.people["sales"])

    assert gate.may(office.actor("admin"), action, target)
    with pytest.raises(NotAllowed):
        gate.permit(office.actor("sales"), action, target)


@pytest.mark.parametrize("action", OWNERS + ADMINISTRATORS)
@pytest.mark.parametrize("name", ["admin", "sales"])
def test_a_read_token_may_nothing_whoever_it_acts_as(office: Office, name: str, action: Action) -> None:
    with pytest.raises(NotAllowed):
        gate.permit(office.actor(name, Scope.READ), action, gate.Target("x", office.people[name]))


@pytest.mark.parametrize("action", [Action.SYNCHRONIZE, Action.SIGN_IN])
def test_no_caller_gets_the_permits_of_the_engine_and_the_door(office: Office, action: Action) -> None:
    assert not gate.may(office.actor("admin"), action, gate.Target("x"))


def test_every_action_has_a_rule(office: Office) -> None:
    own = {
        action for action in Action if gate.may(office.actor("sales"), action, gate.Target("", office.people["sales"]))
    }
    all_of_them = {action for action in Action if gate.may(office.actor("admin"), action, gate.Target(""))}

    assert own == set(OWNERS)
    assert all_of_them == set(OWNERS) | set(ADMINISTRATORS) | {Action.ADMINISTER}


def test_users_see_their_own_rows_and_administrators_all(office: Office) -> None:
    mine, theirs = office.contact("sales", fullname="a"), office.contact("manager", fullname="b")
    boxes = {name: office.mailbox(name) for name in ("sales", "manager")}
    runs = {name: office.run(mailbox) for name, mailbox in boxes.items()}

    def seen(name: str, table: object) -> set[str]:
        wanted = select(table.c.id).where(gate.visible(office.actor(name), table))  # pyright: ignore
        return set(office.database.read_now(lambda connection: connection.scalars(wanted).all()))

    assert seen("sales", Contact.__table__) == {mine}
    assert seen("admin", Contact.__table__) == {mine, theirs}
    assert seen("sales", tables.Mailbox.__table__) == {boxes["sales"]}
    assert seen("admin", tables.Mailbox.__table__) == set(boxes.values())
    assert seen("sales", tables.Run.__table__) == {runs["sales"]}
    assert seen("admin", tables.Run.__table__) == set(runs.values())
    assert seen("sales", tables.Principal.__table__) == set(office.people.values()) | {"root-team"}


def test_a_table_without_a_rule_shows_nothing_to_anybody(office: Office) -> None:
    with pytest.raises(LookupError):
        gate.visible(office.actor("admin"), Token.__table__)
