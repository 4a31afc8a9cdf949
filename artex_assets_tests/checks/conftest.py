"""The targets of the tests of checks."""

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
