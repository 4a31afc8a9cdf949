"""A declared report as a Dagster asset: its sentence, its tables and its picture in the UI.

Reports follow the tables that they read, not the photos: a photo that failed must not keep anybody
from the figures. Their low priority puts them behind the photos of the same run all the same.
"""

import base64

import dagster as dg

from artex_assets import settings
from artex_assets.assets.evidence import Metadata, table_value
from artex_assets.assets.resources import TargetDatabase, plainly
from artex_assets.report.sales.dollars import readable
from artex_assets.report.sales.files import save
from artex_assets.report.sales.findings import Findings, Report
from artex_assets.report.sales.market import read

SHOWN = 100
"""The rows of a table in the UI; the file has all."""

FOLDER = "reports"
"""Where the files of the reports are, in ARTEX_HOME."""


def report_asset(report: Report) -> dg.AssetsDefinition:
    """The asset that makes `report` of the target as it is."""

    @dg.asset(
        name=report.name,
        deps=[dg.AssetKey(table) for table in report.reads],
        group_name="reports",
        kinds={"polars", "matplotlib"},
        description=report.description,
        op_tags={"dagster/priority": "-1"},
    )
    def make_report(
        context: dg.AssetExecutionContext, target: dg.ResourceParam[TargetDatabase]
    ) -> dg.MaterializeResult[None]:
        with plainly():
            market = target.run(f"artex_assets {report.name} {context.run.run_id[:8]}", read)
            findings = report.make(market)
            files = save(settings.load().home / FOLDER, report.name, findings)
        context.log.info(findings.says)
        metadata = of_report(findings)
        for path in files:
            metadata[path.suffix.removeprefix(".") + " file"] = dg.MetadataValue.path(path)
        return dg.MaterializeResult(metadata=metadata)

    return make_report


def of_report(findings: Findings) -> Metadata:
    """The metadata of a report's materialization, the picture inline."""
    metadata: Metadata = {"finding": dg.MetadataValue.text(findings.says)}
    if findings.picture is not None:
        image = base64.b64encode(findings.picture).decode()
        metadata["picture"] = dg.MetadataValue.md(
            f"![the finding as a picture](data:image/png;base64,{image})"
        )
    metadata["dagster/row_count"] = dg.MetadataValue.int(findings.figures.height)
    metadata["figures"] = table_value(readable(findings.figures.head(SHOWN)))
    for title, table in findings.more.items():
        metadata[title] = table_value(readable(table))
    metadata.update(findings.numbers)
    return metadata
