"""The same as Rails 8 writes it: the migration, the model, and what its parents' models get.

For the application's own repository. Columns, indexes and foreign keys come from the declaration of
the target's schema, validations and enums from the table's contract, which the checks hold every
migrated row to, and attachments from the image sets: nothing is listed here a second time.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from artex_assets.target.schema.completion import Gap

if TYPE_CHECKING:
    from sqlalchemy import Column, Index

    from artex_assets.images.sets import ImageSet
    from artex_assets.tables.declaration import Table

TYPES = {
    "BigInteger": "bigint",
    "Boolean": "boolean",
    "Date": "date",
    "Integer": "integer",
    "String": "string",
    "Text": "text",
    "TIMESTAMP": "datetime",
}
"""The declaration's types as Active Record's migrations call them."""

TIMES = ("created_at", "updated_at")


@dataclass(frozen=True)
class RubyFile:
    """A file of the application, by its path there. A model that exists gets the lines added."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"# {self.path}\n{self.text}"


def files(gap: Gap, table: "Table", image_sets: "Iterable[ImageSet]") -> list[RubyFile]:
    """The files that close `gap` in the application: its migration, and the models about it.

    table: the migrated table of the gap, whose contract says which values are valid. image_sets:
    of the table and of its parents; they name the models and their attachments.
    """
    sets = {image_set.table: image_set for image_set in image_sets}
    # A table that is there has its models already.
    return [migration(gap), *([model(gap, table, sets), *parents(gap, sets)] if gap.whole else [])]


def migration(gap: Gap) -> RubyFile:
    """The migration that creates the table, or adds to it what it lacks."""
    name = gap.table.name
    verb = "Create" if gap.whole else "Complete"
    body = _creation(gap) if gap.whole else _alteration(gap)
    return RubyFile(
        f"db/migrate/YYYYMMDDHHMMSS_{verb.lower()}_{name}.rb",
        f"class {verb}{_camel(name)} < ActiveRecord::Migration[8.0]\n"
        f"  def change\n{_indented(body, 4)}  end\nend\n",
    )


def model(gap: Gap, table: "Table", sets: "Mapping[str, ImageSet]") -> RubyFile:
    """The model of the table: what it belongs to, its attachments, its enums and validations."""
    name = gap.table.name
    references = _references(gap)
    groups = [
        [f"belongs_to :{_singular(column)}" for column in references],
        _attachments(sets[name]),
        *_values(gap, table),
    ]
    body = "\n".join("".join(f"{line}\n" for line in group) for group in groups if group)
    class_name = sets[name].target_type
    return RubyFile(
        f"app/models/{_snake(class_name)}.rb",
        f"class {class_name} < ApplicationRecord\n{_indented(body.splitlines(), 2)}end\n",
    )


def parents(gap: Gap, sets: "Mapping[str, ImageSet]") -> list[RubyFile]:
    """What the models that the table belongs to must have; they exist, and keep all the rest."""
    return [
        RubyFile(
            f"app/models/{_snake(sets[parent].target_type)}.rb: what it must have",
            f"class {sets[parent].target_type} < ApplicationRecord\n"
            + _indented(
                [
                    f"has_many :{gap.table.name}, dependent: :restrict_with_error",
                    *_attachments(sets[parent]),
                ],
                2,
            )
            + "end\n",
        )
        for parent in gap.parents
    ]


def _creation(gap: Gap) -> list[str]:
    references = _references(gap)
    # t.references makes the index of its own column, unless it is told not to.
    indexed = {name for index in gap.indexes for name in references if _keys(index) == [name]}
    lines = []
    for column in gap.columns:
        if column.name in references:
            index = "" if column.name in indexed else ", index: false"
            lines.append(
                f"t.references :{_singular(column.name)}{_options(column)}{index}, "
                "foreign_key: true"
            )
        elif not column.primary_key and column.name not in TIMES:
            lines.append(f"t.{_type(column)} :{column.name}{_options(column)}")
    # The times are declared with a precision; the base type does not know it.
    precision = gap.table.columns[TIMES[0]].type.precision  # type: ignore[attr-defined]
    lines += ["", f"t.timestamps precision: {precision}", ""]
    lines += [
        f"t.index {_symbols(_keys(index))}{', unique: true' if index.unique else ''}"
        for index in gap.indexes
        if _keys(index) not in [[name] for name in indexed]
    ]
    return [
        "# It may be there: `artex schema --apply` makes the same table.",
        f"create_table :{gap.table.name}, if_not_exists: true do |t|",
        *(f"  {line}" if line else "" for line in lines),
        "end",
    ]


