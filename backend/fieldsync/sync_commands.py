"""``fieldsync sync`` and ``fieldsync standby``: synchronizing from the command line."""

import argparse
from typing import Any

from fieldsync.opening import check_migrated, settings_of


def add_to(commands: Any) -> None:
    """The commands' options."""
    sync = commands.add_parser("sync", help="synchronize a mailbox now and wait for the end")
    sync.add_argument("mailbox", metavar="MAILBOX", help="its name, its id, or its owner's user name")
    sync.add_argument("--preview", action="store_true", help="only tell what would be done")
    sync.add_argument("--alone", action="store_true", help="in this process, even if a server runs on the same data")
    sync.add_argument(
        "--kind", action="append", default=[], metavar="KIND", help="only this one, such as TASK; may be repeated"
    )
    sync.set_defaults(run=_sync)

    standby = commands.add_parser("standby", help="wait with everything loaded, so that `sync` is quick")
    standby.add_argument(
        "--minutes", type=_minutes, help="end after so long without a run (default FIELDSYNC_STANDBY_MINUTES; 0 never)"
    )
    standby.add_argument("--stop", action="store_true", help="end the one that stands by; its runs are finished first")
    standby.set_defaults(run=_standby)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = -1
    if not 0 <= minutes < float("inf"):
        raise argparse.ArgumentTypeError("minutes are a number from 0")
    return minutes


def _sync(options: argparse.Namespace) -> int:
    if not options.alone:
        from fieldsync.handed import hand_over, standby_started

        handed = hand_over(options.mailbox, options.kind, preview=options.preview)
        if handed is None and standby_started():
            handed = hand_over(options.mailbox, options.kind, preview=options.preview)
        if handed is not None:
            return handed
    import asyncio
    import gc

    # What is loaded stays: looking for garbage in it takes a twentieth of the start.
    gc.disable()
    settings = settings_of()
    check_migrated(settings)
    from fieldsync.foreground import synchronize

    gc.freeze()
    gc.enable()
    return asyncio.run(synchronize(settings, options.mailbox, options.kind, preview=options.preview))


def _standby(options: argparse.Namespace) -> int:
    settings = settings_of()
    if options.stop:
        from fieldsync.handed import ask_to_leave

        print("It leaves." if ask_to_leave(settings.data) else "Nobody stands by.")
        return 0
    check_migrated(settings)
    from fieldsync.standby import stand_by

    return stand_by(settings, settings.standby_minutes if options.minutes is None else options.minutes)
