import pytest

from simulation.stores import MemoryStore, make_template


@pytest.fixture(scope="session")
def memory_store() -> MemoryStore:
    """SQLite in memory, for all worlds of this session one after the other."""
    return MemoryStore(make_template())
