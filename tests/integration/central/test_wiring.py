"""Which accounts a seat has: the seed's, or the centre's where the address names no login."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.bootstrap import Core, build_core
from console.config import Loaded, load
from console.services.accounts import LocalAccounts
from console.services.accounts_central import CentralAccounts
from console.wiring import choose_accounts


def loaded(tmp_path: Path, url: str, **more: str) -> Loaded:
    (tmp_path / "config.toml").write_text(
        "\n".join(["[central]", f'url = "{url}"', *(f'{k} = "{v}"' for k, v in more.items())])
    )
    return load(tmp_path, environ={}, site_file=tmp_path / "none.toml")


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    with build_core(tmp_path, loaded(tmp_path, "")) as made:
        yield made


@pytest.mark.parametrize(
    ("url", "more", "central"),
    [
        ("", {}, False),
        ("postgresql://may07@127.0.0.1/hotline", {}, False),
        ("postgresql://127.0.0.1/hotline", {"password_file": "/run/mat-khau"}, False),
        ("postgresql://127.0.0.1/hotline", {}, True),
        ("postgresql://trung-tam/hotline?sslmode=require", {}, False),
        ("nonsense", {}, False),
    ],
)
def test_people_sign_in_where_the_address_names_no_login(
    core: Core, tmp_path: Path, url: str, more: dict[str, str], central: bool
) -> None:
    settings = loaded(tmp_path, url, **more).settings.central
    choose_accounts(core.desk, settings, core.follow_login)
    kind = CentralAccounts if central else LocalAccounts
    assert isinstance(core.desk.accounts, kind)
    assert core.desk.actor.user == ("" if central else "operator")


def test_a_new_login_is_told_to_everything_that_follows_the_centre(core: Core) -> None:
    woken: list[str] = []
    core.store.unsent_added = lambda: woken.append("woken")
    choose_accounts(core.desk, core.settings.central, core.follow_login)
    core.follow_login(None)  # type: ignore[arg-type]
    assert woken == ["woken"]
