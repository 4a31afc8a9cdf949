"""Solid Queue's 11 tables, Solid Cache's and Solid Cable's, in the application's own database.

Source: the application's schema; the names of the indexes are those of the gems' own schemas.
"""

from artex_assets.target.schema.notation import (
    BIGINT,
    BOOLEAN,
    BYTEA,
    INTEGER,
    TEXT,
    TIME,
    VARCHAR,
    VARCHAR_2048,
    created,
    identifier,
    index,
    optional,
    part_of,
    required,
    table,
    unique,
    updated,
)

table(
    "solid_queue_jobs",
    identifier(),
    required("queue_name", VARCHAR),
    required("class_name", VARCHAR),
    optional("arguments", TEXT),
    required("priority", INTEGER, default="0"),
    optional("active_job_id", VARCHAR),
    optional("scheduled_at", TIME),
    optional("finished_at", TIME),
    optional("concurrency_key", VARCHAR),
    created(),
    updated(),
    index("active_job_id"),
    index("class_name"),
    index("finished_at"),
    index("queue_name", "finished_at", name="index_solid_queue_jobs_for_filtering"),
    index("scheduled_at", "finished_at", name="index_solid_queue_jobs_for_alerting"),
)

table(
    "solid_queue_blocked_executions",
    identifier(),
    part_of("job_id", to="solid_queue_jobs"),
    required("queue_name", VARCHAR),
    required("priority", INTEGER, default="0"),
    required("concurrency_key", VARCHAR),
    required("expires_at", TIME),
    created(),
    index(
        "concurrency_key",
        "priority",
        "job_id",
        name="index_solid_queue_blocked_executions_for_release",
    ),
    index(
        "expires_at",
        "concurrency_key",
        name="index_solid_queue_blocked_executions_for_maintenance",
    ),
    unique("job_id"),
)

table(
    "solid_queue_claimed_executions",
    identifier(),
    part_of("job_id", to="solid_queue_jobs"),
    optional("process_id", BIGINT),
    created(),
    unique("job_id"),
    index("process_id", "job_id"),
)

table(
    "solid_queue_failed_executions",
    identifier(),
    part_of("job_id", to="solid_queue_jobs"),
    optional("error", TEXT),
    created(),
    unique("job_id"),
)

table(
    "solid_queue_ready_executions",
    identifier(),
    part_of("job_id", to="solid_queue_jobs"),
    required("queue_name", VARCHAR),
    required("priority", INTEGER, default="0"),
    created(),
    unique("job_id"),
    index("priority", "job_id", name="index_solid_queue_poll_all"),
    index("queue_name", "priority", "job_id", name="index_solid_queue_poll_by_queue"),
)

table(
    "solid_queue_recurring_executions",
    identifier(),
    part_of("job_id", to="solid_queue_jobs"),
    required("task_key", VARCHAR),
    required("run_at", TIME),
    created(),
    unique("job_id"),
    unique("task_key", "run_at"),
)

table(
    "solid_queue_scheduled_executions",
    identifier(),
    part_of("job_id", to="solid_queue_jobs"),
    required("queue_name", VARCHAR),
    required("priority", INTEGER, default="0"),
    required("scheduled_at", TIME),
    created(),
    unique("job_id"),
    index("scheduled_at", "priority", "job_id", name="index_solid_queue_dispatch_all"),
)

table(
    "solid_queue_pauses",
    identifier(),
    required("queue_name", VARCHAR),
    created(),
    unique("queue_name"),
)

table(
    "solid_queue_processes",
    identifier(),
    required("kind", VARCHAR),
    required("last_heartbeat_at", TIME),
    optional("supervisor_id", BIGINT),
    required("pid", INTEGER),
    optional("hostname", VARCHAR),
    optional("metadata", TEXT),
    created(),
    required("name", VARCHAR),
    index("last_heartbeat_at"),
    unique("name", "supervisor_id"),
    index("supervisor_id"),
)

table(
    "solid_queue_recurring_tasks",
    identifier(),
    required("key", VARCHAR),
    required("schedule", VARCHAR),
    optional("command", VARCHAR_2048),
    optional("class_name", VARCHAR),
    optional("arguments", TEXT),
    optional("queue_name", VARCHAR),
    optional("priority", INTEGER, default="0"),
    required("static", BOOLEAN, default="true"),
    optional("description", TEXT),
    created(),
    updated(),
    unique("key"),
    index("static"),
)

table(
    "solid_queue_semaphores",
    identifier(),
    required("key", VARCHAR),
    required("value", INTEGER, default="1"),
    required("expires_at", TIME),
    created(),
    updated(),
    index("expires_at"),
    index("key", "value"),
    unique("key"),
)

table(
    "solid_cache_entries",
    identifier(),
    required("key", BYTEA),
    required("value", BYTEA),
    created(),
    required("key_hash", BIGINT),
    required("byte_size", INTEGER),
    index("byte_size"),
    index("key_hash", "byte_size"),
    unique("key_hash"),
)

table(
    "solid_cable_messages",
    identifier(),
    required("channel", BYTEA),
    required("payload", BYTEA),
    created(),
    required("channel_hash", BIGINT),
    index("channel"),
    index("channel_hash"),
    index("created_at"),
)
