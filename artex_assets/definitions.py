"""What Dagster loads: the legacy snapshot, the target's tables in their order, and the checks."""

import dagster as dg

from artex_assets import settings
from artex_assets.assets.images import image_set_asset
from artex_assets.assets.legacy import legacy_assets
from artex_assets.assets.reports import report_asset
from artex_assets.assets.resources import Snapshots, TargetDatabase
from artex_assets.assets.tables import table_asset, table_checks
from artex_assets.assets.target_schema import target_schema_asset
from artex_assets.images.sets import IMAGE_SETS
from artex_assets.report.sales.catalog import REPORTS
from artex_assets.tables.discovery import discover, legacy_tables

TABLES = discover()
BATCHES = settings.load().artex_image_batches

migrate = dg.define_asset_job(
    "migrate",
    selection=dg.AssetSelection.all(),
    description="The whole migration: snapshot, tables, images and checks, of every batch. "
    "A second run writes nothing and copies nothing.",
)
core = dg.define_asset_job(
    "core",
    selection=dg.AssetSelection.groups("legacy", "target", "core"),
    description="The core tables only, with the snapshot that they need.",
)
sales = dg.define_asset_job(
    "sales",
    selection=dg.AssetSelection.groups("legacy", "target", "sales"),
    description="The tables of the second phase only, with the snapshot that they need.",
)
images = dg.define_asset_job(
    "images",
    selection=dg.AssetSelection.groups("images"),
    description="The images only, from the snapshot and the tables as they are.",
)
reports = dg.define_asset_job(
    "reports",
    selection=dg.AssetSelection.groups("reports"),
    description="What the sales tell, of the target as it is: the list to verify, and figures.",
)

defs = dg.Definitions(
    assets=[
        legacy_assets(legacy_tables()),
        target_schema_asset(TABLES),
        *(table_asset(table) for table in TABLES.values()),
        *(image_set_asset(image_set, BATCHES) for image_set in IMAGE_SETS.values()),
        *(report_asset(report) for report in REPORTS),
    ],
    asset_checks=[table_checks(table) for table in TABLES.values()],
    jobs=[migrate, core, sales, images, reports],
    resources={"snapshots": Snapshots(), "target": TargetDatabase()},
    # A process a step would import everything again: minutes instead of seconds.
    executor=dg.in_process_executor,
)
