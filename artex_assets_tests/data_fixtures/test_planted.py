"""The planted faults: each is in the rows, nothing else is wrong, and what is said agrees."""

import json
from pathlib import Path

import polars as pl
import pytest

import data_fixtures
from artex_assets.vocabulary import Change, Reason
from data_fixtures import evidence
from data_fixtures.planted import FAULTS
from data_fixtures.planted.fault import TARGETS
from data_fixtures.tables import tables

FOLDER = Path(data_fixtures.__file__).parent
CONDITIONS = r"^(mint|near mint|very fine|fine|very good|good|fair|poor)$"
EDITIONS = r"^(AE|AP|MP|OG|SE|TS|OT)$"


def _blank(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.strip_chars() == ""


def _unknown(column: str, known: str, plain: pl.Expr) -> pl.Expr:
    return ~_blank(column) & ~plain.str.contains(known)


_spaced = pl.col("condition").str.to_lowercase().str.replace_all(r"[\s_]+", " ").str.strip_chars()
_edition = pl.col("edition_type").str.to_uppercase().str.strip_chars().str.head(2)

WRONG = [
    (Change.NAME_DERIVED, "artworks", _blank("name")),
    (Change.DATE_IMPUTED, "artworks", pl.col("release_date").is_null()),
    (Change.COUNTRY_IMPUTED, "venues", _blank("country")),
    (Change.PRICE_NOT_POSITIVE, "artworks", pl.col("original_price") <= 0),
    (Change.PRICE_NOT_POSITIVE, "user_artworks", pl.col("purchase_price") <= 0),
    (Change.SIZE_NOT_POSITIVE, "artworks", pl.col("edition_size") <= 0),
    (Change.CONDITION_UNKNOWN, "user_artworks", _unknown("condition", CONDITIONS, _spaced)),
    (Change.CONDITION_UNKNOWN, "transactions", _unknown("condition", CONDITIONS, _spaced)),
    (Change.EDITION_TYPE_UNKNOWN, "user_artworks", _unknown("edition_type", EDITIONS, _edition)),
    (
        Change.COORDINATE_OUT_OF_RANGE,
        "venues",
        (pl.col("latitude").abs() > 90) | (pl.col("longitude").abs() > 180),
    ),
]


@pytest.fixture(scope="module")
def demo() -> dict[str, pl.DataFrame]:
    return dict(tables())


@pytest.mark.parametrize(("scale", "seed"), [(1, 1), (3, 2)])
def test_every_fault_is_planted_whatever_the_seed_and_scale(scale: int, seed: int) -> None:
    frames = dict(tables(scale, seed))
    for fault in FAULTS:
        assert fault.id in frames[fault.table]["id"], fault
        for cells in fault.cells:
            row = frames[cells.table].row(by_predicate=pl.col("id") == cells.id, named=True)
            assert {column: row[column] for column in cells.values} == cells.values


def test_no_cell_is_planted_or_expected_twice() -> None:
    planted = [
        (cells.table, cells.id, column)
        for fault in FAULTS
        for cells in fault.cells
        for column in cells.values
    ]
    expected = [
        (outcome.row or (fault.target, fault.id), outcome.column)
        for fault in FAULTS
        for outcome in fault.outcomes
    ]
    assert len(planted) == len(set(planted))
    assert len(expected) == len(set(expected))


@pytest.mark.parametrize(("change", "table", "wrong"), WRONG)
def test_every_cell_that_goes_on_record_is_a_planted_one(
    change: Change, table: str, wrong: pl.Expr, demo: dict[str, pl.DataFrame]
) -> None:
    target = TARGETS.get(table, table)
    rows = [
        outcome.row or (fault.target, fault.id)
        for fault in FAULTS
        for outcome in fault.outcomes
        if outcome.change is change
    ]
    expected = sorted(id for name, id in rows if name == target)
    assert expected
    assert demo[table].filter(wrong)["id"].to_list() == expected


def test_a_cell_on_record_keeps_its_planted_value() -> None:
    for fault in FAULTS:
        for outcome in fault.outcomes:
            if outcome.change and outcome.row is None:
                values = fault.cells[0].values
                # A derived year has no legacy column behind it.
                assert outcome.original == values.get(outcome.column), fault


def test_all_nineteen_series_say_their_year(demo: dict[str, pl.DataFrame]) -> None:
    years = {
        fault.id: outcome.value
        for fault in FAULTS
        for outcome in fault.outcomes
        if fault.table == "series" and outcome.column == "year"
    }
    assert list(years) == demo["series"]["id"].to_list()
    dated = (
        demo["artworks_series"]
        .join(demo["artworks"], left_on="artwork_id", right_on="id")
        .group_by("series_id")
        .agg(pl.col("release_date").min().dt.year())
    )
    earliest = dict(dated.rows())
    in_name = demo["series"].with_columns(pl.col("name").str.extract(r"\b(\d{4})\b").cast(pl.Int64))
    for id, year in in_name.select("id", "name").rows():
        assert years[id] == (year if year and 1951 <= year <= 2026 else earliest.get(id))


def test_slugs_that_are_said_are_unlike_and_of_the_alphabet_of_slugs() -> None:
    slugs = [
        str(outcome.value)
        for fault in FAULTS
        for outcome in fault.outcomes
        if outcome.column == "slug"
    ]
    assert len(slugs) == len(set(slugs))
    assert pl.Series(slugs).str.contains(r"^[a-z0-9_]+(-[a-z0-9_]+)*$").all()


def test_the_outcome_is_the_one_of_the_rehearsal() -> None:
    outcome = evidence.expected_outcome()
    loaded = {table: numbers["loaded"] for table, numbers in outcome["tables"].items()}
    assert loaded == {
        "users": 345,
        "venues": 208,
        "artists": 68,
        "bands": 14,
        "series": 19,
        "posters": 773,
        "artists_posters": 775,
        "posters_series": 73,
        "user_posters": 374,
        "external_sales": 250,
    }
    assert outcome["quarantined"] == [
        {"table": "users", "key": "290", "reason": Reason.EMAIL_DUPLICATE},
        {"table": "user_posters", "key": "200", "reason": Reason.PARENT_MISSING},
    ]
    for numbers in outcome["tables"].values():
        assert numbers["legacy"] == numbers["loaded"] + numbers["quarantined"] + numbers["merged"]


def test_one_of_the_images_fails_for_its_object_is_missing(demo: dict[str, pl.DataFrame]) -> None:
    outcome = evidence.expected_outcome()
    assert outcome["image_sets"] == {
        "poster_images": {"legacy": 968, "migrated": 967, "failed": 1, "quarantined": 0},
        "external_sale_photos": {"legacy": 981, "migrated": 981, "failed": 0, "quarantined": 0},
    }
    [failed] = outcome["failed_images"]
    attachments = demo["active_storage_attachments"]
    row = attachments.row(by_predicate=pl.col("id") == failed["attachment_id"], named=True)
    assert (row["record_type"], row["name"]) == ("Artwork", "image")
    blob = demo["active_storage_blobs"].row(by_predicate=pl.col("id") == row["blob_id"], named=True)
    assert blob["key"] == failed["key"]
    [fault] = [fault for fault in FAULTS if fault.object_missing]
    assert fault.id == blob["id"]
    assert (failed["image_set"], failed["reason"]) == ("poster_images", "missing")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("expected_outcome.json", evidence.expected_outcome()),
        ("planted_faults.json", evidence.planted_faults()),
    ],
)
def test_the_committed_files_say_what_is_planted(name: str, content: object) -> None:
    assert json.loads((FOLDER / name).read_text()) == content


def test_the_readme_has_one_line_a_fault() -> None:
    text = (FOLDER / "README.md").read_text()
    listed = text.partition(evidence.BEGIN)[2].partition(evidence.END)[0]
    assert listed.splitlines() == evidence.readme_lines()
    assert len(evidence.readme_lines()) == len(FAULTS)
    assert all("\n" not in line for line in evidence.readme_lines())
