"""Each check of an image set can fail, and names what is wrong."""

from collections.abc import Callable

import pytest

from artex_assets.images.checks import DESCRIPTIONS, unmapped_types
from artex_assets.vocabulary import Severity
from artex_assets_tests.images.gallery import Gallery, picture


@pytest.fixture
def three(gallery: Gallery) -> Gallery:
    """Three migrated images: 21 and 22 of the poster 8, 23 of the poster 9."""
    for number, record in ((21, 8), (22, 8), (23, 9)):
        gallery.add(number, record, "image")
    gallery.run()
    return gallery


def test_without_sabotage_every_check_passes_and_says_so(three: Gallery) -> None:
    findings = three.findings()
    assert list(findings) == list(DESCRIPTIONS)
    assert three.failing() == {}
    assert findings["conservation"].says == "3 legacy images = 3 migrated"
    assert findings["objects"].says == "3 objects are there as they were proved"


def key(gallery: Gallery, number: int) -> str:
    return str(gallery.blobs[number - 21]["key"])


def delete_object(gallery: Gallery) -> None:
    gallery.s3.delete_object(Bucket=gallery.bucket.name, Key=key(gallery, 22))


def swap_objects(gallery: Gallery) -> None:
    first, second = picture(2001), picture(2002)
    assert len(first) == len(second)
    for number, body in ((21, picture(22)), (22, picture(21))):
        gallery.s3.put_object(Bucket=gallery.bucket.name, Key=key(gallery, number), Body=body)


def shorten_object(gallery: Gallery) -> None:
    gallery.s3.put_object(Bucket=gallery.bucket.name, Key=key(gallery, 23), Body=b"x")


SABOTAGE: list[tuple[str | Callable[[Gallery], None], dict[str, list[str]]]] = [
    (delete_object, {"objects": ["22"]}),
    (swap_objects, {"objects": ["21", "22"]}),
    (shorten_object, {"objects": ["23"]}),
    (
        "DELETE FROM active_storage_attachments WHERE id = 22",
        {"orphan_blobs": ["blob 22"], "edits": ["22"]},
    ),
    (
        "DELETE FROM active_storage_attachments WHERE id = 22;"
        " DELETE FROM active_storage_blobs WHERE id = 22",
        {"edits": ["22"]},
    ),
    (
        "UPDATE active_storage_attachments SET blob_id = 44 - blob_id + (blob_id = 23)::int * 2 - 1"
        " WHERE id IN (21, 22)",
        {"edits": ["21", "22"]},
    ),
    ("UPDATE active_storage_attachments SET record_id = 9 WHERE id = 22", {"edits": ["22"]}),
    ("UPDATE active_storage_attachments SET name = 'cover' WHERE id = 22", {"edits": ["22"]}),
    (
        "UPDATE active_storage_attachments SET record_type = 'User' WHERE id = 22",
        {"edits": ["22"]},
    ),
    ("UPDATE active_storage_blobs SET filename = 'x' WHERE id = 21", {"edits": ["21"]}),
    (
        "UPDATE active_storage_blobs SET service_name = 'disk' WHERE id = 21",
        {"service_name": ["21"]},
    ),
    ("UPDATE active_storage_blobs SET byte_size = 1 WHERE id = 21", {"attachments": ["21"]}),
    ("UPDATE active_storage_blobs SET checksum = NULL WHERE id = 21", {"attachments": ["21"]}),
    ("UPDATE active_storage_blobs SET key = 'other' WHERE id = 21", {"attachments": ["21"]}),
    (
        "DELETE FROM user_posters; DELETE FROM artists_posters; DELETE FROM posters_series;"
        " DELETE FROM posters WHERE id = 9",
        {"attachments": ["23"]},
    ),
    (
        "DELETE FROM artex_migration.images WHERE attachment_id = 22",
        {"conservation": ["22"]},
    ),
    (
        "UPDATE artex_migration.images SET state = 'lost' WHERE attachment_id = 22",
        {"conservation": ["22"]},
    ),
    (
        "UPDATE artex_migration.images SET state = 'failed', reason = 'missing'"
        " WHERE attachment_id = 22",
        {"completeness": ["22"]},
    ),
    (
        "UPDATE artex_migration.images SET state = 'pending' WHERE attachment_id = 22",
        {"completeness": ["22"]},
    ),
    (
        "UPDATE artex_migration.images SET state = 'quarantined', reason = 'image_empty'"
        " WHERE attachment_id = 22",
        {"quarantine": ["22"]},
    ),
    (
        "UPDATE artex_migration.images SET warnings = 'truncated' WHERE attachment_id = 22",
        {"warnings": ["22"]},
    ),
    ("UPDATE active_storage_blobs SET metadata = '{\"width\":24}'", {}),
]


