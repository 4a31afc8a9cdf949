"""An image set as a Dagster asset: partitioned by batch, red where an image failed.

A run may have any of the batches. Each good one is materialized; then the checks are told; then, if
any batch has a failed image, the step fails, so that exactly these batches are red and "Backfill
failed and missing partitions" takes up the right ones. What is done is in the ledger, never again.
"""

import base64
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import dagster as dg
import polars as pl

from artex_assets import settings
from artex_assets.assets.evidence import Metadata, of_check, table_value
from artex_assets.assets.legacy import key as legacy_key
from artex_assets.assets.resources import TargetDatabase, plainly
from artex_assets.checks.finding import SHOWN
from artex_assets.database.connection import Connection
from artex_assets.embedded.defaults import target_url
from artex_assets.images import checks, storage
from artex_assets.images.contact_sheet import contact_sheet
from artex_assets.images.job import Batch, Job
from artex_assets.images.locks import locked
from artex_assets.images.migration import migrate
from artex_assets.images.plan import plan, unmapped_types
from artex_assets.images.sets import IMAGE_SETS, IMAGES_FAILED, SAMPLE, ImageSet, batch_keys
from artex_assets.settings import Settings
from artex_assets.target import migration_schema
from artex_assets.target.parents import parents
from artex_assets.vocabulary import State

Result = TypeVar("Result")

LOGGED = 20
"""Failed images a batch that its run's log names; each is an event, which takes its time."""


def image_set_asset(image_set: ImageSet, batches: int) -> dg.AssetsDefinition:
    """The partitioned asset that migrates a set, with its checks."""
    asset = dg.AssetKey(image_set.name)

    @_partitioned(image_set, batches)
    def migrate_images(
        context: dg.AssetExecutionContext,
        target: dg.ResourceParam[TargetDatabase],
        attachments: pl.DataFrame,
        blobs: pl.DataFrame,
    ) -> Iterator[dg.AssetMaterialization | dg.AssetCheckResult]:
        with plainly():
            chosen = settings.load()
            transact = _transactions(target, image_set, context.run.run_id)

            def planned_now(connection: Connection) -> pl.DataFrame:
                rules = target.rules(migration_schema.ensure(connection))
                records = parents(connection, image_set.table)
                return plan(image_set, attachments, blobs, records, rules, batches)

            highest = (_highest(blobs), _highest(attachments))
            job = _job(context, chosen, image_set, highest)
            failed: list[Batch] = []
            keys = list(context.partition_keys)
            with locked(target_url(chosen), image_set, keys, context.run.run_id):
                planned = transact(planned_now)
                for batch in migrate(transact, job, planned, keys):
                    _tell(context, batch)
                    if batch.complete:
                        yield dg.AssetMaterialization(
                            asset, partition=batch.key, metadata=of_batch(batch)
                        )
                    elif batch.failures:
                        failed.append(batch)
            findings = transact(
                lambda connection: checks.check(
                    connection, image_set, planned, job.service, lambda: storage.objects(chosen)
                )
            )
            if checks.UNMAPPED in _descriptions(image_set):
                findings.append(checks.unmapped_types(unmapped_types(attachments, IMAGE_SETS)))
            for finding in findings:
                yield of_check(asset, finding)
            if failed and job.limit is None:
                raise _failure(image_set, sorted(failed, key=lambda batch: batch.key))

    return migrate_images


def _partitioned(
    image_set: ImageSet, batches: int
) -> Callable[[Callable[..., Iterator[Any]]], dg.AssetsDefinition]:
    """The asset's declaration, but for what it does."""
    asset = dg.AssetKey(image_set.name)
    with warnings.catch_warnings():
        # The one beta parameter: without it a backfill makes a run a batch, ten seconds each.
        warnings.filterwarnings("ignore", "Parameter `backfill_policy`", dg.BetaWarning)
        return dg.asset(
            key=asset,
            partitions_def=dg.StaticPartitionsDefinition(batch_keys(batches)),
            backfill_policy=dg.BackfillPolicy.single_run(),
            output_required=False,
            ins={
                "attachments": dg.AssetIn(key=legacy_key("active_storage_attachments")),
                "blobs": dg.AssetIn(key=legacy_key("active_storage_blobs")),
            },
            deps=[dg.AssetKey(image_set.table)],
            check_specs=[
                dg.AssetCheckSpec(name, asset=asset, description=description)
                for name, description in _descriptions(image_set).items()
            ],
            group_name="images",
            kinds={"s3", "postgresql"},
            description=f"The images of {image_set.table}, by batch: copied, proved, attached.",
        )


