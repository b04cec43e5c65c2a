"""Over a network: SCRAM and verify-full, nothing less; a password never reaches a log."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from console.domain.errors import InputError, UnavailableError
from console.store.central.administration import accounts, setup
from console.store.central.connection.address import Dsn, checked
from console.store.central.seat_link import PostgresCentral
from tests.fakes.mail.dovecot import free_port
from tests.fakes.postgres import Cluster
from tests.fakes.system.certificates import Authority, make_authority
from tests.integration.central.build import greet, note

HOST = "trung-tam.test"
PASSWORD = "câu dài dễ nhớ 1022"
HBA = """
local all all trust
hostssl all ho-hang all trust
hostssl all chu-ro all password
hostssl all all all scram-sha-256
"""


@dataclass
class Far:
    """A server that is reached by TCP and TLS."""

    cluster: Cluster
    port: int
    ca: Authority

    def dsn(self, login: str, password: str | None = PASSWORD, ca: Path | None = None) -> Dsn:
        """As the settings of a seat would say it; only the name server is left out."""
        made = checked(
            f"postgresql://{login}@{HOST}:{self.port}/centre"
            f"?sslrootcert={ca or self.ca.certificate}",
            password=password,
        )
        return replace(made, parameters=made.parameters | {"hostaddr": "127.0.0.1"})

    def admin(self) -> Dsn:
        """The owner over the socket."""
        return checked(self.cluster.url("centre") + f"&port={self.port}")

    def serve(self, ca: Authority, host: str = HOST) -> None:
        """Show a certificate of this authority from now on."""
        certificate, key = ca.issue(host)
        self.cluster.configure({}, server__crt=certificate, server__key=key)
        with psycopg.connect(**self.admin().parameters, autocommit=True) as link:
            link.execute("select pg_reload_conf()")


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Far]:
    """With accounts `op1` (SCRAM), `ho-hang` (trust) and `chu-ro` (clear text)."""
    port = free_port()
    cluster = Cluster(settings={"listen_addresses": "'127.0.0.1'", "port": str(port),
                                "log_statement": "'all'"})  # fmt: skip
    try:
        ca = make_authority(tmp_path_factory.mktemp("ca"), "thanh-pho")
        certificate, key = ca.issue(HOST)
        cluster.stop()
        if "openssl" not in cluster.run("pg_config", "--configure"):
            pytest.skip("this server was built without TLS")
        cluster.configure({"ssl": "on"}, pg_hba__conf=HBA, server__crt=certificate,
                          server__key=key)  # fmt: skip
        cluster.start()
        made = Far(cluster, port, ca)
        with psycopg.connect(cluster.url("postgres") + f"&port={port}", autocommit=True) as link:
            link.execute("create database centre")
        setup.init(made.admin())
        for login in ("op1", "ho-hang", "chu-ro"):
            accounts.add_user(made.admin(), login, "operator", None, PASSWORD)
        yield made
    finally:
        cluster.close()


@pytest.fixture
def right_certificate(far: Far) -> Iterator[Far]:
    """The server of the module, which shows its own certificate again afterwards."""
    yield far
    far.serve(far.ca)


def _try(dsn: Dsn) -> str | None:
    """The code of the failure, or None when it went well."""
    central = PostgresCentral(dsn)
    try:
        greet(central)
    except UnavailableError as error:
        return error.code
    finally:
        central.close()
    return None


def test_a_person_signs_in_encrypted_and_by_scram(far: Far) -> None:
    central = PostgresCentral(far.dsn("op1"))
    assert greet(central).login == "op1"
    assert [each.seq for each in central.push([note()])]
    with psycopg.connect(**far.admin().parameters) as link:
        row = link.execute(
            "select s.ssl, s.version from pg_stat_ssl s join pg_stat_activity a using (pid) "
            "where a.usename = 'op1'"
        ).fetchone()
        assert row is not None
        assert row[0]
        assert row[1] >= "TLSv1.2"
    central.close()


def test_a_wrong_password_and_no_password_are_denied(far: Far) -> None:
    assert _try(far.dsn("op1", "sai rồi")) == "central_denied"
    assert _try(far.dsn("op1", None)) == "central_denied"
    assert _try(far.dsn("khong-co")) == "central_denied"


def test_a_forged_certificate_is_refused(right_certificate: Far, tmp_path: Path) -> None:
    far = right_certificate
    forger = make_authority(tmp_path, "thanh-pho")
    far.serve(forger)
    assert _try(far.dsn("op1")) == "central_untrusted"
    # libpq's own mode takes it: the control.
    weak = far.dsn("op1").parameters | {"sslmode": "require", "sslrootcert": "/khong-co"}
    with psycopg.connect(**weak) as link:
        assert link.execute("select 1").fetchone() == (1,)


def test_a_certificate_of_another_host_is_refused(right_certificate: Far) -> None:
    right_certificate.serve(right_certificate.ca, "may-khac.test")
    assert _try(right_certificate.dsn("op1")) == "central_untrusted"


def test_a_missing_authority_is_said(far: Far, tmp_path: Path) -> None:
    assert _try(far.dsn("op1", ca=tmp_path / "khong-co.crt")) == "central_untrusted"


@pytest.mark.parametrize("login", ["ho-hang", "chu-ro"])
def test_a_server_that_asks_for_less_than_scram_is_refused(far: Far, login: str) -> None:
    """It may be somebody else's, after the password."""
    assert _try(far.dsn(login)) == "central_untrusted"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_other_modes_are_refused_beyond_this_machine(mode: str) -> None:
    with pytest.raises(InputError, match="central_sslmode"):
        checked(f"postgresql://op1@{HOST}/centre?sslmode={mode}")


