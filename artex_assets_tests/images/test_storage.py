"""Which buckets the settings mean, and what is listed of the target."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from artex_assets import settings
from artex_assets.embedded.seaweedfs import SOURCE_BUCKET, TARGET_BUCKET, EmbeddedS3
from artex_assets.errors import SettingsError, StorageError
from artex_assets.images import storage
from artex_assets.settings import Settings
from artex_assets_tests.images.gallery import Gallery, picture


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Settings with what a test gives, and nothing of this machine's."""
    for field in Settings.model_fields.values():
        monkeypatch.setenv(str(field.alias), "")

    def load(**values: str) -> Settings:
        for name, value in {"ARTEX_HOME": str(tmp_path), **values}.items():
            monkeypatch.setenv(name, value)
        return settings.load()

    return load


TARGET = {
    "AWS_S3_BUCKET": "posters",
    "AWS_ACCESS_KEY_ID": "AKIATARGET",
    "AWS_SECRET_ACCESS_KEY": "target-secret",
    "AWS_REGION": "eu-west-1",
}
SOURCE = {
    "SOURCE_S3_BUCKET": "old",
    "SOURCE_S3_ACCESS_KEY": "AKIASOURCE",
    "SOURCE_S3_SECRET_KEY": "source-secret",
    "SOURCE_S3_REGION": "us-west-2",
}


def said(account: storage.Account) -> tuple[str, str, str | None, str | None, str | None]:
    secret = account.secret_key.get_secret_value() if account.secret_key else None
    return account.name, account.region, account.endpoint_url, account.access_key, secret


def test_nothing_named_is_the_embedded_server(chosen: Any, object_store: EmbeddedS3) -> None:
    found = chosen(ARTEX_HOME=str(object_store.home))
    keys = (object_store.endpoint_url, object_store.access_key, object_store.secret_key)
    assert said(storage.source(found)) == (SOURCE_BUCKET, "us-east-1", *keys)
    assert said(storage.target(found)) == (TARGET_BUCKET, "us-east-1", *keys)


def test_both_sides_may_have_credentials_of_their_own(chosen: Any) -> None:
    found = chosen(**TARGET, **SOURCE)
    assert said(storage.target(found)) == (
        "posters",
        "eu-west-1",
        None,
        "AKIATARGET",
        "target-secret",
    )
    assert said(storage.source(found)) == ("old", "us-west-2", None, "AKIASOURCE", "source-secret")


def test_a_source_without_credentials_has_the_targets(chosen: Any) -> None:
    found = chosen(**TARGET, AWS_ENDPOINT_URL_S3="http://127.0.0.1:9")
    assert said(storage.source(found)) == (
        "the-art-exchange-migration-source",
        "us-east-1",
        "http://127.0.0.1:9",
        "AKIATARGET",
        "target-secret",
    )


def test_a_target_database_without_a_bucket_is_refused(chosen: Any) -> None:
    found = chosen(DATABASE_URL="postgresql://u:p@db.example/x")
    with pytest.raises(SettingsError, match="no bucket is named"):
        storage.target(found)
    assert storage.folder(found).name == "storage"


def test_credentials_without_a_bucket_are_refused(chosen: Any) -> None:
    with pytest.raises(SettingsError, match="but no bucket"):
        storage.target(chosen(AWS_ACCESS_KEY_ID="AKIA"))


def test_no_credentials_anywhere_are_one_sentence(
    chosen: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    found = chosen(AWS_S3_BUCKET="posters")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match="no credentials for the bucket posters"):
        storage.target(found).bucket()


def test_a_secret_is_in_no_account_that_is_printed(chosen: Any) -> None:
    found = chosen(**TARGET, **SOURCE)
    for account in (storage.target(found), storage.source(found)):
        assert "secret" not in repr(account).replace("secret_key", "")


def test_the_listing_tells_size_and_md5_of_any_key(gallery: Gallery, chosen: Any) -> None:
    keys = ["plain", "a b+c%20d&e=f?.jpg", "käse/🧀", "<&>'\""]
    for number, key in enumerate(keys, 21):
        gallery.add(number, key=key)
    gallery.run()
    access_key, secret_key = gallery.keys
    found = chosen(
        AWS_S3_BUCKET=gallery.bucket.name,
        AWS_ACCESS_KEY_ID=access_key,
        AWS_SECRET_ACCESS_KEY=secret_key,
        AWS_ENDPOINT_URL_S3=gallery.bucket.endpoint_url or "",
    )
    listed = storage.objects(found)
    assert listed.sort("key").rows() == gallery.listed().sort("key").rows()
    assert sorted(listed["key"]) == sorted(keys)
    assert listed["md5"].null_count() == 0


def test_a_bucket_that_cannot_be_listed_is_one_sentence(gallery: Gallery, chosen: Any) -> None:
    found = chosen(**TARGET, AWS_ENDPOINT_URL_S3=gallery.bucket.endpoint_url or "")
    with pytest.raises(StorageError, match=r"refuses bucket posters .*Invalid") as raised:
        storage.objects(found)
    assert "target-secret" not in str(raised.value)


def test_the_listing_of_a_folder_hashes_the_files(
    gallery: Gallery, chosen: Any, tmp_path: Path
) -> None:
    found = chosen(ARTEX_TARGET_SERVICE="local", ARTEX_LOCAL_STORAGE=str(tmp_path / "store"))
    assert storage.objects(found).is_empty()
    gallery.target = storage.folder(found)
    key = gallery.add(21)
    gallery.run()
    [row] = storage.objects(found).rows()
    content = picture(21)
    assert row == (key, len(content), hashlib.md5(content, usedforsecurity=False).hexdigest())
