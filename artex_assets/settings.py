"""Every setting: its name, environment variable, default and meaning.

`.env.example` and the README's table are generated from here (documentation.py), and a test
compares them. A secret is a `SecretStr`: its `repr` is masked, and it is read only where a
connection is made.
"""

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from artex_assets.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that holds dagster.yaml, workspace.yaml and data_fixtures."""

DEMO_BACKUP = PROJECT / "data_fixtures" / "production_backup.dump"


def _database_url(secret: SecretStr) -> SecretStr:
    """Refuses what is no URL of a database: other programs' complaints about it would quote it."""
    try:
        parts = urlsplit(secret.get_secret_value())
    except ValueError:
        raise ValueError("it cannot be read as a URL") from None
    if not parts.scheme.startswith("postgres"):
        raise ValueError("it must be a URL such as postgresql://user:password@host:5432/database")
    if "@" in f"{parts.path}{parts.query}{parts.fragment}":
        raise ValueError(
            "the characters / ? # in its user or password must be written as %2F, %3F, %23"
        )
    return secret


def _snapshot_url(place: str) -> str:
    if "://" in place and not place.startswith("s3://"):
        raise ValueError("it must be a folder or s3://bucket/prefix")
    return place


DatabaseUrl = Annotated[SecretStr, AfterValidator(_database_url)]


