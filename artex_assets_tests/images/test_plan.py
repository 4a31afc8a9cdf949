"""Which place each image gets, and which get none."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.images.plan import COLUMNS, plan, unmapped_types
from artex_assets.images.sets import (
    EXTERNAL_SALE_PHOTOS,
    IMAGE_SETS,
    POSTER_IMAGES,
    batch_keys,
    batch_of,
)
from artex_assets.legacy.contract import ATTACHMENTS, BLOBS, NOT_UTF8
from artex_assets.vocabulary import Change
from artex_assets_tests.frames import NOON, RULES, legacy_frame, resolved

MD5 = "1B2M2Y8AsgTpgAmY7PhCfg=="


def attachment(number: int | None, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": "image",
        "record_type": "Artwork",
        "record_id": 8,
        "blob_id": number,
        **changes,
    }


def blob(number: int | None, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "key": f"key{number}",
        "filename": "a.jpg",
        "content_type": "image/jpeg",
        "byte_size": 10,
        "checksum": MD5,
        **changes,
    }


def planned(
    attachments: list[dict[str, Any]],
    blobs: list[dict[str, Any]] | None = None,
    parents: pl.DataFrame | None = None,
    image_set: Any = POSTER_IMAGES,
) -> pl.DataFrame:
    known = [blob(row["blob_id"]) for row in attachments] if blobs is None else blobs
    result = plan(
        image_set,
        legacy_frame(ATTACHMENTS, attachments),
        legacy_frame(BLOBS, known),
        resolved([8, 9]) if parents is None else parents,
        RULES,
        20,
    )
    assert dict(result.schema) == dict(COLUMNS)
    return result


def names(frame: pl.DataFrame) -> dict[int, str]:
    return dict(frame.select("attachment_id", "name").iter_rows())


def reasons(frame: pl.DataFrame) -> list[tuple[int, str | None, str | None]]:
    return frame.select("attachment_id", "reason", "cause").rows()


def test_the_image_named_image_is_first_and_the_lowest_of_several() -> None:
    rows = [attachment(1, name="a"), attachment(3), attachment(2), attachment(4, name="b")]
    assert names(planned(rows)) == {
        1: "additional_images",
        2: "image",
        3: "additional_images",
        4: "additional_images",
    }


def test_without_one_named_image_the_lowest_id_is_first_in_each_record() -> None:
    rows = [
        attachment(3, name="z"),
        attachment(2, name="y"),
        attachment(5, name="x", record_id=9),
    ]
    assert names(planned(rows)) == {2: "image", 3: "additional_images", 5: "image"}


def test_an_image_that_cannot_be_carried_takes_no_place() -> None:
    rows = [attachment(1, blob_id=99), attachment(2, name="back")]
    result = planned(rows, [blob(2)])
    assert reasons(result) == [(1, "blob_missing", None), (2, None, None)]
    assert names(result)[2] == "image"


def test_an_image_whose_text_is_not_utf8_is_quarantined_with_the_column_s_name() -> None:
    rows = [attachment(n, name=f"n{n}") for n in (1, 2, 3, 4)]
    attachments = legacy_frame(ATTACHMENTS, rows).with_columns(
        pl.Series(NOT_UTF8, [None, ["name"], None, None], pl.List(pl.String))
    )
    blobs = legacy_frame(BLOBS, [blob(n) for n in (1, 2, 3, 4)]).with_columns(
        # The name of the service is not carried.
        pl.Series(NOT_UTF8, [["filename", "key"], None, ["service_name"], None])
    )
    for frames in ((attachments, blobs), (attachments.drop(NOT_UTF8), blobs)):
        result = plan(POSTER_IMAGES, *frames, resolved([8, 9]), RULES, 20)
        assert dict(result.schema) == dict(COLUMNS)
        found = {row[0]: row[1:] for row in result.select("attachment_id", "sentence").rows()}
        assert found[1] == (
            "The text of its blob's filename, key is in no encoding that can be read. Correct it.",
        )
        assert found[3] == found[4] == (None,)
    result = plan(POSTER_IMAGES, attachments, blobs, resolved([8, 9]), RULES, 20)
    assert reasons(result) == [
        (1, "text_not_utf8", None),
        (2, "text_not_utf8", None),
        (3, None, None),
        (4, None, None),
    ]
    assert names(result)[3] == "image"
    assert "The text of its name" in result["sentence"][1]


def test_photos_of_sales_have_one_name() -> None:
    rows = [attachment(n, record_type="Transaction", name=f"n{n}") for n in (1, 2)]
    result = planned([*rows, attachment(3)], image_set=EXTERNAL_SALE_PHOTOS)
    assert names(result) == {1: "photos", 2: "photos"}


def test_records_that_are_unknown_quarantined_or_deleted_carry_their_cause() -> None:
    parents = pl.DataFrame(
        {
            "legacy_id": [8, 9],
            "id": [None, None],
            "reason": ["id_taken", "parent_deleted"],
            "cause": ["posters 8: id_taken", "posters 9: deleted in the target"],
        },
        schema=resolved([]).schema,
    )
    rows = [attachment(1), attachment(2, record_id=9), attachment(3, record_id=10)]
    result = planned(rows, parents=parents)
    assert reasons(result) == [
        (1, "parent_quarantined", "posters 8: id_taken"),
        (2, "parent_deleted", "posters 9: deleted in the target"),
        (3, "parent_missing", "posters 10: parent_missing"),
    ]
    assert result["sentence"][2] == (
        "The Artwork 10 that it belongs to is not in the legacy database."
    )


@pytest.mark.parametrize("column", ["id", "record_id", "blob_id"])
def test_an_attachment_that_lacks_an_id_is_quarantined(column: str) -> None:
    rows = [attachment(1, **{column: None}), attachment(2, **{column: None}, name="b")]
    result = planned([*rows, attachment(3)], [blob(1), blob(2), blob(3)])
    assert result["reason"].to_list().count("missing_key") == 2
    assert names(result.filter(pl.col("reason").is_null())) == {3: "image"}
    assert result.select("attachment_id", "occurrence").is_duplicated().sum() == 0


def test_different_attachments_of_one_id_are_all_quarantined() -> None:
    rows = [attachment(1), attachment(1, record_id=9), attachment(2)]
    result = planned(rows)
    assert reasons(result) == [
        (1, "duplicate_key", None),
        (1, "duplicate_key", None),
        (2, None, None),
    ]
    assert result["occurrence"].to_list() == [1, 2, 1]


@pytest.mark.parametrize("changes", [{"id": 1}, {"key": "key1"}])
def test_blobs_of_one_id_or_key_that_differ_are_quarantined(changes: dict[str, Any]) -> None:
    rows = [attachment(1), attachment(2), attachment(3)]
    blobs = [blob(1), blob(2, byte_size=11, **changes), blob(3)]
    result = planned(rows, blobs)
    assert result["reason"][0] == "duplicate_key"
    assert result["reason"][2] is None


def test_blobs_of_one_key_that_agree_are_one_object() -> None:
    result = planned([attachment(1), attachment(2, record_id=9)], [blob(1), blob(2, key="key1")])
    assert result["reason"].to_list() == [None, None]
    assert result["key"].to_list() == ["key1", "key1"]


@pytest.mark.parametrize(
    "changes", [{"key": None}, {"key": ""}, {"filename": None}, {"byte_size": None}]
)
def test_a_blob_that_lacks_what_the_target_requires_is_quarantined(changes: dict[str, Any]) -> None:
    rows = [attachment(1), attachment(2)]
    result = planned(rows, [blob(1, **changes), blob(2, **changes)])
    assert result["reason"].to_list() == ["missing_value", "missing_value"]


def test_the_same_attachment_twice_is_one_image() -> None:
    rows = [attachment(1), attachment(1), attachment(5, blob_id=1)]
    result = planned(rows, [blob(1)])
    assert result["merged_into"].to_list() == [None, 1, 1]
    assert result["name"][0] == "image"
    assert result["sentence"][2] == "It says the same as the attachment 1."


def test_two_further_attachments_of_one_object_are_one_image() -> None:
    rows = [
        attachment(1),
        attachment(2, name="front", blob_id=3),
        attachment(3, name="back", blob_id=3),
        attachment(4, name="back", blob_id=1),
    ]
    result = planned(rows, [blob(1), blob(3)])
    assert dict(result.select("attachment_id", "merged_into").iter_rows()) == {
        1: None,
        2: None,
        3: 2,
        4: None,
    }


def test_cells_are_carried_as_they_are_and_a_missing_time_is_the_day_of_the_migration() -> None:
    name = " ../a\r\n\"b'.jpg "
    row = blob(1, filename=name, key=" k ", metadata="", checksum="", created_at=None)
    result = planned([attachment(1, created_at=None)], [row])
    said = result.row(0, named=True)
    assert (said["filename"], said["key"], said["metadata"]) == (name, " k ", "")
    assert said["checksum"] is None
    assert said["created_at"].date() == said["blob_created_at"].date() == RULES.migration_date
    assert said["time_change"] == said["blob_time_change"] == Change.TIME_IMPUTED


def test_a_time_that_is_none_is_the_day_of_the_migration_and_says_what_it_was() -> None:
    result = planned([attachment(1, created_at="infinity"), attachment(2)], [blob(1), blob(2)])
    assert result.select("created_at").item(0, 0).date() == RULES.migration_date
    assert result.select("time_change", "time_was").rows() == [
        (Change.TIME_UNREADABLE, "infinity"),
        (None, NOON),
    ]


def test_no_images_are_a_plan_too() -> None:
    assert planned([]).height == 0


def test_record_types_of_no_set_are_counted() -> None:
    rows = [
        attachment(1),
        attachment(2, record_type="Transaction"),
        attachment(3, record_type="User"),
        attachment(4, record_type="User"),
        attachment(5, record_type=None),
    ]
    counts = unmapped_types(legacy_frame(ATTACHMENTS, rows), IMAGE_SETS)
    assert counts == {"User": 2, "no record type": 1}


def test_the_batch_of_a_key_never_changes() -> None:
    keys = pl.Series(["k", "TFKqkuNiwMAjdKBPe4xYwTdk", "Käse", None])
    assert batch_of(keys, 20).to_list() == ["17-of-20", "02-of-20", "01-of-20", None]


def test_batch_keys_sort_as_numbers_and_name_the_count() -> None:
    assert batch_keys(3) == ["1-of-3", "2-of-3", "3-of-3"]
    keys = batch_keys(100)
    assert (keys[0], keys[-1]) == ("001-of-100", "100-of-100")
    assert keys == sorted(keys)
    assert not any("," in key for key in keys)


@given(st.lists(st.text(min_size=1), min_size=1), st.integers(1, 50))
def test_every_key_has_a_batch(keys: list[str], count: int) -> None:
    assert set(batch_of(pl.Series(keys), count)) <= set(batch_keys(count))


@given(
    st.lists(
        st.tuples(
            st.integers(1, 6) | st.none(),
            st.integers(1, 6) | st.none(),
            st.integers(7, 10) | st.none(),
            st.sampled_from(["image", "a", "b"]),
        ),
        max_size=12,
    )
)
def test_every_attachment_has_one_place_or_reason_and_no_place_is_given_twice(
    drawn: list[tuple[int | None, int | None, int | None, str]],
) -> None:
    rows = [
        attachment(number, blob_id=of, record_id=record, name=name)
        for number, of, record, name in drawn
    ]
    result = planned(rows, [blob(number) for number in range(1, 5)])
    assert result.height == len(rows)
    assert not result.select("attachment_id", "occurrence").is_duplicated().any()
    placed = result.filter(pl.col("reason").is_null() & pl.col("merged_into").is_null())
    assert not placed.select("record_id", "name", "key").is_duplicated().any()
    first = placed.filter(pl.col("name") == "image")["record_id"]
    assert sorted(first) == sorted(placed["record_id"].unique())
    merged = result.filter(pl.col("merged_into").is_not_null())
    assert (merged["merged_into"] <= merged["attachment_id"]).all()