def _descriptions(image_set: ImageSet) -> dict[str, str]:
    """The checks of a set. What belongs to no set is said by the first of them."""
    unmapped = {checks.UNMAPPED: checks.UNMAPPED_DESCRIPTION}
    first = image_set is next(iter(IMAGE_SETS.values()))
    return {**checks.DESCRIPTIONS, **(unmapped if first else {})}


def of_batch(batch: Batch) -> Metadata:
    """The metadata of a batch's materialization. Bytes and seconds are of this run."""
    metadata: Metadata = {
        "images": batch.images,
        **{f"images {state}": count for state, count in batch.states.items() if count},
        "migrated in this run": batch.done_now,
        "adopted": batch.adopted,
        "bytes": batch.copied,
        "seconds": round(batch.seconds, 3),
        "MB per second": round(batch.copied / 1e6 / batch.seconds, 2) if batch.seconds else 0.0,
        "retries": batch.retries,
    }
    sheet = contact_sheet(batch.samples)
    if sheet is not None:
        image = base64.b64encode(sheet).decode()
        metadata["contact sheet"] = dg.MetadataValue.md(
            f"![a few images of the batch](data:image/jpeg;base64,{image})"
        )
    return metadata


def _highest(legacy: pl.DataFrame) -> int:
    """The highest id of a legacy table, 0 when it is empty."""
    highest = legacy["id"].max()
    return highest if isinstance(highest, int) else 0


def _job(
    context: dg.AssetExecutionContext,
    chosen: Settings,
    image_set: ImageSet,
    highest: tuple[int, int],
) -> Job:
    from artex_assets.images.transfer import Policy, Transfer

    local = chosen.artex_target_service == "local"
    source = storage.source(chosen).bucket()
    target = storage.folder(chosen) if local else storage.target(chosen).bucket()
    policy = Policy(
        concurrency=chosen.artex_s3_concurrency,
        attempts=chosen.artex_s3_attempts,
        idle_seconds=chosen.artex_s3_timeout,
        bytes_per_second=chosen.artex_s3_rate_limit,
    )
    sample = context.run.tags.get(SAMPLE)
    return Job(
        image_set=image_set,
        run_id=context.run.run_id,
        service=chosen.artex_target_service,
        template=chosen.source_key_template,
        max_pixels=chosen.artex_max_pixels,
        copy=Transfer(source, target, policy),
        highest=highest,
        limit=int(sample) if sample else None,
    )


def _transactions(
    target: TargetDatabase, image_set: ImageSet, run_id: str
) -> Callable[[Callable[[Connection], Any]], Any]:
    name = f"artex_assets {image_set.name} {run_id[:8]}"

    def transact(work: Callable[[Connection], Result]) -> Result:
        def committed(connection: Connection) -> Result:
            with connection.transaction():
                return work(connection)

        return target.run(name, committed)

    return transact


def _tell(context: dg.AssetExecutionContext, batch: Batch) -> None:
    counts = ", ".join(f"{count:,} {state}" for state, count in batch.states.items() if count)
    context.log.info(f"Batch {batch.key}: {counts or 'no images'}.")
    for failure in batch.failures[:LOGGED]:
        context.log.error(
            f"Batch {batch.key}, attachment {failure.attachment_id}: {failure.reason}. "
            f"{failure.sentence}"
        )
    count = batch.states.get(str(State.FAILED), 0)
    if count > LOGGED:
        context.log.error(
            f"Batch {batch.key}: {count - LOGGED:,} more images failed; "
            "`artex status --json` names each."
        )


def _failure(image_set: ImageSet, failed: Sequence[Batch]) -> dg.Failure:
    count = sum(batch.states[str(State.FAILED)] for batch in failed)
    images = [(batch.key, failure) for batch in failed for failure in batch.failures]
    lines = pl.DataFrame(
        [(batch, one.attachment_id, one.reason, one.sentence) for batch, one in images[:SHOWN]],
        schema={
            "batch": pl.String,
            "attachment": pl.Int64,
            "reason": pl.String,
            "what to do": pl.String,
        },
        orient="row",
    )
    named = "\n".join(
        f"Batch {batch}, attachment {one.attachment_id}: {one.reason}. {one.sentence}"
        for batch, one in images[:LOGGED]
    )
    more = f"\n… and {count - LOGGED:,} more." if count > LOGGED else ""
    return dg.Failure(
        description=f"{image_set.name}: {count:,} images failed in the batches "
        f"{', '.join(batch.key for batch in failed)}. The others are migrated. Mend the cause, "
        "then backfill the failed partitions, or run `artex images retry`.\n" + named + more,
        metadata={IMAGES_FAILED: count, "failed images": table_value(lines)},
        allow_retries=False,
    )
