"""The Ruby that is written for the application's repository: that it says what is declared."""

import re
from dataclasses import replace

from artex_assets.convert.enums import CONDITIONS, TRANSACTION_TYPES
from artex_assets.images.sets import IMAGE_SETS
from artex_assets.tables.external_sales import TABLE
from artex_assets.target.schema import TargetTable
from artex_assets.target.schema.completion import compare
from artex_assets.target.schema.notation import declaration
from artex_assets.target.schema.rails import RubyFile, files

WHOLE = compare("external_sales", None)
DECLARED = declaration().tables["external_sales"]

COMPLETION = """\
class CompleteExternalSales < ActiveRecord::Migration[8.0]
  def change
    add_column :external_sales, :poster_id, :bigint, null: false, if_not_exists: true
    add_column :external_sales, :verified, :boolean, null: false, default: false, \
if_not_exists: true
    add_column :external_sales, :verified_at, :datetime, precision: 6, if_not_exists: true
    add_index :external_sales, :poster_id, if_not_exists: true
    add_index :external_sales, :verified, if_not_exists: true
    add_foreign_key :external_sales, :posters, if_not_exists: true
  end
end
"""


def written() -> list[RubyFile]:
    return files(WHOLE, TABLE, IMAGE_SETS.values())


def test_there_is_a_migration_the_model_and_what_its_parent_gets() -> None:
    assert [file.path for file in written()] == [
        "db/migrate/YYYYMMDDHHMMSS_create_external_sales.rb",
        "app/models/external_sale.rb",
        "app/models/poster.rb: what it must have",
    ]


def test_the_migration_has_every_declared_column_once_and_in_order() -> None:
    text = written()[0].text
    assert text.startswith("class CreateExternalSales < ActiveRecord::Migration[8.0]\n")
    assert "create_table :external_sales, if_not_exists: true do |t|" in text
    lines = re.findall(r"^      t\.(\w+) :(\w+)(.*)$", text, re.MULTILINE)
    columns = [
        name + ("_id" if kind == "references" else "") for kind, name, _ in lines if kind != "index"
    ]
    made_by_rails = {"id", "created_at", "updated_at"}
    assert columns == [
        column.name for column in DECLARED.columns if column.name not in made_by_rails
    ]
    assert "t.timestamps precision: 6" in text
    required = {name for kind, name, rest in lines if "null: false" in rest}
    assert required == {
        column.name.removesuffix("_id")
        for column in DECLARED.columns
        if not column.nullable and column.name not in made_by_rails
    }


def test_the_migration_has_each_declared_index_once_and_the_foreign_key() -> None:
    text = written()[0].text
    # t.references makes the index of its column.
    indexed = re.findall(r"t\.index :(\w+)", text) + [
        f"{name}_id" for name in re.findall(r"t\.references :(\w+), null: false, foreign", text)
    ]
    assert sorted(indexed) == sorted(
        column.name for index in DECLARED.indexes for column in index.columns
    )
    assert "t.references :poster, null: false, foreign_key: true" in text


def test_a_reference_without_an_index_of_its_own_is_told_so() -> None:
    without = replace(
        WHOLE, indexes=tuple(index for index in WHOLE.indexes if "poster" not in str(index.name))
    )
    text = files(without, TABLE, IMAGE_SETS.values())[0].text
    assert "t.references :poster, null: false, index: false, foreign_key: true" in text


def test_types_and_defaults_are_those_of_rails() -> None:
    text = written()[0].text
    for line in (
        "t.integer :sale_price, null: false",
        "t.string :transaction_type, null: false",
        "t.boolean :verified, null: false, default: false",
        "t.datetime :verified_at, precision: 6",
        "t.date :sale_date, null: false",
        "t.text :notes",
    ):
        assert f"      {line}\n" in text


def test_the_model_validates_what_the_contract_demands() -> None:
    text = written()[1].text
    assert text.startswith("class ExternalSale < ApplicationRecord\n  belongs_to :poster\n")
    pairs = ", ".join(f'{value}: "{value}"' for value in TRANSACTION_TYPES)
    assert f"  enum :transaction_type, {{ {pairs} }}, validate: true\n" in text
    assert f"CONDITIONS = %w[{' '.join(CONDITIONS)}].freeze" in text
    for line in (
        "has_many_attached :photos",
        "validates :sale_price, presence: true, "
        "numericality: { only_integer: true, greater_than: 0 }",
        "validates :sale_date, presence: true",
        "validates :verified, inclusion: { in: [true, false] }",
        "validates :condition, inclusion: { in: CONDITIONS }, allow_nil: true",
    ):
        assert f"  {line}\n" in text
    validated = set(re.findall(r"(?:validates|enum) :(\w+)", text))
    assert validated >= {
        column.name
        for column in DECLARED.columns
        if not column.nullable
        and column.name not in {"id", "poster_id", "created_at", "updated_at"}
    }


def test_the_poster_gets_its_sales_and_both_kinds_of_images() -> None:
    assert written()[2].text == (
        "class Poster < ApplicationRecord\n"
        "  has_many :external_sales, dependent: :restrict_with_error\n"
        "  has_one_attached :image\n"
        "  has_many_attached :additional_images\n"
        "end\n"
    )


def test_a_table_that_lacks_parts_gets_a_migration_of_just_these() -> None:
    wanted = {"poster_id", "verified", "verified_at"}
    lacking = replace(
        compare("external_sales", TargetTable("external_sales", "public", {})),
        columns=tuple(column for column in DECLARED.columns if column.name in wanted),
        indexes=tuple(index for index in WHOLE.indexes if "sale_date" not in str(index.name)),
    )
    (migration,) = files(lacking, TABLE, IMAGE_SETS.values())
    assert migration.text == COMPLETION


def test_an_absent_id_is_added_as_the_primary_key() -> None:
    lacking = compare("external_sales", TargetTable("external_sales", "public", {}))
    (migration,) = files(lacking, TABLE, IMAGE_SETS.values())
    assert "add_column :external_sales, :id, :primary_key, if_not_exists: true\n" in migration.text


def test_a_file_names_its_place_first_and_fits_into_an_sql_comment() -> None:
    for file in written():
        assert str(file).startswith(f"# {file.path}\n")
        assert "*/" not in str(file)
        assert "/*" not in str(file)
