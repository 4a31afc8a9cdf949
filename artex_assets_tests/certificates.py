"""Certificates of a server on this machine, signed by an authority of the test's own."""

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Certificates:
    """`authority` (PEM) is what a client trusts; `certificate` and `key` are the server's.

    name: what the server is called beside 127.0.0.1.
    """

    def __init__(self, folder: Path, name: str = "localhost") -> None:
        self.authority = folder / "authority.pem"
        self.certificate = folder / "server.pem"
        self.key = folder / "server.key"
        root, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        issuer = _named(f"authority of {folder.name}")
        ca = _certificate(issuer, issuer, root.public_key())
        ca = ca.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        own = _certificate(_named(name), issuer, server.public_key())
        own = own.add_extension(x509.SubjectAlternativeName(names), critical=False)
        pem = serialization.Encoding.PEM
        self.authority.write_bytes(ca.sign(root, hashes.SHA256()).public_bytes(pem))
        self.certificate.write_bytes(own.sign(root, hashes.SHA256()).public_bytes(pem))
        self.key.touch(mode=0o600)
        self.key.write_bytes(
            server.private_bytes(
                pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )
