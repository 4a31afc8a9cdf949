"""The generated rows: their numbers, that they are the same each time, and that they are whole."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_fixtures.draws import BACKED_UP
from data_fixtures.tables import tables

NUMBERS = {
    "users": 346,
    "venues": 208,
    "artists": 68,
    "bands": 14,
    "series": 19,
    "artworks": 773,
    "artists_artworks": 775,
    "artworks_series": 73,
    "user_artworks": 375,
    "transactions": 250,
    "portfolios": 12,
    "active_storage_blobs": 968 + 981,
    "active_storage_attachments": 968 + 981,
    "active_storage_variant_records": 25,
}

REFERENCES = [
    ("artworks", "band_id", "bands"),
    ("artworks", "venue_id", "venues"),
    ("artists_artworks", "artist_id", "artists"),
    ("artists_artworks", "artwork_id", "artworks"),
    ("artworks_series", "artwork_id", "artworks"),
    ("artworks_series", "series_id", "series"),
    ("user_artworks", "artwork_id", "artworks"),
    ("transactions", "artwork_id", "artworks"),
    ("active_storage_attachments", "blob_id", "active_storage_blobs"),
    ("active_storage_variant_records", "blob_id", "active_storage_blobs"),
]

EMAIL = (  # Ruby's URI::MailTo::EMAIL_REGEXP
    r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"
)


@pytest.fixture(scope="module")
def demo() -> dict[str, pl.DataFrame]:
    return dict(tables())


@pytest.fixture(scope="module")
def large() -> dict[str, pl.DataFrame]:
    return dict(tables(scale=30))


def _folded(column: pl.Series) -> pl.Series:
    return column.str.strip_chars().str.to_lowercase()


def test_the_numbers_are_those_of_the_plan(demo: dict[str, pl.DataFrame]) -> None:
    assert {name: frame.height for name, frame in demo.items()} == NUMBERS


def test_at_scale_all_numbers_grow_alike(large: dict[str, pl.DataFrame]) -> None:
    expected = {name: number * 30 for name, number in NUMBERS.items()}
    assert {name: frame.height for name, frame in large.items()} == expected


def test_the_same_seed_gives_the_same_rows(demo: dict[str, pl.DataFrame]) -> None:
    for name, frame in tables():
        assert_frame_equal(frame, demo[name])


def test_another_seed_gives_other_rows_but_the_same_ids(demo: dict[str, pl.DataFrame]) -> None:
    other = dict(tables(seed=1))
    for name, column in (("users", "email"), ("artworks", "release_date"), ("venues", "latitude")):
        assert not other[name][column].equals(demo[name][column])
        assert other[name]["id"].equals(demo[name]["id"])


@pytest.mark.parametrize("database", ["demo", "large"])
def test_ids_and_links_are_unique_and_ids_have_gaps(
    database: str, request: pytest.FixtureRequest
) -> None:
    for name, frame in request.getfixturevalue(database).items():
        key = ["id"] if "id" in frame.columns else frame.columns
        assert frame.select(key).is_unique().all(), name
        if "id" in frame.columns:
            assert frame["id"].is_sorted()
            assert frame["id"].max() > frame.height, name


@pytest.mark.parametrize("database", ["demo", "large"])
def test_every_reference_but_one_finds_its_row(
    database: str, request: pytest.FixtureRequest
) -> None:
    frames: dict[str, pl.DataFrame] = request.getfixturevalue(database)
    for child, column, parent in REFERENCES:
        pointing = frames[child].select(pl.col(column).drop_nulls().alias("id"))
        assert pointing.join(frames[parent], on="id", how="anti").is_empty(), (child, column)
    owned = frames["user_artworks"]
    orphans = owned.join(frames["users"], left_on="user_id", right_on="id", how="anti")
    assert orphans["id"].to_list() == [200]


@pytest.mark.parametrize("database", ["demo", "large"])
def test_one_email_comes_twice_and_no_name_of_an_artist_or_band_does(
    database: str, request: pytest.FixtureRequest
) -> None:
    frames: dict[str, pl.DataFrame] = request.getfixturevalue(database)
    emails = frames["users"].with_columns(_folded(frames["users"]["email"]))
    assert emails.filter(pl.col("email").is_duplicated())["id"].to_list() == [28, 290]
    for name in ("artists", "bands"):
        assert _folded(frames[name]["name"]).is_unique().all(), name
    assert frames["active_storage_blobs"]["key"].is_unique().all()


def test_emails_are_valid_and_of_reserved_domains_alone(large: dict[str, pl.DataFrame]) -> None:
    emails = _folded(large["users"]["email"])
    assert emails.str.contains(EMAIL).all()
    assert emails.str.contains(r"@example\.(com|net|org)$").all()


def test_every_password_has_the_shape_of_bcrypt(demo: dict[str, pl.DataFrame]) -> None:
    assert demo["users"]["encrypted_password"].str.contains(r"^\$2a\$11\$[./A-Za-z0-9]{53}$").all()


def test_nine_owners_hold_the_collections_and_none_is_held_back(
    demo: dict[str, pl.DataFrame],
) -> None:
    owned = demo["user_artworks"].join(demo["users"], left_on="user_id", right_on="id")
    assert owned.height == 374
    assert owned["user_id"].n_unique() == 9
    assert 290 not in owned["user_id"]


def test_every_sale_can_be_loaded(large: dict[str, pl.DataFrame]) -> None:
    sales = large["transactions"]
    assert (sales["amount"] > 0).all()
    assert sales["transaction_date"].null_count() == 0
    assert set(_folded(sales["transaction_type"])) == {"sale", "purchase", "trade"}
    verified = sales.filter("verified")
    assert 0 < verified["verified_at"].null_count() < verified.height / 5
    assert 0 < verified["verified_by"].null_count() < verified.height / 5


def test_no_row_is_younger_than_the_backup_or_was_changed_before_it_was_made(
    large: dict[str, pl.DataFrame],
) -> None:
    for name, frame in large.items():
        if "updated_at" in frame.columns:
            assert (frame["updated_at"] >= frame["created_at"]).all(), name
            assert (frame["updated_at"] <= BACKED_UP).all(), name


def test_every_artwork_has_a_picture_and_all_but_one_have_an_image(
    demo: dict[str, pl.DataFrame],
) -> None:
    attached = demo["active_storage_attachments"]
    artworks = attached.filter(pl.col("record_type") == "Artwork")
    assert artworks.height == 968
    assert set(artworks["record_id"]) == set(demo["artworks"]["id"])
    images = artworks.filter(pl.col("name") == "image")
    assert images.height == images["record_id"].n_unique() == 772
    alone = artworks.filter(pl.col("record_id") == 509)
    assert alone.select("id", "name").rows() == [(387, "images")]


def test_photos_are_of_transactions_that_are_there(demo: dict[str, pl.DataFrame]) -> None:
    attached = demo["active_storage_attachments"]
    photos = attached.filter(pl.col("record_type") == "Transaction")
    assert photos.height == 981
    assert photos["name"].unique().to_list() == ["photos"]
    assert set(photos["record_id"]) <= set(demo["transactions"]["id"])
    assert attached["blob_id"].is_unique().all()


def test_blobs_look_like_those_of_rails(demo: dict[str, pl.DataFrame]) -> None:
    blobs = demo["active_storage_blobs"]
    old = blobs["key"].str.contains(r"^[1-9A-HJ-NP-Za-km-z]{24}$")
    new = blobs["key"].str.contains(r"^[0-9a-z]{28}$")
    assert (old | new).all()
    assert old.any()
    assert new.any()
    assert blobs["byte_size"].is_between(13_000, 7_000_000).all()
    assert blobs["byte_size"].mean() == pytest.approx(440_000, rel=0.1)
    assert blobs["checksum"].null_count() == 1
    assert blobs["checksum"].drop_nulls().str.contains(r"^[A-Za-z0-9+/]{22}==$").all()
    jpegs = (blobs["content_type"] == "image/jpeg").sum() / blobs.height
    assert 0.97 < jpegs < 1


def test_the_metadata_of_every_blob_is_json(demo: dict[str, pl.DataFrame]) -> None:
    kind = pl.Struct({"identified": pl.Boolean, "width": pl.Int64, "analyzed": pl.Boolean})
    metadata = demo["active_storage_blobs"]["metadata"].str.json_decode(kind).struct.unnest()
    assert metadata["identified"].all()
    assert (metadata["width"].drop_nulls() > 0).all()
