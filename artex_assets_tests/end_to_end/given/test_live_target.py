"""A whole migration, images too, into a database that an application has been using for years.

It is on the system's PostgreSQL and not ours: our role owns nothing of it.
"""

import json
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

import data_fixtures
from artex_assets.embedded.seaweedfs import EmbeddedS3
from artex_assets.target.schema import SOLID
from artex_assets_tests.end_to_end.canaries import leaks, personal
from artex_assets_tests.end_to_end.command import Artex
from artex_assets_tests.images.gallery import client, md5, picture
from artex_assets_tests.legacy.dumps import ask, dump, execute
from artex_assets_tests.servers import SYSTEM, Server
from artex_assets_tests.target import test_rails_schema as rails

LEGACY = (Path(data_fixtures.__file__).parent / "schema.sql").read_text()

PASSWORD = "canary-guest-4be1"  # noqa: S105

LEGACY_ROWS = """
    INSERT INTO users (id, email, is_admin, first_name, last_name, created_at, updated_at) VALUES
        (1, 'canary.one@example.org', true, 'Canary', 'Oldadmin', '2015-01-01', '2015-01-01'),
        (7, 'canary.two@example.org', false, 'Canary', 'Collector', '2015-01-01', '2015-01-01');
    INSERT INTO venues (id, name, created_at, updated_at)
        VALUES (5, 'The Fox', '2015-01-01', '2015-01-01');
    INSERT INTO bands (id, name, created_at, updated_at)
        VALUES (3, 'Owls', '2015-01-01', '2015-01-01'), (4, 'Larks', '2015-01-01', '2015-01-01');
    INSERT INTO artists (id, name, created_at, updated_at)
        VALUES (1, 'Ann Lee', '2015-01-01', '2015-01-01');
    INSERT INTO artworks
        (id, name, band_id, venue_id, release_date, original_price, created_at, updated_at) VALUES
        (8, 'Night', 3, 5, '1999-02-03', 2500, '2015-01-01', '2015-01-01'),
        (9, 'Day', 4, NULL, '2001-02-03', 4000, '2015-01-01', '2015-01-01');
    INSERT INTO artists_artworks VALUES (1, 8), (1, 9);
    INSERT INTO user_artworks (id, user_id, artwork_id, created_at, updated_at)
        VALUES (10, 1, 8, '2015-01-01', '2015-01-01'), (11, 7, 9, '2015-01-01', '2015-01-01');
    INSERT INTO transactions (id, artwork_id, amount, transaction_type, transaction_date,
        created_at, updated_at)
        VALUES (31, 8, 4000, 'sale', '2020-01-02', '2020-01-02', '2020-01-02');
"""

THEIRS = """
    INSERT INTO users (id, email, admin, created_at, updated_at)
        VALUES (1, 'admin@example.org', true, '2025-01-01', '2025-01-01');
    INSERT INTO bands (id, name, created_at, updated_at)
        VALUES (99, 'OWLS', '2025-01-01', '2025-01-01');
    INSERT INTO posters (id, name, slug, created_at, updated_at) OVERRIDING SYSTEM VALUE
        VALUES (70, 'Mine', 'larks-day-2001', '2025-01-01', '2025-01-01');
    INSERT INTO poster_slug_redirects (old_slug, poster_id, created_at, updated_at)
        VALUES ('larks-day-2001-1', 70, '2025-01-01', '2025-01-01');
    INSERT INTO active_storage_blobs
        (id, key, filename, service_name, byte_size, checksum, created_at) VALUES
        (21, 'theirs', 'mine.jpg', 'amazon', 6, 'x', '2025-01-01'),
        (50, 'key22', 'other.jpg', 'amazon', 6, 'x', '2025-01-01');
    INSERT INTO active_storage_attachments
        (id, name, record_type, record_id, blob_id, created_at) OVERRIDING SYSTEM VALUE
        VALUES (21, 'image', 'Poster', 70, 21, '2025-01-01');
"""
"""An admin with our id, a band of our name, two slugs that ours would have, and a blob and an
attachment with our ids; and a blob with a key of ours."""

IMAGES = {21: ("Artwork", 8), 22: ("Artwork", 9), 23: ("Artwork", 8), 24: ("Transaction", 31)}
"""The legacy record of each image."""


@dataclass
class Living:
    """The target, and what its owner and its application see of it."""

    artex: Artex
    settings: dict[str, str]
    owner_url: str
    legacy_url: str
    s3: Any
    bucket: str

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self.artex.run(*arguments, **self.settings)

    def theirs(self) -> list[tuple[Any, ...]]:
        """The application's own rows, with the transactions that wrote them."""
        return [
            row
            for table in ("users", "bands", "posters", "poster_slug_redirects",
                          "active_storage_blobs", "active_storage_attachments")
            for row in ask(
                self.owner_url,
                f"SELECT '{table}', xmin::text, t::text FROM {table} AS t"  # noqa: S608
                " WHERE created_at = '2025-01-01' ORDER BY id",
            )
        ]  # fmt: skip

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return ask(self.owner_url, query)

    def kept(self, key: str) -> bytes:
        """The bytes of an object of the target."""
        found: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return found


