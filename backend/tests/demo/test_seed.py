from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from fieldsync.core.access import Standing
from fieldsync.core.privileges import AccessLevel, ColumnRights, Privilege
from fieldsync.core.rights import Permit
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.records import Contact
from fieldsync.db.repo import columns, principals, profiles, roles, security_settings, standing, teams, units
from fieldsync.db.rights import AuditEvent, SecuredColumn
from fieldsync.demo.organization import ACCOUNTS
from fieldsync.demo.seed import seed_records


def standing_of(database: Database, user_name: str) -> Standing:
    def unit(connection: Any) -> Standing | None:
        return standing.load(connection, principals.by_user_name(connection, user_name).id)

    found = database.read_now(unit)
    assert found is not None
    return found


def levels(of: Standing, privilege: Privilege) -> set[AccessLevel]:
    return {grant.level for grant in of.grants.get((RecordKind.CONTACT, privilege), ())}


def name_of(database: Database, principal_id: str) -> str:
    return database.read_now(lambda c: principals.get(c, principal_id).name)


def test_the_demo_has_people_with_different_rights(database: Database) -> None:
    seed_records(database)

    sales, manager, viewer = (standing_of(database, name) for name in ("sales", "manager", "viewer"))
    assert levels(sales, Privilege.READ) == {AccessLevel.BUSINESS_UNIT}
    assert levels(sales, Privilege.WRITE) == {AccessLevel.USER}
    assert levels(manager, Privilege.WRITE) == {AccessLevel.PARENT_CHILD}
    assert levels(viewer, Privilege.READ) == {AccessLevel.ORGANIZATION}
    assert levels(viewer, Privilege.WRITE) == set()
    assert standing_of(database, "admin").administrator
    assert {name_of(database, team) for team in sales.team_ids} == {"Sales North", "Key accounts", "Harbour project"}
    assert {name_of(database, one) for one in manager.reports} >= {"Sam Lindqvist"}
    listed = database.read_now(lambda connection: connection.execute(units.listed()).all())
    assert {unit.name for unit in listed} == {"Organization", "Sales", "Sales North", "Sales South", "Service"}
    assert database.read_now(security_settings.get).hierarchy_depth == 3


def test_two_columns_are_secured_and_opened_differently(database: Database) -> None:
    seed_records(database)

    for name, expected in (
        ("sales", ColumnRights(read=True)),
        ("manager", ColumnRights(read=True, unmasked=True, create=True, update=True)),
        ("viewer", ColumnRights()),
    ):
        secured = standing_of(database, name).columns[RecordKind.CONTACT]
        assert {attribute: column.rights for attribute, column in secured.items()} == {
            "ftpsiteurl": expected,
            "governmentid": expected,
        }
        assert (secured["governmentid"].mask_keep, secured["ftpsiteurl"].mask_keep) == (4, None)
    contact = table_of(Contact)
    filled = select(func.count()).where(contact.c.governmentid.is_not(None), contact.c.ftpsiteurl.is_not(None))
    assert database.read_now(lambda c: c.scalar(filled)) == 2


def test_seeding_again_brings_nothing_back_and_resets_nothing(database: Database, permit: Permit) -> None:
    seed_records(database)

    def administrate(connection: Any) -> None:
        columns.release(connection, RecordKind.CONTACT, "governmentid")
        viewer = principals.by_user_name(connection, "viewer")
        principals.change(connection, viewer.id, name="Vera Novakova", role="ADMINISTRATOR")
        roles.give(connection, viewer.id, [])
        roles.remove(connection, roles.by_name(connection, "Reader").id)
        south = units.by_name(connection, "Sales South")
        principals.remove(connection, teams.default_of(connection, south.id))
        units.remove(connection, south.id)
        security_settings.change(connection, hierarchy=False)

    database.write_now(permit, administrate)
    audited = database.read_now(lambda c: c.scalar(select(func.count()).select_from(table_of(AuditEvent))))
    seed_records(database)

    viewer = database.read_now(lambda c: principals.by_user_name(c, "viewer"))
    assert (viewer.name, viewer.role) == ("Vera Novakova", "ADMINISTRATOR")
    assert database.read_now(lambda c: roles.by_name(c, "Reader")) is None
    assert database.read_now(lambda c: units.by_name(c, "Sales South")) is None
    assert database.read_now(security_settings.get).hierarchy is False
    secured = database.read_now(lambda c: set(c.scalars(select(table_of(SecuredColumn).c.attribute))))
    assert secured == {"ftpsiteurl"}
    assert database.read_now(lambda c: c.scalar(select(func.count()).select_from(table_of(AuditEvent)))) == audited


def test_a_demo_from_before_the_rights_gets_them_and_keeps_whom_an_administrator_has_changed(
    database: Database, permit: Permit
) -> None:
    now = datetime.now(UTC)

    def before(connection: Any) -> None:
        profiles.ensure_default(connection, now)
        for account in ACCOUNTS:
            principals.upsert(
                connection,
                user_name=account.user_name,
                name=account.name,
                role=account.role,
                password_hash="kept",
                now=now,
            )
        viewer = principals.by_user_name(connection, "viewer")
        principals.change(connection, viewer.id, name="Vera")

    database.write_now(permit, before)
    seed_records(database)

    sales, viewer = standing_of(database, "sales"), standing_of(database, "viewer")
    assert levels(sales, Privilege.READ) == {AccessLevel.BUSINESS_UNIT}
    assert {name_of(database, team) for team in viewer.team_ids} == {"Organization", "Harbour project"}
    assert levels(viewer, Privilege.READ) == {AccessLevel.USER}
    manager = database.read_now(lambda c: principals.by_user_name(c, "manager"))
    assert database.read_now(lambda c: principals.by_user_name(c, "sales").manager_id) == manager.id
    assert database.read_now(lambda c: c.scalar(select(func.count()).select_from(table_of(Contact)))) == 0


def test_a_person_who_is_gone_is_made_again_even_without_the_unit_and_the_role(
    database: Database, permit: Permit
) -> None:
    seed_records(database)

    def administrate(connection: Any) -> None:
        table = principals.table
        viewer = principals.by_user_name(connection, "viewer")
        connection.execute(update(table).where(table.c.unit_id == viewer.unit_id).values(unit_id="root"))
        connection.execute(delete(units.table).where(units.table.c.name == "Service"))
        principals.remove(connection, viewer.id)
        roles.remove(connection, roles.by_name(connection, "Reader").id)

    database.write_now(permit, administrate)
    seed_records(database)

    viewer = standing_of(database, "viewer")
    assert levels(viewer, Privilege.READ) == {AccessLevel.USER}
