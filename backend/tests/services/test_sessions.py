"""How long a session lives, and what ends it."""

import asyncio

import pytest
from sqlalchemy import update

from api.office import PASSWORD, Office
from fieldsync.db.columns import table_of
from fieldsync.db.repo import sessions as rows
from fieldsync.db.tables import Principal
from fieldsync.errors import NotSignedIn
from fieldsync.security.actors import Actors, Credentials
from fieldsync.security.sessions import SessionRules
from fieldsync.services.sign_in import SignIn


async def opened(office: Office, **more: str) -> str:
    return (await office.services.sign_in.open("sales", PASSWORD, **more)).secret


async def holds(office: Office, secret: str, *, using: bool = False) -> bool:
    return await office.actors.find(Credentials(session=secret), using=using) is not None


async def use(office: Office, secret: str) -> None:
    assert await holds(office, secret, using=True)
    await office.actors.settle()


async def test_a_session_in_use_ends_after_twelve_hours(office: Office) -> None:
    secret = await opened(office)
    for _ in range(11):
        office.clock.advance(hours=1)
        await use(office, secret)

    office.clock.advance(minutes=59)
    await use(office, secret)
    office.clock.advance(minutes=2)
    assert not await holds(office, secret)


async def test_a_session_that_nobody_uses_ends_after_two_hours(office: Office) -> None:
    secret = await opened(office)

    office.clock.advance(hours=1, minutes=59)
    assert await holds(office, secret)
    office.clock.advance(minutes=2)
    assert not await holds(office, secret)


async def test_looking_whether_a_session_holds_and_renewing_it_are_no_use_of_it(office: Office) -> None:
    secret = await opened(office)
    office.clock.advance(hours=1, minutes=30)
    assert await holds(office, secret, using=False)
    fresh = (await office.services.sign_in.renew(secret)).secret
    await office.actors.settle()

    office.clock.advance(minutes=31)
    assert fresh is not None
    assert not await holds(office, fresh)


async def test_both_ends_are_settings(office: Office) -> None:
    from datetime import timedelta

    rules = SessionRules(length=timedelta(hours=3), idle=timedelta(hours=1))
    sign_in = SignIn(office.database, office.clock, rules)
    finder = Actors(office.database, office.clock, rules)
    shown = Credentials(session=(await sign_in.open("sales", PASSWORD)).secret)

    for _ in range(4):
        office.clock.advance(minutes=44)
        assert await finder.find(shown) is not None
        await finder.settle()
    office.clock.advance(minutes=5)
    assert await finder.find(shown) is None


async def test_each_sign_in_has_a_secret_of_its_own_and_ends_the_session_it_replaces(office: Office) -> None:
    first = await opened(office)
    other = await opened(office)
    second = await opened(office, replaces=first)

    assert len({first, other, second}) == 3
    assert not await holds(office, first)
    assert await holds(office, other)
    assert await holds(office, second)


async def test_a_secret_is_renewed_once_it_is_an_hour_old(office: Office) -> None:
    secret = await opened(office)
    office.clock.advance(minutes=59)
    assert (await office.services.sign_in.renew(secret)).secret is None

    office.clock.advance(minutes=2)
    renewed = await office.services.sign_in.renew(secret)

    assert renewed.secret not in (None, secret)
    assert renewed.seconds == 11 * 3600 - 60
    assert await holds(office, renewed.secret)


async def test_the_secret_before_holds_for_a_minute_for_requests_under_way(office: Office) -> None:
    secret = await opened(office)
    office.clock.advance(hours=1)
    fresh = (await office.services.sign_in.renew(secret)).secret
    assert fresh is not None

    office.clock.advance(seconds=59)
    assert await holds(office, secret)
    assert (await office.services.sign_in.renew(secret)).secret is None
    office.clock.advance(seconds=2)
    assert not await holds(office, secret)
    assert await holds(office, fresh)
    with pytest.raises(NotSignedIn):
        await office.services.sign_in.renew(secret)


async def test_of_renewals_at_once_one_gives_the_new_secret(office: Office) -> None:
    secret = await opened(office)
    office.clock.advance(hours=1)

    answers = await asyncio.gather(*(office.services.sign_in.renew(secret) for _ in range(8)))

    (fresh,) = [answer.secret for answer in answers if answer.secret]
    assert await holds(office, fresh)
    assert await holds(office, secret)


@pytest.mark.parametrize("shown", ["new", "before"])
async def test_signing_out_ends_a_renewed_session_with_both_its_secrets(office: Office, shown: str) -> None:
    secret = await opened(office)
    office.clock.advance(hours=1)
    fresh = (await office.services.sign_in.renew(secret)).secret
    assert fresh is not None

    await office.services.sign_in.close(fresh if shown == "new" else secret)

    assert not await holds(office, fresh)
    assert not await holds(office, secret)


async def test_a_disabled_user_neither_signs_in_nor_uses_what_is_open(office: Office) -> None:
    secret, token = await opened(office), await office.token("sales")
    principal = table_of(Principal)

    office.write(lambda connection: connection.execute(
        update(principal).where(principal.c.user_name == "sales").values(is_disabled=True)
    ))  # fmt: skip

    assert not await holds(office, secret)
    assert await office.actors.find(Credentials(token=token)) is None
    with pytest.raises(NotSignedIn, match="User name or password are not right"):
        await opened(office)


async def test_the_sessions_of_a_disabled_user_do_not_come_back_with_the_user(office: Office) -> None:
    secret = await opened(office)
    update_user = """mutation($id: ID!, $off: Boolean!, $revision: Int!) {
      userUpdate(input: {principalId: $id, isDisabled: $off, expectedRevision: $revision}) {
        principal { rights { revision isDisabled } } errors { code } } }"""
    principal_id, revision = f"principal:{office.people['sales']}", 1
    for off in (True, False):
        answer = await office.data("admin", update_user, id=principal_id, off=off, revision=revision)
        assert answer["userUpdate"]["errors"] == []
        assert answer["userUpdate"]["principal"]["rights"]["isDisabled"] is off
        revision = answer["userUpdate"]["principal"]["rights"]["revision"]

    assert not await holds(office, secret)
    assert await opened(office)


async def test_closing_all_sessions_of_a_user_leaves_those_of_others(office: Office) -> None:
    secrets = [await opened(office), await opened(office)]
    other = (await office.services.sign_in.open("manager", PASSWORD)).secret

    office.write(lambda connection: rows.close_sessions_of(connection, office.people["sales"]))

    assert [await holds(office, secret) for secret in secrets] == [False, False]
    assert await holds(office, other)


async def test_a_use_is_written_at_most_once_a_minute(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = await opened(office)
    written: list[str] = []
    real = rows.touch_session

    def touch(connection: object, session_id: str, now: object) -> None:
        written.append(session_id)
        real(connection, session_id, now)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(rows, "touch_session", touch)
    office.clock.advance(minutes=5)
    for _ in range(10):
        await holds(office, secret, using=True)
        office.clock.advance(seconds=5)
    await office.actors.settle()

    assert len(written) == 1
