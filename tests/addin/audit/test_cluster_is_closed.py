"""Nobody but the audit speaks to the cluster of an audit, and the audit speaks to no cluster that is open to everybody."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from distributed import Client, LocalCluster
from distributed.security import Security

from counterask_addin.audit.cluster import Certificates, check_scheduler, cluster_client
from counterask_addin.audit.found import FoundFile
from counterask_addin.cli import cli
from counterask_addin.errors import CannotRun

QUOTE = Path(__file__).parents[3] / "examples" / "software.xlsx"


def test_a_stranger_cannot_connect_to_the_cluster_of_a_run() -> None:
    """Neither without TLS nor with certificates of another authority."""
    with cluster_client(1, "", FoundFile(str(QUOTE), str(QUOTE))) as client:
        assert client.submit(sum, [1, 2]).result() == 3
        addresses = [client.scheduler.address, *client.scheduler_info()["workers"]]
        assert all(address.startswith("tls://127.0.0.1:") for address in addresses)
        for address in addresses:
            with pytest.raises((OSError, TimeoutError)):
                Client(address.replace("tls://", "tcp://"), timeout="3s", set_as_default=False)
            with pytest.raises((OSError, TimeoutError)):
                Client(address, timeout="3s", set_as_default=False, security=Security.temporary())


def test_a_scheduler_without_tls_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with LocalCluster(n_workers=1, processes=False, dashboard_address=None, host="127.0.0.1", protocol="tcp://") as cluster:
        words = ["audit", str(QUOTE), "-o", str(tmp_path / "a.xlsx"), "--scheduler", cluster.scheduler_address]
        done = CliRunner().invoke(cli, words)
        assert done.exit_code == 2 and "is the address of a Dask scheduler without TLS" in done.output
        files = Certificates(QUOTE, QUOTE, QUOTE)
        with pytest.raises(CannotRun, match="no Dask scheduler answers there"), cluster_client(
            1, cluster.scheduler_address.replace("tcp://", "tls://"), FoundFile(str(QUOTE), str(QUOTE)), files
        ):
            raise AssertionError("it was used")
    assert list(tmp_path.iterdir()) == []


def test_certificates_must_be_named_and_be_there(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="needs the certificates of the cluster"):
        check_scheduler("tls://10.0.0.1:8786", None)
    with pytest.raises(CannotRun, match="missing.pem: there is no such file"):
        check_scheduler("tls://10.0.0.1:8786", Certificates(tmp_path / "missing.pem", QUOTE, QUOTE))
    check_scheduler("", None)


def certificates_of(folder: Path, authority: str) -> Certificates:
    """The certificates of a cluster as docs/scale.md makes them: an authority of one's own, and a node that it signed."""
    folder.mkdir()
    for words in (
        f"req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca.key -out ca.pem -subj /CN={authority}",
        "req -newkey rsa:2048 -nodes -keyout node.key -out node.csr -subj /CN=localhost",
        "x509 -req -in node.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out node.pem",
    ):
        subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True)
    return Certificates(folder / "ca.pem", folder / "node.pem", folder / "node.key")


def security_of(files: Certificates) -> Security:
    people, pair = ("scheduler", "worker", "client"), {"cert": files.cert, "key": files.key}
    own = {f"tls_{who}_{what}": str(path) for who in people for what, path in pair.items()}
    return Security(require_encryption=True, tls_ca_file=str(files.ca), **own)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made with OpenSSL")
def test_a_scheduler_elsewhere_is_used_with_the_certificates_of_its_cluster_and_with_no_others(tmp_path: Path) -> None:
    ours, strange = certificates_of(tmp_path / "ours", "ours"), certificates_of(tmp_path / "strange", "strange")
    quotes = tmp_path / "quotes"
    quotes.mkdir()
    for name in ("software", "staffing"):
        shutil.copy(QUOTE.with_name(f"{name}.xlsx"), quotes)

    def audit(name: str, *words: object) -> Result:
        target = tmp_path / f"{name}.xlsx"
        return CliRunner().invoke(cli, ["audit", str(quotes), "-o", str(target), "--as-of", "2026-10-01", *map(str, words)])

    def tls(files: Certificates) -> list[object]:
        return ["--scheduler", address, "--tls-ca", files.ca, "--tls-cert", files.cert, "--tls-key", files.key]

    with LocalCluster(
        n_workers=1, processes=True, dashboard_address=None, host="127.0.0.1", protocol="tls://", security=security_of(ours)
    ) as cluster:
        address = cluster.scheduler_address
        here, there = audit("here"), audit("there", *tls(ours))
        assert (here.exit_code, there.exit_code) == (1, 1), (here.output, there.output)
        for table in ("files", "trades", "changes", "openings", "findings", "approvals"):
            one, other = (tmp_path / f"{name}.audit" / f"{table}.parquet" for name in ("here", "there"))
            assert one.read_bytes() == other.read_bytes(), table
        for number, files in enumerate((strange, replace(ours, ca=strange.ca), replace(strange, ca=ours.ca))):
            refused = audit(f"refused {number}", *tls(files))
            assert refused.exit_code == 2 and "no Dask scheduler answers there" in refused.output, refused.output
        assert "needs the certificates of the cluster" in audit("bare", "--scheduler", address).output
        for one in (address, *cluster.scheduler.workers):
            with pytest.raises((OSError, TimeoutError)):
                Client(one.replace("tls://", "tcp://"), timeout="3s", set_as_default=False)
            with pytest.raises((OSError, TimeoutError)):
                Client(one, timeout="3s", set_as_default=False, security=security_of(strange))
    assert not [path for path in tmp_path.glob("refused*.xlsx")]
