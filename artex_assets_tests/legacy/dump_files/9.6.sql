--
-- PostgreSQL database dump
--

-- Dumped from database version 9.6.24
-- Dumped by pg_dump version 9.6.24

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: citext; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;


--
-- Name: EXTENSION citext; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';


--
-- Name: hstore; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;


--
-- Name: EXTENSION hstore; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION hstore IS 'data type for storing sets of (key, value) pairs';


SET search_path = public, pg_catalog;

--
-- Name: cents; Type: DOMAIN; Schema: public; Owner: postgres
--

CREATE DOMAIN cents AS integer
	CONSTRAINT cents_check CHECK ((VALUE >= 0));


ALTER DOMAIN cents OWNER TO postgres;

--
-- Name: edition; Type: TYPE; Schema: public; Owner: postgres
--

CREATE TYPE edition AS ENUM (
    'first',
    'second, signed'
);


ALTER TYPE edition OWNER TO postgres;

--
-- Name: touch(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Name: users; Type: TABLE; Schema: public; Owner: nobody
    NEW.updated_at := now();
    RETURN NEW;
END $$;


ALTER FUNCTION touch() OWNER TO postgres;

SET default_tablespace = '';

SET default_with_oids = false;

--
-- Name: artworks; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE artworks (
    id integer NOT NULL,
    user_id integer,
    name character varying(255) DEFAULT 'Untitled; (really)'::character varying NOT NULL,
    note text,
    price cents,
    appraisal money,
    ratio numeric(8,2),
    edition edition,
    tags text[] DEFAULT '{}'::text[],
    extra json,
    released date
);


ALTER TABLE artworks OWNER TO postgres;

--
-- Name: COLUMN artworks.note; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON COLUMN artworks.note IS 'Two lines;
COPY users (id) FROM stdin;
\.
';


--
-- Name: artworks_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE artworks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE artworks_id_seq OWNER TO postgres;

--
-- Name: artworks_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: postgres
--

ALTER SEQUENCE artworks_id_seq OWNED BY artworks.id;


SET default_with_oids = true;

--
-- Name: users; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE users (
    id integer NOT NULL,
    email citext NOT NULL,
    settings hstore DEFAULT ''::hstore NOT NULL,
    token bytea,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);


ALTER TABLE users OWNER TO postgres;

--
-- Name: users_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE users_id_seq OWNER TO postgres;

--
-- Name: users_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: postgres
--

ALTER SEQUENCE users_id_seq OWNED BY users.id;


--
-- Name: id; Type: DEFAULT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY artworks ALTER COLUMN id SET DEFAULT nextval('artworks_id_seq'::regclass);


--
-- Name: id; Type: DEFAULT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY users ALTER COLUMN id SET DEFAULT nextval('users_id_seq'::regclass);


--
-- Data for Name: artworks; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY artworks (id, user_id, name, note, price, appraisal, ratio, edition, tags, extra, released) FROM stdin;
1	1	Höhle 🎨	a\tb\n\\.\n\\N\r\nCOPY users (id) FROM stdin;	1999	$1,234.50	1.50	second, signed	{"a,b",NULL,""}	{"a":  "é,\\n"}	1999-12-31
2	\N		\N	\N	\N	NaN	\N	\N	\N	-infinity
3	3	 -- Name: x; Type: TABLE; Schema: public; Owner: y		0	-$0.01	0.00	first	{}	[]	\N
\.


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY users (id, email, settings, token, created_at, updated_at) FROM stdin;
1	Ann@example.org	"theme"=>"dark"	\\x00ff	2011-01-02 03:04:05.000006	2012-01-01 00:00:00
2			\N	2011-01-02 00:00:00	2012-01-01 00:00:00
3	b	"a"=>NULL	\\x	infinity	2012-01-01 00:00:00
\.


--
-- Name: artworks_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('artworks_id_seq', 3, true);


--
-- Name: users_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('users_id_seq', 3, true);


--
-- Name: artworks_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY artworks
    ADD CONSTRAINT artworks_pkey PRIMARY KEY (id);


--
-- Name: users_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: index_users_on_email; Type: INDEX; Schema: public; Owner: postgres
--

CREATE UNIQUE INDEX index_users_on_email ON users USING btree (email);


--
-- Name: touch; Type: TRIGGER; Schema: public; Owner: postgres
--

CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE PROCEDURE touch();


--
-- Name: artworks_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY artworks
    ADD CONSTRAINT artworks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id);


--
-- PostgreSQL database dump complete
--

