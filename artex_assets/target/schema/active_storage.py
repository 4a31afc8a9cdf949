"""Active Storage's tables: which file belongs to which row, and what is known of the file.

Source: the application's schema; the names of the indexes are those of Rails' own migration.
`record_id` has no foreign key, since `record_type` says which table it points into.
"""

from artex_assets.target.schema.notation import (
    BIGINT,
    TEXT,
    VARCHAR,
    created,
    identifier,
    index,
    optional,
    reference,
    required,
    table,
    unique,
)

table(
    "active_storage_blobs",
    identifier(),
    required("key", VARCHAR),
    required("filename", VARCHAR),
    optional("content_type", VARCHAR),
    optional("metadata", TEXT),
    required("service_name", VARCHAR),
    required("byte_size", BIGINT),
    optional("checksum", VARCHAR),
    created(),
    unique("key"),
)

table(
    "active_storage_attachments",
    identifier(),
    required("name", VARCHAR),
    required("record_type", VARCHAR),
    required("record_id", BIGINT),
    reference("blob_id", to="active_storage_blobs"),
    created(),
    index("blob_id"),
    unique(
        "record_type",
        "record_id",
        "name",
        "blob_id",
        name="index_active_storage_attachments_uniqueness",
    ),
)

table(
    "active_storage_variant_records",
    identifier(),
    reference("blob_id", to="active_storage_blobs"),
    required("variation_digest", VARCHAR),
    unique("blob_id", "variation_digest", name="index_active_storage_variant_records_uniqueness"),
)