@pytest.fixture(scope="module")
def living(
    given: Artex, servers: Callable[[str], Server], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Living]:
    server = servers(SYSTEM)
    suffix = uuid.uuid4().hex[:12]
    old, new, role = (f"{word}_{suffix}" for word in ("legacy", "living", "guest"))
    store = EmbeddedS3(given.home)
    s3 = client(store)
    for bucket in (old, new):
        s3.create_bucket(Bucket=bucket.replace("_", "-"))
    with closing(psycopg.connect(server.url("postgres"), autocommit=True)) as connection:
        for name in (old, new):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'".encode())
        connection.execute(f"REVOKE ALL ON DATABASE {new} FROM PUBLIC".encode())
        connection.execute(f"GRANT CONNECT ON DATABASE {new} TO {role}".encode())
    backup = tmp_path_factory.mktemp("backup") / "backup.dump"
    settings = {
        "DATABASE_URL": server.by_port(new, role, PASSWORD),
        "LEGACY_BACKUP": str(backup),
        "AWS_S3_BUCKET": new.replace("_", "-"),
        "AWS_ENDPOINT_URL_S3": str(store.endpoint_url),
        "AWS_ACCESS_KEY_ID": store.access_key,
        "AWS_SECRET_ACCESS_KEY": store.secret_key,
        "SOURCE_S3_BUCKET": old.replace("_", "-"),
        "ARTEX_IMAGE_BATCHES": "1",
    }
    one = Living(given, settings, server.url(new), server.url(old), s3, settings["AWS_S3_BUCKET"])
    execute(one.legacy_url, LEGACY + LEGACY_ROWS)
    for number, (record_type, record) in IMAGES.items():
        content = picture(number)
        s3.put_object(Bucket=settings["SOURCE_S3_BUCKET"], Key=f"key{number}", Body=content)
        execute(
            one.legacy_url,
            f"""
            INSERT INTO active_storage_blobs VALUES ({number}, 'key{number}', 'a.jpg', 'image/jpeg',
                NULL, 'amazon', {len(content)}, '{md5(content)}', '2015-01-01');
            INSERT INTO active_storage_attachments
                VALUES ({number}, 'image', '{record_type}', {record}, {number}, '2015-01-01');
            """,  # noqa: S608
        )
    dump(one.legacy_url, backup)
    execute(one.owner_url, rails.STRUCTURE + THEIRS)
    for table in SOLID:
        execute(one.owner_url, f"CREATE TABLE {table} (id bigserial PRIMARY KEY)")
    # What a trigger of the application writes to is not ours to know, but our role fires it.
    execute(one.owner_url, f"GRANT INSERT ON audits TO {role}")
    s3.put_object(Bucket=one.bucket, Key="key22", Body=b"theirs")
    yield one
    with closing(psycopg.connect(server.url("postgres"), autocommit=True)) as connection:
        for name in (old, new):
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        connection.execute(f"DROP ROLE {role}".encode())
    s3.close()


def test_everything_comes_beside_what_the_application_has_and_each_clash_is_named(
    living: Living,
) -> None:
    before = living.theirs()
    assert len(before) == 7
    refused = living.run("schema")
    assert refused.returncode == 2, refused.stderr
    execute(living.owner_url, refused.stdout)  # as the owner would, word for word
    result = living.run("migrate", "--json")
    assert result.returncode == 2, result.stdout + result.stderr
    said = json.loads(result.stdout)
    assert (said["success"], said["failures"]) == (True, [])
    assert said["failed_checks"] == ["poster_images completeness: Images to be done (1)"]

    status = living.run("status")
    assert status.returncode == 2
    named = {
        "bands 3": "value_taken: The target's row 99 of bands has the same name.",
        "users 1": "id_taken: The target has another row of users with this id",
        "user_posters 10": "parent_quarantined: The row 1 of users, which user_id names, is"
        " quarantined. Root cause: users 1: id_taken.",
        "poster_images 22": "key_taken: The target has another blob with this key",
    }
    attention = [f"{line['table']} {line['key']}" for line in said["attention"]]
    assert attention == list(named)
    for key, reason in named.items():
        assert f"  {key}  {reason}" in status.stdout
        assert reason in said["attention"][attention.index(key)]["reason"]

    # What the application had is as it was, to the transaction.
    assert living.theirs() == before
    assert living.kept("key22") == b"theirs"
    assert living.rows("SELECT id, slug::text, band_id, sales_count FROM posters ORDER BY id") == [
        (8, "the-fox-night-1999", None, 1),
        (9, "larks-day-2001-2", 4, 0),
        (70, "larks-day-2001", None, 0),
    ]
    assert living.rows("SELECT id, user_id, poster_id FROM user_posters") == [(11, 7, 9)]
    # Ids that are taken are replaced by the first above all that legacy and the target have.
    shown = living.rows(
        "SELECT record_type, record_id, name, key, attachments.id, blobs.id"
        " FROM active_storage_attachments AS attachments"
        " JOIN active_storage_blobs AS blobs ON blobs.id = blob_id ORDER BY 1, 2, 3"
    )
    assert shown == [
        ("ExternalSale", 31, "photos", "key24", 24, 24),
        ("Poster", 8, "additional_images", "key23", 23, 23),
        ("Poster", 8, "image", "key21", 25, 51),
        ("Poster", 70, "image", "theirs", 21, 21),
    ]
    for number in (21, 23, 24):
        assert living.kept(f"key{number}") == picture(number)
    # Our role owns what it has to, and nothing of the application's.
    owned = living.rows(
        "SELECT DISTINCT schemaname::text FROM pg_tables WHERE tableowner LIKE 'guest_%'"
    )
    assert owned == [("artex_migration",)]
    canaries = {PASSWORD, living.settings["AWS_SECRET_ACCESS_KEY"]} | personal(living.legacy_url)
    assert {"canary.one@example.org", "Canary Oldadmin"} <= canaries
    printed = (result.stdout, result.stderr, status.stdout, status.stderr)
    assert leaks(living.artex, canaries, *printed) == set()