def _alteration(gap: Gap) -> list[str]:
    name = gap.table.name
    return [
        *(
            f"add_column :{name}, :{column.name}, "
            f":{'primary_key' if column.primary_key else _type(column) + _options(column)}"
            ", if_not_exists: true"
            for column in gap.columns
        ),
        *(
            f"add_index :{name}, {_symbols(_keys(index))}"
            f"{', unique: true' if index.unique else ''}, if_not_exists: true"
            for index in gap.indexes
        ),
        *(
            f"add_foreign_key :{name}, :{key.referred_table.name}, if_not_exists: true"
            for key in gap.foreign_keys
        ),
    ]


def _values(gap: Gap, table: "Table") -> list[list[str]]:
    """Constants, enums and validations, each a group of lines.

    A required column with a list of values is an enum, kept as its text. An optional one is a
    string that is validated, as the application has it for a collector's posters.
    """
    contract = table.contract.to_schema().columns
    references = _references(gap)
    constants, enums, validations = [], [], []
    for column in gap.columns:
        name = column.name
        if column.primary_key or name in TIMES or name in references:
            continue
        known = {
            check.name: check.statistics
            for check in (contract[name].checks if name in contract else [])
        }
        if "isin" in known:
            values = known["isin"]["allowed_values"]
            if column.nullable:
                constants.append(f"{name.upper()}S = %w[{' '.join(values)}].freeze")
                validations.append(
                    f"validates :{name}, inclusion: {{ in: {name.upper()}S }}, allow_nil: true"
                )
            else:
                pairs = ", ".join(f"{value}: {json.dumps(value)}" for value in values)
                enums.append(f"enum :{name}, {{ {pairs} }}, validate: true")
        elif "greater_than" in known:
            least = known["greater_than"]["min_value"]
            validations.append(
                f"validates :{name}, presence: true, "
                f"numericality: {{ only_integer: true, greater_than: {least} }}"
            )
        elif not column.nullable and _type(column) == "boolean":
            validations.append(f"validates :{name}, inclusion: {{ in: [true, false] }}")
        elif not column.nullable:
            validations.append(f"validates :{name}, presence: true")
    return [constants, enums, validations]


def _attachments(image_set: "ImageSet") -> list[str]:
    first = [f"has_one_attached :{image_set.first}"] if image_set.first else []
    return [*first, f"has_many_attached :{image_set.others}"]


def _references(gap: Gap) -> list[str]:
    """The columns that refer to another table by one foreign key each."""
    return [key.column_keys[0] for key in gap.foreign_keys]


def _type(column: "Column[Any]") -> str:
    return TYPES[type(column.type).__name__]


def _options(column: "Column[Any]") -> str:
    """The options of a column. What SQL says of the default of a number or boolean, Ruby does."""
    options = {}
    if (precision := getattr(column.type, "precision", None)) is not None:
        options["precision"] = str(precision)
    if not column.nullable:
        options["null"] = "false"
    if column.server_default is not None:
        # The declaration has plain defaults only; the base class has no arg.
        options["default"] = str(column.server_default.arg)  # type: ignore[attr-defined]
    return "".join(f", {name}: {value}" for name, value in options.items())


def _keys(index: "Index") -> list[str]:
    return [column.name for column in index.columns]


def _symbols(names: list[str]) -> str:
    symbols = [f":{name}" for name in names]
    return symbols[0] if len(symbols) == 1 else f"[{', '.join(symbols)}]"


def _singular(column: str) -> str:
    return column.removesuffix("_id")


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _snake(class_name: str) -> str:
    return "".join(
        f"_{letter.lower()}" if letter.isupper() else letter for letter in class_name
    ).removeprefix("_")


def _indented(lines: list[str], spaces: int) -> str:
    return "".join(f"{' ' * spaces}{line}\n" if line else "\n" for line in lines)
