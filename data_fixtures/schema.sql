-- The legacy schema, as an application that began with Rails 5 has it. Source: domain.md, "Legacy
-- database". Almost no foreign keys: only Active Storage's own generator adds them.

CREATE TABLE schema_migrations (
    version character varying NOT NULL PRIMARY KEY
);

CREATE TABLE ar_internal_metadata (
    key character varying NOT NULL PRIMARY KEY,
    value character varying,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE TABLE users (
    id bigserial PRIMARY KEY,
    email character varying DEFAULT '' NOT NULL,
    encrypted_password character varying DEFAULT '' NOT NULL,
    first_name character varying,
    last_name character varying,
    is_admin boolean DEFAULT false,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE TABLE venues (
    id bigserial PRIMARY KEY,
    name character varying,
    address character varying,
    city character varying,
    state character varying,
    zip character varying,
    country character varying,
    latitude double precision,
    longitude double precision,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE TABLE artists (
    id bigserial PRIMARY KEY,
    name character varying,
    website character varying,
    ticker_symbol character varying,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE TABLE bands (
    id bigserial PRIMARY KEY,
    name character varying,
    website character varying,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE TABLE series (
    id bigserial PRIMARY KEY,
    name character varying,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE TABLE artworks (
    id bigserial PRIMARY KEY,
    name character varying,
    note text,
    edition_size integer,
    release_date date,
    original_price integer,
    band_id bigint,
    venue_id bigint,
    ticker character varying,
    original_carrierwave_images character varying,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE TABLE artists_artworks (
    artist_id bigint NOT NULL,
    artwork_id bigint NOT NULL
);

CREATE TABLE artworks_series (
    artwork_id bigint NOT NULL,
    series_id bigint NOT NULL
);

CREATE TABLE user_artworks (
    id bigserial PRIMARY KEY,
    user_id bigint,
    artwork_id bigint,
    purchased_on date,
    purchase_price integer,
    edition_number character varying,
    condition character varying,
    notes text,
    edition_type character varying,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE TABLE transactions (
    id bigserial PRIMARY KEY,
    artwork_id bigint,
    amount integer,
    transaction_type character varying,
    verified boolean DEFAULT false,
    verified_at timestamp without time zone,
    verified_by character varying,
    edition_number character varying,
    transaction_date date,
    condition character varying,
    note text,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE TABLE portfolios (
    id bigserial PRIMARY KEY,
    user_id bigint,
    name character varying
);

CREATE TABLE active_storage_blobs (
    id bigserial PRIMARY KEY,
    key character varying NOT NULL,
    filename character varying NOT NULL,
    content_type character varying,
    metadata text,
    service_name character varying NOT NULL,
    byte_size bigint NOT NULL,
    checksum character varying,
    created_at timestamp without time zone NOT NULL
);

CREATE TABLE active_storage_attachments (
    id bigserial PRIMARY KEY,
    name character varying NOT NULL,
    record_type character varying NOT NULL,
    record_id bigint NOT NULL,
    blob_id bigint NOT NULL,
    created_at timestamp without time zone NOT NULL
);

CREATE TABLE active_storage_variant_records (
    id bigserial PRIMARY KEY,
    blob_id bigint NOT NULL,
    variation_digest character varying NOT NULL
);

INSERT INTO schema_migrations VALUES
    ('20170301091500'), ('20170301093012'), ('20170412170500'), ('20190820142233'),
    ('20210214110101'), ('20210214110102'), ('20230907183045');

INSERT INTO ar_internal_metadata VALUES
    ('environment', 'production', '2017-03-01 09:15:02.114201', '2017-03-01 09:15:02.114201');