class Settings(BaseSettings):
    """The settings, read from the environment and, behind it, from `.env` in the project folder.

    A variable that is empty in the environment counts as not set, whatever `.env` says of it.
    """

    model_config = SettingsConfigDict(env_file=PROJECT / ".env", extra="ignore", frozen=True)

    legacy_backup: Path | None = Field(
        None,
        alias="LEGACY_BACKUP",
        description="The pg_dump of the legacy database. Without it, the demo's, but only when "
        "DATABASE_URL is not set either.",
    )
    legacy_database_url: DatabaseUrl | None = Field(
        None,
        alias="LEGACY_DATABASE_URL",
        description="A live legacy database, read as it is and read-only, in place of a backup.",
    )
    database_url: DatabaseUrl | None = Field(
        None,
        alias="DATABASE_URL",
        description="The target database, `postgresql://` or Heroku's `postgres://`. Without it, "
        "the embedded server's.",
    )
    dagster_postgres_url: DatabaseUrl | None = Field(
        None,
        alias="DAGSTER_POSTGRES_URL",
        description="The database of Dagster's runs and events. Without it, one of the embedded "
        "server's.",
    )
    artex_home: Path = Field(
        Path(".artex"),
        alias="ARTEX_HOME",
        description="Where the embedded services, snapshots and logs live. A relative path counts "
        "from the project folder.",
    )
    artex_snapshot_url: Annotated[str, AfterValidator(_snapshot_url)] | None = Field(
        None,
        alias="ARTEX_SNAPSHOT_URL",
        description="Where legacy snapshots are kept: a folder, or `s3://bucket/prefix` so that "
        "several machines share them. Without it, `snapshot` in ARTEX_HOME.",
    )
    artex_legacy_price_unit: Literal["cents", "dollars"] = Field(
        "cents",
        alias="ARTEX_LEGACY_PRICE_UNIT",
        description="The unit of legacy prices in integer and numeric columns.",
    )
    artex_missing_release_date: Literal["migration_date", "null"] = Field(
        "migration_date",
        alias="ARTEX_MISSING_RELEASE_DATE",
        description="What a poster without a release date gets: the date of the first load, or "
        "nothing.",
    )
    artex_carry_passwords: bool = Field(
        True,
        alias="ARTEX_CARRY_PASSWORDS",
        description="Whether bcrypt hashes are carried. Right only if the old application used no "
        "pepper: test one login.",
    )
    artex_max_quarantined: float = Field(
        50.0,
        ge=0,
        le=100,
        alias="ARTEX_MAX_QUARANTINED",
        description="The percentage of a table's rows that may be quarantined. Above it, and above "
        "50 rows, nothing of the table is loaded and the run fails: more likely a rule or the "
        "backup is wrong.",
    )

    source_access_key: SecretStr | None = Field(
        None,
        alias="SOURCE_S3_ACCESS_KEY",
        description="The access key of the source bucket. Without it, the target's.",
    )
    source_secret_key: SecretStr | None = Field(
        None, alias="SOURCE_S3_SECRET_KEY", description="The secret key of the source bucket."
    )
    source_region: str = Field(
        "us-east-1", alias="SOURCE_S3_REGION", description="The region of the source bucket."
    )
    source_bucket: str = Field(
        "the-art-exchange-migration-source",
        alias="SOURCE_S3_BUCKET",
        description="The bucket of the legacy images. It is only read.",
    )
    source_endpoint_url: str | None = Field(
        None,
        alias="SOURCE_S3_ENDPOINT_URL",
        description="The S3 server of the source bucket. Without it, AWS when the source has "
        "credentials of its own, else the target's.",
    )
    source_key_template: str = Field(
        "{key}",
        alias="SOURCE_S3_KEY_TEMPLATE",
        description="Where a blob's object is in the source bucket, such as `images/{key}` or "
        "`{key[0:2]}/{key[2:4]}/{key}`.",
    )
    target_access_key: SecretStr | None = Field(
        None,
        alias="AWS_ACCESS_KEY_ID",
        description="The access key of the target bucket. When this, AWS_S3_BUCKET and "
        "AWS_ENDPOINT_URL_S3 are all unset, the embedded S3 server is used.",
    )
    target_secret_key: SecretStr | None = Field(
        None, alias="AWS_SECRET_ACCESS_KEY", description="The secret key of the target bucket."
    )
    target_region: str = Field(
        "us-east-1", alias="AWS_REGION", description="The region of the target bucket."
    )
    target_bucket: str | None = Field(
        None, alias="AWS_S3_BUCKET", description="The bucket of the new application."
    )
    target_endpoint_url: str | None = Field(
        None,
        alias="AWS_ENDPOINT_URL_S3",
        description="The S3 server of the target bucket. Without it, AWS.",
    )
    artex_target_service: Literal["amazon", "local"] = Field(
        "amazon",
        alias="ARTEX_TARGET_SERVICE",
        description="Where images go: amazon is the target bucket, local is a folder in Rails' "
        "disk layout, for development. It is the blobs' service_name.",
    )
    artex_local_storage: Path | None = Field(
        None,
        alias="ARTEX_LOCAL_STORAGE",
        description="The folder of the local service. Without it, `storage` in ARTEX_HOME.",
    )
    artex_image_batches: int = Field(
        20,
        ge=1,
        le=1000,
        alias="ARTEX_IMAGE_BATCHES",
        description="How many batches, which are the partitions, an image set has.",
    )
    artex_max_pixels: int = Field(
        250_000_000,
        ge=1,
        alias="ARTEX_MAX_PIXELS",
        description="An image of more pixels is quarantined.",
    )
    artex_s3_concurrency: int = Field(
        128,
        ge=1,
        le=1000,
        alias="ARTEX_S3_CONCURRENCY",
        description="How many images are copied at the same time, at most: fewer while a server "
        "asks for less, or where the process may not open two files for each.",
    )
    artex_s3_attempts: int = Field(
        5,
        ge=1,
        le=100,
        alias="ARTEX_S3_ATTEMPTS",
        description="How often an image is tried in one run before it fails.",
    )
    artex_s3_timeout: float = Field(
        60.0,
        gt=0,
        alias="ARTEX_S3_TIMEOUT",
        description="Seconds without an answer after which a request is tried again.",
    )
    artex_s3_rate_limit: float | None = Field(
        None,
        gt=0,
        alias="ARTEX_S3_RATE_LIMIT",
        description="Bytes a second that are read from the source, at most. Without it, as many "
        "as the servers give.",
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_not_set(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if value != ""}

    @property
    def home(self) -> Path:
        """ARTEX_HOME as an absolute path."""
        return (PROJECT / self.artex_home.expanduser()).resolve()


def load(**values: Any) -> Settings:
    """The settings of this process.

    Raises SettingsError that names the variable, never its value.
    """
    try:
        return Settings(**values)
    except ValidationError as error:
        problems = "; ".join(_problem(dict(detail)) for detail in error.errors())
        raise SettingsError(
            f"A setting is wrong: {problems}.",
            next_step="Correct it in the environment or in .env.",
        ) from None


def _problem(detail: dict[str, Any]) -> str:
    name = str(detail["loc"][0])
    allowed = detail.get("ctx", {}).get("expected")
    if detail["type"] == "bool_parsing":
        allowed = "true or false"
    # pydantic puts this before the sentence of a validator.
    reason = detail["msg"].removeprefix("Value error, ")
    return f"{name} must be {allowed}" if allowed else f"{name}: {reason}"
