"""What the embedded services stand in for: the URL of each place whose setting is not set."""

from pathlib import Path

from artex_assets.database.connection import normalized
from artex_assets.embedded.postgres import DAGSTER_DATABASE, TARGET_DATABASE, EmbeddedPostgres
from artex_assets.settings import Settings


def target_url(settings: Settings) -> str:
    """The target database: DATABASE_URL, else one of the embedded server's."""
    if settings.database_url:
        return normalized(settings.database_url.get_secret_value())
    return EmbeddedPostgres(settings.home).url(TARGET_DATABASE)


def dagster_url(settings: Settings) -> str:
    """Dagster's storage, for SQLAlchemy: DAGSTER_POSTGRES_URL, else one of the embedded server's.

    dagster-postgres needs psycopg2, and SQLAlchemy would choose psycopg 3 for a bare scheme.
    """
    if settings.dagster_postgres_url:
        url = normalized(settings.dagster_postgres_url.get_secret_value())
    else:
        url = EmbeddedPostgres(settings.home).url(DAGSTER_DATABASE)
    return url.replace("postgresql://", "postgresql+psycopg2://", 1)


def snapshot_place(settings: Settings) -> str:
    """Where legacy snapshots are kept: ARTEX_SNAPSHOT_URL, else a folder in ARTEX_HOME."""
    place = settings.artex_snapshot_url
    if place is None:
        return str(settings.home / "snapshot")
    return place if "://" in place else str(Path(place).expanduser().absolute())
