"""Nobody but the audit speaks to the cluster of an audit, and the audit speaks to no cluster that is open to everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from distributed import Client, LocalCluster
from distributed.security import Security

from counterask_addin.audit.cluster import Certificates, check_scheduler, cluster_client
from counterask_addin.audit.found import Found
from counterask_addin.cli import cli
from counterask_addin.errors import CannotRun

QUOTE = Path(__file__).parents[3] / "examples" / "software.xlsx"


def test_a_stranger_cannot_connect_to_the_cluster_of_a_run() -> None:
    """Neither without TLS nor with certificates of another authority."""
    with cluster_client(1, "", Found(str(QUOTE), str(QUOTE))) as client:
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
            1, cluster.scheduler_address.replace("tcp://", "tls://"), Found(str(QUOTE), str(QUOTE)), files
        ):
            raise AssertionError("it was used")
    assert list(tmp_path.iterdir()) == []


def test_certificates_must_be_named_and_be_there(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="needs the certificates of the cluster"):
        check_scheduler("tls://10.0.0.1:8786", None)
    with pytest.raises(CannotRun, match="missing.pem: there is no such file"):
        check_scheduler("tls://10.0.0.1:8786", Certificates(tmp_path / "missing.pem", QUOTE, QUOTE))
    check_scheduler("", None)
