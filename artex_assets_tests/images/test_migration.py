"""An image set from one bucket to the other: each outcome."""

from dataclasses import replace
from pathlib import Path

import pytest
from botocore.credentials import Credentials

from artex_assets.errors import StorageError
from artex_assets.images import migration as module
from artex_assets.images.sets import EXTERNAL_SALE_PHOTOS, batch_keys
from artex_assets_tests.images.gallery import Gallery, md5, picture
from artex_assets_tests.images.samples import svg


def test_images_are_copied_proved_and_attached(gallery: Gallery) -> None:
    first = gallery.add(21, name="image")
    second = gallery.add(22, name="back", content_type="image/png")
    batches = gallery.run()
    assert gallery.lines() == {21: ("migrated", None), 22: ("migrated", None)}
    assert gallery.objects() == {first: picture(21), second: picture(22)}
    assert gallery.attached() == {21: (8, "image", 21), 22: (8, "additional_images", 22)}
    assert gallery.migration.rows(
        "SELECT id, key, filename, content_type, metadata, service_name, byte_size, checksum,"
        " created_at::text FROM active_storage_blobs ORDER BY id"
    ) == [
        (
            number,
            key,
            f"poster {number}.jpg",
            "image/jpeg",
            '{"identified":true}',
            "amazon",
            len(picture(number)),
            md5(picture(number)),
            "2015-01-01 12:00:00",
        )
        for number, key in ((21, first), (22, second))
    ]
    assert gallery.migration.records()["active_storage_blobs 22 content_type"] == (
        "image/png",
        "image/jpeg",
        "content_type_corrected",
    )
    assert gallery.migration.rows(
        "SELECT DISTINCT proof, source_verified, attempts FROM artex_migration.images"
    ) == [("content_md5", True, 1)]
    assert gallery.failing() == {}
    # Batches without work come first; the others as they finish, in no order.
    worked = [batch.images > 0 for batch in batches.values()]
    assert worked == sorted(worked)
    assert sum(batch.done_now for batch in batches.values()) == 2
    assert sum(batch.copied for batch in batches.values()) == len(picture(21) + picture(22))
    assert sum(len(batch.samples) for batch in batches.values()) == 2
    assert all(batch.complete for batch in batches.values())


def test_photos_of_a_sale_are_all_alike(gallery: Gallery) -> None:
    gallery.image_set = EXTERNAL_SALE_PHOTOS
    gallery.migration.legacy["transactions"] = [
        {
            "id": 31,
            "artwork_id": 8,
            "amount": 4000,
            "transaction_type": "sale",
            "transaction_date": "2020-01-02",
        },
        {"id": 32, "artwork_id": 8, "amount": 0, "transaction_type": "sale"},
    ]
    gallery.migration.load()
    for number in (21, 22):
        gallery.add(number, 31, "image")
    gallery.add(23, 32, "images")
    gallery.run()
    assert gallery.attached() == {21: (31, "photos", 21), 22: (31, "photos", 22)}
    assert gallery.lines()[23] == ("quarantined", "parent_quarantined")
    assert gallery.failing() == {"quarantine": ["23"]}
    [offender] = gallery.findings()["quarantine"].offenders["reason"]
    assert "Root cause: external_sales 32: " in offender


def test_a_record_without_an_image_gets_its_lowest_as_image_and_that_is_recorded(
    gallery: Gallery,
) -> None:
    for number, record in ((23, 8), (22, 8), (21, 9)):
        gallery.add(number, record, "pictures")
    gallery.run()
    assert gallery.attached() == {
        21: (9, "image", 21),
        22: (8, "image", 22),
        23: (8, "additional_images", 23),
    }
    recorded = {
        key: cells for key, cells in gallery.migration.records().items() if "attachments" in key
    }
    assert recorded == {
        f"active_storage_attachments {number} name": ("pictures", "image", "image_promoted")
        for number in (21, 22)
    }


def test_a_blob_of_two_attachments_is_copied_once_and_attached_twice(gallery: Gallery) -> None:
    key = gallery.add(21, 8, "image")
    gallery.attach(22, 21, 9, "image")
    batches = gallery.run()
    assert sum(batch.copied for batch in batches.values()) == len(picture(21))
    assert gallery.attached() == {21: (8, "image", 21), 22: (9, "image", 21)}
    assert list(gallery.objects()) == [key]
    assert gallery.failing() == {}


def test_quarantined_parents_hold_their_images_until_they_are_mended(gallery: Gallery) -> None:
    legacy = gallery.migration.legacy
    legacy["users"].append({"id": 12, "email": "none"})
    gallery.migration.execute(
        "INSERT INTO bands (id, name, created_at, updated_at) VALUES (70, 'x', now(), now())"
    )
    gallery.migration.execute(
        "INSERT INTO posters (id, name, slug, created_at, updated_at)"
        " VALUES (40, 'Theirs', 'theirs', now(), now())"
    )
    legacy["artworks"].append({"id": 40, "name": "Ours"})
    gallery.migration.load()
    gallery.add(21, 40, "image")
    gallery.add(22, 41, "image")
    gallery.run()
    assert gallery.lines() == {
        21: ("quarantined", "parent_quarantined"),
        22: ("quarantined", "parent_missing"),
    }
    assert gallery.migration.column(
        "SELECT cause FROM artex_migration.images ORDER BY attachment_id"
    ) == ["posters 40: id_taken", "posters 41: parent_missing"]
    assert gallery.objects() == {}
    gallery.migration.execute("DELETE FROM posters WHERE id = 40")
    legacy["artworks"].append({"id": 41, "name": "Late"})
    gallery.migration.load()
    assert gallery.copied() == 2
    assert gallery.attached() == {21: (40, "image", 21), 22: (41, "image", 22)}
    assert gallery.failing() == {}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "image_empty"),
        (b"<!DOCTYPE html><html><body>Gone</body></html>", "image_not_recognized"),
        (picture(1)[:20], "image_not_recognized"),
        (svg("<script>alert(1)</script>"), "image_has_script"),
    ],
)
def test_what_no_retry_mends_is_quarantined_once_until_legacy_names_other_bytes(
    gallery: Gallery, content: bytes, reason: str
) -> None:
    key = gallery.add(21, name="image", content=content)
    good = gallery.add(22)
    batches = gallery.run()
    assert gallery.lines() == {21: ("quarantined", reason), 22: ("migrated", None)}
    assert list(gallery.objects()) == [good]
    assert all(batch.complete for batch in batches.values())
    assert gallery.failing() == {"quarantine": ["21"]}
    before = gallery.migration.versions()
    gallery.run(run="second")
    assert gallery.migration.versions() == before
    gallery.put(key, picture(21))
    gallery.blobs[0] |= {"byte_size": len(picture(21)), "checksum": md5(picture(21))}
    assert gallery.copied() == 1
    assert gallery.lines()[21] == ("migrated", None)
    assert gallery.failing() == {}


