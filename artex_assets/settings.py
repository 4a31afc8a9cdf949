"""Every setting: its name, environment variable, default and meaning.

`.env.example` and the README's table are generated from here (`artex settings`), and a test
compares them. A secret is a `SecretStr`: its `repr` is masked, and it is read only where a
connection is made.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from artex_assets.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that holds dagster.yaml, workspace.yaml and data_fixtures."""

DEMO_BACKUP = PROJECT / "data_fixtures" / "production_backup.dump"


class Settings(BaseSettings):
    """The settings, read from the environment and, behind it, from `.env` in the project folder."""

    model_config = SettingsConfigDict(
        env_file=PROJECT / ".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    legacy_backup: Path | None = Field(
        None,
        alias="LEGACY_BACKUP",
        description="The pg_dump of the legacy database. Without it, the demo's, but only when "
        "DATABASE_URL is not set either.",
    )
    legacy_database_url: SecretStr | None = Field(
        None,
        alias="LEGACY_DATABASE_URL",
        description="A live legacy database, read as it is and read-only, in place of a backup.",
    )
    database_url: SecretStr | None = Field(
        None,
        alias="DATABASE_URL",
        description="The target database, `postgresql://` or Heroku's `postgres://`. Without it, "
        "the embedded server's.",
    )
    dagster_postgres_url: SecretStr | None = Field(
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
    artex_snapshot_url: str | None = Field(
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
    return f"{name} must be {allowed}" if allowed else f"{name}: {detail['msg']}"
