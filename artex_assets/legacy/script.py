"""The SQL script that pg_dump makes of a database: the tables it defines, and their rows.

Nothing of the script is ever executed. Of a table's definition the columns' names and types are
read, of the rest nothing: no defaults, constraints, functions, triggers, owners or privileges. The
rows are in COPY's text format, and are passed on as they are.

pg_dump announces each part by a comment (`-- Name: users; Type: TABLE; Schema: public; Owner: x`),
and has done so alike in every version; definitions come before rows.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

BLOCK = 1 << 20
"""Bytes of rows that are passed on at once, or one row when it is longer."""

COMPLETE = b"-- PostgreSQL database dump complete\n"

_ANNOUNCED = re.compile(
    rb"-- (?P<data>Data for )?Name: (?P<name>.+); Type: (?P<kind>[A-Z ]+); "
    rb"Schema: (?P<schema>.+?); Owner: "
)
_ENCODING = re.compile(rb"SET client_encoding = '(\w+)';")
_COPY = re.compile(rb"COPY .+? \((?P<columns>.*)\) FROM stdin;\n")
_INHERITS = re.compile(r"^INHERITS \((?P<parents>.*)\)", re.MULTILINE)
_PARTITIONED = re.compile(r"^PARTITION BY ", re.MULTILINE)
_IDENTIFIER = re.compile(r'"((?:[^"]|"")*)"|([^\s,"]+)')
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\s+|[\w$]+|.""", re.DOTALL)
_DOMAIN = re.compile(r"CREATE DOMAIN (?P<name>\S+) AS (?P<type>.*);", re.DOTALL)

# What may follow a column's type. pg_dump writes key words in upper case and types in lower case;
# a type in upper case is quoted.
_AFTER_TYPE = frozenset({"DEFAULT", "NOT", "NULL", "COLLATE", "GENERATED", "CONSTRAINT", "CHECK"})
_NO_COLUMN = frozenset({"CONSTRAINT", "CHECK", "PRIMARY", "UNIQUE", "EXCLUDE", "FOREIGN", "NOT"})

TYPES_OF_EXTENSIONS: Mapping[str, str] = {
    "citext": "citext",
    "cube": "cube",
    "hstore": "hstore",
    "isn": "ean13 isbn isbn13 ismn ismn13 issn issn13 upc",
    "ltree": "ltree lquery ltxtquery",
    "postgis": "box2d box3d geography geometry",
    "seg": "seg",
    "vector": "halfvec sparsevec vector",
}
"""The types that come with an extension, as far as a Rails application may have them."""

Name = tuple[str, str]
"""Schema and table."""


@dataclass
class Definitions:
    """What a script defines.

    tables: each table's columns with their types as they are spelled, none when the definition is
    not as pg_dump writes it. computed: the columns that are generated from others, and so have no
    values in the rows. domains: what each one is based on, by its spelling. types: the names of its
    other types; extensions bring types, too. divided: the names of tables that have rows in others,
    which are their partitions or inherit from them.
    """

    encoding: str = "UTF8"
    tables: dict[Name, dict[str, str]] = field(default_factory=dict)
    computed: dict[Name, list[str]] = field(default_factory=dict)
    domains: dict[str, str] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    divided: set[str] = field(default_factory=set)
    extensions: set[str] = field(default_factory=set)

    def resolved(self, spelled: str) -> str:
        """The type that a column of type `spelled` has when domains are replaced by their bases."""
        while spelled in self.domains:
            spelled = self.domains[spelled]
        return spelled

    def declares(self, spelled: str) -> bool:
        """Whether the script brings this type itself, or an extension that is known to.

        Of any other it is unknown what it means: a domain of whole cents read as text would be
        dollars.
        """
        last = spelled.partition("(")[0].removesuffix("[]").rpartition(".")[2].strip('"')
        brought = (TYPES_OF_EXTENSIONS.get(name, "").split() for name in self.extensions)
        return last in self.types or any(last in types for types in brought)


@dataclass(frozen=True)
class Rows:
    """The rows of one table.

    columns: in the order of the values. blocks: COPY's text format, whole rows, about BLOCK bytes
    each; raises EOFError when the script ends before the rows do.
    """

    table: Name
    columns: list[str]
    blocks: Iterator[bytes]


