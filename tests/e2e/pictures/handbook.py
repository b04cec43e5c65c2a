"""The pictures of the handbook in `docs/so-tay`: dialogs and moments that no page shows by itself.

`tests.e2e.pictures.window` makes them with those of the pages. Every scene is one person at one
demo, in the order in which the handbook describes the work.
"""

import re
import subprocess
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e.driver.program import PUSH, Program, start

type Box = tuple[int, int, int, int]
"""x, y, width, height on the screen."""

COLOURS = "192"
AWAY = """[seat]
workstation = "may-07"
console_code = "014"
[central]
url = "postgresql://may07@127.0.0.1:9/hotline?sslmode=disable"
"""
"""Settings of a seat whose centre nobody answers for."""
_LOOKS = 3
_CLOCKS = re.compile(r":\d\d|\d s$")
"""What changes by itself: times of day, waits, the seconds of a step that can be taken back."""
WEEKS_S = 180.0
"""So long a busy machine may take for the demo's three weeks."""
ADDRESS = "66/1 Đồng Tâm, xã Trung Chánh (H.Hóc Môn)"
FAR_PIN = "10.861350, 106.705900"
TROUBLE = "Nắp cống trước nhà sụp hẳn xuống, xe máy qua lại rất đông, trời tối không ai thấy."
DANGER = "Hố đang hở, người đi đường có thể rơi xuống không?"

FORM: Box = (312, 50, 640, 420)
LOW: Box = (312, 480, 1054, 260)
RIGHT: Box = (952, 50, 414, 690)
CORNER: Box = (640, 0, 726, 280)
FOOT: Box = (312, 640, 1054, 128)
STATUS: Box = (72, 740, 1294, 28)
MIDDLE: Box = (283, 180, 800, 400)
SIDE: Box = (845, 96, 521, 644)


class Camera:
    """Takes pictures of one window into a folder."""

    def __init__(self, window: Program, out: Path) -> None:
        """Point at the window."""
        self.window, self.out = window, out

    def take(self, name: str, box: Box | None = None) -> None:
        """The whole screen, or a part of it, with few colours."""
        shot = self.window.picture(name)
        words = ["convert", str(shot)]
        if box is not None:
            x, y, width, height = box
            words += ["-crop", f"{width}x{height}+{x}+{y}", "+repage"]
        words += ["+dither", "-colors", COLOURS, "-strip", "-define", "png:compression-level=9"]
        self.out.mkdir(parents=True, exist_ok=True)
        subprocess.run([*words, f"png8:{self.out / name}.png"], check=True)

    def dialog(self, name: str, title: str) -> None:
        """A small window, which is closed then."""
        self.take(name, self.window.see(title, "dialog").box)
        self.window.keys("Escape")
        self.window.until(lambda: self.window.find(title, "dialog") is None, f"{title!r} closed")


def settle(window: Program) -> None:
    """Wait until what shows is the same at several looks: lists and maps have come."""
    before: list[tuple[str, str]] = []
    same = 0

    def still() -> bool:
        nonlocal same
        now = [(t.role, t.name) for t in window.things() if not _CLOCKS.search(t.name)]
        same = same + 1 if now == before else 0
        before[:] = now
        return same >= _LOOKS

    window.until(still, "a window that stands still")


def command(window: Program, letters: str, title: str) -> None:
    """Run a command of the palette."""
    window.keys("ctrl+k")
    window.see("Tìm", "text", "entry")
    window.type(letters)
    settle(window)
    window.keys("Return")
    window.see(title, "dialog")


def first_row(window: Program, table: str) -> list[str]:
    """The first row of a table, once it has one."""
    window.until(lambda: bool(window.rows(table)), f"rows in {table!r}", WEEKS_S)
    return window.rows(table)[0]


def pick(window: Program, box: str, *, steps: int) -> None:
    """Another entry of the combo box that shows `box`, so many steps down."""
    window.tab_to(box, "shift+Tab")
    window.keys(*["Down"] * steps)


def one_down_to(window: Program, entry: str) -> bool:
    """Whether the combo box with the keyboard shows this entry; else it goes one down."""
    if window.find(entry, "combo box") is not None:
        return True
    window.keys("Down")
    settle(window)
    return window.find(entry, "combo box") is not None


# --- the switchboard


def lived_in(window: Program) -> None:
    """Wait for the demo's three weeks, then go to the first page."""
    window.keys("ctrl+4")
    first_row(window, "Phản ánh cần báo kết quả")
    window.keys("ctrl+1")


