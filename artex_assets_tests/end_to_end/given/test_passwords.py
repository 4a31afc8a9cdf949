"""No password of a database is shown or kept where it does not belong."""

from artex_assets.settings import DEMO_BACKUP
from artex_assets.target.schema import create
from artex_assets_tests.end_to_end.canaries import leaks
from artex_assets_tests.end_to_end.command import Artex
from artex_assets_tests.end_to_end.conftest import PASSWORD


def test_no_password_of_a_database_is_printed_logged_or_told_to_dagster(given: Artex) -> None:
    given.new_database("password")
    url = given.url("password", PASSWORD)
    create(url)
    given.run(
        "migrate", "--only", "core", LEGACY_BACKUP=str(DEMO_BACKUP)
    )  # so that there is a legacy database
    live = given.url("artex_legacy", PASSWORD)
    result = given.run("migrate", "--only", "core", DATABASE_URL=url, LEGACY_DATABASE_URL=live)
    assert result.returncode == 2, result.stdout + result.stderr
    assert leaks(given, {PASSWORD}, result.stdout, result.stderr) == set()
