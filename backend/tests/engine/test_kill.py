"""A process killed in the middle of a run, against a real mail server: the next run finishes the work."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select, update

from engine.pair import PERMIT, Pair, card
from fieldsync.core.runs import OperationState, RunState
from fieldsync.db.tables import Mailbox, Operation, Run
from fieldsync.ids import new_id
from fieldsync.sides.caldav.collection import DavCollection
from fieldsync.sides.outbound import Outbound
from servers import PASSWORD, USER, DavServer

COUNT = 40
KILLS = 5
FIELDSYNC = Path(sys.executable).with_name("fieldsync")


def start_sync(pair: Pair, folder: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "FIELDSYNC_DATA": str(folder),
        "FIELDSYNC_DATABASE_URL": pair.database.url,
        "FIELDSYNC_SECRET_KEY": "key of the tests",
    }
    return subprocess.Popen(
        [FIELDSYNC, "sync", pair.mailbox], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def written(pair: Pair) -> int:
    """Outcomes stored so far."""
    done = select(func.count()).where(Operation.__table__.c.state == OperationState.APPLIED.value)
    return pair.database.read_now(lambda c: c.execute(done).scalar_one())


def wait_for(condition, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while not condition() and process.poll() is None:
        assert time.monotonic() < end, "the run did not get on"
        time.sleep(0.005)


async def test_killed_again_and_again_a_sync_ends_with_no_duplicate_and_nothing_lost(
    pair: Pair, radicale: DavServer, tmp_path: Path
) -> None:
    url = radicale.new_address_book()
    sealed = pair.box.seal(PASSWORD)
    pair.database.write_now(
        PERMIT,
        lambda c: c.execute(update(Mailbox.__table__).values(contacts_url=url, user_name=USER, password_box=sealed)),
    )
    side = DavCollection(Outbound(USER, PASSWORD), url)
    for number in range(COUNT):
        pair.record(name=f"Record {number}", jobtitle="from CRM", emailaddress1=f"r{number}@example.org")
        key = new_id()
        await side.create(key, card(f"Item {number}", key, jobtitle="from Outlook"))
    chance = random.Random(7)

    killed = 0
    for _ in range(KILLS):
        process = start_sync(pair, tmp_path)
        target = written(pair) + chance.randint(1, 12)
        wait_for(lambda target=target: written(pair) >= target, process)
        time.sleep(chance.random() / 50)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    finished = start_sync(pair, tmp_path)
    output, _ = finished.communicate(timeout=120)
    assert finished.returncode == 0, output.decode()
    quiet = start_sync(pair, tmp_path)
    output, _ = quiet.communicate(timeout=120)

    assert killed >= 2, "the runs were over before they could be killed"
    assert b"nothing to do" in output
    names = sorted([f"Record {n}" for n in range(COUNT)] + [f"Item {n}" for n in range(COUNT)])
    changes = await side.changes(None)
    bodies = await side.fetch([change.href for change in changes.changed])
    await side.close()
    found = sorted(line[3:] for item in bodies for line in item.body.decode().splitlines() if line.startswith("FN:"))
    assert found == names
    assert sorted(pair.records()) == names
    assert len(pair.links()) == 2 * COUNT
    states = pair.database.read_now(lambda c: set(c.execute(select(Run.__table__.c.state)).scalars()))
    assert states == {RunState.SUCCEEDED.value, RunState.FAILED.value}
