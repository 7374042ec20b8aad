"""Certificates are checked, and a connection with one is closed cleanly."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import FetchError

if TYPE_CHECKING:
    from tests.conftest import Hosts, HttpServer
    from tests.fetch.conftest import OpenFetcher


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """A server context with a self-signed certificate for secure.test, in cert.pem."""
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    options = "-subj /CN=secure.test -addext subjectAltName=DNS:secure.test"
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([*command.split(), *options.split(), *files], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context


async def test_a_certificate_is_checked(
    certificate: ssl.SSLContext,
    start_server: Callable[..., HttpServer],
    hosts: Hosts,
    open_fetcher: OpenFetcher,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Self-signed and wrong names are refused before a request; one that is trusted is used."""
    hosts.add("secure.test", ["127.0.0.1"])
    server = start_server("127.0.0.1", certificate)
    server.route("/feed", server.reply(b"feed", keep_alive=True))

    with pytest.raises(FetchError) as untrusted:
        await (await open_fetcher()).get(server.url("/feed", host="secure.test"))
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusting)
    fetcher = await open_fetcher()
    with pytest.raises(FetchError) as misnamed:
        await fetcher.get(server.url("/feed"))
    assert server.requests == []
    response = await fetcher.get(server.url("/feed", host="secure.test"))

    assert (untrusted.value.kind, misnamed.value.kind) == ("tls", "tls")
    assert response.body == b"feed"


@pytest.fixture
def expired(tmp_path: Path, certificate: ssl.SSLContext) -> ssl.SSLContext:  # noqa: ARG001 - its key
    """A server context for secure.test whose certificate, in old.pem, ended years ago."""
    (tmp_path / "index.txt").touch()
    (tmp_path / "ca.cnf").write_text(
        f"[ca]\ndefault_ca=own\n[own]\nnew_certs_dir={tmp_path}\ndatabase={tmp_path}/index.txt\n"
        "rand_serial=yes\ndefault_md=sha256\npolicy=names\ncopy_extensions=copy\n"
        "[names]\ncommonName=supplied\n"
    )
    request = "req -new -key key.pem -out a.csr -subj /CN=secure.test -addext subjectAltName="
    sign = "ca -batch -notext -selfsign -config ca.cnf -keyfile key.pem -in a.csr -out old.pem"
    dates = "-startdate 20200101000000Z -enddate 20200201000000Z"
    for command in (f"{request}DNS:secure.test", f"{sign} {dates}"):
        run = ["openssl", *command.split()]
        subprocess.run(run, check=True, capture_output=True, cwd=tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "old.pem", tmp_path / "key.pem")
    return context


async def test_a_certificate_that_has_ended_is_refused(
    expired: ssl.SSLContext,
    start_server: Callable[..., HttpServer],
    hosts: Hosts,
    open_fetcher: OpenFetcher,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also one that was signed by whom we trust, for the right name."""
    hosts.add("secure.test", ["127.0.0.1"])
    server = start_server("127.0.0.1", expired)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "old.pem"))
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusting)
    fetcher = await open_fetcher()

    with pytest.raises(FetchError) as failed:
        await fetcher.get(server.url("/feed", host="secure.test"))

    assert failed.value.kind == "tls"
    assert "expired" in str(failed.value.__cause__)
    assert server.requests == []
