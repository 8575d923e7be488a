"""The tests that docs/complaints.md promises exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_test_that_is_named_for_a_complaint_exists() -> None:
    promised = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "complaints.md").read_text("utf-8")))
    files = [*(ROOT / "backend" / "tests").rglob("test_*.py"), *(ROOT / "e2e").glob("test_*.py")]
    there = {name for file in files for name in re.findall(r"def (test_\w+)\(", file.read_text("utf-8"))}

    assert len(promised) > 20
    assert promised - there == set()