def a_call(camera: Camera) -> None:
    """From the ring to the saved form."""
    window = camera.window
    window.see_text("đang đổ chuông", WEEKS_S)
    camera.take("cuoc-goi-den")
    window.keys("F9")
    window.until(lambda: window.text_of("Số điện thoại") != "", "the caller's form")
    window.tab_to("Loại sự cố")
    window.type("cong")
    settle(window)
    camera.take("loai-su-co", FORM)
    window.keys("ctrl+a")
    window.type("nap cong")
    settle(window)
    window.keys("Return")
    window.tab_to("Địa chỉ")
    window.paste(ADDRESS)
    window.see_text("Gộp vào")
    camera.take("gop", LOW)
    window.tab_to("Mô tả")
    window.paste(TROUBLE)
    window.tab_to(DANGER)
    window.keys("space")
    settle(window)
    camera.take("ghi-phan-anh")
    window.keys("F7")
    window.see("Chuyển máy", "dialog")
    window.type("105")
    settle(window)
    camera.dialog("chuyen-may", "Chuyển máy")
    window.press("Thêm")
    settle(window)
    camera.take("ba-cham", CORNER)
    window.keys("Escape")
    window.press("Tạm nghỉ")
    settle(window)
    camera.take("tam-nghi", CORNER)
    window.keys("Escape")
    window.tab_to("Vị trí ghim", "shift+Tab")
    window.paste(FAR_PIN)
    window.see("Theo ghim", *PUSH)
    settle(window)
    camera.take("ghim-vi-tri")
    window.press("Theo địa chỉ")
    window.keys("ctrl+s")
    window.see_text("Đã lưu")
    camera.take("da-luu", FOOT)
    window.keys("F3")
    window.see_text("Đã hoàn tác")
    window.keys("F10")


def at_the_queue(camera: Camera) -> None:
    """The request whose forwarding was taken back, and the other steps."""
    window = camera.window
    window.keys("ctrl+3")
    first_row(window, "Hàng đợi")
    pick(window, "Đang mở", steps=1)
    window.see_enabled("Chuyển")
    settle(window)
    camera.take("hang-doi")
    window.keys("ctrl+e")
    camera.dialog("chuyen-don-vi", "Chuyển")
    window.keys("ctrl+m")
    settle(window)
    camera.take("buoc-khac", RIGHT)
    window.keys("Down", "Down", "Down", "Return")
    camera.dialog("sua-phan-anh", "Sửa phản ánh")
    window.keys("ctrl+m")
    settle(window)
    window.keys("Down", "Down", "Down", "Down", "Return")
    window.see("Gộp vào phản ánh có sẵn", "dialog")
    camera.dialog("gop-ma", "Gộp vào phản ánh có sẵn")


def in_the_inbox(camera: Camera) -> None:
    """The small windows of a message."""
    window = camera.window
    window.keys("ctrl+2")
    first_row(window, "Hộp thư")
    settle(window)
    for key, name, title in (
        ("ctrl+h", "hoi-them", "Hỏi thêm"),
        ("ctrl+b", "tu-choi", "Từ chối"),
        ("ctrl+i", "nhap-tay", "Nhập tay một liên hệ"),
    ):
        window.keys(key)
        window.see(title, "dialog")
        if name == "hoi-them":
            pick(window, "Tự viết", steps=1)
        settle(window)
        camera.dialog(name, title)


def calling_back(camera: Camera) -> None:
    """What the citizen says, or that he was not reached."""
    window = camera.window
    window.keys("ctrl+4")
    first_row(window, "Phản ánh cần báo kết quả")
    settle(window)
    window.keys("ctrl+d")
    window.see("Đã báo dân", "dialog")
    window.keys("space")
    window.tab_to("Ghi chú")
    window.paste("Chị nói đèn sáng lại từ tối qua, cảm ơn 1022.")
    settle(window)
    camera.dialog("da-bao-dan", "Đã báo dân")
    window.keys("ctrl+l")
    camera.dialog("khong-lien-lac", "Không liên lạc được")


def a_notice(camera: Camera) -> None:
    """A notice that is being written beside the map."""
    window = camera.window
    window.keys("ctrl+5")
    settle(window)
    window.keys("ctrl+t")
    window.tab_to("Tiêu đề")
    window.paste("Rào đường Phan Văn Hớn để đặt cống")
    window.tab_to("Nội dung")
    window.paste("1022: đường Phan Văn Hớn rào một nửa đến hết tuần, xin đi đường Nguyễn Ảnh Thủ.")
    settle(window)
    camera.take("thong-bao")
    window.keys("Escape")


