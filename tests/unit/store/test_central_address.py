"""The address of the centre: what is refused, what is always said to libpq."""

import pytest

from console.domain.errors import InputError
from console.store.central.connection.address import checked, is_near

FAR = "postgresql://op1@trung-tam.hcmc.vn/centre"


def test_beyond_this_machine_everything_is_verified() -> None:
    made = checked(FAR).parameters
    assert made["sslmode"] == "verify-full"
    assert made["require_auth"] == "scram-sha-256"
    assert made["target_session_attrs"] == "read-write"
    assert (made["connect_timeout"], made["tcp_user_timeout"]) == ("3", "3000")
    assert made["gssencmode"] == "disable"
    assert "statement_timeout=15s" in made["options"]
    assert "password" not in made


def test_the_address_cannot_unsay_it() -> None:
    made = checked(
        FAR + "?sslmode=verify-full&require_auth=password&gssencmode=prefer&connect_timeout=900"
        "&tcp_user_timeout=0&application_name=may-07&options=-c%20search_path%3Dx"
    ).parameters
    assert made["require_auth"] == "scram-sha-256"
    assert made["gssencmode"] == "disable"
    assert made["connect_timeout"] == "3"
    assert made["tcp_user_timeout"] == "3000"
    assert made["application_name"] == "may-07"
    assert made["options"].startswith("-c search_path=x -c statement_timeout")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///centre",
        "postgresql://op1@localhost/centre",
        "postgresql://op1@127.0.0.1:5433/centre",
        "postgresql://op1@[::1]/centre",
        "postgresql:///centre?host=/var/run/postgresql",
        "postgresql://ten-nao-do/centre?hostaddr=127.0.0.1",
        "host=/run/pg dbname=centre user=op1",
        "postgresql://localhost,127.0.0.1/centre",
    ],
)
def test_on_this_machine_any_mode_will_do(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGHOST", raising=False)
    made = checked(url + ("&" if "?" in url else " " if "=" in url else "?") + "sslmode=disable")
    assert made.parameters["sslmode"] == "disable"
    assert "require_auth" not in made.parameters


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
@pytest.mark.parametrize(
    "url",
    [
        FAR,
        "postgresql://10.0.0.5/centre",
        "postgresql://localhost,10.0.0.5/centre",
        "postgresql://localhost/centre?hostaddr=10.0.0.5",
        "postgresql://127.0.0.1.evil.vn/centre",
        "postgresql://[fe80::1]/centre",
        "postgresql://0.0.0.0/centre",
    ],
)
def test_elsewhere_no_weaker_mode_will_do(url: str, mode: str) -> None:
    with pytest.raises(InputError) as refused:
        checked(url + ("&" if "?" in url else "?") + f"sslmode={mode}")
    assert refused.value.code == "central_sslmode"
    assert refused.value.params["sslmode"] == mode


def test_a_host_from_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "trung-tam.hcmc.vn")
    monkeypatch.setenv("PGSSLMODE", "disable")
    made = checked("postgresql:///centre").parameters
    assert (made["host"], made["sslmode"]) == ("trung-tam.hcmc.vn", "verify-full")
    with pytest.raises(InputError, match="central_sslmode"):
        checked("postgresql:///centre?sslmode=disable")
    monkeypatch.setenv("PGHOST", "localhost")
    monkeypatch.setenv("PGHOSTADDR", "10.0.0.5")
    with pytest.raises(InputError, match="central_sslmode"):
        checked("postgresql:///centre?sslmode=disable")


def test_no_password_in_the_settings() -> None:
    with pytest.raises(InputError) as refused:
        checked("postgresql://op1:rat-kin@localhost/centre")
    assert refused.value.code == "central_password_in_url"
    typed = checked("postgresql://op1:rat-kin@localhost/centre", own_words=True)
    assert typed.parameters["password"] == "rat-kin"
    assert "rat-kin" not in typed.shown
    assert checked(FAR, user="hoa", password="x").parameters["user"] == "hoa"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://x/y", "central_url"),
        ("postgresql://op1:rat-kin@ho st/centre", "central_url"),
        ("postgresql://x/y?sslmode", "central_url"),
        ("postgresql:///centre?service=x", "central_service"),
    ],
)
def test_an_address_that_is_none(url: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        checked(url)
    assert refused.value.code == code
    assert "rat-kin" not in str(refused.value)


def test_what_is_near() -> None:
    assert [is_near(h) for h in ("", "/run", "@x", "localhost", "127.9.9.9", "::1")] == [True] * 6
    assert not any(is_near(h) for h in ("10.0.0.1", "::", "localhost.evil.vn", "x"))
