--
-- PostgreSQL database dump
--

\restrict CTx56YAhI3ezrhRFygWAG88OKc4hey9A4stGQgwpeug7eQ0XC48kA7hc6uL0I4l

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
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


--
-- Name: cents; Type: DOMAIN; Schema: public; Owner: postgres
--

CREATE DOMAIN public.cents AS integer
	CONSTRAINT cents_check CHECK ((VALUE >= 0));


ALTER DOMAIN public.cents OWNER TO postgres;

--
-- Name: edition; Type: TYPE; Schema: public; Owner: postgres
--

CREATE TYPE public.edition AS ENUM (
    'first',
    'second, signed'
);


ALTER TYPE public.edition OWNER TO postgres;

--
-- Name: touch(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Name: users; Type: TABLE; Schema: public; Owner: nobody
    NEW.updated_at := now();
    RETURN NEW;
END $$;


ALTER FUNCTION public.touch() OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: artworks; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.artworks (
    id integer NOT NULL,
    user_id integer,
    name character varying(255) DEFAULT 'Untitled; (really)'::character varying NOT NULL,
    note text,
    price public.cents,
    appraisal money,
    ratio numeric(8,2),
    edition public.edition,
    tags text[] DEFAULT '{}'::text[],
    extra json,
    released date
);


ALTER TABLE public.artworks OWNER TO postgres;

--
-- Name: COLUMN artworks.note; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON COLUMN public.artworks.note IS 'Two lines;
COPY users (id) FROM stdin;
\.
';


--
-- Name: artworks_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE public.artworks_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE public.artworks_id_seq OWNER TO postgres;

--
-- Name: artworks_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: postgres
--

ALTER SEQUENCE public.artworks_id_seq OWNED BY public.artworks.id;


--
-- Name: users; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.users (
    id integer NOT NULL,
    email public.citext NOT NULL,
    settings public.hstore DEFAULT ''::public.hstore NOT NULL,
    token bytea,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);


ALTER TABLE public.users OWNER TO postgres;

--
-- Name: users_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE public.users_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE public.users_id_seq OWNER TO postgres;

--
-- Name: users_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: postgres
--

ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;


--
-- Name: artworks id; Type: DEFAULT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.artworks ALTER COLUMN id SET DEFAULT nextval('public.artworks_id_seq'::regclass);


--
-- Name: users id; Type: DEFAULT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);


--
-- Data for Name: artworks; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.artworks (id, user_id, name, note, price, appraisal, ratio, edition, tags, extra, released) FROM stdin;
1	1	Höhle 🎨	a\tb\n\\.\n\\N\r\nCOPY users (id) FROM stdin;	1999	$1,234.50	1.50	second, signed	{"a,b",NULL,""}	{"a":  "é,\\n"}	1999-12-31
2	\N		\N	\N	\N	NaN	\N	\N	\N	-infinity
3	3	 -- Name: x; Type: TABLE; Schema: public; Owner: y		0	-$0.01	0.00	first	{}	[]	\N
\.


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.users (id, email, settings, token, created_at, updated_at) FROM stdin;
1	Ann@example.org	"theme"=>"dark"	\\x00ff	2011-01-02 03:04:05.000006	2012-01-01 00:00:00
2			\N	2011-01-02 00:00:00	2012-01-01 00:00:00
3	b	"a"=>NULL	\\x	infinity	2012-01-01 00:00:00
\.


--
-- Name: artworks_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.artworks_id_seq', 3, true);


--
-- Name: users_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.users_id_seq', 3, true);


--
-- Name: artworks artworks_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.artworks
    ADD CONSTRAINT artworks_pkey PRIMARY KEY (id);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: index_users_on_email; Type: INDEX; Schema: public; Owner: postgres
--

CREATE UNIQUE INDEX index_users_on_email ON public.users USING btree (email);


--
-- Name: users touch; Type: TRIGGER; Schema: public; Owner: postgres
--

CREATE TRIGGER touch BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.touch();


--
-- Name: artworks artworks_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.artworks
    ADD CONSTRAINT artworks_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- PostgreSQL database dump complete
--

\unrestrict CTx56YAhI3ezrhRFygWAG88OKc4hey9A4stGQgwpeug7eQ0XC48kA7hc6uL0I4l

