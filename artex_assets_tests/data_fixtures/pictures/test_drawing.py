"""The drawn pictures: the same each time, of the format they say, and what the backup says of them.

A few dozen of them stand for all: those of every format and kind, and the planted ones.
"""

import io
import json
import subprocess
import sys
from collections.abc import Mapping

import polars as pl
import pytest
from PIL import Image

from artex_assets.settings import DEMO_BACKUP
from data_fixtures.pictures.bucket import Blob, blobs_of
from data_fixtures.pictures.catalog import Picture, pictures
from data_fixtures.pictures.drawing import Drawn, described, draw, draw_all
from data_fixtures.tables import tables

WRONG_TYPE, NO_CHECKSUM, MISSING = 5, 3, 152
DECLARED = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}


@pytest.fixture(scope="module")
def frames() -> dict[str, pl.DataFrame]:
    return dict(tables())


@pytest.fixture(scope="module")
def blobs() -> dict[str, Blob]:
    return blobs_of(DEMO_BACKUP)


@pytest.fixture(scope="module")
def catalog(frames: dict[str, pl.DataFrame]) -> list[Picture]:
    return pictures(frames)


@pytest.fixture(scope="module")
def sample(catalog: list[Picture], blobs: dict[str, Blob]) -> dict[str, tuple[Picture, Drawn]]:
    planted = (WRONG_TYPE, NO_CHECKSUM, MISSING)
    chosen = [
        picture
        for number, picture in enumerate(catalog)
        if number % 60 == 0 or picture.suffix != "jpg" or blobs[picture.key].id in planted
    ]
    return {picture.key: (picture, draw(picture)) for picture in chosen}


def test_every_blob_has_a_picture_and_every_kind_is_there(
    catalog: list[Picture], blobs: dict[str, Blob]
) -> None:
    assert {picture.key for picture in catalog} == set(blobs)
    assert len(catalog) == len(blobs) == 968 + 981
    assert {picture.kind for picture in catalog} == {"image", "images", "back", "detail", "photos"}


def test_the_backup_says_the_true_size_and_checksum(
    sample: dict[str, tuple[Picture, Drawn]], blobs: dict[str, Blob]
) -> None:
    for key, (_, drawn) in sample.items():
        assert blobs[key].byte_size == len(drawn.content)
        if blobs[key].id == NO_CHECKSUM:
            assert blobs[key].checksum is None
        else:
            assert blobs[key].checksum == drawn.checksum


def test_only_the_null_checksum_that_is_planted_is_null(blobs: Mapping[str, Blob]) -> None:
    assert [blob.id for blob in blobs.values() if blob.checksum is None] == [NO_CHECKSUM]


def test_pictures_have_the_declared_format_but_for_the_planted_one(
    sample: dict[str, tuple[Picture, Drawn]], blobs: dict[str, Blob]
) -> None:
    for key, (picture, drawn) in sample.items():
        with Image.open(io.BytesIO(drawn.content)) as image:
            image.load()
            assert image.format == DECLARED[picture.suffix]
            assert image.size == (drawn.width, drawn.height)
            said = "image/png" if blobs[key].id == WRONG_TYPE else Image.MIME[image.format]
            assert blobs[key].content_type == said


def test_pictures_are_small(blobs: Mapping[str, Blob]) -> None:
    sizes = [blob.byte_size for blob in blobs.values()]
    assert sum(sizes) < 35_000_000
    assert max(sizes) < 80_000
    assert min(sizes) > 3_000


def test_no_two_pictures_have_the_same_bytes(blobs: Mapping[str, Blob]) -> None:
    checksums = [blob.checksum for blob in blobs.values() if blob.checksum]
    assert len(set(checksums)) == len(checksums)


def test_another_process_draws_the_same_bytes(catalog: list[Picture]) -> None:
    # Strings have other hashes there.
    program = (
        "from data_fixtures.pictures.catalog import demo_pictures\n"
        "from data_fixtures.pictures.drawing import draw\n"
        "print(*(draw(picture).checksum for picture in demo_pictures()[::200]))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert run.stdout.split() == [draw(picture).checksum for picture in catalog[::200]]


def test_many_pictures_are_drawn_by_processes_in_their_order(catalog: list[Picture]) -> None:
    many = catalog[:200]
    drawn = list(draw_all(many))
    assert [one.key for one in drawn] == [picture.key for picture in many]
    assert drawn[::40] == [draw(picture) for picture in many[::40]]


def test_the_rows_get_size_checksum_and_pixels_of_the_file_and_nothing_else(
    frames: dict[str, pl.DataFrame],
) -> None:
    rows = frames["active_storage_blobs"].head(40)
    facts = rows.select("key").with_columns(
        drawn_size=pl.lit(123), drawn_checksum=pl.lit("MD5"), width=pl.lit(30), height=pl.lit(40)
    )
    changed = described(rows, facts)
    assert changed.columns == rows.columns
    same = ["id", "key", "filename", "content_type", "service_name", "created_at"]
    assert changed.select(same).equals(rows.select(same))
    assert set(changed["byte_size"]) == {123}
    nulls = changed.filter(pl.col("checksum").is_null())
    assert nulls["id"].to_list() == [NO_CHECKSUM]
    pixels = [json.loads(text).get("width") for text in changed["metadata"]]
    known = [json.loads(text).get("width") for text in rows["metadata"]]
    assert pixels == [None if width is None else 30 for width in known]
    assert {None, 30} == set(pixels)
