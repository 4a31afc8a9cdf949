"""Finds the tables: every module of this package that has a `TABLE`, parents first."""

import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module

from artex_assets import tables as package
from artex_assets.errors import DeclarationError
from artex_assets.legacy.contract import ACTIVE_STORAGE, LegacyTable
from artex_assets.tables.declaration import Table


@cache
def discover() -> Mapping[str, Table]:
    """The declared tables by name, in the order of the migration. Raises DeclarationError."""
    modules = (
        import_module(f"{package.__name__}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    )
    return ordered([module.TABLE for module in modules if hasattr(module, "TABLE")])


def ordered(declared: Sequence[Table]) -> Mapping[str, Table]:
    """`declared` by name, parents before children and else by name.

    Raises DeclarationError for a duplicate, a cycle, an unknown parent or a table without an
    example.
    """
    by_name: dict[str, Table] = {}
    for table in declared:
        if table.name in by_name:
            raise DeclarationError(
                f"The table {table.name} is declared twice.", next_step="Remove one declaration."
            )
        if not table.examples:
            raise DeclarationError(
                f"The table {table.name} has no example.", next_step="Give it one in EXAMPLES."
            )
        by_name[table.name] = table
    for table in declared:
        for parent in table.parents:
            if parent not in by_name:
                raise DeclarationError(
                    f"{table.name} refers to {parent}, which no file declares.",
                    next_step="Declare it, or remove the reference.",
                )
    try:
        order = TopologicalSorter({name: by_name[name].parents for name in sorted(by_name)})
        return {name: by_name[name] for name in order.static_order()}
    except CycleError as error:
        raise DeclarationError(
            f"The tables refer to each other in a circle: {' → '.join(error.args[1])}.",
            next_step="Leave one of the references out.",
        ) from None


@cache
def legacy_tables() -> Mapping[str, LegacyTable]:
    """The contracts of all legacy tables that are read, by name. Raises DeclarationError."""
    contracts: dict[str, LegacyTable] = {}
    for contract in (*(table.source for table in discover().values()), *ACTIVE_STORAGE):
        if contracts.setdefault(contract.name, contract) is not contract:
            raise DeclarationError(
                f"The legacy table {contract.name} is declared twice.",
                next_step="Let one file declare it and the other one import it.",
            )
    return dict(sorted(contracts.items()))
