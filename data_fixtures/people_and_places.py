"""Users, artists, bands and venues. Faker invents the people and places: nobody is real."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import product

import polars as pl
from faker import Faker

from data_fixtures import words
from data_fixtures.draws import Draws, numbered
from data_fixtures.shape import ids, rows

BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

LOCALES = {"en_US": 260, "es_ES": 40, "fr_FR": 40, "de_DE": 40, "sv_SE": 20}
"""Where the invented people come from, and how many: some names have accents."""


@dataclass(frozen=True)
class Pool:
    """The invented names that rows are made of. All String, each column without repeats."""

    first_names: pl.Series
    last_names: pl.Series
    cities: pl.Series
    states: pl.Series
    streets: pl.Series
    zips: pl.Series


@cache
def pool(seed: int) -> Pool:
    """What Faker invents for this seed. A few hundred, since Faker takes microseconds for each."""
    first_names: list[str] = []
    last_names: list[str] = []
    for locale, count in LOCALES.items():
        faker = Faker(locale)
        faker.seed_instance(seed)
        first_names += [faker.first_name() for _ in range(count)]
        last_names += [faker.last_name() for _ in range(count)]
    faker = Faker("en_US")
    faker.seed_instance(seed)
    cities = [faker.city() for _ in range(300)]
    states = [
        faker.state_abbr(include_territories=False, include_freely_associated_states=False)
        for _ in range(60)
    ]
    streets = [faker.street_name() for _ in range(300)]
    zips = [faker.postcode() for _ in range(300)]
    columns = (first_names, last_names, cities, states, streets, zips)
    return Pool(*(pl.Series(column).unique(maintain_order=True) for column in columns))


def users(scale: int, seed: int) -> pl.DataFrame:
    """The table `users`: e-mail addresses unique regardless of case, a bcrypt-shaped hash each."""
    draw = Draws(seed, "users", rows("users", scale))
    names = pool(seed)
    firsts = draw.integers("first_name", 0, len(names.first_names))
    lasts = draw.integers("last_name", 0, len(names.last_names))
    created_at, updated_at = draw.times()
    hashes = "$2a$11$" + Draws(seed, "users", 5).tokens("hashes", BCRYPT, 53)
    frame = pl.DataFrame(
        {
            "id": ids("users", scale),
            "local": _ascii(names.first_names).gather(firsts)
            + "."
            + _ascii(names.last_names).gather(lasts),
            "domain": draw.pick("domain", ["example.com", "example.net", "example.org"], [6, 2, 2]),
            "spelling": draw.pick("spelling", ["lower", "title", "space"], [84, 15, 1]),
            "encrypted_password": draw.pick("encrypted_password", hashes),
            "first_name": names.first_names.gather(firsts),
            "last_name": names.last_names.gather(lasts),
            "anonymous": draw.pick("anonymous", ["no", "null", "empty"], [90, 5, 5]),
            "is_admin": draw.pick("is_admin", [True, False], [1, 60]),
            "created_at": created_at,
            "updated_at": updated_at,
        }
    )
    local, spelling, anonymous = pl.col("local"), pl.col("spelling"), pl.col("anonymous")
    address = pl.concat_str(
        numbered(local, "{}", apart=pl.col("domain")), pl.lit("@"), pl.col("domain")
    )
    email = (
        pl.when(spelling == "title")
        .then(address.str.to_titlecase())
        .when(spelling == "space")
        .then(address + " ")
        .otherwise(address)
    )
    named = (
        pl.when(anonymous == "no")
        .then(pl.col("first_name", "last_name"))
        .when(anonymous == "empty")
        .then(pl.lit(""))
    )
    return frame.with_columns(named, email=email).select(
        "id",
        "email",
        "encrypted_password",
        "first_name",
        "last_name",
        "is_admin",
        "created_at",
        "updated_at",
    )


def artists(scale: int, seed: int) -> pl.DataFrame:
    """The table `artists`: names unique regardless of case."""
    draw = Draws(seed, "artists", rows("artists", scale))
    names = pool(seed)
    created_at, updated_at = draw.times()
    full_name = (
        draw.pick("first_name", names.first_names) + " " + draw.pick("last_name", names.last_names)
    )
    return pl.DataFrame(
        {
            "id": ids("artists", scale),
            "name": full_name,
            "website": _websites(draw),
            "ticker_symbol": draw.tokens("ticker_symbol", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 3),
            "created_at": created_at,
            "updated_at": updated_at,
        }
    ).with_columns(numbered(pl.col("name"), " ({})"))


def bands(scale: int, seed: int) -> pl.DataFrame:
    """The table `bands`: names unique regardless of case."""
    draw = Draws(seed, "bands", rows("bands", scale))
    created_at, updated_at = draw.times()
    pairs = [f"The {one} {other}" for one, other in product(words.ADJECTIVES, words.NOUNS)]
    return pl.DataFrame(
        {
            "id": ids("bands", scale),
            "name": draw.pick("name", pairs),
            "website": _websites(draw),
            "created_at": created_at,
            "updated_at": updated_at,
        }
    ).with_columns(numbered(pl.col("name"), " ({})"))


def venues(scale: int, seed: int) -> pl.DataFrame:
    """The table `venues`: coordinates with ten decimals, in degrees; some rows have none."""
    draw = Draws(seed, "venues", rows("venues", scale))
    names = pool(seed)
    created_at, updated_at = draw.times()
    frame = pl.DataFrame(
        {
            "id": ids("venues", scale),
            "owner": draw.pick("owner", names.last_names),
            "hall": draw.pick("hall", words.HALLS),
            "number": draw.integers("number", 1, 9900),
            "street": draw.pick("street", names.streets),
            "city": draw.pick("city", names.cities),
            "state": draw.pick("state", names.states),
            "zip": draw.pick("zip", names.zips),
            "country": draw.pick("country", ["US", "CA", "GB", "FR"], [40, 2, 2, 1]),
            # A last digit of 3 keeps each coordinate off the middle between two roundings.
            "latitude": (draw.integers("latitude", 2_500_000_000, 4_900_000_000) * 10 + 3) / 1e9,
            "longitude": (draw.integers("longitude", -12_400_000_000, -6_700_000_000) * 10 - 3)
            / 1e9,
            "located": draw.pick("located", [True, False], [9, 1]),
            "created_at": created_at,
            "updated_at": updated_at,
        }
    )
    abroad, located = pl.col("country") != "US", pl.col("located")
    return frame.select(
        "id",
        pl.concat_str("owner", "hall", separator=" ").alias("name"),
        pl.concat_str("number", "street", separator=" ").alias("address"),
        "city",
        pl.when(~abroad).then("state"),
        pl.when(~abroad).then("zip").otherwise(pl.lit("")).alias("zip"),
        "country",
        pl.when(located).then("latitude"),
        pl.when(located).then("longitude"),
        "created_at",
        "updated_at",
    )


def _websites(draw: Draws) -> pl.Series:
    """With a scheme, without one, empty and NULL."""
    starts = [None, "", "example.com/", "www.example.org/", "http://example.net/", "https://www."]
    frame = pl.DataFrame(
        {
            "start": draw.pick("website", starts, [4, 2, 3, 3, 2, 4]),
            "page": draw.tokens("page", "abcdefghijklmnopqrstuvwxyz", 8),
        }
    )
    start, page = pl.col("start"), pl.col("page")
    return frame.select(
        pl.when(start == "")
        .then(pl.lit(""))
        .when(start == "https://www.")
        .then(pl.concat_str(start, pl.lit("example.com/"), page))
        .otherwise(start + page)
    ).to_series()


def _ascii(names: pl.Series) -> pl.Series:
    """The letters of each name without accents, in lower case: what an e-mail address may hold."""
    return pl.Series(
        [
            "".join(
                letter
                for letter in unicodedata.normalize("NFKD", name).lower()
                if letter.isascii() and letter.isalpha()
            )
            for name in names
        ]
    )
