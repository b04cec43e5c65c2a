"""`--help` in one language: Vietnamese as the grammar has it, or English."""

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
    "Bàn trực tổng đài 1022": "The desk of the 1022 hotline",
    "LỆNH": "VERB",
    "TÊN": "NAME",
    "TỆP": "FILE",
    "NGÀY": "DATE",
    "MÃ": "CODE",
    "LĨNH VỰC": "GROUP",
    "TÀI KHOẢN": "ACCOUNT",
    "VIỆC": "ACT",
    "SỐ|THƯ": "NUMBER|MAIL",
    # --- options before or after a verb
    "thư mục chứa mọi thứ của máy trực này": "folder that holds all of this seat",
    "thêm một tệp cấu hình TOML": "one more configuration file, TOML",
    "làm việc với tài khoản này": "act as this account",
    "tệp mật khẩu của tài khoản ở trung tâm": "file with the account's password at the centre",
    "ngôn ngữ; không nói thì theo [ui] language": "language; unsaid, that of [ui] language",
    "in JSON cho máy đọc": "print JSON for machines",
    "in phiên bản": "print the version",
    # --- the window
    "mở bàn trực (mặc định)": "open the window (the default)",
    "dữ liệu và cuộc gọi mô phỏng": "simulated data and calls in a throw-away profile",
    "luyện tập với người gọi theo kịch bản": "practise with scripted callers",
    "nhận và gửi tin không cần cửa sổ": "receive and send without a window",
    # --- requests
    "ghi, xem, liệt kê, xử lý phản ánh": "log, show, list and handle requests",
    "đọc một phản ánh (JSON) từ đầu vào và lưu": "read a request (JSON) on standard input, save it",
    "xem một phản ánh": "show a request",
    "cả lịch sử": "its history too",
    "liệt kê phản ánh": "list requests",
    "quá hạn": "overdue ones",
    "trạng thái; nhiều lần được": "state; may be given several times",
    "đơn vị xử lý": "agency",
    "tìm theo chữ, không cần dấu": "search by words, accents optional",
    "thực hiện một bước: NUMBER ACTION": "do a step: NUMBER ACTION",
    "mã phản ánh và bước: ": "number and step: ",
    "trường mới của bước change, cả attributes.MÃ; nhiều lần được": "a field of the step change,"
    " attributes.CODE too; may be given several times",
    "phản ánh có thể trùng quanh một điểm": "likely duplicates around a point",
    # --- address, map, telephone, messages
    "công cụ địa chỉ": "addresses",
    "hiểu một địa chỉ như người dân nói": "understand an address as people say it",
    "mỗi dòng của tệp là một địa chỉ": "each line of the file is an address",
    "dữ liệu bản đồ": "map data",
    "nạp ranh giới phường, xã (GeoJSON)": "bring in outlines of wards (GeoJSON)",
    "nạp tên đường, địa danh (GeoJSON, GeoJSONSeq, CSV)": "bring in names of streets and landmarks"
    " (GeoJSON, GeoJSONSeq, CSV)",
    "nạp trụ đèn, hố ga, cây, trạm (CSV, GeoJSON)": "bring in lamp posts, manholes, trees, stops"
    " (CSV, GeoJSON)",
    "đặt bản đồ nền (.pmtiles, .mbtiles)": "set the base map (.pmtiles, .mbtiles)",
    "bản đồ có gì, thiếu gì": "what the map has and lacks",
    "công cụ tổng đài": "the exchange",
    "đọc một phiên AMI đã ghi, in các sự kiện cuộc gọi": "read a recorded AMI dialogue, print its"
    " call events",
    "xoá ghi âm đã hết hạn giữ": "delete recordings past their time",
    "công cụ tin nhắn": "messages",
    "giải mã PDU": "decode a PDU",
    "mỗi dòng của tệp là một PDU": "each line of the file is a PDU",
    # --- data of this seat
    "kho dữ liệu tại máy": "the local store",
    "dựng lại mọi bảng từ nhật ký sự kiện": "make every table anew from the events",
    "nhập dữ liệu cũ": "bring in a history",
    "nhập lịch sử phản ánh (CSV theo Open311)": "bring in a history of requests (Open311 bulk CSV)",
    "chỉ đọc và báo, không ghi gì": "only read and report, write nothing",
    "mã hoá kho tại máy, cả các bản sao trong hồ sơ": "encrypt the store and the copies beside it",
    "bỏ mã hoá kho tại máy": "take the encryption off the store",
    "ghi bản khoá dự phòng của kho cho IT giữ": "write a copy of the store's key for IT to keep",
    "nhập lại khoá từ bản dự phòng này": "bring the key back from this copy",
    "bản khoá dự phòng của bản sao đã mã hoá": "the copy's key, as `store key` wrote it",
    "sao lưu cả hồ sơ vào một tệp": "copy the whole profile into a file",
    "khôi phục hồ sơ từ bản sao lưu": "bring a profile back from a copy",
    "kể cả khi còn việc chưa đồng bộ": "even where work was not synchronised",
    "nhật ký truy cập của máy này": "the audit of this seat",
    "kiểm tra chuỗi nhật ký": "verify the chain of the audit",
    "ai đọc, ai sửa gì ở máy này, mới nhất trước": "who read or changed what here, newest first",
    "một ngày: đến hết ngày đó": "of a day: to its end",
    "mã phản ánh": "number of a request",
    "chỉ xem đọc, hoặc chỉ sửa": "only reading, or only changes",
    "các thiết đặt và nguồn của từng giá trị": "the settings and where each value is from",
    "in mọi thiết đặt (mặc định)": "print every setting (the default)",
    "kiểm tra máy trạm này": "check this workstation",
    # --- centre
    "cơ sở dữ liệu trung tâm": "the central database",
    "tạo hoặc nâng cấp lược đồ, vai trò và quyền": "create or upgrade schema, roles and rights",
    "phiên bản, luồng, độ trễ, các máy đã thấy": "version, streams, lag, consoles seen",
    "tạo tài khoản hoặc đổi vai trò": "make an account or change its role",
    "đặt mật khẩu (đọc từ đầu vào)": "set a password (read on standard input)",
    "khóa tài khoản": "block an account",
    "các tài khoản": "the accounts",
    "tìm phản ánh cũ tại trung tâm": "search older requests at the centre",
    "xóa ghi âm quá hạn ở trung tâm": "delete recordings past their time at the centre",
    "sao lưu trung tâm vào một tệp": "copy the centre into a file",
    "khôi phục trung tâm từ bản sao lưu": "bring the centre back from a copy",
    "kiểm tra chuỗi nhật ký của trung tâm": "verify the chain of the centre's audit",
    "thay cho [central] url": "instead of [central] url",
    "gửi và nhận với trung tâm": "push to and pull from the centre",
    "gửi và nhận ngay": "push and pull now",
    "còn gì chưa gửi": "what is still to be sent",
    # --- notices, reports, publication
    "thông báo theo khu vực: mất nước, mất điện, sửa đường…": "notices with an area: water and"
    " power cuts, road works…",
    "thông báo đang có": "notices in force",
    "ra một thông báo": "issue a notice",
    "sửa một thông báo: ID": "change a notice: ID",
    "kết thúc trước hạn: ID": "end a notice before its time: ID",
    "người gửi bị chặn: tin của họ vào mục rác": "blocked senders: their messages go to spam",
    "ai đang bị chặn, đến khi nào": "who is blocked, and until when",
    "chặn một người gửi, hoặc đổi thời hạn: KÊNH NGƯỜI_GỬI": "block a sender, or change the term:"
    " CHANNEL SENDER",
    "thôi chặn: KÊNH NGƯỜI_GỬI": "let a sender go: CHANNEL SENDER",
    "báo cáo của một kỳ": "a report of a period",
    "kỳ của thành phố: 25 12:00 - 25 12:00": "the city's period: 25th 12:00 to 25th 12:00",
    "niêm phong số liệu của kỳ này": "seal the figures of this period",
    "verify: mã in trên giấy": "verify: the digest on paper",
    "quyền của người dân với dữ liệu về mình": "a citizen's rights over what is kept of him",
    "mọi thứ máy này giữ về một người, vào một tệp (.json, .xlsx)": "all that this seat keeps of a"
    " person, into a file (.json, .xlsx)",
    "sổ yêu cầu của chủ thể dữ liệu: còn mở, hạn gần trước": "the register of data subjects'"
    " wishes: open ones, the next date first",
    "cả yêu cầu đã xong, đã từ chối": "those done or refused too",
    "ghi một yêu cầu vào sổ: SỐ hoặc THƯ của người yêu cầu": "take a wish down: NUMBER or MAIL of"
    " whose it is",
    "lúc nhận; không nói thì bây giờ": "when it came; unsaid, now",
    "đã trả lời người yêu cầu: ID": "he was answered: ID",
    "gia hạn một lần, có lý do: ID": "extend it once, with a reason: ID",
    "đã làm xong: ID": "it was done: ID",
    "từ chối, có lý do: ID": "refuse it, with a reason: ID",
    "một yêu cầu, cả tên và số của người ấy: ID": "a wish with name and number of whose it is: ID",
    "công bố dữ liệu": "publish data",
    "phản ánh đã công bố dạng CSV (Open311 Bulk)": "published requests as CSV (Open311 Bulk)",
}
"""The grammar's words in English; what has no letters of its own language stands as it is."""


def speak(parser: argparse.ArgumentParser, lang: str) -> None:
    """Put a parser's help, and that of every verb under it, into one language."""
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
                speak(verb, lang)


def _said(text: str | None, words: dict[str, str]) -> str | None:
    """A list of names may stand behind the words."""
    head, mark, names = (text or "").partition(": ")
    if mark and f"{head}: " in words:
        return words[f"{head}: "] + names
    return words.get(text or "", text)


class _Vietnamese(argparse.HelpFormatter):
    @override
    def format_help(self) -> str:
        return super().format_help().replace("usage: ", VI["usage: "], 1)
