"""Where images come from and go to, as the settings say: buckets, or a folder."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import SecretStr

from artex_assets.errors import SettingsError
from artex_assets.images.transfer.bucket import Bucket
from artex_assets.settings import Settings

if TYPE_CHECKING:
    from dagster_aws.s3 import S3Resource


@dataclass(frozen=True)
class Account:
    """A bucket and who asks for it. Without keys, boto3's own chain finds credentials."""

    name: str
    region: str
    endpoint_url: str | None
    access_key: str | None = None
    secret_key: SecretStr | None = None

    @cached_property
    def resource(self) -> "S3Resource":
        """dagster-aws' resource: the client, its credentials and configuration."""
        from dagster_aws.s3 import S3Resource

        secret = self.secret_key.get_secret_value() if self.secret_key else None
        return S3Resource(
            region_name=self.region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=secret,
        )

    def client(self) -> Any:
        """A boto3 client of the account."""
        return self.resource.get_client()

    def bucket(self) -> Bucket:
        """The bucket for the transfer. Raises SettingsError when no credentials are found."""
        from boto3 import Session

        resource = self.resource
        credentials = Session(
            aws_access_key_id=resource.aws_access_key_id,
            aws_secret_access_key=resource.aws_secret_access_key,
            region_name=self.region,
        ).get_credentials()
        if credentials is None:
            raise SettingsError(
                f"There are no credentials for the bucket {self.name}.",
                next_step="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            )
        return Bucket(self.name, self.region, credentials, self.endpoint_url)


def embedded(settings: Settings) -> bool:
    """Whether the embedded S3 server holds the target bucket: no setting names another."""
    named = (settings.target_bucket, settings.target_access_key, settings.target_endpoint_url)
    return not any(named)


def target(settings: Settings) -> Account:
    """The target bucket. Raises SettingsError when only the database is named."""
    if embedded(settings):
        if settings.database_url:
            raise SettingsError(
                "DATABASE_URL names a target, but no bucket is named.",
                next_step="Set AWS_S3_BUCKET with its credentials, or ARTEX_TARGET_SERVICE=local.",
            )
        return _embedded(settings, "target")
    if not settings.target_bucket:
        raise SettingsError(
            "AWS credentials or an endpoint are set, but no bucket.",
            next_step="Set AWS_S3_BUCKET to the new application's bucket.",
        )
    key = settings.target_access_key
    return Account(
        settings.target_bucket,
        settings.target_region,
        settings.target_endpoint_url,
        key.get_secret_value() if key else None,
        settings.target_secret_key,
    )


def source(settings: Settings) -> Account:
    """The source bucket; without credentials of its own, with the target's.

    Raises SettingsError as `target` does.
    """
    if settings.source_access_key:
        return Account(
            settings.source_bucket,
            settings.source_region,
            settings.source_endpoint_url,
            settings.source_access_key.get_secret_value(),
            settings.source_secret_key,
        )
    if embedded(settings) and not settings.source_endpoint_url:
        return _embedded(settings, "source")
    theirs = target(settings)
    return Account(
        settings.source_bucket,
        settings.source_region,
        settings.source_endpoint_url or theirs.endpoint_url,
        theirs.access_key,
        theirs.secret_key,
    )


def folder(settings: Settings) -> Path:
    """The folder of the local service, in Rails' disk layout."""
    chosen = settings.artex_local_storage
    return chosen.expanduser().absolute() if chosen else settings.home / "storage"


def objects(settings: Settings) -> pl.DataFrame:
    """What the target holds: key (String), size (Int64, bytes), md5 (String).

    md5 is hexadecimal; null where a bucket's listing does not tell it. Raises StorageError.
    """
    schema = {"key": pl.String, "size": pl.Int64, "md5": pl.String}
    if settings.artex_target_service == "local":
        files = [path for path in folder(settings).glob("*/*/*") if path.is_file()]
        rows = [(path.name, path.stat().st_size, _md5(path)) for path in files]
        return pl.DataFrame(rows, schema=schema, orient="row")
    from artex_assets.images.transfer.listing import listed

    found = pl.DataFrame(listed(target(settings).bucket()), schema=schema, orient="row")
    # An ETag of another length is that of an upload in parts, or of an encrypted object.
    plain = pl.col("md5").str.contains("^[0-9a-f]{32}$")
    return found.with_columns(md5=pl.when(plain).then("md5"))


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, _digest).hexdigest()


def _digest() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)


def _embedded(settings: Settings, which: str) -> Account:
    from artex_assets.embedded.seaweedfs import TARGET_BUCKET, EmbeddedS3

    server = EmbeddedS3(settings.home)
    return Account(
        settings.source_bucket if which == "source" else TARGET_BUCKET,
        "us-east-1",
        server.endpoint_url,
        server.access_key,
        SecretStr(server.secret_key),
    )
