"""Verbs at a seat whose people sign in at the centre: nobody acts or reads without his own login,
and an officer's login reads what row security would let him.
"""

from pathlib import Path

import pytest

from console.store.central.administration import accounts
from tests.integration.central.sign_in.test_network import HOST, PASSWORD, Far, far
from tests.integration.cli.seat import Seat

__all__ = ["far"]
AGENCY = "cay-xanh"
REPORT = (
    '{"service_code": "trees.branch", "description": "Nhánh cây gãy", "address_string": '
    '"66/1 Đồng Tâm, Trung Chánh", "lat": 10.86, "long": 106.6, '
    '"reporter": {"phone": "0903123456"}}'
)


@pytest.fixture
def seat(far: Far, tmp_path: Path) -> Seat:
    """Its settings name the centre and no login."""
    people = (("hoa", "operator", None), ("an", "officer", AGENCY), ("quan", "administrator", None))
    for login, role, agency in people:
        accounts.add_user(far.admin(), login, role, agency, PASSWORD)
    made = Seat(tmp_path / "profile", {})
    made.profile.mkdir()
    url = (
        f"postgresql://{HOST}:{far.port}/centre?hostaddr=127.0.0.1&sslrootcert={far.ca.certificate}"
    )
    (made.profile / "config.toml").write_text(f'[central]\nurl = "{url}"\n')
    for name, words in (("hoa", PASSWORD), ("wrong", "đoán bừa")):
        file = tmp_path / name
        file.write_text(words)
        file.chmod(0o600)
    return made


def test_nobody_acts_without_his_own_login(seat: Seat, tmp_path: Path) -> None:
    def own(login: str, file: str = "hoa") -> tuple[str, ...]:
        return "--as", login, "--password-file", str(tmp_path / file)

    assert "--password-file" in seat.fails(2, "request", "list")
    assert "--password-file" in seat.fails(2, "--as", "supervisor", "request", "list")
    assert "Mật khẩu không đúng" in seat.fails(2, *own("hoa", "wrong"), "request", "list")
    assert seat.fails(2, *own("supervisor"), "request", "list")
    logged = seat.run(*own("hoa"), "--json", "request", "log", stdin=REPORT)
    assert logged.code == 0, logged.err
    number = logged.json["number"]
    done = seat.run(*own("hoa"), "--json", "sync", "--once")
    assert (done.code, done.json["pending"]) == (0, 0), done.err
    seen = seat.run(*own("hoa"), "--json", "request", "show", number, "--events").json
    assert {each["actor"] for each in seen["events"]} == {"hoa"}
    # The other side's people have no business at this seat's store, whatever they call.
    assert "1022" in seat.fails(2, *own("an"), "request", "show", number)
    found = seat.run(*own("hoa"), "--json", "central", "search", "nhánh cây")
    assert found.code == 0
    copy = tmp_path / "b.zip"
    assert "--password-file" in seat.fails(2, "backup", copy)
    assert "không được" in seat.fails(2, *own("hoa"), "backup", copy)
    assert "Mật khẩu không đúng" in seat.fails(2, *own("quan", "wrong"), "backup", copy)
    assert not copy.exists()
    done = seat.run(*own("quan"), "backup", copy)
    assert (done.code, copy.exists()) == (0, True), done.err
    for words in ((), own("hoa")):
        found = seat.run(*words, "--json", "doctor")
        (state,) = {line["state"] for line in found.json if line["name"] == "central"}
        assert state == "ok", found
    (refused,) = [
        line for line in seat.run(*own("hoa", "wrong"), "--json", "doctor").json
        if line["name"] == "central"
    ]  # fmt: skip
    assert refused["state"] == "fail"
    assert seat.run("store", "rebuild").code == 0
    assert "không được store rebuild" in seat.fails(2, *own("hoa"), "store", "rebuild")
