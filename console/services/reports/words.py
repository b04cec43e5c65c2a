"""The words of the reports: titles, columns, formulas (Vietnamese, English)."""

from console.services.views.reports import Column

type Pair = tuple[str, str]

TITLES: dict[str, Pair] = {
    "slow-agencies": ("Đơn vị chậm xử lý", "Slow agencies"),
    "active-reporters": ("Người dân tích cực phản ánh", "Active reporters"),
    "volumes": ("Khối lượng phản ánh", "Volumes"),
    "call-centre": ("Tổng đài", "Call centre"),
    "shift": ("Báo cáo ca trực", "Shift"),
    "quality": ("Chất lượng phục vụ", "Quality"),
    "quality-criteria": ("Theo tiêu chí", "By criterion"),
    "repeat-callers": ("Gọi lại trong 7 ngày", "Called again in 7 days"),
    "not-fixed": ("Đóng mà chưa xong", "Closed, not fixed"),
    "holding": ("Ai giữ bao lâu", "Who held how long"),
    "forecast": ("Dự báo khối lượng", "Forecast"),
    "forecast-requests": ("Phản ánh theo giờ", "Requests by hour"),
    "shift-people": ("Người trực", "People on duty"),
    "shift-handover": ("Bàn giao ca", "Hand-over"),
    "totals": ("Toàn thành phố", "The whole city"),
    "channel": ("Theo kênh tiếp nhận", "By channel"),
    "group": ("Theo lĩnh vực", "By field"),
    "ward": ("Theo phường, xã", "By ward"),
    "hour": ("Theo giờ trong ngày", "By hour of the day"),
    "operator": ("Theo máy nhánh", "By extension"),
}

AGENCY_COLUMNS = (
    Column("rank", "Hạng", "Place", "rank"),
    Column("agency", "Đơn vị", "Agency", "text"),
    Column("on_time_share", "Đúng hạn", "On time", "share"),
    Column("received", "Được giao", "Received", drill=True),
    Column("on_time", "Xong đúng", "Done on time", drill=True),
    Column("late", "Xong trễ", "Done late", drill=True),
    Column("open_overdue", "Quá hạn", "Open overdue", drill=True),
    Column("oldest_days", "Lâu nhất, ngày", "Oldest, days", "hours"),
    Column("open_ok", "Còn hạn", "Open in time", drill=True),
    Column("median_h", "Trung vị, giờ", "Median, h", "hours"),
    Column("p90_h", "P90, giờ", "P90, h", "hours"),
    Column("trend", "So kỳ trước, điểm", "Trend, points", "hours"),
    Column("silent", "Im lặng", "Silent", drill=True),
    Column("carried", "Nợ kỳ trước", "Carried over", drill=True),
    Column("extended", "Gia hạn", "Extended", drill=True),
    Column("bounced", "Trả lại", "Bounced", drill=True),
    Column("reopened", "Phản ánh lại", "Reopened", drill=True),
    Column("not_satisfied", "Chưa hài lòng", "Not satisfied", drill=True),
    Column("withdrawn", "Rút, gộp", "Withdrawn", drill=True),
    Column("returned", "Đã trả", "Returned", drill=True),
)
TOTAL_COLUMNS = (
    Column("received", "Tiếp nhận", "Received", drill=True),
    Column("handled", "Đã xử lý", "Handled", drill=True),
    Column("open", "Đang xử lý", "Open", drill=True),
    Column("late", "Trễ hạn", "Late", drill=True),
)
REPORTER_COLUMNS = (
    Column("rank", "Hạng", "Place", "rank"),
    Column("citizen", "Người dân", "Citizen", "text"),
    Column("reports", "Phản ánh được xác minh", "Verified reports", drill=True),
)
CALL_COLUMNS = (
    Column("figure", "Chỉ số", "Figure", "text"),
    Column("value", "Giá trị", "Value", "text"),
)
OPERATOR_COLUMNS = (
    Column("operator", "Máy nhánh", "Extension", "text"),
    Column("answered", "Cuộc đã nghe", "Answered"),
    Column("talk_min", "Phút đàm thoại", "Minutes talked", "hours"),
    Column("mean_s", "Trung bình (giây)", "Mean (s)", "seconds"),
)
CALL_HOUR_COLUMNS = (
    Column("hour", "Giờ", "Hour", "text"),
    Column("offered", "Cuộc gọi đến", "Offered"),
    Column("answered", "Đã nghe", "Answered"),
)

