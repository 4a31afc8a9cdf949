"""Which legacy database is read: a live one, a backup, or the demo's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from artex_assets.embedded.postgres import EmbeddedPostgres
from artex_assets.errors import SettingsError
from artex_assets.legacy.backup import restored
from artex_assets.settings import DEMO_BACKUP, Settings


def backup_of(settings: Settings) -> Path | None:
    """The backup to restore; None when a live legacy database is to be read.

    Raises SettingsError when both are set, or when neither is and the target is a real one: the
    demo's rows must not get into it.
    """
    if settings.legacy_database_url and settings.legacy_backup:
        raise SettingsError(
            "LEGACY_BACKUP and LEGACY_DATABASE_URL are both set.", next_step="Unset one of them."
        )
    if settings.legacy_database_url:
        return None
    if settings.legacy_backup:
        return settings.legacy_backup.expanduser().absolute()
    if settings.database_url:
        raise SettingsError(
            "DATABASE_URL names a target, but no legacy database is named.",
            next_step="Set LEGACY_BACKUP to a dump, or LEGACY_DATABASE_URL.",
        )
    return DEMO_BACKUP


@contextmanager
def legacy_database(settings: Settings, tables: list[str]) -> Iterator[str]:
    """The URL of the database to read; a backup is restored first, and kept while it is read.

    Raises ArtexError as they do.
    """
    backup = backup_of(settings)
    if backup is None:
        assert settings.legacy_database_url is not None
        yield settings.legacy_database_url.get_secret_value()
    else:
        with restored(backup, EmbeddedPostgres(settings.home), tables) as url:
            yield url
