"""The grammar of `central`."""

import argparse

from console.cli.central import accounts, backup, schema, search, status
from console.cli.framework.grammar import Verbs, add_group, add_verb, int_between, path_argument
from console.store.central.administration.accounts import ROLES


def add(verbs: Verbs) -> None:
    """The grammar of `central`."""
    sub = add_group(verbs, "central", "cơ sở dữ liệu trung tâm")
    init = add_verb(sub, "init", "tạo hoặc nâng cấp lược đồ, vai trò và quyền", schema.init)
    init.add_argument("url", metavar="URL")
    _with_url(
        add_verb(sub, "status", "phiên bản, luồng, độ trễ, các máy đã thấy", status.show_status)
    )

    add_user = add_verb(sub, "add-user", "tạo tài khoản hoặc đổi vai trò", accounts.add_user)
    add_user.add_argument("login", metavar="LOGIN")
    add_user.add_argument("--role", required=True, choices=ROLES)
    add_user.add_argument("--agency", metavar="A")
    add_user.add_argument("--no-password", action="store_true")
    _with_url(add_user)
    for name, about, act in (
        ("set-password", "đặt mật khẩu (đọc từ đầu vào)", accounts.set_password),
        ("block-user", "khóa tài khoản", accounts.block_user),
    ):
        verb = add_verb(sub, name, about, act)
        verb.add_argument("login", metavar="LOGIN")
        _with_url(verb)
    _with_url(add_verb(sub, "list-users", "các tài khoản", accounts.list_users))
    finding = add_verb(sub, "search", "tìm phản ánh cũ tại trung tâm", search.search)
    finding.add_argument("text", nargs="+", metavar="TEXT")
    finding.add_argument("--limit", type=int_between(1, 200), default=50)
    _with_url(finding)
    expire = add_verb(
        sub, "expire-recordings", "xóa ghi âm quá hạn ở trung tâm", schema.expire_recordings
    )
    expire.add_argument("days", type=int_between(1, 10_000), metavar="SỐ_NGÀY")
    _with_url(expire)
    for name, about, act in (
        ("backup", "sao lưu trung tâm vào một tệp", backup.back_up),
        ("restore", "khôi phục trung tâm từ bản sao lưu", backup.restore),
    ):
        verb = add_verb(sub, name, about, act)
        verb.add_argument("file", type=path_argument, metavar="FILE")
        _with_url(verb)
    _with_url(add_verb(sub, "audit", "kiểm tra chuỗi nhật ký của trung tâm", status.verify_audit))


def _with_url(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="thay cho [central] url")