QUALITY_COLUMNS = (
    Column("operator", "Máy nhánh", "Extension", "text"),
    Column("answered", "Cuộc đã nghe", "Answered"),
    Column("drawn", "Mẫu nghe lại", "Sampled"),
    Column("scored", "Đã chấm", "Scored"),
    Column("score", "Điểm trung bình", "Mean score", "share"),
    Column("again", "Dân gọi lại trong 7 ngày", "Called again in 7 days", "share"),
)
CRITERIA_COLUMNS = (
    Column("criterion", "Tiêu chí", "Criterion", "text"),
    Column("scored", "Đã chấm", "Scored"),
    Column("score", "Điểm trung bình", "Mean score", "share"),
)
CALLER_COLUMNS = (
    Column("caller", "Người gọi", "Caller", "text"),
    Column("calls", "Số cuộc", "Calls"),
    Column("again", "Trong 7 ngày", "Within 7 days"),
    Column("first", "Cuộc đầu", "First", "time"),
    Column("last", "Cuộc cuối", "Last", "time"),
    Column("open", "Phản ánh đang mở", "Open requests", drill=True),
)
NOT_FIXED_COLUMNS = (
    Column("number", "Mã", "Number", "text"),
    Column("service", "Loại sự cố", "Service", "text"),
    Column("agency", "Đơn vị", "Agency", "text"),
    Column("closed", "Đóng lúc", "Closed", "time"),
    Column("why", "Vì sao", "Why", "text"),
    Column("related", "Số phản ánh", "Requests", drill=True),
)
HOLDING_COLUMNS = (
    Column("holder", "Ai giữ", "Holder", "text"),
    Column("cases", "Số lượt", "Cases"),
    Column("still", "Đang giữ", "Has now"),
    Column("median_h", "Trung vị, giờ", "Median, h", "hours"),
    Column("p90_h", "P90, giờ", "P90, h", "hours"),
    Column("longest_days", "Lâu nhất, ngày", "Longest, days", "hours"),
)
NOT_FIXED: dict[str, Pair] = {
    "not_satisfied": ("dân nói chưa đạt", "citizen not satisfied"),
    "reopened": ("phản ánh lại", "reopened"),
    "reported_again": ("bị báo lại cùng chỗ", "reported again there"),
}
HOLDERS: dict[str, Pair] = {
    "switchboard": ("Tổng đài, chờ chuyển", "Switchboard, to be forwarded"),
    "callback": ("Tổng đài, chờ báo dân", "Switchboard, citizen to be told"),
    "citizen": ("Người dân, chờ bổ sung", "Citizen, asked for more"),
    "other": ("Đơn vị khác", "Another agency"),
}
SEED: Pair = (
    "{drawn} cuộc, mã mẫu {seed}, đã chấm {scored}",
    "{drawn} calls, seed {seed}, {scored} scored",
)
_EXPECTED = (
    Column("hour", "Giờ", "Hour", "text"),
    Column("expected", "Dự báo", "Expected", "hours"),
    Column("low", "Thấp", "Low", "hours"),
    Column("high", "Cao", "High", "hours"),
    Column("came", "Thực tế", "Came"),
    Column("side", "Lệch", "Out", "text"),
)
FORECAST_COLUMNS = (
    *_EXPECTED,
    Column("needed", "Cần người", "Operators"),
    Column("needed_high", "Khi đông", "If busy"),
    Column("rostered", "Lịch trực", "Roster"),
)
FORECAST_REQUEST_COLUMNS = _EXPECTED


def volume_columns(title: Pair) -> tuple[Column, ...]:
    """The columns of one table of volumes."""
    return (
        Column("name", title[0].removeprefix("Theo ").capitalize(), title[1], "text"),
        Column("received", "Tiếp nhận", "Received", drill=True),
        Column("share", "Tỷ lệ", "Share", "share"),
    )


