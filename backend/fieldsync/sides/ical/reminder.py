"""The reminder that a due time of the CRM becomes in the mailbox (behaviours A14).

It is an alarm of its own, told apart by ``X-FIELDSYNC-REMINDER``; alarms of others are never touched, and no alarm is
read. A day without time, a due time that has passed and a task that is over remind of nothing.
"""

from datetime import datetime

from fieldsync.sides.content import text as texts
from fieldsync.sides.ical.items import Item
from fieldsync.sides.ical.lines import Component

MARK = "X-FIELDSYNC-REMINDER"


def remind(item: Item, at: datetime | None) -> None:
    """Let our alarm ring at ``at`` (UTC), or be gone."""
    main = item.main
    ours = [alarm for alarm in main.components("VALARM") if alarm.first(MARK) is not None]
    for alarm in ours if at is None else ours[1:]:
        main.remove(alarm)
    if at is None:
        return
    trigger = f"{at:%Y%m%dT%H%M%SZ}"
    if ours:
        _move(ours[0], trigger)
        return
    subject = main.text(main.first("SUMMARY")) or "Reminder"
    main.add_component(
        (
            "BEGIN:VALARM",
            f"{MARK}:1",
            "ACTION:DISPLAY",
            f"TRIGGER;VALUE=DATE-TIME:{trigger}",
            f"DESCRIPTION:{texts.escape(subject)}",
            "END:VALARM",
        )
    )


def _move(alarm: Component, trigger: str) -> None:
    line = alarm.first("TRIGGER")
    if line is None or line.head is None:
        alarm.add("TRIGGER;VALUE=DATE-TIME", trigger)
    else:
        alarm.set(line, trigger, line.head.without("RELATED").with_param("VALUE", "DATE-TIME"))
    # The user's "done" was said of the other time (RFC 9074, 6.1).
    alarm.remove_all("ACKNOWLEDGED")
