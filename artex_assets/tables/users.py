"""users: the people with an account.

The old application let one e-mail address in twice when the case differed; the new one does not, so
the lowest id keeps it and later ones are quarantined. Password hashes are carried as they are,
which is right only when the old application used no pepper. Whoever had an account has confirmed
the address, unless the old application kept account of that, and accepted the terms of the time.
"""

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl

from artex_assets.convert import booleans, dates, email, numbers, passwords, text
from artex_assets.convert.email import EMAIL
from artex_assets.legacy.contract import TIMES, Kind, LegacyTable
from artex_assets.tables.declaration import (
    Column,
    Constant,
    Example,
    Inputs,
    Rules,
    Table,
    mapped,
)
from artex_assets.tables.draft import CHANGE, Draft, lowest
from artex_assets.vocabulary import Change, Reason, Rule

SOURCE = LegacyTable(
    "users",
    {
        "id": Kind.ID,
        "email": Kind.TEXT,
        "encrypted_password": Kind.TEXT,
        "first_name": Kind.TEXT,
        "last_name": Kind.TEXT,
        "is_admin": Kind.BOOLEAN,
        "confirmed_at": Kind.TIME,
        **TIMES,
    },
    optional=frozenset(
        {"encrypted_password", "first_name", "last_name", "is_admin", "confirmed_at"}
    ),
)


class Contract(pa.DataFrameModel):
    """What the target must hold of every migrated user."""

    id: int = pa.Field(gt=0, unique=True)
    email: str = pa.Field(unique=True)
    admin: bool
    password_digest: str = pa.Field(nullable=True, str_startswith="$2")
    terms_version: str = pa.Field(eq="legacy-import")
    confirmed_at: pl.Datetime = pa.Field(nullable=True)
    terms_accepted_at: pl.Datetime
    created_at: pl.Datetime
    updated_at: pl.Datetime

    @pa.check("email", name="email_accepted")
    @classmethod
    def email_accepted(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """The application would accept the address, and it is in lower case."""
        address = pl.col(data.key)
        return data.lazyframe.select(
            address.str.contains(EMAIL) & (address == address.str.to_lowercase())
        )


def columns(rules: Rules) -> Mapping[str, Column]:
    """What each target column comes from."""
    return {
        "id": mapped("id", numbers.integer),
        "email": mapped("email", email.email),
        "password_digest": mapped(
            "encrypted_password", passwords.bcrypt_digest, carry=rules.carry_passwords
        ),
        "first_name": mapped("first_name", text.optional),
        "last_name": mapped("last_name", text.optional),
        "admin": mapped("is_admin", booleans.boolean, default=False),
        "confirmed_at": mapped("confirmed_at", dates.timestamp),
        "terms_accepted_at": mapped("created_at", dates.timestamp),
        "terms_version": Constant("legacy-import"),
        "created_at": mapped("created_at", dates.timestamp),
        "updated_at": mapped("updated_at", dates.timestamp),
    }


def transform(inputs: Inputs) -> Draft:
    """The users, of each e-mail address the one of the lowest id."""
    draft = Draft.of(TABLE, inputs).quarantine(
        Reason.EMAIL_INVALID,
        pl.col("email").is_null(),
        "The e-mail address is empty or not one that the application accepts. Correct it.",
    )
    draft = _copied_time(draft, "terms_accepted_at")
    # An application that knew confirmations knew unconfirmed users, too: they stay so.
    if "confirmed_at" not in inputs.legacy["users"].columns:
        draft = _copied_time(draft, "confirmed_at").count("confirmed_at", Rule.COPIED, pl.lit(True))
    refused = pl.col(CHANGE + "password_digest") == str(Change.PASSWORD_NOT_CARRIED)
    draft = draft.record(
        # What is no hash may be a password in plain text: that is kept nowhere.
        "password_digest",
        Change.PASSWORD_NOT_CARRIED,
        refused,
        was=pl.lit("(not kept)"),
    )
    first = lowest(pl.col("email"), inputs.loaded)
    return draft.quarantine(
        Reason.EMAIL_DUPLICATE,
        pl.col("id") != first,
        pl.format(
            "User {} has the same e-mail address and {}. Give one another.",
            first,
            pl.when(pl.col("id") > first)
            .then(pl.lit("a lower id"))
            .otherwise(pl.lit("is in the target already")),
        ),
    )


def _copied_time(draft: Draft, name: str) -> Draft:
    """The draft with created_at in column `name`, too, imputed where that is."""
    imputed = pl.col(CHANGE + "created_at").is_not_null()
    was = draft.legacy("created_at")
    return draft.set(**{name: pl.col("created_at")}).record(
        name, Change.TIME_IMPUTED, imputed, was=was
    )


EXAMPLES = (
    Example(
        says="An address that differs in case and spaces is the same; the lowest id keeps it.",
        legacy={
            "users": [
                {"id": 7, "email": " Ada@Example.org", "created_at": "2015-01-01 00:00:00"},
                {"id": 4, "email": "ada@example.ORG", "created_at": "2014-01-01 00:00:00"},
            ]
        },
        rows=[
            {
                "id": 4,
                "email": "ada@example.org",
                "admin": False,
                "terms_version": "legacy-import",
            }
        ],
        quarantined={"7": "email_duplicate"},
    ),
    Example(
        says="An address that is none is quarantined.",
        legacy={"users": [{"id": 1, "email": "nobody"}, {"id": 2, "email": None}]},
        quarantined={"1": "email_invalid", "2": "email_invalid"},
    ),
)

TABLE = Table(
    name="users",
    source=SOURCE,
    columns=columns,
    transform=transform,
    contract=Contract,
    examples=EXAMPLES,
    unique=("email",),
    # Addresses are lower case here; the application may have kept one as it was typed.
    ignoring_case=True,
)
