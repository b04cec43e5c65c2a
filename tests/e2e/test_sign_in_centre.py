"""People sign in at the centre, in the real program against a real PostgreSQL over TLS: SCRAM and
verify-full, the next person on the seat within seconds, the cover, an account that is blocked.
"""

from pathlib import Path

import psycopg

from console.store.central.administration import accounts
from tests.e2e.conftest import Starter
from tests.e2e.driver.seat import run_verb, seat
from tests.integration.central.sign_in.test_network import HOST, Far, far

__all__ = ["far"]
SECRET = "cau dai de nho 1022"


def lines(far: Far, login: str) -> list[tuple[bool, str, str]]:
    """This login's connections to the centre: encrypted, by which protocol, for which program."""
    with psycopg.connect(**far.admin().parameters) as link:
        return link.execute(
            "select s.ssl, s.version, a.state from pg_stat_activity a join pg_stat_ssl s "
            "using (pid) where a.usename = %s",
            (login,),
        ).fetchall()


def followed_by(far: Far, login: str) -> bool:
    """The centre knows the seat under this login."""
    with psycopg.connect(**far.admin().parameters) as link:
        rows = link.execute("select login from hotline.console").fetchall()
    return rows == [(login,)]


def test_people_sign_in_at_the_centre_hand_over_lock_and_are_sent_away(
    console: Starter, tmp_path: Path, far: Far
) -> None:
    for login, role in (("lan", "operator"), ("minh", "supervisor"), ("kiem", "auditor")):
        accounts.add_user(far.admin(), login, role, None, SECRET)
    profile = seat(tmp_path)
    with (profile / "config.toml").open("a") as config:
        config.write(
            f'\n[central]\nurl = "postgresql://{HOST}:{far.port}/centre?hostaddr=127.0.0.1'
            f'&sslrootcert={far.ca.certificate}"\n'
        )
    window = console("--profile", str(profile), "run")
    window.see("Tên đăng nhập")
    window.type("lan")
    window.keys("Return")
    window.type("sai mat khau")
    window.keys("Return")
    window.see_text("Mật khẩu không đúng")
    window.type(SECRET)  # what was wrong is chosen and goes
    window.keys("Return")
    window.see_text("đã đồng bộ")
    window.until(lambda: followed_by(far, "lan"), "the centre to know the seat as lan's")
    window.until(lambda: bool(lines(far, "lan")), "lan's connection")
    assert all(tls and version >= "TLSv1.2" for tls, version, _ in lines(far, "lan"))
    window.picture("signed-in")

    window.see("Hướng dẫn nhanh")
    window.keys("F12")
    window.see("Tìm người nhận máy")
    window.type("minh")
    window.see_text("Đăng nhập bằng minh")
    window.keys("Return")
    window.see("Mật khẩu")
    window.type(SECRET)
    window.keys("Return")
    window.see_text("· minh")
    window.until(lambda: followed_by(far, "minh"), "the centre to know the seat as minh's")
    window.until(lambda: not lines(far, "lan"), "nothing to go on as lan")

    window.keys("ctrl+F12")
    window.see_text("Máy đang khóa")
    window.type(SECRET)
    window.keys("Return")
    window.see_text("đã đồng bộ")
    accounts.block_user(far.admin(), "minh")
    window.see_text("không cho tài khoản minh vào nữa")
    window.picture("sent-away")
    assert window.find("Mô tả") is None
    assert window.quit() == 0

    own = ("--as", "kiem", "--password-file", _file(tmp_path))
    done = run_verb(profile, *own, "audit", "list")
    assert done.returncode == 0, done.stderr
    for act in ("vào máy", "nhận máy từ", "khóa máy", "mở khóa", "trung tâm không cho vào nữa"):
        assert act in done.stdout
    assert SECRET not in (far.cluster.data / "log").read_text(errors="replace")


def _file(folder: Path) -> str:
    path = folder / "kiem.secret"
    path.write_text(SECRET)
    path.chmod(0o600)
    return str(path)
