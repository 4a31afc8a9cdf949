"""`artex schema`: what it prints, what it creates, and its exit status."""

from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from artex_assets import settings
from artex_assets.cli import schema
from artex_assets.errors import TargetError
from artex_assets.settings import Settings
from artex_assets.target.schema import TABLES, TargetTable, create, differences, read_tables
from artex_assets_tests.end_to_end.command import Artex

Connection = psycopg.Connection[tuple[object, ...]]

BEFORE: tuple[LiteralString, ...] = (
    "DROP TABLE external_sales",
    "ALTER TABLE external_sales DROP notes, DROP verified_at;"
    "DROP INDEX index_external_sales_on_sale_date",
)


@pytest.fixture
def target(database: str) -> Iterator[Connection]:
    create(database)
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def chosen(database: str, target: Connection, tmp_path: Path) -> Settings:
    """The settings of a target that is given; the home is never needed."""
    return settings.load(DATABASE_URL=database, ARTEX_HOME=tmp_path / "home")


def tables(connection: Connection) -> dict[str, TargetTable]:
    return read_tables(connection, TABLES)


def test_a_complete_target_is_said_to_be_and_nothing_is_started(
    chosen: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert schema.show(chosen) == 0
    said = capsys.readouterr().out
    assert said.startswith("-- The target at the local socket/test_")
    assert said.endswith(" has everything that the migration writes.\n")
    assert schema.apply(chosen) == 0
    assert "has all of external_sales: nothing was created" in capsys.readouterr().out
    assert not chosen.home.exists()


@pytest.mark.parametrize("statements", BEFORE, ids=["no table", "not all of it"])
def test_what_is_printed_is_a_script_that_makes_the_target_complete(
    chosen: Settings,
    target: Connection,
    capsys: pytest.CaptureFixture[str],
    statements: LiteralString,
) -> None:
    complete = tables(target)
    target.execute(statements)
    before = tables(target)
    assert schema.show(chosen) == 2
    assert tables(target) == before
    target.execute(capsys.readouterr().out.encode())
    after = tables(target)
    # Columns that were added later stand at the end.
    assert {name: set(table.columns.values()) for name, table in after.items()} == {
        name: set(table.columns.values()) for name, table in complete.items()
    }
    assert differences(after) == []
    assert schema.show(chosen) == 0


@pytest.mark.parametrize("statements", BEFORE, ids=["no table", "not all of it"])
def test_applying_creates_it_and_a_second_time_does_nothing(
    chosen: Settings,
    target: Connection,
    capsys: pytest.CaptureFixture[str],
    statements: LiteralString,
) -> None:
    target.execute(statements)
    assert schema.apply(chosen) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Created in the target at the local socket/test_")
    assert "  table external_sales" in said or said[1:] == [
        "  column external_sales.verified_at",
        "  column external_sales.notes",
        "  index external_sales (sale_date)",
    ]
    after = tables(target)
    assert differences(after) == []
    assert schema.apply(chosen) == 0
    assert "nothing was created" in capsys.readouterr().out
    assert tables(target) == after


def test_the_script_has_the_rails_files_in_a_comment(
    chosen: Settings, target: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    target.execute("DROP TABLE external_sales")
    schema.show(chosen)
    script = capsys.readouterr().out
    comment = script[script.index("/*") : script.index("*/")]
    assert schema.show_rails() == 0
    ruby = capsys.readouterr().out
    assert ruby in comment
    assert "class CreateExternalSales < ActiveRecord::Migration[8.0]" in ruby
    assert "class ExternalSale < ApplicationRecord" in ruby
    assert "class Poster < ApplicationRecord" in ruby


def test_tables_of_the_application_are_named_and_never_created(
    chosen: Settings, target: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    target.execute(
        "DROP TABLE user_posters, external_sales, solid_cable_messages;"
        "ALTER TABLE series DROP year;"
        "ALTER TABLE active_storage_blobs DROP checksum"
    )
    assert schema.show(chosen) == 2
    script = capsys.readouterr().out
    target.execute(script.encode())  # the sentences are comments
    target.execute("DROP TABLE external_sales")
    assert schema.apply(chosen) == 2
    said = capsys.readouterr().out
    for sentence in (
        "There is no table user_posters.",
        "series has no column year.",
        "active_storage_blobs has no column checksum.",
        "There is no table solid_cable_messages.",
        "Run the application's own migrations: they make these.",
    ):
        assert f"--   {sentence}\n" in script
        assert f"  {sentence}\n" in said
    now = tables(target)
    assert "external_sales" in now
    assert not {"user_posters", "solid_cable_messages"} & now.keys()
    assert "year" not in now["series"].columns


def test_tables_that_the_migration_does_not_write_may_be_missing(
    chosen: Settings, target: Connection
) -> None:
    target.execute("DROP TABLE search_analytics, search_shares")
    assert schema.show(chosen) == 0


def test_what_exists_of_another_kind_is_named_and_left(
    chosen: Settings, target: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    target.execute(
        "ALTER TABLE external_sales DROP CONSTRAINT external_sales_pkey, DROP notes,"
        " ALTER verified_at TYPE timestamptz, ADD stock integer NOT NULL"
    )
    assert schema.apply(chosen) == 2
    said = capsys.readouterr().out
    assert "  column external_sales.notes\n" in said
    assert "external_sales.verified_at is timestamp with time zone, but" in said
    assert "external_sales.stock is NOT NULL without a default" in said
    assert "external_sales.id is neither a primary key nor unique." in said
    assert "Nothing of external_sales that exists is altered: mend that by hand." in said
    assert (
        tables(target)["external_sales"].columns["verified_at"].data_type.endswith("with time zone")
    )


def test_a_refusal_is_an_error_that_says_that_nothing_was_created(
    chosen: Settings, target: Connection
) -> None:
    target.execute("DROP TABLE external_sales; DROP TABLE posters CASCADE")
    with pytest.raises(TargetError, match=r"refers to posters, .* Nothing was created"):
        schema.apply(chosen)


class TestTheCommand:
    """As a process of its own."""

    def test_ends_with_2_when_something_is_missing_and_with_0_after_it_was_applied(
        self, target: Connection, database: str, tmp_path: Path
    ) -> None:
        target.execute("DROP TABLE external_sales")
        artex = Artex(tmp_path / "home", DATABASE_URL=database)
        shown = artex.run("schema")
        assert (shown.returncode, shown.stderr) == (2, "")
        assert "CREATE TABLE" in shown.stdout
        applied = artex.run("schema", "--apply")
        assert (applied.returncode, applied.stderr) == (0, "")
        assert artex.run("schema").returncode == 0

    def test_prints_the_rails_files_without_any_target(self, tmp_path: Path) -> None:
        artex = Artex(tmp_path / "home", DATABASE_URL="postgresql://127.0.0.1:1/nowhere")
        result = artex.run("schema", "--rails")
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.startswith("# db/migrate/YYYYMMDDHHMMSS_create_external_sales.rb\n")
        assert not artex.home.exists()

    def test_takes_one_of_its_options_only(self, tmp_path: Path) -> None:
        result = Artex(tmp_path / "home").run("schema", "--apply", "--rails")
        assert result.returncode == 1
        assert "--apply and --rails exclude each other" in result.stderr
