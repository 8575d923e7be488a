import asyncio

import pytest

from api.office import Office
from fieldsync.core.runs import RunConfiguration
from fieldsync.core.values import Direction
from fieldsync.db.repo import profiles as rows
from fieldsync.db.repo.runs import directions_in_force
from fieldsync.errors import InvalidInput, StaleRevision
from fieldsync.events.log import profile_topic
from fieldsync.services.profiles import DirectionChange


async def test_of_two_administrators_at_once_one_is_told_to_look_again(office: Office) -> None:
    async def change(direction: Direction) -> bool:
        wanted = [DirectionChange("CONTACT.jobtitle", direction, 1)]
        try:
            await office.services.profiles.set_mappings(
                office.actor("admin"), "default", wanted, publish=True, message=""
            )
        except ExceptionGroup as refused:
            assert isinstance(refused.exceptions[0], StaleRevision)
            return False
        return True

    done = await asyncio.gather(change(Direction.NONE), change(Direction.TO_CRM))

    assert sorted(done) == [False, True]
    state = await office.services.profiles.get("default")
    assert state.row.published_number == 2


async def test_whoever_listens_is_woken_after_the_commit(office: Office) -> None:
    wanted = [DirectionChange("CONTACT.jobtitle", Direction.NONE, 1)]

    async with office.parts.bell.listen(profile_topic("default")) as listener:
        await office.services.profiles.set_mappings(office.actor("admin"), "default", wanted, publish=False, message="")
        assert await listener.wait(1)

    state = await office.services.profiles.get("default")
    assert state.changes == {"CONTACT.jobtitle": (Direction.BOTH, Direction.NONE)}


async def test_the_engine_reads_what_was_published_not_what_is_drafted(office: Office) -> None:
    wanted = [DirectionChange("CONTACT.jobtitle", Direction.NONE, 1)]
    await office.services.profiles.set_mappings(office.actor("admin"), "default", wanted, publish=False, message="")

    published, drafted = (
        office.database.read_now(lambda c, chosen=chosen: directions_in_force(c, "default", chosen))
        for chosen in (RunConfiguration.PUBLISHED, RunConfiguration.DRAFT)
    )

    assert (published.number, published.directions["CONTACT.jobtitle"]) == (1, "BOTH")
    assert drafted.directions["CONTACT.jobtitle"] == "NONE"


async def test_a_change_taken_back_leaves_no_draft(office: Office) -> None:
    service, admin = office.services.profiles, office.actor("admin")
    await service.set_mappings(
        admin, "default", [DirectionChange("CONTACT.jobtitle", Direction.NONE, 1)], publish=False, message=""
    )

    state = await service.set_mappings(
        admin, "default", [DirectionChange("CONTACT.jobtitle", Direction.BOTH, 2)], publish=False, message=""
    )

    assert state.changes == {}
    assert state.row.draft_changed_at is None
    assert state.draft["CONTACT.jobtitle"].revision == 3


@pytest.mark.parametrize("message", ["x" * 501, "a\x00b"])
async def test_a_message_that_cannot_be_kept_is_refused(office: Office, message: str) -> None:
    with pytest.raises(InvalidInput):
        await office.services.profiles.publish(office.actor("admin"), "default", 1, message)


def test_the_default_profile_is_made_once(office: Office) -> None:
    office.write(lambda connection: rows.ensure_default(connection, office.clock.now()))

    assert office.database.read_now(rows.ids) == ["default"]
