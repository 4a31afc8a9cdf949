"""An image set taken up again: what is done stays, what is left is done, in any batches."""

import threading
from dataclasses import replace

from artex_assets.images.sets import batch_keys
from artex_assets_tests.images.gallery import Gallery, md5, picture


def test_a_second_run_over_a_finished_set_asks_no_server_and_writes_nothing(
    gallery: Gallery,
) -> None:
    gallery.add(21, name="image")
    gallery.add(22, 404)
    gallery.attach(23, 21, name="image")
    gallery.add(24, content=b"")
    gallery.attach(None, None)
    gallery.run()
    assert [state for state, _ in gallery.lines().values()] == [
        "quarantined",
        "migrated",
        "quarantined",
        "merged",
        "quarantined",
    ]
    before = gallery.migration.versions()
    nobody = "http://127.0.0.1:1"
    gallery.source = replace(gallery.source, endpoint_url=nobody)
    gallery.target = replace(gallery.bucket, endpoint_url=nobody)
    batches = gallery.run(run="second")
    assert gallery.migration.versions() == before
    assert all(batch.complete and not batch.done_now for batch in batches.values())


def test_failed_images_leave_the_others_done_and_are_taken_up_alone(gallery: Gallery) -> None:
    gallery.count = 1
    missing = gallery.add(21, put=False, name="image")
    size = gallery.add(22, byte_size=5)
    other = gallery.add(23, checksum=md5(b"other"))
    gallery.add(24)
    [batch] = gallery.run().values()
    assert gallery.lines() == {
        21: ("failed", "missing"),
        22: ("failed", "size_mismatch"),
        23: ("failed", "checksum_mismatch"),
        24: ("migrated", None),
    }
    assert not batch.complete
    assert sorted(entry.attachment_id for entry in batch.failures) == [21, 22, 23]
    assert batch.states["failed"] == 3
    assert all(entry.sentence for entry in batch.failures)
    assert gallery.failing() == {"completeness": ["21", "22", "23"]}
    [sentence] = gallery.migration.column(
        "SELECT sentence FROM artex_migration.images WHERE attachment_id = 23"
    )
    assert md5(b"other") in sentence
    assert md5(picture(23)) in sentence
    [again] = gallery.run(run="still").values()
    assert (again.states["failed"], again.done_now) == (3, 0)
    gallery.put(missing, picture(21))
    gallery.put(size, b"wrong")
    gallery.blobs[2]["checksum"] = md5(picture(23))
    assert gallery.copied() == 2
    gallery.blobs[1] |= {"byte_size": len(picture(22)), "checksum": md5(picture(22))}
    gallery.put(size, picture(22))
    assert gallery.copied() == 1
    assert {state for state, _ in gallery.lines().values()} == {"migrated"}
    assert gallery.objects()[other] == picture(23)
    assert gallery.failing() == {}
    assert gallery.migration.rows(
        "SELECT attachment_id, attempts FROM artex_migration.images ORDER BY 1"
    )[-1] == (24, 1)


def test_a_foreign_object_under_the_key_is_not_touched_and_the_image_fails(
    gallery: Gallery,
) -> None:
    key = gallery.add(21, name="image")
    gallery.s3.put_object(Bucket=gallery.bucket.name, Key=key, Body=b"theirs")
    gallery.run()
    assert gallery.lines() == {21: ("failed", "key_taken")}
    assert gallery.objects() == {key: b"theirs"}
    assert gallery.attached() == {}
    gallery.s3.delete_object(Bucket=gallery.bucket.name, Key=key)
    assert gallery.copied() == 1
    assert gallery.failing() == {}


def test_a_lost_line_of_the_ledger_is_written_again_and_nothing_is_copied(
    gallery: Gallery,
) -> None:
    for number in (21, 22, 23):
        gallery.add(number)
    gallery.run()
    before = gallery.end_state()
    gallery.migration.execute("DELETE FROM artex_migration.images WHERE attachment_id <> 22")
    batches = gallery.run(run="again")
    assert sum(batch.adopted for batch in batches.values()) == 2
    assert sum(batch.copied for batch in batches.values()) == 0
    assert gallery.end_state() == before


def test_an_object_in_place_is_adopted_and_not_copied(gallery: Gallery) -> None:
    gallery.add(21, name="image")
    gallery.run()
    before = gallery.end_state()
    gallery.migration.execute("TRUNCATE active_storage_attachments")
    gallery.migration.execute("DELETE FROM active_storage_blobs")
    gallery.migration.execute("TRUNCATE artex_migration.images")
    assert gallery.copied() == 0
    after = gallery.end_state()
    assert after == before
    # Also when the source has lost it.
    gallery.migration.execute("TRUNCATE artex_migration.images")
    gallery.s3.delete_object(Bucket=gallery.source.name, Key=gallery.blobs[0]["key"])
    assert gallery.copied() == 0
    assert gallery.end_state() == before


def test_another_count_of_batches_copies_nothing_and_ends_the_same(gallery: Gallery) -> None:
    for number in range(21, 27):
        gallery.add(number, put=number != 25)
    gallery.run()
    undisturbed = gallery.end_state()
    gallery.count = 7
    assert not set(batch_keys(7)) & set(batch_keys(3))
    assert gallery.copied() == 0
    assert gallery.migration.column(
        "SELECT DISTINCT substr(batch, 3) FROM artex_migration.images"
    ) == ["of-7"]
    gallery.count = 3
    assert gallery.copied() == 0
    assert gallery.end_state() == undisturbed


def test_only_the_batches_asked_for_are_worked_on_and_the_ledger_has_all(gallery: Gallery) -> None:
    keys = {number: gallery.add(number) for number in range(21, 33)}
    chosen = gallery.batch(keys[21])
    gallery.run([chosen])
    states = {number: state for number, (state, _) in gallery.lines().items()}
    assert states == {
        number: "migrated" if gallery.batch(key) == chosen else "pending"
        for number, key in keys.items()
    }
    assert set(states.values()) == {"migrated", "pending"}
    assert "completeness" in gallery.failing()
    gallery.run()
    assert gallery.failing() == {}


def test_a_sample_is_so_many_images_and_the_next_run_does_the_rest(gallery: Gallery) -> None:
    for number in range(21, 28):
        gallery.add(number)
    gallery.run(limit=2)
    assert len(gallery.objects()) == 2
    assert gallery.copied() == 5


def test_an_image_that_legacy_no_longer_has_is_no_longer_waited_for(gallery: Gallery) -> None:
    gallery.add(21, name="image")
    gallery.add(22, put=False)
    gallery.run()
    assert gallery.lines()[22] == ("failed", "missing")
    del gallery.attachments[1], gallery.blobs[1]
    gallery.run()
    assert gallery.lines() == {21: ("migrated", None)}
    assert gallery.failing() == {}


def test_two_runs_on_different_batches_work_together(gallery: Gallery) -> None:
    for number in range(21, 51):
        gallery.add(number)
    first, *rest = batch_keys(gallery.count)
    errors: list[BaseException] = []

    def work(batches: list[str]) -> None:
        try:
            gallery.run(batches, run=batches[0])
        except BaseException as error:  # noqa: BLE001 - told by the test
            errors.append(error)

    threads = [threading.Thread(target=work, args=(batches,)) for batches in ([first], rest)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert {state for state, _ in gallery.lines().values()} == {"migrated"}
    assert gallery.failing() == {}
    # They may not have met, so that neither undoes what the other wrote is said by the ledger:
    assert gallery.migration.value("SELECT count(DISTINCT run_id) FROM artex_migration.images") == 2