def for_everybody(camera: Camera) -> None:
    """The window, finding, keys, sound, hand-over, the lock."""
    window = camera.window
    window.keys("ctrl+1")
    settle(window)
    camera.take("lam-quen")
    number = first_row_of_queue(window)
    window.keys("ctrl+k")
    window.see("Tìm", "text", "entry")
    window.type(number)
    settle(window)
    camera.dialog("tim-kiem", "Tìm lệnh, phản ánh")
    window.keys("ctrl+1", "F1")
    camera.dialog("phim-tat", "Phím tắt")
    window.keys("F1", "F1")
    window.see("Sổ tay", "dialog")
    settle(window)
    camera.dialog("so-tay", "Sổ tay")
    command(window, "am thanh", "Âm thanh")
    settle(window)
    camera.dialog("am-thanh", "Âm thanh")
    window.keys("F12")
    window.see("Bàn giao máy", "dialog")
    settle(window)
    camera.dialog("ban-giao-may", "Bàn giao máy")
    window.keys("ctrl+F12")
    window.see("Mở khóa", *PUSH)
    camera.take("khoa-may", MIDDLE)


def first_row_of_queue(window: Program) -> str:
    """A request's number."""
    window.keys("ctrl+3")
    return first_row(window, "Hàng đợi")[0]


def operator(camera: Camera) -> None:
    """The day of an operator."""
    lived_in(camera.window)
    a_call(camera)
    at_the_queue(camera)
    in_the_inbox(camera)
    calling_back(camera)
    a_notice(camera)
    for_everybody(camera)


# --- the supervisor


def supervisor(camera: Camera) -> None:
    """The room, deadlines, spam, publishing, reports."""
    window = camera.window
    window.keys("ctrl+4")
    first_row(window, "Phản ánh cần báo kết quả")
    window.keys("ctrl+6")
    first_row(window, "Đơn vị")
    settle(window)
    camera.take("giam-sat")
    wishes(camera)
    window.click(window.see("trễ hạn", "panel"))
    first_row(window, "Cần xử lý")
    settle(window)
    camera.take("tre-han", SIDE)
    window.press("Dừng đồng hồ…")
    window.see("Tạm dừng đồng hồ", "dialog")
    window.tab_to("Lý do")
    window.paste("Triều cường, đường ngập không thi công được")
    window.tab_to("Số văn bản")
    window.paste("1204/UBND-ĐT")
    settle(window)
    camera.dialog("dung-dong-ho", "Tạm dừng đồng hồ")
    window.press("Ca trực…")
    window.see("Ca trực", "dialog")
    settle(window)
    camera.dialog("ban-giao-ca", "Ca trực")
    window.click(window.see("Tổng đài", "check box", *PUSH))
    settle(window)
    camera.take("tong-dai", SIDE)
    spam(camera)
    publishing(camera)
    reports(camera)


def wishes(camera: Camera) -> None:
    """The register of wishes about one's own data."""
    window = camera.window
    window.click(window.see_text("Yêu cầu về dữ liệu"))
    window.press("Ghi yêu cầu…")
    window.see("Ghi yêu cầu về dữ liệu cá nhân", "dialog")
    camera.dialog("yeu-cau-du-lieu", "Ghi yêu cầu về dữ liệu cá nhân")


def spam(camera: Camera) -> None:
    """A sender is blocked, and stands in the list."""
    window = camera.window
    window.keys("ctrl+2")
    first_row(window, "Hộp thư")
    settle(window)
    window.keys("ctrl+j")
    window.see("Tin rác", "dialog")
    window.tab_to("Chặn người gửi")
    window.keys("ctrl+a")
    window.type("30")
    window.tab_to("Lý do chặn")
    window.paste("Hỏi đi hỏi lại chuyện không thuộc 1022")
    camera.take("tin-rac", window.see("Tin rác", "dialog").box)
    window.keys("ctrl+Return")
    window.until(lambda: window.find("Tin rác", "dialog") is None, "the message in spam")
    window.keys("ctrl+F2")
    first_row(window, "Người gửi bị chặn")
    camera.dialog("nguoi-bi-chan", "Người gửi bị chặn")