@pytest.mark.parametrize(("sabotage", "failing"), SABOTAGE)
def test_sabotage_is_found_and_named(
    three: Gallery, sabotage: str | Callable[[Gallery], None], failing: dict[str, list[str]]
) -> None:
    if isinstance(sabotage, str):
        three.migration.connection.execute(sabotage.encode())
    else:
        sabotage(three)
    assert three.failing() == failing


def test_what_a_person_did_in_the_target_is_a_warning_and_is_not_undone(three: Gallery) -> None:
    three.migration.execute("DELETE FROM active_storage_attachments WHERE id IN (21, 23)")
    three.migration.execute(
        "INSERT INTO active_storage_blobs (id, key, filename, service_name, byte_size, created_at)"
        " VALUES (99, 'theirs', 'a', 'amazon', 6, now())"
    )
    three.migration.execute(
        "INSERT INTO active_storage_attachments VALUES (99, 'image', 'Poster', 8, 99, now())"
    )
    before = three.migration.versions()
    assert three.copied() == 0
    assert three.migration.versions() == before
    finding = three.findings()["edits"]
    assert finding.severity == Severity.WARN
    assert finding.offenders["key"].to_list() == ["21", "23"]


def test_another_picture_in_legacy_is_told_and_the_migrated_one_stays(three: Gallery) -> None:
    three.blobs[0]["checksum"] = "another=="
    assert three.copied() == 0
    assert three.failing() == {"edits": ["21"]}


def test_all_but_quarantine_warnings_and_edits_are_errors(three: Gallery) -> None:
    warn = {name for name, found in three.findings().items() if found.severity == Severity.WARN}
    assert warn == {"quarantine", "warnings", "edits"}


def test_no_file_name_is_in_any_finding(gallery: Gallery) -> None:
    canary = "canary-file-name"
    for number in range(21, 26):
        gallery.add(number, name=canary, filename=f"{canary}.jpg", put=number != 22)
    gallery.add(26, 404, filename=canary)
    gallery.add(27, content=b"<html>", filename=canary)
    gallery.add(28, content=picture(28)[:-20], filename=canary)
    gallery.run()
    gallery.migration.execute("UPDATE active_storage_blobs SET filename = 'canary-other'")
    gallery.migration.execute("UPDATE active_storage_blobs SET service_name = 'x' WHERE id = 23")
    gallery.migration.execute("DELETE FROM active_storage_attachments WHERE id = 24")
    findings = gallery.findings()
    assert sum(found.count for found in findings.values()) > 8
    for found in findings.values():
        assert "canary" not in f"{found.says} {found.offenders.rows()}"
    sentences = gallery.migration.column("SELECT sentence FROM artex_migration.images")
    assert "canary" not in str(sentences)


def test_unmapped_types_are_named_with_their_number() -> None:
    assert unmapped_types({}).passed
    finding = unmapped_types({"User": 1200})
    assert finding.severity == Severity.WARN
    assert finding.offenders.rows() == [("User", "1,200 attachments are not carried")]
