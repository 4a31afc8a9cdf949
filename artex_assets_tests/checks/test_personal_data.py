"""Personal data is in no finding, whatever is wrong with its row."""

import pytest

from artex_assets.errors import TargetError
from artex_assets.tables.discovery import discover
from artex_assets_tests.target.migration import Migration

CANARY = "canary"


def everything_said(migration: Migration) -> str:
    findings = [finding for name in discover() for finding in migration.findings(name).values()]
    assert any(not finding.passed for finding in findings)
    return "\n".join(
        f"{finding.name}: {finding.says}\n{finding.offenders.to_dicts()}" for finding in findings
    )


@pytest.fixture
def canaries(migration: Migration) -> Migration:
    """Legacy rows with a canary in every cell that is personal, wrong ones among them."""
    migration.legacy["users"] += [
        {"id": 20, "email": "canary@example.org", "first_name": "canary", "last_name": "canary"},
        {"id": 21, "email": "CANARY@example.org", "encrypted_password": "canary"},
        {"id": 22, "email": "canary at example"},
        {"id": None, "email": "canary2@example.org"},
        {"id": 23, "email": "canary3@example.org", "first_name": "canary"},
        {"id": 23, "email": "canary4@example.org", "last_name": "canary"},
    ]
    migration.legacy["user_artworks"] += [
        {"id": 24, "user_id": 21, "artwork_id": 8, "notes": "canary"},
        {"id": 25, "user_id": 404, "artwork_id": 8, "notes": "canary"},
        {"id": 26, "user_id": 20, "artwork_id": 8, "notes": "canary"},
    ]
    migration.legacy["artworks"][0]["note"] = "canary"
    return migration


def test_no_finding_quotes_what_is_quarantined_or_recorded(canaries: Migration) -> None:
    canaries.execute("ALTER TABLE user_posters ALTER COLUMN notes TYPE varchar(3)")
    canaries.execute(
        "INSERT INTO users (id, email, created_at, updated_at)"
        " VALUES (99, 'canary@example.org', now(), now())"
    )
    loaded = canaries.load()
    assert CANARY not in everything_said(canaries).lower()
    assert CANARY not in str(loaded).lower()
    assert canaries.value("SELECT count(*) FROM artex_migration.quarantine") == 9


def test_no_finding_quotes_what_was_edited_or_breaks_the_contract(canaries: Migration) -> None:
    canaries.load()
    canaries.execute("UPDATE users SET email = 'CANARY ' || id, password_digest = 'canary'")
    canaries.execute("UPDATE user_posters SET condition = 'canary', notes = 'canary'")
    assert CANARY not in everything_said(canaries).lower()
    canaries.load()
    assert CANARY not in everything_said(canaries).lower()


def test_no_error_of_a_load_quotes_the_row_that_was_refused(canaries: Migration) -> None:
    canaries.execute("ALTER TABLE users ADD CHECK (email NOT LIKE 'canary%')")
    with pytest.raises(TargetError, match="users_email_check") as raised:
        canaries.load("users")
    assert CANARY not in str(raised.value).lower()
    assert raised.value.__suppress_context__
