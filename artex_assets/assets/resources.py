"""What the assets reach the world through. Nothing is configured in the UI: see settings.py."""

import datetime
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import dagster as dg
import polars as pl

from artex_assets import settings
from artex_assets.database.connection import Connection
from artex_assets.database.failures import described, transacted
from artex_assets.embedded.defaults import snapshot_place, target_url
from artex_assets.errors import ArtexError, TargetError
from artex_assets.legacy.store import Bucket, Folder, SnapshotStore
from artex_assets.settings import Settings
from artex_assets.tables.declaration import Rules

Result = TypeVar("Result")


class TargetDatabase:
    """The target database, by DATABASE_URL or the embedded default."""

    def run(self, name: str, work: Callable[[Connection], Result]) -> Result:
        """What `work` returns on a connection that bears `name`. Raises TargetError."""
        return transacted(target_url(settings.load()), name, TargetError, work)

    def rules(self, migration_date: datetime.date) -> Rules:
        """What the settings say of the rules."""
        chosen = settings.load()
        return Rules(
            migration_date=migration_date,
            price_unit=chosen.artex_legacy_price_unit,
            missing_release_date=chosen.artex_missing_release_date,
            carry_passwords=chosen.artex_carry_passwords,
            max_quarantined=chosen.artex_max_quarantined,
        )


class Snapshots(dg.IOManager):
    """The IO manager of the legacy tables: Parquet at ARTEX_SNAPSHOT_URL or in ARTEX_HOME.

    A run reads one snapshot all along, whatever other runs publish meanwhile: its own when it made
    one, else the one that was current when it first read.
    """

    def __init__(self) -> None:
        self._chosen: dict[str, str | None] = {}

    def store(self) -> SnapshotStore:
        """The store at the place that the settings name."""
        chosen = settings.load()
        place = snapshot_place(chosen)
        if place.startswith("s3://"):
            return SnapshotStore(Bucket(place, lambda: s3_client(chosen)))
        return SnapshotStore(Folder(Path(place)))

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        """Keeps the frame below the run's id; the asset publishes the snapshot when it is whole."""
        self.store().write(context.run_id, context.asset_key.path[-1], obj)

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """The table's frame in the snapshot of this run."""
        store, run_id = self.store(), context.step_context.run_id
        if run_id not in self._chosen:
            self._chosen[run_id] = run_id if store.published(run_id) else store.current()
        return store.read(context.asset_key.path[-1], self._chosen[run_id])


def s3_client(chosen: Settings) -> Any:
    """A client of the bucket with the snapshots: by AWS's own variables, or of the embedded S3."""
    from dagster_aws.s3 import S3Resource

    if "AWS_ACCESS_KEY_ID" in os.environ:
        return S3Resource().get_client()
    from artex_assets.embedded.seaweedfs import EmbeddedS3

    embedded = EmbeddedS3(chosen.home)
    return S3Resource(
        endpoint_url=embedded.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=embedded.access_key,
        aws_secret_access_key=embedded.secret_key,
    ).get_client()


@contextmanager
def plainly() -> Iterator[None]:
    """Errors as a person needs them: one sentence, what to do next, and no values of rows.

    A failure that this project foresaw is shown with its sentence. An unforeseen one of a library
    that handles rows is shown by its kind and place only, since its text may quote them.
    """
    import psycopg

    try:
        yield
    except ArtexError as error:
        raise dg.Failure(
            description=str(error),
            metadata={"what": error.what, "next step": error.next_step},
            allow_retries=False,
        ) from None
    except psycopg.Error as error:
        raise dg.Failure(description=f"PostgreSQL refused: {described(error)}.") from None
    except pl.exceptions.PolarsError as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        line = f"{place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place else "nowhere"
        raise dg.Failure(
            description=f"A transform failed: polars {type(error).__name__} in {line}. "
            "Its text may quote rows, so it is not shown. Please report it."
        ) from None
