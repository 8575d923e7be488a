import pytest
from sqlalchemy import text

from api.office import PASSWORD, Office
from fieldsync.core.rights import Scope
from fieldsync.errors import InvalidInput, NotFound, NotSignedIn
from fieldsync.security.actors import Actors, Credentials


def actors(office: Office) -> Actors:
    return Actors(office.database, office.clock)


async def test_a_session_makes_an_actor_until_it_ends(office: Office) -> None:
    opened = await office.services.sign_in.open("sales", PASSWORD)
    shown = Credentials(session=opened.secret)

    found = await actors(office).find(shown)
    assert found is not None
    assert (found.name, found.principal_id) == ("session", office.people["sales"])

    await office.services.sign_in.close(opened.secret)
    assert await actors(office).find(shown) is None


@pytest.mark.parametrize(("user", "password"), [("sales", "wrong"), ("nobody", PASSWORD), ("", "")])
async def test_a_wrong_name_and_a_wrong_password_are_the_same_refusal(office: Office, user: str, password: str) -> None:
    with pytest.raises(NotSignedIn, match="User name or password are not right"):
        await office.services.sign_in.open(user, password)


async def test_secrets_are_not_in_the_database(office: Office) -> None:
    opened = await office.services.sign_in.open("sales", PASSWORD)
    token = await office.token("sales")

    rows = office.database.read_now(
        lambda connection: [
            str(row)
            for table in ("session", "token", "principal")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    )

    assert not any(secret in row for row in rows for secret in (opened.secret, token, PASSWORD))


@pytest.mark.parametrize(("user", "scope"), [("admin", Scope.ADMIN), ("sales", Scope.READ)])
async def test_a_token_reaches_by_default_as_far_as_its_user_is_trusted(
    office: Office, user: str, scope: Scope
) -> None:
    token = await office.services.sign_in.make_token(user, scope=None, name="script", days=None)

    found = await actors(office).find(Credentials(token=token))

    assert found is not None
    assert (found.name, found.scope, found.principal_id) == ("token script", scope, office.people[user])


async def test_a_token_expires(office: Office) -> None:
    token = await office.services.sign_in.make_token("sales", scope=None, name="", days=2)

    office.clock.advance(days=1, hours=23)
    assert await actors(office).find(Credentials(token=token)) is not None
    office.clock.advance(hours=2)
    assert await actors(office).find(Credentials(token=token)) is None


async def test_tokens_that_make_no_sense_are_refused(office: Office) -> None:
    with pytest.raises(NotFound):
        await office.services.sign_in.make_token("nobody", scope=None, name="", days=None)
    with pytest.raises(InvalidInput):
        await office.services.sign_in.make_token("sales", scope=None, name="", days=0)
    with pytest.raises(InvalidInput):
        await office.services.sign_in.make_token("sales", scope=None, name="x" * 101, days=None)
