-- The indexes and foreign keys of the legacy schema, made after the rows are there: at a thousand
-- times the size that is quicker.

CREATE UNIQUE INDEX index_users_on_email ON users (email);
CREATE INDEX index_artworks_on_band_id ON artworks (band_id);
CREATE INDEX index_artworks_on_venue_id ON artworks (venue_id);
CREATE INDEX index_artists_artworks_on_artist_id ON artists_artworks (artist_id);
CREATE INDEX index_artists_artworks_on_artwork_id ON artists_artworks (artwork_id);
CREATE INDEX index_artworks_series_on_artwork_id ON artworks_series (artwork_id);
CREATE INDEX index_artworks_series_on_series_id ON artworks_series (series_id);
CREATE INDEX index_user_artworks_on_user_id ON user_artworks (user_id);
CREATE INDEX index_user_artworks_on_artwork_id ON user_artworks (artwork_id);
CREATE INDEX index_transactions_on_artwork_id ON transactions (artwork_id);
CREATE INDEX index_portfolios_on_user_id ON portfolios (user_id);
CREATE UNIQUE INDEX index_active_storage_blobs_on_key ON active_storage_blobs (key);
CREATE INDEX index_active_storage_attachments_on_blob_id ON active_storage_attachments (blob_id);
CREATE UNIQUE INDEX index_active_storage_attachments_uniqueness
    ON active_storage_attachments (record_type, record_id, name, blob_id);
CREATE UNIQUE INDEX index_active_storage_variant_records_uniqueness
    ON active_storage_variant_records (blob_id, variation_digest);

ALTER TABLE active_storage_attachments ADD CONSTRAINT fk_rails_c3b3935057
    FOREIGN KEY (blob_id) REFERENCES active_storage_blobs (id);
ALTER TABLE active_storage_variant_records ADD CONSTRAINT fk_rails_993965df05
    FOREIGN KEY (blob_id) REFERENCES active_storage_blobs (id);
