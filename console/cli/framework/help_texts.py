"""`--help` in one language: Vietnamese as in the grammar, or English."""

import argparse
from typing import override

VI = {
    "usage: ": "cách dùng: ",
    "positional arguments": "tham số",
    "options": "tùy chọn",
    "show this help message and exit": "in phần giúp này",
}
"""argparse's own words."""

EN = {
    "Bàn trực tổng đài 1022": "The console of the 1022 hotline",
    "LỆNH": "VERB",
    "TÊN": "NAME",
    "TỆP": "FILE",
    "NGÀY": "DATE",
    "SỐ_NGÀY": "DAYS",
    "MÃ": "CODE",
    "LĨNH VỰC": "GROUP",
    "TÀI KHOẢN": "ACCOUNT",
    "VIỆC": "ACT",
    "SỐ|THƯ": "NUMBER|MAIL",
    # --- options before or after a verb
    "thư mục chứa mọi thứ của máy trực này": "folder that holds everything of this seat",
    "thêm một tệp cấu hình TOML": "an additional configuration file (TOML)",
    "làm việc với tài khoản này": "act as this account",
    "tệp mật khẩu của tài khoản ở trung tâm": "file with the account's password at the centre",
    "ngôn ngữ; không nói thì theo [ui] language": "language; default: [ui] language",
    "in JSON cho máy đọc": "print JSON for machines",
    "in phiên bản": "print the version",
    # --- the window
    "mở bàn trực (mặc định)": "open the window (the default)",
    "dữ liệu và cuộc gọi mô phỏng": "simulated data and calls in a temporary profile",
    "luyện tập với người gọi theo kịch bản": "practise with scripted callers",
    "nhận và gửi tin không cần cửa sổ": "receive and send without a window",
    # --- requests
    "ghi, xem, liệt kê, xử lý phản ánh": "log, show, list and handle requests",
    "đọc một phản ánh (JSON) từ đầu vào và lưu": "save a request (JSON) from standard input",
    "xem một phản ánh": "show a request",
    "cả lịch sử": "include its history",
    "liệt kê phản ánh": "list requests",
    "quá hạn": "overdue only",
    "trạng thái; nhiều lần được": "state; may be given several times",
    "đơn vị xử lý": "agency",
    "tìm theo chữ, không cần dấu": "search by words, accents optional",
    "thực hiện một bước: NUMBER ACTION": "take a step: NUMBER ACTION",
    "mã phản ánh và bước: ": "request number and step: ",
    "trường mới của bước change, cả attributes.MÃ; nhiều lần được": "new value of a field in step"
    " change, also attributes.CODE; may be given several times",
    "phản ánh có thể trùng quanh một điểm": "likely duplicates around a point",
    # --- address, map, telephone, messages
    "công cụ địa chỉ": "addresses",
    "hiểu một địa chỉ như người dân nói": "parse an address as people say it",
    "mỗi dòng của tệp là một địa chỉ": "each line of the file is an address",
    "dữ liệu bản đồ": "map data",
    "nạp ranh giới phường, xã (GeoJSON)": "import ward outlines (GeoJSON)",
    "nạp tên đường, địa danh (GeoJSON, GeoJSONSeq, CSV)": "import names of streets and landmarks"
    " (GeoJSON, GeoJSONSeq, CSV)",
    "nạp trụ đèn, hố ga, cây, trạm (CSV, GeoJSON)": "import lamp posts, manholes, trees, stops"
    " (CSV, GeoJSON)",
    "đặt bản đồ nền (.pmtiles, .mbtiles)": "set the base map (.pmtiles, .mbtiles)",
    "bản đồ có gì, thiếu gì": "what data the map has and lacks",
    "công cụ tổng đài": "tools for the PBX",
    "đọc một phiên AMI đã ghi, in các sự kiện cuộc gọi": "read a recorded AMI session, print its"
    " call events",
    "xoá ghi âm đã hết hạn giữ": "delete recordings that have expired",
    "công cụ tin nhắn": "tools for messages",
    "giải mã PDU": "decode a PDU",
    "mỗi dòng của tệp là một PDU": "each line of the file is a PDU",
    # --- data of this seat
    "kho dữ liệu tại máy": "the local store",
    "dựng lại mọi bảng từ nhật ký sự kiện": "rebuild every table from the event log",
    "nhập dữ liệu cũ": "import old data",
    "nhập lịch sử phản ánh (CSV theo Open311)": "import a history of requests (Open311 bulk CSV)",
    "chỉ đọc và báo, không ghi gì": "only read and report, write nothing",
    "mã hoá kho tại máy, cả các bản sao trong hồ sơ": "encrypt the store and its copies",
    "bỏ mã hoá kho tại máy": "remove the encryption of the store",
    "ghi bản khoá dự phòng của kho cho IT giữ": "write a recovery copy of the store's key for IT",
    "nhập lại khoá từ bản dự phòng này": "restore the key from this copy",
    "bản khoá dự phòng của bản sao đã mã hoá": "key of an encrypted backup (`store key`)",
    "sao lưu cả hồ sơ vào một tệp": "back up the whole profile into a file",
    "khôi phục hồ sơ từ bản sao lưu": "restore a profile from a backup",
    "kể cả khi còn việc chưa đồng bộ": "even if some work is not synchronised yet",
    "nhật ký truy cập của máy này": "the audit log of this seat",
    "kiểm tra chuỗi nhật ký": "verify the chain of the audit log",
    "ai đọc, ai sửa gì ở máy này, mới nhất trước": "who read or changed what here, newest first",
    "một ngày: đến hết ngày đó": "a day counts to its end",
    "mã phản ánh": "request number",
    "chỉ xem đọc, hoặc chỉ sửa": "only accesses, or only changes",
    "các thiết đặt và nguồn của từng giá trị": "the settings and the source of each value",
    "in mọi thiết đặt (mặc định)": "print every setting (the default)",
    "kiểm tra máy trạm này": "check this workstation",
    # --- centre
    "cơ sở dữ liệu trung tâm": "the central database",
    "tạo hoặc nâng cấp lược đồ, vai trò và quyền": "create or upgrade schema, roles and rights",
    "phiên bản, luồng, độ trễ, các máy đã thấy": "version, streams, lag, seats seen",
    "tạo tài khoản hoặc đổi vai trò": "create an account or change its role",
    "đặt mật khẩu (đọc từ đầu vào)": "set a password (read from standard input)",
    "khóa tài khoản": "block an account",
    "các tài khoản": "the accounts",
    "tìm phản ánh cũ tại trung tâm": "search older requests at the centre",
    "xóa ghi âm quá hạn ở trung tâm": "delete expired recordings at the centre",
    "sao lưu trung tâm vào một tệp": "back up the centre into a file",
    "khôi phục trung tâm từ bản sao lưu": "restore the centre from a backup",
    "kiểm tra chuỗi nhật ký của trung tâm": "verify the chain of the centre's audit log",
    "thay cho [central] url": "instead of [central] url",
    "gửi và nhận với trung tâm": "push to and pull from the centre",
    "gửi và nhận ngay": "push and pull now",
    "còn gì chưa gửi": "what has not been sent yet",
    # --- notices, reports, publication
    "thông báo theo khu vực: mất nước, mất điện, sửa đường…": "notices for an area: water and"
    " power cuts, road works…",
    "thông báo đang có": "notices in force",
    "ra một thông báo": "issue a notice",
    "sửa một thông báo: ID": "change a notice: ID",
    "kết thúc trước hạn: ID": "end a notice early: ID",
    "người gửi bị chặn: tin của họ vào mục rác": "blocked senders: their messages go to spam",
    "ai đang bị chặn, đến khi nào": "who is blocked, and until when",
    "chặn một người gửi, hoặc đổi thời hạn: KÊNH NGƯỜI_GỬI": "block a sender, or change the period:"
    " CHANNEL SENDER",
    "thôi chặn: KÊNH NGƯỜI_GỬI": "unblock a sender: CHANNEL SENDER",
    "báo cáo của một kỳ": "a report for a period",
    "kỳ của thành phố: 25 12:00 - 25 12:00": "the city's period: 25th 12:00 to 25th 12:00",
    "niêm phong số liệu của kỳ này": "seal the figures of this period",
    "verify: mã in trên giấy": "for verify: the digest printed on paper",
    "quyền của người dân với dữ liệu về mình": "citizens' rights over their own data",
    "mọi thứ máy này giữ về một người, vào một tệp (.json, .xlsx)": "everything this seat keeps"
    " about a person, into a file (.json, .xlsx)",
    "sổ yêu cầu của chủ thể dữ liệu: còn mở, hạn gần trước": "the register of data subjects'"
    " requests: open ones, the next due date first",
    "cả yêu cầu đã xong, đã từ chối": "include those done or refused",
    "ghi một yêu cầu vào sổ: SỐ hoặc THƯ của người yêu cầu": "record a request: NUMBER or MAIL of"
    " the person",
    "lúc nhận; không nói thì bây giờ": "time of receipt; default: now",
    "đã trả lời người yêu cầu: ID": "the person was answered: ID",
    "gia hạn một lần, có lý do: ID": "extend it once, with a reason: ID",
    "đã làm xong: ID": "it has been carried out: ID",
    "từ chối, có lý do: ID": "refuse it, with a reason: ID",
    "một yêu cầu, cả tên và số của người ấy: ID": "one request, with name and number: ID",
    "công bố dữ liệu": "publish data",
    "phản ánh đã công bố dạng CSV (Open311 Bulk)": "published requests as CSV (Open311 Bulk)",
}
"""The grammar's texts in English; a text that reads the same in both languages is not listed."""


def translate_help(parser: argparse.ArgumentParser, lang: str) -> None:
    """Put the help of a parser, and of every verb under it, into one language."""
    words = EN if lang == "en" else VI
    if lang != "en":
        parser.formatter_class = _Vietnamese
    if parser.description:
        parser.description = words.get(parser.description, parser.description)
    for group in parser._action_groups:
        group.title = words.get(group.title or "", group.title)
    for action in parser._actions:
        action.help = _said(action.help, words)
        if isinstance(action.metavar, str):
            action.metavar = words.get(action.metavar, action.metavar)
        if isinstance(action, argparse._SubParsersAction):
            for line in action._choices_actions:
                line.help = _said(line.help, words)
            for verb in action.choices.values():
                translate_help(verb, lang)


def _said(text: str | None, words: dict[str, str]) -> str | None:
    """Translate a text; a list of names may follow its colon."""
    head, mark, names = (text or "").partition(": ")
    if mark and f"{head}: " in words:
        return words[f"{head}: "] + names
    return words.get(text or "", text)


class _Vietnamese(argparse.HelpFormatter):
    @override
    def format_help(self) -> str:
        return super().format_help().replace("usage: ", VI["usage: "], 1)
