"""`central init|status|add-user|set-password|block-user|list-users|search|audit|expire-recordings|
backup|restore`: what IT does with the centre, how it is, and history that only it has.
"""

import argparse
import getpass
import sys
from pathlib import Path

from console.cli.framework.call import Call, print_json, print_table, shown
from console.cli.framework.grammar import Verbs, add_group, add_verb, some_path, whole
from console.config.settings import read_secret
from console.domain.errors import InputError
from console.domain.requests import numbering
from console.domain.time_zone import CITY
from console.services.city_data.catalogue_loader import load_catalogue
from console.services.people.passwords import require_good
from console.services.views.requests import RequestRow
from console.services.wording.sentences import moment, state_name
from console.store.central.administration import accounts, backup, setup, status
from console.store.central.connection.address import Dsn, checked
from console.store.central.older_requests import HistoryCalls
from console.store.central.seat_link import STEP


def add(verbs: Verbs) -> None:
    """The grammar of `central`."""
    sub = add_group(verbs, "central", "cơ sở dữ liệu trung tâm")
    init = add_verb(sub, "init", "tạo hoặc nâng cấp lược đồ, vai trò và quyền", _init)
    init.add_argument("url", metavar="URL")
    _with_url(add_verb(sub, "status", "phiên bản, luồng, độ trễ, các máy đã thấy", _status))

    add_user = add_verb(sub, "add-user", "tạo tài khoản hoặc đổi vai trò", _add_user)
    add_user.add_argument("login", metavar="LOGIN")
    add_user.add_argument("--role", required=True, choices=accounts.ROLES)
    add_user.add_argument("--agency", metavar="A")
    add_user.add_argument("--no-password", action="store_true")
    _with_url(add_user)
    for name, about, act in (
        ("set-password", "đặt mật khẩu (đọc từ đầu vào)", _set_password),
        ("block-user", "khóa tài khoản", _block_user),
    ):
        verb = add_verb(sub, name, about, act)
        verb.add_argument("login", metavar="LOGIN")
        _with_url(verb)
    _with_url(add_verb(sub, "list-users", "các tài khoản", _list_users))
    search = add_verb(sub, "search", "tìm phản ánh cũ tại trung tâm", _search)
    search.add_argument("text", nargs="+", metavar="TEXT")
    search.add_argument("--limit", type=whole(1, 200), default=50)
    _with_url(search)
    expire = add_verb(sub, "expire-recordings", "xóa ghi âm quá hạn ở trung tâm", _expire)
    expire.add_argument("days", type=whole(1, 10_000), metavar="NGÀY")
    _with_url(expire)
    for name, about, act in (
        ("backup", "sao lưu trung tâm vào một tệp", _backup),
        ("restore", "khôi phục trung tâm từ bản sao lưu", _restore),
    ):
        verb = add_verb(sub, name, about, act)
        verb.add_argument("file", type=some_path, metavar="FILE")
        _with_url(verb)
    _with_url(add_verb(sub, "audit", "kiểm tra chuỗi nhật ký của trung tâm", _audit))


def _with_url(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="thay cho [central] url")


def address(call: Call, url: str | None = None) -> Dsn:
    """The address given with the verb, else the settings'.

    Raises:
        InputError: `central_not_set`, and what `dsn.checked` raises.
    """
    central = call.loaded.settings.central
    address = url or central.url
    if not address:
        raise InputError("central_not_set")
    password = read_secret(central.password_file) if central.password_file and not url else None
    if url is None and call.signs_in and call.user:
        return call.person.dsn
    made = checked(address, password=password, own_words=url is not None)
    if url and "password" in made.parameters:
        vietnamese = (
            "Mật khẩu trong địa chỉ hiện ra với mọi người trên máy này; hãy dùng ~/.pgpass."
        )
        english = "A password in the address shows to everybody on this machine; use ~/.pgpass."
        sys.stderr.write(call.text(vietnamese, english) + "\n")
    return made


def _init(call: Call) -> int:
    done = setup.init(address(call, call.given.url))
    if call.as_json:
        print_json({"before": done.before, "after": done.after, "server": done.server})
    elif done.before == done.after:
        print(
            call.text(
                f"Lược đồ trung tâm đã ở bước {done.after}, vai trò và quyền đủ",
                f"The centre's schema is at step {done.after} already, roles are in place",
            )
        )
    else:
        print(call.text(f"Lược đồ trung tâm: bước {done.before} → {done.after} "
                        f"(PostgreSQL {done.server})",
                        f"The centre's schema: step {done.before} → {done.after} "
                        f"(PostgreSQL {done.server})"))  # fmt: skip
    return 0


