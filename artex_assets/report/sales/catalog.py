"""The reports, in the order in which they are listed."""

from artex_assets.report.sales import (
    against_original,
    by_band,
    by_month,
    by_poster,
    collection_sizes,
    most_traded,
    to_verify,
    verified_share,
)

REPORTS = (
    to_verify.REPORT,
    by_month.REPORT,
    by_poster.REPORT,
    by_band.REPORT,
    against_original.REPORT,
    verified_share.REPORT,
    most_traded.REPORT,
    collection_sizes.REPORT,
)
