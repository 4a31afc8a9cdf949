"""The targets of the tests of loads, many of which run on both versions of PostgreSQL."""

import pytest

from artex_assets_tests.servers import SYSTEM, WHEEL
from artex_assets_tests.target.migration import (
    empty_migration,
    kept_migration,
    migrated,
    migrated_template,
    migration,
    template,
)

__all__ = [
    "empty_migration",
    "kept_migration",
    "migrated",
    "migrated_template",
    "migration",
    "template",
]

BOTH = frozenset(
    f"test_{name}"
    for name in (
        "catalog",
        "crash",
        "edits",
        "lock",
        "migration_schema",
        "privileges",
        "rails_schema",
        "real_columns",
        "second_run",
        "sequences",
        "taken",
    )
)
"""The files whose tests run on the wheel's server and on the system's."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs the tests of `BOTH` twice."""
    file = metafunc.module.__name__.rpartition(".")[2]
    if file in BOTH and "postgres" in metafunc.fixturenames:
        metafunc.parametrize("postgres", [WHEEL, SYSTEM], indirect=True, scope="session")