def _backup(call: Call) -> int:
    size = backup.back_up(address(call, call.given.url), call.given.file)
    if call.as_json:
        print_json({"file": str(call.given.file), "bytes": size})
    else:
        mega = f"{size / 1_000_000:,.1f} MB"
        print(call.text(f"Đã sao lưu trung tâm: {call.given.file}, {mega}",
                        f"The centre is copied: {call.given.file}, {mega}"))  # fmt: skip
    return 0


def _restore(call: Call) -> int:
    done = backup.restore(address(call, call.given.url), call.given.file)
    if call.as_json:
        print_json(
            {"events": done.events, "requests": done.requests, "no_login": list(done.no_login)}
        )
        return 0
    print(call.text(f"Đã khôi phục {done.events} sự kiện, {done.requests} phản ánh; các máy sẽ gửi "
                    "lại phần bản sao lưu chưa có",
                    f"Restored {done.events} events, {done.requests} requests; the seats will send "
                    "what the copy lacks"))  # fmt: skip
    if done.no_login:
        print(call.text("Đặt lại mật khẩu (central set-password): ",
                        "Set a new password (central set-password): ")
              + ", ".join(done.no_login))  # fmt: skip
    return 0


def _status(call: Call) -> int:
    found = status.status(address(call, call.given.url))
    fits = found.step >= STEP
    if call.as_json:
        print_json(_status_json(found))
        return 0 if fits else 1
    print(
        call.text(
            f"PostgreSQL {found.server}, lược đồ bước {found.step} (cần {STEP})",
            f"PostgreSQL {found.server}, schema step {found.step} ({STEP} needed)",
        )
    )
    for stream in found.streams:
        print(call.text(f"Luồng {stream.stream}: {stream.last} sự kiện, chưa dựng "
                        f"{stream.unprojected} phản ánh",
                        f"Stream {stream.stream}: {stream.last} events, {stream.unprojected} "
                        "requests not projected"))  # fmt: skip
    head = call.text("Mã|Máy|Tài khoản|Đơn vị|Thấy lúc|Trễ|Lệch giờ",
                     "Code|Seat|Login|Agency|Seen|Lag|Clock").split("|")  # fmt: skip
    rows = [
        (
            f"{c.code:03}" + ("!" if c.code_taken else ""),
            c.workstation,
            c.login,
            c.agency or "",
            moment(c.seen_at),
            str(c.lag),
            f"{round(c.skew_ms / 1000, 1) + 0.0:+.1f} s",
        )
        for c in found.consoles
    ]
    if rows:
        print_table(tuple(head), rows)
    else:
        print(call.text("Chưa thấy máy nào", "No console seen yet"))
    cure = call.text(", sắp hết: tăng max_connections", ", nearly all: raise max_connections")
    print(call.text(f"Kết nối: {found.connections} / {found.most_connections}",
                    f"Connections: {found.connections} / {found.most_connections}")
          + (cure if found.crowded else ""))  # fmt: skip
    for lease in found.leases:
        held = lease.silent_s < 0
        said = call.text(f"Kênh {lease.name}: máy {lease.workstation}"
                         + ("" if held else f", im lặng {lease.silent_s:.0f} giây"),
                         f"Channel {lease.name}: {lease.workstation}"
                         + ("" if held else f", silent for {lease.silent_s:.0f} s"))  # fmt: skip
        print(shown(said))
    if not fits:
        print(call.text("Chạy: console1022 central init URL", "Run: console1022 central init URL"))
    return 0 if fits else 1


def _status_json(found: status.CentralState) -> dict[str, object]:
    return {
        "server": found.server,
        "step": found.step,
        "needed": STEP,
        "streams": [
            {
                "stream": s.stream,
                "last": s.last,
                "incarnation": str(s.incarnation),
                "unprojected": s.unprojected,
            }
            for s in found.streams
        ],
        "consoles": [
            {
                "code": c.code,
                "workstation": c.workstation,
                "login": c.login,
                "agency": c.agency,
                "version": c.version,
                "seen_at": c.seen_at.isoformat(),
                "lag": c.lag,
                "clock_skew_ms": c.skew_ms,
                "code_taken": c.code_taken,
                "install_id": str(c.install_id),
            }
            for c in found.consoles
        ],
        "connections": found.connections,
        "most_connections": found.most_connections,
        "channels": [
            {"name": x.name, "workstation": x.workstation, "held": x.silent_s < 0}
            for x in found.leases
        ],
    }


def _add_user(call: Call) -> int:
    given = call.given
    dsn = address(call, given.url)
    accounts.require_sensible(given.login, given.role, given.agency)
    if given.agency is not None:
        own = call.loaded.settings.seat.data
        load_catalogue(extra=Path(own) if own else None).agency(given.agency)
    password = None if given.no_password else _password(call)
    accounts.add_user(dsn, given.login, given.role, given.agency, password)
    return _said(call, given.login, "Đã ghi tài khoản", "Account written:")


