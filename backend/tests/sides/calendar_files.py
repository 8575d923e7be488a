"""Calendar files for the tests: those written in the style of real programs, and the samples where there are any."""

from pathlib import Path

from fieldsync.sides.ical.lines import Calendar

CALENDARS = Path(__file__).parent / "calendars"
SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "calendars"


def calendar(*lines: str, end: str = "\r\n") -> bytes:
    return end.join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *lines, "END:VCALENDAR", ""]).encode()


def whole(kind: str) -> list[Path]:
    """The files of this kind (``todo``, ``event``) that are not broken."""
    return sorted(path for path in CALENDARS.glob(f"*-{kind}.ics") if not path.name.startswith("broken"))


def samples() -> list[Path]:
    return sorted(SAMPLES.glob("*.ics")) if SAMPLES.is_dir() else []


def singles(body: bytes, name: str) -> list[bytes]:
    """The components of this name, each in the calendar without the other items. Raises BrokenItem."""
    found = sum(1 for _ in Calendar(body).root.components(name))
    bodies: list[bytes] = []
    for place in range(found):
        alone = Calendar(body)
        keep = list(alone.root.components(name))[place]
        for other in list(alone.root.components("VEVENT", "VTODO", "VJOURNAL")):
            if other is not keep:
                alone.root.remove(other)
        bodies.append(alone.to_bytes())
    return bodies
