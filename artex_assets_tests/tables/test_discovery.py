"""The order of the tables, and the declarations that are refused."""

from dataclasses import replace

import pytest

from artex_assets.errors import DeclarationError
from artex_assets.tables.declaration import Reference, Table
from artex_assets.tables.discovery import discover, legacy_tables, ordered


def table(name: str, *parents: str) -> Table:
    references = tuple(Reference(f"{parent}_id", parent, required=True) for parent in parents)
    return replace(discover()["bands"], name=name, references=references)


def test_parents_come_before_their_children() -> None:
    order = list(discover())
    for name, declared in discover().items():
        assert all(order.index(parent) < order.index(name) for parent in declared.parents)


def test_every_table_of_the_migration_is_found() -> None:
    assert {
        "users",
        "venues",
        "artists",
        "bands",
        "series",
        "posters",
        "artists_posters",
        "posters_series",
        "user_posters",
    } <= set(discover())


def test_the_order_does_not_depend_on_that_of_the_files() -> None:
    tables = [table("c", "a"), table("b"), table("a")]
    assert list(ordered(tables)) == list(ordered(tables[::-1])) == ["a", "b", "c"]


def test_a_table_that_is_declared_twice_is_refused() -> None:
    with pytest.raises(DeclarationError, match="The table a is declared twice"):
        ordered([table("a"), table("b"), table("a")])


def test_tables_that_refer_to_each_other_in_a_circle_are_refused_by_name() -> None:
    with pytest.raises(DeclarationError, match=r"in a circle: .*a.*→.*b"):
        ordered([table("a", "b"), table("b", "a"), table("c")])


def test_a_table_that_refers_to_itself_is_refused() -> None:
    with pytest.raises(DeclarationError, match="in a circle: a → a"):
        ordered([table("a", "a")])


def test_a_parent_that_no_file_declares_is_refused() -> None:
    with pytest.raises(DeclarationError, match="a refers to ghosts, which no file declares"):
        ordered([table("a", "ghosts")])


def test_a_table_without_an_example_is_refused() -> None:
    with pytest.raises(DeclarationError, match="The table a has no example"):
        ordered([replace(table("a"), examples=())])


def test_every_legacy_column_of_a_declaration_is_in_its_contract() -> None:
    for name, declared in discover().items():
        for sources in declared.lineage.values():
            for source in sources:
                legacy, column = source.split(".")
                assert column in legacy_tables()[legacy].columns, name
                assert legacy in declared.reads, name
