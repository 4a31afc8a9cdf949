"""Active Storage rows beside those of an application that is in use already."""

import datetime

import pytest

from artex_assets.images import rows
from artex_assets_tests.images.gallery import Gallery, md5, picture

NOW = "2020-01-01"


def their_blob(gallery: Gallery, number: int, key: str, content: bytes = b"theirs") -> None:
    gallery.migration.execute(
        "INSERT INTO active_storage_blobs"
        " (id, key, filename, service_name, byte_size, checksum, created_at)"
        " VALUES (%s, %s, 'theirs.jpg', 'amazon', %s, %s, %s)",
        number,
        key,
        len(content),
        md5(content),
        NOW,
    )


def their_attachment(gallery: Gallery, number: int, record: int, name: str, blob: int) -> None:
    gallery.migration.execute(
        "INSERT INTO active_storage_attachments (id, name, record_type, record_id, blob_id,"
        " created_at) VALUES (%s, %s, 'Poster', %s, %s, %s)",
        number,
        name,
        record,
        blob,
        NOW,
    )


def theirs(gallery: Gallery) -> list[tuple[object, ...]]:
    """The application's rows."""
    return gallery.migration.rows(
        "SELECT 'blob', id, key, filename, xmin::text FROM active_storage_blobs"
        " WHERE created_at = '2020-01-01' UNION ALL"
        " SELECT 'attachment', id, name, record_id::text, xmin::text"
        " FROM active_storage_attachments WHERE created_at = '2020-01-01' ORDER BY 1, 2"
    )


def test_ids_that_the_application_has_given_away_are_replaced_by_new_ones(
    gallery: Gallery,
) -> None:
    their_blob(gallery, 21, "theirs")
    their_attachment(gallery, 21, 9, "image", 21)
    before = theirs(gallery)
    first = gallery.add(21, name="image")
    gallery.add(30)
    gallery.run()
    assert theirs(gallery) == before
    assert gallery.attached() == {
        21: (9, "image", 21),
        30: (8, "additional_images", 30),
        31: (8, "image", 31),
    }
    assert (
        gallery.migration.value("SELECT id FROM active_storage_blobs WHERE key = %s", first) == 31
    )
    assert gallery.migration.rows(
        "SELECT target_blob_id, target_attachment_id FROM artex_migration.images"
        " WHERE attachment_id = 21"
    ) == [(31, 31)]
    assert gallery.failing() == {}
    assert gallery.copied() == 0


def test_the_sequences_are_ahead_of_every_legacy_id_before_the_first_row(gallery: Gallery) -> None:
    gallery.add(500, put=False)
    gallery.add(21)
    gallery.run()
    for table in ("active_storage_blobs", "active_storage_attachments"):
        found = gallery.migration.connection.execute(
            f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))".encode()
        ).fetchone()
        assert found == (501,)


def test_a_key_that_another_blob_has_fails_and_nothing_is_touched_or_copied(
    gallery: Gallery,
) -> None:
    key = gallery.add(21, name="image")
    gallery.add(22)
    their_blob(gallery, 7, key)
    gallery.s3.put_object(Bucket=gallery.bucket.name, Key=key, Body=b"theirs")
    before = theirs(gallery)
    batches = gallery.run()
    assert gallery.lines() == {21: ("failed", "key_taken"), 22: ("migrated", None)}
    assert gallery.kept(key) == b"theirs"
    assert theirs(gallery) == before
    batch = batches[gallery.batch(key)]
    assert [entry.reason for entry in batch.failures] == ["key_taken"]
    assert not batch.complete
    versions = gallery.migration.versions()
    gallery.run()
    assert gallery.migration.versions() == versions
    gallery.migration.execute("DELETE FROM active_storage_blobs WHERE id = 7")
    gallery.s3.delete_object(Bucket=gallery.bucket.name, Key=key)
    assert gallery.copied() == 1
    assert gallery.failing() == {}


def test_a_blob_of_the_key_with_the_same_bytes_is_taken_as_it_is(gallery: Gallery) -> None:
    key = gallery.add(21, name="image")
    their_blob(gallery, 7, key, picture(21))
    gallery.run()
    assert gallery.attached() == {21: (8, "image", 7)}
    assert gallery.migration.column("SELECT id FROM active_storage_blobs") == [7]
    assert gallery.kept(key) == picture(21)


def test_a_poster_that_has_an_image_of_the_application_keeps_it(gallery: Gallery) -> None:
    their_blob(gallery, 7, "theirs")
    their_attachment(gallery, 7, 8, "image", 7)
    ours = gallery.add(21, name="image")
    gallery.add(22, name="back")
    gallery.run()
    assert gallery.lines() == {21: ("quarantined", "value_taken"), 22: ("migrated", None)}
    assert gallery.attached() == {7: (8, "image", 7), 22: (8, "additional_images", 22)}
    assert ours not in gallery.objects()
    assert gallery.failing() == {"quarantine": ["21"]}
    versions = gallery.migration.versions()
    gallery.run()
    assert gallery.migration.versions() == versions
    gallery.migration.execute("DELETE FROM active_storage_attachments WHERE id = 7")
    assert gallery.copied() == 1
    assert gallery.attached()[21] == (8, "image", 21)
    assert gallery.failing() == {}


@pytest.mark.parametrize("what", ["key", "place"])
def test_what_the_application_takes_during_the_copying_stays_its_own(
    gallery: Gallery, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = gallery.add(21, name="image")
    contested = rows.contested

    def then_theirs(*arguments: object) -> object:
        # The tuple is built of what the parameters are, in order.
        result = contested(*arguments)  # type: ignore[arg-type]
        their_blob(gallery, 7, key if what == "key" else "theirs")
        if what == "place":
            their_attachment(gallery, 7, 8, "image", 7)
        return result

    monkeypatch.setattr(rows, "contested", then_theirs)
    gallery.run()
    expected = {"key": ("failed", "key_taken"), "place": ("quarantined", "value_taken")}
    assert gallery.lines() == {21: expected[what]}
    assert gallery.migration.column("SELECT id FROM active_storage_blobs") == [7]
    assert gallery.migration.records().keys() == {"series 6 year"}


def test_an_image_that_is_mended_later_does_not_take_the_place_of_ours(gallery: Gallery) -> None:
    gallery.attach(21, 404, name="image")
    gallery.add(22, name="image")
    gallery.run()
    assert gallery.lines() == {21: ("quarantined", "blob_missing"), 22: ("migrated", None)}
    del gallery.attachments[0]
    gallery.add(21, name="image")
    gallery.run()
    assert gallery.attached() == {21: (8, "additional_images", 21), 22: (8, "image", 22)}
    assert gallery.failing() == {}


def test_an_unowned_blob_is_never_written(gallery: Gallery) -> None:
    one = rows.BlobRow(21, "key", "a", None, None, "amazon", 1, "x", datetime.datetime(2020, 1, 1))
    written = gallery.transact(
        lambda connection: rows.write(connection, gallery.image_set, [one], [])
    )
    assert written.blobs == {}
    assert gallery.migration.column("SELECT id FROM active_storage_blobs") == []