LABELS: dict[str, Pair] = {
    "formula": ("Cách tính", "Formula"),
    "period": ("Kỳ báo cáo", "Period"),
    "rule_version": ("Bộ quy tắc", "Rule version"),
    "sample": ("Cỡ mẫu", "Sample"),
    "coverage": ("Nguồn số liệu", "Covers"),
    "scope": ("Phạm vi", "Scope"),
    "drawn": ("Mẫu nghe lại", "Sample of calls"),
    "history": ("Dữ liệu dùng để dự báo", "Made of"),
    "level": ("Mức phục vụ", "Service level"),
    "audit": ("Mã đầu chuỗi nhật ký", "Head of the audit chain"),
}
HEAD: Pair = ("dòng {n}, mã {hash}", "line {n}, hash {hash}")
FORMULAS: dict[str, Pair] = {
    "slow-agencies": (
        "Tính các phân công giao trong kỳ, chốt tại cuối kỳ. Đúng hạn = báo xong không sau hạn đầu "
        "tiên (gia hạn không đổi hạn này). Tỷ lệ đúng hạn = đúng hạn / (xong đúng hạn + xong trễ + "
        "đang mở quá hạn). Xếp hạng khi mẫu từ {least} phân công trở lên, hạng 1 là chậm nhất. Im "
        "lặng = đang mở, không có bước nào trong {silent} giờ. Giờ xử lý tính từ lúc giao, làm "
        "tròn xuống 0,1 giờ; phân vị theo hạng gần nhất.",
        "Assignments given in the period, judged at its end. On time = reported done not after the "
        "first due date (an extension does not move it). Share = on time / (done on time + done "
        "late + open overdue). Ranked with {least} judged assignments or more, place 1 is the "
        "slowest. Silent = open without any step for {silent} hours. Hours count from the "
        "assignment, rounded down to 0.1; percentiles by nearest rank.",
    ),
    "active-reporters": (
        "Đếm phản ánh trong kỳ mà đơn vị đã xử lý xong, mỗi phản ánh tính cho người báo đầu tiên; "
        "không tính phản ánh trùng, bị từ chối hay hủy. Chỉ nêu tên người đã đồng ý được nêu.",
        "Reports of the period that an agency has dealt with, each counted for who reported first; "
        "no duplicates, nothing rejected or cancelled. Only who agreed to it is named.",
    ),
    "volumes": (
        "Phản ánh tiếp nhận trong kỳ. Đã xử lý = đã đóng hoặc mọi đơn vị đã báo xong tại cuối kỳ; "
        "trễ hạn = có đơn vị xong sau hạn đầu tiên hoặc đang mở quá hạn tại cuối kỳ.",
        "Requests received in the period. Handled = ended, or reported done by every agency, at "
        "its end; late = an agency was done after its first due date, or is open past it.",
    ),
    "call-centre": (
        "Cuộc gọi đến trong kỳ. Mức phục vụ = nghe trong 15 (20, 60) giây / (đến - bỏ máy dưới 5 "
        "giây). Bỏ cuộc = bỏ máy từ 5 giây / cùng mẫu số. Xử lý = (đàm thoại + hoàn tất sau cuộc "
        "gọi) / cuộc đã nghe. Giải quyết ngay = không gọi lại trong 7 ngày / cuộc đã nghe đủ 7 "
        "ngày.",
        "Calls to the hotline. Service level = answered within 15 (20, 60) s / (offered - given up "
        "within 5 s). Abandoned = given up after 5 s / the same. Handle time = (talk + wrap-up) / "
        "answered calls. First contact = no further call within 7 days / answered calls that are "
        "7 days old.",
    ),
    "quality": (
        "Mẫu nghe lại: {each} cuộc mỗi máy nhánh, từ {talk} giây trở lên, ưu tiên cuộc có ghi âm, "
        "chọn theo SHA-256 của mã mẫu và mã cuộc gọi nên ai rút lại cũng ra đúng mẫu đó. Điểm = "
        "tổng điểm các tiêu chí (0, 1, 2) / điểm tối đa; lần chấm sau cùng được tính. Đóng mà chưa "
        "xong = đóng trong kỳ và dân nói chưa đạt, phản ánh lại, hoặc cùng loại bị báo lại trong "
        "{metres} m, {days} ngày. Ai giữ: tổng đài từ tiếp nhận tới lúc chuyển đầu tiên, đơn vị từ "
        "lúc giao tới lúc báo xong, rồi tổng đài tới lúc đóng; chốt tại cuối kỳ.",
        "Sample: {each} calls of each extension, {talk} s or longer, recorded ones first, chosen "
        "by SHA-256 of the seed and the call, so that anybody draws the same. Score = points of "
        "the criteria (0, 1, 2) / most points; the last sheet counts. Closed, not fixed = closed "
        "in the period and not satisfied, reopened, or the same trouble reported within {metres} "
        "m and {days} days. Held: switchboard from receipt to the first forward, an agency from "
        "its assignment to its result, then the switchboard to the end; as of the cut.",
    ),
    "forecast": (
        "Mỗi giờ lấy trung vị của cùng giờ cùng thứ trong {weeks} tuần trước kỳ, mỗi tuần được "
        "nhân cho khớp mức hiện nay; xu hướng = trung vị độ dốc giữa mọi cặp tuần. Ngày lễ lấy "
        "dạng Chủ nhật nhân tỷ lệ của các ngày lễ đã qua. Dải = bách phân vị 5 - 95 của sai lệch "
        "đã qua (theo căn bậc hai của dự báo), không hẹp hơn sai lệch ngẫu nhiên Poisson. Số người "
        "theo Erlang C, tính cho dự báo và cho mép trên của dải.",
        "Each hour is the median of the same hour and weekday in the {weeks} weeks before the "
        "period, each week scaled to the level of now; trend = the median slope between all pairs "
        "of weeks. A holiday has the shape of a Sunday times what past holidays had of one. Band = "
        "5th to 95th percentile of past deviations (in roots of the expected), no narrower than "
        "Poisson chance. Operators by Erlang C, for the expected and for the upper edge.",
    ),
    "shift": (
        "Như báo cáo khối lượng và tổng đài, cho thời gian của ca.",
        "As volumes and call centre, for the time of the shift.",
    ),
}
HISTORY: Pair = (
    "{calls} tuần cuộc gọi (xu hướng {calls_growth} % mỗi tuần), {requests} tuần phản ánh (xu "
    "hướng {requests_growth} % mỗi tuần); xử lý một cuộc {handle} giây ({measured})",
    "{calls} weeks of calls (trend {calls_growth} % a week), {requests} weeks of requests (trend "
    "{requests_growth} % a week); handle time {handle} s ({measured})",
)
NO_HISTORY: Pair = (
    "; chưa đủ {least} tuần {series} trước kỳ này nên chưa có dự báo",
    "; less than {least} weeks of {series} before this period, so nothing is forecast",
)
SERIES: tuple[Pair, Pair] = (("cuộc gọi", "calls"), ("phản ánh", "requests"))
MEASURED: Pair = ("đo từ {n} cuộc trong 4 tuần", "measured of {n} calls in 4 weeks")
ASSUMED: Pair = ("theo cài đặt, chưa đủ cuộc để đo", "by the setting, too few calls to measure")
LEVEL: Pair = ("nghe {percent} % cuộc gọi trong {s} giây", "{percent} % answered within {s} s")
FIGURES: dict[str, Pair] = {
    "offered": ("Cuộc gọi đến", "Calls offered"),
    "answered": ("Đã nghe", "Answered"),
    "level": ("Nghe trong {0} giây", "Answered within {0} s"),
    "abandonment": ("Tỷ lệ bỏ cuộc", "Abandoned"),
    "short": ("Bỏ máy dưới 5 giây", "Given up within 5 s"),
    "lost": ("Không ai nghe", "Nobody answered"),
    "mean_wait": ("Chờ trung bình (giây)", "Mean wait (s)"),
    "longest_wait": ("Chờ lâu nhất (giây)", "Longest wait (s)"),
    "talk": ("Đàm thoại trung bình (giây)", "Mean talk (s)"),
    "wrap_up": ("Hoàn tất sau cuộc gọi trung bình (giây)", "Mean wrap-up (s)"),
    "handle": ("Xử lý trung bình một cuộc (giây)", "Mean handle time (s)"),
    "first_contact": ("Giải quyết ngay lần đầu", "First-contact resolution"),
}
COVERAGE: dict[str, Pair] = {
    "alone": (
        "Kho của máy này (không dùng trung tâm)",
        "The store of this seat (no centre)",
    ),
    "central": (
        "Kho của máy này, đã theo trung tâm tới sự kiện số {seq}; {unsent} sự kiện chưa gửi",
        "The store of this seat, following the centre up to event {seq}; {unsent} events unsent",
    ),
    "released": (
        "; {released} phản ánh cũ chỉ còn ở trung tâm, không được tính",
        "; {released} old requests are only at the centre and not counted",
    ),
}