def _set_password(call: Call) -> int:
    dsn = address(call, call.given.url)
    accounts.set_password(dsn, call.given.login, _password(call))
    return _said(call, call.given.login, "Đã đặt mật khẩu của", "Password set for")


def _block_user(call: Call) -> int:
    accounts.block_user(address(call, call.given.url), call.given.login)
    return _said(call, call.given.login, "Đã khóa tài khoản", "Account blocked:")


def _said(call: Call, login: str, vietnamese: str, english: str) -> int:
    if call.as_json:
        print_json({"login": login})
    else:
        print(f"{call.text(vietnamese, english)} {login}")
    return 0


def _password(call: Call) -> str:
    """One line of standard input; asked for twice, unseen, where a person sits."""
    if sys.stdin is not None and sys.stdin.isatty():
        password = getpass.getpass(call.text("Mật khẩu mới: ", "New password: "))
        if getpass.getpass(call.text("Nhập lại: ", "Again: ")) != password:
            raise InputError("passwords_differ")
    else:
        password = sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""
    require_good(password)
    return password


def _list_users(call: Call) -> int:
    users = accounts.list_users(address(call, call.given.url))
    if call.as_json:
        keys = ("login", "role", "agency", "can_sign_in")
        print_json([{key: getattr(user, key) for key in keys} for user in users])
        return 0
    head = call.text("Tài khoản|Vai trò|Đơn vị|Vào được", "Login|Role|Agency|Can sign in")
    yes, no = call.text("có|không", "yes|no").split("|")
    print_table(
        tuple(head.split("|")),
        [(u.login, u.role, u.agency or "", yes if u.can_sign_in else no) for u in users],
    )
    return 0


def _search(call: Call) -> int:
    """Words, or a request's number in any spelling; history that this seat no longer keeps."""
    text = " ".join(call.given.text)
    number = None
    try:
        number = numbering.parse(text)
    except InputError as error:
        if error.code != "not_a_number":
            raise
    asked = HistoryCalls(address(call, call.given.url), "hcmc")
    asked.connect()
    try:
        asked.require_account()
        if number is None:
            found = asked.search(text, call.given.limit)
        else:
            one = asked.find_number(number)
            found = () if one is None else (one,)
    finally:
        asked.close()
    if call.as_json:
        print_json([_row_json(row) for row in found])
        return 0
    head = call.text("Mã|Trạng thái|Đơn vị|Tiếp nhận|Địa chỉ|Mô tả",
                     "Number|State|Agency|Received|Address|Description").split("|")  # fmt: skip
    print_table(
        tuple(head),
        [
            (numbering.spoken(row.number), state_name(row.state, call.lang), row.agency or "",
             moment(row.requested_at), row.address_string or "", " ".join(row.description.split()))
            for row in found
        ],
    )  # fmt: skip
    return 0


def _row_json(row: RequestRow) -> dict[str, object]:
    return {
        "number": numbering.spoken(row.number),
        "service_request_id": row.number,
        "service_code": row.service_code,
        "channel": row.channel.value,
        "state": row.state.value,
        "description": row.description,
        "address_string": row.address_string,
        "ward_code": row.ward_code,
        "agency_responsible": row.agency,
        "requested_datetime": row.requested_at.astimezone(CITY).isoformat(),
        "updated_datetime": row.updated_at.astimezone(CITY).isoformat(),
        "expected_datetime": row.due_at and row.due_at.astimezone(CITY).isoformat(),
        "lat": row.lat,
        "long": row.long,
    }


def _expire(call: Call) -> int:
    gone = setup.expire_recordings(address(call, call.given.url), call.given.days)
    if call.as_json:
        print_json({"files": gone})
    else:
        print(call.text(f"Đã xóa {gone} ghi âm quá hạn", f"{gone} recordings let go"))
    return 0


def _audit(call: Call) -> int:
    found = status.verify_audit(address(call, call.given.url))
    if call.as_json:
        print_json({"rows": found.rows, "head": found.head, "first_bad": found.first_bad})
    elif found.first_bad is None:
        print(
            call.text(
                f"Nhật ký nguyên vẹn: {found.rows} dòng, băm cuối {found.head[:16]}",
                f"The audit is whole: {found.rows} rows, last hash {found.head[:16]}",
            )
        )
    else:
        print(call.text(f"Nhật ký bị sửa từ dòng {found.first_bad}",
                        f"The audit was altered from row {found.first_bad}"))  # fmt: skip
    return 0 if found.first_bad is None else 1
