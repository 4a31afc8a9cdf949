"""How requests are addressed, signed and encrypted."""

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from artex_assets.errors import StorageError
from artex_assets.images.transfer import Bucket, Copied
from artex_assets.images.transfer.signature import encode_path, encode_query
from artex_assets_tests.images.transfer.conftest import World, accept
from artex_assets_tests.images.transfer.faulty import running

KEYS = Credentials("access", "secret", "token")
TEXT = st.text(st.characters(codec="utf-8"), min_size=1)
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1)


def parsed(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("ascii").removesuffix("\r\n\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    return method, target, dict(line.split(": ", 1) for line in lines)


@given(key=TEXT, query=st.dictionaries(TEXT, st.text(st.characters(codec="utf-8"))), value=VALUES)
def test_a_signature_is_the_one_that_botocore_makes(
    key: str, query: dict[str, str], value: str
) -> None:
    bucket = Bucket("bucket", "eu-west-3", KEYS, "http://s3.example.org:9000")
    head = bucket.request("PUT", key, query, {"x-amz-meta-a": value}, b"body", KEYS)
    method, target, headers = parsed(head)
    given_headers = {
        name: headers[name]
        for name in headers
        if name not in ("authorization", "x-amz-date", "x-amz-security-token")
    }
    request = AWSRequest(method, f"http://s3.example.org:9000{target}", given_headers, b"body")
    request.context["timestamp"] = headers["x-amz-date"]
    signer = S3SigV4Auth(KEYS, "s3", "eu-west-3")
    request.headers["X-Amz-Date"] = headers["x-amz-date"]
    request.headers["X-Amz-Security-Token"] = "token"
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    assert headers["authorization"].endswith(f"Signature={signature}")
    assert urlsplit(target).path == f"/bucket/{encode_path(key)}"
    assert urlsplit(target).query == encode_query(query)


@pytest.mark.parametrize(
    ("endpoint", "unsigned"),
    [
        ("http://127.0.0.1:9000", True),
        ("http://localhost:9000", True),
        ("http://[::1]:9000", True),
        ("https://s3.example.org", True),
        (None, True),
        ("http://s3.example.org", False),
        ("http://10.0.0.7", False),
    ],
)
def test_a_body_is_signed_where_somebody_could_change_it(
    endpoint: str | None, unsigned: bool
) -> None:
    head = Bucket("bucket", "us-east-1", KEYS, endpoint).request("PUT", "key", {}, {}, b"x", KEYS)
    _, _, headers = parsed(head)
    assert (headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD") is unsigned


@pytest.mark.parametrize(
    ("name", "region", "endpoint", "host", "path"),
    [
        ("images", "us-east-1", None, "images.s3.us-east-1.amazonaws.com", "/a%20b"),
        ("my.images", "eu-west-1", None, "s3.eu-west-1.amazonaws.com", "/my.images/a%20b"),
        ("images", "cn-north-1", None, "images.s3.cn-north-1.amazonaws.com.cn", "/a%20b"),
        ("images", "auto", "https://x.r2.example.com", "x.r2.example.com", "/images/a%20b"),
        ("images", "any", "http://127.0.0.1:9000/", "127.0.0.1:9000", "/images/a%20b"),
        ("images", "any", "http://h/base", "h", "/base/images/a%20b"),
    ],
)
def test_aws_is_addressed_by_name_and_other_servers_by_path(
    name: str, region: str, endpoint: str | None, host: str, path: str
) -> None:
    bucket = Bucket(name, region, KEYS, endpoint)
    _, target, headers = parsed(bucket.request("GET", "a b", {}, {}, b"", KEYS))
    assert (headers["host"], target) == (host, path)


@pytest.mark.parametrize("value", ["a\r\nx-evil: 1", "a\nb", "ü"])
def test_a_header_never_gets_a_line_break_or_what_is_no_ascii(value: str) -> None:
    bucket = Bucket("bucket", "us-east-1", KEYS, None)
    with pytest.raises(ValueError, match="header"):
        bucket.request("PUT", "key", {}, {"content-disposition": value}, b"x", KEYS)


def test_the_secrets_are_in_no_repr() -> None:
    bucket = Bucket("bucket", "us-east-1", SimpleNamespace(secret="canary"), None)  # noqa: S106
    assert "canary" not in repr(bucket) + str(bucket)


@contextmanager
def encrypted(upstream: str, folder: Path) -> Iterator[str]:
    """A TLS server before `upstream`, whose certificate is in folder/certificate.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "both.pem").write_bytes(private + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    address = urlsplit(upstream)
    assert address.hostname is not None
    assert address.port is not None
    with running((address.hostname, address.port), context) as proxy:
        yield proxy.url


def test_objects_travel_encrypted(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [world.put(f"key{number}", bytes(300_000)) for number in range(8)]
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "certificate.pem"))
    with encrypted(str(world.source.endpoint_url), tmp_path) as url:
        behind = replace(
            world,
            source=replace(world.source, endpoint_url=url),
            target=replace(world.target, endpoint_url=url),
        )
        results = list(behind.transfer()(items, accept))
    assert all(isinstance(result, Copied) for result in results)
    assert len(world.keys()) == 8


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    with encrypted(str(world.source.endpoint_url), tmp_path) as url:
        behind = replace(world, target=replace(world.target, endpoint_url=url))
        with pytest.raises(StorageError, match="certificate"):
            behind.transfer().preflight()
