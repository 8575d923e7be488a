"""Guessing passwords: the wait grows, per user name and per address, and ends."""

import asyncio

import pytest

from api.office import PASSWORD, Office
from fieldsync.errors import NotSignedIn, TooManyAttempts
from fieldsync.security import passwords
from fieldsync.security.throttle import FREE_PER_ADDRESS, FREE_PER_USER, Throttle, wait_after
from fieldsync.services.sign_in import SignIn

HOME, AWAY = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing takes no time here: the tests make hundreds of guesses."""

    async def verify(password: str, stored: str | None) -> bool:
        return stored is not None and password == PASSWORD

    monkeypatch.setattr(passwords, "verify", verify)


async def guess(office: Office, user: str = "sales", password: str = "wrong", address: str | None = HOME) -> str | int:
    """What came of it; the seconds to wait if the guess was not looked at."""
    try:
        await office.services.sign_in.open(user, password, address=address)
    except NotSignedIn:
        return "refused"
    except TooManyAttempts as error:
        return error.seconds
    return "in"


async def exhaust(office: Office, user: str = "sales", times: int = FREE_PER_USER, address: str | None = HOME) -> None:
    for _ in range(times):
        assert await guess(office, user, address=address) == "refused"


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_after(failures, 5) for failures in (0, 4, 5, 6, 7, 14, 15, 1000)]

    assert [int(wait.total_seconds()) for wait in waits] == [0, 0, 1, 2, 4, 512, 900, 900]


@pytest.mark.parametrize("user", ["sales", "nobody"])
async def test_known_and_unknown_users_wait_alike(office: Office, user: str) -> None:
    await exhaust(office, user)
    assert await guess(office, user) == 1

    office.clock.advance(seconds=1)
    assert await guess(office, user) == "refused"
    assert await guess(office, user) == 2


async def test_during_the_wait_not_even_the_right_password_opens_and_after_it_it_does(office: Office) -> None:
    await exhaust(office)
    assert await guess(office, password=PASSWORD) == 1

    office.clock.advance(seconds=1)
    assert await guess(office, password=PASSWORD) == "in"


async def test_attempts_during_the_wait_do_not_make_it_longer(office: Office) -> None:
    await exhaust(office)
    for _ in range(30):
        assert await guess(office) == 1

    office.clock.advance(seconds=1)
    assert await guess(office, password=PASSWORD) == "in"


async def test_success_forgets_the_failures_of_the_user(office: Office) -> None:
    await exhaust(office, times=FREE_PER_USER - 1)
    assert await guess(office, password=PASSWORD) == "in"

    await exhaust(office, times=FREE_PER_USER)


async def test_nobody_is_locked_out_for_good(office: Office) -> None:
    for _ in range(40):
        while isinstance(wait := await guess(office), int):
            office.clock.advance(seconds=wait)
    office.clock.advance(minutes=15)

    assert await guess(office, password=PASSWORD) == "in"


async def test_failures_of_an_hour_ago_are_forgotten(office: Office) -> None:
    await exhaust(office)
    office.clock.advance(hours=1, seconds=1)

    await exhaust(office)


async def test_trying_many_names_from_one_address_waits_too_and_others_do_not(office: Office) -> None:
    for number in range(FREE_PER_ADDRESS):
        assert await guess(office, f"user{number}") == "refused"

    assert await guess(office, "another") == 1
    assert await guess(office, password=PASSWORD) == 1
    assert await guess(office, password=PASSWORD, address=AWAY) == "in"


async def test_signing_in_does_not_wash_the_address_clean(office: Office) -> None:
    for number in range(FREE_PER_ADDRESS - 1):
        assert await guess(office, f"user{number}") == "refused"
        assert await guess(office, password=PASSWORD) == "in"

    assert await guess(office, "another") == "refused"
    assert await guess(office, "another") == 1


async def test_many_who_sign_in_rightly_from_one_address_never_wait(office: Office) -> None:
    for _ in range(FREE_PER_ADDRESS + 5):
        assert await guess(office, password=PASSWORD) == "in"


async def test_one_machine_does_not_get_more_guesses_by_changing_its_ipv6_address(office: Office) -> None:
    for number in range(FREE_PER_ADDRESS):
        assert await guess(office, f"user{number}", address=f"2001:db8:1:2::{number + 1:x}") == "refused"

    assert await guess(office, "another", address="2001:db8:1:2:ffff::1") == 1
    assert await guess(office, "another", address="2001:db8:1:3::1") == "refused"


async def test_guesses_made_at_once_do_not_slip_by_each_other(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = 0

    async def verify(password: str, stored: str | None) -> bool:
        nonlocal looked_at
        looked_at += 1
        await asyncio.sleep(0)
        return False

    monkeypatch.setattr(passwords, "verify", verify)
    answers = await asyncio.gather(*(guess(office) for _ in range(30)))

    assert looked_at == FREE_PER_USER
    assert answers.count("refused") == FREE_PER_USER


async def test_the_count_holds_over_processes_and_restarts(office: Office) -> None:
    await exhaust(office)
    another = SignIn(office.database, office.clock)

    with pytest.raises(TooManyAttempts):
        await another.open("sales", PASSWORD, address=AWAY)


async def test_old_counts_are_removed(office: Office) -> None:
    await exhaust(office)
    office.clock.advance(hours=2)
    throttle = Throttle(office.database, office.clock)
    await throttle.succeeded(await throttle.begin("manager", AWAY))

    left = office.database.read_now(
        lambda connection: connection.exec_driver_sql("SELECT failures FROM sign_in_attempt").scalars().all()
    )
    assert left == [0]
