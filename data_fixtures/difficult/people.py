"""Users of the difficult backup."""

from artex_assets.vocabulary import Change, Reason
from data_fixtures.difficult.alike import IMPUTED, MIDNIGHT, NO_TIMES, numbered, twins
from data_fixtures.difficult.ordinary import CREATED, UPDATED
from data_fixtures.difficult.row import (
    Recorded,
    Row,
    added,
    loaded,
    quarantined,
    repeated,
)


def _unusable(number: int, what: str, email: str | None) -> Row:
    """A user whose e-mail address the application does not accept, mended."""
    mended = {"email": f"user{number}@example.com"}
    return quarantined(
        "users", numbered(number), what, {"email": email}, Reason.EMAIL_INVALID, mended=mended
    )


def _without_password(number: int, what: str, password: str) -> Row:
    """A user whose password is not carried, and kept nowhere."""
    lost = Recorded(None, Change.PASSWORD_NOT_CARRIED, "(not kept)")
    return loaded(
        "users",
        numbered(number),
        what,
        {"encrypted_password": password},
        {"password_digest": lost},
    )


USERS = [
    loaded("users", numbered(1)),
    loaded(
        "users",
        numbered(2),
        "an e-mail address in mixed letters, with white space at its ends",
        {"email": " Bob@Example.COM\t"},
        {"email": "bob@example.com"},
    ),
    quarantined(
        "users",
        numbered(3),
        "the e-mail address of user 2",
        {"email": "bob@example.com"},
        Reason.EMAIL_DUPLICATE,
        mended={"email": "bob.the.second@example.com"},
        after={"email": "bob.the.second@example.com"},
    ),
    loaded(
        "users",
        numbered(4),
        "the e-mail address that user 5 has in another Unicode form",
        {"email": "karen@example.org"},
        {"email": "karen@example.org"},
    ),
    quarantined(
        "users",
        numbered(5),
        "an e-mail address with a Kelvin sign, of which Unicode form C makes that of user 4",
        {"email": "\u212aaren@example.org"},
        Reason.EMAIL_DUPLICATE,
        mended={"email": "karen.five@example.org"},
        after={"email": "karen.five@example.org"},
    ),
    _unusable(6, "an e-mail address with an accent", "zo\u00e9@example.org"),
    _unusable(7, "the address of user 6 in another Unicode form", "zoe\u0301@example.org"),
    _unusable(8, "an e-mail address without an @", "nobody"),
    _unusable(9, "an empty e-mail address", ""),
    _unusable(10, "no e-mail address", None),
    _unusable(11, "an e-mail address with a space inside", "two words@example.org"),
    _unusable(12, "a domain that begins with a hyphen", "a@-example.org"),
    _without_password(13, "a password in plain text", "hunter2-in-plain-text"),
    _without_password(
        14, "a peppered SHA-512, as Devise made them before bcrypt", "0123456789abcdef" * 8
    ),
    loaded(
        "users",
        numbered(15),
        "an empty password hash",
        {"encrypted_password": ""},
        {"password_digest": None},
    ),
    loaded(
        "users",
        numbered(16),
        "no password hash",
        {"encrypted_password": None},
        {"password_digest": None},
    ),
    loaded(
        "users",
        numbered(17),
        "a bcrypt hash of another version, with spaces at its ends",
        {"encrypted_password": f" $2y$10${'z' * 53} "},
        {"password_digest": f"$2y$10${'z' * 53}"},
    ),
    *twins("users", 18, {"email": "user118@example.com", "first_name": "Twin"}),
    loaded("users", numbered(19), "the first of two equal rows"),
    repeated("users", numbered(19), "the second of two equal rows", 19),
    quarantined(
        "users",
        numbered(None),
        "no id",
        {"email": "user120@example.com"},
        Reason.MISSING_KEY,
        mended={"id": 120},
    ),
    loaded(
        "users",
        numbered(21),
        "no created_at",
        {"created_at": None},
        {
            name: Recorded(UPDATED, Change.TIME_IMPUTED, None)
            for name in ("created_at", "terms_accepted_at")
        },
    ),
    loaded(
        "users",
        numbered(22),
        "neither created_at nor updated_at",
        NO_TIMES,
        {**IMPUTED, "terms_accepted_at": IMPUTED["created_at"]},
    ),
    loaded(
        "users",
        numbered(23),
        "no updated_at",
        {"updated_at": None},
        {"updated_at": Recorded(CREATED, Change.TIME_IMPUTED, None)},
    ),
    loaded(
        "users",
        numbered(24),
        "times that are infinite",
        {"created_at": "infinity", "confirmed_at": "-infinity"},
        {
            "created_at": Recorded(UPDATED, Change.TIME_UNREADABLE, "infinity"),
            "terms_accepted_at": Recorded(UPDATED, Change.TIME_UNREADABLE, "infinity"),
            "confirmed_at": Recorded(None, Change.TIME_UNREADABLE, "-infinity"),
        },
    ),
    loaded(
        "users",
        numbered(25),
        "created before Christ, updated in the year 20201",
        {"created_at": "0044-03-15 12:00:00 BC", "updated_at": "20201-01-01 00:00:00"},
        {
            **{
                name: Recorded(MIDNIGHT, Change.TIME_UNREADABLE, "0044-03-15 12:00:00 BC")
                for name in ("created_at", "terms_accepted_at")
            },
            "updated_at": Recorded(MIDNIGHT, Change.TIME_UNREADABLE, "20201-01-01 00:00:00"),
        },
    ),
    loaded(
        "users",
        numbered(26),
        "an e-mail address that was never confirmed",
        {"confirmed_at": None},
        {"confirmed_at": None},
    ),
    loaded(
        "users",
        numbered(27),
        "an emoji, a tab and line ends of two kinds inside a name; a name that is a backslash and "
        "an N",
        {"first_name": " \U0001f3b8\tTab\nLine\r\nEnd ", "last_name": "\\N"},
        {"first_name": "\U0001f3b8\tTab\nLine\r\nEnd", "last_name": "\\N"},
    ),
    loaded(
        "users",
        numbered(28),
        "names that are a spreadsheet's formula, and NULL in letters",
        {"first_name": "=cmd()|' /C calc'!A0", "last_name": "NULL"},
        {"first_name": "=cmd()|' /C calc'!A0", "last_name": "NULL"},
    ),
    loaded(
        "users",
        numbered(30),
        "names with a byte order mark, a control character and the last of all characters",
        {"first_name": "\ufeffMark", "last_name": "\x01\U0010ffff"},
        {"first_name": "\ufeffMark", "last_name": "\x01\U0010ffff"},
    ),
    added("users", numbered(404), "the user whom user_artworks 19 names"),
]
