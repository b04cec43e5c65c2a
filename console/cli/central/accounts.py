"""`central add-user`, `set-password`, `block-user`, `list-users`: logins at the centre."""

import getpass
import sys
from pathlib import Path

from console.cli.central.address import address
from console.cli.framework.call import Call
from console.cli.framework.output import print_json
from console.domain.errors import InputError
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.people.passwords import require_good
from console.store.central.administration import accounts


def add_user(call: Call) -> int:
    """Create an account, or change the role of one."""
    given = call.given
    dsn = address(call, given.url)
    accounts.require_sensible(given.login, given.role, given.agency)
    if given.agency is not None:
        own = call.loaded.settings.seat.data
        load_catalogue(extra=Path(own) if own else None).agency(given.agency)
    password = None if given.no_password else _password(call)
    accounts.add_user(dsn, given.login, given.role, given.agency, password)
    return _said(call, given.login, "Đã ghi tài khoản", "Account written:")


def set_password(call: Call) -> int:
    """Set the password that standard input gives."""
    dsn = address(call, call.given.url)
    accounts.set_password(dsn, call.given.login, _password(call))
    return _said(call, call.given.login, "Đã đặt mật khẩu của", "Password set for")


def block_user(call: Call) -> int:
    """Block an account."""
    accounts.block_user(address(call, call.given.url), call.given.login)
    return _said(call, call.given.login, "Đã khóa tài khoản", "Account blocked:")


def _said(call: Call, login: str, vietnamese: str, english: str) -> int:
    if call.as_json:
        print_json({"login": login})
    else:
        print(f"{call.text(vietnamese, english)} {login}")
    return 0


def _password(call: Call) -> str:
    """One line of standard input; on a terminal it is asked for twice and not shown."""
    if sys.stdin is not None and sys.stdin.isatty():
        password = getpass.getpass(call.text("Mật khẩu mới: ", "New password: "))
        if getpass.getpass(call.text("Nhập lại: ", "Again: ")) != password:
            raise InputError("passwords_differ")
    else:
        password = sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""
    require_good(password)
    return password


def list_users(call: Call) -> int:
    """Print the accounts."""
    users = accounts.list_users(address(call, call.given.url))
    if call.as_json:
        keys = ("login", "role", "agency", "can_sign_in")
        print_json([{key: getattr(user, key) for key in keys} for user in users])
        return 0
    yes, no = call.text("có|không", "yes|no").split("|")
    call.table(
        "Tài khoản|Vai trò|Đơn vị|Vào được",
        "Login|Role|Agency|Can sign in",
        [(u.login, u.role, u.agency or "", yes if u.can_sign_in else no) for u in users],
    )
    return 0