def test_absurd_dimensions_are_quarantined(gallery: Gallery) -> None:
    gallery.max_pixels = 24 * 32 - 1
    gallery.add(21, name="image")
    gallery.run()
    assert gallery.lines() == {21: ("quarantined", "image_too_large")}


def test_a_missing_legacy_checksum_is_computed_and_labelled(gallery: Gallery) -> None:
    gallery.add(21, name="image", checksum=None)
    gallery.run()
    assert gallery.migration.rows(
        "SELECT state, checksum, source_verified FROM artex_migration.images"
    ) == [("migrated", md5(picture(21)), False)]
    assert gallery.migration.column("SELECT checksum FROM active_storage_blobs") == [
        md5(picture(21))
    ]
    assert gallery.failing() == {}
    assert gallery.copied() == 0


def test_a_truncated_picture_is_migrated_with_a_warning(gallery: Gallery) -> None:
    gallery.add(21, name="image", content=picture(21)[:-30])
    gallery.add(22, content=picture(22) + b"more")
    gallery.run()
    assert {state for state, _ in gallery.lines().values()} == {"migrated"}
    assert gallery.failing() == {"warnings": ["21", "22"]}
    reasons = gallery.findings()["warnings"].offenders["reason"].to_list()
    assert reasons == [
        "migrated as it is in the source: truncated",
        "migrated as it is in the source: trailing_bytes",
    ]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", 'a"b\\c.jpg', "a\r\nSet-Cookie: x.jpg", "Käse 🧀.jpg", " "],
)
def test_file_names_are_carried_and_become_no_path_or_header(gallery: Gallery, name: str) -> None:
    key = gallery.add(21, name="image", filename=name)
    gallery.run()
    assert gallery.lines() == {21: ("migrated", None)}
    assert gallery.migration.column("SELECT filename FROM active_storage_blobs") == [name]
    head = gallery.s3.head_object(Bucket=gallery.bucket.name, Key=key)
    disposition = head["ContentDisposition"]
    assert disposition.startswith('inline; filename="')
    assert not {"/", "\r", "\n"} & set(disposition)
    assert "set-cookie" not in head["ResponseMetadata"]["HTTPHeaders"]


@pytest.mark.parametrize(
    "key",
    ["a b+c%20d&e=f?.jpg", "käse/🧀", "..hidden", "a'b(c)!~*", "/".join(["x" * 200] * 5), "-"],
)
def test_any_key_is_carried_byte_for_byte(gallery: Gallery, key: str) -> None:
    gallery.add(21, name="image", key=key)
    gallery.run()
    assert gallery.objects() == {key: picture(21)}
    assert gallery.failing() == {}


def test_the_key_template_says_where_the_source_has_it(gallery: Gallery) -> None:
    gallery.template = "old/{key[0:2]}/{key}"
    gallery.add(21, name="image", key="abcdef", put=False)
    gallery.put("old/ab/abcdef", picture(21))
    gallery.run()
    assert gallery.objects() == {"abcdef": picture(21)}


def test_denied_at_the_start_is_one_sentence_and_no_failure_each(gallery: Gallery) -> None:
    for number in range(21, 25):
        gallery.add(number)
    wrong = Credentials(gallery.keys[0], "wrong")
    right = gallery.source
    gallery.source = replace(gallery.source, credentials=wrong)
    with pytest.raises(StorageError) as raised:
        gallery.run()
    assert gallery.source.name in str(raised.value)
    assert {state for state, _ in gallery.lines().values()} == {"pending"}
    assert gallery.objects() == {}
    gallery.source = right
    assert gallery.copied() == 4


def test_the_local_target_is_a_folder_as_rails_lays_it_out(
    gallery: Gallery, tmp_path: Path
) -> None:
    gallery.target = tmp_path / "storage"
    key = gallery.add(21, name="image", filename="../../../x")
    gallery.run()
    path = gallery.target / key[:2] / key[2:4] / key
    assert path.read_bytes() == picture(21)
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == [path]
    assert gallery.migration.column("SELECT service_name FROM active_storage_blobs") == ["local"]
    assert gallery.copied() == 0


def test_memory_holds_only_the_images_under_way(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GROUP", 5)
    for number in range(21, 61):
        gallery.add(number)
    run = module._Run(
        gallery.transact,
        gallery.job(),
        gallery.transact(
            lambda connection: module._noted(
                connection, gallery.job(), gallery.planned(), batch_keys(3)
            )
        ),
        batch_keys(3),
    )
    assert sum(1 for _ in run.batches()) == 3
    assert run.images == {}
    assert all(not batch.samples for batch in run.found.values())
