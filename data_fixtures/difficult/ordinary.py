"""An ordinary row of each legacy table, and what it becomes: every cell of both, by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

Value = str | int | float | bool | None

CREATED, UPDATED = "2015-03-01 10:00:00", "2016-04-02 11:30:00.123456"
HASH = "$2a$11$" + "AbCdEfGhIjKlMnOpQrStUu" + "0123456789012345678901234567890"

TIMES = {"created_at": CREATED, "updated_at": UPDATED}


@dataclass(frozen=True)
class Ordinary:
    """A row without a fault. legacy: its cells, in the table's columns. becomes: the target's."""

    legacy: Mapping[str, Value]
    becomes: Mapping[str, Value]


def ordinary(table: str, key: Mapping[str, Value]) -> Ordinary:
    """The ordinary row of `table` with this key (`id`, or both sides of a link)."""
    if "id" not in key:
        return _LINKS[table](key)
    number = key["id"]
    made = _ROWS[table](number)
    return Ordinary({"id": number, **made.legacy, **TIMES}, {"id": number, **made.becomes, **TIMES})


def _user(id: Value) -> Ordinary:
    names = {"first_name": "Una", "last_name": "Ordinary"}
    confirmed = {"confirmed_at": "2015-03-02 08:00:00"}
    return Ordinary(
        {
            "email": f"user{id}@example.com",
            "encrypted_password": HASH,
            **names,
            **confirmed,
            "newsletter": True,
        },
        {
            "email": f"user{id}@example.com",
            "password_digest": HASH,
            **names,
            "admin": False,
            **confirmed,
            "terms_accepted_at": CREATED,
            "terms_version": "legacy-import",
        },
    )


def _venue(id: Value) -> Ordinary:
    return Ordinary(
        {
            "name": f"Hall {id}",
            "city": "Oakland",
            "state": "CA",
            "zip": 94612,
            "country": "US",
            "latitude": 37.8,
            "longitude": -122.25,
            "capacity": 500,
        },
        {
            "name": f"Hall {id}",
            "address": None,
            "city": "Oakland",
            "administrative_area": "CA",
            "postal_code": "94612",
            "country": "US",
            "latitude": 37.8,
            "longitude": -122.25,
            "venue_type": "other",
            "status": "active",
        },
    )


def _artist(id: Value) -> Ordinary:
    name = {"name": f"Artist {id}", "website": None}
    return Ordinary({**name, "ticker_symbol": f"AR{id}"}, name)


def _band(id: Value) -> Ordinary:
    return Ordinary({"name": f"Band {id}"}, {"name": f"Band {id}", "website": None})


def _series(id: Value) -> Ordinary:
    return Ordinary({"name": f"Series {id}"}, {"name": f"Series {id}", "year": None})


def _artwork(id: Value) -> Ordinary:
    nowhere = {"band_id": None, "venue_id": None}
    return Ordinary(
        {
            "name": f"Poster {id}",
            "note": None,
            "edition_size": "250",
            "release_date": "2012-05-01",
            "original_price": "$25.00",
            **nowhere,
            "ticker": None,
            "rarity": "common",
        },
        {
            "name": f"Poster {id}",
            "description": None,
            "edition_size": 250,
            "release_date": "2012-05-01",
            "original_price": 2500,
            **nowhere,
            "slug": f"poster-{id}-2012",
        },
    )


def _user_artwork(id: Value) -> Ordinary:
    return Ordinary(
        {
            "user_id": 1,
            "artwork_id": 1,
            "purchased_on": "2014-06-07",
            "purchase_price": "3000",
            "edition_number": "12/250",
            "condition": "Mint",
            "notes": None,
            "edition_type": "SE - Show Edition",
        },
        {
            "user_id": 1,
            "poster_id": 1,
            "status": "owned",
            "edition_number": "12/250",
            "notes": None,
            "purchase_price": 3000,
            "purchase_date": "2014-06-07",
            "condition": "mint",
            "edition_type": "SE",
        },
    )


def _transaction(id: Value) -> Ordinary:
    return Ordinary(
        {
            "artwork_id": 1,
            "amount": 12500,
            "transaction_type": "sale",
            "verified": "no",
            "verified_at": None,
            "verified_by": None,
            "edition_number": None,
            "transaction_date": "2019-05-04",
            "condition": "Good",
            "note": None,
        },
        {
            "poster_id": 1,
            "sale_price": 12500,
            "transaction_type": "sale",
            "verified": False,
            "verified_at": None,
            "verified_by": None,
            "edition_number": None,
            "sale_date": "2019-05-04",
            "condition": "good",
            "notes": None,
        },
    )


def _artist_link(key: Mapping[str, Value]) -> Ordinary:
    """A link has its poster's times."""
    becomes = {"artist_id": key["artist_id"], "poster_id": key["artwork_id"], **TIMES}
    return Ordinary(key, becomes)


def _series_link(key: Mapping[str, Value]) -> Ordinary:
    return Ordinary(key, {"poster_id": key["artwork_id"], "series_id": key["series_id"]})


_ROWS = {
    "users": _user,
    "venues": _venue,
    "artists": _artist,
    "bands": _band,
    "series": _series,
    "artworks": _artwork,
    "user_artworks": _user_artwork,
    "transactions": _transaction,
}
_LINKS = {"artists_artworks": _artist_link, "artworks_series": _series_link}
