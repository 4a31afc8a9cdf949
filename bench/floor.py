"""The floor: what PostgreSQL's own COPY takes for the same rows, the slug made in SQL.

It trusts every row: no rule but the slug, no quarantine, no record, no provenance.
"""

COLUMNS = (
    "id, name, description, release_date, original_price, band_id, venue_id, edition_size, slug, "
    "created_at, updated_at"
)

SELECT = """
SELECT id, coalesce(nullif(trim(name), ''), 'Poster #' || id), note,
    coalesce(release_date, current_date),
    original_price::numeric(8,2), band_id, venue_id, edition_size,
    base || CASE WHEN place > 1 THEN '-' || place - 1 ELSE '' END,
    created_at::timestamp(6), updated_at::timestamp(6)
FROM (
    SELECT *, row_number() OVER (PARTITION BY base ORDER BY id) AS place
    FROM (
        SELECT artworks.*, coalesce(nullif(trim(BOTH '-' FROM regexp_replace(lower(translate(
            concat_ws('-', bands.name, venues.name, artworks.name,
                extract(year FROM artworks.release_date)),
            'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŁłŚśŹźŻż',
            'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyyLlSsZzZz'
        )), '[^a-z0-9_]+', '-', 'g')), ''), 'poster-' || artworks.id) AS base
        FROM artworks LEFT JOIN bands ON bands.id = band_id LEFT JOIN venues ON venues.id = venue_id
    ) AS named
) AS numbered ORDER BY id
"""

COPY_OUT = f"COPY ({SELECT}) TO STDOUT (FORMAT binary)"
COPY_IN = f"COPY posters ({COLUMNS}) FROM STDIN (FORMAT binary)"