def read(stream: Iterator[bytes], definitions: Definitions) -> Iterator[Rows]:
    """The rows of every table, in the script's order. `definitions` is filled meanwhile.

    At the first rows all definitions are there. Blocks that the caller leaves are skipped. Raises
    EOFError when the script ends before it says that it does.
    """
    for line in stream:
        if line == COMPLETE:
            return
        if encoding := _ENCODING.match(line):
            definitions.encoding = encoding[1].decode()
            continue
        part = _ANNOUNCED.match(line)
        if part is None:
            continue
        # Names are in the dump's encoding; the ones that matter are ASCII.
        table = (part["schema"].decode(errors="replace"), part["name"].decode(errors="replace"))
        kind = part["kind"]
        if part["data"]:
            if kind == b"TABLE DATA" and (columns := _copied(stream)) is not None:
                rows = Rows(table, columns, _blocks(stream))
                yield rows
                for _ in rows.blocks:
                    pass
        elif kind == b"TABLE":
            _define(definitions, table, _statement(stream))
        elif kind == b"DOMAIN":
            if domain := _DOMAIN.match(_statement(stream)):
                definitions.domains[domain["name"]] = _type(_TOKEN.findall(domain["type"]))
        elif kind == b"TYPE":
            definitions.types.add(table[1])
        elif kind == b"EXTENSION":
            definitions.extensions.add(table[1])
    raise EOFError


def _define(definitions: Definitions, table: Name, statement: str) -> None:
    parts = [words for words in _parts(statement) if words[0] not in _NO_COLUMN]
    columns = {_unquoted(words[0]): _type(words[1:]) for words in parts}
    readable = all(columns.values()) and len(columns) == len(parts)
    once = table not in definitions.tables
    definitions.tables[table] = columns if readable and once else {}
    if _PARTITIONED.search(statement):
        definitions.divided.add(table[1])
    if heirs := _INHERITS.search(statement):
        parents = (parent.rpartition(".")[2] for parent in heirs["parents"].split(", "))
        definitions.divided.update(map(_unquoted, parents))
    definitions.computed[table] = [_unquoted(part[0]) for part in parts if "GENERATED" in part]


def _copied(stream: Iterator[bytes]) -> list[str] | None:
    """The columns that COPY names; None when the rows come another way (`pg_dump --inserts`)."""
    for line in stream:
        if line.startswith(b"COPY "):
            copy = _COPY.fullmatch(line)
            columns = copy["columns"].decode(errors="replace") if copy else ""
            return [_unquoted(found[0]) for found in _IDENTIFIER.finditer(columns)]
        if line.strip() and not line.startswith((b"--", b"ALTER TABLE ", b"SET ")):
            return None
    raise EOFError


def _blocks(stream: Iterator[bytes]) -> Iterator[bytes]:
    rows: list[bytes] = []
    size = 0
    for line in stream:
        if line == b"\\.\n":
            yield b"".join(rows)
            return
        rows.append(line)
        size += len(line)
        if size >= BLOCK:
            yield b"".join(rows)
            rows.clear()
            size = 0
    raise EOFError


def _statement(stream: Iterator[bytes]) -> str:
    """The next statement: from CREATE to the semicolon that is in no quotes and parentheses."""
    text = ""
    for line in stream:
        if not text and not line.startswith(b"CREATE "):
            continue
        text += line.decode(errors="replace")
        if line.rstrip().endswith(b";") and _whole(text):
            return text
    raise EOFError


def _whole(text: str) -> bool:
    words = _TOKEN.findall(text)
    # A quote that is a word of its own was opened and not closed.
    return words.count("(") == words.count(")") and not {"'", '"'} & set(words)


def _parts(statement: str) -> Iterator[list[str]]:
    """What stands in the first parentheses of `statement`, at its commas; without white space."""
    depth = 0
    part: list[str] = []
    for word in _TOKEN.findall(statement):
        depth -= word == ")"
        if depth == 1 and word == ",":
            yield part
            part = []
        elif depth >= 1 and (part or not word.isspace()):
            part.append(word)
        depth += word == "("
        if depth == 0 and word == ")":
            break
    if part:
        yield part


def _type(words: Iterable[str]) -> str:
    """The type that `words` begin with, as it is spelled."""
    return "".join(takewhile(lambda word: word not in _AFTER_TYPE, words)).strip()


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def best_schema(definitions: Mapping[Name, object], wanted: Iterable[str]) -> str:
    """The schema that has most of the `wanted` tables; `public` when it has as many as another."""
    names = set(wanted)
    held = Counter(schema for schema, name in definitions if name in names)
    return max(sorted({*held, "public"}), key=lambda schema: (held[schema], schema == "public"))
