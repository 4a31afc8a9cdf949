"""The target's schema: its declaration, its creation on the embedded target, and the comparison of
a given target with it. `completion` adds to a given target the one table that comes with the
migration, and `rails` writes it for the application's own repository.

The declaration (`application`, `active_storage`, `solid`) is SQLAlchemy Core. SQLAlchemy takes
0.15 s or more to import, so only the functions that need the declaration import it.
"""

from artex_assets.target.schema.catalog import (
    TargetColumn,
    TargetTable,
    elsewhere,
    missing_solid_tables,
    read_tables,
)
from artex_assets.target.schema.comparison import (
    Difference,
    differences,
    missing,
    needed,
    needed_by_images,
)
from artex_assets.target.schema.creation import create, ddl
from artex_assets.target.schema.names import ACTIVE_STORAGE, APPLICATION, SOLID, TABLES

__all__ = [
    "ACTIVE_STORAGE",
    "APPLICATION",
    "SOLID",
    "TABLES",
    "Difference",
    "TargetColumn",
    "TargetTable",
    "create",
    "ddl",
    "differences",
    "elsewhere",
    "missing",
    "missing_solid_tables",
    "needed",
    "needed_by_images",
    "read_tables",
]
