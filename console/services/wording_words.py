"""The words of the closed sets, (Vietnamese, English) by code. PRODUCT.md and CONTRACT.md fix the
Vietnamese of states and of the status line.
"""

type Words = dict[str, tuple[str, str]]

STATES: Words = {
    "draft": ("Nháp", "Draft"),
    "received": ("Đã tiếp nhận", "Received"),
    "need_info": ("Chờ bổ sung", "Waiting for information"),
    "rejected": ("Từ chối", "Rejected"),
    "merged": ("Trùng", "Duplicate"),
    "forwarded": ("Đã chuyển", "Forwarded"),
    "accepted": ("Đơn vị đã nhận", "Accepted by agency"),
    "refused": ("Trả lại", "Sent back"),
    "in_progress": ("Đang xử lý", "In progress"),
    "extended": ("Gia hạn", "Extended"),
    "resolved": ("Đơn vị báo xong", "Reported done"),
    "closed": ("Đóng", "Closed"),
    "reopened": ("Phản ánh lại", "Reopened"),
    "cancelled": ("Hủy", "Cancelled"),
}
PRIORITIES: Words = {
    "normal": ("Thường", "Normal"),
    "high": ("Cao", "High"),
    "urgent": ("Khẩn", "Urgent"),
}
CHANNELS: Words = {
    "voice": ("Điện thoại", "Telephone"),
    "sms": ("Tin nhắn", "SMS"),
    "email": ("Thư điện tử", "E-mail"),
    "app": ("Ứng dụng", "App"),
    "portal": ("Cổng thông tin", "Web portal"),
    "facebook": ("Facebook", "Facebook"),
    "zalo": ("Zalo", "Zalo"),
    "walk_in": ("Trực tiếp", "In person"),
}
CONTACT_STATES: Words = {
    "new": ("Mới", "New"),
    "linked": ("Đã lập phản ánh", "Made a request"),
    "rejected": ("Từ chối", "Rejected"),
    "answered": ("Đã trả lời", "Answered"),
}
OUTCOMES: Words = {
    "reached": ("Đã báo dân", "Told"),
    "no_answer": ("Không nghe máy", "No answer"),
    "busy": ("Máy bận", "Busy"),
    "unreachable": ("Không liên lạc được", "Unreachable"),
    "rejected": ("Từ chối cuộc gọi", "Call declined"),
    "wrong_number": ("Sai số", "Wrong number"),
}
VERDICTS: Words = {
    "satisfied": ("Hài lòng", "Satisfied"),
    "not_satisfied": ("Không hài lòng", "Not satisfied"),
    "no_opinion": ("Không ý kiến", "No opinion"),
}
DELIVERIES: Words = {
    "queued": ("chờ gửi", "queued"),
    "sending": ("đang gửi", "sending"),
    "sent": ("đã gửi", "sent"),
    "delivered": ("đã đến máy", "delivered"),
    "failed": ("không gửi được", "failed"),
    "unknown": ("không rõ đã đến chưa", "fate unknown"),
}
PURPOSES: Words = {
    "acknowledgement": ("Báo đã tiếp nhận", "Receipt"),
    "need_info": ("Hỏi thêm", "Question"),
    "rejection": ("Báo từ chối", "Rejection"),
    "result": ("Báo kết quả", "Result"),
    "unreachable": ("Báo không gọi được", "Could not be reached"),
    "reply": ("Trả lời", "Reply"),
}
ROLES: Words = {
    "operator": ("tổng đài viên", "operator"),
    "supervisor": ("ca trưởng", "supervisor"),
    "officer": ("cán bộ đơn vị", "agency officer"),
    "auditor": ("giám sát", "auditor"),
    "administrator": ("quản trị", "administrator"),
    "system": ("hệ thống", "system"),
}
EVENTS: Words = {
    "request_received": ("Tiếp nhận", "Received"),
    "reporter_recorded": ("Ghi người phản ánh", "Reporter recorded"),
    "request_forwarded": ("Chuyển đơn vị", "Forwarded"),
    "assignment_accepted": ("Đơn vị nhận", "Accepted"),
    "assignment_refused": ("Đơn vị trả lại", "Sent back"),
    "work_started": ("Bắt đầu xử lý", "Work started"),
    "extension_asked": ("Xin gia hạn", "Extension asked"),
    "extension_granted": ("Duyệt gia hạn", "Extension granted"),
    "result_reported": ("Báo cáo kết quả", "Result reported"),
    "outreach_recorded": ("Gọi báo người dân", "Citizen called"),
    "message_queued": ("Soạn tin gửi người dân", "Message queued"),
    "message_delivered": ("Tình trạng tin gửi", "Message delivery"),
    "request_closed": ("Đóng phản ánh", "Closed"),
    "request_reopened": ("Mở lại", "Reopened"),
    "request_merged": ("Gộp vào phiếu trùng", "Merged"),
    "request_rejected": ("Từ chối", "Rejected"),
    "request_cancelled": ("Hủy", "Cancelled"),
    "info_asked": ("Hỏi thêm người dân", "Information asked"),
    "info_given": ("Người dân bổ sung", "Information given"),
    "note_added": ("Ghi chú", "Note"),
    "fields_changed": ("Sửa thông tin", "Fields changed"),
    "media_attached": ("Thêm ảnh, tệp", "Files added"),
    "unknown_fact": ("Sự kiện từ phiên bản mới hơn", "Event of a newer version"),
}
ACTIONS: Words = {
    "LogRequest": ("lập phản ánh", "log a request"),
    "ForwardRequest": ("chuyển đơn vị", "forward a request"),
    "AcceptAssignment": ("nhận phân công", "accept an assignment"),
    "RefuseAssignment": ("trả lại", "send back an assignment"),
    "StartWork": ("bắt đầu xử lý", "start work"),
    "AskExtension": ("xin gia hạn", "ask for an extension"),
    "GrantExtension": ("duyệt gia hạn", "grant an extension"),
    "ReportResult": ("báo kết quả", "report a result"),
    "RecordOutreach": ("ghi kết quả gọi người dân", "record a call to the citizen"),
    "CloseRequest": ("đóng phản ánh", "close a request"),
    "ReopenRequest": ("mở lại phản ánh", "reopen a request"),
    "MergeRequest": ("gộp phản ánh trùng", "merge a request"),
    "JoinCaller": ("thêm người cùng phản ánh", "add another reporter"),
    "RejectRequest": ("từ chối phản ánh", "reject a request"),
    "CancelRequest": ("hủy phản ánh", "cancel a request"),
    "AskInfo": ("hỏi thêm người dân", "ask the citizen for more"),
    "AddNote": ("ghi chú", "add a note"),
    "InfoGiven": ("ghi câu trả lời của người dân", "record the citizen's answer"),
    "ChangeFields": ("sửa thông tin", "change fields"),
    "AttachMedia": ("thêm ảnh, tệp", "add files"),
    "RejectContact": ("từ chối liên hệ", "reject a contact"),
    "SendMessage": ("gửi tin", "send a message"),
    "RecordDelivery": ("ghi tình trạng tin", "record a delivery"),
    "ClaimCall": ("nhận cuộc gọi", "claim a call"),
    "SettleMissedCall": ("xử lý cuộc gọi nhỡ", "settle a missed call"),
    "SaveDraft": ("lưu nháp", "save a draft"),
    "DiscardDraft": ("bỏ nháp", "discard a draft"),
    "address_string": ("sửa địa chỉ người dân nói", "change the address as said"),
}
CALL_STATES: Words = {
    "ringing": ("đang đổ chuông", "ringing"),
    "claimed": ("đã nhận", "claimed"),
    "talking": ("đang nói chuyện", "talking"),
    "wrap_up": ("hoàn tất phiếu", "wrap-up"),
    "done": ("đã xong", "done"),
    "missed": ("nhỡ", "missed"),
    "abandoned": ("người gọi bỏ máy", "abandoned"),
    "callback": ("xin gọi lại", "callback wanted"),
    "settled": ("đã giải quyết", "settled"),
    "held": ("đang giữ máy", "on hold"),
}
CALL_EVENTS: Words = {
    "offered": ("cuộc gọi đến", "offered"),
    "ringing": ("đổ chuông", "ringing"),
    "answered": ("bắt máy", "answered"),
    "held": ("giữ máy", "held"),
    "resumed": ("nói tiếp", "resumed"),
    "transferred": ("chuyển máy", "transferred"),
    "conferenced": ("gọi nhóm", "conferenced"),
    "ended": ("kết thúc", "ended"),
    "abandoned": ("người gọi bỏ máy", "abandoned"),
    "missed": ("cuộc gọi nhỡ", "missed"),
    "callback_requested": ("xin gọi lại", "callback requested"),
    "recording": ("ghi âm", "recording"),
    "dtmf": ("bấm phím", "key pressed"),
    "queue_changed": ("hàng đợi thay đổi", "queue changed"),
    "agent_changed": ("trạng thái tổng đài viên", "agent changed"),
    "link": ("kết nối tổng đài", "link"),
}
AGENT_STATES: Words = {
    "logged_out": ("chưa vào hàng đợi", "logged out"),
    "ready": ("sẵn sàng", "ready"),
    "ringing": ("đang đổ chuông", "ringing"),
    "on_queue_call": ("đang tiếp cuộc gọi", "on a queue call"),
    "on_call": ("đang có cuộc gọi khác", "on another call"),
    "other_call": ("đang có cuộc gọi khác", "on another call"),
    "wrap_up": ("hoàn tất phiếu", "wrap-up"),
    "paused": ("tạm nghỉ", "paused"),
    "unreachable": ("máy điện thoại mất kết nối", "phone unreachable"),
    "link_lost": ("mất kết nối tổng đài", "link lost"),
    "unknown": ("không rõ", "unknown"),
}
DUPLICATES: Words = {
    "same_asset": ("cùng mã tài sản", "same asset"),
    "same_vehicle": ("cùng xe", "same vehicle"),
    "same_trip": ("cùng tuyến, chiều, trạm", "same route, direction, stop"),
    "near": ("ở gần", "nearby"),
    "same_street": ("cùng đường, cùng phường", "same street and ward"),
    "other_asset": ("gần nhưng khác mã tài sản", "nearby, other asset"),
}
CLOSINGS: Words = {
    "need_info_expired": ("Hết hạn chờ bổ sung", "No answer to our question in time"),
    "unreachable": (
        "Không liên lạc được, đã nhắn tin",
        "Could not be reached, a message was sent",
    ),
    "nobody_to_tell": ("Người phản ánh không để lại liên hệ", "Nobody left a contact"),
    "told_in_writing": ("Đã báo bằng văn bản", "Told in writing"),
}
FIELDS: Words = {
    "service_code": ("loại sự cố", "service"),
    "description": ("mô tả", "description"),
    "address_string": ("địa chỉ", "address"),
    "address": ("địa chỉ chuẩn", "normalised address"),
    "lat": ("vĩ độ", "latitude"),
    "long": ("kinh độ", "longitude"),
    "ward_code": ("phường/xã", "ward"),
    "legacy_ward": ("phường/xã cũ", "old ward"),
    "road_class": ("cấp đường", "road class"),
    "priority": ("mức ưu tiên", "priority"),
    "outside_city": ("ngoài thành phố", "outside the city"),
}
LINKS: Words = {
    "store": ("Kho tại chỗ", "Local store"),
    "central": ("Trung tâm", "Centre"),
    "pbx": ("Tổng đài", "PBX"),
    "modem": ("Modem", "Modem"),
    "mail": ("Hộp thư điện tử", "Mailbox"),
    "map": ("Bản đồ", "Map"),
    "courier": ("Gửi tin", "Sending"),
    "calls": ("Ghi cuộc gọi", "Call records"),
    "housekeeping": ("Việc định kỳ", "Housekeeping"),
}
LINK_STATES: Words = {
    "up": ("tốt", "up"),
    "down": ("mất kết nối", "disconnected"),
    "connecting": ("đang nối", "connecting"),
    "resyncing": ("đang nối lại", "resyncing"),
    "off": ("không dùng", "off"),
    "warn": ("có cảnh báo", "warning"),
    "synced": ("đã đồng bộ", "in sync"),
    "pending": ("chưa đồng bộ: {n}", "not yet synced: {n}"),
}
PDU_FAULTS: Words = {
    "empty": ("tin rỗng", "empty"),
    "too_long": ("tin quá dài", "too long"),
    "too_short": ("tin bị cụt", "too short"),
    "not_hex": ("không phải mã hex", "no hex digits"),
    "compressed": ("tin nén", "compressed"),
    "no_number": ("thiếu số nhận", "no number"),
    "too_many_parts": ("quá nhiều phần", "too many parts"),
}
CONTACT_FLAGS: Words = {
    "incomplete": ("thiếu phần", "incomplete"),
    "truncated": ("bị cắt", "truncated"),
    "flash": ("tin nổi", "flash"),
    "auto_reply": ("trả lời tự động", "automatic reply"),
    "suspect": ("nghi tin rác", "suspect"),
    "unreadable": ("không đọc được", "unreadable"),
    "bad_timestamp": ("sai giờ gửi", "bad time"),
    "bad_header": ("sai đầu tin", "bad header"),
    "wap_push": ("tin WAP", "WAP push"),
}
