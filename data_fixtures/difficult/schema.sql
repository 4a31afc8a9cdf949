-- The legacy schema of the difficult backup: no table has a key, prices and dates are texts in some
-- and odd numbers in others, columns are missing and others are new, and one table is unknown.

CREATE TABLE schema_migrations (version character varying);

CREATE TABLE users (
    id bigint,
    email character varying,
    encrypted_password character varying,
    first_name character varying,
    last_name character varying,
    confirmed_at timestamp without time zone,
    newsletter boolean,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
);

CREATE TABLE venues (
    id bigint,
    name character varying,
    city character varying,
    state character varying(2),
    zip integer,
    country character varying,
    latitude double precision,
    longitude double precision,
    capacity integer,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
);

CREATE TABLE artists (
    id bigint,
    name character varying,
    website character varying,
    ticker_symbol character varying,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
);

CREATE TABLE bands (
    id bigint,
    name character varying,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
);

CREATE TABLE series (
    id bigint,
    name character varying,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
);

CREATE TABLE artworks (
    id bigint,
    name character varying,
    note text,
    edition_size character varying,
    release_date character varying,
    original_price character varying,
    band_id integer,
    venue_id integer,
    ticker character varying,
    rarity character varying,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
);

CREATE TABLE artists_artworks (artist_id bigint, artwork_id bigint);

CREATE TABLE artworks_series (artwork_id bigint, series_id bigint);

CREATE TABLE user_artworks (
    id bigint,
    user_id bigint,
    artwork_id bigint,
    purchased_on date,
    purchase_price numeric,
    edition_number character varying,
    condition character varying,
    notes text,
    edition_type character varying,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
);

CREATE TABLE transactions (
    id bigint,
    artwork_id bigint,
    amount bigint,
    transaction_type character varying,
    verified character varying,
    verified_at timestamp without time zone,
    verified_by character varying,
    edition_number character varying,
    transaction_date date,
    condition character varying,
    note text,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
);

CREATE TABLE portfolios (id bigint, user_id bigint, name character varying);

CREATE TABLE wish_lists (id bigint, user_id bigint, artwork_id bigint, wanted_since date);

CREATE TABLE active_storage_blobs (
    id bigint,
    key character varying,
    filename character varying,
    content_type character varying,
    metadata text,
    service_name character varying,
    byte_size bigint,
    checksum character varying,
    created_at timestamp without time zone
);

CREATE TABLE active_storage_attachments (
    id bigint,
    name character varying,
    record_type character varying,
    record_id bigint,
    blob_id bigint,
    created_at timestamp without time zone
);

INSERT INTO schema_migrations VALUES ('20130301091500'), ('20130301093012');

INSERT INTO portfolios VALUES (1, 1, 'Framed'), (2, 404, NULL);

INSERT INTO wish_lists VALUES (1, 1, 1, '2014-01-01'), (2, 1, 2, 'infinity'), (2, NULL, NULL, NULL);
