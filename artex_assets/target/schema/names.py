"""The names of the target's tables, for whoever must not wait for SQLAlchemy to be imported.

A test compares them with the declaration.
"""

APPLICATION = (
    "users",
    "venues",
    "artists",
    "bands",
    "series",
    "posters",
    "artists_posters",
    "posters_series",
    "poster_slug_redirects",
    "user_posters",
    "external_sales",
    "search_analytics",
    "search_shares",
)

ACTIVE_STORAGE = (
    "active_storage_blobs",
    "active_storage_attachments",
    "active_storage_variant_records",
)

SOLID = (
    "solid_queue_jobs",
    "solid_queue_blocked_executions",
    "solid_queue_claimed_executions",
    "solid_queue_failed_executions",
    "solid_queue_ready_executions",
    "solid_queue_recurring_executions",
    "solid_queue_scheduled_executions",
    "solid_queue_pauses",
    "solid_queue_processes",
    "solid_queue_recurring_tasks",
    "solid_queue_semaphores",
    "solid_cache_entries",
    "solid_cable_messages",
)
"""Solid Queue's 11, Solid Cache's and Solid Cable's: in the same database before go-live."""

TABLES = APPLICATION + ACTIVE_STORAGE + SOLID
