"""No personal data of the demo leaves the databases and the snapshot."""

from artex_assets_tests.end_to_end.canaries import leaks, personal
from artex_assets_tests.end_to_end.conftest import Demo


def test_no_personal_data_is_printed_logged_or_told_to_dagster(demo: Demo) -> None:
    canaries = personal(demo.artex.url("artex_legacy"))
    assert len(canaries) > 1000
    printed = [demo.first.stdout, demo.first.stderr, demo.second.stdout, demo.second.stderr]
    printed.append(demo.artex.run("status", "--json").stdout)
    assert leaks(demo.artex, canaries, *printed) == set()