def test_a_new_password_counts_at_once_and_is_in_no_log(far: Far) -> None:
    accounts.add_user(far.admin(), "doi-mk", "operator", None, PASSWORD)
    accounts.set_password(far.admin(), "doi-mk", "mật khẩu khác hẳn")
    assert _try(far.dsn("doi-mk")) == "central_denied"
    assert _try(far.dsn("doi-mk", "mật khẩu khác hẳn")) is None
    log = (far.cluster.data / "log").read_text(errors="replace")
    assert "alter role" in log.lower()
    assert PASSWORD not in log
    assert "khác hẳn" not in log


def test_a_blocked_account_cannot_sign_in(far: Far) -> None:
    accounts.add_user(far.admin(), "nghi-viec", "operator", None, PASSWORD)
    assert _try(far.dsn("nghi-viec")) is None
    accounts.block_user(far.admin(), "nghi-viec")
    assert _try(far.dsn("nghi-viec")) == "central_denied"
    accounts.add_user(far.admin(), "nghi-viec", "officer", "cap-nuoc", None)
    assert _try(far.dsn("nghi-viec")) is None
    shown = {each.login: each for each in accounts.list_users(far.admin())}
    assert (shown["nghi-viec"].role, shown["nghi-viec"].agency) == ("officer", "cap-nuoc")
    with psycopg.connect(**far.admin().parameters) as link:
        groups = link.execute(
            "select g.rolname from pg_auth_members m join pg_roles g on g.oid = m.roleid "
            "join pg_roles u on u.oid = m.member where u.rolname = 'nghi-viec'"
        ).fetchall()
        assert groups == [("hotline_officer",)]
        acts = link.execute(
            "select act from hotline.audit where detail ->> 'login' = 'nghi-viec' order by n"
        ).fetchall()
    assert acts == [("user_set",), ("user_blocked",), ("user_set",)]


@pytest.mark.parametrize(
    ("login", "role", "agency", "code"),
    [
        ("postgres", "operator", None, "central_login_taken"),
        ("pg_monitor", "operator", None, "central_bad_login"),
        ("hotline_owner", "operator", None, "central_bad_login"),
        ('x"; drop', "operator", None, "central_bad_login"),
        ("Hoa", "operator", None, "central_bad_login"),
        ("hoa", "officer", None, "central_agency_needed"),
        ("hoa", "operator", "cap-nuoc", "central_agency_unused"),
    ],
)
def test_accounts_that_cannot_be(
    far: Far, login: str, role: str, agency: str | None, code: str
) -> None:
    with pytest.raises(InputError) as refused:
        accounts.add_user(far.admin(), login, role, agency, PASSWORD)
    assert refused.value.code == code
    with pytest.raises(InputError, match="unknown_login"):
        accounts.set_password(far.admin(), "khong-co", PASSWORD)
