-- What the dumps in this folder hold: two tables of the old application, as Rails 3 made them.
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE TYPE edition AS ENUM ('first', 'second, signed');
CREATE DOMAIN cents AS integer CHECK (VALUE >= 0);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Name: users; Type: TABLE; Schema: public; Owner: nobody
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE TABLE users (
    id serial PRIMARY KEY,
    email citext NOT NULL,
    settings hstore DEFAULT '' NOT NULL,
    token bytea,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE UNIQUE INDEX index_users_on_email ON users USING btree (email);
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE PROCEDURE touch();

CREATE TABLE artworks (
    id serial PRIMARY KEY,
    user_id integer REFERENCES users (id),
    name character varying(255) DEFAULT 'Untitled; (really)' NOT NULL,
    note text,
    price cents,
    appraisal money,
    ratio numeric(8,2),
    edition edition,
    tags text[] DEFAULT '{}',
    extra json,
    released date
);
COMMENT ON COLUMN artworks.note IS E'Two lines;\nCOPY users (id) FROM stdin;\n\\.\n';

INSERT INTO users VALUES
    (1, 'Ann@example.org', 'theme=>dark', '\x00ff', '2011-01-02 03:04:05.000006', '2012-01-01'),
    (2, '', '', NULL, '2011-01-02', '2012-01-01'),
    (3, 'b', 'a=>NULL', '\x', 'infinity', '2012-01-01');
INSERT INTO artworks VALUES
    (1, 1, 'Höhle 🎨', E'a\tb\n\\.\n\\N\r\nCOPY users (id) FROM stdin;', 1999, '$1,234.50', 1.50,
     'second, signed', ARRAY['a,b', NULL, ''], '{"a":  "é,\n"}', '1999-12-31'),
    (2, NULL, '', NULL, NULL, NULL, 'NaN', NULL, NULL, NULL, '-infinity'),
    (3, 3, ' -- Name: x; Type: TABLE; Schema: public; Owner: y', '', 0, '-$0.01', 0.00, 'first',
     '{}', '[]', NULL);
SELECT setval('users_id_seq', 3), setval('artworks_id_seq', 3);
