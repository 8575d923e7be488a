"""Wall time, CPU time of the client, and requests: of a process that ends, and of one that stays."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Measure:
    """Seconds on the clock, CPU seconds of the client, and requests that reached the server."""

    wall: float = 0.0
    cpu: float = 0.0
    requests: int = 0
    notes: dict[str, float] = field(default_factory=dict)


@contextmanager
def clock(measure: Measure, count: Callable[[], int]) -> Iterator[None]:
    """Fills wall time and requests of what happens inside."""
    requests, began = count(), time.perf_counter()
    yield
    measure.wall = time.perf_counter() - began
    measure.requests = count() - requests


def of_process(command: list[str], environment: dict[str, str], count: Callable[[], int]) -> Measure:
    """Run a command to its end; CPU is its user and system time."""
    measure = Measure()
    with clock(measure, count):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    measure.cpu = usage.ru_utime + usage.ru_stime
    if process.returncode != 0:
        raise RuntimeError(f"{command}: {output.decode(errors='replace')}")
    return measure


def cpu_of(pid: int) -> float:
    """CPU seconds of a living process, all threads, to the nanosecond."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9
