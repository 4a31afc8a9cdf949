"""Every text that PostgreSQL allows reaches the target as it is."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artex_assets_tests.target.migration import Migration

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))

AWKWARD = [
    r"\N",
    r"\.",
    "\n\\.\n",
    "NULL",
    '"',
    '""',
    "',;",
    "a\tb",
    "a\r\nb\rc\nd",
    "=cmd()",
    "\ufeff",
    "\u2028\u0085",
    "\x01\x1f\x7f",
    "\U0010ffff\ufffe",
    "e\u0301",
    "{}[]%s{0}",
    "\\x41",
]


def load_notes(migration: Migration, texts: list[str]) -> dict[int, str]:
    """What the target has after a load, and a second one, of `texts` as notes of collections."""
    migration.legacy["user_artworks"] = [
        # Between letters, since white space at the ends is trimmed.
        {"id": key, "user_id": 4, "artwork_id": 8, "notes": f"<{text}>"}
        for key, text in enumerate(texts, 1)
    ]
    migration.load("user_posters")
    again = migration.load("user_posters")["user_posters"]
    assert (again.updated, again.edits.get("edited")) == (0, None)
    return {
        key: notes[1:-1]
        for key, notes in migration.rows("SELECT id, notes FROM user_posters")
        if key <= len(texts)
    }


def test_awkward_texts_are_carried_and_seen_as_unchanged(migration: Migration) -> None:
    migration.load("users", "venues", "bands", "posters")
    assert list(load_notes(migration, AWKWARD).values()) == AWKWARD


def test_any_texts_are_carried_updated_and_seen_as_unchanged(migration: Migration) -> None:
    migration.load("users", "venues", "bands", "posters")

    # One target for all examples: each is the update of the one before.
    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(TEXTS, min_size=3, max_size=3))
    def carried(texts: list[str]) -> None:
        assert load_notes(migration, texts) == dict(enumerate(texts, 1))

    carried()


def test_a_cell_of_ten_megabytes_is_carried(migration: Migration) -> None:
    migration.load("users", "venues", "bands", "posters")
    text = 'é"\n\\' * 2_000_000
    assert len(text.encode()) == 10_000_000
    assert load_notes(migration, [text]) == {1: text}


def test_a_quarantined_row_keeps_any_text(migration: Migration) -> None:
    whole = "".join(AWKWARD)
    migration.legacy["user_artworks"].append(
        {"id": 12, "user_id": 404, "artwork_id": 8, "notes": whole}
    )
    migration.load()
    assert migration.column("SELECT row ->> 'notes' FROM artex_migration.quarantine") == [whole]
    before = migration.versions()
    migration.load()
    assert migration.versions() == before
