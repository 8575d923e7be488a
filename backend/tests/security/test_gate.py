import pytest
from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.engine import Connection

from api.office import Office
from authority import Authority, everything
from fieldsync.core.access import Reach
from fieldsync.core.privileges import SHAREABLE, AccessLevel, Privilege
from fieldsync.core.rights import Action, Scope
from fieldsync.core.values import RecordKind
from fieldsync.db import tables
from fieldsync.db.records import Contact
from fieldsync.db.tables import Token
from fieldsync.errors import NotAllowed, NotFound
from fieldsync.security import gate
from fieldsync.security.sight import predicate

OWNERS = (
    Action.ACCOUNT_EDIT,
    Action.RUN_START,
    Action.RUN_CANCEL,
    Action.CONFLICT_RESOLVE,
    Action.FILTER_EDIT,
    Action.OPT_OUT_EDIT,
)
RECORDS = (
    Action.RECORD_CREATE,
    Action.RECORD_UPDATE,
    Action.RECORD_DELETE,
    Action.RECORD_ASSIGN,
    Action.RECORD_SHARE,
)
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


@pytest.mark.parametrize("action", RECORDS)
def test_what_one_may_do_with_records_is_a_matter_of_roles(office: Office, action: Action) -> None:
    def permitted(name: str, scope: Scope = Scope.ADMIN) -> bool:
        sight = office.database.read_now(lambda connection: gate.sight(connection, office.actor(name, scope)))
        try:
            return gate.permit_records(sight, action, RecordKind.CONTACT, "x").action is action
        except NotAllowed:
            return False

    Authority(office.database).without_roles(office.people["manager"])

    assert permitted("sales")
    assert not permitted("sales", Scope.READ)
    assert not permitted("manager")
    assert permitted("admin")


def test_every_action_has_a_rule(office: Office) -> None:
    own = {
        action for action in Action if gate.may(office.actor("sales"), action, gate.Target("", office.people["sales"]))
    }
    all_of_them = {action for action in Action if gate.may(office.actor("admin"), action, gate.Target(""))}

    assert own == set(OWNERS)
    assert all_of_them == set(OWNERS) | set(ADMINISTRATORS) | {Action.ADMINISTER}
    assert set(gate._RECORDS) == set(RECORDS)
    assert set(Action) == all_of_them | set(RECORDS) | {Action.SYNCHRONIZE, Action.SIGN_IN}


def test_users_see_their_own_rows_and_administrators_all(office: Office) -> None:
    boxes = {name: office.mailbox(name) for name in ("sales", "manager")}
    runs = {name: office.run(mailbox) for name, mailbox in boxes.items()}

    def seen(name: str, table: object) -> set[str]:
        wanted = select(table.c.id).where(gate.visible(office.actor(name), table))  # pyright: ignore
        return set(office.database.read_now(lambda connection: connection.scalars(wanted).all()))

    assert seen("sales", tables.Mailbox.__table__) == {boxes["sales"]}
    assert seen("admin", tables.Mailbox.__table__) == set(boxes.values())
    assert seen("sales", tables.Run.__table__) == {runs["sales"]}
    assert seen("admin", tables.Run.__table__) == set(runs.values())
    assert seen("sales", tables.Principal.__table__) == set(office.people.values()) | {"root-team"}


@pytest.mark.parametrize("table", [Token.__table__, Contact.__table__])
def test_a_table_without_a_rule_shows_nothing_to_anybody(office: Office, table: Table) -> None:
    with pytest.raises(LookupError):
        gate.visible(office.actor("admin"), table)


def sees(office: Office, name: str) -> set[str]:
    def unit(connection: Connection) -> set[str]:
        wanted = select(Contact.__table__.c.id).where(
            gate.sight(connection, office.actor(name)).records(RecordKind.CONTACT)
        )
        return set(connection.scalars(wanted))

    return office.database.read_now(unit)


def test_a_change_of_rights_holds_at_once(office: Office) -> None:
    mine, theirs = office.contact("sales", fullname="a"), office.contact("manager", fullname="b")
    rights = Authority(office.database)
    assert sees(office, "sales") == {mine}

    rights.role("Wide", everything(AccessLevel.ORGANIZATION), office.people["sales"])
    assert sees(office, "sales") == {mine, theirs}

    rights.without_roles(office.people["sales"])
    assert sees(office, "sales") == set()


def test_somebody_disabled_sees_nothing(office: Office) -> None:
    office.contact("sales", fullname="a")

    Authority(office.database).disable(office.people["sales"])

    assert sees(office, "sales") == set()


def test_a_withheld_column_is_not_read_from_the_database(office: Office) -> None:
    rights = Authority(office.database)
    rights.secure("jobtitle", "governmentid")
    rights.secure("ftpsiteurl", mask_keep=2)
    rights.field_profile("Readers", "ftpsiteurl", office.people["sales"], read=True)

    def unit(connection: Connection) -> str:
        sight = gate.sight(connection, office.actor("sales"))
        wanted = select(*sight.columns(RecordKind.CONTACT)).where(sight.records(RecordKind.CONTACT))
        return str(wanted.compile(connection))

    statement = office.database.read_now(unit)
    assert "contact.lastname" in statement
    assert "contact.jobtitle" not in statement
    assert "contact.governmentid" not in statement
    assert "substr(contact.ftpsiteurl" in statement


@pytest.mark.parametrize(
    ("keep", "value", "shown"),
    [(4, "123-45-6789", "****6789"), (4, "1234", "****"), (4, "12", "****"), (0, "123", "****"), (4, None, None)],
)
def test_a_mask_never_shows_more_than_its_last_characters(
    office: Office, keep: int, value: str | None, shown: str | None
) -> None:
    office.contact("sales", fullname="a", governmentid=value)
    rights = Authority(office.database)
    rights.secure("governmentid", mask_keep=keep)
    rights.field_profile("Readers", "governmentid", office.people["sales"], read=True)

    def unit(connection: Connection) -> str | None:
        sight = gate.sight(connection, office.actor("sales"))
        return connection.execute(select(*sight.columns(RecordKind.CONTACT))).one().governmentid

    assert office.database.read_now(unit) == shown


@pytest.mark.parametrize("narrow", [True, False])
def test_a_narrow_and_a_wide_reach_open_the_same_records_and_leave_out_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch, narrow: bool
) -> None:
    monkeypatch.setattr("fieldsync.security.sight.NARROW_OWNERS", 32 if narrow else 0)
    me, rights = office.people["sales"], Authority(office.database)
    mine, shared, written, theirs = (
        office.contact(owner, fullname=owner) for owner in ("sales", "manager", "manager", "manager")
    )
    rights.share(shared, me, SHAREABLE[Privilege.READ])
    rights.share(written, me, SHAREABLE[Privilege.WRITE])
    reach = Reach(owners=frozenset({me}), shared_with=frozenset({me}))
    opened = predicate(reach, RecordKind.CONTACT, Privilege.READ)

    def ids(condition: ColumnElement[bool]) -> set[str]:
        wanted = select(Contact.__table__.c.id).where(condition)  # pyright: ignore
        return set(office.database.read_now(lambda connection: connection.scalars(wanted).all()))

    assert ("UNION ALL" in str(opened)) == narrow
    assert ids(opened) == {mine, shared}
    assert ids(~opened) == {written, theirs}
