"""posters: the works themselves, `artworks` in the old application.

A poster may lack almost everything: its name is then made from band, venue and year; its date, when
none is known, is the day of the migration (which a setting turns off), fixed on the first load so
that a second run changes nothing. The slug is made from band, venue, name and year; once a poster
is in the target, it keeps its slug.
"""

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl

from artex_assets.convert import dates, money, numbers, slugs, text
from artex_assets.legacy.contract import TIMES, Kind, LegacyTable
from artex_assets.tables.declaration import (
    Column,
    Derived,
    Example,
    Inputs,
    Reference,
    Rules,
    Table,
    mapped,
)
from artex_assets.tables.draft import ROW, Draft, standing
from artex_assets.vocabulary import Change, Rule

SOURCE = LegacyTable(
    "artworks",
    {
        "id": Kind.ID,
        "name": Kind.TEXT,
        "note": Kind.TEXT,
        "edition_size": Kind.INTEGER,
        "release_date": Kind.DATE,
        "original_price": Kind.PRICE,
        "band_id": Kind.ID,
        "venue_id": Kind.ID,
        **TIMES,
    },
    optional=frozenset({"note", "edition_size", "release_date", "original_price"}),
    ignored=frozenset({"ticker", "original_carrierwave_images"}),
)


class Contract(pa.DataFrameModel):
    """What the target must hold of every migrated poster. Prices are whole cents."""

    id: int = pa.Field(gt=0, unique=True)
    name: str = pa.Field(str_matches=r"\S")
    slug: str = pa.Field(unique=True, str_matches=r"^[a-z0-9_]+(-[a-z0-9_]+)*$")
    release_date: pl.Date = pa.Field(nullable=True)
    original_price: float = pa.Field(nullable=True, ge=1)
    edition_size: int = pa.Field(nullable=True, ge=1)
    band_id: int = pa.Field(nullable=True, gt=0)
    venue_id: int = pa.Field(nullable=True, gt=0)
    created_at: pl.Datetime
    updated_at: pl.Datetime

    @pa.check("original_price", name="whole_cents")
    @classmethod
    def whole_cents(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A price has no fraction of a cent."""
        return data.lazyframe.select(pl.col(data.key) == pl.col(data.key).round(0))


def columns(rules: Rules) -> Mapping[str, Column]:
    """What each target column comes from."""
    return {
        "id": mapped("id", numbers.integer),
        "name": mapped("name", text.required),
        "description": mapped("note", text.optional),
        "release_date": mapped("release_date", dates.date),
        "original_price": mapped("original_price", money.cents, unit=rules.price_unit),
        "band_id": mapped("band_id", numbers.integer),
        "venue_id": mapped("venue_id", numbers.integer),
        "edition_size": mapped("edition_size", numbers.positive_integer),
        "slug": Derived(("bands.name", "venues.name", "artworks.name", "artworks.release_date")),
        "created_at": mapped("created_at", dates.timestamp),
        "updated_at": mapped("updated_at", dates.timestamp),
    }


def transform(inputs: Inputs) -> Draft:
    """The posters, each with a name, a slug of its own, and a date where the setting says so."""
    draft = Draft.of(TABLE, inputs).refer(inputs.parents)
    draft = draft.set(_year=pl.col("release_date").dt.year().cast(pl.String))
    for parent in ("bands", "venues"):
        draft = _with_name_of(draft, inputs, parent)
    draft = _named(draft)
    if inputs.rules.missing_release_date == "migration_date":
        missing = pl.col("release_date").is_null()
        draft = draft.record("release_date", Change.DATE_IMPUTED, missing).set(
            release_date=pl.col("release_date").fill_null(inputs.rules.migration_date)
        )
    return _with_slug(draft, inputs)


def _with_name_of(draft: Draft, inputs: Inputs, parent: str) -> Draft:
    """The draft with `_bands` or `_venues`: the name (String) of the row it refers to."""
    source = inputs.legacy[parent]
    names = source.select(
        numbers.integer("id", source.schema["id"]).value.alias(f"{parent[:-1]}_id"),
        text.optional("name", source.schema["name"]).value.alias(f"_{parent}"),
    ).unique(f"{parent[:-1]}_id", keep="first")
    frame = draft.frame.join(names, on=f"{parent[:-1]}_id", how="left", maintain_order="left")
    return Draft(draft.table, draft.rules, frame)


def _named(draft: Draft) -> Draft:
    """A blank name is `BAND - VENUE - YEAR` with what there is of the three, else `Poster #ID`."""
    parts = pl.concat_str("_bands", "_venues", "_year", separator=" - ", ignore_nulls=True)
    made = pl.when(parts != "").then(parts).otherwise(pl.format("Poster #{}", "id"))
    return draft.record("name", Change.NAME_DERIVED, pl.col("name").is_null()).set(
        name=pl.coalesce("name", made)
    )


def _with_slug(draft: Draft, inputs: Inputs) -> Draft:
    """The draft with `slug`: the one the poster has in the target, else a free one, in id order."""
    made = slugs.slug(pl.col("_bands"), pl.col("_venues"), pl.col("name"), pl.col("_year"))
    base = pl.coalesce(made, pl.format("poster-{}", "id"))
    rows = draft.frame.filter(standing()).select(ROW, "id", base.alias("_base")).sort("id")
    nothing = pl.DataFrame(schema={"key": pl.Int64, "kept": pl.String})
    kept = nothing if inputs.kept is None else inputs.kept.drop_nulls("kept")
    taken = pl.Series("taken", [], pl.String) if inputs.taken is None else inputs.taken
    had = rows.join(
        kept.select(pl.col("key").alias("id"), pl.col("kept").alias("slug")), on="id", how="inner"
    )
    new = rows.join(had, on=ROW, how="anti", maintain_order="left")
    new = new.with_columns(slugs.number_taken(new["_base"], taken).alias("slug"))
    given = pl.concat([had, new]).select(ROW, "slug", "_base")
    frame = draft.frame.join(given, on=ROW, how="left", maintain_order="left")
    return (
        Draft(draft.table, draft.rules, frame)
        .count("slug", Rule.SLUG_MADE, pl.col("slug").is_not_null())
        .count("slug", Rule.SLUG_NUMBERED, pl.col("slug") != pl.col("_base"))
    )


EXAMPLES = (
    Example(
        says="A blank name is made from what there is; equal slugs are numbered in id order.",
        legacy={
            "bands": [{"id": 1, "name": "Motörhead"}],
            "venues": [{"id": 5, "name": "The Fox"}],
            "artworks": [
                {"id": 3, "name": " ", "band_id": 1, "venue_id": 5, "release_date": "1999-02-03"},
                {"id": 1, "name": None},
                {"id": 4, "name": "Owl", "band_id": 1, "release_date": "0000-00-00"},
                {"id": 2, "name": "OWL!", "band_id": 1, "original_price": 2500},
            ],
        },
        parents={"bands": [1], "venues": [5]},
        rows=[
            {
                "id": 1,
                "name": "Poster #1",
                "slug": "poster-1",
                "release_date": "2026-01-02",
            },
            {"id": 2, "name": "OWL!", "slug": "motorhead-owl", "original_price": 2500},
            {
                "id": 3,
                "name": "Motörhead - The Fox - 1999",
                "slug": "motorhead-the-fox-motorhead-the-fox-1999-1999",
                "release_date": "1999-02-03",
            },
            {"id": 4, "name": "Owl", "slug": "motorhead-owl-1", "release_date": "2026-01-02"},
        ],
    ),
    Example(
        says="A reference that leads nowhere becomes empty.",
        legacy={
            "bands": [],
            "venues": [],
            "artworks": [{"id": 1, "name": "Owl", "band_id": 99, "edition_size": 0}],
        },
        parents={"bands": [], "venues": []},
        rows=[{"id": 1, "name": "Owl", "slug": "owl", "band_id": None, "edition_size": None}],
    ),
)

TABLE = Table(
    name="posters",
    source=SOURCE,
    columns=columns,
    transform=transform,
    contract=Contract,
    examples=EXAMPLES,
    prices=("original_price",),
    references=(
        Reference("band_id", "bands", required=False),
        Reference("venue_id", "venues", required=False),
    ),
    also_reads=("bands", "venues"),
    keeps="slug",
    taken_in=(("poster_slug_redirects", "old_slug"),),
)