def publishing(camera: Camera) -> None:
    """A closed request, its words beside those for the public."""
    window = camera.window
    window.keys("ctrl+3")
    first_row(window, "Hàng đợi")
    pick(window, "Đang mở", steps=4)
    settle(window)
    number = first_row(window, "Hàng đợi")[0]
    window.keys("ctrl+k")
    window.see("Tìm", "text", "entry")
    window.type(number.replace(" ", ""))
    settle(window)
    window.keys("Return")
    window.press("Công bố…")
    window.see("Công bố phản ánh", "dialog")
    settle(window)
    camera.dialog("cong-bo", "Công bố phản ánh")
    window.keys("Escape")


def reports(camera: Camera) -> None:
    """What was sealed; the sheet of a sampled call."""
    window = camera.window
    window.keys("ctrl+7")
    window.see_text("Số liệu lúc")
    window.press("Niêm phong")
    window.see_text("Đã niêm phong số")
    window.press("Đã niêm phong")
    first_row(window, "Báo cáo đã niêm phong")
    camera.dialog("niem-phong", "Báo cáo đã niêm phong")
    window.keys("ctrl+6", "ctrl+7")  # begins in the list of reports
    window.until(lambda: one_down_to(window, "Chất lượng phục vụ"), "the report on quality")
    window.see_text("Số liệu lúc")
    window.press("Nghe và chấm…")
    first_row(window, "Cuộc gọi trong mẫu")
    settle(window)
    camera.dialog("cham-diem", "Nghe lại và chấm điểm")


# --- the others


def officer(camera: Camera) -> None:
    """The steps of an agency."""
    window = camera.window
    first_row(window, "Hàng đợi")
    settle(window)
    window.keys("ctrl+b")
    camera.dialog("tra-lai", "Trả lại")
    window.keys("ctrl+g")
    camera.dialog("gia-han", "Gia hạn")
    window.keys("ctrl+d")
    window.see("Báo xong", "dialog")
    window.tab_to("Nội dung xử lý")
    window.paste("Đã nhắc tài xế tuyến 18, lập biên bản và trừ điểm chuyến. Trạm đã có người trực.")
    camera.dialog("bao-xong", "Báo xong")


def auditor(camera: Camera) -> None:
    """The chain of the audit."""
    window = camera.window
    window.keys("ctrl+9")
    first_row(window, "Nhật ký")
    window.press("Kiểm tra chuỗi")
    window.see_text("Chuỗi nguyên vẹn")
    settle(window)
    camera.take("kiem-tra-chuoi")


def trainee(camera: Camera) -> None:
    """A scripted caller."""
    window = camera.window
    window.see_text("đang đổ chuông", WEEKS_S)
    window.keys("F9")
    window.until(lambda: window.text_of("Số điện thoại") != "", "the caller's form")
    settle(window)
    camera.take("luyen-tap")


def cut_off(camera: Camera) -> None:
    """The status line of a seat whose centre is away."""
    window = camera.window
    window.see_text("mất kết nối")
    settle(window)
    camera.take("mat-ket-noi", STATUS)


@dataclass(frozen=True, slots=True)
class Scene:
    """One person at one window.

    Attributes:
        words: how the program is started, after `--as`.
        config: the seat's own settings, where it is no demo.
    """

    name: str
    user: str
    words: tuple[str, ...]
    act: Callable[[Camera], None]
    config: str = ""


DEMO = ("run", "--demo")
SCENES = (
    Scene("operator", "operator", DEMO, operator),
    Scene("supervisor", "supervisor", DEMO, supervisor),
    Scene("officer", "officer-gtcc", DEMO, officer),
    Scene("auditor", "auditor", DEMO, auditor),
    Scene("trainee", "operator", ("run", "--train"), trainee),
    Scene("cut-off", "operator", ("run",), cut_off, AWAY),
)


def make(display: str, env: Mapping[str, str], out: Path, wanted: Container[str]) -> list[str]:
    """The pictures of these scenes; a scene that fails keeps its old ones.

    Returns:
        What failed.
    """
    failed = []
    for scene in (each for each in SCENES if each.name in wanted):
        with TemporaryDirectory(prefix="1022-") as folder:
            profile = Path(folder, "seat")
            profile.mkdir()
            (profile / "config.toml").write_text(scene.config, "utf-8")
            where = () if scene.words == DEMO else ("--profile", str(profile))
            words = (*where, "--as", scene.user, *scene.words)
            window = start(*words, env={**env, "DISPLAY": display}, pictures=Path(folder))
            try:
                scene.act(Camera(window, out))
            except AssertionError as error:
                failed.append(f"{scene.name}: {str(error).splitlines()[0]}")
            finally:
                window.end()
    return failed
