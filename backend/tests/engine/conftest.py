import pytest
from sqlalchemy import insert

from engine.kind_pair import KindPair
from engine.pair import PERMIT, Pair
from fieldsync.catalogue.fields import catalogue
from fieldsync.clock import SystemClock
from fieldsync.db.repo import principals, sync_filters
from fieldsync.db.rights import PrincipalRole
from fieldsync.db.tables import Mailbox, Principal, Profile, ProfileVersion
from fieldsync.ids import new_id
from servers import SERVERS, cyrus, radicale, running_cyrus, sogo, xandikos  # noqa: F401 - fixtures


@pytest.fixture
def pair(database) -> Pair:
    """A person with an empty mailbox, and the catalogue's default directions published."""
    return make_pair(database)


def make_pair(database) -> Pair:
    principal, other, mailbox = new_id(), new_id(), new_id()
    now = SystemClock().now()

    def unit(connection):
        for number, who in enumerate((principal, other)):
            connection.execute(
                insert(Principal.__table__).values(
                    id=who,
                    kind="USER",
                    user_name=f"user{number}",
                    name="Somebody",
                    role="USER",
                    unit_id="root",
                    is_disabled=False,
                    is_default_team=False,
                    revision=1,
                    created_at=now,
                )
            )
            connection.execute(insert(PrincipalRole.__table__).values(principal_id=who, role_id=principals.BASIC))
        connection.execute(
            insert(Profile.__table__).values(
                id="default",
                name="Default",
                description="",
                is_default=True,
                revision=1,
                published_number=1,
                rank=100,
                secured_writes="KEEP",
            )
        )
        connection.execute(
            insert(ProfileVersion.__table__).values(
                profile_id="default",
                number=1,
                message="",
                published_at=now,
                directions={field.id: field.default.name for field in catalogue().all()},
            )
        )
        connection.execute(
            insert(Mailbox.__table__).values(
                id=mailbox,
                principal_id=principal,
                name="Mailbox",
                contacts_url="memory:",
                user_name="user",
                password_box=b"",
                sync_method="SERVER_SIDE",
                on_record_deleted="DELETE",
                on_item_deleted="UNLINK",
                created_at=now,
                fence=0,
            )
        )
        sync_filters.copy_templates(connection, principal, now)

    database.write_now(PERMIT, unit)
    made = Pair(database, principal, mailbox)
    made.other = other
    return made


@pytest.fixture(params=["memory", *SERVERS])
def pair_on(request: pytest.FixtureRequest, pair: Pair) -> KindPair:
    made = KindPair(pair.database, pair.principal, pair.mailbox)
    made.other = pair.other
    made.settle(None if request.param == "memory" else request.getfixturevalue(request.param), together=True)
    return made


@pytest.fixture
def here(pair: Pair) -> KindPair:
    """In memory, with a task list apart."""
    made = KindPair(pair.database, pair.principal, pair.mailbox)
    made.other = pair.other
    made.settle(None)
    return made
